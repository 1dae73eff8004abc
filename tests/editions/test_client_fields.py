"""An organisation widens or narrows what its clients see in one file, and the audit follows it by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.canaries import all_words, project_unsound, write_canaries, write_edition
from helpers.knowledge_base import FILES, find_problems, load_base, pir, write_base

from mkdocs_pir.editions.audit import Auditor
from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition

WIDER = """      client_fields:
        pir: {symptoms: true, severity: false, workaround: true, actions.owner: true, root_cause: false, detection: true}
        lesson: {evidence: true, applies_when: false}
        service: {tier: true}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_canaries(tmp_path)
    file = tmp_path / "mkdocs.yml"
    file.write_text(file.read_text("utf-8").rstrip("\n") + "\n" + WIDER, "utf-8")
    return tmp_path


def test_what_is_opened_is_shown_and_what_is_closed_is_not(folder: Path) -> None:
    shown = all_words(project_unsound(load_base(folder), "alphaco"))
    for word in ("symptom", "workaround", "owner", "evidence", "gap"):
        assert f"zqalphaco{word}" in shown, word
    for word in ("rootcause", "applieswhen", "donewhen", "actionnote", "actionhidden", "lessonsymptom", "xnote", "tag",
                 "tier"):  # fmt: skip
        assert f"zqalphaco{word}" not in shown, word
    assert "sev-2" not in shown.partition('"incident')[0]
    assert "zqbetaco" not in shown


def test_the_audit_takes_from_the_raw_files_what_was_opened_and_closed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:  # fmt: skip
    wide = write_edition(project_unsound(load_base(folder), "alphaco"), folder / "wide")
    assert Auditor.read(folder / "kb", folder / "mkdocs.yml").audit(wide, "alphaco").findings == ()
    plain = write_canaries(tmp_path_factory.mktemp("plain"))
    shipped = write_edition(project_unsound(load_base(plain), "alphaco"), plain / "shipped")

    def betrayed(kb: Path, site: Path) -> set[str]:
        return {finding.what for finding in Auditor.read(kb / "kb", kb / "mkdocs.yml").audit(site, "alphaco").findings}

    # what one organisation opens is a leak for another, and the other way round
    assert {f"field '{name}'" for name in ("symptoms", "workaround", "evidence")} <= betrayed(plain, wide)
    assert {f"field '{name}'" for name in ("root_cause", "applies_when")} <= betrayed(folder, shipped)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("pir: {symptons: true}", "symptoms"),
        ("pri: {symptoms: true}", "pir"),
        ("pir: {actions.ownr: true}", "owner"),
        ("pir: {release: true}", "decides who sees what"),
        ("client: {aliases: true}", "decides who sees what"),
        ("pir: {title: false}", "cannot be made without it"),
        ("pir: {x-note: true}", "the fields are"),
        ("pir: {symptoms: maybe}", "true or false"),
    ],
)
def test_a_name_that_cannot_be_opened_or_closed_is_an_error_at_its_place(tmp_path: Path, line: str, said: str) -> None:
    write_base(tmp_path)
    file = tmp_path / "mkdocs.yml"
    file.write_text(file.read_text("utf-8") + f"      client_fields:\n        {line}\n", "utf-8")
    [problem] = find_problems(tmp_path)
    assert problem["code"] == "PIR602"
    assert problem["line"] == len(file.read_text("utf-8").splitlines())
    assert said in pir(tmp_path, "check").stderr


def test_a_whole_edition_is_built_with_it(tmp_path: Path) -> None:
    write_base(tmp_path)
    file = tmp_path / "mkdocs.yml"
    file.write_text(
        file.read_text("utf-8")
        + "      client_fields:\n        lesson: {lesson: true, evidence: true}\n        pir: {severity: false, impact: false}\n",
        "utf-8",
    )
    result = pir(tmp_path, "build", "--edition", "client:harbor-credit")
    assert result.exit_code == 0, result.output
    page = (tmp_path / "published/clients/harbor-credit/pirs/2025/PIR-2025-0001.html").read_text("utf-8")
    assert "Mail was late by five hours." not in page


OPENED = """      client_fields:
        pir: {actions.owner: true, actions.created: false}
        incident: {cause: true, resolved: false}
        action: {owner: true}
"""


def _head(folder: Path, what: str) -> tuple[str, str]:
    """The columns and the first row of a client's list."""
    result = pir(folder, "export", what, "--format", "csv", "--edition", "client:harbor-credit")
    assert result.exit_code == 0, result.output
    head, first, *_ = result.stdout.splitlines()
    return head, first


@pytest.mark.parametrize("register", [None, "id,status,owner\nPIR-2025-0001-A1,verified,night team\n"])
def test_a_field_that_is_opened_is_a_column_of_the_clients_lists_and_a_closed_one_is_not(
    tmp_path: Path, register: str | None
) -> None:
    review = "kb/pirs/2025/PIR-2025-0001.md"
    owner = "" if register else "    owner: platform team\n"
    shown = FILES[review].replace("    owner: platform team\n", f"{owner}    audience: client\n")
    write_base(tmp_path, {review: shown, "kb/registers/actions.csv": register})
    assert "owner" not in _head(tmp_path, "actions")[0]
    assert "cause" not in _head(tmp_path, "incidents")[0]
    file = tmp_path / "mkdocs.yml"
    file.write_text(file.read_text("utf-8").rstrip("\n") + "\n" + OPENED, "utf-8")
    head, first = _head(tmp_path, "actions")
    assert "owner" in head.split(",")
    assert "created" not in head.split(",")
    assert ("night team" if register else "platform team") in first
    head, first = _head(tmp_path, "incidents")
    assert head.split(",")[-3:] == ["pir_required", "pir", "url"]
    assert "cause" in head.split(",")
    assert "resolved" not in head.split(",")
    assert pir(tmp_path, "build", "--edition", "client:harbor-credit").exit_code == 0


def test_of_the_owners_of_actions_a_client_sees_only_itself(tmp_path: Path) -> None:
    write_base(tmp_path)
    record = next((tmp_path / "kb/pirs").rglob("*.md"))
    text = record.read_text("utf-8")
    owners = {}
    for name in ("platform team", "Harbor Credit Union", "harbor-credit", "Harbor Credit Union, payments"):
        of_name = text.replace("owner: platform team", f"audience: client\n    owner: {name}")
        record.write_text(of_name, "utf-8")
        [review] = project(load_base(tmp_path), Edition("harbor-credit")).pirs.values()
        owners[name] = review.actions[0].owner
    assert owners == {
        "platform team": "",
        "Harbor Credit Union": "Harbor Credit Union",
        "harbor-credit": "Harbor Credit Union",
        "Harbor Credit Union, payments": "",
    }
