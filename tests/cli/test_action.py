"""`pir action`: actions are finished, verified, cancelled and assigned, one or many, or as a tracker says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.knowledge_base import REVIEW_FILE, REVIEW_WITH_OPEN_ACTION, pir, write_base

COMMENTED = REVIEW_WITH_OPEN_ACTION.replace(
    "    owner: messaging team\n",
    "    owner: messaging team  # since May\n    tracker: https://tracker.example/OPS-7\n",
)
SECOND_FILE = "kb/pirs/2025/PIR-2025-0002.md"
SECOND = (
    COMMENTED.replace("PIR-2025-0001", "PIR-2025-0002")
    .replace("INC-1001", "INC-1009")
    .replace("OPS-7", "OPS-8")
    .replace("release: {approved_by: service-delivery-manager, on: 2025-03-20}\n", "")
    .replace("audience: client\n", "")
)
BROKEN = "---\nid: LL-0009\ntitle: [\n---\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_base(tmp_path, {REVIEW_FILE: COMMENTED, SECOND_FILE: SECOND, "kb/lessons/LL-0009.md": BROKEN})


def _text(folder: Path, file: str = REVIEW_FILE) -> str:
    return (folder / file).read_text("utf-8")


def test_an_action_named_by_its_id_is_finished_at_once(folder: Path) -> None:
    result = pir(folder, "action", "done", "pir-2025-0001-a2", "--on", "2026-09-15", "--note", "seen in the meeting")
    assert result.exit_code == 0, result.output
    assert _text(folder) == COMMENTED.replace("    status: open\n", "    status: done\n").replace(
        "    due: 2026-09-20\n", "    due: 2026-09-20\n    completed: 2026-09-15\n"
    ).replace(
        "    tracker: https://tracker.example/OPS-7\n",
        "    tracker: https://tracker.example/OPS-7\n",
    ).replace(
        "    causes: [monitoring/missing-alert]\n",
        '    causes: [monitoring/missing-alert]\n    note: "2026-09-15: seen in the meeting"\n',
    )
    assert "+    status: done" in result.stdout
    assert "1 changed" in result.stderr
    again = pir(folder, "action", "done", "PIR-2025-0001-A2", "--on", "2026-09-15", "--note", "seen in the meeting")
    assert (again.exit_code, again.stdout) == (0, "")
    assert "1 as wanted already" in again.stderr


def test_the_day_is_that_of_the_figures(folder: Path) -> None:
    assert pir(folder, "action", "done", "OPS-7").exit_code == 0
    assert "    completed: 2026-09-30\n" in _text(folder)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("verify", "PIR-2025-0001-A2"), 1, "A2 is open and cannot be verified before it is done"),
        (("cancel", "PIR-2025-0001-A1", "--reason", "late"), 1, "A1 is verified and cannot be cancelled"),
        (("done", "PIR-2025-0001-A1"), 1, "A1 is verified and cannot be finished"),
        (("assign", "PIR-2025-0001-A1", "--owner", "x"), 1, "A1 is verified and has no work left to assign"),
        (("done", "PIR-2025-0001-A2", "--on", "2025-03-01"), 1, "'completed' (2025-03-01) is before 'created'"),
        (("done", "PIR-2025-0001-A2", "--on", "2199-01-01"), 2, "2199-01-01 is after today"),
        (("done", "PIR-2025-0001-A2", "--on", "2026-13-01"), 2, "'2026-13-01' is not a date"),
        (("done", "PIR-2025-0001-A9"), 2, "there is no action 'PIR-2025-0001-A9'; did you mean"),
        (("done", "PIR-2025-0001"), 2, "it has PIR-2025-0001-A1, PIR-2025-0001-A2"),
        (("done", "LL-0001"), 2, "'LL-0001' is not an action"),
        (("done",), 2, "name an action by its id, or choose with --where or --from"),
        (("cancel", "PIR-2025-0001-A2"), 2, "give the reason with --reason"),
        (("assign", "PIR-2025-0001-A2"), 2, "give --owner, --due or both"),
        (("done", "--where", "statu=open"), 2, "--where: there is no field 'statu'; did you mean 'status'"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    folder: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    result = pir(folder, "action", *arguments)
    assert result.exit_code == code, result.output
    assert message in result.stderr
    assert _text(folder) == COMMENTED
    if code == 1:
        assert f"{REVIEW_FILE}:" in result.stderr


def test_a_selection_is_shown_and_only_written_with_yes(folder: Path) -> None:
    where = ("action", "assign", "--where", "state=overdue owner=messaging", "--owner", "network team")
    shown = pir(folder, *where)
    assert shown.exit_code == 1
    assert shown.stdout.count("+    owner: network team  # since May") == 2
    assert "nothing is written: 2 would change; to write without a question, add --yes" in shown.stderr
    assert (_text(folder), _text(folder, SECOND_FILE)) == (COMMENTED, SECOND)
    written = pir(folder, *where, "--yes")
    assert (written.exit_code, written.stdout) == (0, shown.stdout)
    assert _text(folder, SECOND_FILE) == SECOND.replace("messaging team  # since", "network team  # since")
    assert pir(folder, *where, "--yes").exit_code == 0


def test_what_a_rule_keeps_is_left_out_and_the_others_are_written(folder: Path) -> None:
    result = pir(folder, "action", "verify", "PIR-2025-0001-A1", "OPS-8", "--on", "2025-04-07", "--yes")
    assert result.exit_code == 1
    assert "PIR-2025-0002-A2 is left out" in result.stderr
    assert "finish it first with: pir action done PIR-2025-0002-A2" in result.stderr
    assert "1 changed, 1 left out" in result.stderr
    assert "    verified: 2025-04-07\n" in _text(folder)
    assert _text(folder, SECOND_FILE) == SECOND


def test_a_read_only_file_keeps_all_of_them_as_they_are(folder: Path) -> None:
    (folder / SECOND_FILE).chmod(0o444)
    result = pir(folder, "action", "done", "OPS-7", "OPS-8", "--yes")
    assert result.exit_code == 1
    assert "PIR-2025-0002.md" in result.stderr
    assert _text(folder) == COMMENTED


def test_the_changes_are_told_to_programs(folder: Path) -> None:
    result = pir(folder, "action", "done", "--where", "status=open", "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["written"] is False
    assert told["changes"][0] == {
        "id": "PIR-2025-0001-A2",
        "path": "pirs/2025/PIR-2025-0001.md",
        "fields": [
            {"field": "status", "before": "open", "after": "done"},
            {"field": "completed", "before": None, "after": "2026-09-30"},
        ],
    }
    done = json.loads(pir(folder, "action", "done", "--where", "status=open", "--json", "--yes").stdout)
    assert done == {**told, "written": True}


EXPORT = """\ufeffKey;Status;Assignee;Due date;Resolved;Comment
OPS-7;Closed;;;2026-09-10;tried in the drill
OPS-99;Closed;;;2026-09-10;another team's
PIR-2025-0002-A2;In progress;network team;2026-10-30;;
PIR-2025-0002-A1;To do;;;;
PIR-2025-0001-A9;Closed;;;2026-09-10;
"""


def test_the_tracker_s_export_becomes_part_of_the_reviews(folder: Path, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text(EXPORT, "utf-8")
    result = pir(folder, "action", "update", str(export), "--yes")
    assert result.exit_code == 1
    assert "2 changed, 2 left out" in result.stderr
    assert "1 row about no action of these reviews" in result.stderr
    assert "PIR-2025-0002-A1 is 'open' here, and 'verified' in its review" in result.stderr
    assert "there is no action 'PIR-2025-0001-A9'" in result.stderr
    first, second = _text(folder), _text(folder, SECOND_FILE)
    assert "    status: done\n" in first
    assert "    completed: 2026-09-10\n" in first
    assert '    note: "2026-09-10: tried in the drill"\n' in first
    assert "    status: in-progress\n" in second
    assert "    owner: network team  # since May\n" in second
    assert "    due: 2026-10-30\n" in second
    pir(folder, "action", "update", str(export), "--yes")
    assert (_text(folder), _text(folder, SECOND_FILE)) == (first, second)


def test_a_file_names_the_actions_and_its_status_counts(folder: Path, tmp_path: Path) -> None:
    listed = tmp_path / "done.csv"
    listed.write_text("id,status,completed\nPIR-2025-0001-A2,done,2026-09-11\nPIR-2025-0002-A2,blocked,\n", "utf-8")
    result = pir(folder, "action", "done", "--from", str(listed), "--yes")
    assert result.exit_code == 1
    assert "PIR-2025-0002-A2 is left out: its status is 'blocked' on line 3 of" in result.stderr
    assert "    completed: 2026-09-11\n" in _text(folder)
    listed.write_text("ticket no\nx\n", "utf-8")
    refused = pir(folder, "action", "done", "--from", str(listed))
    assert refused.exit_code == 1
    assert "no column has the ids of actions; the columns are ticket no" in refused.stderr
    assert pir(folder, "action", "done", "--from", str(tmp_path / "none.csv")).exit_code == 2


def test_what_is_done_already_keeps_its_day_unless_one_is_given(folder: Path) -> None:
    assert pir(folder, "action", "done", "PIR-2025-0001-A2", "--on", "2026-09-15").exit_code == 0
    once = _text(folder)
    again = pir(folder, "action", "done", "PIR-2025-0001-A2")
    assert again.exit_code == 0, again.output
    assert _text(folder) == once
    assert pir(folder, "action", "done", "PIR-2025-0001-A2", "--on", "2026-09-14").exit_code == 0
    assert "completed: 2026-09-14" in _text(folder)
