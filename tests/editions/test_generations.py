"""A kill at any step of publishing or rolling back loses no generation and confuses none.

A forked process is killed at each file that it opens, renames or removes below the output folder; what the next command
finds must be whole generations, each with its own manifest.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.folders import read_files

from mkdocs_pir.editions import generations, publish
from mkdocs_pir.editions.handover import AuditResult
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.editions.published_generation import PublishedGeneration

EDITION = Edition("harbor-credit")
STEPS = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "shutil.rmtree", "ctypes.call_function"}

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the process that is killed is a fork"),
    pytest.mark.slow,
]


def _publish(out: Path, text: str) -> None:
    with publish.publish_lock(out) as work:
        _make(out, work, text)


def _make(out: Path, work: Path, text: str) -> None:
    def render(site: Path, _: PublishedGeneration) -> None:
        (site / "index.html").write_text(text)
        (site / "data").mkdir()
        (site / "data" / "records.json").write_text(text * 2)

    publish.publish(out, work, EDITION, render, lambda *_: AuditResult(), {"said": text})


def _go_back(out: Path) -> None:
    with publish.publish_lock(out) as work:
        publish.rollback(out, work, EDITION)


def _killed_at(step: int, out: Path, act: Callable[[], None]) -> bool:
    """Do something in a process that is killed at one step; whether it got that far."""
    child = os.fork()
    if child == 0:
        count = 0

        def hook(event: str, args: tuple[object, ...]) -> None:
            nonlocal count
            if event in STEPS and (event.startswith("ctypes") or any(str(out) in str(arg) for arg in args[:2])):
                count += 1
                if count == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        try:
            act()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def _state(out: Path) -> tuple[str, str | None]:
    """The present generation and the one before, after whatever was left behind is settled. Each must be whole."""
    with publish.publish_lock(out) as work:
        present = _whole(out / EDITION.folder, generations.manifest(out, EDITION))
        kept = work / "previous-clients-harbor-credit"
        before = _whole(kept / "site", generations.read_manifest(kept / "manifest.json")) if kept.exists() else None
        assert not list(work.glob("staging-*")) + list(work.glob("next-*"))
    return present, before


def _whole(site: Path, manifest: dict[str, object] | None) -> str:
    """What a generation says of itself; its files are those of its manifest."""
    assert manifest is not None
    files = read_files(site)
    listed = {name: file["sha256"] for name, file in manifest["files"].items()}  # type: ignore[attr-defined]
    assert {name: hashlib.sha256(content).hexdigest() for name, content in files.items()} == listed
    text = files["index.html"].decode()
    assert manifest["said"] == text
    return text


@pytest.fixture(params=["exchanged", "one after the other"])
def out(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An output folder, on a system that can exchange two folders in one step, and on one that cannot."""
    if request.param != "exchanged":
        monkeypatch.setattr(generations, "_exchange", lambda a, b: False)
    return tmp_path / "published"


def test_a_publication_that_is_killed_anywhere_loses_no_generation(out: Path) -> None:
    for step in range(1, 1000):
        older, old, new = f"older {step}", f"old {step}", f"new {step}"
        _publish(out, older)
        _publish(out, old)
        killed = _killed_at(step, out, lambda: _publish(out, new))  # noqa: B023
        assert _state(out) in ((old, older), (new, old)), f"at step {step}"
        if not killed:
            break
    assert step > 20


def test_a_rollback_that_is_killed_anywhere_loses_no_generation(out: Path) -> None:
    _publish(out, "one")
    _publish(out, "two")
    state = "two", "one"
    for step in range(1, 1000):
        killed = _killed_at(step, out, lambda: _go_back(out))
        turned = _state(out)
        assert turned in (state, state[::-1]), f"at step {step}"
        state = turned
        if not killed:
            break
    assert step > 10


def test_the_first_publication_killed_anywhere_is_there_whole_or_not_at_all(out: Path, tmp_path: Path) -> None:
    for step in range(1, 1000):
        fresh = tmp_path / f"{step}"
        killed = _killed_at(step, fresh, lambda: _publish(fresh, "first"))  # noqa: B023
        if (fresh / EDITION.folder / "index.html").exists():
            assert _state(fresh) == ("first", None)
        else:
            with publish.publish_lock(fresh):
                assert generations.manifest(fresh, EDITION) is None
        if not killed:
            break
    assert step > 10


@pytest.mark.parametrize("earlier", [True, False])
def test_a_process_killed_within_a_build_does_not_keep_the_next_one_from_the_same_edition(
    out: Path, earlier: bool
) -> None:
    """A build tries again what a process of its own left undone, a first publication too."""
    if earlier:
        _publish(out, "old")
    for step in range(1, 1000):
        new = f"new {step}"
        if not earlier:
            shutil.rmtree(out, ignore_errors=True)
        with publish.publish_lock(out) as work:
            killed = _killed_at(step, out, lambda: _make(out, work, new))  # noqa: B023
            _make(out, work, new)
        assert _state(out)[0] == new, f"at step {step}"
        if not killed:
            break
    assert step > 10


@pytest.mark.parametrize("umask", [0o077, 0o022, 0o000])
def test_published_files_have_the_same_permissions_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    out = tmp_path / "published"
    before = os.umask(umask)
    try:
        _publish(out, "one")
        _publish(out, "two")
    finally:
        os.umask(before)
    modes = {p.relative_to(out).as_posix(): stat.S_IMODE(p.stat().st_mode) for p in out.rglob("*")}
    assert stat.S_IMODE(out.stat().st_mode) == 0o755
    assert modes["clients"] == modes["clients/harbor-credit"] == modes["clients/harbor-credit/data"] == 0o755
    assert modes["clients/harbor-credit/index.html"] == modes["clients/harbor-credit/data/records.json"] == 0o644
    assert modes[".pir"] == 0o700


def test_a_private_folder_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    work = tmp_path / ".pir"
    work.mkdir(mode=0o755)
    work.chmod(0o755)
    _publish(tmp_path, "one")
    assert stat.S_IMODE(work.stat().st_mode) == 0o700


def test_publishing_works_where_the_system_lacks_a_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, which has no os.sync and no renameat2."""
    monkeypatch.delattr(os, "sync")
    monkeypatch.delattr(os, "geteuid")
    monkeypatch.setattr(generations, "_exchange", lambda a, b: False)
    _publish(tmp_path, "one")
    _publish(tmp_path, "two")
    _go_back(tmp_path)
    assert _state(tmp_path) == ("one", "two")
