"""The two reports of a process module: its roles, systems and documents with their tasks, and every task with its RACI."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from mkdocs_pir.insight.kpi_definitions import KPIS
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb.process import Module, Step, Task
from mkdocs_pir.kb.review_conditions import CONDITIONS
from mkdocs_pir.site.urls import module_path, path_of_kpi, report_path, step_path, tasks_path
from mkdocs_pir.site.value_formats import sentence
from mkdocs_pir.site.views.block_pages import PageBlock
from mkdocs_pir.site.views.components import Cell, Column, Link, PageView, Row, Table
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.process_pages import page, stage_chip

LETTERS = "R is responsible, A accountable, C consulted, I informed."


def pages(edition: EditionContext) -> Iterator[PageView]:
    """The reports, in the internal edition only, since clients must not see who is accountable for a task."""
    for module in edition.projection.modules.values() if edition.internal else ():
        yield _detail(edition, module)
        yield _tasks(edition, module)


def task_link(step: Step, n: int, task: Task) -> Link:
    """A task by its number in the process: "03g.01.4"."""
    return Link(f"{step_path(step.id)}#{task.id}", f"{step.id}.{n}", hint=task.name)


def _where(module: Module, uses: Callable[[Task], bool]) -> tuple[Link, ...]:
    return tuple(task_link(step, n, task) for step, n, task in module.tasks if uses(task))


def _detail(edition: EditionContext, module: Module) -> PageView:
    roles = [
        (r.name, r.id, r.does, _where(module, lambda t, r=r: bool(t.part_of(r.id))))  # type: ignore[misc]
        for r in module.roles
    ]
    systems = [
        (s.name, s.id, s.holds, _where(module, lambda t, s=s: s.id in t.systems))  # type: ignore[misc]
        for s in module.systems
    ]
    documents = [
        (d.name, d.id, d.holds, _where(module, lambda t, d=d: d.id in t.documents))  # type: ignore[misc]
        for d in module.documents
    ]
    tasks = sum(len(step.tasks) for step in module.steps)
    lead = (
        f"{count(len(module.steps), 'step')} with {count(tasks, 'task')}, {count(len(roles), 'role')}, "
        f"{count(len(systems), 'system')} and {count(len(documents), 'document')}."
    )
    blocks = (
        PageBlock("roles", "Roles", tables=_used("Roles and their tasks", "Role", roles)),
        PageBlock("systems", "Systems", tables=_used("Systems and the tasks that use them", "System", systems)),
        PageBlock(
            "documents", "Documents", tables=_used("Documents and the tasks that use them", "Document", documents)
        ),
        PageBlock("kpis", "KPIs", tables=_kpis(edition, module)),
        PageBlock("conditions", "Conditions", tables=_conditions(module)),
        PageBlock("hand-offs", "Hand-offs", tables=_hand_offs(module)),
    )
    return page(
        report_path(module),
        "Detail report",
        lead,
        eyebrow=f"Process, {module.module} {module.name}",
        description=f"Roles, systems, documents and KPIs of {module.name}, each with where it is used.",
        links=(
            Link(module_path(edition.projection.modules, module), f"{module.module} {module.name}"),
            Link(tasks_path(module), "Task report"),
        ),
        blocks=blocks,
    )


def _used(caption: str, noun: str, entries: Iterable[tuple[str, str, str, tuple[Link, ...]]]) -> tuple[Table, ...]:
    rows = tuple(
        Row((Cell((name,), hint=id_), Cell((sentence(what),) if what else ()), Cell(where)), id=f"{noun.lower()}-{id_}")
        for name, id_, what, where in entries
    )
    columns = (Column(noun, "title"), Column("What it is for"), Column("Used in", phone="used in"))
    return (Table(caption, columns, rows),) if rows else ()


def _kpis(edition: EditionContext, module: Module) -> tuple[Table, ...]:
    names = dict.fromkeys([*module.kpis, *(name for step in module.steps for name in step.kpis)])
    rows = tuple(
        Row(
            (
                Cell((KPIS[name].title,), sub=KPIS[name].definition),
                Cell(
                    tuple(Link(step_path(s.id), s.id, hint=s.name) for s in module.steps if name in s.kpis)
                    or ("the whole module",)
                ),
            ),
            path_of_kpi(name),
        )
        for name in names
        if name in edition.insight.kpis.names
    )
    return (
        (Table("KPIs and the steps that feed them", (Column("KPI", "title"), Column("Fed by", phone="fed by")), rows),)
        if rows
        else ()
    )


def _conditions(module: Module) -> tuple[Table, ...]:
    places: dict[str, list[str | Link]] = {}
    for name in module.entry:
        places.setdefault(name, []).append("to begin")
    for step in module.steps:
        for name, when in [*((n, "to enter") for n in step.entry), *((n, "to leave") for n in step.leaves_when)]:
            places.setdefault(name, []).append(Link(step_path(step.id), f"{when} {step.id}", hint=step.name))
    for name in module.exit:
        places.setdefault(name, []).append("to close")
    rows = tuple(
        Row((Cell((sentence(CONDITIONS[name].text),), hint=f"{CONDITIONS[name].field}: {name}"), Cell(tuple(where))))
        for name, where in places.items()
        if name in CONDITIONS
    )
    columns = (Column("Condition", "title"), Column("Needed", phone="needed"))
    return (Table("Conditions and where they are needed", columns, rows),) if rows else ()


def _hand_offs(module: Module) -> tuple[Table, ...]:
    by_id = {task.id: (step, n, task) for step, n, task in module.tasks}
    rows = tuple(
        Row(
            (
                Cell((sentence(hand.gives),)),
                Cell((f"{'to' if hand.to else 'from'} {module.neighbour(hand.other).name}",), sub=hand.other),
                Cell((task_link(*by_id[hand.task]),) if hand.task in by_id else ()),
            )
        )
        for hand in module.hand_offs
    )
    columns = (Column("What is handed over", "title"), Column("Module"), Column("Task", phone="in"))
    return (Table("What is handed to other modules, and what comes from them", columns, rows),) if rows else ()


def _tasks(edition: EditionContext, module: Module) -> PageView:
    tasks = [task for _, _, task in module.tasks]
    onstage = sum(task.onstage for task in tasks)
    lead = f"{count(len(tasks), 'task')}: {onstage} onstage, where the client sees them, and {len(tasks) - onstage} backstage. {LETTERS}"
    blocks = [
        PageBlock(step.id.replace(".", "-"), f"{step.id} {step.name}", tables=(_raci(module, step),))
        for step in module.steps
        if step.tasks
    ]
    for role in module.roles:
        table = _of_role(module, role.id)
        if table.rows:
            blocks.append(PageBlock(f"role-{role.id}", role.name, sentence(role.does), tables=(table,)))
    return page(
        tasks_path(module),
        "Task report",
        lead,
        eyebrow=f"Process, {module.module} {module.name}",
        description=f"Every task of {module.name} by step and by role, with who is responsible, accountable, consulted and informed.",
        links=(
            Link(module_path(edition.projection.modules, module), f"{module.module} {module.name}"),
            Link(report_path(module), "Detail report"),
        ),
        blocks=tuple(blocks),
    )


def _raci(module: Module, step: Step) -> Table:
    roles = [role for role in module.roles if any(task.part_of(role.id) for task in step.tasks)]
    rows = tuple(
        Row(
            (
                Cell((task_link(step, n, task),)),
                Cell((task.name,)),
                Cell((stage_chip(task),)),
                *(Cell((part,) if (part := task.part_of(role.id)) else ()) for role in roles),
            )
        )
        for n, task in enumerate(step.tasks, 1)
    )
    columns = (
        Column("No."),
        Column("Task", "title"),
        Column("Stage", "chips"),
        *(Column(role.name, "text", f"{role.name}:") for role in roles),
    )
    return Table(f"Tasks of {step.id} and each role's part in them", columns, rows)


def _of_role(module: Module, role: str) -> Table:
    rows = tuple(
        Row(
            (
                Cell((task_link(step, n, task),)),
                Cell((task.name,), sub=task.does),
                Cell((stage_chip(task),)),
                Cell((task.part_of(role),)),
            )
        )
        for step, n, task in module.tasks
        if task.part_of(role)
    )
    columns = (Column("No."), Column("Task", "title"), Column("Stage", "chips"), Column("Part"))
    return Table(f"Tasks of the {module.role(role).name}", columns, rows)
