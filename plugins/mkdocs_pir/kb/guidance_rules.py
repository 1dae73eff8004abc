"""The rule about guidance of a template that is left in a record.

While a record is being written it may carry it (a warning, so that the check doubles as the list of what is left to
write): a lesson as a draft, a review in the first step of the process. Later, and once it is released, it is an error.
What was brought in as history (`archived`) is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.guidance import MARK, lines
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.problem import Problem


def left_in(kb: KnowledgeBase) -> Iterator[Problem]:
    """Every place where guidance is left in."""
    first = kb.lifecycle.steps[0].statuses
    for entry in kb.record_files.values():
        status = entry.data.get("status")
        if entry.record is None or status == "archived":
            continue
        writing = first if entry.kind == "pir" else ("draft",)
        if not _drafted(entry.kind) or (status in writing and "release" not in entry.data):
            code, under, hint = "PIR119", "", "write it, or remove the line"
        elif status in writing:
            code, under, hint = "PIR319", ", and it is released", "write it, or take 'release' out"
        else:
            code, under = "PIR319", f", and the status is '{status}'"
            hint = f"write it, or set the status back to '{writing[-1]}'"
        for where, text in _places(entry):
            yield Problem.of(code, entry.path, where, f"guidance is left in: '{_short(text)}'{under}", hint)


def _places(entry: RecordFile) -> Iterator[tuple[tuple[int, int], str]]:
    """Each line or value of guidance with its (line, column) and what it says."""
    for at, text in schema.texts(entry.data):
        if text.startswith(MARK):
            yield entry.at(*at), text.removeprefix(MARK).strip()
    for number, column, text in lines(entry.body):
        yield (entry.body_line + number, column), text


def _drafted(kind: str) -> bool:
    """Whether records of this kind begin as drafts; the others are in use from the day they are written."""
    return "draft" in schema.load(kind)["properties"].get("status", {}).get("enum", ())


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57].rstrip() + "…"
