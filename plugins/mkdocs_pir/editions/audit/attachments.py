"""The files of a knowledge base that are no records: their texts, the texts that a client may see, and copies of them."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from mkdocs_pir.editions.audit import file_formats, markup, scan, software_texts
from mkdocs_pir.editions.audit.decoded_text import DecodedText
from mkdocs_pir.editions.audit.normalise import BARRIER
from mkdocs_pir.editions.audit.raw_knowledge import RawKnowledgeBase
from mkdocs_pir.editions.audit.raw_texts import RawText, TextKind, clients_of_attachments

_SEEN_ATTRIBUTE = re.compile(
    r"(?<![\w:-])(?:(?:aria-label|font-family|fill|stroke|stop-color)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')"
    r"|(?:font-family|fill|stroke|stop-color)\s*:\s*([^;\"'<>]+))"
)
_PLAUSIBLE = re.compile("[ -\u05ff]{4,}")
_MIN_BYTES = 16  # shorter files are not compared as a whole


def attachment_texts(kb: RawKnowledgeBase) -> Iterator[RawText]:
    """The texts of all files, including their metadata. All of them are withheld except the `visible_texts`."""
    clients = clients_of_attachments(kb)
    for path, content in kb.other_files.items():
        for decoded in scan.decoded_texts(file_formats.extract(content)):
            if isinstance(decoded, DecodedText) and not decoded.shortest:
                kind: TextKind = "markup" if "attributes" in decoded.layers else "prose"
                text = decoded.text.replace(BARRIER, "\n")
                if any("UTF-16" in layer for layer in decoded.layers):
                    # other bytes decoded as UTF-16 become letters of distant scripts
                    text = "\n".join(_PLAUSIBLE.findall(text))
                yield RawText(path, "content", text, kind, client=clients.get(path, ""))


def visible_texts(path: str, kb: RawKnowledgeBase) -> Iterator[str]:
    """The texts that a client sees in a file that it may see: all of a text file, the words of a drawing, none of an image.

    Metadata, comments, scripts and whatever else a viewer does not show are not for the client.
    """
    content = kb.other_files.get(path)
    if content is None or file_formats.file_type(content) != "text":
        return
    decoded_texts = [
        decoded for decoded in scan.decoded_texts(file_formats.extract(content)) if isinstance(decoded, DecodedText)
    ]
    if PurePosixPath(path).suffix.lower() != ".svg":
        yield from (decoded.text for decoded in decoded_texts)
        return
    has_unseen_parts = any(decoded.layers == (markup.LEFT_OUT,) for decoded in decoded_texts)
    for decoded in decoded_texts:
        if decoded.layers == ((markup.LEFT_OUT,) if has_unseen_parts else ()):
            yield decoded.text
        if not decoded.layers and decoded.parent is not None:
            for match in _SEEN_ATTRIBUTE.finditer(decoded.parent.text):
                value = match[1] or match[2] or match[3] or ""
                if "url(" not in value or "url(#" in value:
                    yield value


def withheld_copies(site: Path, kb: RawKnowledgeBase, allowed: Collection[str]) -> Iterator[tuple[str, str]]:
    """The files of a site that have the path or the content of a withheld file, each with that file's path."""
    withheld = {path: content for path, content in kb.other_files.items() if path not in allowed}
    paths_by_content = {content: path for path, content in withheld.items() if len(content) >= _MIN_BYTES}
    for path in kb.other_files.keys() & allowed:
        paths_by_content.pop(kb.other_files[path], None)
    sizes = {len(content) for content in paths_by_content}
    root = str(site)
    names = [(folder, name) for folder, _, names in os.walk(root) for name in names] if withheld else []
    for folder, name in names:
        file = f"{folder}/{name}"
        state = os.lstat(file)
        if not stat.S_ISREG(state.st_mode):
            continue
        name = file[len(root) + 1 :].replace(os.sep, "/")
        source = name.removeprefix("files/")
        if source != name and source in withheld:
            yield name, source
        elif state.st_size in sizes:
            content = Path(file).read_bytes()
            if content in paths_by_content and not software_texts.is_theme_file(name, content):
                yield name, paths_by_content[content]
