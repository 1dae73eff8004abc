"""Two pages that show one figure show the same."""

from __future__ import annotations

from datetime import date

from helpers.projections import incident, project, review
from helpers.sample_pages import render_pages, visible_words

from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.kb.model import Cause, Service

CAUSES = (Cause(id="change/cert", name="Expired certificate"), Cause(id="process/handover", name="Handover"))


def test_the_most_frequent_causes_of_a_service_are_those_of_the_grid() -> None:
    projection = project(
        Service(id="mail", name="Mail"),
        Service(id="dns", name="Names"),
        *CAUSES,
        review("PIR-1", "2026-08-01T08:00", "2026-08-01T09:00", trigger="change/cert"),
        incidents=[
            incident(f"INC-{n}", f"2026-0{1 + n}-03T08:00", f"2026-0{1 + n}-03T09:00", "process/handover", service=service)
            for n, service in enumerate(("mail", "mail", "dns", "mail"))
        ],
        as_of=date(2026, 9, 30),
    )  # fmt: skip
    grid = Insight(projection).heat
    column = {cause: row[grid.services.index("mail")] for cause, row in zip(grid.causes, grid.rows, strict=True)}
    assert column == {"process/handover": 3, "change/cert": 1}
    page = render_pages(projection)["services/mail.html"]
    shown = visible_words(page).partition("Most frequent causes ")[2]
    assert shown.startswith("Handover (3) Expired certificate (1) of all incidents, reviewed or not")
    assert "incidents.html#cause=process%2Fhandover&amp;service=mail" in page
