"""Lists: their rows for the script, in parts that stay the same, and what somebody chooses in a browser."""

from __future__ import annotations

import csv
import io
import json
import posixpath
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from helpers.list_files import read_list_file
from helpers.projections import incident, moment, project
from helpers.sample_pages import project_texts, render_pages, sample_records, sample_review
from helpers.search_page import wait_until

from mkdocs_pir.kb.model import Cause, Client, Lesson, Times
from mkdocs_pir.site import views
from mkdocs_pir.site.views import listing
from mkdocs_pir.site.views.components import Cell, Column, Empty, Row, Table
from mkdocs_pir.site.views.listing import Filter, ListDefinition, NamedView


def _table(items: Sequence[str], caption: str) -> Table:
    rows = tuple(Row((Cell((item,)),), f"items/{item}.html") for item in items)
    return Table(caption, (Column("Name", "title"),), rows)


def _pages(items: Sequence[str], views_: Sequence[NamedView] = ()) -> list[views.PageView]:
    first = Filter[str]("first", "First letter", lambda item: item[:1])
    definition = ListDefinition(
        "items", "Items", "item", [first], _table, "Some.", Empty("None."), "Items.", views=views_
    )
    return list(listing.pages(definition, items))


def _read(files: dict[str, bytes]) -> dict[str, Any]:
    """What the files of a list hold, by their names."""
    read = {path: read_list_file(content.decode()) for path, content in files.items()}
    assert all(path == f"lists/{name}.js" for path, (name, _) in read.items())
    return dict(read.values())


def _rows(page: views.PageView) -> list[Any]:
    read = _read(dict(page.files))
    description = read[page.context["listing"].path.removeprefix("lists/").removesuffix(".js")]
    return [row for part in description["parts"] for row in read[part]]


ITEMS = [f"{'abc'[n % 3]}{n:05}" for n in range(3000)]


def test_a_list_has_all_its_rows_in_parts_of_bounded_size() -> None:
    first, *others = _pages(ITEMS)
    assert [row[2][0] for row in _rows(first)] == ITEMS
    sizes = [len(content) for name, content in _read(dict(first.files)).items() if isinstance(content, list)]
    assert len(sizes) > 5
    assert max(sizes) <= listing.PART_MOST
    assert not any(page.files for page in others)


@pytest.mark.parametrize("changed", [[*ITEMS[:1500], "a", *ITEMS[1500:]], ITEMS[1:], [*ITEMS, "z"]])
def test_a_row_more_or_less_changes_one_part_and_the_description(changed: list[str]) -> None:
    before, after = set(_pages(ITEMS)[0].files), set(_pages(changed)[0].files)
    assert len(after - before) <= 3


def test_the_downloads_of_each_list_have_the_ids_of_their_rows_whatever_is_written_below_a_title() -> None:
    tickets = [
        incident("INC-1", "2026-09-03T08:00"),
        incident("INC-2", "2026-09-10T08:00"),
        incident("INC-3", "2026-09-28T08:00", pir="PIR-2026-0012"),
    ]
    projection = project(*sample_records(), incidents=tickets)
    ids: dict[str, set[str]] = {}
    for page in views.pages(views.EditionContext(projection)):
        if page.template == "list.html" and page.files:
            title = next(at for at, column in enumerate(page.context["table"].columns) if column.kind == "title")
            ids[page.path] = {row[2][title][2] for row in _rows(page)}
    # those without a review are still open, which is written where others have their number
    assert ids["incidents.html"] >= {"INC-1", "INC-2", "INC-3"}
    assert ids["services.html"] == {"mail-gateway"}
    assert ids["clients.html"] == {"harbor-credit"}
    assert ids["reviews.html"] == {"PIR-2026-0012"}
    assert ids["actions/list.html"] >= {"PIR-2026-0012-A1"}
    assert len(ids) > 7


def test_a_title_cannot_end_the_script_that_holds_it() -> None:
    (page,) = _pages(["a</script><script>alert(1)</script>\u2028", "b"])
    assert not any(b"</" in content or "\u2028".encode() in content for content in page.files.values())
    assert _rows(page)[0][2][0].startswith("a</script>")


def test_a_view_is_offered_where_it_shows_some_rows_and_not_all() -> None:
    offered = [
        NamedView("Those with a", {"first": ["a"]}),
        NamedView("None", {"first": ["x"]}),
        NamedView("All", {"first": ["a", "b", "c"]}),
        NamedView("Of a filter that is not there", {"second": ["a"]}),
    ]
    page = _pages(ITEMS, offered)[0]
    assert [(view.text, view.path) for view in page.context["listing"].views] == [
        ("Those with a", "items.html#first=a")
    ]


def test_what_is_chosen_is_written_so_that_an_address_can_hold_it() -> None:
    chosen = {"owner": ["network & team, two", "café"], "state": [], "year": ["2026"]}
    assert listing.address("a.html", chosen) == "a.html#owner=network%20%26%20team%2C%20two,caf%C3%A9&year=2026"
    assert listing.address("a.html", {}) == "a.html"


def test_a_client_s_list_says_nothing_of_other_clients() -> None:
    records = [
        *sample_records(),
        Client(id="brambwell", name="Brambwell Grocers"),
        sample_review("PIR-2026-0099", client="brambwell", title="Theirs", audience="client"),
    ]
    for edition, seen in (("internal", True), ("client:harbor-credit", False)):
        pages = views.pages(views.EditionContext(project_texts(*records, edition=edition)))
        files = b"".join(content for page in pages for content in page.files.values())
        assert (b"Brambwell" in files) == seen
        assert (b"brambwell" in files) == seen


def test_causes_are_a_list_by_family_service_and_whether_a_lesson_is_drawn() -> None:
    unused = Cause(id="capacity/surge", name="Surge in demand", definition="More came than expected.")
    projection = project_texts(*sample_records(), unused)
    (page,) = (page for page in views.pages(views.EditionContext(projection)) if page.path == "causes.html")
    assert [row[2][0] for row in _rows(page)] == [
        [["Expired certificate"], "A certificate reached its end.", "change/expired-certificate"],
        [["Surge in demand"], "More came than expected.", "capacity/surge"],
    ]
    (described,) = (content for content in _read(dict(page.files)).values() if isinstance(content, dict))
    assert {"family", "service", "lessons"} <= {key for key, *_ in described["filters"]}
    # all that have a service have the same one, which is no choice
    assert "service" not in {key for key, _ in page.context["listing"].filters}


def test_lessons_are_narrowed_by_what_became_of_them() -> None:
    agreed = {"causes": ("change/expired-certificate",), "validated_on": date(2026, 1, 1), "status": "applied"}
    lessons = [
        Lesson(id="LL-0001", title="Came back", learned_from=("PIR-2025-0001",), **agreed),  # type: ignore[arg-type]
        Lesson(id="LL-0002", title="Held", status="applied", applied_on=date(2026, 2, 1)),
        Lesson(id="LL-0003", title="Waits", status="validated", review_by=date(2026, 9, 1)),
        Lesson(id="LL-0004", title="Replaced", status="superseded", superseded_by="LL-0002"),
    ]
    others = [record for record in sample_records() if record.kind != "lesson"]
    projection = project_texts(*others, *lessons)
    (page,) = (page for page in views.pages(views.EditionContext(projection)) if page.path == "lessons.html")
    (described,) = (content for content in _read(dict(page.files)).values() if isinstance(content, dict))
    keys = [key for key, *_ in described["filters"]]
    found = {row[2][0][0][0]: [row[3][keys.index(key)] for key in ("outcome", "look")] for row in _rows(page)}
    assert found == {
        "Came back": ["came-back", "not-due"],
        "Held": ["held", "not-due"],
        "Waits": ["not-applied", "due"],
        "Replaced": [[], "not-due"],
    }
    assert page.context["lead"] == "4 lessons. 1 did not prevent a later incident. 1 is due for another look."
    assert {"Applied", "Incidents despite it", "Another look"} <= {c.label for c in page.context["table"].columns}
    assert [view.text for view in page.context["listing"].views] == [
        "It happened again",
        "Applied, and nothing since",
        "Due for another look",
    ]


def test_a_list_of_lessons_has_no_column_without_a_value() -> None:
    (page,) = (
        page
        for page in views.pages(views.EditionContext(project_texts(*sample_records())))
        if page.path == "lessons.html"
    )
    assert [c.label for c in page.context["table"].columns] == ["Lesson", "Status", "Services", "Drawn in"]


def test_links_into_lists_choose_values_that_their_filters_have() -> None:
    others = [
        sample_review(
            f"PIR-2025-{n:04}",
            title=f"Other {n}",
            client="brambwell",
            times=Times(impact_start=moment("2025-03-01T01:00")),
        )
        for n in range(1, 40)
    ]
    records = [*sample_records(), Client(id="brambwell", name="Brambwell Grocers"), *others]
    projection = project_texts(*records)
    described: dict[str, dict[str, set[str]]] = {}
    for page in views.pages(views.EditionContext(projection)):
        if (of := page.context.get("listing")) and page.files:
            description = _read(dict(page.files))[of.path.removeprefix("lists/").removesuffix(".js")]
            described[page.path] = {key: {v for v, _ in values} for key, _, values in description["filters"]}
    found = 0
    for page_path, html in render_pages(projection).items():
        for link, fragment in re.findall(r'href="([\w./-]+\.html)#(\w+=[^"]*)"', html):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(page_path), link))
            filters = described[target]
            for part in fragment.replace("&amp;", "&").split("&"):
                key, _, values = part.partition("=")
                assert key not in filters or set(map(unquote, values.split(","))) & filters[key], f"{target}#{fragment}"
                found += 1
    assert found > 5


@pytest.fixture
def reviews(browser, serve, demo_sites: Path):
    """The list of reviews of the demonstration, and what the console says."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{serve(demo_sites / 'internal')}/reviews.html")
    yield page
    page.close()
    assert said == []


def _tick(page, key: str, name: str) -> None:
    menu = page.locator(f'[data-filter="{key}"]')
    menu.locator("summary").click()
    menu.get_by_label(name).check()
    page.keyboard.press("Escape")


def _told(page, words: str = " of ") -> None:
    """Wait until the list says what it shows."""
    page.locator(".pir-listing__count", has_text=words).wait_for()


def _shown(page) -> list[str]:
    return page.locator(".pir-listing + .pir-list tbody .pir-title").all_inner_texts()


def test_filters_combine_and_the_address_brings_the_same_rows_back(reviews) -> None:
    before = _shown(reviews)
    _tick(reviews, "client", "Brambwell Grocers")
    _tick(reviews, "severity", "SEV-1")
    _tick(reviews, "severity", "SEV-2")
    rows = reviews.locator(".pir-list tbody tr").all_inner_texts()
    assert 0 < len(rows) < len(before)
    assert all("Brambwell" in row and ("SEV-1" in row or "SEV-2" in row) for row in rows)
    assert f"{len(rows)} of 47 reviews" in reviews.inner_text(".pir-listing__count")
    shown, address = _shown(reviews), reviews.url
    assert address.endswith("#client=brambwell&severity=SEV-1,SEV-2")
    reviews.goto("about:blank")
    reviews.goto(address)
    _told(reviews)
    assert _shown(reviews) == shown
    reviews.get_by_role("button", name="Show all").click()
    assert _shown(reviews) == before
    assert "#" not in reviews.url


def test_the_rows_of_the_script_look_like_those_of_the_page(reviews) -> None:
    static = reviews.locator(".pir-list tbody").inner_html()
    reviews.get_by_label("Only rows with these words").fill("  ")
    _told(reviews, "reviews")

    def plain(html: str) -> str:
        html = re.sub(r'\s(title|datetime|data-sort)="[^"]*"|</?time>', "", html)
        return re.sub(r"\s+", "", html)

    assert plain(reviews.locator(".pir-list tbody").inner_html()) == plain(static)


def test_a_filter_counts_what_the_others_leave(reviews) -> None:
    _tick(reviews, "client", "Brambwell Grocers")
    menu = reviews.locator('[data-filter="severity"]')
    menu.locator("summary").click()
    counts = dict(text.split("\n")[:2] for text in menu.locator("label").all_inner_texts())
    reviews.keyboard.press("Escape")
    severities = reviews.locator(".pir-list tbody tr .pir-chip:text-matches('SEV')").all_inner_texts()
    assert {key: number for key, number in counts.items() if number != "–"} == {
        key: str(severities.count(key)) for key in set(severities)
    }


def test_a_column_sorts_both_ways_and_others_can_be_shown(reviews) -> None:
    sort = reviews.locator(".pir-listing__sort select")
    sort.select_option("lasted")
    reviews.locator("[aria-sort=descending]").wait_for()
    longest = _shown(reviews)[0]
    reviews.get_by_role("button", name="Sort the other way round").click()
    assert "sort=lasted" in reviews.url
    assert _shown(reviews)[0] != longest
    reviews.locator('[data-menu="columns"] summary').click()
    reviews.get_by_label("Noticed by").check()
    reviews.keyboard.press("Escape")
    assert "Noticed by" in reviews.locator(".pir-list thead").inner_text()
    assert "columns=" in reviews.url


def test_exactly_the_rows_of_a_view_are_saved(reviews) -> None:
    _tick(reviews, "client", "Brambwell Grocers")
    shown = _shown(reviews)
    reviews.locator('[data-menu="keep"] summary').click()
    with reviews.expect_download() as download:
        reviews.get_by_role("button", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8"))))
    assert [f"{row['review']} {row['id']}" for row in rows] == [" ".join(text.split()) for text in shown]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", row["date"]) for row in rows)
    with reviews.expect_download() as download:
        reviews.get_by_role("button", name="JSON").click()
    assert [row["id"] for row in json.loads(Path(download.value.path()).read_text("utf-8"))] == [
        row["id"] for row in rows
    ]


def test_a_view_is_kept_under_a_name(reviews) -> None:
    _tick(reviews, "severity", "SEV-1")
    shown = _shown(reviews)
    menu = reviews.locator('[data-menu="keep"]')
    menu.locator("summary").click()
    menu.get_by_label("Name of this view").fill("Worst")
    menu.get_by_role("button", name="Keep", exact=True).click()
    reviews.goto(reviews.url.partition("#")[0])
    reviews.reload()
    menu.locator("summary").click()
    menu.get_by_role("link", name="Worst").click()
    assert _shown(reviews) == shown
    menu.locator("summary").click()
    menu.get_by_role("button", name="Forget Worst").click()
    assert not menu.get_by_role("link", name="Worst").count()


def test_a_view_of_the_page_keeps_the_client_and_year_that_are_chosen(reviews) -> None:
    _tick(reviews, "client", "Wystan Health Group")
    _tick(reviews, "year", "2026")
    views_ = reviews.get_by_label("Views of this list")
    views_.get_by_role("link", name="SEV-1 with open actions").click()
    reviews.get_by_role("button", name="Remove Severity: SEV-1").wait_for()
    assert len(_shown(reviews)) == 1
    assert reviews.url.endswith("#client=wystan-health&year=2026&severity=SEV-1&actions=open,overdue")
    assert views_.locator("[aria-current]").all_inner_texts() == ["SEV-1 with open actions"]
    # another view takes the place of this one
    views_.get_by_role("link", name="Under way").click()
    reviews.get_by_role("button", name="Remove Severity: SEV-1").wait_for(state="detached")
    assert "#client=wystan-health&year=2026&status=" in reviews.url
    reviews.go_back()
    reviews.get_by_role("button", name="Remove Severity: SEV-1").wait_for()


def test_the_link_of_a_view_is_copied_and_a_menu_closes_when_somebody_goes_on(reviews) -> None:
    reviews.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _tick(reviews, "client", "Wystan Health Group")
    menu = reviews.locator('[data-menu="keep"]')
    menu.locator("summary").click()
    menu.get_by_role("button", name="Copy link").click()
    menu.get_by_role("button", name="Copied").wait_for()
    assert reviews.evaluate("navigator.clipboard.readText()") == reviews.url
    assert reviews.url.endswith("#client=wystan-health")
    reviews.locator('[data-menu="columns"] summary').focus()
    assert reviews.locator("details[open]").count() == 0


def test_overdue_actions_are_a_column_that_can_be_shown_and_saved(reviews) -> None:
    reviews.locator('[data-menu="columns"] summary').click()
    reviews.get_by_label("Overdue actions", exact=True).check()
    reviews.locator('[data-menu="keep"] summary').click()
    with reviews.expect_download() as download:
        reviews.get_by_role("button", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8"))))
    late = {row["id"]: row["overdue-actions"] for row in rows}
    assert late["PIR-2026-0012"] == "1"


def test_everything_is_reached_by_keyboard(reviews) -> None:
    reviews.get_by_label("Only rows with these words").focus()
    reviews.keyboard.type("database")
    _told(reviews)
    found = _shown(reviews)
    reviews.keyboard.press("Tab")
    reviews.keyboard.press("Enter")
    reviews.wait_for_selector('[data-filter="year"] label')
    reviews.keyboard.press("Tab")
    reviews.keyboard.press("Space")
    assert 0 < len(_shown(reviews)) < len(found)
    assert reviews.evaluate("document.activeElement.type") == "checkbox"
    reviews.keyboard.press("Escape")
    assert reviews.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert not reviews.locator('[data-filter="year"]').get_attribute("open")


def test_lists_work_from_disk(browser, demo_sites: Path) -> None:
    page = browser.new_page()
    page.goto((demo_sites / "internal/actions/list.html").as_uri() + "#state=overdue")
    _told(page)
    states = page.locator(".pir-list tbody .pir-chip").all_inner_texts()
    assert set(states) == {"Overdue"}
    page.locator('[data-menu="keep"] summary').click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Calendar").click()
    calendar = Path(download.value.path()).read_bytes().decode()
    assert calendar.count("BEGIN:VEVENT") == len(states)
    assert all(len(line.encode()) <= 75 for line in calendar.split("\r\n"))
    page.close()


def test_a_list_that_cannot_be_loaded_says_so_and_stays(browser, serve, demo_sites: Path) -> None:
    page = browser.new_page()
    page.route("**/lists/*", lambda route: route.abort())
    page.goto(f"{serve(demo_sites / 'internal')}/reviews.html")
    before = _shown(page)
    page.get_by_label("Only rows with these words").fill("database")
    _told(page, "could not be loaded")
    assert _shown(page) == before
    page.close()


def test_words_typed_before_the_rows_are_there_are_not_lost(browser, serve, demo_sites: Path) -> None:
    page = browser.new_page()
    page.route("**/lists/*", lambda route: None)
    page.goto(f"{serve(demo_sites / 'internal')}/reviews.html#severity=SEV-1", wait_until="domcontentloaded")
    page.get_by_label("Only rows with these words").fill("wystan")
    wait_until(page, "document.querySelector('.pir-listing').ariaBusy === 'true'")
    # what waits goes on
    page.unroute("**/lists/*")
    _told(page, " of ")
    wait_until(page, "location.hash.includes('wystan') && location.hash.includes('SEV-1')")
    assert page.get_by_label("Only rows with these words").input_value() == "wystan"
    rows = page.locator(".pir-listing + .pir-list tbody tr").all_inner_texts()
    assert rows
    assert all("wystan" in row.casefold() for row in rows)
    page.close()


def test_a_reader_without_scripts_has_the_list_and_no_controls(browser, serve, demo_sites: Path) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{serve(demo_sites / 'internal')}/reviews.html")
    assert not page.locator(".pir-listing").is_visible()
    assert len(_shown(page)) == 47
    page.close()
