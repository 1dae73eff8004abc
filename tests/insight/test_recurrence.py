"""What counts as a recurrence, chains of them, and what comes back by cause, family, service and client."""

from __future__ import annotations

from helpers.projections import AS_OF, action, day, figure, incident, moment, project, review

from mkdocs_pir.insight.recurrence import heat, index, pareto, series
from mkdocs_pir.insight.repeats import declared_chains
from mkdocs_pir.insight.tendency import tendency_of
from mkdocs_pir.kb.model import Cause, Deficiency, Lesson, Service

CERT = "change/cert"


def pairs(projection) -> dict[str, tuple[str, int | None, bool, bool]]:  # type: ignore[no-untyped-def]
    """Each repeat: what it repeats, days after, declared, counted."""
    found = index(projection).repeats
    return {r.occurrence.id: (r.earlier.id, r.days, r.declared, r.counted) for r in found}


def test_the_same_client_service_and_cause_within_90_days_is_a_repeat() -> None:
    first = incident("INC-1", "2026-01-01T00:00", "2026-01-01T12:00", CERT)
    assert pairs(
        project(
            incidents=[
                first,
                incident("INC-2", "2026-02-01", "2026-02-02", CERT),  # 30 days and 12 hours later
                incident("INC-3", "2026-02-01", "2026-02-02", CERT, client="bolt"),
                incident("INC-4", "2026-02-01", "2026-02-02", CERT, service="dns"),
                incident("INC-5", "2026-02-01", "2026-02-02", "change/other"),
                incident("INC-6", "2026-02-01", "2026-02-02", ""),
            ]
        )
    ) == {"INC-2": ("INC-1", 30, False, True)}


def test_ninety_days_to_the_minute_after_the_resolution() -> None:
    first = incident("INC-1", "2026-01-01T00:00", "2026-01-01T12:00")
    # 1 January 12:00 + 90 days = 1 April 12:00 (31 - 1 + 28 + 31 + 1 = 90).
    assert pairs(project(incidents=[first, incident("INC-2", "2026-04-01T12:00")])) == {
        "INC-2": ("INC-1", 90, False, True)
    }
    assert pairs(project(incidents=[first, incident("INC-2", "2026-04-01T12:01")])) == {}
    # In the leap year 2024 the same span ends a day earlier.
    leap = incident("INC-1", "2024-01-01T00:00", "2024-01-01T12:00")
    assert pairs(project(incidents=[leap, incident("INC-2", "2024-03-31T12:00")])) == {
        "INC-2": ("INC-1", 90, False, True)
    }
    assert pairs(project(incidents=[leap, incident("INC-2", "2024-03-31T12:01")])) == {}
    # Offsets are compared as moments: 14:00 at +02:00 is 12:00 UTC.
    assert "INC-2" in pairs(project(incidents=[first, incident("INC-2", "2026-04-01T14:00:00+02:00")]))


def test_what_was_not_resolved_is_not_repeated_but_still_going_on() -> None:
    assert pairs(project(incidents=[incident("INC-1", "2026-01-01"), incident("INC-2", "2026-01-05")])) == {}
    during = [incident("INC-1", "2026-01-01", "2026-01-10"), incident("INC-2", "2026-01-05", "2026-01-06")]
    assert pairs(project(incidents=during)) == {}
    # INC-3 repeats the one resolved last, INC-1.
    after = incident("INC-3", "2026-01-10T00:00")
    assert pairs(project(incidents=[*during, after])) == {"INC-3": ("INC-1", 0, False, True)}


def test_nothing_repeats_itself_nor_what_began_at_the_same_moment() -> None:
    same = [incident(f"INC-{n}", "2026-01-01T10:00", "2026-01-01T10:00") for n in range(3)]
    assert pairs(project(incidents=same)) == {}
    assert pairs(project(incidents=[*same, incident("INC-9", "2026-01-02")])) == {"INC-9": ("INC-2", 0, False, True)}


def test_a_declared_recurrence_needs_no_match_but_the_rate_needs_90_days() -> None:
    projection = project(
        review("PIR-1", "2026-01-01", "2026-01-01T12:00", trigger=CERT),
        review("PIR-2", "2026-03-01", "2026-03-02", trigger="change/other", services=("dns",), recurrence_of="PIR-1"),
        review("PIR-3", "2026-09-01", "2026-09-02", trigger="change/other", services=("web",), recurrence_of="PIR-2"),
    )
    # 1 January 12:00 to 1 March: 58.5 days. 2 March to 1 September: 183 days, outside 90.
    assert pairs(projection) == {"PIR-2": ("PIR-1", 58, True, True), "PIR-3": ("PIR-2", 183, True, False)}
    rate = figure(projection, "recurrence")
    assert (rate.numerator, rate.denominator) == (1, 3)
    notes = {row.id: row.note for row in rate.rows}
    assert notes["PIR-2"] == "declared as a repeat of PIR-1, 58 days after it was resolved"
    assert notes["PIR-3"] == "declared as a repeat of PIR-2, 183 days after it was resolved, so outside 90 days"


def test_the_rates_count_each_incident_once_and_say_what_they_leave_out() -> None:
    projection = project(
        review("PIR-1", "2026-07-01T08:00", "2026-07-01T12:00", trigger=CERT, incidents=("INC-1",)),
        review("PIR-2", "2026-07-20T08:00", "2026-07-20T12:00", trigger=CERT, incidents=("INC-2",)),
        review("PIR-3", "2026-08-20T08:00", "2026-08-20T12:00", incidents=("ELSEWHERE-1",), trigger=CERT),
        review("PIR-4", "2026-08-22T08:00", "2026-08-22T12:00", recurrence_of="PIR-3"),
        incidents=[
            incident("INC-1", "2026-07-01T08:10", "2026-07-01T12:00", ""),  # its review knows the cause
            incident("INC-2", "2026-07-20T08:10", "2026-07-20T12:00", CERT),
            incident("INC-3", "2026-07-25", "2026-07-26", ""),
            incident("INC-4", "2026-09-30T23:59", "", CERT),  # today; repeats PIR-3 (41 days)
            incident(
                "INC-5", "2025-10-01T01:00:00+02:00", "2025-10-02", "data/x"
            ),  # 30 September in UTC: the day before
        ],
    )
    rate = figure(projection, "recurrence")
    # With a cause: INC-1, INC-2 (repeat), PIR-3 (repeat, no ticket in the register), INC-4 (repeat) = 3/4.
    assert {row.id: row.counted for row in rate.rows} == {"INC-1": False, "INC-2": True, "PIR-3": True, "INC-4": True}
    assert rate.value == 0.75
    assert {e.id: e.why for e in rate.excluded} == {
        "INC-3": "its cause is not established",
        "PIR-4": "its cause is not established",
    }
    unknown = rate.extra[0]
    assert (unknown.name, unknown.numerator, unknown.denominator) == ("unknown-cause", 2, 6)
    # All tickets of the register in the quarter: INC-1 to INC-4; repeats INC-2, INC-4.
    repeat = figure(projection, "repeat")
    assert (repeat.numerator, repeat.denominator) == (2, 4)


def test_a_chain_of_four_is_one_whatever_the_order() -> None:
    projection = project(
        review("PIR-D", "2026-01-31", "2026-02-01", recurrence_of="PIR-B"),
        review("PIR-B", "2026-01-11", "2026-01-12", recurrence_of="PIR-C"),
        review("PIR-A", "2026-03-31", "2026-04-01", recurrence_of="PIR-D"),
        review("PIR-C", "2026-01-01", "2026-01-02"),
        review("PIR-E", "2026-02-01", "2026-02-02"),
        review("PIR-G", recurrence_of="PIR-HIDDEN"),
    )
    chain = frozenset({"PIR-A", "PIR-B", "PIR-C", "PIR-D"})
    assert declared_chains(projection) == dict.fromkeys(chain, chain)
    found = index(projection)
    assert [r.earlier.id for r in found.before("PIR-A")] == ["PIR-D"]
    assert [r.occurrence.id for r in found.again("PIR-C")] == ["PIR-B"]
    assert found.again("PIR-A") == ()


def test_a_long_chain_and_two_recurrences_of_one_review() -> None:
    many = [
        review(f"PIR-{n:04}", recurrence_of=f"PIR-{n - 1:04}" if n else "", decided="2026-01-01") for n in range(3000)
    ]
    assert len(declared_chains(project(*many))["PIR-1500"]) == 3000
    fork = project(
        review("PIR-1", "2026-01-01", "2026-01-02"),
        review("PIR-3", "2026-02-01", "2026-02-02", recurrence_of="PIR-1"),
        review("PIR-2", "2026-03-01", "2026-03-02", recurrence_of="PIR-1"),
    )
    assert declared_chains(fork)["PIR-2"] == {"PIR-1", "PIR-2", "PIR-3"}
    undated = project(review("PIR-1"), review("PIR-2", "2026-03-01", "2026-03-02", recurrence_of="PIR-1"))
    assert declared_chains(undated)["PIR-1"] == {"PIR-1", "PIR-2"}


def test_likely_recurrences_that_no_review_declares() -> None:
    first = review("PIR-1", "2026-01-01", "2026-01-02", trigger=CERT)
    second = review("PIR-2", "2026-02-01", "2026-02-02", trigger=CERT)
    likely = index(project(first, second)).repeats
    assert [(r.occurrence.id, r.declared, r.likely) for r in likely] == [("PIR-2", False, True)]
    told = review("PIR-2", "2026-02-01", "2026-02-02", trigger=CERT, recurrence_of="PIR-1")
    assert [(r.declared, r.likely) for r in index(project(first, told)).repeats] == [(True, True)]


def test_two_tickets_of_one_review_are_no_recurrence_of_that_review() -> None:
    found = index(
        project(
            review("PIR-1", "2026-01-01", "2026-01-05", trigger=CERT, incidents=("INC-1", "INC-2")),
            incidents=[incident("INC-1", "2026-01-01", "2026-01-02"), incident("INC-2", "2026-01-04", "2026-01-05")],
        )
    )
    assert found.before("PIR-1") == found.again("PIR-1") == ()


def test_minutes_of_impact_count_an_outage_once() -> None:
    found = {
        o.id: o
        for o in index(
            project(
                review(
                    "PIR-1", "2026-01-01T00:00", "2026-01-01T04:00", incidents=("INC-1", "INC-2"), services=("dns",)
                ),
                review("PIR-2", "2026-01-02T00:00", incidents=("INC-3",)),
                incidents=[
                    incident("INC-2", "2026-01-01T01:00", "2026-01-01T03:00"),
                    incident("INC-1", "2026-01-01T00:30", "2026-01-01T03:00"),
                    incident("INC-3", "2026-01-02T01:00", "2026-01-02T02:00"),
                    incident("INC-4", "2026-01-03T01:00", "2026-01-03T01:45"),
                    incident("INC-5", "2026-01-04T01:00"),
                    incident("INC-6", "2026-09-30T23:00", "2026-10-01T01:00"),  # resolved after as_of
                ],
            )
        ).occurrences
    }
    # The review says 4 hours, counted with its first ticket; INC-3's review has no end, so the ticket's hour counts.
    assert {i: o.minutes for i, o in found.items()} == {
        "INC-1": 240, "INC-2": 0, "INC-3": 60, "INC-4": 45, "INC-5": None, "INC-6": None,
    }  # fmt: skip
    assert found["INC-1"].services == ("mail", "dns")
    assert found["INC-6"].resolved is None


def test_a_ticket_keeps_its_own_cause_and_a_review_gives_each_service_once() -> None:
    projection = project(
        review("PIR-1", "2026-01-01T00:00", "2026-01-01T04:00", trigger=CERT, incidents=("INC-1", "INC-2"),
            services=("mail", "dns", "web")),
        review("PIR-2", "2026-02-01", "2026-02-02", trigger="data/input", incidents=("INC-3",)),
        incidents=[
            incident("INC-1", "2026-01-01T01:00", "2026-01-01T03:00", ""),
            incident("INC-2", "2026-01-01T02:00", "2026-01-01T03:00", "data/backup", service="dns"),
            incident("INC-3", "2026-02-01", "2026-02-02", CERT),
        ],
    )  # fmt: skip
    found = index(projection)
    assert {o.id: (o.cause, o.services) for o in found.occurrences} == {
        "INC-1": (CERT, ("mail", "web")),
        "INC-2": ("data/backup", ("dns",)),
        "INC-3": (CERT, ("mail",)),
    }
    # A review is found under its trigger also where the register gives its ticket another cause.
    assert (found.causes["data/input"].count, found.causes["data/input"].pirs) == (0, ("PIR-2",))
    assert found.causes[CERT].pirs == ("PIR-1", "PIR-2")


def sample():  # type: ignore[no-untyped-def]
    return project(
        Cause("change/cert", name="Expired certificate"),
        Cause("change/rollout", name="Global rollout"),
        Cause("data/input", name="Malformed input"),
        Service("mail", name="Mail"),
        Service("dns", name="DNS"),
        Lesson("LL-1", causes=("change/cert",), services=("mail",), learned_from=("PIR-1",)),
        review(
            "PIR-1",
            "2026-07-01T00:00",
            "2026-07-01T01:00",
            trigger="change/cert",
            contributing_factors=("data/input", "change/cert"),
            process_deficiencies=(Deficiency("caused", "…", cause="change/rollout"),),
            actions=(action("A1"), action("A2", causes=("data/input",))),
        ),
        incidents=[
            incident("INC-1", "2026-07-11T00:00", "2026-07-11T02:00", "change/cert"),
            incident("INC-2", "2026-08-31T23:00", "2026-09-01T04:00", "data/input", service="dns", client="bolt"),
            incident("INC-3", "2026-09-01T00:30:00+02:00", "", "change/cert"),  # 31 August in UTC
        ],
    )


def test_a_cause_has_its_incidents_reviews_lessons_and_actions() -> None:
    found = index(sample())
    cert = found.causes["change/cert"]
    assert list(found.causes) == ["change/cert", "data/input", "change/rollout"]  # the largest first
    assert (cert.label, cert.count, cert.minutes, cert.unmeasured) == ("Expired certificate", 3, 180.0, 1)
    assert (cert.pirs, cert.lessons, cert.actions) == (("PIR-1",), ("LL-1",), ("PIR-1-A1",))
    assert (cert.first, cert.last, cert.intervals) == (day("2026-07-01"), day("2026-08-31"), (10, 51))
    assert [r.occurrence.id for r in cert.repeats] == ["INC-1", "INC-3"]
    assert found.causes["data/input"].contributed == ("PIR-1",)
    assert found.causes["data/input"].actions == ("PIR-1-A2",)
    assert cert.contributed == ()  # it is the trigger there, not a factor
    rollout = found.causes["change/rollout"]
    assert (rollout.count, rollout.contributed, rollout.first) == (0, ("PIR-1",), None)
    assert (found.families["change"].count, found.families["change"].label) == (3, "Change")
    assert found.services["dns"].count == 1
    assert {name: group.count for name, group in found.clients.items()} == {"acme": 3, "bolt": 1}


def test_pareto_by_count_and_by_minutes() -> None:
    found = index(sample())
    assert [(b.id, b.value) for b in pareto(found.causes, by="count")] == [("change/cert", 3), ("data/input", 1)]
    by_minutes = pareto(found.causes, by="minutes")  # 300 and 60 + 120 = 180
    assert [(b.id, b.value) for b in by_minutes] == [("data/input", 300), ("change/cert", 180)]
    assert pareto({}, by="count") == ()


def test_heat_map_of_cause_and_service() -> None:
    found = heat(index(sample()))
    assert found.causes == ("change/cert", "data/input")
    assert found.services == ("mail", "dns")
    assert found.rows == ((3, 0), (0, 1))
    assert heat(index(project())).rows == ()


def test_series_by_month_and_quarter_in_utc() -> None:
    found = index(sample()).occurrences
    by_month = series(found, AS_OF, by="month", count=3)
    assert [(p.label, p.count, p.minutes) for p in by_month] == [
        ("2026-07", 2, 180),
        ("2026-08", 2, 300),
        ("2026-09", 0, 0),
    ]
    assert not by_month[-1].incomplete
    by_quarter = series(found, day("2026-08-31"), by="quarter", count=2)
    assert [(p.label, p.count, p.incomplete) for p in by_quarter] == [("2026-Q2", 0, False), ("2026-Q3", 4, True)]
    assert series(found, day("2026-07-10"), by="quarter", count=1)[0].count == 1  # the next is of 11 July


def test_whether_intervals_shorten() -> None:
    # by hand: S is -6 of 6 pairs, (6 - 1) / sqrt(4 * 3 * 13 / 18) is 1.70, and 1.645 is 5%
    assert tendency_of([100, 90, 20, 10]) == "shortening"
    assert tendency_of([10, 20, 90, 100]) == "lengthening"
    assert tendency_of([100, 20, 90, 10]) == "steady"  # S is -4: 1.02
    assert tendency_of([100, 10, 1]) == ""  # too few to say
    assert tendency_of([0, 0, 0, 0]) == "steady"
    assert tendency_of([1, 2, 3, *range(90, 10, -10)]) == "shortening"  # the latest eight


def test_a_series_that_ends_with_its_longest_interval_does_not_shorten() -> None:
    assert tendency_of([27, 3, 0, 9, 65, 23, 138, 122], since=40) != "shortening"
    for number in range(4, 12):
        falling = list(range(number, 0, -1))
        assert tendency_of(falling) == "shortening"
        assert tendency_of([*falling, 100]) != "shortening"
        assert tendency_of(falling, since=100) != "shortening"  # nothing for a long time
    assert tendency_of([9, 7, 5, 3], since=2) == "shortening"  # too early to say more


def test_a_record_without_any_date_is_listed_but_never_matched() -> None:
    found = index(project(review("PIR-1", trigger=CERT), review("PIR-2", "2026-01-01", "2026-01-02", trigger=CERT)))
    assert found.causes[CERT].count == 2
    assert found.repeats == ()
    assert moment("2026-01-01") == found.occurrences[0].at
