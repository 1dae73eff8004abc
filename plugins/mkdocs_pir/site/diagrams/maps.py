"""The map of one step as SVG: a swimlane for each role, those onstage first, then systems and documents."""

from __future__ import annotations

from mkdocs_pir.site.charts.canvas import Chart
from mkdocs_pir.site.diagrams.blueprint_layout import HEAD, SMALL_LINE, Band, Blueprint, Edge, FlowNode, Lane, Mark
from mkdocs_pir.site.diagrams.diagram_canvas import LINE, SMALL, Box, DiagramCanvas

STAGES = {"onstage": "onstage", "backstage": "backstage"}


def process_map(plan: Blueprint) -> Chart:
    """The SVG of a blueprint, with a table of its tasks."""
    drawing = DiagramCanvas("map", plan.width, plan.height)
    for lane in plan.lanes:
        drawing.rect(lane.stage, lane.box)
    for lane in plan.lanes:
        _head(drawing, lane, opens=lane.box.y == plan.sight)
    for band in plan.bands:
        _band(drawing, band)
    if plan.sight is not None:
        drawing.path("sight", [(1, plan.sight), (plan.width - 1, plan.sight)])
        drawing.text("sightname", 7, plan.sight + 14, "Line of visibility", "start", SMALL)
    for mark in plan.marks:
        drawing.path("link", mark.link)
    for edge in plan.edges:
        _edge(drawing, edge)
    for node in plan.nodes:
        _node(drawing, node, plan.lanes[node.lane])
    for mark in plan.marks:
        _mark(drawing, mark)
    step, module = plan.step, plan.module
    rows = [
        (
            str(n),
            task.name,
            module.role(task.role).name,
            task.stage,
            ", ".join(module.system(s).name for s in task.systems),
            ", ".join(module.document(d).name for d in task.documents),
        )
        for n, task in enumerate(step.tasks, 1)
    ]
    description = (
        f"The tasks of {step.id} {step.name} in order, a lane for each role; what the client sees stands above the "
        "line of visibility."
    )
    columns = ("No.", "Task", "Role", "Stage", "Systems", "Documents")
    return drawing.done(f"{step.id} {step.name}", description, columns, rows)


def _head(drawing: DiagramCanvas, lane: Lane, *, opens: bool) -> None:
    top = lane.box.y + (18 if opens else 0)
    drawing.path("head", [(lane.box.x + HEAD, lane.box.y), (lane.box.x + HEAD, lane.box.foot)])
    total = LINE * (len(lane.lines) + 1)
    y = top + (lane.box.foot - top - total) / 2 + LINE * 0.76
    for n, words in enumerate(lane.lines):
        drawing.text("strong", lane.box.x + 6, y + n * LINE, words, "start")
    drawing.text("muted", lane.box.x + 6, y + len(lane.lines) * LINE, STAGES[lane.stage], "start", SMALL)


def _band(drawing: DiagramCanvas, band: Band) -> None:
    drawing.rect("band", band.box)
    drawing.text("muted", band.box.x + 6, band.box.y + 19, band.name, "start")


def _edge(drawing: DiagramCanvas, edge: Edge) -> None:
    drawing.arrow("flow", edge.points)
    if edge.label_box is not None:
        drawing.lines("muted", edge.label_box, edge.lines, "start", SMALL, SMALL_LINE)


def _node(drawing: DiagramCanvas, node: FlowNode, lane: Lane) -> None:
    x, y = node.box.middle
    if node.kind == "task":
        drawing.rect("task" if lane.stage == "onstage" else "quiet", node.box, 6)
        drawing.lines("ink", node.box, node.lines)
    elif node.kind == "gateway":
        half = node.box.w / 2
        drawing.path("gateway", [(x, y - half), (x + half, y), (x, y + half), (x - half, y)], closed=True)
        drawing.text("ink", x, y + 5, "?", size=15)
    else:
        drawing.disc("end" if node.kind == "end" else "event", x, y, node.box.w / 2 - 2)


def _mark(drawing: DiagramCanvas, mark: Mark) -> None:
    box = mark.box
    if mark.kind == "document":
        # a sheet of paper with a folded corner
        drawing.path(
            "document",
            [(box.x, box.y), (box.right - 9, box.y), (box.right, box.y + 9), (box.right, box.foot), (box.x, box.foot)],
            closed=True,
        )
    else:
        drawing.rect(mark.kind, box, 3 if mark.kind == "system" else 0)
    drawing.lines("ink", Box(box.x, box.y, box.w, box.h), mark.lines, "start", SMALL, SMALL_LINE)
