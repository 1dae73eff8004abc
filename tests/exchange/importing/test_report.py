"""The report of an import: findings grouped by kind and field, and what became of each field of each record."""

from __future__ import annotations

import json
from typing import Any

from helpers.empty_knowledge_base import EmptyBase

MAPPING = """\
name: tool
format: csv
timezone: UTC
fields:
  id: {key: number}
  title: {key: title}
  client: {constant: acme}
  severity: {key: severity, values: {high: SEV-1}, default: SEV-3}
  times.detected: {key: opened}
  trigger: {key: cause}
"""
TABLE = """\
number,title,severity,opened,extra
T-1,Mail down,high,2025-03-04 08:00,
T-2,Web down,urgent,2025-03-04 08:00,more
T-3,Web slow,urgent,soon,
T-4,Web off,Odd,later,
T-5,,high,,
"""


def report(base: EmptyBase, *options: str) -> dict[str, Any]:
    source = base.write("export.csv", TABLE)
    data: dict[str, Any] = json.loads(base.import_source(source, MAPPING, "--json", *options).stdout)
    return data


def test_findings_are_grouped_by_kind_and_field_with_their_values_and_places(base: EmptyBase) -> None:
    found = [
        (f["code"], f["field"], f["count"], f["message"], [(v["value"], len(v["places"])) for v in f["values"]])
        for f in report(base)["findings"]
    ]
    assert found == [
        ("PIR703", "title", 1, "there is no value for 'title'", [("", 1)]),
        ("PIR705", "severity", 3, "the mapping has no translation for … (severity)", [("urgent", 2), ("Odd", 1)]),
        ("PIR705", "times.detected", 2, "… is not a time (times.detected)", [("soon", 1), ("later", 1)]),
    ]


def test_a_place_of_a_finding_is_its_file_and_line(base: EmptyBase) -> None:
    value = report(base)["findings"][1]["values"][0]
    assert [place.rpartition("/")[2] for place in value["places"]] == ["export.csv:3", "export.csv:4"]


def test_the_report_says_of_each_record_what_became_of_each_field(base: EmptyBase) -> None:
    by_record = report(base, "--dry-run")["by_record"]
    assert [(one["line"], one["becomes"], one["outcome"]) for one in by_record] == [
        (2, "pirs/2025/T-1.md", "created"),
        (3, "pirs/2025/T-2.md", "created"),
        (4, "pirs/undated/T-3.md", "created"),
        (5, "pirs/undated/T-4.md", "created"),
        (6, "", "refused"),
    ]
    assert by_record[1]["notes"] == ["severity", "extra"]
    assert by_record[2]["fields"] == {
        "id": "mapped",
        "title": "mapped",
        "client": "mapped",
        "severity": "kept as a note",
        "times.detected": "kept as a note",
        "trigger": "nothing",
    }


def test_a_row_and_its_review_are_one_record_of_the_report(base: EmptyBase) -> None:
    table = "number,title,severity,opened\nT-1,Mail,SEV-1,2025-03-04 08:00\nT-2,Web,SEV-3,2025-03-04 08:00\n"
    source = base.write("export.csv", table)
    result = base.import_source(source, "csv", "--client", "acme", "--timezone", "UTC", "--json")
    becomes = [one["becomes"] for one in json.loads(result.stdout)["by_record"]]
    assert becomes == ["pirs/2025/PIR-T-1.md and row T-1", "row T-2"]
