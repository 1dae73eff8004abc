"""The page that a server shows for an address without a page leads on, at any depth and in any folder of a server."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from helpers.search_page import wait_until

pytestmark = pytest.mark.browser


@pytest.fixture
def host(demo_sites: Path) -> Iterator[object]:
    """Serves a folder, and for what an edition does not have the 404.html of that edition."""
    servers = []

    def start(folder: Path, edition: Path) -> str:
        class Handler(http.server.SimpleHTTPRequestHandler):
            error_message_format = (edition / "404.html").read_text("utf-8").replace("%", "%%")

            def log_message(self, *_: object) -> None:
                pass

        handler = functools.partial(Handler, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("edition", ["internal", "clients/harbor-credit"])
@pytest.mark.parametrize("missing", ["gone.html", "pirs/2026/PIR-2019-0001.html", "a/b/c/"])
@pytest.mark.parametrize("alone", [True, False], ids=["at its own address", "in a folder of a server"])
def test_a_missing_page_leads_to_every_part_of_its_edition_and_searches(
    browser, host, demo_sites: Path, edition: str, missing: str, alone: bool
) -> None:
    site = demo_sites / edition
    top = host(site if alone else demo_sites, site) + ("/" if alone else f"/{edition}/")
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    assert page.goto(top + missing).status == 404
    assert page.locator("h1").inner_text() == "There is no page at this address"
    wait_until(page, "document.querySelectorAll('.pir-home-search input').length === 1")
    links = page.locator(".pir-ways a")
    addresses = links.evaluate_all("links => links.map(link => link.href)")
    assert len(addresses) > 5
    for address in addresses:
        assert address.startswith(top)
        assert (site / urlsplit(address.removeprefix(top)).path).is_file()
    page.locator(".pir-home-search input").fill("certificate")
    page.keyboard.press("Enter")
    page.wait_for_url(top + "search/index.html?q=certificate")
    wait_until(page, "document.querySelectorAll('.pir-result').length > 0")
    assert complaints == []


def test_opened_as_a_file_it_has_its_style_and_leads_on(browser, demo_sites: Path) -> None:
    site = demo_sites / "clients/harbor-credit"
    page = browser.new_page()
    page.goto((site / "404.html").as_uri())
    wait_until(page, "getComputedStyle(document.documentElement).getPropertyValue('--pir-ink') !== ''")
    wait_until(page, "document.querySelectorAll('.pir-home-search input').length === 1")
    addresses = page.locator(".pir-ways a").evaluate_all("links => links.map(link => link.href)")
    assert addresses
    assert all(address.startswith(site.as_uri() + "/") for address in addresses)
    page.close()
