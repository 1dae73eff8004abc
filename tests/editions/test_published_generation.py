"""A publication takes over the files of the one before that did not change, and never one that was changed since."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest
from helpers.folders import read_files
from helpers.knowledge_base import pir

from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.editions.published_generation import PublishedGeneration

LESSON = "kb/lessons/LL-0001.md"
EDITIONS = ("internal", "clients/harbor-credit")


def _word_changed(folder: Path) -> None:
    page = folder / LESSON
    text = page.read_text("utf-8")
    page.write_text(text.replace("Hosts do not", "Listeners do not"), "utf-8")
    assert page.read_text("utf-8") != text


def _sent(site: Path) -> dict[str, tuple[int, int]]:
    """What rsync compares of each file: a file is sent again if its size or time differs."""
    return {p.relative_to(site).as_posix(): (p.stat().st_size, p.stat().st_mtime_ns) for p in site.rglob("*.*")}


def _inodes(site: Path) -> dict[str, int]:
    return {p.relative_to(site).as_posix(): p.stat().st_ino for p in site.rglob("*") if p.is_file()}


def _build_all(folder: Path) -> None:
    assert pir(folder, "build", "--edition", "all").exit_code == 0


@pytest.mark.parametrize("links", [True, False])
def test_only_files_with_another_content_are_sent_again(
    published_base: Path, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not links:

        def refused(*_: object) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr(os, "link", refused)
    sites = [published_base / "published" / edition for edition in EDITIONS]
    contents, sent, inodes = ([of(site) for site in sites] for of in (read_files, _sent, _inodes))
    _word_changed(published_base)
    _build_all(published_base)
    for site, before, old, nodes in zip(sites, contents, sent, inodes, strict=True):
        after, new = read_files(site), _sent(site)
        changed = {path for path in after if after[path] != before.get(path)}
        assert "lessons/LL-0001.html" in changed
        assert len(changed) < len(after) / 2
        assert {path for path in after if new[path] != old.get(path)} == changed
        if links:
            assert {path for path, node in _inodes(site).items() if node != nodes.get(path)} == changed


@pytest.mark.parametrize("recorded", [True, False])
def test_a_file_that_was_changed_since_is_not_taken_over(published_base: Path, recorded: bool) -> None:
    """Although it has its size and its time again, and whether or not the states of files are known."""
    _build_all(published_base)
    before = [read_files(published_base / "published" / edition) for edition in EDITIONS]
    for edition in EDITIONS:
        page = published_base / "published" / edition / "lessons/LL-0001.html"
        status, content = page.stat(), page.read_bytes()
        with page.open("r+b") as file:
            file.write(content[::-1])
        os.utime(page, ns=(status.st_atime_ns, status.st_mtime_ns))
    if not recorded:
        for file in (published_base / "published/.pir").glob("states-*.json"):
            file.write_text("{damaged")
    _build_all(published_base)
    assert [read_files(published_base / "published" / edition) for edition in EDITIONS] == before


def test_a_file_that_is_the_published_one_already_is_taken_over_once(published_base: Path, tmp_path: Path) -> None:
    """What follows it is not written into it."""
    published = PublishedGeneration.read(published_base / "published", Edition())
    old = published_base / "published/internal"
    before = read_files(old)
    site = shutil.copytree(old, tmp_path / "pir/site", copy_function=os.link)
    published.take_over(site)
    assert read_files(site) == before
    assert read_files(old) == before


def test_a_link_to_elsewhere_is_not_taken_over(published_base: Path, tmp_path: Path) -> None:
    page = published_base / "published/internal/lessons/LL-0001.html"
    content = page.read_bytes()
    page.rename(tmp_path / "elsewhere.html")
    page.symlink_to(tmp_path / "elsewhere.html")
    _word_changed(published_base)
    _build_all(published_base)
    assert not page.is_symlink()
    assert page.read_bytes() != content


def test_an_earlier_publication_that_was_changed_with_the_present_one_is_not_restored(published_base: Path) -> None:
    """Files that did not change are the same in both, so who edits one edits the other."""
    _word_changed(published_base)
    _build_all(published_base)
    page = published_base / "published/clients/harbor-credit/404.html"
    page.write_bytes(page.read_bytes() + b"<!-- edited -->")
    before = read_files(published_base / "published/clients/harbor-credit")
    result = pir(published_base, "rollback", "--edition", "client:harbor-credit")
    assert result.exit_code == 1
    assert "PIR608" in result.stderr
    assert "404.html" in result.stderr
    assert read_files(published_base / "published/clients/harbor-credit") == before


def test_what_was_taken_over_can_be_rolled_back(published_base: Path) -> None:
    before = read_files(published_base / "published/internal")
    _word_changed(published_base)
    _build_all(published_base)
    assert pir(published_base, "rollback").exit_code == 0
    assert read_files(published_base / "published/internal") == before


def test_publications_that_were_copied_elsewhere_are_taken_over_too(published_base: Path, tmp_path: Path) -> None:
    copied = tmp_path / "copied"
    shutil.copytree(published_base, copied)
    before = _inodes(copied / "published/internal")
    _word_changed(copied)
    _build_all(copied)
    after = _inodes(copied / "published/internal")
    same = {path for path, node in after.items() if node == before.get(path)}
    assert len(same) > len(after) / 2
    # the rows of lists are in files that are named by their content
    both = ({path for path in of if not path.startswith("lists/")} for of in (after, before))
    assert next(both) == next(both)
