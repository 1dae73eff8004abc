"""Action items: their state on a day, their order, groups, ages, months, and whether they held."""

from __future__ import annotations

import pytest
from helpers.projections import AS_OF, action, day, incident, project, review

from mkdocs_pir.insight.action_items import ActionItem, ages, flow, groups, histogram, items
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.kb.action_states import STATES
from mkdocs_pir.kb.model import Action


def one(found: Action, as_of: str = "2026-09-30") -> ActionItem:
    return items(project(review("PIR-2026-0012", actions=(found,), trigger="change/cert"), as_of=day(as_of)))[0]


@pytest.mark.parametrize(
    ("found", "state", "late", "age"),
    [
        (action("A1", created="2026-09-01", due="2026-09-29"), "overdue", 1, 29),
        (action("A1", "blocked", created="2026-09-01", due="2026-09-20"), "overdue", 10, 29),
        (action("A1", created="2026-09-30", due="2026-09-30"), "due-soon", None, 0),
        (action("A1", "in-progress", created="2026-09-01", due="2026-10-14"), "due-soon", None, 29),
        (action("A1", "in-progress", created="2026-09-01", due="2026-10-15"), "in-progress", None, 29),
        (action("A1", "blocked", created="2026-09-01", due="2026-10-02"), "blocked", None, 29),
        (action("A1", "open"), "open", None, None),
        (action("A1", "done", due="2026-09-01", completed="2026-09-04"), "done", 3, None),
        (action("A1", "done", due="2026-09-01", completed="2026-09-01"), "done", None, None),
        (action("A1", "verified", created="2026-01-01", completed="2026-02-01"), "verified", None, None),
        (action("A1", "cancelled", created="2026-01-01", due="2026-02-01"), "cancelled", None, None),
        # Seen from before they happened:
        (action("A1", "done", created="2026-09-01", due="2026-09-20", completed="2026-10-02"), "overdue", 10, 29),
        (action("A1", "verified", completed="2026-09-02", verified="2026-10-02"), "done", None, None),
    ],
)
def test_the_state_of_an_action_on_the_day_of_the_figures(
    found: Action, state: str, late: int | None, age: int | None
) -> None:
    item = one(found)
    assert (item.state, item.days_late, item.age) == (state, late, age)
    assert item.is_open == (state in ("overdue", "blocked", "due-soon", "in-progress", "open"))
    assert item.id == "PIR-2026-0012-A1"


def test_the_leap_day_makes_a_due_date_a_day_later() -> None:
    assert one(action("A1", due="2024-02-28"), "2024-03-01").days_late == 2
    assert one(action("A1", due="2025-02-28"), "2025-03-01").days_late == 1


def test_an_action_acts_on_the_trigger_unless_it_names_causes() -> None:
    assert one(action("A1")).causes == ("change/cert",)
    assert one(action("A1", causes=("data/input",))).causes == ("data/input",)


def many() -> tuple[ActionItem, ...]:
    return items(
        project(
            review(
                "PIR-1",
                services=("mail", "dns"),
                actions=(
                    action("A1", created="2026-08-01", due="2026-09-28", owner="network team", priority="low"),
                    action("A2", created="2026-06-30", due="2026-09-01", owner="network team"),
                    action("A3", created="2026-09-24", owner="platform team"),
                    action("A4", "done", created="2026-08-01", completed="2026-09-10", owner="platform team"),
                    action("A5", "done", created="2026-08-01", completed="2026-09-12"),
                    action("A6", created="2026-09-23", due="2026-10-10", priority="low"),
                    action("A7", created="2026-09-23", due="2026-10-10", priority="high"),
                ),
            ),
            review("PIR-2", client="bolt", actions=(action("A1", "cancelled", created="2026-08-02"),)),
        )
    )


def test_the_most_urgent_come_first() -> None:
    assert [i.id for i in many()] == [
        "PIR-1-A2", "PIR-1-A1",  # overdue, the longest first
        "PIR-1-A7", "PIR-1-A6",  # due the same day: by priority
        "PIR-1-A3", "PIR-1-A5", "PIR-1-A4",  # finished: the last one first
        "PIR-2-A1",
    ]  # fmt: skip
    assert next(iter(STATES)) == "overdue"


def test_groups_by_owner_service_and_client() -> None:
    by_owner = groups(many(), "owner")
    assert [(g.key, g.open, g.overdue, g.oldest) for g in by_owner] == [
        ("network team", 2, 2, 92), ("", 2, 0, 7), ("platform team", 1, 0, 6),
    ]  # fmt: skip
    assert [(g.key, len(g.items)) for g in groups(many(), "service")] == [("dns", 7), ("mail", 8)]
    assert [g.key for g in groups(many(), "client")] == ["acme", "bolt"]
    assert {g.key for g in groups(many(), "state")} == {"overdue", "due-soon", "open", "done", "cancelled"}
    assert groups((), "type") == ()


def test_ages_fall_into_half_open_bins() -> None:
    # Ages: A1 60, A2 92, A3 6, A6 and A7 7.
    assert sorted(ages(many())) == [6, 7, 7, 60, 92]
    assert [(b.low, b.high, b.count) for b in histogram(many())] == [
        (0, 7, 1), (7, 14, 2), (14, 30, 0), (30, 60, 0), (60, 90, 1), (90, 180, 1), (180, 365, 0), (365, None, 0),
    ]  # fmt: skip


def test_opened_closed_and_backlog_by_month() -> None:
    found = flow(many(), AS_OF, months=4)
    assert [(m.label, m.opened, m.closed, m.backlog) for m in found.months] == [
        ("2026-06", 1, 0, 1),
        ("2026-07", 0, 0, 1),
        ("2026-08", 3, 0, 4),  # A1, A4, A5; the cancelled one has no day on which it closed
        ("2026-09", 3, 2, 5),  # A3, A6, A7 agreed; A4, A5 finished
    ]
    assert [i.id for i in found.left_out] == ["PIR-2-A1"]
    assert found.months[-1].backlog == sum(i.is_open for i in many())
    assert not found.months[-1].incomplete
    assert flow(many(), day("2026-09-11"), months=1).months[0].backlog == 3  # A1, A2, A5; the rest is agreed later


def test_whether_the_cause_came_back_after_a_verified_action() -> None:
    done = {"created": "2026-01-01", "completed": "2026-01-20"}
    projection = project(
        review(
            "PIR-1",
            "2025-12-20",
            "2025-12-21",
            trigger="change/cert",
            actions=(
                action("A1", "verified", verified="2026-02-01", **done),
                action("A2", "verified", verified="2026-05-01", **done),
                action("A3", "verified", verified="2026-02-01", causes=("data/input",), **done),
                action("A4", "done", **done),
                action("A5", "verified", **done),
            ),
        ),
        incidents=[
            incident("INC-1", "2026-02-01T23:00", "2026-02-02"),  # on the very day: not after
            incident("INC-2", "2026-03-03", "2026-03-04"),
            incident("INC-3", "2026-02-10", client="bolt"),
            incident("INC-4", "2026-02-10", service="dns"),
        ],
    )
    found = {e.item.id: (e.returned.id if e.returned else None, e.days, e.watched) for e in Insight(projection).effects}
    assert found == {
        "PIR-1-A1": ("INC-2", 30, 241),  # 1 February to 3 March; to 30 September
        "PIR-1-A2": (None, None, 152),
        "PIR-1-A3": (None, None, 241),
    }
