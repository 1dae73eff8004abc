"""Shards: the index as it lies on disk, in small files that a page can load with a script element.

Every file is one call, `pirSearchShard(name, json);`, so that the same bytes work served, under a strict content
policy, and from `file://`, where a page may not fetch. Shard names carry a hash of their content: a browser may
keep them for ever, and shards of two builds never mix. `docs/search-tokeniser.md` describes the content.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = "pir-search 1"
MANIFEST = "manifest.js"

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_CALL = re.compile(rb'\ApirSearchShard\("[a-z0-9-]+",(.*)\);\n\Z', re.DOTALL)


class SearchIndexError(ValueError):
    """The files are not a search index, or one of them is missing."""


def pack(numbers: Iterable[int]) -> str:
    """Non-negative numbers as text: five bits a character, low bits first, upper half of ALPHABET = more follow."""
    out: list[str] = []
    for number in numbers:
        while number > 31:
            out.append(ALPHABET[32 + (number & 31)])
            number >>= 5
        out.append(ALPHABET[number])
    return "".join(out)


def unpack(packed: str) -> list[int]:
    """The numbers of `pack`."""
    numbers: list[int] = []
    number = shift = 0
    for character in packed:
        value = _VALUE[character]
        number |= (value & 31) << shift
        if value & 32:
            shift += 5
        else:
            numbers.append(number)
            number = shift = 0
    return numbers


def pack_words(words: Sequence[str]) -> str:
    """Sorted words, one a line, each as the number of characters shared with the one before and the rest."""
    lines: list[str] = []
    before = ""
    for word in words:
        shared = 0
        for ours, theirs in zip(word, before, strict=False):
            if ours != theirs or shared == 63:
                break
            shared += 1
        lines.append(ALPHABET[shared] + word[shared:])
        before = word
    return "\n".join(lines)


def unpack_words(packed: str) -> list[str]:
    """The words of `pack_words`."""
    words: list[str] = []
    before = ""
    for line in packed.split("\n") if packed else ():
        before = before[: _VALUE[line[0]]] + line[1:]
        words.append(before)
    return words


def order(word: str) -> bytes:
    """The sort key of words: by UTF-16 code units, which is how a browser compares strings."""
    return word.encode("utf-16-be", "surrogatepass")


def encode(value: Any) -> bytes:
    """`value` as compact ASCII JSON, the same bytes every time."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


def call(name: str, content: bytes) -> bytes:
    """The file of one shard."""
    return b'pirSearchShard("' + name.encode() + b'",' + content + b");\n"


@dataclass(frozen=True, slots=True)
class Ranges:
    """Shards of one kind in order: where each begins (a word or a number), and its content as JSON."""

    kind: str
    starts: tuple[Any, ...]
    contents: tuple[bytes, ...]

    @property
    def size(self) -> int:
        return sum(map(len, self.contents))


def cut(
    kind: str, items: Sequence[int], bound: int, content: Callable[[int, int], Any], start: Callable[[int], Any]
) -> Ranges:
    """Cut a sequence, given by the weight in bytes of each item, into shards of about `bound` bytes at most.

    `content(low, high)` is the value of the shard with items low to high, `start(low)` what the manifest says of
    its beginning.
    """
    edges = [0]
    total = 0
    for at, weight in enumerate(items):
        if total and total + weight > bound:
            edges.append(at)
            total = 0
        total += weight
    pairs = list(zip(edges, [*edges[1:], len(items)], strict=True)) if items else []
    return Ranges(kind, tuple(start(low) for low, _ in pairs), tuple(encode(content(low, high)) for low, high in pairs))


def write(head: Mapping[str, Any], every: Sequence[Ranges], seldom: Sequence[Ranges], bound: int) -> dict[str, bytes]:
    """The files of an index, from the shards that `every` search reads and those that it `seldom` does.

    The manifest itself holds the shards of the first if they fit into `bound` bytes together: then a search is one
    request. It also holds the second if both fit.
    """
    files: dict[str, bytes] = {}
    parts: dict[str, bytes] = {}
    small = sum(group.size for group in every)
    whole = small + sum(group.size for group in seldom)
    for group in (*every, *seldom):
        inline = whole <= bound or (small <= bound and group in every)
        entries = []
        for start, content in zip(group.starts, group.contents, strict=True):
            if inline:
                reference = content
            else:
                name = f"{group.kind}-{hashlib.sha256(content).hexdigest()[:10]}"
                files[f"{name}.js"] = call(name, content)
                reference = encode(name)
            entries.append(b"[" + encode(start) + b"," + reference + b"]")
        parts[group.kind] = b"[" + b",".join(entries) + b"]"
    body = encode({**head, "format": FORMAT})[1:-1]
    members = [body, *(encode(kind) + b":" + content for kind, content in parts.items())]
    files[MANIFEST] = call("manifest", b"{" + b",".join(members) + b"}")
    return dict(sorted(files.items()))


class Reader:
    """Reads the shards of one index, each once and only when asked for.

    Raises SearchIndexError where a file is missing or is not a shard of this format.
    """

    def __init__(self, source: Mapping[str, bytes] | Path) -> None:
        self._source = source
        self._loaded: dict[str, Any] = {}
        self.manifest: dict[str, Any] = self._file("manifest")
        if self.manifest.get("format") != FORMAT:
            raise SearchIndexError(f"the search index is not of the format {FORMAT!r}; build it again")

    def _file(self, name: str) -> Any:
        path = f"{name}.js"
        try:
            content = (self._source / path).read_bytes() if isinstance(self._source, Path) else self._source[path]
        except (OSError, KeyError):
            raise SearchIndexError(f"the search index has no file {path!r}") from None
        match = _CALL.match(content)
        if match is None:
            raise SearchIndexError(f"{path!r} is not a shard of a search index")
        return json.loads(match.group(1))

    def count(self, kind: str) -> int:
        """How many shards of `kind` there are."""
        return len(self.manifest[kind])

    def start(self, kind: str, at: int) -> Any:
        """Where shard number `at` of `kind` begins."""
        return self.manifest[kind][at][0]

    def place(self, kind: str, key: Any) -> int:
        """The number of the shard of `kind` that `key` (a word or a number) would be in; -1 before the first."""
        ordered: Callable[[Any], Any] = order if isinstance(key, str) else int
        return bisect_right(self.manifest[kind], ordered(key), key=lambda entry: ordered(entry[0])) - 1

    def shard(self, kind: str, at: int, decode: Callable[[Any], Any]) -> Any:
        """The decoded content of shard number `at` of `kind`."""
        name = f"{kind} {at}"
        if name not in self._loaded:
            reference = self.manifest[kind][at][1]
            self._loaded[name] = decode(self._file(reference) if isinstance(reference, str) else reference)
        return self._loaded[name]
