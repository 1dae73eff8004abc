"""The gates of module 03g: named conditions that a review meets before it enters a status.

Source: the process library's module 03g, Post Incident Review; entry and exit conditions of its four steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mkdocs_pir.kb.model import Pir

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: a name that stays, what must hold in words, the field it is about, and the test itself."""

    name: str
    text: str
    field: str
    holds: Callable[[Pir], bool]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the process: the statuses in which a review stands in it, and what it takes to leave."""

    id: str
    name: str
    statuses: tuple[str, ...]
    leaves_when: tuple[Condition, ...]


def _held(pir: Pir, kind: str) -> bool:
    return any(r.kind == kind and r.on is not None and r.feedback_applied is not None for r in pir.reviews)


ENTRY: tuple[Condition, ...] = (
    Condition("incident-named", "an incident is named", "incidents", lambda p: bool(p.incidents)),
    Condition("service-restored", "the incident is resolved", "times", lambda p: p.times.resolved is not None),
    Condition("review-decided", "somebody decided on a review", "initiated", lambda p: p.initiated is not None),
)
"""What it takes to begin the first step."""

STEPS: tuple[Step, ...] = (
    Step(
        "03g.01",
        "PIR Investigation",
        ("draft", "investigation"),
        (
            Condition("services-named", "the services are named", "services", lambda p: bool(p.services)),
            Condition("severity-set", "the severity is set", "severity", lambda p: bool(p.severity)),
            Condition(
                "times-complete",
                "impact start, detection and resolution are recorded",
                "times",
                lambda p: None not in (p.times.impact_start, p.times.detected, p.times.resolved),
            ),
            Condition("impact-described", "the impact is described", "impact", lambda p: bool(p.impact.summary)),
            Condition("trigger-known", "the trigger is known", "trigger", lambda p: bool(p.trigger)),
            Condition(
                "factors-known",
                "at least one contributing factor is named",
                "contributing_factors",
                lambda p: bool(p.contributing_factors),
            ),
            Condition(
                "lesson-drawn",
                "a lesson is drawn, or the reason for none is stated",
                "lessons",
                lambda p: bool(p.lessons or p.no_lesson_because),
            ),
        ),
    ),
    Step(
        "03g.02",
        "Internal PIR Review",
        ("internal-review",),
        (
            Condition(
                "internal-review-held",
                "the internal review was held and its feedback applied",
                "reviews",
                lambda p: _held(p, "internal"),
            ),
        ),
    ),
    Step(
        "03g.03",
        "Client PIR Review",
        ("client-review",),
        (
            Condition(
                "client-review-held",
                "the client review was held and its feedback applied, or why it was not appropriate",
                "reviews",
                lambda p: _held(p, "client") or any(r.kind == "client" and r.not_appropriate for r in p.reviews),
            ),
            Condition(
                "release-approved",
                "the release is approved, where the client sees the report",
                "release",
                lambda p: p.audience == "internal" or p.release is not None,
            ),
        ),
    ),
    Step(
        "03g.04",
        "Action Item Management",
        ("action-management",),
        (
            Condition(
                "actions-complete",
                "every action is done, verified, or cancelled with a reason",
                "actions",
                lambda p: all(
                    a.status in ("done", "verified") or (a.status == "cancelled" and a.cancel_reason) for a in p.actions
                ),
            ),
        ),
    ),
)
"""The four steps in order. A review is closed when it has left the last."""

STATUSES = ("draft", "investigation", "internal-review", "client-review", "action-management", "closed")


def step_of(pir: Pir) -> Step | None:
    """The step in which a review stands; None once it is closed or archived."""
    return next((step for step in STEPS if pir.status in step.statuses), None)


def required(status: str) -> tuple[Condition, ...]:
    """The conditions that hold for every review in this status: those of each step it has left."""
    if status not in STATUSES or status == "draft":
        return ()
    reached = STATUSES.index(status)
    left = [step for step in STEPS if max(STATUSES.index(s) for s in step.statuses) < reached]
    return ENTRY + tuple(condition for step in left for condition in step.leaves_when)


def unmet(pir: Pir) -> list[Condition]:
    """The conditions of its status that a review does not meet. History (`archived`) is exempt."""
    return [condition for condition in required(pir.status) if not condition.holds(pir)]
