"""Accountability of repeats: what had been agreed after the earlier incident, and how far it was when it came back.

Everything is judged at the beginning of the day of the repeat: work finished on that day does not count as finished.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct
from msgspec.structs import force_setattr

from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.insight.groups import factors
from mkdocs_pir.insight.occurrences import full_id
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.insight.recurrence import Recurrences
from mkdocs_pir.insight.repeats import Repeat
from mkdocs_pir.kb.model import Action, Lesson, Pir, Recommendation
from mkdocs_pir.kb.statuses import DONE

StateAtRepeat = Literal["overdue", "unverified", "failed", "open", "done", "cancelled", "later"]
Reason = Literal["overdue", "unverified", "declined"]


class ActionAtRepeat(Struct, frozen=True):
    """An action of an earlier review on the day of the repeat.

    `state` is "overdue" (by `days`), "unverified" (done `days` before, but not verified), "failed" (verified `days`
    before, and the incident came back), "open" (due in `days`, or without a due date: 0), "done" (on a day that is not
    recorded), "cancelled", or "later" (agreed only afterwards). `relevant` is False when it names causes and none of
    them is a cause of the repeat: then it could not have prevented it.
    """

    id: str
    pir: str
    title: str
    state: StateAtRepeat
    days: int
    words: str
    relevant: bool


class LessonAtRepeat(Struct, frozen=True):
    """A lesson of an earlier review: its status on the day of the repeat ("" where that is not recorded), and
    whether the later review cites it (`cited`)."""

    id: str
    title: str
    status: str
    words: str
    cited: bool


class DeclinedAdvice(Struct, frozen=True):
    """A recommendation that the client had declined before the repeat; `relevant` as for actions."""

    id: str
    pir: str
    title: str
    on: date
    reason: str
    words: str
    relevant: bool


class RepeatAccount(Struct, frozen=True):
    """One repeat and what had been agreed before it.

    `earlier` are the reviews of the earlier incident and of those it repeated in turn, nearest first; empty when it
    was never reviewed. `reasons` are worked out from the rest: which kinds of agreed or recommended items would have
    prevented the repeat, had they been carried out.
    """

    repeat: Repeat
    earlier: tuple[str, ...]
    lessons: tuple[LessonAtRepeat, ...]
    actions: tuple[ActionAtRepeat, ...]
    declined: tuple[DeclinedAdvice, ...]
    reasons: tuple[Reason, ...] = ()

    def __post_init__(self) -> None:
        force_setattr(self, "reasons", _reasons(self.actions, self.declined))

    @property
    def preventable(self) -> bool:
        """Whether an overdue or unverified action, or a declined recommendation, could have prevented it."""
        return bool(self.reasons)


def _reasons(actions: Iterable[ActionAtRepeat], declined: Iterable[DeclinedAdvice]) -> tuple[Reason, ...]:
    states = {action.state for action in actions if action.relevant}
    reasons: list[Reason] = []
    if "overdue" in states:
        reasons.append("overdue")
    if "unverified" in states:
        reasons.append("unverified")
    if any(advice.relevant for advice in declined):
        reasons.append("declined")
    return tuple(reasons)


class AccountSummary(Struct, frozen=True):
    """How many repeats there were, and how many of each kind; one repeat may count in several.

    `failed`: an action had been verified; whether it did its own work is for the later review to say. `open`: an
    action was agreed but not yet due, and none was overdue.
    `without_review`: the earlier incident was never reviewed, so nothing could have been agreed.
    """

    repeats: int
    preventable: int
    overdue: int
    unverified: int
    declined: int
    failed: int
    open: int
    without_review: int


def accounts(projection: Projection, recurrences: Recurrences) -> tuple[RepeatAccount, ...]:
    """One account for each repeat, the newest first."""
    taught: dict[str, dict[str, Lesson]] = defaultdict(dict)
    for lesson in projection.lessons.values():
        for source in lesson.learned_from:
            taught[source][lesson.id] = lesson
    for pir in projection.pirs.values():
        for id_ in pir.lessons:
            if id_ in projection.lessons:
                taught[pir.id][id_] = projection.lessons[id_]
    return tuple(_account(projection, repeat, taught) for repeat in reversed(recurrences.repeats))


def summary(accounts: Iterable[RepeatAccount]) -> AccountSummary:
    """How many repeats the accounts are of, and how many of each kind."""
    accounts = tuple(accounts)
    states = [{action.state for action in account.actions if action.relevant} for account in accounts]
    return AccountSummary(
        repeats=len(accounts),
        preventable=sum(account.preventable for account in accounts),
        overdue=sum("overdue" in account.reasons for account in accounts),
        unverified=sum("unverified" in account.reasons for account in accounts),
        declined=sum("declined" in account.reasons for account in accounts),
        failed=sum("failed" in of_repeat for of_repeat in states),
        open=sum("open" in of_repeat and "overdue" not in of_repeat for of_repeat in states),
        without_review=sum(not account.earlier for account in accounts),
    )


def _account(projection: Projection, repeat: Repeat, taught: Mapping[str, Mapping[str, Lesson]]) -> RepeatAccount:
    earlier = _earlier(projection.pirs, repeat)
    day = repeat.occurrence.day
    if day is None:
        return RepeatAccount(repeat, tuple(pir.id for pir in earlier), (), (), ())
    later = projection.pirs.get(repeat.occurrence.pir)
    causes = {repeat.occurrence.cause, repeat.earlier.cause, *(factors(later) if later else ())} - {""}
    cited = set(later.lessons) if later else set()
    lessons = {lesson.id: lesson for pir in earlier for lesson in taught.get(pir.id, {}).values()}
    return RepeatAccount(
        repeat=repeat,
        earlier=tuple(pir.id for pir in earlier),
        lessons=tuple(_lesson_at_repeat(lesson, day, lesson.id in cited) for lesson in lessons.values()),
        actions=tuple(action_at_repeat(pir, action, day, causes) for pir in earlier for action in pir.actions),
        declined=tuple(
            _declined_advice(projection.edition, pir, advice, advice.decided, _acts_on(advice.causes, causes))
            for pir in earlier
            for advice in pir.recommendations
            if advice.status == "declined" and advice.decided is not None and advice.decided < day
        ),
    )


def _earlier(pirs: Mapping[str, Pir], repeat: Repeat) -> Sequence[Pir]:
    chain: dict[str, Pir] = {}
    id_ = repeat.earlier.pir
    while id_ in pirs and id_ not in chain and id_ != repeat.occurrence.pir:
        chain[id_] = pirs[id_]
        id_ = pirs[id_].recurrence_of
    return tuple(chain.values())


def action_at_repeat(pir: Pir, action: Action, day: date, causes: Iterable[str] = ()) -> ActionAtRepeat:
    """The state of an action at the beginning of a day, worked out from its dates. `causes` are those of the repeat."""
    state, days, words = _state_on(action, day)
    id_ = full_id(pir.id, action.id)
    relevant = _acts_on(action.causes, causes)
    return ActionAtRepeat(id_, pir.id, action.title or id_, state, days, words, relevant)


def _acts_on(named: Iterable[str], causes: Iterable[str]) -> bool:
    named, causes = set(named), set(causes)
    return not named or not causes or bool(named & causes)


def _state_on(action: Action, day: date) -> tuple[StateAtRepeat, int, str]:
    if action.created is not None and action.created >= day:
        return "later", (action.created - day).days, "agreed only afterwards"
    if action.status == "cancelled":
        because = f": {action.cancel_reason}" if action.cancel_reason else ""
        return "cancelled", 0, f"cancelled{because}"
    if action.status in DONE and (action.completed is None or action.completed < day):
        return _finished_state(action, day)
    if action.due is None:
        return "open", 0, "open, without a due date"
    if action.due < day:
        days = (day - action.due).days
        return "overdue", days, f"overdue by {count(days, 'day')}"
    days = (action.due - day).days
    return "open", days, "open, due that day" if days == 0 else f"open, due {count(days, 'day')} later"


def _finished_state(action: Action, day: date) -> tuple[StateAtRepeat, int, str]:
    if action.verified is not None and action.verified < day:
        days = (day - action.verified).days
        return "failed", days, f"verified {count(days, 'day')} before, and the incident came back all the same"
    if action.status == "verified" and action.verified is None:
        return "done", 0, "done, and verified by now"
    if action.completed is None:
        return "done", 0, "done, but the day is not recorded"
    days = (day - action.completed).days
    return "unverified", days, f"done {count(days, 'day')} before, but not verified"


def _lesson_at_repeat(lesson: Lesson, day: date, cited: bool) -> LessonAtRepeat:
    steps = (("verified", lesson.verified_on), ("applied", lesson.applied_on), ("validated", lesson.validated_on))
    reached = next(((name, on) for name, on in steps if on is not None and on < day), None)
    if reached is not None:
        status, words = reached[0], f"{reached[0]} on {reached[1].isoformat()}"
    elif lesson.status == "draft" or any(on is not None for _, on in steps):
        status, words = "draft", "still a draft"
    else:
        status, words = "", "its status on that day is not recorded"
    return LessonAtRepeat(lesson.id, lesson.label, status, words, cited)


def _declined_advice(edition: Edition, pir: Pir, advice: Recommendation, on: date, relevant: bool) -> DeclinedAdvice:
    id_ = full_id(pir.id, advice.id)
    because = f": {advice.decline_reason}" if advice.decline_reason else ""
    words = f"declined by {edition.addressee} on {on.isoformat()}{because}"
    return DeclinedAdvice(id_, pir.id, advice.title or id_, on, advice.decline_reason, words, relevant)
