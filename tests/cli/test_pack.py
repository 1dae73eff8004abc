"""The responder pack: what is in it, what is not, and that it works from disk in a real browser."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from helpers.knowledge_base import FILES, REVIEW, pir, write_base
from helpers.site_pages import with_quotes

from mkdocs_pir.search.query import SearchIndex


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    changes: dict[str, str | bytes | None] = {
        "kb/pirs/2025/PIR-2025-0001.md": REVIEW.replace("trigger:", "symptoms: [451 handshake zebra]\ntrigger:"),
        "kb/lessons/LL-0002.md": FILES["kb/lessons/LL-0001.md"]
        .replace("LL-0001", "LL-0002")
        .replace("Probe every listener", "Never outside")
        .replace("audience: shared", "audience: internal")
        .replace("release: {approved_by: problem-manager, on: 2025-04-28}\n", ""),
    }
    return write_base(tmp_path_factory.mktemp("base"), changes)


@pytest.fixture(scope="module")
def unpacked(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pack") / "pack.zip"
    result = pir(base, "pack", "--out", str(out))
    assert result.exit_code == 0, result.output
    assert re.search(r"pack\.zip: \d+ files, \d\.\d MB", result.stderr)
    with zipfile.ZipFile(out) as archive:
        archive.extractall(out.parent / "pack")
    return out.parent / "pack"


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_pack_holds_search_and_lessons_and_nothing_else(unpacked: Path) -> None:
    found = names(unpacked)
    assert {"index.html", "search/index.html", "search/manifest.js", "lessons.html"} < found
    assert {"lessons/LL-0001.html", "problems/PRB-0001.html", "causes/change/expired-certificate.html"} < found
    assert {name.partition("/")[0] for name in found} == {
        "index.html", "search", "lessons.html", "lessons", "problems.html", "problems", "causes.html", "causes", "assets",
    }  # fmt: skip


def test_every_result_and_every_link_leads_to_something_in_the_pack(unpacked: Path) -> None:
    found = names(unpacked)
    results = SearchIndex.open(unpacked / "search").search("", limit=100).hits
    assert {hit.kind for hit in results} == {"lesson", "problem", "cause"}
    assert {hit.url for hit in results} <= found
    dead = []
    for name in found:
        if name.endswith(".html"):
            for link in re.findall(r'(?:href|src)="([^"]+)"', with_quotes((unpacked / name).read_text("utf-8"))):
                path = urlsplit(link).path
                if (
                    path
                    and not urlsplit(link).scheme
                    and not (unpacked / name).parent.joinpath(path).resolve().is_file()
                ):
                    dead.append((name, link))
    assert dead == []


def test_a_lesson_is_found_by_the_symptom_of_its_review(unpacked: Path) -> None:
    assert [hit.id for hit in SearchIndex.open(unpacked / "search").search("zebra").hits] == ["LL-0001", "LL-0002"]


def test_the_same_edition_makes_the_same_bytes_and_export_makes_the_same_pack(base: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "one.zip", tmp_path / "other.zip"
    assert pir(base, "pack", "--edition", "client:harbor-credit", "--out", str(one)).exit_code == 0
    edition = ("--edition", "client:harbor-credit")
    assert pir(base, "export", "--responder-pack", str(other), *edition).exit_code == 0
    assert one.read_bytes() == other.read_bytes()
    with zipfile.ZipFile(one) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Probe every listener" in whole
    for withheld in (b"zebra", b"Never outside", b"LL-0002", b"Quellmark", b"platform team"):
        assert withheld not in whole, withheld


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["pack", "--out", "pack.tar"], "'pack.tar' does not end in .zip; name a file such as responder-pack.zip"),
        (["pack", "--out", "nowhere/pack.zip"], "there is no folder 'nowhere'"),
        (["export", "--responder-pack", "pack"], "'pack' does not end in .zip"),
        (["pack", "--edition", "quellmark"], "'quellmark' is not an edition"),
    ],
)
def test_bad_usage_is_one_sentence(base: Path, arguments: list[str], message: str) -> None:
    result = pir(base, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_an_edition_that_is_not_there_and_a_broken_record_write_nothing(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "pack.zip"
    out.write_bytes(b"the last good one")
    result = pir(base, "pack", "--edition", "client:nobody", "--out", str(out))
    assert result.exit_code == 1
    assert "PIR603" in result.stderr
    broken = write_base(tmp_path / "broken", {"kb/lessons/LL-0001.md": "---\nid: LL-0001\n---\n"})
    result = pir(broken, "pack", "--out", str(out))
    assert result.exit_code == 1
    assert "Nothing was written" in result.stderr
    assert out.read_bytes() == b"the last good one"


@pytest.mark.browser
def test_a_pack_opens_from_disk_without_a_network(browser: Any, unpacked: Path) -> None:
    context = browser.new_context(offline=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(request.url))
    page.goto((unpacked / "index.html").as_uri())
    page.wait_for_url("**/search/index.html")
    page.locator(".pir-search__input").fill("451 handshake zebra")
    page.locator(".pir-result__link", has_text="Probe every listener").click()
    page.wait_for_url("**/lessons/LL-0001.html")
    assert "Hosts do not expire" in page.locator("main").inner_text()
    tabs = [text.strip() for text in page.locator(".md-tabs__list > li:visible").all_inner_texts()]
    assert tabs == ["Home", "Search", "Lessons and known errors"]
    assert wrong == []
    context.close()
