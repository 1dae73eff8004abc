"""The report of an import: problems grouped by kind and field, and what became of each field of each record."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
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
,Lost,high,,
"""


def report(base: EmptyBase, *options: str) -> dict[str, Any]:
    source = base.write("export.csv", TABLE)
    data: dict[str, Any] = json.loads(base.import_source(source, MAPPING, "--json", *options).stdout)
    return data


def test_a_record_that_cannot_come_in_is_listed_with_its_id(base: EmptyBase) -> None:
    source = base.write("export.csv", "number,title,severity,opened\nT-7,Mail,SEV-4,soon\n")
    page = base.folder / "page.html"
    result = base.import_source(source, "csv", "--client", "acme", "--timezone", "UTC", "--report", str(page))
    assert result.exit_code == 1
    refused = BeautifulSoup(page.read_text("utf-8"), "html.parser").select_one("#records .records li")
    assert refused is not None
    assert refused.get_text().split() == ["export.csv:2", "T-7"]


def test_problems_are_grouped_by_kind_and_field_with_their_values_and_places(base: EmptyBase) -> None:
    found = [
        (f["code"], f["field"], f["count"], f["message"], [(v["value"], len(v["places"])) for v in f["values"]])
        for f in report(base)["problem_groups"]
    ]
    assert found == [
        ("PIR703", "id", 1, "there is no value for 'id'", [("", 1)]),
        ("PIR705", "severity", 3, "the mapping has no translation for …", [("urgent", 2), ("Odd", 1)]),
        ("PIR705", "times.detected", 2, "… is not a time", [("soon", 1), ("later", 1)]),
        ("PIR705", "title", 1, "there is no value for 'title'", [("", 1)]),
    ]


def test_a_place_of_a_problem_is_its_file_and_line(base: EmptyBase) -> None:
    value = report(base)["problem_groups"][1]["values"][0]
    assert value["places"] == ["export.csv:3", "export.csv:4"]


def test_the_report_says_of_each_record_what_became_of_each_field(base: EmptyBase) -> None:
    by_record = report(base, "--dry-run")["by_record"]
    assert [(one["line"], one["becomes"], one["outcome"]) for one in by_record] == [
        (2, "pirs/2025/T-1.md", "created"),
        (3, "pirs/2025/T-2.md", "created"),
        (4, "pirs/undated/T-3.md", "created"),
        (5, "pirs/undated/T-4.md", "created"),
        (6, "pirs/undated/T-5.md", "created"),
        (7, "", "refused"),
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


def test_the_report_is_written_as_a_page_and_as_json(base: EmptyBase) -> None:
    source = base.write("export.csv", TABLE)
    result = base.import_source(source, MAPPING, "--dry-run", "--report", str(base.folder / "out/of import"))
    said = [line.rpartition("/")[2] for line in result.stdout.splitlines() if line.startswith("report: ")]
    assert said == ["import-report.html", "import-report.json"]
    data = json.loads((base.folder / "out/of import/import-report.json").read_text("utf-8"))
    assert data == json.loads(base.import_source(source, MAPPING, "--dry-run", "--json").stdout)
    page = BeautifulSoup((base.folder / "out/of import/import-report.html").read_text("utf-8"), "html.parser")
    assert "A dry run: nothing was written." in page.get_text()
    assert [" ".join(one.get_text().split()) for one in page.select(".kind h3")] == [
        "error A source record that cannot come in PIR703, 1×",
        "warning A value kept as a note PIR705, 6×",
    ]
    groups = [" ".join(one.get_text().split()) for one in page.select("#records .group")]
    assert groups[0].startswith("1 record not imported")
    assert groups[1] == (
        "2 records written From the source id, title, client Kept as a note severity, times.detected No value trigger "
        "export.csv:4 → pirs/undated/T-3.md export.csv:5 → pirs/undated/T-4.md"
    )


def test_a_page_of_refused_records_alone_can_be_made(base: EmptyBase) -> None:
    source = base.write("export.csv", "number,title,severity,opened\n,Lost,odd,2025-03-04\n")
    result = base.import_source(source, MAPPING, "--report", str(base.folder / "page.html"))
    assert result.exit_code == 1
    assert "1 record <span" in (base.folder / "page.html").read_text("utf-8")


def test_a_report_is_one_file_where_its_name_says_so(base: EmptyBase) -> None:
    source = base.write("export.csv", TABLE)
    base.import_source(source, MAPPING, "--report", str(base.folder / "a.JSON"))
    result = base.import_source(source, MAPPING, "--json", "--report", str(base.folder / "b.html"))
    assert json.loads(result.stdout) == json.loads((base.folder / "a.JSON").read_text("utf-8")) | {
        "reviews": json.loads(result.stdout)["reviews"],
        "by_record": json.loads(result.stdout)["by_record"],
    }
    assert (base.folder / "b.html").is_file()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("report.pdf", "a file that ends in .html or .json"),
        ("kb/report.html", "outside the folder of records"),
        ("kb", "outside the folder of records"),
        ("export.csv/out", "cannot be a folder: there is a file"),
    ],
)
def test_a_report_that_cannot_be_written_stops_before_the_import(base: EmptyBase, name: str, said: str) -> None:
    source = base.write("export.csv", TABLE)
    result = base.import_source(source, MAPPING, "--report", str(base.folder / name))
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (base.folder / "kb/pirs").exists()


HOSTILE = "</style></script><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 7 }}\"'&"


def test_nothing_of_the_source_acts_on_the_page(base: EmptyBase) -> None:
    rows = [["number", "title", "severity", "opened", HOSTILE], ["T-1", HOSTILE, HOSTILE, HOSTILE, "x"]]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    source = base.write("a <b>&.csv", text.getvalue())
    base.import_source(source, MAPPING, "--report", str(base.folder / "page.html"))
    written = (base.folder / "page.html").read_text("utf-8")
    page = BeautifulSoup(written, "html.parser")
    assert len(page.find_all("script")) == len(page.find_all("style")) == 1
    assert page.find("img") is None
    assert "{{ 7 * 7 }}" in page.get_text()
    policy = page.select_one("meta[http-equiv]")
    assert policy is not None
    for element, directive in (("script", "script-src"), ("style", "style-src")):
        content = page.find(element).string  # type: ignore[union-attr]
        mark = base64.b64encode(hashlib.sha256(str(content).encode()).digest()).decode()
        assert f"{directive} 'sha256-{mark}'" in str(policy["content"])


def test_what_many_files_have_in_common_is_said_once_on_the_terminal(base: EmptyBase) -> None:
    for number in range(12):
        base.write(f"wiki/report-{number:02d}.md", f"# Report {number}\n\n[gone](missing.html)\n")
    result = base.import_source(base.folder / "wiki", "markdown", "--client", "acme")
    assert result.output.count("warning PIR705: the link leads to 'missing.html'") == 3
    assert "    the same in 9 places more: " in result.output
    assert "report-10.md:3 and 1 more" in result.output
