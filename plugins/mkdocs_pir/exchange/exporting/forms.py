"""The forms an export can take, by name: CSV, JSON, calendar and feed, each with the function that writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.exchange.exporting.atom import as_atom
from mkdocs_pir.exchange.exporting.export_table import ExportTable, as_csv, as_json

Writer = Callable[[ExportTable, Projection, str, str], str]


def _ics(table: ExportTable, projection: Projection, path: str, address: str) -> str:
    # the library takes a quarter of a second to import, which no other command should wait for
    from mkdocs_pir.exchange.exporting.calendar import as_ics

    return as_ics(table, projection, address=address)


FORMS: Mapping[str, Writer] = {
    "csv": lambda table, projection, path, address: as_csv(table),
    "json": lambda table, projection, path, address: as_json(table),
    "ics": _ics,
    "atom": lambda table, projection, path, address: as_atom(table, projection, path=path, address=address),
}
"""How to write a table; `path` is its path in the site and `address` that of the site, each empty if unknown."""

SUFFIX: Mapping[str, str] = {"csv": "csv", "json": "json", "ics": "ics", "atom": "atom.xml"}
"""The ending of a file in each form: one that servers know and the audit can read."""

NAMES: Mapping[str, str] = {"csv": "CSV", "json": "JSON", "ics": "Calendar", "atom": "Feed"}
"""What people call each form."""
