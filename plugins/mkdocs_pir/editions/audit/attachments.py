"""Files of a knowledge base that are no records: what they say, what of it a client may see, and copies of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from mkdocs_pir.editions.audit import file_formats, markup, scan, software_texts
from mkdocs_pir.editions.audit.decoded_text import DecodedText
from mkdocs_pir.editions.audit.normalise import BARRIER
from mkdocs_pir.editions.audit.raw_knowledge import RawKnowledgeBase
from mkdocs_pir.editions.audit.source_texts import SourceText, TextKind, clients_of_attachments

_SEEN = re.compile(
    r"(?<![\w:-])(?:(?:aria-label|font-family|fill|stroke|stop-color)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')"
    r"|(?:font-family|fill|stroke|stop-color)\s*:\s*([^;\"'<>]+))"
)
_NEAR = re.compile("[ -\u05ff]{4,}")
_FEWEST = 16  # bytes of a file worth comparing as a whole


def attachment_texts(kb: RawKnowledgeBase) -> Iterator[SourceText]:
    """What each file says, its metadata included: withheld, but for what `shown` gives."""
    clients = clients_of_attachments(kb)
    for path, content in kb.other_files.items():
        for reading in scan.decoded_texts(file_formats.extract(content)):
            if isinstance(reading, DecodedText) and not reading.shortest:
                kind: TextKind = "markup" if "attributes" in reading.layers else "prose"
                text = reading.text.replace(BARRIER, "\n")
                if any("UTF-16" in layer for layer in reading.layers):
                    # bytes that are no UTF-16 make letters of distant scripts when read so
                    text = "\n".join(_NEAR.findall(text))
                yield SourceText(path, "content", text, kind, client=clients.get(path, ""))


def visible_texts(path: str, kb: RawKnowledgeBase) -> Iterator[str]:
    """What a client sees in a file that it may see: a text as it is, of a drawing the words, of an image nothing.

    Metadata, comments, scripts and whatever else a viewer does not show are not for the client.
    """
    content = kb.other_files.get(path)
    if content is None or file_formats.file_type(content) != "text":
        return
    readings = [
        reading for reading in scan.decoded_texts(file_formats.extract(content)) if isinstance(reading, DecodedText)
    ]
    if PurePosixPath(path).suffix.lower() != ".svg":
        yield from (reading.text for reading in readings)
        return
    hides = any(reading.layers == (markup.LEFT_OUT,) for reading in readings)
    for reading in readings:
        if reading.layers == ((markup.LEFT_OUT,) if hides else ()):
            yield reading.text
        if not reading.layers and reading.parent is not None:
            for found in _SEEN.finditer(reading.parent.text):
                value = found[1] or found[2] or found[3] or ""
                if "url(" not in value or "url(#" in value:
                    yield value


def withheld_copies(site: Path, kb: RawKnowledgeBase, allowed: Collection[str]) -> Iterator[tuple[str, str]]:
    """Files in a site that are withheld files of the knowledge base, by path or by content, as (file, path there)."""
    withheld = {path: content for path, content in kb.other_files.items() if path not in allowed}
    whole = {content: path for path, content in withheld.items() if len(content) >= _FEWEST}
    for path in kb.other_files.keys() & allowed:
        whole.pop(kb.other_files[path], None)
    sizes = {len(content) for content in whole}
    for file in sorted(p for p in site.rglob("*") if p.is_file() and not p.is_symlink()):
        name = file.relative_to(site).as_posix()
        source = name.removeprefix("files/")
        if source != name and source in withheld:
            yield name, source
        elif file.stat().st_size in sizes:
            content = file.read_bytes()
            if content in whole and not software_texts.is_the_themes_own(name, content):
                yield name, whole[content]
