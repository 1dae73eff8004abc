"""The homes of the roles: what each shows first, and that a browser keeps which one somebody chose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote

import msgspec
import pytest
from helpers.list_files import read_list_file
from helpers.projections import moment
from helpers.sample_pages import project_texts, render_pages, sample_records, visible_words
from helpers.site_pages import with_quotes

from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.insight.figures import SMALL
from mkdocs_pir.insight.windows import month_of
from mkdocs_pir.kb.model import Action, Client, Pir, ProblemRecord, Recommendation, Review, Service, Times
from mkdocs_pir.kb.review_conditions import CONDITIONS
from mkdocs_pir.site import views
from mkdocs_pir.site.page_renderer import PageRenderer
from mkdocs_pir.site.views import block_pages, calendar_page, delivery_home, director_home, executive_home

_LINK = re.compile(r'<a [^>]*href="([^"#]+)#([^"]+)"([^>]*)>(.*?)</a>', re.DOTALL)
_TILE = re.compile(r'<li class="pir-tile.*?(?=<li|</ul>)', re.DOTALL)
_VALUE = re.compile(r'pir-tile__value">\s*([\d,]+)')
_NUMBER = re.compile(r"(?<![\d.%-])\d[\d,]*(?![\d%-])")


class _Lists:
    """The lists of a site, whose rows can be counted by what is chosen of them."""

    def __init__(self, site: Path) -> None:
        self._site = site
        self._rows: dict[str, tuple[list[str], list[list[object]]] | None] = {}

    def count(self, path: str, chosen: str) -> int | None:
        """The number of rows that the script shows at an address; None for a page without a list."""
        if path not in self._rows:
            self._rows[path] = self._read(path)
        if (read := self._rows[path]) is None:
            return None
        filters, rows = read
        wanted = {}
        for part in chosen.split("&"):
            key, _, values = part.partition("=")
            # a filter that would narrow nothing is not there, and the script passes over it
            if key in filters:
                wanted[filters.index(key)] = set(map(unquote, values.split(",")))

        def fits(row: list[object]) -> bool:
            values = [[one] if isinstance(one, str) else one for one in row[3]]  # type: ignore[index, union-attr]
            return all(choice & set(values[at]) for at, choice in wanted.items())

        return sum(map(fits, rows))

    def _read(self, path: str) -> tuple[list[str], list[list[object]]] | None:
        file = self._site / path
        match = re.search(r"data-pir-listing=([^\s>]+)", file.read_text("utf-8")) if file.is_file() else None
        if match is None:
            return None
        description = self._part(normpath(join(dirname(path), match[1])))
        rows = [row for part in description["parts"] for row in self._part(f"lists/{part}.js")]
        return [key for key, *_ in description["filters"]], rows

    def _part(self, path: str):
        return read_list_file((self._site / path).read_text("utf-8"))[1]


def _numbered(page: str) -> Iterator[tuple[str, str, int, str]]:
    """The links of a page to narrowed lists that tell a number: page, what is chosen, number and words."""
    tiles = {
        link[0]: value
        for tile in _TILE.findall(page)
        if (value := _VALUE.search(tile))
        for link in [_LINK.search(tile)]
        if link
    }
    for match in _LINK.finditer(page):
        words = " ".join(unescape(re.sub(r"<[^>]+>", " ", match[4])).split())
        numbers = _NUMBER.findall(words)
        if match[0] in tiles:
            numbers = [tiles[match[0]][1]]
        if mark := re.search(r'aria-label="([^"]*)"', match[0]):
            # a mark of a chart tells the number of incidents, or minutes of impact
            numbers = re.findall(r"(?:, incidents |: )(\d[\d,]*)(?=,|$)", unescape(mark[1]))
        if numbers:
            yield match[1], unescape(match[2]), int(numbers[0].replace(",", "")), words


@pytest.mark.slow
def test_the_incidents_and_the_repeats_tell_one_number_of_repeats(demo_sites: Path) -> None:
    incidents, repeats = (
        visible_words((demo_sites / "internal" / path).read_text("utf-8"))
        for path in ("incidents.html", "recurring/repeats.html")
    )
    told = re.search(r"With the tickets of one review counted once, there are (\d+) repeats", incidents)
    assert told
    assert f"{told[1]} repeats, the newest first; the tickets of one review count once." in repeats


@pytest.mark.slow
def test_a_link_with_a_number_leads_to_a_list_of_as_many_rows(demo_sites: Path) -> None:
    checked, wrong = 0, []
    for site in (demo_sites / "internal", *sorted((demo_sites / "clients").iterdir())):
        lists = _Lists(site)
        for file in sorted(site.rglob("*.html")):
            path = file.relative_to(site).as_posix()
            for target, chosen, number, words in _numbered(with_quotes(file.read_text("utf-8"))):
                rows = lists.count(normpath(join(dirname(path), target)), chosen)
                if rows is not None:
                    checked += 1
                    if rows != number:
                        wrong.append(f"{path}: '{words}' leads to {rows} rows of {target}#{chosen}, not {number}")
    assert checked > 100
    assert wrong == []


def test_the_tiles_of_action_items_add_up(demo_sites: Path) -> None:
    page = (demo_sites / "internal/actions.html").read_text("utf-8")
    tiles = [
        int(value[1].replace(",", "")) for tile in _TILE.findall(with_quotes(page)) if (value := _VALUE.search(tile))
    ]
    listed = re.search(
        r"([\d,]+) actions", visible_words((demo_sites / "internal/actions/list.html").read_text("utf-8"))
    )
    assert listed is not None
    assert sum(tiles) == int(listed[1].replace(",", ""))


def test_an_edition_without_records_has_no_homes_but_its_start_page() -> None:
    client = Client(id="harbor-credit", name="Harbor Credit Union")
    for edition in ("internal", "client:harbor-credit"):
        pages = render_pages(project_texts(client, edition=edition))
        assert not any(path.startswith("home/") for path in pages)
        assert "pir-homes" not in pages["index.html"]


def test_the_start_page_leads_to_each_home() -> None:
    projection = project_texts(*sample_records())
    pages = render_pages(projection)
    homes = [page.path for page in views.navigation(projection)[0].pages[1:]]
    assert homes
    assert all(f'href="{path}"' in pages["index.html"] for path in homes)


@pytest.mark.browser
@pytest.mark.parametrize("served", [True, False], ids=["served", "from disk"])
def test_a_home_is_chosen_once_and_kept_by_the_browser(browser, serve, demo_sites: Path, served: bool) -> None:
    site = demo_sites / "internal"
    address = serve(site) if served else site.as_uri()
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/index.html")
    page.locator(".pir-homes").get_by_role("link", name="Engineer").click()
    page.get_by_role("button", name="Make this my home").press("Enter")
    page.goto(f"{address}/kpis/adoption.html")
    page.locator(".md-tabs").get_by_role("link", name="Home").click()
    page.wait_for_url("**/home/engineer.html")
    # the start page stays within reach, and a new tab begins at the chosen home
    page.locator(".pir-section-nav").get_by_role("link", name="Start").click()
    page.wait_for_url("**/index.html")
    again = context.new_page()
    again.goto(f"{address}/index.html")
    again.wait_for_url("**/home/engineer.html")
    again.get_by_role("button", name="Use the start page instead").click()
    again.locator(".md-header .md-logo").click()
    again.wait_for_url("**/index.html")
    context.close()


@pytest.mark.browser
def test_without_scripts_every_home_can_be_reached(browser, serve, demo_sites: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{serve(demo_sites / 'internal')}/index.html")
    page.locator(".pir-homes").get_by_role("link", name="Engineer").click()
    assert page.get_by_role("heading", name="Known errors").is_visible()
    assert not page.get_by_role("button", name="Make this my home").is_visible()
    context.close()


def _running(number: int, client: str) -> Pir:
    times = Times(impact_start=moment("2026-09-20T06:00:00Z"), resolved=moment("2026-09-20T08:00:00Z"))
    return Pir(id=f"PIR-2026-{number:04}", title=f"Outage {number}", client=client, status="investigation", times=times)


def test_a_board_shows_some_reviews_of_a_step_and_leads_to_all() -> None:
    north, south = (Client(id=f"client-{name}", name=name, manager=f"Delivery {name}") for name in ("north", "south"))
    reviews = [_running(n, "client-north" if n % 3 else "client-south") for n in range(1, 60)]
    edition = views.EditionContext(project_texts(north, south, *reviews))
    pages = {view.path: view for view in delivery_home.pages(edition)}
    assert list(pages) == [
        "home/service-delivery.html",
        "home/service-delivery/delivery-north.html",
        "home/service-delivery/delivery-south.html",
    ]
    whole, of_north = (pages[path].context["board"][0] for path in list(pages)[:2])
    assert len(whole.cards) == len(of_north.cards) == delivery_home.CARDS
    assert whole.all.text == "All 59 in this step"
    assert of_north.all.text == "All 40 in this step"
    assert of_north.all.path == "reviews.html#status=draft,investigation&manager=Delivery%20north"
    shown = [link.text for week in pages["home/service-delivery.html"].context["weeks"] for link in week.all]
    assert all(re.fullmatch(r"\d+ (review|action)s?", text) for text in shown)


def test_a_day_with_more_than_it_shows_leads_to_lists_of_that_day() -> None:
    north = Client(id="client-north", name="north", manager="Delivery north")
    late = [
        msgspec.structs.replace(
            _running(n, "client-north"),
            times=Times(impact_start=moment("2026-09-29T06:00:00Z"), resolved=moment("2026-09-29T08:00:00Z")),
        )
        for n in range(1, 7)
    ]
    edition = views.EditionContext(project_texts(north, *late, _running(20, "client-north")))
    pages = {view.path: view for view in delivery_home.pages(edition)}
    days = [day for week in pages["home/service-delivery.html"].context["weeks"] for day in week.days if day.more]
    assert days
    for day in days:
        assert len(day.due) == delivery_home.OF_DAY
        (link,) = day.all
        assert link.path == f"reviews.html#due-day={day.day}"
        assert link.text == f"{len(day.due) + day.more} reviews"
    html = render_pages(edition.projection)["home/service-delivery.html"]
    assert f'href="../{days[0].all[0].path}"' in html


def test_a_card_names_the_next_step_in_a_verb_and_whose_it_is() -> None:
    client = Client(id="client-a", name="A")
    late = Action(id="A1", status="open", owner="network team")
    reviews = (
        _running(1, "client-a"),
        msgspec.structs.replace(_running(2, "client-a"), status="internal-review"),
        msgspec.structs.replace(_running(3, "client-a"), status="action-management", actions=(late,)),
    )
    edition = views.EditionContext(project_texts(client, *reviews))
    board = next(delivery_home.pages(edition)).context["board"]
    todo = {card.link.hint: (card.todo, card.whose) for column in board for card in column.cards}
    assert all(verb and whose for verb, whose in todo.values())
    gates = {pir.id: edition.insight.gate(pir) for pir in reviews}
    assert all(f"{gates[id_].instruction[1:]}." == verb[1:] for id_, (verb, _) in todo.items())
    assert todo["PIR-2026-0001"][1] == "review owner"
    words = visible_words(render_pages(edition.projection)["home/service-delivery.html"])
    assert "By: review owner" in words
    # what else is to be done is counted as the review's own page lists it
    listed = len(gates["PIR-2026-0001"].needs)
    assert listed > 1
    assert f"And {listed - 1} more." in words


def test_a_review_with_an_overdue_action_is_late_wherever_reviews_are_counted() -> None:
    client = Client(id="client-a", name="A")
    recent = Times(impact_start=moment("2026-09-29T06:00:00Z"), resolved=moment("2026-09-29T08:00:00Z"))
    overdue = Action(id="A2", status="open", owner="network team", due=date(2026, 8, 31))
    later = Action(id="A3", status="open", due=date(2026, 12, 18))
    reviews = (
        msgspec.structs.replace(_running(1, "client-a"), times=recent, actions=(overdue, later)),
        msgspec.structs.replace(_running(2, "client-a"), times=recent, actions=(later,)),
    )
    edition = views.EditionContext(project_texts(client, *reviews))
    page = next(delivery_home.pages(edition))
    assert (
        "2 reviews under way, 1 of them late (1 only because of an overdue action) and 1 action overdue."
        in page.context["lead"]
    )
    assert page.context["late_reviews"].text == "Late reviews in a list (1)"
    # so that nobody wonders why the review calendar counts less
    assert (
        calendar_page.lead(0, 1)
        == "No review is past the due date of its step. 1 review is late only because of an overdue action."
    )
    assert (
        calendar_page.lead(7, 4)
        == "7 reviews are past the due date of their step. 4 more are late only because of an overdue action."
    )
    column = page.context["board"][0]
    assert column.note == "2 reviews, 1 late"
    first, second = column.cards
    assert [chip.text for chip in first.chips if chip.look == "late"] == ["A2 30 days late"]
    # what is due with the step itself is told once
    same = msgspec.structs.replace(overdue, due=date(2026, 9, 25))
    managed = msgspec.structs.replace(_running(3, "client-a"), status="action-management", actions=(same,))
    one = next(delivery_home.pages(views.EditionContext(project_texts(client, managed)))).context["board"][-1].cards[0]
    assert [chip.text for chip in one.chips if chip.look == "late"] == ["A2 5 days late"]
    assert (first.link.hint, [chip for chip in second.chips if chip.look == "late"]) == ("PIR-2026-0001", [])
    (listing,) = [view for view in views.pages(edition) if view.path == "reviews.html"]
    assert '["late","Late, or with an overdue action"]' in str(listing)


@pytest.mark.parametrize(
    ("held", "running"),
    [
        (Review(kind="client", on=date(2026, 9, 24)), 0),
        (Review(kind="client", not_appropriate="the client asked for none"), 0),
        (Review(kind="client", on=date(2026, 10, 8)), 1),
        (Review(kind="internal", on=date(2026, 9, 24)), 1),
    ],
    ids=["held, feedback not applied", "not appropriate", "to come", "the internal one held"],
)
def test_the_clock_of_the_client_review_stops_when_it_is_held(held: Review, running: int) -> None:
    pir = msgspec.structs.replace(_running(1, "client-a"), status="client-review", reviews=(held,))
    edition = views.EditionContext(project_texts(Client(id="client-a", name="A", review_days=5), pir))
    assert len(edition.insight.review_clocks) == running


def test_an_open_action_is_its_owner_s_and_a_meeting_the_manager_s() -> None:
    held = Review(kind="internal", on=date(2026, 9, 22))
    done = Review(kind="internal", on=date(2026, 9, 22), feedback_applied=date(2026, 9, 23))
    action = Action(id="A1", status="open", owner="network team")
    for condition, pir, whose in (
        ("internal-review-held", Pir(id="PIR-1"), ("service-delivery-manager", ())),
        ("internal-review-held", Pir(id="PIR-1", reviews=(held,)), ("pir-owner", ())),
        ("client-review-held", Pir(id="PIR-1", reviews=(done,)), ("service-delivery-manager", ())),
        ("release-approved", Pir(id="PIR-1"), ("vp-services", ())),
        ("actions-complete", Pir(id="PIR-1", actions=(action,)), ("pir-owner", ("network team",))),
    ):
        one = CONDITIONS[condition]
        assert (one.who(pir), one.owners(pir)) == whose


@pytest.mark.parametrize("as_of", [date(2026, 9, 1), date(2026, 9, 30), date(2026, 11, 30)])
def test_the_calendar_has_the_whole_of_the_next_month(as_of: date) -> None:
    client = Client(id="client-a", name="A")
    action = Action(id="A1", status="open", due=as_of)
    pir = msgspec.structs.replace(_running(1, "client-a"), actions=(action,))
    projection = msgspec.structs.replace(project_texts(client, pir), as_of=as_of)
    weeks = next(delivery_home.pages(views.EditionContext(projection))).context["weeks"]
    days = [one.day for week in weeks for one in week.days]
    month = month_of(as_of).shifted(1)
    assert {as_of, month.start, month.last} <= set(days)
    assert len(days) == len(set(days)) == (days[-1] - days[0]).days + 1
    assert (days[-1] - month.last).days < 7
    named = [week.month for week in weeks if week.month]
    assert len(named) == len(set(named)) <= 2


def test_a_clock_says_since_when_and_how_far_it_is_over() -> None:
    client = Client(id="client-a", name="A", review_days=5)
    page = next(delivery_home.pages(views.EditionContext(project_texts(client, _running(1, "client-a")))))
    (row,) = page.context["clocks"].rows
    assert "3 business days over: 8 since 20 Sep 2026, 5 agreed" in [c.values[0] for c in row.cells if c.values]


def test_managers_of_the_same_name_in_an_address_have_pages_of_their_own() -> None:
    clients = [
        Client(id=f"client-{n}", name=f"Client {n}", manager=name) for n, name in enumerate(("A b", "a-b", "山"))
    ]
    reviews = [_running(n + 1, client.id) for n, client in enumerate(clients)]
    edition = views.EditionContext(project_texts(*clients, *reviews))
    assert len({view.path for view in delivery_home.pages(edition)}) == 4


def test_a_clock_counts_business_days_until_the_client_review() -> None:
    client = Client(id="client-a", name="A", review_days=5)
    edition = views.EditionContext(project_texts(client, _running(1, "client-a")))
    (clock,) = edition.insight.review_clocks
    # service was restored on a Sunday; the figures are of Wednesday, 30 September
    assert (clock.start, clock.due, clock.days, clock.used) == (date(2026, 9, 20), date(2026, 9, 25), 5, 8)
    assert clock.is_late


def test_the_calendar_shows_what_was_due_this_week_with_its_client_and_counts_it_in_the_list() -> None:
    client = Client(id="client-a", name="Harbor")
    action = Action(id="A1", title="Draw the circle", status="open", owner="network team", due=date(2026, 9, 28))
    later = Action(id="A2", status="open", due=date(2026, 10, 20))
    pir = msgspec.structs.replace(_running(1, "client-a"), actions=(action, later))
    edition = views.EditionContext(project_texts(client, pir))
    weeks = next(delivery_home.pages(edition)).context["weeks"]
    monday = weeks[0].days[0]
    assert [(one.link.text, one.client, one.late) for one in monday.due if "A1" in one.link.text] == [
        ("A1 Draw the circle", "Harbor", True)
    ]
    assert weeks[0].month == "Sep and Oct 2026"
    # the list that the week leads to has what was due before today too
    assert "actions/list.html#due=2026-09-28" in [link.path for link in weeks[0].all]
    (list_page,) = [view for view in views.pages(edition) if view.path == "actions/list.html"]
    assert '["2026-09-28","Week of 28 Sep 2026"]' in str(list_page)


def test_a_step_that_was_due_before_its_review_reached_it_says_so_in_the_calendar() -> None:
    times = Times(impact_start=moment("2026-09-21T06:00:00Z"), resolved=moment("2026-09-21T08:00:00Z"))
    pir = msgspec.structs.replace(_running(1, "client-a"), times=times)
    edition = views.EditionContext(project_texts(Client(id="client-a", name="Harbor", review_days=6), pir))
    weeks = next(delivery_home.pages(edition)).context["weeks"]
    told = {
        (one.link.hint.partition(": ")[2], one.late, one.not_reached)
        for week in weeks
        for day in week.days
        if day.day < edition.as_of
        for one in day.due
    }
    later = {one for one in told if one[2]}
    assert later
    assert {one[2] for one in later} == {"was due, not reached"}
    assert not any(late for _, late, not_reached in told if not_reached)
    # every step of a day that is over is either late or not reached
    assert all(late or not_reached for _, late, not_reached in told)
    assert "was due, not reached" in visible_words(render_pages(edition.projection)["home/service-delivery.html"])


def test_problems_under_investigation_are_open_and_a_workaround_is_told_once() -> None:
    north, south = (Service(id=f"svc-{name}", name=name) for name in ("North", "South"))
    known, sought = (
        ProblemRecord(id=f"PRB-{n:04}", title=f"Fault {n}", status=status, workaround=f"Do this {n}", services=services)
        for n, status, services in (
            (1, "known-error", (north.id, south.id)),
            (2, "investigation", (north.id,)),
        )
    )
    words = visible_words(render_pages(project_texts(north, south, known, sought))["home/engineer.html"])
    unsolved, helps = words.split("Known errors, and what helps")
    assert "Fault 2" in unsolved.partition("Open problems")[2]
    assert helps.count("Do this 1") == 1
    assert helps.count("Fault 1") == 2
    assert "what helps is above, under North" in helps


@pytest.mark.browser
def test_whose_reviews_a_home_shows_is_kept(browser, serve, demo_sites: Path) -> None:
    address = serve(demo_sites / "internal")
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/home/service-delivery.html")
    page.locator(".pir-managers").get_by_role("link", name="Delivery north").click()
    page.wait_for_url("**/delivery-north.html")
    page.goto(f"{address}/home/service-delivery.html")
    page.wait_for_url("**/delivery-north.html")
    page.locator(".pir-managers").get_by_role("link", name="Everyone").click()
    page.wait_for_url("**/home/service-delivery.html")
    assert "Thistlecombe" in page.locator(".pir-board").inner_text()
    context.close()


def test_the_sheet_of_many_clients_has_those_that_miss_the_most_targets() -> None:
    clients = [Client(id=f"client-{n:02}", name=f"Client {n:02}", review_days=5) for n in range(30)]
    edition = views.EditionContext(project_texts(*clients, *(_running(n + 1, c.id) for n, c in enumerate(clients[5:]))))
    (page,) = executive_home.pages(edition)
    shown = [row.name for row in page.context["rows"]]
    assert len(shown) == executive_home.CLIENTS
    # the first five have no figure at all
    assert shown[0] == "Client 05"
    assert page.context["more"].text == "12 of 25 clients, those that miss the most targets"


@pytest.mark.browser
def test_the_sheet_of_a_vice_president_prints_on_one_page(browser, serve, demo_sites: Path) -> None:
    page = browser.new_page()
    page.goto(f"{serve(demo_sites / 'internal')}/home/vp-services.html")
    rows = page.locator(".pir-matrix tbody")
    # as many clients as a sheet has at most, all with figures
    rows.evaluate(
        "(body, most) => { while (body.rows.length < most) body.append(body.rows[0].cloneNode(true)); }",
        executive_home.CLIENTS,
    )
    page.emulate_media(media="print")
    assert page.locator(".pir-matrix__sample").first.is_visible()
    assert page.locator(".pir-matrix__verdict").first.is_visible()
    assert page.get_by_text("the number of cases that a figure is based on").is_visible()
    assert re.search(r" n = \d", page.locator(".pir-matrix tbody td").first.inner_text())
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    assert re.search(rb"/MediaBox \[0 0 841\.\d+ 59\d\.\d+\]", printed)
    page.close()


HARBOR = Client(id="harbor-credit", name="Harbor Credit Union", manager="Delivery north")


def _edition_of_the_client(client: Client = HARBOR, **review: object) -> views.EditionContext:
    times = Times(impact_start=moment("2026-08-20T06:00:00Z"), resolved=moment("2026-08-20T08:00:00Z"))
    pir = Pir(id="PIR-2026-0001", title="Outage", client="harbor-credit", status="closed", times=times, **review)  # type: ignore[arg-type]
    return views.EditionContext(project_texts(client, pir, edition="client:harbor-credit"))


def _letter(client: Client = HARBOR, **review: object) -> str:
    edition = _edition_of_the_client(client, **review)
    (page,) = director_home.pages(edition)
    return visible_words(PageRenderer(edition).render(page).html)


def test_the_letter_to_a_director_tells_the_last_quarter_and_what_waits() -> None:
    advice = [
        Recommendation(id=f"R{n}", title=f"Advice {n}", status=status, issued=date(2026, 8, n), audience="client")
        for n, status in enumerate(("proposed", "deferred", "adopted", "proposed", "proposed", "proposed"), 1)
    ]
    words = _letter(recommendations=tuple(advice))
    assert "third quarter of 2026" in words
    assert "There was 1 incident, 1 more than in the quarter before. It lasted 2 h." in words
    assert "What happened" in words
    assert "lasted 2 h" in words.partition("What happened")[2]
    assert "All 5 that wait for you" in words
    assert "Advice 3" not in words
    assert "Questions? Delivery north." in words


def test_a_letter_without_anything_to_decide_says_so() -> None:
    assert "Nothing waits for you." in _letter()


def test_the_letter_lists_what_was_changed_before_what_is_being_changed() -> None:
    done = {"status": "done", "audience": "client"}
    actions = (
        Action(id="A1", title="Renew the list", completed=date(2026, 8, 30), **done),
        Action(id="A2", title="Probe the port", completed=date(2026, 9, 4), **done),
        Action(id="A3", title="Rehearse the upgrade", status="open", audience="client"),
    )
    changed, changing = _letter(actions=actions).partition("What we changed")[2].split("What we are changing")
    assert "2 changes finished in the quarter." in changed
    assert changed.index("Probe the port") < changed.index("Renew the list")
    assert "finished 30 Aug 2026" in changed
    assert ("Rehearse the upgrade" in changed, "Rehearse the upgrade" in changing) == (False, True)
    assert "What we changed" not in _letter()


def test_the_letter_to_a_client_that_left_is_of_its_last_quarter() -> None:
    assert "third quarter of 2026" in _letter()
    left = Client(id="harbor-credit", name="Harbor Credit Union", since=date(2020, 1, 1), until=date(2026, 4, 1))
    assert "first quarter of 2026" in _letter(left)
    back = Client(id="harbor-credit", name="Harbor Credit Union", since=date(2026, 6, 1), until=date(2026, 4, 1))
    assert "third quarter of 2026" in _letter(back)


def test_a_recommendation_that_was_put_off_says_when_and_no_other_action_is_promised() -> None:
    advice = Recommendation(
        id="R1",
        title="Sign",
        status="deferred",
        issued=date(2025, 9, 19),
        decided=date(2025, 10, 10),
        audience="client",
    )
    ours = Action(id="A1", title="Rehearse", status="open", audience="client")
    review: dict[str, object] = {"recommendations": (advice,), "actions": (ours,)}
    assert "you put it off on 10 Oct 2025 and can take it up again" in _letter(**review)
    pages = render_pages(_edition_of_the_client(**review).projection)
    page = visible_words(pages["clients/harbor-credit.html"])
    assert "1 of our actions is open, and 1 thing waits for you." in page
    assert "Other open action items" not in page


def test_the_start_page_of_a_client_shows_what_waits_and_promises_it_only_then() -> None:
    advice = tuple(
        Recommendation(id=f"R{n}", title=f"Advice {n}", status="proposed", audience="client") for n in range(1, 8)
    )
    for shown in (0, 2, 7):
        edition = _edition_of_the_client(recommendations=advice[:shown])
        page = visible_words(render_pages(edition.projection)["index.html"])
        assert ("what waits for you." in page, "Yours to do" in page) == (bool(shown),) * 2
        assert page.count("to decide") == min(shown, 5)
        assert ("All 7 that wait for you" in page) == (shown == 7)
    inside = msgspec.structs.replace(edition.projection, edition=Edition())
    assert "Yours to do" not in visible_words(render_pages(inside)["index.html"])


def test_no_tile_of_few_cases_is_good_or_late() -> None:
    advice = [Recommendation(id=f"R{n}", title="x", status="declined", issued=date(2026, 2, n)) for n in range(1, 8)]
    for number in (2, 7):
        edition = _edition_of_the_client(recommendations=tuple(advice[:number]))
        figure = edition.insight.kpis.figure("adoption", client="harbor-credit")
        assert (figure.n, figure.met) == (number, False)
        assert block_pages.tile(figure, "").state == ("quiet" if number == 2 else "late")


def test_what_waits_for_the_client_comes_first_and_apart_from_what_the_provider_does() -> None:
    own = Action(id="A1", title="Mark the jobs", status="open", owner="Harbor Credit union", audience="client")
    other = Action(id="A2", title="Rehearse the upgrade", status="open", audience="client")
    advice = Recommendation(id="R1", title="Take the window", status="accepted", audience="client")
    words = _letter(actions=(own, other), recommendations=(advice,))
    yours, ours = words.partition("Yours to do")[2].split("What we are changing")
    assert words.index("Yours to do") < words.index("What happened")
    assert ("Mark the jobs" in yours, "Take the window" in yours, "Rehearse the upgrade" in yours) == (
        True,
        True,
        False,
    )
    assert ("Mark the jobs" in ours, "Rehearse the upgrade" in ours) == (False, True)
    assert "1 under way" in ours


@pytest.mark.parametrize(("number", "judged"), [(1, {None}), (6, {True, False})])
def test_a_figure_of_few_cases_has_no_colour(number: int, judged: set[bool | None]) -> None:
    client = Client(id="harbor-credit", name="Harbor Credit Union", review_days=5)
    reviews = (_running(n, client.id) for n in range(1, number + 1))
    edition = views.EditionContext(project_texts(client, *reviews))
    (page,) = executive_home.pages(edition)
    cells = [cell for row in page.context["rows"] for cell in row.cells if cell.value]
    assert cells
    assert {cell.met for cell in cells} <= judged
    html = PageRenderer(edition).render(page).html
    words = visible_words(html)
    assert "few: fewer than 5 cases" in words
    assert (", few" in words.partition("n: the number of cases")[0]) == (number < 5)
    assert re.search(r"<th scope=col>.*? quarter of 2026", html)


def _restored(number: int, client: str, on: str, hours: int) -> Pir:
    times = Times(impact_start=moment(f"{on}T06:00:00Z"), resolved=moment(f"{on}T{6 + hours:02}:00:00Z"))
    return Pir(id=f"PIR-2026-{number:04}", title=f"Outage {number}", client=client, status="closed", times=times)


def _sheet(*records: Client | Pir) -> str:
    edition = views.EditionContext(project_texts(*records))
    (page,) = executive_home.pages(edition)
    return visible_words(PageRenderer(edition).render(page).html)


@pytest.mark.parametrize(("cases", "hours", "told"), [(6, 5, "A (Time to resolve)"), (6, 1, ""), (4, 5, "")])
def test_the_sheet_says_who_is_worse_off_than_before_and_in_what(cases: int, hours: int, told: str) -> None:
    before = [_restored(n, "client-a", f"2026-05-{n:02}", 2) for n in range(1, cases + 1)]
    after = [_restored(n + 50, "client-a", f"2026-08-{n:02}", hours) for n in range(1, cases + 1)]
    words = _sheet(Client(id="client-a", name="A"), *before, *after)
    assert (f"Worse than in the period before: {told}." in words) == bool(told)
    missed = "PIR on time; Time to resolve" if told else "PIR on time"
    assert (f"Targets missed now: A ({missed})." in words) == (cases >= SMALL)
    assert ("No figure of 5 cases or more misses its target." in words) == (cases < SMALL)
    # of too few cases nothing is said but that
    assert ("No client is worse off" in words) == (not told)


def test_the_sheet_says_of_a_figure_why_its_change_is_not_judged_and_what_all_clients_miss_together() -> None:
    before = [_restored(n, "client-a", f"2026-05-{n:02}", 2) for n in range(1, 3)]
    after = [_restored(n + 50, f"client-{'ab'[n % 2]}", f"2026-08-{n:02}", 5) for n in range(1, 9)]
    words = _sheet(Client(id="client-a", name="A"), Client(id="client-b", name="B"), *before, *after)
    # four cases of each client are too few; eight of both are enough, but two before are not
    assert "Targets missed now: all clients together (PIR on time; Time to resolve)." in words
    assert "+3 h , n = 2 before" in words
    assert "+3 h , worse" not in words


def test_the_sheet_names_the_client_that_left_and_is_in_the_sums() -> None:
    gone = Client(id="client-b", name="Gone Freight", until=date(2026, 4, 1))
    stays = [_restored(n, "client-a", f"2026-08-{n:02}", 2) for n in range(1, 7)]
    left = _restored(20, "client-b", "2026-08-03", 2)
    words = _sheet(Client(id="client-a", name="A"), gone, *stays, left)
    assert "All clients also counts Gone Freight, which left on 1 Apr 2026" in words
    assert "also counts" not in _sheet(Client(id="client-a", name="A"), gone, *stays)


def test_the_sheet_of_one_review_claims_nothing() -> None:
    client = Client(id="client-a", name="A")
    edition = views.EditionContext(project_texts(client, Pir(id="PIR-2026-0001", client="client-a", status="draft")))
    (page,) = executive_home.pages(edition)
    words = visible_words(PageRenderer(edition).render(page).html)
    assert "once there are figures for it" in words
    assert "left out" not in words
    assert "<table" not in PageRenderer(edition).render(page).html
