"""The pages of the demonstration's client editions have no column, filter or section that they cannot fill."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import lxml.html
import msgspec
from helpers.projections import incident, project, review
from helpers.sample_pages import project_texts, render_pages, visible_words

from mkdocs_pir.kb.model import Action, Cause, Client, Lesson, Pir, ProblemRecord, Recommendation, Release, Service


def _pages(sites: Path) -> Iterator[tuple[str, lxml.html.HtmlElement]]:
    """Every page of every client edition."""
    files = sorted((sites / "clients").glob("*/**/*.html"))
    assert len({file.relative_to(sites / "clients").parts[0] for file in files}) == 6
    for file in files:
        yield file.relative_to(sites / "clients").as_posix(), _read(file)


def _read(file: Path) -> lxml.html.HtmlElement:
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True)
    return lxml.html.document_fromstring(file.read_bytes(), parser=parser)


def _text(element: lxml.html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


def test_no_table_has_a_column_without_a_value(demo_sites: Path) -> None:
    tables, empty = 0, []
    for path, page in _pages(demo_sites):
        # a further page of a list has the columns of the whole list
        if re.search(r"/\d+\.html$", path):
            continue
        for table in page.find_class("pir-table"):
            tables += 1
            rows = [row.xpath("td | th") for row in table.findall(".//tbody/tr")]
            heads = table.findall(".//thead//th")
            # a row of one cell names a phase of the timeline
            rows = [row for row in rows if len(row) == len(heads)]
            assert rows, path
            empty += [
                f"{path}: {_text(head)}" for at, head in enumerate(heads) if not any(_text(row[at]) for row in rows)
            ]
    assert tables > 500
    assert empty == []


def test_no_section_is_empty(demo_sites: Path) -> None:
    headings, empty = 0, []
    for path, page in _pages(demo_sites):
        for heading in page.xpath("//article//*[self::h2 or self::h3]"):
            headings += 1
            following = heading.getnext()
            if following is None or (following.tag in ("h1", "h2", "h3") and following.tag <= heading.tag):
                empty.append(f"{path}: {_text(heading)}")
    assert headings > 1000
    assert empty == []


def test_no_list_has_a_filter_without_a_choice(demo_sites: Path) -> None:
    menus, single = 0, []
    for path, page in _pages(demo_sites):
        for box in page.xpath("//*[@data-pir-listing]"):
            file = (demo_sites / "clients" / path).parent / box.get("data-pir-listing")
            text = file.read_text("utf-8")
            described = json.loads(text[text.index(",") + 1 : text.rindex(")")])
            values = {key: of_filter for key, _, of_filter in described["filters"]}
            for key in box.xpath(".//@data-filter"):
                menus += 1
                if len(values[key]) < 2:
                    single.append(f"{path}: {key}")
    assert menus > 50
    assert single == []


def test_the_start_page_offers_the_letter_and_no_home_of_the_provider_s_people(demo_sites: Path) -> None:
    for client in sorted((demo_sites / "clients").iterdir()):
        (homes,) = _read(client / "index.html").find_class("pir-homes")
        assert _text(homes) == "Or read the letter: Your last quarter", client.name
        assert homes.xpath(".//a/@href") == ["home/director.html"]
        assert [file.name for file in (client / "home").iterdir()] == ["director.html"]


def _clients_page(*reviews: Pir) -> str:
    client = Client(id="harbor-credit", name="Harbor Credit Union")
    return visible_words(render_pages(project_texts(client, *reviews))["clients/harbor-credit.html"])


def _review(number: int, audience: str = "client", actions: tuple[Action, ...] = (), released: bool = True) -> Pir:
    return Pir(
        id=f"PIR-2026-{number:04}",
        title="Mail stopped",
        client="harbor-credit",
        status="closed",
        audience=audience,
        actions=actions,
        release=Release(approved_by="vp-services", on=date(2026, 9, 1)) if released else None,
    )


def test_the_providers_page_of_a_client_says_why_the_client_may_see_other_figures() -> None:
    shown, inside = Action("A1", "Probe", audience="client"), Action("A2", "Hold a drill")
    said = "Harbor Credit Union may see different figures:"
    assert said not in _clients_page(_review(1, actions=(shown,)))
    assert f"{said} 1 review is not released to them." in _clients_page(_review(1), _review(2, released=False))
    assert f"{said} 2 reviews and 1 action or recommendation are not released to them." in _clients_page(
        _review(1, actions=(shown, inside)), _review(2, released=False), _review(3, "internal")
    )


def test_the_provider_is_told_of_what_waits_for_a_client_that_does_not_see_it() -> None:
    advice = (Recommendation(id="R1", title="Show the age", status="proposed", audience="client"),)
    lead = "1 thing waits for the client"
    shown = msgspec.structs.replace(_review(1), recommendations=advice)
    page = _clients_page(shown)
    assert f"{lead}." in page
    assert "does not see" not in page
    hidden = msgspec.structs.replace(_review(1, "internal"), recommendations=advice)
    page = _clients_page(hidden)
    assert f"{lead}; the client does not see it yet." in page
    assert "the client does not see this yet" in page
    # an action of its own is released with the review, and an internal one is not
    own = tuple(
        Action(f"A{n}", "Open the port", "open", owner="Harbor Credit Union", audience=who)
        for n, who in ((1, "client"), (2, "internal"))
    )
    page = _clients_page(_review(1, actions=own))
    assert "2 things wait for the client; the client does not see 1 of them yet." in page


def test_no_edition_of_a_client_speaks_of_other_figures(demo_sites: Path) -> None:
    assert [path for path, page in _pages(demo_sites) if "may see different figures" in _text(page)] == []


def _incident_pages(edition: str, *, released: bool) -> dict[str, str]:
    """The pages that show an incident of two hours whose review counts from one hour before its ticket."""
    client = Client(id="acme", name="Acme Ltd")
    release = Release(approved_by="vp-services", on=date(2026, 9, 1)) if released else None
    reviewed = review("PIR-1", "2026-08-03T07:00", "2026-08-03T10:00", audience="client", release=release)
    records = (client, reviewed) if edition == "internal" or released else (client,)
    ticket = incident("INC-1", "2026-08-03T08:00", "2026-08-03T10:00", pir="PIR-1", cause="")
    other = incident("INC-2", "2026-08-04T08:00", "2026-08-04T09:00", cause="")
    projection = project(*records, incidents=(ticket, other), edition=edition, as_of=date(2026, 10, 5))
    return {path: visible_words(html) for path, html in render_pages(projection).items()}


def test_where_a_client_sees_another_length_of_an_incident_the_provider_is_told_by_the_incident() -> None:
    inside, outside = (_incident_pages(edition, released=False) for edition in ("internal", "client:acme"))
    assert "3 h the client sees 2 h" in inside["incidents.html"]
    assert "Of the quarter they see what the tickets say: 2 h of INC-1." in inside["clients/acme.html"]
    (page,) = (words for path, words in inside.items() if path.startswith("pirs/") and path.endswith("PIR-1.html"))
    assert "once its release is approved; it sees what the ticket says of the incident: 2 h of INC-1." in page
    assert "Together they lasted 3 h." in outside["clients/acme.html"]
    inside, outside = (_incident_pages(edition, released=True) for edition in ("internal", "client:acme"))
    assert "the client sees" not in inside["incidents.html"]
    assert not any("what the ticket says" in words for words in inside.values())
    assert "Together they lasted 4 h." in outside["clients/acme.html"]


def test_a_client_is_never_told_that_a_cause_is_not_established() -> None:
    assert "the cause of 2 is not established" in _incident_pages("internal", released=True)["incidents.html"]
    for released in (True, False):
        pages = _incident_pages("client:acme", released=released)
        assert [path for path, words in pages.items() if re.search("not established|established cause", words)] == []
        # nor that it is the first: what it repeats may be withheld
        assert "none repeats" not in pages["incidents.html"]
    # nor that an incident has no review: it may not be released
    grave = incident("INC-1", "2026-08-03T08:00", severity="SEV-1")
    other = incident("INC-2", "2026-08-04T08:00", pir="PIR-1")
    for edition in ("internal", "client:acme"):
        projection = project(review("PIR-1", "2026-08-04T08:00"), incidents=[grave, other], edition=edition)
        offered = "SEV-1 without a review" in render_pages(projection)["incidents.html"]
        assert offered == (edition == "internal")
    assert (
        "2 incidents; you see the review of 1 of them."
        in _incident_pages("client:acme", released=True)["incidents.html"]
    )


def test_no_published_edition_of_a_client_calls_a_withheld_cause_not_established(demo_sites: Path) -> None:
    for client in (demo_sites / "clients").iterdir():
        lists = [client / "incidents.html", *client.glob("lists/incidents-*")]
        assert [path for path in lists if "not established" in path.read_text("utf-8")] == []


def test_an_incident_without_a_review_is_named_by_its_service_and_its_ticket() -> None:
    pages = _incident_pages("client:acme", released=True)
    letter = pages["home/director.html"]
    assert "Incident on Mail, INC-2" in letter
    assert "Mail" in pages["incidents.html"].partition("INC-2")[2]


def test_the_services_of_a_client_name_those_of_its_tickets_that_no_review_names() -> None:
    tickets = [incident("INC-1", "2026-08-03T08:00", service="mail-gateway"), incident("INC-2", "2026-08-04T08:00")]
    records = (Service(id="mail", name="Mail"), review("PIR-1", "2026-08-04T08:00"))
    said = "1 service. You see no review yet of the incidents on Mail gateway."
    for edition in ("internal", "client:acme"):
        projection = project(*records, incidents=tickets, edition=edition)
        assert (said in visible_words(render_pages(projection)["services.html"])) == (edition != "internal")
    known = project(*records, incidents=tickets[1:], edition="client:acme")
    assert "You see no review" not in render_pages(known)["services.html"]


def test_a_problem_whose_status_is_withheld_shows_none() -> None:
    fixed = ProblemRecord(id="PRB-0001", title="Dumps are empty", known_error="The dump is of another version.")
    page = render_pages(project(fixed, edition="client:acme"))
    words = [visible_words(page[path]) for path in ("problems.html", "problems/PRB-0001.html")]
    assert [one for one in words if re.search(r"Known error(?!s)", one)] == []
    known = msgspec.structs.replace(fixed, status="known-error")
    assert "Known error" in visible_words(render_pages(project(known))["problems/PRB-0001.html"])


def test_no_cause_without_an_incident_is_among_those_that_come_back() -> None:
    cause, other = Cause(id="change/cert", name="Certificate"), Cause(id="data/input", name="Odd input")
    ticket = incident("INC-1", "2026-08-03T08:00", "2026-08-03T10:00", cause="")
    pages = render_pages(project(cause, other, incidents=[ticket], edition="client:acme"))
    assert "No review that you see names a cause yet." in visible_words(pages["recurring.html"])
    ticket = msgspec.structs.replace(ticket, cause="change/cert")
    page = visible_words(
        render_pages(project(cause, other, incidents=[ticket], edition="client:acme"))["recurring.html"]
    )
    assert ("Certificate" in page, "Odd input" in page) == (True, False)


def test_a_client_is_told_that_its_figures_of_causes_count_the_incidents_whose_review_it_sees() -> None:
    causes = [Cause(id="change/cert", name="Certificate"), Cause(id="data/input", name="Odd input")]
    tickets = [incident(f"INC-{n}", f"2026-08-0{n}T08:00", cause="") for n in range(1, 6)]
    tickets[0] = msgspec.structs.replace(tickets[0], pir="PIR-1")
    records = (*causes, review("PIR-1", "2026-08-01T08:00", trigger="change/cert"))
    said = "Only incidents with a review that you see are counted: 1 of your 5."
    for edition in ("internal", "client:acme"):
        projection = project(*records, incidents=tickets, edition=edition)
        pages = render_pages(projection)
        assert (said in pages["recurring.html"], said in pages["causes.html"]) == ((edition != "internal"),) * 2
        assert "2 causes in 2 families, 1 of them with an incident." in pages["causes.html"]
    shown = msgspec.structs.replace(projection, client_fields={"incident": {"cause": True}})
    assert said not in render_pages(shown)["causes.html"]


def test_no_page_says_that_what_is_withheld_is_not_recorded(demo_sites: Path) -> None:
    assert [path for path, page in _pages(demo_sites) if "not recorded" in _text(page)] == []


def test_an_incident_without_an_end_is_still_open_unless_the_end_is_not_shown() -> None:
    client = Client(id="acme", name="Acme Ltd")
    ticket = incident("INC-9", "2026-09-03T08:00", cause="")
    shown = project(client, incidents=[ticket], edition="client:acme")
    assert "INC-9 still open" in visible_words(render_pages(shown)["incidents.html"])
    hidden = msgspec.structs.replace(shown, client_fields={"incident": {"resolved": False}})
    assert "still open" not in visible_words(render_pages(hidden)["incidents.html"])
    over = review("PIR-9", "2026-09-03T08:00", "2026-09-03T09:00")
    reviewed = project(client, over, incidents=[msgspec.structs.replace(ticket, pir="PIR-9")])
    assert "still open" not in visible_words(render_pages(reviewed)["incidents.html"])


def test_the_length_of_the_incidents_of_a_quarter_says_that_it_is_without_those_still_open() -> None:
    tickets = [incident("INC-8", "2026-09-03T08:00", "2026-09-03T10:00"), incident("INC-9", "2026-09-29T08:00")]
    for edition in ("internal", "client:acme"):
        said = []
        for some in (tickets, tickets[:1], tickets[1:]):
            pages = render_pages(
                project(
                    Client(id="acme", name="Acme Ltd"),
                    review("PIR-9", "2025-09-03T08:00"),
                    incidents=some,
                    edition=edition,
                    as_of=date(2026, 10, 5),
                )
            )
            said.append(visible_words(pages["clients/acme.html"]))
        assert "Together they lasted 2 h, without 1 that is still open." in said[0]
        assert "It lasted 2 h." in said[1]
        assert "It is still open." in said[2]


def test_a_latest_lesson_says_by_which_incident_it_is_so() -> None:
    lesson = Lesson(id="LL-3", title="Probe", learned_from=("PIR-1", "PIR-2"))
    sources = (review("PIR-1", "2024-01-31T08:00"), review("PIR-2", "2026-08-25T08:00"))
    home = visible_words(render_pages(project(lesson, *sources))["index.html"])
    assert "Latest lessons by the newest incident" in home
    assert "Probe 25 Aug 2026" in home.partition("Latest lessons by")[2]
