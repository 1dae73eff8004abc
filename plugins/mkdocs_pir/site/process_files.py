"""The files of the process beside its pages: each map as SVG, BPMN and draw.io, and the review calendar. Inside only."""

from __future__ import annotations

from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.site import diagrams
from mkdocs_pir.site.review_calendar_file import calendar
from mkdocs_pir.site.views.process_pages import CALENDAR_FILE, map_path


def process_files(insight: Insight) -> dict[str, bytes]:
    """Path in the site to content; empty in a client's edition."""
    projection = insight.projection
    if not projection.edition.internal or not projection.modules:
        return {}
    found: dict[str, bytes] = {}
    for module in projection.modules.values():
        for step in module.steps:
            plan = diagrams.blueprint(module, step)
            found[map_path(step, "svg")] = diagrams.process_map(plan).svg.encode()
            found[map_path(step, "bpmn")] = diagrams.bpmn(plan)
            found[map_path(step, "drawio")] = diagrams.drawio(plan)
    name = f"{projection.site_name}: reviews"
    found[CALENDAR_FILE] = calendar(name, insight.due_dates, projection.as_of)
    return found
