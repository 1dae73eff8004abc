"""YAML as it is written: each key and value with the place of its first and last character."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Node:
    """A scalar, list or mapping. `start` and `end` are offsets into the text, `line` and `column` count from 0.

    `style` is that of a scalar: empty for a plain one, else the character it begins with. `flow` tells a list or
    mapping in brackets from one on lines of its own. A mapping's `keys` stand beside its `items`.
    """

    kind: str  # "scalar", "list" or "mapping"
    start: int
    line: int
    column: int
    end: int = 0
    style: str = ""
    value: str = ""
    flow: bool = False
    keys: list[Node] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)

    @property
    def is_block(self) -> bool:
        """Whether it is a list or mapping on lines of its own."""
        return self.kind != "scalar" and not self.flow

    def walk(self) -> Iterator[Node]:
        """The node and everything in it, in the order of the text."""
        yield self
        for entry in zip(self.keys, self.items, strict=True) if self.keys else zip(self.items, strict=True):
            for node in entry:
                yield from node.walk()


def compose(text: str) -> Node | None:
    """The mapping that a text holds, None when it is empty. The text has been read before: it has no errors."""
    root = yaml.compose(text, _Loader)
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]

    def offset(mark: Any) -> int:
        # libyaml's own `index` counts bytes in some releases, lines and columns never
        return min(starts[int(mark.line)] + int(mark.column), len(text))

    def node(found: Any) -> Node:
        mark = found.start_mark
        out = Node("scalar", offset(mark), mark.line, mark.column, offset(found.end_mark))
        if isinstance(found, yaml.ScalarNode):
            out.style, out.value = found.style or "", found.value
            if out.style in ("|", ">"):
                out.end = _block_end(text, out.start, out.end)
            return out
        out.kind = "list" if isinstance(found, yaml.SequenceNode) else "mapping"
        out.flow = bool(found.flow_style)
        out.keys = [node(key) for key, _ in found.value] if out.kind == "mapping" else []
        out.items = [node(item[1] if out.keys else item) for item in found.value]
        if not out.flow:
            # what stands on lines of its own ends with the last thing in it, not where the next begins
            out.end = out.items[-1].end if out.items else out.start
        return out

    return None if root is None else node(root)


def _block_end(text: str, start: int, end: int) -> int:
    """The end of a block scalar: blank lines after it are its own only where `+` in its first line keeps them."""
    header = text[start : text.find("\n", start)].split("#")[0]
    return end - 1 if "+" in header else len(text[:end].rstrip("\n"))


def comments(text: str, root: Node | None) -> list[str]:
    """Every comment of a text, in order."""
    out: list[str] = []
    at = 0
    for scalar in (node for node in (root.walk() if root else ()) if node.kind == "scalar"):
        start = text.find("\n", scalar.start) if scalar.style in ("|", ">") else scalar.start
        out += _in_gap(text[at:start])
        at = scalar.end
    return out + _in_gap(text[at:])


def _in_gap(gap: str) -> list[str]:
    """The comments between two scalars; nothing else there holds a number sign."""
    return [line[line.index("#") :].rstrip() for line in gap.split("\n") if "#" in line]
