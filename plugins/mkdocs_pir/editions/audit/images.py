"""The texts in images beside their pixels: text chunks, EXIF, XMP, comments, colour profiles, and data after the end."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FilePart:
    """A part of a file: bytes to be extracted in turn, or a text. `whole` is as in `extract`."""

    layer: str
    raw: bytes = b""
    whole: bool = True
    text: str | None = None


def png(raw: bytes, inflate: Callable[[bytes], bytes]) -> Iterator[FilePart]:
    """The text chunks and metadata of a PNG image. Raises ValueError for a truncated one."""
    at = 8
    while at + 8 <= len(raw):
        length, name = struct.unpack(">I4s", raw[at : at + 8])
        data = raw[at + 8 : at + 8 + length]
        at += 12 + length
        if name == b"IEND":
            break
        if name == b"tEXt":
            yield _latin("PNG tEXt", data.replace(b"\x00", b": ", 1))
        elif name == b"zTXt":
            keyword, _, rest = data.partition(b"\x00")
            yield _latin("PNG zTXt", keyword + b": " + inflate(rest[1:]))
        elif name == b"iTXt":
            keyword, _, rest = data.partition(b"\x00")
            packed, rest = rest[:1] == b"\x01", rest[2:]
            language, _, rest = rest.partition(b"\x00")
            translated, _, rest = rest.partition(b"\x00")
            content = b" ".join((keyword, language, translated)) + b": " + (inflate(rest) if packed else rest)
            yield FilePart("PNG iTXt", text=content.decode("utf-8", "replace"))
        elif name == b"iCCP":
            keyword, _, rest = data.partition(b"\x00")
            yield _latin("PNG iCCP", keyword)
            yield from _metadata("PNG iCCP", inflate(rest[1:]))
        elif name == b"eXIf":
            yield from _metadata("EXIF", data)
        elif name not in (b"IHDR", b"PLTE", b"IDAT"):
            yield from _metadata(f"PNG {name.decode('latin-1')}", data)
    else:
        raise ValueError("it ends too soon")
    yield from _after(raw[at:])


def jpeg(raw: bytes) -> Iterator[FilePart]:
    """The comments and metadata of a JPEG image. Raises ValueError for a truncated one."""
    at = 2
    profiles = b""
    while at + 4 <= len(raw) and raw[at] == 0xFF:
        marker = raw[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xD9:
            break
        length = int.from_bytes(raw[at + 2 : at + 4], "big")
        data = raw[at + 4 : at + 2 + length]
        at += 2 + length
        if marker == 0xFE:
            yield _latin("JPEG comment", data)
        elif marker == 0xE1 and data.startswith(b"Exif\x00\x00"):
            yield from _metadata("EXIF", data[6:])
        elif marker == 0xE2 and data.startswith(b"ICC_PROFILE\x00"):
            profiles += data[14:]
        elif 0xE0 <= marker <= 0xEF:
            yield from _metadata(f"JPEG APP{marker - 0xE0}", data)
        elif marker == 0xDA:
            # the pixels end with the end marker, not with restart markers or escaped bytes
            end = at
            while (end := raw.find(b"\xff", end)) >= 0 and raw[end + 1 : end + 2] in _WITHIN_SCAN:
                end += 2
            if end < 0:
                raise ValueError("it ends too soon")
            at = end
    if profiles:
        yield from _metadata("ICC profile", profiles)
    yield from _after(raw[at + 2 :])


_WITHIN_SCAN = frozenset([b"\x00", *(bytes([m]) for m in range(0xD0, 0xD8))])


def gif(raw: bytes) -> Iterator[FilePart]:
    """The comments and extensions of a GIF image. Raises ValueError for an unknown block."""
    at = 13 + (3 << (raw[10] & 7) + 1 if raw[10] & 0x80 else 0)
    while at < len(raw) and raw[at] != 0x3B:
        if raw[at] == 0x21:
            label = raw[at + 1]
            data, at = _blocks(raw, at + 2)
            if label != 0xF9:
                yield from _metadata("GIF comment" if label == 0xFE else "GIF extension", data)
        elif raw[at] == 0x2C:
            table = raw[at + 9]
            at += 10 + (3 << (table & 7) + 1 if table & 0x80 else 0) + 1
            _, at = _blocks(raw, at)
        else:
            raise ValueError("a block of an unknown kind")
    yield from _after(raw[at + 1 :])


def _blocks(raw: bytes, at: int) -> tuple[bytes, int]:
    """The joined data of the sub-blocks at an index, and the index after them."""
    parts = []
    while at < len(raw) and (length := raw[at]):
        parts.append(raw[at + 1 : at + 1 + length])
        at += 1 + length
    return b"".join(parts), at + 1


def webp(raw: bytes) -> Iterator[FilePart]:
    """The metadata of a WebP image."""
    end = 8 + int.from_bytes(raw[4:8], "little")
    at = 12
    while at + 8 <= min(end, len(raw)):
        name, length = raw[at : at + 4], int.from_bytes(raw[at + 4 : at + 8], "little")
        if name not in (b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"):
            yield from _metadata(f"WebP {name.decode('latin-1').strip()}", raw[at + 8 : at + 8 + length])
        at += 8 + length + (length & 1)
    yield from _after(raw[end:])


def _metadata(layer: str, data: bytes) -> Iterator[FilePart]:
    """The texts of a block of metadata in one-byte and both two-byte encodings, and its bytes to be extracted."""
    yield _latin(layer, data)
    for code in ("utf-16-le", "utf-16-be"):
        for start in (0, 1):
            yield FilePart(f"{layer}, {code.upper()}", text=data[start:].decode(code, "replace").replace("\x00", " "))
    # it may be compressed as well
    yield FilePart(layer, data, whole=False)


def _latin(layer: str, data: bytes) -> FilePart:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return FilePart(layer, text=text.replace("\x00", " "))


def _after(data: bytes) -> Iterator[FilePart]:
    if data.strip(b"\x00"):
        yield FilePart("after the image", data, whole=False)
