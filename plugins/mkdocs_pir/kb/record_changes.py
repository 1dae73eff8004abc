"""Changing files of records: what the knowledge base would be with the changes is checked before anything is written.

A change that would make a new error is not written. Several files are written all or none, and none if one of them was
changed by somebody else in the meantime.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from mkdocs_pir.kb import atomic, loading, record_files
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.record_edits import Edit, edited


class Change(NamedTuple):
    """The file of a record before and after, at a path relative to the folder of the records."""

    path: str
    before: bytes
    after: bytes


class ChangedMeanwhileError(Exception):
    """Raised if the file at `path` is no longer what the change was made from."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(path)


def change(folder: Path, path: str, edits: Iterable[Edit]) -> Change:
    """The change that edits make to a file. Raises ProblemError and EditError (see `record_edits.edited`)."""
    raw = record_files.read_bytes(folder, path)
    return Change(path, raw, edited(path, raw, edits))


def changed_knowledge(
    knowledge: KnowledgeBase, changes: Iterable[Change], memory: loading.Memory | None = None
) -> KnowledgeBase:
    """The knowledge base as it would be with these changes; nothing is written.

    With the `memory` that the knowledge base was loaded with, only the changed files are read.
    """
    return loading.load(knowledge.settings, memory, {each.path: each.after for each in changes})


def new_problems(before: KnowledgeBase, after: KnowledgeBase) -> list[Problem]:
    """The errors and warnings of a changed knowledge base that were not there before, wherever they stood then."""
    known = {(p.code, p.path, p.message) for p in before.problems}
    return [p for p in after.problems if (p.code, p.path, p.message) not in known]


def write(folder: Path, changes: Sequence[Change]) -> None:
    """Write changes to files of records, all or none.

    Raises ChangedMeanwhileError, and OSError if a file cannot be written; then no file was changed.
    """
    for each in changes:
        try:
            same = record_files.read_bytes(folder, each.path) == each.before
        except ProblemError:
            same = False
        if not same:
            raise ChangedMeanwhileError(each.path)
    atomic.write_all({folder / each.path: each.after for each in changes})
