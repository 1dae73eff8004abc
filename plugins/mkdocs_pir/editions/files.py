"""Files beside the pages: declared attachments and logos, re-encoded without their metadata."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from PIL import Image

from mkdocs_pir.editions import drawing
from mkdocs_pir.editions.projection import PublishedFile
from mkdocs_pir.kb.attachments import TYPES, resolve
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.model import Client, Pir, Record
from mkdocs_pir.kb.problem import Problem, ProblemError

_RASTER = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".gif": "GIF"}
_TEXT = {".txt", ".csv", ".log"}


def published_files(kb: KnowledgeBase, records: Mapping[str, Mapping[str, Record]]) -> tuple[PublishedFile, ...]:
    """The files that the projected records name, at `files/<path in the knowledge base>`.

    `records` are already projected, so a withheld attachment is not among them. Raises ProblemError (PIR207)
    for a file of a type that cannot be cleaned.
    """
    wanted: dict[str, str] = {}
    for pir in records["pir"].values():
        if isinstance(pir, Pir):
            source = kb.entries[pir.id].path
            wanted |= {path: source for item in pir.attachments if (path := resolve(source, item.file))}
    for client in records["client"].values():
        if isinstance(client, Client) and (path := resolve("", client.branding.logo or ".")):
            wanted[path] = kb.entries[client.id].path
    if kb.settings.organisation.logo and (path := resolve("", kb.settings.organisation.logo)):
        wanted[path] = kb.settings.config_file.name
    return tuple(
        PublishedFile(f"files/{path}", _clean(kb.folder / path, source)) for path, source in sorted(wanted.items())
    )


def _clean(file: Path, source: str) -> bytes:
    suffix = file.suffix.lower()
    try:
        if suffix in _RASTER:
            return _reencoded(file, _RASTER[suffix])
        if suffix == ".svg":
            return drawing.clean(file.read_text("utf-8"))
        if suffix in _TEXT:
            return file.read_text("utf-8-sig").encode()
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise ProblemError(
            [
                Problem.of(
                    "PIR207",
                    source,
                    (0, 0),
                    f"'{file.name}' cannot be read: {str(error).replace(str(file), 'it')}",
                    "replace the file",
                )
            ]
        ) from None
    raise ProblemError(
        [
            Problem.of(
                "PIR207",
                source,
                (0, 0),
                f"'{file.name}' is of a type that cannot be cleaned for publishing",
                f"use one of {', '.join(TYPES)}",
            )
        ]
    )


def _reencoded(file: Path, form: str) -> bytes:
    """The pixels of an image, nothing else: no EXIF, no text chunks, no colour profile, no thumbnail."""
    with Image.open(file) as image:
        image.load()
        mode = (
            "RGB" if form == "JPEG" else ("RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB")
        )
        pixels = image.convert(mode)
        clean = Image.frombytes(mode, pixels.size, pixels.tobytes())
        out = io.BytesIO()
        clean.save(out, form, **({"quality": 90} if form in ("JPEG", "WEBP") else {}))
        return out.getvalue()


def url_of(path: PurePosixPath | str) -> str:
    """Where a file of the knowledge base is published in the site."""
    return f"files/{path}"
