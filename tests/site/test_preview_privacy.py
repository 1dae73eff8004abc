"""Who may read a preview, and that a client's says that no audit saw it."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, write_base
from helpers.preview_server import Server
from mkdocs.config import load_config
from mkdocs.livereload import LiveReloadServer

from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.site import allowed_hosts
from mkdocs_pir.site.preview import Preview


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("localhost:8000", "localhost"),
        ("LocalHost.", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]:8000", "::1"),
        ("evil.example:8000", "evil.example"),
        ("127.0.0.1,evil.example", ""),
        ("127.0.0.1 evil.example", ""),
        ("localhost@evil.example", ""),
        ("", ""),
    ],
)
def test_the_name_that_is_asked_for(header: str, name: str) -> None:
    assert allowed_hosts.host_name(header) == name


def test_an_address_of_the_network_is_a_name_only_when_the_preview_listens_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(allowed_hosts.VARIABLE, raising=False)
    assert allowed_hosts.allowed_names("127.0.0.1") == allowed_hosts.OWN_NAMES
    assert allowed_hosts.allowed_names("::1") == allowed_hosts.OWN_NAMES
    assert "192.0.2.7" in allowed_hosts.allowed_names("192.0.2.7")
    assert "192.0.2.7" not in allowed_hosts.allowed_names("0.0.0.0")
    monkeypatch.setenv(allowed_hosts.VARIABLE, "Box.local, fd00::7")
    assert {"box.local", "fd00::7"} <= allowed_hosts.allowed_names("0.0.0.0")


@pytest.fixture(params=["pir", "mkdocs"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    folder = write_base(tmp_path / "base")
    running = Server(folder, request.param, PIR_ALLOW_HOSTS="box.local")
    try:
        running.await_start()
        yield running
    finally:
        running.stop()


def _ask(server: Server, path: str, host: str | None) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://").rstrip("/"), timeout=120)
    connection.putrequest("GET", path, skip_host=True)
    if host is not None:
        connection.putheader("Host", host)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read().decode()


def test_a_preview_answers_to_its_own_names_only(server: Server) -> None:
    port = server.url.rstrip("/").rpartition(":")[2]
    for own in (f"127.0.0.1:{port}", "localhost", f"[::1]:{port}", "box.local"):
        assert _ask(server, "/index.html", own)[0] == 200, own
    for path in ("/index.html", "/search/manifest.js", "/livereload/0/1", "/nothing"):
        for foreign in (f"evil.example:{port}", "192.0.2.7", None):
            status, _, text = _ask(server, path, foreign)
            assert (status, "Harbor" in text) == (403, False), (path, foreign)
    assert "--allow-host evil.example" in _ask(server, "/", "evil.example")[2]
    # nor can a page elsewhere take in the index, which is a script, as its own
    assert _ask(server, "/search/manifest.js", "localhost")[1]["Cross-Origin-Resource-Policy"] == "same-origin"


def test_every_page_of_a_clients_preview_says_that_it_was_not_audited(tmp_path: Path) -> None:
    said = "Preview of client:harbor-credit, not audited"
    config = FILES["mkdocs.yml"] + "      edition: client:harbor-credit\n"
    server = Server(write_base(tmp_path / "base", {"mkdocs.yml": config}), "mkdocs")
    try:
        server.await_start()
        for page in ("", "lessons/LL-0001.html", "pirs/2025/PIR-2025-0001.html", "search/index.html", "nothing.html"):
            assert server.get(page)[1].count(said) == 1, page
    finally:
        server.stop()


def test_the_internal_preview_has_no_such_note() -> None:
    page = "<!doctype html><html><body><article><h1>T</h1></article></body></html>"
    preview = Preview()
    assert preview.page(page) == page
    preview.edition = Edition("harbor-credit")
    assert "not audited" in preview.page(page)


def test_a_preview_does_not_watch_the_folder_above_its_site(tmp_path: Path) -> None:
    server = LiveReloadServer(lambda: None, "127.0.0.1", 8000, str(tmp_path))
    preview = Preview()
    folder = write_base(tmp_path / "base")
    try:
        # without synonyms, their path is the folder of mkdocs.yml
        preview.attend(server, lambda: None, folder / "mkdocs.yml", folder / "kb", folder)
        assert str(folder) in server._watched_paths
        assert str(tmp_path) not in server._watched_paths
    finally:
        preview.end()


def test_mkdocs_own_preview_of_a_client_refuses_what_the_site_has_beside_the_records(tmp_path: Path) -> None:
    config = (
        FILES["mkdocs.yml"]
        + "      edition: client:harbor-credit\n  - material/tags\nextra_css: [own.css]\nhooks: [own.py]\n"
    )
    folder = write_base(tmp_path / "base", {"mkdocs.yml": config, "own.py": "", "kb/own.css": ""})
    loaded = load_config(str(folder / "mkdocs.yml"))
    plugin = loaded.plugins["pir"]
    plugin.on_startup(command="serve", dirty=False)
    plugin.on_config(loaded)
    lines = config.split("\n")
    refused = {lines[p.line - 1].strip(" -"): p for p in plugin.problems if p.code == "PIR604"}
    assert {"material/tags", "extra_css: [own.css]", "hooks: [own.py]"} == refused.keys()
    assert {p.hint for p in refused.values()} == {
        "'pir serve --edition client:harbor-credit' takes nothing of it; or remove it"
    }
    assert list(plugin.problems) == sorted(plugin.problems)
    # nothing of the client is shown meanwhile
    assert list(plugin.edition.projection.records) == []
