"""The pages of a process module: its overview with the reviews under way, and a page with a map for each step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from mkdocs_pir.insight.kpi_definitions import KPIS
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.insight.review_gate import Gate
from mkdocs_pir.insight.step_workload import StepWorkload
from mkdocs_pir.kb import review_conditions, statuses
from mkdocs_pir.kb.process import Module, Step, Task
from mkdocs_pir.site import diagrams
from mkdocs_pir.site.charts import Chart
from mkdocs_pir.site.diagrams import Count
from mkdocs_pir.site.urls import CALENDAR, module_path, path_of, path_of_kpi, report_path, step_path, tasks_path
from mkdocs_pir.site.value_formats import due_in_words, sentence, sentences, several, with_short_days
from mkdocs_pir.site.views.block_pages import PageBlock
from mkdocs_pir.site.views.components import Cell, Chip, Column, Command, Empty, Fact, Link, PageView, Row, Table, Value
from mkdocs_pir.site.views.edition_context import EditionContext

CALENDAR_FILE = "process/calendar.ics"
SHOWN = 20
"""How many reviews of a step are on its page."""

FORMS = (("svg", "SVG"), ("bpmn", "BPMN 2.0"), ("drawio", "draw.io"))
"""The file formats of a map: file extension and name."""


class Diagram(Struct, frozen=True):
    """A diagram, and links to its files."""

    chart: Chart
    files: tuple[Link, ...] = ()


def map_path(step: Step, form: str) -> str:
    return f"process/maps/{step.id}.{form}"


def pages(edition: EditionContext) -> Iterator[PageView]:
    for module in edition.projection.modules.values():
        yield _module_page(edition, module)
        for step in module.steps:
            yield _step(edition, module, step)


def page(
    path: str,
    title: str,
    lead: str,
    *,
    eyebrow: str = "Process",
    prose: str = "",
    description: str = "",
    tiles: tuple[Any, ...] = (),
    figures: tuple[Diagram, ...] = (),
    links: tuple[Link, ...] = (),
    blocks: tuple[PageBlock, ...] = (),
) -> PageView:
    """A page of the process: a lead sentence, diagrams, then blocks. Empty blocks are left out."""
    context = {
        "eyebrow": eyebrow,
        "title": title,
        "lead": lead,
        "prose": prose,
        "tiles": tiles,
        "diagrams": figures,
        "links": links,
        "blocks": tuple(block for block in blocks if block.filled),
    }
    return PageView(path, title, "process.html", context, description or lead)


def _live(edition: EditionContext, module: Module) -> tuple[StepWorkload, ...]:
    """The reviews in each step; empty for a module that is not about reviews, and in a client's edition."""
    return edition.insight.workload if edition.internal and module.module == edition.projection.lifecycle.module else ()


def _module_page(edition: EditionContext, module: Module) -> PageView:
    live = _live(edition, module)
    counts = {s.step.id: Count(len(s.reviews), s.late) for s in live}
    closed = sum(p.status == "closed" for p in edition.projection.pirs.values()) if live else None
    running, late = sum(c.standing for c in counts.values()), sum(c.late for c in counts.values())
    lead = module.purpose
    if live:
        stand = (
            f"{count(running, 'review')} under way, {late} of them late"
            if late
            else f"{count(running, 'review')} under way, none late"
        )
        archived = sum(p.status == "archived" for p in edition.projection.pirs.values())
        aside = ((closed or 0, "closed"), (archived, "from the archive, before this process"))
        clauses = [f"{number:,} {'is' if number == 1 else 'are'} {words}" for number, words in aside if number]
        lead = sentences((stand if running else "No review is under way", several(clauses)))
    figures = [Diagram(diagrams.overview(module, counts, closed))]
    if module.neighbours:
        figures.append(Diagram(diagrams.life_cycle(module)))
    links = [Link(step_path(step.id), f"{step.id} {step.name}") for step in module.steps]
    if edition.internal:
        links += [Link(report_path(module), "Detail report"), Link(tasks_path(module), "Task report")]
    if live:
        links.append(Link(CALENDAR, "Review calendar"))
    others = [m for m in edition.projection.modules.values() if m.module != module.module]
    guides = [p for p in edition.projection.pages.values() if "process" in p.tags]
    blocks = (
        PageBlock(
            "late",
            "Late reviews: their step, or an action, is past its due date",
            tables=_reviews(edition, live, late_only=True),
        ),
        PageBlock(
            "about",
            "What it is for",
            facts=(
                Fact("Aims", tuple(module.aims), wide=True),
                Fact("Benefits", tuple(module.benefits), wide=True),
                Fact("Begins when", _conditions(module.entry), wide=True),
                Fact("Ends when", _conditions(module.exit), wide=True),
                Fact("KPIs", kpi_links(edition, module.kpis), wide=True, inline=True),
            ),
        ),
        PageBlock(
            "guides",
            "Guides",
            facts=tuple(
                fact
                for fact in (
                    Fact("Handbook", tuple(Link(path_of(p), p.label) for p in guides), wide=True),
                    Fact("As a PDF", _as_pdf(edition)),
                )
                if fact.values
            ),
        ),
        PageBlock(
            "modules",
            "Other modules",
            facts=(
                Fact(
                    "Beside it",
                    tuple(Link(module_path(edition.projection.modules, m), f"{m.module} {m.name}") for m in others),
                ),
            )
            if others
            else (),
        ),
    )
    return page(
        module_path(edition.projection.modules, module),
        f"{module.module} {module.name}",
        lead,
        prose=module.purpose if live else "",
        description=module.purpose,
        figures=tuple(figures),
        links=tuple(links),
        blocks=blocks,
    )


def _step(edition: EditionContext, module: Module, step: Step) -> PageView:
    live = [s for s in _live(edition, module) if s.step.id == step.id]
    figures: tuple[Diagram, ...] = ()
    if step.tasks:
        files = tuple(Link(map_path(step, form), name) for form, name in FORMS) if edition.internal else ()
        figures = (Diagram(edition.process_map(module, step).chart, files),)
    place = module.steps.index(step)
    around = [Link(module_path(edition.projection.modules, module), f"{module.module} {module.name}")]
    around += [Link(step_path(s.id), f"Before: {s.id} {s.name}") for s in module.steps[:place][-1:]]
    around += [Link(step_path(s.id), f"Then: {s.id} {s.name}") for s in module.steps[place + 1 :][:1]]
    facts = (
        Fact("Status of a review", tuple(statuses.status(s).label for s in step.statuses), wide=True, inline=True),
        Fact("Due", _due(step), wide=True),
        Fact("KPIs it feeds", kpi_links(edition, step.kpis), wide=True, inline=True),
        Fact("Roles", tuple(dict.fromkeys(module.role(t.role).name for t in step.tasks)), wide=True, inline=True),
    )
    blocks = (
        PageBlock("standing", "Reviews in this step", tables=_reviews(edition, tuple(live)), empty=_none(live)),
        PageBlock(
            "conditions",
            "Conditions",
            "A review begins or leaves the step only when they are met.",
            tables=_gate(module, step),
        ),
        PageBlock("tasks", "Tasks", tables=(_tasks(module, step),) if step.tasks else ()),
    )
    return page(
        step_path(step.id),
        step.name,
        step.summary or module.purpose,
        eyebrow=f"Process, step {step.id}",
        figures=figures,
        links=tuple(around),
        blocks=(PageBlock("facts", "", facts=tuple(f for f in facts if f.values)), *blocks),
    )


def _as_pdf(edition: EditionContext) -> tuple[Value, ...]:
    if (pdf := edition.pdf()) is not None:
        return (Link(pdf.path, f"Process handbook, {pdf.text}"),)
    if not edition.internal:
        return ()
    return (
        Command("the handbook, made in a terminal", "pir pdf handbook"),
        Command("the maps of the steps, made in a terminal", "pir pdf maps"),
    )


def _none(live: list[StepWorkload]) -> Empty | None:
    return Empty("No review is in this step.") if live and not live[0].reviews else None


def _due(step: Step) -> tuple[Value, ...]:
    if step.due.of == "actions":
        return ("when the last of its actions is due",)
    if step.due.days is None:
        return ()
    others = [f"{severity}: {days}" for severity, days in sorted(step.due.severities.items())]
    agreed = ", unless something else is agreed with the client" if step.due.target == "review-days" else ""
    after = "after service was restored and the review decided on"
    return (f"{count(step.due.days, 'business day')} {after}{agreed}{f' ({several(others)})' if others else ''}",)


def _conditions(names: tuple[str, ...]) -> tuple[Value, ...]:
    return tuple(sentence(condition.text) for condition in review_conditions.named(names))


def kpi_links(edition: EditionContext, names: tuple[str, ...]) -> tuple[Link, ...]:
    """Links to those of the KPIs that the edition can fill."""
    return tuple(Link(path_of_kpi(name), KPIS[name].title) for name in names if name in edition.insight.kpis.names)


def _gate(module: Module, step: Step) -> tuple[Table, ...]:
    rows = [
        Row((Cell((sentence(c.text),), hint=f"{c.field}: {c.name}"), Cell((when,))), id=f"{c.name}-{n}")
        for n, (when, conditions) in enumerate(
            (
                ("to begin", review_conditions.entering(module, step)),
                ("to leave", review_conditions.leaving(module, step)),
            )
        )
        for c in conditions
    ]
    columns = (Column("Condition", "title"), Column("Needed"))
    return (Table(f"Conditions of {step.id}", columns, tuple(rows)),) if rows else ()


def _tasks(module: Module, step: Step) -> Table:
    rows = tuple(
        Row(
            (
                Cell((str(n),)),
                Cell((task.name,), sub=_how(step, task)),
                Cell((module.role(task.role).name,)),
                Cell((stage_chip(task),)),
                Cell(tuple(module.system(s).name for s in task.systems)),
                Cell(tuple(module.document(d).name for d in task.documents)),
            ),
            id=task.id,
        )
        for n, task in enumerate(step.tasks, 1)
    )
    columns = [
        Column("No.", "number"),
        Column("Task", "title"),
        Column("Role"),
        Column("Stage", "chips"),
        Column("Systems", phone="in"),
        Column("Documents", phone="with"),
    ]
    return Table(f"The tasks of {step.id} in order", tuple(columns), rows)


def _how(step: Step, task: Task) -> str:
    if task.skip is None:
        return task.does
    names = {t.id: t.name for t in step.tasks} | {"end": "the end of the step"}
    return f"{task.does} If {task.skip.when}, go on with: {names[task.skip.to]}."


def stage_chip(task: Task) -> Chip:
    return Chip("onstage", "now", "The client sees it") if task.onstage else Chip("backstage", "quiet")


def _standing(edition: EditionContext, gate: Gate) -> str:
    """When the step of a review is due, and how late its most overdue action is."""
    due = gate.now.due if gate.now is not None else None
    action = f"{gate.overdue.id} {due_in_words(gate.overdue.due, edition.as_of)}" if gate.overdue is not None else ""
    return ", ".join(filter(None, (due_in_words(due, edition.as_of), action)))


def _reviews(edition: EditionContext, live: tuple[StepWorkload, ...], *, late_only: bool = False) -> tuple[Table, ...]:
    reviews = [one for s in live for one in s.reviews if not late_only or one[1].is_late]
    if late_only:
        reviews.sort(key=lambda one: one[1].first_due or edition.as_of)
    rows = []
    for pir, gate in reviews[:SHOWN]:
        due = gate.now.due if gate.now is not None else None
        rows.append(
            Row(
                (
                    Cell((pir.label,), sub=pir.id),
                    Cell((edition.name(pir.client),)),
                    *(
                        (Cell((f"{gate.now.step.id} {gate.now.step.name}",)),)
                        if late_only and gate.now is not None
                        else ()
                    ),
                    Cell((due,) if due else (), sub=_standing(edition, gate)),
                    Cell((sentence(with_short_days(gate.instruction)),)),
                ),
                path_of(pir),
                look="late" if gate.is_late else "",
            )
        )
    if not rows:
        return ()
    columns = [
        Column("Review", "title"),
        Column("Client"),
        *((Column("Step"),) if late_only else ()),
        Column("Due", "date"),
        Column("Next", phone="next:"),
    ]
    more = Link(CALENDAR, f"All {len(reviews)} in the calendar") if len(reviews) > SHOWN else None
    caption = "Reviews whose step or action is past its due date" if late_only else "Reviews in this step"
    return (Table(caption, tuple(columns), tuple(rows), all=more),)
