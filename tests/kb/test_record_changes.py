"""Changes of records: checked as a whole before they are written, and written all or none."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.changed_files import LESSON, REVIEW
from helpers.knowledge_base import load_base, write_base

from mkdocs_pir.kb import record_changes
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.loading import read
from mkdocs_pir.kb.record_changes import ChangedMeanwhileError, changed_knowledge, new_problems
from mkdocs_pir.kb.record_edits import Remove, Set


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    knowledge: KnowledgeBase = load_base(write_base(tmp_path))
    return knowledge


def test_what_changes_would_make_wrong_is_known_before_they_are_written(base: KnowledgeBase) -> None:
    file = base.folder / REVIEW
    before = file.read_bytes()
    reading = read(base.settings)
    edits = [Set(("lessons",), ["LL-0099"]), Remove(("actions", "A1", "completed"))]
    after = changed_knowledge(reading, [record_changes.change(base.folder, REVIEW, edits)])
    assert [(p.code, p.line) for p in new_problems(base, after) if p.severity == "error"] == [
        ("PIR202", 21),
        ("PIR302", 25),
    ]
    assert file.read_bytes() == before


def test_the_changed_file_is_seen_as_it_would_be(base: KnowledgeBase) -> None:
    change = record_changes.change(base.folder, REVIEW, [Set(("title",), "Another"), Set(("x-note",), {"a": "b"})])
    after = changed_knowledge(read(base.settings), [change]).record_files["PIR-2025-0001"]
    assert after.record is not None
    assert after.record.label == "Another"
    assert after.at("x-note") == (37, 9)
    assert after.body.startswith("Notes that stay inside.")


def test_nothing_is_written_when_a_file_was_changed_by_somebody_else(base: KnowledgeBase) -> None:
    changes = [record_changes.change(base.folder, path, [Set(("title",), "Another")]) for path in (REVIEW, LESSON)]
    other = base.folder / LESSON
    other.write_bytes(other.read_bytes() + b"\nAdded.\n")
    with pytest.raises(ChangedMeanwhileError) as refused:
        record_changes.write(base.folder, changes)
    assert refused.value.path == LESSON
    assert (base.folder / REVIEW).read_bytes() == changes[0].before
    record_changes.write(base.folder, changes[:1])
    assert (base.folder / REVIEW).read_bytes() == changes[0].after
