"""Where the cells of a row of CSV begin, in lines and characters as editors count them."""

from __future__ import annotations

import re
from functools import cache

Mark = tuple[int, int]


def cell_places(row: str, separator: str, line: int) -> list[Mark]:
    """The (line, column) of the first character of each cell that is no space, counted from 1.

    `row` is the text of the row as it is in the file, which a cell in quotes may continue over several lines, and
    `line` its first line.
    """
    places = []
    for cell in _cells(separator).finditer(row):
        first = cell.start(cell.lastindex or 0)
        places.append((line + row.count("\n", 0, first), first - row.rfind("\n", 0, first)))
    return places


@cache
def _cells(separator: str) -> re.Pattern[str]:
    """A pattern that finds the cells of a row. Only a quote that stands first in a cell, before any space, opens one."""
    mark = re.escape(separator)
    return re.compile(rf'(?:^|(?<={mark}))(?:("(?:[^"]|"")*"[^{mark}]*)| *([^{mark}]*))(?:{mark}|$)')
