"""From a source to its documents: its files opened, those that are records chosen, each read in the mapping's form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mkdocs_pir.exchange.importing import csv_records, encodings, json_records, source_files
from mkdocs_pir.exchange.importing.documents import SourceDocument, read_markdown
from mkdocs_pir.exchange.importing.mapping import ImportMapping
from mkdocs_pir.exchange.importing.report import ImportReport
from mkdocs_pir.exchange.importing.source_files import open_tree
from mkdocs_pir.kb import frontmatter
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.problem_formats import LineOf

_ENDINGS = {"csv": "csv", "tsv": "csv", "json": "json", "jsonl": "json", "ndjson": "json", "md": "markdown"}
_BINARY = (
    (b"PK\x03\x04", "it is a spreadsheet, a document or another packed file", "export it as CSV, JSON or Markdown"),
    (b"\xd0\xcf\x11\xe0", "it is an older spreadsheet or document", "export it as CSV, JSON or Markdown"),
    (b"%PDF", "it is a PDF", "export the report as Markdown or text"),
)


def extract(source: Path, mapping: ImportMapping, report: ImportReport) -> list[SourceDocument]:
    """Every record of the source. What cannot be read is a problem in the report and keeps no other file out.

    Raises ProblemError for a source that cannot be opened at all.
    """
    tree, taken, report.left_out = source_files.select(open_tree(source), mapping)
    if tree.single and (told := _other_form(taken[0], mapping)):
        raise ProblemError([told])
    texts: dict[str, str] = {}
    report.line_of = _lines(texts)
    documents: list[SourceDocument] = []
    for path in taken:
        try:
            raw = tree.read(path)
            documents += _read(path, raw, mapping, texts, report.problems)
        except ProblemError as error:
            report.problems += (
                Problem.of("PIR702", path, (p.line, p.column), p.message, p.hint) for p in error.problems
            )
            report.reviews.refused.append(path)
        except OSError as error:
            message = f"the file cannot be read: {error.strerror}"
            report.problems.append(Problem.of("PIR702", path, (0, 0), message, "check its permissions"))
            report.reviews.refused.append(path)
    return documents


def _read(
    path: str, raw: bytes, mapping: ImportMapping, texts: dict[str, str], problems: list[Problem]
) -> Sequence[SourceDocument]:
    for head, what, hint in _BINARY:
        if raw.startswith(head):
            raise ProblemError([Problem.of("PIR702", path, (0, 0), what, hint)])
    text = encodings.decode(raw, path, mapping.encoding)
    texts[path] = text
    if mapping.format == "csv":
        return csv_records.read_table(path, text, mapping.separator, problems)
    if mapping.format == "json":
        return list(json_records.read_objects(path, text, mapping.records))
    # one file is one record, so its limits are those of a record
    return [read_markdown(path, frontmatter.decode(text.encode(), path))]


def _other_form(path: str, mapping: ImportMapping) -> Problem | None:
    """What to say when one file was named and is plainly not of the mapping's form."""
    form = _ENDINGS.get(path.rpartition(".")[2].lower())
    if form is None or form == mapping.format:
        return None
    message = f"it is {form.upper() if form != 'markdown' else 'Markdown'}, and the mapping reads {mapping.format}"
    return Problem.of(
        "PIR702", path, (0, 0), message, "choose a mapping for it; 'pir import --list' shows the ready ones"
    )


def _lines(texts: dict[str, str]) -> LineOf:
    split: dict[str, list[str]] = {}

    def line_of(path: str, line: int) -> str | None:
        if path not in split:
            split[path] = texts.get(path, "").split("\n")
        lines = split[path]
        return lines[line - 1].replace("\t", " ") if 0 < line <= len(lines) else None

    return line_of
