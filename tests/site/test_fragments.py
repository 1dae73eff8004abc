"""Fragments escape what they are given, and say facts as people say them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

import pytest
from helpers.projections import AS_OF, moment
from helpers.sample_pages import project_texts, render_pages, sample_records, sample_review
from jinja2 import DictLoader

from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.kb.model import (
    Action,
    Cause,
    Client,
    Impact,
    Lesson,
    Page,
    ProblemRecord,
    Recommendation,
    Section,
    Service,
)
from mkdocs_pir.site import value_formats, views
from mkdocs_pir.site.page_renderer import PageRenderer

HOSTILE = "</p><script>alert(1)</script><img src=x onerror=alert(2)>\"'{{ 7*1234567 }}{% raw %}"


def hostile_world() -> list[object]:
    return [
        Client(id="harbor-credit", name=HOSTILE, aliases=(HOSTILE,), contacts=(HOSTILE,)),
        Service(id="mail-gateway", name=HOSTILE, owner=HOSTILE, tier=HOSTILE, clients=("harbor-credit",)),
        Cause(
            id="change/expired-certificate", name=HOSTILE, definition=HOSTILE, examples=(HOSTILE,), look_for=(HOSTILE,)
        ),
        Lesson(
            id="LL-0007",
            title=HOSTILE,
            status="applied",
            lesson=HOSTILE,
            recommendation=HOSTILE,
            applies_when=HOSTILE,
            symptoms=(HOSTILE,),
            tags=(HOSTILE,),
            services=("mail-gateway",),
        ),
        ProblemRecord(
            id="PRB-0004",
            title=HOSTILE,
            status="known-error",
            known_error=HOSTILE,
            workaround=HOSTILE,
            services=("mail-gateway",),
        ),
        Page(id="handbook/x", title=HOSTILE, description=HOSTILE, preamble=HOSTILE),
        sample_review(
            title=HOSTILE,
            impact=Impact(summary=HOSTILE, users=3),
            symptoms=(HOSTILE,),
            root_cause=HOSTILE,
            workaround=HOSTILE,
            tags=(HOSTILE,),
            incidents=(HOSTILE,),
            references=('https://a.example/"><script>alert(3)</script>',),
            sections=(Section(HOSTILE, HOSTILE),),
            actions=(
                Action(
                    id="A1",
                    title=HOSTILE,
                    status="open",
                    due=date(2026, 9, 1),
                    owner=HOSTILE,
                    done_when=HOSTILE,
                    note=HOSTILE,
                    tracker='https://t.example/"onclick=x',
                ),
            ),
            recommendations=(Recommendation(id="R1", title=HOSTILE, status="declined", decline_reason=HOSTILE),),
        ),
    ]


@pytest.mark.parametrize("edition", ["internal", "client:harbor-credit"])
def test_markup_in_any_field_stays_text(edition: str) -> None:
    for path, html in render_pages(project_texts(*hostile_world(), edition=edition)).items():  # type: ignore[arg-type]
        assert "<script" not in html, path
        for tag in re.findall(r"<[a-zA-Z][^<>]*>", html):
            assert not re.search(r"\son\w+=", re.sub(r'"[^"]*"', '""', tag)), (path, tag)
        assert "8641969" not in html, path


@pytest.mark.parametrize("edition", ["internal", "client:harbor-credit"])
def test_pages_hold_under_the_security_policy(edition: str) -> None:
    for path, html in render_pages(project_texts(*sample_records(), edition=edition)).items():
        assert not re.search(r"<[a-z][^>]*\sstyle=|<style|<script|javascript:", html), path


def test_every_page_is_closed_where_it_was_opened() -> None:
    from html.parser import HTMLParser

    class Balance(HTMLParser):
        void = frozenset({"br", "hr", "img", "input", "link", "wbr"})

        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []

        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag not in self.void:
                self.open.append(tag)

        def handle_startendtag(self, tag: str, attrs: object) -> None:
            pass

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    for path, html in render_pages(project_texts(*sample_records())).items():
        parser = Balance()
        parser.feed(html)
        assert parser.open == [], path


def test_a_page_without_the_quotes_that_it_does_not_need_has_the_same_elements_and_attributes() -> None:
    from html.parser import HTMLParser

    class Tags(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.all: list[tuple[str, list[tuple[str, str | None]]]] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.all.append((tag, attrs))

    def tags(html: str) -> object:
        parser = Tags()
        parser.feed(re.sub(r"<svg .*?</svg>", "", html))
        return parser.all

    for records in (hostile_world(), sample_records()):
        projection = project_texts(*records)  # type: ignore[arg-type]
        edition = views.EditionContext(projection)
        published = PageRenderer(edition)
        for path, html in render_pages(projection).items():
            view = next(view for view in views.pages(edition) if view.path == path)
            short = published.render(view).html
            assert tags(short) == tags(html), path
            assert len(short) < len(html), path


def test_the_table_of_contents_names_the_headings_in_order() -> None:
    projection = project_texts(*sample_records())
    view = next(v for v in views.pages(views.EditionContext(projection)) if v.path.endswith("PIR-2026-0012.html"))
    rendered = PageRenderer(views.EditionContext(projection)).render(view)
    assert [id_ for _, id_, _ in rendered.toc] == re.findall(r"<h2 id=([^ >]+)", rendered.html)
    assert [title for _, _, title in rendered.toc][:2] == ["Timeline", "Summary"]


def test_a_page_is_the_same_whatever_was_rendered_before_it() -> None:
    projection = project_texts(*sample_records())
    found = list(views.pages(views.EditionContext(projection)))
    forward, backward = PageRenderer(views.EditionContext(projection)), PageRenderer(views.EditionContext(projection))
    first = {v.path: forward.render(v) for v in found}
    assert {v.path: backward.render(v) for v in reversed(found)} == first


def test_roles_are_small_within_a_sentence_but_not_abbreviations() -> None:
    names = ("Change manager", "identity lead", "VP services", "IT service manager")
    said = ["change manager", "identity lead", "VP services", "IT service manager"]
    assert [value_formats.within_sentence(name) for name in names] == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 9, 30), "today"),
        (date(2026, 9, 29), "yesterday"),
        (date(2026, 10, 1), "tomorrow"),
        (date(2026, 9, 18), "12 days ago"),
        (date(2026, 10, 21), "in 3 weeks"),
        (date(2026, 3, 30), "6 months ago"),
        (date(2025, 8, 30), "1 year and 1 month ago"),
        (date(2025, 9, 9), "1 year ago"),
        (date(2024, 10, 3), "1 year and 11 months ago"),
        (date(2026, 7, 31), "1 month ago"),
        (date(2027, 9, 30), "in 1 year"),
        (date(2024, 2, 19), "2 years and 7 months ago"),
        (datetime(2026, 9, 30, 1, tzinfo=timezone(timedelta(hours=3))), "yesterday"),
    ],
)
def test_how_long_ago(day: date, said: str) -> None:
    assert value_formats.ago(day, AS_OF) == said


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (date(2026, 9, 18), "12 days late"),
        (date(2026, 9, 29), "1 day late"),
        (date(2026, 9, 30), "due today"),
        (date(2026, 10, 3), "due in 3 days"),
        (None, ""),
    ],
)
def test_what_is_owed(due: date | None, said: str) -> None:
    assert value_formats.due_in_words(due, AS_OF) == said


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (date(2026, 9, 29), "was due 29 Sep 2026"),
        (date(2026, 9, 30), "due 30 Sep 2026"),
        (None, ""),
    ],
)
def test_a_step_that_has_not_begun_is_never_late(due: date | None, said: str) -> None:
    assert value_formats.due_later_in_words(due, AS_OF) == said


def test_moments_say_their_offset() -> None:
    assert value_formats.clock(moment("2026-03-04T02:10")) == "4 Mar 2026, 02:10 UTC"
    there = datetime(2026, 3, 4, 2, 10, tzinfo=timezone(-timedelta(hours=3, minutes=30)))
    assert value_formats.clock(there) == "4 Mar 2026, 02:10 UTC-03:30"


def test_cells_carry_a_key_to_sort_by_where_a_table_can_be_sorted_and_a_label_where_they_have_a_value() -> None:
    pages = render_pages(project_texts(*sample_records()))
    lists = [
        found for html in pages.values() for found in re.findall(r'<div class="pir-list"(.*?)</table>', html, re.S)
    ]
    can_be_sorted = {"data-pir-tools" in found for found in lists if "data-sort" in found}
    assert can_be_sorted == {True}
    cells = re.findall(r"<td [^>]*>", "".join(lists))
    assert any("data-label" in cell for cell in cells)
    assert [cell for cell in cells if "pir-empty-cell" in cell and "data-label" in cell] == []


def test_a_constant_address_in_a_macro_is_relative_to_each_page() -> None:
    renderer = PageRenderer(views.EditionContext(Projection(Edition(), date(2026, 1, 1), "Site", {})))
    macro = "{% macro link() %}{{ 'kpis.html' | url }}{% endmacro %}{{ link() }}"
    renderer._templates.loader = DictLoader({"page.html": macro})
    pages = [views.PageView(path, "A page", "page.html", {}) for path in ("a.html", "pirs/2026/b.html")]
    assert [renderer.render(page).html for page in pages] == ["kpis.html", "../../kpis.html"]
