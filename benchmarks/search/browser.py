"""What an engine costs in a real browser: bytes and time to the first result, each key press, a typed session."""

from __future__ import annotations

import gzip
import http.server
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import quote

from sites import Site

LINE = {"offline": False, "latency": 40, "downloadThroughput": 1_250_000, "uploadThroughput": 1_250_000}
"""The stated line: 10 Mbit/s, 40 ms."""

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
CHROMIUM = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)

# Notes when the first result is in the page. (A page may forbid `eval`, but not what is put in before it.)
_WATCH = """new MutationObserver(() => {
  if (!window.firstResult && document.querySelector('.hit, .pir-result__link')) window.firstResult = performance.now();
}).observe(document, {childList: true, subtree: true});"""
_ASK = {
    "ours": "async text => (await (await pirSearch.open(new URL('.', location).href)).search(text, {limit: 10, body: false})).hits.map(hit => hit.id)",
    "peer": "async text => (await window.ask(text)).map(hit => hit.id)",
}
_KEYS = {
    "ours": """async text => { const index = await pirSearch.open(new URL('.', location).href), times = [];
      for (let at = 1; at <= text.length; at++) { const start = performance.now();
        await index.search(text.slice(0, at), {limit: 6, body: false, counts: false}); times.push(performance.now() - start); }
      return times; }""",
    "peer": """async text => { const times = [];
      for (let at = 1; at <= text.length; at++) { const start = performance.now();
        await window.ask(text.slice(0, at), 6); times.push(performance.now() - start); }
      return times; }""",
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


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder compressed, as static hosts do, and keeps connections open."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # as servers do: else each answer waits 40 ms for what its headers are answered with

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        content, coded = _content(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(content)))
        if coded:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@lru_cache(maxsize=20_000)
def _content(path: Path) -> tuple[bytes, bool]:
    content = path.read_bytes()
    text = path.suffix in (".html", ".js", ".css", ".json")
    return (gzip.compress(content, 6), True) if text else (content, False)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    def handler(*arguments: Any) -> _Handler:
        return _Handler(*arguments, directory=str(folder))

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


class _Visit:
    """One fresh visitor: a page, and the bytes it has loaded."""

    def __init__(self, browser: Any, line: bool) -> None:
        self._context = browser.new_context()
        self.page = self._context.new_page()
        self.page.set_default_timeout(300_000)
        self.bytes = 0
        wire = self._context.new_cdp_session(self.page)
        wire.send("Network.enable")
        wire.on("Network.loadingFinished", self._loaded)
        if line:
            wire.send("Network.emulateNetworkConditions", LINE)

    def _loaded(self, event: Any) -> None:
        self.bytes += event["encodedDataLength"]

    def __enter__(self) -> _Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self._context.close()


def measure(browser: Any, site: Site, questions: Sequence[str], sessions: Sequence[str]) -> Cost:
    """What `site` costs a visitor who comes with a question, and one who types each of the sessions."""
    keys = _KEYS["ours" if site.engine == "ours" else "peer"]
    with served(site.folder) as root:
        first = [_first(browser, root + site.page, question) for question in questions]
        typed = {line: [_typed(browser, root + site.page, keys, text, line) for text in sessions] for line in (0, 1)}
    plain = [time for times, _ in typed[0] for time in times]
    slow = [time for times, _ in typed[1] for time in times]
    return Cost(
        median(size for size, _ in first) / 1000,
        median(time for _, time in first),
        median(plain),
        quantiles(plain, n=20)[-1],
        median(slow),
        quantiles(slow, n=20)[-1],
        median(size for _, size in typed[0]) / 1000,
    )


def _first(browser: Any, page: str, question: str) -> tuple[int, float]:
    with _Visit(browser, line=True) as visit:
        visit.page.add_init_script(_WATCH)
        visit.page.goto(f"{page}?q={quote(question)}", wait_until="commit")
        for _ in range(6000):
            if time := visit.page.evaluate("window.firstResult"):
                return visit.bytes, time
            visit.page.wait_for_timeout(20)
        raise SystemExit(f"no result for {question!r} at {page}")


def _typed(browser: Any, page: str, keys: str, text: str, line: int) -> tuple[list[float], int]:
    with _Visit(browser, line=bool(line)) as visit:
        visit.page.goto(page, wait_until="networkidle")
        before = visit.bytes
        times = visit.page.evaluate(keys, text)
        visit.page.wait_for_timeout(50)
        return times, visit.bytes - before


def answers(browser: Any, site: Site, texts: Sequence[str]) -> list[list[str]]:
    """The ids found for each text, in the browser; none where an engine throws."""
    ask = _ASK["ours" if site.engine == "ours" else "peer"]
    with served(site.folder) as root, _Visit(browser, line=False) as visit:
        visit.page.goto(root + site.page, wait_until="networkidle")
        return [_answer(visit.page, ask, text) for text in texts]


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
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
