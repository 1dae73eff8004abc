"""Insight: every derived figure of an edition, each worked out once, when it is first needed.

Pages, exports, process files, print, the command line and the assistant all read it here, so they cannot differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight import accountability, action_items, recurrence, step_workload
from mkdocs_pir.insight.accountability import RepeatAccount
from mkdocs_pir.insight.action_items import ActionItem, Flow
from mkdocs_pir.insight.effects import Effect, effects
from mkdocs_pir.insight.kpis import Kpis
from mkdocs_pir.insight.lesson_lives import LessonLife, lives
from mkdocs_pir.insight.occurrences import Occurrence
from mkdocs_pir.insight.quarter_summary import QuarterSummary, quarter_summary
from mkdocs_pir.insight.recurrence import Recurrences
from mkdocs_pir.insight.review_clocks import ReviewClock, review_clocks
from mkdocs_pir.insight.review_gate import Gate, gate
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.kb.review_conditions import under_way
from mkdocs_pir.store import stages


class Insight:
    """Everything that is worked out from one projection. Not for several threads at once."""

    def __init__(self, projection: Projection) -> None:
        self.projection = projection
        self._gates: dict[str, Gate] = {}

    @cached_property
    @stages.FIGURES
    def recurrences(self) -> Recurrences:
        """Incidents, what repeated what, and the groups by cause, family, service and client."""
        return recurrence.index(self.projection)

    @cached_property
    @stages.FIGURES
    def occurrences_of(self) -> Mapping[str, tuple[Occurrence, ...]]:
        """The incidents of each review, the oldest first: one for each ticket."""
        by_review = defaultdict(list)
        for one in self.recurrences.occurrences:
            if one.pir:
                by_review[one.pir].append(one)
        return {id_: tuple(found) for id_, found in by_review.items()}

    @cached_property
    @stages.FIGURES
    def heat(self) -> recurrence.Heat:
        """The number of incidents of each cause on each service."""
        return recurrence.heat(self.recurrences)

    @cached_property
    @stages.FIGURES
    def action_items(self) -> tuple[ActionItem, ...]:
        """Every action item, the most urgent first."""
        return action_items.items(self.projection)

    @cached_property
    @stages.FIGURES
    def action_items_of(self) -> Mapping[str, tuple[ActionItem, ...]]:
        """The action items of each review, the most urgent first."""
        by_review = defaultdict(list)
        for item in self.action_items:
            by_review[item.pir].append(item)
        return {id_: tuple(items) for id_, items in by_review.items()}

    @cached_property
    @stages.FIGURES
    def flow(self) -> Flow:
        """Action items opened and closed in each of the last months."""
        return action_items.flow(self.action_items, self.projection.as_of)

    @cached_property
    @stages.FIGURES
    def kpis(self) -> Kpis:
        """Every KPI, for the whole edition, by client, by service and for any window."""
        return Kpis(self.projection, self.recurrences, self.action_items)

    @stages.FIGURES
    def gate(self, pir: Pir) -> Gate:
        """The gate of a review."""
        if pir.id not in self._gates:
            self._gates[pir.id] = gate(self.projection, pir)
        return self._gates[pir.id]

    @cached_property
    @stages.FIGURES
    def gates(self) -> tuple[step_workload.ReviewUnderWay, ...]:
        """Every review under way with its gate, in order of id."""
        pirs = self.projection.pirs.values()
        return tuple((pir, self.gate(pir)) for pir in pirs if under_way(self.projection.lifecycle, pir))

    @cached_property
    @stages.FIGURES
    def workload(self) -> tuple[step_workload.StepWorkload, ...]:
        """The steps of the process, each with the reviews that are in it."""
        return step_workload.workloads(self.projection, self.gates)

    @cached_property
    @stages.FIGURES
    def due_dates(self) -> tuple[step_workload.DueDate, ...]:
        """The due dates of all steps that reviews under way have not yet left, in order of the days."""
        return step_workload.due_dates(self.gates)

    @cached_property
    @stages.FIGURES
    def review_clocks(self) -> tuple[ReviewClock, ...]:
        """The running clocks of the client reviews that are not held yet, in order of their due dates."""
        return review_clocks(self.projection, self.gates)

    @stages.FIGURES
    def quarter_of(self, client: str) -> QuarterSummary:
        """The last complete quarter of a client."""
        return quarter_summary(self.projection, self.recurrences, self.action_items, client)

    @cached_property
    @stages.FIGURES
    def effects(self) -> tuple[Effect, ...]:
        """Whether the cause of each verified action came back."""
        return effects(self.projection, self.action_items, self.recurrences)

    @cached_property
    @stages.FIGURES
    def lives(self) -> Mapping[str, LessonLife]:
        """The life of each lesson, by its id."""
        return lives(self.projection, self.recurrences)

    @cached_property
    @stages.FIGURES
    def accounts(self) -> tuple[RepeatAccount, ...]:
        """The account of each repeat, the newest first."""
        return accountability.accounts(self.projection, self.recurrences)

    @cached_property
    @stages.FIGURES
    def accounts_of(self) -> Mapping[str, tuple[RepeatAccount, ...]]:
        """The accounts of the repeats that a review is about."""
        by_review = defaultdict(list)
        for account in self.accounts:
            by_review[account.repeat.occurrence.pir].append(account)
        return {id_: tuple(accounts) for id_, accounts in by_review.items()}

    @cached_property
    @stages.FIGURES
    def repeats_in_figures(self) -> accountability.AccountSummary:
        """How many repeats there were, and how many of each kind."""
        return accountability.summary(self.accounts)
