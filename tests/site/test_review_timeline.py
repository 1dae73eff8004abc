"""The timeline on the page of a review: what happened, phase by phase, with its evidence, its gaps and its waits."""

from __future__ import annotations

import re

from helpers.projections import moment
from helpers.sample_pages import project_texts, render_pages, sample_records, sample_review, visible_words

from mkdocs_pir.kb.model import Section, Times

PIR = "pirs/2026/PIR-2026-0012.html"
OTHERS = [record for record in sample_records() if record.kind != "pir"]
TABLE = """\
| Time (UTC) | What happened | Evidence | Waited for |
|---|---|---|---|
| 3 Mar | certificate renewed | CHG-1 | |
| 02:10 | first mail refused | `mta` log | |
| 02:52 | alert | INC-48211 | |
| 02:55 | supplier asked | call record | the supplier |
| 05:20 | listener restarted | shell history | |
| 07:40 | queue empty | dashboard | |
| 09:00 | notice to the client | mail | |"""


def page_of(text: str = TABLE, edition: str = "internal", **fields: object) -> str:
    made = sample_review(sections=(Section("Summary", "Mail bounced."), Section("Timeline", text)), **fields)
    return render_pages(project_texts(*OTHERS, made, edition=edition))[PIR]


def timeline_of(html: str) -> str:
    found = re.search(r'<section class="pir-section pir-timeline">.*?</section>', html, re.DOTALL)
    assert found
    return found[0]


def test_rows_stand_in_the_phases_of_the_incident_with_evidence_gaps_and_waits() -> None:
    for edition in ("internal", "client:harbor-credit"):
        html = page_of(edition=edition)
        table = timeline_of(html).partition('<table class="pir-table pir-table--text pir-moments">')[2]
        assert [visible_words(row) for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)] == [
            "Time (UTC) What happened Evidence Waited for",
            "Before",
            "3 Mar certificate renewed CHG-1",
            "Until detected 42 min",
            "4 Mar 02:10 first mail refused mta log",
            "02:52 42 min later alert INC-48211",
            "Until mitigated 2 h 28 min",
            "02:55 supplier asked call record the supplier, 2 h 25 min",
            "05:20 2 h 25 min later listener restarted shell history",
            "Until resolved 2 h 20 min",
            "07:40 2 h 20 min later queue empty dashboard",
            "Afterwards",
            "09:00 1 h 20 min later notice to the client mail",
        ]
        assert "<code>mta</code>" in table


def test_the_timeline_stands_before_the_report_and_once() -> None:
    html = page_of()
    assert html.index('id="timeline"') < html.index('id="summary"')
    assert html.count("first mail refused") == 1
    assert html.count('id="timeline"') == 1


def test_what_else_the_section_says_stands_below_its_table() -> None:
    html = timeline_of(
        page_of(f"All times are UTC.\n\n{TABLE}\n\nSee LL-0007.\n\n| Node | State |\n|---|---|\n| a | up |")
    )
    after = visible_words(html.partition("notice to the client")[2])
    assert "All times are UTC." in after
    assert "See LL-0007 ." in after
    assert "Node State a up" in after


def test_without_times_of_the_incident_the_rows_have_no_phases() -> None:
    html = timeline_of(page_of(times=Times()))
    assert "Until" not in html
    assert "<svg" not in html
    assert "pir-zoom" not in html
    assert "supplier asked" in html


def test_clocks_of_an_unknown_zone_have_no_phases() -> None:
    html = timeline_of(page_of(TABLE.replace("Time (UTC)", "Time (CST)").replace("| 3 Mar |", "| 01:00 |")))
    assert "Until" not in html.partition("<tbody")[2]
    assert "supplier asked" in html


def test_a_timeline_without_a_table_is_shown_as_it_is_written() -> None:
    html = timeline_of(page_of("- 02:10 first mail refused\n- 05:20 restarted"))
    assert "<li>02:10 first mail refused</li>" in html
    assert "<svg" in html


def test_a_review_without_the_section_has_the_drawing_alone_and_one_without_both_nothing() -> None:
    bare = sample_review(sections=(Section("Summary", "Mail bounced."),))
    assert "<svg" in timeline_of(render_pages(project_texts(*OTHERS, bare))[PIR])
    empty = sample_review(
        sections=(Section("Summary", "Mail bounced."),), times=Times(resolved=moment("2026-03-04T07:40"))
    )
    assert 'id="timeline"' not in render_pages(project_texts(*OTHERS, empty))[PIR]


def test_rows_stay_in_the_order_in_which_they_are_written() -> None:
    rows = ["02:10 | began", "05:00 | later", "03:00 | told afterwards", "04:00 | and this"]
    table = "| Time (UTC) | What |\n|---|---|\n" + "\n".join(f"| 4 Mar {row} |" for row in rows)
    said = visible_words(timeline_of(page_of(table)))
    assert re.search(r"began.*later.*told afterwards.*and this", said)


def test_only_phases_with_rows_can_be_shown_alone() -> None:
    html = timeline_of(page_of())
    assert re.findall(r"<button>([^<]*)<", html) == ["Whole", "Until detected", "Until mitigated", "Until resolved"]
    assert re.findall(r'data-phase="(\d)"', html) == ["1", "2", "3"]
    assert "pir-zoom" not in timeline_of(page_of("| Time (UTC) | What |\n|---|---|\n| 02:20 | once |"))


def test_the_day_is_shown_where_it_changes() -> None:
    night = """| Time (UTC) | What happened |
|---|---|
| 23:40 | first alarm |
| 23:55 | on-call engineer called |
| 00:20 | cause found |
| 6 Mar 09:00 | everything checked |"""
    times = Times(impact_start=moment("2026-03-04T23:40"), resolved=moment("2026-03-05T01:00"))
    rows = [visible_words(row) for row in re.findall(r"<tr>(<td>.*?)</tr>", timeline_of(page_of(night, times=times)))]
    days = [found[0] if (found := re.match(r"\d+ Mar", row)) else "" for row in rows]
    assert days == ["4 Mar", "", "5 Mar", "6 Mar"]
