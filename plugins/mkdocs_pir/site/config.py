"""What of mkdocs.yml an edition's build may use. A client's edition starts from nothing and adds what is on the lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb.folders import CLOSED
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.settings import Settings

STEERING_KEYS = ("hooks", "extra_templates", "extra_css", "extra_javascript")
"""Settings of mkdocs.yml that run code, or publish files past the projection."""

CLIENT_THEME = ("language", "direction", "palette", "features")
"""What a client's edition takes of the theme's settings: plain data about how pages look."""


def client_config(settings: Settings) -> dict[str, Any]:
    """What MkDocs builds a client's edition with: all of its configuration, in place of the site's own.

    It knows nothing of the site's pages, plugins, hooks, templates, styles and scripts, so that none of them can
    bring in what the projection cut, or stop the edition.
    """
    look = {key: settings.theme[key] for key in CLIENT_THEME if settings.theme.get(key) is not None}
    return {
        "site_name": settings.site_name,
        "docs_dir": str(settings.records),
        "exclude_docs": CLOSED,
        "theme": {"name": "material", **look},
        "plugins": [{"pir": dict(settings.options)}],
    }


def preview_problems(
    config_file: Path, edition: Edition, theme: str | None, plugins: Iterable[str], settings: Mapping[str, Any]
) -> Iterator[Problem]:
    """What of this mkdocs.yml keeps MkDocs' own preview from a client's edition (PIR604), each at its place.

    `mkdocs serve` reads all of mkdocs.yml before the plugin is asked; every other way to a client's edition begins
    with `client_config`.
    """
    places = _places(config_file)

    def refusal(key: str, name: str, what: str) -> Problem:
        where = places.get((key, name)) or places.get((key, "")) or (0, 0)
        message = f"the preview of a client's edition does not take {what}"
        hint = f"'pir serve --edition {edition}' takes nothing of it; or remove it"
        return Problem.of("PIR604", config_file.name, where, message, hint)

    if theme != "material":
        yield refusal("theme", "", f"the theme '{theme}'")
    hooks = set(map(str, settings.get("hooks") or ()))
    # MkDocs itself adds the theme's prefix, its search when no plugin is listed at all, and hooks as plugins
    for plugin in (name.removeprefix("material/") for name in plugins if name not in hooks):
        if plugin != "pir":
            yield refusal("plugins", plugin, f"the plugin '{plugin}'")
    for key in STEERING_KEYS:
        if settings.get(key):
            yield refusal(key, "", f"the setting '{key}'")


def _places(file: Path) -> dict[tuple[str, str], tuple[int, int]]:
    """Where in mkdocs.yml each setting stands, and each plugin that it lists, as (line, column)."""
    try:
        whole = yaml.compose(file.read_text("utf-8-sig"), Loader=yaml.SafeLoader)
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for key, value in whole.value if isinstance(whole, yaml.MappingNode) else ():
        found[str(key.value), ""] = _mark(key)
        items = value.value if isinstance(value, yaml.SequenceNode) else [value]
        for item in items if key.value == "plugins" else ():
            names = [name for name, _ in item.value] if isinstance(item, yaml.MappingNode) else [item]
            found |= {(str(key.value), str(name.value).removeprefix("material/")): _mark(name) for name in names}
    return found


def _mark(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def theme_folder() -> Path:
    """The theme layer: inside the installed package, or beside the sources in an editable install."""
    package = Path(__file__).parents[1]
    inside = package / "theme_overrides"
    return inside if inside.is_dir() else package.parents[1] / "theme_overrides"
