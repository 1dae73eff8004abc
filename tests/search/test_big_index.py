"""A big index in a browser: first results come early, and little is loaded while typing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.search_corpus import read_corpus
from helpers.search_page import result_titles, wait_until

from mkdocs_pir.search.index import build_index

pytestmark = pytest.mark.browser


@pytest.fixture
def big(site: Path, in_shards: None) -> str:
    """The name of a search page over an index in many shards."""
    corpus = read_corpus()
    (site / "big").mkdir(exist_ok=True)
    for name, content in build_index(corpus["documents"], synonyms=corpus["synonyms"]).items():
        (site / "big" / name).write_bytes(content)
    page = (site / "search/index.html").read_text("utf-8")
    page = page.replace('data-base="../" data-index="search/"', 'data-base="" data-index="big/"').replace("../", "")
    (site / "big.html").write_text(page, "utf-8")
    return "big.html"


FIRST_SHOWN = """new MutationObserver(() => {
  const results = document.querySelectorAll('.pir-result').length;
  if (results && !window.firstShown) window.firstShown = [results, document.querySelectorAll('.pir-search-filter').length];
}).observe(document, {childList: true, subtree: true});"""


def test_the_first_results_come_before_the_rest(page: Any, served: str, big: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[1].split("-")[0]))
    page.add_init_script(FIRST_SHOWN)
    page.goto(f"{served}{big}?q=connection+certificate+disk+deadlock+memory+queue")
    wait_until(page, "document.querySelectorAll('.pir-search-filter').length > 0")
    assert page.evaluate("window.firstShown") == [6, 0]
    assert len(result_titles(page)) > 6
    assert asked.index("cards") < asked.index("filters")


def test_what_is_shown_first_stays_first(page: Any, served: str, big: str) -> None:
    question = "?q=connection+certificate+disk+deadlock+memory+queue"
    page.goto(f"{served}{big}{question}")
    wait_until(page, "document.querySelectorAll('.pir-search-filter').length > 0")
    grown = result_titles(page)
    page.goto(f"{served}search/index.html{question}")
    wait_until(page, "document.querySelectorAll('.pir-result').length > 6")
    assert result_titles(page) == grown


def test_a_question_that_nothing_answers_still_shows_the_filters_to_widen(page: Any, served: str, big: str) -> None:
    page.goto(f"{served}{big}?q=zanzibar")
    wait_until(page, "document.querySelector('.pir-search__status')?.textContent === 'No record matches.'")
    assert "zanzibar" in page.locator(".pir-search__notes").inner_text()


def test_a_chosen_filter_narrows_a_big_index(page: Any, served: str, big: str) -> None:
    page.goto(f"{served}{big}?q=certificate&kind=pir")
    wait_until(page, "document.querySelectorAll('.pir-result').length === 1")
    wait_until(page, "document.querySelectorAll('.pir-search-filter').length > 0")
    assert result_titles(page) == ["Gateway rejected partners after a certificate expired"]


def test_results_stand_without_the_texts_to_quote_from(page: Any, served: str, big: str) -> None:
    page.route("**/texts-*", lambda route: route.fulfill(status=200, body="", content_type="text/javascript"))
    page.goto(f"{served}{big}?q=vacuum+connection+certificate+disk+deadlock+memory+queue")
    wait_until(page, "document.querySelectorAll('.pir-search-filter').length > 0")
    assert len(result_titles(page)) > 6
