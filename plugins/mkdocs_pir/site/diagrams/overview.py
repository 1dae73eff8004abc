"""The overview of a module: its steps in a row, with the number of reviews in each and how many are late."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from mkdocs_pir.kb.process import Module
from mkdocs_pir.site.charts.canvas import Chart
from mkdocs_pir.site.diagrams.diagram_canvas import LINE, SMALL, Box, DiagramCanvas, wrapped

WIDE, GAP, END = 190.0, 36.0, 96.0


class Count(Struct, frozen=True):
    """The number of reviews in a step on the day of the figures, and how many are past its due date."""

    standing: int
    late: int


def overview(module: Module, counts: Mapping[str, Count], closed: int | None = None) -> Chart:
    """The SVG of a module's steps. `counts` are by step id; `closed` is the number of closed reviews."""
    live = bool(counts)
    names = {step.id: wrapped(step.name, WIDE - 20) for step in module.steps}
    summaries = {step.id: wrapped(step.summary, WIDE - 20, SMALL) for step in module.steps}
    height = max(LINE * len(names[s.id]) + LINE * len(summaries[s.id]) for s in module.steps) + (96 if live else 56)
    width = 2 + len(module.steps) * (WIDE + GAP) + END
    drawing = DiagramCanvas("overview", width, height + 4)
    x = 2.0
    for step in module.steps:
        box = Box(x, 2, WIDE, height)
        count = counts.get(step.id, Count(0, 0))
        drawing.rect("now" if count.standing else "quiet", box, 6)
        drawing.text("muted", x + 10, 22, step.id, "start", SMALL)
        y = 40.0
        for words in names[step.id]:
            drawing.text("strong", x + 10, y, words, "start")
            y += LINE
        for words in summaries[step.id]:
            drawing.text("muted", x + 10, y, words, "start", SMALL)
            y += LINE
        if live:
            drawing.text("strong", x + 10, height - 26, _reviews(count.standing), "start", 15)
            drawing.text("late" if count.late else "muted", x + 10, height - 9, _late(count), "start")
        drawing.arrow("flow", [(box.right, height / 2), (box.right + GAP - 2, height / 2)])
        x += WIDE + GAP
    drawing.rect("end", Box(x, height / 2 - 30, END - 4, 60), 6)
    drawing.text("strong", x + END / 2 - 2, height / 2 - (4 if closed is not None else -4), "Closed")
    if closed is not None:
        drawing.text("ink", x + END / 2 - 2, height / 2 + 14, _reviews(closed))
    rows = [
        (step.id, step.name, str(counts[step.id].standing), str(counts[step.id].late))
        if step.id in counts
        else (step.id, step.name)
        for step in module.steps
    ]
    columns = ("Step", "Name", "Reviews in it", "Late") if live else ("Step", "Name")
    description = "The steps of the module in order" + (
        ", with the reviews that stand in each and those that are late." if live else "."
    )
    return drawing.done(f"{module.module} {module.name}", description, columns, rows)


def _reviews(count: int) -> str:
    return f"{count:,} {'review' if count == 1 else 'reviews'}"


def _late(count: Count) -> str:
    if not count.standing:
        return "nobody waits here"
    return f"{count.late:,} late" if count.late else "none late"
