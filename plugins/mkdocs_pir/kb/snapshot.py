"""The fingerprint of a knowledge base: equal fingerprints mean that reading it gives the same records and figures."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from mkdocs_pir.kb import reading, record_files
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.store.code_version import code_version
from mkdocs_pir.store.result_store import key

READ = (".md", ".csv", ".yml", ".yaml")
"""The endings of files that are read for what they say. Of other files, attachments, size and time count."""


def fingerprint(settings: Settings) -> bytes:
    """A digest of all that the records, their checks and figures depend on: files, options, the day and the code."""
    digest = hashlib.blake2b(digest_size=20)
    for path in record_files.file_paths(settings.records):
        digest.update(key(path, _content(settings.records, path)))
    others = [settings.synonyms, settings.actions.file if settings.actions is not None else ""]
    for name in others:
        digest.update(key(name, _content(settings.root, name) if name else b""))
    options = msgspec.json.encode(settings.options, enc_hook=str, order="sorted")
    return key(code_version(), digest.digest(), options, settings.site_name, settings.as_of.isoformat())


def _content(folder: Path, path: str) -> bytes:
    try:
        if path.endswith(READ):
            return reading.read(folder, path)
        stat = (folder / path).lstat()
    except OSError as error:
        return str(error.errno).encode()
    return f"{stat.st_size} {stat.st_mtime_ns}".encode()
