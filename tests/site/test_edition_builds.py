"""Many editions at once: each by itself, and none in the way of another, whatever becomes of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.folders import read_files
from helpers.knowledge_base import pir, write_base

from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.site import edition_builds
from mkdocs_pir.store import executors

pytestmark = pytest.mark.slow

CLIENTS = ("client:harbor-credit", "client:quellmark")


def _leak(folder: Path) -> None:
    """Let harbor-credit's edition name the other client, which its audit finds."""
    page = folder / "kb/pirs/2025/PIR-2025-0001.md"
    page.write_text(page.read_text("utf-8").replace("for five hours. See", "as at Quellmark. See"), "utf-8")


@pytest.mark.parametrize("threads", [1, 2])
def test_two_at_once_are_the_same_as_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    # with another thread the processes cannot be copies of this one, and get the task of an edition each
    monkeypatch.setattr(executors.threading, "active_count", lambda: threads)
    folder = write_base(tmp_path)
    assert pir(folder, "build", "--edition", "all", "--jobs", "1", "--out", str(folder / "one")).exit_code == 0
    assert pir(folder, "build", "--edition", "all", "--jobs", "2", "--out", str(folder / "two")).exit_code == 0
    for edition in ("internal", "clients/harbor-credit", "clients/quellmark"):
        assert read_files(folder / "one" / edition) == read_files(folder / "two" / edition)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_edition_that_fails_neither_blocks_nor_harms_the_others(published_base: Path, jobs: str) -> None:
    folder = published_base
    before = read_files(folder / "published/clients/harbor-credit")
    _leak(folder)
    page = folder / "kb/lessons/LL-0001.md"
    page.write_text(page.read_text("utf-8").replace("Hosts do not", "Listeners do not"), "utf-8")
    result = pir(folder, "build", "--edition", "all", "--jobs", jobs)
    assert result.exit_code == 1
    assert "PIR606" in result.stderr
    assert "2 of 3 editions published" in result.stderr
    assert "not published: client:harbor-credit" in result.stderr
    assert read_files(folder / "published/clients/harbor-credit") == before
    lesson = (folder / "published/clients/quellmark/lessons/LL-0001.html").read_text("utf-8")
    assert "Listeners do not" in lesson
    # the manifest of what failed still tells of what is there
    said = json.loads((folder / "published/.pir/manifest-clients-harbor-credit.json").read_text("utf-8"))
    assert set(said["files"]) == set(before)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the fault is planted in a forked process")
def test_a_worker_that_is_killed_takes_only_its_own_edition_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_base(tmp_path)
    made, parent = edition_builds._build_edition, os.getpid()

    def killed(works: edition_builds.BuildContext, edition: Edition) -> edition_builds.Outcome:
        if str(edition) == CLIENTS[0]:
            assert os.getpid() != parent
            os.kill(os.getpid(), signal.SIGKILL)
        return made(works, edition)

    monkeypatch.setattr(edition_builds, "_build_edition", killed)
    # the runner of the tests may have threads of its own
    monkeypatch.setattr(executors.threading, "active_count", lambda: 1)
    result = pir(folder, "build", "--edition", "all", "--jobs", "2")
    assert result.exit_code == 1
    assert "its process ended unexpectedly" in result.stderr
    assert "2 of 3 editions published" in result.stderr
    assert not (folder / "published/clients/harbor-credit").exists()
    assert (folder / "published/clients/quellmark/index.html").is_file()
    monkeypatch.undo()
    assert pir(folder, "build", "--edition", "all").exit_code == 0


def test_of_two_builds_that_race_one_publishes_and_one_says_why_not(tmp_path: Path) -> None:
    folder = write_base(tmp_path)
    command = [sys.executable, "-m", "mkdocs_pir", "-C", str(folder), "build", "--edition", CLIENTS[0]]
    runs = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    said = [run.communicate()[1] for run in runs]
    codes = [run.returncode for run in runs]
    assert 0 in codes
    assert all("PIR607" in text for text, code in zip(said, codes, strict=True) if code)
    site = folder / "published/clients/harbor-credit"
    manifest = json.loads((folder / "published/.pir/manifest-clients-harbor-credit.json").read_text("utf-8"))
    assert set(manifest["files"]) == set(read_files(site))
