"""By keyboard alone: the search page with a question in its address, and what scrolls sideways on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.search_page import open_search, wait_until

pytestmark = pytest.mark.browser

WIDTHS = pytest.mark.parametrize("width", [390, 1280, 1920])
QUESTION = "search/index.html?q=certificate+expired"
IN_SEARCH = "document.activeElement.matches('textarea.pir-search__input')"
ON_RESULT = "document.activeElement.matches('.pir-result__link')"


def _search(browser, address: str, width: int, path: str = QUESTION):
    page = open_search(browser.new_page(viewport={"width": width, "height": 800}), f"{address}/{path}")
    wait_until(page, "document.querySelectorAll('.pir-result').length > 1")
    return page


@WIDTHS
@pytest.mark.parametrize("path", [QUESTION, "search/index.html"])
def test_the_search_page_begins_in_its_field_so_that_arrows_move_and_letters_type(
    browser, serve, demo_sites: Path, width: int, path: str
) -> None:
    page = _search(browser, serve(demo_sites / "internal"), width, path)
    question = page.locator("textarea").input_value()
    assert page.evaluate(IN_SEARCH)
    page.keyboard.press("ArrowDown")
    assert page.evaluate(ON_RESULT)
    page.keyboard.press("ArrowUp")
    page.keyboard.type(" net")
    assert page.locator("textarea").input_value() == question + " net"
    page.keyboard.press("Escape")
    assert page.locator("textarea").input_value() == ""
    assert page.url.partition("?")[0].endswith("search/index.html")


@WIDTHS
def test_a_letter_pressed_beside_the_field_is_typed_and_leaves_nothing(
    browser, serve, demo_sites: Path, width: int
) -> None:
    page = _search(browser, serve(demo_sites / "internal"), width)
    for press in "np.":  # keys with which the theme goes to other pages
        page.keyboard.press("ArrowDown")
        assert page.evaluate(ON_RESULT)
        page.keyboard.press(press)
        page.evaluate("(document.querySelector('#pir-search [type=checkbox]') || document.activeElement).focus()")
        page.keyboard.press(press)
        assert page.evaluate(IN_SEARCH)
    page.wait_for_timeout(200)
    assert page.locator("textarea").input_value() == "certificate expirednnpp.."
    assert "search/index.html" in page.url


@WIDTHS
def test_arrows_enter_and_the_slash_work_from_anywhere_on_the_search_page(
    browser, serve, demo_sites: Path, width: int
) -> None:
    page = _search(browser, serve(demo_sites / "internal"), width)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    assert page.evaluate(IN_SEARCH)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(ON_RESULT)
    target = page.evaluate("document.activeElement.href")
    page.keyboard.press("Enter")
    page.wait_for_url(target)


@pytest.mark.parametrize(
    ("path", "name", "place"),
    [
        ("lessons.html", "Skip to the list", ".pir-listing__words"),
        ("index.html", "Skip to the search", ".pir-home-search input"),
    ],
)
def test_the_first_key_leads_past_the_menus_to_what_a_page_is_for(
    browser, demo_sites: Path, path: str, name: str, place: str
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto((demo_sites / "internal" / path).as_uri())
    page.get_by_role("link", name=name).wait_for(state="attached")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == name
    page.keyboard.press("Enter")
    assert page.evaluate("place => document.activeElement.matches(place)", place)
    page.close()


def test_the_tab_key_reaches_the_first_result_before_the_filters(browser, serve, demo_sites: Path) -> None:
    page = _search(browser, serve(demo_sites / "internal"), 1280)
    for _ in range(3):  # to clear the field, to save the search
        page.keyboard.press("Tab")
    assert page.evaluate(ON_RESULT)
    filters, results = page.locator(".pir-search__side"), page.locator(".pir-results")
    assert filters.bounding_box()["x"] < results.bounding_box()["x"]
