"""Rules over several records: each speaks at its line when it must, and is silent when it may be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from helpers.changed_files import (
    DRAFT,
    INCIDENTS,
    LESSON,
    PAGE,
    REVIEW,
    Changes,
    Place,
    change,
    check_changed,
    draft_lesson,
    messages,
    places,
    with_options,
)
from helpers.knowledge_base import FILES, find_problems, pir, write_base
from mkdocs.config.base import load_config
from mkdocs.exceptions import Abort

from mkdocs_pir.kb.problem import Problem, with_configured_severity
from mkdocs_pir.kb.process_files import default
from mkdocs_pir.kb.review_conditions import required

CAUSE = "causes/change/expired-certificate.md"
PROBLEM = "problems/PRB-0001.md"
LATER = "pirs/2025/PIR-2025-0002.md"
THIRD = "pirs/2025/PIR-2025-0003.md"

Case = tuple[str, Changes, Sequence[Place], str]


def at(line: int, column: int, code: str, path: str = REVIEW) -> Place:
    return (path, line, column, code)


def later(fields: str = "", path: str = LATER, **stamps: str) -> dict[str, str]:
    """A second report of the same client, service and trigger, in draft. Its further fields begin on line 12."""
    stamps = {"impact_start": "2025-04-10T02:00:00Z", "resolved": "2025-04-10T03:00:00Z", **stamps}
    return {
        f"kb/{path}": f"""\
---
id: {Path(path).stem}
title: Mail stood still again
client: harbor-credit
status: draft
services: [mail-gateway]
trigger: change/expired-certificate
times:
  impact_start: {stamps["impact_start"]}
  resolved: {stamps["resolved"]}
severity: SEV-2
{fields}---
"""
    }


def action(*lines: str) -> str:
    """A second action of the first report. Its fields begin on line 32, the first beside its dash."""
    return "actions:\n  - " + "\n    ".join(lines) + "\n"


def acting(*lines: str) -> dict[str, str]:
    """The second report with one action, whose fields begin on line 13."""
    return later("recurrence_of: PIR-2025-0001\n" + action(*lines))


def validated(day: str) -> dict[str, str]:
    """A lesson that was agreed and not yet applied."""
    return {path: text.replace("draft", "validated") for path, text in draft_lesson(f"validated_on: {day}\n").items()}


NEW = ("id: A1", "title: Probe it")

ERRORS: tuple[Case, ...] = (
    ("an incident is over before it is detected", change(REVIEW, ("T07:40", "T02:51")), [at(16, 13, "PIR301")],
     "'resolved' is before 'detected'"),
    ("an impact begins after it was detected", change(REVIEW, ("T02:10", "T02:53")), [at(15, 13, "PIR301")],
     "'detected' is before 'impact_start'"),
    ("times are compared with their offsets", change(REVIEW, ("2025-03-04T02:52:00Z", "2025-03-04T02:52:00+01:00")),
     [at(15, 13, "PIR301")], ""),
    ("a ticket is resolved before it is opened", change(INCIDENTS, ("2026-03-04T07:40", "2026-03-04T01:40")),
     [at(3, 64, "PIR301", INCIDENTS)], "INC-1002"),
    ("an action is done without a day", acting(*NEW, "status: done"), [at(16, 13, "PIR302", LATER)], "completed"),
    ("an action is verified without having been completed", change(REVIEW, ("    completed: 2025-03-30\n", "")),
     [at(25, 13, "PIR302")], "A1"),
    ("an action is completed before it is created", change(REVIEW, ("completed: 2025-03-30", "completed: 2025-03-05")),
     [at(29, 16, "PIR303")], "'completed' (2025-03-05) is before 'created' (2025-03-06)"),
    ("an action is verified before it is completed", change(REVIEW, ("verified: 2025-04-02", "verified: 2025-03-29")),
     [at(30, 15, "PIR303")], "verified"),
    ("an action is cancelled without a reason", acting(*NEW, "status: cancelled"), [at(16, 13, "PIR309", LATER)],
     "cancel_reason"),
    ("a recommendation is declined without a reason", change(REVIEW, ("status: adopted, ", "status: declined, ")),
     [at(33, 67, "PIR309")], "decline_reason"),
    ("a recommendation is adopted without a day", change(REVIEW, (", adopted: 2025-04-10", "")), [at(33, 67, "PIR302")],
     "adopted"),
    ("a recommendation is decided before it is issued", change(REVIEW, ("decided: 2025-03-22", "decided: 2025-03-17")),
     [at(33, 85, "PIR303")], "R1"),
    ("two actions have one id", change(REVIEW, ("recommendations:",
     "  - {id: A1, title: B, status: cancelled, cancel_reason: c}\nrecommendations:")), [at(32, 10, "PIR310")], "'A1' is used twice"),
    ("a recurrence of a later review", later("recurrence_of: PIR-2025-0001\n", impact_start="2025-03-04T02:00:00Z",
     resolved="2025-03-04T03:00:00Z"), [at(12, 16, "PIR304", LATER)], "resolved after this incident began"),
    ("a recurrence of an unresolved review", {**later(), **later("recurrence_of: PIR-2025-0002\n", THIRD),
     f"kb/{LATER}": later()[f"kb/{LATER}"].replace("  resolved: 2025-04-10T03:00:00Z\n", "")},
     [at(12, 16, "PIR304", THIRD)], "PIR-2025-0002 has no time of resolution"),
    ("a day that is not that of its time", later(impact_start="2025-09-10T02:00:00Z\n  began_on: 2025-09-12",
     resolved="2025-09-10T03:00:00Z"), [at(10, 13, "PIR301", LATER)], "'began_on', 2025-09-12, is not the day of 'impact_start'"),
    ("a beginning after the resolution", {f"kb/{LATER}": later(resolved="2025-09-10T03:00:00Z")[f"kb/{LATER}"].replace(
     "impact_start: 2025-04-10T02:00:00Z", "began_on: 2025-09-12")}, [at(9, 13, "PIR301", LATER)], "is after 'resolved'"),
    ("a resolution before the beginning", {f"kb/{LATER}": later(impact_start="2025-09-10T02:00:00Z")[f"kb/{LATER}"].replace(
     "resolved: 2025-04-10T03:00:00Z", "resolved_on: 2025-09-08")}, [at(10, 16, "PIR301", LATER)], "is before 'impact_start'"),
    ("a row resolved on the day before", {f"kb/{INCIDENTS}": FILES[f"kb/{INCIDENTS}"]
     + "INC-9,harbor-credit,mail-gateway,SEV-4,2025-01-05,2025-01-04,,false,\n"},
     [at(4, 51, "PIR301", INCIDENTS)], "'INC-9' was resolved before it was opened"),
    ("a row opened two days after its resolution", {f"kb/{INCIDENTS}": FILES[f"kb/{INCIDENTS}"]
     + "INC-9,harbor-credit,mail-gateway,SEV-4,2025-01-06,2025-01-04T22:00:00Z,,false,\n"},
     [at(4, 51, "PIR301", INCIDENTS)], "'INC-9' was resolved before it was opened"),
    ("a recurrence of itself", later("recurrence_of: PIR-2025-0002\n"), [at(12, 16, "PIR305", LATER)],
     "PIR-2025-0002 → PIR-2025-0002"),
    ("recurrences in a circle", {**later("recurrence_of: PIR-2025-0003\n"), **later("recurrence_of: PIR-2025-0002\n", THIRD)},
     [at(12, 16, "PIR305", LATER), at(12, 16, "PIR305", THIRD)], "PIR-2025-0002 → PIR-2025-0003 → PIR-2025-0002"),
    ("a report shown outside without a release", change(REVIEW, ("release: {", "x-release: {"),
     ("status: closed", "status: archived")), [at(8, 11, "PIR308")], "release:"),
    ("a lesson shown outside without a release", draft_lesson("audience: client\n"), [at(5, 11, "PIR308", DRAFT)], "'client'"),
    ("a shared lesson names a client", change(LESSON, ("Hosts do", "At Harbor Credit Union, hosts do")),
     [at(10, 9, "PIR307", LESSON)], "harbor-credit"),
    ("a shared lesson names a client by an alias, in other letters",
     {f"kb/{LESSON}": FILES[f"kb/{LESSON}"] + "As ＨＡＲＢＯＲＣＵ saw.\n"}, [at(13, 4, "PIR307", LESSON)], "harbor-credit"),
    ("a shared lesson names a domain", {f"kb/{LESSON}": FILES[f"kb/{LESSON}"] + "\n## Lesson\n\nAsk mx.harborcredit.example.\n"},
     [at(16, 8, "PIR307", LESSON)], "harborcredit.example"),
    ("a shared cause names a client", change(CAUSE, ("its end", "its end, as at Quellmark Stores")),
     [at(4, 13, "PIR307", CAUSE)], "quellmark"),
    ("a shared page names a client by its id", change(PAGE, ("description", "audience: shared\nrelease: {approved_by: lead, on: 2025-05-01}\ndescription"),
     ("Stay calm", "Stay calm, quellmark")), [at(7, 12, "PIR307", PAGE)], "'quellmark'"),
    ("a shared problem names a client", change(PROBLEM, ("status:", "audience: shared\nrelease: {approved_by: lead, on: 2025-05-01}\nstatus:"), ("that listener",
     "HarborCU's listener")), [at(8, 13, "PIR307", PROBLEM)], ""),
)  # fmt: skip

WARNINGS: tuple[Case, ...] = (
    ("a problem that is shared without an approval", change(PROBLEM, ("status:", "audience: shared\nstatus:")),
     [at(4, 11, "PIR421", PROBLEM)], "pir release PRB-0001"),
    ("a service that is shared without an approval", change("services/mail-gateway.md", ("owner:", "audience: shared\nowner:")),
     [at(4, 11, "PIR421", "services/mail-gateway.md")], "approved_by"),
    ("an action that nobody can follow up", acting(*NEW, "status: open"), [at(14, 5, "PIR401", LATER)],
     "A1 has no owner and no due and no done_when"),
    ("an action without a day", acting(*NEW, "status: in-progress", "owner: mail team", "done_when: seen"),
     [at(14, 5, "PIR401", LATER)], "A1 has no due"),
    ("an action due before it was created", acting(*NEW, "status: cancelled", "cancel_reason: b", "created: 2026-03-06",
     "due: 2025-03-30"), [at(19, 10, "PIR418", LATER)], "A1: 'due' (2025-03-30) is before 'created' (2026-03-06)"),
    ("feedback applied before the meeting", change(REVIEW, ("feedback_applied: 2025-03-13", "feedback_applied: 2025-03-11")),
     [at(35, 56, "PIR418")], "'feedback_applied' (2025-03-11) is before the review was held"),
    ("a verification without a day", change(REVIEW, ("    verified: 2025-04-02\n", "")), [at(25, 13, "PIR419")],
     "A1 is verified but has no 'verified' date"),
    ("an incident of two months", later(impact_start="2026-03-04T02:00:00Z", resolved="2026-05-04T03:00:00Z"),
     [at(10, 13, "PIR414", LATER)], "61 days from 'impact_start' (line 9) to 'resolved' (line 10)"),
    ("a resolution a year late", later(impact_start="2025-09-10T02:00:00Z", resolved="2026-09-10T03:00:00Z"),
     [at(10, 13, "PIR415", LATER)], "'resolved' (line 10) is in 2026, and 'impact_start' (line 9) in 2025"),
    ("a row of another year", {f"kb/{LATER}": later(impact_start="2025-09-10T02:00:00Z", resolved="2025-09-10T03:00:00Z")[f"kb/{LATER}"]
     + "## Timeline\n\n| Time | What |\n|---|---|\n| 2025-09-10 02:00 | a |\n| 2052-09-10 02:30 | b |\n".replace("2052", "2024")
     + "| 2025-09-10 02:40 | c |\n"}, [at(18, 3, "PIR415", LATER)], "in 2024; those above and below it (lines 17 and 19) are in 2025"),
    ("an incident before the contract", later(impact_start="2018-09-10T02:00:00Z", resolved="2018-09-10T03:00:00Z"),
     [at(9, 17, "PIR416", LATER)], "before the contract with harbor-credit began, 2019-04-01"),
    ("an incident after the contract", {**later(impact_start="2025-09-10T02:00:00Z", resolved="2025-09-10T03:00:00Z"),
     **change("clients/harbor-credit.md", ("since: 2019-04-01", "since: 2019-04-01\nuntil: 2025-08-31"))},
     [at(9, 17, "PIR416", LATER), at(3, 43, "PIR416", INCIDENTS)], "after the contract with harbor-credit ended, 2025-08-31"),
    ("a row of the register before the contract", {f"kb/{INCIDENTS}": FILES[f"kb/{INCIDENTS}"]
     + "INC-9,harbor-credit,mail-gateway,SEV-4,2018-01-05T08:00:00Z,2018-01-05T09:00:00Z,,false,\n"},
     [at(4, 40, "PIR416", INCIDENTS)], "INC-9 was opened before the contract"),
    ("an incident that is still to come", later(impact_start="2031-04-10T02:00:00Z", resolved="2031-04-10T03:00:00Z"),
     [at(9, 17, "PIR424", LATER), at(10, 13, "PIR424", LATER)], "'impact_start' is 2031-04-10, which is after today"),
    ("an action that was finished in a year to come", acting(*NEW, "status: done", "completed: 2031-04-11",
     "owner: platform team", "due: 2025-05-11", "done_when: an alert comes"), [at(17, 16, "PIR424", LATER)], "A1 is completed on"),
    ("a recurrence that nobody declared", later(), [at(7, 10, "PIR403", LATER)], "recurrence_of: PIR-2025-0001"),
    ("a lesson not applied a year on", validated("2025-09-29"), [at(4, 9, "PIR404", DRAFT)], "366 days"),
    ("a review does not list the ticket that names it", change(INCIDENTS, ("true,\n", "true,PIR-2025-0001\n")),
     [at(3, 91, "PIR507", INCIDENTS)], "INC-1002"),
    ("a ticket and its review are of two clients", change(INCIDENTS, ("INC-1001,harbor-credit", "INC-1001,quellmark")),
     [at(2, 10, "PIR507", INCIDENTS)], "quellmark"),
    ("a review lists a ticket that is not in the register", change(REVIEW, ("[INC-1001]", "[INC-1001, INC-9]")),
     [at(11, 23, "PIR507")], "INC-9"),
)  # fmt: skip

RULES = [pytest.param(*case[1:], id=case[0]) for case in (*ERRORS, *WARNINGS)]


@pytest.mark.parametrize(("changes", "expected", "words"), RULES)
def test_a_rule_speaks_at_its_line(tmp_path: Path, changes: Changes, expected: Sequence[Place], words: str) -> None:
    found = check_changed(tmp_path, changes)
    assert places(found) == list(expected), messages(found)
    assert words in messages(found)


@pytest.mark.parametrize("case", [*ERRORS, *WARNINGS], ids=lambda case: case[0])
def test_errors_stop_a_check_and_warnings_only_a_strict_one(tmp_path: Path, case: Case) -> None:
    severities = {str(p["severity"]) for p in check_changed(tmp_path, case[1])}
    assert severities <= ({"error"} if case in ERRORS else {"warning"})
    assert pir(tmp_path, "check").exit_code == ("error" in severities)
    assert pir(tmp_path, "check", "--strict").exit_code == bool(severities)


SILENT: dict[str, Changes] = {
    "nothing is changed": {},
    "a row with days": {f"kb/{INCIDENTS}": FILES[f"kb/{INCIDENTS}"]
     + "INC-9,harbor-credit,mail-gateway,SEV-4,2025-01-05,2025-01-05,,false,\nINC-8,harbor-credit,,SEV-4,2025-01-05,2025-01-05T09:00:00Z,,false,\n"},
    "an incident over the turn of the year": later(impact_start="2025-12-31T22:00:00Z", resolved="2026-01-02T03:00:00Z"),
    "an incident of thirty days": later(impact_start="2026-03-04T02:00:00Z", resolved="2026-04-03T02:00:00Z"),
    "an incident on the first day of the contract": later(impact_start="2019-03-31T23:30:00Z", resolved="2019-04-01T03:00:00Z"),
    "two stamps of one moment": change(REVIEW, ("T02:10", "T02:52")),
    "a stamp in another zone": change(REVIEW, ("2025-03-04T02:52:00Z", "2025-03-04T04:52:00+02:00")),
    "an action completed on the day it was created": change(REVIEW, ("completed: 2025-03-30", "completed: 2025-03-06")),
    "an action that anybody can follow up": acting(*NEW, "status: open", "owner: mail team", "due: 2026-10-01", "done_when: seen"),
    "a cancelled action with its reason": acting(*NEW, "status: cancelled", "cancel_reason: replaced in June"),
    "a declined recommendation with its reason": change(
        REVIEW, ("status: adopted, ", "status: declined, decline_reason: replaced in June, ")
    ),
    "an action of history that nobody follows up": {
        k: v.replace("status: draft", "status: archived") for k, v in acting(*NEW, "status: open").items()
    },
    "one id in two reports": acting(*NEW, "status: done", "completed: 2025-04-20"),
    "a declared recurrence": later("recurrence_of: PIR-2025-0001\n"),
    "a recurrence of a recurrence": {
        **later("recurrence_of: PIR-2025-0001\n"),
        **later("recurrence_of: PIR-2025-0002\n", THIRD, impact_start="2025-05-01T00:00:00Z", resolved="2025-05-02T00:00:00Z"),
    },
    "the same trigger 91 days later": later(impact_start="2025-06-03T08:00:00Z", resolved="2025-06-03T09:00:00Z"),
    "the same trigger of another client": {k: v.replace("harbor-credit", "quellmark") for k, v in later().items()},
    "another trigger": {k: v.replace("change/expired-certificate", "monitoring/missing-alert") for k, v in later().items()},
    "a client's name in an internal lesson": draft_lesson("lesson: Ask Harbor Credit Union.\n"),
    "a client's name within another word": {f"kb/{LESSON}": FILES[f"kb/{LESSON}"] + "Unquellmark, quellmarked.\n"},
    "a validated lesson within the year": validated("2025-09-30"),
    "an applied lesson long ago": {k: v.replace("draft", "applied") for k, v in draft_lesson("validated_on: 2020-09-30\n").items()},
    "a ticket of history that is not in the register": {
        k: v.replace("status: draft", "status: archived")
        for k, v in later("incidents: [INC-1]\nrecurrence_of: PIR-2025-0001\n").items()
    },
    "reviews of tickets without any register": {f"kb/{INCIDENTS}": None},
}  # fmt: skip


@pytest.mark.parametrize("changes", SILENT.values(), ids=SILENT)
def test_a_rule_is_silent_where_all_is_well(tmp_path: Path, changes: Changes) -> None:
    assert check_changed(tmp_path, changes) == []


def test_a_second_review_of_an_incident_and_client_is_reported_at_the_incident(tmp_path: Path) -> None:
    found = [p for p in find_problems(write_base(tmp_path, later("incidents: [INC-1001]\n"))) if p["code"] == "PIR413"]
    assert [(p["path"], p["line"], p["column"], p["severity"]) for p in found] == [(LATER, 12, 13, "warning")]
    assert "PIR-2025-0001" in str(found[0]["message"])


def test_one_incident_may_have_a_review_for_each_client(tmp_path: Path) -> None:
    other = {
        p: t.replace("client: harbor-credit", "client: quellmark") for p, t in later("incidents: [INC-1001]\n").items()
    }
    assert "PIR413" not in [p["code"] for p in find_problems(write_base(tmp_path, other))]


def test_a_closed_review_without_a_lesson_says_why(tmp_path: Path) -> None:
    found = check_changed(tmp_path / "not", change(REVIEW, ("lessons: [LL-0001]\n", "")))
    assert places(found) == [at(6, 9, "PIR306"), at(6, 9, "PIR402")]
    assert check_changed(tmp_path, change(REVIEW, ("lessons: [LL-0001]", "no_lesson_because: LL-0001 says it"))) == []


def test_a_likely_recurrence_is_reported_once_at_the_later_review(tmp_path: Path) -> None:
    service = {"kb/services/archive.md": "---\nid: archive\nname: Archive\n---\n"}
    both = "[mail-gateway, archive]"
    first = change(REVIEW, ("services: [mail-gateway]", f"services: {both}"))
    second = {k: v.replace("[mail-gateway]", both) for k, v in later().items()}
    assert places(check_changed(tmp_path, {**service, **first, **second})) == [at(7, 10, "PIR403", LATER)]


# --- the gates of the process -----------------------------------------------------------------------------------

STEPS_OF_ENTRY = ("investigation", "internal-review", "client-review", "action-management", "closed")
UNMET: dict[str, tuple[tuple[str, str], tuple[str, ...]]] = {
    # the condition: what takes it away from a closed review, and in which statuses it is asked for
    "incident-named": (("incidents: [INC-1001]\n", ""), STEPS_OF_ENTRY),
    "service-restored": (("  resolved: 2025-03-04T07:40:00Z\n", ""), STEPS_OF_ENTRY),
    "review-decided": (("initiated: {by: client, on: 2025-03-05}\n", ""), STEPS_OF_ENTRY),
    "services-named": (("services: [mail-gateway]\n", ""), STEPS_OF_ENTRY[1:]),
    "severity-set": (("severity: SEV-2\n", ""), STEPS_OF_ENTRY[1:]),
    "times-complete": (("  detected: 2025-03-04T02:52:00Z\n", ""), STEPS_OF_ENTRY[1:]),
    "impact-described": (("summary: Mail was late by five hours., ", ""), STEPS_OF_ENTRY[1:]),
    "trigger-known": (("trigger: change/expired-certificate\n", ""), STEPS_OF_ENTRY[1:]),
    "factors-known": (("contributing_factors: [monitoring/missing-alert]\n", ""), STEPS_OF_ENTRY[1:]),
    "lesson-drawn": (("lessons: [LL-0001]\n", ""), STEPS_OF_ENTRY[1:]),
    "report-written": (("Notes that stay inside.", "TODO: notes"), STEPS_OF_ENTRY[1:]),
    "internal-review-held": (("on: 2025-03-12, feedback_applied: 2025-03-13", "on: 2025-03-12"), STEPS_OF_ENTRY[2:]),
    "client-review-held": (("on: 2025-03-18, feedback_applied: 2025-03-19", "on: 2025-03-18"), STEPS_OF_ENTRY[3:]),
    "release-approved": (
        ("release: {approved_by: service-delivery-manager, on: 2025-03-20}\n", ""),
        STEPS_OF_ENTRY[3:],
    ),
    "actions-complete": (("    status: verified\n", "    status: in-progress\n"), STEPS_OF_ENTRY[4:]),
}
STATUSES = ("draft", *STEPS_OF_ENTRY, "archived")
OF_THE_WHOLE = ("review-held", "feedback-applied")
"""Conditions to close a review that a step asks for in part already; tests/kb/test_review_conditions.py tries them alone."""


def gates(found: list[dict[str, object]]) -> set[str]:
    """The conditions that were reported as not met."""
    return {str(p["hint"]).rpartition("condition ")[2].rstrip(")") for p in found if p["code"] == "PIR306"}


def test_every_condition_of_the_process_is_tried() -> None:
    assert {condition.name for condition in required(default(), "closed")} == {*UNMET, *OF_THE_WHOLE}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("name", UNMET)
def test_a_status_is_refused_until_its_condition_holds(tmp_path: Path, name: str, status: str) -> None:
    edit, asked = UNMET[name]
    found = check_changed(tmp_path, change(REVIEW, ("status: closed", f"status: {status}"), edit))
    expected = {name} if status in asked else set()
    if name == "service-restored" and status in UNMET["times-complete"][1]:
        expected.add("times-complete")
    if status == "closed" and name in ("internal-review-held", "client-review-held"):
        expected.add("feedback-applied")
    assert gates(found) == expected
    lines = FILES[f"kb/{REVIEW}"].replace(*edit).split("\n")
    line = next(n for n, text in enumerate(lines, 1) if text.startswith("status:"))
    assert {p for p in places(found) if p[3] == "PIR306"} == ({at(line, 9, "PIR306")} if expected else set())


@pytest.mark.parametrize("status", STATUSES)
def test_a_complete_review_may_take_any_status(tmp_path: Path, status: str) -> None:
    found = check_changed(tmp_path, change(REVIEW, ("status: closed", f"status: {status}")))
    early = status in ("draft", "investigation", "internal-review")
    assert [p["code"] for p in found] == ["PIR423"] * early


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param([("lessons: [LL-0001]\n", "no_lesson_because: known before\n")], id="no lesson, and why"),
        pytest.param(
            [("on: 2025-03-18, feedback_applied: 2025-03-19", "not_appropriate: only the report was asked for")],
            id="no client review, and why",
        ),
        pytest.param(
            [("audience: client\nrelease: {approved_by: service-delivery-manager, on: 2025-03-20}\n", "")],
            id="no release, and nobody outside sees it",
        ),
        pytest.param(
            [("    status: verified\n", "    status: cancelled\n    cancel_reason: replaced in June\n")],
            id="an action cancelled with its reason",
        ),
        pytest.param([("    status: verified\n", "    status: done\n")], id="an action done and not verified"),
    ],
)
def test_what_the_process_allows_instead_is_accepted(tmp_path: Path, edits: list[tuple[str, str]]) -> None:
    assert check_changed(tmp_path, change(REVIEW, *edits)) == []


def test_an_action_cancelled_without_a_reason_keeps_a_review_from_closing(tmp_path: Path) -> None:
    found = check_changed(tmp_path, change(REVIEW, ("    status: verified\n", "    status: cancelled\n")))
    assert "actions-complete" in gates(found)
    assert "PIR309" in {p["code"] for p in found}


def test_a_condition_says_in_words_what_does_not_hold(tmp_path: Path) -> None:
    found = check_changed(tmp_path, change(REVIEW, *[UNMET["internal-review-held"][0]]))
    assert "the internal review was held and its feedback applied" in messages(found)
    assert "apply the feedback of the internal review of 2025-03-12" in messages(found)


# --- wording ----------------------------------------------------------------------------------------------------

RELEASED = "audience: shared\nrelease: {approved_by: lead, on: 2025-05-01}\n"
WORDS: tuple[tuple[str, str, int], ...] = (
    ("PIR405", "The root cause was human error.", 20),
    ("PIR405", "This was due to operator error.", 17),
    ("PIR405", "The team should have tested it.", 10),
    ("PIR405", "It should not have been done.", 4),
    ("PIR405", "They ought to have known.", 6),
    ("PIR405", "The renewal should have been caught.", 13),
    ("PIR405", "A careless change.", 3),
    ("PIR405", "The vendor is to blame.", 15),
    ("PIR405", "Mr Brown broke it.", 1),
    ("PIR405", "Then Anna Keller forgot the second port.", 6),
    ("PIR406", "password: hunter2hunter2", 1),
    ("PIR406", "Set api_key=9f8e7d6c5b4a first.", 5),
    ("PIR406", "AKIAIOSFODNN7EXAMPLE was in use.", 1),
    ("PIR406", "ghp_0123456789abcdefghijABCDEFGHIJ456789", 1),
    ("PIR406", "-----BEGIN RSA PRIVATE KEY-----", 1),
    ("PIR406", "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.x", 8),
    ("PIR407", "Write to anna.keller@mail.example.", 10),
    ("PIR408", "It ran on 10.20.30.40 alone.", 11),
    ("PIR408", "See 192.168.1.20:8443.", 5),
    ("PIR408", "From 172.16.0.1 on.", 6),
)


@pytest.mark.parametrize(("code", "words", "column"), WORDS, ids=lambda value: str(value)[:40])
def test_wording_is_named_in_the_body_at_its_column(tmp_path: Path, code: str, words: str, column: int) -> None:
    found = check_changed(tmp_path, draft_lesson(RELEASED, f"\nFirst.\n{words}\n"))
    assert places(found) == [at(10, column, code, DRAFT)]
    assert found[0]["severity"] == "warning"


@pytest.mark.parametrize(("code", "words", "column"), WORDS, ids=lambda value: str(value)[:40])
def test_wording_is_named_in_a_field_at_its_value(tmp_path: Path, code: str, words: str, column: int) -> None:
    found = check_changed(tmp_path, draft_lesson(f"{RELEASED}evidence: >-\n  {words}\nlesson: '{words}'\n"))
    assert places(found) == [at(7, 11, code, DRAFT), at(9, 9, code, DRAFT)]


@pytest.mark.parametrize(
    "words",
    [
        "Each listener should have at least one probe, and it should have one owner.",
        "They should have different owners.",
        "The user saw an error.",
        "Monitoring failed, and the Mail Gateway failed next.",
        "The certificate caused it; nobody was to know.",
        "password: ********",
        "password: `<from the vault>`",
        "token: ${TOKEN}",
        "Write to support@mail.example or no-reply@mail.example.",
        "Version 10.2.3 and 8.8.8.8, from 172.32.0.1.",
        "The secret of it is care.",
    ],
)
def test_ordinary_words_are_left_alone(tmp_path: Path, words: str) -> None:
    assert check_changed(tmp_path, draft_lesson(RELEASED + f"lesson: '{words}'\n", f"{words}\n")) == []


def test_addresses_of_people_and_machines_may_stand_in_what_stays_inside(tmp_path: Path) -> None:
    assert check_changed(tmp_path, draft_lesson(body="Ask anna.keller@mail.example about 10.20.30.40.\n")) == []


# --- severities -------------------------------------------------------------------------------------------------

BLAME = "The root cause was human error.\n"


def test_a_record_may_allow_a_warning_with_a_reason(tmp_path: Path) -> None:
    assert check_changed(tmp_path, draft_lesson("x-allow: {PIR405: quotes the client}\n", BLAME)) == []


@pytest.mark.parametrize(
    "allow",
    ["{PIR405: ''}", "{PIR405: ~}", "{PIR405: '  '}", "{PIR406: another}"],
)
def test_without_a_reason_of_its_own_a_warning_stays(tmp_path: Path, allow: str) -> None:
    assert places(check_changed(tmp_path, draft_lesson(f"x-allow: {allow}\n", BLAME))) == [at(7, 20, "PIR405", DRAFT)]


def test_an_exception_without_a_reason_is_reported(tmp_path: Path) -> None:
    assert "'x-allow' gives no reason" in messages(
        check_changed(tmp_path, draft_lesson("x-allow: {PIR405: }\n", BLAME))
    )


def test_no_record_allows_itself_an_error(tmp_path: Path) -> None:
    fields = "x-allow: {PIR308: it is urgent}\naudience: client\n"
    assert places(check_changed(tmp_path, draft_lesson(fields))) == [at(6, 11, "PIR308", DRAFT)]


def test_what_one_record_allows_another_does_not(tmp_path: Path) -> None:
    other = {f"kb/{PAGE}": FILES[f"kb/{PAGE}"] + BLAME}
    assert places(check_changed(tmp_path, {**draft_lesson("x-allow: {PIR405: why}\n", BLAME), **other})) == [
        at(6, 20, "PIR405", PAGE)
    ]


def test_an_error_stays_one_whatever_is_configured() -> None:
    problem = Problem.of("PIR308", REVIEW, (1, 1), "not released")
    assert with_configured_severity([problem], {"PIR308": "off"}) == [problem]


@pytest.mark.parametrize("severity", ["error", "warning", "hint"])
def test_an_organisation_sets_the_severity_of_a_warning(tmp_path: Path, severity: str) -> None:
    found = check_changed(tmp_path, {**with_options(f"rules: {{PIR405: {severity}}}"), **draft_lesson(body=BLAME)})
    assert [(p["code"], p["severity"]) for p in found] == [("PIR405", severity)]
    assert pir(tmp_path, "check").exit_code == (severity == "error")
    assert pir(tmp_path, "check", "--strict").exit_code == (severity != "hint")


@pytest.mark.parametrize("off", ["off", "'off'"])
def test_an_organisation_turns_a_warning_off(tmp_path: Path, off: str) -> None:
    assert check_changed(tmp_path, {**with_options(f"rules: {{PIR405: {off}}}"), **draft_lesson(body=BLAME)}) == []


def test_an_organisation_makes_a_hint_an_error(tmp_path: Path) -> None:
    changes = {**with_options("rules: {PIR110: error}"), **draft_lesson(body="## Lesons\n")}
    found = check_changed(tmp_path, changes)
    assert [(p["code"], p["severity"], p["line"]) for p in found] == [("PIR110", "error", 6)]
    assert "did you mean 'Lesson'" in messages(found)


@pytest.mark.parametrize(
    ("rules", "line", "column", "words"),
    [
        ("{PIR308: off}", 10, 15, "cannot be changed"),
        ("{PIR4O5: off}", 10, 15, "did you mean"),
        ("{PIR405: ignore}", 10, 23, "error, warning, hint, off"),
    ],
)
def test_a_severity_that_cannot_be_set_is_named_in_the_configuration(
    tmp_path: Path, rules: str, line: int, column: int, words: str
) -> None:
    found = check_changed(tmp_path, with_options(f"rules: {rules}"))
    assert places(found) == [("mkdocs.yml", line, column, "PIR602")]
    assert words in pir(tmp_path, "check").output


def test_ids_follow_the_pattern_of_the_organisation(tmp_path: Path) -> None:
    strict = with_options(r"id_patterns: {lesson: 'LL-\d{4}'}")
    assert check_changed(tmp_path / "sound", strict) == []
    found = check_changed(
        tmp_path / "not", {**strict, "kb/lessons/LL-02.md": draft_lesson()[f"kb/{DRAFT}"].replace("LL-0002", "LL-02")}
    )
    assert places(found) == [at(2, 5, "PIR105", "lessons/LL-02.md")]
    assert r"LL-\d{4}" in messages(found)


# --- releases ---------------------------------------------------------------------------------------------------

BY_HAND = {"mkdocs.yml": FILES["mkdocs.yml"].replace("rules: {PIR422: off}", "rules: {PIR404: off}")}


def test_a_release_by_hand_is_a_warning_or_a_configured_error(
    tmp_path: Path,
) -> None:
    found = check_changed(tmp_path, BY_HAND)
    assert [(p["path"], p["code"], p["severity"]) for p in found] == [
        ("causes/change/expired-certificate.md", "PIR422", "warning"),
        (LESSON, "PIR422", "warning"),
        (REVIEW, "PIR422", "warning"),
    ]
    assert places(found)[2] == at(9, 10, "PIR422", REVIEW)
    assert "pir release PIR-2025-0001 --approve service-delivery-manager" in messages(found)
    strict = {"mkdocs.yml": BY_HAND["mkdocs.yml"].replace("PIR404: off", "PIR422: error")}
    assert {p["severity"] for p in check_changed(tmp_path, strict)} == {"error"}
    assert pir(tmp_path, "build", "--edition", "client:harbor-credit").exit_code == 1
    assert not (tmp_path / "site").exists()


def test_a_release_with_a_fingerprint_and_a_record_that_stays_inside_are_no_such_release(tmp_path: Path) -> None:
    write_base(tmp_path, BY_HAND)
    for id_ in ("PIR-2025-0001", "LL-0001"):
        assert pir(tmp_path, "release", id_, "--approve", "problem-manager").exit_code == 0
    assert pir(tmp_path, "release", "change/expired-certificate", "--withdraw").exit_code == 0
    assert find_problems(tmp_path) == []


# --- names in the options ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "line", "column", "words"),
    [
        (["organisation:", "  roles:", "    vp-service: VP"], 12, 11, "did you mean 'vp-services'"),
        (["organisation: {systems: {cmdb: The CMDB}}"], 10, 32, "no process declares the system 'cmdb'"),
        (["organisation: {documents: {pir-reprt: Report}}"], 10, 34, "did you mean 'pir-report'"),
        (["client_sections: [Summary, Root Cause]"], 10, 34, "did you mean 'Root cause'"),
        (["targets: {adoption: many}"], 10, 27, "write a number, such as 1"),
    ],
)
def test_an_option_that_names_what_nothing_knows_is_an_error_at_its_place(
    tmp_path: Path, lines: list[str], line: int, column: int, words: str
) -> None:
    found = check_changed(tmp_path, with_options(*lines))
    assert places(found) == [("mkdocs.yml", line, column, "PIR602")]
    assert {p["severity"] for p in found} == {"error"}
    assert words in messages(found)


def test_a_role_of_a_meeting_and_a_section_of_a_review_or_of_the_own_template_are_known(tmp_path: Path) -> None:
    attended = change(REVIEW, ("on: 2025-03-12,", "on: 2025-03-12, attendees: [change-manager],"))
    attended |= {f"kb/{REVIEW}": attended[f"kb/{REVIEW}"] + "\n## Costs\n\nNone.\n"}
    template = {"templates/pir.md": "---\nid: {{ id }}\n---\n\n## What the client did { audience=client }\n"}
    own = with_options(
        "organisation: {roles: {change-manager: Change manager, vp-services: Head of services}}",
        "client_sections: [Summary, Costs, What the client did]",
    )
    assert [p for p in check_changed(tmp_path, {**own, **attended, **template}) if p["code"] == "PIR602"] == []


def test_a_target_that_no_process_has_is_named_at_its_line(tmp_path: Path) -> None:
    assert places(check_changed(tmp_path, with_options("targets: {adoption: 70, revue-days: 5}"))) == [
        ("mkdocs.yml", 10, 31, "PIR602")
    ]


@pytest.mark.parametrize(
    ("lines", "line", "column", "words"),
    [
        (["targets: {adoption: 70}", "targets: {adoption: 80}"], 11, 7, "'targets' is given twice, first on line 10"),
        (["organisation: {name: A, roles: {}, name: B}"], 10, 42, "'name' is given twice, first on line 10"),
    ],
)
def test_an_option_that_stands_twice_is_an_error_at_the_second(
    tmp_path: Path, lines: list[str], line: int, column: int, words: str
) -> None:
    found = check_changed(tmp_path, with_options(*lines))
    assert places(found) == [("mkdocs.yml", line, column, "PIR602")]
    assert words in pir(tmp_path, "check").output


def test_mkdocs_itself_refuses_an_option_that_stands_twice(tmp_path: Path) -> None:
    write_base(tmp_path, with_options("offline: true", "offline: false"))
    with pytest.raises(Abort):
        load_config(str(tmp_path / "mkdocs.yml"))
