"""The settings of a knowledge base, read from mkdocs.yml with the same strictness as records, without importing MkDocs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import yaml
from msgspec import Struct

from mkdocs_pir.kb import frontmatter, reading, record_format
from mkdocs_pir.kb.bounded_yaml import refuse_unbounded
from mkdocs_pir.kb.folders import Folders, check_folders
from mkdocs_pir.kb.mkdocs_keys import KNOWN
from mkdocs_pir.kb.model import Organisation
from mkdocs_pir.kb.plugin_options import ConfigLoader, options_in
from mkdocs_pir.kb.problem import Problem, ProblemError, nearest
from mkdocs_pir.kb.support_hours import SupportHours
from mkdocs_pir.kb.yaml_faults import yaml_fault
from mkdocs_pir.store import result_store

RECORDS = "kb"
"""The default of the option `records`: the folder of the records."""

CACHE = ".cache/pir"
"""The default of the option `cache_dir`: the folder of results that are kept from one run to the next."""

CONFIG_NAMES = ("mkdocs.yml", "mkdocs.yaml")


class ActionOptions(Struct, frozen=True):
    """The option `actions`: the file of an export of the tracker, and its names of columns, statuses and dates."""

    file: str
    columns: Mapping[str, str]
    statuses: Mapping[str, str] = {}
    dates: str = ""


class Settings(Struct, frozen=True):
    """The settings of mkdocs.yml that concern the knowledge base.

    `root` is the folder of mkdocs.yml and `config_file` the file itself; `folders` are those of records, pages and
    sites. All paths are absolute. `as_of` is the day of all figures: the option, or today in UTC. `sources` is a digest
    of the text of mkdocs.yml and of the files that it inherits. `site_url` is the
    address of the internal site, `cache` the folder of kept results or None, `theme` the setting of the theme as plain data.
    """

    root: Path
    config_file: Path
    site_name: str
    folders: Folders
    as_of: date
    edition: str = "internal"
    client_sections: tuple[str, ...] = ("Summary", "Impact", "Timeline", "Root cause", "What we are changing")
    client_fields: Mapping[str, Mapping[str, bool]] = {}
    targets: Mapping[str, float] = {}
    holidays: tuple[date, ...] = ()
    support_hours: SupportHours | None = None
    actions: ActionOptions | None = None
    id_patterns: Mapping[str, str] = {}
    review_ids: str = "numbered"
    record_format: int = record_format.FIRST
    rules: Mapping[str, str] = {}
    problems_url: str = ""
    client_sites: str = ""
    synonyms: str = ""
    markdown: tuple[str, ...] = ()
    organisation: Organisation = Organisation()
    pdfs: str = "none"
    offline: bool = True
    frame: str = ""
    header_search: bool = True
    commit_edits: bool = False
    cache: Path | None = None
    site_url: str = ""
    theme: Mapping[str, Any] = {}
    options: Mapping[str, Any] = {}
    sources: bytes = b""

    @property
    def records(self) -> Path:
        """The folder of the records."""
        return self.folders.records


def config_in(folder: Path) -> Path | None:
    """The mkdocs.yml of a folder, or None if it has none."""
    return next((folder / name for name in CONFIG_NAMES if (folder / name).is_file()), None)


def find_config(folder: Path) -> Path:
    """The mkdocs.yml of a folder, or of the nearest folder above it. Raises ProblemError if there is none."""
    for place in (folder, *folder.parents):
        if (file := config_in(place)) is not None:
            return file
    raise ProblemError(
        [
            Problem.of(
                "PIR601",
                "mkdocs.yml",
                (0, 0),
                f"there is no mkdocs.yml in the folder '{folder.name or folder}' or in a folder above it",
                "run the command in the folder of a knowledge base, or name it with -C; 'pir init' creates a new one",
            )
        ]
    )


def read(config_file: Path, *, as_of: date | None = None, contents: Mapping[Path, bytes] | None = None) -> Settings:
    """Read mkdocs.yml. `as_of` overrides the option of that name; `contents` stand for those of files on the disk.

    Raises ProblemError for a bad file or option, if another renderer would publish the records, and for records of a
    newer format.
    """
    config_file = config_file.absolute()
    texts: list[str] = []
    whole, options, places = _read_file(config_file, texts, contents=contents or {})
    _require_plugin(config_file, whole, places)
    folders = _folders(config_file, whole, options)
    if problems := list(check_folders(folders, config_file.name, places)):
        raise ProblemError(problems)
    return msgspec.convert(
        {
            **{name: value for name, value in options.items() if name not in ("records", "publish_dir", "cache_dir")},
            "options": options,
            "sources": result_store.key(*texts),
            "root": config_file.parent,
            "config_file": config_file,
            "folders": folders,
            "cache": _folder(config_file, cache, CACHE) if (cache := options.get("cache_dir", CACHE)) else None,
            "site_name": str(whole.get("site_name") or "Knowledge base"),
            "site_url": str(whole.get("site_url") or ""),
            "theme": theme if isinstance(theme := whole.get("theme"), dict) else {"name": theme} if theme else {},
            "as_of": as_of or options.get("as_of") or datetime.now(UTC).date(),
        },
        Settings,
        dec_hook=lambda kind, value: value,
    )


def _require_plugin(config_file: Path, whole: Mapping[str, Any], places: Mapping[str, tuple[int, int]]) -> None:
    """Raise ProblemError where pir is no plugin of the site: its options would be left out without a word."""
    plugins = whole.get("plugins")
    listed = plugins if isinstance(plugins, list | dict) else []
    names = [str(next(iter(item), "")) if isinstance(item, Mapping) else str(item) for item in listed]
    if "pir" in names:
        return
    where, hint = places.get("plugins", (0, 0)), "add the line '- pir' to it"
    message = "'plugins' does not list pir, so that none of its options would hold"
    if "plugins" not in whole:
        message = "there is no 'plugins', so that the site would be made without pir"
        hint = "add the lines 'plugins:', '  - search' and '  - pir'"
        if (key := next((key for key in places if key not in KNOWN and nearest(key, ["plugins"])), None)) is not None:
            where, hint = places[key], f"did you mean 'plugins' where it says '{key}'?"
    elif (name := next((name for name in names if nearest("pir", [name])), None)) is not None:
        hint = f"did you mean 'pir' where it says '{name}'?"
    raise ProblemError([Problem.of("PIR601", config_file.name, where, message, hint)])


def whole(config_file: Path) -> tuple[dict[str, Any], list[str]]:
    """All settings of a configuration file, also those of MkDocs, and the texts of the file and those it inherits from.

    Raises ProblemError.
    """
    texts: list[str] = []
    return _read_file(config_file, texts)[0], texts


def folders_of(config_file: Path) -> Folders:
    """The folders that a configuration names, whether they are allowed or not. Raises ProblemError."""
    config_file = config_file.absolute()
    found, options, _ = _read_file(config_file, [])
    return _folders(config_file, found, options)


def _folders(config_file: Path, whole: Mapping[str, Any], options: Mapping[str, Any]) -> Folders:
    return Folders(
        records=_folder(config_file, options.get("records"), RECORDS),
        docs=_folder(config_file, whole.get("docs_dir"), "docs"),
        site=_folder(config_file, whole.get("site_dir"), "site"),
        publish=_folder(config_file, options.get("publish_dir"), "published"),
        exclude=str(whole.get("exclude_docs") or ""),
    )


def _folder(config_file: Path, name: Any, default: str) -> Path:
    """A folder that mkdocs.yml names relative to itself, as an absolute path without `..`. Raises ProblemError."""
    name = str(name or default)
    if "\0" in name:
        message = f"the name of the folder '{name.replace(chr(0), '')}' has a NUL character in it"
        raise ProblemError([Problem.of("PIR601", config_file.name, (0, 0), message, "remove the character")])
    return Path(os.path.normpath(config_file.parent / name))


def _read_file(
    config_file: Path,
    texts: list[str],
    heirs: tuple[Path, ...] = (),
    contents: Mapping[Path, bytes] = MappingProxyType({}),
) -> tuple[dict[str, Any], dict[str, Any], dict[str, tuple[int, int]]]:
    """The settings of a configuration file with those it inherits, the checked options of the plugin, and the line and
    column of each setting of the file itself.

    `heirs` are the files that inherit from this one; what is read is added to `texts`. Raises ProblemError.
    """
    name = config_file.name
    if Path(os.path.realpath(config_file)) in heirs:
        message = f"the files inherit from each other in a circle: {' → '.join([*(file.name for file in heirs), name])}"
        raise ProblemError([Problem.of("PIR601", heirs[-1].name, (0, 0), message, "remove 'INHERIT' from one of them")])
    try:
        file = Path(os.path.realpath(config_file))
        text = frontmatter.decode(contents[file] if file in contents else reading.read_named(file), name)
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        raise ProblemError(
            [Problem.of("PIR601", name, (0, 0), message, "check its permissions, and the path in 'INHERIT'")]
        ) from None
    texts.append(text)
    refuse_unbounded(text, name)
    try:
        whole = yaml.load(text, Loader=ConfigLoader)
    except yaml.YAMLError as error:
        fault = yaml_fault(text, error)
        where = (fault.line, fault.column)
        raise ProblemError([Problem.of("PIR601", name, where, fault.message, fault.hint)]) from None
    if not isinstance(whole, dict):
        raise ProblemError(
            [Problem.of("PIR601", name, (1, 1), "the file has no settings", "begin with 'site_name: …'")]
        )
    options = options_in(text, name)
    if parent := whole.get("INHERIT"):
        inherited, theirs, _ = _read_file(
            config_file.parent / str(parent), texts, (*heirs, Path(os.path.realpath(config_file))), contents
        )
        # MkDocs takes inherited paths as relative to the file that inherits them
        whole = {**inherited, **whole}
        options = theirs if options is None else options
    node = yaml.compose(text, Loader=ConfigLoader)
    keys = [key for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    return whole, options or {}, {str(key.value): (key.start_mark.line + 1, key.start_mark.column + 1) for key in keys}
