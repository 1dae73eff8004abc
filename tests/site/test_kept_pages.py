"""Pages that are taken over are those that a clean build makes, whatever was done before."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from helpers.changed_records import edit
from helpers.folders import read_files
from helpers.knowledge_base import load_base, write_base

from mkdocs_pir.editions import handover, publish
from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.editions.published_generation import PublishedGeneration
from mkdocs_pir.exchange.exporting import published
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.kb.problem import ProblemError
from mkdocs_pir.site import assets, views
from mkdocs_pir.site.kept_pages import FrameForm, MadePage, key_of
from mkdocs_pir.site.made_pages import Making
from mkdocs_pir.site.page_renderer import PageRenderer
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.recorded_reads import RecordedReads
from mkdocs_pir.store import executors
from mkdocs_pir.store.result_store import ResultStore

INTERNAL, CLIENT = Edition(), Edition("harbor-credit")


class PlainFrames:
    """Frames without a theme. `look` stands for a theme that may change."""

    look = "plain"

    def html(self, page: MadePage) -> str:
        return "\n".join([self.look, page.title, page.description, repr(page.toc), page.html])

    def digest(self, form: FrameForm) -> bytes:
        return f"{self.look} {form}".encode()


def build(folder: Path, edition: Edition, out: Path, *, keeps: bool) -> dict[str, bytes] | None:
    """The pages of an edition that is published into a folder; None where it has errors."""
    kb = load_base(folder)
    store = ResultStore(kb.settings.cache if keeps else None)

    def make(site: Path, previous: PublishedGeneration) -> None:
        context = EditionContext(projection, store)
        files = partial(assets.groups, site_url="https://kb.example/")
        Making(context, site, PlainFrames(), frozenset(), files, "", previous if keeps else None).run()

    try:
        projection = project(kb, edition)
        with publish.publish_lock(out) as work:
            publish.publish(out, work, edition, make, lambda *_: handover.AuditResult(), {})
    except ProblemError:
        return None
    return read_files(out / edition.folder)


def compare_over_edits(tmp_path: Path, seed: int, edits: int) -> None:
    dice = random.Random(seed)
    folder = write_base(tmp_path / "base")
    for _ in range(edits):
        for edition in (INTERNAL, CLIENT):
            kept = build(folder, edition, tmp_path / "out", keeps=True)
            anew = build(folder, edition, tmp_path / f"anew-{dice.random()}", keeps=False)
            assert kept == anew
        for _ in range(dice.randrange(1, 3)):
            edit(dice, folder)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_done_to_the_files_the_pages_are_those_of_a_clean_build(tmp_path: Path, seed: int) -> None:
    compare_over_edits(tmp_path, seed, 5)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(100, 400))
def test_over_many_sequences_of_edits(tmp_path: Path, seed: int) -> None:
    compare_over_edits(tmp_path, seed, 12)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The records whose pages are made."""
    ids: list[str] = []
    page = views.record_page
    monkeypatch.setattr(views, "record_page", lambda edition, id_: ids.append(id_) or page(edition, id_))
    # in this process, where the list is
    monkeypatch.setattr(executors, "processors", lambda: 1)
    return ids


@pytest.mark.parametrize("edition", [INTERNAL, CLIENT])
def test_only_pages_that_show_what_changed_are_made_again(tmp_path: Path, made: list[str], edition: Edition) -> None:
    folder, out = write_base(tmp_path / "base"), tmp_path / "out"
    build(folder, edition, out, keeps=True)
    assert len(made) > 4
    made.clear()
    build(folder, edition, out, keeps=True)
    assert made == []
    # nothing but the page of the cause itself shows its definition
    cause = folder / "kb/causes/change/expired-certificate.md"
    cause.write_text(cause.read_text("utf-8").replace("reached its end", "ran out"), "utf-8")
    pages = build(folder, edition, out, keeps=True)
    assert pages is not None
    assert b"ran out" in pages["causes/change/expired-certificate.html"]
    assert made == ["change/expired-certificate"]


def test_only_lists_that_show_what_changed_are_rendered_again(
    tmp_path: Path, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = write_base(tmp_path / "base"), tmp_path / "out"
    rendered: list[str] = []
    render = PageRenderer.render
    monkeypatch.setattr(PageRenderer, "render", lambda self, view: rendered.append(view.path) or render(self, view))
    first = build(folder, INTERNAL, out, keeps=True)
    assert first is not None
    assert {path for path in first if path.endswith(".html")} == set(rendered)
    rendered.clear()
    assert build(folder, INTERNAL, out, keeps=True) == first
    assert rendered == []
    problem = folder / "kb/problems/PRB-0001.md"
    text = problem.read_text("utf-8")
    problem.write_text(text.replace("title: ", "title: Again, ", 1), "utf-8")
    assert build(folder, INTERNAL, out, keeps=True) != first
    assert "problems.html" in rendered
    assert "services.html" not in rendered


def test_where_only_a_body_changed_no_figure_is_worked_out_and_no_list_is_made(
    tmp_path: Path, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = write_base(tmp_path / "base"), tmp_path / "out"
    build(folder, INTERNAL, out, keeps=True)
    made.clear()
    families: list[int] = []
    family = views.family
    monkeypatch.setattr(views, "family", lambda edition, number: families.append(number) or family(edition, number))
    monkeypatch.setattr(Insight, "kpis", property(lambda _: pytest.fail("figures were worked out")))
    review = folder / "kb/pirs/2025/PIR-2025-0001.md"
    review.write_text(review.read_text("utf-8") + "\nOne word more.\n", "utf-8")
    pages = build(folder, INTERNAL, out, keeps=True)
    monkeypatch.undo()
    assert pages is not None
    assert b"One word more." in pages["pirs/2025/PIR-2025-0001.html"]
    assert pages == build(folder, INTERNAL, tmp_path / "anew", keeps=False)
    assert made[:1] == ["PIR-2025-0001"]
    assert families == []


def test_only_data_files_that_hold_what_changed_are_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = write_base(tmp_path / "base"), tmp_path / "out"
    monkeypatch.setattr(executors, "processors", lambda: 1)
    forms: list[str] = []
    content = published._content
    monkeypatch.setattr(
        published, "_content", lambda form, table, *rest: forms.append(table.title) or content(form, table, *rest)
    )
    first = build(folder, INTERNAL, out, keeps=True)
    assert len(forms) > 10
    forms.clear()
    assert build(folder, INTERNAL, out, keeps=True) == first
    assert forms == []
    review = folder / "kb/pirs/2025/PIR-2025-0001.md"
    text = review.read_text("utf-8")
    assert "due: " in text
    review.write_text(re.sub(r"due: \S+", "due: 2025-04-30", text, count=1), "utf-8")
    again = build(folder, INTERNAL, out, keeps=True)
    assert "All action items" in forms
    assert "Incidents" not in forms
    assert again == build(folder, INTERNAL, tmp_path / "anew", keeps=False)


def test_the_page_of_a_list_that_is_no_more_goes(tmp_path: Path) -> None:
    folder, out = write_base(tmp_path / "base"), tmp_path / "out"
    cause = folder / "kb/causes/power/outage.md"
    cause.parent.mkdir()
    cause.write_text("---\nid: power/outage\nname: Outage\ndefinition: No power.\nfamily: power\n---\n", "utf-8")
    before = build(folder, INTERNAL, out, keeps=True)
    cause.unlink()
    after = build(folder, INTERNAL, out, keeps=True)
    assert before is not None
    assert after is not None
    assert after == build(folder, INTERNAL, tmp_path / "anew", keeps=False)
    gone = {path for path in before.keys() - after.keys() if path.endswith(".html")}
    assert gone == {"causes/power/outage.html", "causes/power.html"}


def test_a_new_frame_makes_pages_again(tmp_path: Path, made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, out = write_base(tmp_path / "base"), tmp_path / "out"
    build(folder, INTERNAL, out, keeps=True)
    every = sorted(made)
    made.clear()
    monkeypatch.setattr(PlainFrames, "look", "other")
    pages = build(folder, INTERNAL, out, keeps=True)
    assert pages is not None
    assert sorted(made) == every
    assert all(page.startswith(b"other") for path, page in pages.items() if path.endswith(".html"))


@pytest.mark.parametrize("text", ["<b>forged</b>", ""])
def test_a_published_page_that_was_changed_is_not_taken_over(tmp_path: Path, made: list[str], text: str) -> None:
    folder, out = write_base(tmp_path / "base"), tmp_path / "out"
    pages = build(folder, CLIENT, out, keeps=True)
    page = out / CLIENT.folder / "pirs/2025/PIR-2025-0001.html"
    page.write_text(text, "utf-8")
    made.clear()
    assert build(folder, CLIENT, out, keeps=True) == pages
    assert made == ["PIR-2025-0001"]


@pytest.mark.parametrize("path", ["lessons/LL-0001.html", "actions/list.html", "data/records.json"])
def test_what_changes_just_before_it_is_taken_over_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    folder, out = write_base(tmp_path / "base"), tmp_path / "out"
    pages = build(folder, INTERNAL, out, keeps=True)
    assert pages is not None
    assert path in pages
    link = PublishedGeneration.link
    refused: list[str] = []

    def refuse(self: PublishedGeneration, at: str, sha256: str, to: Path) -> bool:
        if at == path:
            refused.append(at)
            return False
        return link(self, at, sha256, to)

    monkeypatch.setattr(PublishedGeneration, "link", refuse)
    assert build(folder, INTERNAL, out, keeps=True) == pages
    assert refused


def test_what_was_kept_for_one_edition_never_reaches_another(tmp_path: Path) -> None:
    """The pages of the internal edition are put where those of the client's edition are kept."""
    folder, out = write_base(tmp_path / "base"), tmp_path / "out"
    build(folder, INTERNAL, out, keeps=True)
    build(folder, CLIENT, out, keeps=True)
    store = ResultStore(load_base(folder).settings.cache)
    names = [key_of(EditionContext(project(load_base(folder), edition))) for edition in (INTERNAL, CLIENT)]
    store.put({names[1]: store.get([names[0]])[names[0]]})
    pages = build(folder, CLIENT, out, keeps=True)
    assert pages is not None
    assert pages == build(folder, CLIENT, tmp_path / "anew", keeps=False)
    assert not any(b"Notes that stay inside" in page for page in pages.values())


def test_everything_that_a_page_reads_has_a_digest_that_is_the_same_the_next_time(tmp_path: Path) -> None:
    write_base(tmp_path)
    for edition in (INTERNAL, CLIENT):
        first, second = (RecordedReads(EditionContext(project(load_base(tmp_path), edition))) for _ in range(2))
        for record in views.records_with_page(project(load_base(tmp_path), edition)):
            with first.noted() as noted:
                views.record_page(first.edition, record.id)
            assert ("whole", "()", (record.id,), ()) in noted
            assert [read for read in noted if first.digest(read) != second.digest(read)] == []


READS = """
from pathlib import Path
from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb import settings
from mkdocs_pir.kb.loading import load
from mkdocs_pir.site import views
from mkdocs_pir.site.made_pages import digest_of
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.recorded_reads import RecordedReads
projection = project(load(settings.read(Path("mkdocs.yml"))), Edition())
edition = EditionContext(projection)
reads = RecordedReads(edition)
with reads.noted() as noted:
    for record in views.records_with_page(projection):
        views.record_page(reads.edition, record.id)
print(sorted((repr(read), reads.digest(read).hex()) for read in noted))
for number in range(len(views.FAMILIES)):
    for view in views.family(edition, number):
        print(view.path, digest_of(view).hex())
"""


def test_a_process_in_which_python_orders_sets_otherwise_gives_the_same_digests(tmp_path: Path) -> None:
    folder = write_base(tmp_path)
    outputs = [
        subprocess.run(
            [sys.executable, "-c", READS],
            cwd=folder,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert len(outputs[0]) > 1000
    assert outputs[0] == outputs[1]
