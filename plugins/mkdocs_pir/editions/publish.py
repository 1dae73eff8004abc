"""Publishing an edition whole or not at all: lock, private staging, audit, manifest, atomic swap."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TypedDict

from filelock import FileLock, Timeout

from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb.problem import Problem, ProblemError

WORK = ".pir"
"""The folder beside the published editions that holds the lock, the staging folders and the manifests."""

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@dataclass(frozen=True, slots=True)
class Published:
    """What was published: the folder, the number of files and their bytes."""

    edition: Edition
    folder: Path
    files: int
    size: int


@contextmanager
def workshop(out: Path) -> Iterator[Path]:
    """Hold the lock of an output folder. Raises ProblemError (PIR607) while another build holds it.

    What an earlier build left behind when it was killed is removed first.
    """
    work = out / WORK
    try:
        work.mkdir(parents=True, exist_ok=True)
        lock = FileLock(work / "lock")
        lock.acquire(timeout=0)
    except Timeout:
        raise ProblemError(
            [
                Problem.of(
                    "PIR607",
                    out.name,
                    (0, 0),
                    "another build is publishing into this folder",
                    "wait for it to end, or publish elsewhere with --out",
                )
            ]
        ) from None
    except OSError as error:
        raise _stopped(out, error) from None
    try:
        for leftover in work.glob("staging-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield work
    finally:
        lock.release()


def publish(
    out: Path,
    work: Path,
    edition: Edition,
    render: Callable[[Path], None],
    audit: Callable[[Path], Sequence[Problem]],
    facts: dict[str, str],
) -> Published:
    """Render an edition into a private folder, audit it, and swap it in.

    `out` is the folder of all editions and `work` its workshop, whose lock is held. The published edition stays
    as it was unless all went well. Raises ProblemError with the audit's findings, or when the disk fails.
    """
    staging = Path(tempfile.mkdtemp(prefix="staging-", dir=work))
    try:
        site = staging / "site"
        site.mkdir()
        render(site)
        findings = audit(site)
        if findings:
            raise ProblemError(findings)
        files = _digests(site)
        _write_manifest(work, edition, {"edition": str(edition), **facts, "audit": "passed", "files": files})
        os.sync()
        target = out / edition.folder
        target.parent.mkdir(parents=True, exist_ok=True)
        _swap(site, target)
    except OSError as error:
        raise _stopped(out, error) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Published(edition, target, len(files), sum(file["bytes"] for file in files.values()))


class _File(TypedDict):
    sha256: str
    bytes: int


def _digests(site: Path) -> dict[str, _File]:
    """Every file of a site with its SHA-256 and its size."""
    files: dict[str, _File] = {}
    for path in sorted(p for p in site.rglob("*") if p.is_file()):
        content = path.read_bytes()
        files[path.relative_to(site).as_posix()] = {
            "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": len(content),
        }
    return files


def _write_manifest(work: Path, edition: Edition, manifest: dict[str, object]) -> None:
    name = f"manifest-{edition.folder.replace('/', '-')}.json"
    with tempfile.NamedTemporaryFile("w", dir=work, delete=False, encoding="utf-8") as file:
        json.dump(manifest, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(work / name)


def _swap(new: Path, target: Path) -> None:
    """Put `new` in the place of `target`; whatever was there ends up where `new` was."""
    if not target.exists():
        new.rename(target)
        return
    if _exchange(new, target):
        return
    # where the system cannot exchange two folders, there is a moment with neither; the old one is put back if it fails
    aside = new.with_name("replaced")
    target.rename(aside)
    try:
        new.rename(target)
    except OSError:
        aside.rename(target)
        raise


def _exchange(a: Path, b: Path) -> bool:
    """Exchange two folders in one step (renameat2 of Linux). False where that is not to be had."""
    if platform.system() != "Linux":
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    return bool(rename(_AT_FDCWD, os.fsencode(a), _AT_FDCWD, os.fsencode(b), _RENAME_EXCHANGE) == 0)


def build_facts(root: Path, as_of: str) -> dict[str, str]:
    """What a manifest says about where an edition came from."""
    revision = (
        subprocess.run(["git", "-C", str(root), "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
        if shutil.which("git")
        else None
    )
    return {
        "as_of": as_of,
        "revision": revision.stdout.strip() if revision is not None and revision.returncode == 0 else "unknown",
        "mkdocs-pir": version("mkdocs-pir"),
        "mkdocs": version("mkdocs"),
        "mkdocs-material": version("mkdocs-material"),
    }


def _stopped(out: Path, error: OSError) -> ProblemError:
    return ProblemError(
        [
            Problem.of(
                "PIR605",
                out.name,
                (0, 0),
                f"publishing was stopped: {error.strerror or error}",
                "what was published before is untouched; make room or check permissions, then build again",
            )
        ]
    )
