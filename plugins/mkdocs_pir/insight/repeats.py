"""Repeats: which incident repeats which earlier one, declared by its review or matched by client, service and cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.occurrences import Occurrence
from mkdocs_pir.kb.thresholds import REPEAT_DAYS


class Repeat(Struct, frozen=True):
    """An incident and the earlier one that it repeats.

    `days` are the whole days from the resolution of the earlier one to the start of this one, None where a
    stamp is missing. `declared` says that the review names the earlier review, `likely` that client, a service
    and the cause are the same. `counted` says that it is within 90 days, which the rates require.
    """

    occurrence: Occurrence
    earlier: Occurrence
    days: int | None
    declared: bool
    likely: bool
    counted: bool


def find_repeats(occurrences: Sequence[Occurrence]) -> tuple[Repeat, ...]:
    """The repeats among occurrences: those that a review declares, else the match that was resolved last.

    A match is an earlier occurrence of the same client with the same cause and a service in common, resolved at most
    90 days before this one began.
    """
    matches = _matches(occurrences)
    of_review: dict[str, list[Occurrence]] = defaultdict(list)
    for occurrence in occurrences:
        if occurrence.pir:
            of_review[occurrence.pir].append(occurrence)
    repeats = []
    for occurrence in occurrences:
        match = matches.get(occurrence.id)
        earlier = _declared(occurrence, of_review.get(occurrence.recurrence_of, ()))
        if earlier is not None:
            gap = _gap(earlier, occurrence)
            likely = match is not None and match.pir == earlier.pir
            repeats.append(_repeat(occurrence, earlier, gap, declared=True, likely=likely))
        elif match is not None:
            repeats.append(_repeat(occurrence, match, _gap(match, occurrence), declared=False, likely=True))
    return tuple(repeats)


def counted_once(repeats: Sequence[Repeat]) -> tuple[Repeat, ...]:
    """The repeats as every page counts them: a review with several tickets repeats an earlier event once.

    Each is that of the first ticket, on the services of all tickets that repeat the same event. What one ticket of a
    review repeats of another one of the same review is none: the review speaks about both.
    """
    by_events: dict[tuple[str, str], list[Repeat]] = defaultdict(list)
    for repeat in repeats:
        if repeat.occurrence.event != repeat.earlier.event:
            by_events[repeat.occurrence.event, repeat.earlier.event].append(repeat)
    return tuple(map(_of_all_tickets, by_events.values()))


def _of_all_tickets(repeats: Sequence[Repeat]) -> Repeat:
    first = repeats[0]
    services = tuple(dict.fromkeys(service for one in repeats for service in one.occurrence.services))
    if services == first.occurrence.services:
        return first
    return replace(first, occurrence=replace(first.occurrence, services=services))


def _repeat(
    occurrence: Occurrence, earlier: Occurrence, gap: timedelta | None, *, declared: bool, likely: bool
) -> Repeat:
    counted = gap is not None and gap <= timedelta(days=REPEAT_DAYS)
    return Repeat(occurrence, earlier, gap.days if gap is not None else None, declared, likely, counted)


def _gap(earlier: Occurrence, later: Occurrence) -> timedelta | None:
    if earlier.resolved is None or later.at is None or earlier.resolved > later.at:
        return None
    return later.at - earlier.resolved


def _declared(occurrence: Occurrence, earlier: Sequence[Occurrence]) -> Occurrence | None:
    """Of the occurrences of the earlier review, the one resolved last before this one began, else the first."""
    if not earlier:
        return None
    resolved = [o for o in earlier if _gap(o, occurrence) is not None]
    return max(resolved, key=lambda o: (o.resolved, o.id)) if resolved else earlier[0]


def _matches(occurrences: Sequence[Occurrence]) -> dict[str, Occurrence]:
    """The latest match of each occurrence, in one sweep over all starts and resolutions."""
    starts, resolutions = 1, 0
    events: list[tuple[datetime, int, int]] = []
    for place, o in enumerate(occurrences):
        if o.at is None or not o.cause or not o.client:
            continue
        events.append((o.at, starts, place))
        if o.resolved is not None:
            # An incident resolved the moment it began is no match for itself or for what began at the same time.
            events.append((max(o.resolved, o.at), resolutions if o.resolved > o.at else 2, place))
    latest: dict[tuple[str, str, str], Occurrence] = {}
    matches: dict[str, Occurrence] = {}
    for when, what, place in sorted(events):
        occurrence = occurrences[place]
        keys = [(occurrence.client, service, occurrence.cause) for service in occurrence.services]
        if what != starts:
            latest.update(dict.fromkeys(keys, occurrence))
            continue
        candidates = [latest[key] for key in keys if key in latest]
        if candidates:
            match = max(candidates, key=lambda o: (o.resolved, o.at, o.id))
            if match.resolved is not None and when - match.resolved <= timedelta(days=REPEAT_DAYS):
                matches[occurrence.id] = match
    return matches


def declared_chains(projection: Projection) -> dict[str, frozenset[str]]:
    """For each review in a chain of declared recurrences, all reviews of that chain; a chain has at least two."""
    root: dict[str, str] = {}
    for pir in projection.pirs.values():
        path: list[str] = []
        id_ = pir.id
        while id_ not in root and id_ not in path:
            path.append(id_)
            declared = projection.pirs[id_].recurrence_of
            if declared not in projection.pirs:
                root[id_] = id_
                break
            id_ = declared
        root.update(dict.fromkeys(path, root.get(id_, id_)))
    members: dict[str, set[str]] = defaultdict(set)
    for pir_id, first in root.items():
        members[first].add(pir_id)
    return {pir_id: frozenset(members[first]) for pir_id, first in root.items() if len(members[first]) > 1}
