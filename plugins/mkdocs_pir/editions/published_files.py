"""The files of an edition beside its pages: declared attachments and logos, cleaned of metadata."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from PIL import Image

from mkdocs_pir.editions import svg
from mkdocs_pir.editions.projection import PublishedFile
from mkdocs_pir.kb import reading
from mkdocs_pir.kb.attachments import TYPES, resolve
from mkdocs_pir.kb.files_in_memory import FilesInMemory, signature_of
from mkdocs_pir.kb.kinds import having
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.model import Client, Page, Pir, Record
from mkdocs_pir.kb.problem import Problem, ProblemError

FOLDER = "files"
"""The folder of the files in the site."""

CLEAR = 3
"""The highest alpha value (of 255) at which a colour is invisible."""

UNREADABLE = (OSError, ValueError, Image.DecompressionBombError)
"""What is raised for a file whose content is not of its type, or would take too much memory."""

_RASTER = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".gif": "GIF"}


class FileName(Struct, frozen=True):
    """The path of a file in the site, and the file of the knowledge base that declares it."""

    path: str
    declared_in: str


def file_names(kb: KnowledgeBase, shown: Collection[tuple[RecordFile, Mapping[str, Any]]]) -> dict[str, FileName]:
    """The names in the site of the files that records name, by their paths in the knowledge base.

    An attachment is named after its record and its number among the shown attachments, so that the name is safe in any
    address and does not give away the internal folder. `shown` are the records with the fields that the edition has. A
    file that several of them name is published once.
    """
    names: dict[str, FileName] = {}

    def name(file: str, stem: str, declared_in: str, folder_of: str = "") -> None:
        if (source := resolve(folder_of, file)) is not None:
            path = f"{FOLDER}/{stem}{PurePosixPath(source).suffix.lower()}"
            names.setdefault(source, FileName(path, declared_in))

    for kind in having("attachments"):
        for entry, data in (pair for pair in shown if pair[0].kind == kind):
            for number, item in enumerate(data.get("attachments", ()), 1):
                name(item["file"], f"{entry.id.replace('/', '-')}-{number}", entry.path, entry.path)
    for entry, data in (pair for pair in shown if pair[0].kind == "client"):
        name(data.get("branding", {}).get("logo", ""), f"logo-{entry.id}", entry.path)
    name(kb.settings.organisation.logo, "logo", kb.settings.config_file.name)
    return names


def published_files(
    kb: KnowledgeBase, names: Mapping[str, FileName], memory: FilesInMemory[bytes], *, for_client: bool
) -> tuple[PublishedFile, ...]:
    """The cleaned files of an edition; those that did not change come from the memory, which is of this edition alone.

    Raises ProblemError for a file that cannot be cleaned (PIR207), and for a drawing with words in it that may be
    invisible (PIR650) in a client's edition.
    """
    files = []
    for source, name in sorted(names.items()):
        signature = signature_of(kb.folder, source)
        content = memory.get(source, signature)
        if content is None:
            content = _clean(kb.folder, source, name.declared_in, for_client=for_client)
            memory.keep(source, signature, content)
        files.append(PublishedFile(name.path, content))
    memory.keep_only(names)
    return tuple(files)


def with_published_names(record: Record, entry: RecordFile, names: Mapping[str, str]) -> Record:
    """A record with the paths in the site of the files that it names; `entry` is its entry in the knowledge base."""
    if isinstance(record, Pir | Page) and record.attachments:
        named = tuple(
            replace(item, file=path)
            for item in record.attachments
            if (path := names.get(resolve(entry.path, item.file) or ""))
        )
        return replace(record, attachments=named)
    if isinstance(record, Client) and record.branding.logo:
        logo = names.get(resolve("", record.branding.logo) or "", "")
        return replace(record, branding=replace(record.branding, logo=logo))
    return record


def _clean(folder: Path, path: str, source: str, *, for_client: bool) -> bytes:
    file = folder / path
    suffix = file.suffix.lower()
    try:
        if suffix in TYPES:
            return cleaned(reading.read(folder, path), suffix, for_client=for_client)
    except svg.UnseenWords as error:
        message = f"the words '{error.words[:60]}' may be invisible in the drawing: {error}"
        hint = "make them clearly visible, remove them, or publish the drawing as a picture (.png)"
        raise ProblemError([Problem.of("PIR650", path, (error.line, 1), message, hint)]) from None
    except UNREADABLE as error:
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


def cleaned(content: bytes, suffix: str, *, for_client: bool) -> bytes:
    """A file of one of the TYPES without metadata. Raises one of UNREADABLE for content that is not of its type."""
    if suffix in _RASTER:
        return _reencoded(content, _RASTER[suffix])
    # all line ends become \n, as in a file that is opened as text
    text = io.TextIOWrapper(io.BytesIO(content), "utf-8" if suffix == ".svg" else "utf-8-sig").read()
    return svg.clean(text, for_client=for_client) if suffix == ".svg" else text.encode()


def _reencoded(content: bytes, form: str) -> bytes:
    """The visible pixels of an image's first frame as a new image, without EXIF, text chunks, profile and palette."""
    with Image.open(io.BytesIO(content)) as image:
        if getattr(image, "default_image", False):
            # browsers show the animation, and never the image before it
            image.seek(1)
        image.load()
        mode = (
            "RGB" if form == "JPEG" else ("RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB")
        )
        pixels = image.convert(mode)
        if mode == "RGBA":
            nothing = Image.new(mode, pixels.size, (0, 0, 0, 0))
            pixels = Image.composite(
                pixels, nothing, pixels.getchannel("A").point(lambda alpha: 255 if alpha > CLEAR else 0)
            )
        clean = Image.frombytes(mode, pixels.size, pixels.tobytes())
        out = io.BytesIO()
        clean.save(out, form, **({"quality": 90} if form in ("JPEG", "WEBP") else {}))
        return out.getvalue()
