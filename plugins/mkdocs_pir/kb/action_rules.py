"""Rules about the actions, recommendations and meetings of reviews: their dates, reasons, owners and ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import pairwise

from mkdocs_pir.kb import evidence_rules
from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.statuses import DONE, OPEN


def actions_consistent(file: RecordFile) -> Iterator[Problem]:
    """Problems of actions, recommendations and meetings without the dates, reasons and owners they need, or with dates out of order."""
    pir = file.record
    if not isinstance(pir, Pir):
        return
    for n, action in enumerate(pir.actions):
        at = partial(file.at, "actions", n)
        if action.status in DONE and action.completed is None:
            yield Problem.of(
                "PIR302",
                file.path,
                at("status"),
                f"{action.id} is {action.status} but has no 'completed' date",
                "add the day it was finished",
            )
        if action.status == "verified" and action.verified is None:
            yield Problem.of(
                "PIR419",
                file.path,
                at("status"),
                f"{action.id} is verified but has no 'verified' date",
                "add the day on which somebody saw that it works",
            )
        if action.created is not None and action.due is not None and action.due < action.created:
            yield Problem.of(
                "PIR418",
                file.path,
                at("due"),
                f"{action.id}: 'due' ({action.due}) is before 'created' ({action.created})",
                "check both dates",
            )
        if action.status == "cancelled" and not action.cancel_reason:
            yield Problem.of(
                "PIR309",
                file.path,
                at("status"),
                f"{action.id} is cancelled without a reason",
                "add 'cancel_reason'",
            )
        yield from _dates(
            file,
            action.id,
            at,
            ("created", action.created),
            ("completed", action.completed),
            ("verified", action.verified),
        )
        if action.status in OPEN:
            missing = [f for f in ("owner", "due", "done_when") if not getattr(action, f)]
            if "done_when" in missing and evidence_rules.is_vague(action):
                # PIR409 reports this
                missing.remove("done_when")
            if action.owner.strip().casefold() in evidence_rules.NOBODY:
                missing.insert(0, f"owner ('{action.owner}' names nobody)")
            if missing and pir.status != "archived":
                yield Problem.of(
                    "PIR401",
                    file.path,
                    at(),
                    f"{action.id} has no {' and no '.join(missing)}",
                    "say who does it, by when, and how one can tell that it is done",
                )
    for n, advice in enumerate(pir.recommendations):
        at = partial(file.at, "recommendations", n)
        if advice.status == "declined" and not advice.decline_reason:
            yield Problem.of(
                "PIR309",
                file.path,
                at("status"),
                f"{advice.id} is declined without a reason",
                "add 'decline_reason'",
            )
        if advice.status == "adopted" and advice.adopted is None:
            yield Problem.of(
                "PIR302",
                file.path,
                at("status"),
                f"{advice.id} is adopted but has no 'adopted' date",
                "add the day it was in place",
            )
        yield from _dates(
            file,
            advice.id,
            at,
            ("issued", advice.issued),
            ("decided", advice.decided),
            ("adopted", advice.adopted),
        )
    for n, held in enumerate(pir.reviews):
        if held.on is not None and held.feedback_applied is not None and held.feedback_applied < held.on:
            yield Problem.of(
                "PIR418",
                file.path,
                file.at("reviews", n, "feedback_applied"),
                f"'feedback_applied' ({held.feedback_applied}) is before the review was held ({held.on})",
                "check both dates",
            )
    for field in ("actions", "recommendations"):
        yield from _unique_parts(file, pir, field)


def _dates(
    file: RecordFile, id_: str, at: Callable[..., tuple[int, int]], *stamps: tuple[str, date | None]
) -> Iterator[Problem]:
    dated = [(name, day) for name, day in stamps if day is not None]
    for (earlier, a), (later, b) in pairwise(dated):
        if b < a:
            yield Problem.of(
                "PIR303",
                file.path,
                at(later),
                f"{id_}: '{later}' ({b}) is before '{earlier}' ({a})",
                "check both dates",
            )


def _unique_parts(file: RecordFile, pir: Pir, field: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for n, part in enumerate(getattr(pir, field)):
        if part.id in seen:
            yield Problem.of(
                "PIR310",
                file.path,
                file.at(field, n, "id"),
                f"'{part.id}' is used twice in {field}",
                f"use the ids {'A1, A2' if field == 'actions' else 'R1, R2'} …",
            )
        seen.add(part.id)
