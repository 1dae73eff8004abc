"""Taking the progress of actions from a CSV file, such as an export of the tracker, into their reviews.

The columns are those of the option `actions` where the file has them, else they are known by their names in common use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import replace

from mkdocs_pir.exchange.importing.actions import COLUMNS
from mkdocs_pir.kb import action_edits
from mkdocs_pir.kb.action_register import REGISTER, ActionIndex, TrackerExport
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.model import Progress
from mkdocs_pir.kb.problem import Problem, ProblemError, did_you_mean
from mkdocs_pir.kb.record_edits import Edit, Set
from mkdocs_pir.kb.record_files import read_register
from mkdocs_pir.kb.selectable_fields import SelectedAction, each_action
from mkdocs_pir.kb.settings import ActionOptions
from mkdocs_pir.kb.statuses import DONE, OPEN

NAMES: Mapping[str, Sequence[str]] = {
    "id": ("id", "action", "key", "issue key", "ticket", "number"),
    "status": COLUMNS["state"],
    "owner": COLUMNS["owner"],
    "due": COLUMNS["due"],
    "completed": ("completed", "resolved", "closed", "done on", "completed on", "resolution date"),
    "verified": ("verified", "verified on"),
    "cancel_reason": ("cancel_reason", "cancel reason", "reason"),
    "tracker": ("tracker", "url", "link"),
    "note": ("note", "notes", "comment", "comments"),
}
"""The heads of columns in common use, by the field of an action."""

STATUSES: Mapping[str, str] = {
    **dict.fromkeys(("closed", "complete", "completed", "resolved", "finished", "fixed"), "done"),
    **dict.fromkeys(("to do", "todo", "new", "backlog", "reopened"), "open"),
    **dict.fromkeys(("doing", "started", "active"), "in-progress"),
    **dict.fromkeys(("on hold", "waiting"), "blocked"),
    **dict.fromkeys(("canceled", "rejected", "won't do", "wontfix"), "cancelled"),
}
"""The statuses of trackers in common use, by our own."""


class ActionRow(NamedTuple):
    """A row about one action: its line in the file, what it says, and whether it has a status."""

    line: int
    progress: Progress
    has_status: bool = True


class ActionRows(NamedTuple):
    """The rows of a file by the full ids of actions, the problems of rows, and how many are about no action of ours."""

    rows: Mapping[str, ActionRow]
    problems: tuple[Problem, ...]
    others: int


def read_rows(knowledge: KnowledgeBase, file: Path, raw: bytes) -> ActionRows:
    """What the rows of a CSV file say about actions.

    Raises ProblemError for a file without a column for the ids, or one that cannot be read.
    """
    name = file.as_posix()
    files = list(knowledge.record_files.values())
    index = ActionIndex(files)
    translation = _Rows(knowledge, _options(knowledge, raw, name), index)
    rows, problems = read_register(REGISTER, name, raw, translation)
    problems = [p for p in problems if p.code not in ("PIR501", "PIR506")]
    if not rows and any(p.code in ("PIR004", "PIR505") for p in problems):
        raise ProblemError(problems)
    by_id: dict[str, ActionRow] = {}
    for row in rows:
        if not isinstance(row.value, Progress):
            continue
        ids = index.find(row.value.id)
        problems += [] if ids else [index.unknown(row)]
        for id_ in ids:
            if id_ in by_id:
                message = f"{id_} is already on line {by_id[id_].line}"
                problems.append(Problem.of("PIR504", name, (row.line, 1), message, "keep one of the rows"))
            by_id.setdefault(id_, ActionRow(row.line, row.value, row.value.id not in translation.without_status))
    return ActionRows(by_id, tuple(problems), translation.others)


def _options(knowledge: KnowledgeBase, raw: bytes, name: str) -> ActionOptions:
    """How to read the columns of a file. Raises ProblemError if none has ids."""
    head = raw.decode("utf-8-sig", "replace").partition("\n")[0].strip()
    heads = [cell.strip().strip('"') for cell in head.split(";" if head.count(";") > head.count(",") else ",")]
    ours = knowledge.settings.actions
    if ours is not None and ours.columns.get("id") in heads:
        columns = {field: column for field, column in ours.columns.items() if column in heads}
        return ActionOptions(ours.file, columns, {**STATUSES, **ours.statuses}, ours.dates)
    columns = {}
    for field, words in NAMES.items():
        known = (one for word in words for one in heads if one.casefold() == word)
        if (column := next(known, None)) is not None and column not in columns.values():
            columns[field] = column
    if "id" not in columns:
        hint = did_you_mean("id", heads) or "name the column with the ids of the actions 'id'"
        message = f"no column has the ids of actions; the columns are {', '.join(heads)}"
        raise ProblemError([Problem.of("PIR501", name, (1, 1), message, hint)])
    return ActionOptions(name, columns, STATUSES)


class _Rows:
    """Reads a file as the tracker's export; a row without a status leaves that of the action."""

    def __init__(self, knowledge: KnowledgeBase, options: ActionOptions, index: ActionIndex) -> None:
        self.others = 0
        self.without_status: set[str] = set()
        self._export = TrackerExport(options, index)
        self._index = index
        self._statuses = {each.id: each.action.status for each in each_action(knowledge)}

    def column(self, name: str) -> str:
        return self._export.column(name)

    def cells(self, data: dict[str, Any]) -> dict[str, Any] | None:
        cells = self._export.cells(data)
        if cells is None:
            self.others += 1
        elif not cells.get("status"):
            self.without_status.add(str(cells.get("id") or ""))
            ids = self._index.find(str(cells.get("id") or ""))
            cells["status"] = next((self._statuses[id_] for id_ in ids if id_ in self._statuses), "open")
        return cells


def updates(selected: SelectedAction, row: ActionRow, file: str, today: date) -> list[Edit]:
    """The edits by which an action becomes what a row says of it.

    Raises ProblemError if it cannot, such as for a status that goes back.
    """
    progress, action = row.progress, selected.action
    edits = list(_status_edits(selected, row, file, today))
    given = {"owner": progress.owner, "due": progress.due, "tracker": progress.tracker}
    for field, value in given.items():
        if value and value != getattr(action, field):
            edits.append(Set(("actions", action.id, field), value))
    if progress.note and progress.note not in action.note:
        edits += action_edits.note(selected, progress.note, progress.completed or today)
    return edits


def _status_edits(selected: SelectedAction, row: ActionRow, file: str, today: date) -> Iterator[Edit]:
    progress, action = row.progress, selected.action
    new = progress.status
    if new in DONE:
        completed = progress.completed or action.completed or progress.verified or today
        if action.status in OPEN or action.status == "cancelled":
            yield from action_edits.finish(selected, completed, today)
        elif completed != action.completed:
            yield Set(("actions", action.id, "completed"), completed)
        verified = progress.verified or action.verified or today
        if new == "verified" and (action.status != "verified" or verified != action.verified):
            done = SelectedAction(selected.file, replace(action, status="done"))
            yield from action_edits.verify(done, verified, today)
    elif new == "cancelled" and action.status != new:
        if not progress.cancel_reason:
            message = f"{selected.id} is cancelled without a reason"
            hint = "give the reason in a column 'cancel_reason'"
            raise ProblemError([Problem.of("PIR309", file, (row.line, 1), message, hint)])
        yield from action_edits.cancel(selected, progress.cancel_reason)
    elif new in OPEN and action.status not in OPEN:
        message = f"{selected.id} is '{new}' here, and '{action.status}' in its review"
        hint = "if this is right, change its 'status' in the review"
        raise ProblemError([Problem.of("PIR508", file, (row.line, 1), message, hint)])
    elif new != action.status:
        yield Set(("actions", action.id, "status"), new)
