"""The step bar of a review's page: its steps, the conditions met and not met, what to do next, its papers."""

from __future__ import annotations

from mkdocs_pir.insight.review_gate import Gate, ReviewStep
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.kb.review_conditions import under_way
from mkdocs_pir.site.urls import path_of, step_path
from mkdocs_pir.site.value_formats import day, due_in_words, sentence, with_short_days
from mkdocs_pir.site.views.components import Link, StepBar, StepItem
from mkdocs_pir.site.views.edition_context import EditionContext


def tools_path(pir: Pir) -> str:
    """The path of the page with the papers of a review under way."""
    return f"{path_of(pir).removesuffix('.html')}-tools.html"


def steps_of(edition: EditionContext, pir: Pir) -> StepBar | None:
    """The step bar of a review. Only the internal edition shows conditions and due dates."""
    if not pir.status or pir.status == "archived":
        return None
    review_gate = edition.insight.gate(pir)
    has_process_pages = edition.projection.lifecycle.module in edition.projection.modules
    items = tuple(
        StepItem(
            s.step.id,
            s.step.name,
            s.state,
            note=_due(edition, s),
            path=step_path(s.step.id) if has_process_pages else "",
        )
        for s in review_gate.stages
    )
    if not edition.internal:
        return StepBar(items)
    open_ = review_gate.open or review_gate.unearned
    return StepBar(
        items,
        needs=tuple(check.text for check in open_),
        met=tuple(check.text for check in review_gate.now.checks if check.met) if review_gate.now is not None else (),
        todo=_todo(edition, review_gate),
        tools=tools_of(edition, pir),
        command=f"pir pdf report {pir.id}",
    )


def steps_feeding(edition: EditionContext, kpi: str) -> tuple[Link, ...]:
    """The steps of the process that feed a KPI."""
    return tuple(
        Link(step_path(step.id), f"{step.id} {step.name}")
        for module in edition.projection.modules.values()
        for step in module.steps
        if kpi in step.kpis
    )


def tools_of(edition: EditionContext, pir: Pir) -> tuple[Link, ...]:
    """Links to the papers of a review, those of its current step first."""
    module = edition.projection.lifecycle
    if not edition.internal or not under_way(module, pir):
        return ()
    here = next(step.id for step in module.steps if pir.status in step.statuses)
    ordered = sorted(module.tools, key=lambda tool: tool.step != here)
    return tuple(Link(f"{tools_path(pir)}#{tool.id}", tool.name) for tool in ordered)


def _due(edition: EditionContext, stage: ReviewStep) -> str:
    if stage.due is None or stage.state == "done" or not edition.internal:
        return ""
    return due_in_words(stage.due, edition.as_of) if stage.late else f"due {day(stage.due)}"


def _todo(edition: EditionContext, review_gate: Gate) -> str:
    if not review_gate.todo:
        return ""
    due = review_gate.now.due if review_gate.now is not None else None
    by = f", by {day(due)} ({due_in_words(due, edition.as_of)})" if due is not None else ""
    return sentence(f"{with_short_days(review_gate.todo)}{by}")
