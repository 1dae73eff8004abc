"""Occurrences: every incident once, whether it is in the register, in a review, or in both.

A row of the incident register is one occurrence. Its review adds what the row leaves empty: the cause, further
services, the minutes of impact. A review without a ticket in the register is an occurrence of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import chain

from msgspec import Struct
from msgspec.structs import force_setattr, replace

from mkdocs_pir.editions.policy import visible_columns
from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.windows import utc_day
from mkdocs_pir.kb.model import Incident, Pir
from mkdocs_pir.kb.statuses import UNDER_WAY


class Occurrence(Struct, frozen=True):
    """One incident of one client.

    `at` is when the ticket was opened, else the start of the impact, else the first stamp of the review.
    `minutes` are minutes of impact: from the start of the impact to its resolution where a review has both stamps,
    else from the opening of the ticket; None while that is unknown. A review with several tickets gives its
    minutes to the first of them and the others carry 0, so that a sum counts an outage once. `ticket_minutes` are
    those that its ticket alone gives. `still_open` says that its ticket has no end yet, and its review neither; a
    client to whom the end is not shown is not told so. `day` is the UTC day of `at`.
    """

    id: str
    title: str
    at: datetime | None = None
    resolved: datetime | None = None
    client: str = ""
    services: tuple[str, ...] = ()
    cause: str = ""
    severity: str = ""
    pir: str = ""
    minutes: float | None = None
    ticket_minutes: float | None = None
    recurrence_of: str = ""
    ticket: bool = False
    still_open: bool = False
    day: date | None = None

    def __post_init__(self) -> None:
        if self.at is not None:  # read so often that it is computed once
            force_setattr(self, "day", utc_day(self.at))

    @property
    def event(self) -> str:
        """The id of its review, which may have several tickets, else its own."""
        return self.pir or self.id


def occurrences(projection: Projection, review_of: Mapping[str, str]) -> tuple[Occurrence, ...]:
    """The occurrences of an edition that began by `as_of`, the oldest first, those without a date last."""
    tickets: dict[str, list[Incident]] = defaultdict(list)
    unsorted: list[Occurrence] = []
    for incident in projection.incidents:
        if incident.id in review_of:
            tickets[review_of[incident.id]].append(incident)
        else:
            unsorted.append(_from_ticket(incident))
    for pir in projection.pirs.values():
        unsorted += _from_review(pir, sorted(tickets.get(pir.id, ()), key=lambda i: (i.opened, i.id)))
    begun = [_as_known_on(o, projection.as_of) for o in unsorted if _has_begun(o, projection.as_of)]
    if not projection.edition.internal and "resolved" not in visible_columns("incident", projection.client_fields):
        begun = [replace(o, still_open=False) for o in begun]
    return tuple(sorted(begun, key=lambda o: (o.at or _NEVER, o.id)))


def any_occurrence(projection: Projection) -> bool:
    """Whether an edition has an occurrence at all."""
    tickets = (_from_ticket(incident) for incident in projection.incidents)
    reviews = (one for pir in projection.pirs.values() for one in _from_review(pir, ()))
    return any(_has_begun(one, projection.as_of) for one in chain(tickets, reviews))


def _has_begun(occurrence: Occurrence, as_of: date) -> bool:
    return occurrence.day is None or occurrence.day <= as_of


def reviews_by_ticket(projection: Projection) -> dict[str, str]:
    """The id of the review of each ticket: the one that the register names, else the first that lists the ticket."""
    review_of: dict[str, str] = {}
    for pir in projection.pirs.values():
        for ticket in pir.incidents:
            review_of.setdefault(ticket, pir.id)
    review_of.update({i.id: i.pir for i in projection.incidents if i.pir and i.pir in projection.pirs})
    return review_of


def full_id(pir: str, part: str) -> str:
    """The id of an action or recommendation outside its report: `PIR-2026-0012-A1`."""
    return f"{pir}-{part}"


def began(pir: Pir) -> datetime | None:
    """When the incident of a review began: the start of the impact, else the day it began on, else its first stamp,
    else the day the review was decided on; a day counts from midnight UTC."""
    if (start := pir.times.start) is not None:
        return start
    if pir.initiated is not None and pir.initiated.on is not None:
        return datetime.combine(pir.initiated.on, time(), UTC)
    return None


def impact_minutes(pir: Pir) -> float | None:
    """Minutes from the start of the impact to its resolution, or None when either is not recorded."""
    span = pir.times.between("impact_start", "resolved")
    return span.total_seconds() / 60 if span is not None else None


_NEVER = datetime.max.replace(tzinfo=UTC)


def _as_known_on(occurrence: Occurrence, as_of: date) -> Occurrence:
    # What was not yet resolved on the day of the figures has neither an end nor a duration.
    if occurrence.resolved is not None and utc_day(occurrence.resolved) > as_of:
        return replace(occurrence, resolved=None, minutes=None, ticket_minutes=None, still_open=True)
    return occurrence


def _from_ticket(incident: Incident) -> Occurrence:
    minutes = lasted.total_seconds() / 60 if (lasted := incident.lasted) is not None else None
    return Occurrence(
        id=incident.id,
        title=incident.id,
        at=incident.opened,
        resolved=incident.resolved,
        client=incident.client,
        services=(incident.service,) if incident.service else (),
        cause=incident.cause,
        severity=incident.severity,
        minutes=minutes,
        ticket_minutes=minutes,
        ticket=True,
        still_open=incident.resolved is None,
    )


def _from_review(pir: Pir, tickets: Sequence[Incident]) -> Iterator[Occurrence]:
    """The tickets of a review, the oldest first, or the review itself if it has none.

    What the register leaves empty is taken from the review.
    """
    whole = Occurrence(
        id=pir.id,
        title=pir.label,
        at=began(pir),
        resolved=pir.times.end,
        client=pir.client,
        services=pir.services,
        cause=pir.trigger,
        severity=pir.severity,
        pir=pir.id,
        minutes=impact_minutes(pir),
        recurrence_of=pir.recurrence_of,
    )
    if not tickets:
        yield whole
    ticketed = {ticket.service for ticket in tickets}
    for place, ticket in enumerate(tickets):
        own = _from_ticket(ticket)
        # Each service of the review once: those that no ticket names go with the first.
        rest = tuple(service for service in pir.services if service not in ticketed) if place == 0 else ()
        measured = whole.minutes if whole.minutes is not None else own.minutes
        yield replace(
            own,
            title=whole.title,
            resolved=own.resolved or whole.resolved,
            client=own.client or whole.client,
            services=(*own.services, *rest) or pir.services,
            cause=own.cause or whole.cause,
            severity=own.severity or whole.severity,
            pir=whole.pir,
            minutes=measured if place == 0 else 0.0,
            recurrence_of=whole.recurrence_of,
            still_open=own.still_open and whole.resolved is None and pir.status in UNDER_WAY,
        )
