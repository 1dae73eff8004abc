"""Reading the files of a knowledge base: records from Markdown, rows from the CSV registers."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from mkdocs_pir.kb import body, frontmatter, schema
from mkdocs_pir.kb.frontmatter import Positions
from mkdocs_pir.kb.knowledge import Entry, Row
from mkdocs_pir.kb.model import KINDS, REGISTERS
from mkdocs_pir.kb.problem import Problem, ProblemError, did_you_mean

FOLDERS = {
    "pirs": "pir",
    "lessons": "lesson",
    "causes": "cause",
    "problems": "problem",
    "services": "service",
    "clients": "client",
}
"""The kind of the records in each top-level folder; Markdown anywhere else is a handbook page."""

NOT_RECORDS = frozenset({"README.md", "CONTRIBUTING.md", "CHANGELOG.md"})
"""Files about the repository, at the top of the folder, that nobody means to publish."""


def read_records(folder: Path) -> tuple[list[Entry], list[Problem]]:
    """Read every Markdown file below a folder. Files that cannot be read are problems, not entries."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    for path in _files(folder, problems):
        if not path.endswith(".md") or path in NOT_RECORDS:
            continue
        try:
            entry, found = read_record(path, (folder / path).read_bytes())
        except ProblemError as error:
            problems.extend(error.problems)
        except OSError as error:
            problems.append(
                Problem.of(
                    "PIR001", path, (0, 0), f"the file cannot be read: {error.strerror}", "check its permissions"
                )
            )
        else:
            entries.append(entry)
            problems.extend(found)
    return entries, problems


def kind_of(path: str) -> str:
    """The kind of the record at a path relative to the knowledge base."""
    parts = PurePosixPath(path).parts
    return FOLDERS.get(parts[0], "page") if len(parts) > 1 else "page"


def read_record(path: str, raw: bytes) -> tuple[Entry, list[Problem]]:
    """Read one file. Raises ProblemError when its front matter cannot be taken apart at all."""
    kind = kind_of(path)
    text = frontmatter.decode(raw, path)
    if kind == "page" and not text.startswith("---"):
        document = frontmatter.Document({}, Positions(), text, 1)
    else:
        document = frontmatter.parse(text, path)
    data, problems = schema.check(kind, document.data, document.positions, path)
    preamble, sections, found = body.split(document.body, document.body_line, path)
    problems += found
    id_ = path.removesuffix(".md") if kind == "page" else str(data.get("id") or "")
    record = None
    if not any(p.severity == "error" for p in problems):
        record = msgspec.convert({**data, "id": id_}, KINDS[kind])
        record = msgspec.structs.replace(record, preamble=preamble, sections=sections)
    if kind != "page":
        problems += _unknown_sections(kind, sections, path)
    return Entry(kind, id_, path, data, record, document.positions, document.body, document.body_line), problems


def _unknown_sections(kind: str, sections: tuple[Any, ...], path: str) -> Iterator[Problem]:
    known = [s["title"] for s in schema.load(kind).get("x-sections", ())]
    for section in sections:
        if section.title not in known:
            hint = did_you_mean(section.title, known) or f"the template has {', '.join(known)};"
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
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in [*folders, *files]:
            if name.startswith("."):
                continue
            path = Path(parent, name)
            relative = path.relative_to(folder).as_posix()
            if path.is_symlink():
                problems.append(Problem.of("PIR005", relative, (0, 0), "a symbolic link", "put the file itself here"))
            elif name in files:
                found.append(relative)
        folders[:] = [f for f in folders if not Path(parent, f).is_symlink()]
    return sorted(found)


def read_registers(folder: Path) -> tuple[list[Row], list[Problem]]:
    """Read the registers that are there; one that is missing is simply empty."""
    rows: list[Row] = []
    problems: list[Problem] = []
    for register in REGISTERS:
        path = schema.load(register)["x-register"]
        file = folder / path
        if file.is_symlink():
            problems.append(Problem.of("PIR005", path, (0, 0), "a symbolic link", "put the file itself here"))
        elif file.is_file():
            found, wrong = read_register(register, path, file.read_bytes())
            rows += found
            problems += wrong
    return rows, problems


def read_register(register: str, path: str, raw: bytes) -> tuple[list[Row], list[Problem]]:
    """Read one register: `,` or `;` between cells, CRLF or LF, one byte order mark or none."""
    # registers grow with the years; the size limit of a record would stop a large provider
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        return [], [
            Problem.of(
                "PIR505",
                path,
                (raw.count(b"\n", 0, error.start) + 1, 1),
                f"byte {error.start} is not UTF-8",
                "export the register as UTF-8",
            )
        ]
    header, _, _ = text.partition("\n")
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if header.count(";") > header.count(",") else ",", strict=True
    )
    rows: list[Row] = []
    problems: list[Problem] = []
    try:
        names = [name.strip() for name in next(reader, [])]
        columns = {name: index + 1 for index, name in enumerate(names)}
        problems += _check_header(register, columns, path)
        if any(p.severity == "error" for p in problems):
            return [], problems
        known = schema.load(register)["properties"]
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                data = {name: cell.strip() or None for name, cell in zip(names, cells, strict=False) if name in known}
                row, wrong = _row(register, path, line, data, columns)
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
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(
            Problem.of("PIR505", path, (reader.line_num, 1), f"the row cannot be read: {error}", "check its quotes")
        )
    return rows, problems


def _check_header(register: str, columns: dict[str, int], path: str) -> Iterator[Problem]:
    spec = schema.load(register)
    for name in spec["properties"]:
        if name not in columns and name in spec["required"]:
            yield Problem.of(
                "PIR501",
                path,
                (1, 1),
                f"the column '{name}' is missing",
                did_you_mean(name, columns) or f"add a column '{name}'",
            )
    for name, index in columns.items():
        if name not in spec["properties"]:
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
