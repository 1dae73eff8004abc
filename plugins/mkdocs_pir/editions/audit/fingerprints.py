"""What gives a withheld text away: names and short values whole, running text by five words in a row or one rare word.

All of a knowledge base goes into one `Fingerprints`, built once; what is forbidden in one client's edition is decided
when something is found.
"""

from __future__ import annotations

import calendar
import codecs
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ahocorasick_rs import BytesAhoCorasick

from mkdocs_pir.editions.audit.normalise import BARRIER, BLOCK, Squashed, digits_as_letters, fold, squash, words
from mkdocs_pir.editions.audit.visibility import Piece

Key = tuple[str, int | bytes]
"""What was found: ("needle", its number), ("word", the word) or ("run", the hash of five words)."""

RUN = 5
"""So many words of a withheld text in a row give it away."""

_RUN_LETTERS = 18
_WITHIN = (b".", b"-")
_BETWEEN = 3  # so many marks stand between two words of a list, as in ","; between two texts there are more
_LINE_WORDS = 8
_SHORTEST = {"identity": 3, "canary": 4, "code": 4, "value": 7, "prose": 8}
_LONGEST = 400
_LONG_WORD = 9
_LOOSE = 6  # so many letters are found with anything between them
_ANYWHERE = 12  # so many letters are found even inside other words
_DISGUISED = 8  # so many letters of a name are also found backwards and in ROT13
_STRICT = ("identity", "code", "canary")

_BARRIER = BARRIER.encode()
_BLOCK = BLOCK.encode()
_SPACED = re.compile(rb"(?<![a-z0-9])[a-z0-9](?:[^a-z0-9\x00\x80-\xff]{1,3}[a-z0-9](?![a-z0-9])){3,}")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*+#>|]|\d+[.)]))|\|")
_WITH_DIGITS = re.compile(r"\w*\d[\w.]*")
_GAPS = re.compile(rb"[^a-z0-9\x80-\xff]+")
_ENDS = re.compile(rb"[.!?][ \t\r\n]+|,|.*(?:\":|" + _BLOCK + rb").*", re.DOTALL)
"""What ends a sentence, a cell of CSV, the name of a value in JSON, or a block of markup."""
_FIGURES = re.compile(rb"\d\s+\d|[a-z]{2}.*\d[.,:/-]\d", re.DOTALL)
_DATED = re.compile(rb"[a-z][.!?][\s" + _BLOCK + rb"]+\d")
"""The end of a sentence and a number that begins the next: no name is written so."""
_MIDNIGHT = re.compile(r"\d{4}-\d\d-\d\dT00:00(?::00)?(?:Z|\+00:00)")  # what a feed makes of any day
_CALENDAR = frozenset(
    word.lower().encode()
    for names in (calendar.month_name, calendar.month_abbr, calendar.day_name, calendar.day_abbr)
    for word in names
) | frozenset((b"utc", b"am", b"pm", b"h", b"min", b"days", b"hours", b"minutes"))
_ODD = re.compile(r"[A-Za-z0-9](?:[\w.@:/+-]*[A-Za-z0-9])?")
_ENDINGS = ("ations", "ation", "ments", "ment", "ings", "ing", "ions", "ion", "ness", "ers", "er", "ies", "ied", "ed",
            "es", "ly", "al", "s", "y", "e")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """Something telling in a folded text, between two places, and how it was written there."""

    key: Key
    start: int
    end: int
    manner: str = ""


@dataclass(frozen=True, slots=True)
class _Needle:
    squashed: bytes
    letters: bytes
    single: bool


class Fingerprints:
    """Finds in any text what the pieces of a knowledge base say."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self.pieces: list[Piece] = []
        self.needles: list[_Needle] = []
        self.behind: list[list[int]] = []
        self._numbers: dict[bytes, int] = {}
        self._runs: dict[int, int] = {}
        self._words: dict[bytes, int] = {}
        for piece in pieces:
            self.pieces.append(piece)
            self._learn(piece, len(self.pieces) - 1)
        self._short = {n.squashed: i for i, n in enumerate(self.needles) if len(n.squashed) < _LOOSE}
        self._spaced = any(len(word) >= 4 for word in self._short)
        patterns: list[bytes] = []
        self._patterns: list[tuple[int, str]] = []
        for number, needle in enumerate(self.needles):
            if len(needle.squashed) >= _LOOSE or not needle.single:
                patterns.append(needle.squashed)
                self._patterns.append((number, ""))
            if len(needle.squashed) >= _DISGUISED and self._of(number, ("identity", "canary")):
                patterns += [needle.squashed[::-1], codecs.encode(needle.squashed.decode(), "rot13").encode()]
                self._patterns += [(number, "backwards"), (number, "ROT13")]
        self._automaton = BytesAhoCorasick(patterns) if patterns else None
        self._named = [
            n for n, needle in enumerate(self.needles)
            if len(needle.squashed) >= _DISGUISED and self._of(n, ("identity", "canary"))
        ]  # fmt: skip
        respelt = [digits_as_letters(self.needles[n].squashed) for n in self._named]
        self._respelt = BytesAhoCorasick(respelt) if respelt else None

    # -- learning

    def _learn(self, piece: Piece, index: int) -> None:
        if piece.nature == "prose":
            self._learn_prose(piece.text, index)
            return
        if piece.nature == "markup":
            # words with digits in them are geometry, which says nothing of whose it is
            self._learn_rare(_WITH_DIGITS.sub(" ", piece.text), index)
            return
        if _MIDNIGHT.fullmatch(piece.text):
            return
        folded = fold(piece.text)
        count = len(words(folded))
        if piece.nature in _STRICT or count <= _LINE_WORDS:
            self._add(folded, _SHORTEST[piece.nature], index)
        if piece.nature == "value":
            self._learn_odd(piece.text, index)
        if piece.nature == "value" and count >= RUN:
            self._learn_runs(folded, index)

    def _learn_prose(self, text: str, index: int) -> None:
        for paragraph in _PARAGRAPHS.split(text):
            self._learn_runs(fold(paragraph), index)
        self._learn_odd(text, index)
        for line in re.split(r"[\n|]|(?<=[.!?;]) ", text):
            folded = fold(line)
            if 1 < len(words(folded)) <= _LINE_WORDS:
                self._add(folded, _SHORTEST["prose"], index)

    def _learn_odd(self, text: str, index: int) -> None:
        """Words that no prose has by chance: addresses, hosts, ids; and long words, which are rare."""
        for found in _ODD.finditer(text):
            token = found[0]
            letters = sum(c.isalpha() for c in token)
            digits = sum(c.isdigit() for c in token)
            if letters >= 3 and (digits or "@" in token or token.count(".") > 1) and not _moment(token):
                self._add(fold(token), 6 if re.match(r"[A-Z]{2,}-\d", token) else 8, index)
        self._learn_rare(text, index)

    def _learn_rare(self, text: str, index: int) -> None:
        for word in words(fold(text)):
            if len(word) >= _LONG_WORD and not word.isdigit():
                self._words.setdefault(word, index)

    def _learn_runs(self, folded: bytes, index: int) -> None:
        for key in _runs(words(folded)):
            self._runs.setdefault(key, index)

    def _add(self, folded: bytes, shortest: int, index: int) -> None:
        # a text of thousands of letters in one word is found by its beginning; the search tree grows with every letter
        folded = folded[:_LONGEST]
        squashed = squash(folded)
        if len(squashed) < shortest or all(word.isdigit() or word in _CALENDAR for word in words(folded)):
            return
        number = self._numbers.get(squashed)
        if number is None:
            number = self._numbers[squashed] = len(self.needles)
            spoken = words(folded)
            self.needles.append(_Needle(squashed, b" ".join(spoken), len(spoken) == 1))
            self.behind.append([])
        self.behind[number].append(index)

    def _of(self, number: int, natures: Collection[str]) -> bool:
        return any(self.pieces[i].nature in natures for i in self.behind[number])

    # -- finding

    def find(
        self, folded: bytes, skip: Collection[Key] = (), shortest: int = 0, *, lenient: bool = False
    ) -> Iterator[Found]:
        """Everything telling in a folded text, but what is in `skip` and needles of fewer letters than `shortest`.

        `lenient` finds more: it is for texts that may be shown, where more found means less forbidden.
        """
        squashed = Squashed(folded)
        if self._automaton is not None:
            for pattern, start, end in self._automaton.find_matches_as_indexes(squashed.bytes, overlapping=True):
                number, manner = self._patterns[pattern]
                if ("needle", number) not in skip and end - start >= shortest:
                    yield from self._weigh(squashed, number, manner, start, end, lenient)
        if self._respelt is not None and not lenient:
            yield from self._find_respelt(folded, skip)
        spoken = words(folded)
        known = set(spoken)
        if shortest < _LOOSE:
            yield from self._find_short(folded, known, skip)
        for word in known & self._words.keys():
            if ("word", word) not in skip:
                at = folded.index(word)
                yield Found(("word", word), at, at + len(word))
        yield from self._find_runs(folded, spoken, skip, lenient)

    def _weigh(
        self, squashed: Squashed, number: int, manner: str, start: int, end: int, lenient: bool
    ) -> Iterator[Found]:
        """Whether letters in a row are the needle, and not the end of one word and the beginning of the next."""
        first, last = squashed.span(start, end)
        folded = squashed.folded
        whole = not _in_word(folded, first - 1) and not _in_word(folded, last)
        needle = self.needles[number]
        length = end - start
        joined = last - first == length
        if not lenient and not manner and _DATED.search(folded[first:last]):
            return
        if not lenient and not manner and not self._of(number, _STRICT):
            # of fields and lines, words side by side tell; words that a list happens to put in order do not, nor does
            # the last word of a sentence or block with the first of the next, nor the name of a value with the value
            gaps = _GAPS.findall(folded[first:last])
            if any(len(gap.translate(None, b" \t\r\n")) > 2 or _ENDS.fullmatch(gap) for gap in gaps):
                return
            # figures in cells side by side, and a figure with a point in it, are not the number of a host
            if _FIGURES.search(folded[first:last]) and not _FIGURES.search(needle.letters):
                return
        if not (
            (whole and length >= _LOOSE)
            or length >= _ANYWHERE
            or (length >= _DISGUISED and joined and needle.single and self._of(number, _STRICT))
            or (whole and b" ".join(words(folded[first:last])) == needle.letters)
        ):
            return
        yield Found(("needle", number), first, last, manner)

    def _find_respelt(self, folded: bytes, skip: Collection[Key]) -> Iterator[Found]:
        """Names in which digits stand for letters: h4rb0r."""
        assert self._respelt is not None
        squashed = Squashed(folded, as_letters=True)
        for pattern, start, end in self._respelt.find_matches_as_indexes(squashed.bytes, overlapping=True):
            number = self._named[pattern]
            if ("needle", number) in skip:
                continue
            first, last = squashed.span(start, end)
            if squash(folded[first:last]) != self.needles[number].squashed:
                yield from self._weigh(squashed, number, "digits for letters", start, end, lenient=False)

    def _find_short(self, folded: bytes, known: set[bytes], skip: Collection[Key]) -> Iterator[Found]:
        for word in known & self._short.keys():
            number = self._short[word]
            if self.needles[number].single and ("needle", number) not in skip:
                at = _word_at(folded, word)
                yield Found(("needle", number), at, at + len(word))
        for run in _SPACED.finditer(folded) if self._spaced else ():
            number_of = self._short.get(squash(run[0]))
            if number_of is not None and ("needle", number_of) not in skip:
                yield Found(("needle", number_of), run.start(), run.end())

    def _find_runs(self, folded: bytes, spoken: list[bytes], skip: Collection[Key], lenient: bool) -> Iterator[Found]:
        keys = list(map(hash, zip(*(spoken[n:] for n in range(RUN)), strict=False)))
        hits = set(keys) & self._runs.keys()
        wanted = {key for key in hits if ("run", key) not in skip}
        if not wanted:
            return
        places = [found.span() for found in re.finditer(rb"[a-z0-9\x80-\xff]+", folded)]
        for index, key in enumerate(keys):
            if key in wanted and not _apart(folded, places[index : index + RUN], lenient):
                yield Found(("run", key), places[index][0], places[index + RUN - 1][1])

    def source(self, key: Key, preferred: Collection[int] = ()) -> Piece:
        """The piece that a key gives away; of several, one of `preferred`."""
        kind, value = key
        if kind == "needle":
            assert isinstance(value, int)
            behind = self.behind[value]
            return self.pieces[next((i for i in behind if i in preferred), behind[0])]
        if kind == "run":
            assert isinstance(value, int)
            return self.pieces[self._runs[value]]
        assert isinstance(value, bytes)
        return self.pieces[self._words[value]]

    def spoken_like(self, vocabulary: Iterable[bytes]) -> set[Key]:
        """The rare words that differ from a word of this vocabulary by no more than an ending."""
        stems = set(map(_stem, vocabulary))
        return {("word", word) for word in self._words if _stem(word) in stems}

    def within(self, text: str) -> Mapping[int, list[int]]:
        """For each needle inside a short text: where in the squashed text it begins."""
        inside: dict[int, list[int]] = defaultdict(list)
        if self._automaton is not None:
            for pattern, start, _ in self._automaton.find_matches_as_indexes(squash(fold(text)), overlapping=True):
                number, manner = self._patterns[pattern]
                if not manner:
                    inside[number].append(start)
        for word in set(words(fold(text))) & self._short.keys():
            inside[self._short[word]].append(squash(fold(text)).index(word))
        return inside


def _runs(spoken: list[bytes]) -> Iterator[int]:
    """Hashes of each five words in a row that have letters enough to tell."""
    for run in zip(*(spoken[n:] for n in range(RUN)), strict=False):
        if sum(len(word) for word in run if not word.isdigit()) >= _RUN_LETTERS:
            yield hash(run)


def _apart(folded: bytes, places: list[tuple[int, int]], lenient: bool) -> bool:
    """Whether words only seem to be a row: the end of one text of a list and the beginning of the next, or one host.

    `lenient` lets the marks of Markdown stand between them, as many as there are.
    """
    gaps = [folded[end:start] for (_, end), (start, _) in pairwise(places)]
    if any(_BARRIER in gap or _BLOCK in gap for gap in gaps):
        return True
    if lenient:
        return False
    # the parts of a host's name are no words of a sentence, and a whole name is found by itself; a slug is a sentence
    if sum(gap in _WITHIN for gap in gaps) > 1 and set(gaps) != {b"-"}:
        return True
    return any(len(gap.translate(None, b" \t\r\n")) > _BETWEEN for gap in gaps)


def _in_word(folded: bytes, index: int) -> bool:
    return 0 <= index < len(folded) and (folded[index : index + 1].isalnum() or folded[index] > 127)


def _word_at(folded: bytes, word: bytes) -> int:
    found = re.search(rb"(?<![a-z0-9\x80-\xff])" + re.escape(word) + rb"(?![a-z0-9\x80-\xff])", folded)
    return found.start() if found else 0


def _moment(token: str) -> bool:
    """Whether a word with digits is no more than a time, a span or a measure."""
    return bool(
        re.fullmatch(
            r"\d{4}-\d\d(?:-\d\d)?(?:T[\d:.]+(?:Z|[+-][\d:]+)?)?|[\d.,:]+(?:[A-Za-z]{1,4}|(?:second|minute|hour|day|week|month|year)s?)|v?[\d.]+",
            token,
        )
    )


@lru_cache(maxsize=1 << 17)
def _stem(word: bytes) -> bytes:
    text = word.decode("utf-8", "replace")
    for ending in _ENDINGS:
        if text.endswith(ending) and len(text) - len(ending) >= 5:
            return text[: -len(ending)].encode()
    return word
