"""The independent audit: reads the raw knowledge base and a finished client site, and looks for what must not be there.

It shares nothing with the projection: its own reading of the files, its own idea of what is withheld. It stands
between staging and publishing, so an edition with a finding is never published.
"""

from __future__ import annotations

import html
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mkdocs_pir.kb.problem import Problem

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)
_TAG = re.compile(r"<[^>]*>")
_INVISIBLE = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
_TEXT = {".html", ".js", ".json", ".css", ".xml", ".svg", ".txt", ".csv", ".log", ".webmanifest", ".ics", ""}
_BINARY = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".woff", ".woff2", ".ttf", ".gz", ".ico"}
_TELLING = 6


@dataclass(frozen=True, slots=True)
class _Raw:
    path: str
    fields: Mapping[str, Any]


def audit(site: Path, kb_folder: Path, client: str) -> list[Problem]:
    """Findings in a finished site meant for one client; none when it is clean.

    `site` is the folder of the site, `kb_folder` the raw knowledge base. A finding names the file of the site,
    its line and column, and the record it betrays.
    """
    words = _forbidden(kb_folder, client)
    if not words:
        return []
    findings: dict[tuple[str, str], Problem] = {}
    for file in sorted(p for p in site.rglob("*") if p.is_file()):
        name = file.relative_to(site).as_posix()
        suffix = file.suffix.lower()
        if suffix in _BINARY:
            continue
        if suffix == ".pdf":
            text = _words_of_pdf(file.read_bytes())
        elif suffix in _TEXT:
            text = file.read_bytes().decode("utf-8", "replace")
        else:
            findings[name, ""] = Problem.of(
                "PIR606",
                name,
                (0, 0),
                f"a file of the unknown type '{suffix}'",
                "publish only types that can be checked",
            )
            continue
        for reading in _readings(name, text):
            for word, start in _occurrences(reading, words):
                findings.setdefault((name, word), _finding(name, reading, word, start, words[word]))
    return list(findings.values())


def _occurrences(reading: str, words: Iterable[str]) -> Iterator[tuple[str, int]]:
    """The words that occur in a reading as words of their own, with the first place of each."""
    for word in words:
        # a plain search first: nearly every word is absent from nearly every file
        if word in reading and (found := re.search(rf"(?<!\w){re.escape(word)}(?!\w)", reading)):
            yield word, found.start()


def _finding(name: str, reading: str, word: str, start: int, record: str) -> Problem:
    where = (reading.count("\n", 0, start) + 1, start - reading.rfind("\n", 0, start))
    message = f"'{word}' belongs to {record}, which this client does not see"
    return Problem.of(
        "PIR606", name, where, message, "find where a released record mentions it, and say it without the name"
    )


def _readings(name: str, text: str) -> Iterator[str]:
    """A file's text as bytes, as a reader sees it, and its name."""
    yield _fold(name)
    yield _fold(text)
    yield _fold(html.unescape(_TAG.sub("", text)))


def _words_of_pdf(content: bytes) -> str:
    """The words of a PDF: of its pages, and every text among its objects (bookmarks, alternative texts, metadata)."""
    from pypdf import PdfReader
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject, TextStringObject

    def texts(value: object) -> Iterator[str]:
        if isinstance(value, TextStringObject):
            yield str(value)
        elif isinstance(value, DictionaryObject):
            if isinstance(value, StreamObject) and value.get("/Type") == "/Metadata":
                yield value.get_data().decode("utf-8", "replace")
            for item in value.values():
                yield from texts(item)
        elif isinstance(value, ArrayObject):
            for item in value:
                yield from texts(item)

    reader = PdfReader(io.BytesIO(content))
    numbers = {number for table in reader.xref.values() for number in table} | set(reader.xref_objStm)
    found = [page.extract_text() for page in reader.pages]
    found += [text for n in sorted(numbers) for text in texts(reader.get_object(IndirectObject(n, 0, reader)))]
    # a line may end within a name
    return "\n".join(" ".join(text.split()) for text in found)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_INVISIBLE).casefold()


def _forbidden(folder: Path, client: str) -> dict[str, str]:
    """Words that must not occur, folded, with the record that each belongs to."""
    raws = list(_read(folder))
    words: dict[str, str] = {}
    own: set[str] = set()
    released: set[str] = set()
    for raw in raws:
        if (
            raw.path.startswith("pirs/")
            and raw.fields.get("client") == client
            and _outside(raw)
            and "release" in raw.fields
        ):
            released.add(str(raw.fields.get("id")))
    for raw in raws:
        kind = raw.path.partition("/")[0]
        texts = _names(kind, raw.fields)
        if _shown(kind, raw, client, released):
            own.update(_fold(t) for t in texts)
            continue
        for text in texts:
            if len(text) >= (3 if kind == "clients" else _TELLING):
                words.setdefault(_fold(text), raw.path)
    return {word: path for word, path in words.items() if word not in own}


def _names(kind: str, fields: Mapping[str, Any]) -> list[str]:
    """The words by which a withheld record would be known."""
    if kind == "clients":
        many = [*_many(fields.get("aliases")), *_many(fields.get("domains"))]
        return [t for t in (_text(fields.get("id")), _text(fields.get("name")), *many) if t]
    if kind in ("pirs", "lessons", "problems"):
        return [t for t in (_text(fields.get("id")), _text(fields.get("title"))) if t]
    return []


def _shown(kind: str, raw: _Raw, client: str, released: set[str]) -> bool:
    fields = raw.fields
    if kind == "clients":
        return fields.get("id") == client
    if kind == "pirs":
        return fields.get("id") in released
    if kind == "lessons":
        learned = set(_many(fields.get("learned_from")))
        return fields.get("audience") == "shared" or (fields.get("audience") == "client" and bool(learned & released))
    return fields.get("audience") == "shared"


def _outside(raw: _Raw) -> bool:
    return raw.fields.get("audience") in ("client", "shared")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _many(value: Any) -> list[str]:
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []


def _read(folder: Path) -> Iterator[_Raw]:
    for file in sorted(folder.rglob("*.md")):
        found = _FRONT.match(file.read_text("utf-8"))
        fields = yaml.load(found[1], Loader=yaml.BaseLoader) if found else {}
        if isinstance(fields, dict):
            yield _Raw(file.relative_to(folder).as_posix(), fields)
