"""A listing: what is exported under one name, as rows for tables, entries for a feed and events for a calendar."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import Struct

Cells = Mapping[str, Any]


class FeedEntry(Struct, frozen=True):
    """One entry of a feed. `path` is its page in the site, `updated` the day on which it came to stand as it does."""

    id: str
    title: str
    text: str
    path: str
    updated: date
    tags: tuple[str, ...] = ()


class CalendarEvent(Struct, frozen=True):
    """Something in a calendar: on a whole day, or from one moment to another. A `task` is listed as a to-do too."""

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
    """Rows under named columns, with what of them belongs into a feed and into a calendar.

    `whole` is the JSON form where that holds more than the rows.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[Cells, ...]
    entries: tuple[FeedEntry, ...] = ()
    events: tuple[CalendarEvent, ...] = ()
    whole: tuple[Cells, ...] | None = None


def as_csv(listing: ExportTable) -> str:
    """The rows as CSV, lists joined by '; ', with cells that no spreadsheet takes for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(listing.columns)
    writer.writerows([_cell(row.get(name)) for name in listing.columns] for row in listing.rows)
    return out.getvalue()


def as_json(listing: ExportTable) -> str:
    """The rows as a JSON list: days as ISO dates, what is not recorded as null."""
    return msgspec.json.format(msgspec.json.encode(json_rows(listing), enc_hook=str), indent=2).decode() + "\n"


def json_rows(listing: ExportTable) -> list[Cells]:
    """The rows as JSON has them, each with every column in its order."""
    if listing.whole is not None:
        return list(listing.whole)
    return [{name: row.get(name) for name in listing.columns} for row in listing.rows]


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
