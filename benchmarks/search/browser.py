"""What an engine answers and costs in a real browser: bytes and time to the first result, each key press, a session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

import visit
from sites import Site

_ASK = {
    "ours": "async text => (await (await pir.open(new URL('.', location).href)).search(text, {limit: 10, body: false})).hits.map(hit => hit.id)",
    "peer": "async text => (await window.ask(text)).map(hit => hit.id)",
}
_OPENING = {
    "ours": """async () => { const index = await pir.open(new URL('.', location).href);
      return text => index.search(text, {limit: 6, body: false, counts: false}); }""",
    "peer": "async () => text => window.ask(text, 6)",
}


@dataclass(frozen=True)
class Cost:
    """Medians over the questions, and over the sessions: kB, ms; key presses on no line and on the stated one."""

    first_kb: float
    first_ms: float
    key_median: float
    key_p95: float
    line_median: float
    line_p95: float
    session_kb: float


def measure(site: Site, questions: Sequence[str], sessions: Sequence[str]) -> Cost:
    """What `site` costs a visitor who comes with a question, and one who types each of the sessions."""
    opening = _OPENING[_whose(site)]
    first = [visit.first(site.folder, site.page, question) for question in questions]
    plain, slow = (
        [visit.asked(site.folder, site.page, opening, _keys(text), line=line) for text in sessions]
        for line in (False, True)
    )
    keys, keys_on_line = ([time for times, _ in typed for time in times] for typed in (plain, slow))
    return Cost(
        median(size for _, size in first) / 1000,
        median(time for time, _ in first),
        median(keys),
        quantiles(keys, n=20)[-1],
        median(keys_on_line),
        quantiles(keys_on_line, n=20)[-1],
        median(size for _, size in plain) / 1000,
    )


def _keys(text: str) -> list[str]:
    return [text[:end] for end in range(1, len(text) + 1)]


def pasted(site: Site, texts: Sequence[str]) -> list[float]:
    """The ms in which each of `texts` is answered on no line, by one visitor after the other for each hundred."""
    opening = _OPENING[_whose(site)]
    parts = (texts[low : low + 100] for low in range(0, len(texts), 100))
    return [time for part in parts for time in visit.asked(site.folder, site.page, opening, part)[0]]


def answers(browser: Any, site: Site, texts: Sequence[str]) -> list[list[str]]:
    """The ids found for each text, in the browser; none where an engine throws."""
    ask = _ASK[_whose(site)]
    with visit.served(site.folder) as (root, _):
        page = browser.new_page()
        page.set_default_timeout(300_000)
        page.goto(root + site.page, wait_until="networkidle")
        found = [_answer(page, ask, text) for text in texts]
        page.close()
    return found


def _whose(site: Site) -> str:
    return "ours" if site.engine == "ours" else "peer"


def _answer(page: Any, ask: str, text: str) -> list[str]:
    from playwright.sync_api import Error

    try:
        found: list[str] = page.evaluate(ask, text)
    except Error:
        return []
    return found


@contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=visit.CHROMIUM, args=visit.FLAGS)
        yield browser
        browser.close()
