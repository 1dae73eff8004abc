"""Due dates in business days by severity, holiday and agreement, and their calendar file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest
from helpers.knowledge_base import pir, write_base
from helpers.projections import action, project, review
from icalendar import Calendar

from mkdocs_pir.insight.deadlines import step_due
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.insight.review_gate import gate
from mkdocs_pir.insight.windows import add_business_days
from mkdocs_pir.kb.model import Client
from mkdocs_pir.site.review_calendar_file import calendar

# Wednesday 2 September 2026, 12:00 UTC
RESTORED = ("2026-09-02", "2026-09-02T12:00")
CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 28)})


def dues(projection, one) -> list[str]:
    return [due.isoformat() if (due := step_due(projection, s, one)) else "" for s in projection.lifecycle.steps]


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        ("SEV-1", ["2026-09-04", "2026-09-07", "2026-09-09", "2026-10-01"]),
        ("SEV-4", ["2026-09-07", "2026-09-08", "2026-09-09", "2026-10-01"]),
        ("", ["2026-09-04", "2026-09-07", "2026-09-09", "2026-10-01"]),
    ],
)
def test_each_step_is_due_after_its_business_days_by_severity(severity: str, expected: list[str]) -> None:
    one = review(
        "R1", *RESTORED, severity=severity, status="draft", actions=(action("A1", due="2026-10-01"), action("A2"))
    )
    assert dues(project(one), one) == expected


def test_a_step_is_never_due_before_one_that_leads_to_it() -> None:
    one = review("R1", *RESTORED, severity="SEV-1", status="investigation", actions=(action("A1", due="2026-09-03"),))
    assert dues(project(one), one) == ["2026-09-04", "2026-09-07", "2026-09-09", "2026-09-09"]


def test_a_review_decided_on_later_begins_its_days_then() -> None:
    one = review("R1", *RESTORED, decided="2026-09-07", severity="SEV-1", status="investigation")
    assert dues(project(one), one) == ["2026-09-09", "2026-09-10", "2026-09-14", ""]


def test_nothing_is_due_before_service_is_restored() -> None:
    one = review("R1", "2026-09-02", severity="SEV-1", status="draft")
    assert dues(project(one), one) == ["", "", "", ""]


def test_what_a_client_has_agreed_on_moves_its_review_only() -> None:
    one = review("R1", *RESTORED, severity="SEV-1", status="draft")
    projection = project(one, Client("acme", review_days=10))
    assert dues(projection, one)[:3] == ["2026-09-04", "2026-09-07", "2026-09-16"]
    projection = project(one, Client("acme", review_days=10), targets={"review-days-sev-1": 3.0})
    assert dues(projection, one)[:3] == ["2026-09-04", "2026-09-07", "2026-09-07"]


def test_no_step_is_due_after_one_that_follows_it() -> None:
    one = review("R1", *RESTORED, severity="SEV-1", status="draft")
    assert dues(project(one, targets={"review-days-sev-1": 1.0}), one)[:3] == ["2026-09-03"] * 3
    assert dues(project(one, Client("acme", review_days=2)), one)[:3] == ["2026-09-04"] * 3


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-12-23", 1, "2026-12-24"),
        ("2026-12-23", 2, "2026-12-29"),
        ("2026-12-24", 1, "2026-12-29"),
        ("2026-12-26", 1, "2026-12-29"),
    ],
)
def test_holidays_are_no_business_days(start: str, days: int, end: str) -> None:
    assert add_business_days(date.fromisoformat(start), days, CHRISTMAS) == date.fromisoformat(end)


def test_without_holidays_both_ways_of_counting_agree() -> None:
    far = frozenset({date(1990, 1, 1)})
    for start in (date(2026, 9, day) for day in range(1, 15)):
        for days in range(1, 25):
            assert add_business_days(start, days) == add_business_days(start, days, far)


def test_holidays_come_from_the_configuration(tmp_path: Path) -> None:
    text = 'site_name: Ground\ndocs_dir: kb\nexclude_docs: "*"\nplugins:\n  - pir:\n      as_of: 2025-03-05\n      holidays: [2025-03-06]\n'
    draft = {
        "kb/pirs/2025/PIR-2025-0001.md": "---\nid: PIR-2025-0001\ntitle: T\nclient: harbor-credit\nstatus: draft\ntimes: {resolved: 2025-03-04T07:40:00Z}\n---\n"
    }
    alone = {"kb/lessons/LL-0001.md": None, "kb/registers/incidents.csv": None, "kb/registers/satisfaction.csv": None}
    write_base(tmp_path / "a", {"mkdocs.yml": text, **draft, **alone})
    assert "due 2025-03-07" in pir(tmp_path / "a", "gate", "PIR-2025-0001").stdout
    write_base(tmp_path / "b", {"mkdocs.yml": text.replace("2025-03-06", "2025-02-30"), **draft, **alone})
    result = pir(tmp_path / "b", "gate", "PIR-2025-0001")
    assert result.exit_code == 1
    assert "not a date" in result.stderr


def sample():
    late = review("R1", *RESTORED, severity="SEV-1", status="internal-review")
    fresh = review("R2", "2026-09-29", "2026-09-29T12:00", severity="SEV-1", status="draft")
    over = review("R3", *RESTORED, severity="SEV-1", status="closed")
    history = review("R4", *RESTORED, status="archived")
    return project(late, fresh, over, history)


def test_reviews_are_counted_in_the_step_in_which_they_stand_and_late_past_its_day() -> None:
    projection = sample()
    found = Insight(projection).workload
    assert [(s.step.id, len(s.reviews), s.late) for s in found] == [
        ("03g.01", 1, 0),
        ("03g.02", 1, 1),
        ("03g.03", 0, 0),
        ("03g.04", 0, 0),
    ]


def test_a_client_sees_neither_conditions_nor_due_dates() -> None:
    projection = sample()
    outside = msgspec.structs.replace(projection, edition=type(projection.edition)("acme"))
    found = gate(outside, outside.pirs["R1"])
    assert [s.state for s in found.stages] == ["done", "now", "later", "later"]
    assert all(s.checks == () and s.due is None and s.late == 0 for s in found.stages)
    assert found.todo == ""


def test_the_calendar_file_has_one_event_for_each_due_date_and_keeps_its_bytes() -> None:
    projection = sample()
    found = Insight(projection).due_dates
    raw = calendar("Reviews; of ours, all", found, projection.as_of)
    assert raw == calendar("Reviews; of ours, all", found, projection.as_of)
    read = Calendar.from_ical(raw)
    events = {str(e["uid"]): e.decoded("dtstart") for e in read.walk("VEVENT")}
    assert events == {
        "R1-03g.02@mkdocs-pir": date(2026, 9, 7),
        "R1-03g.03@mkdocs-pir": date(2026, 9, 9),
        "R2-03g.01@mkdocs-pir": date(2026, 10, 1),
        "R2-03g.02@mkdocs-pir": date(2026, 10, 2),
        "R2-03g.03@mkdocs-pir": date(2026, 10, 6),
    }
    assert str(read["x-wr-calname"]) == "Reviews; of ours, all"
