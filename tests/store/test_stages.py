"""The measuring of stages: what each costs by itself, also in other processes, and for each edition."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest

from mkdocs_pir.store import stages
from mkdocs_pir.store.executors import InProcess
from mkdocs_pir.store.stages import FIGURES, READ, VIEWS, Costs


class Clock:
    """A clock that goes on only when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(stages.time, "thread_time", clock)
    monkeypatch.setattr(stages.time, "perf_counter", lambda: 2 * clock.now)
    return clock


def seconds(costs: Costs) -> dict[tuple[str, str], tuple[float, float]]:
    return {place: (cost.cpu, cost.wall) for place, cost in costs.seconds.items() if cost.cpu or cost.wall}


def test_time_of_a_nested_stage_is_not_the_outer_ones(clock: Clock) -> None:
    costs = Costs()
    with stages.measure(costs):
        clock.now += 1
        with VIEWS:
            clock.now += 10
            with FIGURES:
                clock.now += 100
            clock.now += 10
        clock.now += 1
    assert seconds(costs) == {
        ("", "everything else"): (2, 4),
        ("", "views"): (20, 40),
        ("", "derived figures"): (100, 200),
    }
    assert costs.elapsed == 2 * 122


def test_a_stage_that_fails_ends(clock: Clock) -> None:
    costs = Costs()
    with stages.measure(costs):
        with pytest.raises(ValueError), VIEWS:
            raise ValueError
        clock.now += 1
    assert seconds(costs) == {("", "everything else"): (1, 2)}


def test_items_are_made_in_their_stage_and_used_outside_of_it(clock: Clock) -> None:
    def items() -> Iterator[int]:
        for number in range(3):
            clock.now += 5
            yield number

    costs = Costs()
    with stages.measure(costs):
        for _ in VIEWS.each(items()):
            clock.now += 1
    assert seconds(costs) == {("", "views"): (15, 30), ("", "everything else"): (3, 6)}


def test_an_edition_is_charged_for_its_own_work(clock: Clock) -> None:
    costs = Costs()
    with stages.measure(costs):
        with stages.edition("internal"), VIEWS:
            clock.now += 3
        with stages.edition("client:acme"), VIEWS:
            clock.now += 4
    assert seconds(costs) == {("internal", "views"): (3, 6), ("client:acme", "views"): (4, 8)}
    assert set(costs.memory) == {"", "internal", "client:acme"}


@READ
def work(number: int) -> int:
    sum(range(200_000))
    return number + 1


def work_for_an_edition(name: str) -> str:
    with stages.edition(name):
        work(1)
    return name


def test_another_process_hands_its_costs_over_with_its_result() -> None:
    costs = Costs()
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool, stages.measure(costs):
        with stages.edition("internal"):
            assert stages.result(stages.submit(pool, work, 1)) == 2
        assert stages.result(stages.submit(pool, work_for_an_edition, "client:acme")) == "client:acme"
    read = costs.seconds["internal", "read and check"]
    assert read.cpu > 0
    # who waits spends the same time in the stage in which it waits
    assert read.wall == 0
    assert costs.seconds["client:acme", "read and check"].wall > 0


def test_work_in_the_same_process_is_counted_once(clock: Clock) -> None:
    @READ
    def task() -> None:
        clock.now += 1

    costs = Costs()
    with stages.measure(costs):
        stages.result(stages.submit(InProcess(), task))
    assert seconds(costs) == {("", "read and check"): (1, 2)}


def test_nothing_is_measured_unless_asked_for() -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        future = stages.submit(pool, work, 1)
        assert future.result() == stages.result(future) == 2


def test_the_table_has_each_edition_and_the_total(clock: Clock) -> None:
    costs = Costs()
    with stages.measure(costs):
        with READ:
            clock.now += 1
        for name in ("client:acme", "internal"):
            with stages.edition(name), VIEWS:
                clock.now += 1
    titles = [line[:32].rstrip() for line in stages.table(costs).splitlines()[1:]]
    assert titles == [
        *("for all editions", "  read and check"),
        *("internal", "  views"),
        *("client:acme", "  views"),
        *("in total", "  read and check", "  views"),
    ]
