"""The state of an action on a day: its status, or that it is overdue or due soon."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from mkdocs_pir.kb.model import Action
from mkdocs_pir.kb.statuses import CLOSED, DONE, STATUSES
from mkdocs_pir.kb.thresholds import SOON_DAYS

STATES: Mapping[str, str] = {
    state: STATUSES[state].explained or STATUSES[state].label
    for state in ("overdue", "blocked", "due-soon", "in-progress", "open", "done", "verified", "cancelled")
}
"""Every state of an action item and what people call it, the most urgent first. An item has the first that fits."""


def status_on(action: Action, day: date) -> str:
    """The status of an action at the end of a day.

    Work completed later was open on that day, and work verified later was done only. A cancellation has no date and
    counts from the start.
    """
    if action.status in DONE and action.completed is not None and action.completed > day:
        return "open"
    if action.status == "verified" and action.verified is not None and action.verified > day:
        return "done"
    return action.status


def state_on(action: Action, day: date) -> str:
    """The state of an action at the end of a day, one of STATES or a status that an edition withholds."""
    status = status_on(action, day)
    if status in CLOSED:
        return status
    to_due = (action.due - day).days if action.due is not None else None
    if to_due is not None and to_due < 0:
        return "overdue"
    if status == "blocked":
        return "blocked"
    if to_due is not None and to_due <= SOON_DAYS:
        return "due-soon"
    return status if status in STATES else "open"
