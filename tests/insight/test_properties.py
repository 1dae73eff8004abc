"""Properties of the figures of any knowledge base, such as parts that sum to the whole."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

from helpers.projections import AS_OF, project, review
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight import action_items, recurrence
from mkdocs_pir.insight.accountability import accounts
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.insight.kpis import KPIS, NAMES
from mkdocs_pir.insight.measures import MEASURES
from mkdocs_pir.insight.repeats import find_repeats
from mkdocs_pir.insight.windows import Window, utc_day
from mkdocs_pir.kb.model import Action, Client, Incident, Recommendation, Record, Response, Review, Times
from mkdocs_pir.kb.thresholds import REPEAT_DAYS

DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))
CAUSES = st.sampled_from(["", "change/cert", "data/input"])
CLIENTS = st.sampled_from(["acme", "bolt"])
SERVICES = st.sampled_from(["mail", "dns"])
STAMPS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)).map(
    lambda t: t.replace(second=0, microsecond=0)
)


def maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:  # type: ignore[type-arg]
    return st.none() | strategy


@st.composite
def projections(draw: st.DrawFn) -> Projection:
    ids = [f"PIR-{n}" for n in range(draw(st.integers(0, 5)))]
    records: list[Record] = [
        Client(name, since=draw(maybe(DAYS)), until=draw(maybe(DAYS))) for name in ("acme", "bolt")
    ]
    for place, id_ in enumerate(ids):
        stamps = sorted(draw(st.lists(STAMPS, min_size=5, max_size=5)))
        known = {n: s for n, s in zip(Times.ORDER, stamps, strict=True) if draw(st.booleans())}
        records.append(
            replace(
                review(
                    id_, trigger=draw(CAUSES), client=draw(CLIENTS), services=tuple(draw(st.sets(SERVICES, min_size=1)))
                ),
                times=Times(**known),
                incidents=tuple(draw(st.sets(st.sampled_from(["INC-0", "INC-1", "INC-2"]), max_size=2))),
                recurrence_of=draw(st.sampled_from(["", *ids[:place]])),
                reviews=(Review("client", on=draw(maybe(DAYS))),),
                actions=tuple(
                    Action(
                        f"A{n}",
                        status=draw(st.sampled_from(["open", "blocked", "done", "verified", "cancelled"])),
                        created=draw(maybe(DAYS)),
                        due=draw(maybe(DAYS)),
                        completed=draw(maybe(DAYS)),
                        verified=draw(maybe(DAYS)),
                    )
                    for n in range(draw(st.integers(0, 3)))
                ),
                recommendations=tuple(
                    Recommendation(
                        f"R{n}",
                        status=draw(st.sampled_from(["proposed", "accepted", "declined", "deferred", "adopted"])),
                        issued=draw(maybe(DAYS)),
                        decided=draw(maybe(DAYS)),
                        adopted=draw(maybe(DAYS)),
                    )
                    for n in range(draw(st.integers(0, 3)))
                ),
            )
        )
    incidents = []
    for n in range(draw(st.integers(0, 6))):
        opened = draw(STAMPS)
        incidents.append(
            Incident(
                f"INC-{n}",
                opened,
                client=draw(CLIENTS),
                service=draw(SERVICES),
                resolved=draw(maybe(st.integers(0, 90 * 24).map(lambda h, o=opened: o + timedelta(hours=h)))),
                cause=draw(CAUSES),
                pir_required=draw(maybe(st.booleans())),
                pir=draw(st.sampled_from(["", *ids])),
            )
        )
    responses = [
        Response(
            draw(DAYS), draw(CLIENTS), 5, draw(st.sampled_from(["", "INC-0", *ids])), draw(maybe(st.integers(0, 5)))
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    return project(*records, incidents=incidents, responses=responses)


@settings(max_examples=60, deadline=None)
@given(projections())
def test_a_share_lies_between_0_and_1_and_its_rows_add_up(projection: Projection) -> None:
    for name, found in Insight(projection).kpis.figures().items():
        assert len(found.rows) == found.denominator == found.n, name
        assert not {r.id for r in found.rows} & {e.id for e in found.excluded} or name == "satisfaction"
        if KPIS[name].unit != "minutes":
            assert found.numerator == sum(r.counted for r in found.rows), name
        if KPIS[name].unit == "share":
            assert (found.value is None) == (found.denominator == 0)
            assert found.value is None or 0 <= found.value == found.numerator / found.denominator <= 1
        assert all(p.value is None or p.value <= 1 for p in found.trend if KPIS[name].unit == "share")
        assert all(e.value is None or 0 <= e.value <= 1 for e in found.extra if e.unit == "share")


@settings(max_examples=60, deadline=None)
@given(projections(), DAYS, DAYS, DAYS)
def test_splitting_a_window_sums_to_the_whole(projection: Projection, a: date, b: date, c: date) -> None:
    start, middle, end = sorted((a, b, c))
    if not start < middle < end:
        return
    ledger = Insight(projection).kpis
    for name in MEASURES:
        whole, first, second = (
            ledger.figure(name, window=Window(*w)) for w in ((start, end), (start, middle), (middle, end))
        )
        assert whole.denominator == first.denominator + second.denominator, name
        assert abs(whole.numerator - first.numerator - second.numerator) < 1e-6, name
        assert sorted(r.id for r in whole.rows) == sorted(r.id for r in (*first.rows, *second.rows)), name


@settings(max_examples=60, deadline=None)
@given(projections(), DAYS, DAYS)
def test_everything_of_a_window_is_a_row_or_is_left_out_with_the_reason(
    projection: Projection, a: date, b: date
) -> None:
    start, end = sorted((a, b + timedelta(days=1)))
    if start >= end:
        return
    window, ledger = Window(start, end), Insight(projection).kpis
    until = min(end, AS_OF + timedelta(days=1))

    def said(name: str) -> list[str]:
        found = ledger.figure(name, window=window)
        assert all(left.why for left in found.excluded), name
        return sorted([r.id for r in found.rows] + [left.id for left in found.excluded if left.date is not None])

    opened = sorted(i.id for i in projection.incidents if start <= i.opened.date() < until)
    assert said("coverage") == said("repeat") == opened
    advised = [
        f"{pir.id}-{r.id}"
        for pir in projection.pirs.values()
        for r in pir.recommendations
        if r.issued is not None and start <= r.issued < until
    ]
    assert said("adoption") == sorted(advised)
    assert len(said("satisfaction")) == sum(start <= answer.date < until for answer in projection.responses)
    if start <= AS_OF:
        found = ledger.figure("retention", window=window)
        assert sorted(r.id for r in (*found.rows, *found.excluded)) == ["acme", "bolt"]


@settings(max_examples=60, deadline=None)
@given(projections())
def test_the_clients_sum_to_the_whole(projection: Projection) -> None:
    ledger = Insight(projection).kpis
    for name in NAMES:
        parts = ledger.by_client(name)
        assert sum(f.denominator for f in parts.values()) == ledger.figure(name).denominator, name


@settings(max_examples=40, deadline=None)
@given(projections(), st.permutations(range(6)))
def test_an_unrelated_client_changes_nothing_of_another(projection: Projection, order: list[int]) -> None:
    extra = review("PIR-Z", "2026-08-01", "2026-08-02", client="zeta", trigger="change/cert", services=("mail",),
                actions=(Action("A1", status="open", created=AS_OF),), recommendations=(Recommendation("R1"),))  # fmt: skip
    stranger = Incident("INC-Z", datetime(2026, 8, 3, tzinfo=UTC), client="zeta", service="mail", cause="change/cert")
    rows = [*projection.incidents, stranger]
    rows = [rows[n] for n in order if n < len(rows)] + rows[6:]  # nor does the order of the register
    missing = [row for row in (*projection.incidents, stranger) if row not in rows]
    records = {**projection.records, "pir": {**projection.pirs, "PIR-Z": extra}}
    more = replace(projection, records=records, incidents=tuple(rows + missing))
    before, after = Insight(projection).kpis, Insight(more).kpis
    for name in NAMES:
        for client in ("acme", "bolt"):
            assert after.figure(name, client=client) == before.figure(name, client=client), name
    for client in ("acme", "bolt"):
        old, new = (recurrence.index(p).clients[client] for p in (projection, more))
        assert (old.repeats, old.minutes, old.intervals) == (new.repeats, new.minutes, new.intervals)


@settings(max_examples=100, deadline=None)
@given(projections())
def test_repeats_found_in_one_sweep_are_those_that_comparing_all_pairs_finds(projection: Projection) -> None:
    found = recurrence.index(projection).occurrences
    expected = {
        later.id
        for later in found
        for one in found
        if one.resolved is not None and one.at is not None and later.at is not None
        if one.at < later.at and one.resolved <= later.at <= one.resolved + timedelta(days=REPEAT_DAYS)
        if one.client == later.client and one.cause == later.cause != "" and set(one.services) & set(later.services)
    }
    undeclared = [replace(o, recurrence_of="") for o in found]
    assert {r.occurrence.id for r in find_repeats(undeclared)} == expected
    assert all(r.counted and r.likely for r in find_repeats(undeclared))


@settings(max_examples=60, deadline=None)
@given(projections())
def test_what_is_counted_in_two_places_agrees(projection: Projection) -> None:
    found = recurrence.index(projection)
    assert sum(g.count for g in found.clients.values()) == len(found.occurrences)
    assert sum(g.count for g in found.causes.values()) == sum(g.count for g in found.families.values())
    bars = recurrence.pareto(found.causes, by="count")
    assert sum(bar.value for bar in bars) == sum(g.count for g in found.causes.values())
    assert all(a.value >= b.value for a, b in itertools.pairwise(bars))
    items = action_items.items(projection)
    assert sum(b.count for b in action_items.histogram(items)) == len(action_items.ages(items))
    flow = action_items.flow(items, AS_OF, 24).months
    assert all(b.backlog == a.backlog + b.opened - b.closed for a, b in itertools.pairwise(flow))
    for account in accounts(projection, found):
        day = account.repeat.occurrence.day
        assert all((a.state == "overdue") <= (a.days > 0) for a in account.actions)
        assert day is None or all(d.on < day for d in account.declined)


@given(STAMPS)
def test_the_day_of_a_stamp_is_its_utc_day(stamp: datetime) -> None:
    assert utc_day(stamp) == stamp.date()
