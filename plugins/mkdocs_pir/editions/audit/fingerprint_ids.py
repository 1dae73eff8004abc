"""Numbers by which fingerprints are known from one audit to the next, and the letters without which none of them matches."""

from __future__ import annotations

import codecs
from array import array
from collections.abc import Collection, Iterator
from hashlib import blake2b

from mkdocs_pir.editions.audit.fingerprints import Fingerprints
from mkdocs_pir.editions.audit.matches import Key
from mkdocs_pir.editions.audit.ngrams import ENDS, Ngrams
from mkdocs_pir.editions.audit.normalise import digits_as_letters, divided, fold, squash
from mkdocs_pir.editions.audit.ordinary_words import OrdinaryWords
from mkdocs_pir.editions.audit.quotations import Quotations
from mkdocs_pir.store.aho_corasick import BytesAhoCorasick


class FingerprintIds:
    """The number of each fingerprint, in which everything counts that decides where it matches, and for whom.

    The same fingerprint of another knowledge base, or in another process, has the same number. What also decides
    whether it may be in an edition is counted by `rule_inputs`.
    """

    def __init__(self, fingerprints: Fingerprints, ordinary_words: OrdinaryWords) -> None:
        self._fingerprints = fingerprints
        one_word = fingerprints.names_of_one_word()
        self._needles: list[int] = []
        for number in range(len(fingerprints.needles)):
            about: list[bytes] = []
            if ("needle", number) in one_word:
                # whether such a name is an ordinary word depends on what the records about its client say
                owners = {fingerprints.texts[i].owner for i in fingerprints.texts_of_needle[number]} - {""}
                about = [blake2b(ordinary_words.records_about(owner)).digest() for owner in sorted(owners)]
            traits = fingerprints.traits(number), fingerprints.guarded(number), about
            self._needles.append(_id("needle", *traits))
        self._words = {word: _id("word", word) for word in fingerprints.words}
        self._quotations = {window: _id("quotation", *traits) for window, traits in fingerprints.quotation_traits()}

    def needle(self, number: int) -> int:
        """The number of a needle here, which has another one in `Fingerprints`."""
        return self._needles[number]

    def all(self) -> array[int]:
        """The numbers of all fingerprints."""
        others = (*self._words.values(), *self._needles, *self._quotations.values())
        return array("q", (*self._fingerprints.ngrams, *others))

    def of(self, keys: Collection[Key]) -> set[int]:
        """The numbers of these keys."""
        numbers: set[int] = set()
        for kind, value in keys:
            if kind == "ngram":
                assert isinstance(value, int)
                numbers.add(value)
            elif kind == "needle":
                assert isinstance(value, int)
                numbers.add(self._needles[value])
            elif kind == "word":
                assert isinstance(value, bytes)
                numbers.add(self._words[value])
            else:
                assert isinstance(value, int)
                numbers.add(self._quotations[value])
        return numbers

    def keys(self, numbers: set[int]) -> set[Key]:
        """The keys of the fingerprints with these numbers."""
        keys: set[Key] = {("ngram", number) for number in numbers if number in self._fingerprints.ngrams}
        keys |= {("word", word) for word, number in self._words.items() if number in numbers}
        keys |= {("quotation", window) for window, number in self._quotations.items() if number in numbers}
        return keys | {("needle", n) for n, number in enumerate(self._needles) if number in numbers}

    def new(self, known: set[int]) -> set[Key]:
        """The keys of the fingerprints whose numbers are not known."""
        keys: set[Key] = {("ngram", number) for number in self._fingerprints.ngrams.keys() - known}
        keys |= {("word", word) for word, number in self._words.items() if number not in known}
        keys |= {("quotation", window) for window, number in self._quotations.items() if number not in known}
        return keys | {("needle", n) for n, number in enumerate(self._needles) if number not in known}


class Trigger:
    """Tells of a folded text that none of some keys can match in it, much faster than searching for them."""

    def __init__(self, fingerprints: Fingerprints, keys: Collection[Key]) -> None:
        letters = set(_letters(fingerprints, keys)) - {b""}
        names = {
            digits_as_letters(fingerprints.needles[value].squashed)
            for kind, value in keys
            if kind == "needle" and isinstance(value, int) and fingerprints.has_disguises(value)
        }
        self._letters = BytesAhoCorasick(sorted(letters)) if letters else None
        self._digits = BytesAhoCorasick(sorted(names)) if names else None

    def fires(self, folded: bytes) -> bool:
        """Whether one of the keys may match in a folded text."""
        if self._letters is not None and self._letters.find_matches_as_indexes(squash(folded)):
            return True
        return self._digits is not None and bool(self._digits.find_matches_as_indexes(digits_as_letters(folded)))


def _letters(fingerprints: Fingerprints, keys: Collection[Key]) -> Iterator[bytes]:
    """Letters of which a squashed text has some where one of these keys matches."""
    texts: set[int] = set()
    ngrams: set[int] = set()
    windows: set[int] = set()
    for kind, value in keys:
        if isinstance(value, bytes):
            yield value
        elif kind == "ngram":
            texts.add(fingerprints.ngrams[value])
            ngrams.add(value)
        elif kind == "quotation":
            texts.add(fingerprints.quotation_texts(value)[0])
            windows.add(value)
        elif kind == "needle":
            squashed = fingerprints.needles[value].squashed
            yield squashed
            yield from fingerprints.inflected_forms(value)
            if fingerprints.has_disguises(value):
                yield from (squashed[::-1], codecs.encode(squashed.decode(), "rot13").encode())
    for index in texts:
        folded = fold(divided(fingerprints.texts[index].text))
        for ngram, words in Ngrams.spelt(ENDS.split(folded)) if ngrams else ():
            if ngram in ngrams:
                yield squash(b"".join(words))
        for window, words in Quotations.spelt(folded) if windows else ():
            if window in windows:
                yield squash(b"".join(words))


def _id(*what: object) -> int:
    return int.from_bytes(blake2b(repr(what).encode(), digest_size=8).digest(), signed=True)
