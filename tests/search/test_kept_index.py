"""An index that is made of kept blocks has the bytes of one that is made anew."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from helpers.knowledge_base import load_base, write_base
from helpers.search_corpus import document
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.search import document_rows, posting_lists, term_blocks
from mkdocs_pir.search import index as building
from mkdocs_pir.search.documents import index_of
from mkdocs_pir.search.impacts import impacts
from mkdocs_pir.search.index import build_index
from mkdocs_pir.search.search_document import SearchDocument
from mkdocs_pir.site.urls import path_of
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
    with patch.multiple(building, **sizes), patch.object(document_rows, "BLOCK", 4):
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
    made: list[str] = []
    row = document_rows._row

    def counted(one: SearchDocument, *others: object) -> tuple[list[int], bytes]:
        read.append(one.id)
        return impacts(one, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(term_blocks, "impacts", counted)
    monkeypatch.setattr(document_rows, "_row", lambda one: made.append(one.id) or row(one))
    build_index(many, store=store)
    assert read == made == []
    changed = [*many[:500], replace(many[500], title="disk full"), *many[501:]]
    assert build_index(changed, store=store) == build_index(changed)
    for ids in (read, made):
        del ids[-1000:]  # those of the clean one
        assert "LL-0500" in ids
        assert len(ids) <= document_rows.BLOCK * 3 // 2
    build_index(many, language="de", store=store)
    assert len(read) > 1000, "the terms of another language are others"


def test_after_a_changed_word_only_the_lists_of_changed_words_are_packed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [document(f"LL-{number:04}", f"disk w{number % 7} x{number % 11}") for number in range(1000)]
    store = ResultStore(tmp_path)
    build_index(many, store=store)
    packed: list[int] = []
    pack = posting_lists.PostingsPacker.__call__

    def counted(self: posting_lists.PostingsPacker, postings: Sequence[int]) -> str:
        packed.append(len(postings))
        return pack(self, postings)

    monkeypatch.setattr(posting_lists.PostingsPacker, "__call__", counted)
    changed = [*many[:500], replace(many[500], title="disk w3 x9"), *many[501:]]
    index = build_index(changed, store=store)
    assert 0 < len(packed) <= 4, "the two words of the old title, and of the new one"
    assert index == build_index(changed)


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("kb/pirs/2025/PIR-2025-0001.md", "SEV-2", "SEV-1"),
        ("kb/pirs/2025/PIR-2025-0001.md", "status: closed\n", "status: closed\nworkaround: Restart it.\n"),
        ("kb/problems/PRB-0001.md", "Restart that", "Renew that"),
        ("kb/lessons/LL-0001.md", "lesson: ", "recommendation: Always.\nlesson: "),
        ("kb/services/mail-gateway.md", "name: ", "name: New "),
        ("kb/causes/change/expired-certificate.md", "name: ", "name: New "),
    ],
)
@pytest.mark.parametrize("edition", [Edition(), Edition("harbor-credit")])
def test_it_shows_what_changed_in_any_record_that_a_document_shows(
    tmp_path: Path, edition: Edition, path: str, old: str, new: str
) -> None:
    folder, store = write_base(tmp_path / "base"), ResultStore(tmp_path / "store")
    before = dict(index_of(project(load_base(folder), edition), path_of, store))
    text = (folder / path).read_text("utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new, 1), "utf-8")
    now = project(load_base(folder), edition)
    after = dict(index_of(now, path_of, store))
    assert after == dict(index_of(now, path_of))
    assert after != before or not edition.internal, "a client sees not all of this"
