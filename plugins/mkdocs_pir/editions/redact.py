"""Cutting what a client does not see out of a text: internal blocks and headings, and what no reader sees."""

from __future__ import annotations

import re

from mkdocs_pir.editions.unseen import cut_comments, cut_unseen
from mkdocs_pir.kb.body import without_samples, without_sure_code

_MARKS = r"[\s>]*(?:(?:[-*+:]|\d{1,9}[.)])[\s>]+)*"
_OPEN = re.compile(rf"^{_MARKS}(/{{3,}})\s*(\S.*?)\s*$")
_CLOSE = re.compile(r"^[\s>]*(/{3,})\s*$")
_INTERNAL = re.compile(r"^(?:internal\b.*|.*\baudience\s*=\s*[\"']?internal\b.*)$", re.I)
_HEADING = re.compile(rf"^{_MARKS}(?P<level>#{{1,6}})(?!#)(?P<title>.*)$")
_INNER = re.compile(
    r"(?:^[ \t]{1,}|^[\s>]*(?:[-*+:>]|\d{1,9}[.)])[\s>]*)#{2}(?!#)|^[\s>]*(?:[-*+:>]|\d{1,9}[.)])[\s>]*#(?!#)[ \t]|^ {0,3}#{1,2}(?!#)"
)
_HTML_HEADING = re.compile(r"<h[12](?=[\s/>])", re.I)
_AUDIENCE = re.compile(r"\baudience\s*=\s*[\"']?([^\s\"'}]+)", re.I)


def cut_internal(text: str) -> str:
    """The text of a shown section without what stays inside, and without what no reader sees.

    Cut are `/// internal` blocks, wherever they are nested; what follows an H1 or H2 in a quotation, list, box or HTML,
    which would be a section of its own; headings below H2 that say another audience, with what belongs to them. A block
    that is never closed is cut to the end: in doubt, nothing is shown.
    """
    return cut_unseen(_without_headings(_without_blocks(text))).strip("\n")


def cut_field(text: str, *, plain: bool) -> str:
    """The text of a shown field without `/// internal` blocks and what no reader sees.

    `plain` is a field that is shown as it was typed, such as a title: tags and braces in it are its words.
    """
    cut = (cut_comments if plain else cut_unseen)(_without_blocks(text))
    return text if cut == text else cut.strip()


def _without_blocks(text: str) -> str:
    if "///" not in text:
        return text
    kept: list[str] = []
    stack: list[tuple[str, int, bool]] = []
    for line, seen in zip(text.split("\n"), without_sure_code(text).split("\n"), strict=True):
        hidden = any(internal for _, _, internal in stack)
        if (closed := _CLOSE.match(seen)) and stack:
            # only as many strokes as opened a block end it, and not as indented code in it
            strokes, column, internal = stack[-1]
            if strokes == closed[1] and _column(closed) < column + 4:
                stack.pop()
                if not internal and not hidden:
                    kept.append(line)
            continue
        if opened := _OPEN.match(seen):
            stack.append((opened[1], _column(opened), bool(_INTERNAL.match(opened[2]))))
        if not any(internal for _, _, internal in stack) and not closed:
            kept.append(line)
    return "\n".join(kept)


def _column(strokes: re.Match[str]) -> int:
    return len(strokes.string[: strokes.start(1)].expandtabs(4))


def _without_headings(text: str) -> str:
    """The text up to a heading that would begin a section, and without smaller headings' parts that stay inside."""
    if "#" not in text and "<" not in text:
        return text
    kept: list[str] = []
    cut_at, column = 0, 0
    for line, seen in zip(text.split("\n"), without_samples(text).split("\n"), strict=True):
        if _INNER.match(seen) or _HTML_HEADING.search(seen):
            break
        if found := _HEADING.match(seen):
            level, said = len(found["level"]), _AUDIENCE.search(found["title"])
            # a heading in a list or quotation does not end what a heading outside it began
            if cut_at and level <= cut_at and found.start("level") <= column:
                cut_at = 0
            if not cut_at and said and said[1] not in ("client", "shared"):
                cut_at, column = level, found.start("level")
        if not cut_at:
            kept.append(line)
    return "\n".join(kept)
