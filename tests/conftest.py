"""Shared fixtures: a real browser, a web server, the published demonstration, hypothesis profiles."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.knowledge_base import pir, write_base
from helpers.preview_server import PATIENCE
from helpers.repository import ROOT
from hypothesis import HealthCheck, settings

from mkdocs_pir.cli import progress
from mkdocs_pir.store import executors

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""Chromium under its names; without a window first, which takes a quarter of the time of one that draws its windows."""

CHROMIUM = next(
    (p for n in BROWSERS if (p := shutil.which(n))),
    None,
)
TURNED_OFF = (
    # parts of a window that are made anew for each context, though nobody sees them: more than half of what a test costs
    "InitialWebUI,PreloadTopChromeWebUI,WebUIBackForwardButton,WebUIHomeButton,WebUILocationBar,WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup,WebUIOmniboxPopup,WebUIReloadButton,WebUISplitTabsButton,WebUIToolbar",
    # what Playwright turns off: of several lists Chromium takes the last
    "AvoidCorsURLLoaderRestartOnRedirect,AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable,HttpsUpgrades,LensOverlay,MediaRouter,NetworkTimeServiceQuerying,OptimizationHints",
    "PaintHolding,PreconnectToSearch,TcpPortRandomizationWin,ThirdPartyStoragePartitioning",
)
"""Features of Chromium that no test needs."""
FLAGS = [
    f"--disable-features={','.join(TURNED_OFF)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# there is a test process for each processor already; those of several processes ask for them
executors.processors = lambda: 1

# what a command prints does not depend on how busy the machine is
progress.AFTER = 3600.0

# nothing that a test writes has to outlive the machine, and others write much to its disk meanwhile
os.fsync = os.sync = lambda *_: None  # type: ignore[assignment]

# PDFs of the demonstration take a minute; test_published_pdfs.py makes those of a small knowledge base
os.environ["PIR_PDFS"] = "none"

settings.register_profile("default", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("nightly", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with tests that take long come first in each test process, so that all end at the same time.

    pytest-xdist (`--dist worksteal`) gives each of its processes an equal run of this list, and those that are done
    take from the end of what another has left: that should be many short tests, not one in a browser.
    """
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    takes_long = {path for path, tests in files.items() if any(map(_takes_long, tests))}
    short = [item for item in items if item.path not in takes_long]
    size = len(items) // processes
    shares = [[item for path in sorted(takes_long)[n::processes] for item in files[path]] for n in range(processes)]
    for share in shares:
        missing = max(size - len(share), 0)
        share += short[:missing]
        del short[:missing]
    items[:] = [item for share in [*shares, short] for item in share]


def _takes_long(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("slow", "browser"))


def pytest_terminal_summary(terminalreporter) -> None:
    if CHROMIUM is None:
        terminalreporter.section("NO BROWSER")
        terminalreporter.write_line("There is no Chromium on this machine: every test in a real browser was SKIPPED.")


@pytest.fixture(scope="session")
def _chromium() -> Iterator[object]:
    """A headless Chromium of the system, one for each test process. Without one: skipped, and failed where CI=true."""
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium, and continuous integration must not skip the browser tests")
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class _Patient:
    """A browser whose pages wait as long for anything as a slow machine may need."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser

    def __getattr__(self, name: str) -> Any:
        return getattr(self._browser, name)

    def new_context(self, **options: Any) -> Any:
        context = self._browser.new_context(**options)
        context.set_default_timeout(PATIENCE * 1000)
        return context

    def new_page(self, **options: Any) -> Any:
        return self.new_context(**options).new_page()


@pytest.fixture
def browser(_chromium: Any) -> Iterator[_Patient]:
    """The browser of this test process. A test need not close what it opens: pages that stay cost all later tests."""
    yield _Patient(_chromium)
    for context in _chromium.contexts:
        context.close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[object]:
    """A function that serves a folder on this machine and gives its address."""
    servers = []

    def start(folder: Path) -> str:
        handler = functools.partial(_Quiet, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def demo_sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration, published once for all test processes, to be read only: internal/ and clients/<id>/ below."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demonstration"
    sites, failure = folder / "sites", folder / "failure"
    try:
        folder.mkdir()
    except FileExistsError:
        while not sites.exists() and not failure.exists():
            time.sleep(0.1)
    else:
        # a command of its own, so that it uses all processors
        command = [sys.executable, "-m", "mkdocs_pir", "build", "--edition", "all", "--out", str(folder / "made")]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            failure.write_text(done.stdout + done.stderr, "utf-8")
        else:
            (folder / "made").rename(sites)
    assert not failure.exists(), failure.read_text("utf-8")
    return sites


@pytest.fixture(scope="session")
def _published_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_base(tmp_path_factory.mktemp("published"))
    result = pir(folder, "build", "--edition", "all")
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def published_base(_published_once: Path, tmp_path: Path) -> Path:
    """The small knowledge base with all its editions published, in a folder that a test may change."""
    return Path(shutil.copytree(_published_once, tmp_path / "base", symlinks=True))


@pytest.fixture(scope="session")
def press() -> None:
    """Skips a test that makes a PDF where WeasyPrint or its libraries are missing, and fails it where CI=true."""
    from mkdocs_pir.site.printing.pdf_writer import PdfUnavailable, weasyprint_module

    try:
        weasyprint_module()
    except PdfUnavailable as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"continuous integration must not skip the tests of PDFs: {error}")
        pytest.skip(str(error))
