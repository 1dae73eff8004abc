"""Which lines of a record's body a client may see. A line in doubt is withheld."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

OUTSIDE = ("client", "shared")
"""The audiences that leave the provider."""

_FENCE = re.compile(r"((?:[\s>]|(?:[-*+:]|\d{1,9}[.)])[ \t])*)(`{3,}(?!.*`)|~{3,})(.*)$")
_HEADING = re.compile(r" {0,3}#{1,2}(?!#)(.*)$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_ATTRIBUTES = re.compile(r"\{:?[ \t]*+([^{}]*)\}[ \t]*+$")
_AUDIENCE = re.compile(r"(?:^|\s)audience\s*=\s*[\"']?([^\s\"']+)")
_BLOCK = re.compile(r"[\s>]*(?:(?:[-*+:]|\d{1,9}[.)])[\s>]+)*(/{3,})\s*(.*?)\s*$")
_NESTED = re.compile(
    r"(?:[ \t]+|[\s>]*(?:[-*+:>]|\d{1,9}[.)])[\s>]*)##(?!#)|[\s>]*(?:[-*+:>]|\d{1,9}[.)])[\s>]*#[ \t]|.*<[hH][12][\s/>]"
)
_SMALL = re.compile(r"([\s>]*(?:(?:[-*+:]|\d{1,9}[.)])[\s>]+)*)(#{3,6})(?!#)(.*)$")
_INSIDE = re.compile(r"\{[^{}]*\baudience\s*=\s*[\"']?(?!client\b|shared\b)\w", re.I)
_CONTAINER = re.compile(r" {0,3}(?:[-*+:>]|\d{1,9}[.)]|!!!|\?\?\?|===|\[\^)")
_INTERNAL = re.compile(r"internal\b|.*\baudience\s*=\s*[\"']?internal\b", re.I)
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_WHOLE_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_DEFINITION = re.compile(r" {0,3}\[(?!\^)([^\]\n]+)\]:[ \t]*\S")

_SPAN = re.compile(r"`+[^`\n]*`+")
_FOOTNOTE = re.compile(r"[ \t>]*\[\^([^\]\n]+)\]:")

_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()\n]*\)|\[[^\[\]]*\])")
_WIKI = re.compile(r"\[\[(?:[^\[\]|\n]+\|)?([^\[\]\n]+)\]\]")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]*>")
_MARK = re.compile(r"^[ \t]*(?:[-*+>]|#{1,6}|\d+[.)])[ \t]+", re.MULTILINE)
_CURLY = re.compile(r"\{:?[^{}\n]*\}")


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines under one heading (None before the first heading) that are either all shown to the client or all withheld."""

    heading: str | None
    text: str
    shown: bool


class _Fences:
    """Tracks code between fences."""

    def __init__(self) -> None:
        self._mark, self._column = "", 0

    def contains(self, line: str) -> bool:
        """Whether the next line is such code or one of its fences."""
        if self._mark and self._column and line.strip() and _indent(line) < self._column:
            # code in a list or quotation ends with it
            self._mark = ""
        match = _FENCE.match(line)
        if match is None:
            return bool(self._mark)
        if not self._mark:
            self._mark, self._column = match[2], len(match[1]) if match[1].strip() or len(match[1]) > 3 else 0
        elif match[2].startswith(self._mark) and not match[3].strip():
            self._mark = ""
        return True


class _Indented:
    """Tracks code that is only indented, outside lists and boxes."""

    def __init__(self) -> None:
        self._code = self._contained = self._blank = False

    def contains(self, line: str) -> bool:
        """Whether the next line is such code."""
        indented = line.startswith(("    ", "\t"))
        self._code = indented and not self._contained and (self._blank or self._code)
        goes_on = self._contained and (indented or not line.strip() or not self._blank)
        self._contained = bool(_CONTAINER.match(line)) or goes_on
        self._blank = not line.strip()
        return self._code


class _Blocks:
    """Tracks the `///` blocks, which may be nested."""

    def __init__(self) -> None:
        self._open: list[tuple[str, int, bool]] = []

    @property
    def internal(self) -> bool:
        """Whether a line here is within an internal block."""
        return any(internal for _, _, internal in self._open)

    def is_delimiter(self, line: str) -> bool:
        """Whether the next line begins or ends a block."""
        match = _BLOCK.match(line)
        if match is None:
            return False
        column = len(line[: match.start(1)].expandtabs(4))
        if match[2]:
            self._open.append((match[1], column, bool(_INTERNAL.match(match[2]))))
        elif self._open and self._open[-1][0] == match[1] and column < self._open[-1][1] + 4:
            # the end has as many strokes as the beginning, and is not indented like code in the block
            self._open.pop()
        return True


class _Subsections:
    """Tracks subsections whose headings are marked as not for clients; each goes up to the next heading of its level."""

    def __init__(self) -> None:
        self._level = self._column = 0

    def contains(self, line: str, *, read: bool) -> bool:
        """Whether the next line is in such a subsection; only with `read` may it be a heading itself."""
        if read and (match := _SMALL.match(line)):
            if len(match[2]) <= self._level and len(match[1]) <= self._column:
                self._level = 0
            if not self._level and _INSIDE.search(match[3]):
                self._level, self._column = len(match[2]), len(match[1])
        return self._level > 0


def passages(body: str, shows: Callable[[str | None, str | None], bool]) -> Iterator[Passage]:
    """The passages of a body. `shows` decides by the title of a heading and the audience it names; both may be None."""
    text = body.split("\n")
    heading: str | None = None
    shown = shows(None, None)
    comment = False
    fences, indented, blocks, subsections = _Fences(), _Indented(), _Blocks(), _Subsections()
    visible: list[str] = []
    withheld: list[str] = []

    def end_passage() -> Iterator[Passage]:
        used, unused = _definitions(visible)
        yield Passage(heading, "\n".join(used), True)
        yield Passage(heading, "\n".join([*withheld, *unused]), False)
        visible.clear()
        withheld.clear()

    for number, line in enumerate(text):
        if comment:
            withheld.append(line)
            comment = "-->" not in line
            continue
        target = visible if shown and not blocks.internal else withheld
        if fences.contains(line):
            target.append(line)
            continue
        if title := _title(text, number):
            yield from end_passage()
            heading, audience = title
            shown, subsections = shows(heading, audience), _Subsections()
            (visible if shown and not blocks.internal else withheld).append(f"{heading}\n")
            continue
        code = indented.contains(line)
        if target is visible and not code and _NESTED.match(line):
            # a heading within a quotation, list or box begins no section that may be shown; what follows is withheld
            shown = False
            withheld.append(line)
            continue
        if blocks.is_delimiter(line):
            # the kind and title of a shown box are shown
            (withheld if blocks.internal or subsections.contains(line, read=False) else target).append(line)
            continue
        if subsections.contains(line, read=not code and not blocks.internal):
            withheld.append(line)
            continue
        if "<!--" in line and "`" not in line:
            withheld += _COMMENT.findall(line)
            comment = "-->" not in line[line.rindex("<!--") :]
            line = _COMMENT.sub("", line)
        target.append(line)
    yield from end_passage()


def field(text: str) -> tuple[str, str]:
    """The seen text of a shown field, and the unseen text: `/// internal` blocks and comments."""
    if "///" not in text and "<!--" not in text:
        return text, ""
    visible: list[str] = []
    withheld: list[str] = []
    blocks = _Blocks()
    for line in text.split("\n"):
        if not blocks.is_delimiter(line):
            (withheld if blocks.internal else visible).append(line)
    seen = "\n".join(visible)
    code = [match.span() for match in _SPAN.finditer(seen)]
    comments = [c for c in _WHOLE_COMMENT.finditer(seen) if not any(a < c.start() < b for a, b in code)]
    for comment in reversed(comments):
        withheld.append(comment[0])
        seen = f"{seen[: comment.start()]} {seen[comment.end() :]}"
    return seen, "\n".join(withheld)


def _indent(line: str) -> int:
    plain = line.replace(">", " ")
    return len(plain) - len(plain.lstrip())


def _title(text: list[str], number: int) -> tuple[str, str | None] | None:
    """The title and the named audience of the heading on a line, underlined headings included; None without one."""
    line = text[number]
    if match := _HEADING.match(line):
        title = match[1].strip().rstrip("#").strip()
    elif line.strip() and number + 1 < len(text) and _UNDERLINE.match(text[number + 1]) and line[0] not in "|>-*+ ":
        title = line.strip()
    else:
        return None
    if (attributes := _ATTRIBUTES.search(title)) is None:
        return title.strip(), None
    audience = _AUDIENCE.search(attributes[1])
    return title[: attributes.start()].strip(), audience[1] if audience else None


def _definitions(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines without unused footnotes and link definitions, and the lines of these."""
    lines, footnotes = _footnotes(lines)
    whole = "\n".join(line for line in lines if not _DEFINITION.match(line)).casefold()
    used: list[str] = []
    unused: list[str] = []
    for line in lines:
        match = _DEFINITION.match(line)
        (used if match is None or f"[{match[1].casefold()}]" in whole else unused).append(line)
    return used, [*unused, *footnotes]


def _footnotes(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines without unused footnotes, and the lines of unused footnotes: those that only such footnotes refer to."""
    notes: list[str | None] = []  # for each line the label of its footnote
    paragraph = False
    for line in lines:
        if begins := _FOOTNOTE.match(line):
            notes.append(begins[1])
        else:
            goes_on = (
                bool(notes) and notes[-1] is not None and (paragraph or not line.strip(" \t>") or _indent(line) >= 4)
            )
            notes.append(notes[-1] if goes_on else None)
        paragraph = bool(line.strip(" \t>"))
    labels = set(filter(None, notes))
    used: set[str | None] = {None}
    while True:
        text = "\n".join(_SPAN.sub("", line) for line, note in zip(lines, notes, strict=True) if note in used)
        more = {label for label in labels - used if f"[^{label}]" in text}
        if not more:
            break
        used |= more
    shown = [line for line, note in zip(lines, notes, strict=True) if note in used]
    return shown, [line for line, note in zip(lines, notes, strict=True) if note not in used]


def plain(text: str) -> str:
    """Markdown as its reader sees it: without list marks, link targets, tags and attribute lists."""
    # most texts are one line of plain words, and none of these patterns is needed
    if "\n" in text:
        text = _MARK.sub("", text)
    elif mark := _MARK.match(text):
        text = text[mark.end() :]
    if "[" in text:
        text = _LINK.sub(r"\1", _WIKI.sub(r"\1", text))
    if "<" in text:
        text = _TAG.sub("", text)
    if "{" in text:
        text = _CURLY.sub("", text)
    return html.unescape(text)
