"""What a status is called and how it looks: pages, lists and the search read it here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Status(NamedTuple):
    """What people call a status or state; `look` names the colour and shape of its chip (see pir.css)."""

    label: str
    look: str


STATUSES: Mapping[str, Status] = {
    "draft": Status("Draft", "open"),
    "investigation": Status("Under investigation", "now"),
    "internal-review": Status("Internal review", "now"),
    "client-review": Status("Client review", "now"),
    "action-management": Status("Actions under way", "wait"),
    "closed": Status("Closed", "done"),
    "archived": Status("From the archive", "quiet"),
    "validated": Status("Validated", "wait"),
    "applied": Status("Applied", "wait"),
    "verified": Status("Verified", "good"),
    "superseded": Status("Superseded", "quiet"),
    "open": Status("Open", "open"),
    "known-error": Status("Known error", "wait"),
    "resolved": Status("Resolved", "done"),
    "in-progress": Status("In progress", "now"),
    "blocked": Status("Blocked", "stopped"),
    "done": Status("Done", "done"),
    "cancelled": Status("Cancelled", "no"),
    "overdue": Status("Overdue", "late"),
    "due-soon": Status("Due soon", "wait"),
    "proposed": Status("Proposed", "open"),
    "accepted": Status("Accepted", "wait"),
    "declined": Status("Declined", "no"),
    "deferred": Status("Deferred", "quiet"),
    "adopted": Status("Adopted", "good"),
}
"""Every status and state, of whatever kind of record."""


def status(value: str) -> Status:
    """The status or state; one that is not known is shown as it is."""
    return STATUSES.get(value) or Status(value, "quiet")
