"""Attachments and other files that records name: where they are, and that they may be used."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from mkdocs_pir.kb.frontmatter import Mark
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.problem import Problem

MAX_BYTES = 20 << 20

TYPES = (".csv", ".gif", ".jpeg", ".jpg", ".log", ".png", ".svg", ".txt", ".webp")
"""The types that can be cleaned of hidden data, and so published (editions/files.py does it)."""


def resolve(entry_path: str, file: str) -> str | None:
    """The path of a file named by a record, relative to the knowledge base; None when it would lie outside."""
    if file.startswith(("/", "\\")) or ":" in file or "\\" in file:
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(entry_path), file))
    return None if path.startswith("..") or path == "." else path


def spellings(link: str) -> tuple[str, str, str]:
    """The file names that a link can mean: as it is written, as an address has it, and without query and fragment.

    `rows #1.csv`, `rows%20%231.csv` and `rows.csv#top` all work.
    """
    written = html.unescape(link)
    return written, unquote(written), unquote(re.split("[?#]", written, maxsplit=1)[0])


def check_attachments(kb: KnowledgeBase) -> Iterator[Problem]:
    """Declared files that are missing, outside the knowledge base, links, too large, or of a type not published."""
    for entry in kb.of_kind("pir"):
        declared = entry.data.get("attachments")
        for n, item in enumerate(declared if isinstance(declared, list) else ()):
            if isinstance(item, dict) and isinstance(item.get("file"), str):
                where = entry.at("attachments", n, "file")
                yield from _check(kb.folder, entry.path, where, item["file"], beside=entry.path)
    for entry in kb.of_kind("client"):
        branding = entry.data.get("branding")
        if isinstance(branding, dict) and isinstance(branding.get("logo"), str):
            # a logo is named from the top of the knowledge base, so that many records can share it
            yield from _check(kb.folder, entry.path, entry.at("branding", "logo"), branding["logo"])
    if logo := kb.settings.organisation.logo:
        yield from _check(kb.folder, kb.settings.config_file.name, (0, 0), logo)


def _check(folder: Path, owner: str, where: Mark, file: str, beside: str = "") -> Iterator[Problem]:
    """What is wrong with a file that `owner` names: relative to the file `beside`, else to the knowledge base."""
    path = resolve(beside, file)
    if path is None:
        yield Problem.of(
            "PIR207", owner, where, f"'{file}' lies outside the knowledge base", "keep the file beside the record"
        )
        return
    target = folder / path
    # longer than any file system takes; asking for it would fail
    if any(len(part.encode()) > 255 for part in path.split("/")) or len(str(target).encode()) >= 4096:
        yield Problem.of("PIR207", owner, where, f"there is no file '{path[:60]}…'", "shorten its name")
    elif any(p.is_symlink() for p in (target, *target.parents) if folder in p.parents or p == target):
        yield Problem.of("PIR207", owner, where, f"'{file}' is a symbolic link", "put the file itself there")
    elif not target.is_file():
        yield Problem.of("PIR207", owner, where, f"there is no file {path}", "add it, or remove the entry")
    elif target.suffix.lower() not in TYPES:
        yield Problem.of(
            "PIR207",
            owner,
            where,
            f"'{file}' is of a type that cannot be cleaned for publishing",
            f"use one of {', '.join(TYPES)}",
        )
    elif target.stat().st_size > MAX_BYTES:
        yield Problem.of(
            "PIR207",
            owner,
            where,
            f"'{file}' is larger than {MAX_BYTES >> 20} MB",
            "keep it elsewhere and link to it",
        )
