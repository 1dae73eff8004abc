"""Publishing an edition whole or not at all: lock, private staging, audit, manifest, atomic swap."""

from __future__ import annotations

import errno
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock, Timeout

from mkdocs_pir.editions.generations import (
    FOLDER,
    LEDGERS,
    PRIVATE,
    STAGING,
    WORK,
    encode_manifest,
    may_replace,
    permit,
    previous_generation,
    projection_file,
    put_beside,
    put_in_place,
    read_manifest,
    remove_unused,
    settle,
)
from mkdocs_pir.editions.handover import Audit, AuditResult, staged
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.editions.published_generation import (
    FileState,
    PublishedGeneration,
    link_or_copy,
    read_states,
    record_states,
    walk,
)
from mkdocs_pir.editions.unchanged_editions import UnchangedEdition, confirm
from mkdocs_pir.kb.problem import Problem, ProblemError


@dataclass(frozen=True, slots=True)
class PublishedEdition:
    """A published edition: its folder, the number and total bytes of its files, and the result of the audit."""

    edition: Edition
    folder: Path
    files: int
    size: int
    audit: AuditResult
    unchanged_since: str = ""
    """When it was published, for an edition that was not built again."""


@contextmanager
def publish_lock(out: Path) -> Iterator[Path]:
    """Hold the lock of an output folder, and yield its folder `.pir`. Raises ProblemError (PIR607) during another build.

    What an earlier, killed build left behind is settled first.
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
    """Make the output folder, readable by everybody if it is new, and its private folder `.pir`."""
    if not out.is_dir():
        out.mkdir(parents=True, exist_ok=True)
        permit(out, FOLDER)
    work.mkdir(PRIVATE, exist_ok=True)
    permit(work, PRIVATE)


def publish(
    out: Path,
    work: Path,
    edition: Edition,
    render: Callable[[Path, PublishedGeneration], None],
    audit: Audit,
    facts: Mapping[str, str],
    projection: bytes = b"",
    inputs: Mapping[str, str] = {},
) -> PublishedEdition:
    """Render an edition into a private folder, audit it, and put it in place.

    `out` is the folder of all editions and `work` its folder `.pir`, whose lock is held. `render` may take over files of
    the generation that is published now; where it writes one that has not changed, that is done for it. `projection` is the encoded
    projection from which commands for a client answer; it is audited and stored with the manifest, and so are the
    `inputs`, digests of what the edition is made from. The published
    edition stays unchanged unless everything succeeds. Raises ProblemError with the findings of the audit, or when the
    disk fails.
    """
    try:
        if not may_replace(out, edition):
            raise ProblemError([_not_published_here(edition)])
        states: dict[str, FileState] = {}

        def make(site: Path) -> None:
            generation = PublishedGeneration.read(out, edition)
            render(site, generation)
            states.update(generation.take_over(site))

        with staged(edition, audit, make, work) as made:
            if not (made.folder / "index.html").is_file():
                what = "the rendered site has no home page"
                raise _stopped_by(out, what, "this is a bug in mkdocs-pir; please report it")
            files = {path: {"sha256": state.sha256, "bytes": state.size} for path, state in states.items()}
            # only a client's edition is audited: the internal one may contain everything
            result = "none" if edition.internal else "passed"
            manifest = {
                "edition": str(edition),
                **facts,
                "inputs": dict(inputs),
                "published": datetime.now(UTC).isoformat(timespec="seconds"),
                "audit": result,
                **made.audit.as_dict(),
                "files": files,
            }
            room = made.folder.parent
            ledger = made.audit.ledger
            if projection:
                digest = manifest["projection"] = hashlib.sha256(projection).hexdigest()
                with staged(edition, audit, lambda folder: _write(folder / "projection.json", projection)) as also:
                    ledger = also.audit.ledger
                (room / "projections").mkdir()
                _write(room / "projections" / f"{digest}.json", projection)
            if ledger is not None:
                manifest |= ledger.store(room / LEDGERS, work)
            (room / "published.json").write_bytes(encode_manifest(manifest))
            target = put_in_place(out, work, edition, room)
            record_states(out, edition, states)
            passed = replace(made.audit, ledger=None)
    except OSError as error:
        raise _stopped(out, error) from None
    return PublishedEdition(edition, target, len(states), sum(state.size for state in states.values()), passed)


def _write(file: Path, content: bytes) -> None:
    file.write_bytes(content)


def keep(
    out: Path, work: Path, unchanged: UnchangedEdition, audit: Audit, facts: Mapping[str, object]
) -> PublishedEdition:
    """Keep a published edition that a build would not change.

    It is audited against what the knowledge base is now, as `publish` does with a new one. Raises ProblemError.
    """
    edition = unchanged.edition
    result = audit(unchanged.folder, edition)
    if result.findings:
        raise ProblemError(result.findings)
    ledger = result.ledger
    more = result.as_dict()
    try:
        if not edition.internal:
            content = projection_file(work, edition, unchanged.manifest["projection"]).read_bytes()
            with staged(edition, audit, lambda folder: _write(folder / "projection.json", content)) as also:
                ledger = also.audit.ledger
        if ledger is not None:
            with tempfile.TemporaryDirectory(prefix=STAGING, dir=work) as room:
                more |= ledger.store(Path(room, LEDGERS), work)
                put_beside(work, edition, Path(room))
        kept = confirmed(out, unchanged, {**facts, **more}, replace(result, ledger=None))
        remove_unused(work, edition)
    except OSError as error:
        raise _stopped(out, error) from None
    return kept


def confirmed(
    out: Path, unchanged: UnchangedEdition, facts: Mapping[str, object], audit: AuditResult | None = None
) -> PublishedEdition:
    """An unchanged edition, whose manifest tells these facts now. Raises ProblemError when the disk fails."""
    try:
        confirm(out, unchanged, facts)
    except OSError as error:
        raise _stopped(out, error) from None
    since = str(unchanged.manifest.get("published", ""))
    return PublishedEdition(
        unchanged.edition, unchanged.folder, len(unchanged.states), unchanged.size, audit or AuditResult(), since
    )


def rollback(out: Path, work: Path, edition: Edition) -> Path:
    """Exchange the present generation with the previous one in one step. Returns the folder of the edition.

    `work` is the folder `.pir` of `out`, whose lock is held. Raises ProblemError (PIR608) where there is no previous
    generation, or when the disk fails.
    """
    before = previous_generation(work, edition)
    if before is None:
        raise ProblemError([no_earlier_generation(f"'{edition}'", edition.folder)])
    files = (read_manifest(before / "manifest.json") or {"files": {}})["files"]
    # its unchanged files are links to those of the present generation
    generation = PublishedGeneration(before / "site", files, read_states(work, edition))
    states = {path: generation.intact(path) for path in files}
    others = sorted({path for path, _ in walk(before / "site")} - files.keys())
    if changed := [path for path, state in states.items() if state is None] + others:
        raise ProblemError([_changed_since(edition, changed[0])])
    try:
        staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=work))
        try:
            # a copy, so that the previous generation stays where it is until it is in place
            shutil.copytree(before / "site", staging / "site", copy_function=link_or_copy)
            shutil.copyfile(before / "manifest.json", staging / "published.json")
            target = put_in_place(out, work, edition, staging)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise _stopped(out, error) from None
    record_states(out, edition, {path: state for path, state in states.items() if state is not None})
    return target


def _not_published_here(edition: Edition) -> Problem:
    message = "the folder contains files that pir did not publish, and publishing would replace them"
    hint = "move the folder, delete it if it is an earlier publication, or publish elsewhere"
    return Problem.of("PIR612", edition.folder, (0, 0), message, hint)


def no_earlier_generation(what: str, folder: str) -> Problem:
    """The problem that no earlier publication of an edition is kept."""
    message = f"there is no earlier publication of {what} to restore"
    return Problem.of("PIR608", folder, (0, 0), message, "check out the earlier Git revision and run 'pir build'")


def _changed_since(edition: Edition, path: str) -> Problem:
    message = f"the earlier publication of '{edition}' is not restored: its file {path} was changed since"
    hint = "check out the earlier Git revision and run 'pir build'"
    return Problem.of("PIR608", edition.folder, (0, 0), message, hint)


def build_facts(root: Path, as_of: str, versions: Mapping[str, str], sources: Sequence[Path] = ()) -> dict[str, str]:
    """The fields of a manifest about the origin of an edition: day, revision, and versions, `versions` among them.

    `uncommitted` is among them when the `sources` (files and folders) have changes since the revision.
    """
    revision = _git(root, "rev-parse", "HEAD")
    changed = revision and sources and _git(root, "status", "--porcelain", "--", *map(str, sources))
    return {
        "as_of": as_of,
        "revision": revision or "unknown",
        **({"uncommitted": "yes"} if changed else {}),
        "mkdocs-pir": version("mkdocs-pir"),
        **versions,
    }


def _git(root: Path, *arguments: str) -> str:
    """The output of a git command; empty without git or a repository."""
    try:
        command = ["git", "-C", str(root), *arguments]
        result = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    except OSError:
        return ""
    return result.stdout.strip() if result.returncode == 0 else ""


def _where(out: Path, error: OSError) -> str:
    """The words that name the folder or file at which the disk failed."""
    try:
        return f" at {Path(str(error.filename)).relative_to(out).as_posix()}" if error.filename else ""
    except ValueError:
        return ""


_DISK_HINTS = {
    errno.ENOSPC: "free disk space, then build again",
    errno.EROFS: "the file system is read-only: publish into another folder, with --out",
}
"""What to do after an error of the disk, by its number."""


def _stopped(out: Path, error: OSError) -> ProblemError:
    what = f"{error.strerror or error}{_where(out, error)}"
    hint = _DISK_HINTS.get(error.errno or 0, "check who may write to it, or publish into another folder with --out")
    return _stopped_by(out, what, f"{hint}; what was published before is as it was")


def _stopped_by(out: Path, what: str, hint: str) -> ProblemError:
    return ProblemError([Problem.of("PIR605", out.name, (0, 0), f"publishing was stopped: {what}", hint)])
