"""Export tables: named columns and rows, with the entries of a feed and the events of a calendar."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import Struct

Cells = Mapping[str, Any]


class FeedEntry(Struct, frozen=True):
    """One entry of a feed. `path` is its page in the site, `updated` the day since which it is as it is."""

    id: str
    title: str
    text: str
    path: str
    updated: date
    tags: tuple[str, ...] = ()


class CalendarEvent(Struct, frozen=True):
    """An event of a calendar: on a whole day, or from one moment to another. A `task` is also a to-do."""

    id: str
    title: str
    text: str
    path: str
    start: date | datetime
    end: datetime | None = None
    task: bool = False
    completed: date | None = None
    tags: tuple[str, ...] = ()


class ExportTable(Struct, frozen=True):
    """Rows under named columns, and the entries and events of those that belong in a feed or a calendar.

    `whole` is the JSON of each row, encoded, where it has more than the row.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[Cells, ...]
    entries: tuple[FeedEntry, ...] = ()
    events: tuple[CalendarEvent, ...] = ()
    whole: tuple[msgspec.Raw, ...] | None = None

    @property
    def digest(self) -> bytes:
        """A digest of everything in the table."""
        return hashlib.blake2b(_ENCODER.encode(self), digest_size=16).digest()


_ENCODER = msgspec.msgpack.Encoder(enc_hook=str)


def as_csv(table: ExportTable) -> str:
    """The rows as CSV: lists joined by '; ', and no cell that a spreadsheet would run as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_cell(row.get(name)) for name in table.columns] for row in table.rows)
    return out.getvalue()


def as_json(table: ExportTable) -> str:
    """The rows as a JSON list: days as ISO dates, what is not recorded as null."""
    return json_lines(_json_rows(table)) + "\n"


def json_lines(rows: Iterable[Cells | msgspec.Raw], indent: str = "") -> str:
    """A JSON list with one row a line: fit for a diff and for a stream, without the bytes of an indented form."""
    lines = [f"{indent} {msgspec.json.encode(row, enc_hook=str).decode()}" for row in rows]
    return "[\n" + ",\n".join(lines) + f"\n{indent}]" if lines else "[]"


def _json_rows(table: ExportTable) -> Iterable[Cells | msgspec.Raw]:
    """The rows as JSON has them, each with every column in its order."""
    if table.whole is not None:
        return table.whole
    return ({name: row.get(name) for name in table.columns} for row in table.rows)


def _cell(value: object) -> object:
    """A value that no spreadsheet takes for a formula. Source: OWASP, CSV injection."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if isinstance(value, date):  # a datetime is one too
        value = value.isoformat()
    text = "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
