"""The files of a source as documents, one a record: Markdown with YAML or TOML above it, tables, and JSON."""

from __future__ import annotations

import codecs
import csv
import io
import re
import threading
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from mkdocs_pir.exchange.importing import source_files
from mkdocs_pir.exchange.importing.blocks import SourceText
from mkdocs_pir.exchange.importing.broken_front_matter import parse_what_can_be
from mkdocs_pir.exchange.importing.documents import SourceDocument, as_texts, unreadable
from mkdocs_pir.exchange.importing.json_records import read_objects
from mkdocs_pir.exchange.importing.lookup import clean
from mkdocs_pir.exchange.importing.mapping import ImportMapping
from mkdocs_pir.exchange.importing.report import ImportReport
from mkdocs_pir.exchange.importing.source_attachments import SourceFiles, without_pictures
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb import frontmatter
from mkdocs_pir.kb.cell_places import cell_places
from mkdocs_pir.kb.frontmatter import CONTROL, Mark, MarkdownFile, Positions
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.problem_formats import LineOf

_ENDINGS = {"csv": "csv", "tsv": "csv", "json": "json", "jsonl": "json", "ndjson": "json", "md": "markdown"}
_BINARY = (
    (b"PK\x03\x04", "it is a spreadsheet, a document or another packed file", "export it as CSV, JSON or Markdown"),
    (b"\xd0\xcf\x11\xe0", "it is an older spreadsheet or document", "export it as CSV, JSON or Markdown"),
    (b"%PDF", "it is a PDF", "export the report as Markdown or text"),
)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BLANK = re.compile(r"(?:[ \t]*\n)*")
_SEPARATORS = ",;\t|"

MAX_CELL = 4 << 20
"""The longest cell that is read, in characters."""

_LIMIT = threading.Lock()


def read_source(source: Path, mapping: ImportMapping, report: ImportReport) -> tuple[list[SourceDocument], SourceFiles]:
    """Every record of the source, and the files beside them. What cannot be read is a problem in the report and keeps no other file out.

    Raises ProblemError for a source that cannot be opened at all.
    """
    tree, taken, report.left_out = source_files.select(source_files.open_tree(source), mapping)
    report.is_whole = not tree.single or mapping.format != "markdown"
    if tree.single:
        _refuse_other_form(taken[0], mapping)
    texts: dict[str, str] = {}
    report.line_of = _lines(texts)
    documents: list[SourceDocument] = []
    for path in taken:
        try:
            raw = tree.read(path)
            for head, what, hint in _BINARY:
                if raw.startswith(head):
                    raise unreadable(path, (0, 0), what, hint)
            texts[path] = decode(raw, path, mapping.encoding)
            documents += _read(path, texts[path], mapping, report.problems)
        except ProblemError as error:
            report.problems += (
                Problem.of("PIR702", path, (p.line, p.column), p.message, p.hint) for p in error.problems
            )
            report.reviews["refused"].append(path)
        except OSError as error:
            message = f"the file cannot be read: {error.strerror}"
            report.problems.append(Problem.of("PIR702", path, (0, 0), message, "check its permissions"))
            report.reviews["refused"].append(path)
    return documents, SourceFiles(tree, frozenset(taken), {one.path: one.because for one in report.left_out})


def _read(
    path: str, text: str, mapping: ImportMapping, problems: list[Problem]
) -> Sequence[SourceDocument] | Iterator[SourceDocument]:
    if mapping.format == "csv":
        return read_table(path, text, mapping.separator, problems)
    if mapping.format == "json":
        return read_objects(path, text, mapping.records, problems)
    # one file is one record, so its limits are those of a record
    text, embedded = without_pictures(_without_controls(path, text, problems))
    document = read_markdown(path, frontmatter.decode(text.encode(), path), problems)
    return [replace(document, embedded=embedded)]


def _without_controls(path: str, text: str, problems: list[Problem]) -> str:
    """The text without characters that no record may hold, since nobody sees them; the first of them is named."""
    found = CONTROL.search(text) or re.search("\ufeff", text)
    if found is None:
        return text
    cleaned = clean(text)
    before = text[: found.start()]
    where = before.count("\n") + 1, found.start() - before.rfind("\n")
    message = f"{count(len(text) - len(cleaned), 'invisible character')} left out, the first U+{ord(found[0]):04X}"
    problems.append(Problem.of("PIR704", path, where, message, "nobody sees them in the source either"))
    return cleaned


def _written(form: str) -> str:
    """A form of a source as one writes it in a sentence."""
    return "Markdown" if form == "markdown" else form.upper()


def _refuse_other_form(path: str, mapping: ImportMapping) -> None:
    """Raise ProblemError when one file was named and is plainly not of the mapping's form."""
    form = _ENDINGS.get(path.rpartition(".")[2].lower(), mapping.format)
    if form != mapping.format:
        message = f"the source is {_written(form)}, but the mapping reads {_written(mapping.format)}"
        raise unreadable(
            path, (0, 0), message, "choose a mapping for it; 'pir import --list' shows the ready-made ones"
        )


def _lines(texts: Mapping[str, str]) -> LineOf:
    @cache
    def lines_of(path: str) -> list[str]:
        return texts.get(path, "").split("\n")

    def line_of(path: str, line: int) -> str | None:
        lines = lines_of(path)
        return lines[line - 1].replace("\t", " ") if 0 < line <= len(lines) else None

    return line_of


def decode(raw: bytes, path: str, declared: str = "") -> str:
    """The text with line ends made `\\n` and the byte order mark taken off.

    The encoding is that of the file's own mark, else the declared one, else UTF-8. Raises ProblemError (PIR702) at the
    byte that is not of it.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            raw, declared = raw[len(mark) :], name
            break
    looks_like_utf_16 = raw[:4000].count(0) > len(raw[:4000]) // 4
    try:
        text = raw.decode(declared or "utf-8")
    except UnicodeDecodeError as error:
        hint = f"correct 'encoding: {declared}'"
        if not declared:
            likely = "utf-16-le" if looks_like_utf_16 else "windows-1252"
            hint = (
                f"give its encoding: --encoding {likely}, or 'encoding: {likely}' in the mapping, or export it as UTF-8"
            )
        message = f"byte {error.start} is not {(declared or 'utf-8').upper()}"
        raise unreadable(path, (raw.count(b"\n", 0, error.start) + 1, 1), message, hint) from None
    if not declared and looks_like_utf_16:
        hint = "give its encoding: --encoding utf-16-le, or utf-16-be"
        raise unreadable(path, (1, 1), "the file looks like UTF-16 without its mark", hint)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_markdown(path: str, text: str, problems: list[Problem]) -> SourceDocument:
    """A Markdown file. A field of its front matter that cannot be read goes to `problems`.

    Raises ProblemError, placed at `path`, for front matter that cannot be read at all.
    """
    if not text.strip():
        raise unreadable(path, (1, 1), "the file is empty", "remove it, or write the review")
    # other readers of front matter pass over blank lines above it
    blank = _BLANK.match(text).end()  # type: ignore[union-attr]  # it matches nothing too
    lines = text.count("\n", 0, blank)
    found: list[Problem] = []
    try:
        if text.startswith("---\n", blank):
            document = parse_what_can_be(text[blank:], path, found)
        elif text.startswith("+++\n", blank):
            document = read_toml(text[blank:], path)
        else:
            document, lines = MarkdownFile({}, Positions(), text, 1), 0
    except ProblemError as error:
        raise ProblemError([replace(one, line=one.line + lines) for one in error.problems]) from None
    problems += [replace(one, line=one.line + lines) for one in found]
    text_below = SourceText(document.body, document.body_line + lines)
    return SourceDocument(path, document.data, _moved(document.positions, lines), text_below)


def _moved(positions: Positions, lines: int) -> Positions:
    """Positions so many lines further down."""
    if not lines:
        return positions

    def moved(marks: Mapping[frontmatter.Path, Mark]) -> dict[frontmatter.Path, Mark]:
        return {at: (line + lines, column) for at, (line, column) in marks.items()}

    return Positions(moved(positions.values), moved(positions.keys), positions.empty)


_FENCE = re.compile(r"^\+\+\+[ \t]*$", re.M)
_KEY = re.compile(r"""^[ \t]*(?:\[\[?[ \t]*)?["']?([\w-]+)["']?[ \t]*(=|\.|\])""", re.M)
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


def read_toml(text: str, path: str) -> MarkdownFile:
    """A file whose front matter is TOML between lines `+++`, as Hugo writes it. Raises ProblemError (PIR702).

    Every value becomes text, times in ISO 8601; only top-level keys have places of their own.
    """
    end = _FENCE.search(text, 4)
    if end is None:
        raise unreadable(path, (1, 1), "the front matter is not closed", "end it with a line +++")
    fields = text[4 : end.start()]
    try:
        data = tomllib.loads(fields)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        where = (int(place[1]) + 1, int(place[2])) if place and place[1] else (fields.count("\n") + 1, 1)
        message = f"malformed TOML: {_PLACE.sub('', str(error))}"
        raise unreadable(path, where, message, "check the line for quotes and brackets") from None
    except (RecursionError, ValueError):
        message = "TOML that is nested too deep or holds a number too long"
        raise unreadable(path, (1, 1), message, "simplify it") from None
    marks: dict[frontmatter.Path, Mark] = {}
    for found in _KEY.finditer(fields):
        if found[1] in data:
            line_start = fields.rfind("\n", 0, found.start(1))
            marks.setdefault((found[1],), (fields.count("\n", 0, found.start(1)) + 2, found.start(1) - line_start))
    positions = Positions({(): (2, 1), **marks}, dict(marks))
    return MarkdownFile(as_texts(data), positions, text[end.end() + 1 :], text.count("\n", 0, end.end()) + 2)


class SourceRow(NamedTuple):
    """One row that holds something; `line` counts from 1."""

    line: int
    cells: list[str]
    raw: str


def read_rows(text: str, separator: str) -> tuple[list[SourceRow], tuple[int, str] | None]:
    """The rows of a table, and where it cannot be read any further the line of that row and why."""
    lines = list(io.StringIO(text, newline=""))
    rows: list[SourceRow] = []
    start = 0
    with _LIMIT:
        before = csv.field_size_limit(MAX_CELL)
        reader = csv.reader(lines, delimiter=separator, strict=True)
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    rows.append(SourceRow(start + 1, cells, "".join(lines[start : reader.line_num]).rstrip("\r\n")))
                start = reader.line_num
        except csv.Error as error:
            return rows, (start + 1, str(error))
        finally:
            csv.field_size_limit(before)
    return rows, None


def read_table(path: str, text: str, separator: str, problems: list[Problem]) -> Iterator[SourceDocument]:
    """The rows of a table, the header's first line being 1. What is wrong with one row goes to `problems`.

    Columns of one name give a list. Raises ProblemError (PIR702) when there is no header. A quote that is never
    closed ends the table with a problem at its row, and the rows before it are given.
    """
    skipped = 0
    if text[:4].lower() == "sep=":
        # the line that names the separator to a spreadsheet
        separator, skipped = separator or text[4:5], 1
        text = text.partition("\n")[2]
    if not text.strip():
        raise unreadable(path, (1, 1), "the file is empty", "export it again")
    outside_quotes = "".join(text.partition("\n")[0].split('"')[::2])
    separator = separator or max(_SEPARATORS, key=outside_quotes.count)
    rows, broken = read_rows(text, separator)
    names = [name.strip() or f"column {number}" for number, name in enumerate(rows[0].cells, 1)] if rows else []
    for row in rows[1:]:
        where = (row.line + skipped, 1)
        if any(cell.strip() for cell in row.cells[len(names) :]):
            message = f"the row has {len(row.cells)} cells; the header has {len(names)}"
            hint = "put quotes around a cell that holds the separator; the rest is kept as notes"
            problems.append(Problem.of("PIR705", path, where, message, hint))
        data, positions = _cells(names, row, separator, where)
        yield SourceDocument(path, data, positions, where=where, record=True)
    if broken is not None:
        hint = "check its quotes; this row and the rows after it were not imported"
        where = (broken[0] + skipped, 1)
        problems.append(Problem.of("PIR702", path, where, f"the row cannot be read: {broken[1]}", hint))


def _cells(names: Sequence[str], row: SourceRow, separator: str, where: Mark) -> tuple[dict[str, Any], Positions]:
    data: dict[str, Any] = {}
    marks: dict[frontmatter.Path, Mark] = {(): where}
    names = [*names, *(f"column {number}" for number in range(len(names) + 1, len(row.cells) + 1))]
    repeated = {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else set()
    places = cell_places(row.raw, separator, where[0])
    for name, cell, place in zip(names, map(str.strip, row.cells), places, strict=False):
        marks.setdefault((name,), place)
        if cell and name in repeated:
            marks[name, len(data.setdefault(name, []))] = place
            data[name].append(cell)
        elif cell:
            data[name] = cell
    return data, Positions(marks)
