"""Pages of what comes back: each number says what it counts, so that no two can be taken for one."""

from __future__ import annotations

import re
from datetime import date

from helpers.projections import moment
from helpers.sample_pages import project_texts, render_pages, visible_words

from mkdocs_pir.kb.model import Action, Cause, Client, Pir, Recommendation, Service, Times


def _outage(number: int, day: str, cause: str, **fields: object) -> Pir:
    times = Times(impact_start=moment(f"{day}T06:00:00Z"), resolved=moment(f"{day}T08:00:00Z"))
    return Pir(
        id=f"PIR-2026-{number:04}",
        title=f"Outage {number}",
        client="client-a",
        services=("dns",),
        trigger=cause,
        status="closed",
        times=times,
        **fields,  # type: ignore[arg-type]
    )


def _pages(*reviews: Pir) -> dict[str, str]:
    names = dict.fromkeys(["handover", "drift", *(one.trigger.removeprefix("process/") for one in reviews)])
    causes = [Cause(id=f"process/{name}", name=name.capitalize()) for name in names]
    records = (Client(id="client-a", name="Harbor"), Service(id="dns", name="DNS", clients=("client-a",)), *causes)
    return {path: visible_words(page) for path, page in render_pages(project_texts(*records, *reviews)).items()}


def test_a_service_sums_its_repeats_by_cause() -> None:
    pages = _pages(
        *(_outage(n, f"2026-0{n}-01", "process/handover") for n in (1, 2, 3)),
        *(_outage(n, f"2026-0{n}-01", "process/drift") for n in (4, 5)),
    )
    words = pages["services/dns.html"]
    assert re.search(r"3 repeats, and why\W+Handover \(2\)\W+Drift \(1\)", words)


def test_the_causes_of_a_service_add_up_and_the_newest_is_first_of_those_as_frequent() -> None:
    causes = [name for name in ("alpha", "bravo", "cable", "drift", "earth", "freight") for _ in range(2)]
    pages = _pages(
        *(_outage(n, f"2026-0{1 + n // 4}-{1 + 7 * (n % 4):02}", f"process/{c}") for n, c in enumerate(causes))
    )
    words = pages["services/dns.html"]
    repeats = re.search(r"6 repeats, and why(.*?)other causes \(1\)", words)
    assert repeats
    assert re.findall(r"\w+ \(\d\)", repeats[1]) == [
        f"{c} (1)" for c in ("Freight", "Earth", "Drift", "Cable", "Bravo")
    ]
    assert "Freight (2)" in words


def test_a_repeat_of_two_reasons_is_said_to_count_in_both() -> None:
    action = Action(
        id="A1", status="open", causes=("process/handover",), created=date(2026, 1, 3), due=date(2026, 2, 1)
    )
    advice = Recommendation(
        id="R1", title="Freeze", status="declined", issued=date(2026, 1, 3), decided=date(2026, 1, 9)
    )
    first = _outage(1, "2026-01-01", "process/handover", actions=(action,), recommendations=(advice,))
    words = _pages(first, _outage(2, "2026-03-01", "process/handover"))["recurring.html"]
    assert "There was 1 repeat since the records begin, and it was preventable" in words
    assert "; 1 of them for more than one reason" in words
    # 61 repeats beside a rate of 10 of 101 need an explanation
    assert "the rate counts only those of the last 12 months that came within 90 days" in words
    words = _pages(
        _outage(1, "2026-01-01", "process/handover", actions=(action,)), _outage(2, "2026-03-01", "process/handover")
    )["recurring.html"]
    assert "for more than one reason" not in words
    # the second review exists, and none says that it is a repeat
    assert "but no review says that it is a repeat" in words
    assert "All of them are among those above" not in words
