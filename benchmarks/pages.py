"""Measure what the pages of a published edition cost a reader with a phone and with a desktop computer.

    python -m benchmarks.pages published/internal [--profile phone] [--only "home,review"] [--out pages.md]

For the largest page of each type: kB as they come over the line, files, elements, paints, layout shift. For each list: what
the reader's acts take, served and from disk: CPU ms of the page's thread, which other work on the machine does not change, and
ms until the next frame, which it does.
"""

from __future__ import annotations

import argparse
import gzip
import mimetypes
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks.page_types import PAGE_TYPES, largest_pages

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
CHROMIUM = next((p for n in BROWSERS if (p := shutil.which(n))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@dataclass(frozen=True)
class Profile:
    """A reader's screen, processor and line."""

    name: str
    size: tuple[int, int]
    cpu: int  # so many times slower than this machine
    speed: int  # bytes/s
    latency: int  # ms
    touch: bool


PROFILES = {
    "desktop": Profile("desktop", (1280, 720), 1, 1_250_000, 40, False),
    "phone": Profile("phone", (390, 844), 4, 200_000, 150, True),
}

OBSERVE = """
window.measured = {shift: 0, largest: 0, moved: []};
new PerformanceObserver(list => list.getEntries().forEach(e => {
  if (e.hadRecentInput) return;
  measured.shift += e.value;
  e.sources.forEach(s => measured.moved.push((s.node && (s.node.className || s.node.nodeName)) + ' ' + e.value.toFixed(3)));
})).observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(e => { measured.largest = e.startTime; }))
  .observe({type: 'largest-contentful-paint', buffered: true});
"""
READ = """() => ({
  nodes: document.getElementsByTagName('*').length,
  first: (performance.getEntriesByName('first-contentful-paint')[0] || {startTime: 0}).startTime,
  ...measured,
})"""
CLICK = """([selector, act]) => new Promise(done => {
  const element = typeof selector === 'string' ? document.querySelector(selector) : null;
  const start = performance.now();
  if (act === 'click') element.click();
  else { element.value = act; element.dispatchEvent(new Event(element.tagName === 'SELECT' ? 'change' : 'input', {bubbles: true})); }
  requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = () => done(performance.now() - start); c.port2.postMessage(0); });
})"""

ROWS = """async selector => {
  const start = performance.now();
  document.querySelector(selector).click();
  while (!document.querySelector('[data-filter] input[type=checkbox]')) await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""


class _Compressed(SimpleHTTPRequestHandler):
    """Serves texts compressed, as static hosts do."""

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        file = Path(self.translate_path(self.path))
        if file.is_dir():
            file /= "index.html"
        if not file.is_file():
            self.send_error(404)
            return
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        content = file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if kind.startswith("text/") or kind.endswith(("javascript", "json", "svg+xml")):
            content = gzip.compress(content, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Compressed, directory=str(folder)))
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a page that was left wants no more answers
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()


@contextmanager
def opened(browser: Any, profile: Profile, *, line: bool = True) -> Iterator[tuple[Any, Any]]:
    """A page of a new visitor with this profile, and the session of its debugger."""
    width, height = profile.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, is_mobile=profile.touch, has_touch=profile.touch
    )
    page = context.new_page()
    page.add_init_script(OBSERVE)
    debugger = context.new_cdp_session(page)
    debugger.send("Network.enable")
    if line:
        limits = {"downloadThroughput": profile.speed, "uploadThroughput": profile.speed, "latency": profile.latency}
        debugger.send("Network.emulateNetworkConditions", {"offline": False, **limits})
    debugger.send("Emulation.setCPUThrottlingRate", {"rate": profile.cpu})
    try:
        yield page, debugger
    finally:
        context.close()


def load(browser: Any, profile: Profile, address: str) -> dict[str, Any]:
    """What one first visit of a page costs: kB, files, elements, ms of the first and largest paint, layout shift."""
    with opened(browser, profile) as (page, debugger):
        sizes: list[float] = []
        debugger.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        page.goto(address, wait_until="networkidle", timeout=120_000)
        page.wait_for_timeout(1500)
        return {"kB": sum(sizes) / 1000, "files": len(sizes), **page.evaluate(READ)}


def clicks(browser: Any, profile: Profile, address: str) -> dict[str, tuple[float, float]]:
    """The CPU ms and ms of a reader's acts on the list of a page, the slowest of each; none without such a list."""
    with opened(browser, profile, line=False) as (page, debugger):
        # throttling counts as work of the page, so that the factor is applied here
        debugger.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        debugger.send("Performance.enable", {"timeDomain": "threadTicks"})

        def timed(script: str, argument: object) -> tuple[float, float]:
            before = _work(debugger)
            time = page.evaluate(script, argument)
            return (_work(debugger) - before) * profile.cpu, time

        page.goto(address, wait_until="networkidle", timeout=120_000)
        if not page.locator("[data-pir-listing] [data-filter] summary").count():
            return {}
        found = {"all rows are there": timed(ROWS, "[data-pir-listing] [data-filter] summary")}
        acts: list[tuple[str, str, Sequence[str]]] = [
            ("a filter", "[data-filter][open] input[type=checkbox]", ["click"] * 6),
            ("a letter", ".pir-listing__words", ["p", "pa", "pay", "pay", "payme", "payment"]),
            ("no letter", ".pir-listing__words", [""]),
            ("another sorting", ".pir-list th:nth-child(2) .pir-sort", ["click"] * 4),
            ("sorting by days", ".pir-listing__way", ["click"] * 4),
            ("another page", ".pir-pager button:last-of-type", ["click"] * 4),
        ]
        for name, selector, values in acts:
            if not page.locator(selector).count():
                continue
            found[name] = max(timed(CLICK, [selector, value]) for value in values)
        return found


def _work(debugger: Any) -> float:
    """CPU ms of the page's thread so far."""
    metrics = {one["name"]: one["value"] for one in debugger.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"]) * 1000


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [list(heads), ["---"] + ["--:"] * (len(heads) - 1), *([str(cell) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def measure(site: Path, profiles: Sequence[Profile], only: Sequence[str]) -> Iterator[str]:
    """The tables of a site, profile by profile."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, served(site) as address:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        pages = {name: path for name, path in largest_pages(site).items() if not only or name in only}
        for profile in profiles:
            rows = []
            for name, path in pages.items():
                cost = load(browser, profile, f"{address}/{path}")
                shift = f"{cost['shift']:.3f}"
                if cost["shift"] >= 0.02:
                    print(f"{path} moves: {'; '.join(cost['moved'][:8])}", flush=True)
                numbers = (f"{cost['kB']:.0f}", cost["files"], f"{cost['nodes']:,}")
                rows.append((name, *numbers, f"{cost['first']:.0f}", f"{cost['largest']:.0f}", shift))
            yield f"Pages, {profile.name}\n\n" + table(
                ["page", "kB", "files", "elements", "first paint ms", "largest paint ms", "layout shift"], rows
            )
            for name, path in pages.items():
                for way, start in (("served", address), ("from disk", site.absolute().as_uri())):
                    if acts := clicks(browser, profile, f"{start}/{path}"):
                        yield f"Acts on the list: {name}, {way}, {profile.name}\n\n" + table(
                            ["act", "CPU ms", "ms"],
                            [(act, f"{work:.0f}", f"{time:.0f}") for act, (work, time) in acts.items()],
                        )


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.pages", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("site", type=Path, help="the folder of a published edition")
    parser.add_argument("--profile", choices=PROFILES, help="only this reader")
    parser.add_argument("--only", default="", metavar="TYPE,…", help=f"only these of {', '.join(PAGE_TYPES)}")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the tables there too")
    options = parser.parse_args()
    only = [name.strip() for name in options.only.split(",") if name.strip()]
    if unknown := set(only) - set(PAGE_TYPES):
        parser.error(f"there is no type of pages {', '.join(sorted(unknown))}")
    if not (options.site / "index.html").is_file():
        parser.error(f"there is no index.html in {options.site}")
    profiles = [PROFILES[options.profile]] if options.profile else list(PROFILES.values())
    texts = []
    for text in measure(options.site, profiles, only):
        print(text, end="\n\n", flush=True)
        texts.append(text)
        if options.out:
            options.out.write_text("\n\n".join(texts) + "\n", "utf-8")


if __name__ == "__main__":
    main()
