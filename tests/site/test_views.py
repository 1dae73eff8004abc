"""What the pages of an edition say, and that they lead where they say."""

from __future__ import annotations

import posixpath
import re
from datetime import date

import pytest
from helpers.projections import moment
from helpers.sample_pages import project_texts, render_pages, sample_records, sample_review, visible_words

from mkdocs_pir.kb.model import (
    Action,
    Attempt,
    Cause,
    Client,
    Impact,
    Lesson,
    Page,
    Pir,
    ProblemRecord,
    Section,
    Service,
    Times,
)
from mkdocs_pir.site import assets, views
from mkdocs_pir.site.urls import path_of, relative
from mkdocs_pir.site.views.pagination import ROWS

PIR = "pirs/2026/PIR-2026-0012.html"


def test_a_review_opens_with_what_happened_to_whom_and_how_its_actions_stand() -> None:
    said = visible_words(render_pages(project_texts(*sample_records()))[PIR])
    assert (
        "On 4 Mar 2026 an incident on Mail gateway affected 410 people at Harbor Credit Union "
        "for 3 h 10 min; it was resolved after 5 h 30 min. SEV-2"
    ) in said
    assert (
        "Mail was late. It was noticed after 42 min by monitoring. 1 of 2 actions is done; one is 12 days late."
    ) in said


def test_what_must_not_be_missed_stands_before_the_report() -> None:
    html = render_pages(project_texts(*sample_records()))[PIR]
    assert html.index("Restart that listener") < html.index('id="summary"')
    assert html.index("officer must approve") < html.index('id="summary"')


def test_the_workaround_and_what_was_tried_in_vain_stand_first_and_all_that_was_tried_in_a_table() -> None:
    attempts = (
        Attempt("Restart `mta-out`", moment("2026-03-04T03:00"), "no-effect", "the queue went on growing"),
        Attempt("Drop the session cache", None, "made-worse"),
        Attempt("Point the relay at the second gateway", None, "helped"),
    )
    records = [r for r in sample_records() if r.kind != "pir"]
    html = render_pages(project_texts(*records, sample_review(tried=attempts)))[PIR]
    before, report, after = html.partition("Mail was late.")
    said = visible_words(before)
    assert report
    assert re.search(
        r"SEV-2 .* Workaround Copy Restart that listener.* Made it worse Drop the session cache No effect Restart mta-out",
        said,
    )
    assert "<code>mta-out</code>" in before
    assert "second gateway" not in said
    assert re.search(
        r"What was tried .* No effect Restart mta-out the queue went on growing 4 Mar 2026, 03:00.* "
        r"Made it worse Drop the session cache .*Helped Point the relay at the second gateway",
        visible_words(after),
    )


def test_where_no_workaround_is_written_what_helped_stands_in_its_place() -> None:
    attempts = (
        Attempt("Restart it", None, "no-effect"),
        Attempt("Point the relay at the second gateway", None, "helped"),
    )
    records = [r for r in sample_records() if r.kind not in ("pir", "problem")]
    html = render_pages(project_texts(*records, sample_review(problem="", tried=attempts)))[PIR]
    said = visible_words(html.partition("Mail was late.")[0])
    assert "What was tried Helped Point the relay at the second gateway No effect Restart it" in said
    assert "Copy" not in said


def test_of_many_attempts_the_first_are_shown_and_a_link_leads_to_the_others() -> None:
    attempts = tuple(Attempt(f"Restart node {n}", None, "no-effect") for n in range(5))
    records = [r for r in sample_records() if r.kind != "pir"]
    html = render_pages(project_texts(*records, sample_review(tried=attempts)))[PIR].partition("Mail was late.")[0]
    assert html.count("Restart node") == 3
    assert '<a href="#tried">and 2 more</a>' in html


def test_waits_of_the_timeline_are_named_with_their_length_and_drawn() -> None:
    table = "| Time (UTC) | What happened | Waited for |\n|---|---|---|\n| 02:52 | Alert | |\n"
    table += "| 03:00 | Approval asked | vp-services |\n| 04:42 | Approved | |"
    records = [r for r in sample_records() if r.kind != "pir"]
    made = sample_review(sections=(Section("Timeline", table),))
    for edition in ("internal", "client:harbor-credit"):
        html = render_pages(project_texts(*records, made, edition=edition))[PIR]
        assert re.search(r"Waited for</dt>\s*<dd>vp-services, 1 h 42 min</dd>", html)
        assert 'class="pir-chart__wait"' in html


def test_nothing_tried_leaves_no_heading() -> None:
    html = render_pages(project_texts(*sample_records()))[PIR]
    assert 'id="tried"' not in html
    assert "Tried" not in visible_words(html)


def test_a_review_says_that_it_happened_before_and_after() -> None:
    later = sample_review(
        "PIR-2026-0020",
        title="Stalled again",
        recurrence_of="PIR-2026-0012",
        times=Times(impact_start=moment("2026-05-03T09:00"), resolved=moment("2026-05-03T11:00")),
    )
    pages = render_pages(project_texts(*sample_records(), later))
    assert "This happened before, 60 days earlier" in visible_words(pages["pirs/2026/PIR-2026-0020.html"])
    assert "This happened again, 60 days later" in visible_words(pages[PIR])
    assert 'href="PIR-2026-0020.html"' in pages[PIR]


def test_what_blocks_the_next_step_is_shown_in_the_internal_edition_only() -> None:
    inside = visible_words(render_pages(project_texts(*sample_records()))[PIR])
    outside = visible_words(render_pages(project_texts(*sample_records(), edition="client:harbor-credit"))[PIR])
    assert "Before the next step" in inside
    assert "Action Item Management now" in outside
    assert "Before the next step" not in outside


def test_a_withheld_field_leaves_no_label() -> None:
    bare = Pir(id="PIR-2026-0012", title="Mail gateway queue stalled", client="harbor-credit", status="closed")
    said = visible_words(
        render_pages(
            project_texts(Client(id="harbor-credit", name="Harbor Credit Union"), bare, edition="client:harbor-credit")
        )[PIR]
    )
    for label in (
        "Trigger",
        "Problem",
        "Root cause",
        "Symptoms",
        "Owner",
        "Changes",
        "Tags",
        "not recorded",
        "Action items",
        "Lessons",
        "Inside",
        "Released",
    ):
        assert label not in said, label


def test_words_that_say_nothing_are_never_shown() -> None:
    for edition in ("internal", "client:harbor-credit"):
        for path, html in render_pages(
            project_texts(
                *sample_records(),
                Pir(id="PIR-2026-0001", title="Nearly empty", client="harbor-credit", status="draft"),
                edition=edition,
            )
        ).items():
            assert not re.search(r"\b(N/A|None|null|undefined|nan|0 results)\b", visible_words(html)), path


@pytest.mark.parametrize("edition", ["internal", "client:harbor-credit"])
def test_every_link_of_every_page_leads_to_a_page_and_a_place_on_it(edition: str) -> None:
    projection = project_texts(*sample_records(), edition=edition, backlinks={"LL-0007": ("PIR-2026-0012",)})
    pages = render_pages(projection)
    files = dict(assets.files(views.EditionContext(projection)))
    ids = {path: set(re.findall(r'\sid="([^"]+)"', html)) for path, html in pages.items()}
    for path, html in pages.items():
        for href in re.findall(r'href="([^"]+)"', html):
            if re.match(r"[a-z]+:", href):
                continue
            target, _, fragment = href.partition("#")
            to = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
            if to in files:
                continue
            assert to in pages, f"{path}: {href}"
            if "=" in fragment:
                # what is chosen of a list: see `test_listing`
                assert "data-pir-listing" in pages[to] or "pir-empty" in pages[to], f"{path}: {href}"
                continue
            assert not fragment or fragment in ids[to], f"{path}: {href}"


@pytest.mark.parametrize("edition", ["internal", "client:harbor-credit"])
def test_every_id_stands_once_on_its_page_and_every_page_has_one_title(edition: str) -> None:
    for path, html in render_pages(project_texts(*sample_records(), edition=edition)).items():
        found = re.findall(r'\sid="([^"]+)"', html)
        assert len(found) == len(set(found)), path
        assert html.count("<h1>") == 1, path


def test_a_section_named_like_a_part_of_the_page_gets_an_anchor_of_its_own() -> None:
    from mkdocs_pir.kb.model import Section

    html = render_pages(
        project_texts(
            *sample_records()[:-1], sample_review(sections=(Section("Actions", "One."), Section("Actions", "Two.")))
        )
    )[PIR]
    assert html.count('id="actions"') == 1
    assert 'id="actions-2"' in html
    assert 'id="actions-3"' in html


def test_the_navigation_leads_to_pages_that_exist() -> None:
    for edition in ("internal", "client:harbor-credit"):
        for records in ((), sample_records()):
            projection = project_texts(*records, edition=edition)
            paths = {view.path for view in views.pages(views.EditionContext(projection))}
            assert {page.path for page in views.navigation_pages(projection)} <= paths


def test_an_empty_knowledge_base_says_what_will_be_where() -> None:
    pages = render_pages(project_texts())
    assert "first review" in visible_words(pages["index.html"])
    for path in ("reviews.html", "lessons.html", "problems.html", "services.html", "clients.html", "causes.html"):
        assert "will be listed here" in visible_words(pages[path]), path
        assert "<table" not in pages[path], path


def test_an_empty_client_edition_promises_nothing_internal() -> None:
    client = Client(id="harbor-credit", name="Harbor Credit Union")
    pages = render_pages(project_texts(client, edition="client:harbor-credit"))
    assert "released to you" in visible_words(pages["index.html"])
    assert ".md" not in "".join(pages.values())
    assert "clients.html" not in pages


def test_the_same_projection_gives_the_same_bytes() -> None:
    assert render_pages(project_texts(*sample_records())) == render_pages(project_texts(*reversed(sample_records())))


def test_a_long_list_is_cut_into_pages_that_lead_on() -> None:
    many = [
        sample_review(
            f"PIR-2026-{n:04}",
            title=f"Review {n}",
            times=Times(impact_start=moment(f"2026-03-{1 + n % 28:02}T{n % 24:02}:00")),
        )
        for n in range(1, 121)
    ]
    pages = render_pages(project_texts(*sample_records()[:-1], *many))
    shown = [pages["reviews.html"], pages["reviews/2.html"], pages["reviews/3.html"]]
    assert [html.count('class="pir-linked-row') for html in shown] == [ROWS, ROWS, 20]
    assert "reviews/4.html" not in pages
    assert 'href="reviews/2.html"' in shown[0]
    assert 'href="../reviews.html"' in shown[1]
    assert "51 to 100 of 120" in visible_words(shown[1])
    titles = [set(re.findall(r"Review \d+", html)) for html in shown]
    assert len(set.union(*titles)) == 120
    assert ["data-pir-listing" in html for html in shown] == [True, False, False]


def test_a_client_edition_has_no_list_by_client() -> None:
    pages = render_pages(project_texts(*sample_records(), edition="client:harbor-credit"))
    assert not [path for path in pages if "client-" in path]


def test_a_lesson_opens_with_what_to_do_and_names_what_happened_despite_it() -> None:
    later = sample_review("PIR-2026-0030", title="Despite it")
    html = render_pages(project_texts(*sample_records(), later))["lessons/LL-0007.html"]
    assert html.index("Discover listeners from the network.") < html.index("Hosts do not expire.")
    assert "1 incident happened despite this lesson" in visible_words(html)


def test_a_superseded_lesson_leads_to_the_one_that_replaces_it() -> None:
    old = Lesson(
        id="LL-0001", title="Old", status="superseded", superseded_by="LL-0007", recommendation="Keep a calendar."
    )
    html = render_pages(project_texts(*sample_records(), old))["lessons/LL-0001.html"]
    assert 'href="LL-0007.html"' in html
    assert html.index("A newer lesson takes its place") < html.index("Keep a calendar.")


def test_a_lesson_says_what_to_do_before_what_was_learned() -> None:
    lesson = Lesson(
        id="LL-0002",
        title="New",
        status="applied",
        recommendation="Probe it.",
        workaround="Restart it.",
        lesson="It ends.",
    )
    html = render_pages(project_texts(*sample_records(), lesson))["lessons/LL-0002.html"]
    assert html.index("Probe it.") < html.index("Restart it.") < html.index("It ends.")


def test_a_problem_opens_with_its_workaround() -> None:
    html = render_pages(project_texts(*sample_records()))["problems/PRB-0004.html"]
    assert html.index("Restart that listener") < html.index('id="reviews"')


def test_a_problem_has_one_workaround_and_calls_its_longer_text_so() -> None:
    longer = (Section("Workaround", "1. First."),)
    problem = ProblemRecord(id="PRB-0009", title="P", status="known-error", workaround="In short.", sections=longer)
    html = render_pages(project_texts(*sample_records(), problem))["problems/PRB-0009.html"]
    assert re.findall(r"<h2[^>]*>(Workaround[^<]*)", html) == ["Workaround in detail"]
    assert html.index("In short.") < html.index("First.")


def test_a_client_page_sums_up_what_is_owed() -> None:
    said = visible_words(render_pages(project_texts(*sample_records()))["clients/harbor-credit.html"])
    assert "third quarter of 2026, 1 Jul 2026 to 30 Sep 2026" in said
    assert "No incident was recorded in this quarter." in said
    assert "1 of our actions is open, and overdue" in said


def test_an_action_is_found_at_its_id_on_the_page_of_its_review() -> None:
    assert '<tr id="A2"' in render_pages(project_texts(*sample_records()))[PIR]


def test_a_client_page_says_that_internal_actions_are_not_listed() -> None:
    told = "Actions within the provider are not listed here"
    assert told in visible_words(render_pages(project_texts(*sample_records(), edition="client:harbor-credit"))[PIR])
    assert told not in visible_words(render_pages(project_texts(*sample_records()))[PIR])
    for numbers, said in (("12", f"{told}."), ("13", f"{told}, so the numbers have gaps."), ("2", "have gaps.")):
        made = sample_review(actions=tuple(Action(f"A{n}", "Probe", "open", audience="client") for n in numbers))
        assert said in visible_words(render_pages(project_texts(made, edition="client:harbor-credit"))[PIR])


def test_a_family_shows_its_causes_and_a_cause_without_family_is_the_family() -> None:
    pages = render_pages(
        project_texts(
            Cause(id="change/expired-certificate", name="Expired certificate"), Cause(id="capacity", name="Too small")
        )
    )
    assert "Expired certificate" in pages["causes/change.html"]
    assert "Too small" in pages["causes/capacity.html"]


@pytest.mark.parametrize(
    ("record", "path"),
    [
        (Pir(id="PIR-2026-0012"), "pirs/2026/PIR-2026-0012.html"),
        (Pir(id="PM2019-009"), "pirs/2019/PM2019-009.html"),
        (Pir(id="OUTAGE-7", times=Times(resolved=moment("2026-03-01T01:00"))), "pirs/2026/OUTAGE-7.html"),
        (Pir(id="OUTAGE-7"), "pirs/undated/OUTAGE-7.html"),
        (Cause(id="change/expired-certificate"), "causes/change/expired-certificate.html"),
        (Service(id="dns"), "services/dns.html"),
        (Page(id="handbook/on-call"), "handbook/on-call.html"),
        (Page(id="index"), "pages/index.html"),
        (Page(id="search/index"), "pages/search/index.html"),
        (Page(id="guides/x"), "guides/x.html"),
    ],
)
def test_where_a_record_is(record: object, path: str) -> None:
    assert path_of(record) == path  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("here", "there", "link"),
    [
        ("index.html", "lessons/LL-1.html", "lessons/LL-1.html"),
        ("pirs/2026/P.html", "lessons/LL-1.html#a", "../../lessons/LL-1.html#a"),
        ("causes/change/x.html", "causes/change.html", "../change.html"),
        ("lessons/LL-1.html", "lessons/LL-1.html#a", "#a"),
        ("lessons/LL-1.html", "lessons/LL-1.html", "LL-1.html"),
    ],
)
def test_links_are_relative(here: str, there: str, link: str) -> None:
    assert relative(here, there) == link


def test_a_review_of_an_incident_noticed_before_its_impact_says_so() -> None:
    pir = sample_review(
        times=Times(
            impact_start=moment("2026-03-04T03:00"),
            detected=moment("2026-03-04T02:00"),
            resolved=moment("2026-03-04T04:00"),
        ),
        impact=Impact(),
        actions=(),
    )
    said = visible_words(render_pages(project_texts(*sample_records()[:-1], pir))[PIR])
    assert "noticed before anyone was affected" in said
    assert "Detected after" not in said


def test_a_review_whose_actions_are_all_done_says_so() -> None:
    done = (
        Action(id="A1", title="x", status="verified", completed=date(2026, 4, 1)),
        Action(id="A2", title="y", status="verified", completed=date(2026, 4, 1)),
    )
    assert "All 2 actions are done and verified." in visible_words(
        render_pages(project_texts(*sample_records()[:-1], sample_review(actions=done)))[PIR]
    )


def test_the_navigation_has_each_page_once_and_nothing_that_an_edition_cannot_fill() -> None:
    client = Client(id="harbor-credit", name="Harbor Credit Union")
    empty = views.navigation(project_texts(client, edition="client:harbor-credit"))
    assert [section.title for section in empty] == ["Home", "Search", "Quarterly review"]
    full = views.navigation(project_texts(*sample_records()))
    assert len(full) <= 7
    paths = [page.path for section in full for page in section.pages]
    assert len(paths) == len(set(paths))


def test_each_page_belongs_to_one_of_the_navigation() -> None:
    edition = views.EditionContext(project_texts(*sample_records()))
    named = {page.path for page in views.navigation_pages(edition.projection)}
    apart = {view.path for view in views.pages(edition) if views.place_of(view.path) not in named}
    assert apart == set()
    assert views.place_of("kpis/adoption.html") == "kpis.html"
    assert views.place_of("pirs/2026/PIR-2026-0001.html") == "reviews.html"
