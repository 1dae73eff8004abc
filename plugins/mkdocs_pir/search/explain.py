"""Why a document matched: the words of the query, marked in its title, symptoms and other texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from mkdocs_pir.search import analysis
from mkdocs_pir.search.dictionary import Dictionary, DictionaryEntry
from mkdocs_pir.search.ranking import BEFORE, NEAR, PARTS, SNIPPET, STARTS, WITHIN

_BLANK = re.compile(r"[\t\n\v\f\r]")

Mark = tuple[int, int, int]  # start, end, term


@dataclass(frozen=True, slots=True)
class Match:
    """A part of a document that matched: the field, a piece of its text, and (start, end) of each matching word."""

    field: str
    snippet: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class QueryTerms:
    """The terms of a query: by the words that stand for them, with their idf, and as answers (a phrase has several)."""

    words: Mapping[str, int]
    idf: Mapping[int, int]
    answers: Sequence[Sequence[int]]
    stems: bool

    @classmethod
    def of(cls, answers: Iterable[Sequence[DictionaryEntry]], dictionary: Dictionary) -> QueryTerms:
        every = list(answers)
        words: dict[str, int] = {}
        idf: dict[int, int] = {}
        for entry in chain.from_iterable(every):
            idf[entry.term] = entry.idf
            for word in dictionary.spellings(entry):
                words[word] = entry.term
        return cls(words, idf, [[entry.term for entry in entries] for entries in every], dictionary.stems)

    def term(self, word: str) -> int | None:
        return self.words.get(analysis.porter(word) if self.stems else word)


def explain(
    fields: Mapping[str, Sequence[str]], wanted: QueryTerms, present: set[int], rest: Callable[[], Sequence[str]]
) -> tuple[Match, ...]:
    """The title if it matched, then the parts that show most of the `present` terms.

    The `rest` (what leads the document, and its body) is read only where it must show some of them.
    """
    read = [(name, text, _marks(text, wanted, present)) for name, texts in fields.items() for text in texts]
    matches = [Match(name, *_window(text, marks, wanted)) for name, text, marks in read if name == "title" and marks]
    candidates = [(name, text, marks) for name, text, marks in read if name != "title"]
    titled = {term for name, _, marks in read if name == "title" for _, _, term in marks}
    covered: set[int] = set()
    for _ in range(PARTS):
        # an id shows no term that the title it was made from does not show
        gains = [
            _gain({term for _, _, term in marks} - covered - (titled if name == "id" else set()), wanted)
            for name, _, marks in candidates
        ]
        best = max(gains, default=0)
        if best == 0:
            break
        name, text, marks = candidates[gains.index(best)]
        covered |= {term for _, _, term in marks}
        matches.append(Match(name, *_window(text, marks, wanted)))
    seen = {term for _, _, marks in read for _, _, term in marks}
    if len(matches) < PARTS + 1 and present - seen:
        *lead, body = rest()
        texts = [("lead", text) for text in lead] + [("body", body)]
        marked = [(name, text, _marks(text, wanted, present - seen)) for name, text in texts]
        gains = [_gain({term for _, _, term in marks}, wanted) for _, _, marks in marked]
        if any(gains):
            name, text, marks = marked[gains.index(max(gains))]
            matches.append(Match(name, *_window(text, marks, wanted)))
    return tuple(matches)


def _gain(terms: Iterable[int], wanted: QueryTerms) -> int:
    return sum(wanted.idf[term] for term in terms)


def _marks(text: str, wanted: QueryTerms, present: set[int]) -> list[Mark]:
    """The places of the present terms in `text`, in order; several terms of one word follow one another."""
    marks: list[Mark] = []
    for token in analysis.read(text):
        if not token.whole and analysis.paired(text[token.start]):
            pieces = [(at, min(at + 2, token.end)) for at in range(token.start, max(token.end - 1, token.start + 1))]
        else:
            pieces = [(token.start, token.end)]
        for start, end in pieces:
            words = token.words if len(pieces) == 1 else analysis.words_of(text[start:end])
            terms = dict.fromkeys(wanted.term(word) for word in words)
            marks += [(start, end, term) for term in terms if term is not None and term in present]
    return marks


def _densest(marks: Sequence[Mark], wanted: QueryTerms) -> int:
    """The start of the stretch of WITHIN characters whose marks have the highest sum of idf."""

    def gain_from(at: int) -> int:
        reach = marks[at][0] + WITHIN
        return _gain({term for _, end, term in marks[at : at + NEAR] if end <= reach}, wanted)

    return marks[max(range(min(len(marks), STARTS)), key=gain_from)][0]


def _window(text: str, marks: Sequence[Mark], wanted: QueryTerms) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The snippet of `text` with most of its marks, and the marks in it, joined where they overlap."""
    text = _BLANK.sub(" ", text)
    low, high = 0, len(text)
    if len(text) > SNIPPET:
        first = _densest(marks, wanted)
        low = max(0, first - BEFORE)
        if low:
            space = text.find(" ", low, first)
            low = space + 1 if space >= 0 else first
        high = min(len(text), low + SNIPPET)
        if high < len(text):
            space = text.rfind(" ", first + WITHIN // 2, high)
            high = space if space >= 0 else high
    lead = "…" if low else ""
    shift = len(lead) - low
    joined: list[tuple[int, int]] = []
    for start, end, _ in marks:
        if start < low or end > high:
            continue
        if joined and start + shift < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end + shift, joined[-1][1]))
        else:
            joined.append((start + shift, end + shift))
    return lead + text[low:high] + ("…" if high < len(text) else ""), tuple(joined)
