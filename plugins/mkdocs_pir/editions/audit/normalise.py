"""Normalisation of spelling: case, width, accents, look-alike letters and invisible characters make no difference.

`fold` keeps word boundaries, `squash` drops them. Both sides of every comparison are normalised: the withheld texts
and the published ones.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right

BARRIER = "\x00"
"""Separates texts that do not belong together; nothing matches across it."""
BLOCK = "\x1e"
"""Separates paragraphs, items, cells and blocks of markup: only names match across it."""
STOP = "\x1d"
"""Separates two runs of words in one block, such as sentences: names and quotations match across it, short texts do not."""

_SEPARATORS = bytes(c for c in range(1, 128) if not chr(c).isalnum())
_LOOK_LIKE_LETTERS = b"@$!|+"
_STRICT_SEPARATORS = bytes(c for c in _SEPARATORS if c not in _LOOK_LIKE_LETTERS)
_NOT_RUNS = bytes(c for c in _SEPARATORS if c not in b"\x1d\x1e\x1f")
_AS_LETTERS = bytes.maketrans(b"013457@$!|+i", b"oleastaslltl")
_LETTERS = re.compile(rb"[a-z0-9\x80-\xff]+")
WORD = re.compile(rb"[a-z0-9\x80-\xff]+(?:[.@/:_'][a-z0-9\x80-\xff]+)*")
"""A word of an n-gram or quotation: an address, a host, a number and "doesn't" are one word each."""
_BLOCK_END = re.compile(r"\n(?=[ \t]*(?:\n|[-*+#>|]|\d+[.)]))|[|\t]")  # of a paragraph, item or cell
_PUNCTUATION = r"!-/:-@\[-`{-~"
_RUN_END = re.compile(
    rf"[\s{_PUNCTUATION}](?:"  # first, since Python looks for one set of characters three times as fast as for a choice
    r"(?<=[.!?;:]\s)|(?<!\s)(?:"  # of a sentence
    r"(?<=,)(?:(?=[^\s\d])|(?<=[^\s\d],)(?=\d))"  # of a cell of CSV
    r'|(?<=")(?:(?<=[\[{(:,]")|(?=\s*+[\]}):,]))'  # of a key or value of JSON
    rf"|(?=[{_PUNCTUATION}]{{2}})))"  # of a text in code
)
_BETWEEN_NUMBERS = re.compile(rb"(?<=[0-9])[^a-z0-9\x80-\xff\x00\x1d\x1e]+(?=[0-9])")
_POINT = b"\x1f"
_BLOCK, _STOP = BLOCK.encode(), STOP.encode()
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_LATIN = re.compile(
    r"(?:LATIN|MODIFIER LETTER|NEGATIVE SQUARED LATIN|NEGATIVE CIRCLED LATIN|REGIONAL INDICATOR SYMBOL)"
    r"(?: SMALL| CAPITAL)?(?: LETTER)?(?: SMALL CAPITAL| CAPITAL| SMALL)? ([A-Z])(?: WITH .*)?$"
)
# Letters of other scripts that a reader takes for Latin ones, after Unicode's confusables (UTS 39) and limited to
# letters: capitals and small letters are listed where they look alike in either form.
_LOOK_ALIKES = {
    "a": "аαɑаⲁᎪꭺ",
    "b": "вЬьбβᏏᖯƄƅɓ",
    "c": "сϲⲥᏟᴄꮯⅽ",
    "d": "ԁᏧᗪɗɖꭰᎠⅾ",
    "e": "еєεҽꬲᎬ℮ɛɘəэ",
    "f": "ϝғꬵẝʄ",
    "g": "ɡԌԍᏀɢɠ",
    "h": "нһηԋᏂᎻʜɦհ",
    "i": "іıιӏɩɪᎥɨꭵїյ",
    "j": "јϳᎫʝɉ",
    "k": "кκᏦᴋҝқ",
    "l": "ⅼӀᏞʟɭłⲓℓǀ",
    "m": "мᎷᴍⅿɱϻ",
    "n": "пηոɴпռń",
    "o": "оοσօᴏഠ௦๐ⲟөѳөჿ",
    "p": "рρᏢᴘþⲣ",
    "q": "ԛգզɋ",
    "r": "гᴦʀᏒꭱɾɼ",
    "s": "ѕᏕꜱʂƽ",
    "t": "тτᎢᴛţ",
    "u": "υսᴜʋцµμ",
    "v": "ѵνᴠᏙⅴ",
    "w": "ѡԝшωᴡᎳɯ",
    "x": "хχᕁⅹӿ",
    "y": "уүγʏɣᎩყў",
    "z": "ᴢᏃʐƶ",
}


_LIGATURES = {"æ": "ae", "œ": "oe"}
_SIGNS = "™℠"
"""Signs after a name, which Unicode's compatibility form would make letters of it."""


def _table() -> dict[int, str]:
    table: dict[int, str] = {}
    for latin, others in _LOOK_ALIKES.items():
        for other in others:
            for form in {other, other.upper(), other.lower()}:
                if len(form) == 1 and not form.isascii():
                    table.setdefault(ord(form), latin)
    return table


class _Folding(dict[int, str]):
    """The folded form of each character beyond ASCII, computed when it is first needed."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _folded(chr(code))
        return folded


def _folded(char: str) -> str:
    if char in _SIGNS:
        return " "
    out = []
    for part in unicodedata.normalize("NFKD", char).casefold():
        kind = unicodedata.category(part)
        if part.isascii() and part.isprintable():
            out.append(part)
        elif ord(part) in _LIKE:
            out.append(_LIKE[ord(part)])
        elif kind in ("Mn", "Me", "Mc", "Cf") or part in "\u115f\u1160\u3164\uffa0":
            pass  # accents, soft hyphens, zero-width and direction marks are no letters to a reader
        elif part in _LIGATURES:
            out.append(_LIGATURES[part])
        elif match := _LATIN.match(unicodedata.name(part, "")):
            out.append(match[1].lower())
        elif kind[0] == "L" or kind == "Nd":
            out.append(str(unicodedata.digit(part, part)))
        else:
            out.append(" ")
    return "".join(out)


_LIKE = _table() | dict.fromkeys(map(ord, "\u2018\u2019\u02bc"), "'")
_FOLDING = _Folding()


def fold(text: str) -> bytes:
    """The text in normal spelling: small letters, digits, separators, barriers."""
    if not text.isascii():
        text = _BEYOND_ASCII.sub(lambda run: run[0].translate(_FOLDING), text)
    return text.lower().encode("utf-8", "replace")


def divided(text: str) -> str:
    """The text, in the same length, with a mark at the end of each run of words: BLOCK, or STOP after a sentence or key."""
    return _RUN_END.sub(STOP, _BLOCK_END.sub(BLOCK, text))


def runs(folded: bytes) -> tuple[bytes, ...]:
    """The letters and digits of each run of words in a divided text, with a point between two separate numbers."""
    parts = _BETWEEN_NUMBERS.sub(_POINT, folded).translate(None, _NOT_RUNS).replace(_STOP, _BLOCK).split(_BLOCK)
    return tuple(part for part in parts if part)


def squash(folded: bytes) -> bytes:
    """The letters, digits and barriers of a folded text."""
    return folded.translate(None, _SEPARATORS)


def digits_as_letters(folded: bytes) -> bytes:
    """A folded text squashed, with digits and signs read as the letters that they look like; i becomes l, as 1 does."""
    return folded.translate(_AS_LETTERS, _STRICT_SEPARATORS)


def words(folded: bytes) -> list[bytes]:
    """The words of a folded text, in their order."""
    return _LETTERS.findall(folded)


def index_in_text(text: str, index: int) -> int:
    """The index in a text of the character that the byte `index` of its folded form comes from."""
    ahead = 0  # how many more bytes the folded form has, so far, than the text has characters
    for run in _BEYOND_ASCII.finditer(text):
        if index < run.start() + ahead:
            break
        for at in range(run.start(), run.end()):
            ahead += len(fold(text[at])) - 1
            if index <= at + ahead:
                return at
    return min(index - ahead, len(text))


class Squashed:
    """A folded text without separators, and the place of each byte before; `as_letters` reads digits as letters."""

    def __init__(self, folded: bytes, *, as_letters: bool = False) -> None:
        self.folded = folded
        self.bytes = digits_as_letters(folded) if as_letters else squash(folded)
        self._pattern = _STRICT_RUN if as_letters else _RUN
        self._runs: tuple[list[int], list[int]] | None = None

    def at(self, index: int) -> int:
        """The index in the folded text of a byte of the squashed one."""
        if self._runs is None:
            starts, counts, count = [], [], 0
            for run in self._pattern.finditer(self.folded):
                starts.append(run.start())
                counts.append(count)
                count += run.end() - run.start()
            self._runs = starts, counts
        starts, counts = self._runs
        run_index = bisect_right(counts, index) - 1
        return starts[run_index] + index - counts[run_index]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The start and end in the folded text of a stretch of the squashed one."""
        return self.at(start), self.at(end - 1) + 1


_RUN = re.compile(b"[^" + re.escape(_SEPARATORS) + b"]+")
_STRICT_RUN = re.compile(b"[^" + re.escape(_STRICT_SEPARATORS) + b"]+")
