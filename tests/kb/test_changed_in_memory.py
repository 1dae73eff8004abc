"""A record that is checked with another content gives what it would give if that were in its file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW, REVIEW_FILE, write_base

from mkdocs_pir.kb import loading, settings
from mkdocs_pir.kb.problem import ProblemError

LESSON = "kb/lessons/LL-0001.md"
CAUSE = "kb/causes/monitoring/missing-alert.md"
REGISTER = {
    "kb/registers/actions.csv": "id,status,completed,verified\nPIR-2025-0001-A1,verified,2025-03-30,2025-04-02\n"
}

CHANGES: Mapping[str, tuple[str, str]] = {
    "a reference to nothing": (REVIEW_FILE, REVIEW.replace("lessons: [LL-0001]", "lessons: [LL-0009]")),
    "a status whose conditions do not hold": (REVIEW_FILE, REVIEW.replace("trigger: change/expired-certificate\n", "")),
    "an action that a register row names is gone": (REVIEW_FILE, REVIEW.replace("id: A1", "id: A7")),
    "another id": (LESSON, FILES[LESSON].replace("id: LL-0001", "id: LL-0002")),
    "a name of a client for all": (LESSON, FILES[LESSON].replace("Hosts do not", "HarborCU does not")),
    "a cause that is no cause": (CAUSE, FILES[CAUSE].replace("name: Missing alert\n", "")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_it_gives_what_a_changed_file_gives(change: str, tmp_path: Path) -> None:
    folder = write_base(tmp_path / "base", REGISTER)
    name, text = CHANGES[change]
    reading = loading.read(settings.read(folder / "mkdocs.yml"))
    before = loading.check(reading)
    there = loading.check(loading.with_changed_files(reading, {name.removeprefix("kb/"): text.encode()}))
    assert loading.check(reading).problems == before.problems
    (folder / name).write_text(text, "utf-8")
    written = loading.load(settings.read(folder / "mkdocs.yml"))
    assert there.problems == written.problems != before.problems
    assert there.links == written.links
    assert {i: f.record for i, f in there.record_files.items()} == {
        i: f.record for i, f in written.record_files.items()
    }


def test_a_content_that_is_no_record_is_refused(tmp_path: Path) -> None:
    reading = loading.read(settings.read(write_base(tmp_path / "base") / "mkdocs.yml"))
    with pytest.raises(ProblemError):
        loading.with_changed_files(reading, {"lessons/LL-0001.md": b"---\nid: [\n---\n"})
