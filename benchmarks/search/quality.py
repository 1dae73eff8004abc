"""How good a ranking is: mean reciprocal rank and recall among the first five, by kind of query."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from mkdocs_pir.search import analysis
from mkdocs_pir.search.search_document import SearchDocument

DEPTH = 10  # ranks looked at

Ranker = Callable[[str], Sequence[str]]
"""From a query to ids, best first."""


@dataclass(frozen=True)
class Query:
    kind: str
    text: str
    relevant: frozenset[str]


@dataclass(frozen=True)
class Score:
    """Means over queries: reciprocal rank of the first relevant record, share of queries with one among five."""

    queries: int
    mrr: float
    recall: float


def read_queries(path: Path, known: Iterable[str]) -> list[Query]:
    """The queries of a file whose records are `known`; raises SystemExit for an id of the demonstration that is not."""
    ids = set(known)
    reports = any(":" in id for id in ids)
    queries = []
    for kind, texts in yaml.safe_load(path.read_text("utf-8")).items():
        for text, relevant in texts.items():
            if missing := [id for id in relevant if id not in ids and (reports or ":" not in id)]:
                raise SystemExit(f"{path.name}: no record {', '.join(missing)} for {text!r}")
            if found := frozenset(relevant) & ids:
                queries.append(Query(kind, text, found))
    return queries


def judge(queries: Sequence[Query], rank: Ranker) -> tuple[dict[str, Score], list[tuple[Query, int]]]:
    """Scores by kind, and over "all"; and each query with the rank of its first relevant record (0: none)."""
    ranks: list[tuple[Query, int]] = []
    for query in queries:
        found = list(rank(query.text))[:DEPTH]
        ranks.append((query, next((at for at, id in enumerate(found, 1) if id in query.relevant), 0)))
    return scores(ranks), ranks


def scores(ranks: Sequence[tuple[Query, int]]) -> dict[str, Score]:
    groups: dict[str, list[int]] = defaultdict(list)
    for query, rank in ranks:
        groups[query.kind].append(rank)
        groups["all"].append(rank)
    return {
        kind: Score(
            len(found),
            math.fsum(1 / rank for rank in found if rank) / len(found),
            sum(0 < rank <= 5 for rank in found) / len(found),
        )
        for kind, found in groups.items()
    }


class Bm25:
    """Plain BM25 (k1 1.2, b 0.75) over all the text of a document, with the same words and stems as ours."""

    def __init__(self, documents: Sequence[SearchDocument]) -> None:
        self._ids = [document.id for document in documents]
        bags = [Counter(_terms("\n".join(t for texts in d.texts().values() for t in texts))) for d in documents]
        usual = sum(bag.total() for bag in bags) / len(bags)
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, bag in enumerate(bags):
            for term, n in bag.items():
                tf = n * 2.2 / (n + 1.2 * (0.25 + 0.75 * bag.total() / usual))
                self._postings[term].append((number, tf))

    def __call__(self, text: str) -> list[str]:
        totals: dict[int, float] = defaultdict(float)
        for term in set(_terms(text)):
            found = self._postings.get(term, [])
            idf = math.log(1 + (len(self._ids) - len(found) + 0.5) / (len(found) + 0.5))
            for number, tf in found:
                totals[number] += idf * tf
        best = sorted(totals, key=lambda number: (-totals[number], self._ids[number]))
        return [self._ids[number] for number in best[:DEPTH]]


def _terms(text: str) -> list[str]:
    words = (word for token in analysis.read(text) for word in token.words)
    return [analysis.porter(word) for word in words if word not in analysis.ENGLISH_STOP_WORDS]
