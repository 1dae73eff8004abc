"""Measures: one row for each thing that a KPI could count, with its day, or the reason why it is left out.

Nothing here depends on a window: a rate over a window is worked out from the rows of its days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from mkdocs_pir.insight.action_items import ActionItem
from mkdocs_pir.insight.deadlines import review_clock, review_due
from mkdocs_pir.insight.kpi_definitions import SATISFIED, STAMPS, YOUNG_DAYS
from mkdocs_pir.insight.kpi_inputs import KpiInputs, Measure
from mkdocs_pir.insight.occurrences import Occurrence, began, full_id
from mkdocs_pir.insight.quantities import count, quantity
from mkdocs_pir.insight.repeats import Repeat
from mkdocs_pir.insight.windows import utc_day
from mkdocs_pir.kb.model import Pir, Recommendation
from mkdocs_pir.kb.statuses import DONE, REVIEWED, status
from mkdocs_pir.kb.thresholds import REPEAT_DAYS


def adoption(facts: KpiInputs) -> Iterator[Measure]:
    for pir in facts.projection.pirs.values():
        for advice in pir.recommendations:
            if advice.issued is not None and advice.issued > facts.as_of:
                continue
            adopted = advice.status == "adopted" and (advice.adopted is None or advice.adopted <= facts.as_of)
            yield Measure(
                full_id(pir.id, advice.id),
                advice.title or full_id(pir.id, advice.id),
                advice.issued,
                pir.client,
                pir.services,
                counted=adopted,
                note=_decision(advice, facts.as_of),
                why=_too_young(advice.issued, facts.as_of),
                tag=advice.status if advice.decided is None or advice.decided <= facts.as_of else "proposed",
            )


def _too_young(issued: date | None, as_of: date) -> str:
    if issued is None:
        return "the day it was issued is not recorded"
    age = (as_of - issued).days
    if age >= YOUNG_DAYS:
        return ""
    return f"issued {count(age, 'day')} ago; it counts from the {YOUNG_DAYS}th day on"


def _decision(advice: Recommendation, as_of: date) -> str:
    """The decision on a recommendation by the end of `as_of`, in words; what came later is left out."""
    if advice.decided is not None and advice.decided > as_of:
        return "proposed"
    if advice.status == "adopted" and advice.adopted is not None and advice.adopted > as_of:
        return "accepted, not yet adopted"
    on = advice.adopted if advice.status == "adopted" else advice.decided
    when = f" on {on.isoformat()}" if on is not None and advice.status != "proposed" else ""
    because = f": {advice.decline_reason}" if advice.decline_reason else ""
    return f"{advice.status or 'no decision recorded'}{when}{because}"


def satisfaction(facts: KpiInputs) -> Iterator[Measure]:
    pirs = facts.projection.pirs
    for answer in facts.projection.responses:
        if answer.date > facts.as_of:
            continue
        pir = pirs.get(answer.reference) or pirs.get(facts.review_of.get(answer.reference, ""))
        asked = pir is not None
        client = facts.projection.label(answer.client)
        score = f"{answer.score:g} of {answer.scale:g}" if answer.score is not None else "no answer"
        yield Measure(
            answer.reference or f"{answer.date.isoformat()} {answer.client}",
            f"{client if facts.projection.edition.internal else 'Your answer'}, {score}",
            answer.date,
            answer.client,
            pir.services if pir is not None else (),
            # The scores of 4.0 and 8.0 must pass whatever floating point makes of 0.8 times the scale.
            counted=asked and answer.score is not None and answer.score >= SATISFIED * answer.scale - 1e-9,
            note=score,
            why=""
            if asked and answer.score is not None
            else f"{facts.projection.edition.addressee} did not answer"
            if asked
            else "not about a review or an incident reviewed here",
            tag="asked" if asked else "",
        )


def recurrence(facts: KpiInputs) -> Iterator[Measure]:
    unknown = "its cause is not established"
    if not facts.projection.edition.internal:
        unknown += " or not part of this edition"
    for o in facts.occurrences:
        why = unknown if not o.cause else "" if o.day is not None else "the day it began is not recorded"
        yield _repeat_measure(facts, o, why, "" if o.cause else "unknown")


def repeat(facts: KpiInputs) -> Iterator[Measure]:
    for o in facts.occurrences:
        if o.ticket:
            yield _repeat_measure(facts, o, "", "" if o.cause else "unknown")


def _repeat_measure(facts: KpiInputs, o: Occurrence, why: str, tag: str) -> Measure:
    repeated = facts.repeats.get(o.id)
    counted = repeated is not None and repeated.counted
    label = o.title if o.title != o.id else ""
    return Measure(
        o.id,
        label or o.cause or o.id,
        o.day,
        o.client,
        o.services,
        counted,
        note=_repeat_note(repeated),
        why=why,
        tag=tag,
    )


def _repeat_note(repeated: Repeat | None) -> str:
    if repeated is None:
        return ""
    how = "declared as a repeat of" if repeated.declared else "repeats"
    earlier = repeated.earlier.pir or repeated.earlier.id
    if repeated.days is None:
        return f"{how} {earlier}; how long after its resolution is not recorded"
    late = "" if repeated.counted else f", so outside {REPEAT_DAYS} days"
    return f"{how} {earlier}, {count(repeated.days, 'day')} after it was resolved{late}"


def time_between(start: str, end: str) -> Callable[[KpiInputs], Iterator[Measure]]:
    """A measure of the minutes of each review from one stamp to another."""

    def measure(facts: KpiInputs) -> Iterator[Measure]:
        for pir in facts.projection.pirs.values():
            at = began(pir)
            if at is not None and utc_day(at) > facts.as_of:
                continue
            span = pir.times.between(start, end)
            done = getattr(pir.times, end)
            missing = [name for name in (start, end) if getattr(pir.times, name) is None]
            why = ""
            if missing:
                why = f"lacks {' and '.join(_STAMP_WORDS[name] for name in missing)}"
                if pir.times.begins_with_a_day and start == "impact_start":
                    why += ": only the day is known on which it began"
            elif utc_day(done) > facts.as_of:
                why = f"lacked {_STAMP_WORDS[end]} on the day of these figures"
            elif span is not None and span < timedelta():
                why = f"{_STAMP_WORDS[end]} lies before {_STAMP_WORDS[start]}"
            minutes = span.total_seconds() / 60 if span is not None and not why else None
            day = utc_day(at) if at is not None else None
            within = _support_minutes(facts, pir, start, end) if minutes is not None else None
            yield Measure(
                pir.id,
                pir.label,
                day,
                pir.client,
                pir.services,
                counted=not why,
                amount=minutes,
                support=within,
                note=f"{quantity(within, 'min')} in support hours" if within is not None else "",
                why=why,
            )

    return measure


def _support_minutes(facts: KpiInputs, pir: Pir, start: str, end: str) -> float | None:
    """Minutes between two stamps in the support hours of the client, or None where none are configured."""
    hours = facts.projection.support_hours
    first, second = getattr(pir.times, start), getattr(pir.times, end)
    return hours.of(pir.client).minutes(first, second) if hours is not None else None


_STAMP_WORDS = {
    "impact_start": "the start of the impact",
    "detected": "the time of detection",
    "acknowledged": "the time of acknowledgement",
    "mitigated": "the time of mitigation",
    "resolved": "the time of resolution",
}


def actions_on_time(facts: KpiInputs) -> Iterator[Measure]:
    for item in facts.items:
        finished = item.status in DONE
        on_time = finished and item.completed is not None and item.due is not None and item.completed <= item.due
        if item.due is None:
            why = "it has no due date"
        elif item.due >= facts.as_of:
            why = f"due on {item.due.isoformat()}, which has not passed"
        elif finished and item.completed is None:
            why = "done, but the day is not recorded"
        else:
            why = ""
        yield Measure(
            item.id,
            item.title,
            item.due or item.created,
            item.client,
            item.services,
            counted=on_time,
            note=_punctuality(item),
            why=why,
            tag=item.state,
        )


def _punctuality(item: ActionItem) -> str:
    if item.state == "cancelled":
        return f"cancelled: {item.action.cancel_reason}" if item.action.cancel_reason else "cancelled"
    if item.state in DONE:
        if item.days_late:
            return f"done {count(item.days_late, 'day')} late"
        return "done by the due date" if item.due is not None and item.completed is not None else "done"
    return f"open, {count(item.days_late, 'day')} overdue" if item.days_late else "open"


def coverage(facts: KpiInputs) -> Iterator[Measure]:
    for incident in facts.projection.incidents:
        day = utc_day(incident.opened)
        if day > facts.as_of:
            continue
        pir = facts.projection.pirs.get(facts.review_of.get(incident.id, ""))
        published = pir is not None and _is_published(pir)
        if pir is None:
            note = "no review yet"
        else:
            note = f"{pir.id} is published" if published else f"{pir.id} has the status {status(pir.status).label}"
        yield Measure(
            incident.id,
            pir.label if pir is not None else incident.id,
            day,
            incident.client,
            (incident.service,) if incident.service else (),
            counted=published,
            note=note,
            why=_UNREQUIRED[incident.pir_required],
        )


_UNREQUIRED = {True: "", False: "it required no review", None: "whether it requires a review is not recorded"}


def _is_published(pir: Pir) -> bool:
    return pir.status in REVIEWED or pir.release is not None


def on_time(facts: KpiInputs) -> Iterator[Measure]:
    projection = facts.projection
    for pir in projection.pirs.values():
        due = review_due(projection, pir)
        at = began(pir)
        reviews = [review for review in pir.reviews if review.kind == "client"]
        held = min((r.on for r in reviews if r.on is not None and r.on <= facts.as_of), default=None)
        declined = next((r.not_appropriate for r in reviews if r.not_appropriate), "")
        if pir.status == "archived":
            why = "brought in from elsewhere: the process did not apply"
        elif held is None and declined:
            why = f"a client review was not appropriate: {declined}"
        elif due is None or review_clock(pir) is None:
            why = "when service was restored is not recorded"
        elif due >= facts.as_of:
            why = f"due on {due.isoformat()}, which has not passed"
        else:
            why = ""
        yield Measure(
            pir.id,
            pir.label,
            due or (utc_day(at) if at is not None else None),
            pir.client,
            pir.services,
            counted=not why and held is not None and due is not None and held <= due,
            note=f"due {due.isoformat() if due else 'unknown'}, "
            + (f"held {held.isoformat()}" if held else "not held"),
            why=why,
        )


MEASURES: Mapping[str, Callable[[KpiInputs], Iterator[Measure]]] = {
    "adoption": adoption,
    "satisfaction": satisfaction,
    "recurrence": recurrence,
    "repeat": repeat,
    **{name: time_between(*stamps) for name, stamps in STAMPS.items()},
    "actions-on-time": actions_on_time,
    "coverage": coverage,
    "on-time": on_time,
}
"""The measure of each KPI that counts what happened in a window; `kpi_snapshot` holds the others."""
