"""The accountability of a recurrence: what had been agreed, and how it stood on the day it came back."""

from __future__ import annotations

import pytest
from helpers.projections import action, day, incident, project, recommendation, review
from msgspec.structs import replace

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.accountability import RepeatAccount, accounts, action_at_repeat, summary
from mkdocs_pir.insight.recurrence import index
from mkdocs_pir.kb.model import Action, Lesson, Pir

CERT = "change/cert"
REPEAT = day("2026-03-01")


def told(projection: Projection) -> tuple[RepeatAccount, ...]:
    return accounts(projection, index(projection))


def earlier(**fields: object) -> Pir:
    return review("PIR-1", "2026-01-01", "2026-01-02", trigger=CERT, **fields)


LATER = review("PIR-2", "2026-03-01T10:00", "2026-03-01T11:00", trigger=CERT, lessons=("LL-1",))


@pytest.mark.parametrize(
    ("one", "state", "days", "words"),
    [
        (action("A1", created="2026-01-05", due="2026-02-28"), "overdue", 1, "overdue by 1 day"),
        (action("A1", created="2026-01-05", due="2026-01-30"), "overdue", 30, "overdue by 30 days"),
        (action("A1", created="2026-01-05", due="2026-03-01"), "open", 0, "open, due that day"),
        (action("A1", created="2026-01-05", due="2026-03-04"), "open", 3, "open, due 3 days later"),
        (action("A1", "blocked", created="2026-01-05"), "open", 0, "open, without a due date"),
        # Done today, but open and late on the day of the repeat: its present status does not hide that.
        (action("A1", "done", created="2026-01-05", due="2026-02-01", completed="2026-04-01"), "overdue", 28,
         "overdue by 28 days"),
        (action("A1", "done", created="2026-01-05", due="2026-02-01", completed="2026-03-01"), "overdue", 28,
         "overdue by 28 days"),  # finished on the very day: not before
        (action("A1", "done", created="2026-01-05", due="2026-02-20", completed="2026-02-19"), "unverified", 10,
         "done 10 days before, but not verified"),
        (action("A1", "verified", created="2026-01-05", completed="2026-02-19", verified="2026-03-05"), "unverified", 10,
         "done 10 days before, but not verified"),
        (action("A1", "verified", created="2026-01-05", completed="2026-02-01", verified="2026-02-09"), "failed", 20,
         "verified 20 days before, and the incident came back all the same"),
        (action("A1", "verified", created="2026-01-05", completed="2026-02-01"), "done", 0,
         "done, and verified by now"),
        (action("A1", "cancelled", created="2026-01-05", due="2026-02-01", cancel_reason="too dear"), "cancelled", 0,
         "cancelled: too dear"),
        (action("A1", created="2026-03-01", due="2026-04-01"), "later", 0, "agreed only afterwards"),
        (action("A1", due="2026-02-01"), "overdue", 28, "overdue by 28 days"),
    ],
)  # fmt: skip
def test_an_action_on_the_day_of_the_repeat(one: Action, state: str, days: int, words: str) -> None:
    then = action_at_repeat(earlier(), one, REPEAT)
    assert (then.id, then.state, then.days, then.words) == ("PIR-1-A1", state, days, words)


def test_a_repeat_names_what_would_have_prevented_it() -> None:
    projection = project(
        earlier(
            actions=(
                action("A1", created="2026-01-05", due="2026-02-01"),
                action("A2", "done", created="2026-01-05", completed="2026-02-01"),
                action("A3", created="2026-01-05", due="2026-02-01", causes=("data/input",)),
            ),
            recommendations=(
                recommendation("R1", "declined", "2026-01-10", decided="2026-01-20", decline_reason="budget"),
                recommendation("R2", "declined", "2026-01-10", decided="2026-03-01"),  # on the day itself: not before
                recommendation("R3", "accepted", "2026-01-10", decided="2026-01-11"),
            ),
            lessons=("LL-1",),
        ),
        LATER,
        Lesson("LL-1", title="Probe", status="verified", validated_on=day("2026-01-20"), applied_on=day("2026-02-28"),
               verified_on=day("2026-05-01")),
        Lesson("LL-2", title="Rotate", status="validated", learned_from=("PIR-1",), validated_on=day("2026-03-02")),
        Lesson("LL-3", title="Other", status="validated", learned_from=("PIR-1",)),
    )  # fmt: skip
    (account,) = told(projection)
    assert account.earlier == ("PIR-1",)
    assert [(a.id, a.state, a.relevant) for a in account.actions] == [
        ("PIR-1-A1", "overdue", True),
        ("PIR-1-A2", "unverified", True),
        ("PIR-1-A3", "overdue", False),  # it acts on another cause
    ]
    assert [(d.id, d.words) for d in account.declined] == [("PIR-1-R1", "declined by the client on 2026-01-20: budget")]
    assert {lesson.id: (lesson.status, lesson.words, lesson.cited) for lesson in account.lessons} == {
        "LL-1": ("applied", "applied on 2026-02-28", True),
        "LL-2": ("draft", "still a draft", False),
        "LL-3": ("", "its status on that day is not recorded", False),
    }
    assert account.reasons == ("overdue", "unverified", "declined")
    assert account.preventable


def test_an_action_that_was_not_due_or_did_not_hold_makes_nothing_preventable() -> None:
    (account,) = told(
        project(
            earlier(
                actions=(
                    action("A1", created="2026-01-05", due="2026-04-01"),
                    action("A2", "verified", created="2026-01-05", completed="2026-01-20", verified="2026-02-01"),
                    action("A3", "cancelled", created="2026-01-05", due="2026-01-10"),
                )
            ),
            LATER,
        )
    )
    assert [a.state for a in account.actions] == ["open", "failed", "cancelled"]
    assert not account.preventable


def test_what_acts_on_another_cause_would_not_have_prevented_it() -> None:
    elsewhere = ("data/input",)
    projection = project(
        earlier(
            actions=(action("A1", created="2026-01-05", due="2026-02-01", causes=elsewhere),),
            recommendations=(recommendation("R1", "declined", "2026-01-10", decided="2026-01-20", causes=elsewhere),),
        ),
        LATER,
    )
    (account,) = told(projection)
    assert [a.state for a in account.actions] == ["overdue"]
    assert len(account.declined) == 1
    assert not account.preventable
    # Where the cause contributed to the repeat, it would have.
    (account,) = told(project(projection.pirs["PIR-1"], replace(LATER, contributing_factors=elsewhere)))
    assert account.reasons == ("overdue", "declined")


def test_the_fourth_time_answers_for_all_that_was_agreed_before() -> None:
    late = action("A1", created="2025-01-05", due="2025-02-01")
    projection = project(
        review("PIR-1", "2025-01-01", "2025-01-02", actions=(late,)),
        review("PIR-2", "2025-03-01", "2025-03-02", recurrence_of="PIR-1"),
        review("PIR-3", "2025-05-01", "2025-05-02", recurrence_of="PIR-2"),
        review("PIR-4", "2025-07-01", "2025-07-02", recurrence_of="PIR-3"),
    )
    accounts_ = told(projection)
    assert [a.repeat.occurrence.id for a in accounts_] == ["PIR-4", "PIR-3", "PIR-2"]  # the newest first
    assert accounts_[0].earlier == ("PIR-3", "PIR-2", "PIR-1")
    # 1 February to 1 July 2025: 27 + 31 + 30 + 31 + 30 + 1 = 150 days.
    assert [(a.id, a.days) for a in accounts_[0].actions] == [("PIR-1-A1", 150)]
    assert summary(accounts_).overdue == 3


def test_the_summary_counts_repeats_by_what_stood_against_them() -> None:
    projection = project(
        earlier(
            actions=(
                action("A1", created="2026-01-05", due="2026-03-20"),
                action("A2", "verified", created="2026-01-05", completed="2026-01-20", verified="2026-02-01"),
            )
        ),
        LATER,  # open and failed: not preventable
        review(
            "PIR-3", "2026-05-01", "2026-05-02", trigger=CERT, recurrence_of="PIR-1"
        ),  # A1 is overdue by 42 days now
        incidents=[
            incident("INC-1", "2026-07-01", "2026-07-02", "data/input"),
            incident("INC-2", "2026-07-10", "2026-07-11", "data/input"),  # nobody reviewed INC-1
        ],
    )
    found = summary(told(projection))
    assert (found.repeats, found.preventable, found.overdue, found.unverified, found.declined) == (3, 1, 1, 0, 0)
    assert (found.failed, found.open, found.without_review) == (2, 1, 1)
    assert summary(()).repeats == 0


def test_a_repeat_with_two_tickets_is_listed_once() -> None:
    projection = project(
        review("PIR-1", trigger=CERT, incidents=("INC-1", "INC-2")),
        review("PIR-2", trigger=CERT, recurrence_of="PIR-1", incidents=("INC-3", "INC-4")),
        incidents=[
            incident("INC-1", "2026-01-01", "2026-01-02"),
            incident("INC-2", "2026-01-01", "2026-02-01T00:30"),
            incident("INC-3", "2026-02-01", "2026-02-02"),
            incident("INC-4", "2026-02-01T01:00", "2026-02-02", service="dns"),
        ],
    )
    found = index(projection)
    assert [(r.occurrence.id, r.earlier.id) for r in found.repeating] == [("INC-3", "INC-1"), ("INC-4", "INC-2")]
    # the cause, the client and each of the services have the one repeat that the whole has
    (one,) = found.repeats
    assert (one.occurrence.id, one.occurrence.services) == ("INC-3", ("mail", "dns"))
    assert found.causes[CERT].repeats == found.services["mail"].repeats == found.services["dns"].repeats == (one,)
    assert len(found.causes[CERT].repeating) == 2
    assert len(found.before("PIR-2")) == len(found.again("PIR-1")) == 1
    assert summary(accounts(projection, found)).repeats == 1


def test_two_tickets_of_one_review_call_nobody_to_account() -> None:
    projection = project(
        review("PIR-1", trigger=CERT, incidents=("INC-1", "INC-2")),
        incidents=[incident("INC-1", "2026-01-01", "2026-01-02"), incident("INC-2", "2026-01-04", "2026-01-05")],
    )
    assert len(index(projection).repeating) == 1
    assert index(projection).repeats == ()
    assert told(projection) == ()
