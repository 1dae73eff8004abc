"""A CSV export: each row a document, its cells by the names of their columns, with the line it begins on."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.kb.frontmatter import Path, Positions
from mkdocs_pir.kb.problem import Problem, ProblemError

MAX_CELL = 4 << 20
"""The longest cell that is read, in characters."""

_SEPARATORS = ",;\t|"
_LIMIT = threading.Lock()


def read_table(path: str, text: str, separator: str, problems: list[Problem]) -> list[SourceDocument]:
    """The rows of a table, the header's first line being 1. What is wrong with one row goes to `problems`.

    Columns of one name give a list. Raises ProblemError (PIR702) when there is no header. A quote that is never
    closed ends the table with a problem at its row, and the rows before it are given.
    """
    skipped = 0
    if text[:4].lower() == "sep=":
        # the line by which a spreadsheet is told the separator
        first, _, text = text.partition("\n")
        separator, skipped = separator or first[4:5], 1
    header, _, _ = text.partition("\n")
    if not text.strip():
        raise ProblemError([Problem.of("PIR702", path, (1, 1), "the file is empty", "export it again")])
    separator = separator or _separator(header)
    with _LIMIT:
        before = csv.field_size_limit(MAX_CELL)
        try:
            return list(_rows(path, text, separator, skipped, problems))
        finally:
            csv.field_size_limit(before)


def _rows(path: str, text: str, separator: str, skipped: int, problems: list[Problem]) -> Iterator[SourceDocument]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    names: list[str] = []
    line = 1
    try:
        for cells in reader:
            start, line = line + skipped, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = [name.strip() or f"column {number}" for number, name in enumerate(cells, 1)]
                continue
            if len(cells) != len(names) and any(cell.strip() for cell in cells[len(names) :]):
                message = f"the row has {len(cells)} cells; the header has {len(names)}"
                hint = "put quotes around a cell that holds the separator; the rest is kept as notes"
                problems.append(Problem.of("PIR705", path, (start, 1), message, hint))
            data, positions = _cells(names, cells, start)
            yield SourceDocument(path, data, positions, "", start, None, where=(start, 1), record=True)
    except csv.Error as error:
        message = f"the row cannot be read: {error}"
        hint = "check its quotes; this row and those after it did not come in"
        problems.append(Problem.of("PIR702", path, (line + skipped, 1), message, hint))


def _cells(names: Sequence[str], cells: Sequence[str], line: int) -> tuple[dict[str, Any], Positions]:
    data: dict[str, Any] = {}
    marks: dict[Path, tuple[int, int]] = {(): (line, 1)}
    names = [*names, *(f"column {number}" for number in range(len(names) + 1, len(cells) + 1))]
    repeated = {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else set()
    for number, (name, cell) in enumerate(zip(names, cells, strict=False), 1):
        cell = cell.strip()
        marks.setdefault((name,), (line, number))
        if name in repeated:
            if cell:
                marks[(name, len(data.setdefault(name, [])))] = (line, number)
                data[name].append(cell)
        elif cell:
            data[name] = cell
    return data, Positions(marks)


def _separator(header: str) -> str:
    outside = "".join(header.split('"')[::2])
    return max(_SEPARATORS, key=outside.count)
