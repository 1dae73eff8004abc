"""What of mkdocs.yml an edition's build may use. A client's edition starts from nothing and adds what is on the lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from mkdocs_pir.kb.problem import Problem

DEFAULT_EXTENSIONS: tuple[str, ...] = (
    "abbr",
    "admonition",
    "attr_list",
    "def_list",
    "footnotes",
    "tables",
    "sane_lists",
    "pymdownx.details",
    "pymdownx.highlight",
    "pymdownx.inlinehilite",
    "pymdownx.superfences",
    "pymdownx.tabbed",
    "pymdownx.tasklist",
    "pymdownx.tilde",
    "pymdownx.caret",
    "pymdownx.mark",
    "pymdownx.keys",
)
"""Markdown extensions of record bodies: what Material users expect and what cannot read files or run code."""

CLIENT_EXTENSIONS = frozenset(
    {
        *DEFAULT_EXTENSIONS,
        "toc",
        "smarty",
        "nl2br",
        "pymdownx.betterem",
        "pymdownx.smartsymbols",
        "md_in_html",
        "fenced_code",
        "codehilite",
        "extra",
    }
)
"""Extensions that a client's edition accepts in mkdocs.yml. Others could bring in what the projection cut."""

CLIENT_PLUGINS = frozenset({"pir"})
"""MkDocs plugins that a client's edition accepts. Others see the raw folder, or publish what they made of it."""

STEERING_KEYS = ("hooks", "extra_templates", "extra_css", "extra_javascript", "watch")
"""Settings of mkdocs.yml that a client's edition refuses: they run code or publish files past the projection."""


CLIENT_CODE = ("pymdownx.", "markdown.")
"""Functions of these packages may stand in an extension's options, as for a diagram's fence. Others run code of their own."""

REFUSED_OPTIONS = frozenset({("abbr", "glossary")})
"""Options of extensions that bring in texts of no record."""


def refuse_unsafe(
    config_file: str,
    plugins: Iterable[str],
    extensions: Iterable[str],
    settings: Mapping[str, Any],
    options: Mapping[str, Mapping[str, Any]],
) -> list[Problem]:
    """Why a client's edition cannot be built with this mkdocs.yml; empty when it can."""
    problems = []
    # MkDocs itself adds the theme's prefix, and its search when no plugin is listed at all
    for plugin in plugins:
        if plugin.removeprefix("material/") not in CLIENT_PLUGINS:
            problems.append(
                _refusal(
                    config_file,
                    f"the plugin '{plugin}'",
                    f"only {', '.join(sorted(CLIENT_PLUGINS))} may run there; move the others into the mkdocs.yml of the internal edition",
                )
            )
    for extension in extensions:
        if extension not in CLIENT_EXTENSIONS:
            problems.append(
                _refusal(config_file, f"the Markdown extension '{extension}'", "it could bring in text that was cut")
            )
    for extension, given in options.items():
        for name, value in given.items():
            if (extension, name) in REFUSED_OPTIONS or not _plain(value):
                problems.append(
                    _refusal(
                        config_file, f"the option '{name}' of '{extension}'", "it could run code, or bring in text"
                    )
                )
    for key in STEERING_KEYS:
        if settings.get(key):
            problems.append(
                _refusal(
                    config_file,
                    f"the setting '{key}'",
                    "it could publish what was cut; keep it in the mkdocs.yml of the internal edition",
                )
            )
    return problems


def _plain(value: Any) -> bool:
    """Whether an option is data, or a function of the extensions' own packages."""
    if isinstance(value, Mapping):
        return all(_plain(part) for part in value.values())
    if isinstance(value, list | tuple):
        return all(_plain(part) for part in value)
    if value is None or isinstance(value, str | int | float):
        return True
    code = value.func if isinstance(value, partial) else value
    return str(getattr(code, "__module__", "")).startswith(CLIENT_CODE)


def _refusal(config_file: str, what: str, why: str) -> Problem:
    return Problem.of("PIR604", config_file, (0, 0), f"{what} is not allowed in a client's edition", why)


def theme_folder() -> Path:
    """The theme layer: inside the installed package, or beside the sources in an editable install."""
    package = Path(__file__).parents[1]
    inside = package / "theme_overrides"
    return inside if inside.is_dir() else package.parents[1] / "theme_overrides"
