"""The body of a record: its H2 sections, and the records it mentions. Markdown-aware, never inside code.

Sections are found with a CommonMark parser; where the site's Markdown renderer takes more lines for headings
(`##Heading` without a space) those lines are boundaries too, so that a section is never wider than it looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt

from mkdocs_pir.kb.model import Section
from mkdocs_pir.kb.problem import Problem

_PARSER = MarkdownIt("commonmark")
_PARSER.core.ruler.enableOnly(["normalize", "block"])

_TIGHT = re.compile(r" {0,3}#{1,2}(?![#\s])\S")
_ATTRIBUTES = re.compile(r"\s*\{:?\s*([^{}]*)\}\s*$")
_AUDIENCE = re.compile(r"(?:^|\s)audience\s*=\s*[\"']?([^\s\"']+)[\"']?")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_BLOCK = re.compile(r"^ {0,3}///+[ \t]*(\S.*)?$")
_INLINE_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_MENTION = re.compile(
    r"\[\[(?P<wiki>[^\[\]|\n]{1,80})(?:\|(?P<text>[^\[\]\n]{1,200}))?\]\]"
    r"|\]\((?P<file>[^()\s:]+\.md)(?:#[^()\s]*)?(?:\s+\"[^\"\n]*\")?\)"
    r"|(?<![\w/.-])(?P<bare>[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+|[a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*)(?![\w/-])"
)


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

    Returns the text before the first heading, the sections, and problems (a block or fence left open).
    `first_line` is the line of the file on which the body begins.
    """
    lines = body.split("\n")
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
    problems += _open_blocks(lines, code, first_line, path)
    starts = sorted(headings)
    preamble = "\n".join(lines[: starts[0]] if starts else lines).strip("\n")
    sections = []
    for start, following in pairwise([*starts, len(lines)]):
        content_start, heading = headings[start]
        title, audience = _heading(heading)
        text = "\n".join(lines[content_start:following]).strip("\n")
        sections.append(Section(title, text, first_line + start, audience))
    return preamble, tuple(sections), problems


def _heading(text: str) -> tuple[str, str | None]:
    text = text.rstrip().rstrip("#").rstrip() if re.search(r"\s#+\s*$", text) else text
    if (found := _ATTRIBUTES.search(text)) is None:
        return text.strip(), None
    audience = _AUDIENCE.search(found[1])
    return text[: found.start()].strip(), audience[1] if audience else None


def _closed(lines: list[str], span: list[int], markup: str) -> bool:
    last = lines[span[1] - 1].strip() if span[1] - 1 > span[0] else ""
    # a fence inside a list or quote is indented by its container, so only the mark itself is compared
    return last.lstrip("> ").startswith(markup) and set(last.lstrip("> ")) == {markup[0]}


def _open_blocks(lines: list[str], code: set[int], first_line: int, path: str) -> Iterator[Problem]:
    """`/// name` blocks that no `///` closes."""
    stack: list[tuple[int, str]] = []
    for number, line in enumerate(lines):
        if number in code or (found := _BLOCK.match(line)) is None:
            continue
        if found[1]:
            stack.append((number, found[1]))
        elif stack:
            stack.pop()
    for number, name in stack:
        yield Problem.of(
            "PIR018",
            path,
            (first_line + number, 1),
            f"the block '/// {name}' is never closed",
            "end it with a line ///",
        )


def without_code(text: str) -> str:
    """The text with fenced code and inline code blanked out, every character still in its place."""
    out, fence = [], ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            out.append(" " * len(line))
        elif mark:
            fence = mark[1]
            out.append(" " * len(line))
        else:
            out.append(line)
    return _INLINE_CODE.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), "\n".join(out))


def mentions(text: str, *, in_code: bool = False) -> Iterator[Mention]:
    """Every place that may name a record, left to right. Whether the record exists is the caller's to know."""
    for found in _MENTION.finditer(text if in_code else without_code(text)):
        if found["wiki"] is not None:
            yield Mention("wiki", found["wiki"].strip(), (found["text"] or "").strip(), found.start(), found.end())
        elif found["file"] is not None:
            yield Mention("file", found["file"], "", found.start("file"), found.end("file"))
        else:
            yield Mention("bare", found["bare"], "", found.start(), found.end())
