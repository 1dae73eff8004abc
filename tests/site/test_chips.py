"""A status and a severity have the same word, colour and icon on a page, in a list, in a search card and in `pir search`."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from helpers.knowledge_base import pir
from helpers.repository import ROOT
from helpers.search_page import open_search

from mkdocs_pir.kb import statuses

Chip = tuple[str, str]

pytestmark = pytest.mark.browser

LISTS = {"pir": "reviews.html", "lesson": "lessons.html", "problem": "problems.html"}


def chips(part: Tag) -> set[Chip]:
    """The text and classes of each chip in a part of a page."""
    return {(chip.get_text(strip=True), " ".join(chip["class"])) for chip in part.select(".pir-chip")}


def read(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text("utf-8"), "html.parser")


def row_of(site: Path, path: str) -> Tag | None:
    """The row of a record in the static form of its list."""
    for page in [site / name for name in LISTS.values()]:
        link = read(page).select_one(f'.pir-table a[href="{path}"]')
        if link is not None:
            return link.find_parent("tr")
    return None


LOOKS = {status.look for status in statuses.STATUSES.values()} | {"again", "inside"}


def test_every_look_but_the_quiet_one_has_an_icon_which_the_style_sheet_draws(browser, serve, demo_sites: Path) -> None:
    page = browser.new_page()
    page.goto(serve(demo_sites / "internal") + "/kpis.html")
    shape = """look => {
      const chip = pir.el("span", "pir-chip pir-chip--" + look, "Word");
      document.querySelector(".md-typeset").append(chip);
      const {content, maskImage} = getComputedStyle(chip, "::before");
      return [content !== "none", maskImage];
    }"""
    assert page.evaluate(shape, "quiet")[0] is False
    assert page.evaluate(shape, "sev-1")[0] is False
    drawn = {look: page.evaluate(shape, look) for look in sorted(LOOKS - {"quiet"})}
    assert [look for look, (shown, mask) in drawn.items() if not shown or "svg" not in mask] == []
    page.close()


@pytest.mark.parametrize("edition", ["internal", "clients/harbor-credit"])
def test_every_status_and_severity_of_the_demonstration_looks_the_same_everywhere(
    browser, serve, demo_sites: Path, edition: str
) -> None:
    site = demo_sites / edition
    page = browser.new_page()
    address = serve(site) + "/search/index.html"
    open_search(page, address)
    counted = page.evaluate("async () => (await (await pir.open(new URL('.', location).href)).search('', {})).filters")
    wanted = [(name, value) for name in ("status", "severity") for value, _ in counted[name]]
    assert len(wanted) > (10 if edition == "internal" else 4)
    for name, value in wanted:
        open_search(page, f"{address}?{name}={value}")
        card = BeautifulSoup(page.locator(".pir-result").first.evaluate("card => card.outerHTML"), "html.parser")
        one = getattr(statuses, name)(value)
        (shown,) = [
            chip for chip in chips(card) if chip[1] == f"pir-chip pir-chip--{one.look}" and chip[0] == one.label
        ]
        path = str(card.select_one(".pir-result__link")["href"]).removeprefix("../")
        if name == "status" or path.startswith("pirs/"):
            assert shown in chips(read(site / path)), (value, path)
            row = row_of(site, path)
            assert row is None or shown in chips(row), (value, path)
        if edition == "internal":
            record = path.rpartition("/")[2].removesuffix(".html")
            told = pir(ROOT, "search", record).stdout.splitlines()
            (at,) = [at for at, line in enumerate(told) if line.startswith(f"{record}  ")]
            assert one.label in told[at + 1].strip().split(", "), told
    page.close()
