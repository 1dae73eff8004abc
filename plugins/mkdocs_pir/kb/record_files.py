"""Reading the files of a knowledge base: records from Markdown, rows from the CSV registers."""

from __future__ import annotations

import csv
import io
import os
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

import msgspec

from mkdocs_pir.kb import body, frontmatter, reading, schema, suppressions
from mkdocs_pir.kb.frontmatter import Positions
from mkdocs_pir.kb.kinds import FOLDERS, KINDS
from mkdocs_pir.kb.knowledge import RecordFile, Row
from mkdocs_pir.kb.model import REGISTERS, Page
from mkdocs_pir.kb.problem import Problem, ProblemError, did_you_mean

# what Windows refuses, what cannot be seen, and the bytes of a name that is not UTF-8 as Python shows them
_UNUSABLE = re.compile(rf'[<>:"|?*\\\n\t\ud800-\udfff]|[. ]$|{frontmatter.CONTROL.pattern}')

# the line end of some spreadsheets
_LONE_CR = re.compile(r"\r(?!\n)")

_MARKDOWN = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")

MAX_REGISTER = 32 << 20
"""Bytes of a register: some 300,000 incidents."""

NOT_RECORDS = frozenset({"README.md", "CONTRIBUTING.md", "CHANGELOG.md"})
"""Files about the repository, at the top of the folder, that nobody means to publish."""


def read_records(folder: Path) -> tuple[list[RecordFile], list[Problem]]:
    """Read every Markdown file below a folder. Files that cannot be read are problems, not entries."""
    entries: list[RecordFile] = []
    paths, problems = record_files(folder)
    for path in paths:
        try:
            entry, found = read_record(path, read_bytes(folder, path))
        except ProblemError as error:
            problems.extend(error.problems)
        else:
            entries.append(entry)
            problems.extend(found)
    return entries, problems


def record_files(folder: Path) -> tuple[list[str], list[Problem]]:
    """The paths of all records below a folder, sorted, and what is wrong with the names of its files."""
    problems: list[Problem] = []
    files = _files(folder, problems)
    for path in files:
        if path.lower().endswith(_MARKDOWN) and not path.endswith(".md"):
            name = PurePosixPath(path).with_suffix(".md").name
            message = "a Markdown file is only read when its name ends with .md"
            problems.append(Problem.of("PIR204", path, (0, 0), message, f"name it {name}"))
    return [path for path in files if path.endswith(".md") and path not in NOT_RECORDS], problems


def read_bytes(folder: Path, path: str) -> bytes:
    """What a record's file holds, but never more than is needed to see that it is too large. Raises ProblemError."""
    try:
        return reading.read(folder, path, frontmatter.MAX_BYTES + 1)
    except OSError as error:
        raise ProblemError([_cannot_be_read(path, f"the file cannot be read: {error.strerror}")]) from None


def _cannot_be_read(path: str, why: str) -> Problem:
    return Problem.of("PIR001", path, (0, 0), why, "check its permissions")


def _no_file(path: str, what: str) -> Problem:
    return Problem.of("PIR618", path, (0, 0), what, "put the file here, or give this another name")


def kind_of(path: str) -> str:
    """The kind of the record at a path relative to the knowledge base."""
    parts = PurePosixPath(path).parts
    return FOLDERS.get(parts[0], Page.kind) if len(parts) > 1 else Page.kind


def id_at(path: str) -> str:
    """The id that belongs to a path, for a record that cannot say its own."""
    parts = PurePosixPath(path.removesuffix(".md")).parts
    kind = KINDS[kind_of(path)]
    if not kind.folder:
        return "/".join(parts)
    return "/".join(parts[1:]) if kind.subfolder == "family" else parts[-1]


def read_record(path: str, raw: bytes) -> tuple[RecordFile, list[Problem]]:
    """Read one file. Raises ProblemError when its front matter cannot be taken apart at all."""
    kind = kind_of(path)
    text = frontmatter.decode(raw, path)
    # a fence behind a blank line is a slip, not a page without fields: its fields would be shown as text
    if kind == Page.kind and not text.lstrip().startswith("---"):
        document = frontmatter.Document({}, Positions(), text, 1)
    else:
        document = frontmatter.parse(text, path)
        if document.body_line > text.count("\n") + 1:
            raise ProblemError(
                [
                    Problem.of(
                        "PIR012",
                        path,
                        (document.body_line - 1, 1),
                        "the file ends within the closing fence, which other tools then do not see",
                        "end the file with a line break",
                    )
                ]
            )
    data, problems = schema.check(kind, document.data, document.positions, path)
    problems += suppressions.check(data, document.positions, path)
    if kind == Page.kind and "id" in document.data:
        problems = [_astray(path, document.positions), *(p for p in problems if p.code != "PIR102")]
    preamble, sections, found = body.split(document.body, document.body_line, path, levels=KINDS[kind].levels)
    problems += found
    id_ = path.removesuffix(".md") if kind == Page.kind else _text(data.get("id"))
    record = None
    if not any(p.severity == "error" for p in problems):
        record = msgspec.convert({**data, "id": id_}, KINDS[kind].record)
        record = msgspec.structs.replace(record, preamble=preamble, sections=sections)
    if kind != Page.kind:
        problems += _unknown_sections(kind, sections, path)
    entry = RecordFile(
        kind, id_, path, data, record, document.positions, document.body, document.body_line, preamble, sections
    )
    return entry, problems


def _astray(path: str, positions: Positions) -> Problem:
    """A record that lies where handbook pages do: all of its fields would be unknown."""
    top = path.partition("/")[0] if "/" in path else ""
    hint = did_you_mean(top, FOLDERS) or f"it belongs in one of {', '.join(f'{folder}/' for folder in FOLDERS)}"
    hint += "; a handbook page has no id"
    where = f"in '{top}/'" if top else "at the top of the folder"
    return Problem.of("PIR205", path, positions.key(("id",)), f"a record does not lie {where}", hint)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _unknown_sections(kind: str, sections: tuple[Any, ...], path: str) -> Iterator[Problem]:
    known = [s["title"] for s in schema.load(kind).get("x-sections", ())]
    hints: dict[str, str] = {}
    for section in sections:
        if section.title not in known:
            # looking for the nearest title is slow, and a file may have a hundred thousand headings
            if (hint := hints.get(section.title)) is None:
                hint = did_you_mean(section.title, known) or f"the template has {', '.join(known)};"
                hints[section.title] = hint
            yield Problem.of(
                "PIR110",
                path,
                (section.line, 1),
                f"the section '{section.title}' is not in the template",
                f"{hint} it is shown inside the provider only",
            )


def _files(folder: Path, problems: list[Problem]) -> list[str]:
    """Every file below a folder, relative, sorted; hidden ones left out, symbolic links refused."""
    found = []

    def unreadable(error: OSError) -> None:
        path = Path(error.filename).relative_to(folder).as_posix()
        problems.append(_cannot_be_read(path, f"the folder cannot be read: {error.strerror}"))

    for parent, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in [*folders, *files]:
            if name.startswith("."):
                continue
            path = Path(parent, name)
            relative = path.relative_to(folder).as_posix()
            if _UNUSABLE.search(name):
                problems.append(
                    Problem.of(
                        "PIR206",
                        "".join(c if c.isprintable() else ascii(c)[1:-1] for c in relative),
                        (0, 0),
                        "the name holds a character that cannot stand in a file name everywhere",
                        "use letters, digits and hyphens",
                    )
                )
            elif path.is_symlink():
                problems.append(Problem.of("PIR005", relative, (0, 0), "a symbolic link", "put the file itself here"))
            elif name in folders and name.endswith(".md"):
                problems.append(_no_file(relative, "a folder with the name of a Markdown file"))
            elif name in files and not path.is_file():
                problems.append(_no_file(relative, "neither a file nor a folder"))
            elif name in files:
                found.append(relative)
        folders[:] = [f for f in folders if not (_UNUSABLE.search(f) or Path(parent, f).is_symlink())]
    return sorted(found)


def read_registers(folder: Path) -> tuple[list[Row], list[Problem]]:
    """Read the registers that are there; one that is missing is simply empty."""
    rows: list[Row] = []
    problems: list[Problem] = []
    for register in REGISTERS:
        path = register_path(register)
        file = folder / path
        if file.is_dir() and not file.is_symlink():
            problems.append(_no_file(path, "a folder with the name of a register"))
        # links, and what is no file, were reported with the files of the folder
        elif file.is_file() and not (file.is_symlink() or file.parent.is_symlink()):
            try:
                raw = reading.read(folder, path, MAX_REGISTER + 1)
            except OSError as error:
                problems.append(_cannot_be_read(path, f"the file cannot be read: {error.strerror}"))
                continue
            found, wrong = read_register(register, path, raw)
            rows += found
            problems += wrong
    return rows, problems


def register_path(register: str) -> str:
    """Where a register lies below the knowledge base."""
    return str(schema.load(register)["x-register"])


class Foreign(Protocol):
    """How to read a file of another tool as a register: our name of a column ("" where it has none), and a row's
    cells as ours (None to pass over the row)."""

    def column(self, name: str) -> str: ...

    def cells(self, data: dict[str, Any]) -> dict[str, Any] | None: ...


def read_register(
    register: str, path: str, raw: bytes, foreign: Foreign | None = None
) -> tuple[list[Row], list[Problem]]:
    """Read one register: `,` or `;` between cells, any line ends, one byte order mark or none."""
    if len(raw) > MAX_REGISTER:
        # registers grow with the years; the size limit of a record would stop a large provider
        message = f"the register is larger than {MAX_REGISTER:,} bytes"
        return [], [Problem.of("PIR004", path, (0, 0), message, "keep the years that figures look at")]
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
    header, _, _ = text.partition("\n")
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if header.count(";") > header.count(",") else ",", strict=True
    )
    rows: list[Row] = []
    problems: list[Problem] = []
    line = 1
    try:
        names = [name.strip() for name in next(reader, [])]
        if foreign is not None:
            names = [foreign.column(name) for name in names]
        columns = {name: index + 1 for index, name in enumerate(names) if name or foreign is None}
        problems += _check_header(register, names, columns, path)
        if any(p.severity == "error" for p in problems):
            return [], problems
        known = schema.load(register)["properties"]
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                data = {name: cell.strip() or None for name, cell in zip(names, cells, strict=False) if name in known}
                own = data if foreign is None else foreign.cells(data)
                if own is not None:
                    row, wrong = _row(register, path, line, own, columns)
                    rows.append(row)
                    problems += wrong
                if len(cells) != len(names):
                    problems.append(
                        Problem.of(
                            "PIR505",
                            path,
                            (line, 1),
                            f"the row has {len(cells)} cells; the header has {len(names)}",
                            "put quotes around a cell that holds the separator",
                        )
                    )
                if len(problems) >= frontmatter.MAX_PROBLEMS:
                    message = f"the rows after this one were not read: {len(problems):,} mistakes are enough"
                    problems.append(Problem.of("PIR505", path, (line, 1), message, "put these right first"))
                    break
            line = reader.line_num + 1
    except csv.Error as error:
        # where the row begins: a quote that is never closed runs to the end of the file
        problems.append(Problem.of("PIR505", path, (line, 1), f"the row cannot be read: {error}", "check its quotes"))
    return rows, problems


_MARKS = {"\t": "tabs", "|": "'|'"}


def _check_header(register: str, names: list[str], columns: dict[str, int], path: str) -> Iterator[Problem]:
    spec = schema.load(register)
    if len(names) == 1 and (other := next((mark for mark in "\t|" if mark in names[0]), "")):
        hint = "export it with , or ; between the cells"
        yield Problem.of("PIR505", path, (1, 1), f"the cells are kept apart by {_MARKS[other]}", hint)
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
            yield Problem.of("PIR505", path, (1, index + 1), f"the column '{name}' is given twice", "keep one of them")
    for name, index in columns.items():
        if name not in spec["properties"] and not name.startswith("x-"):
            yield Problem.of(
                "PIR506",
                path,
                (1, index),
                f"the column '{name}' is not used",
                did_you_mean(name, spec["properties"]) or "it stays inside the provider",
            )


def _row(
    register: str, path: str, line: int, data: dict[str, Any], columns: dict[str, int]
) -> tuple[Row, list[Problem]]:
    positions = Positions({(): (line, 1), **{(n,): (line, c) for n, c in columns.items()}})
    typed, found = schema.check(register, {k: v for k, v in data.items() if v is not None}, positions, path)
    problems = [Problem.of("PIR502", path, (line, p.column), p.message, p.hint) for p in found]
    value = None if problems else msgspec.convert(typed, REGISTERS[register])
    return Row(register, path, line, typed, value, columns), problems
