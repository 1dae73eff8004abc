"""What the files of a folder hold."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from mkdocs_pir.search import shards


def read_files(folder: Path) -> dict[str, bytes]:
    """The bytes of every file by its path in the folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def read_texts(folder: Path) -> dict[str, str]:
    """The text of every file by its path in the folder, unpacked where it is compressed."""
    return {name: _unpacked(raw).decode("utf-8", "replace") for name, raw in read_files(folder).items()}


def read_everything(folder: Path) -> str:
    """The names and texts of all files, casefolded."""
    return "\n".join(f"{name}\n{text}" for name, text in read_texts(folder).items()).casefold()


def _unpacked(raw: bytes) -> bytes:
    if raw.startswith(b'pir.shard("texts-'):
        # texts that the search quotes from
        name, packed = json.loads(b"[" + raw[raw.index(b"(") + 1 : raw.rindex(b")")] + b"]")
        return shards.encode([name, shards.unpack_text(packed)])
    return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
