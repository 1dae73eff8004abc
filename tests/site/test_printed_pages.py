"""Pages as a browser prints them: whose they are on every sheet, and no sheet wasted before a map."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pypdf
import pytest

pytestmark = pytest.mark.browser

PAGES = (
    "index.html",
    "reviews.html",
    "pirs/2026/PIR-2026-0003.html",
    "lessons/LL-0014.html",
    "recurring.html",
    "actions.html",
    "kpis/recurrence.html",
    "clients/harbor-credit.html",
    "process/03g.03.html",
)


def _printed(browser: Any, file: Path) -> list[str]:
    """The text of each sheet."""
    page = browser.new_page()
    page.goto(file.as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    page.close()
    return [" ".join(sheet.extract_text().split()) for sheet in pypdf.PdfReader(io.BytesIO(printed)).pages]


@pytest.mark.parametrize("path", PAGES)
def test_each_sheet_says_whose_it_is_and_of_which_day(browser: Any, demo_sites: Path, path: str) -> None:
    sheets = _printed(browser, demo_sites / "internal" / path)
    foot = "Internal · Larkfield Managed Services · figures as of 30 Sep 2026"
    assert [number for number, sheet in enumerate(sheets, 1) if foot not in sheet] == []
    assert [number for number, sheet in enumerate(sheets, 1) if f"{number} / {len(sheets)}" not in sheet] == []
    assert "Larkfield knowledge base" in sheets[0]


def test_a_client_s_sheet_names_the_client(browser: Any, demo_sites: Path) -> None:
    (first, *_) = _printed(browser, demo_sites / "clients/harbor-credit/index.html")
    assert "Client edition for Harbor Credit Union · Larkfield Managed Services · figures as of" in first
    assert "Internal ·" not in first


def test_a_printed_page_has_its_logo(browser: Any, demo_sites: Path) -> None:
    page = browser.new_page()
    page.goto((demo_sites / "internal/kpis.html").as_uri())
    page.emulate_media(media="print")
    assert page.locator(".md-header .md-logo img").is_visible()
    assert not page.locator('.md-header [for="__drawer"]').is_visible()
    page.close()


@pytest.mark.parametrize("path", ["process.html", "process/03g.03.html"])
def test_a_map_is_printed_below_the_title_of_its_page(browser: Any, demo_sites: Path, path: str) -> None:
    first = _printed(browser, demo_sites / "internal" / path)[0]
    assert "Post Incident Review" in first or "Client PIR Review" in first
    assert "Judge whether" in first or "Change Management" in first


def test_tables_fit_the_sheet_and_repeat_their_heads(browser: Any, demo_sites: Path) -> None:
    page = browser.new_page(viewport={"width": 680, "height": 900})  # what A4 leaves between its margins
    page.emulate_media(media="print")
    for path in (*PAGES[:-1], "incidents.html", "process/03g-tasks.html", "process/calendar.html"):
        page.goto((demo_sites / "internal" / path).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 681, path
    page.close()
    sheets = _printed(browser, demo_sites / "internal/process/calendar.html")
    assert all("Severity Client Step" in sheet for sheet in sheets[:2])


def test_a_list_is_printed_whole_or_says_how_much_of_it_is(browser: Any, demo_sites: Path) -> None:
    file = demo_sites / "internal/actions/list.html"
    assert "Rows 1 to 50 of 155" in _printed(browser, file)[-1]
    page = browser.new_page()
    page.goto(file.as_uri())
    page.get_by_label("Only rows with these words").fill("PIR-202")
    page.locator(".pir-listing__count", has_text="155 actions").wait_for()
    text = "".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(page.pdf())).pages)
    assert text.count("PIR-202") >= 155
    assert page.locator(".pir-list tbody tr").count() == 50
    page.close()


def test_homes_print_no_details_of_actions_and_no_days_without_anything_due(browser: Any, demo_sites: Path) -> None:
    review, home, board = (
        " ".join(_printed(browser, demo_sites / "internal" / path))
        for path in ("pirs/2026/PIR-2026-0009.html", "index.html", "home/service-delivery.html")
    )
    assert "Acts on" in review
    assert "Acts on" not in home + board
    assert "12 Oct 2026 03g.03 Meter readings" in board
    assert "13 Oct 2026" not in board  # nothing is due on that day


def test_an_older_workaround_is_printed_below_words_that_say_so(browser: Any, demo_sites: Path) -> None:
    page = browser.new_page()
    page.goto((demo_sites / "internal/pirs/2026/PIR-2026-0012.html").as_uri())
    page.emulate_media(media="print")
    label = page.get_by_text("Older workaround of 25 Aug 2026, replaced by PRB-0015")
    outdated = page.get_by_text("--rules-from")
    assert label.is_visible()
    assert outdated.is_visible()
    assert label.bounding_box()["y"] < outdated.bounding_box()["y"]
    page.close()


def test_values_and_labels_are_not_broken_on_paper(browser: Any, demo_sites: Path) -> None:
    page = browser.new_page(viewport={"width": 690, "height": 1000})
    page.goto((demo_sites / "clients/thistlecombe/clients/thistlecombe.html").as_uri())
    page.emulate_media(media="print")
    lines = page.locator(".pir-tile__value, .pir-actions .pir-facts dt").evaluate_all(
        """all => all.map(one => {
            const range = document.createRange();
            range.selectNodeContents(one.firstChild);
            return [one.textContent.trim(), new Set([...range.getClientRects()].map(r => Math.round(r.top))).size];
        })"""
    )
    page.close()
    assert len(lines) > 5
    assert [words for words, number in lines if number > 1] == []
