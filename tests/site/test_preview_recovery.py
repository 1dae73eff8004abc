"""A preview goes on after any change to the files; it shows each problem until it is fixed."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, pir, write_base
from helpers.preview_server import BANNER, PATIENCE, Server
from mkdocs.config import load_config

from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.site.preview import Preview

PAGES = ("", "index.html", "lessons/LL-0001.html", "pirs/2025/PIR-2025-0001.html", "reviews.html", "404.html")


def _edit(old: str, new: str) -> Callable[[Path], None]:
    def edit(file: Path) -> None:
        text = file.read_text("utf-8")
        assert old in text
        # as editors save: a new file in place of the old one
        beside = file.with_name(f".{file.name}.saving")
        beside.write_text(text.replace(old, new, 1), "utf-8")
        beside.replace(file)

    return edit


def _bytes(content: bytes) -> Callable[[Path], None]:
    def overwrite(file: Path) -> None:
        file.write_bytes(content)

    return overwrite


def _rename(file: Path) -> None:
    file.rename(file.with_name(f"moved-{file.name}"))


REVIEW = "kb/pirs/2025/PIR-2025-0001.md"
Break = tuple[str, Callable[[Path], None], str]
BREAKS: tuple[Break, ...] = (
    # the file, what is done to it, what the banner then names
    (REVIEW, _edit("status: closed", "status: closd"), "PIR104"),
    (REVIEW, _edit("title:", "title: ["), "PIR013"),
    (REVIEW, _edit("---\nNotes", "Notes"), "PIR012"),
    (REVIEW, _edit("id: PIR-2025-0001", "id: PIR-2025-0001\nid: PIR-2025-0002"), "PIR015"),
    (REVIEW, _edit("[[LL-0001]]", "[[LL-0077]]"), "PIR203"),
    (REVIEW, _bytes(b"---\nid: \xff\xfe\n---\n"), "PIR001"),
    (REVIEW, _bytes(b""), "PIR010"),
    ("kb/lessons/LL-0001.md", Path.unlink, "PIR202"),
    ("kb/lessons/LL-0001.md", _rename, "PIR204"),
    ("kb/clients/harbor-credit.md", Path.unlink, "PIR202"),
    ("kb/services", lambda folder: shutil.rmtree(folder), "PIR202"),
    ("kb/registers/incidents.csv", _edit("severity,opened", "severity,opend"), "PIR501"),
    ("kb/registers/incidents.csv", _edit("SEV-2", "SEV-9"), "PIR502"),
    ("kb/registers/incidents.csv", _bytes(b'id,client,opened\n"INC'), "PIR505"),
    ("kb/synonyms.yml", _edit("[kubernetes]", "kubernetes"), "PIR602"),
    ("kb/synonyms.yml", _bytes(b"k8s: [\n"), "PIR013"),
    ("kb/synonyms.yml", Path.unlink, "PIR602"),
    ("mkdocs.yml", _edit("as_of:", "as_off:"), "PIR602"),
    ("mkdocs.yml", _edit("plugins:", "plugins: ["), "PIR601"),
    ("mkdocs.yml", _edit("name: material", "name: no-such-theme"), "PIR605"),
    ("mkdocs.yml", Path.unlink, "PIR601"),
    ("kb", lambda folder: folder.rename(folder.with_name("elsewhere")), "PIR601"),
)

GROUND = {
    "kb/synonyms.yml": "k8s: [kubernetes]\n",
    "mkdocs.yml": FILES["mkdocs.yml"] + "      synonyms: kb/synonyms.yml\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_base(tmp_path / "base", GROUND)


@pytest.fixture
def servers(folder: Path) -> Iterator[list[Server]]:
    running = [Server(folder, "pir"), Server(folder, "mkdocs")]
    try:
        for server in running:
            server.await_start()
        yield running
    finally:
        for server in running:
            server.stop()


def _restore(folder: Path) -> None:
    if (folder / "elsewhere").exists():
        (folder / "elsewhere").rename(folder / "kb")
    for moved in (folder / "kb").rglob("moved-*"):
        moved.unlink()
    for name, text in {**FILES, **GROUND}.items():
        file = folder / name
        if not file.is_file() or file.read_text("utf-8", "replace") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")


def _cycles(folder: Path, servers: list[Server], breaks: Sequence[Break], seed: int) -> None:
    """Break something, see it named on every page, put it right, see it gone.

    Every other time the next break comes together with the fix, as when somebody edits on.
    """
    dice = random.Random(seed)
    for number, (name, harm, code) in enumerate(dice.sample(breaks, len(breaks))):
        harm(folder / name)
        for server in servers:
            said = server.await_banner(lambda text, code=code: code in text)
            assert re.search(r"[\w/.-]+\.(?:md|csv|yml)\b", said), said
            for page in dice.sample(PAGES, 2):
                assert code in server.banner(page), f"{page} after {name} {code}"
        _restore(folder)
        if number % 2 or number + 1 == len(breaks):
            for server in servers:
                server.await_banner(lambda text: not text)
                for page in dice.sample(PAGES, 2):
                    status, text = server.get(page)
                    assert (status, BANNER.search(text)) == (200, None), page


@pytest.mark.slow
def test_breaks_and_fixes_under_both_servers(folder: Path, servers: list[Server]) -> None:
    _cycles(folder, servers, BREAKS[::3], seed=20)


@pytest.mark.nightly
def test_two_hundred_breaks_and_fixes_under_both_servers(folder: Path, servers: list[Server]) -> None:
    _cycles(folder, servers, [BREAKS[n % len(BREAKS)] for n in range(200)], seed=200)


def test_a_preview_of_broken_records_starts_and_shows_them(folder: Path) -> None:
    for name, harm, _ in (BREAKS[0], BREAKS[7], BREAKS[12], BREAKS[15]):
        harm(folder / name)
    server = Server(folder, "pir")
    try:
        server.await_start()
        said = server.banner()
        for code in ("PIR104", "PIR202", "PIR502", "PIR013"):
            assert code in said
        _restore(folder)
        server.await_banner(lambda text: not text)
    finally:
        server.stop()


def test_the_banner_stands_where_the_page_begins_to_read() -> None:
    preview = Preview()
    preview.failure = [Problem.of("PIR601", "mkdocs.yml", (3, 1), "malformed YAML", "check the line")]
    page = preview.page(
        "<!doctype html><html><head></head><body class=x><nav></nav><article id=a><h1>T</h1></article></body></html>"
    )
    assert '<article id=a><div class="pir-banner"' in page
    assert "mkdocs.yml:3:1" in page
    assert '<body><div class="pir-banner"' in preview.page("404 Not Found")


@pytest.mark.browser
def test_the_page_in_the_browser_follows_by_itself(folder: Path, browser: object) -> None:
    server = Server(folder, "pir")
    try:
        server.await_start()
        page = browser.new_page()  # type: ignore[attr-defined]
        page.goto(server.url + "lessons/LL-0001.html")
        page.wait_for_load_state()
        harm = BREAKS[0]
        harm[1](folder / harm[0])
        page.wait_for_selector(".pir-banner >> text=PIR104", timeout=PATIENCE * 1000)
        _restore(folder)
        page.wait_for_selector(".pir-banner", state="detached", timeout=PATIENCE * 1000)
        page.close()
    finally:
        server.stop()


def test_a_build_in_the_process_of_a_preview_builds_what_was_asked(tmp_path: Path) -> None:
    write_base(tmp_path)
    # MkDocs keeps a plugin that knows of previews for every later build of the process
    load_config(str(tmp_path / "mkdocs.yml")).plugins["pir"].on_startup(command="serve", dirty=False)
    result = pir(tmp_path, "build", "--edition", "client:quellmark")
    assert result.exit_code == 0, result.output
    assert not (tmp_path / "published/clients/quellmark/clients.html").exists()
