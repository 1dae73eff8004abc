"""The texts of all pages of the demonstration: no traces of how they are joined, and clients are spoken to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import lxml.html
import pytest
from helpers.sample_pages import project_texts, render_pages, sample_records, sample_review

from mkdocs_pir.kb.model import Release

HIDDEN = ("script", "style", "svg", "pre", "noscript")
_BLOCKS = [
    "p",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "td",
    "th",
    "dt",
    "dd",
    "caption",
    "summary",
    "figcaption",
    "button",
    "label",
]
BLOCKS = f"//*[{' or '.join(f'self::{name}' for name in _BLOCKS)} or contains(concat(' ', @class, ' '), ' pir-sub ')]"
SLIPS = re.compile(
    r"(?<!\.)\.\.(?!\.)| [,;.](?=\s|$)|,,|\bundefined\b|\bN/A\b|\b0 results\b|\bnull\b|\bNone\b(?! of| was| had| goes| ran| have| is)"
)
"""Two full stops, an empty place before a comma or a stop, and values that are no words; a sentence may begin with None."""


COUNTS = re.compile(
    r"\b1 (?:reviews|lessons|incidents|actions|action items|clients|services|causes|problems|repeats|rows|weeks|months|hours"
    r"|days|key figures|conditions|papers|steps|tasks)\b|\b(?:0|1) of 1 [a-z]+ (?:are|were|have)\b|\bfirst 1 \b"
    r"|(?<!by )\b1 (?:are|were|have)\b|\b[Aa] (?:incident|action|open|earlier|overdue|outage|error)\b"
    r"|\b[Aa]n (?:review|lesson|client|service|cause|problem|repeat|day)\b"
)
"""One of something, told as if it were several, and the wrong article."""


def texts(page: Path) -> Iterator[str]:
    """The texts of a page file, see `texts_of`."""
    return texts_of(page.read_text("utf-8"))


def texts_of(html: str) -> Iterator[str]:
    """The texts of a page, one for each block, each without those within it, and the texts of its tooltips."""
    page = lxml.html.document_fromstring(
        html.encode(), parser=lxml.html.HTMLParser(remove_comments=True, encoding="utf-8")
    )
    for part in list(page.iter(*HIDDEN)):
        part.clear(keep_tail=True)
    for machine in list(page.iter("code")):
        machine.clear(keep_tail=True)
        machine.text = "CODE"
    yield from page.xpath("//@title")
    for block in reversed(page.xpath(BLOCKS)):
        divided = block.find(".//div") is not None
        yield " ".join((" " if divided else "").join(block.itertext()).split())
        block.clear(keep_tail=True)
    yield " ".join(" ".join(page.itertext()).split())


@pytest.fixture(scope="module")
def told(demo_sites: Path) -> list[tuple[str, str]]:
    """Every (page, text) of the demonstration."""
    pages = sorted(demo_sites.rglob("*.html"))
    assert len(pages) > 500
    return [(page.relative_to(demo_sites).as_posix(), text) for page in pages for text in texts(page)]


def test_no_text_shows_how_it_was_joined(told: list[tuple[str, str]]) -> None:
    assert [(page, text[:120]) for page, text in told if SLIPS.search(text)] == []


def test_one_of_something_is_told_as_one(told: list[tuple[str, str]]) -> None:
    assert [(page, text[:120]) for page, text in told if COUNTS.search(text)] == []


@pytest.mark.parametrize("edition", ["internal", "client:harbor-credit"])
def test_a_base_with_one_record_of_each_kind_has_its_words_right(edition: str) -> None:
    release = Release(approved_by="vp-services", on=date(2026, 3, 20))
    records = [one for one in sample_records() if one.kind != "pir"]
    pages = render_pages(project_texts(*records, sample_review(audience="client", release=release), edition=edition))
    assert len(pages) > 20
    slips = [
        (path, text[:160])
        for path, html in pages.items()
        for text in texts_of(html)
        if SLIPS.search(text) or COUNTS.search(text)
    ]
    assert slips == []


def test_the_words_for_slips_find_them() -> None:
    for slip in (
        "0 of 1 lesson are applied",
        "1 reviews",
        "The first 1 are listed",
        "a incident",
        "an review",
        "a  , b",
    ):
        assert COUNTS.search(slip) or SLIPS.search(slip), slip
    for right in ("0 of 1 lesson is applied", "1 review", "21 days", "an incident", "The first one is listed here"):
        assert not COUNTS.search(right), right


def test_no_text_of_the_program_speaks_about_the_client_to_the_client(told: list[tuple[str, str]]) -> None:
    ours = re.compile(
        r"(?:noticed|declined|refused) .{0,30}by the client|the client (?:did not|was advised)|Which other clients|"
        r"causes of incidents whose review is not released are not part of a client's edition",
        re.I,
    )
    found = {(page, match[0]) for page, text in told if page.startswith("clients/") for match in ours.finditer(text)}
    assert found == set()


def test_a_clients_reviews_name_no_step_by_its_code(demo_sites: Path) -> None:
    pages = list(demo_sites.glob("clients/*/pirs/**/*.html"))
    assert len(pages) > 30
    assert [page.name for page in pages if "03g." in page.read_text("utf-8")] == []
