"""Reading front matter strictly: python-frontmatter with a handler that keeps positions and refuses risky YAML.

Every scalar is read as a string, and the schema decides its type. So `no`, `010`, `1e3` and `08:30` stay the text that
was typed.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import frontmatter
import yaml
from frontmatter.default_handlers import BaseHandler
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.yaml_faults import yaml_fault

MAX_BYTES = 1 << 20
MAX_LINE = 64 << 10
MAX_LINES = 50_000
MAX_DEPTH = 20
MAX_PROBLEMS = 1_000

Path = tuple[str | int, ...]
Mark = tuple[int, int]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_EMPTY = {"", "~", "null", "Null", "NULL"}
# C0 and C1 controls except tab and line ends, line ends that only some programs know, bidirectional controls, which
# change the order in which text is displayed, and characters that YAML does not allow
# the set of characters stands first, as that makes a search fast
CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff](?!(?<=\r)\n)"
)
"""An invisible character that can change how the text around it is displayed."""

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
# with the line end before it, as a search for known letters is fast
_CLOSING = re.compile(r"\n---[ \t]*$", re.MULTILINE)


class Quoted(str):
    """A scalar that was written in quotes, and so is always text."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Positions:
    """The positions of keys and values by their path, as (line, column) from 1.

    `empty` has the keys without a value, which are left out of the data, by the path of their mapping.
    """

    values: dict[Path, Mark] = field(default_factory=dict)
    keys: dict[Path, Mark] = field(default_factory=dict)
    empty: dict[Path, list[str]] = field(default_factory=dict)

    def value(self, path: Path) -> Mark:
        """The position of the value at this path, or of the nearest value that contains it."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))

    def key(self, path: Path) -> Mark:
        """The position of the key at this path, or else of the value."""
        return self.keys.get(path) or self.value(path)


@dataclass(frozen=True, slots=True)
class MarkdownFile:
    """The front matter of a Markdown file with positions, and its body, which begins on line `body_line`."""

    data: dict[str, Any]
    positions: Positions
    body: str
    body_line: int


def decode(raw: bytes, path: str) -> str:
    """The text of a UTF-8 file, without a byte order mark and with `\\n` as line ends.

    Raises ProblemError for a file that is too large, not UTF-8, or has control characters.
    """
    if len(raw) > MAX_BYTES:
        raise _stop(
            "PIR004",
            path,
            (0, 0),
            f"the file is larger than {MAX_BYTES:,} bytes",
            "split the record, or keep logs as attachments",
        )
    start = len(BOM_UTF8) if raw.startswith(BOM_UTF8) else 0
    try:
        text = raw[start:].decode("utf-8")
    except UnicodeDecodeError as error:
        offset = start + error.start
        line = raw.count(b"\n", 0, offset) + 1
        raise _stop("PIR001", path, (line, 1), f"byte {offset} is not UTF-8", "save the file as UTF-8") from None
    refuse_controls(text, start, path)
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if (lines := text.count("\n")) > MAX_LINES:
        # Markdown parsers take time for each line, however short
        message = f"the file has {lines:,} lines; {MAX_LINES:,} are allowed"
        raise _stop("PIR004", path, (0, 0), message, "split the record, or keep logs as attachments")
    for number, line_text in enumerate(text.split("\n"), 1):
        # a character has at most four bytes, so short lines need not be encoded
        if len(line_text) * 4 > MAX_LINE and (size := len(line_text.encode())) > MAX_LINE:
            raise _stop(
                "PIR004",
                path,
                (number, 1),
                f"the line has {size:,} bytes; {MAX_LINE:,} are allowed",
                "break the line, or keep the data as an attachment",
            )
    return text


def refuse_controls(text: str, start: int, path: str) -> None:
    """Raise ProblemError for a second byte order mark or a control character in the text of a file.

    `start` is the byte of the file at which the text begins.
    """
    if text.startswith("\ufeff"):
        raise _stop("PIR003", path, (1, 1), f"a second byte order mark at byte {start}", "remove it")
    if (bad := _control(text)) is not None:
        before = text[: bad.start()]
        raise _stop(
            "PIR002",
            path,
            (before.count("\n") + 1, bad.start() - before.rfind("\n")),
            f"the control character U+{ord(bad[0]):04X} at byte {start + len(before.encode())}",
            "remove it; it is invisible and can change how the text is displayed",
        )


def _control(text: str) -> re.Match[str] | None:
    """The first control character of a text. Most texts are ASCII that can be printed, which is known sooner."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return None
    return CONTROL.search(text)


def parse(text: str, path: str) -> MarkdownFile:
    """Split a record into front matter and body. Raises ProblemError unless it has one mapping between two fences."""
    handler = StrictHandler(path)
    if not text.startswith("---"):
        stripped = text.lstrip()
        if stripped.startswith("---"):
            raise _stop(
                "PIR011",
                path,
                (1, 1),
                "there is a blank line or space before the front matter",
                "begin the file with ---",
            )
        raise _stop(
            "PIR010",
            path,
            (1, 1),
            "the file has no front matter",
            "begin with a line ---, then the fields such as 'id: PIR-2026-0001', then another line ---",
        )
    data, _ = frontmatter.parse(text, handler=handler)
    return MarkdownFile(dict(data), handler.positions, handler.body, handler.body_line)


class StrictHandler(BaseHandler):
    """The handler for python-frontmatter: splits and reads front matter strictly, and keeps positions."""

    FM_BOUNDARY = _FENCE

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.positions = Positions()
        self.body = ""
        self.body_line = 1

    def split(self, text: str) -> tuple[str, str]:
        opening = _FENCE.match(text)
        if opening is None:
            raise _stop("PIR012", self.path, (1, 1), "the first line is not exactly ---", "write exactly three hyphens")
        closing = _CLOSING.search(text, opening.end())
        if closing is None:
            raise _stop(
                "PIR012",
                self.path,
                (1, 1),
                "the front matter is not closed",
                "end the fields with a line of exactly three hyphens",
            )
        self.body = text[closing.end() + 1 :]
        self.body_line = text.count("\n", 0, closing.end()) + 2
        return text[opening.end() + 1 : closing.start() + 1], self.body

    def load(self, fm: str) -> dict[str, Any]:
        data, self.positions = load_yaml(fm, self.path, first_line=2)
        return data


def load_yaml(text: str, path: str, first_line: int = 1) -> tuple[dict[str, Any], Positions]:
    """Read a YAML mapping of strings, lists and mappings, with the position of each key and value.

    Raises ProblemError with all its problems: syntax, duplicate keys, anchors, aliases, tags, depth.
    """
    reader = _Reader(text, path, first_line)
    loader = _Loader(text)
    try:
        value = reader.read(loader)
    except yaml.YAMLError as error:
        fault = yaml_fault(text, error)
        where = (fault.line + first_line - 1, fault.column)
        raise ProblemError([*reader.problems, Problem.of("PIR013", path, where, fault.message, fault.hint)]) from None
    finally:
        loader.dispose()
    if reader.problems:
        raise ProblemError(reader.problems)
    if not isinstance(value, dict):
        raise _stop(
            "PIR014",
            path,
            (first_line, 1),
            "the front matter does not consist of lines 'name: value'",
            "write one field per line, such as 'title: Mail stalled'",
        )
    return value, reader.positions


class _Reader:
    """Turns YAML events into strings, lists and dicts. It reads events, not nodes, so aliases are never expanded."""

    def __init__(self, text: str, path: str, first_line: int) -> None:
        self.path = path
        self.offset = first_line
        self.problems: list[Problem] = []
        self.positions = Positions()
        # a value can have such a character only if the text has it, or an escape
        self.may_have_controls = "\\" in text or _control(text) is not None

    def read(self, loader: Any) -> Any:
        events: Iterator[Any] = iter(loader.get_event, None)
        value: Any = {}
        for event in events:
            if isinstance(event, DocumentStartEvent):
                break
        else:
            return value
        first = next(events)
        value = self._value(first, events, (), 0)
        for event in events:
            if isinstance(event, DocumentStartEvent):
                self._problem("PIR014", event, "a second YAML document", "keep only one")
        return value

    def _mark(self, event: Any) -> Mark:
        mark = event.start_mark
        return (mark.line + self.offset, mark.column + 1)

    def _problem(self, code: str, event: Any, message: str, hint: str) -> None:
        self.problems.append(Problem.of(code, self.path, self._mark(event), message, hint))
        if len(self.problems) >= MAX_PROBLEMS:
            # a file with this many mistakes was not typed by hand; nobody reads further
            raise ProblemError(self.problems)

    def _value(self, event: Any, events: Iterator[Any], path: Path, depth: int) -> Any:
        self.positions.values[path] = self._mark(event)
        return self._content(event, events, path, depth)

    def _content(self, event: Any, events: Iterator[Any], path: Path, depth: int) -> Any:
        kind = type(event)
        if kind is AliasEvent:
            self._problem("PIR016", event, f"the alias *{event.anchor}", "write the value itself")
            return ""
        if event.anchor is not None:
            self._problem("PIR016", event, f"the anchor &{event.anchor}", "write the value itself where it is needed")
        if event.tag is not None:
            self._problem(
                "PIR016", event, f"the tag {event.tag}", "write the plain value; its type comes from the schema"
            )
        if kind is ScalarEvent:
            return self._scalar(event)
        if depth >= MAX_DEPTH:
            raise ProblemError(
                [
                    *self.problems,
                    Problem.of(
                        "PIR017",
                        self.path,
                        self._mark(event),
                        f"nested more than {MAX_DEPTH} levels deep",
                        "no field needs this depth",
                    ),
                ]
            )
        if kind is SequenceStartEvent:
            items: list[Any] = []
            for child in events:
                if type(child) is SequenceEndEvent:
                    break
                items.append(self._value(child, events, (*path, len(items)), depth + 1))
            return items
        return self._mapping(events, path, depth)

    def _scalar(self, event: Any) -> str | None:
        value: str = event.value
        if self.may_have_controls and (bad := CONTROL.search(value)) is not None:
            self._problem(
                "PIR002", event, f"the control character U+{ord(bad[0]):04X}, written as an escape", "remove it"
            )
        if event.style:
            return Quoted(value)
        return None if value in _EMPTY else value

    def _mapping(self, events: Iterator[Any], path: Path, depth: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key in events:
            if type(key) is MappingEndEvent:
                break
            mark = self._mark(key)
            name = self._content(key, events, (*path, "?"), depth + 1)
            if not isinstance(name, str):
                self._problem("PIR013", key, "a key that is not a plain word", "write 'name: value'")
                name = "?"
            elif name == "<<" and not isinstance(name, Quoted):
                self._problem("PIR016", key, "a merge key", "write the values themselves")
            elif name in lines:
                self._problem(
                    "PIR015", key, f"'{name}' is given twice; the first is on line {lines[name]}", "keep one of them"
                )
            lines.setdefault(name, mark[0])
            at = (*path, name)
            self.positions.keys[at] = mark
            value = self._value(next(events), events, at, depth + 1)
            # an empty field counts as not given, as templates list more fields than most records need
            if value is not None:
                out[str(name)] = value
            else:
                self.positions.empty.setdefault(path, []).append(str(name))
        return out


def _stop(code: str, path: str, where: Mark, message: str, hint: str) -> ProblemError:
    return ProblemError([Problem.of(code, path, where, message, hint)])
