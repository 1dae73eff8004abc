"""The plugin's options, read from mkdocs.yml with the same strictness as records, without importing MkDocs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import yaml
from msgspec import Struct

from mkdocs_pir.kb import client_fields, frontmatter, reading, record_format, schema
from mkdocs_pir.kb.bounded_yaml import TolerantLoader, refuse_unbounded
from mkdocs_pir.kb.folders import Folders, check_folders
from mkdocs_pir.kb.id_patterns import matcher
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.mkdocs_keys import KNOWN
from mkdocs_pir.kb.model import REGISTERS, Organisation
from mkdocs_pir.kb.problem import CODES, Problem, ProblemError, did_you_mean, nearest
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
        whole = yaml.load(text, Loader=_TolerantLoader)
    except yaml.YAMLError as error:
        fault = yaml_fault(text, error)
        where = (fault.line, fault.column)
        raise ProblemError([Problem.of("PIR601", name, where, fault.message, fault.hint)]) from None
    if not isinstance(whole, dict):
        raise ProblemError(
            [Problem.of("PIR601", name, (1, 1), "the file has no settings", "begin with 'site_name: …'")]
        )
    options = _options(text, name)
    if parent := whole.get("INHERIT"):
        inherited, theirs, _ = _read_file(
            config_file.parent / str(parent), texts, (*heirs, Path(os.path.realpath(config_file))), contents
        )
        # MkDocs takes inherited paths as relative to the file that inherits them
        whole = {**inherited, **whole}
        options = theirs if options is None else options
    node = yaml.compose(text, Loader=_TolerantLoader)
    keys = [key for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    return whole, options or {}, {str(key.value): (key.start_mark.line + 1, key.start_mark.column + 1) for key in keys}


def from_plain(options: dict[str, Any], path: str) -> tuple[dict[str, Any], list[Problem]]:
    """Check options that another YAML reader has already converted, such as that of MkDocs."""
    texts = _as_written(options)
    if isinstance(rules := options.get("rules"), dict):
        # the YAML reader of MkDocs takes a plain `off` as false
        texts["rules"].update({str(code): "off" for code, severity in rules.items() if severity is False})
    return check_options(texts, frontmatter.Positions(), path)


def _as_written(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _as_written(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_as_written(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def check_options(
    data: dict[str, Any], positions: frontmatter.Positions, path: str
) -> tuple[dict[str, Any], list[Problem]]:
    """Convert and check the options of the plugin, given as strings; every problem is a PIR602, or one PIR624."""
    if newer := record_format.newer(data.get("record_format"), path, positions.value(("record_format",))):
        # whatever else is wrong may be right in that format
        return {}, newer
    typed, mistakes = schema.check("settings", data, positions, path)
    problems = [Problem.of("PIR602", p.path, (p.line, p.column), p.message, p.hint) for p in mistakes]

    def report(at: tuple[str | int, ...], message: str, hint: str, *, key: bool = False) -> None:
        where = positions.key(at) if key else positions.value(at)
        problems.append(Problem.of("PIR602", path, where, message, hint))

    for code in typed.get("rules", {}) if isinstance(typed.get("rules"), dict) else ():
        if code not in CODES:
            report(("rules", code), f"there is no problem code '{code}'", did_you_mean(code, CODES), key=True)
        elif CODES[code][0] == "error":
            report(
                ("rules", code),
                f"{code} is an error, whose severity cannot be changed",
                "only warnings and hints can be turned off or changed",
                key=True,
            )
    for kind, pattern in (typed.get("id_patterns") or {}).items() if isinstance(typed.get("id_patterns"), dict) else ():
        if kind not in KINDS:
            hint = did_you_mean(kind, KINDS) or f"the kinds are {', '.join(KINDS)}"
            report(("id_patterns", kind), f"there is no kind of record '{kind}'", hint, key=True)
        try:
            matcher(pattern)
        except ValueError as error:
            report(
                ("id_patterns", kind),
                f"the pattern cannot be used: {error}",
                "write a regular expression such as PIR-\\d{4}-\\d{4}",
            )
    fields = typed.get("client_fields")
    for kind, names in fields.items() if isinstance(fields, dict) else ():
        if kind not in (*KINDS, *REGISTERS):
            report(("client_fields", kind), f"there is no kind of record '{kind}'", did_you_mean(kind, KINDS), key=True)
            continue
        for field in names if isinstance(names, dict) else ():
            if (wrong := client_fields.wrong(kind, field)) is not None:
                report(("client_fields", kind, field), *wrong, key=True)
    if "as_of" in typed and not problems:
        try:
            typed["as_of"] = date.fromisoformat(typed["as_of"])
        except ValueError:
            report(("as_of",), f"'{typed['as_of']}' is not a date", "write year-month-day, such as 2026-09-30")
    return typed, problems


def _options(text: str, name: str) -> dict[str, Any] | None:
    """The checked options of the pir plugin; None if it is not listed or has none."""
    node = _options_node(text)
    if node is None:
        return None
    positions = frontmatter.Positions()
    data = _strings(node, positions, ())
    typed, problems = check_options(data, positions, name)
    if problems := [*_repeated(node, name), *problems]:
        raise ProblemError(sorted(problems))
    return typed


def _options_node(text: str) -> yaml.MappingNode | None:
    """The YAML node of the options of the pir plugin in mkdocs.yml."""
    plugins = _child(yaml.compose(text, Loader=_TolerantLoader), "plugins")
    items = plugins.value if isinstance(plugins, yaml.SequenceNode) else [plugins]
    return next((node for item in reversed(items) if isinstance(node := _child(item, "pir"), yaml.MappingNode)), None)


def repeated_options(config_file: Path) -> list[Problem]:
    """Problems of options that are in mkdocs.yml twice, of which YAML readers silently take the last.

    Raises ProblemError for a file whose aliases expand to too many values.
    """
    try:
        text = config_file.read_text("utf-8-sig")
        refuse_unbounded(text, config_file.name)
        node = _options_node(text)
    except (OSError, ValueError, yaml.YAMLError):
        return []  # reported when the file is read
    return list(_repeated(node, config_file.name)) if node is not None else []


def _repeated(node: yaml.Node, name: str) -> Iterator[Problem]:
    """A problem for each key that is twice in a mapping or in one inside it."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated(item, name)
    first: dict[str, int] = {}
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        where = (key.start_mark.line + 1, key.start_mark.column + 1)
        if (word := str(key.value)) in first:
            message = f"'{word}' is given twice, first on line {first[word]}"
            yield Problem.of("PIR602", name, where, message, "keep one of them")
        first.setdefault(word, where[0])
        yield from _repeated(value, name)


def place_of(config_file: Path, at: tuple[str | int, ...], *, key: bool = False) -> tuple[str, tuple[int, int]]:
    """The file and the (line, column) of an option, in mkdocs.yml or in the file from which it inherits its options."""
    found = _options_in(config_file)
    if found is None:
        return config_file.name, (0, 0)
    positions = frontmatter.Positions()
    _strings(found[1], positions, ())
    return found[0].name, positions.key(at) if key else positions.value(at)


def options_file(config_file: Path) -> Path:
    """The file that the options of pir are in: mkdocs.yml, or the file from which it inherits them."""
    found = _options_in(config_file)
    return config_file if found is None else found[0]


def _options_in(config_file: Path) -> tuple[Path, yaml.MappingNode] | None:
    """The file with the options of pir, and their node; None if no file has any or one cannot be read."""
    file, seen = config_file, set[Path]()
    while Path(os.path.realpath(file)) not in seen:
        seen.add(Path(os.path.realpath(file)))
        try:
            text = file.read_text("utf-8-sig")
            node, parent = _options_node(text), yaml.load(text, Loader=_TolerantLoader).get("INHERIT")
        except (OSError, ValueError, AttributeError, yaml.YAMLError):
            break
        if node is not None:
            return file, node
        if not parent:
            break
        file = file.parent / str(parent)
    return None


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if getattr(name, "value", None) == key:
                child: yaml.Node = value
                return child
    return None


def _strings(node: yaml.Node, positions: frontmatter.Positions, at: tuple[str | int, ...]) -> Any:
    """A YAML node as strings, lists and dicts for the check against the schema; adds to `positions`."""
    positions.values[at] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if node.tag == _ENV:
        return _from_environment(node)
    if isinstance(node, yaml.MappingNode):
        out = {}
        for key, value in node.value:
            positions.keys[(*at, key.value)] = (key.start_mark.line + 1, key.start_mark.column + 1)
            if (item := _strings(value, positions, (*at, key.value))) is not None:
                out[key.value] = item
        return out
    if isinstance(node, yaml.SequenceNode):
        return [_strings(item, positions, (*at, index)) for index, item in enumerate(node.value)]
    quoted = isinstance(node, yaml.ScalarNode) and node.style in ("'", '"')
    return frontmatter.Quoted(node.value) if quoted else node.value


_ENV = "!ENV"


def _from_environment(node: yaml.Node) -> str | None:
    """The value of `!ENV NAME` or `!ENV [NAME, OTHER, default]`, as MkDocs resolves it."""
    if isinstance(node, yaml.ScalarNode):
        return os.environ.get(str(node.value))
    *names, last = (str(item.value) for item in node.value) if node.value else ("",)
    default = last if names else os.environ.get(last)
    return next((os.environ[name] for name in names if name in os.environ), default)


class _TolerantLoader(TolerantLoader):
    """A loader that also resolves environment variables."""


_TolerantLoader.add_constructor(_ENV, lambda loader, node: _from_environment(node))
