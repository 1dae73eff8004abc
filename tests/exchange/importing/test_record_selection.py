"""Which records of a source come in: conditions of the mapping, and rows that repeat a ticket."""

from __future__ import annotations

import json

import pytest
from helpers.empty_knowledge_base import EmptyBase

STATUS = """\
name: status page
format: json
records: [incidents]
timezone: UTC
where:
  - {drop: {key: impact, pattern: '^maintenance$'}, because: planned maintenance}
  - {keep: {key: updates.state, pattern: '(?i)^resolved$'}, because: not resolved yet}
fields:
  id: {key: id}
  title: {key: title}
  client: {constant: acme}
"""
INCIDENTS = [
    {"id": "A-1", "title": "Mail down", "impact": "major", "updates": [{"state": "new"}, {"state": "Resolved"}]},
    {"id": "A-2", "title": "Patch day", "impact": "maintenance", "updates": [{"state": "resolved"}]},
    {"id": "A-3", "title": "Patch night", "impact": "maintenance"},
    {"id": "A-4", "title": "Web down", "impact": "minor", "updates": [{"state": "new"}]},
]


def status_page(base: EmptyBase, *options: str) -> str:
    source = base.write("incidents.json", json.dumps({"incidents": INCIDENTS}, indent=0))
    result = base.import_source(source, STATUS, *options)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_conditions_leave_records_out_and_the_report_counts_them_by_reason(base: EmptyBase) -> None:
    output = status_page(base)
    assert base.ids() == ["A-1"]
    assert "1 record: 1 written" in output
    assert "2 records left out, planned maintenance: incidents.json:16, incidents.json:26" in output
    assert "1 record left out, not resolved yet: incidents.json:31" in output


def test_what_conditions_leave_out_is_in_the_report_as_json(base: EmptyBase) -> None:
    dropped = json.loads(status_page(base, "--json"))["dropped"]
    assert [one["because"] for one in dropped] == ["planned maintenance", "planned maintenance", "not resolved yet"]


def test_documents_are_left_out_by_their_text(base: EmptyBase) -> None:
    base.write("reports/a.md", "# Mail down\n\nIt stood.\n")
    base.write("reports/b.md", "# Note\n\nThis is a notification, no incident.\n")
    mapping = "extends: markdown\nname: reports\nwhere:\n- {drop: {text: 'notification'}, because: a notification}\n"
    result = base.import_source(base.folder / "reports", mapping, "--client", "acme")
    assert base.ids() == ["PIR-A"]
    assert "1 record left out, a notification: b.md" in result.output


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("where:\n- {because: x}\n", "mapping.yml:4:3: error PIR701: a condition has either 'keep' or 'drop'"),
        ("where:\n- {drop: {slug: true}, because: x}\n", "mapping.yml:4:10: error PIR701: 'drop' has no source"),
        ("where:\n- {drop: {key: a}}\n", "'because'"),
        ("repeated_by: a\n", "'repeated_by' has no effect without 'repeated_rows'"),
        ("repeated_rows: last\n", "latest"),
        ("repeated_rows: latest\n", "mapping.yml:3:16: error PIR701: a file of Markdown is one record"),
    ],
)
def test_a_condition_that_cannot_be_used_is_refused_at_its_place(base: EmptyBase, more: str, said: str) -> None:
    base.write("reports/a.md", "# Mail down\n")
    result = base.import_source(base.folder / "reports", f"extends: markdown\nname: own\n{more}", "--client", "acme")
    assert result.exit_code != 0
    assert said in result.output + result.stderr


LOG = """\
name: event log
format: csv
into: register
timezone: UTC
fields:
  id: {key: number, prefix: PIR}
  title: {key: number}
  client: {constant: acme}
  incidents: {key: number}
  times.detected: {key: opened}
  times.resolved: {key: resolved}
major: {key: priority, pattern: '^1'}
timeline:
  each: rows
  time: {key: updated}
  what: {key: note}
  state: {key: state}
"""
ROWS = """\
number,state,opened,resolved,priority,updated,note,team
INC-1,New,2025-03-04 08:00,,1,2025-03-04 08:00,It stood,front
INC-2,New,2025-03-05 08:00,,3,2025-03-05 08:00,Slow,front
INC-1,Resolved,2025-03-04 08:00,2025-03-04 09:00,1,2025-03-04 09:00,,back
INC-1,Active,2025-03-04 08:00,,1,2025-03-04 08:30,Looked at,
"""


def event_log(base: EmptyBase, more: str = "", *options: str, rows: str = ROWS) -> tuple[int, str]:
    result = base.import_source(base.write("log.csv", rows), LOG + more, *options)
    assert "Traceback" not in result.output
    return result.exit_code, result.output


def test_rows_that_repeat_a_ticket_are_refused_with_the_option_that_decides(base: EmptyBase) -> None:
    code, output = event_log(base, rows=ROWS + "INC-2,Done,2025-03-05 08:00,,3,2025-03-06 08:00,Fast,front\n")
    assert code == 1
    assert output.count("error PIR703") == 1
    assert "log.csv:4:1: error PIR703: its id 'INC-1' is that of log.csv:2, with other values; " in output
    assert "in all 5 rows repeat 2 ids, which are not imported" in output
    assert "--repeated-rows latest (or first, or merge)" in output
    assert not base.register.exists()


@pytest.mark.parametrize(
    ("more", "options", "resolved"),
    [
        ("repeated_rows: latest\nrepeated_by: updated\n", (), "2025-03-04T09:00:00Z"),
        ("repeated_rows: latest\n", (), ""),
        ("repeated_rows: first\n", (), ""),
        ("repeated_by: updated\nrepeated_rows: first\n", ("--repeated-rows", "latest"), "2025-03-04T09:00:00Z"),
        ("repeated_rows: merge\n", (), "2025-03-04T09:00:00Z"),
    ],
)
def test_one_row_of_a_ticket_counts(base: EmptyBase, more: str, options: tuple[str, ...], resolved: str) -> None:
    code, output = event_log(base, more, *options)
    assert code == 0, output
    assert "3 rows repeat 1 ticket: " in output
    assert sorted(base.rows()) == ["INC-1", "INC-2"]
    assert base.rows()["INC-1"]["resolved"] == resolved
    code, output = event_log(base, more, *options)
    assert "2 rows: 2 unchanged" in output


def test_merged_rows_are_a_timeline_and_lose_no_value(base: EmptyBase) -> None:
    code, output = event_log(base, "repeated_rows: merge\nrepeated_by: updated\n")
    assert code == 0, output
    data, body = base.record("PIR-INC-1")
    assert data["times"] == {"detected": "2025-03-04T08:00:00Z", "resolved": "2025-03-04T09:00:00Z"}
    assert data["x-source"] == {"state": "Resolved", "updated": "2025-03-04 09:00", "priority": "1", "note": "Looked at", "team": "back"}  # fmt: skip
    assert "| 2025-03-04 08:00 | **New**: It stood |\n" in body
    assert "| 2025-03-04 08:30 | **Active**: Looked at |\n" in body
    assert "| 2025-03-04 09:00 | **Resolved** |\n" in body


def test_a_row_that_cannot_be_ordered_is_named_and_counts_as_the_earliest(base: EmptyBase) -> None:
    rows = ROWS + "INC-1,Odd,2025-03-04 08:00,,1,some day,,\n"
    code, output = event_log(base, "repeated_rows: latest\nrepeated_by: updated\n", rows=rows)
    assert code == 0
    assert "log.csv:6:31: warning PIR705: 'some day' is neither a time nor a number" in output
    assert base.rows()["INC-1"]["resolved"] == "2025-03-04T09:00:00Z"


def test_rows_are_ordered_by_numbers_as_numbers(base: EmptyBase) -> None:
    rows = "number,opened,revision,resolved\nN-1,2025-03-04 08:00,10,2025-03-04 10:00\nN-1,2025-03-04 08:00,9,\n"
    event_log(base, "repeated_rows: latest\nrepeated_by: revision\n", rows=rows)
    assert base.rows()["N-1"]["resolved"] == "2025-03-04T10:00:00Z"


def test_people_of_rows_that_give_way_are_taken_out_too(base: EmptyBase) -> None:
    rows = "number,opened,who,note,priority\nN-1,2025-03-04 08:00,Anna Muster,,1\nN-1,2025-03-04 08:00,,Anna Muster called,1\n"
    event_log(base, "repeated_rows: latest\npeople: {keys: [who]}\nbody: {Summary: {key: note}}\n", rows=rows)
    assert "(name removed) called" in base.record("PIR-N-1")[1]
