"""Where the frames of the last build would be the same, MkDocs takes no part; the bytes are those of a build by MkDocs."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.changed_records import edit
from helpers.folders import read_files
from helpers.knowledge_base import pir, write_base

from mkdocs_pir.site import mkdocs_build

LESSON = "kb/lessons/LL-0001.md"
REVIEW = "kb/pirs/2025/PIR-2025-0001.md"


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def _append(file: Path, text: str) -> None:
    file.write_text(file.read_text("utf-8") + text, "utf-8")


@pytest.fixture
def by_mkdocs(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders into which MkDocs built."""
    folders: list[Path] = []
    render = mkdocs_build._render

    def noted(*arguments: object) -> None:
        folders.extend(one for one in arguments[3:4] if isinstance(one, Path))
        render(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(mkdocs_build, "_render", noted)
    return folders


def _built(folder: Path) -> dict[str, bytes]:
    result = pir(folder, "build", "--edition", "internal")
    assert result.exit_code == 0, result.stderr
    files: dict[str, bytes] = read_files(folder / "published/internal")
    return files


def _anew(folder: Path) -> dict[str, bytes]:
    """The files of a build for which nothing of an earlier one is there."""
    result = pir(folder, "build", "--edition", "internal", "--force", "--out", str(folder / "anew"))
    assert result.exit_code == 0, result.stderr
    files: dict[str, bytes] = read_files(folder / "anew/internal")
    return files


@pytest.fixture
def base(published_base: Path, by_mkdocs: list[Path]) -> Path:
    """A knowledge base that was published once by this very program."""
    _append(published_base / LESSON, "\nBegun.\n")
    _built(published_base)
    by_mkdocs.clear()
    return published_base


def test_a_word_of_a_body_is_published_without_mkdocs(base: Path, by_mkdocs: list[Path]) -> None:
    for word in ("first", "second"):
        _append(base / REVIEW, f"\nOne {word} word.\n")
        files = _built(base)
        assert f"One {word} word.".encode() in files["pirs/2025/PIR-2025-0001.html"]
    assert not by_mkdocs
    assert files == _anew(base)


OTHERS: dict[str, Callable[[Path], object]] = {
    "a title": lambda base: _replace(base / LESSON, "title: ", "title: Again "),
    "the configuration": lambda base: _append(base / "mkdocs.yml", "\ncopyright: Larkfield\n"),
    "a new section": lambda base: _append(base / REVIEW, "\n## A section of its own\n\nWords.\n"),
    "a published file of the theme": lambda base: (base / "published/internal/404.html").write_text("x", "utf-8"),
}


@pytest.mark.parametrize("what", OTHERS)
def test_where_anything_else_changed_mkdocs_takes_part(base: Path, by_mkdocs: list[Path], what: str) -> None:
    OTHERS[what](base)
    _append(base / REVIEW, "\nOne more word.\n")
    files = _built(base)
    assert by_mkdocs
    assert files == _anew(base)


def test_who_forces_a_build_has_it_made_by_mkdocs(base: Path, by_mkdocs: list[Path]) -> None:
    assert pir(base, "build", "--force").exit_code == 0
    assert by_mkdocs


def compare_over_edits(folder: Path, seed: int, edits: int) -> None:
    dice = random.Random(seed)
    write_base(folder)
    for number in range(edits):
        _append(folder / REVIEW, f"\nWord {number}.\n") if (folder / REVIEW).is_file() else None
        if pir(folder, "build").exit_code == 0:
            assert read_files(folder / "published/internal") == _anew(folder)
        edit(dice, folder)


def test_after_whatever_is_done_to_the_files_the_site_is_that_of_mkdocs(tmp_path: Path) -> None:
    compare_over_edits(tmp_path / "base", 1, 3)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(100, 140))
def test_over_many_sequences_of_edits(tmp_path: Path, seed: int) -> None:
    compare_over_edits(tmp_path / "base", seed, 12)
