"""A review is begun from an incident, checked as it is typed, released, and its problems stand beside their fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from helpers.edit_forms import Browser, Form
from helpers.knowledge_base import FILES, REVIEW, REVIEW_FILE, REVIEW_WITH_OPEN_ACTION, pir, write_base

REGISTER = (
    "id,client,service,severity,opened,resolved,cause,pir_required,pir\n"
    "INC-1001,harbor-credit,mail-gateway,SEV-2,2025-03-04T02:52:00Z,2025-03-04T07:40:00Z,,true,PIR-2025-0001\n"
    "INC-2002,quellmark,mail-gateway,SEV-1,2026-09-01T10:00:00Z,2026-09-01T12:00:00Z,change/expired-certificate,true,\n"
    "INC-2001,quellmark,mail-gateway,SEV-3,2026-08-01T10:00:00Z,2026-08-01T12:00:00Z,,false,\n"
)
UNRELEASED = REVIEW.replace("audience: client\nrelease: {approved_by: service-delivery-manager, on: 2025-03-20}\n", "")


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(
        write_base(tmp_path / "base", {"kb/registers/incidents.csv": REGISTER, REVIEW_FILE: REVIEW_WITH_OPEN_ACTION})
    )


def test_the_first_page_says_what_there_is_to_do(browser: Browser) -> None:
    home = browser.call("home")
    assert [row["id"] for row in home["incidents"]] == ["INC-2002", "INC-2001"]
    assert [row["required"] for row in home["incidents"]] == [True, False]
    assert [row["id"] for row in home["reviews"]] == ["PIR-2025-0001"]
    assert [(row["id"], row["due"]) for row in home["actions"]] == [("PIR-2025-0001-A2", "2026-09-20")]
    assert home["wrong"] == []


def test_a_review_begins_with_what_the_register_says(browser: Browser) -> None:
    answer = browser.call("create", kind="pir", incidents=["INC-2002"], title="Tills stood still")
    opened = answer["saved"]
    assert opened["id"] == "PIR-2026-0001"
    data = opened["data"]
    assert (data["client"], data["services"], data["severity"]) == ("quellmark", ["mail-gateway"], "SEV-1")
    assert data["times"] == {"detected": "2026-09-01T10:00:00Z", "resolved": "2026-09-01T12:00:00Z"}
    assert opened["path"] == "pirs/2026/PIR-2026-0001.md"
    assert not [p for p in opened["problems"] if p["severity"] == "error"]
    status, again = browser.post("create", {"kind": "pir", "incidents": ["inc-2002"]})
    assert (status, again["error"]) == (422, "INC-2002 already has a review: PIR-2026-0001. Continue that one.")


def test_other_records_begin_too(browser: Browser) -> None:
    lesson = browser.call("create", kind="lesson", reviews=["PIR-2025-0001"], title="Ask each listener")["saved"]
    assert (lesson["id"], lesson["data"]["learned_from"]) == ("LL-0002", ["PIR-2025-0001"])
    cause = browser.call("create", kind="cause", title="Full disk", family="Capacity")["saved"]
    assert cause["id"] == "capacity/full-disk"
    assert browser.call("create", kind="service", title="Mail archive")["saved"]["id"] == "mail-archive"
    assert browser.call("create", kind="client", title="New & Sons")["saved"]["form"]["kind"] == "client"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kind": "pir", "incidents": []}, "Choose the client"),
        ({"kind": "pir", "incidents": [], "client": "../quellmark"}, "There is no client"),
        ({"kind": "pir", "incidents": [], "client": "mail-gateway"}, "There is no client"),
        ({"kind": "lesson", "reviews": ["PIR-1"]}, "There is no review 'PIR-1'"),
        ({"kind": "cause", "title": "../../x", "family": ""}, "family"),
        ({"kind": "service", "title": "…"}, "name"),
        ({"kind": "service", "title": "Mail gateway"}, "already"),
        ({"kind": "page", "title": "x"}, "not begun here"),
        ({"kind": "__init__", "title": "x"}, "not begun here"),
    ],
)
def test_what_cannot_begin_is_said_and_writes_nothing(browser: Browser, given: dict[str, object], said: str) -> None:
    before = sorted((browser.folder / "kb").rglob("*"))
    status, answer = browser.post("create", given)
    assert (status, said in answer["error"]) == (422, True), answer
    assert sorted((browser.folder / "kb").rglob("*")) == before


PLACES: Mapping[str, tuple[Callable[[Form], object], str, str | None]] = {
    "a choice": (lambda f: f.data.update(severity="SEV-9"), "severity", None),
    "a day in an item": (lambda f: f.data["actions"][1].update(due="soon"), "actions.1.due", None),
    "a missing field": (lambda f: f.data.pop("title"), "title", None),
    "a missing field of an item": (lambda f: f.data["actions"][1].pop("title"), "actions.1.title", None),
    "a missing field of a group": (lambda f: f.data.update(initiated={"by": "client"}), "initiated.on", None),
    "a reference": (lambda f: f.data.update(lessons=["LL-0001", "LL-0009"]), "lessons.1", None),
    "a time without an offset": (
        lambda f: f.data.update(times={**f.data["times"], "detected": "2025-03-04T02:52:00"}),
        "times.detected",
        None,
    ),
    "a number": (lambda f: f.data.update(impact={**f.data["impact"], "users": "many"}), "impact.users", None),
    "a reference in a section": (lambda f: f.write("Detection", "See [[LL-0009]]."), "", "Detection"),
    "a section of the template": (lambda f: f.write("Summary", "TODO: write it"), "", "Summary"),
    "the text before the sections": (lambda f: f.write("", "```\nopen"), "", ""),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_problem_stands_beside_its_field(browser: Browser, place: str) -> None:
    change, field, title = PLACES[place]
    form = browser.open("PIR-2025-0001")
    assert form.check()["problems"] == []
    change(form)
    problems = form.check()["problems"]
    places = [(p["field"], None if p["text"] is None else form.opened["texts"][p["text"]]["title"]) for p in problems]
    assert (field, title) in places, problems
    assert (browser.folder / REVIEW_FILE).read_text("utf-8") == REVIEW_WITH_OPEN_ACTION


def test_the_step_and_the_view_of_the_client_follow_what_is_typed(browser: Browser) -> None:
    form = browser.open("PIR-2025-0001")
    gate = form.opened["gate"]
    assert (gate["status"], gate["blocked_by"]) == ("action-management", ["actions-complete"])
    form.data["actions"][1].update(status="cancelled", cancel_reason="the gateway is replaced")
    form.data["title"] = "Mail stood still for all"
    form.write("Summary", "Nobody got mail.")
    form.write("Detection", "What stays inside.")
    answer = form.check()
    assert answer["gate"]["blocked_by"] == []
    parts = {part["name"]: part for part in answer["seen"]["parts"]}
    assert answer["seen"]["client"] == "harbor-credit"
    assert parts["title"]["shown"] == "Mail stood still for all"
    assert "Nobody got mail." in parts["## Summary"]["shown"]
    assert parts["## Detection"]["shown"] is None


def test_the_view_of_the_client_is_written_as_a_page_writes_it(browser: Browser) -> None:
    form = browser.open("PIR-2025-0001")
    form.data["actions"][0]["audience"] = "client"
    form.write(
        "Summary",
        "Mail *stood* still <b>&</b> [more](https://example.org/x).\n\n![A map](map.png)\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    )
    parts = {part["name"]: part for part in form.check()["seen"]["parts"]}
    assert (parts["client"]["title"], parts["client"]["shown"]) == ("Client", "Harbor Credit Union")
    assert parts["services"]["shown"] == "Mail gateway"
    assert "Detected: 4 Mar 2025, 02:52 UTC" in parts["times"]["shown"]
    assert "<li>A1 Probe every listener<ul>" in parts["actions"]["shown"]
    assert "Status: Verified" in parts["actions"]["shown"]
    assert parts["## Detection"] == {"name": "## Detection", "title": "Detection", "shown": None}
    summary = parts["## Summary"]["shown"]
    assert "<em>stood</em>" in summary
    assert "<td>1</td>" in summary
    assert "more" in summary
    # nothing leads away, and nothing is loaded
    for part in parts.values():
        assert not re.search(r"<[a-z0-9]+[^>]*=", part["shown"] or ""), part
        assert "<a" not in (part["shown"] or "")
    form.data["title"] = "<img src=x onerror=alert(1)>"
    title = next(part for part in form.check()["seen"]["parts"] if part["name"] == "title")
    assert title["shown"] is None or "<img" not in title["shown"]


def test_a_release_is_approved_and_withdrawn(tmp_path: Path) -> None:
    browser = Browser(write_base(tmp_path / "base", {REVIEW_FILE: UNRELEASED}))
    form = browser.open("PIR-2025-0001")
    assert "service-delivery-manager" in form.opened["roles"]
    given = {"id": form.opened["id"], "digest": form.opened["digest"], "audience": "client"}
    for by in ("client", "nobody", ""):
        status, answer = browser.post("release", given | {"by": by})
        assert (status, "no role" in answer["error"]) == (422, True)
    saved = browser.call("release", **given, by="service-delivery-manager")["saved"]
    assert saved["data"]["audience"] == "client"
    assert saved["data"]["release"]["on"] == "2026-09-30"
    result = pir(browser.folder, "release", "PIR-2025-0001")
    assert "has not changed since" in result.output
    assert "conflict" in browser.call("release", **given, by="service-delivery-manager")
    again = {"id": saved["id"], "digest": saved["digest"]}
    back = browser.call("release", **again, audience="internal", by="")["saved"]
    assert "release" not in back["data"]
    status, answer = browser.post("release", {**again, "audience": "everybody", "by": ""})
    assert status in (200, 422)


def test_an_approval_that_no_longer_covers_the_content_is_said_as_the_check_says_it(tmp_path: Path) -> None:
    in_step = UNRELEASED.replace("status: closed", "status: action-management")
    browser = Browser(write_base(tmp_path / "base", {REVIEW_FILE: in_step}))
    opened = browser.open("PIR-2025-0001").opened
    given = {"id": opened["id"], "digest": opened["digest"], "audience": "client", "by": "service-delivery-manager"}
    approved = browser.call("release", **given)["saved"]
    assert approved["approval"] == {
        "state": "valid",
        "text": "Released to its own client, approved by service delivery manager on 2026-09-30. The client sees this.",
    }
    assert "release-approved" not in approved["gate"]["unearned"]
    assert opened["seen"]["text"] == "What Harbor Credit Union would see if this were released now."
    assert opened["approval"]["state"] == "none"
    assert "not shown to the client, so no approval is needed" in {
        condition["text"] for step in opened["gate"]["steps"] for condition in step["conditions"]
    }
    assert approved["seen"]["text"] == "Harbor Credit Union sees this."

    def is_told(answer: Mapping[str, Any]) -> None:
        stale = [p for p in answer["problems"] if p["code"] == "PIR420"]
        assert [(p["field"], p["severity"]) for p in stale] == [("release", "warning")]
        assert answer["approval"]["state"] == "stale"
        assert "no longer covers" in answer["approval"]["text"]
        assert "not what was approved" in answer["seen"]["text"]
        assert "release-approved" in answer["gate"]["unearned"]
        assert "approve the release again" in answer["gate"]["next"]
        (condition,) = {
            (c["name"], c["met"])
            for step in answer["gate"]["steps"]
            for c in step["conditions"]
            if c["name"] == "release-approved"
        }
        assert condition == ("release-approved", False)

    form = browser.open("PIR-2025-0001")
    form.write("Summary", "Nobody got mail for a day.")
    is_told(form.check())
    saved = form.save()["saved"]
    is_told(saved)
    is_told(browser.open("PIR-2025-0001").opened)
    assert "PIR420" in pir(browser.folder, "check").output
    again = browser.call("release", **(given | {"digest": saved["digest"]}))["saved"]
    assert again["approval"]["state"] == "valid"
    assert not [p for p in again["problems"] if p["code"] == "PIR420"]


def test_a_review_is_not_released_before_its_step(tmp_path: Path) -> None:
    early = UNRELEASED.replace("status: closed", "status: draft")
    browser = Browser(write_base(tmp_path / "base", {REVIEW_FILE: early}))
    opened = browser.open("PIR-2025-0001").opened
    status, answer = browser.post(
        "release",
        {"id": opened["id"], "digest": opened["digest"], "audience": "client", "by": "service-delivery-manager"},
    )
    assert (status, "cannot be released yet" in answer["error"]) == (422, True)
    assert (browser.folder / REVIEW_FILE).read_text("utf-8") == early


def test_the_audience_of_a_lesson_is_chosen_and_a_draft_is_not_released(browser: Browser) -> None:
    lesson = browser.call("create", kind="lesson", reviews=["PIR-2025-0001"], title="Ask each listener")["saved"]
    assert [one["value"] for one in lesson["audiences"]] == ["", "client", "shared"]
    given = {"id": lesson["id"], "digest": lesson["digest"], "by": "problem-manager"}
    status, answer = browser.post("release", {**given, "audience": ""})
    assert (status, answer["error"]) == (422, "Choose who may see it.")
    status, answer = browser.post("release", {**given, "audience": "shared"})
    assert (status, "cannot be released yet: its status is 'draft'" in answer["error"]) == (422, True)
    cause = browser.open("change/expired-certificate").opened
    assert [one["value"] for one in cause["audiences"]] == ["shared"]
    status, answer = browser.post(
        "release", {"id": cause["id"], "digest": cause["digest"], "audience": "client", "by": "vp-services"}
    )
    assert (status, answer["error"]) == (422, "Choose who may see it.")
    assert browser.open("PIR-2025-0001").opened["audiences"][0] == {"value": "client", "label": "its own client"}


def test_records_are_found_by_words_of_their_titles(browser: Browser) -> None:
    def found(words: str, *kinds: str) -> list[str]:
        return [one["id"] for one in browser.call("find", words=words, kinds=list(kinds))["records"]]

    assert found("mail", "service") == ["mail-gateway"]
    assert found("EXPIRED cert", "cause") == ["change/expired-certificate"]
    assert found("harbor") == ["harbor-credit"]
    assert found("zanzibar") == []


def test_a_register_of_actions_is_told(tmp_path: Path) -> None:
    rows = "id,status,completed\nPIR-2025-0001-A2,done,2026-09-01\n"
    files = {"kb/registers/actions.csv": rows, REVIEW_FILE: REVIEW_WITH_OPEN_ACTION}
    opened = Browser(write_base(tmp_path / "base", files)).open("PIR-2025-0001").opened
    assert opened["register"] == {"A2": ["completed", "status"]}
    assert opened["data"]["actions"][1]["status"] == "open"


def test_a_configuration_that_broke_is_one_sentence(browser: Browser) -> None:
    form = browser.open("PIR-2025-0001")
    (browser.folder / "mkdocs.yml").write_text(FILES["mkdocs.yml"] + "      nothing: known\n", "utf-8")
    for call, given in (("home", {}), ("save", form.given), ("open", {"id": "LL-0001"})):
        status, answer = browser.post(call, given)
        assert (status, "unknown field 'nothing'" in answer["error"]) == (422, True)
