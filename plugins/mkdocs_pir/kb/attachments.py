"""Attachments and other files that records name: their paths, and checks that they can be published."""

from __future__ import annotations

import html
import os
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from urllib.parse import unquote

from mkdocs_pir.kb import kinds
from mkdocs_pir.kb.folder_walk import one_file
from mkdocs_pir.kb.frontmatter import Mark
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.model import Page, Pir
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.texts import tree
from mkdocs_pir.kb.texts.sanitise import EXTERNAL

MAX_BYTES = 20 << 20

TYPES = (".csv", ".gif", ".jpeg", ".jpg", ".log", ".png", ".svg", ".txt", ".webp")
"""The types of files that can be published, as hidden data can be removed from them (see editions/published_files.py)."""

TEXTS = (".csv", ".log", ".svg", ".txt")
"""The types of these that are texts."""


def resolve(record_path: str, file: str) -> str | None:
    """The path of a file named by a record, relative to the knowledge base; None if it is outside."""
    if file.startswith(("/", "\\")) or ":" in file or "\\" in file:
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(record_path), file))
    return None if path.startswith("..") or path == "." else path


def spellings(link: str) -> tuple[str, str, str]:
    """The file names that a link can mean: as written, percent-decoded, and without query and fragment.

    `rows #1.csv`, `rows%20%231.csv` and `rows.csv#top` all work.
    """
    text = html.unescape(link)
    return text, unquote(text), unquote(re.split("[?#]", text, maxsplit=1)[0])


def check_attachments(kb: KnowledgeBase) -> Iterator[Problem]:
    """Problems of declared files that are missing, outside the knowledge base, links, too large, or of another type."""
    check = partial(_check, kb.folder, cache(_names_in))
    for record_file in kb.of_kind(*kinds.having("attachments")):
        if _declares_none(record_file):
            continue
        declared = record_file.data.get("attachments")
        for n, item in enumerate(declared if isinstance(declared, list) else ()):
            if isinstance(item, dict) and isinstance(item.get("file"), str):
                where = record_file.at("attachments", n, "file")
                yield from check(record_file.path, where, item["file"], beside=record_file.path)
    for record_file in kb.of_kind("client"):
        branding = record_file.data.get("branding")
        if isinstance(branding, dict) and isinstance(branding.get("logo"), str):
            # the path of a logo is relative to the knowledge base, so that several records can share it
            yield from check(record_file.path, record_file.at("branding", "logo"), branding["logo"])
    if logo := kb.settings.organisation.logo:
        yield from check(kb.settings.config_file.name, (0, 0), logo)


def check_named_files(kb: KnowledgeBase) -> Iterator[Problem]:
    """Problems of pictures and files in texts that would not be published, as they do not exist or are not declared."""
    declared = {
        path
        for record_file in kb.of_kind(*kinds.having("attachments"))
        if not _declares_none(record_file)
        for item in _mappings(record_file.data.get("attachments"))
        if (path := resolve(record_file.path, str(item.get("file"))))
    }
    for record_file in kb.record_files.values():
        for number, link in record_file.facts.files:
            paths = [path for name in spellings(link) if (path := resolve(record_file.path, name))]
            if not declared.intersection(paths):
                where = record_file.place(record_file.parts[number], link)
                yield _undeclared(kb, record_file, where, link, paths)


def names_hidden_files(kb: KnowledgeBase) -> bool:
    """Whether a record names a file that is hidden or lies in a hidden folder."""
    named = [("", kb.settings.organisation.logo)]
    for file in kb.record_files.values():
        named += [(file.path, name) for _, link in file.facts.files for name in spellings(link)]
        if file.kind in kinds.having("attachments") and not _declares_none(file):
            named += [(file.path, str(item.get("file"))) for item in _mappings(file.data.get("attachments"))]
        if file.kind == "client" and isinstance(branding := file.data.get("branding"), dict):
            named.append(("", str(branding.get("logo"))))
    paths = (resolve(owner, name) for owner, name in named)
    return any(part.startswith(".") for path in paths if path for part in path.split("/"))


def _undeclared(kb: KnowledgeBase, record_file: RecordFile, where: Mark, link: str, paths: list[str]) -> Problem:
    if not any((kb.folder / path).is_file() for path in paths):
        hint = "add it beside the record and declare it under 'attachments', or correct the name"
        return Problem.of(
            "PIR209", record_file.path, where, f"the text refers to '{link[:80]}', but there is no such file", hint
        )
    message = f"the file '{link[:80]}' is not declared, so it would not be published"
    if record_file.kind in kinds.having("attachments"):
        return Problem.of("PIR209", record_file.path, where, message, f"add '- {{file: {link}}}' under 'attachments'")
    hint = "declare it under 'attachments' of a review or handbook page, or link to the record itself by its .md file"
    return Problem.of("PIR209", record_file.path, where, message, hint)


PROCESS = re.compile(r"process(?:/[\w./-]+)?\.html")
"""The pages of the process, to which a text may link as to a file."""


def files_in(html: str) -> Iterator[str]:
    """The links to files of the knowledge base that are no records, in the canonical HTML of a text."""
    if "<img" not in html and "href=" not in html:
        return
    for element in tree.read(html).walk():
        link = element.attributes.get("src" if element.name == "img" else "href", "")
        path = re.split("[?#]", link, maxsplit=1)[0]
        if not path or EXTERNAL.match(link) or path.endswith(".md"):
            continue
        if not PROCESS.fullmatch(posixpath.normpath(path).removeprefix("../").removeprefix("../")):
            yield link


def _declares_none(file: RecordFile) -> bool:
    """Whether a record is sound and has no attachments, so that its front matter need not be looked through."""
    return isinstance(file.record, Pir | Page) and not file.record.attachments


def _mappings(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _names_in(folder: Path) -> Mapping[str, str]:
    """The names in a folder, by themselves and by the form in which Windows and macOS compare them."""
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208
    except OSError:
        return {}
    return {one_file(name): name for name in names} | {name: name for name in names}


def _on_disk(folder: Path, path: str, names_in: Callable[[Path], Mapping[str, str]]) -> str:
    """The path of a file as it is written in the file system, which may be in another case; empty if there is none."""
    parts: list[str] = []
    for part in path.split("/"):
        names = names_in(folder.joinpath(*parts))
        name = names.get(part) or names.get(one_file(part))
        if name is None:
            return ""
        parts.append(name)
    return "/".join(parts)


def _check(
    folder: Path,
    names_in: Callable[[Path], Mapping[str, str]],
    owner: str,
    where: Mark,
    file: str,
    beside: str = "",
) -> Iterator[Problem]:
    """Problems of a file named in `owner`. Its path is relative to the file `beside`, or to the knowledge base."""
    path = resolve(beside, file)
    if path is None:
        yield Problem.of(
            "PIR207", owner, where, f"'{file}' is outside the knowledge base", "move the file beside the record"
        )
        return
    target = folder / path
    # no file system allows such a name, and looking for it would fail
    if any(len(part.encode()) > 255 for part in path.split("/")) or len(str(target).encode()) >= 4096:
        yield Problem.of("PIR207", owner, where, f"there is no file '{path[:60]}…'", "shorten its name")
    elif any(p.is_symlink() for p in (target, *target.parents) if folder in p.parents or p == target):
        yield Problem.of("PIR207", owner, where, f"'{file}' is a symbolic link", "replace it with the file itself")
    elif (written := _on_disk(folder, path, names_in)) not in ("", path) and (folder / written).is_file():
        message = f"there is no file {path}, only {posixpath.basename(written)}"
        yield Problem.of("PIR207", owner, where, message, "write its name in the same upper and lower case")
    elif not target.is_file():
        yield Problem.of("PIR207", owner, where, f"there is no file {path}", "add it, or remove it from the record")
    elif target.suffix.lower() not in TYPES:
        yield Problem.of(
            "PIR207",
            owner,
            where,
            f"'{file}' has a type from which hidden data cannot be removed, so it cannot be published",
            f"use one of {', '.join(TYPES)}",
        )
    elif target.stat().st_size > MAX_BYTES:
        yield Problem.of(
            "PIR207",
            owner,
            where,
            f"'{file}' is larger than {MAX_BYTES >> 20} MB",
            "store it elsewhere and link to it",
        )
