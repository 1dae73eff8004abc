"""The search page in a browser: what it shows, and what its reader answers."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from helpers.preview_server import PATIENCE

ASK = """async ([folder, queries]) => {
  const index = await pir.open(new URL(folder, location).href);
  const found = [];
  for (const query of queries) found.push(await index.search(query.text, {filters: query.filters}));
  return found;
}"""


def mark_snippet(part: Any) -> str:
    text, at = "", 0
    for start, end in part["marks"]:
        text += part["snippet"][at:start] + "[" + part["snippet"][start:end] + "]"
        at = end
    return text + str(part["snippet"][at:])


def shown_result(result: Any) -> dict[str, Any]:
    hits = [
        [hit["id"], hit["score"], [[part["field"], mark_snippet(part)] for part in hit["why"]]]
        for hit in result["hits"]
    ]
    fewer = [hit["id"] for hit in result["hits"] if hit["fewerWords"]]
    return {
        "hits": hits,
        "fewer_words": fewer,
        **{name: result[name] for name in ("total", "filters", "corrections", "synonyms", "unknown")},
    }


def wait_until(page: Any, condition: str) -> None:
    """Waits for an expression to hold. (The browser's own waiting needs `eval`, which our content policy forbids.)"""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if page.evaluate(condition):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"never true: {condition}")


def result_titles(page: Any) -> list[str]:
    return [text.strip() for text in page.locator(".pir-result__link").all_inner_texts()]


def open_search(page: Any, address: str) -> Any:
    page.goto(address)
    wait_until(page, "document.querySelector('.pir-search__status')?.textContent")
    return page


def address_parameters(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)
