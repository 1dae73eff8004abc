"""The MkDocs configuration of an edition as values from which another process or machine can build it.

A client's edition takes nothing but what `client_config` says. The internal edition takes what mkdocs.yml says, with the
templates of its `custom_dir`, unless it has what only this machine can build from: other pages, hooks, or plugins.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mkdocs.exceptions import ConfigurationError
from mkdocs.utils.yaml import get_yaml_loader, yaml_load

from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb.settings import RECORDS, Settings
from mkdocs_pir.site import docs_file_checks
from mkdocs_pir.site.client_config import client_config
from mkdocs_pir.site.frame_providers import THEMES

LEFT_OUT = ("docs_dir", "site_dir", "watch", "site_name")
"""Settings that name folders of this machine, and one that the projection has."""

OPTIONS = ("offline", "pdfs")
"""The options of ours that say how a site is made; what all others say is in the projection."""

INTERNAL_OPTIONS = ("client_sites",)
"""Such options for the internal edition alone."""


@dataclass(frozen=True, slots=True)
class ConfigValues:
    """Values of an MkDocs configuration, and the files of the site's own templates by their path below `custom_dir`."""

    values: Mapping[str, Any]
    templates: Mapping[str, bytes]


def config_values(settings: Settings, edition: Edition) -> ConfigValues | None:
    """The configuration of an edition, or None if only this machine can build it."""
    if not edition.internal:
        return ConfigValues(_elsewhere(settings, client_config(settings), OPTIONS), {})
    with settings.config_file.open("rb") as file:
        try:
            whole = yaml_load(file, get_yaml_loader())
        except ConfigurationError:
            # a build here says what is wrong
            return None
    theme: dict[str, Any] = whole["theme"] if isinstance(whole.get("theme"), dict) else {"name": whole.get("theme")}
    custom = settings.root / str(theme["custom_dir"]) if theme.get("custom_dir") else None
    if _needs_this_machine(settings, whole, theme, custom):
        return None
    look = {name: value for name, value in theme.items() if name != "custom_dir"}
    templates = {}
    if custom is not None:
        files = (file for file in custom.rglob("*") if file.is_file())
        templates = {file.relative_to(custom).as_posix(): file.read_bytes() for file in files}
    values = _elsewhere(settings, {**whole, "theme": look}, (*OPTIONS, *INTERNAL_OPTIONS), settings.records.name)
    return ConfigValues(values, templates)


def _elsewhere(
    settings: Settings, values: Mapping[str, Any], names: Iterable[str], folder: str = RECORDS
) -> dict[str, Any]:
    """The values with these of our options, and with no folder of this machine but the name of that of the records.

    MkDocs guesses an address to edit at for pages in a folder called docs.
    """
    kept = {name: value for name, value in values.items() if name not in LEFT_OUT}
    options = {name: settings.options[name] for name in names if name in settings.options}
    return {**kept, "docs_dir": folder, "plugins": [{"pir": {**options, "records": folder}}]}


def _needs_this_machine(
    settings: Settings, whole: Mapping[str, Any], theme: Mapping[str, Any], custom: Path | None
) -> bool:
    plugins: Iterable[Any] = whole.get("plugins") or ()
    names = {str(next(iter(item), "")) if isinstance(item, Mapping) else str(item) for item in plugins}
    return (
        not settings.folders.records_in_docs
        or names != {"pir"}
        or theme.get("name") not in THEMES
        or bool(whole.get("hooks"))
        or not _can_be_sent(whole)
        or _has_bad_files(settings, custom)
    )


def _can_be_sent(values: Mapping[str, Any]) -> bool:
    try:
        pickle.dumps(values)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True


def _has_bad_files(settings: Settings, custom: Path | None) -> bool:
    """Whether there are links or special files for which a build here stops."""
    root, records = settings.root, settings.records
    problems = [*docs_file_checks.file_problems(records, root, records, lambda path: True)]
    if custom is not None:
        problems += docs_file_checks.file_problems(custom, root, records)
    return bool(problems)
