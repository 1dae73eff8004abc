"""The goals: each a limit, and how its figure follows from the measurements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.scenarios import QUESTIONS, Result

REFERENCE = (0.35, 0.00363)
"""Seconds of a plain build on the machine that goals in seconds are for: so many, and so many for each record."""
KB_BEFORE = 862_000 / 10_108
"""The published kB for each record when the goal of half of it was set."""


@dataclass(frozen=True)
class Figures:
    """The results of one knowledge base, and of the first one of the run."""

    results: Sequence[Result]
    first: Sequence[Result]

    @property
    def records(self) -> int:
        return max((result.records for result in self.results), default=0)

    def sound(self, scenario: str, tool: str = "pir") -> list[Result]:
        return [one for one in self.results if (one.scenario, one.tool, one.error) == (scenario, tool, "")]

    def get(self, what: str, scenario: str, tool: str = "pir") -> float | None:
        """The median over the rounds of `wall`, `cpu` or `memory`."""
        return median(getattr(one, what) for one in found) if (found := self.sound(scenario, tool)) else None

    def ratio(self, what: str, scenario: str, other: str = "mkdocs", tool: str = "pir") -> float | None:
        """The median of the ratios to another tool in the same round."""
        others = {one.round: getattr(one, what) for one in self.sound(scenario, other)}
        both = [getattr(one, what) / others[one.round] for one in self.sound(scenario, tool) if others.get(one.round)]
        return median(both) if both else None

    def worst(self, what: str) -> float | None:
        """The largest of the commands that answer; None unless all were measured."""
        found = [self.get(what, name) for name in QUESTIONS]
        return max(one for one in found if one is not None) if None not in found else None

    def machine(self) -> float | None:
        """How much slower than the reference this machine is, with whatever else ran on it, by a plain build."""
        wall = self.get("wall", "cold", "mkdocs")
        return wall / (REFERENCE[0] + REFERENCE[1] * self.records) if wall else None

    def growth(self) -> float | None:
        """The CPU seconds for each record of a cold build, as a ratio to those of the first knowledge base."""
        first = Figures(self.first, ())
        now, then = self.get("cpu", "cold"), first.get("cpu", "cold")
        if now is None or then is None or self.records <= first.records:
            return None
        return now / self.records / (then / first.records)

    def grew(self, above: int, up_to: int) -> bool:
        """Whether it is of such a size, and the first of a thousand records: among fewer, what a start costs hides growth."""
        return above < self.records <= up_to and Figures(self.first, ()).records >= 1000

    def published(self) -> float | None:
        """The published kB for each record."""
        return found[-1].more["all"][1] / 1000 / self.records if (found := self.sound("cold")) else None

    def editions_for_nothing(self) -> float | None:
        """How many editions were built again that do not show what changed."""
        found = self.sound("clients-word")
        return len(set(found[-1].more["again"]) - set(found[-1].more["showing"])) if found else None

    def one_client(self) -> float | None:
        word, cold = self.get("wall", "clients-word"), self.get("wall", "clients-cold")
        return word / cold if word and cold else None


@dataclass(frozen=True)
class Goal:
    """A limit of a figure. Seconds are for the machine of the reference and are scaled to the one that measured."""

    name: str
    limit: float
    unit: str
    value: Callable[[Figures], float | None]
    scenarios: tuple[str, ...]
    stretch: bool = False


def _of(what: str, scenario: str) -> Callable[[Figures], float | None]:
    return lambda figures: figures.get(what, scenario)


GOALS: tuple[Goal, ...] = (
    Goal("cold build, wall, to plain", 1.0, "×", lambda f: f.ratio("wall", "cold"), ("cold",)),
    Goal("cold build, wall, to Hugo (stretch)", 3.0, "×", lambda f: f.ratio("wall", "cold", "hugo"), ("cold",), True),
    Goal("cold build, CPU, to plain", 1.6, "×", lambda f: f.ratio("cpu", "cold"), ("cold",)),
    Goal("build after one word changed", 3.0, "s", _of("wall", "word"), ("word",)),
    Goal("build after one word changed, to plain", 1 / 12, "×", lambda f: f.ratio("wall", "word"), ("word",)),
    Goal("build, nothing changed", 1.0, "s", _of("wall", "warm"), ("warm",)),
    Goal("check, cold", 15.0, "s", _of("wall", "check-cold"), ("check-cold",)),
    Goal("check, nothing changed", 1.5, "s", _of("wall", "check"), ("check",)),
    Goal("check, one file changed", 1.5, "s", _of("wall", "check-word"), ("check-word",)),
    Goal("slowest of search, similar, kpi, actions, gate", 0.6, "s", lambda f: f.worst("wall"), tuple(QUESTIONS)),
    Goal("memory of the largest of these five", 150.0, "MB", lambda f: f.worst("memory"), tuple(QUESTIONS)),
    Goal("memory of a cold build", 700.0, "MB", _of("memory", "cold"), ("cold",)),
    Goal("memory of a warm build", 300.0, "MB", _of("memory", "warm"), ("warm",)),
    Goal("preview, from a saved record to its page", 1.0, "s", _of("wall", "preview"), ("preview",)),
    Goal(
        "growth of the cost of a record, up to 10,000",
        1.05,
        "×",
        lambda f: f.growth() if f.grew(0, 20_000) else None,
        ("cold",),
    ),
    Goal(
        "growth of the cost of a record, to 50,000",
        1.1,
        "×",
        lambda f: f.growth() if f.grew(20_000, 10**9) else None,
        ("cold",),
    ),
    Goal("editions built again that do not show it", 0, "", Figures.editions_for_nothing, ("clients-word",)),
    Goal("all editions after one review changed, to cold", 1 / 20, "×", Figures.one_client, ("clients-word",)),
    Goal("published for each record, half of 85 kB", KB_BEFORE / 2, "kB", Figures.published, ("cold",)),
)


def verdict(goal: Goal, figures: Figures) -> str:
    """Whether a goal is met, and the figure; by how much it is missed; or why there is none."""
    value = goal.value(figures)
    if value is None:
        failed = any(one.scenario in goal.scenarios and one.error and one.tool == "pir" for one in figures.results)
        return "failed" if failed else "–"
    limit = goal.limit * ((figures.machine() or 1.0) if goal.unit == "s" else 1.0)
    shown = number(value, goal.unit) + (f" of {number(limit, goal.unit)}" if limit != goal.limit else "")
    if value <= limit:
        return f"met: {shown}"
    return f"**missed by {value / limit:.1f} ×: {shown}**" if limit else f"**missed: {shown}**"


def number(value: float, unit: str) -> str:
    """A figure with its unit, as exact as it is worth."""
    digits = 0 if value >= 100 or value == int(value) else 1 if value >= 10 else 2 if value >= 0.1 else 3
    return f"{value:,.{digits}f} {unit}".strip()
