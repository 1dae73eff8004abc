"""The files of an index: the same bytes for the same input, shards that hold what they say, nothing else."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from helpers.search_corpus import corpus_files, read_corpus
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.kb.texts import Texts
from mkdocs_pir.search import shards
from mkdocs_pir.search.analysis import ENGLISH_STOP_WORDS
from mkdocs_pir.search.dictionary import Dictionary
from mkdocs_pir.search.documents import with_code
from mkdocs_pir.search.index import SearchDocument, build_index
from mkdocs_pir.search.query import SearchIndex
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


def test_a_big_index_is_many_files_each_named_by_the_content_of_its_kind(in_shards: None) -> None:
    files = corpus_files()
    kinds = {name.split("-")[0] for name in files}
    assert kinds == {"manifest.js", "words", "names", "postings", "filters", "newest", "cards", "texts"}
    hashes: dict[str, set[str]] = {}
    for name, content in files.items():
        if name != "manifest.js":
            assert content.startswith(f'pir.shard("{name.removesuffix(".js")}"'.encode())
            hashes.setdefault(name.split("-")[0], set()).add(name.rpartition("-")[2])
    assert {kind: len(of) for kind, of in hashes.items()} == dict.fromkeys(kinds - {"manifest.js"}, 1)
    assert len(set().union(*hashes.values())) == len(hashes)


def test_shards_answer_as_one_file_does(in_shards: None, vectors: Any) -> None:
    index = SearchIndex.open(corpus_files())
    for query in vectors["queries"]:
        result = index.search(query["text"], filters=query.get("filters"))
        assert [[hit.id, hit.score] for hit in result.hits] == [row[:2] for row in query["expected"]["hits"]]


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


@given(st.lists(st.text(st.characters(exclude_characters="\n"), min_size=1), unique=True))
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
    for document in documents:
        for word in document.title.split():
            if word not in ENGLISH_STOP_WORDS and len(word) > 1:
                assert index.search(word + " ").total


def test_the_reader_says_where_a_key_lies() -> None:
    reader = ShardReader(corpus_files())
    assert reader.place("cards", 3) == 0
    assert reader.place("words", "") == -1


def test_a_result_tells_commands_from_words() -> None:
    text = Texts().read("Run `ls -l` in **that** folder.").text
    assert (text, with_code(text)) == ("Run ls -l in that folder.", "Run `ls -l` in that folder.")
