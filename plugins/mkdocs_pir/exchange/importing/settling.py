"""A report takes its place: written, brought up to date or merged, and never over what a person wrote."""

from __future__ import annotations

from pathlib import Path

from mkdocs_pir.exchange.importing import merging, writing
from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.exchange.importing.report import ImportReport
from mkdocs_pir.kb import atomic, store
from mkdocs_pir.kb.problem import Problem, ProblemError


def settle(
    folder: Path, path: str, text: str, document: SourceDocument, on_conflict: str, report: ImportReport
) -> None:
    """Write a sound report of an import at its path in the knowledge base, and say in `report` what became of it."""
    target, outcomes = folder / path, report.reviews
    if not target.exists():
        outcomes.created.append(path)
        write(target, text.encode(), report.dry_run)
        return
    old = target.read_bytes().decode("utf-8", "replace")
    if writing.digest(old) == writing.digest(text):
        (outcomes.unchanged if writing.is_as_written(old) else outcomes.kept).append(path)
        return
    if writing.is_as_written(old):
        outcomes.updated.append(path)
        write(target, text.encode(), report.dry_run)
        return
    merged = merging.merge(path, old, text, on_conflict)
    if merged is not None and not merged.conflicts and _is_sound(path, merged.text):
        outcomes.merged.append(path)
        write(target, merged.text.encode(), report.dry_run)
        return
    hint = "carry the change over by hand, or remove the file to have it written anew"
    if merged is not None and merged.conflicts:
        what = f"{merging.named(merged.conflicts)} changed there and in its source"
        hint = "say --on-conflict keep or --on-conflict source to settle it; changes beside it come in either way"
    elif writing.digest(old):
        what = "was edited since it came in, and its source changed"
    else:
        what = "came from no import"
    message = f"{report.shown(target)}: {what}; it is left as it is"
    report.problems.append(Problem.of("PIR707", document.path, document.where, message, hint))
    outcomes.refused.append(document.name)


def _is_sound(path: str, text: str) -> bool:
    """Whether a report by itself has no errors: the last word before it is written."""
    try:
        _, problems = store.read_record(path, text.encode())
    except ProblemError:
        return False
    return not any(p.severity == "error" for p in problems)


def write(target: Path, content: bytes, dry_run: bool) -> None:
    """Put the file in place at once, so that an interrupted import leaves no half of it."""
    if dry_run:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    atomic.write(target, content)
