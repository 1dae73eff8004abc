"""Asking: against the vectors; any text at all; filters and their counts."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pytest
from helpers.search_corpus import corpus_files, mark_snippet, read_corpus
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.search.index import build_index
from mkdocs_pir.search.query import SearchIndex, SearchResult
from mkdocs_pir.search.search_document import SearchDocument


@lru_cache
def corpus() -> SearchIndex:
    return SearchIndex.open(corpus_files())


def test_results_are_those_of_the_vectors(vectors: Any) -> None:
    for query in vectors["queries"]:
        result = corpus().search(query["text"], filters=query.get("filters"))
        expected = query["expected"]
        assert [
            [hit.id, hit.score, [[part.field, mark_snippet(part)] for part in hit.why]] for hit in result.hits
        ] == expected["hits"], query
        assert result.total == expected["total"]
        assert [hit.id for hit in result.hits if hit.fewer_words] == expected["fewer_words"]
        assert {name: [list(pair) for pair in pairs] for name, pairs in result.filters.items()} == expected["filters"]
        assert [list(pair) for pair in result.corrections] == expected["corrections"]
        assert [list(pair) for pair in result.synonyms] == expected["synonyms"]
        assert list(result.unknown) == expected["unknown"]


PASTED = st.lists(
    st.sampled_from(
        ["[FIRING:1]", "HighErrorRate", "(api-gw prod)", '{"level":"error",', "\n\tat com.acme.Pool.take(Pool.java:21)", "ORA-01555:", "10.12.3.4",
         "SELECT * FROM t WHERE a='b' AND c~1^2 +x -y field:z", "connection", "conection", "2026-07-20T14:05:33Z", "\x00\x1b[31m", "データベース", "接続", "..", "''", "\ud800"]
    )
    | st.text(st.characters(codec=None), max_size=20)
).map(" ".join)  # fmt: skip


@given(PASTED)
def test_any_text_is_answered_and_twice_the_same(text: str) -> None:
    first, second = corpus().search(text), SearchIndex.open(corpus_files()).search(text)
    assert first == second
    ranks = [(hit.fewer_words, -hit.score) for hit in first.hits]
    assert ranks == sorted(ranks)
    assert first.fewer_words <= first.total
    for hit in first.hits:
        for part in hit.why:
            assert all(0 <= start < end <= len(part.snippet) for start, end in part.marks)


@pytest.mark.parametrize(
    "text", ["x" * 100_000, "deadlock " * 12_000, "a-" * 50_000, "'" * 100_000, "接" * 100_000, '{[("' * 25_000]
)
def test_a_hundred_kilobytes_are_answered(text: str) -> None:
    assert isinstance(corpus().search(text), SearchResult)


def test_a_long_log_still_finds_what_its_first_lines_say() -> None:
    noise = random.Random(1)
    log = "Deadlock found when trying to get lock\n" + "\n".join(
        f"debug {noise.getrandbits(128):032x}" for _ in range(3000)
    )
    assert corpus().search(log).hits[0].id == "PRB-0003"


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("[FIRING:1] EtcdRequestTimeout etcd queue leader changed", ("EtcdRequestTimeout", "etcd")),
        ("KubeAPIDown ", ("KubeAPIDown",)),
        ("status for queue.internal", ("queue.internal",)),
        ("QueueLeader", ()),
        ("QueueLea", ()),
        ("queue-timeout ", ()),
    ],
)
def test_a_name_that_no_record_has_is_named_although_records_have_its_parts(
    doc: Callable[..., SearchDocument], text: str, unknown: tuple[str, ...]
) -> None:
    symptoms = "QueueLeader: request timeout etc, kube api is down, leader changed"
    index = SearchIndex.open(build_index([doc("LL-1", symptoms=symptoms)]))
    assert index.search(text).unknown == unknown


def test_documents_with_one_score_stand_in_the_order_of_their_ids(
    doc: Callable[..., SearchDocument], ranked: Callable[..., list[str]]
) -> None:
    assert ranked([doc(id, symptoms="queue stuck") for id in ("LL-3", "LL-1", "LL-2")], "queue") == [
        "LL-1",
        "LL-2",
        "LL-3",
    ]


def test_a_limit_of_none_shows_none_but_counts() -> None:
    result = corpus().search("connection", limit=0)
    assert result.hits == ()
    assert result.total == 4


def test_choosing_a_value_leaves_as_many_results_as_its_count() -> None:
    whole = corpus().search("connection certificate disk", limit=50)
    for name, pairs in whole.filters.items():
        for value, count in pairs:
            narrowed = corpus().search("connection certificate disk", limit=50, filters={name: [value]})
            assert narrowed.total >= count
            assert all(value in filters_of(hit.id)[name] for hit in narrowed.hits)


def test_values_of_one_filter_add_up_and_filters_narrow_each_other() -> None:
    index = corpus()
    both = index.search("", filters={"kind": ["lesson", "pir"]})
    assert both.total == 10
    assert index.search("", filters={"kind": ["lesson", "pir"], "client": ["quay"]}).total == 5
    assert dict(both.filters["kind"])["problem"] == 1


def test_a_value_that_no_document_has_finds_nothing() -> None:
    assert corpus().search("connection", filters={"kind": ["poem"], "colour": ["blue"]}).total == 0


def filters_of(id: str) -> dict[str, list[str]]:
    return next(document.filters for document in read_corpus()["documents"] if document.id == id)


def test_words_of_another_language_are_found_in_the_forms_the_documents_have(
    doc: Callable[..., SearchDocument], ranked: Callable[..., list[str]]
) -> None:
    documents = [doc("LL-1", symptoms="Die Datenbank antwortet nicht"), doc("LL-2", symptoms="Zertifikate abgelaufen")]
    assert ranked(documents, "Zertifikate", language="de") == ["LL-2"]
    assert ranked(documents, "datenbnk antwort", language="de") == ["LL-1"]
