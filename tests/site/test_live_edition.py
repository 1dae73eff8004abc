"""A preview that takes over changed records shows what one that is made anew shows."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from helpers.knowledge_base import FILES, REVIEW_FILE, write_base
from helpers.preview_server import PATIENCE
from mkdocs.livereload import LiveReloadServer
from msgspec.structs import replace

from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb import settings
from mkdocs_pir.kb.loading import load
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.texts import Texts
from mkdocs_pir.site import live_edition, mkdocs_build, views
from mkdocs_pir.site.preview import Preview

ROOT = Path(__file__).parents[2]
LESSON = "kb/lessons/LL-0001.md"


class Served:
    """A preview in this process, whose server is asked nothing; `build` is what it does after a change."""

    def __init__(self, folder: Path, preview: Preview, server: Any) -> None:
        self.folder = folder
        self.preview = preview
        self.build: Callable[[], None] = server.builder
        self._clock = 0

    def write(self, name: str, text: str) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        # files are old, each of another day than before
        self._clock += 86_400
        os.utime(file, (0, 1_000_000_000 + self._clock))

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text("utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def files(self) -> dict[str, bytes]:
        """Every file that the preview can be asked for."""
        files = self.preview.files
        assert files is not None
        paths = [
            *files.pages.paths(),
            "search/manifest.json",
            "data/records.csv",
            "data/actions/all.csv",
            "sitemap.xml",
        ]
        for path in paths:
            files.provide(path)
        return {path: file.read_bytes() for path in paths if (file := files.site / path).is_file()}


@pytest.fixture
def serving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Runs a function with a preview of the small knowledge base."""

    def run(walk: Callable[[Served], None], files: Mapping[str, str] | None = None) -> None:
        folder = write_base(tmp_path / "base", files or {})
        previews: list[Preview] = []

        class Kept(Preview):
            def __init__(self, *arguments: Any, **options: Any) -> None:
                super().__init__(*arguments, **options)
                previews.append(self)

        monkeypatch.setattr(mkdocs_build, "Preview", Kept)
        monkeypatch.setattr(LiveReloadServer, "serve", lambda server: walk(Served(folder, previews[-1], server)))
        mkdocs_build.serve(settings.read(folder / "mkdocs.yml"), Edition(), "127.0.0.1:8000")

    return run


def _refreshed(served: Served) -> bool:
    """Build after a change, and tell whether the site was not made anew."""
    before = served.preview.live
    served.build()
    assert served.preview.failure == ()
    return before is not None and served.preview.live is before


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.nightly)])
def test_random_changes_of_records_show_what_a_new_site_shows(serving: Callable[..., None], seed: int) -> None:
    def walk(served: Served) -> None:
        dice = random.Random(seed)
        names = [name for name in FILES if name.endswith(".md")]
        refreshed = 0
        for _ in range(12):
            name = dice.choice(names)
            file = served.folder / name
            text = file.read_text("utf-8") if file.is_file() else ""
            match dice.randrange(5):
                case 0 if text:
                    file.unlink()
                case 1 if text:
                    served.write(name, text.replace("title: ", "title: Newly "))
                case 2 if text:
                    served.write(name, text[: dice.randrange(300)])
                case 3 if text:
                    served.write(name, f"{text}\nAnother line about {dice.random()}, see [[LL-0001]].\n")
                case _:
                    served.write(name, FILES[name])
            refreshed += _refreshed(served)
            files, problems = served.files(), served.preview.problems
            served.preview.live = None
            served.build()
            assert served.files() == files
            assert sorted(served.preview.problems) == sorted(problems)
        assert refreshed > 6

    serving(walk)


def test_what_the_theme_shows_on_every_page_makes_the_site_anew(serving: Callable[..., None]) -> None:
    def walk(served: Served) -> None:
        served.change(REVIEW_FILE, "Mail stood still for five hours", "Mail stood still for six hours")
        assert _refreshed(served)
        for page in [name for name in FILES if name.startswith("kb/handbook/")]:
            (served.folder / page).unlink()
        assert not _refreshed(served)
        assert b"handbook.html" not in served.files()["lessons/LL-0001.html"]
        served.change("mkdocs.yml", "site_name: ", "site_name: Other ")
        assert not _refreshed(served)
        assert b"Other" in served.files()["lessons/LL-0001.html"]

    serving(walk)


@pytest.mark.parametrize(
    "more", ["hooks: [hook.py]\n", "nav: [Home: index.md, lessons/LL-0001.md]\n", "INHERIT: base.yml\n"]
)
def test_where_more_than_records_takes_part_the_site_is_made_anew(serving: Callable[..., None], more: str) -> None:
    def walk(served: Served) -> None:
        served.change(LESSON, "title: ", "title: Newly ")
        assert not _refreshed(served)
        assert b"Newly" in served.files()["lessons/LL-0001.html"]

    hook = "def on_shutdown():\n    pass\n"
    serving(walk, {"mkdocs.yml": more + FILES["mkdocs.yml"], "hook.py": hook, "base.yml": "copyright: Ours\n"})


def test_a_long_check_follows_the_page(serving: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_edition, "AT_ONCE", -1.0)
    monkeypatch.setattr(live_edition, "PAUSE", 0.0)
    told: list[list[str]] = []
    tell = Preview.tell

    def listen(preview: Preview, problems: list[Problem]) -> None:
        told.append([problem.code for problem in problems])
        tell(preview, problems)

    monkeypatch.setattr(Preview, "tell", listen)

    def follows(served: Served, codes: list[str]) -> None:
        assert _refreshed(served)
        deadline = time.monotonic() + PATIENCE
        while not told:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert told.pop() == codes
        assert [problem.code for problem in served.preview.problems] == codes

    def walk(served: Served) -> None:
        served.change(REVIEW_FILE, "problem: PRB-0001", "problem: PRB-0404")
        follows(served, ["PIR202"])
        # what a file has by itself is known with the page, and what is known of other files stays
        served.change(LESSON, "status: applied", "status: nonsense")
        served.build()
        assert {problem.code for problem in served.preview.problems} == {"PIR202", "PIR104"}
        served.change(LESSON, "status: nonsense", "status: applied")
        served.change(REVIEW_FILE, "problem: PRB-0404", "problem: PRB-0001")
        told.clear()
        served.build()
        while served.preview.problems:
            time.sleep(0.01)

    serving(walk)


def test_a_client_is_shown_nothing_before_everything_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_base(tmp_path / "base")
    monkeypatch.setattr(live_edition, "AT_ONCE", -1.0)
    previews: list[Preview] = []

    class Kept(Preview):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            previews.append(self)

    def walk(server: Any) -> None:
        served = Served(folder, previews[-1], server)
        assert "pirs/2025/PIR-2025-0001.html" in served.files()
        served.change(REVIEW_FILE, "problem: PRB-0001", "problem: PRB-0404")
        assert not _refreshed(served)
        assert "pirs/2025/PIR-2025-0001.html" not in served.files()
        assert [problem.code for problem in served.preview.problems] == ["PIR202"]

    monkeypatch.setattr(mkdocs_build, "Preview", Kept)
    monkeypatch.setattr(LiveReloadServer, "serve", walk)
    mkdocs_build.serve(settings.read(folder / "mkdocs.yml"), Edition("harbor-credit"), "127.0.0.1:8000")


def test_a_later_edition_has_the_figures_of_the_one_before_where_only_bodies_changed() -> None:
    projection = project(load(settings.read(ROOT / "mkdocs.yml")), Edition())
    former = views.EditionContext(projection)
    _ = former.insight
    id_, pir = next((id_, pir) for id_, pir in projection.pirs.items() if pir.actions and pir.sections)

    def has_figures(**fields: object) -> bool:
        records = {**projection.records, "pir": {**projection.pirs, id_: replace(pir, **fields)}}
        later = former.with_bodies_of(replace(projection, records=records))
        assert later.whole(id_) == replace(pir, **fields)
        return later.insight is former.insight

    other = replace(pir.sections[0], text=Texts().read("Another text.").text)
    assert has_figures(sections=(other, *pir.sections[1:]))
    assert not has_figures(sections=pir.sections[1:])
    assert not has_figures(title="Another one")
    assert not has_figures(actions=())
    # whether guidance is left is a condition of the process
    assert not has_figures(sections=(replace(other, text="TODO: write this."), *pir.sections[1:]))
    assert former.with_bodies_of(replace(projection, incidents=())).insight is not former.insight
