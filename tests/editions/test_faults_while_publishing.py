"""A failure or a kill at any step of publishing leaves a whole site: the old one or the new one.

An audit hook of Python counts each file opened, renamed or removed below the output folder, and lets the N-th fail or
kills the process there. Each try is forked from a process that has built before, which saves starting MkDocs anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from helpers.knowledge_base import pir, write_base

WORKER = """
import errno, os, sys
out, at, how, count = sys.argv[1], 0, "", 0
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
command = ["-C", sys.argv[2], "build", "--edition", sys.argv[3]]
main(command, standalone_mode=False)
print("ready", flush=True)
for line in sys.stdin:
    at, how, log = line.strip().split(" ", 2)
    at = int(at)
    if not os.fork():
        said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 1)
        os.dup2(said, 2)
        sys.addaudithook(hook)
        try:
            main(command, standalone_mode=True)
        finally:
            print("points", count, file=sys.stderr, flush=True)
    print("done", os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
"""


EDITION = "client:harbor-credit"


@dataclass(frozen=True)
class Publisher:
    """A knowledge base with a published edition, and the process whose forks publish it anew."""

    folder: Path
    process: subprocess.Popen[str]

    def digest(self) -> str:
        """The names and digests of the published files."""
        site = self.folder / "published/clients/harbor-credit"
        return "\n".join(
            f"{p.relative_to(site).as_posix()} {hashlib.sha256(p.read_bytes()).hexdigest()}"
            for p in sorted(site.rglob("*"))
            if p.is_file()
        )

    def build(self, at: int, how: str) -> tuple[int, str]:
        """Build with a fault at one step (0 for none): the exit code (-9 when killed), and what was said."""
        log = self.folder / "said.txt"
        assert self.process.stdin is not None
        self.process.stdin.write(f"{at} {how} {log}\n")
        self.process.stdin.flush()
        return int(self.answer("done")), log.read_text("utf-8")

    def answer(self, word: str) -> str:
        """What the process says after a word at the beginning of a line."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(word):
                return line[len(word) :].strip()
        raise AssertionError("the publishing process ended")


@dataclass(frozen=True)
class Base:
    """A publisher, the digests of the old and the new edition, and the number of steps between them."""

    publisher: Publisher
    old: str
    new: str
    steps: int


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    folder = write_base(tmp_path_factory.mktemp("faults"))
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, str(folder / "published"), str(folder), EDITION],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    ) as process:
        publisher = Publisher(folder, process)
        publisher.answer("ready")
        old = publisher.digest()
        page = folder / "kb/pirs/2025/PIR-2025-0001.md"
        page.write_text(
            page.read_text("utf-8").replace("for five hours. See", "for five hours and a bit. See"), "utf-8"
        )
        code, said = publisher.build(0, "none")
        assert code == 0, said
        new = publisher.digest()
        assert new != old
        assert pir(folder, "rollback", "--edition", EDITION).exit_code == 0
        yield Base(publisher, old, new, int(said.rpartition("points ")[2]))
        process.terminate()


def _fault(base: Base, at: int, how: str) -> bool:
    """Build with a fault at one step: what is published is whole, what is said is clear. Whether it is the old one."""
    code, said = base.publisher.build(at, how)
    seen = base.publisher.digest()
    assert seen in (base.old, base.new), f"{how} at {at}: a mix"
    assert "Traceback" not in said, f"{how} at {at}: {said[-600:]}"
    if code == 0:
        assert seen == base.new
    elif how != "kill":
        assert "PIR6" in said or "permission" in said, f"{how} at {at}: {said[-600:]}"
    return seen == base.old


def _recovers(base: Base) -> None:
    """A build after a fault works, its manifest tells the truth, and nothing is left over."""
    publisher, folder = base.publisher, base.publisher.folder
    assert pir(folder, "build", "--edition", EDITION).exit_code == 0
    assert publisher.digest() == base.new
    work = folder / "published/.pir"
    assert _listed(work / "manifest-clients-harbor-credit.json") == base.new
    assert not list(work.glob("staging-*"))
    assert not list(work.glob("*.next.json"))
    # back to the old one for the next point
    if _listed(work / "previous-clients-harbor-credit/manifest.json") == base.old:
        assert pir(folder, "rollback", "--edition", EDITION).exit_code == 0
        assert publisher.digest() == base.old


def _listed(manifest: Path) -> str:
    """The names and digests that a manifest gives."""
    files = json.loads(manifest.read_text("utf-8"))["files"]
    return "\n".join(f"{name} {file['sha256']}" for name, file in sorted(files.items(), key=lambda f: Path(f[0])))


def _points(count: int, seed: int) -> list[int]:
    """A sample of points: one of the many before the swap, and three of those around it. Nightly takes all."""
    return [random.Random(seed).randrange(1, count - 12), *range(count - 8, count + 1, 4)]


@pytest.mark.slow
@pytest.mark.parametrize("how", ["full", "kill"])
def test_a_fault_at_any_step_leaves_a_whole_site(base: Base, how: str) -> None:
    for at in _points(base.steps, len(how)):
        _fault(base, at, how)
        _recovers(base)


@pytest.mark.nightly
@pytest.mark.parametrize("how", ["full", "readonly", "broken", "kill"])
def test_a_fault_at_every_step_leaves_a_whole_site(base: Base, how: str) -> None:
    for at in range(1, base.steps + 1):
        # what one build leaves behind is the next one's to clear up, faulty or not
        if not _fault(base, at, how) or at % 8 == 0:
            _recovers(base)
