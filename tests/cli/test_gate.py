"""`pir gate`: the next step of a review, what it lacks, and wrong usage in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.knowledge_base import REVIEW, find_problems, pir, write_base

STEPS = [
    # status, fields taken away from the review, what the gate says is next
    ("draft", ("initiated",), "record under 'initiated'"),
    ("draft", (), "set 'status: investigation'"),
    ("investigation", ("lessons",), "link a lesson"),
    ("investigation", (), "set 'status: internal-review'"),
    ("internal-review", ("reviews",), "hold the internal review"),
    ("internal-review", (), "set 'status: client-review'"),
    ("client-review", (), "set 'status: action-management'"),
    ("action-management", (), "set 'status: closed'"),
]


def without(text: str, field: str) -> str:
    """The front matter without one field and what belongs to it."""
    kept, skipping = [], False
    for line in text.split("\n"):
        if not line.startswith((" ", "-")) or line.startswith("---"):
            skipping = line.startswith(f"{field}:")
        if not skipping:
            kept.append(line)
    return "\n".join(kept)


@pytest.mark.parametrize(("status", "missing", "next_"), STEPS)
def test_the_gate_tells_the_next_step_from_the_first_incident_to_closed(
    tmp_path: Path, status: str, missing: tuple[str, ...], next_: str
) -> None:
    text = REVIEW.replace("status: closed", f"status: {status}")
    for field in missing:
        text = without(text, field)
    write_base(tmp_path, {"kb/pirs/2025/PIR-2025-0001.md": text})
    found = json.loads(pir(tmp_path, "gate", "PIR-2025-0001", "--json").stdout)
    assert next_ in found["next"]
    assert bool(missing) == bool(found["blocked_by"])
    assert next_ in pir(tmp_path, "gate", "PIR-2025-0001").stdout


def test_feedback_of_a_meeting_that_was_not_applied_is_the_next_step(tmp_path: Path) -> None:
    text = REVIEW.replace("status: closed", "status: client-review").replace(", feedback_applied: 2025-03-19}", "}")
    write_base(tmp_path, {"kb/pirs/2025/PIR-2025-0001.md": text})
    assert "apply the feedback of the client review of 2025-03-18" in pir(tmp_path, "gate", "PIR-2025-0001").stdout


def test_a_status_that_is_not_earned_ends_with_1_and_the_validator_agrees(tmp_path: Path) -> None:
    write_base(tmp_path, {"kb/pirs/2025/PIR-2025-0001.md": without(REVIEW, "trigger")})
    result = pir(tmp_path, "gate", "PIR-2025-0001", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["unearned"] == ["trigger-known"]
    assert [p["code"] for p in find_problems(tmp_path)] == ["PIR306"]
    assert "condition is not met" in pir(tmp_path, "gate", "PIR-2025-0001").stdout


def test_closed_and_archived_reviews_pass_no_more_gates(tmp_path: Path) -> None:
    write_base(tmp_path)
    closed = pir(tmp_path, "gate", "PIR-2025-0001")
    assert closed.exit_code == 0
    assert "Closed" in closed.stdout
    write_base(
        tmp_path,
        {"kb/pirs/2025/PIR-2025-0001.md": without(REVIEW, "trigger").replace("status: closed", "status: archived")},
    )
    history = pir(tmp_path, "gate", "PIR-2025-0001")
    assert history.exit_code == 0
    assert "Archived:" in history.stdout
    assert json.loads(pir(tmp_path, "gate", "PIR-2025-0001", "--json").stdout)["steps"] == []


def test_no_id_is_one_sentence(tmp_path: Path) -> None:
    result = pir(write_base(tmp_path), "gate", "")
    assert result.exit_code == 2
    assert "there is no review" in result.stderr
