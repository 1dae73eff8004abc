"""Splitting the body of a record at its H2 headings.

A CommonMark parser finds them, because it knows the lines of tokens. Every other heading of this level that the
renderer makes is refused (`kb/texts`), so a section never has more than it seems to have.
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
# what can hold a heading, hide one or make one of a line: HTML and code; quotations, indented and underlined lines
_NESTING = ("<", "\r", "\0", "```", "~~~")
_NESTED_OR_UNDERLINE = re.compile(r"[ \t>=]|-+[ \t]*$")
_SIGNS = frozenset(" \t>=-")
_ATX = re.compile(r"(#{1,6})(?:[ \t]+(.*[^#\s]))?[ \t]*")
MAX_NESTING = 30
"""The maximum nesting of lists, quotations and boxes. With much more, parsers become slow or fail."""

MAX_ITEMS = 50_000
"""The maximum number of list items, quotations and boxes in a body, as parsers are slow at each."""


def split(
    body: str, first_line: int, path: str, *, levels: Collection[str] = ("h2",)
) -> tuple[str, tuple[Section, ...], list[Problem]]:
    """Split a body at its top-level headings of some levels, as CommonMark defines them.

    Returns the text before the first heading, the sections, and problems (an open code fence, lists nested too deep,
    braces of a heading without effect). `first_line` is the line of the file on which the body begins.
    """
    lines = body.split("\n")
    if (too_deep := _too_deep(body, first_line, path)) is not None:
        return body, (), [too_deep]
    problems: list[Problem] = []
    headings = _plain_headings(body, lines, levels)
    if headings is None:
        headings, problems = _headings(body, lines, first_line, path, levels)
    starts = sorted(headings)
    preamble = "\n".join(lines[: starts[0]] if starts else lines).strip("\n")
    sections = []
    for start, following in pairwise([*starts, len(lines)]):
        content_start, heading = headings[start]
        title, audience, of_braces = _heading(heading)
        where = (first_line + start, max(lines[start].find("{"), 0) + 1)
        problems += (Problem.of(one.code, path, where, one.message, one.hint) for one in of_braces)
        text = "\n".join(lines[content_start:following]).strip("\n")
        sections.append(Section(title, text, first_line + start, audience))
    return preamble, tuple(sections), problems


Headings = dict[int, tuple[int, str]]
"""The first line of each heading, from 0, with the line after it and its text."""


def _plain_headings(body: str, lines: list[str], levels: Collection[str]) -> Headings | None:
    """The headings of a body in which each line that begins with `#` is one; None if only a parser can tell.

    Most bodies are like that, and a parser takes a tenth of the time in which a record is read.
    """
    if any(letters in body for letters in _NESTING):
        return None
    headings: Headings = {}
    for number, line in enumerate(lines):
        # few lines begin with such a sign, and a look at it takes less time than a pattern
        if line[:1] in _SIGNS and _NESTED_OR_UNDERLINE.match(line):
            return None
        if line.startswith("#"):
            if (match := _ATX.fullmatch(line)) is None:
                return None
            if f"h{len(match[1])}" in levels:
                headings[number] = number + 1, match[2] or ""
    return headings


def _headings(
    body: str, lines: list[str], first_line: int, path: str, levels: Collection[str]
) -> tuple[Headings, list[Problem]]:
    """The headings of a body, and the problems of its code fences."""
    tokens = _PARSER.parse(body)
    headings: Headings = {}
    problems: list[Problem] = []
    for index, token in enumerate(tokens):
        if token.map is None:
            continue
        where = (first_line + token.map[0], 1)
        if token.type == "fence" and not _closed(lines, token.map, token.markup):
            hint = f"end it with a line {token.markup}"
            problems.append(Problem.of("PIR018", path, where, "the code fence is never closed", hint))
        if token.type == "fence":
            mistakes = misreadings.of_fence(token.info)
            problems += (Problem.of(one.code, path, where, one.message, one.hint) for one in mistakes)
        if token.type == "heading_open" and token.level == 0 and token.tag in levels:
            headings[token.map[0]] = (token.map[1], tokens[index + 1].content)
    return headings, problems


def _heading(text: str) -> tuple[str, str | None, list[Misreading]]:
    """The title of a heading, the audience in its braces, and misreadings of the braces."""
    text = " ".join(text.split())
    braces = AttrListTreeprocessor.HEADER_RE.search(text)
    attributes, rest = get_attrs_and_remainder(braces[1]) if braces else ([], "")
    if braces is None or rest:
        return text, None, list(misreadings.of_title(text))
    mistakes = list(misreadings.of_attributes(attributes, "h2", braces[0].strip()))
    audiences = [value for name, value in attributes if name == "audience"]
    return text[: braces.start()].strip(), audiences[0] if audiences and not mistakes else None, mistakes


def _too_deep(body: str, first_line: int, path: str) -> Problem | None:
    """The problem of a body that is nested too deep. It looks only at the lines, so it is never slow."""
    columns: list[int] = []
    items = 0
    after_blank = True
    for number, line in enumerate(_without_fences(body).split("\n")):
        if not line.strip():
            after_blank = True
            continue
        match = None if line[0].isalpha() or _RULE.match(line) else _NESTS.match(line)
        if match is None and after_blank and not line[0].isspace():
            columns.clear()
        after_blank = False
        while match is not None:
            column = len(line[: match.start(1)].expandtabs(4))
            while columns and columns[-1] >= column:
                columns.pop()
            columns.append(column)
            items += 1
            if items > MAX_ITEMS:
                return Problem.of(
                    "PIR004",
                    path,
                    (first_line + number, match.start(1) + 1),
                    f"more than {MAX_ITEMS:,} list items and quotations",
                    "keep the data as an attachment",
                )
            if len(columns) > MAX_NESTING:
                return Problem.of(
                    "PIR017",
                    path,
                    (first_line + number, match.start(1) + 1),
                    f"nested more than {MAX_NESTING} levels deep",
                    "use a table or several lists instead",
                )
            match = _NESTS.match(line, match.end())
    return None


def _closed(lines: list[str], span: list[int], markup: str) -> bool:
    last = lines[span[1] - 1].strip() if span[1] - 1 > span[0] else ""
    # a code fence in a list or quotation is indented, so only its characters are compared
    return last.lstrip("> ").startswith(markup) and set(last.lstrip("> ")) == {markup[0]}


def code_lines(text: str) -> set[int]:
    """The numbers, from 0, of the lines in blocks of code."""
    blocks = (token.map for token in _PARSER.parse(text) if token.type in ("fence", "code_block"))
    return {number for lines in blocks if lines is not None for number in range(*lines)}


def _without_fences(text: str) -> str:
    """The text with fenced code replaced by spaces, so that every other character stays in its place."""
    if "```" not in text and "~~~" not in text:
        return text
    out, fence = [], ""
    for line in text.split("\n"):
        if fence:
            # the end of a fence may follow the mark of a quotation, as its beginning may
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
