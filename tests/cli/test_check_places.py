"""The line, column and words of mistakes that are easily reported at the wrong place."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, find_problems, pir, pir_in, run_pir, write_base
from helpers.repository import ROOT

from mkdocs_pir.editions import published_files
from mkdocs_pir.kb import plugin_options
from mkdocs_pir.kb.attachments import TYPES

DRAFT = "---\nid: PIR-2026-0001\ntitle: Logins failed\nclient: quellmark\nstatus: draft\n"
SHARED = (
    "---\nid: LL-0002\ntitle: Renew by machine\nstatus: draft\naudience: shared\n"
    "release: {approved_by: problem-manager, on: 2026-04-28}\n---\n"
)

CASES = (
    # what is tested, file, content, line, column, code, words of the message or hint
    (
        "a quote that is never closed, where its row begins",
        "registers/satisfaction.csv",
        'date,client,scale,comment\n2025-03-25,quellmark,5,\n2025-03-26,quellmark,5,"quick\n2025-03-27,quellmark,5,\n',
        (3, 1),
        "PIR505",
        "check its quotes",
    ),
    (
        "a client's name, where it stands and as it is written",
        "lessons/LL-0002.md",
        f"{SHARED}Seen at **HarborCU** first.\n",
        (8, 11),
        "PIR307",
        "'HarborCU' names the client harbor-credit",
    ),
    (
        "a recommendation's id, numbered as recommendations are",
        "pirs/2026/PIR-2026-0001.md",
        DRAFT + "recommendations:\n" + 2 * "  - {id: R1, title: One, issued: 2026-03-18, status: proposed}\n" + "---\n",
        (8, 10),
        "PIR310",
        "R1, R2",
    ),
    (
        "an attachment that could not be published, before anybody builds",
        "pirs/2026/PIR-2026-0001.md",
        f"{DRAFT}attachments:\n  - {{file: ../../lessons/LL-0001.md, title: A page}}\n---\n",
        (7, 12),
        "PIR207",
        ".png",
    ),
)


@pytest.mark.parametrize(
    ("path", "content", "where", "code", "words"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_a_mistake_is_named_once(
    path: str, content: str, where: tuple[int, int], code: str, words: str, tmp_path: Path
) -> None:
    (found,) = find_problems(write_base(tmp_path, {f"kb/{path}": content}))
    assert (found["path"], found["line"], found["column"], found["code"]) == (path, *where, code)
    assert words in f"{found['message']} {found['hint']}"


def test_a_register_that_is_a_link_is_named_once(tmp_path: Path) -> None:
    register = write_base(tmp_path) / "kb/registers/satisfaction.csv"
    register.rename(tmp_path / "outside.csv")
    register.symlink_to(tmp_path / "outside.csv")
    assert [(p["code"], p["path"]) for p in find_problems(tmp_path)] == [("PIR005", "registers/satisfaction.csv")]


def test_a_folder_of_registers_that_is_a_link_is_not_read(tmp_path: Path) -> None:
    write_base(tmp_path, {"kb/registers/satisfaction.csv": "date,client,scale\n2025-03-25,nobody,5\n"})
    registers = tmp_path / "kb/registers"
    registers.rename(tmp_path / "outside")
    registers.symlink_to(tmp_path / "outside")
    assert [(p["code"], p["path"]) for p in find_problems(tmp_path)] == [("PIR005", "registers")]


def test_two_records_of_one_id_are_one_mistake(tmp_path: Path) -> None:
    write_base(tmp_path, {"kb/services/quellmark.md": "---\nid: quellmark\nname: Shop\n---\n"})
    assert [p["code"] for p in find_problems(tmp_path)] == ["PIR201"]


OPTIONS = FILES["mkdocs.yml"].replace("rules: {PIR422: off} ", "") + "      OPTION\n"


@pytest.mark.parametrize(
    ("option", "column", "message"),
    [
        ("rules: {PIR999: off}", 15, "there is no problem code 'PIR999'"),
        ("rules: {PIR104: warning}", 15, "PIR104 is an error, whose severity cannot be changed"),
        ("id_patterns: {prr: x}", 21, "there is no kind of record 'prr'"),
        ("id_patterns: {pir: '['}", 26, "the pattern cannot be used"),
        ("id_patterns: {pir: '(?=P)PIR-1'}", 26, "the pattern cannot be used: it has look-around"),
        (r"id_patterns: {pir: '(\d)\1'}", 26, "the pattern cannot be used: it has look-around, back-references"),
        (
            "id_patterns: {pir: '(x{999}){999}'}",
            26,
            "the pattern cannot be used: it has look-around, back-references or too many repetitions",
        ),
    ],
)
def test_a_wrong_option_is_shown_with_its_line_and_a_caret(
    option: str, column: int, message: str, tmp_path: Path
) -> None:
    result = pir_in(write_base(tmp_path, {"mkdocs.yml": OPTIONS.replace("OPTION", option)}), "check")
    assert result.exit_code == 1
    head, line, caret, *_ = result.stderr.splitlines()
    assert head.startswith(f"mkdocs.yml:10:{column}: error PIR602: {message}")
    assert (line, caret) == (f"          {option}", " " * (column + 3) + "^")


def test_a_pattern_of_ids_has_a_length(tmp_path: Path) -> None:
    option = f"id_patterns: {{pir: '{'x' * 201}'}}"
    result = pir_in(write_base(tmp_path, {"mkdocs.yml": OPTIONS.replace("OPTION", option)}), "check")
    head = "mkdocs.yml:10:26: error PIR602: 'id_patterns pir': it has 201 characters; 200 are allowed"
    assert result.stderr.splitlines()[0] == head


def test_a_logo_of_the_organisation_that_is_not_there_is_named(tmp_path: Path) -> None:
    write_base(tmp_path, {"mkdocs.yml": FILES["mkdocs.yml"] + "      organisation: {logo: assets/logo.svg}\n"})
    assert [(p["code"], p["path"]) for p in find_problems(tmp_path)] == [("PIR207", "mkdocs.yml")]


def test_a_configuration_that_inherits_from_nothing_is_one_sentence(tmp_path: Path) -> None:
    result = pir(write_base(tmp_path, {"mkdocs.yml": "INHERIT: ../base.yml\n"}), "check")
    assert result.exit_code == 1
    assert "base.yml: error PIR601" in result.stderr


def test_off_means_off_to_mkdocs_too() -> None:
    typed, found = plugin_options.from_plain({"rules": {"PIR110": False, "PIR402": "error"}}, "mkdocs.yml")
    assert (typed["rules"], found) == ({"PIR110": "off", "PIR402": "error"}, [])


@pytest.mark.parametrize(("reason", "expected"), [("", ["PIR110"]), ("our own heading", [])])
def test_a_hint_can_be_allowed_too(reason: str, expected: list[str], tmp_path: Path) -> None:
    text = f"---\nid: LL-0002\ntitle: Renew\nstatus: draft\nx-allow: {{PIR110: {reason}}}\n---\n\n## Cost\n\nNone.\n"
    assert [p["code"] for p in find_problems(write_base(tmp_path, {"kb/lessons/LL-0002.md": text}))] == expected


def test_the_types_of_attachments_are_those_that_are_cleaned_and_documented() -> None:
    # what is neither a picture nor a drawing is cleaned as text
    assert set(TYPES) - {*published_files._RASTER, ".svg"} == {".csv", ".log", ".txt"}
    assert set(TYPES) >= {*published_files._RASTER, ".svg"}
    entry = (ROOT / "docs/problems.md").read_text("utf-8").split("### PIR207", 1)[1].split("*Wrong*", 1)[0]
    assert {t for t in TYPES if f"`{t}`" in entry} == set(TYPES)


@pytest.mark.parametrize("repository", [True, False])
def test_pipelines_get_paths_from_the_top_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repository: bool
) -> None:
    """Whatever folder the pipeline works in; and the configuration lies beside the records, not among them."""
    folder = write_base(
        tmp_path / "docs",
        {
            "mkdocs.yml": FILES["mkdocs.yml"] + "      targets: {revew-days: 3}\n      synonyms: kb/synonyms.yml\n",
            "kb/synonyms.yml": "a: b: c\n",
            "kb/lessons/LL-0002.md": SHARED.replace("draft", "drafd"),
        },
    )
    if repository:
        (tmp_path / ".git").mkdir()
    monkeypatch.chdir(folder if repository else tmp_path)
    wanted = {"docs/mkdocs.yml", "docs/kb/synonyms.yml", "docs/kb/lessons/LL-0002.md"}
    at = [] if repository else ["-C", "docs"]
    said = {form: run_pir(*at, "check", "--format", form).stdout for form in FORMS}
    assert set(re.findall(r"file=([^,]+),", said["github"])) == wanted
    assert {entry["location"]["path"] for entry in json.loads(said["gitlab"])} == wanted
    results = json.loads(said["sarif"])["runs"][0]["results"]
    assert {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in results} == wanted
    assert "    a: b: c\n        ^\n" in run_pir(*at, "check").stdout


FORMS = ("github", "gitlab", "sarif")
