"""Searching an index: from any text to ranked documents, each with what it matched.

`pir-search-index.js` does every step in the same way. Scores are whole numbers, so that both give the same order;
documents with the same score are in the order of their ids.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mkdocs_pir.search import posting_lists, shards
from mkdocs_pir.search.dictionary import Dictionary, DictionaryEntry
from mkdocs_pir.search.explain import Match, QueryTerms, explain
from mkdocs_pir.search.filters import Chosen, Counts, Filters
from mkdocs_pir.search.query_plan import Planner, Slot
from mkdocs_pir.search.ranking import CUT, HALF, SCALE
from mkdocs_pir.search.succession import Succession

_BLANK = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. `score` has no unit; `why` is in the order in which it should be read."""

    id: str
    kind: str
    title: str
    url: str
    score: float
    why: tuple[Match, ...]
    workaround: str | None
    card: Mapping[str, Any]
    fewer_words: bool = False

    def as_json(self) -> dict[str, Any]:
        """The row that `pir search --json` writes: with `workaround_of` where the workaround is that of another
        record, `workaround_replaced_by` where a known error has a newer one, `superseded_by` where another record
        replaced this, and `fewer_words` where it answers much less than the best."""
        row = asdict(self)
        del row["card"], row["fewer_words"]
        return row | named_sources(self.card) | ({"fewer_words": True} if self.fewer_words else {})


def named_sources(card: Mapping[str, Any]) -> dict[str, str]:
    """The ids of other records on a card: whose workaround it shows, and what replaced it."""
    ids = {
        "workaround_of": card.get("workaround_of"),
        **{name: card.get(name, {}).get("id") for name in ("workaround_replaced_by", "superseded_by")},
    }
    return {name: str(id_) for name, id_ in ids.items() if id_}


def advice(card: Mapping[str, Any]) -> tuple[str, str] | None:
    """The advice on a card as (name, text); None without any.

    The name is such as `workaround of PIR-2026-0012`, or `older workaround (2024-02-18)` where there is a newer one.
    """
    name = next((name for name in ("workaround", "recommendation", "definition") if card.get(name)), None)
    if name is None:
        return None
    source = card.get(f"{name}_of")
    label = f"{name} of {source}" if source else name
    if card.get("workaround_replaced_by"):
        day = card.get("date")
        label = f"older {label} ({day})" if day else f"older {label}"
    return label, str(card[name])


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The best hits, how many there are in all, and the counts of every filter.

    The hits with `fewer_words` come last: they answer less than half of what the best answers, with less than half of
    its score. `total` counts them too. `filters` counts, for each value, what choosing it would leave with the other filters as chosen. `corrections`
    are (as typed, as searched); `synonyms` are (as typed, the synonym) of words that are in no document, while
    synonyms are; `unknown` holds the other words that are in none.
    """

    query: str
    hits: tuple[Hit, ...]
    total: int
    fewer_words: int
    filters: Counts
    corrections: tuple[tuple[str, str], ...]
    synonyms: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]

    def notes_as_json(self) -> dict[str, Any]:
        """What was searched in place of words, and the words that are in no record, as JSON answers have them."""
        instead = (*self.corrections, *self.synonyms)
        return {
            "searched_instead": [{"typed": typed, "searched": searched} for typed, searched in instead],
            "in_no_record": [*(typed for typed, _ in self.synonyms), *self.unknown],
        }


class SearchIndex:
    """An index opened for asking. Not for use by several threads at once."""

    def __init__(self, reader: shards.ShardReader) -> None:
        self._reader = reader
        self._dictionary = Dictionary(reader)
        self._planner = Planner(reader.manifest, self._dictionary)
        self._succession = Succession(reader.manifest["superseded"], reader.manifest["known_errors"])
        self._postings: dict[int, tuple[Sequence[int], Sequence[int]]] = {}

    @classmethod
    def open(cls, source: Mapping[str, bytes] | Path) -> SearchIndex:
        """The index in a folder (the one with `manifest.js`), or in the mapping that `build_index` returned.

        Raises SearchIndexError if it is none.
        """
        return cls(shards.ShardReader(source))

    def search(self, text: str, *, limit: int = 10, filters: Chosen | None = None) -> SearchResult:
        """The documents that best fit `text`, which may be anything at all.

        With `filters`, only those with one of the chosen values of each filter. A blank text finds all of them,
        newest first; any other text finds nothing when none of its words is in a document.
        """
        chosen = {name: tuple(values) for name, values in (filters or {}).items() if values}
        plan = self._planner.plan(text)
        scores, answered = (
            self._scores(plan.slots)
            if text.strip(_BLANK)
            else (dict.fromkeys(self._reader.shard("newest", 0, shards.unpack), 0), {})
        )
        instead = self._succession.hand_on(scores, answered) if plan.slots else {}
        unmet = {number: self._filters.unmet(number, chosen) for number in scores}
        top = max((score for number, score in scores.items() if not unmet[number]), default=0)
        relevant = [number for number, score in scores.items() if score * CUT >= top]
        fitting = [number for number in relevant if not unmet[number]]
        few: set[int] = set()
        if plan.slots and fitting:
            fitting.sort(key=lambda number: (-scores[number], self._succession.place(number), number))
            best = fitting[0]
            few = {
                number
                for number in fitting
                if answered[number] * HALF < answered[best] and scores[number] * HALF < scores[best]
            }
            fitting.sort(key=few.__contains__)
        counts = self._filters.counts(unmet, relevant)
        hits = self._hits(fitting[: max(limit, 0)], scores, plan.slots, instead, few)
        return SearchResult(
            text,
            hits,
            len(fitting),
            len(few),
            counts,
            tuple(plan.corrections),
            tuple(plan.synonyms),
            tuple(plan.unknown),
        )

    @property
    def _filters(self) -> Filters:
        filters: Filters = self._reader.shard("filters", 0, Filters)
        return filters

    def _posting(self, term: int) -> tuple[Sequence[int], Sequence[int]]:
        """The numbers of the documents that hold a term, rising, and its impact in each."""
        if term not in self._postings:
            manifest = self._reader.manifest
            posting = posting_lists.unpack(self._row("postings", term), manifest["span"], manifest["levels"])
            self._postings[term] = (array("I", posting[0]), array("B", posting[1]))
        return self._postings[term]

    def _scores(self, slots: Sequence[Slot]) -> tuple[dict[int, int], dict[int, int]]:
        """The score of each document that answers a slot: the sum, over slots, of the best of its answers.

        With it, how much of the question each document answers: the sum of the worth of those slots. The score is held down, by the manifest's `cover`, where the document leaves much of the question without an answer.
        """
        scores: dict[int, int] = {}
        answered: dict[int, int] = {}
        for slot in slots:
            best: dict[int, int] = {}
            for entries, weight in slot.answers.values():
                for number, worth in self._worth(entries, weight):
                    if worth > best.get(number, 0):
                        best[number] = worth
            for number, worth in best.items():
                scores[number] = scores.get(number, 0) + worth
                answered[number] = answered.get(number, 0) + slot.worth
        cover, asked = self._reader.manifest["cover"], sum(slot.worth for slot in slots)
        held_down = {
            number: score * cover[answered[number] * (len(cover) - 1) // asked] for number, score in scores.items()
        }
        return held_down, answered

    def _worth(self, entries: Sequence[DictionaryEntry], weight: int) -> Iterator[tuple[int, int]]:
        """The documents that hold all of `entries`, each with what they add.

        That is as if the rarest of them stood there as prominently as the least prominent, since words of a phrase
        that a text names in passing are seldom that phrase.
        """
        rarest = max(entry.idf for entry in entries)
        postings = [dict(zip(*self._posting(entry.term), strict=True)) for entry in entries]
        for number in min(postings, key=len):
            if all(number in posting for posting in postings):
                yield number, min(posting[number] for posting in postings) * rarest * weight

    def _hits(
        self,
        numbers: Sequence[int],
        scores: Mapping[int, int],
        slots: Iterable[Slot],
        instead: Mapping[int, int],
        few: Container[int],
    ) -> tuple[Hit, ...]:
        wanted = QueryTerms.of((entries for slot in slots for entries, _ in slot.answers.values()), self._dictionary)
        return tuple(
            self._hit(number, scores[number], wanted, instead.get(number), few=number in few) for number in numbers
        )

    def _hit(self, number: int, score: int, wanted: QueryTerms, instead_of: int | None, *, few: bool) -> Hit:
        id, kind, title, url, quoted, card, _ = self._card(number)
        held = {term for term in wanted.idf if self._holds(term, number)}
        present = {term for answer in wanted.answers if held.issuperset(answer) for term in answer}
        workaround = str(card.get("workaround") or "")
        fields = {
            "title": [title],
            "symptoms": quoted.get("symptoms", ()),
            "workaround": [workaround],
            "tried": quoted.get("tried", ()),
            "causes": quoted.get("causes", ()),
            "services": card.get("services", ()),
            "tags": quoted.get("tags", ()),
            # the id of a site page is its address
            "id": () if "page" in card else [id, *quoted.get("id", ())],
        }
        why = explain(fields, wanted, present, lambda: self._texts(number))
        if instead_of is not None:
            old_id, _, old_title, *_ = self._card(instead_of)
            why = (Match("replaces", f"{old_id} {old_title}", ()),)
        thousandths = (score * 1000 + SCALE // 2) // SCALE
        return Hit(id, kind, title, url, thousandths / 1000, why, workaround or None, card, few)

    def _holds(self, term: int, number: int) -> bool:
        numbers, _ = self._posting(term)
        at = bisect_left(numbers, number)
        return at < len(numbers) and numbers[at] == number

    def _card(self, number: int) -> Any:
        return self._row("cards", number)

    def _texts(self, number: int) -> Any:
        """The texts of a document; the card of the first one in their shard names it."""
        first = number
        while not (hash := self._card(first)[6]):
            first -= 1
        return self._reader.texts(hash)[number - first]

    def _row(self, kind: str, number: int) -> Any:
        at = self._reader.place(kind, number)
        return self._reader.shard(kind, at, list)[number - self._reader.start(kind, at)]
