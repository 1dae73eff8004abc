"""A small, complete and sound knowledge base in files, for tests that change one thing about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path

from click.testing import CliRunner, Result

from mkdocs_pir.cli import main
from mkdocs_pir.kb import settings
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.loading import load

REVIEW = """\
---
id: PIR-2025-0001
title: Mail stood still after a certificate expired
client: harbor-credit
services: [mail-gateway]
status: closed
severity: SEV-2
audience: client
release: {approved_by: service-delivery-manager, on: 2025-03-20}
initiated: {by: client, on: 2025-03-05}
incidents: [INC-1001]
problem: PRB-0001
times:
  impact_start: 2025-03-04T02:10:00Z
  detected: 2025-03-04T02:52:00Z
  resolved: 2025-03-04T07:40:00Z
detection: {by: monitoring}
impact: {summary: Mail was late by five hours., users: 410}
trigger: change/expired-certificate
contributing_factors: [monitoring/missing-alert]
lessons: [LL-0001]
actions:
  - id: A1
    title: Probe every listener
    status: verified
    owner: platform team
    created: 2025-03-06
    due: 2025-04-03
    completed: 2025-03-30
    verified: 2025-04-02
    done_when: an expired test certificate raises an alert
recommendations:
  - {id: R1, title: Renew by machine, issued: 2025-03-18, status: adopted, decided: 2025-03-22, adopted: 2025-04-10}
reviews:
  - {kind: internal, on: 2025-03-12, feedback_applied: 2025-03-13}
  - {kind: client, on: 2025-03-18, feedback_applied: 2025-03-19}
---
Notes that stay inside.

## Summary

Mail stood still for five hours. See [[LL-0001]].

## Detection

The probe read another port.

## Timeline

| Time (UTC) | What happened | Evidence |
|---|---|---|
| 02:52 | The probe raises an alert | monitoring |
"""

REVIEW_FILE = "kb/pirs/2025/PIR-2025-0001.md"

REVIEW_WITH_OPEN_ACTION = REVIEW.replace(
    "recommendations:",
    """  - id: A2
    title: Renew by machine
    status: open
    type: prevent
    priority: high
    owner: messaging team
    created: 2025-03-06
    due: 2026-09-20
    done_when: no certificate is renewed by hand
    causes: [monitoring/missing-alert]
recommendations:""",
).replace("status: closed", "status: action-management")

FILES: Mapping[str, str] = {
    "mkdocs.yml": """\
site_name: Ground
docs_dir: kb
exclude_docs: "*"
theme: {name: material}
plugins:
  - pir:
      rules: {PIR422: off} # nobody approved what a test changes
      as_of: 2026-09-30
      record_format: 2
""",
    "kb/clients/harbor-credit.md": """\
---
id: harbor-credit
name: Harbor Credit Union
aliases: [HarborCU]
domains: [harborcredit.example]
since: 2019-04-01
---
""",
    "kb/clients/quellmark.md": """\
---
id: quellmark
name: Quellmark Stores
since: 2020-01-01
---
""",
    "kb/services/mail-gateway.md": """\
---
id: mail-gateway
name: Mail gateway
owner: messaging team
clients: [harbor-credit, quellmark]
---
""",
    "kb/causes/change/expired-certificate.md": """\
---
id: change/expired-certificate
name: Expired certificate
definition: A certificate reached its end.
audience: shared
release: {approved_by: problem-manager, on: 2025-04-28}
---
""",
    "kb/causes/monitoring/missing-alert.md": """\
---
id: monitoring/missing-alert
name: Missing alert
definition: Nothing watched what failed.
---
""",
    "kb/lessons/LL-0001.md": """\
---
id: LL-0001
title: Probe every listener
status: applied
audience: shared
release: {approved_by: problem-manager, on: 2025-04-28}
learned_from: [PIR-2025-0001]
causes: [change/expired-certificate]
services: [mail-gateway]
lesson: Hosts do not expire, certificates do.
applied_on: 2025-04-02
---
""",
    "kb/problems/PRB-0001.md": """\
---
id: PRB-0001
title: A listener keeps the certificate it read at start
status: known-error
known_error: A renewed certificate is not read.
workaround: Restart that listener.
---
""",
    REVIEW_FILE: REVIEW,
    "kb/handbook/on-call.md": """\
---
title: On call
description: The first hour.
---
Stay calm.
""",
    "kb/registers/incidents.csv": """\
id,client,service,severity,opened,resolved,cause,pir_required,pir
INC-1001,harbor-credit,mail-gateway,SEV-2,2025-03-04T02:52:00Z,2025-03-04T07:40:00Z,change/expired-certificate,true,PIR-2025-0001
INC-1002,harbor-credit,mail-gateway,SEV-2,2026-03-04T02:52:00Z,2026-03-04T07:40:00Z,,true,
""",
    "kb/registers/satisfaction.csv": """\
date,client,reference,score,scale,comment
2025-03-25,harbor-credit,PIR-2025-0001,4,5,
""",
}
"""Every file by its path below the folder of mkdocs.yml."""


def write_base(folder: Path, changes: Mapping[str, str | bytes | None] | None = None) -> Path:
    """Write the knowledge base, with some files changed, added or (None) left out. Returns the folder."""
    for name, content in {**FILES, **(changes or {})}.items():
        if content is None:
            continue
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def load_base(folder: Path) -> KnowledgeBase:
    """Read the knowledge base of a folder."""
    return load(settings.read(settings.find_config(folder)))


def run_pir(*arguments: str, input: str | bytes | None = None) -> Result:
    """Run `pir` with these arguments; whatever it does not catch itself is raised."""
    return CliRunner().invoke(main, list(arguments), input=input, catch_exceptions=False)


def pir(folder: Path, *arguments: str, input: str | bytes | None = None) -> Result:
    """Run `pir` on the knowledge base of a folder."""
    return run_pir("-C", str(folder), *arguments, input=input)


def pir_in(folder: Path, *arguments: str) -> Result:
    """Run `pir` in a folder, as a person would: paths are printed from there."""
    with chdir(folder):
        return run_pir(*arguments)


def find_problems(folder: Path) -> list[dict[str, object]]:
    """What `pir check` reports, also where the configuration itself is wrong; paths as in the knowledge base."""
    result = pir_in(folder, "check", "--format", "json")
    return [{**found, "path": found["path"].removeprefix("kb/")} for found in json.loads(result.stdout)["problems"]]
