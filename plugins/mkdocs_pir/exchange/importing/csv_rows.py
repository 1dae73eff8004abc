"""The rows of a table, each with its cells, the line it begins on and its text as it stands."""

from __future__ import annotations

import csv
import io
import threading
from typing import NamedTuple

MAX_CELL = 4 << 20
"""The longest cell that is read, in characters."""

_LIMIT = threading.Lock()


class Row(NamedTuple):
    """One row that holds something; `line` counts from 1."""

    line: int
    cells: list[str]
    raw: str


def read_rows(text: str, separator: str) -> tuple[list[Row], tuple[int, str] | None]:
    """The rows of a table, and where it cannot be read any further the line of that row and why."""
    lines = list(io.StringIO(text, newline=""))
    rows: list[Row] = []
    start = 0
    with _LIMIT:
        before = csv.field_size_limit(MAX_CELL)
        reader = csv.reader(lines, delimiter=separator, strict=True)
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    rows.append(Row(start + 1, cells, "".join(lines[start : reader.line_num]).rstrip("\r\n")))
                start = reader.line_num
        except csv.Error as error:
            return rows, (start + 1, str(error))
        finally:
            csv.field_size_limit(before)
    return rows, None
