"""Each derived figure of an edition is worked out once, however many pages, files and exports show it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.exchange.exporting import dataset, feeds
from mkdocs_pir.insight import (
    accountability,
    action_items,
    effects,
    lesson_lives,
    occurrences,
    recurrence,
    related,
    repeats,
    review_gate,
    step_workload,
)
from mkdocs_pir.insight.kpis import Kpis
from mkdocs_pir.kb import settings
from mkdocs_pir.kb.loading import load
from mkdocs_pir.search import similar
from mkdocs_pir.site import assets, diagrams, views

ROOT = Path(__file__).parents[2]


def whole(*_: Any) -> object:
    return None


WORKED_OUT: Mapping[Callable[..., Any], Callable[..., object]] = {
    accountability.accounts: whole,
    accountability.summary: whole,
    action_items.flow: whole,
    action_items.histogram: whole,
    action_items.items: whole,
    dataset.dataset: whole,
    diagrams.blueprint: lambda module, step: step.id,
    diagrams.process_map: lambda blueprint: blueprint.step.id,
    effects.effects: whole,
    feeds.feeds: whole,
    Kpis._figure: lambda kpis, kpi, *part: (kpi.name, *part),
    lesson_lives.lives: whole,
    occurrences.occurrences: whole,
    occurrences.reviews_by_ticket: whole,
    recurrence.heat: whole,
    recurrence.index: whole,
    related.build: whole,
    repeats.declared_chains: whole,
    repeats.find_repeats: whole,
    review_gate.gate: lambda projection, pir: pir.id,
    similar.answers: whole,
    similar.Similar.both: lambda similar, record: record,
    step_workload.due_dates: whole,
    step_workload.workloads: whole,
}
"""What works out a figure, and of what: the whole edition, or a part of it that the arguments name."""


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[str, object]]:
    """How often each figure is worked out, by the function and what it is of."""
    counts: Counter[tuple[str, object]] = Counter()
    for function, part in WORKED_OUT.items():
        _count(monkeypatch, function, part, counts)
    return counts


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _count(
    monkeypatch: pytest.MonkeyPatch,
    function: Callable[..., Any],
    part: Callable[..., object],
    counts: Counter[tuple[str, object]],
) -> None:
    @wraps(function)
    def counted(*given: Any) -> Any:
        counts[_name(function), part(*given)] += 1
        return function(*given)

    ours = [module for name, module in sys.modules.items() if name.startswith("mkdocs_pir")]
    for place in (*ours, Kpis, similar.Similar):
        for name, value in list(vars(place).items()):
            if value is function:
                monkeypatch.setattr(place, name, counted)


@pytest.mark.parametrize("edition", ["internal", "client:harbor-credit"])
def test_pages_and_files_of_a_site_ask_for_figures_that_are_worked_out_once(
    calls: Counter[tuple[str, object]], edition: str
) -> None:
    projection = project(load(settings.read(ROOT / "mkdocs.yml")), Edition.parse(edition))
    context = views.EditionContext(projection)
    assert list(views.pages(context))
    assert dict(assets.files(context, "https://kb.example/"))
    assert {call: times for call, times in calls.items() if times > 1} == {}
    if projection.edition.internal:
        assert {name for name, _ in calls} == set(map(_name, WORKED_OUT))
