"""The panel of a review's page: its steps, what to do before the next one, what the client sees, papers and PDF."""

from __future__ import annotations

from mkdocs_pir.insight.review_gate import Gate, ReviewStep
from mkdocs_pir.kb.model import Pir, Record
from mkdocs_pir.kb.review_conditions import under_way
from mkdocs_pir.site.urls import path_of, step_path
from mkdocs_pir.site.value_formats import day, due_in_words, due_later_in_words, sentence, several, with_short_days
from mkdocs_pir.site.views import block_pages
from mkdocs_pir.site.views.components import ExternalLink, Instruction, Link, Offer, StepBar, StepItem
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
            s.step.id if edition.internal else "",
            _step_name(edition, s),
            s.state,
            note=_due(edition, s),
            path=step_path(s.step.id) if has_process_pages else "",
        )
        for s in review_gate.stages
    )
    if not edition.internal:
        return StepBar(items)
    now = review_gate.now
    return StepBar(
        items,
        needs=_needs(review_gate),
        by=f"{day(now.due)}, {due_in_words(now.due, edition.as_of)}" if now is not None and now.due is not None else "",
        met=tuple(sentence(check.text) for check in now.checks if check.met) if now is not None else (),
        client=_seen_by_client(edition, pir),
        client_page=_client_page(edition, pir),
        tools=tools_of(edition, pir),
        command="" if edition.paper else f"pir pdf report {pir.id}",
    )


def _step_name(edition: EditionContext, stage: ReviewStep) -> str:
    """The name of a step; the review with the client is one with you to the client itself."""
    if edition.internal or "client-review" not in stage.step.statuses:
        return stage.step.name
    return "Review with you"


def _needs(review_gate: Gate) -> tuple[Instruction, ...]:
    """What to do before the next step, or that the review can go on."""
    if review_gate.needs:
        return tuple(
            Instruction(sentence(with_short_days(check.instruction)), check.condition.field)
            for check in review_gate.needs
        )
    if not review_gate.instruction:
        return ()
    return (Instruction(sentence(review_gate.instruction), f"status: {review_gate.onward}"),)


def _seen_by_client(edition: EditionContext, pir: Pir) -> str:
    """Whether the client of a review sees it, and until then how long the incident lasted for it, where that is another."""
    client = edition.name(pir.client) or "The client"
    if pir.release is not None and pir.audience != "internal":
        return f"{client} sees this review as it was released on {day(pir.release.on)}."
    lengths = [
        f"{length} of {one.id}"
        for one in edition.insight.occurrences_of.get(pir.id, ())
        if one.ticket and (length := block_pages.length_seen_by_client(edition, one))
    ]
    seen = (
        "does not see this review"
        if pir.audience == "internal"
        else "will see this review once its release is approved"
    )
    until = f"; it sees what the ticket says of the incident: {several(lengths)}" if lengths else ""
    return f"{client} {seen}{until}."


def _client_page(edition: EditionContext, pir: Pir) -> Link | ExternalLink | None:
    """A link to the page of a released review in its client's edition."""
    if not pir.is_released or not edition.client_sites or not pir.client:
        return None
    address = f"{edition.client_sites.replace('{client}', pir.client)}{path_of(pir)}"
    text = "What the client sees"
    return Link(address, text) if address.startswith("../") else ExternalLink(address, text)


def to_print(edition: EditionContext, record: Record | None = None) -> tuple[Offer, ...]:
    """The PDF of a review or of a client's review pack, or without a record that of the handbook, where PDFs are published."""
    pdf = edition.pdf(record)
    return (Offer("To print", (pdf,)),) if pdf is not None else ()


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
    return due_in_words(stage.due, edition.as_of) if stage.late else due_later_in_words(stage.due, edition.as_of)
