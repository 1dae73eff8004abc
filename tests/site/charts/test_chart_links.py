"""Marks of charts: each leads to exactly the rows that it counts, and all are reached by keyboard."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from helpers.list_files import read_list_file
from helpers.site_pages import with_quotes

_LINK = re.compile(r'<a href="([^"#]+)#([^"]+)" aria-label="([^"]+)"')
_COUNTED = re.compile(r".*: (?:[a-z ]+ )?([\d,]+)|.* \([a-z ]+ ([\d,]+)\)")
"""What a mark says that it counts: "Backup, DNS: 7", "2026-Q3: incidents 33", "2026-Q3: 81% (reviews 9)"."""


@cache
def _list(page: Path) -> tuple[dict[str, int], list[tuple[list[Any], list[Any]]]]:
    """The places of the filters of a list, and the cells and values of its rows."""
    (path,) = re.findall(r"data-pir-listing=((?:\.\./)*lists/[^\s>]+)", page.read_text("utf-8"))

    def read(file: Path) -> Any:
        return read_list_file(file.read_text("utf-8"))[1]

    description = read(page.parent / path)
    folder = (page.parent / path).parent
    rows = [(row[2], row[3]) for part in description["parts"] for row in read(folder / f"{part}.js")]
    return {key: at for at, (key, _, _) in enumerate(description["filters"])}, rows


def _shown(page: Path, chosen: str) -> int:
    """How many rows a list shows where its address has chosen values; a filter that all rows share is not there."""
    places, rows = _list(page)
    for part in chosen.split("&"):
        key, _, values = part.partition("=")
        wanted = set(map(unquote, values.split(",")))
        if key in places:
            at = places[key]
            rows = [row for row in rows if wanted & set(row[1][at] if isinstance(row[1][at], list) else [row[1][at]])]
    return len(rows)


@pytest.mark.parametrize("site", ["internal", "clients/harbor-credit"])
def test_each_mark_leads_to_as_many_rows_as_it_says(demo_sites: Path, site: str) -> None:
    wrong, kinds = [], Counter[str]()
    for page in sorted((demo_sites / site).rglob("*.html")):
        for path, chosen, label in _LINK.findall(with_quotes(page.read_text("utf-8"))):
            if not (counted := _COUNTED.fullmatch(unescape(label))):
                continue  # a bar of minutes
            said = int((counted[1] or counted[2]).replace(",", ""))
            target = (page.parent / path).resolve()
            if (shown := _shown(target, unescape(chosen))) != said:
                wrong.append(f"{page.relative_to(demo_sites)}: {label}: {shown} rows in {path}#{chosen}")
            kinds[target.name] += 1
    assert wrong == []
    assert kinds["incidents.html"] > 5
    assert kinds["list.html"] > 5
    assert kinds["rows.html"] > 20


def test_the_rest_of_a_ranking_and_of_a_map_leads_to_its_rows_too(demo_sites: Path) -> None:
    links = _LINK.findall(with_quotes((demo_sites / "internal/recurring.html").read_text("utf-8")))
    assert len([label for _, _, label in links if re.match(r"\d+ more, together: \d+$", label)]) == 1
    assert len([label for _, _, label in links if re.match(r"\d+ more, \w", label)]) > 5


@pytest.mark.browser
def test_a_chart_is_one_stop_of_the_keyboard_and_arrows_lead_from_mark_to_mark(browser, demo_sites: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((demo_sites / "internal/recurring.html").as_uri())
    stops = page.evaluate(
        """() => [...document.querySelectorAll('svg.pir-chart')].map(
            chart => [...chart.querySelectorAll('a')].filter(mark => mark.tabIndex >= 0).length)"""
    )
    assert stops == [1] * len(stops)
    assert len(stops) == 4

    def focused() -> str:
        return page.evaluate("document.activeElement.getAttribute('aria-label') || ''")

    ranking, _, heat, _ = page.locator("svg.pir-chart").all()
    ranking.locator("a").first.focus()
    first = focused()
    page.keyboard.press("ArrowDown")
    assert focused() == ranking.locator("a").nth(1).get_attribute("aria-label")
    page.keyboard.press("ArrowUp")
    assert focused() == first
    heat.locator('a[tabindex="0"]').focus()
    row = focused().partition(",")[0]
    page.keyboard.press("ArrowRight")
    assert focused().startswith(f"{row},")
    page.keyboard.press("ArrowDown")
    assert not focused().startswith(f"{row},")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('svg')") is None
    page.get_by_text("Show the figures").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".pir-figure__data").first.get_by_role("table").is_visible()
    heat.locator("a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/incidents.html#cause=*")
    page.close()
