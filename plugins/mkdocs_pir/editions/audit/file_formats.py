"""File formats: the type of a file by its content, and extraction of every text that a file of that type can carry.

Compressed files and archives are unpacked to a limited depth and size. What cannot be read is reported as `Unreadable`.
"""

from __future__ import annotations

import bz2
import io
import logging
import lzma
import re
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mkdocs_pir.editions.audit import images
from mkdocs_pir.editions.audit.decoded_text import DecodedText
from mkdocs_pir.editions.audit.normalise import BARRIER

MAX_DEPTH = 8
MAX_BYTES = 256 << 20
"""The most bytes that are unpacked from one published file at all depths together."""

_PRINTABLE = (
    ("utf-8", re.compile(rb"(?:[\t\n\r\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}){6,}"), "bytes"),
    (
        "utf-16-le",
        re.compile(rb"(?:[\t\n\r\x20-\x7e]\x00|[\x80-\xff][\x00-\x05]|[\x00-\xff][\x03-\x05]){6,}"),
        "UTF-16-LE",
    ),
    (
        "utf-16-be",
        re.compile(rb"(?:\x00[\t\n\r\x20-\x7e]|[\x00-\x05][\x80-\xff]|[\x03-\x05][\x00-\xff]){6,}"),
        "UTF-16-BE",
    ),
)
_MIN_LETTERS = 6
_IN_TWO_BYTES = bytes(range(6))
"""Of these is one of the two bytes of each character that the patterns for two bytes find."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a part of a file could not be read."""

    message: str
    layers: tuple[str, ...] = ()


@dataclass(slots=True)
class _Budget:
    remaining: int = MAX_BYTES


class _TooLargeError(Exception):
    pass


def file_type(raw: bytes) -> str:
    """The type of a file by the beginning of its content; `text` for other content that is text, else `unknown`."""
    for kind, magic in _MAGIC:
        if magic.match(raw):
            return kind
    return "text" if _text_of(raw) is not None else "unknown"


_MAGIC: tuple[tuple[str, re.Pattern[bytes]], ...] = tuple(
    (kind, re.compile(pattern, re.DOTALL))
    for kind, pattern in (
        ("gzip", rb"\x1f\x8b\x08"),
        ("zip", rb"PK(?:\x03\x04|\x05\x06|\x07\x08)"),
        ("bzip2", rb"BZh[1-9]1AY&SY"),
        ("xz", rb"\xfd7zXZ\x00"),
        ("tar", rb".{257}ustar"),
        ("png", rb"\x89PNG\r\n\x1a\n"),
        ("jpeg", rb"\xff\xd8\xff"),
        ("gif", rb"GIF8[79]a"),
        ("webp", rb"RIFF.{4}WEBP"),
        ("icon", rb"\x00\x00\x01\x00[\x01-\x40]\x00"),
        ("pdf", rb".{0,1000}%PDF-\d"),
        ("woff", rb"wOFF"),
        ("woff2", rb"wOF2"),
        ("font", rb"\x00\x01\x00\x00\x00|OTTO"),
        ("zlib", rb"x(?:\x01|\x5e|\x9c|\xda)[\x00-\xff]{6}"),
    )
)


def extract(
    raw: bytes, layers: tuple[str, ...] = (), offset: int = 0, budget: _Budget | None = None, *, whole: bool = True
) -> Iterator[DecodedText | Unreadable]:
    """All texts in bytes that begin at an offset of a file, and the parts that could not be read.

    With `whole` the bytes are a file of their own, which must be of a known type. Otherwise they are a stretch that
    happened to decode, and only the readable parts are extracted.
    """
    budget = budget or _Budget()
    budget.remaining -= len(raw)
    if len(layers) > MAX_DEPTH:
        yield Unreadable(f"packed more than {MAX_DEPTH} times over", layers)
        return
    if budget.remaining < 0:
        yield Unreadable(f"it unpacks to more than {MAX_BYTES >> 20} MB", layers)
        return
    kind = file_type(raw)
    if kind == "text" and (text := _text_of(raw)) is not None:
        yield DecodedText(text, layers, offset)
        return
    if kind == "unknown" and whole:
        yield Unreadable("a file of an unknown type", layers)
    if kind == "unknown" and not whole and (inflated := _inflate_raw(raw)):
        yield from extract(inflated, (*layers, "deflate"), offset, budget, whole=False)
    yield from _printable_runs(raw, layers, offset)
    if kind in _UNPACKERS:
        try:
            for part in _UNPACKERS[kind](raw, budget):
                under = (*layers, *([part.layer] if part.layer else []))
                if part.text is not None:
                    yield DecodedText(part.text, under, offset, packed=True)
                else:
                    yield from extract(part.raw, under, offset, budget, whole=part.whole and whole)
        except _TooLargeError:
            yield Unreadable(f"it unpacks to more than {MAX_BYTES >> 20} MB", layers)
        except Exception as error:  # libraries raise almost anything for broken files, and all of it must be reported
            if whole or kind != "zlib":
                yield Unreadable(f"the {kind} file cannot be read: {error}", layers)
    elif kind == "woff2" and whole:
        yield Unreadable("a WOFF2 font that is not the theme's own cannot be opened; use WOFF", layers)


def _text_of(raw: bytes) -> str | None:
    """The text of bytes in UTF-8, UTF-16, UTF-32 or a single-byte encoding; None for bytes that are no text."""
    for mark, code in (
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if raw.startswith(mark):
            try:
                return raw.decode(code)
            except UnicodeDecodeError:
                return None
    sample = raw[:4096]
    for code, zeros in (("utf-32-le", (0, 0, 1, 1)), ("utf-16-le", (0, 1)), ("utf-16-be", (1, 0))):
        size = len(zeros)
        if len(raw) >= 8 and len(raw) % size == 0 and b"\x00" in sample:
            empty = [sample[n::size].count(0) / max(len(sample[n::size]), 1) for n in range(size)]
            if all((part > 0.4) if zero else (part < 0.1) for part, zero in zip(empty, zeros, strict=True)):
                text = raw.decode(code, "replace")
                if all(c.isprintable() or c.isspace() or unicodedata.category(c) == "Cf" for c in text):
                    return text
    controls = len(raw.translate(None, _NOT_CONTROLS))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace") if not controls and _mostly_ascii(raw) else None
    # NUL between letters hides a word from a search, but not from a reader
    return text.replace(BARRIER, "") if controls <= len(raw) // 3 else None


_NOT_CONTROLS = bytes(c for c in range(256) if c >= 0x20 or c in b"\t\n\r\x0b\x0c\x1b")


def _mostly_ascii(raw: bytes) -> bool:
    return sum(byte > 127 for byte in raw[:65536]) <= len(raw[:65536]) // 4


def _printable_runs(raw: bytes, layers: tuple[str, ...], offset: int) -> Iterator[DecodedText]:
    """The runs of printable characters in bytes of any type, in one-byte and two-byte encodings."""
    in_two_bytes = len(raw) - len(raw.translate(None, _IN_TWO_BYTES)) >= _MIN_LETTERS
    for code, pattern, layer in _PRINTABLE if in_two_bytes else _PRINTABLE[:1]:
        parts = [(match[0].decode(code, "replace") + BARRIER, match.start()) for match in pattern.finditer(raw)]
        if parts:
            text = "".join([text for text, _ in parts])
            yield DecodedText(text, (*layers, layer), offset, parts=parts, shortest=_MIN_LETTERS)


# -- files that contain others


FilePart = images.FilePart


def _limited(step: Callable[[bytes, int], bytes], raw: bytes, budget: _Budget) -> bytes:
    out = step(raw, max(budget.remaining, 0) + 1)
    if len(out) > budget.remaining:
        raise _TooLargeError
    return out


def _gzip(raw: bytes, budget: _Budget) -> Iterator[FilePart]:
    rest = raw
    while rest[:2] == b"\x1f\x8b":
        inflate = zlib.decompressobj(31)
        content = _limited(inflate.decompress, rest, budget)
        if not inflate.eof:
            raise ValueError("it ends too soon")
        yield FilePart("gzip", content)
        rest = inflate.unused_data
    if rest.strip(b"\x00"):
        yield FilePart("after the gzip data", rest, whole=False)


def _zlib(raw: bytes, budget: _Budget) -> Iterator[FilePart]:
    yield FilePart("zlib", _limited(zlib.decompressobj().decompress, raw, budget), whole=False)


def _inflate_raw(raw: bytes) -> bytes:
    """The content of a deflate stream without a header, as drawing tools store drawings; empty for other bytes."""
    inflate = zlib.decompressobj(-15)
    try:
        content = inflate.decompress(raw, 1 << 20)
    except zlib.error:
        return b""
    return content if inflate.eof and len(content) >= 8 else b""


def _bzip2(raw: bytes, budget: _Budget) -> Iterator[FilePart]:
    yield FilePart("bzip2", _limited(bz2.BZ2Decompressor().decompress, raw, budget))


def _xz(raw: bytes, budget: _Budget) -> Iterator[FilePart]:
    yield FilePart("xz", _limited(lzma.LZMADecompressor().decompress, raw, budget))


def _zip(raw: bytes, budget: _Budget) -> Iterator[FilePart]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        yield FilePart("comment", archive.comment, whole=False)
        for entry in archive.infolist():
            yield FilePart("name in archive", text=entry.filename)
            if entry.comment:
                yield FilePart(entry.filename, entry.comment, whole=False)
            if entry.flag_bits & 1:
                raise ValueError(f"{entry.filename} is encrypted")
            if entry.file_size > budget.remaining:
                raise _TooLargeError
            if not entry.is_dir():
                with archive.open(entry) as file:
                    yield FilePart(entry.filename, _limited(lambda _, n: file.read(n), b"", budget))


def _tar(raw: bytes, budget: _Budget) -> Iterator[FilePart]:
    with tarfile.open(fileobj=io.BytesIO(raw), mode="r:") as archive:
        for entry in archive:
            yield FilePart("name in archive", text=" ".join((entry.name, entry.linkname, entry.uname, entry.gname)))
            if entry.isfile():
                if entry.size > budget.remaining:
                    raise _TooLargeError
                file = archive.extractfile(entry)
                if file is not None:
                    yield FilePart(entry.name, file.read())


def _woff(raw: bytes, budget: _Budget) -> Iterator[FilePart]:
    count, offset, length = struct.unpack(">H", raw[12:14])[0], *struct.unpack(">II", raw[24:32])
    if length:
        yield FilePart(
            "font metadata",
            _limited(zlib.decompressobj().decompress, raw[offset : offset + length], budget),
            whole=False,
        )
    for number in range(count):
        _, start, packed, size, _ = struct.unpack(">4sIIII", raw[44 + 20 * number : 64 + 20 * number])
        table = raw[start : start + packed]
        yield FilePart(
            "font table",
            _limited(zlib.decompressobj().decompress, table, budget) if packed < size else table,
            whole=False,
        )


def _pdf(raw: bytes, budget: _Budget) -> Iterator[FilePart]:
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    # streams that are in no table any more are still in the file
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", raw, re.DOTALL):
        try:
            content = _limited(zlib.decompressobj().decompress, match[1], budget)
        except zlib.error:
            content = match[1]
        yield FilePart("PDF stream", content, whole=False)
    reader = PdfReader(io.BytesIO(raw))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ValueError("it is encrypted")
    yield FilePart("PDF objects", text=BARRIER.join(_pdf_texts(reader)))
    for page in reader.pages:
        yield FilePart("PDF text", text=page.extract_text())


def _pdf_texts(reader: object) -> Iterator[str]:
    """All texts among the objects of a PDF: metadata, bookmarks, notes, form fields, scripts, attachments."""
    from pypdf.generic import (
        ArrayObject,
        ByteStringObject,
        DictionaryObject,
        NameObject,
        StreamObject,
        TextStringObject,
    )

    def walk(value: object, depth: int) -> Iterator[str]:
        if isinstance(value, TextStringObject | NameObject):
            yield str(value)
        elif isinstance(value, ByteStringObject):
            yield bytes(value).decode("latin-1")
        elif isinstance(value, DictionaryObject) and depth < 40:
            if isinstance(value, StreamObject):
                try:
                    yield value.get_data().decode("utf-8", "replace").replace(BARRIER, "")
                except Exception:  # a filter that is not supported, such as that of an image
                    yield ""
            for key, item in value.items():
                yield str(key)
                yield from walk(item, depth + 1)
        elif isinstance(value, ArrayObject) and depth < 40:
            for item in value:
                yield from walk(item, depth + 1)

    from pypdf import PdfReader
    from pypdf.generic import IndirectObject

    assert isinstance(reader, PdfReader)
    yield from walk(reader.trailer, 0)
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    for number, generation in sorted(numbers):
        yield from walk(reader.get_object(IndirectObject(number, generation, reader)), 0)


_UNPACKERS: dict[str, Callable[[bytes, _Budget], Iterator[FilePart]]] = {
    "gzip": _gzip,
    "zlib": _zlib,
    "bzip2": _bzip2,
    "xz": _xz,
    "zip": _zip,
    "tar": _tar,
    "woff": _woff,
    "pdf": _pdf,
    "png": lambda raw, budget: images.png(raw, lambda data: _limited(zlib.decompressobj().decompress, data, budget)),
    "jpeg": lambda raw, budget: images.jpeg(raw),
    "gif": lambda raw, budget: images.gif(raw),
    "webp": lambda raw, budget: images.webp(raw),
}
