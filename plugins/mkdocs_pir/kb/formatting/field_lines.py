"""Changing fields in their lines: only the text of a value is replaced, and new lines go where the schema has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from mkdocs_pir.kb.formatting.spans import Node, comments, compose
from mkdocs_pir.kb.formatting.values import Schema, in_one_form, step
from mkdocs_pir.kb.frontmatter_writer import WIDTH, flow, front_matter, item

Path = tuple[str | int, ...]
"""The way to a value: names of fields, and for an item of a list its id, the text itself or its number from 0, as in
`("actions", "A1", "status")` or `("tags", "mail")`."""

NOTHING: tuple[Any, ...] = (None, [], {})
"""Values that a field without a value has."""


class EditError(ValueError):
    """Raised for an edit that cannot be made, with a message for the user."""


class _Place(NamedTuple):
    """A value in the text: the list or mapping it is in, its number there, and the schema of that."""

    parent: Node
    number: int
    schema: Schema | None

    @property
    def node(self) -> Node:
        return self.parent.items[self.number]

    @property
    def inner(self) -> Schema | None:
        """The schema of the value itself; None where none applies, as in a note of the organisation's own."""
        if self.parent.kind == "list":
            return (self.schema or {}).get("items")
        return step(self.schema, self.parent.keys[self.number].value)


class FieldLines:
    """The lines between the fences, changed one field after the other.

    `text` is what they are now, `dropped` are the comments that went with what was removed.
    """

    def __init__(self, text: str, spec: Schema) -> None:
        self.text = text
        self.dropped: list[str] = []
        self._spec = spec
        self._composed: tuple[str, Node | None] = ("", None)

    def _root(self) -> Node | None:
        """The text as nodes, worked out again only when it has changed."""
        if self._composed[0] != self.text:
            self._composed = (self.text, compose(self.text))
        return self._composed[1]

    # -- finding ------------------------------------------------------------------------------------------------------

    def _walk(self, path: Path) -> tuple[list[_Place], Path]:
        """The places on the way to a value, and the part of the way that does not exist."""
        node = self._root()
        spec: Schema | None = self._spec
        places: list[_Place] = []
        for depth, name in enumerate(path):
            if node is None or node.kind == "scalar":
                return places, path[depth:]
            at = _number(node, name)
            if at is None:
                return places, path[depth:]
            places.append(_Place(node, at, spec))
            spec = places[-1].inner
            node = node.items[at]
        return places, ()

    # -- the three kinds of edit --------------------------------------------------------------------------------------

    def set(self, path: Path, value: Any) -> None:
        """Give a field a value. Raises EditError for an item that does not exist, or a way through a plain value."""
        if value in NOTHING:
            self.remove(path)
            return
        places, missing = self._walk(path)
        if missing:
            self._add(places, path, missing, value)
            return
        place = places[-1]
        old = place.node
        if old.kind == "mapping" and old.items and isinstance(value, dict):
            for key in [key.value for key in old.keys if key.value not in value]:
                self.remove((*path, key))
            for key, each in value.items():
                self.set((*path, key), each)
        elif not (old.kind == "list" and old.items and isinstance(value, list) and self._set_list(path, old, value)):
            self._replace(place, value)

    def _set_list(self, path: Path, old: Node, new: Sequence[Any]) -> bool:
        """Change a list item by item; False where that is not possible because their order changes."""
        names, wanted = [_name(each) for each in old.items], [_name_of(each) for each in new]
        kept = [name for name in names if name in wanted]
        if None in names or None in wanted or len(set(wanted)) < len(wanted) or wanted[: len(kept)] != kept:
            return False
        if not kept:
            # something must stay until the new items are there
            return False
        for name in names:
            if name not in wanted:
                self.remove((*path, str(name)))
        for name, each in zip(wanted, new, strict=True):
            if name not in kept:
                self.append(path, each)
            elif isinstance(each, dict):
                self.set((*path, str(name)), each)
        return True

    def append(self, path: Path, value: Any) -> None:
        """Add an item at the end of a list. Raises EditError as `set` does, and for what is no list."""
        places, missing = self._walk(path)
        if missing or places[-1].node.start == places[-1].node.end or places[-1].node.kind == "scalar":
            self.set(path, [value])
            return
        node = places[-1].node
        if node.kind != "list":
            raise EditError(f"'{_shown(path)}' is not a list")
        spec = (places[-1].inner or {}).get("items")
        if node.flow:
            text = _flow_text(value, spec)
            at = node.items[-1].end if node.items else node.start + 1
            self._splice(at, at, f", {text}" if node.items else text)
            return
        indent = " " * node.column
        lines = _item_lines(value, spec, as_flow=node.items[-1].kind == "mapping" and node.items[-1].flow)
        self._insert_lines(self._end_line(node, len(node.items) - 1), _shifted(lines, indent))

    def remove(self, path: Path) -> None:
        """Remove a field or item, and a list or mapping that would be empty without it."""
        places, missing = self._walk(path)
        if missing:
            return
        while len(places) > 1 and len(places[-1].parent.items) == 1:
            places.pop()
        parent, number, _ = places[-1]
        starts = [each.start for each in parent.keys or parent.items]
        if parent.flow:
            start = parent.items[number - 1].end if number else starts[0]
            stop = parent.items[number].end if number or len(starts) == 1 else starts[1]
            self._cut(start, stop)
        elif parent.kind == "mapping":
            self._remove_entry(parent, number)
        else:
            first = self._dash_line(parent, number)
            self._cut_lines(first, self._end_line(parent, number))

    # -- changing the text --------------------------------------------------------------------------------------------

    def _add(self, places: Sequence[_Place], path: Path, missing: Path, value: Any) -> None:
        """Add a field, and those on the way to it."""
        for name in reversed(missing[1:]):
            if isinstance(name, int):
                raise EditError(f"there is no '{_shown(path)}'")
            value = {name: value}
        key, node = missing[0], places[-1].node if places else self._root()
        if isinstance(key, int) or (node is not None and node.kind == "list"):
            raise EditError(f"there is no '{_shown(path[: len(path) - len(missing) + 1])}'")
        spec = places[-1].inner if places else self._spec
        if node is not None and node.kind == "scalar":
            if node.value and node.start < node.end:
                raise EditError(f"'{_shown(path[: len(places)])}' is a single value")
            self._replace(places[-1], {key: value})
            return
        if node is None:
            self.text += "".join(f"{line}\n" for line in _entry_lines(key, value, spec))
            return
        known = list((spec or {}).get("properties", ()))
        rank = {name: place for place, name in enumerate(known)}
        mine = rank.get(key, len(known))
        before = [n for n, each in enumerate(node.keys) if rank.get(each.value, len(known)) <= mine]
        if node.flow:
            text = _flow_entry(key, value, spec)
            if not node.keys:
                self._splice(node.start + 1, node.start + 1, text)
            elif before:
                self._splice(node.items[before[-1]].end, node.items[before[-1]].end, f", {text}")
            else:
                self._splice(node.keys[0].start, node.keys[0].start, f"{text}, ")
            return
        indent = " " * node.column
        lines = _shifted(_entry_lines(key, value, spec), indent)
        if before:
            self._insert_lines(self._end_line(node, before[-1]), lines)
        else:
            at = node.keys[0].start
            self._splice(at, at, "\n".join([*lines, ""]).removeprefix(indent) + indent)

    def _replace(self, place: _Place, value: Any) -> None:
        """Write another value in the place of one."""
        parent, number, spec = place
        old = place.node
        if parent.kind == "list" or parent.flow:
            if self._text_of(old) != (text := _flow_text(value, place.inner)):
                self._splice(old.start, old.end, text if old.start < old.end else f" {text}")
            return
        key = parent.keys[number]
        if _is_same(old, value, place.inner):
            return
        lines = _entry_lines(key.value, value, spec)
        begin = self.text.index(":", key.end) + 1
        first = lines[0][_after_key(lines[0]) :]
        inline = len(lines) == 1 and "\n" not in self._text_of(old) and old.start < old.end and old.line == key.line
        if inline and not old.is_block and old.style not in ("|", ">"):
            self._splice(old.start, old.end, first.lstrip(" "))
            return
        stop = max(old.end, begin)
        stop = self.text.index("\n", stop) if old.style not in ("|", ">") else stop
        notes = self._comments_between(begin, stop)
        lines = [lines[0] + (f"  {notes[0]}" if notes else ""), *_shifted(lines[1:], " " * parent.column)]
        is_text = first.lstrip(" ").startswith("|")
        lines += [" " * (parent.column + (0 if is_text else 2)) + note for note in notes[1:]]
        self._splice(key.start, stop, "\n".join(lines))

    def _remove_entry(self, parent: Node, number: int) -> None:
        key = parent.keys[number]
        end = self._end_line(parent, number)
        if not self.text[self._line_start(key.line) : key.start].strip():
            self._cut_lines(key.line if number + 1 < len(parent.keys) else self._gap_before(parent, number), end)
            return
        # the first field of an item, on the line of the dash
        following = parent.keys[number + 1]
        if "#" in self.text[self._line_start(end) : following.start]:
            self._cut(key.start, self._line_start(end) - 1)
        else:
            self._cut(key.start, following.start)

    def _gap_before(self, parent: Node, number: int) -> int:
        """The first of the blank lines before an entry of a mapping, or the line of the entry."""
        line = parent.keys[number].line
        above = self._end_line(parent, number - 1) if number else line
        lines = self.text.split("\n")
        while line > above and not lines[line - 1].strip():
            line -= 1
        return line

    def _text_of(self, node: Node) -> str:
        return self.text[node.start : node.end]

    def _splice(self, start: int, stop: int, new: str) -> None:
        self.text = self.text[:start] + new + self.text[stop:]

    def _cut(self, start: int, stop: int) -> None:
        self.dropped += self._comments_between(start, stop)
        self._splice(start, stop, "")

    def _comments_between(self, start: int, stop: int) -> list[str]:
        if "#" not in self.text[start:stop]:
            return []
        root = self._root()
        before = len(comments(self.text[:start], _part_of(root, start)))
        return comments(self.text[:stop], _part_of(root, stop))[before:]

    def _line_start(self, line: int) -> int:
        at = 0
        for _ in range(line):
            at = self.text.index("\n", at) + 1
        return at

    def _insert_lines(self, line: int, lines: Sequence[str]) -> None:
        at = self._line_start(line)
        self._splice(at, at, "".join(f"{each}\n" for each in lines))

    def _cut_lines(self, first: int, stop: int) -> None:
        self._cut(self._line_start(first), self._line_start(stop))

    def _end_line(self, node: Node, number: int) -> int:
        """The line after an entry of a list or mapping: comments that stand deeper than it still belong to it."""
        last = node.items[number]
        while last.is_block and last.items:
            if last.keys and last.items[-1].end <= last.keys[-1].end:
                last = last.keys[-1]
                break
            last = last.items[-1]
        end = max(last.end, node.keys[number].end if node.keys else last.start)
        line = self.text.count("\n", 0, end) + 1
        lines = self.text.split("\n")
        while line < len(lines) and lines[line].lstrip(" ").startswith("#") and _indent(lines[line]) > node.column:
            line += 1
        return line

    def _dash_line(self, node: Node, number: int) -> int:
        lines = self.text.split("\n")
        line = self._end_line(node, number - 1) if number else node.line
        while line < node.items[number].line and lines[line][node.column : node.column + 1] != "-":
            line += 1
        if lines[line][: node.column].strip():
            raise EditError("a list within a list cannot be changed here; change it in an editor")
        return line


def _number(node: Node, name: str | int) -> int | None:
    """The number of a field or an item, by its name, id, text or number."""
    if node.kind == "mapping":
        return next((n for n, key in enumerate(node.keys) if key.value == name), None)
    if isinstance(name, int):
        return name if 0 <= name < len(node.items) else None
    return next((n for n, each in enumerate(node.items) if _name(each) == name), None)


def _name(node: Node) -> str | None:
    """What an item is known by in its list: a text by itself, a mapping by its id."""
    if node.kind == "scalar":
        return node.value
    ids = (value.value for key, value in zip(node.keys, node.items, strict=False) if key.value == "id")
    return next(ids, None)


def _name_of(value: Any) -> str | None:
    if isinstance(value, dict):
        return str(value["id"]) if "id" in value else None
    return None if isinstance(value, list) else str(value)


def _part_of(root: Node | None, end: int) -> Node | None:
    """The scalars before an offset, as one list."""
    scalars = [node for node in (root.walk() if root else ()) if node.kind == "scalar" and node.end <= end]
    return Node("list", 0, 0, 0, items=scalars)


def _is_same(node: Node, value: Any, spec: Schema | None) -> bool:
    """Whether a scalar has a value already, however it is typed."""
    if node.kind != "scalar" or isinstance(value, dict | list) or not node.value:
        return False
    if (spec or {}).get("format") == "date-time":
        try:
            return datetime.fromisoformat(node.value) == datetime.fromisoformat(str(value))
        except (TypeError, ValueError):
            return False
    if isinstance(value, bool):
        return node.style == "" and node.value == str(value).lower()
    return node.value == str(value) and not (node.style == "" and node.value in ("true", "false"))


def _entry_lines(key: str, value: Any, spec: Schema | None) -> list[str]:
    """A field on lines of its own, at the left."""
    text = "".join(f"{line}\n" for line in front_matter({key: value}))
    return in_one_form(text, spec).removesuffix("\n").split("\n")


def _item_lines(value: Any, spec: Schema | None, *, as_flow: bool) -> list[str]:
    """An item of a list on lines of its own, at the left."""
    lines = item(value, "")
    if as_flow and isinstance(value, dict) and len(one := f"- {flow(value)}") <= WIDTH:
        lines = [one]
    text = "".join(f"{line}\n" for line in ["k:", *lines])
    return in_one_form(text, {"properties": {"k": {"items": spec}}}).removesuffix("\n").split("\n")[1:]


def _flow_entry(key: str, value: Any, spec: Schema | None) -> str:
    """A field as it stands within braces."""
    return in_one_form(flow({key: value}) + "\n", spec).strip()[1:-1]


def _flow_text(value: Any, spec: Schema | None) -> str:
    """A value as it stands within brackets."""
    text = in_one_form(f"k: [{flow(value)}]\n", {"properties": {"k": {"items": spec}}})
    return text.strip().removeprefix("k: [").removesuffix("]")


def _after_key(line: str) -> int:
    root = compose(line + "\n")
    assert root is not None
    return line.index(":", root.keys[0].end) + 1


def _shifted(lines: Iterable[str], indent: str) -> list[str]:
    return [indent + line if line else "" for line in lines]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _shown(path: Path) -> str:
    return ".".join(map(str, path))
