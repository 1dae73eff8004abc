"""The body of a record: its H2 sections, and the records it mentions. Markdown-aware, never inside code.

Sections are found with a CommonMark parser; where the site's Markdown renderer takes more lines for headings
(`##Heading` without a space) those lines are boundaries too, so that a section is never wider than it looks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt

from mkdocs_pir.kb.model import Section
from mkdocs_pir.kb.problem import Problem

_PARSER = MarkdownIt("commonmark")
_PARSER.core.ruler.enableOnly(["normalize", "block"])

_TIGHT = re.compile(r" {0,3}#{1,2}(?![#\s])\S")
_AUDIENCE = re.compile(r"(?:^|\s)audience\s*=\s*[\"']?([^\s\"']+)[\"']?")
_FENCE = re.compile(r" {0,3}(`{3,}(?!.*`)|~{3,})")
_ANY_FENCE = re.compile(r"[ \t]*(?:(?:>|(?:[-*+]|\d{1,9}[.)])[ \t])[ \t]*)*(`{3,}(?!.*`)|~{3,})")
_CONTAINER = re.compile(r" {0,3}(?:[-*+:]|\d{1,9}[.)]|!!!|\?\?\?\+?|===|\[\^[^\]\s]+\]:)[ \t]")
_NESTS = re.compile(r"[ \t]*(>|(?:[-*+:]|\d{1,9}[.)]|!!!|\?\?\?\+?|===)(?=[ \t]|$))")
_RULE = re.compile(r"[ \t]*([-*])(?:[ \t]*\1)*[ \t]*$")
_TICKS = re.compile(r"`+")
_NOT_NEWLINE = re.compile(r"[^\n]")
# a code span ends with its paragraph, list item, cell or heading at the latest
_UNIT = re.compile(r"\n(?=[ \t]*(?:\n|$|[-*+>|#]|\d{1,9}[.)][ \t]|///))")
_BLOCK = re.compile(r"^ {0,3}///+[ \t]*(\S.*)?$")
_MENTION = re.compile(
    r"\[\[(?P<wiki>[^\[\]|\n]{1,80})(?:\|(?P<text>[^\[\]\n]{1,200}))?\]\]"
    r"|\]\((?P<file>[^()\s:#]+\.md)(?:#[^()\s]*)?(?:\s+\"[^\"\n]*\")?\)"
    r"|(?<![\w/.-])(?P<bare>[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+|[a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*)(?![\w/-])"
)

MAX_NESTING = 30
"""Levels of lists, quotes and boxes in one another; a parser slows down or gives up not far beyond."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a text that names a record: `[[id]]`, `[[id|text]]`, a link to its file, or the bare id."""

    form: str  # "wiki", "file" or "bare"
    target: str
    text: str
    start: int
    end: int


def split(body: str, first_line: int, path: str) -> tuple[str, tuple[Section, ...], list[Problem]]:
    """Cut a body at its top-level H1 and H2 headings.

    Returns the text before the first heading, the sections, and problems (a block or fence left open, lists nested
    too deep to be read). `first_line` is the line of the file on which the body begins.
    """
    lines = body.split("\n")
    if (too_deep := _too_deep(body, first_line, path)) is not None:
        return body, (), [too_deep]
    tokens = _PARSER.parse(body)
    code: set[int] = set()
    headings: dict[int, tuple[int, str]] = {}
    problems: list[Problem] = []
    for index, token in enumerate(tokens):
        if token.map is None:
            continue
        if token.type in ("fence", "code_block", "html_block"):
            code.update(range(*token.map))
        if token.type == "fence" and not _closed(lines, token.map, token.markup):
            problems.append(
                Problem.of(
                    "PIR018",
                    path,
                    (first_line + token.map[0], 1),
                    "the code fence is never closed",
                    f"end it with a line {token.markup}",
                )
            )
        if token.type == "heading_open" and token.level == 0 and token.tag in ("h1", "h2"):
            headings[token.map[0]] = (token.map[1], tokens[index + 1].content)
    for number, line in enumerate(lines):
        if number not in code and number not in headings and _TIGHT.match(line):
            headings[number] = (number + 1, line.strip().lstrip("#").strip())
    problems += _open_blocks(lines, code, headings, first_line, path)
    starts = sorted(headings)
    problems += _open_comments(lines, starts, first_line, path)
    preamble = "\n".join(lines[: starts[0]] if starts else lines).strip("\n")
    sections = []
    for start, following in pairwise([*starts, len(lines)]):
        content_start, heading = headings[start]
        title, audience = _heading(heading)
        text = "\n".join(lines[content_start:following]).strip("\n")
        sections.append(Section(title, text, first_line + start, audience))
    return preamble, tuple(sections), problems


def _heading(text: str) -> tuple[str, str | None]:
    text = text.rstrip()
    if (bare := text.rstrip("#")) != text and bare[-1:].isspace():
        text = bare.rstrip()
    start = text.rfind("{")
    if start < 0 or not text.endswith("}") or "}" in text[start:-1]:
        return text.strip(), None
    audience = _AUDIENCE.search(text[start + 1 : -1].removeprefix(":"))
    return text[:start].strip(), audience[1] if audience else None


def _too_deep(body: str, first_line: int, path: str) -> Problem | None:
    """A body that nests deeper than is read. Looks at the lines only, so it is never slow."""
    columns: list[int] = []
    after_blank = True
    for number, line in enumerate(_without_fences(body, _ANY_FENCE).split("\n")):
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


def _open_blocks(
    lines: list[str], code: set[int], headings: Collection[int], first_line: int, path: str
) -> Iterator[Problem]:
    """`/// name` blocks that no `///` closes before the next section: sections are shown or withheld one by one."""
    stack: list[tuple[int, str]] = []
    past: list[tuple[int, str]] = []
    for number, line in enumerate(lines):
        if number in headings:
            past += stack
            stack.clear()
        elif number not in code and (found := _BLOCK.match(line)) is not None:
            if found[1]:
                stack.append((number, found[1]))
            elif stack:
                stack.pop()
    for number, name in past:
        yield Problem.of(
            "PIR018",
            path,
            (first_line + number, 1),
            f"the block '/// {name}' is not closed in its section",
            "end it with a line /// before the heading, and begin another one below it",
        )
    for number, name in stack:
        yield Problem.of(
            "PIR018",
            path,
            (first_line + number, 1),
            f"the block '/// {name}' is never closed",
            "end it with a line ///",
        )


def _open_comments(lines: list[str], starts: list[int], first_line: int, path: str) -> Iterator[Problem]:
    """Comments that `-->` does not close before the next section, where their rest would be seen."""
    for start, following in pairwise([0, *starts, len(lines)]):
        bare = without_code("\n".join(lines[start:following]))
        opened = bare.rfind("<!--")
        if opened >= 0 and "-->" not in bare[opened:]:
            yield Problem.of(
                "PIR018",
                path,
                (first_line + start + bare.count("\n", 0, opened), opened - bare.rfind("\n", 0, opened)),
                "the comment is not closed in its section",
                "end it with --> before the next heading",
            )


def without_fences(text: str) -> str:
    """The text with fenced code blanked out, every character still in its place."""
    return _without_fences(text, _FENCE)


def without_code(text: str) -> str:
    """The text with fenced code and inline code blanked out, every character still in its place."""
    return _without_spans(without_fences(text))


def _without_fences(text: str, opening: re.Pattern[str]) -> str:
    if "```" not in text and "~~~" not in text:
        return text
    out, fence = [], ""
    for line in text.split("\n"):
        if fence:
            # a container's mark may stand before the end as it may before the beginning
            last = line.strip(" \t>")
            if last.startswith(fence) and not last.strip(fence[0]) and opening.match(line):
                fence = ""
            out.append(" " * len(line))
        elif mark := opening.match(line):
            fence = mark[1]
            out.append(" " * len(line))
        else:
            out.append(line)
    return "\n".join(out)


def _without_spans(text: str) -> str:
    if "`" not in text:
        return text
    out, start = [], 0
    for end in (*(found.start() for found in _UNIT.finditer(text)), len(text)):
        out.append(_without_spans_of(text[start:end]))
        start = end
    return "".join(out)


def _without_spans_of(unit: str) -> str:
    """One paragraph: a run of backticks opens code when a run as long follows, as in CommonMark."""
    runs = [found.span() for found in _TICKS.finditer(unit)]
    ends: dict[int, list[tuple[int, int]]] = {}
    for start, end in reversed(runs):
        ends.setdefault(end - start, []).append((start, end))
    out, last = [], 0
    for start, end in runs:
        if start < last:
            continue
        start += _is_escaped(unit, start)
        later = ends.get(end - start, [])
        while later and later[-1][0] < end:
            later.pop()
        if end > start and later:
            out += [unit[last:start], _NOT_NEWLINE.sub(" ", unit[start : later[-1][1]])]
            last = later[-1][1]
    return "".join([*out, unit[last:]])


def _is_escaped(text: str, at: int) -> bool:
    """Whether an odd number of backslashes stands before a place."""
    first = at
    while first and text[first - 1] == "\\":
        first -= 1
    return (at - first) % 2 == 1


def _without_indented(text: str) -> str:
    """The text with indented code blanked out. What belongs to a list, a note or a box is text, however indented."""
    if "\n    " not in text and "\t" not in text and not text.startswith("    "):
        return text
    out: list[str] = []
    after_blank, contained, code = True, False, False
    for line in text.split("\n"):
        if not line.strip():
            after_blank = True
            out.append(line)
            continue
        indented = line.startswith(("    ", "\t"))
        code = indented and not contained and (after_blank or code)
        if not indented and (after_blank or not contained):
            contained = _CONTAINER.match(line) is not None or (contained and line[0].isspace())
        after_blank = False
        out.append(" " * len(line) if code else line)
    return "\n".join(out)


def mentions(text: str, *, in_code: bool = False) -> Iterator[Mention]:
    """Every place that may name a record, left to right. Whether the record exists is the caller's to know."""
    if not in_code:
        text = _without_spans(_without_indented(_without_fences(text, _ANY_FENCE)))
    for found in _MENTION.finditer(text):
        if found["wiki"] is not None:
            yield Mention("wiki", found["wiki"].strip(), (found["text"] or "").strip(), found.start(), found.end())
        elif found["file"] is not None:
            yield Mention("file", found["file"], "", found.start("file"), found.end("file"))
        else:
            yield Mention("bare", found["bare"], "", found.start(), found.end())
