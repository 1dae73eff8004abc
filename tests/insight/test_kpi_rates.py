"""The rates, worked by hand: adoption, retention, satisfaction, coverage, actions and reviews on time."""

from __future__ import annotations

import pytest
from helpers.projections import action, day, figure, figures, incident, project, recommendation, response, review
from msgspec.structs import replace

from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.insight.kpis import NAMED, NAMES, Figure, UnknownKpi
from mkdocs_pir.insight.windows import Window
from mkdocs_pir.kb.model import Client, Release, Review, Service


def extra(found: Figure, name: str) -> tuple[float | None, float | None, float | None]:
    one = next(e for e in found.extra if e.name == name)
    return one.value, one.numerator, one.denominator


def counted(found: Figure) -> dict[str, bool]:
    return {row.id: row.counted for row in found.rows}


def why(found: Figure) -> dict[str, str]:
    return {left.id: left.why for left in found.excluded}


# as_of is 2026-09-30 everywhere: 12 months are 2025-10-01..2026-10-01, the quarter is 2026-07-01..2026-10-01.


def test_every_kpi_says_no_data_rather_than_zero_for_an_empty_knowledge_base() -> None:
    found = figures(project())
    assert tuple(found) == NAMES
    assert NAMED == ("adoption", "retention", "satisfaction", "recurrence")
    for one in found.values():
        assert (one.value, one.n, one.denominator, one.met, one.change) == (None, 0, 0, None, None)
        assert one.why.endswith(".")
        assert all(point.value is None for point in one.trend)
        assert all(e.value is None for e in one.extra if e.unit != "count")


def test_an_unknown_name_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(UnknownKpi, match="'adoptoin' is no KPI: choose one of adoption, retention"):
        figure(project(), "adoptoin")


def test_adoption_of_the_cohort_issued_in_the_window() -> None:
    found = figure(
        project(
            review(
                "PIR-1",
                recommendations=(
                    recommendation(
                        "R1", "adopted", "2025-10-01", decided="2025-10-05", adopted="2025-11-01"
                    ),  # first day: in
                    recommendation("R2", "declined", "2026-01-10", decided="2026-01-20", decline_reason="cost"),
                    recommendation("R3", "proposed", "2026-02-01"),
                    recommendation("R4", "accepted", "2026-07-02", decided="2026-07-09"),  # 90 days old: counts
                    recommendation(
                        "R5", "adopted", "2026-07-03", decided="2026-07-04", adopted="2026-07-05"
                    ),  # 89 days: young
                    recommendation("R6", "adopted", "2025-09-30", adopted="2025-10-02"),  # the day before the window
                    recommendation("R7", "deferred", "2026-03-01", decided="2026-03-02"),
                    recommendation("R8", "adopted"),  # no day
                ),
            )
        ),
        "adoption",
    )
    # In the window and old enough: R1, R2, R3, R4, R7 = 5; adopted of them: R1 = 1; 1/5 = 0.2
    assert (found.numerator, found.denominator, found.value, found.n) == (1, 5, 0.2, 5)
    assert counted(found) == {
        "PIR-1-R1": True, "PIR-1-R2": False, "PIR-1-R3": False, "PIR-1-R4": False, "PIR-1-R7": False,
    }  # fmt: skip
    assert why(found) == {
        "PIR-1-R5": "issued 89 days ago; it counts from the 90th day on",
        "PIR-1-R8": "the day it was issued is not recorded",
    }
    # Decided of all issued in the window: R1, R5 adopted, R4 accepted, R2 declined: 3 of 4. Deferred is not decided.
    assert extra(found, "acceptance") == (0.75, 3, 4)
    assert extra(found, "young") == (1.0, 1, 1)
    # The window before, 2024-10-01..2025-10-01, has R6 alone: 1/1.
    assert (found.previous.value, found.previous.n, found.change) == (1.0, 1, 0.2 - 1.0)
    assert (found.target, found.met, found.small) == (0.70, False, False)
    assert "cost" in next(r.note for r in found.rows if r.id == "PIR-1-R2")


CLIENTS = (
    Client("stays", since=day("2019-04-01")),
    Client("left", since=day("2020-02-01"), until=day("2026-04-01")),  # last day 31 March 2026
    Client("new", since=day("2025-10-01")),  # the first day of the window: new in it
    Client("opening", since=day("2025-09-30")),  # the day before: a client at the start
    Client("gone-before", since=day("2018-01-01"), until=day("2025-10-01")),  # its last day is the day before
    Client("long-gone", since=day("2015-01-01"), until=day("2017-01-01")),
    Client("last-day", since=day("2021-01-01"), until=day("2026-10-01")),  # its last day is as_of: still a client
    Client("unknown"),
    Client("back", until=day("2025-12-01"), since=day("2026-05-01")),  # left, and came back
)


def test_retention_of_the_clients_there_were_when_the_window_began() -> None:
    found = figure(project(*CLIENTS), "retention")
    # At the start (30 September 2025): stays, left, opening, gone-before, last-day, back = 6.
    # Of them at the end (30 September 2026): stays, opening, last-day, back = 4. New: new. 4/6.
    assert (found.numerator, found.denominator, found.value) == (4, 6, 4 / 6)
    assert counted(found) == {
        "stays": True, "left": False, "opening": True, "gone-before": False, "last-day": True, "back": True,
    }  # fmt: skip
    assert why(found) == {
        "new": "new in the window: a client since 2025-10-01",
        "long-gone": "not a client when the window began",
        "unknown": "the first day of the contract is not recorded",
    }
    notes = {row.id: row.note for row in found.rows}
    assert notes["left"] == "left on 2026-04-01"
    assert notes["back"] == "left on 2025-12-01, came back on 2026-05-01"


def test_a_client_between_two_contracts_is_lost_then_and_new_later() -> None:
    back = Client("back", until=day("2025-12-01"), since=day("2026-05-01"))
    away = figure(project(back), "retention", window=Window.parse("2025-06-01..2026-01-01"))
    assert (away.numerator, away.denominator) == (0, 1)
    again = figure(project(back), "retention", window=Window.parse("2026-01-01..2026-07-01"))
    assert (again.value, again.n) == (None, 0)
    assert why(again) == {"back": "new in the window: a client since 2026-05-01"}


def test_retention_trend_is_the_same_window_three_months_earlier_and_so_on() -> None:
    found = figure(project(*CLIENTS[:2]), "retention")
    # "left" is lost in the windows that hold 1 April 2026, those to 2026-06 and to 2026-09; the window to 2026-03
    # ends with its last day.
    assert [(p.label, p.value) for p in found.trend] == [
        ("2024-12", 1.0), ("2025-03", 1.0), ("2025-06", 1.0), ("2025-09", 1.0),
        ("2025-12", 1.0), ("2026-03", 1.0), ("2026-06", 0.5), ("2026-09", 0.5),
    ]  # fmt: skip
    assert found.trend[-1].value == found.value


def test_clients_with_a_review_who_were_still_clients_a_year_later() -> None:
    # Reviews between 2024-10-01 and 2025-10-01: stays (kept), left on 2025-05-01 (contract to 2026-04-01: lost).
    # "new" had its review later, so its year is not over.
    found = figure(
        project(
            *CLIENTS[:3],
            review("PIR-1", "2024-10-01", client="stays"),
            review("PIR-2", "2025-05-01", client="left"),
            review("PIR-3", "2025-02-01", client="stays"),
            review("PIR-4", "2025-10-01", client="new"),
        ),
        "retention",
    )
    assert extra(found, "after-review") == (0.5, 1, 2)


def test_satisfaction_counts_answers_about_reviews_and_their_incidents() -> None:
    found = figure(
        project(
            review("PIR-1", "2026-07-01", incidents=("INC-1", "INC-2")),
            incidents=[incident("INC-1", "2026-07-01"), incident("INC-9", "2026-07-02"),
                       incident("INC-3", "2026-07-03", pir="PIR-1")],
            responses=[
                response("2026-07-01", 4, "PIR-1"),  # satisfied, the first day of the quarter
                response("2026-07-02", 8, "INC-1", scale=10),  # 8 of 10 is 4 of 5
                response("2026-07-03", 7.9, "INC-2", scale=10),  # just below; a ticket that only the review knows
                response("2026-07-04", 3, "INC-3"),
                response("2026-07-05", None, "PIR-1"),  # no answer
                response("2026-07-06", 5, "INC-9"),  # no review
                response("2026-07-07", 5, ""),
                response("2026-06-30", 5, "PIR-1"),  # the quarter before
                response("2026-10-01", 5, "PIR-1"),  # after the day of the figures
            ],
        ),
        "satisfaction",
    )  # fmt: skip
    assert (found.numerator, found.denominator, found.value) == (2, 4, 0.5)
    assert extra(found, "response-rate") == (0.8, 4, 5)
    assert found.small
    assert why(found) == {
        "PIR-1": "the client did not answer",
        "INC-9": "not about a review or an incident reviewed here",
        "2026-07-07 acme": "not about a review or an incident reviewed here",
    }
    assert (found.previous.label, found.previous.value) == ("2026-Q2", 1.0)


@pytest.mark.parametrize(("score", "scale", "happy"), [(4, 5, True), (3.9, 5, False), (2.4, 3, True), (5.6, 7, True),
                                                       (80, 100, True), (79, 100, False), (1, 1, True), (0, 5, False)])  # fmt: skip
def test_scales_are_brought_to_five_in_proportion(score: float, scale: float, happy: bool) -> None:
    found = figure(
        project(review("PIR-1"), responses=[response("2026-08-01", score, "PIR-1", scale=scale)]), "satisfaction"
    )
    assert found.numerator == happy


def test_coverage_of_the_incidents_that_required_a_review() -> None:
    found = figure(
        project(
            review("PIR-1", status="closed"),
            review("PIR-2", status="client-review"),
            review("PIR-3", status="client-review", release=Release("service-delivery-manager", day("2026-08-01"))),
            review("PIR-4", status="action-management", incidents=("INC-4",)),
            incidents=[
                incident("INC-1", "2026-07-01", pir="PIR-1", pir_required=True),
                incident("INC-2", "2026-08-01", pir="PIR-2", pir_required=True),
                incident("INC-3", "2026-08-02", pir="PIR-3", pir_required=True),
                incident("INC-4", "2026-08-03", pir_required=True),  # the review names the ticket
                incident("INC-5", "2026-09-30T23:59:00", pir_required=True),
                incident("INC-6", "2026-08-05", pir_required=False),
                incident("INC-7", "2026-08-06"),
                incident("INC-8", "2026-10-01T00:30:00+02:00", pir_required=True),  # 30 September in UTC
                incident("INC-9", "2026-07-01T01:00:00+02:00", pir_required=True),  # 30 June in UTC
            ],
        ),
        "coverage",
    )
    assert counted(found) == {
        "INC-1": True, "INC-2": False, "INC-3": True, "INC-4": True, "INC-5": False, "INC-8": False,
    }  # fmt: skip
    assert found.value == 3 / 6
    assert why(found) == {
        "INC-6": "it required no review",
        "INC-7": "whether it requires a review is not recorded",
    }
    assert next(r.note for r in found.rows if r.id == "INC-2") == "PIR-2 has the status Client review"


def test_actions_closed_on_time_of_all_that_were_due_in_the_quarter() -> None:
    found = figure(
        project(
            review(
                "PIR-1",
                actions=(
                    action("A1", "done", due="2026-07-01", completed="2026-07-01"),  # on the day: on time
                    action("A2", "verified", due="2026-08-01", completed="2026-07-20", verified="2026-08-10"),
                    action("A3", "done", due="2026-08-02", completed="2026-08-05"),  # 3 days late
                    action("A4", "in-progress", due="2026-09-29"),  # passed yesterday
                    action("A5", "open", due="2026-09-30"),  # due today: has not passed
                    action("A6", "cancelled", due="2026-08-15", cancel_reason="the system is retired"),
                    action("A7", "open", created="2026-08-01"),
                    action("A8", "done", due="2026-08-20"),
                    action("A9", "done", due="2026-06-30", completed="2026-06-01"),  # the quarter before
                ),
            )
        ),
        "actions-on-time",
    )
    # Due and passed: A1, A2, A3, A4, A6 = 5; on time: A1, A2 = 2; 2/5. Without the cancelled one 2/4.
    assert (found.numerator, found.denominator, found.value) == (2, 5, 0.4)
    assert extra(found, "kept") == (0.5, 2, 4)
    assert extra(found, "cancelled")[0] == 1
    assert {row.id: row.note for row in found.rows} == {
        "PIR-1-A1": "done by the due date",
        "PIR-1-A2": "done by the due date",
        "PIR-1-A3": "done 3 days late",
        "PIR-1-A4": "open, 1 day overdue",
        "PIR-1-A6": "cancelled: the system is retired",
    }
    assert why(found) == {
        "PIR-1-A5": "due on 2026-09-30, which has not passed",
        "PIR-1-A7": "it has no due date",
        "PIR-1-A8": "done, but the day is not recorded",
    }
    assert found.previous.value == 1.0


def meeting(on: str | None = None, **fields: str) -> Review:
    return Review("client", on=day(on) if on else None, **fields)  # type: ignore[arg-type]


def test_reviews_held_within_the_business_days_agreed() -> None:
    acme, slow = Client("acme"), Client("slow", review_days=10)
    found = figure(
        project(
            acme,
            slow,
            # Restored Friday 4 September, 5 business days: due Friday 11 September.
            review("PIR-1", "2026-09-04T01:00", "2026-09-04T02:00", reviews=(meeting("2026-09-11"),)),
            review(
                "PIR-2", "2026-09-04T01:00", "2026-09-04T02:00", reviews=(meeting("2026-09-14"), meeting("2026-09-12"))
            ),
            # Decided on Monday 14 September, after the restoration: due Monday 21 September.
            review("PIR-3", "2026-09-04", "2026-09-04T02:00", decided="2026-09-14", reviews=(meeting("2026-09-21"),)),
            # 10 business days from 4 September: 18 September.
            review("PIR-4", "2026-09-04", "2026-09-04T02:00", client="slow", reviews=(meeting("2026-09-18"),)),
            review("PIR-5", "2026-09-04", "2026-09-04T02:00"),
            review("PIR-6", "2026-09-04", "2026-09-04T02:00", reviews=(meeting(not_appropriate="under litigation"),)),
            review("PIR-7", "2026-09-04", "2026-09-04T02:00", status="archived"),
            review("PIR-8", "2026-09-28", "2026-09-28T02:00"),  # due 5 October
            review("PIR-9", "2026-09-04"),  # not restored
            # Restored at 23:30 on 3 September in UTC: due 10 September, so 11 September is late.
            review("PIR-10", "2026-09-03", "2026-09-04T01:30:00+02:00", reviews=(meeting("2026-09-11"),)),
        ),
        "on-time",
    )
    assert counted(found) == {
        "PIR-1": True, "PIR-2": False, "PIR-3": True, "PIR-4": True, "PIR-5": False, "PIR-10": False,
    }  # fmt: skip
    assert found.value == 3 / 6
    assert why(found) == {
        "PIR-6": "a client review was not appropriate: under litigation",
        "PIR-7": "brought in from elsewhere: the process did not apply",
        "PIR-9": "when service was restored is not recorded",
    }
    assert next(r.note for r in found.rows if r.id == "PIR-2") == "due 2026-09-11, held 2026-09-12"


def test_the_days_agreed_may_depend_on_the_severity() -> None:
    one = review("PIR-1", "2026-09-04", "2026-09-04T02:00", severity="SEV-1", reviews=(meeting("2026-09-09"),))
    assert figure(project(one), "on-time").value == 1
    assert figure(project(one, targets={"review-days-sev-1": 2}), "on-time").value == 0  # due 8 September
    assert figure(project(one, targets={"review-days-sev-2": 2}), "on-time").value == 1
    assert figure(project(one, targets={"review-days": 2}), "on-time").value == 0


def test_figures_by_client_and_service_are_parts_of_the_whole() -> None:
    projection = project(
        Client("acme"), Client("bolt"), Client("calm"), Service("mail"), Service("dns"),
        review("PIR-1", client="acme", services=("mail",), recommendations=(recommendation("R1", "adopted", "2026-01-01"),)),
        review("PIR-2", client="bolt", services=("mail", "dns"), recommendations=(recommendation("R1", "declined", "2026-01-01"),)),
    )  # fmt: skip
    ledger = Insight(projection).kpis
    assert {k: (f.numerator, f.n) for k, f in ledger.by_client("adoption").items()} == {
        "acme": (1, 1), "bolt": (0, 1), "calm": (0, 0),
    }  # fmt: skip
    assert {k: (f.numerator, f.n) for k, f in ledger.by_service("adoption").items()} == {"mail": (1, 2), "dns": (0, 1)}
    both = ledger.figure("adoption", client="acme", service="dns")
    assert (both.value, both.client, both.service) == (None, "acme", "dns")


def test_targets_come_from_the_configuration() -> None:
    one = review(
        "PIR-1",
        recommendations=(recommendation("R1", "adopted", "2026-01-01"), recommendation("R2", "declined", "2026-01-01")),
    )
    assert figure(project(one), "adoption").met is False  # 50% against 70%
    assert figure(project(one, targets={"adoption": 50}), "adoption").met is True
    assert figure(project(one, targets={"adoption": 50}), "adoption").target == 0.5


def test_a_client_edition_says_no_data_where_what_a_rate_needs_is_withheld() -> None:
    # As a client's edition has it: no causes, no end of a contract, no agreed days.
    projection = project(
        Client("acme", since=day("2020-01-01")),
        review("PIR-2", "2026-09-02", "2026-09-02T01:00", recurrence_of="PIR-1", incidents=("INC-2",)),
        review("PIR-1", "2026-08-02", "2026-08-02T01:00", incidents=("INC-1",), reviews=(meeting("2026-08-03"),)),
        incidents=[
            incident("INC-1", "2026-08-02", "2026-08-02T01:00", cause=""),
            incident("INC-2", "2026-09-02", cause=""),
        ],
        edition="client:acme",
    )
    found = Insight(projection).kpis.figures(NAMES)
    filled = figures(projection)
    for name in ("retention", "recurrence", "repeat", "coverage", "on-time"):
        assert (found[name].value, found[name].n) == (None, 0), name
        assert "not part of a client's edition" in found[name].why
        assert all(point.value is None for point in found[name].trend)
        assert name not in filled  # and no page, export or command tells of it
    assert found["time-to-resolve"].value == 60  # what the client may see is worked out as ever
    # With the causes on the allow-list the same figure is there.
    seen = [replace(i, cause="change/cert") for i in projection.incidents]
    assert figure(replace(projection, incidents=tuple(seen)), "recurrence").value == 0.5
    assert "recurrence" in figures(replace(projection, incidents=tuple(seen)))
