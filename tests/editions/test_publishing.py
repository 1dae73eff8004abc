"""An edition is published whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from helpers.folders import read_files
from helpers.knowledge_base import pir, write_base
from helpers.preview_server import PATIENCE

from mkdocs_pir.editions import publish as publishing


def test_a_file_of_an_earlier_build_does_not_survive(published_base: Path) -> None:
    stale = published_base / "published/internal/.hidden"
    stale.write_text("left behind")
    assert pir(published_base, "build").exit_code == 0
    assert not stale.exists()


def test_the_manifest_lists_every_file_and_lies_outside_the_site(published_base: Path) -> None:
    manifest = json.loads((published_base / "published/.pir/manifest-clients-harbor-credit.json").read_text("utf-8"))
    assert manifest["edition"] == "client:harbor-credit"
    assert manifest["as_of"] == "2026-09-30"
    assert manifest["audit"] == "passed"
    assert set(manifest["files"]) == set(read_files(published_base / "published/clients/harbor-credit"))


def test_the_same_input_gives_the_same_bytes_elsewhere(
    published_base: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = write_base(tmp_path_factory.mktemp("elsewhere") / "deep" / "er")
    for file in other.rglob("*"):
        os.utime(file, (1, 1))
    alone = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Kolkata", "LC_ALL": "C"}
    command = [sys.executable, "-m", "mkdocs_pir", "-C", str(other), "build", "--edition", "all"]
    subprocess.run(command, check=True, capture_output=True, env=alone)
    for edition in ("internal", "clients/harbor-credit"):
        assert read_files(other / "published" / edition) == read_files(published_base / "published" / edition)


def test_two_builds_at_once_do_not_mix(published_base: Path) -> None:
    with publishing.publish_lock(published_base / "published"):
        result = pir(published_base, "build")
    assert result.exit_code == 1
    assert "PIR607" in result.stderr


def test_a_full_disk_leaves_what_was_published(published_base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = read_files(published_base / "published/internal")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(publishing, "put_in_place", full)
    result = pir(published_base, "build", "--force")
    assert result.exit_code == 1
    assert "PIR605" in result.stderr
    assert "No space left" in result.stderr
    assert read_files(published_base / "published/internal") == before
    assert not list((published_base / "published/.pir").glob("staging-*"))


def test_a_killed_build_leaves_what_was_published_and_the_next_one_cleans_up(published_base: Path) -> None:
    before = read_files(published_base / "published/internal")
    write_base(
        published_base,
        {"kb/lessons/LL-0001.md": (published_base / "kb/lessons/LL-0001.md").read_text("utf-8") + "\nMore.\n"},
    )
    running = subprocess.Popen(
        [sys.executable, "-m", "mkdocs_pir", "-C", str(published_base), "build"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    work = published_base / "published/.pir"
    deadline = time.monotonic() + PATIENCE
    while not list(work.glob("staging-*/site/*")) and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    running.kill()
    running.wait()
    now = read_files(published_base / "published/internal")
    assert pir(published_base, "build").exit_code == 0
    assert not list(work.glob("staging-*"))
    after = read_files(published_base / "published/internal")
    assert b"More." in after["lessons/LL-0001.html"]
    assert now in (before, after)
