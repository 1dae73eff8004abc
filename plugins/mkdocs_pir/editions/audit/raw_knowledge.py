"""The raw knowledge base, read for the audit alone: front matter, bodies, registers, loose files and configuration.

Nothing here is shared with the reader that publishing uses. What cannot be taken apart is kept as one text, so that
it counts as withheld.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_FRONT = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_KINDS = {
    "pirs": "pir",
    "lessons": "lesson",
    "causes": "cause",
    "problems": "problem",
    "services": "service",
    "clients": "client",
}
_DEFAULT_SECTIONS = ("Summary", "Impact", "Timeline", "Root cause", "What we are changing")
_CONFIGS = ("mkdocs.yml", "mkdocs.yaml")


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One file that is a record or a page: its fields as they were typed, and the text below them."""

    path: str
    kind: str
    id: str
    fields: Mapping[str, Any]
    body: str

    @property
    def audience(self) -> str:
        return str(self.fields.get("audience", ""))


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of a register: its cells by column."""

    path: str
    register: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RawConfig:
    """What mkdocs.yml says: the sections that a client sees, and what every edition shows.

    `spoken` are its own texts, `dressing` the templates, styles and scripts that it adds to the theme.
    `allows` are the phrases that the organisation allows in every edition, each for a reason that it gives.
    `templates` are the texts with which its records begin.
    `fields` says by kind which fields the organisation opened ("true") or closed beside what the schemas say.
    `language` is that of the theme's own words.
    """

    sections: tuple[str, ...] = _DEFAULT_SECTIONS
    spoken: tuple[str, ...] = ()
    logo: str = ""
    synonyms: str = ""
    dressing: tuple[str, ...] = ()
    allows: tuple[str, ...] = ()
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    templates: tuple[str, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class RawKnowledgeBase:
    """A knowledge base as it lies on the disk, in `folder`. `loose` are its other files: their bytes by path.

    `synonyms` are the words and phrases of the organisation's list, which may name anybody.
    """

    config: RawConfig
    sources: tuple[RawRecord, ...] = ()
    lines: tuple[RawRow, ...] = ()
    loose: Mapping[str, bytes] = field(default_factory=dict)
    synonyms: tuple[str, ...] = ()
    folder: Path = Path()

    def of(self, kind: str) -> Iterator[RawRecord]:
        return (source for source in self.sources if source.kind == kind)


def schema_folder() -> Path:
    package = Path(str(resources.files("mkdocs_pir")))
    return package / "schemas" if (package / "schemas").is_dir() else package.parents[1] / "schemas"


@cache
def schema(kind: str) -> Mapping[str, Any]:
    """The schema of a kind of record or register; an empty one, which shows nothing, when there is none."""
    file = schema_folder() / f"{kind}.schema.json"
    loaded: Mapping[str, Any] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return loaded


@cache
def _registers() -> dict[str, str]:
    """The path of each register below the knowledge base, with the name of its schema."""
    names = [file.name.removesuffix(".schema.json") for file in sorted(schema_folder().glob("*.schema.json"))]
    return {str(schema(name)["x-register"]): name for name in names if "x-register" in schema(name)}


def read(folder: Path, config_file: Path | None = None) -> RawKnowledgeBase:
    """Read the knowledge base in a folder, and its mkdocs.yml (looked for beside the folder when not given)."""
    config_file = config_file or next((f for n in _CONFIGS if (f := folder.parent / n).is_file()), None)
    config = _config(config_file)
    synonyms = ((config_file or folder).parent / config.synonyms).resolve()
    sources: list[RawRecord] = []
    lines: list[RawRow] = []
    loose: dict[str, bytes] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_symlink() or not file.is_file():
            continue
        path = file.relative_to(folder).as_posix()
        content = file.read_bytes()
        if path in _registers():
            lines += _rows(path, content)
        elif path.startswith("process/") and path.endswith((".yml", ".yaml")):
            sources.append(_module(path, content))
        elif path.endswith(".md"):
            sources.append(_source(path, content))
        elif file.resolve() != synonyms:
            loose[path] = content
    members = strings(_mapping(synonyms)) if config.synonyms and synonyms.is_file() else ()
    return RawKnowledgeBase(config, tuple(sources), tuple(lines), loose, tuple(members), folder)


def text_of(content: bytes) -> str:
    """The text of a file, whatever its line ends and byte order marks."""
    return content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")


def _source(path: str, content: bytes) -> RawRecord:
    text = text_of(content)
    kind = _KINDS.get(path.partition("/")[0], "page") if "/" in path else "page"
    found = _FRONT.match(text)
    fields: dict[str, Any] = {}
    body = text
    if found is not None:
        try:
            loaded = yaml.load(found[1], Loader=_Loader)
        except yaml.YAMLError:
            loaded = None
        if isinstance(loaded, dict) or not found[1].strip():
            fields, body = loaded or {}, text[found.end() :]
    named = path.removesuffix(".md") if kind == "page" else str(fields.get("id", ""))
    return RawRecord(path, kind, named, fields, body)


def _module(path: str, content: bytes) -> RawRecord:
    text = text_of(content)
    try:
        loaded = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError:
        loaded = None
    if isinstance(loaded, dict):
        return RawRecord(path, "process", str(loaded.get("module", "")), loaded, "")
    return RawRecord(path, "process", "", {}, text)


def _rows(path: str, content: bytes) -> Iterator[RawRow]:
    text = text_of(content)
    header = text.partition("\n")[0]
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=";" if header.count(";") > header.count(",") else ","
    )
    for row in reader:
        cells = {str(name).strip(): value.strip() for name, value in row.items() if isinstance(value, str)}
        yield RawRow(path, _registers()[path], cells)


def _config(file: Path | None) -> RawConfig:
    whole = _mapping(file) if file is not None and file.is_file() else {}
    if file is not None and (parent := whole.get("INHERIT")):
        whole = {**_mapping(file.parent / str(parent)), **whole}
    options = _options(whole.get("plugins"))
    organisation = options.get("organisation") if isinstance(options.get("organisation"), dict) else {}
    assert isinstance(organisation, dict)
    sections = options.get("client_sections")
    theme = whole.get("theme")
    given = options.get("client_fields")
    synonyms = str(options.get("synonyms") or "")
    spoken = [str(whole.get("site_name") or ""), *strings(organisation)]
    return RawConfig(
        tuple(str(s) for s in sections) if isinstance(sections, list) else _DEFAULT_SECTIONS,
        tuple(spoken),
        str(organisation.get("logo") or ""),
        synonyms,
        tuple(_dressing(file, whole)) if file is not None else (),
        tuple(_allows(options.get("audit_allows"))),
        {str(k): v for k, v in given.items() if isinstance(v, dict)} if isinstance(given, dict) else {},
        tuple(text_of(path.read_bytes()) for path in sorted(file.parent.glob("templates/*.md"))) if file else (),
        str(theme.get("language") or "en") if isinstance(theme, dict) else "en",
    )


def _allows(given: Any) -> Iterator[str]:
    for item in given if isinstance(given, list) else ():
        if isinstance(item, dict) and str(item.get("reason") or "").strip() and isinstance(item.get("phrase"), str):
            yield item["phrase"]


def _dressing(file: Path, whole: Mapping[str, Any]) -> Iterator[str]:
    theme = whole.get("theme")
    custom = file.parent / str(theme["custom_dir"]) if isinstance(theme, dict) and theme.get("custom_dir") else None
    added = sorted(custom.rglob("*")) if custom is not None else []
    docs = file.parent / str(whole.get("docs_dir") or "docs")
    for key in ("extra_css", "extra_javascript"):
        listed = whole.get(key)
        added += [docs / item for item in listed if isinstance(item, str)] if isinstance(listed, list) else []
    for path in added:
        if path.is_file() and path.suffix in (".html", ".css", ".js", ".svg"):
            yield text_of(path.read_bytes())


def _options(plugins: Any) -> Mapping[str, Any]:
    for item in plugins if isinstance(plugins, list) else [plugins]:
        if isinstance(item, dict) and isinstance(item.get("pir"), dict):
            return dict(item["pir"])
    return {}


def _mapping(file: Path) -> Mapping[str, Any]:
    try:
        loaded = yaml.load(text_of(file.read_bytes()), Loader=_Loader)
    except (OSError, yaml.YAMLError):
        return {}
    return loaded if isinstance(loaded, dict) else {}


def strings(value: Any) -> list[str]:
    """Every text in nested lists and mappings, keys included."""
    if isinstance(value, Mapping):
        return [text for key, item in value.items() for text in [str(key), *strings(item)]]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [value] if isinstance(value, str) else []
