"""Fingerprints of the texts of a knowledge base: whole names and values, n-grams, quotations and rare words.

`Fingerprints` is built once from all texts; which matches are forbidden in a client's edition is decided afterwards.
"""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Set

from mkdocs_pir.editions.audit.english_words import english_words
from mkdocs_pir.editions.audit.learned_texts import STRICT, LearnedText, LearnedTexts, Needle
from mkdocs_pir.editions.audit.matches import FingerprintMatch, Key
from mkdocs_pir.editions.audit.names import inflected, is_unspaced, takes_digits
from mkdocs_pir.editions.audit.ngrams import Ngrams
from mkdocs_pir.editions.audit.normalise import Squashed, digits_as_letters, divided, fold, runs, squash, words
from mkdocs_pir.editions.audit.quotations import Quotations
from mkdocs_pir.editions.audit.rare_words import RareWords
from mkdocs_pir.editions.audit.raw_texts import RawText
from mkdocs_pir.editions.audit.text_forms import TextForms
from mkdocs_pir.editions.audit.word_numbers import numbers_in
from mkdocs_pir.store.aho_corasick import BytesAhoCorasick

_IN_SEQUENCE = 6  # from this many letters on, a needle is found with separators between its letters
_ANYWHERE = 12  # from this many letters on, even inside other words
_DISGUISED = 8  # from this many letters on, a name is also found backwards and in ROT13

_MEASURE = re.compile(rb"(?<![a-z0-9\x80-\xff])\d+(?:h|m|d|s|ms|min|[kmgt]b|st|nd|rd|th)?(?![a-z0-9\x80-\xff])")
"""A number or a measure, such as 5 or 5h: its digits replace no letters."""
_SEPARATE_NUMBER = re.compile(rb"[0-9][^a-z0-9\x80-\xff]*[\x1d\x1e]|[\x1d\x1e][^a-z0-9\x80-\xff]*[0-9]")
"""A number at the end or beginning of a run, which is no part of a name there, as in "the same client. 16 October"."""
_REST = re.compile(rb"[a-z0-9\x80-\xff]*")
"""The remainder of a word."""
_LINE_BREAK = re.compile(rb"[ \t\r]*\n[ \t]*")
_DIGITS = b"0123456789"
_NINE = _DIGITS[-1]
_DIGIT = re.compile(rb"\d")
"""The last byte of a word is a digit up to here, as a word has no byte before 0."""


class Fingerprints:
    """The fingerprints of the texts of a knowledge base, which find these texts in any other.

    A needle is a name, id, title, value or short line, searched for in any spelling; longer texts are found by their
    rare words, five-word n-grams and quotations. `texts_of_needle` gives for each needle the indexes of its texts;
    `withheld_names` are the numbers of those that are a name, id, canary or title, which some editions must not show.
    """

    def __init__(self, texts: Iterable[RawText], learned_texts: LearnedTexts | None = None) -> None:
        learned_texts = learned_texts or LearnedTexts()
        self.texts: list[RawText] = []
        self.needles: list[Needle] = []
        self.texts_of_needle: list[list[int]] = []
        self._numbers: dict[bytes, int] = {}
        self._ngrams = Ngrams()
        self._rare_words = RareWords()
        self._titles: set[int] = set()
        quotations = Quotations()
        for index, text in enumerate(texts):
            self.texts.append(text)
            learned = learned_texts.of(text.text, text.kind)
            self._learn(text, learned, index)
            quotations.note(text.client, numbers_in(learned.windows))
        self._quotations = quotations.compared()
        self._common_ngrams = self._ngrams.common()
        self._short = {n.squashed: i for i, n in enumerate(self.needles) if len(n.squashed) < _IN_SEQUENCE}
        self.withheld_names = [n for n in range(len(self.needles)) if self._any_of_kind(n, (*STRICT, "title"))]
        self._names = {n for n in self.withheld_names if self._any_of_kind(n, ("identity",))}
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
            if len(needle.squashed) >= _IN_SEQUENCE or not needle.single:
                patterns.append(needle.squashed)
                self._patterns.append((number, ""))
            if self.has_disguises(number):
                patterns += [needle.squashed[::-1], codecs.encode(needle.squashed.decode(), "rot13").encode()]
                self._patterns += [(number, "backwards"), (number, "ROT13")]
        self._automaton = BytesAhoCorasick(patterns) if patterns else None
        self._long_names = list(filter(self.has_disguises, range(len(self.needles))))
        spelt_with_digits = [digits_as_letters(self.needles[n].squashed) for n in self._long_names]
        self._digit_automaton = BytesAhoCorasick(spelt_with_digits) if spelt_with_digits else None

    # -- learning

    def _learn(self, text: RawText, learned: LearnedText, index: int) -> None:
        for place, needle in enumerate(learned.needles):
            number = self._numbers.setdefault(needle.squashed, len(self.needles))
            if number == len(self.needles):
                self.needles.append(needle)
                self.texts_of_needle.append([])
            self.texts_of_needle[number].append(index)
            if text.kind == "title" and learned.is_needle and not place:
                self._titles.add(number)
        self._ngrams.learn(index, text.client, numbers_in(learned.ngrams))
        self._rare_words.learn(learned.words, index)

    def _any_of_kind(self, number: int, kinds: Collection[str]) -> bool:
        return any(self.texts[i].kind in kinds for i in self.texts_of_needle[number])

    def has_disguises(self, number: int) -> bool:
        """Whether a needle is also searched for backwards, in ROT13 and with digits for letters."""
        long = len(self.needles[number].squashed) >= _DISGUISED
        return long and self._any_of_kind(number, ("identity", "canary"))

    # -- finding

    def find(
        self, text: bytes | TextForms, skip: Container[Key] = (), shortest: int = 0, *, lenient: bool = False
    ) -> Iterator[FingerprintMatch]:
        """The matches in a folded text, without keys in `skip` and needles of fewer letters than `shortest`.

        `lenient` finds more: it is for texts that may be shown, where every match is one thing less to search for.
        """
        forms = TextForms(text) if isinstance(text, bytes) else text
        folded = forms.folded
        if self._automaton is not None:
            squashed = forms.squashed
            for pattern, start, end in self._automaton.find_matches_as_indexes(squashed.bytes, overlapping=True):
                number, disguise = self._patterns[pattern]
                if ("needle", number) not in skip and end - start >= shortest:
                    yield from self._verify(squashed, number, disguise, start, end, lenient)
        if self._digit_automaton is not None and not lenient:
            yield from self._find_with_digits(forms.as_letters, self._digit_automaton, skip)
        if shortest < _IN_SEQUENCE:
            yield from self._find_short(folded, forms.words, skip)
        for word in self._rare_words.find(forms.words, skip):
            index = folded.index(word)
            yield FingerprintMatch(("word", word), index, index + len(word))
        for ngram, start, end in self._ngrams.find(folded, forms.ngrams, skip):
            yield FingerprintMatch(("ngram", ngram), start, end)
        if self._quotations.texts and not self._quotations.texts.keys().isdisjoint(forms.windows):
            for window, start, end in self._quotations.find(folded, skip, self._common_ngrams):
                yield FingerprintMatch(("quotation", window), start, end)

    def _verify(
        self, squashed: Squashed, number: int, disguise: str, start: int, end: int, lenient: bool
    ) -> Iterator[FingerprintMatch]:
        """The match of a needle, unless its letters are the end of one word and the beginning of the next."""
        first, last = squashed.span(start, end)
        folded = squashed.folded
        needle = self.needles[number]
        ending = _REST.match(folded, last)
        assert ending is not None
        ends = not ending[0] or (number in self._names and self._takes_ending(needle, ending[0]))
        whole = not _in_word(folded, first - 1) and ends
        length = end - start
        joined = last - first == length
        if not lenient and not disguise:
            # a name may be broken up in any way; other texts must have the same runs of words and the same numbers
            span = folded[first:last]
            if _SEPARATE_NUMBER.search(span) if self._any_of_kind(number, STRICT) else runs(span) != needle.runs:
                return
        if not (
            (whole and length >= _IN_SEQUENCE)
            or length >= _ANYWHERE
            or (length >= _DISGUISED and joined and needle.single and self._any_of_kind(number, STRICT))
            or (whole and b" ".join(words(folded[first:last])) == needle.letters)
            or (number in self._unspaced and _LINE_BREAK.sub(b"", folded[first:last]) == needle.squashed)
        ):
            return
        yield FingerprintMatch(("needle", number), first, last, disguise)

    @staticmethod
    def _takes_ending(needle: Needle, ending: bytes) -> bool:
        """Whether a name with these letters after it is still that name: digits, or an ending of its last word."""
        last = needle.letters.rpartition(b" ")[2]
        if ending.isdigit():
            return takes_digits(needle.squashed)
        # a name of one word that is an English word with this ending is that word
        return last + ending in inflected(last) and not (needle.single and last + ending in english_words())

    def _find_with_digits(
        self, squashed: Squashed, automaton: BytesAhoCorasick, skip: Container[Key]
    ) -> Iterator[FingerprintMatch]:
        """The matches of names in which digits replace letters, such as h4rb0r."""
        for pattern, start, end in automaton.find_matches_as_indexes(squashed.bytes, overlapping=True):
            number = self._long_names[pattern]
            if ("needle", number) in skip:
                continue
            first, last = squashed.span(start, end)
            span = squashed.folded[first:last]
            # a name may have digits where the text has letters: `client-15` is not in "the client is"
            is_disguised = _DIGIT.search(span) and squash(span) != self.needles[number].squashed
            if is_disguised and not _MEASURE.search(span):
                yield from self._verify(squashed, number, "digits for letters", start, end, lenient=False)

    def _find_short(self, folded: bytes, spoken: Set[bytes], skip: Container[Key]) -> Iterator[FingerprintMatch]:
        for word, number in self._short_names(spoken):
            if self.needles[number].single and ("needle", number) not in skip:
                index = _word_at(folded, word)
                yield FingerprintMatch(("needle", number), index, index + len(word))

    def _short_names(self, spoken: Set[bytes]) -> Iterator[tuple[bytes, int]]:
        """The words that are a short needle, or a name with an ending or with digits after it, each with its needle."""
        yield from ((word, self._short[word]) for word in spoken & self._short.keys())
        yield from ((word, self._inflected[word]) for word in spoken & self._inflected.keys() - self._short.keys())
        for word in [word for word in spoken if word[-1] <= _NINE]:
            if not takes_digits(name := word.rstrip(_DIGITS)):
                continue
            if (number := self._short.get(name)) is not None and number in self._names:
                yield word, number

    def source(self, key: Key, preferred: Collection[int] = ()) -> RawText:
        """The text of the knowledge base that a match of this key gives away; of several, one of `preferred`."""
        kind, value = key
        if kind in ("needle", "quotation"):
            assert isinstance(value, int)
            indexes = self.texts_of_needle[value] if kind == "needle" else self._quotations.texts[value]
            return self.texts[next((i for i in indexes if i in preferred), indexes[0])]
        if kind == "ngram":
            assert isinstance(value, int)
            return self.texts[self._ngrams.first_texts[value]]
        assert isinstance(value, bytes)
        return self.texts[self._rare_words.first_texts[value]]

    @property
    def words(self) -> Mapping[bytes, int]:
        """The rare words, each with the index of its first text."""
        return self._rare_words.first_texts

    @property
    def ngrams(self) -> Mapping[int, int]:
        """The n-grams, each with the index of its first text."""
        return self._ngrams.first_texts

    def traits(self, number: int) -> tuple[object, ...]:
        """Everything that decides where a needle matches, beside the masks of an edition."""
        needle = self.needles[number]
        kinds = {self.texts[i].kind for i in self.texts_of_needle[number]}
        strict, disguised = not kinds.isdisjoint(STRICT), not kinds.isdisjoint(("identity", "canary"))
        is_name, is_line = number in self._names, kinds == {"prose"}
        forms = self.inflected_forms(number)
        return needle.squashed, needle.runs, needle.letters, needle.single, strict, disguised, is_name, is_line, forms

    def inflected_forms(self, number: int) -> tuple[bytes, ...]:
        """The inflected forms of a name of one word that are taken for it."""
        if number not in self._names or not self.needles[number].single:
            return ()
        forms = (f for f in inflected(self.needles[number].squashed) if self._inflected.get(f) == number)
        # a short text that is spelt like this is taken for itself
        return tuple(form for form in forms if form not in self._short)

    def guarded(self, number: int) -> tuple[object, ...]:
        """What decides, beside the traits of a needle, in which editions it must not be: whose name, id or title it is."""
        texts = (self.texts[i] for i in self.texts_of_needle[number])
        guarded = [(p.kind, p.owner, p.client, p.text) for p in texts if p.kind in (*STRICT, "title")]
        return (number in self._titles, *dict.fromkeys(guarded)) if guarded else ()

    def name_numbers(self) -> frozenset[int]:
        """The numbers of the needles that are names of clients."""
        return frozenset(self._names)

    def quotation_traits(self) -> Iterator[tuple[int, tuple[object, ...]]]:
        """Everything that decides where each quotation matches, and whether it is one: the texts that contain the words,
        and whether an n-gram of many clients is among them."""
        spelt: dict[int, bool] = {}
        for window, indexes in self._quotations.texts.items():
            if window not in spelt:
                folded = fold(divided(self.texts[indexes[0]].text))
                shared = ((w, words) for w, words in Quotations.spelt(folded) if w in self._quotations.texts)
                spelt |= {w: self._has_common_ngram(words) for w, words in shared}
            texts = dict.fromkeys((self.texts[i].record, self.texts[i].client) for i in indexes)
            yield window, (window, spelt[window], *texts)

    def _has_common_ngram(self, spoken: tuple[bytes, ...]) -> bool:
        return any(ngram in self._common_ngrams for ngram, _ in Ngrams.spelt([b" ".join(spoken)]))

    def quotation_texts(self, window: int) -> list[int]:
        """The indexes of the texts that contain the words of a quotation."""
        return self._quotations.texts[window]

    def quotations(self, client: str) -> dict[Key, list[RawText]]:
        """The keys of all quotations, each with the texts about other clients than this one that contain the words."""
        return {
            ("quotation", window): [self.texts[i] for i in indexes if self.texts[i].client != client]
            for window, indexes in self._quotations.texts.items()
        }

    def is_name(self, key: Key) -> bool:
        """Whether a key is that of a client's name."""
        return key[0] == "needle" and key[1] in self._names

    def names_of_one_word(self) -> frozenset[Key]:
        """The keys of clients' names that are one word of ASCII letters."""
        single = (n for n in self._names if self.needles[n].single and self.needles[n].squashed.isascii())
        return frozenset(("needle", n) for n in single)

    def titles(self) -> frozenset[Key]:
        """The keys of the titles of records; hosts and addresses within them are not included."""
        return frozenset(("needle", number) for number in self._titles)

    def rare_words_like(self, vocabulary: Iterable[bytes]) -> set[Key]:
        """The keys of the rare words that differ from a word of this vocabulary by no more than an ending."""
        return {("word", word) for word in self._rare_words.like(vocabulary)}

    def is_line(self, number: int) -> bool:
        """Whether a needle is only a short line of running text."""
        return all(self.texts[i].kind == "prose" for i in self.texts_of_needle[number])

    def within(self, text: str) -> Mapping[int, list[int]]:
        """For each needle within a short text, the indexes in the squashed text at which it begins."""
        inside: dict[int, list[int]] = defaultdict(list)
        if self._automaton is not None:
            for pattern, start, _ in self._automaton.find_matches_as_indexes(squash(fold(text)), overlapping=True):
                number, disguise = self._patterns[pattern]
                if not disguise:
                    inside[number].append(start)
        for word, number in self._short_names(set(words(fold(text)))):
            inside[number].append(squash(fold(text)).index(word))
        return inside


def _in_word(folded: bytes, index: int) -> bool:
    return 0 <= index < len(folded) and (folded[index : index + 1].isalnum() or folded[index] > 127)


def _word_at(folded: bytes, word: bytes) -> int:
    match = re.search(rb"(?<![a-z0-9\x80-\xff])" + re.escape(word) + rb"(?![a-z0-9\x80-\xff])", folded)
    return match.start() if match else 0
