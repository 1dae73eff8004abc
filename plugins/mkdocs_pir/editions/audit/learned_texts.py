"""What the audit learns of a text of the knowledge base: its needles, rare words, n-grams and windows of eight words.

All of it follows from the text alone, so it is remembered from one build to the next by a digest of the text.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections.abc import Iterator

import msgspec

from mkdocs_pir.editions.audit.names import is_date, unsearchable_reason
from mkdocs_pir.editions.audit.ngrams import ENDS, Ngrams
from mkdocs_pir.editions.audit.normalise import divided, fold, runs, squash, words
from mkdocs_pir.editions.audit.quotations import Quotations
from mkdocs_pir.editions.audit.rare_words import RareWords, identifiers
from mkdocs_pir.editions.audit.raw_texts import TextKind
from mkdocs_pir.editions.audit.spellings import spellings

STRICT = ("identity", "code", "canary")

_LINE_WORDS = 8
_SHORTEST = {"identity": 3, "canary": 4, "code": 4, "title": 7, "value": 7, "prose": 8}
_LONGEST = 400
_WITH_DIGITS = re.compile(r"\w*\d[\w.]*")
_MIDNIGHT = re.compile(r"\d{4}-\d\d-\d\dT00:00(?::00)?(?:Z|\+00:00)")  # feeds write dates like this


class Needle(msgspec.Struct, frozen=True, array_like=True):
    """A short text that is searched for in any spelling: its letters, its runs of words, its words, whether it is one."""

    squashed: bytes
    runs: tuple[bytes, ...]
    letters: bytes
    single: bool


class LearnedText(msgspec.Struct, frozen=True, array_like=True):
    """What was learned of a text; with `is_needle` the first of the needles is the text as a whole.

    The n-grams and windows are the bytes of arrays of 64-bit numbers.
    """

    needles: list[Needle] = []
    is_needle: bool = False
    words: list[bytes] = []
    ngrams: bytes = b""
    windows: bytes = b""


class _Content(msgspec.Struct, frozen=True):
    version: bytes
    texts: dict[bytes, msgspec.Raw]


class LearnedTexts:
    """Learns texts, each once. `content` is what an earlier build has learned, which is used if its version is the same."""

    def __init__(self, content: bytes = b"", version: bytes = b"") -> None:
        self._version = version
        self._before = _read(content, version)
        # packed, because small objects that come and go leave holes in the memory that all processes share
        self._texts: dict[bytes, msgspec.Raw] = {}

    def of(self, text: str, kind: TextKind) -> LearnedText:
        """What is learned of a text of this kind."""
        content = f"{kind} {text}".encode("utf-8", "surrogatepass")
        key = hashlib.blake2b(content, digest_size=16).digest()
        packed = self._texts.get(key) or self._before.get(key)
        if packed is None:
            learned = learn(text, kind)
            self._texts[key] = msgspec.Raw(msgspec.msgpack.encode(learned))
            return learned
        self._texts[key] = packed
        return msgspec.msgpack.decode(packed, type=LearnedText)

    def content(self) -> bytes | None:
        """The texts that were asked for, as the next build reads them; None where it has them."""
        if self._texts.keys() == self._before.keys():
            return None
        content = msgspec.msgpack.encode(_Content(self._version, self._texts))
        return hashlib.sha256(content).digest() + content


def _read(content: bytes, version: bytes) -> dict[bytes, msgspec.Raw]:
    if hashlib.sha256(content[32:]).digest() != content[:32]:
        return {}
    try:
        stored = msgspec.msgpack.decode(content[32:], type=_Content)
    except ValueError:
        return {}
    return stored.texts if stored.version == version else {}


def learn(text: str, kind: TextKind) -> LearnedText:
    """Learn a text of this kind."""
    if kind == "markup":
        # words with digits are mostly geometry, which gives nobody away
        return LearnedText(words=RareWords.among(words(fold(_WITH_DIGITS.sub(" ", text)))))
    folded = fold(divided(text))
    windows = array("q", Quotations.windows(folded)).tobytes()
    if _MIDNIGHT.fullmatch(text) or (kind == "identity" and unsearchable_reason(text)):
        return LearnedText(windows=windows)
    spoken = words(folded)
    whole: list[Needle] = []
    if kind in (*STRICT, "title") or (kind == "value" and len(spoken) <= _LINE_WORDS):
        whole = list(_needle(folded, _SHORTEST[kind]))
    if kind == "identity":
        others = [n for spelling in spellings(text) for n in _needle(fold(divided(spelling)), _SHORTEST[kind])]
        return LearnedText([*whole, *others], bool(whole), windows=windows)
    if kind in STRICT:
        return LearnedText(whole, bool(whole), windows=windows)
    text_runs = ENDS.split(folded)
    others = []
    for run in text_runs if kind == "prose" else ():
        if 1 < len(words(run)) <= _LINE_WORDS:
            others += _needle(run, _SHORTEST["prose"])
    others += [needle for word, shortest in identifiers(text) for needle in _needle(fold(word), shortest)]
    ngrams = array("q", Ngrams.among(text_runs)).tobytes()
    return LearnedText([*whole, *others], bool(whole), RareWords.among(spoken), ngrams, windows)


def _needle(folded: bytes, shortest: int) -> Iterator[Needle]:
    """The needle of a folded text; none of one that is too short, or a date."""
    # a word of thousands of letters is found by its beginning, because every letter makes the automaton larger
    folded = folded[:_LONGEST]
    squashed = squash(folded)
    if len(squashed) >= shortest and not is_date(spoken := words(folded)):
        yield Needle(squashed, runs(folded), b" ".join(spoken), len(spoken) == 1)
