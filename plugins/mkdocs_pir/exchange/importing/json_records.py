"""A JSON export: each object of its list a document, every value with its place, numbers as they were written."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mkdocs_pir.exchange.importing import ticket_markup
from mkdocs_pir.exchange.importing.documents import SourceDocument, unreadable
from mkdocs_pir.kb.frontmatter import Mark, Path, Positions
from mkdocs_pir.kb.problem import ProblemError, did_you_mean

MAX_DEPTH = 60

_TOKEN = re.compile(
    r'[ \t\n\r]*(?:(?P<text>"(?:[^"\\\x00-\x1f]|\\.)*")|(?P<mark>[\[\]{},:])'
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<word>true|false|null)(?![A-Za-z]))"
)
_SPACE = re.compile(r"[ \t\n\r]*")
_WORDS = {"true": "true", "false": "false", "null": None}

Found = tuple[Any, Path, tuple[Mapping[str, Any], ...]]


def read_objects(path: str, text: str, records: Sequence[str]) -> Iterator[SourceDocument]:
    """The objects at the first of the places `records` that the file has; `.` is the file itself, lists opened.

    A file may hold several values one after the other (JSON Lines). Raises ProblemError (PIR702) for what is no
    JSON, and for a file that has none of the places.
    """
    if not text.strip():
        raise unreadable(path, (1, 1), "the file is empty", "export it again")
    reader = _Reader(path, text)
    values = list(reader.values())
    for place in records or (".",):
        steps = [step for step in place.split(".") if step]
        found = [one for n, value in enumerate(values) for one in _at(value, steps, (n,), ())]
        if found or any(_reaches(value, steps) for value in values):
            yield from (reader.document(*one) for one in found)
            return
    keys = [key for value in values for one in _lists(value) if isinstance(one, dict) for key in one]
    hint = did_you_mean(records[0], keys) or "name the place of the list in 'records' of the mapping"
    names = ", ".join(f"'{key}'" for key in dict.fromkeys(keys))[:200]
    message = f"the file has no '{records[0]}'" + (f"; it has {names}" if names else "")
    raise unreadable(path, (1, 1), message, hint)


def _at(value: Any, steps: Sequence[str], path: Path, outer: tuple[Mapping[str, Any], ...]) -> Iterator[Found]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _at(item, steps, (*path, index), outer)
    elif isinstance(value, dict):
        if not steps:
            yield value, path, outer
        elif steps[0] in value:
            yield from _at(value[steps[0]], steps[1:], (*path, steps[0]), (value, *outer))


def _reaches(value: Any, steps: Sequence[str]) -> bool:
    """Whether the place exists, be it an empty list."""
    if not steps:
        return isinstance(value, list)
    return any(
        isinstance(one, dict) and steps[0] in one and _reaches(one[steps[0]], steps[1:]) for one in _lists(value)
    )


def _lists(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


class _Reader:
    """Reads tokens into strings, lists and dicts and remembers where each value begins."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.at = 0
        self.lines = [0, *(found.end() for found in re.finditer("\n", text))]
        self.starts: dict[Path, int] = {}

    def values(self) -> Iterator[Any]:
        number = 0
        while _SPACE.match(self.text, self.at).end() < len(self.text):  # type: ignore[union-attr]
            yield self._value((number,), self._next())
            number += 1

    def document(self, value: dict[str, Any], path: Path, outer: tuple[Mapping[str, Any], ...]) -> SourceDocument:
        marks = {at[len(path) :]: self._mark(start) for at, start in self._inside(value, path)}
        where = self._mark(self.starts[path])
        data = ticket_markup.open_documents(value)
        return SourceDocument(self.path, data, Positions(marks), where=where, record=True, outer=outer)

    def _inside(self, value: Any, path: Path) -> Iterator[tuple[Path, int]]:
        yield path, self.starts[path]
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, item in inner:
            if (*path, key) in self.starts:
                yield from self._inside(item, (*path, key))

    def _mark(self, start: int) -> Mark:
        line = bisect_right(self.lines, start)
        return line, start - self.lines[line - 1] + 1

    def _next(self) -> re.Match[str]:
        found = _TOKEN.match(self.text, self.at)
        if found is None:
            self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]
            what = "the file ends in the middle of a value" if self.at >= len(self.text) else "this is no JSON"
            raise self._stop(what, "export the file again; write it as JSON")
        self.at = found.end()
        return found

    def _value(self, path: Path, token: re.Match[str]) -> Any:
        kind = str(token.lastgroup)
        text = token[kind]
        self.starts[path] = token.start(kind)
        if len(path) > MAX_DEPTH:
            raise self._stop(f"nested more than {MAX_DEPTH} levels deep", "export less of it")
        if kind == "text":
            return self._text(text)
        if kind == "word":
            return _WORDS[text]
        if kind == "number":
            return text
        if text in "[{":
            return self._list_or_object(path, text)
        self.at = token.start(kind)
        raise self._stop(f"a value is missing before '{text}'")

    def _list_or_object(self, path: Path, opening: str) -> Any:
        items: list[Any] = []
        fields: dict[str, Any] = {}
        closing = "]" if opening == "[" else "}"
        token = self._next()
        while token["mark"] != closing:
            if opening == "[":
                items.append(self._value((*path, len(items)), token))
            elif token["text"] is None:
                raise self._stop("a key is missing")
            else:
                key = self._text(token["text"])
                if self._next()["mark"] != ":":
                    raise self._stop(f"no ':' after the key '{key}'")
                if (value := self._value((*path, key), self._next())) is not None:
                    fields[key] = value
            mark = self._next()["mark"]
            if mark == closing:
                break
            if mark != ",":
                raise self._stop(f"no ',' or '{closing}' after the value")
            token = self._next()
        return items if opening == "[" else fields

    def _text(self, token: str) -> str:
        try:
            # half of a surrogate pair is no character, and could not be written
            return str(json.loads(token)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        except ValueError:
            raise self._stop("an escape that JSON does not have") from None

    def _stop(self, message: str, hint: str = "export the file again") -> ProblemError:
        return unreadable(self.path, self._mark(min(self.at, len(self.text))), message, hint)
