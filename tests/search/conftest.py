"""What the tests of search share: small documents, one question to a fresh index, and a browser on a small site."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from helpers.search_corpus import ASSETS, HERE, corpus_files, document, read_corpus

from mkdocs_pir.search import index as building
from mkdocs_pir.search.index import build_index
from mkdocs_pir.search.query import SearchIndex, SearchResult
from mkdocs_pir.search.search_document import SearchDocument
from mkdocs_pir.site.scripts import script_bundle as joined


@pytest.fixture
def doc() -> Callable[..., SearchDocument]:
    return document


@pytest.fixture
def find() -> Callable[..., SearchResult]:
    """`find(documents, text, …)`: the result of one search over just these documents."""

    def search(
        documents: Sequence[SearchDocument], text: str, *, synonyms: Any = None, language: str = "en", **options: Any
    ) -> SearchResult:
        return SearchIndex.open(build_index(documents, synonyms=synonyms, language=language)).search(text, **options)

    return search


@pytest.fixture
def ranked(find: Callable[..., SearchResult]) -> Callable[..., list[str]]:
    """`ranked(documents, text, …)`: the ids of the results, best first."""
    return lambda documents, text, **options: [hit.id for hit in find(documents, text, **options).hits]


@pytest.fixture(scope="session")
def vectors() -> Any:
    return json.loads((HERE / "vectors.json").read_text(encoding="utf-8"))


@pytest.fixture
def corpus_index() -> SearchIndex:
    return SearchIndex.open(corpus_files())


@pytest.fixture
def in_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every shard a file of its own, and small, as for a big knowledge base."""
    monkeypatch.setattr(building, "MANIFEST_BOUND", 0)
    for name in ("WORDS_SIZE", "POSTINGS_SIZE", "CARDS_SIZE", "TEXTS_SIZE"):
        monkeypatch.setattr(building, name, 450)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of three pages over the small corpus: search/index.html, index.html, and each record's page."""
    root = tmp_path_factory.mktemp("site")
    shutil.copytree(ASSETS, root / "assets")
    script, content = joined()
    (root / script).write_bytes(content)
    for name, content in corpus_files().items():
        path = root / "search" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    for page, base in (("search/index.html", "../"), ("index.html", "")):
        text = (HERE / "harness" / Path(page).parent / "page.html").read_text("utf-8")
        (root / page).write_text(text.replace("BASE/", base).replace("SCRIPT", script), "utf-8")
    for record in read_corpus()["documents"]:
        path = root / record.url
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"<!doctype html><meta charset=utf-8><title>{record.id}</title><p>{record.id}", "utf-8")
    return root


class _Handler(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'",
        )
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="session")
def served(site: Path) -> Iterator[str]:
    """The address of `site`, served under a strict content policy."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh page; a script error or a refused resource on it fails the test."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda message: (
            wrong.append(message.text) if message.type == "error" and "favicon" not in str(message.location) else None
        ),
    )
    yield page
    context.close()
    assert not wrong
