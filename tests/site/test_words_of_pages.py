"""The texts of all pages of the demonstration: no traces of how they are joined, and clients are spoken to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

BLOCKS = "p, li, h1, h2, h3, h4, td, th, dt, dd, caption, summary, figcaption, button, label, .pir-sub"
SLIPS = re.compile(
    r"(?<!\.)\.\.(?!\.)| [,;.](?=\s|$)|,,|\bundefined\b|\bN/A\b|\b0 results\b|\bnull\b|\bNone\b(?! of| was| had| goes| ran| have| is)"
)
"""Two full stops, an empty place before a comma or a stop, and values that are no words; a sentence may begin with None."""


def texts(page: Path) -> Iterator[str]:
    """The texts of a page, one for each block, each without those within it, and the texts of its tooltips."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    for hidden in soup(["script", "style", "svg", "pre", "noscript"]):
        hidden.extract()
    for machine in soup("code"):
        machine.replace_with("CODE")
    yield from (str(one["title"]) for one in soup.find_all(title=True))
    for block in reversed(soup.select(BLOCKS)):
        yield " ".join(block.extract().get_text(" " if block.find("div") else "").split())
    yield " ".join(soup.get_text(" ").split())


@pytest.fixture(scope="module")
def told(demo_sites: Path) -> list[tuple[str, str]]:
    """Every (page, text) of the demonstration."""
    pages = sorted(demo_sites.rglob("*.html"))
    assert len(pages) > 500
    return [(page.relative_to(demo_sites).as_posix(), text) for page in pages for text in texts(page)]


def test_no_text_shows_how_it_was_joined(told: list[tuple[str, str]]) -> None:
    assert [(page, text[:120]) for page, text in told if SLIPS.search(text)] == []


def test_no_text_of_the_program_speaks_about_the_client_to_the_client(told: list[tuple[str, str]]) -> None:
    ours = re.compile(
        r"(?:noticed|declined|refused) .{0,30}by the client|the client (?:did not|was advised)|Which other clients|"
        r"causes of incidents are not part of this edition",
        re.I,
    )
    found = {(page, match[0]) for page, text in told if page.startswith("clients/") for match in ours.finditer(text)}
    assert found == set()


def test_a_clients_reviews_name_no_step_by_its_code(demo_sites: Path) -> None:
    pages = list(demo_sites.glob("clients/*/pirs/**/*.html"))
    assert len(pages) > 30
    assert [page.name for page in pages if "03g." in page.read_text("utf-8")] == []
