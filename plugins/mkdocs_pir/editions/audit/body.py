"""A record's text, line by line: which lines a client may see. Where it is in doubt, a line is withheld."""

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
    """Lines that belong together: under one heading (None before the first), shown to the client or not."""

    heading: str | None
    text: str
    shown: bool


def passages(body: str, shows: Callable[[str | None, str | None], bool]) -> Iterator[Passage]:
    """The body in passages. `shows` is asked with a heading and what it says of its audience; both may be None."""
    text = body.split("\n")
    heading: str | None = None
    shown = shows(None, None)
    fence, within = "", 0
    comment = contained = code = blank = False
    small = 0, 0
    blocks: list[tuple[str, int, bool]] = []
    kept: list[str] = []
    cut: list[str] = []

    def flush() -> Iterator[Passage]:
        visible, unused = _definitions(kept)
        yield Passage(heading, "\n".join(visible), True)
        yield Passage(heading, "\n".join([*cut, *unused]), False)
        kept.clear()
        cut.clear()

    for number, line in enumerate(text):
        inside = any(internal for _, _, internal in blocks)
        put = kept if shown and not inside else cut
        if comment:
            cut.append(line)
            comment = "-->" not in line
            continue
        if fence and within and line.strip() and _indent(line) < within:
            # code in a list or quotation ends with it
            fence = ""
        if mark := _FENCE.match(line):
            if not fence:
                fence, within = mark[2], len(mark[1]) if mark[1].strip() or len(mark[1]) > 3 else 0
            elif mark[2].startswith(fence) and not mark[3].strip():
                fence = ""
            put.append(line)
            continue
        if fence:
            put.append(line)
            continue
        if title := _title(text, number):
            yield from flush()
            heading, audience = title
            shown, small = shows(heading, audience), (0, 0)
            (kept if shown and not inside else cut).append(f"{heading}\n")
            continue
        indented = line.startswith(("    ", "\t"))
        code = indented and not contained and (blank or code)
        contained = bool(_CONTAINER.match(line)) or (contained and (indented or not line.strip() or not blank))
        blank = not line.strip()
        if shown and not inside and not code and _NESTED.match(line):
            # a heading within a quotation, list or box is no section that may be shown, nor is what follows it
            shown = False
            cut.append(line)
            continue
        if block := _BLOCK.match(line):
            if block[2]:
                blocks.append((block[1], block.start(1), bool(_INTERNAL.match(block[2]))))
            elif blocks and blocks[-1][0] == block[1] and block.start(1) < blocks[-1][1] + 4:
                blocks.pop()
            cut.append(line)
            continue
        if not code and not inside and (begins := _SMALL.match(line)):
            level, column = small
            if level and len(begins[2]) <= level and len(begins[1]) <= column:
                small = 0, 0
            if not small[0] and _INSIDE.search(begins[3]):
                small = len(begins[2]), len(begins[1])
        if small[0]:
            cut.append(line)
            continue
        if "<!--" in line and "`" not in line:
            cut += _COMMENT.findall(line)
            comment = "-->" not in line[line.rindex("<!--") :]
            line = _COMMENT.sub("", line)
        put.append(line)
    yield from flush()


def field(text: str) -> tuple[str, str]:
    """What of the text in a shown field is seen, and what is not: `/// internal` blocks and comments."""
    if "///" not in text and "<!--" not in text:
        return text, ""
    kept: list[str] = []
    cut: list[str] = []
    blocks: list[tuple[str, bool]] = []
    for line in text.split("\n"):
        if block := _BLOCK.match(line):
            if block[2]:
                blocks.append((block[1], bool(_INTERNAL.match(block[2]))))
            elif blocks and blocks[-1][0] == block[1]:
                blocks.pop()
            continue
        (cut if any(internal for _, internal in blocks) else kept).append(line)
    seen = "\n".join(kept)
    code = [found.span() for found in _SPAN.finditer(seen)]
    comments = [c for c in _WHOLE_COMMENT.finditer(seen) if not any(a < c.start() < b for a, b in code)]
    for comment in reversed(comments):
        cut.append(comment[0])
        seen = f"{seen[: comment.start()]} {seen[comment.end() :]}"
    return seen, "\n".join(cut)


def _indent(line: str) -> int:
    plain = line.replace(">", " ")
    return len(plain) - len(plain.lstrip())


def _title(text: list[str], number: int) -> tuple[str, str | None] | None:
    """The heading that begins on a line, with the audience it names; also one that is underlined on the next."""
    line = text[number]
    if found := _HEADING.match(line):
        title = found[1].strip().rstrip("#").strip()
    elif line.strip() and number + 1 < len(text) and _UNDERLINE.match(text[number + 1]) and line[0] not in "|>-*+ ":
        title = line.strip()
    else:
        return None
    if (attributes := _ATTRIBUTES.search(title)) is None:
        return title.strip(), None
    audience = _AUDIENCE.search(attributes[1])
    return title[: attributes.start()].strip(), audience[1] if audience else None


def _definitions(lines: list[str]) -> tuple[list[str], list[str]]:
    """Lines without, and lines that are, footnotes and link definitions that no line uses."""
    lines, unread = _footnotes(lines)
    whole = "\n".join(line for line in lines if not _DEFINITION.match(line)).casefold()
    used: list[str] = []
    unused: list[str] = []
    for line in lines:
        found = _DEFINITION.match(line)
        (used if found is None or f"[{found[1].casefold()}]" in whole else unused).append(line)
    return used, [*unused, *unread]


def _footnotes(lines: list[str]) -> tuple[list[str], list[str]]:
    """Lines without, and lines that are, footnotes that nothing leads to, or only other such footnotes."""
    of: list[str | None] = []
    paragraph = False
    for line in lines:
        if begins := _FOOTNOTE.match(line):
            of.append(begins[1])
        else:
            goes_on = bool(of) and of[-1] is not None and (paragraph or not line.strip(" \t>") or _indent(line) >= 4)
            of.append(of[-1] if goes_on else None)
        paragraph = bool(line.strip(" \t>"))
    labels = set(filter(None, of))
    read: set[str | None] = {None}
    while True:
        said = "\n".join(_SPAN.sub("", line) for line, note in zip(lines, of, strict=True) if note in read)
        more = {label for label in labels - read if f"[^{label}]" in said}
        if not more:
            break
        read |= more
    kept = [line for line, note in zip(lines, of, strict=True) if note in read]
    return kept, [line for line, note in zip(lines, of, strict=True) if note not in read]


def plain(text: str) -> str:
    """Markdown as its reader sees it: without list marks, the targets of links, tags and attribute lists."""
    text = _MARK.sub("", text)
    text = _WIKI.sub(r"\1", text)
    text = _LINK.sub(r"\1", text)
    return html.unescape(_CURLY.sub("", _TAG.sub("", text)))
