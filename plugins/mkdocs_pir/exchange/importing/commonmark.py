"""Markdown from elsewhere, read as CommonMark with tables: its blocks in order, each with its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, reference
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from mkdocs_pir.exchange.importing.foreign_html import open_tags
from mkdocs_pir.kb import body

SHORTCODE = re.compile(r"\{\{[<%].*?[%>]\}\}")
"""A template of a site builder."""

_NOTE = re.compile(r"(?m)^\[\^([^\]\s]+)\]:[ \t]*")


def _shortcode(state: StateInline, silent: bool) -> bool:
    """A template is one piece, whatever stands in it."""
    found = SHORTCODE.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        token = state.push("code_inline", "code", 0)
        token.markup, token.content = "{{", found[0]
    state.pos = found.end()
    return True


def _definition(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A footnote is no definition of a link, though CommonMark takes one of a single word for it."""
    start = state.bMarks[line] + state.tShift[line]
    return not state.src.startswith("[^", start) and reference(state, line, end, silent)


_PARSER = MarkdownIt("commonmark", {"maxNesting": 2 * body.MAX_NESTING}).enable(["table", "strikethrough"])
_PARSER.block.ruler.at("reference", _definition)
_PARSER.inline.ruler.before("escape", "shortcode", _shortcode)


@dataclass(frozen=True, slots=True)
class Block:
    """A block at the top of a text. `line` is its first, from 0; `level` that of a heading, else 0.

    `notes` is the text of the footnotes that it defines for the section it stands in, empty for any other block.
    """

    tokens: list[Token]
    source: str
    line: int
    level: int = 0
    notes: str = ""

    def html(self) -> str:
        """What its writer saw."""
        return str(_PARSER.renderer.render(self.tokens, _PARSER.options, {}))


def read(text: str) -> list[Block] | None:
    """The blocks of a text; None for one that nests deeper than anybody reads."""
    if any(problem.code in ("PIR004", "PIR017") for problem in body.split(text, 1, "")[2]):
        return None
    lines = text.split("\n")
    blocks: list[Block] = []
    section: list[Block] = []
    for tokens in _units(_PARSER.parse(text)):
        maps = [token.map for token in tokens if token.map is not None]
        first, last = maps[0][0], max(end for _, end in maps)
        source = "\n".join(lines[first:last]).strip("\n")
        if tokens[0].type == "table_open" and (wide := _widened(source)) != source:
            source, tokens = wide, _PARSER.parse(wide)
        level = int(tokens[0].tag[1]) if tokens[0].type == "heading_open" else 0
        if 0 < level < 3:
            blocks += _with_notes(section)
            section = []
        section.append(Block(tokens, source, first, level))
    return blocks + _with_notes(section)


def _with_notes(section: list[Block]) -> list[Block]:
    """The blocks of a section, of which those know it that define its footnotes."""
    if not any(_NOTE.match(block.source) for block in section):
        return section
    words = _NOTE.sub("", "\n".join(block.source for block in section))
    out = []
    for block in section:
        labels = _NOTE.findall(block.source) if _NOTE.match(block.source) else []
        led_to = bool(labels) and all(f"[^{label}]" in words for label in labels)
        out.append(
            Block(block.tokens, block.source, block.line, notes=_NOTE.sub("", block.source)) if led_to else block
        )
    return out


def _units(tokens: list[Token]) -> Iterator[list[Token]]:
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
