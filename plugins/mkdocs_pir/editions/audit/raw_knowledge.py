"""The knowledge base as the audit reads it: front matter, bodies, registers, other files and configuration.

No code is shared with the reader that publishing uses. A file that cannot be parsed is one text, which is withheld.
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
    """A record or a page: the fields of its front matter as they were typed, and the text below."""

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
    """A row of a register: its cells by column."""

    path: str
    register: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RawConfig:
    """The settings of mkdocs.yml that decide what editions show.

    `sections` are the titles of the sections that a client sees. `shown_texts` are the site's and the provider's own
    names and details, `theme_texts` the templates, styles and scripts added to the theme. `allowed_phrases` are the
    phrases that the organisation allows in every edition, with a reason. `templates` are the texts of new records.
    `fields` tells by kind which fields the organisation opened ("true") or closed, whatever their schema says.
    `language` is the language of the theme.
    """

    sections: tuple[str, ...] = _DEFAULT_SECTIONS
    shown_texts: tuple[str, ...] = ()
    logo: str = ""
    synonyms: str = ""
    theme_texts: tuple[str, ...] = ()
    allowed_phrases: tuple[str, ...] = ()
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    templates: tuple[str, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class RawKnowledgeBase:
    """The files of a knowledge base in `folder`. `other_files` are those that are no records: their bytes by path.

    `synonyms` are the words and phrases of the organisation's list, which may name anybody.
    """

    config: RawConfig
    records: tuple[RawRecord, ...] = ()
    rows: tuple[RawRow, ...] = ()
    other_files: Mapping[str, bytes] = field(default_factory=dict)
    synonyms: tuple[str, ...] = ()
    folder: Path = Path()

    def of(self, kind: str) -> Iterator[RawRecord]:
        """The records of a kind."""
        return (source for source in self.records if source.kind == kind)


def schema_folder() -> Path:
    """The folder of the schemas, in the package or beside it in a checkout."""
    package = Path(str(resources.files("mkdocs_pir")))
    return package / "schemas" if (package / "schemas").is_dir() else package.parents[1] / "schemas"


@cache
def schema(kind: str) -> Mapping[str, Any]:
    """The schema of a kind of record or register; an empty one, which shows nothing, for an unknown kind."""
    file = schema_folder() / f"{kind}.schema.json"
    loaded: Mapping[str, Any] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return loaded


@cache
def _registers() -> dict[str, str]:
    """The name of the schema of each register, by the path of the register in the knowledge base."""
    names = [file.name.removesuffix(".schema.json") for file in sorted(schema_folder().glob("*.schema.json"))]
    return {str(schema(name)["x-register"]): name for name in names if "x-register" in schema(name)}


def read(folder: Path, config_file: Path | None = None) -> RawKnowledgeBase:
    """Read the knowledge base in a folder, and its mkdocs.yml (the one beside the folder when not given)."""
    config_file = config_file or next((f for n in _CONFIGS if (f := folder.parent / n).is_file()), None)
    config = _config(config_file)
    synonyms = ((config_file or folder).parent / config.synonyms).resolve()
    records: list[RawRecord] = []
    rows: list[RawRow] = []
    other_files: dict[str, bytes] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_symlink() or not file.is_file():
            continue
        path = file.relative_to(folder).as_posix()
        content = file.read_bytes()
        if path in _registers():
            rows += _register_rows(path, content)
        elif path.startswith("process/") and path.endswith((".yml", ".yaml")):
            records.append(_module(path, content))
        elif path.endswith(".md"):
            records.append(_record(path, content))
        elif file.resolve() != synonyms:
            other_files[path] = content
    members = strings(_mapping(synonyms)) if config.synonyms and synonyms.is_file() else ()
    return RawKnowledgeBase(config, tuple(records), tuple(rows), other_files, tuple(members), folder)


def text_of(content: bytes) -> str:
    """The text of a file, whatever its line ends and byte order marks."""
    return content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")


def _record(path: str, content: bytes) -> RawRecord:
    text = text_of(content)
    kind = _KINDS.get(path.partition("/")[0], "page") if "/" in path else "page"
    front_matter = _FRONT.match(text)
    fields: dict[str, Any] = {}
    body = text
    if front_matter is not None:
        try:
            loaded = yaml.load(front_matter[1], Loader=_Loader)
        except yaml.YAMLError:
            loaded = None
        if isinstance(loaded, dict) or not front_matter[1].strip():
            fields, body = loaded or {}, text[front_matter.end() :]
    id_ = path.removesuffix(".md") if kind == "page" else str(fields.get("id", ""))
    return RawRecord(path, kind, id_, fields, body)


def _module(path: str, content: bytes) -> RawRecord:
    text = text_of(content)
    try:
        loaded = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError:
        loaded = None
    if isinstance(loaded, dict):
        return RawRecord(path, "process", str(loaded.get("module", "")), loaded, "")
    return RawRecord(path, "process", "", {}, text)


def _register_rows(path: str, content: bytes) -> Iterator[RawRow]:
    text = text_of(content)
    header = text.partition("\n")[0]
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=";" if header.count(";") > header.count(",") else ","
    )
    for row in reader:
        cells = {str(name).strip(): value.strip() for name, value in row.items() if isinstance(value, str)}
        yield RawRow(path, _registers()[path], cells)


def _config(file: Path | None) -> RawConfig:
    settings = _mapping(file) if file is not None and file.is_file() else {}
    if file is not None and (parent := settings.get("INHERIT")):
        settings = {**_mapping(file.parent / str(parent)), **settings}
    options = _options(settings.get("plugins"))
    organisation = options.get("organisation") if isinstance(options.get("organisation"), dict) else {}
    assert isinstance(organisation, dict)
    sections = options.get("client_sections")
    theme = settings.get("theme")
    client_fields = options.get("client_fields")
    synonyms = str(options.get("synonyms") or "")
    shown_texts = [str(settings.get("site_name") or ""), *strings(organisation)]
    return RawConfig(
        tuple(str(s) for s in sections) if isinstance(sections, list) else _DEFAULT_SECTIONS,
        tuple(shown_texts),
        str(organisation.get("logo") or ""),
        synonyms,
        tuple(_theme_texts(file, settings)) if file is not None else (),
        tuple(_allowed_phrases(options.get("audit_allows"))),
        {str(k): v for k, v in client_fields.items() if isinstance(v, dict)} if isinstance(client_fields, dict) else {},
        tuple(text_of(path.read_bytes()) for path in sorted(file.parent.glob("templates/*.md"))) if file else (),
        str(theme.get("language") or "en") if isinstance(theme, dict) else "en",
    )


def _allowed_phrases(allowances: Any) -> Iterator[str]:
    for item in allowances if isinstance(allowances, list) else ():
        if isinstance(item, dict) and str(item.get("reason") or "").strip() and isinstance(item.get("phrase"), str):
            yield item["phrase"]


def _theme_texts(file: Path, settings: Mapping[str, Any]) -> Iterator[str]:
    theme = settings.get("theme")
    custom = file.parent / str(theme["custom_dir"]) if isinstance(theme, dict) and theme.get("custom_dir") else None
    added = sorted(custom.rglob("*")) if custom is not None else []
    docs = file.parent / str(settings.get("docs_dir") or "docs")
    for key in ("extra_css", "extra_javascript"):
        listed = settings.get(key)
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
    """All texts in nested lists and mappings, including keys."""
    if isinstance(value, Mapping):
        return [text for key, item in value.items() for text in [str(key), *strings(item)]]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [value] if isinstance(value, str) else []
