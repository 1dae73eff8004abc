"""Where a review stands, for its page: the steps, each condition met or not, what to do next and by when, what to print."""

from __future__ import annotations

from mkdocs_pir.insight.review_gate import Gate, ReviewStep
from mkdocs_pir.kb.gates import under_way
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.site.urls import path_of, step_path
from mkdocs_pir.site.views.components import Link, StepBar, StepItem
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.words import day, owed, said, sentence


def tools_path(pir: Pir) -> str:
    """The page of the papers made for a review under way."""
    return f"{path_of(pir).removesuffix('.html')}-tools.html"


def steps_of(edition: EditionContext, pir: Pir) -> StepBar | None:
    """The step bar with its gate. What a review still needs, and until when, is told only inside."""
    if not pir.status or pir.status == "archived":
        return None
    found = edition.insight.gate(pir)
    drawn = edition.projection.lifecycle.module in edition.projection.modules
    shown = tuple(
        StepItem(s.step.id, s.step.name, s.state, note=_due(edition, s), path=step_path(s.step.id) if drawn else "")
        for s in found.stages
    )
    if not edition.internal:
        return StepBar(shown)
    open_ = found.open or found.unearned
    return StepBar(
        shown,
        needs=tuple(check.condition.text for check in open_),
        met=tuple(check.condition.text for check in found.now.checks if check.met) if found.now is not None else (),
        todo=_todo(edition, found),
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
    """Links to the papers made for a review: those of its own step first."""
    module = edition.projection.lifecycle
    if not edition.internal or not under_way(module, pir):
        return ()
    here = next(step.id for step in module.steps if pir.status in step.statuses)
    ordered = sorted(module.tools, key=lambda tool: tool.step != here)
    return tuple(Link(f"{tools_path(pir)}#{tool.id}", tool.name) for tool in ordered)


def _due(edition: EditionContext, stage: ReviewStep) -> str:
    if stage.due is None or stage.state == "done" or not edition.internal:
        return ""
    return owed(stage.due, edition.as_of) if stage.late else f"due {day(stage.due)}"


def _todo(edition: EditionContext, found: Gate) -> str:
    if not found.todo:
        return ""
    due = found.now.due if found.now is not None else None
    by = f", by {day(due)} ({owed(due, edition.as_of)})" if due is not None else ""
    return sentence(f"{said(found.todo)}{by}")
