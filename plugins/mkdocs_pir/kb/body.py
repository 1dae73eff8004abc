"""The body of a record, cut at its H2 headings.

Sections are found with a CommonMark parser, because it knows lines. Every other heading of their level that the
renderer makes is refused (`kb/texts`), so a section is never wider than it looks.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise

from markdown.extensions.attr_list import AttrListTreeprocessor, get_attrs_and_remainder
from markdown_it import MarkdownIt

from mkdocs_pir.kb.model import Section
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.texts import misreadings
from mkdocs_pir.kb.texts.misreadings import Misreading

_PARSER = MarkdownIt("commonmark")
_PARSER.core.ruler.enableOnly(["normalize", "block"])

_FENCE = re.compile(r"[ \t]*(?:(?:>|(?:[-*+]|\d{1,9}[.)])[ \t])[ \t]*)*(`{3,}(?!.*`)|~{3,})")
_NESTS = re.compile(r"[ \t]*(>|(?:[-*+:]|\d{1,9}[.)]|!!!|\?\?\?\+?|===)(?=[ \t]|$))")
_RULE = re.compile(r"[ \t]*([-*])(?:[ \t]*\1)*[ \t]*$")
MAX_NESTING = 30
"""Levels of lists, quotes and boxes in one another; a parser slows down or gives up not far beyond."""

MAX_ITEMS = 50_000
"""List items, quotes and boxes in one body; a parser is slow at each."""


def split(
    body: str, first_line: int, path: str, *, levels: Collection[str] = ("h2",)
) -> tuple[str, tuple[Section, ...], list[Problem]]:
    """Cut a body at its top-level headings of some levels, as CommonMark finds them.

    Returns the text before the first heading, the sections, and problems (a fence left open, lists nested too deep to
    be read, braces of a heading that mark nothing). `first_line` is the line of the file on which the body begins.
    """
    lines = body.split("\n")
    if (too_deep := _too_deep(body, first_line, path)) is not None:
        return body, (), [too_deep]
    tokens = _PARSER.parse(body)
    headings: dict[int, tuple[int, str]] = {}
    problems: list[Problem] = []
    for index, token in enumerate(tokens):
        if token.map is None:
            continue
        where = (first_line + token.map[0], 1)
        if token.type == "fence" and not _closed(lines, token.map, token.markup):
            hint = f"end it with a line {token.markup}"
            problems.append(Problem.of("PIR018", path, where, "the code fence is never closed", hint))
        if token.type == "fence":
            wrong = misreadings.of_fence(token.info)
            problems += (Problem.of(one.code, path, where, one.message, one.hint) for one in wrong)
        if token.type == "heading_open" and token.level == 0 and token.tag in levels:
            headings[token.map[0]] = (token.map[1], tokens[index + 1].content)
    starts = sorted(headings)
    preamble = "\n".join(lines[: starts[0]] if starts else lines).strip("\n")
    sections = []
    for start, following in pairwise([*starts, len(lines)]):
        content_start, heading = headings[start]
        title, audience, found = _heading(heading)
        where = (first_line + start, max(lines[start].find("{"), 0) + 1)
        problems += (Problem.of(one.code, path, where, one.message, one.hint) for one in found)
        text = "\n".join(lines[content_start:following]).strip("\n")
        sections.append(Section(title, text, first_line + start, audience))
    return preamble, tuple(sections), problems


def _heading(text: str) -> tuple[str, str | None, list[Misreading]]:
    """The title of a heading, the audience that its braces name, and what is wrong with these."""
    text = " ".join(text.split())
    written = AttrListTreeprocessor.HEADER_RE.search(text)
    given, rest = get_attrs_and_remainder(written[1]) if written else ([], "")
    if written is None or rest:
        return text, None, list(misreadings.of_title(text))
    found = list(misreadings.of_attributes(given, "h2", written[0].strip()))
    audiences = [value for name, value in given if name == "audience"]
    return text[: written.start()].strip(), audiences[0] if audiences and not found else None, found


def _too_deep(body: str, first_line: int, path: str) -> Problem | None:
    """A body that nests deeper than is read. Looks at the lines only, so it is never slow."""
    columns: list[int] = []
    items = 0
    after_blank = True
    for number, line in enumerate(_without_fences(body).split("\n")):
        if not line.strip():
            after_blank = True
            continue
        found = None if _RULE.match(line) else _NESTS.match(line)
        if found is None and after_blank and not line[0].isspace():
            columns.clear()
        after_blank = False
        while found is not None:
            column = len(line[: found.start(1)].expandtabs(4))
            while columns and columns[-1] >= column:
                columns.pop()
            columns.append(column)
            items += 1
            if items > MAX_ITEMS:
                return Problem.of(
                    "PIR004",
                    path,
                    (first_line + number, found.start(1) + 1),
                    f"more than {MAX_ITEMS:,} list items and quotations",
                    "keep data as an attachment",
                )
            if len(columns) > MAX_NESTING:
                return Problem.of(
                    "PIR017",
                    path,
                    (first_line + number, found.start(1) + 1),
                    f"nested more than {MAX_NESTING} levels deep",
                    "no reader follows this; make it a table or several lists",
                )
            found = _NESTS.match(line, found.end())
    return None


def _closed(lines: list[str], span: list[int], markup: str) -> bool:
    last = lines[span[1] - 1].strip() if span[1] - 1 > span[0] else ""
    # a fence inside a list or quote is indented by its container, so only the mark itself is compared
    return last.lstrip("> ").startswith(markup) and set(last.lstrip("> ")) == {markup[0]}


def code_lines(text: str) -> set[int]:
    """The numbers of the lines, from 0, that blocks of code take."""
    blocks = (token.map for token in _PARSER.parse(text) if token.type in ("fence", "code_block"))
    return {number for lines in blocks if lines is not None for number in range(*lines)}


def _without_fences(text: str) -> str:
    """The text with fenced code blanked out, every character still in its place."""
    if "```" not in text and "~~~" not in text:
        return text
    out, fence = [], ""
    for line in text.split("\n"):
        if fence:
            # a container's mark may stand before the end as it may before the beginning
            last = line.strip(" \t>")
            if last.startswith(fence) and not last.strip(fence[0]) and _FENCE.match(line):
                fence = ""
            out.append(" " * len(line))
        elif mark := _FENCE.match(line):
            fence = mark[1]
            out.append(" " * len(line))
        else:
            out.append(line)
    return "\n".join(out)
