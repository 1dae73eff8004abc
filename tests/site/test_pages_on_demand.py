"""A preview makes each file when it is asked for, and makes the same as a build."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast
from urllib.request import urlopen

import pytest
from helpers.folders import read_files
from helpers.knowledge_base import FILES, pir, write_base
from helpers.preview_server import PATIENCE, Server
from mkdocs.livereload import LiveReloadServer
from msgspec.structs import replace

from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb import settings
from mkdocs_pir.kb.loading import load
from mkdocs_pir.site import assets, views
from mkdocs_pir.site.editing.web_api import PAGE
from mkdocs_pir.site.kept_pages import MadePage
from mkdocs_pir.site.pages_on_demand import FilesOnDemand, Pages
from mkdocs_pir.site.preview import Preview

ROOT = Path(__file__).parents[2]

RELOAD = re.compile(r"<script>\nvar livereload.*?</script>", re.DOTALL)
ALLOWED = re.compile(r"(script-src 'self') 'sha256-[^']+'")
OFFLINE = re.compile(r'<meta name="?pir-offline"?[^>]*>')
EDIT = re.compile(r'<link rel="stylesheet" href="/_edit/link.css"><a class="pir-edit-link"[^>]*>Edit</a>')
"""A preview has no service worker, the script that reloads its pages, which their policy allows, and links to forms."""

OF_THE_DAY = ("sitemap.xml", "sitemap.xml.gz", "worker.js")
"""Files with the day of the build, or with the list of all files."""


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    started: list[Server] = []
    yield started
    for server in started:
        server.stop()


@pytest.mark.slow
def test_every_file_that_a_preview_makes_is_the_one_of_a_build(tmp_path: Path, servers: list[Server]) -> None:
    for name in ("served", "built"):
        shutil.copytree(ROOT / "kb", tmp_path / name / "kb")
        shutil.copy(ROOT / "mkdocs.yml", tmp_path / name)
    server = Server(tmp_path / "served", "pir")
    servers.append(server)
    server.await_start()
    config = tmp_path / "built" / "mkdocs.yml"
    config.write_text(
        re.sub(r"(?m)^site_url:.*$", "", config.read_text("utf-8")) + f"\nsite_url: {server.url}\n", "utf-8"
    )
    assert pir(tmp_path / "built", "build").exit_code == 0
    built = read_files(tmp_path / "built" / "published" / "internal")
    assert len(built) > 300
    # published sites have nothing of the form
    assert not {file.name for file in PAGE.iterdir()} & {Path(path).name for path in built}
    different = []
    for path, content in built.items():
        with urlopen(server.url + path, timeout=PATIENCE) as answer:
            served = answer.read()
        if path.endswith(".html") and path != "404.html":
            page = ALLOWED.sub(r"\1", RELOAD.sub("", EDIT.sub("", served.decode())), count=1)
            assert "_edit" not in content.decode()
            assert ("_edit" in served.decode()) == bool(
                re.match(r"(pirs|lessons)/.*[0-9]\.html", path)
            ) or path.startswith(("causes/", "problems/", "services/", "clients/", "handbook/"))
            same = page == OFFLINE.sub("", content.decode())
        else:
            same = served == content or path in (*OF_THE_DAY, "404.html")
        if not same:
            different.append(path)
    assert different == []


def test_a_preview_follows_what_is_added_changed_and_deleted(tmp_path: Path, servers: list[Server]) -> None:
    folder = write_base(tmp_path)
    server = Server(folder, "pir")
    servers.append(server)
    server.await_start()
    assert "Mail stood still" in server.get("pirs/2025/PIR-2025-0001.html")[1]
    assert server.get("pirs/2025/PIR-2025-0009.html")[0] == 404
    lesson = FILES["kb/lessons/LL-0001.md"]
    write_base(
        folder, {"kb/lessons/LL-0009.md": lesson.replace("LL-0001", "LL-0009").replace("title: ", "title: Newly ")}
    )
    server.await_page("lessons/LL-0009.html", lambda status, text: status == 200 and "Newly" in text)
    assert "LL-0009" in server.get("lessons.html")[1]
    assert b"LL-0009" in urlopen(f"{server.url}data/records.csv", timeout=PATIENCE).read()
    (folder / "kb/lessons/LL-0009.md").unlink()
    server.await_page("lessons/LL-0009.html", lambda status, text: status == 404)
    assert "LL-0009" not in server.get("lessons.html")[1]


def test_a_folder_leads_to_its_page(tmp_path: Path, servers: list[Server]) -> None:
    server = Server(write_base(tmp_path), "pir")
    servers.append(server)
    server.await_start()
    with urlopen(f"{server.url}search", timeout=PATIENCE) as answer:
        assert answer.url.endswith("/search/")


@pytest.fixture
def edition(tmp_path: Path) -> views.EditionContext:
    folder = write_base(tmp_path / "base")
    return views.EditionContext(project(load(settings.read(folder / "mkdocs.yml")), Edition()))


def test_pages_are_those_of_the_edition_in_the_same_order(edition: views.EditionContext) -> None:
    every = {view.path: view for view in views.pages(edition)}
    pages = Pages(edition)
    assert [path for path in reversed(list(every)) if pages.view(path) != every[path]] == []
    assert pages.paths() == list(every)
    assert pages.view("nothing.html") is None


def test_a_file_is_made_once_and_a_former_one_removed(edition: views.EditionContext, tmp_path: Path) -> None:
    made = []

    class Plain:
        def html(self, page: MadePage) -> str:
            made.append(page.path)
            return page.html

        def sitemap(self, paths: Iterable[str]) -> str:
            return "\n".join(paths)

    site = tmp_path / "site"
    former = FilesOnDemand(edition, site, "")
    former.frames = Plain()
    for _ in range(2):
        former.provide("lessons/LL-0001.html")
    assert made == ["lessons/LL-0001.html"]
    assert (site / "lessons/LL-0001.html").is_file()
    (site / "theirs.html").write_text("of the theme", "utf-8")
    lessons = {**edition.projection.records, "lesson": {}}
    smaller = views.EditionContext(replace(edition.projection, records=lessons))
    later = FilesOnDemand(smaller, site, "", former)
    for path in ("lessons/LL-0001.html", "theirs.html", "../outside.html"):
        later.provide(path)
    assert sorted(file.name for file in tmp_path.rglob("*.html")) == ["theirs.html"]


def test_each_file_is_in_the_group_that_its_path_says(edition: views.EditionContext) -> None:
    groups = assets.groups(edition, "https://kb.example/")
    for begin, give in groups:
        assert [file.path for file in give() if not file.path.startswith(begin)] == []


def test_asking_whether_to_reload_makes_no_page(tmp_path: Path, servers: list[Server]) -> None:
    """Looking for a page that is not there goes through every list of a large knowledge base."""
    asked: list[str] = []

    class Files:
        pages = None

        def provide(self, path: str) -> None:
            asked.append(path)

    preview = Preview(on_demand=True)
    preview.files = cast("FilesOnDemand", Files())
    server = LiveReloadServer(lambda: None, "127.0.0.1", 8000, str(tmp_path))
    preview._server = server
    assert preview._provide("/livereload/12/34") is None
    assert asked == []


def test_a_folder_is_known_without_making_pages(edition: views.EditionContext, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> Iterator[views.PageView]:
        raise AssertionError("pages are made")
        yield

    monkeypatch.setattr(views, "FAMILIES", (fails,))
    pages = Pages(edition)
    assert pages.is_folder("search")
    assert not pages.is_folder("lessons")


def test_pages_of_the_navigation_are_looked_for_where_they_are(edition: views.EditionContext) -> None:
    """Nothing but their own family is gone through; lists of records are the first that would be."""
    for page in views.navigation_pages(edition.projection):
        pages = Pages(edition)
        assert pages.view(page.path) is not None
        families = set(pages._family_of.values())
        assert len(families) <= 2, page.path
