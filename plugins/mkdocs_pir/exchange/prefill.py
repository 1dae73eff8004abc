"""Values of a new record, taken from the incident register and from the records that it follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.model import Incident, Pir
from mkdocs_pir.kb.references import same_id

Values = dict[str, Any]


def for_review(incidents: Sequence[Incident], ids: Sequence[str]) -> Values:
    """The values of a review of these incidents: `ids` as given, `incidents` those of them in the register.

    A ticket is opened when the provider knows of the incident, so the first `opened` becomes `detected`; when users
    were first affected is not known yet.
    """
    opened = min((i.opened for i in incidents if "opened" not in i.days), default=None)
    known_ends = [i.resolved for i in incidents if i.resolved is not None and "resolved" not in i.days]
    resolved = max(known_ends) if known_ends and len(known_ends) == len(incidents) else None
    return {
        "incidents": list(ids),
        "client": first(i.client for i in incidents),
        "services": unique(i.service for i in incidents),
        "severity": min((i.severity for i in incidents if i.severity), default=""),
        "trigger": first(i.cause for i in incidents),
        "times": {
            "impact_start": None,
            "detected": stamp(opened),
            "acknowledged": None,
            "mitigated": None,
            "resolved": stamp(resolved),
        },
        "timeline": list(_timeline(incidents)),
    }


def for_lesson(reviews: Sequence[Pir]) -> Values:
    """The values of a lesson learned from these reviews: their causes, services and symptoms."""
    return {
        "learned_from": [r.id for r in reviews],
        "causes": unique(c for r in reviews for c in (r.trigger, *r.contributing_factors)),
        "services": unique(s for r in reviews for s in r.services),
        "symptoms": unique(s for r in reviews for s in r.symptoms),
    }


def for_problem(reviews: Sequence[Pir]) -> Values:
    """The values of a problem record behind these reviews."""
    values = for_lesson(reviews)
    return {"pirs": values["learned_from"], **{k: values[k] for k in ("causes", "services", "symptoms")}}


def registered(knowledge: KnowledgeBase, ids: Iterable[str]) -> list[Incident]:
    """The incidents of the register with these ids, which may be typed in any case."""
    register = {same_id(incident.id): incident for incident in knowledge.incidents}
    return [register[same_id(id_)] for id_ in ids if same_id(id_) in register]


def reviewed(knowledge: KnowledgeBase, ids: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """The reviews of these incidents, from the register and the reviews: ids of the incident, review and its client.

    Reviews with errors count too. The client is empty where the review names none.
    """
    wanted = {same_id(id_): id_ for id_ in ids}
    clients = {same_id(e.id): str(e.data.get("client") or "") for e in knowledge.of_kind("pir")}
    for entry in knowledge.of_kind("pir"):
        listed = entry.data.get("incidents")
        for id_ in listed if isinstance(listed, list) else ():
            if same_id(str(id_)) in wanted:
                yield wanted[same_id(str(id_))], entry.id, clients[same_id(entry.id)]
    for row in knowledge.incidents:
        if row.pir and same_id(row.id) in wanted:
            yield row.id, row.pir, clients.get(same_id(row.pir)) or row.client


def stamp(time: datetime | None) -> str | None:
    """A time as records write it, in UTC."""
    return None if time is None else time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def first(values: Iterable[str]) -> str:
    """The first value that is not empty."""
    return next((value for value in values if value), "")


def unique(values: Iterable[str]) -> list[str]:
    """Values without the empty and the repeated, in order."""
    return list(dict.fromkeys(value for value in values if value))


def _timeline(incidents: Sequence[Incident]) -> Iterator[dict[str, str]]:
    """The rows that the register gives, in order of time; with the day where they are not all on one."""
    events = [(i.opened, "opened", i) for i in incidents]
    events += [(i.resolved, "resolved", i) for i in incidents if i.resolved is not None]
    one_day = len({time.astimezone(UTC).date() for time, _, _ in events}) == 1
    for time, what, incident in sorted(events, key=lambda event: (event[0], event[2].id, event[1])):
        form = "%Y-%m-%d" if what in incident.days else "%H:%M" if one_day else "%Y-%m-%d %H:%M"
        yield {"time": time.astimezone(UTC).strftime(form), "what": f"{incident.id} {what}", "evidence": incident.id}
