"""An index that is made of kept blocks has the bytes of one that is made anew."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from helpers.search_corpus import document
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.search import index as building
from mkdocs_pir.search import shards, term_lists
from mkdocs_pir.search.impacts import frequencies
from mkdocs_pir.search.index import build_index
from mkdocs_pir.search.search_document import SearchDocument
from mkdocs_pir.store.result_store import FILE, ResultStore

SYNONYMS: Sequence[Mapping[str, Sequence[str]]] = ({}, {"disk": ["volume"]}, {"disk": ["volume", "full queue"]})
WORDS = [
    "disk",
    "disks",
    "full",
    "volume",
    "Queue",
    "queues",
    "deadlock",
    "ORA-01555",
    "10.12.3.4",
    "überlast",
    "データ",
    "certificate",
    "expired",
]

texts = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
documents = st.builds(
    lambda number, title, body, kind: document(f"LL-{number:04}", title, kind=kind, body=body),
    st.sampled_from([*range(0, 80, 2), 7]),
    texts,
    texts,
    st.sampled_from(["lesson", "cause"]),
)
harms = st.sampled_from(["", "", "", "damaged", "deleted", "no store", "cannot be made"])
changes = st.lists(
    st.tuples(documents, st.sampled_from([True, True, True, False]), st.sampled_from(SYNONYMS), harms),
    min_size=1,
    max_size=8,
)


@contextmanager
def small_blocks_and_shards() -> Iterator[None]:
    sizes = {"MANIFEST_BOUND": 0, "WORDS_SIZE": 60, "POSTINGS_SIZE": 60, "CARDS_SIZE": 300, "TEXTS_SIZE": 100}
    with patch.multiple(building, **sizes), patch.object(term_lists, "BLOCK", 4):
        yield


def harm(folder: Path, how: str) -> Path | None:
    """The folder of the store after it was damaged in some way; None for no store."""
    if how == "no store":
        return None
    if how == "deleted":
        (folder / FILE).unlink(missing_ok=True)
    if how == "damaged" and (folder / FILE).exists():
        content = bytearray((folder / FILE).read_bytes())
        content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
        (folder / FILE).write_bytes(content)
    if how == "cannot be made":
        (folder / "file").write_text("", "utf-8")
        return folder / "file" / "store"
    return folder


@given(st.lists(documents, max_size=12), changes)
def test_it_has_the_bytes_of_a_clean_one_after_any_changes(
    first: list[SearchDocument], changed: list[tuple[SearchDocument, bool, Mapping[str, Sequence[str]], str]]
) -> None:
    now = {one.id: one for one in [*(document(f"LL-{number:04}", "disk") for number in range(0, 80, 2)), *first]}
    with tempfile.TemporaryDirectory() as folder, small_blocks_and_shards():
        for one, stays, synonyms, how in changed:
            if stays:
                now[one.id] = one
            else:
                now.pop(one.id, None)
            store = ResultStore(harm(Path(folder), how))
            kept = build_index(now.values(), synonyms=synonyms, store=store)
            store.close()
            assert kept == build_index(now.values(), synonyms=synonyms)


def test_after_a_changed_word_only_the_documents_around_it_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [document(f"LL-{number:04}", f"disk {number}") for number in range(1000)]
    store = ResultStore(tmp_path)
    build_index(many, store=store)
    read: list[str] = []

    def counted(one: SearchDocument, *others: object) -> dict[str, float]:
        read.append(one.id)
        return frequencies(one, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(term_lists, "frequencies", counted)
    build_index(many, store=store)
    assert read == []
    changed = [*many[:500], replace(many[500], title="disk full"), *many[501:]]
    assert build_index(changed, store=store) == build_index(changed)
    del read[-1000:]  # those of the clean one
    assert "LL-0500" in read
    assert len(read) <= term_lists.BLOCK * 3 // 2
    build_index(many, language="de", store=store)
    assert len(read) > 1000, "the terms of another language are others"


def test_after_a_changed_word_only_the_lists_of_changed_words_are_packed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [document(f"LL-{number:04}", f"disk w{number % 7} x{number % 11}") for number in range(1000)]
    store = ResultStore(tmp_path)
    build_index(many, store=store)
    packed: list[int] = []
    pack = shards.PostingsPacker.__call__

    def counted(self: shards.PostingsPacker, postings: Sequence[int]) -> str:
        packed.append(len(postings))
        return pack(self, postings)

    monkeypatch.setattr(shards.PostingsPacker, "__call__", counted)
    changed = [*many[:500], replace(many[500], title="disk w3 x9"), *many[501:]]
    index = build_index(changed, store=store)
    assert 0 < len(packed) <= 4, "the two words of the old title, and of the new one"
    assert index == build_index(changed)
