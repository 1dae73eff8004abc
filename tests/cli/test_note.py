"""`pir note`: a dated note where no client sees it."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW, REVIEW_FILE, pir, write_base


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_base(tmp_path)


def test_a_note_on_a_record_is_a_paragraph_before_its_first_heading(folder: Path) -> None:
    file = folder / REVIEW_FILE
    for _ in range(2):
        assert pir(folder, "note", "PIR-2025-0001", "Waits for:  the supplier", "--on", "2026-09-01").exit_code == 0
    assert file.read_text("utf-8") == REVIEW.replace(
        "Notes that stay inside.\n", "\nNotes that stay inside.\n\n2026-09-01: Waits for: the supplier\n"
    )
    assert pir(folder, "build", "--edition", "client:harbor-credit").exit_code == 0
    page = folder / "published/clients/harbor-credit/pirs/2025/PIR-2025-0001.html"
    assert "supplier" not in page.read_text("utf-8")


def test_a_note_on_an_action_is_added_to_those_it_has(folder: Path) -> None:
    for words in ("first", "second"):
        assert pir(folder, "note", "PIR-2025-0001-A1", words).exit_code == 0
    added = "    note: |-\n      2026-09-30: first\n\n      2026-09-30: second\n"
    assert (folder / REVIEW_FILE).read_text("utf-8") == REVIEW.replace("recommendations:", f"{added}recommendations:")


def test_notes_on_many_are_asked_for(folder: Path) -> None:
    arguments = ("note", "PIR-2025-0001-A1", "LL-0001", "Seen in the audit")
    assert pir(folder, *arguments).exit_code == 1
    assert (folder / REVIEW_FILE).read_text("utf-8") == REVIEW
    result = pir(folder, *arguments, "--yes")
    assert result.exit_code == 0
    assert "2026-09-30: Seen in the audit" in (folder / "kb/lessons/LL-0001.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("PIR-2025-0001-A9", "x"), "there is no action 'PIR-2025-0001-A9'"),
        (("LL-0099", "x"), "there is no record 'LL-0099'"),
        (("LL-0001", " "), "the note is empty"),
        (("handbook/on-call", "x"), "is a page, not a record"),
        (("LL-0001",), 'such as: pir note LL-0001 "TEXT"'),
    ],
)
def test_a_note_for_nothing_is_refused(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    result = pir(folder, "note", *arguments)
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert (folder / "kb/lessons/LL-0001.md").read_text("utf-8") == FILES["kb/lessons/LL-0001.md"]
