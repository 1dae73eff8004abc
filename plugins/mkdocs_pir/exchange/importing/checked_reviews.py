"""An imported review against the rules of one record: a field that breaks them becomes a note, and the review comes in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mkdocs_pir.exchange.importing import record_writer
from mkdocs_pir.exchange.importing.html_to_markdown import as_code
from mkdocs_pir.exchange.importing.incoming_record import NOTED, NOTES, IncomingRecord
from mkdocs_pir.kb import record_files
from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.problem import Problem, ProblemError

_NEEDED = frozenset({"id", "title", "client", "status"})
_ATTEMPTS = 30


def checked_review(record: IncomingRecord, path: str) -> tuple[RecordFile | None, Sequence[Problem]]:
    """The review as it would be read at its path; None with the errors where it cannot be written even so.

    A field with an error is moved to the notes of the record, and a section with one becomes code; each is named.
    """
    for _ in range(_ATTEMPTS):
        try:
            text = record_writer.record_text(record.data, record.sections)
            entry, problems = record_files.read_record(path, text.encode())
        except ProblemError as error:
            return None, error.problems
        wrong = [one for one in problems if one.severity == "error"]
        if not wrong:
            return entry, ()
        moved = [_moved(record, name, one) for name, one in _places(entry, wrong)]
        if not any(moved):
            return None, wrong
    return None, wrong


def _places(entry: RecordFile, wrong: Iterable[Problem]) -> Sequence[tuple[str, Problem]]:
    """The field or section of each error, each once with its first error."""
    out: dict[str, Problem] = {}
    for one in wrong:
        if one.line >= entry.body_line:
            name = next((f"## {section.title}" for section in reversed(entry.sections) if section.line <= one.line), "")
        else:
            keys = ((mark[0], str(at[0])) for at, mark in entry.positions.keys.items() if len(at) == 1)
            name = max(((line, key) for line, key in keys if line <= one.line), default=(0, ""))[1]
        out.setdefault(name, one)
    return list(out.items())


def _moved(record: IncomingRecord, name: str, problem: Problem) -> bool:
    """Take a field or section out of the way. Returns False for one without which there is no review."""
    hint = f"{problem.hint}; the value is kept as it was written"
    if name.startswith("## "):
        title = name.removeprefix("## ")
        texts = dict(record.sections)
        code = as_code(texts.get(title, ""))
        if title not in texts or texts[title] == code:
            return False
        record.sections = [(heading, code if heading == title else text) for heading, text in record.sections]
        record.report("PIR705", record.document.where, f"{problem.message} (section {title})", hint, f"section {title}")
        return True
    if name in _NEEDED or name not in record.data or name == NOTES:
        return False
    notes = record.notes if isinstance(record.notes, dict) else {}
    record.notes = {**notes, name: record.data.pop(name)}
    record.data[NOTES] = record.notes
    for field in [field for field in record.outcome if field.partition(".")[0] == name]:
        record.outcome[field] = NOTED
    record.report("PIR705", record.document.where, f"{problem.message} ({name})", hint, name)
    return True
