"""Whatever is pasted is answered, and both readers answer the same."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.pasted_texts import make_pastes
from helpers.search_corpus import corpus_files, mark_snippet
from helpers.search_page import ASK, shown_result

from mkdocs_pir.search.query import SearchIndex, SearchResult


def told(result: SearchResult) -> dict[str, Any]:
    hits = [[hit.id, hit.score, [[part.field, mark_snippet(part)] for part in hit.why]] for hit in result.hits]
    return {
        "hits": hits,
        "total": result.total,
        "fewer_words": [hit.id for hit in result.hits if hit.fewer_words],
        "filters": {name: [list(pair) for pair in pairs] for name, pairs in result.filters.items()},
        "corrections": [list(pair) for pair in result.corrections],
        "synonyms": [list(pair) for pair in result.synonyms],
        "unknown": list(result.unknown),
    }


@pytest.mark.browser
@pytest.mark.parametrize("number", [300, pytest.param(10_000, marks=pytest.mark.nightly)])
def test_both_readers_answer_anything_pasted_and_alike(page: Any, served: str, number: int) -> None:
    page.goto(served + "index.html")
    index = SearchIndex.open(corpus_files())
    texts = list(make_pastes(number))
    for low in range(0, number, 250):
        part = texts[low : low + 250]
        found = page.evaluate(ASK, ["search/", [{"text": text} for text in part]])
        for text, result in zip(part, found, strict=True):
            assert shown_result(result) == told(index.search(text)), repr(text[:300])


@pytest.mark.browser
def test_both_readers_read_as_much_of_a_long_text(page: Any, served: str) -> None:
    page.goto(served + "index.html")
    text = "\U000995d4 " * 32_750 + "deadlock certificate"
    (found,) = page.evaluate(ASK, ["search/", [{"text": text}]])
    assert shown_result(found) == told(SearchIndex.open(corpus_files()).search(text))
    assert [hit["kind"] for hit in found["hits"]] != []
