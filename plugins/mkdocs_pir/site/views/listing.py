"""Lists of everything of one sort: pages of 50 rows without scripts, and all rows for a script that narrows them.

A list has one static form. What the script (`pir-listing.js`) needs is in files beside it: a description of the columns
and filters, and the rows in parts of some hundred. A part is named by its content and ends where a row says so, so that
one changed row changes one part and the description, and neither other parts nor other pages.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from msgspec import Struct

from mkdocs_pir.site.urls import path_to_root
from mkdocs_pir.site.value_formats import clock, day, span
from mkdocs_pir.site.views.components import (
    Cell,
    Chip,
    Code,
    Empty,
    ExternalLink,
    Link,
    Offer,
    PageView,
    Prose,
    Row,
    Table,
    Value,
    When,
)
from mkdocs_pir.site.views.pagination import page_path, paged

T = TypeVar("T")

PART_LEAST, PART_MEAN, PART_MOST = 64, 256, 1024
"""How many rows a part of a list has."""

FOLDER = "lists"


class Filter(Struct, Generic[T], frozen=True):
    """A filter of a list: its key and label, the values of an item, and the name of a value.

    `order` is the sort key of values, which are otherwise sorted by the number of their rows. What is not `offered` has no
    menu, and is only chosen by a link.
    """

    key: str
    label: str
    values: Callable[[T], Iterable[str]]
    name: Callable[[str], str] = str
    order: Callable[[str], Any] | None = None
    offered: bool = True


class NamedView(Struct, frozen=True):
    """A way to look at a list that has a name: the values that are chosen of each filter."""

    text: str
    chosen: Mapping[str, Sequence[str]]


class Listing(Struct, frozen=True):
    """What a page says of its list to the script: where the description is, the filters, columns and named views."""

    path: str
    filters: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str], ...]
    views: tuple[Link, ...]
    root: str


class ListDefinition(Struct, Generic[T], frozen=True):
    """What a list is: its path without `.html`, its title, what one row is called, its filters and its table.

    `table` makes a table from items and a caption. `lead` is the sentence above it. `views` are offered above the list.
    `feeds` are the addresses to subscribe to, by what is chosen (see `chosen_as`). `listed` is how many rows the static
    form has at most; the downloads have all.
    """

    base: str
    title: str
    noun: str
    filters: Sequence[Filter[T]]
    table: Callable[[Sequence[T], str], Table]
    lead: str
    empty: Empty
    description: str
    views: Sequence[NamedView] = ()
    feeds: Mapping[str, Offer] = {}
    listed: int | None = None
    also: tuple[Link, ...] = ()
    calendar: str = ""


Values = Sequence[tuple[str, ...]]
"""The values of one row, for each filter."""


def pages(of: ListDefinition[T], items: Sequence[T]) -> Iterator[PageView]:
    """The pages of a list: `<base>.html`, which has its files, and `<base>/<number>.html`."""
    values: list[Values] = [[tuple(dict.fromkeys(filter(None, f.values(item)))) for f in of.filters] for item in items]
    # a filter whose value is the same in all rows narrows nothing
    kept = [at for at in range(len(of.filters)) if len({row[at] for row in values}) > 1]
    filters, values = [of.filters[at] for at in kept], [[row[at] for at in kept] for row in values]
    whole = of.table(items, of.title).filled()
    description, files = _files(of, filters, values, whole) if items else ("", {})
    listing = Listing(
        description,
        # one with a single value is no choice; a link can still name it
        tuple(
            (f.key, f.label)
            for at, f in enumerate(filters)
            if f.offered and len({value for row in values for value in row[at]}) > 1
        ),
        tuple((key_of(column.label), column.label) for column in whole.columns if not column.optional),
        tuple(
            Link(address(f"{of.base}.html", view.chosen), view.text)
            for view in of.views
            if _fits(view, filters, values)
        ),
        path_to_root(f"{of.base}.html"),
    )
    shown = whole.rows if of.listed is None else whole.rows[: of.listed]
    for number, rows, pager in paged(of.base, shown):
        context = {
            "title": of.title,
            "lead": of.lead,
            "listing": listing if items and number == 1 else None,
            "whole": Link(f"{of.base}.html", "Filter and sort the whole list") if number > 1 else None,
            "left_out": len(items) - len(shown),
            "table": Table(whole.caption, whole.columns, tuple(rows)),
            "pager": pager,
            "empty": of.empty,
            "also": of.also,
            "offers": tuple(filter(None, [of.feeds.get("")])),
        }
        title = of.title if number == 1 else f"{of.title}, page {number}"
        yield PageView(
            page_path(of.base, number), title, "list.html", context, of.description, files if number == 1 else {}
        )


def _fits(view: NamedView, filters: Sequence[Filter[Any]], values: Iterable[Values]) -> bool:
    """Whether a named view shows some of the rows, and not all."""
    places = {f.key: at for at, f in enumerate(filters)}
    if not view.chosen.keys() <= places.keys():
        return False
    chosen = [(places[key], set(wanted)) for key, wanted in view.chosen.items()]
    shown = {all(not wanted.isdisjoint(row[at]) for at, wanted in chosen) for row in values}
    return shown == {True, False}


def address(path: str, chosen: Mapping[str, Iterable[str]]) -> str:
    """The address of a list with values chosen: `reviews.html#client=harbor-credit&year=2025,2026`."""
    state = chosen_as(chosen)
    return f"{path}#{state}" if state else path


def chosen_as(chosen: Mapping[str, Iterable[str]]) -> str:
    """What is chosen of a list as its address has it after the `#`. The script writes it in the same way."""
    parts = ((key, ",".join(quote(value, safe="") for value in values)) for key, values in chosen.items())
    return "&".join(f"{key}={values}" for key, values in parts if values)


def key_of(label: str) -> str:
    """A label as a key in an address: lower case, with dashes."""
    return label.lower().replace(" ", "-")


def _files(
    of: ListDefinition[T], filters: Sequence[Filter[T]], values: Sequence[Values], table: Table
) -> tuple[str, dict[str, bytes]]:
    """The path of the description of a list, and all its files."""
    name = of.base.replace("/", "-")
    counts = [Counter(value for row in values for value in row[at]) for at in range(len(filters))]
    files: dict[str, bytes] = {}
    parts = []
    for begin, end in _parts(table.rows):
        path = _add(files, name, _part(table.rows[begin:end], values[begin:end]))
        parts.append(path.removeprefix(f"{FOLDER}/").removesuffix(".js"))
    described = {
        "title": of.title,
        "noun": of.noun,
        "count": len(table.rows),
        "columns": [[key_of(c.label), c.label, c.kind, c.phone, c.optional, c.total] for c in table.columns],
        "filters": [
            [f.key, f.label, [[v, f.name(v)] for v in _ordered(f, counter)]]
            for f, counter in zip(filters, counts, strict=True)
        ],
        "feeds": {state: [[link.text, link.path] for link in offer.links] for state, offer in of.feeds.items()},
        "calendar": of.calendar,
        "parts": parts,
    }
    return _add(files, name, described), files


def _ordered(filter_: Filter[T], counts: Counter[str]) -> list[str]:
    if filter_.order is not None:
        return sorted(counts, key=filter_.order)
    return sorted(counts, key=lambda value: (-counts[value], filter_.name(value)))


def _parts(rows: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """Where parts of the rows begin and end. That depends on where the last row leads to, so that most parts stay."""
    begin = 0
    for at, row in enumerate(rows, 1):
        size = at - begin
        ends = hashlib.blake2b(row.path.encode(), digest_size=4).digest()
        if size >= PART_MOST or (size >= PART_LEAST and int.from_bytes(ends) % PART_MEAN == 0):
            yield begin, at
            begin = at
    if begin < len(rows):
        yield begin, len(rows)


def _part(rows: Sequence[Row], values: Sequence[Values]) -> str:
    """A part as the script reads it: a line of JSON for the filters, one for the sort keys, and one for each row.

    The script reads a row when it shows it, and numbers instead of names of values, so that a list of 10,000 rows is there
    at once.
    """
    filters = []
    for column in zip(*values, strict=True):
        places = {value: at for at, value in enumerate(dict.fromkeys(one for row in column for one in row))}
        codes = [[places[value] for value in row] for row in column]
        filters.append([list(places), [of_row[0] if len(of_row) == 1 else of_row for of_row in codes]])
    keys = [
        [_sort_key(cell) for cell in column] if any(cell.sort for cell in column) else None
        for column in zip(*(row.cells for row in rows), strict=True)
    ]
    lines = [filters, keys, *([row.path, row.look, list(map(_cell, row.cells))] for row in rows)]
    return "\n".join(map(_json, lines))


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _add(files: dict[str, bytes], name: str, content: Any) -> str:
    """Add a file of a list, which holds a text or what JSON can hold, and return its path."""
    text = "`" + re.sub(r"[`$\\]", r"\\\g<0>", content) + "`" if isinstance(content, str) else _json(content)
    # a script element would end there, and these two end a line in older browsers
    text = text.replace("</", "<\\/").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    stem = f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    path = f"{FOLDER}/{stem}.js"
    files[path] = f'pir.shard("{stem}",{text});\n'.encode()
    return path


def _cell(cell: Cell) -> Any:
    """A cell for the script: its text, or its values, the small text below and the id of what it names."""
    values = list(map(_value, cell.values))
    if cell.id:
        return [values, cell.sub, cell.id]
    if cell.sub:
        return [values, cell.sub]
    if not values:
        return ""
    return values[0] if len(values) == 1 and isinstance(values[0], str) else [values]


def _sort_key(cell: Cell) -> str:
    """What a cell is sorted by; nothing for a cell without a value, which comes last."""
    if not cell.values:
        return ""
    texts = (value[0] if isinstance(value, list) else value for value in map(_value, cell.values))
    return str(cell.sort) or " ".join(texts)


def _value(value: Value) -> Any:
    """A value for the script: a text, a label with its look, or a link as [text, path, hint]."""
    match value:
        case Chip():
            return [value.text, value.look, value.hint] if value.hint else [value.text, value.look]
        case Link():
            return [value.text, value.path, value.hint]
        case When():
            return _value(value.value)
        case datetime():
            return clock(value)
        case date():
            return day(value)
        case timedelta():
            return span(value)
        case Prose() | Code():
            return str(value.text)
        case ExternalLink():
            return value.text
    return str(value)
