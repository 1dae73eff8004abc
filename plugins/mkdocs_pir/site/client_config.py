"""Which settings of mkdocs.yml a build may use. A client's edition takes none but those listed here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb.folders import CLOSED
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.site.frame_providers import THEMES, theme_of, without_theme

STEERING_KEYS = ("hooks", "extra_templates", "extra_css", "extra_javascript")
"""Settings of mkdocs.yml that run code or publish files that are not in the projection."""

CLIENT_THEME = ("language", "direction", "palette", "features")
"""The theme's settings that a client's edition takes over: plain data about how pages look."""


def client_config(settings: Settings) -> dict[str, Any]:
    """The whole MkDocs configuration of a client's edition, used instead of mkdocs.yml.

    It contains none of the site's own pages, plugins, hooks, templates, styles and scripts, so none of them can
    publish what the projection withholds, or break the build.
    """
    look = {key: settings.theme[key] for key in CLIENT_THEME if settings.theme.get(key) is not None}
    return {
        "site_name": settings.site_name,
        "docs_dir": str(settings.records),
        "exclude_docs": CLOSED,
        "theme": {"name": theme_of(settings.theme), **look},
        "plugins": [{"pir": dict(settings.options)}],
    }


def preview_problems(
    config_file: Path, edition: Edition, theme: str | None, plugins: Iterable[str], settings: Mapping[str, Any]
) -> Iterator[Problem]:
    """A problem (PIR604) for each setting of mkdocs.yml with which `mkdocs serve` must not show a client's edition.

    `mkdocs serve` reads all of mkdocs.yml before it calls the plugin. All other commands build a client's edition with
    `client_config` instead.
    """
    positions = _places(config_file)

    def refusal(key: str, name: str, what: str) -> Problem:
        position = positions.get((key, name)) or positions.get((key, "")) or (0, 0)
        message = f"the preview of a client's edition does not take {what}"
        hint = f"'pir serve --edition {edition}' takes nothing of it; or remove it"
        return Problem.of("PIR604", config_file.name, position, message, hint)

    if theme not in THEMES:
        yield refusal("theme", "", f"the theme '{theme}'")
    hooks = set(map(str, settings.get("hooks") or ()))
    # MkDocs itself adds the theme's prefix, its search when no plugin is listed at all, and hooks as plugins
    for plugin in (without_theme(name) for name in plugins if name not in hooks):
        if plugin != "pir":
            yield refusal("plugins", plugin, f"the plugin '{plugin}'")
    for key in STEERING_KEYS:
        if settings.get(key):
            yield refusal(key, "", f"the setting '{key}'")


def _places(file: Path) -> dict[tuple[str, str], tuple[int, int]]:
    """The (line, column) of each setting in mkdocs.yml as (key, ""), and of each plugin as ("plugins", name)."""
    try:
        whole = yaml.compose(file.read_text("utf-8-sig"), Loader=yaml.SafeLoader)
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    positions: dict[tuple[str, str], tuple[int, int]] = {}
    for key, value in whole.value if isinstance(whole, yaml.MappingNode) else ():
        positions[str(key.value), ""] = _mark(key)
        items = value.value if isinstance(value, yaml.SequenceNode) else [value]
        for item in items if key.value == "plugins" else ():
            names = [name for name, _ in item.value] if isinstance(item, yaml.MappingNode) else [item]
            positions |= {(str(key.value), without_theme(str(name.value))): _mark(name) for name in names}
    return positions


def _mark(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1
