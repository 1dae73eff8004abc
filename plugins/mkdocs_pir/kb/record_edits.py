"""Changing the front matter of a record: only what an edit names changes; every other byte and every comment stays.

A field that is added goes where its schema has it, written as `pir fmt` writes it. The result is read again, and must
have the values that the edits ask for and every comment that was there before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from mkdocs_pir.kb import frontmatter, record_files, schema
from mkdocs_pir.kb.formatting.field_lines import NOTHING, EditError, FieldLines, Path
from mkdocs_pir.kb.formatting.spans import comments, compose
from mkdocs_pir.kb.problem import ProblemError

__all__ = ["Append", "Edit", "EditError", "Path", "Remove", "Set", "edited", "encoded", "plain"]


class Set(NamedTuple):
    """Give a field a value; None or an empty list removes it. Fields on the way that do not exist yet are added.

    Of a mapping or list only what differs is changed. Numbers, booleans, dates and times can be given as such.
    """

    path: Path
    value: Any


class Append(NamedTuple):
    """Add an item at the end of a list, which begins with it if the field does not exist yet."""

    path: Path
    value: Any


class Remove(NamedTuple):
    """Remove a field or an item with the comments on its own lines; a list or mapping that would be empty goes too.

    What does not exist needs no removal.
    """

    path: Path


Edit = Set | Append | Remove


def edited(path: str, raw: bytes, edits: Iterable[Edit]) -> bytes:
    """The content of the file at a path, relative to the folder of the records, with its front matter changed.

    Whether the values are allowed is not checked here (see `record_changes`). Raises ProblemError for a file whose
    front matter cannot be read, and EditError for an edit that cannot be made.
    """
    kind = record_files.kind_of(path)
    text = frontmatter.decode(raw, path)
    head, before, rest = _parts(text, record_files.parse(kind, path, text).body_line)
    spec = schema.load(kind)
    fields, expected = FieldLines(before, spec), frontmatter.load_yaml(before, path)[0] if before.strip() else {}
    for edit in edits:
        _apply(fields, edit)
        expected = _changed(expected, edit.path, edit)
    _require_same(kind, fields, expected, comments(before, compose(before)))
    return encoded(raw, text, head + fields.text + rest)


def _apply(fields: FieldLines, edit: Edit) -> None:
    if isinstance(edit, Append):
        fields.append(edit.path, plain(edit.value))
    elif isinstance(edit, Remove):
        fields.remove(edit.path)
    else:
        fields.set(edit.path, plain(edit.value))


def _parts(text: str, body_line: int) -> tuple[str, str, str]:
    """The opening fence, the lines of the fields, and the rest from the closing fence on; a page may have no fences."""
    if body_line < 2:
        return "---\n", "", f"---\n{text}"
    lines = text.split("\n")
    return f"{lines[0]}\n", "".join(f"{line}\n" for line in lines[1 : body_line - 2]), "\n".join(lines[body_line - 2 :])


def encoded(raw: bytes, before: str, after: str) -> bytes:
    """A text in the encoding of the file that it was made from: the byte order mark and the line ends stay.

    `raw` is the content of the file, `before` the same as text (see `frontmatter.decode`).
    """
    mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
    if b"\r\n" not in raw:
        return mark + after.encode()
    ends = ["\r\n" if line.endswith(b"\r") else "\n" for line in raw.split(b"\n")]
    # the last line has no end of its own
    ends[-1] = ends[0]
    old, new = before.split("\n"), after.split("\n")
    placed = [ends[0]] * len(new)
    for at, there, size in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        placed[there : there + size] = ends[at : at + size]
    lines = "".join(line + end for line, end in zip(new[:-1], placed, strict=False))
    return mark + (lines + new[-1]).encode()


def _require_same(kind: str, fields: FieldLines, expected: Mapping[str, Any], before: Sequence[str]) -> None:
    """Raise EditError unless the new fields have the expected values and comments: a slip of ours must cost nothing."""
    try:
        read, _ = frontmatter.load_yaml(fields.text, "") if fields.text.strip() else ({}, None)
        kept = Counter(comments(fields.text, compose(fields.text)))
    except ProblemError as error:
        raise EditError(f"the front matter cannot be changed here ({error}); change it in an editor") from None
    if read != expected and _typed(kind, read) != _typed(kind, expected):
        raise EditError("the front matter is written in a way that cannot be changed here; change it in an editor")
    if kept != Counter(before) - Counter(fields.dropped):
        raise EditError("a comment in the front matter would be lost; change it in an editor")


def _typed(kind: str, data: Mapping[str, Any]) -> Any:
    return schema.check(kind, dict(data), frontmatter.Positions(), "")[0]


def plain(value: Any) -> Any:
    """A value of Python as front matter holds it: texts, numbers, lists, and mappings without what is empty."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {str(key): new for key, each in value.items() if (new := plain(each)) not in NOTHING}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if isinstance(value, bool | int) else str(value)


def _as_read(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_read(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_read(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _changed(data: Any, path: Path, edit: Edit) -> Any:
    """The values after an edit, `path` being what is left of its way. An emptied list or mapping becomes None."""
    if not path:
        if isinstance(edit, Append):
            return [*(data or []), _as_read(plain(edit.value))]
        value = None if isinstance(edit, Remove) else plain(edit.value)
        return None if value in NOTHING else _as_read(value)
    first, rest = path[0], path[1:]
    if isinstance(data, list):
        at = _item_at(data, first)
        if at is None:
            return data
        new = _changed(data[at], rest, edit)
        return [*data[:at], *([] if new is None else [new]), *data[at + 1 :]] or None
    out = dict(data or {})
    new = _changed(out.get(str(first)), rest, edit)
    if new is None:
        out.pop(str(first), None)
    else:
        out[str(first)] = new
    return out or (None if path is not edit.path else {})


def _item_at(items: Sequence[Any], wanted: str | int) -> int | None:
    if isinstance(wanted, int):
        return wanted if 0 <= wanted < len(items) else None
    named = (n for n, each in enumerate(items) if (each.get("id") if isinstance(each, dict) else each) == wanted)
    return next(named, None)
