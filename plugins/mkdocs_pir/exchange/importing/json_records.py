"""A JSON export: each object of its list a document, every value with its place, numbers as they were written."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mkdocs_pir.exchange.importing import ticket_markup
from mkdocs_pir.exchange.importing.documents import EACH_KEY, SourceDocument, as_texts, unreadable
from mkdocs_pir.kb.frontmatter import Mark, Path, Positions
from mkdocs_pir.kb.problem import Problem, ProblemError, did_you_mean

MAX_DEPTH = 60

_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)
_NOT_JSON = frozenset({"NaN", "Infinity", "-Infinity"})
"""Numbers that Python reads, and JSON does not have."""

_SPACE = re.compile(r"[ \t\n\r]*")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')

Found = tuple[Any, Path, tuple[Mapping[str, Any], ...], str]


def read_objects(
    path: str, text: str, records: Sequence[str], problems: list[Problem] | None = None
) -> Iterator[SourceDocument]:
    """The objects at the first of the places `records` that the file has; `.` is the file itself, lists opened.

    `*` in a place is each value of an object whose keys are ids; one that is no record goes to `problems`.

    A file may hold several values one after the other (JSON Lines). Raises ProblemError (PIR702) for what is no
    JSON, and for a file that has none of the places.
    """
    if not text.strip():
        raise unreadable(path, (1, 1), "the file is empty", "export it again")
    file = _File(path, text)
    values = list(file.values())
    for place in records or (".",):
        steps = [step for step in place.split(".") if step]
        found = [one for n, value in enumerate(values) for one in _at(value, steps, (n,))]
        if found or any(_reaches(value, steps) for value in values):
            for value, at, outer, key in found:
                if isinstance(value, dict):
                    yield file.document(value, at, outer, key)
                elif problems is not None:
                    message, hint = f"the value of '{at[-1]}' is no record; it was left out", "the others are imported"
                    problems.append(Problem.of("PIR704", path, file.mark(at), message, hint))
            return
    keys = [key for value in values for one in _lists(value) if isinstance(one, dict) for key in one]
    hint = did_you_mean(records[0], keys) or "name the place of the list in 'records' of the mapping"
    if keys and all(isinstance(item, dict) for value in values if isinstance(value, dict) for item in value.values()):
        hint = "if its keys are ids, write 'records: [\"*\"]' in the mapping, and '{key: \"*\", prefix: PIR}' as the rule of 'id'"
    names = ", ".join(f"'{key}'" for key in dict.fromkeys(keys))[:200]
    message = f"the file has no '{records[0]}'" + (f"; it has {names}" if names else "")
    raise unreadable(path, (1, 1), message, hint)


def _at(
    value: Any, steps: Sequence[str], path: Path, outer: tuple[Mapping[str, Any], ...] = (), key: str = ""
) -> Iterator[Found]:
    """The objects at a place, each with its path, the objects around it, and the key that `*` in the place stood for.

    Among them is whatever else an object of records by their keys has.
    """
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _at(item, steps, (*path, index), outer, key)
    elif isinstance(value, dict):
        if not steps:
            yield value, path, outer, key
        elif steps[0] in value:
            yield from _at(value[steps[0]], steps[1:], (*path, steps[0]), (value, *outer), key)
        elif steps[0] == EACH_KEY:
            for name, item in value.items():
                if isinstance(item, dict | list):
                    yield from _at(item, steps[1:], (*path, name), (value, *outer), name)
                elif item is not None:
                    yield item, (*path, name), outer, name


def _reaches(value: Any, steps: Sequence[str]) -> bool:
    """Whether the place exists, be it an empty list."""
    if not steps:
        return isinstance(value, list)
    if steps == [EACH_KEY]:
        return isinstance(value, dict)
    return any(
        isinstance(one, dict) and steps[0] in one and _reaches(one[steps[0]], steps[1:]) for one in _lists(value)
    )


def _lists(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


class _File:
    """The values of a file, and where each of them begins."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.lines = [0, *(found.end() for found in re.finditer("\n", text))]
        self.starts: dict[Path, int] = {}

    def values(self) -> Iterator[Any]:
        at, number = self._after_space(0), 0
        while at < len(self.text):
            try:
                value, end = _DECODER.raw_decode(self.text, at)
            except json.JSONDecodeError as error:
                is_cut = self._after_space(error.pos) == len(self.text)
                what = "the file ends in the middle of a value" if is_cut else f"this is no JSON ({error.msg})"
                raise self._stop(error.pos, what, "export the file again; write it as JSON") from None
            except RecursionError:
                # how deep it may be is checked with the places
                value, end = None, len(self.text)
            self._read_starts(number, at, end)
            yield as_texts(value)
            at, number = self._after_space(end), number + 1

    def _after_space(self, at: int) -> int:
        return _SPACE.match(self.text, at).end()  # type: ignore[union-attr]  # it matches nothing too

    def _read_starts(self, number: int, at: int, end: int) -> None:
        """Remember where each value between two places of valid JSON begins."""
        # in a list the number of the next value, in an object its key, None where that comes next
        path: list[Any] = [number]
        for found in _TOKEN.finditer(self.text, at, end):
            token = found[0]
            if token in "]}":
                path.pop()
            elif token == ",":
                path[-1] = path[-1] + 1 if isinstance(path[-1], int) else None
            elif path[-1] is None:
                path[-1] = as_texts(json.loads(token))
            elif token != ":":
                self.starts[tuple(path)] = found.start()
                if len(path) > MAX_DEPTH:
                    message = f"nested more than {MAX_DEPTH} levels deep"
                    raise self._stop(found.start(), message, "export less of it")
                if token in _NOT_JSON:
                    raise self._stop(found.start(), f"this is no JSON ({token})", "export the file again")
                path += [0] if token == "[" else [None] if token == "{" else []

    def document(
        self, value: dict[str, Any], path: Path, outer: tuple[Mapping[str, Any], ...], key: str
    ) -> SourceDocument:
        marks = {at[len(path) :]: self._mark(start) for at, start in self._inside(value, path)}
        where = self._mark(self.starts[path])
        data = ticket_markup.open_documents(value)
        return SourceDocument(self.path, data, Positions(marks), where=where, record=True, outer=outer, key=key)

    def _inside(self, value: Any, path: Path) -> Iterator[tuple[Path, int]]:
        yield path, self.starts[path]
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, item in inner:
            yield from self._inside(item, (*path, key))

    def mark(self, path: Path) -> Mark:
        """The place of a value."""
        return self._mark(self.starts[path])

    def _mark(self, start: int) -> Mark:
        line = bisect_right(self.lines, start)
        return line, start - self.lines[line - 1] + 1

    def _stop(self, at: int, message: str, hint: str) -> ProblemError:
        return unreadable(self.path, self._mark(at), message, hint)
