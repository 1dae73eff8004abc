"""Rules about incidents: their times, and whether the register and the reviews agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile, each_review
from mkdocs_pir.kb.model import Incident, Pir, Times
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.references import same_id


def times_in_order(file: RecordFile) -> Iterator[Problem]:
    """Problems of a review whose times are out of order."""
    pir = file.record
    if not isinstance(pir, Pir):
        return
    for (earlier, a), (later, b) in pairwise(pir.times.known()):
        if b < a:
            yield Problem.of(
                "PIR301",
                file.path,
                file.at("times", later),
                f"'{later}' is before '{earlier}'",
                f"the order is {', '.join(Times.ORDER)}",
            )
    for name, day, why, hint in contradicted_days(pir.times):
        yield Problem.of("PIR301", file.path, file.at("times", name), f"'{name}', {day}, {why}", hint)


def tickets_in_order(kb: KnowledgeBase) -> Iterator[Problem]:
    """Problems of tickets that were resolved before they were opened."""
    for row in kb.rows:
        incident = row.value
        if isinstance(incident, Incident) and _is_resolved_early(incident):
            yield Problem.of(
                "PIR301",
                row.path,
                row.at("resolved"),
                f"'{incident.id}' was resolved before it was opened",
                "check both cells",
            )


def _is_resolved_early(incident: Incident) -> bool:
    """Whether it was resolved before it was opened; a day has no offset, so beside a time it may be the next one."""
    if incident.resolved is None or not incident.days:
        return incident.resolved is not None and incident.resolved < incident.opened
    spare = timedelta(days=0 if len(incident.days) == 2 else 1)
    return incident.resolved.astimezone(UTC).date() + spare < incident.opened.astimezone(UTC).date()


def contradicted_days(times: Times) -> Iterator[tuple[str, date, str, str]]:
    """The days that contradict a time: their name, the day, what is wrong and what to do."""
    begun, ended, known = times.began_on, times.resolved_on, times.known()
    for name, day, exact in (("began_on", begun, "impact_start"), ("resolved_on", ended, "resolved")):
        stamp = getattr(times, exact)
        if day is not None and stamp is not None and not _may_be_on(stamp, day):
            yield name, day, f"is not the day of '{exact}'", "remove it: a time has its day"
    if begun is not None and times.impact_start is None and known and _latest_day(known[0][1]) < begun:
        yield "began_on", begun, f"is after '{known[0][0]}'", "correct one of them"
    if ended is not None and times.resolved is None:
        if known and _earliest_day(known[-1][1]) > ended:
            yield "resolved_on", ended, f"is before '{known[-1][0]}'", "correct one of them"
        elif begun is not None and begun > ended:
            yield "resolved_on", ended, "is before 'began_on'", "correct one of them"


def _earliest_day(stamp: datetime) -> date:
    """The day of a time where it was earliest on earth: a day has no offset, so it is that of its writer."""
    return (stamp.astimezone(UTC) - timedelta(hours=12)).date()


def _latest_day(stamp: datetime) -> date:
    return (stamp.astimezone(UTC) + timedelta(hours=14)).date()


def _may_be_on(stamp: datetime, day: date) -> bool:
    return _earliest_day(stamp) <= day <= _latest_day(stamp)


def register_agrees(kb: KnowledgeBase) -> Iterator[Problem]:
    """Problems where the incident register and a review disagree."""
    pirs = kb.records(Pir)
    registered = {incident.id for incident in kb.incidents}
    for row in kb.rows:
        incident = row.value
        if isinstance(incident, Incident) and (pir := pirs.get(incident.pir)) is not None:
            if incident.id not in pir.incidents:
                yield Problem.of(
                    "PIR507",
                    row.path,
                    row.at("pir"),
                    f"{pir.id} does not list the incident {incident.id}",
                    f"add it to 'incidents' of {pir.id}",
                )
            elif incident.client != pir.client:
                yield Problem.of(
                    "PIR507",
                    row.path,
                    row.at("client"),
                    f"{incident.id} has the client {incident.client}, but its review {pir.id} has {pir.client}",
                    "correct one of them",
                )
    if registered:
        for file, pir in each_review(kb):
            for n, id_ in enumerate(pir.incidents):
                if id_ not in registered and pir.status != "archived":
                    yield Problem.of(
                        "PIR507",
                        file.path,
                        file.at("incidents", n),
                        f"the incident {id_} is not in the register",
                        "add a row for it to registers/incidents.csv",
                    )


def incidents_reviewed_once(kb: KnowledgeBase) -> Iterator[Problem]:
    """Problems of incidents with two reviews for one client, which would split the actions and count twice."""
    first: dict[tuple[str, str], Pir] = {}
    for file, pir in sorted(each_review(kb), key=lambda pair: pair[1].id):
        for n, id_ in enumerate(pir.incidents):
            earlier = first.setdefault((same_id(id_), same_id(pir.client)), pir)
            if earlier is not pir:
                yield Problem.of(
                    "PIR413",
                    file.path,
                    file.at("incidents", n),
                    f"{earlier.id} is already a review of {id_} for {pir.client}",
                    f"merge both into {earlier.id}, or correct 'incidents' or 'client'",
                )
