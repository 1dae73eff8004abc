"""Generations of published editions: replacing one by the next, so that a crash loses neither.

The folder `.pir` beside the published editions is private to its owner. For each edition it contains:

- `manifest-EDITION.json`: the manifest of the published generation.
- `states-EDITION.json`: what tells of a published file, without reading it, that it was not changed.
- `projections-EDITION/`: the projections of the published and the previous generation, named by their SHA-256.
- `ledgers-EDITION/`: the ledgers of the audits of these two generations, named by their SHA-256.
- `learned`: what the audit has learned of the texts of the records, for all editions.
- `previous-EDITION/`: the previous generation, `site/` with its `manifest.json`.
- `next-EDITION/`: only while a generation is being put in place. `site/` with its `published.json`, and
  `manifest.json`, a copy of the manifest of the generation that it replaces.

A generation is complete and on the disk before its folder is named `next-EDITION`. From then on folders and files are
only renamed. The names after each step show how far it went, and `settle` completes the steps or takes them back.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import platform
import secrets
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict

import msgspec

from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.store import stages

WORK = ".pir"
"""The folder beside the published editions."""

PRIVATE, FOLDER, FILE = 0o700, 0o755, 0o644
"""The permissions of `.pir`, of published folders and of published files, whatever the umask of the publisher."""

STAGING = "staging-"
"""The prefix of the names of folders that are not needed once the process that made them has ended."""

_FEW = 500
"""So many files and folders are flushed one by one; for more, the whole machine is."""

LEDGERS = "ledgers"
_KEPT = ("projections", LEDGERS)
"""The folders of a staged generation whose files are kept beside the edition, named by their SHA-256."""

_FIELDS_KEPT = ("projection", "ledger", "searched_for", "audited_texts")
"""The fields of a manifest that name such files."""

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


class ManifestFile(TypedDict):
    """A file in a manifest."""

    sha256: str
    bytes: int


@stages.WRITING
def digests(site: Path) -> dict[str, ManifestFile]:
    """The SHA-256 and the size of each file of a site, by its path there."""
    files: dict[str, ManifestFile] = {}
    for path in sorted(p for p in site.rglob("*") if p.is_file()):
        content = path.read_bytes()
        name = path.relative_to(site).as_posix()
        files[name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    return files


def manifest(out: Path, edition: Edition) -> dict[str, Any] | None:
    """The manifest of a published edition, or None where nothing was published."""
    return read_manifest(out / WORK / _manifest(edition))


def may_replace(out: Path, edition: Edition) -> bool:
    """Whether the folder of an edition may be replaced: the edition was published here, or the folder is empty."""
    target, work = out / edition.folder, out / WORK
    # a generation that was being put in place is settled before the next one
    published_here = (work / _manifest(edition)).is_file() or (work / f"next-{_suffix(edition)}").is_dir()
    return published_here or not target.exists() or not any(target.iterdir())


def published(work: Path) -> list[Edition]:
    """All editions that were published here, the internal one first."""
    manifests = (read_manifest(file) for file in work.glob("manifest-*.json"))
    editions = [Edition.parse(manifest["edition"]) for manifest in manifests if manifest]
    return sorted(editions, key=lambda edition: edition.client or "")


def previous_generation(work: Path, edition: Edition) -> Path | None:
    """The folder of the previous generation, with its `site` and `manifest.json`; None where there is none."""
    folder = work / _previous(_suffix(edition))
    return folder if (folder / "site").is_dir() and (folder / "manifest.json").is_file() else None


def states_file(work: Path, edition: Edition) -> Path:
    """The file with the recorded states of an edition's published files."""
    return work / f"states-{_suffix(edition)}.json"


def projection_file(work: Path, edition: Edition, digest: str) -> Path:
    """The file of the projection with this SHA-256, which the manifest of its generation gives."""
    return work / f"projections-{_suffix(edition)}" / f"{digest}.json"


def ledger(out: Path, edition: Edition) -> tuple[Path, str, str]:
    """The folder of an edition's ledgers, and the digests of that of the published generation and of its numbers."""
    content = manifest(out, edition) or {}
    folder = out / WORK / f"ledgers-{_suffix(edition)}"
    return folder, str(content.get("ledger", "")), str(content.get("searched_for", ""))


def learned_file(out: Path) -> Path:
    """The file of what the audit has learned of the texts of the records."""
    return out / WORK / "learned"


def manifest_file(work: Path, edition: Edition) -> Path:
    """The file of the manifest of a published edition."""
    return work / _manifest(edition)


def encode_manifest(content: Mapping[str, Any]) -> bytes:
    """A manifest as its file has it."""
    return msgspec.json.format(msgspec.json.encode(content, order="sorted"), indent=1)


def read_manifest(file: Path) -> dict[str, Any] | None:
    """A manifest, or None where there is none that can be read."""
    try:
        content: dict[str, Any] = json.loads(file.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return content


@stages.WRITING
def put_in_place(out: Path, work: Path, edition: Edition, staging: Path) -> Path:
    """Publish the `site` of a staging folder, and keep the generation that it replaces. Returns its new folder.

    `staging` is in `work` and contains the site's manifest as `published.json`. Raises OSError when the disk fails; the
    published site is complete all the same, and the next command settles the remaining steps.
    """
    target, coming = out / edition.folder, work / f"next-{_suffix(edition)}"
    if coming.exists():
        # it is of another process of this build, which was killed
        _resume(out, work, coming)
    permit(staging / "site", FOLDER)
    _permit_below(staging / "site")
    if (present := work / _manifest(edition)).is_file():
        shutil.copyfile(present, staging / "manifest.json")
    _flush(staging)
    put_beside(work, edition, staging)
    staging.rename(coming)
    try:
        target.parent.mkdir(exist_ok=True)
        if target.parent != out:
            permit(target.parent, FOLDER)
        swap(coming, target)
    except OSError:
        _resume(out, work, coming)
        raise
    _keep(work, coming)
    return target


def put_beside(work: Path, edition: Edition, staging: Path) -> None:
    """Move the projections and ledgers of a staging folder to those of an edition.

    Nobody reads them until the manifest that names them is in place.
    """
    for kind in _KEPT:
        home = work / f"{kind}-{_suffix(edition)}"
        for file in (staging / kind).glob("*"):
            home.mkdir(exist_ok=True)
            file.replace(home / file.name)
        # renaming a file to another link of it does nothing
        shutil.rmtree(staging / kind, ignore_errors=True)


def _permit_below(folder: Path) -> None:
    """Set the permissions of all files and folders below one. Most have them already, as they were published before."""
    folders = [str(folder)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                is_folder = entry.is_dir(follow_symlinks=False)
                mode = FOLDER if is_folder else FILE
                if is_folder:
                    folders.append(entry.path)
                if stat.S_IMODE(entry.stat().st_mode) != mode:
                    permit(Path(entry.path), mode)


def permit(path: Path, mode: int) -> None:
    """Set the permissions of a file or folder, if the file system has any. Raises PermissionError for another user's."""
    if stat.S_IMODE(path.stat().st_mode) == mode:
        return
    try:
        path.chmod(mode)
    except PermissionError:
        # some file systems refuse it to the owner too, because their permissions are set when they are mounted
        if not hasattr(os, "geteuid") or path.stat().st_uid != os.geteuid():
            raise


def settle(out: Path, work: Path) -> None:
    """Complete or take back the steps of a process that ended too early, and remove the folders it left behind."""
    for coming in sorted(work.glob("next-*")):
        _resume(out, work, coming)
    for left in work.glob(f"{STAGING}*"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _resume(out: Path, work: Path, coming: Path) -> None:
    """Settle a generation that was being put in place: complete it, or withdraw it if it was not swapped in yet."""
    manifest = read_manifest(coming / "published.json")
    # without its manifest it was published, because the manifest is in place already
    if manifest is not None and not _swapped(
        coming, out / Edition.parse(manifest["edition"]).folder, manifest["files"]
    ):
        _remove(work, coming)
    else:
        _keep(work, coming)


def _swapped(coming: Path, target: Path, files: dict[str, ManifestFile]) -> bool:
    """Whether a generation is in place. A swap that stopped halfway is taken back or completed first."""
    site, aside = coming / "site", coming / "aside"
    if aside.is_dir():
        aside.rename(target if site.is_dir() else site)
    return target.is_dir() and not (site.is_dir() and digests(site) == files)


def swap(coming: Path, target: Path) -> None:
    """Exchange the `site` in a folder with `target`; without a site at the target, it is only moved there."""
    site, aside = coming / "site", coming / "aside"
    if not target.exists():
        site.rename(target)
    elif not _exchange(site, target):
        # where the system cannot exchange two folders, there is a moment with neither
        target.rename(aside)
        site.rename(target)
        aside.rename(site)


def _keep(work: Path, coming: Path) -> None:
    """After the swap, put the manifest in place and keep the replaced site as the previous generation."""
    suffix = coming.name.removeprefix("next-")
    if (published := coming / "published.json").is_file():
        published.replace(work / f"manifest-{suffix}.json")
    if (coming / "site").is_dir() and (coming / "manifest.json").is_file():
        folder = work / _previous(suffix)
        if folder.exists():
            _remove(work, folder)
        coming.rename(folder)
    else:
        _remove(work, coming)
    _remove_unused(work, suffix)


def remove_unused(work: Path, edition: Edition) -> None:
    """Remove the projections and ledgers that are of neither generation of an edition."""
    _remove_unused(work, _suffix(edition))


def _remove_unused(work: Path, suffix: str) -> None:
    """Remove the projections and ledgers that are of neither generation of an edition."""
    manifests = (
        read_manifest(work / f"manifest-{suffix}.json"),
        read_manifest(work / _previous(suffix) / "manifest.json"),
    )
    named = {content.get(field) for content in manifests if content is not None for field in _FIELDS_KEPT}
    for kind in _KEPT:
        for file in (work / f"{kind}-{suffix}").glob("*"):
            if file.stem not in named:
                file.unlink(missing_ok=True)


def _remove(work: Path, folder: Path) -> None:
    """Rename a folder in one step, so that nobody uses it, and then remove it."""
    waste = folder.rename(work / f"{STAGING}{secrets.token_hex(8)}")
    shutil.rmtree(waste, ignore_errors=True)


def _exchange(a: Path, b: Path) -> bool:
    """Exchange two folders in one step (renameat2 of Linux). Returns False where the system cannot do that."""
    if platform.system() != "Linux":
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    return bool(rename(_AT_FDCWD, os.fsencode(a), _AT_FDCWD, os.fsencode(b), _RENAME_EXCHANGE) == 0)


def _flush(folder: Path) -> None:
    """Write everything in a folder to the disk, before it is renamed.

    A file with several links is of a generation that is on the disk. For a few new files, it takes less time to flush
    each of them and the folders than to flush what all programs of the machine have written.
    """
    sync = getattr(os, "sync", None)
    new: list[str] = []
    for at, _, names in os.walk(folder):
        paths = [f"{at}/{name}" for name in names]
        new += [path for path in paths if os.lstat(path).st_nlink == 1]
        if sync is not None:
            # Windows flushes no folders, and files only if they are open for writing
            new.append(at)
        if sync is not None and len(new) > _FEW:
            sync()
            return
    for path in new:
        descriptor = os.open(path, os.O_RDONLY if sync is not None else os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _suffix(edition: Edition) -> str:
    """The suffix of the names of an edition's files in `.pir`."""
    return edition.folder.replace("/", "-")


def _manifest(edition: Edition) -> str:
    return f"manifest-{_suffix(edition)}.json"


def _previous(suffix: str) -> str:
    return f"previous-{suffix}"
