"""Building the index: the weight of each word in each document (`impacts.py`), laid out in shards.

How rare a word is, its idf, is a whole number as its impacts are, and so is the factor for the share of a query that a
document answers. So scores are sums of products of whole numbers, the same in every reader to the last digit.
"""

from __future__ import annotations

import json
import math
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import Any

from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.statuses import Status, severity, status
from mkdocs_pir.search import analysis, operations_synonyms, ranking, shards, succession
from mkdocs_pir.search.alert_boilerplate import ALERT_WORDS
from mkdocs_pir.search.analysis import Language
from mkdocs_pir.search.dictionary import kind_of
from mkdocs_pir.search.document_rows import DocumentRows, DocumentSource, Row
from mkdocs_pir.search.ranking import (
    COVER_POWER,
    COVER_SCALE,
    IDF_POWER,
    IDF_SCALE,
)
from mkdocs_pir.search.term_lists import BlockReader, span, term_lists
from mkdocs_pir.search.text_shards import TextShards, name_of
from mkdocs_pir.store import stages
from mkdocs_pir.store.garbage import not_collected
from mkdocs_pir.store.result_store import ResultStore

FILTERS = ("kind", "client", "service", "cause", "severity", "year", "status")
COVER_STEPS = 32
MANIFEST_BOUND = 200_000  # bytes of shards that the manifest itself may hold: a small index is one request
WORDS_SIZE, POSTINGS_SIZE, CARDS_SIZE, TEXTS_SIZE = 6_000, 6_000, 8_000, 20_000  # bytes of a shard, about


def idf(found_in: int, documents: int) -> int:
    """The inverse document frequency of a term in n of N documents: 32 * ln(1 + (N - n + 0.5) / (n + 0.5)) ** 0.75."""
    rarity = math.log(1 + (documents - found_in + 0.5) / (found_in + 0.5))
    return max(1, round(IDF_SCALE * math.pow(rarity, IDF_POWER)))


def rarities(documents: int) -> list[int]:
    """How many of the documents may hold a term of the highest idf, of the highest but one, and so on down to 1."""
    counts = range(1, documents + 1)
    highest = idf(1, documents) if documents else 0
    return [bisect_right(counts, -value, key=lambda n: -idf(n, documents)) for value in range(highest, 0, -1)]


def cover() -> list[int]:
    """The factors of a score, times 256, for documents that answer 0 to 32 thirty-seconds of the weight of a query."""
    return [round(COVER_SCALE * math.pow(step / COVER_STEPS, COVER_POWER)) for step in range(COVER_STEPS + 1)]


class IndexFiles(Mapping[str, bytes]):
    """The files of an index by their paths, in their order, each made when it is asked for."""

    def __init__(self, make: Mapping[str, Callable[[], bytes]]) -> None:
        self._make = make

    @stages.SEARCH
    def __getitem__(self, path: str) -> bytes:
        return self._make[path]()

    def version(self, path: str) -> bytes:
        """What is the same only where the file is the same; empty where that is not known."""
        # the name of a shard tells its content before it was packed
        return f"{zlib.ZLIB_RUNTIME_VERSION} {path}".encode() if not path.endswith(shards.MANIFEST) else b""

    def below(self, folder: str) -> IndexFiles:
        """The same files in a folder."""
        return IndexFiles({folder + path: make for path, make in self._make.items()})

    def __iter__(self) -> Iterator[str]:
        return iter(self._make)

    def __len__(self) -> int:
        return len(self._make)


def build_index(
    documents: Iterable[DocumentSource],
    *,
    language: str = "en",
    synonyms: Mapping[str, Sequence[str]] | None = None,
    labels: Mapping[str, str] | None = None,
    store: ResultStore | None = None,
) -> dict[str, bytes]:
    """The files of `index_files`, all of them made."""
    return dict(index_files(documents, language=language, synonyms=synonyms, labels=labels, store=store))


@not_collected()
def index_files(
    documents: Iterable[DocumentSource],
    *,
    language: str = "en",
    synonyms: Mapping[str, Sequence[str]] | None = None,
    labels: Mapping[str, str] | None = None,
    store: ResultStore | None = None,
) -> IndexFiles:
    """The published files of the index of `documents`: path below `search/` to bytes, the same for the same input.

    Each entry of `synonyms` is a group of words or phrases that mean the same, in addition to `operations_synonyms`.
    Members that are in no document lead to the others, and nothing leads to them. `labels` gives the name by which a
    filter shows a value, such as the name of a service for its id. The store keeps what documents give, for the next
    index. Raises ValueError for two documents with one id, or for an unknown field.
    """
    tongue = analysis.language(language)
    kept = store or ResultStore(None)
    reader = BlockReader(tongue, kept)
    rows = DocumentRows(documents, kept, reader.read_beside)
    found = term_lists(rows, reader, kept)
    forms = found.forms
    written = _sorted(forms.keys() | found.packed.keys())
    terms = [word for word in written if word in found.packed]
    lists = _postings(terms, found.packed)
    (words, names), first_terms = _words(written, forms, terms, found.found_in)
    cards, texts = _cards(rows)
    replaced = succession.pairs_of(_successors(rows, lambda row: row.superseded_by))
    known_errors = _successors(rows, lambda row: row.known_error)
    head = {
        "ahead": _ahead(terms, lists),
        "documents": len(rows),
        "span": span(len(rows)),
        "rarities": shards.pack_rising(rarities(len(rows))),
        "first_terms": first_terms,
        "language": tongue.code,
        "stemmer": tongue.stemmer,
        "kinds": {kind: KINDS[kind].label.capitalize() for kind in sorted({r.kind for r in rows}) if kind in KINDS},
        **_looks(rows),
        "stop": sorted(tongue.stop_words),
        "alert": ALERT_WORDS,
        "levels": found.levels,
        "cover": cover(),
        "ranking": ranking.numbers(),
        "superseded": succession.packed(replaced),
        "known_errors": succession.packed(list(known_errors.items())),
        **_synonyms((synonyms or {}, operations_synonyms.SYNONYMS if tongue.code == "en" else {}), tongue, forms),
    }
    every = (
        words,
        names,
        lists,
        _filters(rows, labels or {}),
        _newest(rows, replaced),
        cards,
    )
    return IndexFiles(shards.files(head, every, TextShards(rows, texts, kept), MANIFEST_BOUND))


def _sorted(words: Iterable[str]) -> list[str]:
    """Words in the order of the dictionary: words before names."""
    kinds: dict[str, list[str]] = {"words": [], "names": []}
    for word in words:
        kinds[kind_of(word)].append(word)
    return [*shards.ordered(kinds["words"]), *shards.ordered(kinds["names"])]


def _words(
    written: Sequence[str], forms: Mapping[str, str], terms: Sequence[str], found_in: Mapping[str, int]
) -> tuple[list[shards.Ranges], dict[str, str]]:
    """The dictionary: every form and every term, sorted, each with the number of its term and how many documents hold it.

    Numbers are stored relative to the next term to come: 0 for that term where it is also a form, 1 where it is only
    a stem, else two more than the zigzag of the distance. A word can be a form of one term and the stem of others:
    then it has two entries, first the one of the stem. The second value holds, packed, the number of the next term to
    come at the beginning of each shard, so that a new term changes none of those after it.
    """
    numbers = {term: number for number, term in enumerate(terms)}
    stems = {term for term in terms if forms.get(term) != term}
    entries: list[tuple[str, str]] = []
    for word in written:
        if word in stems:
            entries.append((word, word))
        if word in forms:
            entries.append((word, forms[word]))
    references: list[int] = []
    firsts: list[int] = []
    following = 0
    for word, term in entries:
        firsts.append(following)
        if term == word:
            references.append(1 if word in stems else 0)
            following += 1
        else:
            distance = numbers[term] - following
            references.append(2 + (2 * distance if distance >= 0 else -2 * distance - 1))
    words = [word for word, _ in entries]
    holders = [found_in[term] for _, term in entries]

    def ranges(kind: str, begin: int, end: int) -> shards.Ranges:
        def content(low: int, high: int) -> bytes:
            part = slice(begin + low, begin + high)
            return shards.encode(
                {
                    "w": shards.pack_words(words[part]),
                    "r": shards.pack(references[part]),
                    "d": shards.pack(holders[part]),
                }
            )

        items = [(word, len(word) // 2 + 5) for word in words[begin:end]]
        found = shards.cut(kind, items, WORDS_SIZE, content, lambda low: words[begin + low])
        first_terms[kind] = shards.pack_rising(firsts[begin + low] for low in found.firsts)
        return found

    first_terms: dict[str, str] = {}
    names = bisect_left(words, True, key=lambda word: kind_of(word) == "names")
    return [ranges("words", 0, names), ranges("names", names, len(words))], first_terms


def _postings(terms: Sequence[str], packed: Mapping[str, str]) -> shards.Ranges:
    """For each term, by number, the documents that hold it, and its impact in each."""
    lists = [packed[term] for term in terms]
    return shards.cut(
        "postings",
        [(term, len(text) + 3) for term, text in zip(terms, lists, strict=True)],
        POSTINGS_SIZE,
        lambda low, high: shards.encode(lists[low:high]),
        lambda low: low,
    )


def _ahead(terms: Sequence[str], lists: shards.Ranges) -> list[str]:
    """The first term of each shard of postings, as far as these are words.

    So a reader can ask for the postings of a word before it has read whether there is such a word.
    """
    firsts = [terms[low] for low in lists.starts]
    return [shards.packed_starts([term for term in firsts if kind_of(term) == "words"])]


def _filters(rows: Sequence[Row], labels: Mapping[str, str]) -> shards.Ranges:
    """The values of each filter and, for each document, how many of them it has and which."""
    columns: dict[str, Any] = {}
    for name in FILTERS:
        of_each = [_filter_values(row, name) for row in rows]
        values = sorted(set(chain.from_iterable(different := set(of_each))))
        numbers = {value: number for number, value in enumerate(values)}
        packed = {some: shards.pack((len(set(some)), *sorted({numbers[one] for one in some}))) for some in different}
        if values:
            columns[name] = {"values": values, "column": "".join(map(packed.__getitem__, of_each))}
    shown = {value: labels[value] for data in columns.values() for value in data["values"] if value in labels}
    return shards.Ranges("filters", (0,), (shards.encode({"columns": columns, "labels": shown}),))


def _looks(rows: Sequence[Row]) -> Mapping[str, Mapping[str, Any]]:
    """What the statuses and severities of these documents are called and how they look, as on their pages."""

    def chips(found: Iterable[str], chip: Callable[[str], Status]) -> Mapping[str, tuple[str, str]]:
        return {value: (chip(value).label, chip(value).look) for value in sorted(set(found) - {""})}

    statuses, severities = (row.status for row in rows), (row.severity for row in rows)
    return {"statuses": chips(statuses, status), "severities": chips(severities, severity)}


def _successors(rows: Sequence[Row], successor: Callable[[Row], str]) -> Mapping[int, int]:
    """By the numbers of the documents that have a successor in this index, the number of that."""
    numbers = {row.id: number for number, row in enumerate(rows)}
    return {number: numbers[successor(row)] for number, row in enumerate(rows) if successor(row) in numbers}


def _newest(rows: Sequence[Row], replaced: succession.Pairs) -> shards.Ranges:
    """The numbers of the documents, the newest first, none before its successor: what a search without text shows."""
    dates = [row.date for row in rows]
    for old, new in replaced:
        dates[new] = max(dates[new], dates[old])
    behind = succession.behind(replaced)
    newest = sorted(range(len(rows)), key=lambda number: behind.get(number, 0))
    newest.sort(key=dates.__getitem__, reverse=True)
    return shards.Ranges("newest", (0,), (shards.encode(shards.pack(newest)),))


def _filter_values(row: Row, name: str) -> tuple[str, ...]:
    return row.filters.get(name) or ((row.kind,) if name == "kind" else ())


def _cards(rows: Sequence[Row]) -> tuple[shards.Ranges, list[tuple[int, int]]]:
    """What a result shows, with the short texts in which its matching words are marked, and where shards of longer texts
    begin and end.

    The last value of a card is the hash of the shard of texts that begins with this document, or "" where that of the
    one before goes on. No such shard goes beyond one of cards.
    """
    by_id = {row.id: row for row in rows}
    encoded = [_with_newer(row, by_id) for row in rows]
    texts: list[tuple[int, int]] = []

    def content(low: int, high: int) -> bytes:
        named = [b'""'] * (high - low)
        for first, end in pairwise(
            [*shards.cuts([(row.id, row.text_size) for row in rows[low:high]], TEXTS_SIZE), high - low]
        ):
            texts.append((low + first, low + end))
            named[first] = shards.encode(name_of(rows[low + first : low + end]))
        return shards.joined(card + b"," + hash + b"]" for card, hash in zip(encoded[low:high], named, strict=True))

    items = [(row.id, len(card) + 1) for row, card in zip(rows, encoded, strict=True)]
    return shards.cut("cards", items, CARDS_SIZE, content, lambda low: low), texts


def _with_newer(row: Row, by_id: Mapping[str, Row]) -> bytes:
    """The card of a document, with what is newer than it: its successor, and the problem that replaced its workaround."""
    found = {"superseded_by": by_id.get(row.superseded_by), "workaround_replaced_by": by_id.get(row.known_error)}
    newer = {name: {"id": one.id, "title": one.title, "url": one.url} for name, one in found.items() if one is not None}
    if not newer:
        return row.card
    *values, card = json.loads(row.card + b"]")
    return shards.encode([*values, card | newer])[:-1]


def _synonyms(
    sources: Iterable[Mapping[str, Sequence[str]]], tongue: Language, forms: Mapping[str, str]
) -> dict[str, Any]:
    """For each member of a group, as the words of a query read, the other members that the documents know.

    With them, how those members are written that are read in another way.
    """
    stems = set(forms.values())
    by_member: dict[str, dict[str, None]] = {}
    written: dict[str, str] = {}
    for head, others in chain.from_iterable(source.items() for source in sources):
        members = [_phrase(member, tongue) for member in (head, *others)]
        as_written = zip(map(" ".join, members), (head, *others), strict=True)
        written |= {read: member for read, member in as_written if read != member and read not in written}
        indexed = [words for words in members if words and all(forms.get(w) or tongue.stem(w) in stems for w in words)]
        for words in members:
            rest = {" ".join(other): None for other in indexed if other != words}
            for name in {" ".join(words), " ".join(map(tongue.stem, words))} - {""} if rest else ():
                by_member.setdefault(name, {}).update(rest)
    led_to = set(chain.from_iterable(by_member.values()))
    return {
        "synonyms": {name: list(by_member[name]) for name in sorted(by_member)},
        "synonyms_written": {read: written[read] for read in sorted(led_to & written.keys())},
    }


def _phrase(member: str, tongue: Language) -> tuple[str, ...]:
    firsts = (token.whole or token.parts[0] for token in analysis.read(member))
    return tuple(word for word in firsts if word not in tongue.stop_words)
