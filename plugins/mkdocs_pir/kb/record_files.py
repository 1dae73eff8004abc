"""Reading the files of a knowledge base: records from Markdown, rows from CSV registers."""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

import msgspec

from mkdocs_pir.kb import body, frontmatter, reading, schema, suppressions
from mkdocs_pir.kb.folder_walk import Walk, cannot_be_read, no_file, walk
from mkdocs_pir.kb.frontmatter import Positions
from mkdocs_pir.kb.kinds import FOLDERS, KINDS
from mkdocs_pir.kb.knowledge import RecordFile, RegisterRow
from mkdocs_pir.kb.model import Page, row_of
from mkdocs_pir.kb.problem import Problem, ProblemError, did_you_mean

# the line end of some spreadsheets
_LONE_CR = re.compile(r"\r(?!\n)")

_MARKDOWN = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")

MAX_REGISTER = 32 << 20
"""Bytes of a register: some 300,000 incidents."""

NOT_RECORDS = frozenset({"README.md", "CONTRIBUTING.md", "CHANGELOG.md"})
"""Files about the repository, at the top of the folder, which are not records."""


def read_records(folder: Path) -> tuple[list[RecordFile], list[Problem]]:
    """Read every Markdown file below a folder. A file that cannot be read is only a problem."""
    files: list[RecordFile] = []
    paths, problems = record_paths(folder)
    for path in paths:
        try:
            file, mistakes = read_record(path, read_bytes(folder, path))
        except ProblemError as error:
            problems.extend(error.problems)
        else:
            files.append(file)
            problems.extend(mistakes)
    return files, problems


def record_paths(folder: Path) -> tuple[list[str], list[Problem]]:
    """The paths of all records below a folder, sorted, and problems of the names of files."""
    return paths_in(walk(folder))


def paths_in(seen: Walk) -> tuple[list[str], list[Problem]]:
    """As `record_paths`, of a folder that was walked."""
    problems = list(seen.problems)
    for path in seen.files:
        if path.lower().endswith(_MARKDOWN) and not path.endswith(".md"):
            name = PurePosixPath(path).with_suffix(".md").name
            message = "a Markdown file is only read when its name ends with .md"
            problems.append(Problem.of("PIR204", path, (0, 0), message, f"rename it to {name}"))
    return [path for path in seen.files if path.endswith(".md") and path not in NOT_RECORDS], problems


def read_bytes(folder: Path, path: str) -> bytes:
    """The content of the file of a record, cut off one byte after the maximum size. Raises ProblemError."""
    try:
        return reading.read(folder, path, frontmatter.MAX_BYTES + 1)
    except OSError as error:
        raise ProblemError([cannot_be_read(path, f"the file cannot be read: {error.strerror}")]) from None


def kind_of(path: str) -> str:
    """The kind of the record at a path relative to the knowledge base."""
    parts = PurePosixPath(path).parts
    return FOLDERS.get(parts[0], Page.kind) if len(parts) > 1 else Page.kind


def id_at(path: str) -> str:
    """The id that a path implies, for a record whose own id cannot be read."""
    parts = PurePosixPath(path.removesuffix(".md")).parts
    kind = KINDS[kind_of(path)]
    if not kind.folder:
        return "/".join(parts)
    return "/".join(parts[1:]) if kind.subfolder == "family" else parts[-1]


def parse(kind: str, path: str, text: str) -> frontmatter.MarkdownFile:
    """The front matter and body of a file. Raises ProblemError."""
    # a fence after a blank line is a mistake, not a page without fields: the fields would be shown as text
    if kind == Page.kind and not text.lstrip().startswith("---"):
        return frontmatter.MarkdownFile({}, Positions(), text, 1)
    document = frontmatter.parse(text, path)
    if document.body_line > text.count("\n") + 1:
        message = "the file ends directly after the closing ---, which other tools then do not recognise"
        hint = "add a line break at the end of the file"
        raise ProblemError([Problem.of("PIR012", path, (document.body_line - 1, 1), message, hint)])
    return document


def read_record(path: str, raw: bytes) -> tuple[RecordFile, list[Problem]]:
    """Read one file. Raises ProblemError if its front matter cannot be parsed at all."""
    kind = kind_of(path)
    text = frontmatter.decode(raw, path)
    document = parse(kind, path, text)
    data, problems = schema.check(kind, document.data, document.positions, path)
    problems += suppressions.check(data, document.positions, path)
    if kind == Page.kind and "id" in document.data:
        problems = [_misplaced(path, document.positions), *(p for p in problems if p.code != "PIR102")]
    preamble, sections, mistakes = body.split(document.body, document.body_line, path, levels=KINDS[kind].levels)
    problems += mistakes
    id_ = path.removesuffix(".md") if kind == Page.kind else _text(data.get("id"))
    record = None
    if not any(p.severity == "error" for p in problems):
        record = msgspec.convert({**data, "id": id_}, KINDS[kind].record)
        record = msgspec.structs.replace(record, preamble=preamble, sections=sections)
    if kind != Page.kind:
        problems += _unknown_sections(kind, sections, path)
    file = RecordFile(
        kind, id_, path, data, record, document.positions, document.body, document.body_line, preamble, sections
    )
    return file, problems


def _misplaced(path: str, positions: Positions) -> Problem:
    """The problem of a record in a folder of handbook pages, where all of its fields would be unknown."""
    top = path.partition("/")[0] if "/" in path else ""
    hint = did_you_mean(top, FOLDERS) or f"move it to one of {', '.join(f'{folder}/' for folder in FOLDERS)}"
    hint += "; a handbook page has no id"
    where = f"in '{top}/'" if top else "at the top of the folder"
    return Problem.of("PIR205", path, positions.key(("id",)), f"a record does not belong {where}", hint)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _unknown_sections(kind: str, sections: tuple[Any, ...], path: str) -> Iterator[Problem]:
    titles = [s["title"] for s in schema.load(kind).get("x-sections", ())]
    hints: dict[str, str] = {}
    for section in sections:
        if section.title not in titles:
            # looking for the nearest title is slow, and a file may have a hundred thousand headings
            if (hint := hints.get(section.title)) is None:
                hint = did_you_mean(section.title, titles) or f"the template has {', '.join(titles)};"
                hints[section.title] = hint
            yield Problem.of(
                "PIR110",
                path,
                (section.line, 1),
                f"the section '{section.title}' is not in the template",
                f"{hint} clients do not see this section",
            )


def content_of_register(folder: Path, register: str) -> tuple[bytes | None, list[Problem]]:
    """The content of one register of a knowledge base; None for one that does not exist or, with a problem, cannot be read."""
    path = register_path(register)
    file = folder / path
    if file.is_dir() and not file.is_symlink():
        return None, [no_file(path, "a folder with the name of a register")]
    # symbolic links, pipes and devices were already reported with the other files of the folder
    if not file.is_file() or file.is_symlink() or file.parent.is_symlink():
        return None, []
    try:
        return reading.read(folder, path, MAX_REGISTER + 1), []
    except OSError as error:
        return None, [cannot_be_read(path, f"the file cannot be read: {error.strerror}")]


def register_path(register: str) -> str:
    """The path of a register relative to the folder of the records."""
    return str(schema.load(register)["x-register"])


class ExportTranslation(Protocol):
    """How to read a file of another tool as a register.

    `column` gives the name of a column in the register, or "" if it has none; `cells` gives the cells of a row as the
    register has them, or None to skip the row.
    """

    def column(self, name: str) -> str: ...

    def cells(self, data: dict[str, Any]) -> dict[str, Any] | None: ...


def read_register(
    register: str, path: str, raw: bytes, translation: ExportTranslation | None = None
) -> tuple[list[RegisterRow], list[Problem]]:
    """Read one register. Cells are separated by `,` or `;`; any line ends and a byte order mark are accepted."""
    if len(raw) > MAX_REGISTER:
        # registers grow over the years, so the limit for records would be too small for a large provider
        message = f"the register is larger than {MAX_REGISTER:,} bytes"
        return [], [Problem.of("PIR004", path, (0, 0), message, "remove years that are not needed for figures")]
    start = len(BOM_UTF8) if raw.startswith(BOM_UTF8) else 0
    try:
        text = _LONE_CR.sub("\n", raw[start:].decode("utf-8"))
    except UnicodeDecodeError as error:
        offset = start + error.start
        return [], [
            Problem.of(
                "PIR505",
                path,
                (raw.count(b"\n", 0, offset) + 1, 1),
                f"byte {offset} is not UTF-8",
                "export the register as UTF-8",
            )
        ]
    try:
        frontmatter.refuse_controls(text, start, path)
    except ProblemError as error:
        return [], list(error.problems)
    text = text.replace("\r\n", "\n")
    lines = text.split("\n")
    separator = ";" if lines[0].count(";") > lines[0].count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[RegisterRow] = []
    problems: list[Problem] = []
    line = 1
    try:
        names = [name.strip() for name in next(reader, [])]
        if translation is not None:
            names = [translation.column(name) for name in names]
        columns = {name: index for index, name in enumerate(names) if name or translation is None}
        header = RegisterRow(register, path, 1, {}, None, columns, "\n".join(lines[: reader.line_num]), separator)
        problems += _check_header(header, names)
        if any(p.severity == "error" for p in problems):
            return [], problems
        fields = schema.load(register)["properties"]
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                data = {name: cell.strip() or None for name, cell in zip(names, cells, strict=False) if name in fields}
                cells_of_row = data if translation is None else translation.cells(data)
                if cells_of_row is not None:
                    source = "\n".join(lines[line - 1 : reader.line_num])
                    row, mistakes = _row(replace(header, line=line, text=source), cells_of_row)
                    rows.append(row)
                    problems += mistakes
                if len(cells) != len(names):
                    problems.append(
                        Problem.of(
                            "PIR505",
                            path,
                            (line, 1),
                            f"the row has {len(cells)} cells; the header has {len(names)}",
                            "put quotes around a cell that contains the separator"
                            if len(cells) > len(names)
                            else "add the missing cells; an empty cell needs its separator too",
                        )
                    )
                if len(problems) >= frontmatter.MAX_PROBLEMS:
                    message = (
                        f"the rows after this one were not read, because there are already {len(problems):,} mistakes"
                    )
                    problems.append(Problem.of("PIR505", path, (line, 1), message, "correct these first"))
                    break
            line = reader.line_num + 1
    except csv.Error as error:
        # the line is where the row begins, as a quote that is never closed runs to the end of the file
        problems.append(Problem.of("PIR505", path, (line, 1), f"the row cannot be read: {error}", "check its quotes"))
    return rows, problems


_SEPARATORS = {"\t": "tabs", "|": "'|'"}


def _check_header(header: RegisterRow, names: list[str]) -> Iterator[Problem]:
    spec, columns, path = schema.load(header.register), header.columns, header.path
    if len(names) == 1 and (other := next((mark for mark in "\t|" if mark in names[0]), "")):
        hint = "export it with , or ; as the separator"
        yield Problem.of("PIR505", path, (1, 1), f"the cells are separated by {_SEPARATORS[other]}", hint)
        return
    for name in spec["properties"]:
        if name not in columns and name in spec["required"]:
            yield Problem.of(
                "PIR501",
                path,
                (1, 1),
                f"the column '{name}' is missing",
                did_you_mean(name, columns) or f"add a column '{name}'",
            )
    for index, name in enumerate(names):
        if name and name in names[:index]:
            # of several columns of one name the last one counts
            yield Problem.of("PIR505", path, header.at(name), f"the column '{name}' is given twice", "keep one of them")
    for name in columns:
        if name not in spec["properties"] and not name.startswith("x-"):
            yield Problem.of(
                "PIR506",
                path,
                header.at(name),
                f"the column '{name}' is not used",
                did_you_mean(name, spec["properties"]) or "clients never see it",
            )


def _row(place: RegisterRow, data: dict[str, Any]) -> tuple[RegisterRow, list[Problem]]:
    """The row of which only its `place` is known, with its typed cells, and the problems of these."""
    # cells of a sound row need no place: the numbers of the cells stand for it
    numbers: dict[frontmatter.Path, frontmatter.Mark] = {(): (place.line, -1)}
    numbers |= {(name,): (place.line, number) for name, number in place.columns.items()}
    given = {name: cell for name, cell in data.items() if cell is not None}
    typed, mistakes = schema.check(place.register, given, Positions(numbers), place.path)
    names = {number: name for name, number in place.columns.items()}
    problems = [
        Problem.of("PIR502", place.path, place.at(names.get(p.column, "")), p.message, p.hint) for p in mistakes
    ]
    if (
        not problems
        and place.register == "satisfaction"
        and typed.get("score", 0) > typed.get("scale", typed.get("score", 0))
    ):
        message = f"the score {data['score']} is more than the scale {data['scale']}, which is the best possible score"
        hint = "correct 'score' or 'scale'"
        problems.append(Problem.of("PIR502", place.path, place.at("score"), message, hint))
    return replace(place, data=typed, value=None if problems else row_of(place.register, typed)), problems
