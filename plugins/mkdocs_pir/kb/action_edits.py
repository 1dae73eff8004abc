"""Finishing, verifying, cancelling and assigning actions: the edits that do it, or what stands against it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NoReturn

from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.record_edits import Edit, Set
from mkdocs_pir.kb.selectable_fields import SelectedAction
from mkdocs_pir.kb.statuses import DONE, OPEN


def finish(selected: SelectedAction, on: date | None, today: date) -> list[Edit]:
    """The edits by which an action is done on a day; without one today, or the day that it has already.

    Raises ProblemError for an action that is verified or cancelled.
    """
    if selected.action.status not in OPEN and selected.action.status != "done":
        _refuse(selected, "cannot be finished")
    return [_set(selected, "status", "done"), _set(selected, "completed", on or selected.action.completed or today)]


def verify(selected: SelectedAction, on: date | None, today: date) -> list[Edit]:
    """The edits by which a finished action is verified on a day; without one today, or the day that it has already.

    Raises ProblemError for an action that is not done.
    """
    if selected.action.status not in DONE:
        hint = f"finish it first with: pir action done {selected.id}" if selected.action.status in OPEN else ""
        _refuse(selected, "cannot be verified before it is done", hint)
    return [_set(selected, "status", "verified"), _set(selected, "verified", on or selected.action.verified or today)]


def cancel(selected: SelectedAction, reason: str) -> list[Edit]:
    """The edits by which an action is cancelled for a reason. Raises ProblemError for one that is done or verified."""
    if selected.action.status in DONE:
        _refuse(selected, "cannot be cancelled")
    return [_set(selected, "status", "cancelled"), _set(selected, "cancel_reason", reason)]


def assign(selected: SelectedAction, owner: str | None = None, due: date | None = None) -> list[Edit]:
    """The edits by which an open action gets an owner or a due date. Raises ProblemError for one that is not open."""
    if selected.action.status not in OPEN:
        _refuse(selected, "has no work left to assign")
    given = {"owner": owner, "due": due}
    return [_set(selected, name, value) for name, value in given.items() if value]


def note(selected: SelectedAction, text: str, on: date) -> list[Edit]:
    """The edit that adds a dated note to an action, below those that it has."""
    return [_set(selected, "note", with_note(selected.action.note, text, on))]


def with_note(before: str, text: str, on: date) -> str:
    """A text with a dated note as its last paragraph; once it is there it is not added again."""
    new = f"{on.isoformat()}: {text.strip()}"
    paragraphs = [before.strip(), new] if before.strip() else [new]
    return before if new in before.split("\n\n") else "\n\n".join(paragraphs)


def _set(selected: SelectedAction, field: str, value: object) -> Set:
    return Set(("actions", selected.action.id, field), value)


def number_of(selected: SelectedAction) -> int:
    """The place of an action in its review, from 0."""
    items: list[dict[str, object]] = selected.file.data["actions"]
    return next(n for n, item in enumerate(items) if item["id"] == selected.action.id)


def _refuse(selected: SelectedAction, what: str, hint: str = "") -> NoReturn:
    where = selected.file.at("actions", number_of(selected), "status")
    message = f"{selected.action.id} is {selected.action.status} and {what}"
    raise ProblemError([Problem.of("PIR303", selected.file.path, where, message, hint or _HINT)])


_HINT = "if that is wrong, change its 'status' in the file"


def check_day(on: date, today: date) -> Iterator[str]:
    """What is wrong with a day on which something happened."""
    if on > today:
        yield f"{on.isoformat()} is after today, {today.isoformat()}; give the day on which it happened"
