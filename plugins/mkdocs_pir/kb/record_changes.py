"""Changing files of records: what the knowledge base would be with the changes is checked before anything is written.

A change that would make a new error is not written. Several files are written all or none, and none if one of them was
changed by somebody else in the meantime.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from mkdocs_pir.kb import atomic, frontmatter, loading, record_files
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.record_edits import Edit, EditError, edited
from mkdocs_pir.kb.section_edits import texts_of, with_texts


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


class Proposal(NamedTuple):
    """What is to be changed of one record or of a part of it, `subject` being its id, in the file at `path`.

    `paragraph` is a text to add at the end of what stands before the first heading.
    """

    subject: str
    path: str
    edits: Sequence[Edit] = ()
    paragraph: str = ""


class Refusal(NamedTuple):
    """What stands against changing a record: problems with their places, or a message."""

    subject: str
    problems: tuple[Problem, ...] = ()
    message: str = ""


class Plan(NamedTuple):
    """Changes that can be written, with the proposals that they make, and what must stay as it is.

    `unchanged` are proposals that change nothing. `after` is the knowledge base with the changes.
    """

    changes: tuple[Change, ...]
    proposals: tuple[Proposal, ...]
    unchanged: tuple[Proposal, ...]
    refusals: tuple[Refusal, ...]
    after: KnowledgeBase


def change(folder: Path, path: str, edits: Iterable[Edit], paragraphs: Sequence[str] = ()) -> Change:
    """The change that edits make to a file, with paragraphs added to the text before its first heading.

    A paragraph that is there is not added again. Raises ProblemError and EditError (see `record_edits.edited`).
    """
    raw = record_files.read_bytes(folder, path)
    after = edited(path, raw, edits)
    if paragraphs:
        kind, text = record_files.kind_of(path), frontmatter.decode(after, path)
        before = texts_of(kind, record_files.parse(kind, path, text).body)[0].text
        here = before.split("\n\n")
        new = [each for each in paragraphs if each not in here]
        after = (
            with_texts(path, after, {0: "\n\n".join(filter(None, [before.strip("\n"), *new]))}, {}) if new else after
        )
    return Change(path, raw, after)


def plan(reading: loading.Reading, knowledge: KnowledgeBase, proposals: Iterable[Proposal]) -> Plan:
    """The changes that proposals make, without those that would make a new error; nothing is written.

    `knowledge` is what `reading` gives when it is checked. All proposals for one file are made or none of them.
    """
    by_path: dict[str, list[Proposal]] = {}
    for proposal in proposals:
        by_path.setdefault(proposal.path, []).append(proposal)
    changes: dict[str, Change] = {}
    unchanged: list[Proposal] = []
    refusals: list[Refusal] = []
    for path, group in by_path.items():
        try:
            edits = [edit for each in group for edit in each.edits]
            made = change(knowledge.folder, path, edits, [each.paragraph for each in group if each.paragraph])
        except ProblemError as error:
            refusals += [Refusal(each.subject, error.problems) for each in group]
        except EditError as error:
            refusals += [Refusal(each.subject, (), f"{path}: {error}") for each in group]
        else:
            if made.before == made.after:
                unchanged += group
            else:
                changes[path] = made
    after = knowledge
    while changes:
        after = changed_knowledge(reading, changes.values())
        errors = [p for p in new_problems(knowledge, after) if p.severity == "error"]
        if not errors:
            break
        # an error in a file that nobody changes cannot be the fault of one change alone
        wrong = {p.path for p in errors} & changes.keys() or set(changes)
        for path in sorted(wrong):
            found = tuple(_as_it_is(p, changes[path]) for p in errors if p.path == path) or tuple(errors)
            refusals += [Refusal(each.subject, found) for each in by_path[path]]
            del changes[path]
    else:
        after = knowledge
    made_of = tuple(each for path in changes for each in by_path[path])
    return Plan(tuple(changes.values()), made_of, tuple(unchanged), tuple(refusals), after)


def _as_it_is(problem: Problem, change: Change) -> Problem:
    """A problem of a file that was not written, at the line of the file as it is: that itself, or the one above it."""
    lines = (change.before.splitlines(), change.after.splitlines())
    for equal, first, last, start, stop in SequenceMatcher(None, *lines, autojunk=False).get_opcodes():
        if start < problem.line <= stop:
            line = (
                first + problem.line - start
                if equal == "equal"
                else min(first + problem.line - start, max(last, first))
            )
            return replace(problem, line=max(line, 1), column=problem.column if equal in ("equal", "replace") else 1)
    return problem


def changed_knowledge(reading: loading.Reading, changes: Iterable[Change]) -> KnowledgeBase:
    """The knowledge base as it would be with these changes; nothing is written."""
    return loading.check(loading.with_changed_files(reading, {each.path: each.after for each in changes}))


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
