"""Query plans: the few terms of a query that documents are ranked by, each with its weight."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mkdocs_pir.search import analysis
from mkdocs_pir.search.analysis import Token
from mkdocs_pir.search.dictionary import Dictionary, DictionaryEntry, mendable
from mkdocs_pir.search.ranking import (
    ALERT,
    BEGUN,
    ITSELF,
    JOINED,
    LEFT,
    LONG,
    MAX_MENDED,
    MAX_SLOTS,
    MAX_TEXT,
    MAX_WORDS,
    MENDED,
    PART,
    PHRASE,
    PREFIX,
    QUOTED_CHUNK,
    SHORT,
    SYNONYM,
    WHOLE,
)

_NAME = re.compile(r"[A-Z][A-Za-z0-9]+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+")
"""A chunk that, where it has parts, names one thing (`KubeAPIDown`, `EAI_AGAIN`, `db.example`): records that hold only its parts do not mention it."""

_NUMBERED = re.compile(r"[A-Z]{2,}(?:[-_][0-9]+)+|[A-Za-z]{2,4}[-_]?[0-9]{4,}(?:[-_][0-9]+)*")
"""A chunk that is one of a series (`INC-46081`, `CVE-2024-1234`, `ora01555`): what the series is called says nothing of the one."""

_SERIES_OR_NUMBER = re.compile(r"[A-Za-z]+|[0-9]+")


@dataclass(slots=True)
class Slot:
    """One word or phrase of a query with its answers, each a tuple of terms with a weight.

    The best answer that a document holds counts. An answer of several entries is a phrase: a document must hold all.
    """

    answers: dict[tuple[int, ...], tuple[tuple[DictionaryEntry, ...], int]] = field(default_factory=dict)

    def add(self, entries: tuple[DictionaryEntry, ...], weight: int) -> None:
        terms = tuple(entry.term for entry in entries)
        earlier = self.answers.get(terms)
        if earlier is None or earlier[1] < weight:
            self.answers[terms] = (entries, weight)

    @property
    def worth(self) -> int:
        return max(entry.idf * weight for entries, weight in self.answers.values() for entry in entries)


@dataclass(slots=True)
class QueryPlan:
    """The slots to rank by, the corrections (as typed, as searched), and the chunks that are in no document.

    Those of `synonyms` are in none either, but a synonym is: (as typed, the synonym).
    """

    slots: list[Slot] = field(default_factory=list)
    corrections: list[tuple[str, str]] = field(default_factory=list)
    synonyms: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


class Planner:
    """Makes plans with one index's dictionary, stop words, alert words and synonyms (all from its manifest)."""

    def __init__(self, manifest: Mapping[str, Any], dictionary: Dictionary) -> None:
        self._dictionary = dictionary
        self._stop = frozenset(manifest["stop"])
        self._alert = frozenset(manifest["alert"])
        self._synonyms: Mapping[str, list[str]] = manifest["synonyms"]
        self._written: Mapping[str, str] = manifest["synonyms_written"]

    def plan(self, text: str) -> QueryPlan:
        """The plan for `text`: its words, completions of the last one, corrections, synonyms and joined words."""
        text = text[:MAX_TEXT]
        plan = QueryPlan()
        slots: dict[str, Slot] = {}
        sequence: list[str] = []
        chunks: list[tuple[str, list[str]]] = []
        tokens = list(analysis.read(text))
        for token in tokens:
            if len(slots) >= MAX_WORDS:
                break
            typed = text[token.start : token.end]
            begun = token is tokens[-1] and text[token.end :] in ("", "-", "_")
            series = token.parts if token.whole and _NUMBERED.fullmatch(typed) else ()
            if series:
                token = replace(token, parts=())
            quiet = self._alert if len(tokens) > SHORT else frozenset()
            begun = begun and (len(tokens) == 1 or len(token.words[-1]) >= PREFIX or analysis.paired(text[token.start]))
            is_name = _NAME.fullmatch(typed) is not None and bool(token.parts)
            self._ask(token, typed, slots, plan, quiet, begun=begun, mend=len(tokens) < LONG, is_name=is_name)
            if 1 < len(series) == len(_SERIES_OR_NUMBER.findall(typed)) and (apart := self._phrase(series)):
                slots[token.whole].add(apart, PART)
            asked = token.words[:1] if is_name else token.words
            chunks.append((typed[:QUOTED_CHUNK], [word for word in asked if word not in self._stop]))
            sequence += self._spoken(token)
        held = {word for word, slot in slots.items() if slot.answers} | self._alert
        joined, related = self._relate(sequence, slots)
        held |= joined
        named: set[str] = set()
        for typed, words in chunks:
            if not words or typed in named or not held.isdisjoint(words):
                continue
            named.add(typed)
            if synonym := next((related[word] for word in words if word in related), None):
                plan.synonyms.append((typed, self._written.get(synonym, synonym)))
            else:
                plan.unknown.append(typed)
        plan.slots = sorted((slot for slot in slots.values() if slot.answers), key=lambda slot: -slot.worth)[:MAX_SLOTS]
        return plan

    def _ask(
        self,
        token: Token,
        typed: str,
        slots: dict[str, Slot],
        plan: QueryPlan,
        quiet: frozenset[str],
        *,
        begun: bool,
        mend: bool,
        is_name: bool,
    ) -> None:
        """Add a slot for each new word of `token`; the words of alerts that are `quiet` weigh less.

        In a name that no record knows the words of alerts say nothing (`EAI_AGAIN`), and little what it ends with after
        a full stop (`portal.internal`): where a host or a file belongs, not what it is.
        """
        domain = token.words[-1] if is_name and "." in typed else ""
        whole_is_known = True
        for word in token.words:
            if word in self._stop or word in slots:
                continue
            slot = slots[word] = Slot()
            main = word == token.words[0]
            entry = self._dictionary.find(word)
            if main:
                whole_is_known = entry is not None
            elif is_name and not whole_is_known and word in self._alert:
                continue
            slight = word in quiet or (word == domain and not whole_is_known)
            weight = ALERT if slight else WHOLE if main else PART if whole_is_known else LEFT
            if entry is not None:
                slot.add((entry,), weight)
            if begun and (main or word == token.words[-1]):
                completions = self._dictionary.beginning(word)
                for longer in completions:
                    # a completion weighs no more than the word itself, or than the most frequent completion
                    slot.add((longer.at_most((entry or completions[0]).idf),), weight * BEGUN // WHOLE)
            may_be_slip = not slot.answers and word not in self._alert and mendable(word) and not (main and token.parts)
            if mend and may_be_slip and len(plan.corrections) < MAX_MENDED:
                meant = self._dictionary.mend(word)
                if meant is not None:
                    slot.add((meant,), weight * MENDED // WHOLE)
                    plan.corrections.append((word, meant.word))

    def _relate(self, sequence: Sequence[str], slots: dict[str, Slot]) -> tuple[set[str], dict[str, str]]:
        """Add the synonyms of one to three neighbouring words, and two words written as one.

        Returns the words that are known written together, and those that have synonyms, each with its first one.
        """
        joined: set[str] = set()
        related: dict[str, str] = {}
        stem = analysis.porter if self._dictionary.stems else str
        for at in range(len(sequence)):
            for words in (sequence[at : at + length] for length in (1, 2, 3) if at + length <= len(sequence)):
                others = self._synonyms.get(" ".join(words)) or self._synonyms.get(" ".join(map(stem, words))) or ()
                synonyms = {other: entries for other in others if (entries := self._phrase(other.split(" ")))}
                if not synonyms:
                    continue
                related = dict.fromkeys(words, next(iter(synonyms))) | related
                if len(words) == 1:
                    slot = slots[words[0]]
                else:
                    slot = slots["=" + " ".join(words)] = Slot()
                    if itself := self._phrase(words):
                        slot.add(itself, ITSELF)  # its words have slots of their own
                for entries in synonyms.values():
                    slot.add(entries, SYNONYM if len(words) == len(entries) == 1 else PHRASE * len(words))
            pair = "".join(sequence[at : at + 2])
            if at + 1 < len(sequence) and pair not in slots and mendable(pair):
                entry = self._dictionary.find(pair)
                if entry is not None:
                    slots[pair] = Slot()
                    slots[pair].add((entry,), JOINED)
                    joined.update(sequence[at : at + 2])
        return joined, related

    def _spoken(self, token: Token) -> list[str]:
        """The words of `token` for synonyms: its whole where it is known or has synonyms itself, else its parts."""
        whole, *parts = token.words
        known = whole in self._synonyms or self._dictionary.find(whole) is not None
        spoken = [whole] if known or not parts else parts
        return [word for word in spoken if word not in self._stop]

    def _phrase(self, words: Sequence[str]) -> tuple[DictionaryEntry, ...]:
        """The entries of all of `words`; none if one is unknown."""
        entries = tuple(entry for entry in map(self._dictionary.find, words) if entry is not None)
        return entries if len(entries) == len(words) else ()
