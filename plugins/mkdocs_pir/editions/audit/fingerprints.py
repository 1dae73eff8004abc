"""What gives a withheld text away: names and short values whole, running text by five words in a row or one rare word.

All of a knowledge base goes into one `Fingerprints`, built once; what is forbidden in one client's edition is decided
when something is found.
"""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ahocorasick_rs import BytesAhoCorasick

from mkdocs_pir.editions.audit.english_words import english_words
from mkdocs_pir.editions.audit.matches import FingerprintMatch, Key
from mkdocs_pir.editions.audit.names import inflected, is_date, is_unspaced, takes_digits, unsearchable_reason
from mkdocs_pir.editions.audit.ngrams import ENDS, Ngrams
from mkdocs_pir.editions.audit.normalise import Squashed, digits_as_letters, divided, fold, runs, squash, words
from mkdocs_pir.editions.audit.quotations import Quotations
from mkdocs_pir.editions.audit.rare_words import RareWords, odd_words
from mkdocs_pir.editions.audit.source_texts import SourceText
from mkdocs_pir.editions.audit.spellings import spellings

_LINE_WORDS = 8
_SHORTEST = {"identity": 3, "canary": 4, "code": 4, "title": 7, "value": 7, "prose": 8}
_LONGEST = 400
_LOOSE = 6  # so many letters are found with anything between them
_ANYWHERE = 12  # so many letters are found even inside other words
_DISGUISED = 8  # so many letters of a name are also found backwards and in ROT13
_STRICT = ("identity", "code", "canary")

_WITH_DIGITS = re.compile(r"\w*\d[\w.]*")
_MEASURE = re.compile(rb"(?<![a-z0-9\x80-\xff])\d+(?:h|m|d|s|ms|min|[kmgt]b|st|nd|rd|th)?(?![a-z0-9\x80-\xff])")
"""A figure or a measure, such as 5 or 5h: its digits stand for no letters."""
_FIGURE_APART = re.compile(rb"[0-9][^a-z0-9\x80-\xff]*[\x1d\x1e]|[\x1d\x1e][^a-z0-9\x80-\xff]*[0-9]")
"""A figure at the end of a run: it is none of a name that goes on in the next, as in "the same client. 16 October"."""
_MIDNIGHT = re.compile(r"\d{4}-\d\d-\d\dT00:00(?::00)?(?:Z|\+00:00)")  # what a feed makes of any day
_REST = re.compile(rb"[a-z0-9\x80-\xff]*")
"""What is left of a word."""
_LINE_BREAK = re.compile(rb"[ \t\r]*\n[ \t]*")
_DIGITS = b"0123456789"


@dataclass(frozen=True, slots=True)
class _Needle:
    squashed: bytes
    runs: tuple[bytes, ...]
    letters: bytes
    single: bool


class Fingerprints:
    """Finds in any text what the pieces of a knowledge base say."""

    def __init__(self, pieces: Iterable[SourceText]) -> None:
        self.pieces: list[SourceText] = []
        self.needles: list[_Needle] = []
        self.behind: list[list[int]] = []
        self._numbers: dict[bytes, int] = {}
        self._rows = Ngrams()
        self._words = RareWords()
        self._titles: set[int] = set()
        quotations = Quotations()
        for index, piece in enumerate(pieces):
            self.pieces.append(piece)
            folded = fold(divided(piece.text))
            self._learn(piece, folded, index)
            quotations.note(piece.client, folded if piece.nature != "markup" else b"")
        self._quotations = quotations.compared()
        self._everybodys = self._rows.everybodys()
        self._short = {n.squashed: i for i, n in enumerate(self.needles) if len(n.squashed) < _LOOSE}
        self._names = {n for n in range(len(self.needles)) if self._of(n, ("identity",))}
        self._inflected = {
            form: n
            for n in self._names
            if self.needles[n].single
            for form in inflected(self.needles[n].squashed)
            if form not in english_words()
        }
        self._unspaced = {n for n in self._names if is_unspaced(self.needles[n].squashed.decode())}
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

    def _learn(self, piece: SourceText, folded: bytes, index: int) -> None:
        if piece.nature == "markup":
            # words with digits in them are geometry, which says nothing of whose it is
            self._words.learn(words(fold(_WITH_DIGITS.sub(" ", piece.text))), index)
            return
        if _MIDNIGHT.fullmatch(piece.text) or (piece.nature == "identity" and unsearchable_reason(piece.text)):
            return
        whole = len(words(folded)) <= _LINE_WORDS
        if piece.nature in (*_STRICT, "title") or (piece.nature == "value" and whole):
            number = self._add(folded, _SHORTEST[piece.nature], index)
            if piece.nature == "title" and number is not None:
                self._titles.add(number)
        if piece.nature == "identity":
            for spelling in spellings(piece.text):
                self._add(fold(divided(spelling)), _SHORTEST[piece.nature], index)
        if piece.nature in _STRICT:
            return
        in_runs = ENDS.split(folded)
        self._rows.learn(index, piece.client, in_runs)
        for run in in_runs:
            if piece.nature == "prose" and 1 < len(words(run)) <= _LINE_WORDS:
                self._add(run, _SHORTEST["prose"], index)
        for word, shortest in odd_words(piece.text):
            self._add(fold(word), shortest, index)
        self._words.learn(words(fold(piece.text)), index)

    def _add(self, folded: bytes, shortest: int, index: int) -> int | None:
        # a text of thousands of letters in one word is found by its beginning; the search tree grows with every letter
        folded = folded[:_LONGEST]
        squashed = squash(folded)
        if len(squashed) < shortest or is_date(words(folded)):
            return None
        number = self._numbers.get(squashed)
        if number is None:
            number = self._numbers[squashed] = len(self.needles)
            spoken = words(folded)
            self.needles.append(_Needle(squashed, runs(folded), b" ".join(spoken), len(spoken) == 1))
            self.behind.append([])
        self.behind[number].append(index)
        return number

    def _of(self, number: int, natures: Collection[str]) -> bool:
        return any(self.pieces[i].nature in natures for i in self.behind[number])

    # -- finding

    def find(
        self, folded: bytes, skip: Collection[Key] = (), shortest: int = 0, *, lenient: bool = False
    ) -> Iterator[FingerprintMatch]:
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
        known = set(words(folded))
        if shortest < _LOOSE:
            yield from self._find_short(folded, known, skip)
        for word in self._words.find(known, skip):
            at = folded.index(word)
            yield FingerprintMatch(("word", word), at, at + len(word))
        for row, start, end in self._rows.find(folded, skip):
            yield FingerprintMatch(("row", row), start, end)
        for window, start, end in self._quotations.find(folded, skip, self._everybodys):
            yield FingerprintMatch(("quotation", window), start, end)

    def _weigh(
        self, squashed: Squashed, number: int, manner: str, start: int, end: int, lenient: bool
    ) -> Iterator[FingerprintMatch]:
        """Whether letters in a row are the needle, and not the end of one word and the beginning of the next."""
        first, last = squashed.span(start, end)
        folded = squashed.folded
        needle = self.needles[number]
        rest = _REST.match(folded, last)
        assert rest is not None
        ends = not rest[0] or (number in self._names and self._goes_on(needle, rest[0]))
        whole = not _in_word(folded, first - 1) and ends
        length = end - start
        joined = last - first == length
        if not lenient and not manner:
            # a name may be broken up in any way; of other texts each run is a run here, and each figure a figure
            span = folded[first:last]
            if _FIGURE_APART.search(span) if self._of(number, _STRICT) else runs(span) != needle.runs:
                return
        if not (
            (whole and length >= _LOOSE)
            or length >= _ANYWHERE
            or (length >= _DISGUISED and joined and needle.single and self._of(number, _STRICT))
            or (whole and b" ".join(words(folded[first:last])) == needle.letters)
            or (number in self._unspaced and _LINE_BREAK.sub(b"", folded[first:last]) == needle.squashed)
        ):
            return
        yield FingerprintMatch(("needle", number), first, last, manner)

    @staticmethod
    def _goes_on(needle: _Needle, rest: bytes) -> bool:
        """Whether a name is the same with more behind it: digits, or an ending of its last word."""
        last = needle.letters.rpartition(b" ")[2]
        if rest.isdigit():
            return takes_digits(needle.squashed)
        # an ending that makes an English word of one word is part of that; behind several words it is an ending
        return last + rest in inflected(last) and not (needle.single and last + rest in english_words())

    def _find_respelt(self, folded: bytes, skip: Collection[Key]) -> Iterator[FingerprintMatch]:
        """Names in which digits stand for letters: h4rb0r."""
        assert self._respelt is not None
        squashed = Squashed(folded, as_letters=True)
        for pattern, start, end in self._respelt.find_matches_as_indexes(squashed.bytes, overlapping=True):
            number = self._named[pattern]
            if ("needle", number) in skip:
                continue
            first, last = squashed.span(start, end)
            span = folded[first:last]
            if squash(span) != self.needles[number].squashed and not _MEASURE.search(span):
                yield from self._weigh(squashed, number, "digits for letters", start, end, lenient=False)

    def _find_short(self, folded: bytes, known: set[bytes], skip: Collection[Key]) -> Iterator[FingerprintMatch]:
        for word, number in self._short_names(known):
            if self.needles[number].single and ("needle", number) not in skip:
                at = _word_at(folded, word)
                yield FingerprintMatch(("needle", number), at, at + len(word))

    def _short_names(self, spoken: set[bytes]) -> Iterator[tuple[bytes, int]]:
        """The words that are a short needle, or a name that is inflected or has digits behind it, with the needle."""
        yield from ((word, self._short[word]) for word in spoken & self._short.keys())
        yield from ((word, self._inflected[word]) for word in spoken & self._inflected.keys() - self._short.keys())
        for word in spoken:
            if not word[-1:].isdigit() or not takes_digits(name := word.rstrip(_DIGITS)):
                continue
            if (number := self._short.get(name)) is not None and number in self._names:
                yield word, number

    def source(self, key: Key, preferred: Collection[int] = ()) -> SourceText:
        """The piece that a key gives away; of several, one of `preferred`."""
        kind, value = key
        if kind in ("needle", "quotation"):
            assert isinstance(value, int)
            behind = self.behind[value] if kind == "needle" else self._quotations.behind[value]
            return self.pieces[next((i for i in behind if i in preferred), behind[0])]
        if kind == "row":
            assert isinstance(value, int)
            return self.pieces[self._rows.behind[value]]
        assert isinstance(value, bytes)
        return self.pieces[self._words.behind[value]]

    def quotations(self, client: str) -> dict[Key, list[SourceText]]:
        """The keys of all quotations, with the texts about other clients than this one that have the words."""
        return {
            ("quotation", window): [self.pieces[i] for i in behind if self.pieces[i].client != client]
            for window, behind in self._quotations.behind.items()
        }

    def is_name(self, key: Key) -> bool:
        """Whether a key is that of a client's name."""
        return key[0] == "needle" and key[1] in self._names

    def names_of_one_word(self) -> frozenset[Key]:
        """The keys of clients' names that are one word of ASCII letters."""
        single = (n for n in self._names if self.needles[n].single and self.needles[n].squashed.isascii())
        return frozenset(("needle", n) for n in single)

    def titles(self) -> frozenset[Key]:
        """The keys of all titles of records; a host or an address in one is none."""
        return frozenset(("needle", number) for number in self._titles)

    def spoken_like(self, vocabulary: Iterable[bytes]) -> set[Key]:
        """The rare words that differ from a word of this vocabulary by no more than an ending."""
        return {("word", word) for word in self._words.like(vocabulary)}

    def is_line(self, number: int) -> bool:
        """Whether a needle is no more than a short line of running text."""
        return all(self.pieces[i].nature == "prose" for i in self.behind[number])

    def within(self, text: str) -> Mapping[int, list[int]]:
        """For each needle inside a short text: where in the squashed text it begins."""
        inside: dict[int, list[int]] = defaultdict(list)
        if self._automaton is not None:
            for pattern, start, _ in self._automaton.find_matches_as_indexes(squash(fold(text)), overlapping=True):
                number, manner = self._patterns[pattern]
                if not manner:
                    inside[number].append(start)
        for word, number in self._short_names(set(words(fold(text)))):
            inside[number].append(squash(fold(text)).index(word))
        return inside


def _in_word(folded: bytes, index: int) -> bool:
    return 0 <= index < len(folded) and (folded[index : index + 1].isalnum() or folded[index] > 127)


def _word_at(folded: bytes, word: bytes) -> int:
    found = re.search(rb"(?<![a-z0-9\x80-\xff])" + re.escape(word) + rb"(?![a-z0-9\x80-\xff])", folded)
    return found.start() if found else 0
