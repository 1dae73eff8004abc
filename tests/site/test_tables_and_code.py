"""Tables and code at every width: the head that stays, the sorting that can be reached, nothing wider than the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.search_page import wait_until

pytestmark = pytest.mark.browser

LISTS = ("reviews.html", "recurring/prevented.html", "kpis/recurrence/rows.html")
PLACES = """() => {
  const bottom = document.querySelector('.md-header').getBoundingClientRect().bottom;
  const head = document.querySelector('.pir-list thead th');
  const { top, bottom: end } = head.getBoundingClientRect();
  return [bottom, top, end, getComputedStyle(head).borderBottomWidth, getComputedStyle(head.closest('table')).borderCollapse];
}"""
TO_THE_MIDDLE = """() => {
  const rows = document.querySelectorAll('.pir-list tbody tr');
  rows[Math.floor(rows.length / 2)].scrollIntoView({ block: 'center' });
}"""


@pytest.mark.parametrize("width", [1280, 1600, 1920, 2100])
def test_the_head_of_a_table_stays_just_below_the_header_with_its_rule(
    browser, serve, demo_sites: Path, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    address = serve(demo_sites / "internal")
    for path in LISTS:
        page.goto(f"{address}/{path}")
        page.evaluate(TO_THE_MIDDLE)
        header, top, end, rule, borders = page.evaluate(PLACES)
        assert header - 1.5 <= top <= header, f"{path}: a gap of {top - header} px"
        assert end > header + 20
        # a rule of joined borders would scroll away with the first row
        assert (rule, borders) == ("1px", "separate")


@pytest.mark.parametrize("width", [720, 800, 1000, 1219])
def test_a_table_wider_than_the_page_scrolls_by_itself_to_every_head(
    browser, serve, demo_sites: Path, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    address = serve(demo_sites / "internal")
    for path in LISTS:
        page.goto(f"{address}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    page.goto(f"{address}/process/calendar.html")
    last = page.locator(".pir-list").first.locator("th .pir-sort").last
    last.focus()
    page.keyboard.press("Enter")
    assert page.locator(".pir-list").first.locator("th").last.get_attribute("aria-sort") != "none"
    page.locator(".pir-list").first.evaluate("list => list.scrollTo(list.scrollWidth, 0)")
    box = last.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_cards_of_a_phone_are_sorted_by_a_menu_and_no_unseen_button_takes_the_focus(
    browser, serve, demo_sites: Path
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{serve(demo_sites / 'internal')}/process/calendar.html")
    titles = page.locator(".pir-list").first.locator("tbody td.pir-title")
    listed = titles.all_inner_texts()
    page.get_by_label("Sort by").first.select_option(index=1)
    ascending = titles.all_inner_texts()
    assert ascending != listed
    assert sorted(ascending) == sorted(listed)
    page.get_by_label("Sort the other way round").first.click()
    assert titles.all_inner_texts() != ascending
    assert not page.locator(".pir-list th .pir-sort").first.is_visible()
    assert "sort=" in page.url
    page.reload()
    assert page.get_by_label("Sort by").first.input_value() == "0"


def test_code_wider_than_a_phone_can_be_scrolled_by_keyboard(browser, serve, demo_sites: Path) -> None:
    site = demo_sites / "internal"
    page = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True).new_page()
    address = serve(site)
    wide = 0
    for file in [site / "handbook/tutorial-first-review.html", site / "pirs/2026/PIR-2026-0003.html"]:
        page.goto(f"{address}/{file.relative_to(site)}", wait_until="networkidle")
        assert page.evaluate("matchMedia('(hover: none)').matches")
        for reached in page.evaluate(
            "[...document.querySelectorAll('pre > code')].filter(c => c.scrollWidth > c.clientWidth).map(c => c.tabIndex)"
        ):
            wide += 1
            assert reached == 0, file.name
    assert wide
    code = page.locator("pre > code[tabindex]").first
    if code.count():
        code.focus()
        page.keyboard.press("ArrowRight")
        wait_until(page, "document.activeElement.scrollLeft > 0")
