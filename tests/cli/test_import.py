"""`pir import` as its user sees it: what comes in, what is said about it, and what happens the second time."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import Result
from helpers.empty_knowledge_base import read_report
from helpers.knowledge_base import pir

MAPPING = """\
name: old-tool
files: ["reports/*.md"]
leave_out:
  - {files: "forms/**", because: "empty forms"}
timezone: Europe/Copenhagen
time_formats: ["%d/%m/%Y %H:%M"]
fields:
  id: {file: '^(.+)\\.md$', prefix: OLD}
  title: {key: title}
  client: {constant: acme, create: true, name: Acme}
  services: {key: affected, slug: true, create: true}
  severity: {key: level, values: {bad: SEV-1, meh: SEV-3}}
  times.impact_start: {key: start, or: [began]}
  times.resolved: {key: end}
ignore: [layout]
mask: [email, token]
"""

REPORT = """\
---
title: Mail stood still
layout: post
affected: [Mail Gateway]
level: bad
start: 2024-03-05T08:00:00Z
end: 2024-03-05T09:30:00Z
shift: night
---

Mail stood still. Write to anna@example.com.

## What happened

See [the other](second.md) and <https://status.example/1>.

## Action items

- [ ] Watch the queue
- [x] Restart it
    - by hand
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    (tmp_path / "kb").mkdir()
    (tmp_path / "mkdocs.yml").write_text(
        'site_name: S\ndocs_dir: kb\nexclude_docs: "*"\nplugins:\n  - pir: {as_of: 2026-01-01}\n'
    )
    (tmp_path / "source/reports").mkdir(parents=True)
    (tmp_path / "source/reports/first.md").write_text(REPORT)
    (tmp_path / "mapping.yml").write_text(MAPPING)
    return tmp_path


def run(base: Path, *more: str) -> Result:
    return pir(base, "import", str(base / "source"), "--mapping", str(base / "mapping.yml"), *more)


def check(base: Path) -> Result:
    return pir(base, "check", "--strict")


def source(base: Path, name: str, old: str, new: str) -> int:
    """Write the report under `name` with one line changed; returns the line's number."""
    line = next(n for n, text in enumerate(REPORT.splitlines(), 1) if text.startswith(old))
    text = REPORT.replace(REPORT.splitlines()[line - 1] + "\n", new and f"{new}\n", 1)
    (base / "source/reports" / name).write_text(text)
    return line


def record(base: Path, path: str = "pirs/2024/OLD-FIRST.md") -> tuple[dict[str, object], str]:
    return read_report(base / "kb" / path)


def test_a_report_comes_in_with_the_client_and_the_service_it_names(base: Path) -> None:
    result = run(base)
    assert result.exit_code == 0, result.output
    data, body = record(base)
    assert data["title"] == "Mail stood still"
    assert (data["client"], data["services"], data["severity"]) == ("acme", ["mail-gateway"], "SEV-1")
    assert data["times"] == {"impact_start": "2024-03-05T08:00:00Z", "resolved": "2024-03-05T09:30:00Z"}
    assert data["status"] == "draft"
    assert data["x-source"] == {"shift": "night"}
    assert "## Summary" in body
    assert "## What we are changing" in body
    assert record(base, "services/mail-gateway.md")[0]["name"] == "Mail Gateway"
    assert record(base, "clients/acme.md")[0]["name"] == "Acme"
    assert check(base).exit_code == 0, check(base).output


@pytest.mark.parametrize("name", ["Mail Gateway", "mail-gateway", "ＭＡＩＬ  gateway"])
def test_a_service_and_a_client_that_are_there_by_name_or_alias_are_not_made_again(base: Path, name: str) -> None:
    for path, text in {
        "clients/acme-corp.md": "---\nid: acme-corp\nname: Acme Corporation\naliases: [ACME]\n---\n",
        "services/smtp.md": f"---\nid: smtp\nname: {name}\n---\n",
    }.items():
        (base / "kb" / path).parent.mkdir(exist_ok=True)
        (base / "kb" / path).write_text(text, "utf-8")
    result = run(base)
    assert result.exit_code == 0, result.output
    data, _ = record(base)
    assert (data["client"], data["services"]) == ("acme-corp", ["smtp"])
    made = sorted(p.name for folder in ("clients", "services") for p in (base / "kb" / folder).iterdir())
    assert made == ["acme-corp.md", "smtp.md"]


def test_a_service_is_found_by_an_alias(base: Path) -> None:
    file = base / "kb/services/smtp.md"
    file.parent.mkdir(exist_ok=True)
    file.write_text("---\nid: smtp\nname: Messaging\naliases: [MX, mail gateway]\n---\n", "utf-8")
    assert run(base).exit_code == 0
    assert record(base)[0]["services"] == ["smtp"]
    assert [p.name for p in file.parent.iterdir()] == ["smtp.md"]
    assert check(base).exit_code == 0, check(base).output


def test_addresses_are_taken_out_where_the_mapping_says_so(base: Path) -> None:
    result = run(base)
    assert "anna@" not in record(base)[1]
    assert "1 address, secret or name taken out" in result.output


def test_a_link_to_another_report_leads_to_its_record(base: Path) -> None:
    source(base, "second.md", "title:", "title: Second")
    run(base)
    assert "[[OLD-SECOND|the other]]" in record(base)[1]


def test_a_link_to_no_report_is_kept_as_text_and_named(base: Path) -> None:
    result = run(base)
    assert "the other (`second.md`)" in record(base)[1]
    assert "reports/first.md:15:" in result.output
    assert "PIR705" in result.output


CASES = (
    ("end:", "end: 2024-03-04T09:30:00Z", "PIR705", "before that of 'impact_start'"),
    ("end:", "end: 2024-03-05T10:30:00", "PIR706", "read as Europe/Copenhagen time"),
    ("end:", "end: 05/03/2024 10:30", "PIR706", "read as Europe/Copenhagen time"),
    ("end:", "end: 2024-10-27T02:30:00", "PIR705", "happened twice"),
    ("start:", "start: 2021/22-??-??", "PIR705", "'2021/22-??-??' is not a time"),
    ("start:", "start: 2024-03-05", "PIR706", "a day without a time"),
    ("level:", "level: terrible", "PIR705", "no translation for 'terrible'"),
    ("affected:", "affected: []", "PIR708", "no value for 'services'"),
)


@pytest.mark.parametrize(("old", "new", "code", "message"), CASES)
def test_what_cannot_be_used_is_named_at_its_line_and_kept(
    base: Path, old: str, new: str, code: str, message: str
) -> None:
    line = source(base, "first.md", old, new)
    result = run(base)
    said = [text for text in result.output.splitlines() if f"first.md:{line}:" in text]
    assert len(said) == 1, result.output
    assert code in said[0]
    assert message in said[0]
    assert result.exit_code == 0
    written = next((base / "kb/pirs").rglob("OLD-FIRST.md")).read_text("utf-8")
    if code == "PIR705":
        assert new.partition(": ")[2] in written
    assert check(base).exit_code == 0, check(base).output


def test_a_time_without_an_offset_is_not_guessed(base: Path) -> None:
    (base / "mapping.yml").write_text(MAPPING.replace("timezone: Europe/Copenhagen\n", ""))
    source(base, "first.md", "end:", "end: 2024-03-05T10:30:00")
    result = run(base)
    assert "does not say its offset" in result.output
    data, _ = record(base)
    assert data["times"] == {"impact_start": "2024-03-05T08:00:00Z"}
    assert data["x-source"] == {"end": "2024-03-05T10:30:00", "shift": "night"}


def test_history_comes_in_as_archived(base: Path) -> None:
    assert run(base, "--status", "archived").exit_code == 0
    assert record(base)[0]["status"] == "archived"
    assert check(base).exit_code == 0, check(base).output


def test_a_second_run_changes_nothing(base: Path) -> None:
    run(base)
    before = {p: p.read_bytes() for p in (base / "kb").rglob("*") if p.is_file()}
    result = run(base)
    assert "1 record: 1 unchanged" in result.output
    assert {p: p.read_bytes() for p in (base / "kb").rglob("*") if p.is_file()} == before


def test_a_changed_source_brings_its_report_up_to_date(base: Path) -> None:
    run(base)
    source(base, "first.md", "level:", "level: meh")
    assert "1 updated" in run(base).output
    assert record(base)[0]["severity"] == "SEV-3"
    assert len(list((base / "kb/pirs").rglob("*.md"))) == 1


def test_an_edited_report_is_left_alone_while_its_source_is_as_it_was(base: Path) -> None:
    run(base)
    file = base / "kb/pirs/2024/OLD-FIRST.md"
    edited = file.read_text("utf-8").replace("Mail stood still", "Mail stood still for a morning")
    file.write_text(edited)
    result = run(base)
    assert result.exit_code == 0
    assert "1 edited by hand, left unchanged" in result.output
    assert file.read_text("utf-8") == edited


def test_a_report_that_somebody_wrote_is_never_overwritten(base: Path) -> None:
    file = base / "kb/pirs/2024/OLD-FIRST.md"
    file.parent.mkdir(parents=True)
    file.write_text("---\nid: OLD-FIRST\ntitle: Ours\nclient: acme\nstatus: draft\n---\n")
    result = run(base)
    assert result.exit_code == 1
    assert "PIR707" in result.output
    assert "title: Ours" in file.read_text("utf-8")


def test_a_report_that_moved_is_brought_up_to_date_where_it_lies(base: Path) -> None:
    run(base)
    (base / "kb/pirs/2024").rename(base / "kb/pirs/old")
    source(base, "first.md", "level:", "level: meh")
    run(base)
    assert [p.name for p in (base / "kb/pirs").rglob("*.md")] == ["OLD-FIRST.md"]
    assert record(base, "pirs/old/OLD-FIRST.md")[0]["severity"] == "SEV-3"


def test_a_dry_run_writes_nothing(base: Path) -> None:
    result = run(base, "--dry-run")
    assert "1 record: 1 would be written" in result.output
    assert list((base / "kb").rglob("*")) == []


def test_what_is_left_out_is_named_with_its_reason(base: Path) -> None:
    (base / "source/forms").mkdir()
    (base / "source/forms/empty.md").write_text("---\n{{ broken\n")
    (base / "source/notes.txt").write_text("nothing")
    result = run(base)
    assert "left out, empty forms: forms/empty.md" in result.output
    assert "left out, not among the files of the mapping (reports/*.md): notes.txt" in result.output


def test_a_broken_document_keeps_no_other_out(base: Path) -> None:
    (base / "source/reports/binary.md").write_bytes(b"---\ntitle: \xff\n---\n")
    (base / "source/reports/broken.md").write_text("---\ntitle: [\n---\n")
    result = run(base)
    assert result.exit_code == 1
    assert "reports/binary.md:" in result.output
    assert "PIR702" in result.output
    assert "reports/broken.md:2:1: warning PIR705: 'title' is not valid YAML" in result.output
    assert "2 written" in result.output
    assert check(base).exit_code == 0


def test_two_documents_with_one_id_do_not_overwrite_each_other(base: Path) -> None:
    shutil.copy(base / "source/reports/first.md", base / "source/reports/FIRST.md")
    result = run(base)
    assert "PIR703: its id 'OLD-FIRST' is that of reports/FIRST.md" in result.output


def test_hostile_text_is_shown_as_what_it_is(base: Path) -> None:
    hostile = REPORT.replace("Mail stood still. Write", "<script>alert(1)</script> {{ x }} [[PIR-1]] Write")
    (base / "source/reports/first.md").write_text(hostile)
    run(base)
    assert "<script>" not in record(base)[1]
    assert check(base).exit_code == 0, check(base).output


def test_list_items_become_actions_when_the_mapping_asks(base: Path) -> None:
    (base / "mapping.yml").write_text(MAPPING + "actions: {section: Action items, status: open}\n")
    run(base)
    # the ticked one has no date, so it stays in the text
    assert record(base)[0]["actions"] == [{"id": "A1", "title": "Watch the queue", "status": "open"}]


TABLE = """
## Action Items & Followups

| Action Item | Type (Mitigate/ Prevent) | Who | Priority | Bug # | Due Date | Status |
|---|---|---|---|---|---|---|
| Watch the *queue* | Prevention | mail team | High | [7](https://bugs.example/7) | 2024-04-01 | |
| Restart it | whatever | | soon | #8 | next week | open |
| Tell them | | | | | | Done |
"""


def test_rows_of_a_table_become_actions_with_what_their_columns_say(base: Path) -> None:
    (base / "mapping.yml").write_text(MAPPING + "actions: {section: What we are changing}\n")
    (base / "source/reports/first.md").write_text(REPORT[: REPORT.index("## Action items")] + TABLE)
    run(base)
    assert record(base)[0]["actions"] == [
        {
            "id": "A1",
            "title": "Watch the queue",
            "status": "open",
            "owner": "mail team",
            "type": "prevent",
            "priority": "high",
            "due": "2024-04-01",
            "tracker": "https://bugs.example/7",
        },
        {"id": "A2", "title": "Restart it", "status": "open"},
    ]
    # nothing of the table is lost
    assert "next week" in record(base)[1]


MISTAKES = (
    ("name: old-tool", "nam: old-tool", 1, "did you mean 'name'"),
    ("timezone: Europe/Copenhagen", "timezone: Europe/Kopenhagen", 5, "no time zone 'Europe/Kopenhagen'"),
    ("  title: {key: title}", "  titel: {key: title}", 9, "did you mean 'title'"),
    ("  title: {key: title}", "  title: {}", 9, "'title' has no source"),
    ("id: {file: '^(.+)", "id: {file: '^(.+", 8, "expression cannot be used"),
    ("ignore: [layout]", "sections: {A: Sumary}", 15, "did you mean 'Summary'"),
)


@pytest.mark.parametrize(("old", "new", "line", "said"), MISTAKES)
def test_a_mistake_in_the_mapping_is_named_at_its_line(base: Path, old: str, new: str, line: int, said: str) -> None:
    (base / "mapping.yml").write_text(MAPPING.replace(old, new))
    result = run(base)
    assert result.exit_code == 1
    assert f"mapping.yml:{line}:" in result.output
    assert "PIR701" in result.output
    assert said in result.output
    assert list((base / "kb").rglob("*")) == []
