"""Analysis: the one reading of text, which turns records and pasted queries into the same words.

The rules are written down in `docs/search-tokeniser.md`; `pir-search-tokeniser.js` follows the same rules in the
browser, and `tests/search/vectors.json` holds what both must produce. Nothing here depends on the tables of a
Unicode version beyond normalisation and lower-casing: the characters of a word are listed as ranges.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from lunr.stemmer import PorterStemmer
from lunr.stop_word_filter import WORDS as ENGLISH_STOP_WORDS

MAX_WORD = 48  # longer runs are encodings, not words
MAX_LEAVES = 12  # a compound of more parts (a long path) has no whole, only parts

# Invisible code points that occur inside words and are neither letters nor digits.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"

# Scripts written without spaces, indexed by pairs of neighbouring characters.
_PAIRED_RANGES = (
    (0x3005, 0x3007), (0x3041, 0x3096), (0x309D, 0x309F), (0x30A1, 0x30FA), (0x30FC, 0x30FF),
    (0x3131, 0x318E), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0x20000, 0x3FFFF),
)  # fmt: skip

# Everything else that counts as part of a word: letters, digits and combining marks of the other scripts.
_WORD_RANGES = (
    (0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A), (0xAA, 0xAA), (0xAD, 0xAD), (0xB2, 0xB3), (0xB5, 0xB5),
    (0xB9, 0xBA), (0xBC, 0xBE), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x37D), (0x37F, 0x386), (0x388, 0x559),
    (0x560, 0x588), (0x591, 0x5BD), (0x5BF, 0x5BF), (0x5C1, 0x5C2), (0x5C4, 0x5F2), (0x610, 0x61A),
    (0x620, 0x669), (0x66E, 0x6D3), (0x6D5, 0x6FF), (0x710, 0x963), (0x966, 0xE4E), (0xE50, 0xE59),
    (0xE80, 0xF00), (0xF18, 0xF39), (0xF3E, 0x1049), (0x1050, 0x10FA), (0x10FC, 0x135F), (0x1369, 0x166C),
    (0x166F, 0x17D3), (0x17E0, 0x17FF), (0x180B, 0x1FFF), (0x200B, 0x200D), (0x2060, 0x2060), (0x2071, 0x2071),
    (0x207F, 0x2089), (0x2090, 0x209C), (0x2C00, 0x2DFF), (0xA4D0, 0xABFF), (0xFB00, 0xFDFF),
    (0xFE20, 0xFE2F), (0xFE70, 0xFEFF), (0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A),
    (0x10000, 0x1EFFF),
)  # fmt: skip


def _character_class(ranges: tuple[tuple[int, int], ...]) -> str:
    return "".join(f"{re.escape(chr(low))}-{re.escape(chr(high))}" for low, high in ranges)


_PAIRED = _character_class(_PAIRED_RANGES)
_WORD = _character_class(_WORD_RANGES)

# A chunk is a run of paired characters, or words held together by single connectors: `api-gw:8080`, `/var/lib`.
_CHUNK = re.compile(rf"[{_PAIRED}]+|[{_WORD}]+(?:(?:://|::|[-_.:@/\\'\u2019])[{_WORD}]+)*")
_PAIRED_RUN = re.compile(rf"[{_PAIRED}]")
_MARKS = re.compile("[\u0300-\u036f]")
_LETTERS = (
    ("\u00df", "ss"), ("\u1e9e", "Ss"), ("\u00e6", "ae"), ("\u00c6", "Ae"), ("\u0153", "oe"), ("\u0152", "Oe"),
    ("\u00f8", "o"), ("\u00d8", "O"), ("\u0111", "d"), ("\u0110", "D"), ("\u00f0", "d"), ("\u00d0", "D"),
    ("\u0142", "l"), ("\u0141", "L"), ("\u00fe", "th"), ("\u00de", "Th"), ("\u0131", "i"),
)  # fmt: skip
_FOLD = str.maketrans(dict(_LETTERS) | dict.fromkeys(_INVISIBLE, ""))

_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.:][0-9]+)?)?[Zz]?")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[Tt][0-9]{2}(?::.*)?)?", re.DOTALL)
_POSSESSIVE = re.compile("['\u2019][sS]$")
_ASCII_ALNUM = re.compile(r"[0-9A-Za-z]+")
_ACRONYMS = re.compile(r"[A-Z]{2,}s")
_NUMBER = re.compile(r"[0-9]+")
_LETTERS_DIGITS = re.compile(r"([A-Za-z]{3,})([0-9]+)")

# The separators a compound is taken apart at, coarse to fine; each level's pieces also have a whole.
_COARSE = re.compile(rf"[^-_.{_WORD}]+")
_FINE = re.compile(r"[-_]")


@dataclass(frozen=True, slots=True)
class Token:
    """One chunk of a text: `text[start:end]` (code points), its whole word ("" if none) and its parts."""

    start: int
    end: int
    whole: str
    parts: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The whole, if there is one, and then the parts."""
        return (self.whole, *self.parts) if self.whole else self.parts


def _fold(chunk: str) -> str:
    """`chunk` without accents, width and invisible characters; its letter case is kept."""
    if chunk.isascii():
        return chunk
    decomposed = _MARKS.sub("", unicodedata.normalize("NFKD", chunk))
    return unicodedata.normalize("NFC", decomposed).translate(_FOLD)


def _lower(word: str) -> str:
    return word.lower().replace("\u03c2", "\u03c3")


def _join(leaves: list[str]) -> str:
    """The whole of a compound: its leaves without separators, but a full stop where two digits would touch."""
    whole = ""
    for leaf in leaves:
        touching = whole and "0" <= whole[-1] <= "9" and "0" <= leaf[0] <= "9"
        whole += "." + leaf if touching else leaf
    return whole


def _camel(segment: str) -> list[str]:
    """`HTTPServerError` as `HTTP Server Error`; plural acronyms (`APIs`) and random-looking text stay whole."""
    if _ASCII_ALNUM.fullmatch(segment) is None or _ACRONYMS.fullmatch(segment) is not None:
        return [segment]
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", segment)
    spaced = re.sub(r"([A-Z0-9])([A-Z][a-z])", r"\1 \2", spaced)
    pieces = spaced.split(" ")
    return pieces if len(pieces) <= 6 else [segment]


def _digits(piece: str) -> list[str]:
    """`redis01` as `redis 01`."""
    match = _LETTERS_DIGITS.fullmatch(piece)
    return [match.group(1), match.group(2)] if match else [piece]


_SPLITTERS: tuple[Callable[[str], list[str]], ...] = (
    _COARSE.split,
    lambda piece: piece.split("."),
    _FINE.split,
    _camel,
    _digits,
)


def _leaves(text: str, level: int, wholes: list[str]) -> list[str]:
    """The finest parts of `text`, lower-cased; the whole of every compound on the way is added to `wholes`."""
    if level == len(_SPLITTERS):
        return [_lower(text)]
    pieces = [piece for piece in _SPLITTERS[level](text) if piece]
    leaves = [leaf for piece in pieces for leaf in _leaves(piece, level + 1, wholes)]
    if len(pieces) > 1 and len(leaves) <= MAX_LEAVES:
        wholes.append(_join(leaves))
    return leaves


def _telling(part: str) -> bool:
    """Whether a part of a compound says something alone: `01555` and `gw` do, `3` and `07` do not."""
    return len(part) > (2 if _NUMBER.fullmatch(part) else 1)


@lru_cache(maxsize=400_000)
def _read_chunk(chunk: str) -> tuple[str, tuple[str, ...]]:
    """The whole and the parts of one chunk (see `Token`)."""
    if chunk[1:].islower() and chunk.isascii() and chunk.isalpha():
        # most are plain words, in which nothing is to be taken apart
        return (chunk.lower() if len(chunk) <= MAX_WORD else ""), ()
    folded = _POSSESSIVE.sub("", _fold(chunk)).replace("'", "").replace("\u2019", "")
    if _PAIRED_RUN.match(folded):
        pairs = [folded[at : at + 2] for at in range(max(len(folded) - 1, 1))]
        return "", tuple(dict.fromkeys(_lower(pair) for pair in pairs))
    if _CLOCK.fullmatch(folded):
        return "", ()
    if date := _DATE.fullmatch(folded):
        return ".".join(date.groups()), ()
    wholes: list[str] = []
    leaves = [leaf for leaf in _leaves(folded, 0, wholes) if leaf]
    if len(leaves) == 1:
        word = leaves[0]
        return (word if len(word) <= MAX_WORD and (len(word) > 1 or not word.isascii()) else ""), ()
    whole = wholes.pop() if wholes and len(leaves) <= MAX_LEAVES else ""
    whole = whole if len(whole) <= MAX_WORD else ""
    parts = dict.fromkeys([*wholes, *(leaf for leaf in leaves if _telling(leaf))])
    return whole, tuple(part for part in parts if part != whole and len(part) <= MAX_WORD)


def read(text: str) -> Iterator[Token]:
    """The chunks of `text` in order that hold at least one word. Any string is allowed."""
    for match in _CHUNK.finditer(text):
        whole, parts = _read_chunk(match.group())
        if whole or parts:
            yield Token(match.start(), match.end(), whole, parts)


def chunks(text: str) -> list[str]:
    """The raw chunks of `text`, for counting; `words_of` reads one."""
    return _CHUNK.findall(text)


def words_of(chunk: str) -> tuple[str, ...]:
    """The words of one raw chunk: its whole, then its parts."""
    whole, parts = _read_chunk(chunk)
    return (whole, *parts) if whole else parts


def paired(character: str) -> bool:
    """Whether `character` belongs to a script that is indexed by pairs."""
    return _PAIRED_RUN.match(character) is not None


_porter = PorterStemmer()
_PLAIN = re.compile(r"[a-z]+")
_HAS_DIGIT = re.compile(r"[0-9]")


@lru_cache(maxsize=200_000)
def porter(word: str) -> str:
    """lunr's English stem of `word`; anything but the letters a to z is left as it is."""
    return str(_porter.stem(word)) if _PLAIN.fullmatch(word) else word


@dataclass(frozen=True, slots=True)
class Language:
    """How the words of one language become index terms.

    `stemmer` names what a reader applies to a word it does not find in the dictionary: "porter" (both readers
    have it) or "none" (the dictionary of forms in the index is all there is).
    """

    code: str
    stem: Callable[[str], str]
    stemmer: str
    stop_words: frozenset[str]


def language(code: str) -> Language:
    """The analysis of the language with ISO 639-1 `code`.

    English uses lunr's stemmer and stop words. Other languages use lunr's stemmer for them where it is installed
    (`lunr[languages]`), else words as written; their frequent words are weighed down by frequency alone.
    """
    if code == "en":
        return Language("en", porter, "porter", frozenset(ENGLISH_STOP_WORDS))
    return Language(code, _snowball(code), "none", frozenset())


def _snowball(code: str) -> Callable[[str], str]:
    from lunr.languages import LANGUAGE_SUPPORT, SUPPORTED_LANGUAGES
    from lunr.languages.stemmer import get_language_stemmer

    if not LANGUAGE_SUPPORT or code not in SUPPORTED_LANGUAGES:
        return lambda word: word
    stemmer = get_language_stemmer(code)
    return lambda word: word if _HAS_DIGIT.search(word) else str(stemmer.stem(word))
