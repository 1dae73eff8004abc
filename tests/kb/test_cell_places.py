"""Where the cells of a register begin, as an editor counts lines and characters."""

from __future__ import annotations

import csv
import io

import pytest

from mkdocs_pir.kb.cell_places import cell_places

ROWS = [
    "a,b,c", "", ",", "a,,b,", '"x,y",z', '"a\nb",c', 'a 5" disk,b', " x,  y", '"q""u,o",w', '"a\n,b" ,  c,d', ' "a,b",c',
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_each_cell_begins_at_its_first_character(row: str) -> None:
    lines = row.split("\n")
    cells = next(csv.reader(io.StringIO(row, newline="")), [""])
    places = cell_places(row, ",", 7)
    assert len(places) == len(cells)
    for cell, (line, column) in zip(cells, places, strict=True):
        rest = lines[line - 7][column - 1 :].removeprefix('"')
        assert rest.startswith(cell.strip().partition("\n")[0].partition('"')[0])
