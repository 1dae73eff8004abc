"""What a source says was tried becomes `tried`, and whom it waited for a column of the timeline."""

from __future__ import annotations

import json

from helpers.empty_knowledge_base import EmptyBase

REPORT = """\
---
client: acme
---

# Mail stood still

## What we tried

- Restarted the relay: no effect
- Cleared *every* queue at once - made it worse
- Pointed the relay at the second gateway (helped).
- Asked the supplier

| Step | Time | Result | Comment |
|---|---|---|---|
| Failed over to `mx2` | 2025-03-04 08:10 | Did not help | same certificate |
| Looked at the logs | | interesting | |
"""

MAPPING = "extends: markdown\nname: ours\ntimezone: UTC\ntried: {section: What we tried}\n"


def test_items_and_rows_that_say_their_effect_become_attempts_and_stay_in_the_text(base: EmptyBase) -> None:
    result = base.import_source(base.write("reports/one.md", REPORT), MAPPING)
    assert result.exit_code == 0, result.output
    data, body = base.record("PIR-ONE")
    assert data["tried"] == [
        {"what": "Restarted the relay", "effect": "no-effect"},
        {"what": "Cleared every queue at once", "effect": "made-worse"},
        {"what": "Pointed the relay at the second gateway", "effect": "helped"},
        {
            "what": "Failed over to `mx2`",
            "at": "2025-03-04T08:10:00Z",
            "effect": "no-effect",
            "note": "same certificate",
        },
    ]
    for text in ("### What we tried", "Asked the supplier", "Looked at the logs"):
        assert text in body
    assert base.is_sound(), base.pir("check").output


def test_a_mapping_that_does_not_ask_for_attempts_reads_none(base: EmptyBase) -> None:
    assert base.import_source(base.write("reports/one.md", REPORT), "markdown").exit_code == 0
    data, body = base.record("PIR-ONE")
    assert "tried" not in data
    assert "## Response\n\n### What we tried" in body


def test_who_was_waited_for_has_a_column_of_the_timeline(base: EmptyBase) -> None:
    log = [
        {"at": "2025-03-04T08:00:00Z", "text": "Down"},
        {"at": "2025-03-04T08:10:00Z", "text": "Called", "on": "vendor"},
        {"at": "2025-03-04T09:10:00Z", "text": "Up"},
    ]
    source = base.write("one.json", json.dumps([{"id": "7", "title": "T", "client": "acme", "log": log}]))
    mapping = (
        "name: ours\nformat: json\nfields: {id: {key: id, prefix: PIR}, title: {key: title}, client: {key: client}}\n"
        "timeline: {each: log, time: {key: at}, what: {key: text}, waited_for: {key: on, values: {vendor: the supplier}}}\n"
    )
    result = base.import_source(source, mapping)
    assert result.exit_code == 0, result.output
    assert [line for line in base.record("PIR-7")[1].splitlines() if line.startswith("|")] == [
        "| Time (UTC) | What happened | Waited for |",
        "|---|---|---|",
        "| 2025-03-04 08:00 | Down |  |",
        "| 2025-03-04 08:10 | Called | the supplier |",
        "| 2025-03-04 09:10 | Up |  |",
    ]
