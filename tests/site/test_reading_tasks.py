"""What readers come for is at most three clicks from the home page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.search_page import wait_until

pytestmark = pytest.mark.browser

OWNER = 2
ALERT = "[FIRING:1] MailQueueDepth mx-2 451 4.7.1 TLS handshake failed"


def _home(browser, address: str, width: int):
    page = browser.new_page(viewport={"width": width, "height": 844})
    page.goto(f"{address}/index.html")
    return page


def _rows(page, *words: str) -> list[str]:
    """The rows of the list of a page, once it is filtered so that each has these words."""
    wanted = f"const words = {json.dumps([word.lower() for word in words])};"
    wait_until(
        page,
        f"""(() => {{
            {wanted}
            const rows = [...document.querySelectorAll(".pir-list tbody tr")];
            return rows.length > 0 && rows.every((row) => words.every((word) => row.innerText.toLowerCase().includes(word)));
        }})()""",
    )
    return page.locator(".pir-list tbody tr").all_inner_texts()


def test_a_pasted_alert_leads_to_its_workaround_on_a_phone_in_one_more_touch(browser, serve, demo_sites: Path) -> None:
    page = _home(browser, serve(demo_sites / "internal"), 390)
    page.locator(".pir-home-search input").fill(ALERT)
    first = page.locator(".pir-suggestion").first
    first.wait_for()
    assert "Workaround" in first.inner_text()
    first.click()
    workaround = page.locator(".pir-callout--workaround").first
    workaround.wait_for()
    assert workaround.bounding_box()["y"] < 844


def test_a_ticket_that_no_review_mentions_is_found_in_the_list_of_incidents(browser, serve, demo_sites: Path) -> None:
    page = _home(browser, serve(demo_sites / "internal"), 390)
    page.goto(page.url.replace("index.html", "search/index.html?q=INC-46081"))
    page.get_by_text("No review, lesson, problem or cause mentions “INC-46081”.").wait_for()
    page.get_by_role("link", name="Look for INC-46081 in the list of incidents").click()
    assert len(_rows(page, "INC-46081")) == 1


def test_reviews_of_a_client_and_year_with_sev_1_and_open_actions(browser, serve, demo_sites: Path) -> None:
    page = _home(browser, serve(demo_sites / "internal"), 1280)
    page.locator(".md-tabs").get_by_role("link", name="Reviews").click()
    page.get_by_role("link", name="SEV-1 with open actions").click()
    page.get_by_label("Only rows with these words").fill("wystan 2026")
    assert _rows(page, "SEV-1", "Wystan", "2026")


def test_what_keeps_coming_back_for_a_service_and_why(browser, serve, demo_sites: Path) -> None:
    page = _home(browser, serve(demo_sites / "internal"), 1280)
    page.goto(page.url.replace("index.html", "services/mail-gateway.html"))
    page.get_by_role("link", name="repeats, and why").click()
    assert _rows(page, "mail")


def test_what_is_late_and_whose_it_is(browser, serve, demo_sites: Path) -> None:
    page = _home(browser, serve(demo_sites / "internal"), 1280)
    page.get_by_role("link", name="overdue actions").click()
    assert _rows(page, "late")
    rows = page.locator(".pir-list tbody tr")
    assert rows.count() > 5
    for row in rows.all():
        assert "late" in row.inner_text()
        assert row.locator("td").nth(OWNER).inner_text().strip()
