"""Incidents in the register: rows that come in, come again, and were changed by somebody in between."""

from __future__ import annotations

import json

import pytest
from helpers.empty_knowledge_base import EmptyBase

MAPPING = """\
name: tool
format: csv
into: register
timezone: UTC
major: {key: severity, pattern: ^high}
fields:
  id: {key: number, prefix: PIR}
  title: {key: title}
  client: {key: customer, slug: true}
  severity: {key: severity, values: {high: SEV-1, low: SEV-4}}
  incidents: {key: number}
  times.detected: {key: opened}
  times.resolved: {key: closed}
columns:
  pir_required: {key: review}
people: {keys: [caller]}
"""
TABLE = """\
number,title,customer,severity,opened,closed,review,caller
T-1,Down,Acme,high,2025-03-04 08:00,2025-03-04 09:00,yes,Ann Example
T-2,Slow,Acme,low,2025-03-05 08:00,,no,Ben Example
"""
COLUMNS = "id,client,service,severity,opened,resolved,cause,pir_required,pir"


def import_source(base: EmptyBase, text: str = TABLE, *options: str, mapping: str = MAPPING) -> str:
    result = base.import_source(base.write("export.csv", text), mapping, *options)
    assert result.exit_code in (0, 1)
    return result.output


def test_rows_and_drafts_name_each_other(base: EmptyBase) -> None:
    said = import_source(base)
    assert "2 records read\nincident register: 2 rows: 2 written\nreviews: 1 draft: 1 written" in said
    rows = base.rows()
    assert (rows["T-1"]["pir"], rows["T-1"]["pir_required"]) == ("PIR-T-1", "true")
    assert (rows["T-2"]["pir"], rows["T-2"]["resolved"]) == ("", "")
    assert json.loads(rows["T-2"]["x-source"]) == {"title": "Slow", "caller": "(name removed)"}
    assert base.record("PIR-T-1")[0]["incidents"] == ["T-1"]
    assert base.is_sound(), base.pir("check").output
    assert "Example" not in base.register.read_text()


def test_a_second_run_leaves_every_byte(base: EmptyBase) -> None:
    import_source(base)
    before = base.register.read_bytes()
    assert "2 rows: 2 unchanged" in import_source(base)
    assert base.register.read_bytes() == before


def test_a_dry_run_writes_no_register(base: EmptyBase) -> None:
    assert "2 rows: 2 would be written" in import_source(base, TABLE, "--dry-run")
    assert not base.register.exists()


def test_rows_of_others_stay_byte_for_byte(base: EmptyBase) -> None:
    theirs = f'\ufeff{COLUMNS.replace(",", ";")}\r\n"INC-9";acme;;SEV-2 ;2025-01-01T00:00:00Z;;;true;\r\n'
    base.write("kb/registers/incidents.csv", theirs.encode())
    import_source(base)
    raw = base.register.read_bytes()
    lines = raw.decode("utf-8-sig").split("\r\n")
    assert raw.startswith(b"\xef\xbb\xbf")
    assert lines[0] == COLUMNS.replace(",", ";") + ";x-source;x-import"
    assert lines[1] == '"INC-9";acme;;SEV-2 ;2025-01-01T00:00:00Z;;;true;;;'
    assert set(base.rows()) == {"INC-9", "T-1", "T-2"}
    assert base.is_sound(), base.pir("check").output


def change(base: EmptyBase, old: str, new: str) -> None:
    text = base.register.read_text("utf-8")
    assert old in text
    base.write("kb/registers/incidents.csv", text.replace(old, new, 1))


def test_a_cell_changed_here_and_another_in_the_source_are_both_kept(base: EmptyBase) -> None:
    import_source(base)
    change(base, "T-2,acme,,SEV-4", "T-2,acme,,SEV-3")
    said = import_source(base, TABLE.replace("05 08:00,,", "05 08:00,2025-03-05 10:00,"))
    assert "1 updated, with edits made by hand kept" in said
    row = base.rows()["T-2"]
    assert (row["severity"], row["resolved"]) == ("SEV-3", "2025-03-05T10:00:00Z")
    assert "1 edited by hand, left unchanged" in import_source(
        base, TABLE.replace("05 08:00,,", "05 08:00,2025-03-05 10:00,")
    )


def test_a_cell_changed_on_both_sides_is_named(base: EmptyBase) -> None:
    import_source(base)
    change(base, "T-2,acme,,SEV-4", "T-2,acme,,SEV-3")
    said = import_source(base, TABLE.replace("Slow,Acme,low", "Slow,Acme,high"))
    assert "error PIR707: the row of T-2 in registers/incidents.csv has other values in 'severity'" in said
    assert base.rows()["T-2"]["severity"] == "SEV-3"


@pytest.mark.parametrize(("how", "severity"), [("keep", "SEV-3"), ("source", "SEV-1")])
def test_a_conflict_in_a_cell_is_settled_by_an_option(base: EmptyBase, how: str, severity: str) -> None:
    import_source(base)
    change(base, "T-2,acme,,SEV-4", "T-2,acme,,SEV-3")
    newer = TABLE.replace("Slow,Acme,low", "Slow,Acme,high")
    assert "PIR707" not in import_source(base, newer, "--on-conflict", how)
    assert base.rows()["T-2"]["severity"] == severity
    assert "PIR707" not in import_source(base, newer)


def test_a_row_that_somebody_wrote_is_filled_up_and_not_overwritten(base: EmptyBase) -> None:
    base.write("kb/registers/incidents.csv", f"{COLUMNS}\nT-2,acme,,SEV-4,2025-03-05T09:00:00+01:00,,,,\n")
    import_source(base)
    row = base.rows()["T-2"]
    assert row["opened"] == "2025-03-05T09:00:00+01:00"
    assert row["pir_required"] == "false"
    base.write("kb/registers/incidents.csv", f"{COLUMNS}\nT-2,acme,,SEV-5,2025-03-05T08:00:00Z,,,,\n")
    assert "PIR707" in import_source(base)
    assert base.rows()["T-2"]["severity"] == "SEV-5"


def test_a_ticket_that_was_raised_gets_its_review(base: EmptyBase) -> None:
    import_source(base)
    import_source(base, TABLE.replace("Slow,Acme,low", "Slow,Acme,high"))
    assert base.rows()["T-2"]["pir"] == "PIR-T-2"
    assert base.is_sound(), base.pir("check").output


def test_what_cannot_be_a_row_is_named_and_keeps_no_other_out(base: EmptyBase) -> None:
    said = import_source(base, TABLE + "T-3,No day,Acme,low,soon,,,\n,No number,Acme,low,2025-03-05 08:00,,,\n")
    assert "export.csv:4:1: error PIR703: there is no value for the column 'opened' of the register" in said
    assert "export.csv:5:1: error PIR703: there is no value for the column 'id' of the register" in said
    assert set(base.rows()) == {"T-1", "T-2"}


def test_an_end_before_the_beginning_is_kept_as_a_note(base: EmptyBase) -> None:
    said = import_source(base, TABLE.replace("05 08:00,,", "05 08:00,2025-03-01 10:00,"))
    assert "PIR705" in said
    assert base.rows()["T-2"]["resolved"] == ""
    assert "2025-03-01 10:00" in base.rows()["T-2"]["x-source"]
    assert base.is_sound(), base.pir("check").output


def test_every_record_can_become_a_draft_or_a_row_as_the_command_line_says(base: EmptyBase) -> None:
    import_source(base, TABLE, "--into", "reviews")
    assert base.ids() == ["PIR-T-1", "PIR-T-2"]
    assert not base.register.exists()


def test_a_cell_that_a_spreadsheet_would_run_is_made_text(base: EmptyBase) -> None:
    import_source(base, TABLE.replace("T-2", "=T-2"))
    assert "'=T-2" in base.rows()


def test_a_broken_register_is_named_and_left(base: EmptyBase) -> None:
    base.write("kb/registers/incidents.csv", f'{COLUMNS}\n"open,acme\n')
    result = base.import_source(base.write("export.csv", TABLE), MAPPING)
    assert result.exit_code == 1
    assert "PIR505" in result.output
    assert base.register.read_text() == f'{COLUMNS}\n"open,acme\n'


def test_a_client_that_nobody_knows_is_one_mistake(base: EmptyBase) -> None:
    result = base.import_source(base.write("export.csv", TABLE), MAPPING, "--client", "acne")
    assert result.exit_code == 1
    assert "there is no client 'acne'" in result.output
    assert "did you mean 'acme'" in result.output
    assert not base.register.exists()
