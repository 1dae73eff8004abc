"""Rules over several records: each is a function from the knowledge base to problems, listed in `RULES`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise

from mkdocs_pir.kb import declared_names, evidence, gates, guidance, lint, release_rules, schema
from mkdocs_pir.kb.graph import same_id
from mkdocs_pir.kb.knowledge import Entry, KnowledgeBase
from mkdocs_pir.kb.model import Client, Incident, Lesson, Pir, Record, Times
from mkdocs_pir.kb.problem import Problem, did_you_mean
from mkdocs_pir.kb.settings import place_of

LIKELY = timedelta(days=90)
"""Two reviews of the same client, service and trigger within this time are likely one recurring incident."""

Rule = Callable[[KnowledgeBase], Iterator[Problem]]


def _pirs(kb: KnowledgeBase) -> Iterator[tuple[Entry, Pir]]:
    for entry in kb.of_kind("pir"):
        if isinstance(entry.record, Pir):
            yield entry, entry.record


def times_in_order(kb: KnowledgeBase) -> Iterator[Problem]:
    """The stamps of an incident follow one another."""
    for entry, pir in _pirs(kb):
        known = pir.times.known()
        for (earlier, a), (later, b) in pairwise(known):
            if b < a:
                yield Problem.of(
                    "PIR301",
                    entry.path,
                    entry.at("times", later),
                    f"'{later}' lies before '{earlier}'",
                    f"the order is {', '.join(Times.ORDER)}",
                )
    for row in kb.rows:
        incident = row.value
        if isinstance(incident, Incident) and incident.resolved is not None and incident.resolved < incident.opened:
            yield Problem.of(
                "PIR301",
                row.path,
                row.at("resolved"),
                f"'{incident.id}' is resolved before it is opened",
                "check both cells",
            )


def actions_consistent(kb: KnowledgeBase) -> Iterator[Problem]:
    """Actions and recommendations carry the dates and reasons that their status needs, in order."""
    for entry, pir in _pirs(kb):
        for n, action in enumerate(pir.actions):
            at = partial(entry.at, "actions", n)
            if action.status in ("done", "verified") and action.completed is None:
                yield Problem.of(
                    "PIR302",
                    entry.path,
                    at("status"),
                    f"{action.id} is {action.status} but has no 'completed' date",
                    "add the day it was finished",
                )
            if action.status == "cancelled" and not action.cancel_reason:
                yield Problem.of(
                    "PIR309",
                    entry.path,
                    at("status"),
                    f"{action.id} is cancelled without a reason",
                    "add 'cancel_reason'",
                )
            yield from _dates(
                entry,
                action.id,
                at,
                ("created", action.created),
                ("completed", action.completed),
                ("verified", action.verified),
            )
            if action.status in ("open", "in-progress", "blocked"):
                missing = [f for f in ("owner", "due", "done_when") if not getattr(action, f)]
                if "done_when" in missing and evidence.is_vague(action):
                    # that alone is PIR409
                    missing.remove("done_when")
                if action.owner.strip().casefold() in evidence.NOBODY:
                    missing.insert(0, f"owner ('{action.owner}' is nobody)")
                if missing and pir.status != "archived":
                    yield Problem.of(
                        "PIR401",
                        entry.path,
                        at(),
                        f"{action.id} has no {' and no '.join(missing)}",
                        "say who does it, until when, and how you will see that it is done",
                    )
        for n, advice in enumerate(pir.recommendations):
            at = partial(entry.at, "recommendations", n)
            if advice.status == "declined" and not advice.decline_reason:
                yield Problem.of(
                    "PIR309",
                    entry.path,
                    at("status"),
                    f"{advice.id} is declined without a reason",
                    "add 'decline_reason'",
                )
            if advice.status == "adopted" and advice.adopted is None:
                yield Problem.of(
                    "PIR302",
                    entry.path,
                    at("status"),
                    f"{advice.id} is adopted but has no 'adopted' date",
                    "add the day it was in place",
                )
            yield from _dates(
                entry,
                advice.id,
                at,
                ("issued", advice.issued),
                ("decided", advice.decided),
                ("adopted", advice.adopted),
            )
        for field in ("actions", "recommendations"):
            yield from _unique_parts(entry, pir, field)


def _dates(
    entry: Entry, id_: str, at: Callable[..., tuple[int, int]], *stamps: tuple[str, date | None]
) -> Iterator[Problem]:
    known = [(name, day) for name, day in stamps if day is not None]
    for (earlier, a), (later, b) in pairwise(known):
        if b < a:
            yield Problem.of(
                "PIR303",
                entry.path,
                at(later),
                f"{id_}: '{later}' ({b}) lies before '{earlier}' ({a})",
                "check both dates",
            )


def _unique_parts(entry: Entry, pir: Pir, field: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for n, part in enumerate(getattr(pir, field)):
        if part.id in seen:
            yield Problem.of(
                "PIR310",
                entry.path,
                entry.at(field, n, "id"),
                f"'{part.id}' is used twice in {field}",
                f"number them {'A1, A2' if field == 'actions' else 'R1, R2'} …",
            )
        seen.add(part.id)


def recurrences_consistent(kb: KnowledgeBase) -> Iterator[Problem]:
    """A recurrence follows an earlier, resolved review, and never in a circle."""
    pirs = kb.of(Pir)
    for entry, pir in _pirs(kb):
        earlier = pirs.get(pir.recurrence_of)
        if earlier is None:
            continue
        where = entry.at("recurrence_of")
        chain, step = [pir.id], earlier
        while step is not None and step.id not in chain:
            chain.append(step.id)
            step = pirs.get(step.recurrence_of)  # type: ignore[assignment]
        if step is not None and step.id == pir.id:
            yield Problem.of(
                "PIR305",
                entry.path,
                where,
                f"recurrence in a circle: {' → '.join([*chain, pir.id])}",
                "the first of them recurs from nothing",
            )
            continue
        started, resolved = pir.times.impact_start or pir.times.detected, earlier.times.resolved
        if resolved is None:
            yield Problem.of(
                "PIR304",
                entry.path,
                where,
                f"{earlier.id} is not resolved",
                "record its 'times: resolved', or it is still the same incident",
            )
        elif started is not None and started < resolved:
            yield Problem.of(
                "PIR304",
                entry.path,
                where,
                f"{earlier.id} was resolved after this incident began",
                "a recurrence names an earlier review",
            )


def status_earned(kb: KnowledgeBase) -> Iterator[Problem]:
    """A review meets the conditions of the status it claims."""
    lifecycle = kb.lifecycle
    for entry, pir in _pirs(kb):
        for condition in gates.unmet(lifecycle, pir):
            yield Problem.of(
                "PIR306",
                entry.path,
                entry.at("status"),
                f"the status is '{pir.status}', but it does not hold that {condition.text}",
                f"{condition.advice(pir)}; or set the status back (condition {condition.name})",
            )


def releases_approved(kb: KnowledgeBase) -> Iterator[Problem]:
    """What is shown outside the provider was approved."""
    for entry in kb.of_kind("pir", "lesson", "cause", "problem", "service", "page"):
        if entry.data.get("audience", "internal") != "internal" and "release" not in entry.data:
            # a review and a lesson tell of a client's incident; of the others it is enough that somebody said 'shared'
            yield Problem.of(
                "PIR308" if entry.kind in ("pir", "lesson") else "PIR421",
                entry.path,
                entry.at("audience"),
                f"the audience is '{entry.data['audience']}' but nobody released it",
                f"look at it with 'pir release {entry.id}', then add 'release: {{approved_by: "
                "service-delivery-manager, on: 2026-03-20}'",
            )


def shared_names_nobody(kb: KnowledgeBase) -> Iterator[Problem]:
    """A record that every client sees names no client."""
    names = lint.ClientNames(kb.of(Client).values())
    for entry in kb.of_kind("lesson", "cause", "problem", "page"):
        if entry.data.get("audience") == "shared":
            for where, client, text in names.found_in(entry):
                yield Problem.of(
                    "PIR307",
                    entry.path,
                    where,
                    f"'{text}' names the client {client}, and every client sees this record",
                    "say 'a client', or set 'audience: client'",
                )
    for file in kb.modules:
        if file.data.get("audience") == "shared":
            for at, words in schema.texts(file.data):
                for client, text, _ in names.found_in_text(words):
                    yield Problem.of(
                        "PIR307",
                        file.path,
                        file.at(*at),
                        f"'{text}' names the client {client}, and every client sees this process",
                        "say 'a client', or set 'audience: internal'",
                    )


def lessons_drawn(kb: KnowledgeBase) -> Iterator[Problem]:
    """A closed review taught something."""
    for entry, pir in _pirs(kb):
        if pir.status == "closed" and not pir.lessons and not pir.no_lesson_because:
            yield Problem.of(
                "PIR402",
                entry.path,
                entry.at("status"),
                "the review is closed without a lesson",
                "link a lesson, or add 'no_lesson_because'",
            )


def recurrences_declared(kb: KnowledgeBase) -> Iterator[Problem]:
    """The same client, service and trigger soon after an earlier review is said to be a recurrence."""
    by_trigger: dict[tuple[str, str, str], list[tuple[Entry, Pir]]] = defaultdict(list)
    for entry, pir in _pirs(kb):
        if pir.trigger and pir.times.resolved is not None:
            for service in pir.services:
                by_trigger[pir.client, service, pir.trigger].append((entry, pir))
    told: set[str] = set()
    for group in by_trigger.values():
        group.sort(key=lambda pair: (_start(pair[1]), pair[1].id))
        for (_, earlier), (entry, pir) in pairwise(group):
            resolved = earlier.times.resolved
            gap = _start(pir) - resolved if resolved is not None else LIKELY * 2
            if timedelta() <= gap <= LIKELY and not pir.recurrence_of and pir.id not in told:
                told.add(pir.id)
                yield Problem.of(
                    "PIR403",
                    entry.path,
                    entry.at("trigger"),
                    f"{earlier.id} had the same client, service and trigger {gap.days} days before",
                    f"add 'recurrence_of: {earlier.id}' if it is the same failure",
                )


def _start(pir: Pir) -> datetime:
    return pir.times.impact_start or pir.times.detected or pir.times.resolved or datetime.min.replace(tzinfo=UTC)


def lessons_applied(kb: KnowledgeBase) -> Iterator[Problem]:
    """A lesson is put to use within a year of being agreed."""
    for entry in kb.of_kind("lesson"):
        lesson = entry.record
        if isinstance(lesson, Lesson) and lesson.status == "validated" and lesson.validated_on is not None:
            age = kb.settings.as_of - lesson.validated_on
            if age > timedelta(days=365):
                yield Problem.of(
                    "PIR404",
                    entry.path,
                    entry.at("status"),
                    f"the lesson was agreed {age.days} days ago and is not applied",
                    "apply it, or mark it superseded",
                )


def register_agrees(kb: KnowledgeBase) -> Iterator[Problem]:
    """The incident register and the reviews tell the same story."""
    pirs = kb.of(Pir)
    known = {incident.id for incident in kb.incidents}
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
                    f"{incident.id} is of {incident.client}, its review {pir.id} of {pir.client}",
                    "check the client",
                )
    if known:
        for entry, pir in _pirs(kb):
            for n, id_ in enumerate(pir.incidents):
                if id_ not in known and pir.status != "archived":
                    yield Problem.of(
                        "PIR507",
                        entry.path,
                        entry.at("incidents", n),
                        f"the incident {id_} is not in the register",
                        "add its row to registers/incidents.csv",
                    )


def incidents_reviewed_once(kb: KnowledgeBase) -> Iterator[Problem]:
    """One incident of a client has one review: a second one splits its actions and counts it twice."""
    first: dict[tuple[str, str], Pir] = {}
    for entry, pir in sorted(_pirs(kb), key=lambda pair: pair[1].id):
        for n, id_ in enumerate(pir.incidents):
            earlier = first.setdefault((same_id(id_), same_id(pir.client)), pir)
            if earlier is not pir:
                yield Problem.of(
                    "PIR413",
                    entry.path,
                    entry.at("incidents", n),
                    f"{earlier.id} is a review of {id_} for {pir.client} already",
                    f"bring both together in {earlier.id}, or correct 'incidents' or 'client'",
                )


def wording(kb: KnowledgeBase) -> Iterator[Problem]:
    """No blame; nothing secret or personal in what leaves the provider."""
    for entry in kb.entries.values():
        record: Record | None = entry.record
        if record is not None:
            yield from lint.wording(entry)


def targets_known(kb: KnowledgeBase) -> Iterator[Problem]:
    """A target in days is a deadline of the process. Those of KPIs are checked with the other options."""
    steps = [step for file in kb.modules if file.module is not None for step in file.module.steps]
    known = {step.due.target for step in (*steps, *kb.lifecycle.steps) if step.due.target} | {"review-days"}
    for name in kb.settings.targets:
        deadline, _, _ = name.partition("-sev-")
        if deadline.endswith("-days") and deadline not in known:
            yield Problem.of(
                "PIR602",
                *place_of(kb.settings.config_file, ("targets", name), key=True),
                f"'targets' has no '{name}'",
                did_you_mean(deadline, known) or f"the deadlines are {', '.join(sorted(known))}",
            )


RULES: tuple[Rule, ...] = (
    targets_known,
    declared_names.options_name_what_is_there,
    times_in_order,
    actions_consistent,
    recurrences_consistent,
    status_earned,
    releases_approved,
    release_rules.fingerprinted,
    release_rules.in_time,
    shared_names_nobody,
    lessons_drawn,
    recurrences_declared,
    lessons_applied,
    register_agrees,
    incidents_reviewed_once,
    wording,
    guidance.left_in,
    evidence.actions_observable,
    evidence.timelines_evidenced,
    evidence.lessons_evidenced,
)
"""Every rule. A new one is a function and a line here."""


def check(kb: KnowledgeBase) -> list[Problem]:
    """What the rules find."""
    return [p for rule in RULES for p in rule(kb)]
