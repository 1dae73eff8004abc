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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypedDict

from filelock import FileLock, Timeout

from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb.problem import Problem, ProblemError

WORK = ".pir"
"""The folder beside the published editions: the lock, staging, the manifests, and the generation before each."""

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
        _tidy(out, work)
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
        # only a client's edition is audited: the internal one may hold everything
        manifest = {"edition": str(edition), **facts, "audit": "none" if edition.internal else "passed", "files": files}
        _write(work / _manifest(edition, ".next"), manifest)
        os.sync()
        target = out / edition.folder
        target.parent.mkdir(parents=True, exist_ok=True)
        _swap(site, target)
        _retain(work, edition, staging)
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


def manifest(out: Path, edition: Edition) -> dict[str, Any] | None:
    """What the manifest of a published edition says, or None where nothing was published."""
    try:
        found: dict[str, Any] = json.loads((out / WORK / _manifest(edition)).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found


def rollback(out: Path, work: Path, edition: Edition) -> Path:
    """Put the generation before back in place, in one step; the present one becomes the one before.

    `work` is the workshop of `out`, whose lock is held. Returns the folder of the edition. Raises ProblemError
    (PIR608) where no earlier generation is kept, or when the disk fails.
    """
    before, target = work / _previous(edition), out / edition.folder
    kept = before / "site"
    if not kept.is_dir() or not (before / "manifest.json").is_file():
        raise ProblemError(
            [
                Problem.of(
                    "PIR608",
                    edition.folder,
                    (0, 0),
                    f"no generation before the present one of '{edition}' is kept here",
                    "check out the earlier revision and build it",
                )
            ]
        )
    try:
        shutil.copyfile(before / "manifest.json", work / _manifest(edition, ".next"))
        staging = Path(tempfile.mkdtemp(prefix="staging-", dir=work))
        kept.rename(staging / "site")
        target.parent.mkdir(parents=True, exist_ok=True)
        _swap(staging / "site", target)
        _retain(work, edition, staging)
        shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise _stopped(out, error) from None
    return target


def _manifest(edition: Edition, stage: str = "") -> str:
    return f"manifest-{edition.folder.replace('/', '-')}{stage}.json"


def _previous(edition: Edition) -> str:
    return f"previous-{edition.folder.replace('/', '-')}"


def _write(file: Path, value: Mapping[str, object]) -> None:
    """Write JSON that is whole on the disk before it takes its name."""
    with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix="staging-", delete=False, encoding="utf-8") as made:
        json.dump(value, made, indent=1, sort_keys=True)
        made.flush()
        os.fsync(made.fileno())
    Path(made.name).replace(file)


def _retain(work: Path, edition: Edition, staging: Path) -> None:
    """After the swap: give the new manifest its name, and keep the generation that was replaced."""
    current, following = work / _manifest(edition), work / _manifest(edition, ".next")
    replaced = staging / "site"
    keeping = staging / "keeping"
    if replaced.is_dir() and current.is_file():
        keeping.mkdir()
        replaced.rename(keeping / "site")
        shutil.copyfile(current, keeping / "manifest.json")
    following.replace(current)
    if keeping.is_dir():
        kept = work / _previous(edition)
        if kept.exists():
            kept.rename(staging / "older")
        keeping.rename(kept)


def _tidy(out: Path, work: Path) -> None:
    """Settle what a build that was killed left behind: was its site swapped in, or not?"""
    for following in sorted(work.glob("manifest-*.next.json")):
        try:
            said = json.loads(following.read_text("utf-8"))
            edition = Edition.parse(said["edition"])
            swapped = _digests(out / edition.folder) == said["files"]
        except (OSError, ValueError, KeyError, TypeError):
            swapped = False
        if swapped:
            following.replace(work / _manifest(edition))
        else:
            following.unlink()
    for leftover in work.glob("staging-*"):
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)


def _swap(new: Path, target: Path) -> None:
    """Put `new` in the place of `target`; whatever was there ends up where `new` was."""
    if not target.exists():
        new.rename(target)
        return
    if _exchange(new, target):
        return
    # where the system cannot exchange two folders, there is a moment with neither; the old one is put back if it fails
    aside = new.with_name("aside")
    target.rename(aside)
    try:
        new.rename(target)
    except OSError:
        aside.rename(target)
        raise
    aside.rename(new)


def _exchange(a: Path, b: Path) -> bool:
    """Exchange two folders in one step (renameat2 of Linux). False where that is not to be had."""
    if platform.system() != "Linux":
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    return bool(rename(_AT_FDCWD, os.fsencode(a), _AT_FDCWD, os.fsencode(b), _RENAME_EXCHANGE) == 0)


def build_facts(root: Path, as_of: str, sources: Sequence[Path] = ()) -> dict[str, str]:
    """What a manifest says about where an edition came from.

    `uncommitted` is there when the `sources` (files and folders) hold changes that the revision does not.
    """
    revision = _git(root, "rev-parse", "HEAD")
    changed = revision and sources and _git(root, "status", "--porcelain", "--", *map(str, sources))
    return {
        "as_of": as_of,
        "revision": revision or "unknown",
        **({"uncommitted": "yes"} if changed else {}),
        "mkdocs-pir": version("mkdocs-pir"),
        "mkdocs": version("mkdocs"),
        "mkdocs-material": version("mkdocs-material"),
    }


def _git(root: Path, *arguments: str) -> str:
    """What git says; empty where there is none, or no repository."""
    try:
        said = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return said.stdout.strip() if said.returncode == 0 else ""


def _where(out: Path, error: OSError) -> str:
    """The folder or file below the site at which the disk failed."""
    try:
        return f" at {Path(str(error.filename)).relative_to(out).as_posix()}" if error.filename else ""
    except ValueError:
        return ""


def _stopped(out: Path, error: OSError) -> ProblemError:
    return ProblemError(
        [
            Problem.of(
                "PIR605",
                out.name,
                (0, 0),
                f"publishing was stopped: {error.strerror or error}{_where(out, error)}",
                "what was published before is untouched; make room or check permissions, then build again",
            )
        ]
    )
