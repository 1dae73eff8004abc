"""What makes the frames of pages: MkDocs or ProperDocs with a theme, or our plain frame, which needs neither.

The content of a page is the same with each of them. Everything here works where any of them is not installed.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from importlib import metadata, util
from typing import Any

from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.settings import Settings

MKDOCS, PROPERDOCS, PLAIN = "mkdocs", "properdocs", "plain"

THEMES = {"material": "mkdocs-material", "materialx": "mkdocs-materialx"}
"""The themes around which our templates are written, with their distributions."""

THEME_PACKAGE = "material"
"""The package in which both distributions are: only one of them can be installed."""

DEFAULT_THEME = "material"


def chosen(settings: Settings) -> str:
    """The name of the provider: what the option `frame` says, or the first one that is installed.

    Raises ProblemError if the one of the option is not installed.
    """
    theme = theme_of(settings.theme)
    if settings.frame:
        if missing := _missing(settings.frame, theme):
            what = f"'frame: {settings.frame}' needs {' and '.join(missing)}, which is not installed"
            hint = f"run 'pip install {' '.join(missing)}', or write 'frame: {PLAIN}', which needs nothing else"
            raise ProblemError([Problem.of("PIR605", settings.config_file.name, (0, 0), what, hint)])
        return settings.frame
    return next((name for name in (MKDOCS, PROPERDOCS) if not _missing(name, theme)), PLAIN)


def use_server(settings: Settings) -> None:
    """Let imports of MkDocs give the program that serves previews. Raises ProblemError if none is installed."""
    theme = theme_of(settings.theme)
    for name in dict.fromkeys((settings.frame or MKDOCS, MKDOCS, PROPERDOCS)):
        if name != PLAIN and not _missing(name, theme):
            use(name)
            return
    what = f"the preview is served by MkDocs or ProperDocs with {THEMES[theme]}, which are not installed"
    hint = f"run 'pip install mkdocs {THEMES[theme]}'; or run 'pir build' and open the published pages"
    raise ProblemError([Problem.of("PIR605", settings.config_file.name, (0, 0), what, hint)])


def use(name: str) -> None:
    """Let all imports of MkDocs give ProperDocs, if that is the provider: it is the same program under another name."""
    if name == PROPERDOCS:
        importlib.import_module("properdocs.replacement")


def theme_of(theme: Mapping[str, Any]) -> str:
    """The theme of client's editions: that of the setting `theme`, if our templates are written for it."""
    name = str(theme.get("name") or DEFAULT_THEME)
    return name if name in THEMES else DEFAULT_THEME


def without_theme(plugin: str) -> str:
    """The name of a plugin without that of its theme, such as search for material/search."""
    theme, slash, name = plugin.partition("/")
    return name if slash and theme in THEMES else plugin


def versions(settings: Settings) -> dict[str, str]:
    """The versions of the distributions that make the frames, by name."""
    name = chosen(settings)
    return {one: metadata.version(one) for one in (() if name == PLAIN else _distributions(name, settings.theme))}


def _distributions(name: str, theme: Mapping[str, Any]) -> tuple[str, ...]:
    return name, THEMES[theme_of(theme)]


def _missing(name: str, theme: str) -> list[str]:
    """The distributions that a provider needs and that are not installed."""
    if name == PLAIN:
        return []
    needed = {name: name, THEMES[theme]: THEME_PACKAGE}
    return [distribution for distribution, package in needed.items() if not _is_installed(distribution, package)]


def _is_installed(distribution: str, package: str) -> bool:
    return (
        util.find_spec(package) is not None and next(iter(metadata.distributions(name=distribution)), None) is not None
    )
