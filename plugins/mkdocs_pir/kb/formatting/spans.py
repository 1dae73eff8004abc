"""YAML as it is written: each key and value with the place of its first and last character."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
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


class Source:
    """A text with the offset at which each of its lines begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0]
        for line in text.split("\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)

    def offset(self, mark: Any) -> int:
        """The offset of a mark; libyaml's own `index` counts bytes in some releases, lines and columns never."""
        return min(self.starts[int(mark.line)] + int(mark.column), len(self.text))


def compose(text: str) -> Node | None:
    """The mapping that a text holds, None when it is empty. The text has been read before: it has no errors."""
    source = Source(text)
    loader = _Loader(text)
    try:
        events = _events(loader)
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                return _node(next(events), events, source)
        return None
    finally:
        loader.dispose()


def _events(loader: Any) -> Iterator[Any]:
    while loader.check_event():
        yield loader.get_event()


def _node(event: Any, events: Iterator[Any], source: Source) -> Node:
    mark = event.start_mark
    node = Node("scalar", source.offset(mark), mark.line, mark.column)
    if isinstance(event, yaml.ScalarEvent):
        node.style, node.value, node.end = event.style or "", event.value, source.offset(event.end_mark)
        if node.style in ("|", ">"):
            node.end = _block_end(source.text, node.start, node.end)
        return node
    node.kind = "list" if isinstance(event, yaml.SequenceStartEvent) else "mapping"
    node.flow = bool(event.flow_style)
    for child in events:
        if isinstance(child, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            # what stands on lines of its own ends with the last thing in it, not where the next begins
            last = node.items[-1].end if node.items else node.start
            node.end = source.offset(child.end_mark) if node.flow else last
            return node
        if node.kind == "mapping":
            node.keys.append(_node(child, events, source))
            child = next(events)
        node.items.append(_node(child, events, source))
    return node


def _block_end(text: str, start: int, end: int) -> int:
    """The end of a block scalar: blank lines after it are its own only where `+` in its first line keeps them."""
    header = text[start : text.find("\n", start)].split("#")[0]
    return end - 1 if "+" in header else len(text[:end].rstrip("\n"))


def comments(text: str, root: Node | None) -> list[str]:
    """Every comment of a text, in order."""
    out: list[str] = []
    at = 0
    for scalar in _scalars(root):
        out += _in_gap(text[at : scalar.start])
        if scalar.style in ("|", ">"):
            out += _in_gap(text[scalar.start : text.find("\n", scalar.start)])
        at = scalar.end
    return out + _in_gap(text[at:])


def _scalars(node: Node | None) -> Iterator[Node]:
    if node is None:
        return
    if node.kind == "scalar":
        yield node
    for index, item in enumerate(node.items):
        if node.keys:
            yield from _scalars(node.keys[index])
        yield from _scalars(item)


def _in_gap(gap: str) -> list[str]:
    """The comments between two scalars; nothing else there holds a number sign."""
    return [line[line.index("#") :].rstrip() for line in gap.split("\n") if "#" in line]
