"""Rules about recurrences: those that are declared, and those that probably should be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile, each_review
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.thresholds import REPEAT_DAYS

LIKELY = timedelta(days=REPEAT_DAYS)
"""Two reviews with the same client, service and trigger within this time are probably a recurrence."""


def recurrences_consistent(kb: KnowledgeBase) -> Iterator[Problem]:
    """Problems of recurrences of a later or unresolved review, and of circular ones."""
    pirs = kb.records(Pir)
    for file, pir in each_review(kb):
        earlier = pirs.get(pir.recurrence_of)
        if earlier is None:
            continue
        where = file.at("recurrence_of")
        chain, step = [pir.id], earlier
        while step is not None and step.id not in chain:
            chain.append(step.id)
            step = pirs.get(step.recurrence_of)  # type: ignore[assignment]
        if step is not None and step.id == pir.id:
            yield Problem.of(
                "PIR305",
                file.path,
                where,
                f"the recurrences form a circle: {' → '.join([*chain, pir.id])}",
                "remove 'recurrence_of' from the first of them",
            )
            continue
        started, resolved = pir.times.start, earlier.times.end
        if resolved is None:
            yield Problem.of(
                "PIR304",
                file.path,
                where,
                f"{earlier.id} has no time of resolution",
                "record 'times: resolved' there, or 'resolved_on'; without it, this is still the same incident",
            )
        elif started is not None and started < resolved and not _same_day(started, resolved, pir, earlier):
            yield Problem.of(
                "PIR304",
                file.path,
                where,
                f"{earlier.id} was resolved after this incident began",
                "'recurrence_of' must name a review of an incident that was resolved before this one began",
            )


def recurrences_declared(kb: KnowledgeBase) -> Iterator[Problem]:
    """Problems of reviews with the client, service and trigger of a recent one that are not declared as a recurrence."""
    by_trigger: dict[tuple[str, str, str], list[tuple[RecordFile, Pir]]] = defaultdict(list)
    for file, pir in each_review(kb):
        if pir.trigger and pir.times.end is not None:
            for service in pir.services:
                by_trigger[pir.client, service, pir.trigger].append((file, pir))
    reported: set[str] = set()
    for group in by_trigger.values():
        group.sort(key=lambda pair: (_start(pair[1]), pair[1].id))
        for (_, earlier), (file, pir) in pairwise(group):
            resolved = earlier.times.end
            gap = _start(pir) - resolved if resolved is not None else LIKELY * 2
            if timedelta() <= gap <= LIKELY and not pir.recurrence_of and pir.id not in reported:
                reported.add(pir.id)
                yield Problem.of(
                    "PIR403",
                    file.path,
                    file.at("trigger"),
                    f"{earlier.id} had the same client, service and trigger {gap.days} days earlier",
                    f"add 'recurrence_of: {earlier.id}' if it is the same failure",
                )


def _start(pir: Pir) -> datetime:
    return pir.times.start or datetime.min.replace(tzinfo=UTC)


def _same_day(started: datetime, resolved: datetime, pir: Pir, earlier: Pir) -> bool:
    """Whether one of two times is only a day, and both are on it: then nobody knows which was first."""
    only_days = pir.times.begins_with_a_day or earlier.times.resolved is None
    return only_days and started.astimezone(UTC).date() == resolved.astimezone(UTC).date()
