"""Likely repeats by text: which reviews are compared, and which are alike enough for a hint in `pir check`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.changed_files import check_changed, messages, places
from helpers.knowledge_base import pir, write_base
from helpers.projections import review

from mkdocs_pir.kb.model import Pir
from mkdocs_pir.search.likely_repeats import likely_repeats

EARLIER = {
    "title": "Artifact store unavailable",
    "symptoms": ("503 from the artifact proxy",),
    "root_cause": "The connection pool of the artifact proxy was exhausted.",
}
OTHER = {
    "title": "Wrong totals on invoices",
    "symptoms": ("sums differ by one cent",),
    "root_cause": "Amounts were rounded twice in the export.",
}


def _pair(first: dict[str, object], second: dict[str, object]) -> dict[str, Pir]:
    reviews = [
        review("PIR-2025-0001", "2025-03-01 10:00", "2025-03-01 12:00", **{"services": ("store",), **first}),
        review("PIR-2025-0002", "2025-04-10 08:00", "2025-04-10 09:00", **{"services": ("store",), **second}),
    ]
    return {one.id: one for one in reviews}


def test_a_review_in_the_words_of_an_earlier_one_is_a_likely_repeat() -> None:
    again = {**EARLIER, "title": "Artifact store unavailable again"}
    (found,) = likely_repeats(_pair(EARLIER, again))
    assert (found.review, found.earlier, found.days) == ("PIR-2025-0002", "PIR-2025-0001", 40)
    assert found.alike > 0.8
    assert set(found.words) <= {"artifact", "proxy", "store", "unavailable", "pool", "503", "exhausted"}


def test_other_words_are_no_repeat() -> None:
    assert likely_repeats(_pair(EARLIER, OTHER)) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"client": "another"}),
        ({}, {"services": ("mail",)}),
        ({}, {"recurrence_of": "PIR-2025-0001"}),
        ({"trigger": "change/cert"}, {"trigger": "capacity/disk"}),
        ({"trigger": "change/cert"}, {"trigger": "change/cert"}),
        ({"title": "Maintenance of the artifact store"}, {"title": "Maintenance of the artifact store"}),
    ],
)
def test_what_cannot_be_a_repeat_is_not_compared(first: dict[str, object], second: dict[str, object]) -> None:
    assert likely_repeats(_pair({**EARLIER, **first}, {**EARLIER, **second})) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"trigger": "change/cert"}, {}),
        ({"services": ()}, {}),
        ({}, {"title": "Outage after maintenance of the artifact store"}),
    ],
)
def test_what_may_be_a_repeat_is_compared(first: dict[str, object], second: dict[str, object]) -> None:
    assert len(likely_repeats(_pair({**EARLIER, **first}, {**EARLIER, **second}))) == 1


def test_after_ninety_days_it_is_another_incident() -> None:
    reviews = _pair(EARLIER, EARLIER)
    late = review("PIR-2025-0003", "2025-07-20 10:00", "2025-07-20 12:00", services=("store",), **EARLIER)
    assert [one.review for one in likely_repeats({**reviews, late.id: late})] == ["PIR-2025-0002"]


AGAIN = """\
---
id: PIR-2025-0002
title: Mail stood still again after a certificate expired
client: harbor-credit
services: [mail-gateway]
status: draft
times: {impact_start: 2025-05-19T05:00:00Z, resolved: 2025-05-19T09:00:00Z}
%s---
"""


def test_pir_check_hints_at_it_at_the_title(tmp_path: Path) -> None:
    found = check_changed(tmp_path, {"kb/pirs/2025/PIR-2025-0002.md": AGAIN % ""})
    assert places(found) == [("pirs/2025/PIR-2025-0002.md", 3, 8, "PIR417")]
    assert found[0]["severity"] == "hint"
    assert "PIR-2025-0001, 76 days earlier, tells of the same in like words: " in messages(found)


def test_a_hint_is_silenced_like_any_other(tmp_path: Path) -> None:
    allowed = AGAIN % "x-allow: {PIR417: another listener}\n"
    assert check_changed(tmp_path, {"kb/pirs/2025/PIR-2025-0002.md": allowed}) == []


def test_the_page_of_recurring_causes_lists_them_for_the_provider_alone(tmp_path: Path) -> None:
    release = "audience: client\nrelease: {approved_by: lead, on: 2025-06-01}\n"
    write_base(tmp_path, {"kb/pirs/2025/PIR-2025-0002.md": AGAIN % release})
    for edition in ("internal", "client:harbor-credit"):
        assert pir(tmp_path, "build", "--edition", edition).exit_code == 0
    page = (tmp_path / "published/internal/recurring.html").read_text("utf-8")
    shown = page.partition("id=by-words")[2]
    assert "PIR-2025-0002" in shown
    assert "76 days before" in shown
    assert "by-words" not in (tmp_path / "published/clients/harbor-credit/recurring.html").read_text("utf-8")


def test_no_figure_counts_what_is_only_alike(tmp_path: Path) -> None:
    def recurrence(changes: dict[str, str]) -> object:
        write_base(tmp_path, changes)
        return json.loads(pir(tmp_path, "kpi", "recurrence", "--json").stdout)["value"]

    assert recurrence({"kb/pirs/2025/PIR-2025-0002.md": AGAIN % ""}) == recurrence({})
