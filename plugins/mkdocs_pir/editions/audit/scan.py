"""A published folder gone through file by file: every reading of every file, against what must not be found."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from mkdocs_pir.editions.audit import decode, file_formats, markup, software_texts
from mkdocs_pir.editions.audit.decoded_text import DecodedText, Stretch
from mkdocs_pir.editions.audit.file_formats import Unreadable
from mkdocs_pir.editions.audit.fingerprints import Fingerprints
from mkdocs_pir.editions.audit.matches import FingerprintMatch, Key
from mkdocs_pir.editions.audit.normalise import BARRIER, divided, fold, place, squash
from mkdocs_pir.editions.audit.spellings import in_latin_letters

MAX_READINGS = 4000
"""So many readings of one file at most; a file that goes on unfolding is not published."""

_CONTEXT = 40

_TYPES: Mapping[str, Collection[str]] = {
    **dict.fromkeys(
        re.findall(
            r"\S+",
            """.html .htm .js .mjs .json .css .xml .svg .txt .csv .tsv .log .webmanifest .ics .vcf .map .md .rss .atom .xsl
            .yml .yaml .opml""",
        ),
        ("text",),
    ),
    "": ("text",),
    ".png": ("png",),
    ".jpg": ("jpeg",),
    ".jpeg": ("jpeg",),
    ".gif": ("gif",),
    ".webp": ("webp",),
    ".ico": ("icon", "png"),
    ".gz": ("gzip",),
    ".tgz": ("gzip",),
    ".bz2": ("bzip2",),
    ".xz": ("xz",),
    ".tar": ("tar",),
    **dict.fromkeys((".zip", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp"), ("zip",)),
    ".pdf": ("pdf",),
    ".woff": ("woff",),
    ".woff2": ("woff2",),
    ".ttf": ("font",),
    ".otf": ("font",),
}  # fmt: skip
"""The types of files that can be checked: what each kind of name must hold."""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """Something found in a file, or a file that cannot be checked (`found` is None)."""

    file: str
    offset: int
    line: int
    column: int
    layers: tuple[str, ...]
    context: str
    found: FingerprintMatch | None
    message: str = ""


@dataclass(frozen=True, slots=True)
class ScanRules:
    """What to find: everything telling but `skip`, and nothing where one of the `masks` of a needle surrounds it.

    A line of text is none either where it ends within one of the `names` that the edition shows.
    """

    fingerprints: Fingerprints
    skip: Collection[Key]
    masks: Mapping[int, Collection[tuple[bytes, int]]]
    names: Collection[bytes]


def scan_folder(site: Path, rules: ScanRules, manifest: Mapping[str, str] | None = None) -> Iterator[ScanResult]:
    """Everything wrong with a published folder. `manifest` gives the SHA-256 of every file that should be there."""
    present: set[str] = set()
    fresh = _Fresh()
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        yield from _of_name(name, rules)
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            yield _whole(name, "a link or a special file; only plain files are published")
        elif path.is_file():
            present.add(name)
            content = path.read_bytes()
            if manifest is not None and name in manifest and manifest[name] != hashlib.sha256(content).hexdigest():
                yield _whole(name, "the file is not the one that the manifest lists")
            yield from scan_file(name, content, rules, fresh)
    if manifest is not None:
        for name in sorted(present - manifest.keys()):
            yield _whole(name, "the manifest does not list this file")
        for name in sorted(manifest.keys() - present):
            yield _whole(name, "the manifest lists this file, and it is not there")


def _whole(name: str, message: str) -> ScanResult:
    return ScanResult(name, 0, 0, 0, (), "", None, message)


def _of_name(name: str, rules: ScanRules) -> Iterator[ScanResult]:
    for reading in decoded_texts(iter([DecodedText(name, ("file name",))])):
        if isinstance(reading, DecodedText):
            for read, found in _found(reading, rules):
                yield ScanResult(name, 0, 0, 0, read.layers, _context(read, found), found)


def scan_file(name: str, content: bytes, rules: ScanRules, fresh: _Fresh | None = None) -> Iterator[ScanResult]:
    """Everything wrong with one file, but for lines that `fresh` has seen in another."""
    if software_texts.is_the_themes_own(name, content):
        return
    suffix = PurePosixPath(name).suffix.lower()
    kind = file_formats.file_type(content) if content else "text"
    if suffix not in _TYPES:
        yield _whole(name, f"a file of the unknown type '{suffix}'; publish only types that can be checked")
    elif content and kind not in _TYPES[suffix]:
        yield _whole(name, f"the file is not what its name says: it is {kind}")
    seen: set[Key] = set()
    lines: _Lines | None = None
    first = file_formats.extract(content)
    if fresh is not None and kind == "text":
        first = (fresh.of(item) if isinstance(item, DecodedText) else item for item in first)
    for reading in decoded_texts(first, fresh.tags if fresh is not None else None):
        if isinstance(reading, Unreadable):
            if reading.message != "a file of an unknown type" or suffix in _TYPES:
                yield ScanResult(name, 0, 0, 0, reading.layers, "", None, reading.message)
            continue
        for read, found in _found(reading, rules):
            if found.key in seen:
                continue
            seen.add(found.key)
            lines = lines or _Lines(content, kind)
            offset = read.offset(place(read.text, found.start))
            yield ScanResult(name, offset, *lines.at(offset), read.layers, _context(read, found), found)


class _Lines:
    """Lines and columns of a file. A file that is no text has none: they are 0."""

    def __init__(self, content: bytes, kind: str) -> None:
        self.text = ""
        if kind == "text":
            self.text = next((r.text for r in file_formats.extract(content) if isinstance(r, DecodedText)), "")

    def at(self, offset: int) -> tuple[int, int]:
        if not self.text:
            return 0, 0
        return self.text.count("\n", 0, offset) + 1, offset - self.text.rfind("\n", 0, offset)


def decoded_texts(
    first: Iterator[DecodedText | Unreadable], tags: set[str] | None = None
) -> Iterator[DecodedText | Unreadable]:
    """Every reading that can be made of some, markup taken apart and encodings undone until nothing is left.

    `tags` are those that have been read before, as in `taken_apart`.
    """
    waiting = [(item, 0) for item in first]
    known: set[tuple[int, bool]] = set()
    count = 0
    while waiting:
        item, depth = waiting.pop()
        if isinstance(item, Unreadable):
            yield item
            continue
        mark = (hash(item.text), item.parsed)
        if mark in known or not item.text:
            continue
        known.add(mark)
        count += 1
        if count > MAX_READINGS or depth > file_formats.MAX_DEPTH:
            yield Unreadable("encoded over and over; it cannot be read to the end", item.layers)
            return
        apart = not item.parsed and markup.looks_like_markup(item.text)
        if apart or (item.parsed and item.layers and markup.looks_like_markup(item.text)):
            waiting += [(part, depth + (1 if depth or not apart else 0)) for part in markup.split_markup(item, tags)]
        if apart and _is_a_page(item.text):
            continue
        yield item
        if (joined := decode.quoted_texts_joined(item)) is not None:
            yield joined
        waiting += [(part, depth + 1) for part in decode.unescaped(item)]
        if apart:
            continue
        for kind, start, raw in decode.stretches(item):
            for part in file_formats.extract(raw, (*item.layers, kind), whole=False):
                if isinstance(part, DecodedText):
                    # letters of an encoded text have no place of their own
                    waiting.append((replace(part, parts=(), parent=item, origin=start, packed=True), depth + 1))


class _Fresh:
    """Remembers what it has seen, tags and lines with their neighbours: what every page repeats is read once."""

    _AROUND = 4

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self.tags: set[str] = set()

    def of(self, reading: DecodedText) -> DecodedText:
        """The lines of a text that have not been seen between the same lines, with some lines around them."""
        lines = reading.text.split("\n")
        if len(lines) < 4 * self._AROUND:
            return reading
        padded = [""] * self._AROUND + lines + [""] * self._AROUND
        width = 2 * self._AROUND + 1
        keys = [
            hash(near) for near in zip(*(padded[n : len(padded) - width + 1 + n] for n in range(width)), strict=True)
        ]
        wanted = bytearray(len(lines))
        for number, key in enumerate(keys):
            if key not in self._seen:
                start, end = max(0, number - self._AROUND), min(len(lines), number + self._AROUND + 1)
                wanted[start:end] = b"\x01" * (end - start)
        self._seen.update(keys)
        parts: list[Stretch] = []
        at = 0
        for number, line in enumerate(lines):
            if wanted[number]:
                follows = number > 0 and wanted[number - 1]
                parts.append((line + "\n" if follows or not parts else f"{BARRIER}{line}\n", at))
            at += len(line) + 1
        return reading.assembled(parts, "")


def _is_a_page(text: str) -> bool:
    return text[:200].lstrip("\ufeff \t\r\n").startswith("<")


def _found(reading: DecodedText, rules: ScanRules) -> Iterator[tuple[DecodedText, FingerprintMatch]]:
    """What is found in a reading, and names in it in other letters: the reading in which each was found, and it."""
    folded = fold(divided(reading.text))
    for found in rules.fingerprints.find(folded, rules.skip, reading.shortest):
        if not _masked(folded, found, rules):
            yield reading, found
    if (latin := in_latin_letters(reading)) is not None:
        folded = fold(divided(latin.text))
        for found in rules.fingerprints.find(folded, rules.skip, latin.shortest):
            if rules.fingerprints.is_name(found.key) and not _masked(folded, found, rules):
                yield latin, found


def _masked(folded: bytes, found: FingerprintMatch, rules: ScanRules) -> bool:
    """Whether what was found is only a part of a longer name that may be shown, such as the client's own."""
    kind, number = found.key
    if kind != "needle" or found.manner or not isinstance(number, int):
        return False
    for whole, start in rules.masks.get(number, ()):
        reach = 4 * len(whole) + 40
        before = squash(folded[max(0, found.start - reach) : found.start])
        after = squash(folded[found.start : found.end + reach])
        if before.endswith(whole[:start]) and after.startswith(whole[start:]):
            return True
    return rules.fingerprints.is_line(number) and _cuts_a_name(folded, found, rules.names)


def _cuts_a_name(folded: bytes, found: FingerprintMatch, names: Collection[bytes]) -> bool:
    """Whether what was found has the beginning of a name and not its end, or its end and not its beginning."""
    said = squash(folded[found.start : found.end])
    for name in names:
        reach = 4 * len(name) + 40
        before = squash(folded[max(0, found.start - reach) : found.start])
        after = squash(folded[found.end : found.end + reach])
        for cut in range(1, len(name)):
            begins = said.endswith(name[:cut]) and after.startswith(name[cut:]) and cut < len(said)
            if begins or (said.startswith(name[cut:]) and before.endswith(name[:cut])):
                return True
    return False


def _context(reading: DecodedText, found: FingerprintMatch) -> str:
    """What stands around a finding, on one line."""
    text = reading.text
    start = place(text, found.start)
    end = place(text, found.end - 1) + 1
    around = text[max(0, start - _CONTEXT) : end + _CONTEXT].replace(BARRIER, " ")
    return " ".join("".join(c if c.isprintable() else " " for c in around).split())[:160]
