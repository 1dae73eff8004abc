"""Gates: each rule refuses what it is about, and a process file binds rules to steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from helpers.knowledge_base import REVIEW, find_problems, pir, write_base
from helpers.repository import ROOT

from mkdocs_pir.kb import review_conditions
from mkdocs_pir.kb.model import Action, Impact, Initiated, Pir, Release, Review, Section, Times
from mkdocs_pir.kb.process_files import default
from mkdocs_pir.kb.review_conditions import CONDITIONS

SHIPPED = (ROOT / "kb/process/03g.yml").read_text("utf-8")
DAY = date(2026, 3, 12)


def hour(hours: int) -> datetime:
    return datetime(2026, 3, 4, hours, tzinfo=UTC)


WHOLE = Pir(
    "PIR-2026-0001",
    status="closed",
    severity="SEV-2",
    services=("mail",),
    incidents=("INC-1",),
    initiated=Initiated("client", DAY),
    times=Times(hour(1), hour(2), None, None, hour(3)),
    impact=Impact("Mail was late."),
    trigger="change/cert",
    contributing_factors=("monitoring/missing-alert",),
    lessons=("LL-0001",),
    actions=(Action("A1", status="done"), Action("A2", status="cancelled", cancel_reason="not needed")),
    reviews=(Review("internal", DAY, feedback_applied=DAY), Review("client", DAY, feedback_applied=DAY)),
    audience="client",
    release=Release("vp-services", DAY),
)

FAULTS: dict[str, Callable[[Pir], dict[str, object]]] = {
    "incident-named": lambda p: {"incidents": ()},
    "incident-serious": lambda p: {"severity": "SEV-4"},
    "service-restored": lambda p: {"times": Times(hour(1), hour(2))},
    "review-decided": lambda p: {"initiated": None},
    "services-named": lambda p: {"services": ()},
    "severity-set": lambda p: {"severity": ""},
    "times-complete": lambda p: {"times": Times(hour(1), None, None, None, hour(3))},
    "impact-described": lambda p: {"impact": Impact()},
    "trigger-known": lambda p: {"trigger": ""},
    "factors-known": lambda p: {"contributing_factors": ()},
    "lesson-drawn": lambda p: {"lessons": ()},
    "report-written": lambda p: {"sections": (Section("Detection", "As seen.\n\nTODO: who noticed first"),)},
    "internal-review-held": lambda p: {"reviews": p.reviews[1:]},
    "client-review-held": lambda p: {"reviews": p.reviews[:1]},
    "release-approved": lambda p: {"release": None},
    "review-held": lambda p: {"reviews": ()},
    "feedback-applied": lambda p: {"reviews": (Review("internal", DAY, feedback_applied=DAY), Review("client", DAY))},
    "actions-complete": lambda p: {"actions": (Action("A1", status="open"),)},
}


def test_a_whole_review_meets_every_rule_and_there_is_a_fault_for_each() -> None:
    assert FAULTS.keys() == CONDITIONS.keys()
    assert [name for name, c in CONDITIONS.items() if not c.holds(WHOLE)] == []


@pytest.mark.parametrize("name", FAULTS)
def test_each_rule_refuses_what_it_is_about_and_says_what_to_do(name: str) -> None:
    faulty = msgspec.structs.replace(WHOLE, **FAULTS[name](WHOLE))
    assert not CONDITIONS[name].holds(faulty)
    assert len(CONDITIONS[name].advice(faulty)) > 10


def test_a_release_that_nobody_needs_is_not_called_approved() -> None:
    inside = msgspec.structs.replace(WHOLE, audience="internal", release=None)
    condition = CONDITIONS["release-approved"]
    assert condition.holds(inside)
    assert condition.words(inside) == "not shown to the client, so no approval is needed"
    for shown in (WHOLE, msgspec.structs.replace(WHOLE, release=None)):
        assert condition.words(shown) == condition.text


@pytest.mark.parametrize("name", sorted(set(FAULTS) - {"incident-serious"}))
def test_the_shipped_process_refuses_to_close_a_review_for_each_rule_it_binds(name: str) -> None:
    faulty = msgspec.structs.replace(WHOLE, **FAULTS[name](WHOLE))
    assert name in {c.name for c in review_conditions.unmet(default(), faulty)}
    assert review_conditions.unmet(default(), msgspec.structs.replace(faulty, status="archived")) == []


def test_what_a_template_says_is_no_answer() -> None:
    told = msgspec.structs.replace(
        WHOLE, lessons=(), no_lesson_because="TODO: why there is none", impact=Impact("TODO: what it meant")
    )
    assert {c.name for c in review_conditions.unmet(default(), told)} == {
        "impact-described",
        "lesson-drawn",
        "report-written",
    }
    quoted = (Section("Root cause", "The job logs\n\n```\nTODO: not done\n```\n"),)
    assert review_conditions.unmet(default(), msgspec.structs.replace(WHOLE, sections=quoted)) == []


def test_a_report_is_written_during_the_investigation_and_whole_after_it(tmp_path: Path) -> None:
    begun = REVIEW.replace("The probe read another port.", "TODO: who noticed first")
    inside = begun.replace("release: {approved_by: service-delivery-manager, on: 2025-03-20}\n", "").replace(
        "audience: client", "audience: internal"
    )
    for status, text, code in (
        ("investigation", inside, "PIR119"),
        ("investigation", begun, "PIR319"),
        ("internal-review", inside, "PIR319"),
    ):
        write_base(tmp_path, {"kb/pirs/2025/PIR-2025-0001.md": text.replace("status: closed", f"status: {status}")})
        found = {p["code"] for p in find_problems(tmp_path) if str(p["code"]).endswith("19")}
        assert found == {code}, (status, code)
    assert "write what begins with 'TODO:'" in pir(tmp_path, "gate", "PIR-2025-0001").stdout


def test_a_cancelled_action_needs_its_reason() -> None:
    silent = msgspec.structs.replace(WHOLE, actions=(Action("A1", status="cancelled"),))
    assert [c.name for c in review_conditions.unmet(default(), silent)] == ["actions-complete"]


def test_a_status_asks_for_the_steps_it_has_left_and_no_more() -> None:
    asked = {
        status: {c.name for c in review_conditions.required(default(), status)}
        for status in review_conditions.statuses(default())
    }
    assert asked["draft"] == set()
    assert asked["investigation"] == {"incident-named", "service-restored", "review-decided"}
    assert "lesson-drawn" in asked["internal-review"]
    assert "internal-review-held" not in asked["internal-review"]
    assert asked["closed"] == set(FAULTS) - {"incident-serious"}
    order = list(review_conditions.statuses(default()))
    assert all(asked[a] <= asked[b] for a, b in pairwise(order))


def test_an_organisation_binds_a_rule_of_its_choice_to_a_step(tmp_path: Path) -> None:
    stricter = SHIPPED.replace("entry: [incident-named,", "entry: [incident-serious, incident-named,")
    lesser = REVIEW.replace("severity: SEV-2", "severity: SEV-4")
    write_base(tmp_path, {"kb/process/03g.yml": stricter, "kb/pirs/2025/PIR-2025-0001.md": lesser})
    (found,) = [p for p in find_problems(tmp_path) if p["severity"] == "error"]
    assert found["code"] == "PIR306"
    assert "incident-serious" in str(found["hint"])
    write_base(tmp_path, {"kb/process/03g.yml": SHIPPED, "kb/pirs/2025/PIR-2025-0001.md": lesser})
    assert [p for p in find_problems(tmp_path) if p["severity"] == "error"] == []


def test_a_step_may_ask_for_something_when_it_is_entered(tmp_path: Path) -> None:
    entered = SHIPPED.replace(
        "    statuses: [action-management]\n",
        "    statuses: [action-management]\n    entry: [release-approved, feedback-applied]\n",
    )
    review = REVIEW.replace("status: closed", "status: action-management").replace(
        ", feedback_applied: 2025-03-19}", "}\n  - {kind: client, on: 2025-03-19, feedback_applied: 2025-03-20}"
    )
    write_base(tmp_path, {"kb/process/03g.yml": entered, "kb/pirs/2025/PIR-2025-0001.md": review})
    assert [p["code"] for p in find_problems(tmp_path) if p["severity"] == "error"] == ["PIR306"]
    write_base(tmp_path, {"kb/process/03g.yml": SHIPPED, "kb/pirs/2025/PIR-2025-0001.md": review})
    assert [p["code"] for p in find_problems(tmp_path) if p["severity"] == "error"] == []


@pytest.mark.parametrize("name", CONDITIONS)
def test_each_instruction_is_for_everybody_without_names_of_fields(name: str) -> None:
    bare = Pir("PIR-2026-0001", actions=(Action("A2", status="open"), Action("A4", status="in-progress")))
    held = msgspec.structs.replace(bare, reviews=(Review("internal", DAY), Review("client", DAY)))
    for pir_ in (bare, held):
        told = CONDITIONS[name].instructions(pir_)
        assert told[0].islower()
        assert not {"'", "_", '"', "{"} & set(told)


def test_the_actions_to_close_are_named() -> None:
    one = Pir("PIR-2026-0001", actions=(Action("A4", status="open"),))
    two = Pir("PIR-2026-0001", actions=(Action("A2", status="open"), Action("A4", status="open")))
    condition = CONDITIONS["actions-complete"]
    assert condition.instructions(one) == "close action A4, or cancel it with a reason"
    assert condition.instructions(two) == "close actions A2 and A4, or cancel them with a reason"
