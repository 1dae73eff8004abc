"""Publishing an edition whole or not at all: lock, private staging, audit, manifest, atomic swap."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock, Timeout

from mkdocs_pir.editions.generations import (
    FOLDER,
    PRIVATE,
    STAGING,
    WORK,
    digests,
    ours,
    permit,
    previous,
    put_in_place,
    settle,
)
from mkdocs_pir.editions.handover import Audit, Audited, audited, staged
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb.problem import Problem, ProblemError


@dataclass(frozen=True, slots=True)
class Published:
    """What was published: the folder, the number of files and their bytes, and what the audit said."""

    edition: Edition
    folder: Path
    files: int
    size: int
    audit: Audited


@contextmanager
def workshop(out: Path) -> Iterator[Path]:
    """Hold the lock of an output folder. Raises ProblemError (PIR607) while another build holds it.

    What an earlier build left behind when it was killed is removed first.
    """
    work = out / WORK
    try:
        _prepare(out, work)
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
        try:
            settle(out, work)
        except OSError as error:
            raise _stopped(out, error) from None
        yield work
    finally:
        lock.release()


def _prepare(out: Path, work: Path) -> None:
    """Make the output folder, open to readers where it is new, and the workshop in it, closed to everybody else."""
    if not out.is_dir():
        out.mkdir(parents=True, exist_ok=True)
        permit(out, FOLDER)
    work.mkdir(PRIVATE, exist_ok=True)
    permit(work, PRIVATE)


def publish(
    out: Path,
    work: Path,
    edition: Edition,
    render: Callable[[Path], None],
    audit: Audit,
    facts: dict[str, str],
    projection: bytes = b"",
) -> Published:
    """Render an edition into a private folder, audit it, and swap it in.

    `projection` is what commands answer from for a client; it is audited as well and kept with the manifest.
    `out` is the folder of all editions and `work` its workshop, whose lock is held. The published edition stays
    as it was unless all went well. Raises ProblemError with the audit's findings, or when the disk fails.
    """
    try:
        if not ours(out, edition):
            raise ProblemError([_of_others(edition)])
        with staged(edition, audit, render, work) as made:
            if not (made.folder / "index.html").is_file():
                what = "the rendered site has no home page"
                raise _stopped_by(out, what, "this is a bug in mkdocs-pir; please report it")
            files = digests(made.folder)
            # only a client's edition is audited: the internal one may hold everything
            passed = "none" if edition.internal else "passed"
            manifest = {"edition": str(edition), **facts, "audit": passed, **made.audit.as_dict(), "files": files}
            room = made.folder.parent
            if projection:
                manifest["projection"] = hashlib.sha256(projection).hexdigest()
                (room / "projections").mkdir()
                (room / "projections" / f"{manifest['projection']}.json").write_bytes(
                    audited(edition, audit, "projection.json", projection)
                )
            (room / "published.json").write_text(json.dumps(manifest, indent=1, sort_keys=True), "utf-8")
            target = put_in_place(out, work, edition, room)
    except OSError as error:
        raise _stopped(out, error) from None
    size = sum(file["bytes"] for file in files.values())
    return Published(edition, target, len(files), size, made.audit)


def rollback(out: Path, work: Path, edition: Edition) -> Path:
    """Put the generation before back in place, in one step; the present one becomes the one before.

    `work` is the workshop of `out`, whose lock is held. Returns the folder of the edition. Raises ProblemError
    (PIR608) where no earlier generation is kept, or when the disk fails.
    """
    before = previous(work, edition)
    if before is None:
        raise ProblemError([nothing_kept(f"'{edition}'", edition.folder)])
    try:
        staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=work))
        try:
            # it stays where it is kept until it is in place
            shutil.copytree(before / "site", staging / "site", copy_function=_linked)
            shutil.copyfile(before / "manifest.json", staging / "published.json")
            return put_in_place(out, work, edition, staging)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise _stopped(out, error) from None


def _of_others(edition: Edition) -> Problem:
    message = "the folder contains files that pir did not publish, and publishing would replace them"
    hint = "move the folder, delete it if it is an earlier publication, or publish elsewhere"
    return Problem.of("PIR612", edition.folder, (0, 0), message, hint)


def nothing_kept(what: str, folder: str) -> Problem:
    """That there is nothing to go back to."""
    message = f"there is no earlier generation of {what} to go back to"
    return Problem.of("PIR608", folder, (0, 0), message, "check out the earlier revision and build it")


def _linked(file: str, to: str) -> None:
    """A second name for a file, or a copy of it where the file system has one name a file."""
    try:
        os.link(file, to)
    except OSError:
        shutil.copyfile(file, to)


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
        command = ["git", "-C", str(root), *arguments]
        result = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    except OSError:
        return ""
    return result.stdout.strip() if result.returncode == 0 else ""


def _where(out: Path, error: OSError) -> str:
    """The folder or file below the site at which the disk failed."""
    try:
        return f" at {Path(str(error.filename)).relative_to(out).as_posix()}" if error.filename else ""
    except ValueError:
        return ""


def _stopped(out: Path, error: OSError) -> ProblemError:
    what = f"{error.strerror or error}{_where(out, error)}"
    return _stopped_by(
        out, what, "the published site is complete; free disk space or check permissions, then build again"
    )


def _stopped_by(out: Path, what: str, hint: str) -> ProblemError:
    return ProblemError([Problem.of("PIR605", out.name, (0, 0), f"publishing was stopped: {what}", hint)])
