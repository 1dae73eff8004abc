"""Whatever fails while publishing, at whatever step, the published site is whole: the old one or the new one.

Python tells an audit hook of every file that it opens, renames or removes. The hook counts those below the output
folder and lets the N-th fail, or kills the process there.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from ground import lay, pir

WORKER = """
import errno, os, sys
out, at, how = sys.argv[1], int(sys.argv[2]), sys.argv[3]
count, busy = 0, False
WATCHED = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "shutil.rmtree", "shutil.copyfile"}

def writes(event, args):
    if event == "open":
        mode, flags = args[1], args[2]
        return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)) if isinstance(flags, int) else "w" in str(mode)
    return True

def hook(event, args):
    global count
    if event not in WATCHED or not any(isinstance(a, (str, bytes, os.PathLike)) and os.fsdecode(a).startswith(out) for a in args[:2]):
        return
    if not writes(event, args):
        return
    count += 1
    if at and (count == at or (how == "full" and count > at and event in ("open", "os.mkdir"))):
        if how == "kill":
            os.kill(os.getpid(), 9)
        number = {"full": errno.ENOSPC, "readonly": errno.EROFS, "broken": errno.EIO}[how]
        raise OSError(number, os.strerror(number))

from mkdocs_pir.cli import main
import mkdocs_pir.site.plugin
sys.addaudithook(hook)
try:
    main(sys.argv[4:], standalone_mode=True)
finally:
    print("points", count, file=sys.stderr)
"""


def _digest(folder: Path) -> str:
    lines = [
        f"{p.relative_to(folder).as_posix()} {hashlib.sha256(p.read_bytes()).hexdigest()}"
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    ]
    return "\n".join(lines)


def _build(folder: Path, at: int, how: str) -> subprocess.CompletedProcess[str]:
    out = folder / "site"
    command = [sys.executable, "-c", WORKER, str(out), str(at), how, "-C", str(folder), "build", "--edition"]
    return subprocess.run(
        [*command, "client:harbor-credit"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str, int]:
    """A knowledge base with a published edition, the digests of the old and the new one, and the number of points."""
    folder = lay(tmp_path_factory.mktemp("faults"))
    assert pir(folder, "build", "--edition", "client:harbor-credit").exit_code == 0
    old = _digest(folder / "site/clients/harbor-credit")
    page = folder / "kb/pirs/2025/PIR-2025-0001.md"
    page.write_text(page.read_text("utf-8").replace("for five hours. See", "for five hours and a bit. See"), "utf-8")
    done = _build(folder, 0, "none")
    assert done.returncode == 0, done.stderr
    new = _digest(folder / "site/clients/harbor-credit")
    assert new != old
    assert pir(folder, "rollback", "--edition", "client:harbor-credit").exit_code == 0
    return folder, old, new, int(done.stderr.rpartition("points ")[2])


def _check(ground: tuple[Path, str, str, int], at: int, how: str) -> None:
    folder, old, new, _ = ground
    done = _build(folder, at, how)
    seen = _digest(folder / "site/clients/harbor-credit")
    assert seen in (old, new), f"{how} at {at}: a mix"
    assert "Traceback" not in done.stderr, f"{how} at {at}: {done.stderr[-600:]}"
    if done.returncode == 0:
        assert seen == new
    elif how != "kill":
        assert "PIR6" in done.stderr or "permission" in done.stderr, f"{how} at {at}: {done.stderr[-600:]}"
    # a build after it works, its manifest tells the truth, and nothing is left over
    assert pir(folder, "build", "--edition", "client:harbor-credit").exit_code == 0
    assert _digest(folder / "site/clients/harbor-credit") == new
    work = folder / "site/.pir"
    said = json.loads((work / "manifest-clients-harbor-credit.json").read_text("utf-8"))
    now = {line.rpartition(" ")[0]: line.rpartition(" ")[2] for line in new.split("\n")}
    assert {name: file["sha256"] for name, file in said["files"].items()} == now
    assert not list(work.glob("staging-*"))
    assert not list(work.glob("*.next.json"))
    # back to the old one for the next point
    before = json.loads((work / "previous-clients-harbor-credit/manifest.json").read_text("utf-8"))
    old_names = {line.rpartition(" ")[0]: line.rpartition(" ")[2] for line in old.split("\n")}
    if {name: file["sha256"] for name, file in before["files"].items()} == old_names:
        assert pir(folder, "rollback", "--edition", "client:harbor-credit").exit_code == 0
        assert _digest(folder / "site/clients/harbor-credit") == old


def _points(count: int, seed: int) -> list[int]:
    """A sample of points: one of the many before the swap, and three of those around it. Nightly takes all."""
    return [random.Random(seed).randrange(1, count - 12), *range(count - 8, count + 1, 4)]


@pytest.mark.slow
@pytest.mark.parametrize("how", ["full", "kill"])
def test_a_fault_at_any_step_leaves_a_whole_site(ground: tuple[Path, str, str, int], how: str) -> None:
    for at in _points(ground[3], len(how)):
        _check(ground, at, how)


@pytest.mark.nightly
@pytest.mark.parametrize("how", ["full", "readonly", "broken", "kill"])
def test_a_fault_at_every_step_leaves_a_whole_site(ground: tuple[Path, str, str, int], how: str) -> None:
    for at in range(1, ground[3] + 1):
        _check(ground, at, how)
