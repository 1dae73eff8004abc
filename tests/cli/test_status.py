"""`pir status`: a record moves on if the conditions for it hold, and otherwise says which do not."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.changed_files import DRAFT
from helpers.knowledge_base import REVIEW_FILE, REVIEW_WITH_OPEN_ACTION, pir, write_base

LESSON = "---\nid: LL-0002\ntitle: Name the port\nstatus: draft # since March\nlesson: Ports have names.\n---\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_base(tmp_path, {REVIEW_FILE: REVIEW_WITH_OPEN_ACTION, f"kb/{DRAFT}": LESSON})


def _text(folder: Path, file: str = REVIEW_FILE) -> str:
    return (folder / file).read_text("utf-8")


@pytest.mark.parametrize("step", ["closed", "next"])
def test_a_condition_that_does_not_hold_is_named_with_its_line_and_what_to_do(folder: Path, step: str) -> None:
    result = pir(folder, "status", "PIR-2025-0001", step)
    assert result.exit_code == 1
    line = REVIEW_WITH_OPEN_ACTION.split("\n").index("  - id: A1") + 1
    assert f"{REVIEW_FILE}:{line}:3: error PIR306: PIR-2025-0001 cannot become 'closed' yet" in result.stderr
    assert "finish A2 and write the day in 'completed'" in result.stderr
    assert _text(folder) == REVIEW_WITH_OPEN_ACTION


def test_a_review_moves_on_once_its_conditions_hold(folder: Path) -> None:
    assert pir(folder, "action", "done", "PIR-2025-0001-A2").exit_code == 0
    before = _text(folder)
    result = pir(folder, "status", str(Path(folder / REVIEW_FILE).resolve()), "closed")
    assert result.exit_code == 0, result.output
    assert _text(folder) == before.replace("status: action-management", "status: closed")
    result = pir(folder, "status", "PIR-2025-0001", "next")
    assert result.exit_code == 2
    assert "PIR-2025-0001 is closed, after which there is no next status" in result.stderr


def test_a_step_of_the_process_is_a_status(folder: Path) -> None:
    assert pir(folder, "status", "PIR-2025-0001", "03g.03").exit_code == 0
    assert "\nstatus: client-review\n" in _text(folder)


def test_a_lesson_gets_the_day(folder: Path) -> None:
    path = f"kb/{DRAFT}"
    assert pir(folder, "status", "LL-0002", "next", "--on", "2026-09-01").exit_code == 0
    validated = LESSON.replace("status: draft #", "status: validated #").replace(
        "names.\n", "names.\nvalidated_on: 2026-09-01\n"
    )
    assert _text(folder, path) == validated
    result = pir(folder, "status", "LL-0002", "verified", "--evidence", "the drill in May")
    assert result.exit_code == 0
    assert "evidence: the drill in May\nvalidated_on: 2026-09-01\nverified_on: 2026-09-30\n" in _text(folder, path)
    assert pir(folder, "status", "LL-0002", "superseded").exit_code == 2
    assert pir(folder, "status", "LL-0002", "superseded", "--by", "LL-0099").exit_code == 1
    assert pir(folder, "status", "LL-0002", "superseded", "--by", "LL-0001").exit_code == 0
    assert "superseded_by: LL-0001\n" in _text(folder, path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("PIR-2025-0001", "clsed"), "a review has no status 'clsed'; did you mean 'closed'"),
        (("PIR-2025-0001", "archived"), "would free this one from its conditions"),
        (("PIR-2025-0001", "client-review", "--on", "2026-09-01"), "a review records no day"),
        (("LL-0002", "03g.01"), "a lesson has no status '03g.01'"),
        (("harbor-credit", "closed"), "'harbor-credit' is a client, not a review, lesson or problem"),
        (("PIR-2025-0009", "closed"), "there is no review, lesson or problem 'PIR-2025-0009'"),
        (("PIR-2025-0001",), "name the status after the id, such as: pir status PIR-2025-0001 next"),
        (("LL-0002", "validated", "--on", "2199-01-01"), "2199-01-01 is after today"),
    ],
)
def test_a_wrong_word_is_answered_and_nothing_is_written(
    folder: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = pir(folder, "status", *arguments)
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert (_text(folder), _text(folder, f"kb/{DRAFT}")) == (REVIEW_WITH_OPEN_ACTION, LESSON)


def test_a_selection_is_moved_as_far_as_it_can(folder: Path) -> None:
    result = pir(folder, "status", "--where", "status=action-management,draft", "next", "--yes")
    assert result.exit_code == 1
    assert "1 changed, 1 left out" in result.stderr
    assert _text(folder) == REVIEW_WITH_OPEN_ACTION
    assert "status: validated # since March" in _text(folder, f"kb/{DRAFT}")


def test_warnings_that_many_changes_lead_to_are_counted(tmp_path: Path) -> None:
    applied = {
        f"kb/lessons/LL-001{n}.md": f"---\nid: LL-001{n}\ntitle: Name port {n}\nstatus: applied\n---\n"
        for n in range(7)
    }
    folder = write_base(tmp_path, applied)
    result = pir(folder, "status", "--where", "id=LL-001*", "verified", "--yes")
    assert result.exit_code == 0, result.output
    assert result.stderr.count("warning PIR412") == 5
    assert "and 2 more of PIR412" in result.stderr
