"""Actions whose state comes from a register or a tracker's export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW, find_problems, pir, write_base

from mkdocs_pir.insight.kpis import NAMES
from mkdocs_pir.kb import schema

OPEN = REVIEW.replace(
    """    status: verified
    owner: platform team
    created: 2025-03-06
    due: 2025-04-03
    completed: 2025-03-30
    verified: 2025-04-02
""",
    """    status: open
    owner: platform team
    created: 2025-03-06
    due: 2025-04-03
    tracker: https://tracker.example/OPS-1182
    audience: client
""",
).replace("status: closed", "status: action-management")
KB = {"kb/pirs/2025/PIR-2025-0001.md": OPEN}
REGISTER = "kb/registers/actions.csv"


def states(folder: Path, *more: str) -> dict[str, dict[str, object]]:
    found = pir(folder, "actions", "--format", "json", *more)
    assert found.exit_code == 0, found.output
    return {row["id"]: row for row in json.loads(found.stdout)}


def test_a_row_carries_the_action_on_without_an_edit_of_the_review(tmp_path: Path) -> None:
    rows = "id,status,completed,verified\nPIR-2025-0001-A1,verified,2025-03-30,2025-04-02\n"
    folder = write_base(tmp_path, {**KB, REGISTER: rows})
    assert find_problems(folder) == []
    action = states(folder)["PIR-2025-0001-A1"]
    assert (action["state"], action["completed"], action["owner"]) == ("verified", "2025-03-30", "platform team")


def test_a_client_sees_of_the_row_what_it_sees_of_the_action(tmp_path: Path) -> None:
    rows = "id,status,completed,tracker\nPIR-2025-0001-A1,done,2025-03-30,https://tracker.example/OPS-1182\n"
    folder = write_base(tmp_path, {**KB, REGISTER: rows})
    assert pir(folder, "build", "--edition", "client:harbor-credit").exit_code == 0
    action = states(folder, "--edition", "client:harbor-credit")["PIR-2025-0001-A1"]
    assert (action["state"], action["completed"]) == ("done", "2025-03-30")
    assert not action.get("owner")


def test_what_a_client_sees_of_the_register_is_what_it_sees_of_the_action() -> None:
    action = schema.load("pir")["properties"]["actions"]["items"]["properties"]
    register = schema.load("action")["properties"]
    assert {n: s.get("x-audience") for n, s in register.items()} == {n: action[n].get("x-audience") for n in register}


CONFLICTS = [
    # what the register says, the column of the cell, the words
    ("id,status\nPIR-2025-0001-A1,open", 18, "'open' here and 'verified' in its review"),
    ("id,status,cancel_reason\nPIR-2025-0001-A1,cancelled,too dear", 18, "'cancelled' here and 'verified'"),
    ("id,status,completed\nPIR-2025-0001-A1,done,2025-03-31", 23, "'2025-03-31' here and '2025-03-30'"),
    ("id,owner,status\nPIR-2025-0001-A1,desk,done", 18, "'desk' here and 'platform team'"),
    ("id,status,due\nPIR-2025-0001-A1,done,2025-05-03", 23, "'2025-05-03' here and '2025-04-03'"),
]


@pytest.mark.parametrize(("rows", "column", "words"), CONFLICTS)
def test_where_they_disagree_the_review_stands_and_the_cell_is_reported(
    tmp_path: Path, rows: str, column: int, words: str
) -> None:
    folder = write_base(tmp_path, {REGISTER: rows + "\n"})
    (found,) = find_problems(folder)
    assert (found["code"], found["path"], found["line"], found["column"]) == (
        "PIR508", "registers/actions.csv", 2, column,
    )  # fmt: skip
    assert words in str(found["message"])
    assert "change line" in str(found["hint"])
    action = states(folder)["PIR-2025-0001-A1"]
    assert (action["state"], action["owner"], action["due"], action["completed"]) == (
        "verified", "platform team", "2025-04-03", "2025-03-30",
    )  # fmt: skip


UNSOUND = [
    ("id,status\nPIR-2025-0001-A1,done", "PIR302", 2, 18),
    ("id,status\nPIR-2025-0001-A1,cancelled", "PIR309", 2, 18),
    ("id,status,completed\nPIR-2025-0001-A1,done,2025-03-01", "PIR303", 2, 23),
    ("id,status\nPIR-2025-0001-A9,done", "PIR503", 2, 1),
    ("id,status\nPIR-2025-0001-A1,finished", "PIR502", 2, 18),
    ("id,status,completed\nPIR-2025-0001-A1,done,31/3/2025", "PIR502", 2, 23),
    ("id,completed\nPIR-2025-0001-A1,2025-03-30", "PIR501", 1, 1),
    ("id,status\nPIR-2025-0001-A1,blocked\nPIR-2025-0001-A1,open", "PIR504", 3, 1),
]


@pytest.mark.parametrize(("rows", "code", "line", "column"), UNSOUND)
def test_a_row_that_makes_no_sound_action_is_reported_at_its_cell(
    tmp_path: Path, rows: str, code: str, line: int, column: int
) -> None:
    folder = write_base(tmp_path, {**KB, REGISTER: rows + "\n"})
    (found,) = find_problems(folder)
    assert (found["code"], found["path"], found["line"], found["column"]) == (
        code, "registers/actions.csv", line, column,
    )  # fmt: skip


MAPPED = (
    FILES["mkdocs.yml"]
    + """\
      actions:
        file: tracker.csv
        columns: {id: Issue key, status: Status, completed: Resolved, due: Due}
        statuses: {To do: open, Closed: done}
        dates: "%d/%m/%Y"
"""
)


def test_an_export_of_the_tracker_is_read_by_its_own_columns_and_words(tmp_path: Path) -> None:
    export = "Summary;Issue key;Status;Resolved\nProbe;OPS-1182;closed;30/03/2025\nOther work;OPS-9;Waiting;\n;;;\n"
    folder = write_base(tmp_path, {**KB, "mkdocs.yml": MAPPED.replace(", due: Due", ""), "tracker.csv": export})
    # the ticket is found by the action's 'tracker'; a status that we do not know is only wrong for one of ours
    found = find_problems(folder)
    assert [(p["code"], p["line"], p["column"]) for p in found] == []
    assert states(folder)["PIR-2025-0001-A1"]["completed"] == "2025-03-30"


MAPPED_WRONG = [
    ("Issue key,Status,Resolved,Due\nOPS-1182,Waiting,,\n", "PIR502", 2, 10, "actions: statuses"),
    ("Issue key,Status,Resolvd,Due\nOPS-1182,Closed,,\n", "PIR501", 1, 1, "did you mean 'Resolvd'?"),
    ("Issue key,Status,Resolved,Due\nPIR-2025-0001-A9,Closed,30/03/2025,\n", "PIR503", 2, 1, "PIR-2025-0001-A1"),
]


@pytest.mark.parametrize(("export", "code", "line", "column", "hint"), MAPPED_WRONG)
def test_what_is_wrong_with_an_export_is_named_at_its_cell(
    tmp_path: Path, export: str, code: str, line: int, column: int, hint: str
) -> None:
    folder = write_base(tmp_path, {**KB, "mkdocs.yml": MAPPED, "tracker.csv": export})
    found = next(p for p in find_problems(folder) if p["code"] == code)
    assert (found["path"], found["line"], found["column"]) == ("tracker.csv", line, column)
    assert hint in str(found["hint"])


def test_a_file_that_is_not_there_and_a_column_of_no_meaning_are_errors_of_the_configuration(tmp_path: Path) -> None:
    (missing,) = find_problems(write_base(tmp_path / "a", {**KB, "mkdocs.yml": MAPPED}))
    assert missing["code"] == "PIR602"
    (wrong,) = find_problems(
        write_base(tmp_path / "b", {**KB, "mkdocs.yml": MAPPED.replace("completed:", "compleeted:")})
    )
    assert (wrong["code"], wrong["path"], wrong["line"]) == ("PIR602", "mkdocs.yml", 12)


def test_a_deadline_that_no_step_of_the_process_has_is_an_error_too(tmp_path: Path) -> None:
    config = FILES["mkdocs.yml"] + "      targets: {review-days: 4, review-days-sev-1: 2, reveiw-days: 5}\n"
    (wrong,) = find_problems(write_base(tmp_path, {"mkdocs.yml": config}))
    assert (wrong["code"], wrong["path"]) == ("PIR602", "mkdocs.yml")
    assert "did you mean 'review-days'" in pir(tmp_path, "check").output


def test_the_kpis_that_may_have_a_target_are_the_kpis() -> None:
    names = schema.load("settings")["properties"]["targets"]["propertyNames"]["anyOf"][0]["enum"]
    assert set(names) == {*NAMES, "review-days"}


def test_a_misspelt_kpi_among_the_targets_is_an_error_with_the_nearest_name(tmp_path: Path) -> None:
    config = FILES["mkdocs.yml"] + "      targets:\n        adoptoin: 70\n"
    (wrong,) = find_problems(write_base(tmp_path, {"mkdocs.yml": config}))
    assert (wrong["code"], wrong["line"], wrong["column"]) == ("PIR602", 11, 9)
    result = pir(tmp_path, "check")
    assert "did you mean 'adoption'" in result.output


@pytest.mark.parametrize(
    ("config", "files"),
    [
        ("", {"kb/registers/actions.csv": "id,status,owner,completed\n{id},done,night team,2026-03-02\n"}),
        ("", {"kb/registers/actions.csv": "id,status,owner,completed\nOPS-1182,done,night team,2026-03-02\n"}),
        (
            "      actions: {file: tracker.csv, columns: {id: Key, status: Status, completed: Done}}\n",
            {"tracker.csv": "Key,Status,Done\nOPS-1182,done,2026-03-02\n"},
        ),
        (
            "      actions: {file: kb/tracker.csv, columns: {id: Key, status: Status, completed: Done}}\n",
            {"kb/tracker.csv": "Key,Status,Done\n{id},done,2026-03-02\n"},
        ),
    ],
    ids=["by its id", "by its ticket", "by an export", "by an export in the knowledge base"],
)
def test_a_client_sees_the_state_of_its_actions_and_nothing_else_of_the_register(
    tmp_path: Path, config: str, files: dict[str, str]
) -> None:
    review = "kb/pirs/2025/PIR-2025-0001.md"
    action = FILES[review].partition("  - id: A1\n")[2].partition("recommendations:")[0]
    own = "    title: Probe every listener\n    status: open\n    created: 2025-03-06\n    due: 2026-05-03\n    tracker: https://tracker.example/OPS-1182\n"
    text = FILES[review].replace(action, own + "    audience: client\n")
    write_base(
        tmp_path,
        {
            review: text,
            "mkdocs.yml": FILES["mkdocs.yml"].rstrip("\n") + "\n" + config,
            **{name: content.replace("{id}", "PIR-2025-0001-A1") for name, content in files.items()},
        },
    )
    result = pir(tmp_path, "build", "--edition", "client:harbor-credit")
    assert result.exit_code == 0, result.output
    site = tmp_path / "published/clients/harbor-credit"
    listed = (site / "data/actions/all.csv").read_text("utf-8")
    assert "done" in listed
    assert "2026-03-02" in listed
    whole = "".join(file.read_text("utf-8", "replace") for file in site.rglob("*") if file.is_file())
    assert "night team" not in whole
    assert "OPS-1182" not in whole
