"""The panel beside a review: what to do in the words of people, what the client sees, papers."""

from __future__ import annotations

import re
from datetime import date

from helpers.sample_pages import project_texts, sample_records, sample_review, visible_words

from mkdocs_pir.kb.model import Initiated, Pir, Release, Review
from mkdocs_pir.site.page_renderer import PageRenderer
from mkdocs_pir.site.views import review_pages
from mkdocs_pir.site.views.edition_context import EditionContext

PIR = "pirs/2026/PIR-2026-0012.html"
OTHERS = [record for record in sample_records() if record.kind != "pir"]
RELEASED = {"audience": "client", "release": Release(approved_by="vp-services", on=date(2026, 3, 20))}


def panel_of(html: str) -> str:
    found = re.search(r'<aside class="pir-panel".*?</aside>', html, re.DOTALL)
    assert found
    return found[0]


def page_of(client_sites: str = "", edition: str = "internal", **fields: object) -> str:
    made = sample_review(**fields)
    context = EditionContext(project_texts(*OTHERS, made, edition=edition), client_sites=client_sites)
    pir = context.projection.pirs[made.id]
    assert isinstance(pir, Pir)
    return PageRenderer(context, in_full=True).render(review_pages.page(context, pir)).html


def test_what_to_do_is_told_in_verbs_and_the_field_on_hover() -> None:
    panel = panel_of(page_of())
    assert re.search(r'<li title="actions"><i [^>]*></i>Close action A2, or cancel it with a reason\.</li>', panel)
    assert "'" not in re.sub(r"<code>.*?</code>", "", visible_words(panel))
    assert '<li class="pir-step--now" title="03g.04"' in panel
    assert "03g" not in visible_words(panel)


def test_a_review_that_lacks_nothing_can_go_on() -> None:
    whole = {
        "actions": (),
        "initiated": Initiated("client", date(2026, 3, 5)),
        "contributing_factors": ("change/expired-certificate",),
        "reviews": tuple(
            Review(kind, date(2026, 3, 12), feedback_applied=date(2026, 3, 13)) for kind in ("internal", "client")
        ),
    }
    panel = panel_of(page_of(**whole))
    assert re.findall(r'<li title="([^"]*)"><i [^>]*ring"></i>(.*?)</li>', panel) == [
        ("status: closed", "Close the review.")
    ]
    earlier = panel_of(page_of(**{**whole, "status": "internal-review"}))
    assert (
        '<li title="status: client-review"><i class="pir-icon pir-icon--ring"></i>Go on to Client PIR Review.</li>'
        in earlier
    )


def test_the_panel_leads_to_what_the_client_sees() -> None:
    panel = panel_of(page_of("https://{client}.reviews.example.org/", **RELEASED))
    assert "Harbor Credit Union sees this review as it was released on 20 Mar 2026." in visible_words(panel)
    assert f'href="https://harbor-credit.reviews.example.org/{PIR}"' in panel
    assert f'href="../../../clients/harbor-credit/{PIR}"' in panel_of(page_of("../clients/{client}/", **RELEASED))


def test_without_addresses_or_a_release_there_is_no_such_link() -> None:
    assert "What the client sees" not in page_of(**RELEASED)
    inside = panel_of(page_of("../clients/{client}/"))
    assert "Harbor Credit Union does not see this review." in visible_words(inside)
    assert "What the client sees" not in inside
    waiting = panel_of(page_of("../clients/{client}/", audience="client"))
    assert "will see this review once its release is approved" in visible_words(waiting)
    assert "What the client sees" not in waiting


def test_a_client_has_neither_conditions_nor_addresses_of_editions() -> None:
    html = page_of("../clients/{client}/", "client:harbor-credit", **RELEASED)
    assert f"clients/harbor-credit/{PIR}" not in html
    said = visible_words(panel_of(html))
    for told in ("Before the next step", "sees this review", "pir pdf", "to print"):
        assert told not in said
