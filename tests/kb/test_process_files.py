"""A process file is checked like a record: every mistake at its line and column with the nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.knowledge_base import find_problems, pir, write_base
from helpers.repository import ROOT

from mkdocs_pir.insight.kpi_definitions import NAMES
from mkdocs_pir.kb import schema
from mkdocs_pir.kb.process_files import default, read_modules

SHIPPED = (ROOT / "kb/process/03g.yml").read_text("utf-8")


def broken(tmp_path: Path, old: str, new: str) -> list[dict[str, object]]:
    assert old in SHIPPED
    write_base(tmp_path, {"kb/process/03g.yml": SHIPPED.replace(old, new, 1)})
    return [p for p in find_problems(tmp_path) if p["path"] == "process/03g.yml"]


def place(text: str, words: str) -> tuple[int, int]:
    at = text.index(words)
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


MISTAKES = [
    # what is written, what is written instead, where the mistake stands, code, a word of the hint
    ("role: pir-owner\n", "role: pir-ovner\n", "pir-ovner", "PIR801", "pir-owner"),
    ("consulted: [technical-team]", "consulted: [technical-teem]", "technical-teem", "PIR801", "technical-team"),
    (
        "systems: [itsm, knowledge-base]",
        "systems: [itsm, knowledge-bass]",
        "knowledge-bass",
        "PIR801",
        "knowledge-base",
    ),
    ("documents: [pir-report]", "documents: [pir-rapport]", "pir-rapport", "PIR801", "pir-report"),
    (
        "leaves_when: [actions-complete]",
        "leaves_when: [action-complete]",
        "action-complete",
        "PIR801",
        "actions-complete",
    ),
    ("entry: [incident-named, ", "entry: [incidents-named, ", "incidents-named", "PIR801", "incident-named"),
    ("exit: [review-held, ", "exit: [review-hold, ", "review-hold", "PIR801", "review-held"),
    ("kpis: [on-time, ", "kpis: [in-time, ", "in-time", "PIR104", "on-time"),
    ("task: collect-facts, from", "task: colect-facts, from", "colect-facts", "PIR801", "collect-facts"),
    ("to: 05b, gives", "to: 05c, gives", "05c, gives", "PIR801", "05b"),
    ("to: approve-release}", "to: approve-relase}", "approve-relase", "PIR801", "approve-release"),
    ("to: approve-release}", "to: judge}", "judge}", "PIR801", "choose from"),
    ("{role:pir-owner}.", "{role:pir-ovner}.", "Check the entry", "PIR801", "pir-owner"),
    ("stage: onstage", "stage: onstge", "onstge", "PIR104", "onstage"),
    (
        "statuses: [internal-review]",
        "statuses: [investigation]",
        "investigation]\n    leaves_when: [internal",
        "PIR803",
        "leave it",
    ),
    ("statuses: [client-review]", "statuses: [client-revew]", "client-revew", "PIR104", "client-review"),
    ("  - id: 03g.02\n", "  - id: 03h.02\n", "03h.02", "PIR804", "03g.02"),
    ("      - id: announce\n", "      - id: open-review\n", "open-review\n        name: Tell", "PIR802", "another id"),
    ("module: 03g\n", "module: 03x\n", "03x", "PIR804", "03x.yml"),
    ("{days: 5, target", "{days: five, target", "five", "PIR103", "such as"),
    ("name: Post Incident Review\n", "nmae: Post Incident Review\n", "nmae", "PIR102", "name"),
]


@pytest.mark.parametrize(("old", "new", "words", "code", "hint"), MISTAKES)
def test_each_mistake_is_named_at_its_place_with_a_hint(
    tmp_path: Path, old: str, new: str, words: str, code: str, hint: str
) -> None:
    found = [p for p in broken(tmp_path, old, new) if p["code"] == code]
    assert found, broken(tmp_path, old, new)
    assert (found[0]["line"], found[0]["column"]) == place(SHIPPED.replace(old, new, 1), words)
    assert hint in str(found[0]["hint"])


def test_a_leftover_that_no_task_names_is_a_warning(tmp_path: Path) -> None:
    leftover = "  - {id: pager, name: Pager}\n"
    found = broken(tmp_path, "\ndocuments:\n", f"{leftover}\ndocuments:\n")
    assert [(p["code"], p["severity"]) for p in found] == [("PIR805", "warning")]


def test_a_file_that_cannot_be_read_is_one_problem_not_a_traceback(tmp_path: Path) -> None:
    write_base(tmp_path, {"kb/process/03g.yml": b"module: \xff\n", "kb/process/05b.yml": "steps: [\n"})
    found = {(p["path"], p["code"]) for p in find_problems(tmp_path)}
    assert found >= {("process/03g.yml", "PIR001"), ("process/05b.yml", "PIR013")}


def test_two_files_cannot_both_say_what_the_statuses_mean(tmp_path: Path) -> None:
    second = (
        SHIPPED.replace("module: 03g\n", "module: 09z\n")
        .replace("id: 03g.", "id: 09z.")
        .replace("step: 03g.", "step: 09z.")
    )
    write_base(tmp_path, {"kb/process/03g.yml": SHIPPED, "kb/process/09z.yml": second})
    found = [p for p in find_problems(tmp_path) if p["severity"] == "error"]
    assert [(p["path"], p["code"]) for p in found] == [("process/09z.yml", "PIR803")]


def test_a_knowledge_base_without_a_process_file_has_the_one_of_the_package(tmp_path: Path) -> None:
    write_base(tmp_path)
    assert find_problems(tmp_path) == []
    assert default().module == "03g"
    assert pir(tmp_path, "gate", "PIR-2025-0001").exit_code == 0


def test_the_shipped_files_are_sound() -> None:
    files, found = read_modules(ROOT / "kb")
    assert found == []
    assert [file.module.module for file in files if file.module] == ["03g", "05b"]


def test_shipped_process_files_name_no_organisation() -> None:
    files = sorted((ROOT / "kb/process").glob("*.yml"))
    assert [file.stem for file in files] == ["03g", "05b"]
    for file in files:
        text = file.read_text("utf-8")
        for word in ("Larkfield", "ServiceNow", "Jira", "the monitoring console"):
            assert word not in text


def test_the_kpis_a_process_can_feed_are_those_there_are() -> None:
    spec = schema.load("process")["properties"]
    assert spec["kpis"]["items"]["enum"] == list(NAMES)
    assert spec["steps"]["items"]["properties"]["kpis"]["items"]["enum"] == list(NAMES)


def test_every_property_of_the_schema_is_explained() -> None:
    def walk(spec, at=""):
        for name, sub in spec.get("properties", {}).items():
            assert sub.get("title"), f"{at}{name} has no title"
            assert sub.get("description"), f"{at}{name} has no description"
            assert sub.get("examples"), f"{at}{name} has no example"
            walk(sub, f"{at}{name} ")
            walk(sub.get("items", {}), f"{at}{name} ")

    walk(schema.load("process"))
