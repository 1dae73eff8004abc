"""The fingerprint of a knowledge base: equal fingerprints mean that reading it gives the same records and figures."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from mkdocs_pir.kb import reading
from mkdocs_pir.kb.file_digests import digests
from mkdocs_pir.kb.folder_walk import Stamps, walk
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.store.code_version import code_version
from mkdocs_pir.store.result_store import ResultStore, key


@dataclass(frozen=True)
class Snapshot:
    """What the files say that records and figures come from, at one moment.

    `digests` are those of the content of all files below the folder of the records, by path. Two snapshots are equal
    where no file was written between them, even if its content is the same.
    """

    digests: Mapping[str, bytes]
    others: bytes
    stamps: Mapping[str, Stamps]

    @property
    def content(self) -> bytes:
        """A digest of all files: it is equal where their names and content are."""
        return key(self.others, *(part for path, digest in self.digests.items() for part in (path, digest)))


def take(settings: Settings, store: ResultStore | None = None) -> Snapshot:
    """Look at all files; those whose stamps are as they were when they were last read are not read again."""
    at = time.time_ns()
    seen = walk(settings.records)
    found = [f"{problem.code} {problem.path} {problem.message}" for problem in seen.problems]
    named = ["templates/pir.md", settings.synonyms, settings.actions.file if settings.actions is not None else ""]
    others = key(*seen.folders, "", *found, "", *(_content(settings.root / name) for name in named if name))
    return Snapshot(
        digests(settings.records, seen.files, at, ResultStore(None) if store is None else store), others, seen.files
    )


def fingerprint(settings: Settings, snapshot: Snapshot) -> bytes:
    """A digest of all that the records, their checks and figures depend on: files, options, the day and the code."""
    options = msgspec.json.encode(settings.options, enc_hook=str, order="sorted")
    return key(code_version(), snapshot.content, options, settings.site_name, settings.as_of.isoformat())


def _content(file: Path) -> bytes:
    try:
        return reading.read_named(file)
    except OSError as error:
        # a template may be a symbolic link, unlike what is published
        linked = file.read_bytes() if file.is_file() and os.access(file, os.R_OK) else b""
        return f"error {error.errno or errno.EIO} ".encode() + linked
