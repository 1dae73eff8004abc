"""Forms in which sources differ: times, TOML, bold titles, Markdown in HTML fields."""

from __future__ import annotations

import json

import pytest
from helpers.empty_knowledge_base import EmptyBase

from mkdocs_pir.exchange.importing.conversions import Rejected, instant
from mkdocs_pir.exchange.importing.readers import read_toml
from mkdocs_pir.kb.problem import ProblemError

TABLE = "id,title,severity,opened\nA-1,Mail down,SEV-1,{}\n"


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("09.10.2025 13:42:00", "'%d.%m.%Y %H:%M:%S' or '%m.%d.%Y %H:%M:%S'"),
        ("10/25/2025 1:42 PM", "'%m/%d/%Y %I:%M %p',"),
        ("25-10-25, 13:42", "'%d-%m-%y, %H:%M',"),
        ("10/9/25 1:42pm", "'%d/%m/%y %I:%M%p' or '%m/%d/%y %I:%M%p'"),
        ("31/31/2025 10:00", "add its form"),
        ("last night", "add its form"),
    ],
)
def test_a_time_in_an_unknown_form_is_answered_with_the_forms_it_may_have(text: str, forms: str) -> None:
    with pytest.raises(Rejected) as caught:
        instant(text, None)
    assert forms in caught.value.hint


@pytest.mark.parametrize(("form", "day"), [("%d/%m/%Y %H:%M", "2025-10-09"), ("%m/%d/%Y %H:%M", "2025-09-10")])
def test_the_time_format_of_the_mapping_decides_the_day(base: EmptyBase, form: str, day: str) -> None:
    source = base.write("export.csv", TABLE.format("09/10/2025 13:42"))
    options = ("--client", "acme", "--timezone", "UTC", "--time-format", form)
    assert base.import_source(source, "csv", *options).exit_code == 0
    assert base.rows()["A-1"]["opened"] == f"{day}T13:42:00Z"


@pytest.mark.parametrize("form", ["%d/%m", "%Q", "%H:%M", "day", "%d/%m/%Y %H:%"])
def test_a_form_without_its_year_or_day_is_refused(base: EmptyBase, form: str) -> None:
    source = base.write("export.csv", TABLE.format("2025-10-09 13:42"))
    result = base.import_source(source, "csv", "--time-format", form)
    assert (result.exit_code, "is not a time format" in result.stderr) == (2, True)
    own = f"extends: csv\nname: own\ntime_formats: ['{form}']\n"
    result = base.import_source(source, own)
    assert "mapping.yml:3:16: error PIR701" in result.output + result.stderr


TOML = """\
+++
title = "Database down"
date = 2025-01-02T10:00:00Z
resolvedWhen = 2025-01-02 11:30:00
severity = "down"
affected = ["API", "DB"]
resolved = true
ticket = 48211
+++

It is back.
"""


def test_hugo_s_toml_is_read_like_yaml(base: EmptyBase) -> None:
    base.write("site/content/issues/2025-01-02-db.md", TOML)
    result = base.import_source(base.folder / "site", "cstate", "--client", "acme", "--timezone", "Europe/Zurich")
    assert result.exit_code == 0
    assert "2025-01-02-db.md:4:1: hint PIR706: '2025-01-02T11:30:00' was read as Europe/Zurich time" in result.output
    data, body = base.record("STATUS-2025-01-02-DB")
    assert data["title"] == "Database down"
    assert data["services"] == ["api", "db"]
    assert data["times"] == {"impact_start": "2025-01-02T10:00:00Z", "resolved": "2025-01-02T11:30:00+01:00"}
    assert data["x-source"] == {"ticket": "48211"}
    assert "It is back." in body


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("+++\ntitle = 'a'\n", 1),
        ("+++\ntitle = 'a\n+++\n", 2),
        ("+++\na = 1\na = 2\n+++\n", 3),
        ("+++\nx = " + "[" * 5000 + "\n+++\n", 1),
        ("+++\nx = " + "9" * 5000 + "\n+++\n", 1),
    ],
)
def test_toml_that_cannot_be_read_is_named_at_its_line(text: str, line: int) -> None:
    with pytest.raises(ProblemError) as caught:
        read_toml(text, "a.md")
    assert [(p.code, p.line) for p in caught.value.problems] == [("PIR702", line)]


def test_a_bold_line_above_all_else_is_the_title(base: EmptyBase) -> None:
    base.write("doc/mail.md", "**Mail stopped**\n\n**Summary**\n\nFor an hour.\n\n**Follow-up tasks**\n\n1. Probe it\n")
    assert base.import_source(base.folder / "doc", "document", "--client", "acme").exit_code == 0
    data, body = base.record("PIR-MAIL")
    assert data["title"] == "Mail stopped"
    assert "## Summary\n\nFor an hour." in body
    assert "## What we are changing\n\n1. Probe it" in body


def test_markdown_where_html_may_stand_is_markdown(base: EmptyBase) -> None:
    incident = {"id": "a1", "name": "Down", "postmortem_body": "## Trigger\n\nA **full** disk.\n\n- one\n- two"}
    source = base.write("incidents.json", json.dumps({"incidents": [incident]}))
    base.import_source(source, "statuspage", "--client", "acme")
    assert "## Root cause\n\n### Trigger\n\nA **full** disk.\n\n- one\n- two" in base.record("STATUS-A1")[1]
