"""Shards: the index as it lies on disk, in small files that a page can load with a script element.

Every file is one call, `pir.shard(name, json);`, so that the same bytes work served, under a strict content
policy, and from `file://`, where a page may not fetch. A shard is named by a hash of its own content: a browser may
keep it for ever, shards of two builds never mix, and one that is the same in both has one name. So that few change,
shards hold nothing that counts what stands in others, and where one ends depends on what stands nearby.
`docs/search-tokeniser.md` describes the content.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, pairwise
from json.encoder import encode_basestring_ascii
from pathlib import Path
from typing import Any, Protocol

FORMAT = "pir-search 8"
MANIFEST = "manifest.js"
HASH = 12  # hexadecimal digits; file systems may not tell upper from lower case

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
LEVEL = 4
"""The level of compression: a higher one takes half as long again for two hundredths of the bytes."""

_CALL = re.compile(rb'\Apir\.shard\("[a-z0-9-]+",(.*)\);\n\Z', re.DOTALL)


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
    """Sorted words after each other, each as the number of characters shared with the one before and the rest.

    A space is between them: written as JSON, the end of a line is `\\n`, and a name could be read out of its n and what
    follows.
    """
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
    return " ".join(lines)


def unpack_words(packed: str) -> list[str]:
    """The words of `pack_words`."""
    words: list[str] = []
    before = ""
    for line in packed.split(" ") if packed else ():
        before = before[: _VALUE[line[0]]] + line[1:]
        words.append(before)
    return words


def pack_text(content: bytes) -> bytes:
    """The JSON of a text that holds this JSON in less than half the bytes: compressed (zlib), then base64."""
    return b'"' + base64.b64encode(zlib.compress(content, LEVEL)) + b'"'


def unpack_text(packed: str) -> Any:
    """The value that `pack_text` packed."""
    return json.loads(zlib.decompress(base64.b64decode(packed)))


def order(word: str) -> bytes:
    """The sort key of words: by UTF-16 code units, which is how a browser compares strings."""
    return word.encode("utf-16-be", "surrogatepass")


def ordered(words: Sequence[str]) -> list[str]:
    """Words sorted by `order`."""
    # of characters before the surrogates, all of which are one unit, units sort as characters do
    return sorted(words, key=order if _LATE.search("".join(words)) else None)


_LATE = re.compile("[\ud800-\U0010ffff]")


def encode(value: Any) -> bytes:
    """`value` as compact ASCII JSON, the same bytes every time."""
    return _ENCODE(value).encode()


_ENCODE = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode


def encode_text(text: str) -> bytes:
    """What `encode` gives of a text, in less time."""
    return encode_basestring_ascii(text).encode()


def joined(values: Iterable[bytes]) -> bytes:
    """The list of encoded values."""
    return b"[" + b",".join(values) + b"]"


def call(name: str, content: bytes) -> bytes:
    """The file of one shard."""
    return b'pir.shard("' + name.encode() + b'",' + content + b");\n"


def hash_of(content: bytes) -> str:
    """What names a shard of this content."""
    return hashlib.sha256(content).hexdigest()[:HASH]


@dataclass(frozen=True, slots=True)
class Ranges:
    """Shards of one kind in order: where each begins (a word, or a number), its content as JSON, and its first item."""

    kind: str
    starts: tuple[Any, ...]
    contents: tuple[bytes, ...]
    firsts: tuple[int, ...] = (0,)

    @property
    def size(self) -> int:
        return sum(map(len, self.contents))

    def hashes(self) -> str:
        """The hash of each content, one after the other."""
        return "".join(map(hash_of, self.contents))

    def packed_starts(self) -> str:
        """Where the shards begin, as the manifest holds it."""
        return packed_starts(self.starts)


def packed_starts(starts: Sequence[Any]) -> str:
    """Sorted words, or rising numbers, as the manifest holds them: words packed, or distances."""
    if starts and isinstance(starts[0], str):
        return "w" + pack_words(starts)
    return "n" + pack_rising(starts)


def pack_rising(numbers: Iterable[int]) -> str:
    """Numbers none of which is less than the one before, as packed distances."""
    return pack(high - low for low, high in pairwise((0, *numbers)))


def unpack_rising(packed: str) -> list[int]:
    """The numbers of `pack_rising`."""
    return list(accumulate(unpack(packed)))


def cut(
    kind: str,
    items: Sequence[tuple[str, int]],
    usual: int,
    content: Callable[[int, int], bytes],
    start: Callable[[int], Any],
) -> Ranges:
    """Cut a sequence, given by the key of each item and its weight in bytes, into shards of about `usual` bytes.

    `content(low, high)` is the encoded value of the shard with items low to high, `start(low)` what the manifest says of
    its beginning.
    """
    firsts = list(cuts(items, usual))
    pairs = list(pairwise([*firsts, len(items)]))
    return Ranges(
        kind,
        tuple(start(low) for low, _ in pairs),
        tuple(content(low, high) for low, high in pairs),
        tuple(firsts),
    )


def cuts(items: Sequence[tuple[str, int]], usual: int) -> Iterator[int]:
    """Where shards begin: each has from half to one and a half of the `usual` weight, if its items are light enough.

    Of the items where it may end, it ends before the one whose key has the lowest checksum. So after an item that was
    added or taken out, the shards soon begin where they did before; in a narrower range, with few items in each, there
    would often be no choice.
    """
    low, high = usual // 2, usual * 3 // 2
    first = 0
    while first < len(items):
        yield first
        total, ends = 0, []
        after = first
        while after < len(items) and (after == first or total + items[after][1] <= high):
            if total >= low and after > first:
                ends.append(after)
            total += items[after][1]
            after += 1
        if after < len(items) and (total >= low or not ends):
            ends.append(after)
        first = len(items) if after == len(items) else min(ends, key=lambda at: zlib.crc32(order(items[at][0])))


class Texts(Protocol):
    """The shards of texts: those that other shards name, and only some results need."""

    @property
    def names(self) -> Sequence[str]:
        """The hashes of all, sorted."""

    @property
    def size(self) -> int:
        """The bytes of all of them together."""

    def json(self, name: str) -> bytes:
        """The content of one."""

    def packed(self, name: str) -> bytes:
        """The content of one as a file holds it."""


def files(head: Mapping[str, Any], every: Sequence[Ranges], texts: Texts, bound: int) -> dict[str, Callable[[], bytes]]:
    """What makes each file of an index, from the shards that `every` search reads, and the `texts`.

    The manifest itself holds the first if they fit into `bound` bytes together: then a search is one request. It also
    holds the texts, by hash, if both fit; else it says nothing of them, since they are many.
    """
    files: dict[str, Callable[[], bytes]] = {}
    members = [encode({**head, "format": FORMAT})[1:-1]]
    small = sum(group.size for group in every)
    held: list[bytes] = []
    if small + texts.size > bound:
        files |= {f"texts-{name}.js": partial(_file_of_texts, texts, name) for name in texts.names}
    else:
        held = [encode(name) + b":" + texts.json(name) for name in texts.names]
    members.append(b'"texts":{' + b",".join(held) + b"}")
    for group in every:
        starts = encode(group.packed_starts())
        if small <= bound:
            content = b"[" + starts + b",[" + b",".join(group.contents) + b"]]"
        else:
            hashes = group.hashes()
            content = b"[" + starts + b"," + encode(hashes) + b"]"
            for at, one in enumerate(group.contents):
                name = file_name(group.kind, at, hashes)
                files[f"{name}.js"] = partial(call, name, one)
        members.append(encode(group.kind) + b":" + content)
    files[MANIFEST] = partial(call, "manifest", b"{" + b",".join(members) + b"}")
    return dict(sorted(files.items()))


def _file_of_texts(texts: Texts, name: str) -> bytes:
    return call(f"texts-{name}", texts.packed(name))


def file_name(kind: str, at: int, hashes: str) -> str:
    """The name of shard number `at` of a kind, of which the manifest holds the `hashes`."""
    return f"{kind}-{hashes[HASH * at : HASH * (at + 1)]}"


class ShardReader:
    """Reads the shards of one index, each once and only when asked for.

    Raises SearchIndexError where a file is missing or is not a shard of this format.
    """

    def __init__(self, source: Mapping[str, bytes] | Path) -> None:
        self._source = source
        self._loaded: dict[str, Any] = {}
        self._begin: dict[str, list[Any]] = {}
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
        return len(self._starts(kind))

    def start(self, kind: str, at: int) -> Any:
        """Where shard number `at` of `kind` begins."""
        return self._starts(kind)[at]

    def _starts(self, kind: str) -> list[Any]:
        if kind not in self._begin:
            packed = self.manifest[kind][0]
            self._begin[kind] = unpack_words(packed[1:]) if packed[0] == "w" else unpack_rising(packed[1:])
        return self._begin[kind]

    def place(self, kind: str, key: Any) -> int:
        """The number of the shard of `kind` that `key` (a word or a number) would be in; -1 before the first."""
        ordered: Callable[[Any], Any] = order if isinstance(key, str) else int
        return bisect_right(self._starts(kind), ordered(key), key=ordered) - 1

    def texts(self, hash: str) -> Any:
        """The content of the shard of texts with this hash."""
        name = f"texts-{hash}"
        if name not in self._loaded:
            held = self.manifest["texts"]
            self._loaded[name] = held[hash] if hash in held else unpack_text(self._file(name))
        return self._loaded[name]

    def shard(self, kind: str, at: int, decode: Callable[[Any], Any]) -> Any:
        """The decoded content of shard number `at` of `kind`."""
        name = f"{kind} {at}"
        if name not in self._loaded:
            content = self.manifest[kind][1]
            named = isinstance(content, str)
            self._loaded[name] = decode(self._file(file_name(kind, at, content)) if named else content[at])
        return self._loaded[name]
