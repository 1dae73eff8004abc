"""The files of an index: the same bytes for the same input, shards that hold what they say, nothing else."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from helpers.search_corpus import corpus_files, document, mark_snippet, read_corpus
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.kb.texts import Texts
from mkdocs_pir.search import shards
from mkdocs_pir.search.analysis import ENGLISH_STOP_WORDS
from mkdocs_pir.search.dictionary import Dictionary
from mkdocs_pir.search.documents import with_code
from mkdocs_pir.search.index import build_index, idf, rarities
from mkdocs_pir.search.query import SearchIndex
from mkdocs_pir.search.search_document import SearchDocument
from mkdocs_pir.search.shards import SearchIndexError, ShardReader


def test_the_order_of_the_documents_does_not_matter() -> None:
    corpus = read_corpus()
    documents = corpus["documents"]
    shuffled = random.Random(7).sample(documents, len(documents))
    assert build_index(documents) == build_index(shuffled)


def test_the_bytes_do_not_depend_on_the_hash_seed() -> None:
    program = "import hashlib; from helpers.search_corpus import corpus_files as f; print(hashlib.sha256(repr(f()).encode()).hexdigest())"
    runs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(runs) == 1


def test_a_small_index_is_one_file() -> None:
    assert list(corpus_files()) == ["manifest.js"]


def test_a_big_index_is_many_files_each_named_by_its_own_content(in_shards: None) -> None:
    files = corpus_files()
    kinds = {name.split("-")[0] for name in files}
    assert kinds == {"manifest.js", "words", "names", "postings", "filters", "newest", "cards", "texts"}
    for name, content in files.items():
        if name != "manifest.js":
            whole, _, hash = name.removesuffix(".js").rpartition("-")
            start = f'pir.shard("{whole}-{hash}",'.encode()
            assert content.startswith(start)
            held = content[len(start) : -len(b");\n")]
            if whole == "texts":
                texts = map(shards.encode, shards.unpack_text(json.loads(held)))
                held = b"".join(hashlib.sha256(text).digest() for text in texts)
            assert hashlib.sha256(held).hexdigest().startswith(hash)


def test_shards_answer_as_one_file_does(in_shards: None, vectors: Any) -> None:
    index = SearchIndex.open(corpus_files())
    for query in vectors["queries"]:
        result = index.search(query["text"], filters=query.get("filters"))
        why = [[hit.id, hit.score, [[part.field, mark_snippet(part)] for part in hit.why]] for hit in result.hits]
        assert why == query["expected"]["hits"]


def test_only_the_shards_a_question_needs_are_read(in_shards: None) -> None:
    read: list[str] = []

    class Watched(dict[str, bytes]):
        def __getitem__(self, name: str) -> bytes:
            read.append(name)
            return super().__getitem__(name)

    files = Watched(corpus_files())
    assert SearchIndex.open(files).search("snapshot too old ").hits[0].id == "LL-0003"
    assert len(read) == len(set(read))
    assert len(read) < len(files) / 2


def test_a_reader_can_tell_where_the_postings_of_a_word_would_lie(in_shards: None) -> None:
    reader = ShardReader(corpus_files())
    dictionary = Dictionary(reader)
    for word in ("certificate", "expired", "gateway", "database", "queue"):
        entry = dictionary.find(word)
        assert entry is not None
        assert reader.place("ahead", dictionary.spellings(entry)[0]) == reader.place("postings", entry.term)


def test_one_changed_document_changes_no_impact_of_another(doc: Callable[..., SearchDocument]) -> None:
    one = doc("LL-0001", symptoms="disk full on the relay")
    short, long = doc("LL-0002", body="mail"), doc("LL-0002", body="mail " * 4000)
    scores = [SearchIndex.open(build_index([one, other])).search("disk").hits[0].score for other in (short, long)]
    assert scores[0] == scores[1]


WORDS = [a + b + c for a in ("ka", "lo", "mi", "nu", "re") for b in "bdfgm" for c in ("nat", "sel", "vor", "tix")]


def many_documents(count: int) -> list[SearchDocument]:
    """Documents with texts of their own, an even number of each thing that is counted."""
    rng = random.Random(5)
    return [
        document(
            f"PIR-{2019 + at % 5}-{at:04}",
            " ".join(rng.sample(WORDS, 3)),
            kind="pir",
            symptoms=" ".join(rng.sample(WORDS, 5)) + f" E{at:05}",
            body=" ".join(rng.sample(WORDS, 30)),
        )
        for at in range(count)
    ]


def changed_files(before: Sequence[SearchDocument], after: Sequence[SearchDocument]) -> Counter[str]:
    """How many files of each kind the index of `after` has that the index of `before` has not."""
    old, new = build_index(before), build_index(after)
    return Counter(name.split("-")[0] for name, content in new.items() if old.get(name) != content)


def test_a_changed_word_changes_only_the_shards_that_hold_it(in_shards: None) -> None:
    documents = many_documents(150)
    body = documents[70].fields["body"][0].split()
    gone, new = body[10], next(word for word in WORDS if word not in body)
    body[10] = new
    edited = replace(documents[70], fields={**documents[70].fields, "body": (" ".join(body),)})
    changed = changed_files(documents, [*documents[:70], edited, *documents[71:]])
    assert changed.pop("manifest.js") == changed.pop("texts") == changed.pop("cards") == 1
    assert changed["postings"] <= 2, f"only the lists of {gone} and {new} differ"
    assert changed["words"] <= 2
    assert set(changed) == {"postings", "words"}


def test_a_word_that_is_new_changes_no_shard_of_the_words_after_it(in_shards: None) -> None:
    documents = many_documents(150)
    edited = replace(
        documents[70], fields={**documents[70].fields, "body": (documents[70].fields["body"][0] + " aardvark",)}
    )
    # its length is another, therefore the impacts of its words may be: of those only the postings tell
    changed = changed_files(documents, [*documents[:70], edited, *documents[71:]])
    assert (changed["words"], changed["names"], changed["cards"], changed["texts"]) == (1, 0, 1, 1)


@pytest.mark.parametrize("at", [0, 40, 149])
def test_an_added_or_deleted_document_changes_only_the_rows_around_it(in_shards: None, at: int) -> None:
    documents = many_documents(150)
    rest = [*documents[:at], *documents[at + 1 :]]
    whole = Counter(name.split("-")[0] for name in build_index(documents))
    for changed in (changed_files(rest, documents), changed_files(documents, rest)):
        for kind in ("cards", "texts"):
            assert changed[kind] <= 6 < whole[kind] / 4


@given(st.lists(st.integers(1, 60), max_size=400))
def test_shards_have_about_their_usual_size(weights: list[int]) -> None:
    items = [(f"item {at}", weight) for at, weight in enumerate(weights)]
    firsts = list(shards.cuts(items, 60))
    sizes = [sum(weights[low:high]) for low, high in pairwise([*firsts, len(items)])]
    assert all(30 <= size <= 90 for size in sizes[:-1])
    assert sum(sizes) == sum(weights)


def test_what_is_heavier_than_a_shard_is_one_by_itself() -> None:
    assert list(shards.cuts([("a", 10), ("b", 900), ("c", 10)], 60)) == [0, 1, 2]


def test_the_rarity_of_a_term_follows_from_how_many_documents_hold_it() -> None:
    for documents in (0, 1, 2, 37, 1000):
        known = rarities(documents)
        found = [len(known) - bisect_left(known, found_in) for found_in in range(1, documents + 1)]
        assert found == [idf(found_in, documents) for found_in in range(1, documents + 1)]


def test_two_documents_of_one_id_are_refused(doc: Callable[..., SearchDocument]) -> None:
    with pytest.raises(ValueError, match="LL-0001"):
        build_index([doc("LL-0001"), doc("LL-0001")])


def test_a_field_without_a_weight_is_refused(doc: Callable[..., SearchDocument]) -> None:
    with pytest.raises(ValueError, match="colour"):
        build_index([doc("LL-0001", colour="blue")])


def test_an_empty_index_answers() -> None:
    index = SearchIndex.open(build_index([]))
    assert index.search("deadlock").unknown == ("deadlock",)
    assert index.search("").hits == index.search("", filters={"kind": ["pir"]}).hits == ()


@pytest.mark.parametrize("content", [b"", b"alert(1)", b'pir.shard("manifest",{"format":"other"});\n'])
def test_what_is_no_index_is_refused(content: bytes) -> None:
    with pytest.raises(SearchIndexError):
        SearchIndex.open({"manifest.js": content})


def test_a_missing_shard_is_named(in_shards: None) -> None:
    files = corpus_files()
    gone = next(name for name in files if name.startswith("postings"))
    index = SearchIndex.open({name: content for name, content in files.items() if name != gone})
    every_word = " ".join(document.title for document in read_corpus()["documents"])
    with pytest.raises(SearchIndexError, match=gone):
        index.search(every_word + " 01555 10.12.3.4 7f9c")


def test_synonyms_without_a_word_of_the_documents_are_left_out(doc: Callable[..., SearchDocument]) -> None:
    files = build_index([doc("LL-0001", symptoms="kubernetes")], synonyms={"k8s": ["kubernetes"], "secret": ["hidden"]})
    assert b"k8s" in files["manifest.js"]
    assert b"secret" not in files["manifest.js"]


@given(st.lists(st.integers(0, 2**40)))
def test_numbers_come_back(numbers: list[int]) -> None:
    assert shards.unpack(shards.pack(numbers)) == numbers


@given(st.lists(st.text(max_size=3)))
def test_words_are_sorted_as_a_browser_does(words: list[str]) -> None:
    assert shards.ordered(words) == sorted(words, key=shards.order)


@given(st.lists(st.text(st.characters(exclude_characters=" "), min_size=1), unique=True))
def test_words_come_back(words: list[str]) -> None:
    ordered = sorted(words, key=shards.order)
    assert shards.unpack_words(shards.pack_words(ordered)) == ordered


@given(
    st.dictionaries(
        st.from_regex(r"[a-e]{1,4}", fullmatch=True), st.text("abcde ", min_size=1), min_size=1, max_size=12
    )
)
def test_every_word_of_every_document_is_found(texts: dict[str, str]) -> None:
    documents = [SearchDocument(id, "lesson", text, f"{id}.html", {"body": (text,)}) for id, text in texts.items()]
    index = SearchIndex.open(build_index(documents))
    for one in documents:
        for word in one.title.split():
            if word not in ENGLISH_STOP_WORDS and len(word) > 1:
                assert index.search(word + " ").total


def test_the_reader_says_where_a_key_lies() -> None:
    reader = ShardReader(corpus_files())
    assert reader.place("cards", 3) == 0
    assert reader.place("words", "") == -1


def test_a_result_tells_commands_from_words() -> None:
    text = Texts().read("Run `ls -l` in **that** folder.").text
    assert (text, with_code(text)) == ("Run ls -l in that folder.", "Run `ls -l` in that folder.")
