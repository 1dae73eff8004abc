"""Records of the internal edition are kept as it shows them; what is found again is what would be made anew."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from helpers.knowledge_base import FILES, REVIEW_FILE, write_base

from mkdocs_pir.editions import encoded_values, kept_records
from mkdocs_pir.editions.encoded_values import digest_of, encoded
from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.kb import loading, settings
from mkdocs_pir.kb.model import Cause, Pir, Record, Review, Section
from mkdocs_pir.kb.texts import NOTHING, Text
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.store import executors

INTERNAL = Edition()
LESSON = "kb/lessons/LL-0001.md"


def _projection(folder: Path, edition: Edition = INTERNAL, *, kept: bool = True) -> Projection:
    known = settings.read(folder / "mkdocs.yml")
    return project(loading.read(known if kept else msgspec.structs.replace(known, cache=None)).knowledge, edition)


def _content(projection: Projection) -> bytes:
    # equality alone takes a text and its words for the same
    return encoded([projection.records, projection.backlinks, projection.files])


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the records that were found among what was kept."""
    ids: list[str] = []
    decoded = kept_records._decoded

    def noted(kind: str, kept: kept_records._Kept) -> Record:
        ids.append((record := decoded(kind, kept)).id)
        return record

    monkeypatch.setattr(kept_records, "_decoded", noted)
    return ids


def test_what_is_found_is_what_would_be_made(tmp_path: Path, found: list[str]) -> None:
    folder = write_base(tmp_path / "base")
    first = _projection(folder)
    assert not found
    second = _projection(folder)
    assert digest_of(second) == digest_of(first)
    assert len(found) == sum(map(len, second.records.values()))
    assert _content(first) == _content(second) == _content(_projection(folder, kept=False))


@pytest.mark.parametrize("processes", [1, 2])
def test_many_are_made_in_several_processes(
    tmp_path: Path, found: list[str], monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    folder = write_base(tmp_path / "base")
    monkeypatch.setattr(executors, "processors", lambda: processes)
    monkeypatch.setattr(kept_records, "MANY", 1)
    monkeypatch.setattr(kept_records, "_SHARED", 2)
    shared = _projection(folder)
    made = list(found)
    assert sorted(made) == sorted(id_ for records in shared.records.values() for id_ in records)
    assert _content(shared) == _content(_projection(folder, kept=False))
    monkeypatch.setattr(kept_records, "_encoded", lambda record: pytest.fail("it was not kept"))
    assert digest_of(_projection(folder)) == digest_of(shared)
    assert sorted(found) == sorted(made * 2)


def test_nothing_is_kept_once_a_text_took_too_long_elsewhere(
    tmp_path: Path, found: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_base(tmp_path / "base")
    monkeypatch.setattr(kept_records, "MANY", 1)
    monkeypatch.setattr(kept_records, "share", lambda do, tasks: [(*do(task)[:2], True) for task in tasks])
    first = _projection(folder)
    found.clear()
    monkeypatch.setattr(kept_records, "MANY", 1_000)
    assert _content(_projection(folder)) == _content(first)
    assert not found


def test_a_change_counts_where_it_is_shown(tmp_path: Path, found: list[str]) -> None:
    folder = write_base(tmp_path / "base")
    changes = [
        (REVIEW_FILE, "## Summary\n", "## Summary\n\nSee [[LL-0001]] and `code`.\n"),
        (LESSON, re.search("^title: .*$", FILES[LESSON], re.M)[0], "title: Another title of the lesson"),  # type: ignore[index]
        ("mkdocs.yml", "", "# as before\n"),
    ]
    before = _projection(folder)
    for name, old, new in changes:
        file = folder / name
        text = file.read_text("utf-8")
        file.write_text(text.replace(old, new, 1) if old else new + text, "utf-8")
        assert old in text
        found.clear()
        after = _projection(folder)
        digest = digest_of(after)
        new = _projection(folder, kept=False)
        assert digest == digest_of(new)
        assert _content(after) == _content(new)
        made = {id_ for records in after.records.values() for id_ in records} - set(found)
        assert bool(made) == (_content(before) != _content(after))
        before = after


def test_digests_of_records_without_bodies_are_kept_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_base(tmp_path / "base")
    first = digest_of(EditionContext(_projection(folder, kept=False)).projection)
    assert digest_of(EditionContext(_projection(folder)).projection) == first
    again = EditionContext(_projection(folder)).projection
    # nothing but the projection is encoded: each record is known
    monkeypatch.setattr(encoded_values, "know", lambda record, digests: pytest.fail(f"{record.id} was not known"))
    assert digest_of(again) == first


def test_what_is_kept_never_reaches_a_client(tmp_path: Path, found: list[str]) -> None:
    folder = write_base(tmp_path / "base")
    _projection(folder)
    client = sorted(_projection(folder).clients)[0]
    found.clear()
    shown = _projection(folder, Edition(client))
    assert not found
    assert _content(shown) == _content(_projection(folder, Edition(client), kept=False))


def test_every_text_is_restored() -> None:
    marked = Text("words in code", "<p>words in <code>code</code></p>")
    plain = Text("plain words", "<p>plain words</p>")
    records = [
        Cause("a/b", name="A name", definition=marked, examples=("typed", marked, plain), look_for=(NOTHING,)),
        Pir(
            "PIR-1",
            reviews=(Review("weekly", feedback=(plain, marked)),),
            sections=(Section("A", marked), Section("B", plain)),
        ),
    ]
    for record in records:
        again = kept_records._decoded(record.kind, kept_records._encoded(record))
        assert encoded(again) == encoded(record)
        assert again == record
