"""The papers of a review under way, made from its record: checklist, agendas, minutes, action plan, letter.

A paper for the client contains only what the client's own projection has of the review. Each part of a paper is one
function in `PARTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from msgspec import Struct

from mkdocs_pir.insight.review_gate import Gate
from mkdocs_pir.kb import statuses
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.kb.process import Module, Step, Tool
from mkdocs_pir.site.urls import path_of
from mkdocs_pir.site.value_formats import STAMPS, day, role, sentence, span, with_short_days
from mkdocs_pir.site.views.components import Cell, Column, Fact, Link, ListEntry, PageView, Prose, Row, Table, When
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.gate_panel import tools_path
from mkdocs_pir.site.views.review_connections import similar_reviews
from mkdocs_pir.site.views.review_facts import began_values, resolved_values


class ChecklistItem(Struct, frozen=True):
    """A line of a checklist; `done` if the record already shows it."""

    text: str
    note: str = ""
    done: bool = False


class PaperPart(Struct, frozen=True):
    """A part of a paper: facts, texts, points, a table, a checklist (`ticks`), or empty lines."""

    title: str
    facts: tuple[Fact, ...] = ()
    texts: tuple[Prose, ...] = ()
    points: tuple[str, ...] = ()
    ticks: tuple[ChecklistItem, ...] = ()
    entries: tuple[ListEntry, ...] = ()
    table: Table | None = None
    lines: int = 0


class Paper(Struct, frozen=True):
    """One paper. `outside`: it is for the client. `warning` says what to do before the client gets it."""

    id: str
    name: str
    outside: bool
    opening: str
    parts: tuple[PaperPart, ...]
    closing: str = ""
    warning: str = ""


@dataclass(frozen=True)
class _PaperSource:
    """The data of a paper: `pir` is the review as its reader may see it."""

    edition: EditionContext
    module: Module
    step: Step
    tool: Tool
    pir: Pir
    gate: Gate


def pages(edition: EditionContext) -> Iterator[PageView]:
    if edition.internal:
        for pir, gate in edition.insight.gates:
            whole = edition.whole(pir.id)
            assert isinstance(whole, Pir)
            yield _page(edition, whole, gate)


def _page(edition: EditionContext, pir: Pir, gate: Gate) -> PageView:
    module = edition.projection.lifecycle
    papers = tuple(_paper(edition, module, tool, pir, gate) for tool in module.tools)
    context = {
        "id": pir.id,
        "title": f"Papers for {pir.id}",
        "lead": f"{pir.label}. Made from the record as it stands; print one by opening its link, or all of them.",
        "review": Link(path_of(pir), pir.label, pir.id),
        "papers": papers,
        "provider": edition.projection.organisation.name,
        "anchors": tuple(paper.id for paper in papers),
    }
    description = f"Checklist, agendas, minutes, action plan and letter for {pir.id}."
    return PageView(tools_path(pir), f"Papers for {pir.id}", "papers.html", context, description)


def _paper(edition: EditionContext, module: Module, tool: Tool, pir: Pir, gate: Gate) -> Paper:
    outside = tool.audience == "client"
    visible = edition.releasable(pir.id) if outside else pir
    step = next((s for s in module.steps if s.id == tool.step), module.steps[0])
    names = {"{review}": pir.id, "{client}": edition.name(pir.client) or "the client"}

    def filled(text: str) -> str:
        for name, value in names.items():
            text = text.replace(name, value)
        return text

    if visible is None:
        return Paper(
            tool.id,
            tool.name,
            outside,
            filled(tool.opening),
            (),
            warning="Nothing of this review can be shown to the client yet.",
        )
    source = _PaperSource(edition, module, step, tool, visible, gate)
    parts = tuple(part for name in tool.parts if (part := PARTS[name](source)) is not None)
    warning = (
        "Not released yet: this is what the client would see. Have the release approved before it leaves."
        if outside and not pir.is_released
        else ""
    )
    return Paper(tool.id, tool.name, outside, filled(tool.opening), parts, filled(tool.closing), warning)


def _facts(source: _PaperSource) -> PaperPart:
    pir, edition = source.pir, source.edition
    duration = pir.times.between("impact_start", "resolved")
    facts = (
        Fact("Review", (f"{pir.id} {pir.title}".strip(),), wide=True),
        Fact("Client", (edition.name(pir.client),) if edition.name(pir.client) else ()),
        Fact("Services", tuple(edition.names(pir.services)), inline=True),
        Fact("Severity", (pir.severity,) if pir.severity else ()),
        Fact("Incidents", pir.incidents, inline=True),
        Fact("Impact started", began_values(pir.times)),
        Fact("Resolved", resolved_values(pir.times)),
        Fact("Lasted", (span(duration),) if duration else ()),
        Fact("Status", (statuses.status(pir.status).label,)),
    )
    return PaperPart("", facts=facts)


def _tasks(source: _PaperSource) -> PaperPart:
    ticks = tuple(
        ChecklistItem(task.name, f"{source.module.role(task.role).name}. {task.does}".strip())
        for task in source.step.tasks
    )
    return PaperPart("Tasks in order", ticks=ticks)


def _conditions(source: _PaperSource) -> PaperPart:
    stage = next((s for s in source.gate.stages if s.step.id == source.step.id), None)
    checks = stage.checks if stage is not None else ()
    ticks = tuple(ChecklistItem(sentence(c.text), sentence(with_short_days(c.instruction)), c.met) for c in checks)
    due = f", due {day(stage.due)}" if stage is not None and stage.due is not None else ""
    return PaperPart(f"Before leaving this step{due}", ticks=ticks)


def _times(source: _PaperSource) -> PaperPart:
    rows = tuple(
        Row((Cell((name,)), Cell((When(at, clock=True),) if at is not None else ()), Cell(())))
        for field, name in STAMPS.items()
        for at in (getattr(source.pir.times, field),)
    )
    return PaperPart(
        "Times, each with its source",
        table=Table("Times of the incident", (Column("What", "title"), Column("When"), Column("Source")), rows),
    )


def _search(source: _PaperSource) -> PaperPart | None:
    entries = similar_reviews(source.edition, source.pir)
    return PaperPart("Look at these earlier reviews", entries=entries) if entries else None


def _agenda(source: _PaperSource) -> PaperPart:
    return PaperPart("Agenda", points=source.tool.agenda)


def _deficiencies(source: _PaperSource) -> PaperPart | None:
    effects = {name: one.label.lower() for name, one in statuses.DEFICIENCY_EFFECTS.items()}
    points = tuple(
        f"{sentence(d.description)} ({effects.get(d.effect, d.effect)})" for d in source.pir.process_deficiencies
    )
    return PaperPart("Process deficiencies found so far", points=points) if points else None


def _impact(source: _PaperSource) -> PaperPart | None:
    impact = source.pir.impact
    texts = [Prose(sentence(impact.summary))] if impact.summary else []
    return PaperPart("How your people were affected", texts=tuple(texts)) if texts else None


def _root_cause(source: _PaperSource) -> PaperPart | None:
    return (
        PaperPart("What was found", texts=(Prose(sentence(source.pir.root_cause)),)) if source.pir.root_cause else None
    )


def _changes(source: _PaperSource) -> PaperPart | None:
    texts = [s.text for s in source.pir.sections if s.title == "What we are changing" and s.text.strip()]
    return PaperPart("What we are changing", texts=tuple(Prose(text) for text in texts)) if texts else None


def _actions(source: _PaperSource) -> PaperPart | None:
    """The actions that the reader may see, with owners only if the reader may see them."""
    owners = any(a.owner for a in source.pir.actions)
    rows = tuple(
        Row(
            (
                Cell((f"{a.id} {a.title}".strip(),)),
                *((Cell((a.owner,) if a.owner else ()),) if owners else ()),
                Cell((a.due,) if a.due else ()),
                Cell((statuses.status(a.status).label,) if a.status else ()),
            )
        )
        for a in source.pir.actions
    )
    columns = (
        Column("Action", "title"),
        *((Column("Owner"),) if owners else ()),
        Column("Due", "date"),
        Column("State"),
    )
    return PaperPart("Actions", table=Table("Actions", columns, rows)) if rows else None


def _plan(source: _PaperSource) -> PaperPart:
    """The actions as a project plan, by due date, with empty rows for those that the meeting adds."""
    ordered = sorted(source.pir.actions, key=lambda a: (a.due or date.max, a.id))
    rows = [
        Row(
            (
                Cell((f"{a.id} {a.title}".strip(),), sub=f"Done when: {a.done_when}" if a.done_when else ""),
                Cell((a.owner,) if a.owner else ()),
                Cell((a.created,) if a.created else ()),
                Cell((a.due,) if a.due else ()),
                Cell((finished,) if (finished := a.verified or a.completed) is not None else ()),
                Cell((statuses.status(a.status).label,) if a.status else ()),
            )
        )
        for a in ordered
    ]
    rows += [Row(tuple(Cell(()) for _ in range(6)))] * 3
    columns = (
        Column("Action", "title"),
        Column("Owner"),
        Column("Agreed", "date", "agreed"),
        Column("Due", "date", "due"),
        Column("Finished", "date", "finished"),
        Column("State"),
    )
    return PaperPart("Plan", table=Table("Actions with owners and dates", columns, tuple(rows)))


def _recommendations(source: _PaperSource) -> PaperPart | None:
    rows = tuple(
        Row(
            (
                Cell((f"{r.id} {r.title}".strip(),)),
                Cell((r.issued,) if r.issued else ()),
                Cell((statuses.status(r.status).label,) if r.status else ()),
            )
        )
        for r in source.pir.recommendations
    )
    columns = (Column("Recommendation", "title"), Column("Issued", "date", "issued"), Column("Decision"))
    return (
        PaperPart("What we recommend, for your decision", table=Table("Recommendations", columns, rows))
        if rows
        else None
    )


def _meeting(source: _PaperSource) -> PaperPart:
    chair = source.module.role("service-delivery-manager").name
    kinds = ("Internal review", "Client review")
    return PaperPart(
        "Meeting",
        ticks=tuple(ChecklistItem(kind) for kind in kinds),
        facts=(Fact("Date", missing="____________________"), Fact("Chaired by", (chair,))),
    )


def _attendees(source: _PaperSource) -> PaperPart:
    roles = source.edition.roles
    attended = dict.fromkeys(role(a, roles) for r in source.pir.reviews for a in r.attendees)
    expected = dict.fromkeys(source.module.role(t.role).name for t in source.step.tasks)
    rows = tuple(
        Row((Cell((sentence(name).rstrip("."),)), Cell(())))
        for name in [*dict.fromkeys([*expected, *attended]), "", ""]
    )
    return PaperPart(
        "Who took part", table=Table("Who took part", (Column("Role or name", "title"), Column("Present")), rows)
    )


def _feedback(source: _PaperSource) -> PaperPart:
    return PaperPart("What was said about the report", lines=8)


def _decisions(source: _PaperSource) -> PaperPart:
    rows = tuple(Row(tuple(Cell(()) for _ in range(3))) for _ in range(5))
    return PaperPart(
        "What was decided",
        table=Table("Decisions", (Column("Decision or action", "title"), Column("Owner"), Column("By")), rows),
    )


def _signature(source: _PaperSource) -> PaperPart:
    return PaperPart("Feedback applied on, by", lines=1)


PARTS: Mapping[str, Callable[[_PaperSource], PaperPart | None]] = {
    "facts": _facts,
    "tasks": _tasks,
    "conditions": _conditions,
    "times": _times,
    "search": _search,
    "agenda": _agenda,
    "deficiencies": _deficiencies,
    "impact": _impact,
    "root-cause": _root_cause,
    "changes": _changes,
    "actions": _actions,
    "plan": _plan,
    "recommendations": _recommendations,
    "meeting": _meeting,
    "attendees": _attendees,
    "feedback": _feedback,
    "decisions": _decisions,
    "signature": _signature,
}
"""The parts of papers by the names that the process file uses."""
