"""Attachments and other files that records name: where they are, and that they may be used."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path

from mkdocs_pir.kb.knowledge import Entry, KnowledgeBase
from mkdocs_pir.kb.problem import Problem

MAX_BYTES = 20 << 20


def resolve(entry_path: str, file: str) -> str | None:
    """The path of a file named by a record, relative to the knowledge base; None when it would lie outside."""
    if file.startswith(("/", "\\")) or ":" in file or "\\" in file:
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(entry_path), file))
    return None if path.startswith("..") or path == "." else path


def check_attachments(kb: KnowledgeBase) -> Iterator[Problem]:
    """Declared files that are missing, outside the knowledge base, links, or too large."""
    for entry in kb.of_kind("pir"):
        declared = entry.data.get("attachments")
        for n, item in enumerate(declared if isinstance(declared, list) else ()):
            if isinstance(item, dict) and isinstance(item.get("file"), str):
                yield from _check(kb.folder, entry, entry.at("attachments", n, "file"), item["file"])
    for entry in kb.of_kind("client"):
        branding = entry.data.get("branding")
        if isinstance(branding, dict) and isinstance(branding.get("logo"), str):
            # a logo is named from the top of the knowledge base, so that many records can share it
            yield from _check(kb.folder, entry, entry.at("branding", "logo"), branding["logo"], base="")


def _check(folder: Path, entry: Entry, where: tuple[int, int], file: str, base: str | None = None) -> Iterator[Problem]:
    path = resolve(entry.path if base is None else base, file)
    if path is None:
        yield Problem.of(
            "PIR207", entry.path, where, f"'{file}' lies outside the knowledge base", "keep the file beside the record"
        )
        return
    target = folder / path
    if any(p.is_symlink() for p in (target, *target.parents) if folder in p.parents or p == target):
        yield Problem.of("PIR207", entry.path, where, f"'{file}' is a symbolic link", "put the file itself there")
    elif not target.is_file():
        yield Problem.of("PIR207", entry.path, where, f"there is no file {path}", "add it, or remove the entry")
    elif target.stat().st_size > MAX_BYTES:
        yield Problem.of(
            "PIR207",
            entry.path,
            where,
            f"'{file}' is larger than {MAX_BYTES >> 20} MB",
            "keep it elsewhere and link to it",
        )
