"""Pages as a reader has set the browser: enlarged, with colours of the system, or without motion."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from mkdocs_pir.site.brand import contrast

pytestmark = pytest.mark.browser

PAGES = (
    "index.html",
    "search/index.html?q=certificate+expired",
    "reviews.html",
    "pirs/2026/PIR-2026-0003.html",
    "lessons/LL-0014.html",
    "recurring.html",
    "actions.html",
    "actions/list.html",
    "kpis.html",
    "kpis/recurrence.html",
    "clients/harbor-credit.html",
    "process/03g.03.html",
)

BEYOND = """() => {
  const scrolls = e => e && (/(auto|scroll)/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement))
  const hidden = e => !e.checkVisibility() || e.closest('.md-sidebar, .md-tabs, caption, thead, .pir-tools')
  return [...document.querySelectorAll('.md-content *')]
    .filter(e => !hidden(e) && !scrolls(e) && e.getBoundingClientRect().right > innerWidth + 1)
    .map(e => e.tagName + '.' + (e.getAttribute('class') || '') + ': ' + e.textContent.trim().slice(0, 60))
    .slice(0, 5)
}"""


@pytest.mark.slow
@pytest.mark.parametrize("width", [640, 320])
def test_an_enlarged_page_is_as_wide_as_the_screen_and_loses_nothing(
    browser: Any, serve: Any, demo_sites: Path, width: int
) -> None:
    """1,280 px at 200 % are 640 px of CSS, and at 400 % they are 320 (WCAG 2.2, 1.4.4 and 1.4.10)."""
    address = serve(demo_sites / "internal")
    page = browser.new_page(viewport={"width": width, "height": 512})
    wrong = []
    for path in PAGES:
        page.goto(f"{address}/{path}", wait_until="networkidle")
        if (wide := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
            wrong.append(f"{path}: {wide} px wider than the screen")
        wrong += [f"{path}: {words}" for words in page.evaluate(BEYOND)]
    page.close()
    assert wrong == []


def _hex(colour: str) -> str:
    """ "rgb(0, 128, 255)" as "#0080ff"."""
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])


def test_chips_charts_and_focus_are_seen_in_the_colours_of_the_system(
    browser: Any, serve: Any, demo_sites: Path
) -> None:
    address = serve(demo_sites / "internal")
    context = browser.new_context(viewport={"width": 1280, "height": 800}, forced_colors="active")
    page = context.new_page()
    page.goto(f"{address}/recurring.html")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for mark in (".pir-chart__fill1 rect", ".pir-chart__rest rect", ".pir-chart__heat5 rect", ".pir-chart__heat1 rect"):
        look = page.locator(mark).first.evaluate("e => [getComputedStyle(e).fill, getComputedStyle(e).stroke]")
        assert set(look) - {ground, "none"}, f"{mark} is not seen"
    for letters in (".pir-chart__onlight text", ".pir-chart__ondark text"):
        ink = page.locator(letters).first.evaluate("e => getComputedStyle(e).fill")
        cells = page.locator("[class^='pir-chart__heat'] rect").evaluate_all(
            "all => all.map(e => getComputedStyle(e).fill)"
        )
        assert {cell for cell in cells if contrast(_hex(ink), _hex(cell)) < 4.5} == set()
    chip = page.locator(".pir-chip").first.evaluate(
        "e => [getComputedStyle(e).borderStyle, getComputedStyle(e).borderWidth]"
    )
    assert chip == ["solid", "1px"]
    mark = page.locator("svg.pir-chart a").first
    mark.focus()
    page.keyboard.press("ArrowDown")
    focused = page.evaluate("getComputedStyle(document.activeElement.querySelector('rect')).outlineStyle")
    assert focused == "solid"
    context.close()


def test_nothing_moves_for_who_wants_no_motion(browser: Any, serve: Any, demo_sites: Path) -> None:
    address = serve(demo_sites / "internal")
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    for path in ("index.html", "recurring.html", "pirs/2026/PIR-2026-0003.html"):
        page.goto(f"{address}/{path}")
        moving = page.evaluate(
            """() => [...document.querySelectorAll('.md-content *')].flatMap(e => ['', '::after', '::before'].map(p => {
                const s = getComputedStyle(e, p)
                const long = text => Math.max(...text.split(',').map(parseFloat)) > 0.01
                return (s.transitionProperty !== 'none' && long(s.transitionDuration)) ||
                  (s.animationName !== 'none' && long(s.animationDuration)) ? e.className + p : ''
            })).filter(Boolean).slice(0, 5)"""
        )
        assert moving == []
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    context.close()
