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
from helpers.knowledge_base import pir, write_base

from mkdocs_pir.editions import publish as publishing


def _tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A small knowledge base whose editions are published once."""
    folder = write_base(tmp_path)
    result = pir(folder, "build", "--edition", "all")
    assert result.exit_code == 0, result.output
    return folder


def test_all_editions_lie_where_the_documentation_says(published: Path) -> None:
    for edition in ("internal", "clients/harbor-credit", "clients/quellmark"):
        assert (published / "published" / edition / "index.html").is_file()


def test_a_broken_record_leaves_what_was_published(published: Path) -> None:
    before = _tree(published / "published")
    write_base(published, {"kb/lessons/LL-0001.md": "---\nid: LL-0001\ntitle: [\n---\n"})
    result = pir(published, "build", "--edition", "all")
    assert result.exit_code == 1
    assert "Nothing was published" in result.stderr
    assert _tree(published / "published") == before


def test_a_file_of_an_earlier_build_does_not_survive(published: Path) -> None:
    stale = published / "published/internal/.hidden"
    stale.write_text("left behind")
    assert pir(published, "build").exit_code == 0
    assert not stale.exists()


def test_the_manifest_lists_every_file_and_lies_outside_the_site(published: Path) -> None:
    manifest = json.loads((published / "published/.pir/manifest-clients-harbor-credit.json").read_text("utf-8"))
    assert manifest["edition"] == "client:harbor-credit"
    assert manifest["as_of"] == "2026-09-30"
    assert manifest["audit"] == "passed"
    assert set(manifest["files"]) == set(_tree(published / "published/clients/harbor-credit"))


def test_the_same_input_gives_the_same_bytes_elsewhere(
    published: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = write_base(tmp_path_factory.mktemp("elsewhere") / "deep" / "er")
    for file in other.rglob("*"):
        os.utime(file, (1, 1))
    alone = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Kolkata", "LC_ALL": "C"}
    command = [sys.executable, "-m", "mkdocs_pir", "-C", str(other), "build", "--edition", "all"]
    subprocess.run(command, check=True, capture_output=True, env=alone)
    for edition in ("internal", "clients/harbor-credit"):
        assert _tree(other / "published" / edition) == _tree(published / "published" / edition)


def test_two_builds_at_once_do_not_mix(published: Path) -> None:
    with publishing.workshop(published / "published"):
        result = pir(published, "build")
    assert result.exit_code == 1
    assert "PIR607" in result.stderr


def test_a_full_disk_leaves_what_was_published(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _tree(published / "published/internal")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(publishing, "put_in_place", full)
    result = pir(published, "build")
    assert result.exit_code == 1
    assert "PIR605" in result.stderr
    assert "No space left" in result.stderr
    assert _tree(published / "published/internal") == before
    assert not list((published / "published/.pir").glob("staging-*"))


def test_a_killed_build_leaves_what_was_published_and_the_next_one_cleans_up(published: Path) -> None:
    before = _tree(published / "published/internal")
    write_base(
        published, {"kb/lessons/LL-0001.md": (published / "kb/lessons/LL-0001.md").read_text("utf-8") + "\nMore.\n"}
    )
    running = subprocess.Popen(
        [sys.executable, "-m", "mkdocs_pir", "-C", str(published), "build"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    work = published / "published/.pir"
    deadline = time.monotonic() + 60
    while not list(work.glob("staging-*/site/*")) and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    running.kill()
    running.wait()
    now = _tree(published / "published/internal")
    assert pir(published, "build").exit_code == 0
    assert not list(work.glob("staging-*"))
    after = _tree(published / "published/internal")
    assert b"More." in after["lessons/LL-0001.html"]
    assert now in (before, after)


def test_an_unknown_client_is_named_with_the_nearest(published: Path) -> None:
    result = pir(published, "build", "--edition", "client:harbour-credit")
    assert result.exit_code == 1
    assert "harbor-credit" in result.stderr
