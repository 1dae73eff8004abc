"""The search of a published folder: every file, decoded in every way, against what must not be found in it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from mkdocs_pir.editions.audit import decode, file_formats, markup, software_texts
from mkdocs_pir.editions.audit.decoded_text import DecodedText, Stretch
from mkdocs_pir.editions.audit.file_formats import Unreadable
from mkdocs_pir.editions.audit.fingerprints import Fingerprints
from mkdocs_pir.editions.audit.matches import FingerprintMatch, Key
from mkdocs_pir.editions.audit.normalise import BARRIER, divided, fold, index_in_text, squash
from mkdocs_pir.editions.audit.spellings import transliterated_text

MAX_TEXTS = 4000
"""The most texts decoded from one file; a file that yields more of them is not published."""

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
"""The file types that can be checked: by the ending of a file's name, what its content may be."""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """A match in a file, or a file that cannot be checked (`match` is None, and `message` says why)."""

    file: str
    offset: int
    line: int
    column: int
    layers: tuple[str, ...]
    context: str
    match: FingerprintMatch | None
    message: str = ""


@dataclass(frozen=True, slots=True)
class ScanRules:
    """What to search for: all fingerprints but those in `skip`, and no needle where one of its `masks` surrounds it.

    A short line of text does not match either where it begins or ends within one of the `names` that the edition shows.
    """

    fingerprints: Fingerprints
    skip: Collection[Key]
    masks: Mapping[int, Collection[tuple[bytes, int]]]
    names: Collection[bytes]


@dataclass(frozen=True, slots=True)
class SearchedText:
    """A text as it is searched: folded, with the least number of letters of a match; `only_names` in a transliteration."""

    folded: bytes
    shortest: int = 0
    only_names: bool = False


@dataclass(slots=True)
class Searched:
    """What a search of a folder has searched.

    A part is the name of a file or folder, or of a file what no file before it has in common with it, and known by its
    SHA-256. Parts in `known` are not searched again. `texts` are the texts of the others, decoded in every way.
    """

    known: Collection[bytes] = ()
    parts: list[bytes] = field(default_factory=list)
    texts: list[SearchedText] = field(default_factory=list)

    def is_known(self, kind: bytes, part: bytes) -> bool:
        """Whether the next part was searched before."""
        digest = hashlib.sha256(kind + b"\0" + part).digest()
        self.parts.append(digest)
        return digest in self.known


def scan_folder(
    site: Path, rules: ScanRules, manifest: Mapping[str, str] | None = None, searched: Searched | None = None
) -> Iterator[ScanResult]:
    """All matches in a published folder, and all files that cannot be checked.

    `manifest` gives the SHA-256 of every file that should be in the folder; without it any list of files will do.
    Takes down in `searched` what was searched, and leaves out the parts that it knows.
    """
    searched = searched or Searched()
    present: set[str] = set()
    repetition = _RepetitionFilter()
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if not searched.is_known(b"name", name.encode("utf-8", "surrogateescape")):
            yield from _scan_name(name, rules, searched)
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            yield _file_problem(name, "a link or a special file; only plain files are published")
        elif path.is_file():
            present.add(name)
            content = path.read_bytes()
            if manifest is not None and name in manifest and manifest[name] != hashlib.sha256(content).hexdigest():
                yield _file_problem(name, "the file is not the one that the manifest lists")
            yield from scan_file(name, content, rules, repetition, searched)
    if manifest is not None:
        for name in sorted(present - manifest.keys()):
            yield _file_problem(name, "the manifest does not list this file")
        for name in sorted(manifest.keys() - present):
            yield _file_problem(name, "the manifest lists this file, and it is not there")


def _file_problem(name: str, message: str) -> ScanResult:
    return ScanResult(name, 0, 0, 0, (), "", None, message)


def _scan_name(name: str, rules: ScanRules, searched: Searched) -> Iterator[ScanResult]:
    for decoded in decoded_texts(iter([DecodedText(name, ("file name",))])):
        if isinstance(decoded, DecodedText):
            for text, match in _matches(decoded, rules, searched):
                yield ScanResult(name, 0, 0, 0, text.layers, _context(text, match), match)


def scan_file(
    name: str, content: bytes, rules: ScanRules, repetition: _RepetitionFilter, searched: Searched
) -> Iterator[ScanResult]:
    """All matches in one file, and what cannot be checked in it; lines that were searched in another file are left out."""
    if software_texts.is_theme_file(name, content):
        return
    suffix = PurePosixPath(name).suffix.lower()
    kind = file_formats.file_type(content) if content else "text"
    if suffix not in _TYPES:
        yield _file_problem(name, f"a file of the unknown type '{suffix}'; publish only types that can be checked")
    elif content and kind not in _TYPES[suffix]:
        yield _file_problem(name, f"the file is not what its name says: it is {kind}")
    seen: set[Key] = set()
    lines: _Lines | None = None
    texts = file_formats.extract(content)
    if kind == "text":
        new = [repetition.new_lines(item) if isinstance(item, DecodedText) else item for item in texts]
        part = "".join(item.text for item in new if isinstance(item, DecodedText)).encode("utf-8", "surrogatepass")
        texts = iter(new)
    else:
        part = content
    if searched.is_known(kind.encode(), part):
        return
    for decoded in decoded_texts(texts, repetition.tags):
        if isinstance(decoded, Unreadable):
            if decoded.message != "a file of an unknown type" or suffix in _TYPES:
                yield ScanResult(name, 0, 0, 0, decoded.layers, "", None, decoded.message)
            continue
        for text, match in _matches(decoded, rules, searched):
            if match.key in seen:
                continue
            seen.add(match.key)
            lines = lines or _Lines(content, kind)
            offset = text.offset(index_in_text(text.text, match.start))
            yield ScanResult(name, offset, *lines.at(offset), text.layers, _context(text, match), match)


class _Lines:
    """The lines and columns of a file; both are 0 in a file that is no text."""

    def __init__(self, content: bytes, kind: str) -> None:
        self.text = ""
        if kind == "text":
            self.text = next((r.text for r in file_formats.extract(content) if isinstance(r, DecodedText)), "")

    def at(self, offset: int) -> tuple[int, int]:
        if not self.text:
            return 0, 0
        return self.text.count("\n", 0, offset) + 1, offset - self.text.rfind("\n", 0, offset)


def decoded_texts(
    texts: Iterator[DecodedText | Unreadable], tags: set[str] | None = None
) -> Iterator[DecodedText | Unreadable]:
    """All texts that can be decoded from some: markup is split and encodings are resolved until nothing new comes.

    `tags` are those that were searched before, as in `split_markup`.
    """
    queue = [(text, 0) for text in texts]
    seen: set[tuple[int, bool]] = set()
    count = 0
    while queue:
        text, depth = queue.pop()
        if isinstance(text, Unreadable):
            yield text
            continue
        key = (hash(text.text), text.parsed)
        if key in seen or not text.text:
            continue
        seen.add(key)
        count += 1
        if count > MAX_TEXTS or depth > file_formats.MAX_DEPTH:
            yield Unreadable("encoded over and over; it cannot be read to the end", text.layers)
            return
        is_markup = not text.parsed and markup.looks_like_markup(text.text)
        if is_markup or (text.parsed and text.layers and markup.looks_like_markup(text.text)):
            queue += [(part, depth + (1 if depth or not is_markup else 0)) for part in markup.split_markup(text, tags)]
        if is_markup and _starts_with_a_tag(text.text):
            continue
        yield text
        if (joined := decode.join_quoted_texts(text)) is not None:
            yield joined
        queue += [(part, depth + 1) for part in decode.resolve_escapes(text)]
        if is_markup:
            continue
        for kind, start, raw in decode.decode_stretches(text):
            for part in file_formats.extract(raw, (*text.layers, kind), whole=False):
                if isinstance(part, DecodedText):
                    # characters of an encoded text have no place of their own in the file
                    queue.append((replace(part, parts=(), parent=text, origin=start, packed=True), depth + 1))


class _RepetitionFilter:
    """Remembers tags, and lines with their neighbours, so that what every page repeats is searched once."""

    _AROUND = 4

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self.tags: set[str] = set()

    def new_lines(self, text: DecodedText) -> DecodedText:
        """The lines of a text that were not seen before between the same lines, with some lines around them."""
        lines = text.text.split("\n")
        if len(lines) < 4 * self._AROUND:
            return text
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
        stretches: list[Stretch] = []
        at = 0
        for number, line in enumerate(lines):
            if wanted[number]:
                follows = number > 0 and wanted[number - 1]
                stretches.append((line + "\n" if follows or not stretches else f"{BARRIER}{line}\n", at))
            at += len(line) + 1
        return text.with_stretches(stretches, "")


def _starts_with_a_tag(text: str) -> bool:
    return text[:200].lstrip("\ufeff \t\r\n").startswith("<")


def _matches(text: DecodedText, rules: ScanRules, searched: Searched) -> Iterator[tuple[DecodedText, FingerprintMatch]]:
    """The matches in a text, and those of names in its transliteration, each with the text in which it was found."""
    latin = transliterated_text(text)
    for form in (text, latin) if latin is not None else (text,):
        folded = SearchedText(fold(divided(form.text)), form.shortest, form is latin)
        searched.texts.append(folded)
        for match in matches_in(folded, rules, rules.skip):
            yield form, match


def matches_in(text: SearchedText, rules: ScanRules, skip: Container[Key]) -> Iterator[FingerprintMatch]:
    """The matches in a folded text of what must not be in the edition, without the keys in `skip`."""
    for match in rules.fingerprints.find(text.folded, skip, text.shortest):
        is_searched = not text.only_names or rules.fingerprints.is_name(match.key)
        if is_searched and not _is_masked(text.folded, match, rules):
            yield match


def _is_masked(folded: bytes, match: FingerprintMatch, rules: ScanRules) -> bool:
    """Whether a match is only a part of a longer name that may be shown, such as the client's own."""
    kind, number = match.key
    if kind != "needle" or match.disguise or not isinstance(number, int):
        return False
    for whole, start in rules.masks.get(number, ()):
        reach = 4 * len(whole) + 40
        before = squash(folded[max(0, match.start - reach) : match.start])
        after = squash(folded[match.start : match.end + reach])
        if before.endswith(whole[:start]) and after.startswith(whole[start:]):
            return True
    return rules.fingerprints.is_line(number) and _overlaps_a_name(folded, match, rules.names)


def _overlaps_a_name(folded: bytes, match: FingerprintMatch, names: Collection[bytes]) -> bool:
    """Whether a match ends within one of these names or begins within it."""
    squashed = squash(folded[match.start : match.end])
    for name in names:
        reach = 4 * len(name) + 40
        before = squash(folded[max(0, match.start - reach) : match.start])
        after = squash(folded[match.end : match.end + reach])
        for cut in range(1, len(name)):
            begins = squashed.endswith(name[:cut]) and after.startswith(name[cut:]) and cut < len(squashed)
            if begins or (squashed.startswith(name[cut:]) and before.endswith(name[:cut])):
                return True
    return False


def _context(decoded: DecodedText, match: FingerprintMatch) -> str:
    """The text around a match, on one line."""
    text = decoded.text
    start = index_in_text(text, match.start)
    end = index_in_text(text, match.end - 1) + 1
    context = text[max(0, start - _CONTEXT) : end + _CONTEXT].replace(BARRIER, " ")
    return " ".join("".join(c if c.isprintable() else " " for c in context).split())[:160]
