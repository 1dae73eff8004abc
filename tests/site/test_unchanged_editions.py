"""An edition whose inputs are the same is not built again; whatever else changes, it is."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers.folders import read_files
from helpers.knowledge_base import load_base, pir, write_base

from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.editions.publish import publish_lock
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.site import edition_inputs
from mkdocs_pir.site.edition_builds import BuildContext, build_editions

LESSON = "kb/lessons/LL-0001.md"
CLIENTS = ("harbor-credit", "quellmark")


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def _built(folder: Path, *arguments: str, exit_code: int = 0) -> set[str]:
    """Build; the editions that were built."""
    result = pir(folder, "build", *(arguments or ("--edition", "all")))
    assert result.exit_code == exit_code, result.stderr
    lines = re.findall(r"^(internal|client:\S+): (unchanged since|\d+ files)", result.stderr, re.M)
    return {edition for edition, what in lines if what != "unchanged since"}


def _manifest(folder: Path, edition: str) -> dict[str, object]:
    manifest: dict[str, object] = json.loads((folder / f"published/.pir/manifest-{edition}.json").read_text("utf-8"))
    return manifest


def _all_files(folder: Path) -> dict[str, int]:
    """The inode of the folder of each edition, which is another one after each publication."""
    sites = [folder / "published/internal", *(folder / "published/clients" / client for client in CLIENTS)]
    return {str(site): site.stat().st_ino for site in sites}


@pytest.fixture
def base(published_base: Path) -> Path:
    """A published knowledge base whose manifests say that it was seen where it is now, after it was copied."""
    assert _built(published_base) == set()
    return published_base


def test_nothing_is_built_and_no_record_is_read_where_nothing_changed(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _all_files(base)

    def read(*_: object) -> None:
        raise AssertionError("records were read")

    monkeypatch.setattr("mkdocs_pir.kb.loading.load", read)
    result = pir(base, "build", "--edition", "all")
    assert result.exit_code == 0
    assert "internal: unchanged since 20" in result.stderr
    assert _all_files(base) == before
    assert "client:quellmark: unchanged since" in pir(base, "build", "--edition", "client:quellmark").stderr


def test_force_builds_all_the_same(base: Path) -> None:
    assert _built(base, "--force") == {"internal"}


def test_only_editions_that_show_a_change_are_built_again(base: Path) -> None:
    page = base / "kb/pirs/2025/PIR-2025-0001.md"
    _edit(page, "for five hours. See", "for five hours and a bit. See")
    before = _all_files(base)
    assert _built(base) == {"internal", "client:harbor-credit"}
    after = _all_files(base)
    assert [path for path in after if after[path] == before[path]] == [str(base / "published/clients/quellmark")]
    # its manifest says that it is the same with what the records are now
    assert _built(base) == set()


def test_an_unchanged_edition_of_many_is_projected_once(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _edit(base / "kb/pirs/2025/PIR-2025-0001.md", "for five hours. See", "for five hours and a bit. See")
    chosen = [Edition(client) for client in CLIENTS]
    kb, out = load_base(base), base / "published"
    with publish_lock(out) as work:
        works = BuildContext.prepare(kb, chosen, out, work, {}, edition_inputs.inputs(kb.settings))
        assert set(works.digests) == set(chosen)
        projected = []

        def once_more(knowledge: KnowledgeBase, edition: Edition, **arguments: Any) -> Projection:
            projected.append(edition)
            return project(knowledge, edition, **arguments)

        monkeypatch.setattr("mkdocs_pir.site.edition_builds.project", once_more)
        outcomes = list(build_editions(works, chosen, 1))
    assert [bool(outcome.published and outcome.published.unchanged_since) for outcome in outcomes] == [False, True]
    assert projected == [Edition("harbor-credit")]


def test_what_is_not_built_again_is_what_a_whole_build_gives(base: Path) -> None:
    _edit(base / "kb/pirs/2025/PIR-2025-0001.md", "for five hours. See", "for five hours and a bit. See")
    _built(base)
    assert pir(base, "build", "--edition", "all", "--out", str(base / "anew")).exit_code == 0
    for edition in ("internal", *(f"clients/{client}" for client in CLIENTS)):
        assert read_files(base / "published" / edition) == read_files(base / "anew" / edition)


def test_files_that_were_only_touched_change_nothing(base: Path) -> None:
    for file in (base / "kb").rglob("*"):
        os.utime(file, (1, 1))
    assert _built(base) == set()


def _add_service(base: Path) -> None:
    first = min((base / "kb/services").glob("*.md"))
    text = first.read_text("utf-8").replace(first.stem, "another-service")
    (base / "kb/services/another-service.md").write_text(re.sub(r"(?m)^aliases:.*\n", "", text), "utf-8")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a record": lambda base: _edit(base / LESSON, "Hosts do not", "Listeners do not"),
    "markup alone": lambda base: _edit(base / LESSON, "Hosts do not", "Hosts *do* not"),
    "a record that is added": _add_service,
    "the configuration": lambda base: _edit(base / "mkdocs.yml", "theme:", "copyright: Larkfield\ntheme:"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_input_is_built(base: Path, what: str) -> None:
    CHANGES[what](base)
    assert "internal" in _built(base, "--edition", "internal")
    assert _built(base, "--edition", "internal") == set()


def test_another_day_is_built(base: Path) -> None:
    assert _built(base, "--as-of", "2026-10-01") == {"internal"}
    assert _built(base, "--as-of", "2026-10-01") == set()


def test_other_libraries_or_code_are_built(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edition_inputs, "_program", lambda: b"another version")
    assert _built(base) == {"internal", *(f"client:{client}" for client in CLIENTS)}


def test_templates_of_the_site_are_an_input(base: Path) -> None:
    _edit(base / "mkdocs.yml", "name: material", "name: material, custom_dir: look")
    (base / "look").mkdir()
    (base / "look/404.html").write_text("<p>Gone</p>", "utf-8")
    assert _built(base, "--edition", "internal") == {"internal"}
    assert _built(base, "--edition", "internal") == set()
    (base / "look/404.html").write_text("<p>Lost</p>", "utf-8")
    assert _built(base, "--edition", "internal") == {"internal"}
    assert "Lost" in (base / "published/internal/404.html").read_text("utf-8")


def test_with_a_hook_whose_inputs_nobody_knows_the_internal_edition_is_always_built(base: Path) -> None:
    (base / "hook.py").write_text("def on_post_build(config): pass\n", "utf-8")
    with (base / "mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write("\nhooks: [hook.py]\n")
    _built(base)
    assert _built(base) == {"internal"}


@pytest.mark.parametrize("how", ["edited", "removed", "added", "linked"])
@pytest.mark.parametrize("edition", ["internal", "clients/harbor-credit"])
def test_a_published_site_that_was_changed_is_restored(base: Path, edition: str, how: str) -> None:
    site = base / "published" / edition
    before, page = read_files(site), site / "lessons/LL-0001.html"
    status, content = page.stat(), page.read_bytes()
    if how == "edited":
        page.write_bytes(content[::-1])
        os.utime(page, ns=(status.st_atime_ns, status.st_mtime_ns))
    elif how == "removed":
        page.unlink()
    elif how == "added":
        (site / "other.html").write_text("planted", "utf-8")
    else:
        page.rename(base / "elsewhere.html")
        page.symlink_to(base / "elsewhere.html")
    name = edition.replace("clients/", "client:")
    assert _built(base, "--edition", name) == {name}
    assert read_files(site) == before
    assert not page.is_symlink()


def test_a_leak_by_what_was_added_to_the_records_is_found_in_an_edition_that_is_the_same(base: Path) -> None:
    """Another client gets a name that stands in the released text: its edition does not change, but the audit fails."""
    page = base / "kb/pirs/2025/PIR-2025-0001.md"
    _edit(page, "for five hours. See", "for Zanderlake hours. See")
    assert "client:harbor-credit" in _built(base)
    before = read_files(base / "published/clients/harbor-credit")
    client = base / "kb/clients/quellmark.md"
    _edit(client, "\n---\n", "\naliases: [Zanderlake]\n---\n")
    result = pir(base, "build", "--edition", "all")
    assert result.exit_code == 1
    assert "PIR606" in result.stderr
    assert "client:harbor-credit: not published" in result.stderr
    assert read_files(base / "published/clients/harbor-credit") == before
    # and it is not forgotten
    assert "PIR606" in pir(base, "build", "--edition", "client:harbor-credit").stderr


def test_without_a_cache_folder_nothing_is_built_again_either(base: Path) -> None:
    shutil.rmtree(base / ".cache", ignore_errors=True)
    assert _built(base) == set()
    _edit(base / "mkdocs.yml", "- pir:", "- pir:\n      cache_dir: ''")
    _built(base)
    assert _built(base) == set()


def test_a_copy_of_the_folder_is_not_built_again(base: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(base, tmp_path / "copied"))
    assert _built(copied) == set()


def test_the_manifest_tells_of_the_newest_revision_with_these_files(base: Path) -> None:
    def git(*arguments: str) -> str:
        command = ["git", "-C", str(base), "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "-q")
    git("add", "mkdocs.yml", "kb")
    git("commit", "-qm", "one")
    assert _built(base) == set()
    one = _manifest(base, "internal")
    assert one["revision"] == git("rev-parse", "HEAD")
    git("commit", "-q", "--allow-empty", "-m", "two")
    assert _built(base) == set()
    two = _manifest(base, "internal")
    assert two["revision"] == git("rev-parse", "HEAD") != one["revision"]
    assert {**two, "revision": ""} == {**one, "revision": ""}


def test_a_rollback_is_undone_by_the_next_build(base: Path) -> None:
    _edit(base / LESSON, "Hosts do not", "Listeners do not")
    _built(base)
    now = read_files(base / "published/internal")
    assert pir(base, "rollback").exit_code == 0
    assert read_files(base / "published/internal") != now
    assert _built(base, "--edition", "internal") == {"internal"}
    assert read_files(base / "published/internal") == now


def test_a_clock_that_was_set_back_hides_no_change(base: Path) -> None:
    page = base / LESSON
    status = page.stat()
    _edit(page, "Hosts do not", "Hosts go not")
    os.utime(page, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert page.stat().st_size == status.st_size
    assert "internal" in _built(base)


def test_the_first_build_into_a_folder_is_a_build(tmp_path: Path) -> None:
    base = write_base(tmp_path)
    assert _built(base, "--edition", "internal") == {"internal"}
