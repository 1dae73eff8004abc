"""Each ready-made mapping, by name, on an export of its tool."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from helpers.empty_knowledge_base import EmptyBase
from helpers.knowledge_base import run_pir

from mkdocs_pir.exchange.importing.mapping_files import (
    Overrides,
    ReadyMapping,
    find_mapping,
    read_mapping,
    ready_mappings,
)


@pytest.mark.parametrize("one", list(ready_mappings()), ids=lambda one: one.name)
def test_every_ready_mapping_is_sound_and_says_what_it_reads(one: ReadyMapping) -> None:
    mapping = read_mapping(one.file, Overrides(client="acme"))
    assert mapping.name == one.name
    assert mapping.description == one.about
    assert len(one.about) > 20
    assert mapping.mask == ("email", "token")


def test_the_ready_mappings_are_listed_and_shown() -> None:
    listed = run_pir("import", "--list")
    assert {"servicenow", "jira", "pagerduty", "statuspage", "cstate", "document", "csv", "markdown"} <= set(
        re.findall(r"^(\S+)", listed.output, re.M)
    )
    shown = run_pir("import", "--show", "servicenow")
    assert shown.output == find_mapping("servicenow").read_text("utf-8")  # type: ignore[union-attr]


def test_a_mapping_that_is_not_there_is_named_with_the_nearest(base: EmptyBase) -> None:
    source = base.write("a.csv", "number\n")
    result = base.import_source(source, "servicnow")
    assert result.exit_code == 2
    assert "did you mean 'servicenow'" in result.output
    assert base.pir("import").exit_code == 2


SERVICENOW = """"number","opened_at","short_description","caller_id","priority","state","company","business_service","resolved_at","description","comments_and_work_notes"
"INC0010001","2025-03-04 08:00:00","Mail stands still","Beth Anglin","1 - Critical","Closed","Acme","Mail Gateway","2025-03-04 09:30:00","<p>Nobody gets mail.<br>Since eight.</p>","2025-03-04 08:10:00 - Beth Anglin (Work notes)
Restarted the gateway.

2025-03-04 08:05:00 - Beth Anglin (Additional comments)
We look into it; write to beth.anglin@example.com.

"
"INC0010002","2025-03-05 10:00:00","Printer is slow","Bow Ruggeri","4 - Low","New","Acme","","","",""
"""


def test_servicenow_fills_the_register_and_major_incidents_become_drafts(base: EmptyBase) -> None:
    source = base.write("incident.csv", SERVICENOW)
    result = base.import_source(source, "servicenow", "--timezone", "Europe/Zurich")
    assert result.exit_code == 0, result.output
    rows = base.rows()
    assert rows["INC0010001"]["opened"] == "2025-03-04T08:00:00+01:00"
    assert rows["INC0010001"]["resolved"] == "2025-03-04T09:30:00+01:00"
    assert rows["INC0010001"]["service"] == "mail-gateway"
    assert rows["INC0010001"]["pir"] == "PIR-INC0010001"
    assert rows["INC0010002"]["severity"] == "SEV-4"
    assert rows["INC0010002"]["pir"] == ""
    assert json.loads(rows["INC0010002"]["x-source"])["short_description"] == "Printer is slow"
    assert base.ids() == ["PIR-INC0010001"]
    data, body = base.record("PIR-INC0010001")
    assert data["incidents"] == ["INC0010001"]
    assert "Nobody gets mail.<br>\nSince eight." in body
    assert body.index("07:05 | We look into it") < body.index("07:10 | Restarted the gateway.")
    assert "Anglin" not in base.file("PIR-INC0010001").read_text()
    assert "example.com" not in body
    assert base.is_sound(), base.pir("check").output


def test_servicenow_lists_with_labels_for_columns_are_read_too(base: EmptyBase) -> None:
    header = "Number,Opened,Short description,Caller,Priority,State,Company,Resolved"
    source = base.write("list.csv", f"{header}\nINC1,2025-03-04 08:00:00,Down,Ann,2 - High,New,Acme,\n")
    result = base.import_source(source, "servicenow", "--timezone", "UTC", "--into", "reviews")
    assert result.exit_code == 0, result.output
    assert base.record("PIR-INC1")[0]["severity"] == "SEV-2"
    assert not base.register.exists()


JIRA = (
    "\ufeffSummary,Issue key,Issue id,Status,Priority,Reporter,Created,Resolved,Labels,Labels,Labels,"
    "Custom field (Organizations),Component/s,Description,Comment,Comment\r\n"
    'Mail stands still,OPS-7,10007,Done,Highest,anna,09/Oct/25 1:42 PM,10/Oct/25 12:05 AM,mail,tls,,Acme,Mail Gateway,"h2. What we saw\r\n'
    '*Nothing* moved, see [the log|https://logs.example/1]\r\n{code:bash}\r\n# restart\r\n{code}",'
    '09/Oct/25 2:10 PM;anna;Restarted it,"09/Oct/25 1:50 PM;ben;Looking; now"\r\n'
)


def test_jira_csv_with_a_mark_repeated_labels_and_its_own_dates(base: EmptyBase) -> None:
    source = base.write("jira.csv", JIRA)
    result = base.import_source(source, "jira", "--timezone", "Europe/Copenhagen")
    assert result.exit_code == 0, result.output
    data, body = base.record("PIR-OPS-7")
    assert data["times"] == {"impact_start": "2025-10-09T13:42:00+02:00", "resolved": "2025-10-10T00:05:00+02:00"}
    assert data["tags"] == ["mail", "tls"]
    assert (data["client"], data["severity"], data["services"]) == ("acme", "SEV-1", ["mail-gateway"])
    assert data["x-source"] == {"Status": "Done", "Reporter": "(name removed)"}
    assert "### What we saw" in body
    assert "**Nothing** moved, see [the log](https://logs.example/1)" in body
    assert "```\n# restart\n```" in body
    assert body.index("11:50 | Looking; now") < body.index("12:10 | Restarted it")
    assert base.is_sound(), base.pir("check").output


def test_jira_service_management_fills_the_register(base: EmptyBase) -> None:
    source = base.write("jsm.csv", JIRA.replace("Highest", "Medium"))
    result = base.import_source(source, "jira-service-management", "--timezone", "Europe/Copenhagen")
    assert result.exit_code == 0, result.output
    assert base.rows()["OPS-7"]["severity"] == "SEV-3"
    assert not (base.folder / "kb/pirs").exists()


def jira_issue(description: Any) -> str:
    fields = {
        "summary": "Mail stands still",
        "created": "2025-10-09T13:42:11.000+0200",
        "resolutiondate": None,
        "labels": ["mail"],
        "components": [{"self": "https://jira.example/1", "id": "1", "name": "Mail Gateway"}],
        "priority": {"name": "High", "id": "2"},
        "status": {"name": "Done", "id": "9"},
        "assignee": {"displayName": "Anna Muster", "accountId": "5"},
        "description": description,
        "comment": {"comments": [{"created": "2025-10-09T14:00:00.000+0200", "body": "Anna Muster restarted it"}]},
    }
    return json.dumps({"startAt": 0, "total": 1, "issues": [{"id": "1", "key": "OPS-7", "fields": fields}]})


ADF = {
    "type": "doc",
    "version": 1,
    "content": [
        {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Seen"}]},
        {"type": "paragraph", "content": [{"type": "text", "text": "Nothing", "marks": [{"type": "strong"}]}]},
        {
            "type": "bulletList",
            "content": [
                {
                    "type": "listItem",
                    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "queue full"}]}],
                }
            ],
        },
    ],
}


@pytest.mark.parametrize("description", ["h2. Seen\n\n*Nothing*\n\n* queue full", ADF], ids=["notation", "document"])
def test_jira_json_in_both_of_its_forms_of_text(base: EmptyBase, description: Any) -> None:
    source = base.write("search.json", jira_issue(description))
    result = base.import_source(source, "jira-json", "--client", "acme")
    assert result.exit_code == 0, result.output
    data, body = base.record("PIR-OPS-7")
    assert data["times"] == {"impact_start": "2025-10-09T13:42:11+02:00"}
    assert (data["services"], data["severity"], data["tags"]) == (["mail-gateway"], "SEV-2", ["mail"])
    assert re.search(r"### Seen\s+\*\*Nothing\*\*\s+- queue full", body)
    assert "| 2025-10-09 12:00 | (name removed) restarted it |" in body
    assert data["x-source"] == {"fields": {"status": {"name": "Done"}, "assignee": {"displayName": "(name removed)"}}}
    assert base.is_sound(), base.pir("check").output


PAGERDUTY = {
    "incidents": [
        {
            "id": "PT4KHLK",
            "incident_number": 1234,
            "title": "The server is on fire.",
            "created_at": "2025-10-06T21:30:42Z",
            "last_status_change_at": "2025-10-06T21:38:23Z",
            "status": "resolved",
            "urgency": "high",
            "priority": {"id": "P53ZZH5", "summary": "P1"},
            "service": {"id": "PIJ90N7", "summary": "My Mail Service"},
            "acknowledgements": [
                {"at": "2025-10-06T21:32:42Z", "acknowledger": {"summary": "Earline Greenholt"}},
            ],
            "html_url": "https://subdomain.pagerduty.com/incidents/PT4KHLK",
            "description": "Paged Earline Greenholt",
        },
        {
            "id": "PT4KHLL",
            "incident_number": 1235,
            "title": "Warm",
            "created_at": "2025-10-07T21:30:42Z",
            "last_status_change_at": "2025-10-07T21:38:23Z",
            "status": "acknowledged",
            "service": {"summary": "My Mail Service"},
        },
    ],
    "more": False,
}


def test_pagerduty_incidents(base: EmptyBase) -> None:
    source = base.write("incidents.json", json.dumps(PAGERDUTY))
    result = base.import_source(source, "pagerduty", "--client", "acme")
    assert result.exit_code == 0, result.output
    rows = base.rows()
    assert rows["PT4KHLK"]["resolved"] == "2025-10-06T21:38:23Z"
    # its last change is no resolution
    assert rows["PT4KHLL"]["resolved"] == ""
    assert rows["PT4KHLK"]["pir"] == "PIR-PD-1234"
    data, body = base.record("PIR-PD-1234")
    assert data["times"]["acknowledged"] == "2025-10-06T21:32:42Z"
    assert "Paged (name removed)" in body
    assert "Greenholt" not in base.file("PIR-PD-1234").read_text()
    assert base.is_sound(), base.pir("check").output


def test_pagerduty_without_a_client_says_how_to_give_one(base: EmptyBase) -> None:
    source = base.write("incidents.json", json.dumps(PAGERDUTY))
    result = base.import_source(source, "pagerduty")
    assert result.exit_code == 1
    assert "--client" in result.output


STATUSPAGE = {
    "page": {"id": "1", "name": "Acme", "time_zone": "Etc/UTC"},
    "incidents": [
        {
            "id": "x0ljvc9m1wxj",
            "name": "Trouble",
            "status": "resolved",
            "impact": "major",
            "created_at": "2025-02-20T12:00:19.418-06:00",
            "monitoring_at": None,
            "resolved_at": "2025-02-20T13:40:58.572-06:00",
            "shortlink": "https://stspg.io/7",
            "incident_updates": [
                {"status": "resolved", "body": "Over.", "display_at": "2025-02-20T13:40:58.572-06:00"},
                {"status": "investigating", "body": "We | look.<br />Soon.", "display_at": "2025-02-20T12:00:19-06:00"},
            ],
        }
    ],
}


@pytest.mark.parametrize("form", [STATUSPAGE, [STATUSPAGE]], ids=["page", "pages"])
def test_statuspage_updates_become_the_timeline(base: EmptyBase, form: Any) -> None:
    source = base.write("incidents.json", json.dumps(form))
    result = base.import_source(source, "statuspage")
    assert result.exit_code == 0, result.output
    data, body = base.record("STATUS-X0LJVC9M1WXJ")
    assert (data["client"], data["severity"]) == ("acme", "SEV-2")
    rows = [line for line in body.splitlines() if line.startswith("| 2025")]
    assert rows == [
        r"| 2025-02-20 18:00 | **Investigating**: We \| look.<br>Soon. |",
        "| 2025-02-20 19:40 | **Resolved**: Over. |",
    ]
    assert base.is_sound(), base.pir("check").output


def test_cstate_issues(base: EmptyBase) -> None:
    issue = "---\ntitle: DMs\ndate: 2025-12-17 16:24:00\nresolved: true\nresolvedWhen: 2025-12-17 16:58:00\n"
    issue += 'severity: disrupted\naffected:\n  - API\nsection: issue\n---\n\n*Update* - over {{< track "x" >}}\n'
    base.write("site/content/issues/2025-12-17-dms.md", issue)
    result = base.import_source(base.folder / "site", "cstate", "--timezone", "UTC", "--client", "acme")
    assert result.exit_code == 0, result.output
    data, body = base.record("STATUS-2025-12-17-DMS")
    assert data["times"] == {"impact_start": "2025-12-17T16:24:00Z", "resolved": "2025-12-17T16:58:00Z"}
    assert '`{{< track "x" >}}`' in body


CONFLUENCE = """\
# Mail stood still

| | |
|---|---|
| Incident number | INC-7 |
| Severity | SEV2 |
| Client | Acme |
| Services affected | Mail Gateway, DNS |
| Start time | 2025-03-04 08:00 |
| Resolved | 2025-03-04 09:30 |

## 1. Incident summary {#summary}

Mail stood still.

## Leadup

A renewal.

## Five whys

Why?

## What could be improved?

The probe.
"""

WORD = """\
Mail stood still on Tuesday

**Severity:** 2\\
**Client**: Acme\\
**Start time:** 4 March 2025 08:00

**Summary**

It stood.

**Root Cause Analysis:**

A certificate.
"""


def test_a_page_of_confluence_gives_its_table_of_facts_and_its_sections(base: EmptyBase) -> None:
    source = base.write("Mail stood still.md", CONFLUENCE)
    result = base.import_source(source, "document", "--timezone", "Europe/Zurich")
    assert result.exit_code == 0, result.output
    data, body = base.record("PIR-INC-7")
    assert (data["title"], data["client"], data["severity"]) == ("Mail stood still", "acme", "SEV-2")
    assert data["services"] == ["mail-gateway", "dns"]
    assert data["times"] == {"impact_start": "2025-03-04T08:00:00+01:00", "resolved": "2025-03-04T09:30:00+01:00"}
    titles = re.findall(r"^##+ .*", body, re.M)
    assert titles == [
        "## Summary",
        "## Root cause",
        "### Five whys",
        "## Contributing factors",
        "### Leadup",
        "## What went wrong",
    ]
    assert base.is_sound(), base.pir("check").output


def test_a_word_document_whose_headings_are_bold_lines(base: EmptyBase) -> None:
    source = base.write("INC 2025-03-04.md", WORD)
    result = base.import_source(source, "document", "--timezone", "Europe/Zurich")
    assert result.exit_code == 0, result.output
    (id_,) = base.ids()
    data, body = base.record(id_)
    assert data["severity"] == "SEV-2"
    assert data["times"] == {"impact_start": "2025-03-04T08:00:00+01:00"}
    assert "## Root cause\n\nA certificate." in body


def test_any_csv_with_columns_in_common_use(base: EmptyBase) -> None:
    text = "Ticket ID;Customer;Application;Priority;Created;Closed;Subject\nT-1;Acme;Mail;P1;2025-03-04 08:00;;Down\n"
    result = base.import_source(base.write("x.csv", text), "csv", "--timezone", "UTC")
    assert result.exit_code == 0, result.output
    assert base.rows()["T-1"]["client"] == "acme"
    assert base.record("PIR-T-1")[0]["title"] == "Down"
    assert base.is_sound(), base.pir("check").output


def test_any_markdown(base: EmptyBase) -> None:
    base.write("old/2024-05-06 mail.md", "---\nclient: Acme\ndate: 2024-05-06T08:00:00Z\n---\n# Mail\n\nIt stood.\n")
    result = base.import_source(base.folder / "old", "markdown")
    assert result.exit_code == 0, result.output
    data, body = base.record("PIR-2024-05-06-MAIL")
    assert data["title"] == "Mail"
    assert body.strip() == "## Summary\n\nIt stood."


def test_a_mapping_that_extends_a_ready_one_changes_only_what_it_says(base: EmptyBase) -> None:
    mapping = "extends: servicenow\nname: ours\ntimezone: UTC\nfields:\n  client: {constant: acme}\nmajor: {key: priority, pattern: '^4'}\n"
    result = base.import_source(base.write("a.csv", SERVICENOW), mapping)
    assert result.exit_code == 0, result.output
    assert base.ids() == ["PIR-INC0010002"]
    assert base.file("PIR-INC0010002").read_text().count("from: ours") == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("extends: servicnow\nname: x\n", "did you mean 'servicenow'"),
        ("extends: mapping.yml\nname: x\n", "leads back here"),
        ("extends: csv\nname: x\nencoding: utf-9\n", "no encoding 'utf-9'"),
        ("extends: csv\nname: x\ncolumns:\n  opend: {key: a}\n", "did you mean 'opened'"),
        ("extends: csv\nname: x\nbody:\n  Sumary: {key: a}\n", "did you mean 'Summary'"),
        (
            "extends: csv\nname: x\ntimeline: {each: a, pattern: '(', time: {key: a}, what: {key: b}}\n",
            "cannot be used",
        ),
        ("extends: csv\nname: x\nmajor: {key: a, when: {b: '['}}\n", "cannot be used"),
        ("name: x\nfields:\n  id: {key: a}\n  title: {key: a}\n", "--client"),
    ],
)
def test_a_mistake_in_a_mapping_is_named(base: EmptyBase, text: str, said: str) -> None:
    result = base.import_source(base.write("a.csv", SERVICENOW), text)
    assert result.exit_code == 1
    assert "PIR701" in result.output
    assert said in result.output


def test_all_mistakes_of_a_mapping_are_named_at_once_and_each_once(base: EmptyBase) -> None:
    mapping = (
        "extends: csv\nname: x\ntimezone: Mars/Base\ntime_formats: ['%d/%m']\n"
        "columns:\n  opend: {key: a}\n  clent: {key: b, pattern: '('}\n"
    )
    output = base.import_source(base.write("a.csv", SERVICENOW), mapping).output
    for said in ("'Mars/Base'", "'%d/%m' is not a time format", "no 'opend'", "no 'clent'", "cannot be used"):
        assert output.count(said) == 1, output
