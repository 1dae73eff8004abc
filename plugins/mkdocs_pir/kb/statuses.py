"""The statuses of records and the states of their parts: one table with their labels, looks and meanings.

Pages and the search show a status by it, and a severity by `severity`; the browser gets both with the search index.

The schema of a kind has its statuses in their order (`schema.choices`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.thresholds import SOON_DAYS

Meaning = Literal["open", "done", "dropped"]


class Status(NamedTuple):
    """The label of a status or state, and the look of its chip: its colour and shape (see pir.css).

    `meaning` is whether something is still to do (open), was carried out (done) or will not be (dropped).
    `explained` is a longer label, if the short one is not clear enough.
    """

    label: str
    look: str
    meaning: Meaning = "open"
    explained: str = ""


STATUSES: Mapping[str, Status] = {
    "draft": Status("Draft", "open"),
    "investigation": Status("Under investigation", "now"),
    "internal-review": Status("Internal review", "now"),
    "client-review": Status("Client review", "now"),
    "action-management": Status("Actions under way", "wait"),
    "closed": Status("Closed", "done", "done"),
    "archived": Status("From the archive", "quiet", "done"),
    "validated": Status("Validated", "wait"),
    "applied": Status("Applied", "wait", "done"),
    "verified": Status("Verified", "good", "done"),
    "superseded": Status("Superseded", "quiet", "dropped"),
    "open": Status("Open", "open"),
    "known-error": Status("Known error", "wait"),
    "resolved": Status("Resolved", "done", "done"),
    "in-progress": Status("In progress", "now"),
    "blocked": Status("Blocked", "stopped"),
    "done": Status("Done", "done", "done", "Done, not yet verified"),
    "cancelled": Status("Cancelled", "no", "dropped"),
    "overdue": Status("Overdue", "late"),
    "due-soon": Status("Due soon", "wait", "open", f"Due within {SOON_DAYS} days"),
    "unverified": Status("Not verified", "wait", "done"),
    "failed": Status("Verified, came back", "again", "done"),
    "later": Status("Agreed later", "quiet"),
    "proposed": Status("Proposed", "open"),
    "accepted": Status("Accepted", "wait"),
    "declined": Status("Declined", "no", "dropped"),
    "deferred": Status("Deferred", "quiet"),
    "adopted": Status("Adopted", "good", "done"),
}
"""Every status of a record, an action or a recommendation, and every state that one can be in on some day."""

EFFECTS: Mapping[str, Status] = {
    "helped": Status("Helped", "good", "done"),
    "no-effect": Status("No effect", "no", "dropped"),
    "made-worse": Status("Made it worse", "late", "dropped"),
}
"""The effects of what was tried during an incident."""

DEFICIENCY_EFFECTS: Mapping[str, Status] = {
    "caused": Status("Caused it", "late"),
    "extended": Status("Prolonged it", "wait"),
}
"""What a deficiency of a process did to an incident."""

VERDICTS: Mapping[str, Status] = {
    "overdue": Status("Action overdue", "late", explained="An agreed action was overdue"),
    "unverified": Status("Action not verified", "late", explained="An action was never verified"),
    "declined": Status("Advice declined", "no", explained="Our advice had been declined"),
    "failed": Status("Came back all the same", "again", explained="It came back after a verified action"),
    "open": Status("Action not yet due", "open", explained="An action was agreed but was not yet due"),
    "unreviewed": Status("Nothing: not reviewed", "quiet", explained="The earlier one was not reviewed"),
    "nothing": Status("Nothing", "quiet", explained="Nothing had been agreed to prevent it"),
}
"""What would have prevented a repeat, or why nothing did."""

OPEN = frozenset(name for name, one in STATUSES.items() if one.meaning == "open")
DONE = frozenset(name for name, one in STATUSES.items() if one.meaning == "done")
CLOSED = STATUSES.keys() - OPEN
"""The statuses of what is done or dropped. A status that an edition withholds is neither open nor closed."""

REVIEW = schema.choices("pir", "status")
LESSON = schema.choices("lesson", "status")
PROBLEM = schema.choices("problem", "status")
ACTION = schema.choices("pir", "actions", "status")
RECOMMENDATION = schema.choices("pir", "recommendations", "status")
"""The statuses of each, in their order."""

UNDECIDED = frozenset({"proposed", "deferred"})
"""The statuses of a recommendation that waits for the client's decision."""

UNDER_WAY = frozenset(REVIEW) & OPEN
"""The statuses of a review that is in a step of the process, so neither closed nor archived."""

REVIEWED = frozenset(REVIEW[REVIEW.index("action-management") :])
"""The statuses of a review after its client review."""


def status(value: str) -> Status:
    """The status or state of this name; an unknown one gets its name as the label."""
    return STATUSES.get(value) or Status(value, "quiet")


def severity(value: str) -> Status:
    """The label and look of a severity."""
    return Status(value, value.lower())
