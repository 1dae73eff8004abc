"""Fields on their lines: the order of the schema, two spaces a level, each comment with its field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mkdocs_pir.kb.formatting.spans import Node, compose
from mkdocs_pir.kb.formatting.values import Schema, order, step


@dataclass(frozen=True, slots=True)
class Line:
    """A line, and whether it goes on with a value of the line before: then its spaces may mean something."""

    text: str
    inside: bool = False

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip(" "))

    @property
    def is_blank(self) -> bool:
        return not self.inside and not self.text.strip()

    @property
    def is_comment(self) -> bool:
        return not self.inside and self.text.lstrip(" \t").startswith("#")


def in_order(text: str, schema: Schema) -> str:
    """The front matter with its fields in order, at every level. Nothing within a value is changed."""
    root = compose(text)
    if root is None or not root.is_block:
        return text
    layout = _Layout(text, root)
    lines = layout.arranged(root, schema, 0, len(layout.lines))
    return "".join(f"{line.text}\n" for line in _shifted(_outer(lines), -root.column))


class _Layout:
    """The lines of a text, cut along its nodes."""

    def __init__(self, text: str, root: Node) -> None:
        self.text = text
        inside, opened = set[int](), set[int]()
        # whatever may run over several lines as one piece
        for node in (node for node in root.walk() if not node.is_block):
            last = self._last(node)
            inside.update(range(node.line + 1, last + 1))
            if last > node.line:
                opened.add(node.line)
        # the last spaces of a line that a value runs over may be escaped, and then are part of it
        self.lines = [
            Line(line if n in inside or n in opened else line.rstrip(" \t"), n in inside)
            for n, line in enumerate(text.removesuffix("\n").split("\n"))
        ]

    def _last(self, node: Node) -> int:
        """The last line of a node."""
        return node.line + self.text.count("\n", node.start, max(node.start, node.end))

    def arranged(self, node: Node, schema: Schema | None, top: int, bottom: int) -> list[Line]:
        """The lines of a list or mapping between two lines of the text, what belongs to it and no more."""
        starts = self._starts(node, top)
        if starts is None:
            return self.lines[top:bottom]
        cuts = [top]
        for n in range(1, len(starts)):
            cuts.append(self._cut(node, n - 1, starts[n]))
        end = self._cut(node, len(starts) - 1, bottom)
        leads = [self.lines[cut:start] for cut, start in zip(cuts, starts, strict=True)]
        header, leads[0] = _header(leads[0])
        bodies = [
            self._entry(node, n, schema, start, stop)
            for n, (start, stop) in enumerate(zip(starts, [*cuts[1:], end], strict=True))
        ]
        places = order(schema, [k.value for k in node.keys]) if node.kind == "mapping" else range(len(starts))
        out = list(header)
        for n in places:
            out += leads[n] + bodies[n]
        return _spaced([*out, *self.lines[end:bottom]])

    def _starts(self, node: Node, top: int) -> list[int] | None:
        """The line on which each entry begins; None where a mapping has keys that are marked by `?`."""
        if node.kind == "mapping":
            marked = any(self.lines[key.line].text[: key.column].strip() for key in node.keys)
            return None if marked else [key.line for key in node.keys]
        starts: list[int] = []
        for n, item in enumerate(node.items):
            after = node.line if n == 0 else self._last(_innermost(node.items[n - 1])) + 1
            starts.append(next(i for i in range(after, item.line + 1) if self._has_dash(i, node.column)))
        return starts

    def _has_dash(self, line: int, column: int) -> bool:
        text = self.lines[line].text
        return not self.lines[line].inside and not text[:column].strip() and text[column : column + 1] == "-"

    def _cut(self, node: Node, n: int, before: int) -> int:
        """Where an entry ends: comments that stand deeper than the entries still belong to it."""
        line = self._last(_innermost(node.items[n])) + 1
        if not node.items[n].end:
            line = node.keys[n].line + 1
        while line < before and self.lines[line].is_comment and self.lines[line].indent > node.column:
            line += 1
        return line

    def _entry(self, node: Node, n: int, schema: Schema | None, start: int, stop: int) -> list[Line]:
        value = node.items[n]
        key = node.keys[n].value if node.kind == "mapping" else None
        sub = step(schema, key) if key is not None else (schema or {}).get("items")
        if value.is_block and value.line > start:
            inner = self.arranged(value, sub, start + 1, stop)
            return [self.lines[start], *_shifted(_outer(inner), node.column + 2 - value.column)]
        if node.kind == "mapping" or value.start == value.end or value.line > start:
            return self.lines[start:stop]
        if not value.is_block:
            first = self.lines[start]
            dashed = replace(first, text=f"{first.text[: node.column]}- {first.text[value.column :]}")
            return [dashed, *self.lines[start + 1 : stop]]
        first = self.lines[start]
        self.lines[start] = replace(first, text=" " * value.column + first.text[value.column :])
        inner = _shifted(_outer(self.arranged(value, sub, start, stop)), node.column + 2 - value.column)
        at = next(i for i, line in enumerate(inner) if not (line.is_comment or line.is_blank))
        # the columns before the dash are those of a list around this one
        dashed = replace(inner[at], text=f"{first.text[: node.column]}- {inner[at].text[node.column + 2 :]}")
        return [*inner[:at], dashed, *inner[at + 1 :]]


def _innermost(node: Node) -> Node:
    """The last thing in a list or mapping, at any depth."""
    while node.is_block and node.items:
        node = node.items[-1]
    return node


def _header(lead: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """What stands above the first entry, cut after the last blank line: a remark on the whole stays at the top."""
    cut = max((n + 1 for n, line in enumerate(lead) if line.is_blank), default=0)
    return list(lead[:cut]), list(lead[cut:])


def _outer(lines: Sequence[Line]) -> list[Line]:
    """The lines without blank ones at the beginning and the end."""
    full = [n for n, line in enumerate(lines) if not line.is_blank]
    return list(lines[full[0] : full[-1] + 1]) if full else []


def _spaced(lines: Iterable[Line]) -> list[Line]:
    """The lines with at most one blank line between two others."""
    out: list[Line] = []
    for line in lines:
        if not (line.is_blank and out and out[-1].is_blank):
            out.append(line)
    return out


def _shifted(lines: Sequence[Line], by: int) -> list[Line]:
    """The lines moved sideways; all of them or none, as what hangs together is known by its columns."""
    if by < 0 and any(line.indent < -by for line in lines if line.text.strip() and not line.is_comment):
        return list(lines)
    return [
        replace(line, text=" " * by * bool(line.text) + line.text[min(max(-by, 0), line.indent) :]) for line in lines
    ]
