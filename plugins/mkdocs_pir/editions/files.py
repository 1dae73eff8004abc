"""Files beside the pages: declared attachments and logos, re-encoded without their metadata."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from msgspec.structs import replace
from PIL import Image

from mkdocs_pir.editions import drawing
from mkdocs_pir.editions.projection import PublishedFile
from mkdocs_pir.kb import reading
from mkdocs_pir.kb.attachments import TYPES, WITH_FILES, resolve
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.model import Client, Page, Pir, Record
from mkdocs_pir.kb.problem import Problem, ProblemError

FOLDER = "files"
"""Where the files are in the site."""

_RASTER = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".gif": "GIF"}
_TEXT = {".txt", ".csv", ".log"}


def published_files(kb: KnowledgeBase, records: Mapping[str, Mapping[str, Record]]) -> tuple[PublishedFile, ...]:
    """The files that the projected records name, each under a name that says nothing of where it is kept inside.

    An attachment is called by its record and its place among the attachments that are shown; so a name is also safe in
    any address and on any system. `records` are already projected: a withheld attachment is not among them. Raises
    ProblemError (PIR207) for a file of a type that cannot be cleaned.
    """
    wanted: dict[str, tuple[str, str]] = {}
    for record in (record for kind in WITH_FILES for record in records[kind].values()):
        for number, item in enumerate(record.attachments if isinstance(record, Pir | Page) else (), 1):
            path = kb.entries[record.id].path
            _want(wanted, path, item.file, f"{record.id.replace('/', '-')}-{number}", path)
    for client in records["client"].values():
        if isinstance(client, Client):
            _want(wanted, "", client.branding.logo, f"logo-{client.id}", kb.entries[client.id].path)
    _want(wanted, "", kb.settings.organisation.logo, "logo", kb.settings.config_file.name)
    return tuple(
        PublishedFile(path, _clean(kb.folder, source, owner), source)
        for source, (path, owner) in sorted(wanted.items())
    )


def _want(wanted: dict[str, tuple[str, str]], beside: str, file: str, name: str, owner: str) -> None:
    """Note a file that the record `owner` names. One that several records name is published once."""
    if (source := resolve(beside, file)) is not None:
        wanted.setdefault(source, (f"{FOLDER}/{name}{PurePosixPath(source).suffix.lower()}", owner))


def with_published_names(
    kb: KnowledgeBase, records: Mapping[str, Mapping[str, Record]], files: Iterable[PublishedFile]
) -> dict[str, dict[str, Record]]:
    """The records with the paths in the site of the files that they name."""
    paths = {file.source: file.path for file in files}
    return {
        kind: {id_: _with_names(kb, record, paths) for id_, record in of_kind.items()}
        for kind, of_kind in records.items()
    }


def _with_names(kb: KnowledgeBase, record: Record, paths: Mapping[str, str]) -> Record:
    if isinstance(record, Pir | Page) and record.attachments:
        source = kb.entries[record.id].path
        named = tuple(
            replace(item, file=path)
            for item in record.attachments
            if (path := paths.get(resolve(source, item.file) or ""))
        )
        return replace(record, attachments=named)
    if isinstance(record, Client) and record.branding.logo:
        return replace(record, branding=replace(record.branding, logo=published_logo(record.branding.logo, paths)))
    return record


def published_logo(logo: str, paths: Mapping[str, str]) -> str:
    """The path in the site of a logo that is named from the top of the knowledge base; empty where there is none."""
    return paths.get(resolve("", logo) or "", "")


def _clean(folder: Path, path: str, source: str) -> bytes:
    file = folder / path
    suffix = file.suffix.lower()
    try:
        if suffix in (*_RASTER, ".svg", *_TEXT):
            content = reading.read(folder, path)
            if suffix in _RASTER:
                return _reencoded(content, _RASTER[suffix])
            # every line end is \n, as when a file is opened as text
            text = io.TextIOWrapper(io.BytesIO(content), "utf-8" if suffix == ".svg" else "utf-8-sig").read()
            return drawing.clean(text) if suffix == ".svg" else text.encode()
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


def _reencoded(content: bytes, form: str) -> bytes:
    """The pixels of an image that are seen: no EXIF, no text chunks, no colour profile, no colours under alpha 0."""
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        mode = (
            "RGB" if form == "JPEG" else ("RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB")
        )
        pixels = image.convert(mode)
        if mode == "RGBA":
            nothing = Image.new(mode, pixels.size, (0, 0, 0, 0))
            pixels = Image.composite(pixels, nothing, pixels.getchannel("A").point(lambda alpha: 255 if alpha else 0))
        clean = Image.frombytes(mode, pixels.size, pixels.tobytes())
        out = io.BytesIO()
        clean.save(out, form, **({"quality": 90} if form in ("JPEG", "WEBP") else {}))
        return out.getvalue()
