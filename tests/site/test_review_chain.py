"""What happened before and again, on the page of a review: the whole chain with titles, and what stood against it."""

from __future__ import annotations

import re
from datetime import date

from helpers.projections import moment
from helpers.sample_pages import project_texts, render_pages, sample_records, sample_review, visible_words

from mkdocs_pir.kb.model import Action, Pir, Times

OTHERS = [record for record in sample_records() if record.kind != "pir"]


def one_of(number: int, day: str, recurrence_of: int = 0, **fields: object) -> Pir:
    """A review of an incident of two hours; each names the one before it."""
    given: dict[str, object] = {
        "title": f"Stalled for the {number}. time",
        "incidents": (),
        "trigger": "",
        "actions": (),
        "times": Times(impact_start=moment(f"{day}T09:00"), resolved=moment(f"{day}T11:00")),
        "recurrence_of": f"PIR-2026-{recurrence_of:04}" if recurrence_of else "",
        **fields,
    }
    return sample_review(f"PIR-2026-{number:04}", **given)


def chain_of(html: str) -> list[str]:
    found = re.search(r'<section class="[^"]*pir-chain">.*?</section>', html, re.DOTALL)
    return (
        [visible_words(item) for item in re.findall(r"<li.*?</li>|<h2.*?</h2>", found[0], re.DOTALL)] if found else []
    )


def pages_of(*records: Pir, edition: str = "internal") -> dict[str, list[str]]:
    pages = render_pages(project_texts(*OTHERS, *records, edition=edition))
    return {record.id: chain_of(pages[f"pirs/2026/{record.id}.html"]) for record in records}


def test_the_whole_chain_is_on_each_of_its_pages() -> None:
    three = (one_of(1, "2026-01-10"), one_of(2, "2026-02-10", 1), one_of(3, "2026-03-20", 2))
    for edition in ("internal", "client:harbor-credit"):
        pages = pages_of(*three, edition=edition)
        first = "10 Jan 2026 PIR-2026-0001 Stalled for the 1. time SEV-2"
        second = "10 Feb 2026 30 days later PIR-2026-0002 Stalled for the 2. time SEV-2 named in the review"
        third = "20 Mar 2026 37 days later PIR-2026-0003 Stalled for the 3. time SEV-2 named in the review"
        assert pages["PIR-2026-0001"] == [
            "This happened again, 30 days later", "10 Jan 2026 This incident", second, third
        ]  # fmt: skip
        assert pages["PIR-2026-0002"] == [
            "This happened before, 30 days earlier, and again, 37 days later",
            first, "10 Feb 2026 30 days later This incident", third,
        ]  # fmt: skip
        assert pages["PIR-2026-0003"] == [
            "This happened before, 37 days earlier", first, second, "20 Mar 2026 37 days later This incident"
        ]  # fmt: skip


def test_what_should_have_prevented_it_is_told_with_the_chain() -> None:
    cause = {"trigger": "change/expired-certificate"}
    promised = Action(
        "A1",
        "Probe every listener",
        "open",
        due=date(2026, 1, 31),
        created=date(2026, 1, 12),
        causes=(cause["trigger"],),
    )
    pages = pages_of(one_of(1, "2026-01-10", actions=(promised,), **cause), one_of(2, "2026-02-10", 1, **cause))
    assert pages["PIR-2026-0002"][-1] == "PIR-2026-0001-A1 Probe every listener: overdue by 10 days."


def test_of_a_long_chain_the_nearest_are_shown() -> None:
    many = [one_of(n, f"2026-{1 + n // 28:02}-{1 + n % 28:02}", n - 1) for n in range(1, 41)]
    pages = pages_of(*many)
    shown = pages["PIR-2026-0020"]
    assert len(shown) == 1 + 6 + 1 + 6
    assert "PIR-2026-0014" in shown[1]
    assert "PIR-2026-0026" in shown[-1]


def test_an_incident_that_neither_repeats_nor_was_repeated_has_no_chain() -> None:
    assert pages_of(one_of(1, "2026-01-10")) == {"PIR-2026-0001": []}


def test_no_page_judges_an_action_whose_review_says_that_it_did_its_work() -> None:
    rang = Action(
        id="A1",
        title="Alert on the queue",
        status="verified",
        created=date(2026, 1, 11),
        completed=date(2026, 1, 20),
        verified=date(2026, 1, 25),
        causes=("change/expired-certificate",),
        audience="client",
    )
    cause = {"trigger": "change/expired-certificate"}
    reviews = (one_of(1, "2026-01-10", actions=(rang,), **cause), one_of(2, "2026-02-10", 1, **cause))
    pages = render_pages(project_texts(*OTHERS, *reviews))
    page = visible_words(pages["pirs/2026/PIR-2026-0002.html"])
    assert "A1 Alert on the queue: verified 16 days before, and the incident came back all the same." in page
    told = {path: visible_words(html) for path, html in pages.items()}
    judging = re.compile(r"did not (hold|work)|\bheld: the cause")
    assert [path for path, words in told.items() if judging.search(words)] == []
    # it is listed all the same: its cause came back
    assert "After 1 of 1 verified action the cause came back" in told["actions.html"]
