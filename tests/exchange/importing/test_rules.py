"""Rules of a mapping: values from the whole text and from lines without a colon, keyed objects of JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from helpers.empty_knowledge_base import EmptyBase

MAPPING = """\
name: reports
timezone: UTC
fields:
  id: {file: '^(.+)[.]md$', prefix: OLD}
  title: {heading: true, file: '^(.+)[.]md$'}
  client: {constant: acme}
"""
REPORT = """\
# Mail down

The severity was judged later.
The outage began at 2025-03-04 08:00 and was over by 2025-03-04 09:30 UTC.

- **Severity** 2
Duration – three hours

Services affected

Mail gateway
"""


def read(base: EmptyBase, rules: str, report: str = REPORT) -> tuple[dict[str, Any], str]:
    base.write("reports/mail.md", report)
    result = base.import_source(base.folder / "reports", MAPPING + rules)
    assert result.exit_code == 0, result.output
    return base.record("OLD-MAIL")[0], result.output


def test_a_pattern_finds_a_value_anywhere_in_the_text(base: EmptyBase) -> None:
    rules = (
        "  times.impact_start: {text: 'began at (\\S+ \\S+)'}\n  times.resolved: {text: 'over by (\\S+ \\S+ UTC)'}\n"
    )
    data, output = read(base, rules)
    assert data["times"] == {"impact_start": "2025-03-04T08:00:00Z", "resolved": "2025-03-04T09:30:00Z"}
    assert "mail.md:4:21: hint PIR706: '2025-03-04 08:00' was read as UTC time" in output


@pytest.mark.parametrize(
    ("rule", "field", "value"),
    [
        ("severity: {after: [Severity], values: {'2': SEV-2}}", "severity", "SEV-2"),
        ("root_cause: {after: [Cause, Duration]}", "root_cause", "three hours"),
        ("symptoms: {after: [services   affected]}", "symptoms", ["Mail gateway"]),
        ("root_cause: {after: [The], pattern: 'began at (\\S+)'}", "root_cause", "2025-03-04"),
    ],
)
def test_a_line_without_a_colon_has_a_value_after_its_first_words(
    base: EmptyBase, rule: str, field: str, value: object
) -> None:
    assert read(base, f"  {rule}\n")[0][field] == value


def test_a_word_that_only_begins_another_is_no_label(base: EmptyBase) -> None:
    assert "root_cause" not in read(base, "  root_cause: {after: [Durat, Over]}\n")[0]


def test_a_value_after_words_that_cannot_be_used_is_named_at_its_line(base: EmptyBase) -> None:
    _, output = read(base, "  severity: {after: [Severity], values: {high: SEV-1}}\n")
    assert "mail.md:6:16: warning PIR705: the mapping has no translation for '2'" in output


KEYED = """\
name: tracker
format: json
records: [{}]
timezone: UTC
fields:
  id: {{key: "*"}}
  title: {{key: summary}}
  client: {{constant: acme}}
  times.detected: {{key: opened}}
"""
TICKETS = {
    "INC-1": {"summary": "Mail down", "opened": "2025-03-04 08:00", "team": "mail"},
    "INC-2": {"summary": "Web <b>down</b>", "opened": "never"},
}


@pytest.mark.parametrize(
    ("place", "content"),
    [
        ('"*"', TICKETS),
        ("export.tickets.*", {"export": {"tickets": TICKETS, "count": 2}}),
        ("tickets.*", [{"tickets": {"INC-1": TICKETS["INC-1"]}}, {"tickets": {"INC-2": TICKETS["INC-2"]}}]),
        ('"*.record"', {key: {"record": value} for key, value in TICKETS.items()}),
    ],
)
def test_an_object_whose_keys_are_ids_is_a_list_of_records(base: EmptyBase, place: str, content: object) -> None:
    source = base.write("export.json", json.dumps(content, indent=1))
    result = base.import_source(source, KEYED.format(place))
    assert result.exit_code == 0, result.output
    assert base.ids() == ["INC-1", "INC-2"]
    data, _ = base.record("INC-1")
    assert (data["title"], data["x-source"]) == ("Mail down", {"team": "mail"})
    assert "'never' is not a time" in result.output


def test_what_is_no_record_among_keyed_ones_is_named(base: EmptyBase) -> None:
    source = base.write("export.json", json.dumps({**TICKETS, "total": 2, "next": None}, indent=1))
    result = base.import_source(source, KEYED.format('"*"'))
    assert base.ids() == ["INC-1", "INC-2"]
    assert "export.json:11:11: warning PIR704: the value of 'total' is no record; it was left out" in result.output
    assert "'next'" not in result.output


def test_an_empty_keyed_object_is_no_mistake(base: EmptyBase) -> None:
    result = base.import_source(base.write("export.json", '{"tickets": {}}'), KEYED.format("tickets.*"))
    assert (result.exit_code, "no records" in result.output) == (0, True)


def test_a_keyed_object_that_the_mapping_takes_for_a_list_is_answered_with_the_way_to_say_so(base: EmptyBase) -> None:
    source = base.write("export.json", json.dumps(TICKETS))
    result = base.import_source(source, KEYED.format("incidents"))
    assert result.exit_code == 1
    assert "the file has no 'incidents'; it has 'INC-1', 'INC-2'" in result.output
    assert "if its keys are ids, write 'records: [\"*\"]' in the mapping" in result.output


CAUSES = """\
name: log
format: csv
fields:
  id: {key: number}
  title: {key: number}
  client: {constant: acme}
  trigger: {key: cause, slug: true, create: true, prefix: change}
  contributing_factors: {key: factors, split: ";", slug: true, create: true}
"""


def test_causes_that_are_not_there_are_written_once(base: EmptyBase) -> None:
    base.write(
        "kb/causes/change/old-certificate.md",
        "---\nid: change/old-certificate\nname: Expired certificate\nfamily: change\n---\n",
    )
    table = (
        "number,cause,factors\nT-1,Full disk,Process/No  owner; Lone cause\n"
        "T-2,full disk,process/no-owner;Expired certificate\nT-3,!!,\n"
    )
    result = base.import_source(base.write("log.csv", table), CAUSES)
    assert "created: causes/change/full-disk.md, causes/lone-cause.md, causes/process/no-owner.md" in result.output
    assert "PIR705: no id can be made of '!!' (trigger)" in result.output
    one, two = (base.record(id_)[0] for id_ in ("T-1", "T-2"))
    assert (one["trigger"], one["contributing_factors"]) == ("change/full-disk", ["process/no-owner", "lone-cause"])
    assert two["contributing_factors"] == ["process/no-owner", "change/old-certificate"]
    cause = (base.folder / "kb/causes/process/no-owner.md").read_text("utf-8")
    assert cause == "---\nid: process/no-owner\nname: No owner\nfamily: process\n---\n"
    assert base.is_sound(), base.pir("check", "--strict").output
