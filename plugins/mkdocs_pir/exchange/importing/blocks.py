"""Markdown from elsewhere as a list of its blocks, read as CommonMark with tables, each with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, reference
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from mkdocs_pir.exchange.importing.foreign_html import open_tags
from mkdocs_pir.exchange.importing.sections import heading_words, is_common
from mkdocs_pir.kb import body

SHORTCODE = re.compile(r"\{\{[<%].*?[%>]\}\}")
"""A template of a site builder."""

_NOTE = re.compile(r"(?m)^\[\^([^\]\s]+)\]:[ \t]*")


def _shortcode(state: StateInline, silent: bool) -> bool:
    """Read a template of a site builder as one token, whatever it contains."""
    found = SHORTCODE.match(state.src, state.pos)
    if found is not None and not silent:
        token = state.push("code_inline", "code", 0)
        token.markup, token.content = "{{", found[0]
    state.pos = found.end() if found is not None else state.pos
    return found is not None


def _definition(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Refuse a footnote as the definition of a link: CommonMark takes one of a single word for that."""
    start = state.bMarks[line] + state.tShift[line]
    return not state.src.startswith("[^", start) and reference(state, line, end, silent)


_PARSER = MarkdownIt("commonmark", {"maxNesting": 2 * body.MAX_NESTING}).enable(["table", "strikethrough"])
_PARSER.block.ruler.at("reference", _definition)
_PARSER.inline.ruler.before("escape", "shortcode", _shortcode)


Table = list[list[str]]


@dataclass(frozen=True, slots=True)
class Block:
    """A block at the top of a text, from the line `line` up to `end`, counted from 0; `level` is that of a heading, else 0.

    `notes` is the text of the footnotes that it defines for its section, empty for any other block.
    """

    tokens: Sequence[Token]
    source: str
    line: int
    end: int
    level: int = 0
    notes: str = ""

    @property
    def title(self) -> str:
        """The words of a heading."""
        return heading_words(self.tokens[1].content)

    def items(self) -> Iterator[str]:
        """The first paragraph of each item of a list, top level only."""
        depth, waiting = 0, False
        for token in self.tokens:
            depth += (token.type == "list_item_open") - (token.type == "list_item_close")
            if token.type == "list_item_open":
                waiting = depth == 1
            elif token.type == "inline" and depth == 1 and waiting:
                waiting = False
                yield token.content

    def tables(self) -> Sequence[Table]:
        """The tables in it, the head of each as its first row."""
        tables: list[Table] = []
        for before, token in pairwise(self.tokens):
            if before.type == "table_open":
                tables.append([])
            if token.type == "tr_open":
                tables[-1].append([])
            elif before.type in ("td_open", "th_open"):
                tables[-1][-1].append(token.content.strip())
        return tables

    def html(self) -> str:
        """The HTML that its author saw."""
        return str(_PARSER.renderer.render(self.tokens, _PARSER.options, {}))


def read_blocks(text: str) -> list[Block] | None:
    """The blocks of a text; None for one that nests deeper than anybody reads."""
    if any(problem.code in ("PIR004", "PIR017") for problem in body.split(text, 1, "")[2]):
        return None
    lines = text.split("\n")
    out: list[Block] = []
    section: list[Block] = []
    for tokens in _units(_PARSER.parse(text)):
        maps = [token.map for token in tokens if token.map is not None]
        first, last = maps[0][0], max(end for _, end in maps)
        source = "\n".join(lines[first:last]).strip("\n")
        if tokens[0].type == "table_open" and (wide := _widened(source)) != source:
            source, tokens = wide, _PARSER.parse(wide)
        level = int(tokens[0].tag[1]) if tokens[0].type == "heading_open" else 0
        if 0 < level < 3:
            out += _with_notes(section)
            section = []
        section.append(Block(tokens, source, first, last, level))
    return [*out, *_with_notes(section)]


def _with_notes(section: Sequence[Block]) -> Iterator[Block]:
    """The blocks of a section; those that define its footnotes have the text of these as `notes`."""
    words = _NOTE.sub("", "\n".join(block.source for block in section))
    for block in section:
        labels = _NOTE.findall(block.source) if _NOTE.match(block.source) else []
        led_to = labels and all(f"[^{label}]" in words for label in labels)
        yield replace(block, notes=_NOTE.sub("", block.source)) if led_to else block


def _units(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The tokens of each block; raw HTML from where it begins to where it ends."""
    unit: list[Token] = []
    waiting: list[list[Token]] = []
    depth = opened = 0
    for token in tokens:
        unit.append(token)
        depth += token.nesting
        if depth:
            continue
        if unit[0].type == "html_block" or waiting:
            opened += open_tags("".join(t.content for t in unit if t.type == "html_block"))
            waiting.append(unit)
            if opened <= 0:
                yield [one for block in waiting for one in block]
                waiting, opened = [], 0
        else:
            yield unit
        unit = []
    yield from waiting


def _widened(table: str) -> str:
    """A table whose head has a cell for each of the widest row: what is beyond the head is not shown."""
    rows = [len(escapedSplit(line.strip().strip("|"))) for line in table.split("\n")]
    if (more := max(rows) - rows[0]) <= 0:
        return table
    head, rule, *others = table.split("\n")
    head, rule = (line.rstrip().removesuffix("|").rstrip() for line in (head, rule))
    return "\n".join([head + " |" * (more + 1), rule + "|---" * more + "|", *others])


@dataclass(frozen=True, slots=True)
class SourceSection:
    """A heading with its line, the text below it, whose first line in the file is `first`, and the blocks of both."""

    title: str
    line: int
    text: str
    first: int
    blocks: Sequence[Block]


class SourceText:
    """The text of one document, whose first line in its file is `first_line`."""

    def __init__(self, text: str, first_line: int = 1) -> None:
        self.text = _bold_headings(text)
        self.first_line = first_line

    @cached_property
    def blocks(self) -> Sequence[Block]:
        return read_blocks(self.text) or ()

    @cached_property
    def sections(self) -> Sequence[SourceSection]:
        """The sections that headings of level 1 and 2 begin."""
        return self._cut(self.blocks, (1, 2), self.text.count("\n") + 1)

    @cached_property
    def title(self) -> SourceSection | None:
        """The section of the document's title: its first, of level 1, and the only such or with nothing before it."""
        levels = [block.level for block in self.blocks if 0 < block.level < 3]
        if not levels or levels[0] != 1:
            return None
        # a word processor's document has a heading of level 1 for each section
        is_title = levels.count(1) == 1 or self.blocks[0].level == 1
        return self.sections[0] if is_title and not is_common(self.sections[0].title) else None

    def sections_below_title(self) -> Sequence[SourceSection]:
        """The sections; in place of the title's those that its headings of level 3 begin."""
        if self.title is None:
            return self.sections
        following = self.sections[1].blocks[0].line if len(self.sections) > 1 else self.text.count("\n") + 1
        return *self._cut(self.title.blocks, (3,), following), *self.sections[1:]

    def _cut(self, blocks: Sequence[Block], levels: Sequence[int], last: int) -> Sequence[SourceSection]:
        lines = self.text.split("\n")
        starts = [n for n, block in enumerate(blocks) if block.level in levels]
        out = []
        for start, stop in pairwise([*starts, len(blocks)]):
            heading = blocks[start]
            first, end = heading.end, blocks[stop].line if stop < len(blocks) else last
            while first < end - 1 and not lines[first]:
                first += 1
            text = "\n".join(lines[first:end]).strip("\n")
            where = self.first_line + heading.line
            out.append(SourceSection(heading.title, where, text, self.first_line + first, blocks[start:stop]))
        return tuple(out)


_ANY_HEADING = re.compile(r"^ {0,3}(?:#{1,6}[ \t]|={3,}\s*$|-{3,}\s*$)", re.M)
_BOLD_LINE = re.compile(r"^[ \t]*(?:\*\*|__)([^*_\n]{2,80}?):?(?:\*\*|__):?[ \t]*$", re.M)


def _bold_headings(text: str) -> str:
    """The text with its bold lines made headings where it has no others and they are names of sections.

    Word processors and wikis have them where a writer made the words bold. No line is added.
    """
    if _ANY_HEADING.search(text):
        return text
    written = _BOLD_LINE.sub(lambda m: f"## {m[1].strip()}" if is_common(m[1]) else m[0], text)
    # the bold line above all else is the title
    first = _BOLD_LINE.match(written, len(written) - len(written.lstrip()))
    return written if first is None else f"{written[: first.start()]}# {first[1].strip()}{written[first.end() :]}"
