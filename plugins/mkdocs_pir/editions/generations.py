"""Generations of published editions: how one takes the place of another, so that a crash loses neither.

Beside the published editions lies the folder `.pir`, private to its owner. It holds, for each edition:

- `manifest-EDITION.json`: what the published generation consists of.
- `projections-EDITION/`: for each of these two generations what commands answer from, named by its SHA-256.
- `previous-EDITION/`: the generation before it, `site/` with its `manifest.json`.
- `next-EDITION/`: only while a generation takes its place. `site/` with its `published.json`, and `manifest.json`, a
  copy of the manifest of the generation that it replaces.

A generation is complete and on the disk before its folder is named `next-EDITION`. From then on folders and files are
only renamed, each step leaves names that tell how far it went, and `settle` goes on from there or back.
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
from pathlib import Path
from typing import Any, TypedDict

from mkdocs_pir.editions.projection import Edition

WORK = ".pir"
"""The folder beside the published editions."""

PRIVATE, FOLDER, FILE = 0o700, 0o755, 0o644
"""Permissions: of `.pir`, of published folders and of published files, whatever the umask of who publishes."""

STAGING = "staging-"
"""What the names of folders begin with that nobody needs once the process that made them has ended."""

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


class ManifestFile(TypedDict):
    """What a manifest says of a file."""

    sha256: str
    bytes: int


def digests(site: Path) -> dict[str, ManifestFile]:
    """Every file of a site, by its path there, with its SHA-256 and its size."""
    files: dict[str, ManifestFile] = {}
    for path in sorted(p for p in site.rglob("*") if p.is_file()):
        content = path.read_bytes()
        name = path.relative_to(site).as_posix()
        files[name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    return files


def manifest(out: Path, edition: Edition) -> dict[str, Any] | None:
    """What the manifest of a published edition says, or None where nothing was published."""
    return read(out / WORK / _manifest(edition))


def ours(out: Path, edition: Edition) -> bool:
    """Whether what stands in the place of an edition may be replaced: it was published here, or there is nothing."""
    target, work = out / edition.folder, out / WORK
    # one that was about to take its place is settled before the next
    published_here = (work / _manifest(edition)).is_file() or (work / f"next-{_mark(edition)}").is_dir()
    return published_here or not target.exists() or not any(target.iterdir())


def published(work: Path) -> list[Edition]:
    """Every edition that was published here, the internal one first."""
    manifests = (read(file) for file in work.glob("manifest-*.json"))
    editions = [Edition.parse(manifest["edition"]) for manifest in manifests if manifest]
    return sorted(editions, key=lambda edition: edition.client or "")


def previous(work: Path, edition: Edition) -> Path | None:
    """The folder of the generation before the present one, with its `site` and `manifest.json`; None where none is kept."""
    folder = work / _previous(_mark(edition))
    return folder if (folder / "site").is_dir() and (folder / "manifest.json").is_file() else None


def projection_file(work: Path, edition: Edition, digest: str) -> Path:
    """Where the projection of a generation is kept, by the SHA-256 that its manifest gives."""
    return work / f"projections-{_mark(edition)}" / f"{digest}.json"


def read(file: Path) -> dict[str, Any] | None:
    """A manifest, or None where there is none that can be read."""
    try:
        content: dict[str, Any] = json.loads(file.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return content


def put_in_place(out: Path, work: Path, edition: Edition, staging: Path) -> Path:
    """Publish the `site` of a staging folder, and keep the generation that it replaces. Returns its new folder.

    `staging` lies in `work` and holds the site's manifest as `published.json`. Raises OSError when the disk fails; the
    published site is whole all the same, and what is left to do is done when the next command settles.
    """
    target, coming = out / edition.folder, work / f"next-{_mark(edition)}"
    if coming.exists():
        # of another process of this build, which was killed
        _resume(out, work, coming)
    for path in (staging / "site", *(staging / "site").rglob("*")):
        permit(path, FOLDER if path.is_dir() else FILE)
    if (present := work / _manifest(edition)).is_file():
        shutil.copyfile(present, staging / "manifest.json")
    _flush(staging)
    for file in (staging / "projections").glob("*.json"):
        # until the manifest that names it takes its place, nobody reads it
        home = work / f"projections-{_mark(edition)}"
        home.mkdir(exist_ok=True)
        file.replace(home / file.name)
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


def permit(path: Path, mode: int) -> None:
    """Give a file or folder its permissions, where the file system has any. Raises PermissionError for another's."""
    if stat.S_IMODE(path.stat().st_mode) == mode:
        return
    try:
        path.chmod(mode)
    except PermissionError:
        # some file systems refuse it to the owner too: their permissions are given when they are mounted
        if not hasattr(os, "geteuid") or path.stat().st_uid != os.geteuid():
            raise


def settle(out: Path, work: Path) -> None:
    """Finish, or take back, what a process that ended too early had begun, and remove what it left behind."""
    for coming in sorted(work.glob("next-*")):
        _resume(out, work, coming)
    for left in work.glob(f"{STAGING}*"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _resume(out: Path, work: Path, coming: Path) -> None:
    """Settle one generation that was about to take its place: it has, or it is withdrawn."""
    manifest = read(coming / "published.json")
    # where its manifest is gone it was published: the manifest has taken its place already
    if manifest is not None and not _swapped(
        coming, out / Edition.parse(manifest["edition"]).folder, manifest["files"]
    ):
        _remove(work, coming)
    else:
        _keep(work, coming)


def _swapped(coming: Path, target: Path, files: dict[str, ManifestFile]) -> bool:
    """Whether a generation has taken its place. A swap that stopped halfway is taken back, or brought to its end."""
    site, aside = coming / "site", coming / "aside"
    if aside.is_dir():
        aside.rename(target if site.is_dir() else site)
    return target.is_dir() and not (site.is_dir() and digests(site) == files)


def swap(coming: Path, target: Path) -> None:
    """Put the `site` in a folder in the place of `target`; a site that was there is in the folder afterwards."""
    site, aside = coming / "site", coming / "aside"
    if not target.exists():
        site.rename(target)
    elif not _exchange(site, target):
        # where the system cannot exchange two folders, there is a moment with neither
        target.rename(aside)
        site.rename(target)
        aside.rename(site)


def _keep(work: Path, coming: Path) -> None:
    """After the swap: give the manifest its name, and keep the site that was replaced."""
    mark = coming.name.removeprefix("next-")
    if (published := coming / "published.json").is_file():
        published.replace(work / f"manifest-{mark}.json")
    if (coming / "site").is_dir() and (coming / "manifest.json").is_file():
        folder = work / _previous(mark)
        if folder.exists():
            _remove(work, folder)
        coming.rename(folder)
    else:
        _remove(work, coming)
    _sweep(work, mark)


def _sweep(work: Path, mark: str) -> None:
    """Remove the projections that neither generation of an edition names."""
    if not (home := work / f"projections-{mark}").is_dir():
        return
    manifests = (read(work / f"manifest-{mark}.json"), read(work / _previous(mark) / "manifest.json"))
    named = {content.get("projection") for content in manifests if content is not None}
    for file in home.glob("*.json"):
        if file.stem not in named:
            file.unlink(missing_ok=True)


def _remove(work: Path, folder: Path) -> None:
    """Take a folder away in one step, and remove what is in it thereafter."""
    waste = folder.rename(work / f"{STAGING}{secrets.token_hex(8)}")
    shutil.rmtree(waste, ignore_errors=True)


def _exchange(a: Path, b: Path) -> bool:
    """Exchange two folders in one step (renameat2 of Linux). False where that is not to be had."""
    if platform.system() != "Linux":
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    return bool(rename(_AT_FDCWD, os.fsencode(a), _AT_FDCWD, os.fsencode(b), _RENAME_EXCHANGE) == 0)


def _flush(folder: Path) -> None:
    """Have everything in a folder on the disk before it is renamed."""
    if (sync := getattr(os, "sync", None)) is not None:
        sync()
        return
    # Windows has no call for all of it, and flushes only files that are open for writing
    for path in (p for p in folder.rglob("*") if p.is_file()):
        with path.open("r+b") as file:
            os.fsync(file.fileno())


def _mark(edition: Edition) -> str:
    """What the names of an edition's files in `.pir` end with."""
    return edition.folder.replace("/", "-")


def _manifest(edition: Edition) -> str:
    return f"manifest-{_mark(edition)}.json"


def _previous(mark: str) -> str:
    return f"previous-{mark}"
