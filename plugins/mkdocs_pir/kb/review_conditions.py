"""The gates: named conditions for reviews, and which of them a process module requires at its steps.

Source: module 03g of the process library, Post Incident Review, with the entry and exit conditions of its four steps.
`kb/process/03g.yml` says which condition belongs to which step; this module has their tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from mkdocs_pir.kb.guidance import MARK, is_written, without_words
from mkdocs_pir.kb.kept_sections import outline
from mkdocs_pir.kb.model import Action, Pir
from mkdocs_pir.kb.process import Module, Step
from mkdocs_pir.kb.statuses import DONE

OWNER, CHAIR, APPROVER = "pir-owner", "service-delivery-manager", "vp-services"
"""The roles of the process that write a review, hold its meetings, and approve its release."""


def _is_report_written(pir: Pir) -> bool:
    """Whether no guidance is left in the sections of a review and the texts of its front matter."""
    values = (
        pir.title,
        pir.impact.summary,
        pir.root_cause,
        pir.workaround,
        pir.no_lesson_because,
        *(a.what for a in pir.tried),
    )
    if any(text.startswith(MARK) for text in values):
        return False
    return not without_words(pir.preamble) and not any(section.text for section in outline(pir.sections))


@dataclass(frozen=True, slots=True)
class Condition:
    """One named condition: what must be true in words, the field it is about, what to do if it is not, and the test.

    `instruction` is what to do in the words of people, `remedy` in those of the record's file; both are in the
    imperative, either a text or a function of the review. `role` is the role of the process that does it, and
    `owners` are the owners of the actions that it is about, who then do it. `idle` says why a review meets the condition without anything
    having been done for it; it is empty for other reviews.
    """

    name: str
    text: str
    field: str
    instruction: str | Callable[[Pir], str]
    remedy: str | Callable[[Pir], str]
    holds: Callable[[Pir], bool]
    idle: Callable[[Pir], str] = lambda _: ""
    role: str | Callable[[Pir], str] = OWNER
    owners: Callable[[Pir], tuple[str, ...]] = lambda _: ()

    def words(self, pir: Pir) -> str:
        """What is true of a review that meets the condition, or must become true of one that does not."""
        return self.idle(pir) or self.text

    def advice(self, pir: Pir) -> str:
        """What to do with the file of a review that does not meet the condition."""
        return self.remedy if isinstance(self.remedy, str) else self.remedy(pir)

    def instructions(self, pir: Pir) -> str:
        """What to do about a review that does not meet the condition, without the names of fields."""
        return self.instruction if isinstance(self.instruction, str) else self.instruction(pir)

    def who(self, pir: Pir) -> str:
        """The id of the role that does it."""
        return self.role if isinstance(self.role, str) else self.role(pir)


def _held(pir: Pir, kind: str) -> bool:
    return any(r.kind == kind and r.on is not None and r.feedback_applied is not None for r in pir.reviews)


def _unfinished(pir: Pir) -> list[Action]:
    return [a for a in pir.actions if a.status not in DONE and not (a.status == "cancelled" and a.cancel_reason)]


def _owners(pir: Pir) -> tuple[str, ...]:
    return tuple(dict.fromkeys(a.owner for a in _unfinished(pir) if a.owner))


def _open_actions(pir: Pir) -> str:
    open_ = [action.id for action in _unfinished(pir)]
    return f"{', '.join(open_[:-1])} and {open_[-1]}" if len(open_) > 1 else "".join(open_)


def _close(pir: Pir) -> str:
    several = len(_unfinished(pir)) > 1
    actions, them = ("actions", "them") if several else ("action", "it")
    return f"close {actions} {_open_actions(pir)}, or cancel {them} with a reason"


def _finish(pir: Pir) -> str:
    return f"finish {_open_actions(pir)} and write the day in 'completed', or cancel and give the reason in 'cancel_reason'"


def _held_on(pir: Pir, kind: str) -> date | None:
    """The day of the last internal or client review (`kind`) that was held."""
    days = [r.on for r in pir.reviews if r.kind == kind and r.on is not None]
    return days[-1] if days else None


def _hold(kind: str, otherwise: str = "") -> Callable[[Pir], str]:
    """A remedy: hold the internal or client review (`kind`), or apply the feedback from it."""

    def remedy(pir: Pir) -> str:
        if day := _held_on(pir, kind):
            return f"apply the feedback of the {kind} review of {day}, and record 'feedback_applied'"
        return f"hold the {kind} review and record it in 'reviews' with 'on' and 'feedback_applied'{otherwise}"

    return remedy


def _meet(kind: str, otherwise: str = "") -> Callable[[Pir], str]:
    """The same in the words of people."""

    def instruction(pir: Pir) -> str:
        if day := _held_on(pir, kind):
            return f"apply the feedback of the {kind} review of {day}"
        return f"hold the {kind} review and apply its feedback{otherwise}"

    return instruction


def _chair_until_held(kind: str) -> Callable[[Pir], str]:
    """Who holds the internal or client review (`kind`), or else applies the feedback from it."""
    return lambda pir: OWNER if _held_on(pir, kind) else CHAIR


def _serious(pir: Pir) -> bool:
    return pir.severity in ("SEV-1", "SEV-2") or bool(pir.impact.sla_breached)


CONDITIONS: Mapping[str, Condition] = {
    c.name: c
    for c in (
        Condition(
            "incident-named",
            "an incident is named",
            "incidents",
            "name the ticket of the incident",
            "name the incident's ticket in 'incidents'",
            lambda p: bool(p.incidents),
        ),
        Condition(
            "incident-serious",
            "the incident was critical (SEV-1 or SEV-2) or missed its service level",
            "severity",
            "check the severity and the service level: a lesser incident needs no review",
            "check 'severity' and 'impact: sla_breached'; a lesser incident needs no review",
            _serious,
        ),
        Condition(
            "service-restored",
            "the incident is resolved",
            "times",
            "record when the service was restored in full",
            "record 'times: resolved' once service is restored in full",
            lambda p: p.times.end is not None,
        ),
        Condition(
            "review-decided",
            "the provider decided to hold a review, or the client asked for one",
            "initiated",
            "record who asked for the review",
            "record under 'initiated' who asked for the review: the client, the service delivery manager or the VP services",
            lambda p: p.initiated is not None,
            role=CHAIR,
        ),
        Condition(
            "services-named",
            "the services are named",
            "services",
            "name the services that failed",
            "list the services that failed in 'services'",
            lambda p: bool(p.services),
        ),
        Condition(
            "severity-set",
            "the severity is set",
            "severity",
            "set the severity",
            "set 'severity'",
            lambda p: bool(p.severity),
        ),
        Condition(
            "times-complete",
            "impact start, detection and resolution are recorded",
            "times",
            "record when the impact began, when it was detected and when it was resolved",
            "complete 'times': impact_start, detected and resolved",
            lambda p: None not in (p.times.impact_start, p.times.detected, p.times.resolved),
        ),
        Condition(
            "impact-described",
            "the impact is described",
            "impact",
            "say what people could not do",
            "say in 'impact: summary' what people could not do",
            lambda p: is_written(p.impact.summary),
        ),
        Condition(
            "trigger-known",
            "the trigger is known",
            "trigger",
            "name the trigger",
            "name the trigger from the cause catalogue in 'trigger'",
            lambda p: bool(p.trigger),
        ),
        Condition(
            "factors-known",
            "at least one contributing factor is named",
            "contributing_factors",
            "name what made it possible, worse or longer",
            "name what made it possible, worse or longer in 'contributing_factors'",
            lambda p: bool(p.contributing_factors),
        ),
        Condition(
            "lesson-drawn",
            "a lesson is linked, or the review says why there is none",
            "lessons",
            "link a lesson, or say why there is none",
            "link a lesson in 'lessons', or say in 'no_lesson_because' why there is none",
            lambda p: bool(p.lessons) or is_written(p.no_lesson_because),
        ),
        Condition(
            "report-written",
            "the report is written, and no text of the template is left in it",
            "report",
            "finish the report: text of the template is left in it",
            "write what begins with 'TODO:' in the report, or remove it ('pir check' names each place)",
            _is_report_written,
        ),
        Condition(
            "internal-review-held",
            "the internal review was held and its feedback applied",
            "reviews",
            _meet("internal"),
            _hold("internal"),
            lambda p: _held(p, "internal"),
            role=_chair_until_held("internal"),
        ),
        Condition(
            "client-review-held",
            "the client review was held and its feedback applied, or the review says why it was not appropriate",
            "reviews",
            _meet("client", ", or say why it is not appropriate"),
            _hold("client", ", or record why there is none: '{kind: client, not_appropriate: why}'"),
            lambda p: _held(p, "client") or any(r.kind == "client" and r.not_appropriate for r in p.reviews),
            role=_chair_until_held("client"),
        ),
        Condition(
            "release-approved",
            "the release is approved, if the client sees the report",
            "release",
            "have the release to the client approved",
            "have the release approved and record it in 'release'",
            lambda p: p.audience == "internal" or p.release is not None,
            lambda p: "not shown to the client, so no approval is needed" if p.audience == "internal" else "",
            role=APPROVER,
        ),
        Condition(
            "review-held",
            "a review was held: internal, client, or both, as appropriate",
            "reviews",
            "hold a review: internal, with the client, or both",
            "hold a review and record it in 'reviews'",
            lambda p: any(r.on is not None for r in p.reviews),
            role=CHAIR,
        ),
        Condition(
            "feedback-applied",
            "the feedback of every review that was held is in the report",
            "reviews",
            "apply the feedback of each review that was held",
            "apply the feedback and record 'feedback_applied' on each review",
            lambda p: all(r.feedback_applied is not None for r in p.reviews if r.on is not None),
        ),
        Condition(
            "actions-complete",
            "every action is done, verified, or cancelled with a reason",
            "actions",
            _close,
            _finish,
            lambda p: not _unfinished(p),
            owners=_owners,
        ),
    )
}
"""Every condition that a process file can name, by its name."""


def statuses(module: Module) -> tuple[str, ...]:
    """The statuses of reviews in the order of the steps, with `closed` at the end."""
    return (*(status for step in module.steps for status in step.statuses), "closed")


def step_of(module: Module, pir: Pir) -> Step | None:
    """The current step of a review; None if it is closed or archived."""
    return next((step for step in module.steps if pir.status in step.statuses), None)


def under_way(module: Module, pir: Pir) -> bool:
    """Whether a review is in a step, so neither closed nor archived."""
    return step_of(module, pir) is not None


def entering(module: Module, step: Step) -> tuple[Condition, ...]:
    """The conditions to enter a step; for the first step these include the entry conditions of the module."""
    first = module.entry if step == module.steps[0] else ()
    return named((*first, *step.entry))


def leaving(module: Module, step: Step) -> tuple[Condition, ...]:
    """The conditions to leave a step; for the last step these include the exit conditions of the module."""
    last = module.exit if step == module.steps[-1] else ()
    return named((*step.leaves_when, *last))


def required(module: Module, status: str) -> tuple[Condition, ...]:
    """The conditions for a status: those to leave each earlier step, and to enter its own.

    The very first status is a draft and has no conditions.
    """
    order = statuses(module)
    if status not in order or status == order[0]:
        return ()
    conditions: list[Condition] = []
    for step in module.steps:
        conditions += entering(module, step)
        if status in step.statuses:
            break
        conditions += leaving(module, step)
    return tuple({c.name: c for c in conditions}.values())


RELEASE = "release-approved"
"""The condition for a release; releases are approved in the step that requires it to leave."""


def releasing_step(module: Module) -> Step | None:
    """The step in which a review is released to its client; None if the process has none."""
    return next((step for step in module.steps if RELEASE in step.leaves_when), None)


def may_be_released(module: Module, pir: Pir) -> bool:
    """Whether a review has reached the step of its release. Closed and archived reviews have."""
    step, current = releasing_step(module), step_of(module, pir)
    return step is None or current is None or module.steps.index(current) >= module.steps.index(step)


def unmet(module: Module, pir: Pir) -> list[Condition]:
    """The conditions of its status that a review does not meet. Archived reviews are exempt."""
    return [condition for condition in required(module, pir.status) if not condition.holds(pir)]


def named(names: Iterable[str]) -> tuple[Condition, ...]:
    """The conditions with these names, each once, in the order given."""
    return tuple(CONDITIONS[name] for name in dict.fromkeys(names) if name in CONDITIONS)
