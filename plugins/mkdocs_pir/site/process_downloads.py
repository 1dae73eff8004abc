"""The downloads of the process: each map as SVG, BPMN and draw.io, and the review calendar. For the internal edition only."""

from __future__ import annotations

from mkdocs_pir.site import diagrams
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.process_pages import CALENDAR_FILE, map_path
from mkdocs_pir.store import stages


@stages.EXPORTS
def process_downloads(edition: EditionContext) -> dict[str, bytes]:
    """Path in the site to content; empty in a client's edition."""
    projection = edition.projection
    if not projection.edition.internal or not projection.modules:
        return {}
    # here, since every build without a process would wait for the library of calendars too
    from mkdocs_pir.site.review_calendar_file import calendar

    files: dict[str, bytes] = {}
    for module in projection.modules.values():
        for step in module.steps:
            drawn = edition.process_map(module, step)
            files[map_path(step, "svg")] = drawn.chart.svg.encode()
            files[map_path(step, "bpmn")] = diagrams.bpmn(drawn.blueprint)
            files[map_path(step, "drawio")] = diagrams.drawio(drawn.blueprint)
    name = f"{projection.site_name}: reviews"
    files[CALENDAR_FILE] = calendar(name, edition.insight.due_dates, projection.as_of)
    return files
