"""Search in a real browser: the second reader against the vectors, the page, the boxes; served and from disk."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from helpers.search_corpus import read_corpus
from helpers.search_page import ASK, address_parameters, open_search, result_titles, shown_result, wait_until

from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.statuses import STATUSES
from mkdocs_pir.search import analysis
from mkdocs_pir.search.index import build_index
from mkdocs_pir.search.query import SearchIndex
from mkdocs_pir.search.search_document import SearchDocument

pytestmark = pytest.mark.browser

ROOTS = "a tr fall creat oper agre siz hop hopp fail bl st yy ay sky happ relat depend s ss activ form electric adjust con pl ly tiss io eat"
ENDINGS = """s es ies ed ing ation ational tional enci anci izer bli alli entli eli ousli ization ator alism iveness fulness ousness
aliti iviti biliti logi icate ative alize iciti ical ful ness al ance ence er ic able ible ant ement ment ent ion ou ism ate iti
ous ive ize ll y e eed ied"""


@pytest.fixture(params=["served", "from disk"])
def root(request: pytest.FixtureRequest, site: Path, served: str) -> str:
    return served if request.param == "served" else site.as_uri() + "/"


def test_kinds_statuses_and_severities_have_the_words_and_colours_of_the_pages(page: Any, served: str) -> None:
    open_search(page, served + "search/index.html?kind=pir&kind=problem")
    chips = page.evaluate("""() => [...document.querySelectorAll(".pir-result .pir-chip")].map(
      (chip) => [chip.textContent, chip.className.replace("pir-chip pir-chip--", "")])""")
    shown = {tuple(chip) for chip in chips}
    kinds = {(KINDS[kind].label.capitalize(), "quiet") for kind in ("pir", "problem")}
    statuses = {(STATUSES[name].label, STATUSES[name].look) for name in ("closed", "known-error")}
    assert kinds | statuses | {("SEV-1", "sev-1")} <= shown


def test_the_scripts_add_one_name_to_a_page(page: Any, served: str) -> None:
    page.goto(served)
    added = page.evaluate("""() => {
      const frame = document.body.appendChild(document.createElement("iframe"));
      const usual = new Set(Object.keys(frame.contentWindow));
      return Object.keys(window).filter((name) => !usual.has(name));
    }""")
    assert [name for name in added if not name.isdigit()] == ["pir"]


def test_the_browser_reads_text_as_the_vectors_say(page: Any, served: str, vectors: Any) -> None:
    page.goto(served + "index.html")
    for vector in vectors["tokens"]:
        found = page.evaluate(
            "text => pir.read(text).map(t => [text.slice(t.start, t.end), t.whole, t.parts])", vector["text"]
        )
        assert found == vector["tokens"], vector["text"]


def test_the_browser_stems_as_lunr_does(page: Any, served: str, vectors: Any) -> None:
    page.goto(served + "index.html")
    roots = ROOTS.split()
    endings = ENDINGS.split()
    made = {first + middle + last for first in roots for middle in ["", *endings] for last in ["", *endings]}
    written = set(re.findall("[a-z]+", " ".join(read_corpus()["documents"][0].fields["lead"])))
    expected = {word: analysis.porter(word) for word in sorted(made | written | set(vectors["stems"]))}
    wrong = page.evaluate("stems => Object.keys(stems).filter(word => pir.porter(word) !== stems[word])", expected)
    assert wrong == []
    assert len(expected) > 50_000


def test_the_browser_ranks_as_the_vectors_say(page: Any, root: str, vectors: Any) -> None:
    page.goto(root + "index.html")
    results = page.evaluate(ASK, ["search/", vectors["queries"]])
    for query, result in zip(vectors["queries"], results, strict=True):
        assert shown_result(result) == query["expected"], query["text"]


def _index_in(folder: Path) -> None:
    corpus = read_corpus()
    folder.mkdir(exist_ok=True)
    for name, content in build_index(corpus["documents"], synonyms=corpus["synonyms"]).items():
        (folder / name).write_bytes(content)


def test_the_browser_ranks_shards_as_the_vectors_say(
    page: Any, site: Path, root: str, vectors: Any, in_shards: None
) -> None:
    _index_in(site / "shards")
    page.goto(root + "index.html")
    results = page.evaluate(ASK, ["shards/", vectors["queries"]])
    for query, result in zip(vectors["queries"], results, strict=True):
        assert shown_result(result) == query["expected"], query["text"]


@pytest.mark.parametrize(("text", "along"), [("expired certificate refused by the gateway\n", True), ("cer", False)])
def test_what_pasted_words_are_found_in_is_loaded_along_with_the_dictionary(
    page: Any, site: Path, served: str, in_shards: None, text: str, along: bool
) -> None:
    _index_in(site / "ahead")
    page.goto(served + "index.html")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2].partition("-")[0]))
    page.route("**/words-*.js", lambda route: None)  # never answered
    with page.expect_request(f"**/{'postings' if along else 'words'}-*.js"):
        page.evaluate("""async text => { (await pir.open("ahead/")).search(text); }""", text)
    page.wait_for_timeout(300)
    assert "words" in asked
    assert ("postings" in asked) is along


def test_any_text_is_answered(page: Any, served: str) -> None:
    page.goto(served + "index.html")
    texts = [
        "x" * 100_000,
        "deadlock " * 12_000,
        "a-" * 50_000,
        '{[("' * 25_000,
        "\ud800 \udfff",
        "\u0000\u001b[31m",
        "constructor __proto__ toString",
    ]
    results = page.evaluate(ASK, ["search/", [{"text": text} for text in texts]])
    assert [bool(result["hits"]) for result in results] == [False, True, False, False, False, False, False]


def test_the_page_shows_the_workaround_first_and_why_it_matched(page: Any, root: str) -> None:
    open_search(page, root + "search/index.html?q=connection+slots+reserved")
    first = page.locator(".pir-result").first
    lines = first.inner_text().split("\n")
    assert lines[0] == "Lesson"
    assert first.locator(".pir-result__todo").inner_text().startswith("Workaround Restart the oldest half")
    assert first.locator(".pir-result__why mark").all_inner_texts() == ["connection", "slots", "reserved"]
    assert "4 Mar 2026" in first.inner_text()
    assert "2 open actions" in first.inner_text()
    assert page.locator(".pir-search__status").inner_text() == "4 results, best first"


def test_several_pasted_lines_are_one_question(page: Any, root: str) -> None:
    open_search(page, root + "search/index.html")
    page.locator(".pir-search__input").fill("ERROR worker 7\nDeadlock found when trying to get lock\n\tat Pool.take")
    wait_until(page, "document.querySelector('.pir-result__link').textContent.startsWith('Known error')")
    assert result_titles(page)[0].startswith("Known error: workers keep connections")
    assert page.locator(".pir-search__input").evaluate("input => input.rows") == 3


def test_the_address_keeps_the_question_and_the_choices(page: Any, root: str) -> None:
    open_search(page, root + "search/index.html")
    page.locator(".pir-search__input").fill("certificate")
    page.locator(".pir-search-filter", has_text="Kind").get_by_text("Review").click()
    wait_until(page, "location.search.includes('kind=pir')")
    assert "q=certificate" in page.url
    again = open_search(page, page.url)
    assert again.locator(".pir-search__input").input_value() == "certificate"
    assert result_titles(again) == ["Gateway rejected partners after a certificate expired"]
    assert again.locator("input:checked").count() == 1


def test_filters_show_names_and_counts_and_narrow(page: Any, root: str) -> None:
    open_search(page, root + "search/index.html?q=connection")
    service = page.locator(".pir-search-filter", has_text="Service")
    assert service.locator("label").first.inner_text().split() == ["Payments", "API", "3"]
    page.get_by_role("checkbox", name="Core database").click()
    wait_until(page, "document.querySelectorAll('.pir-result').length === 1")
    page.get_by_role("button", name="Remove Service: Core database").click()
    wait_until(page, "document.querySelectorAll('.pir-result').length === 4")


def test_keys_move_through_the_results_and_open_them(page: Any, root: str) -> None:
    open_search(page, root + "search/index.html")
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.type("certificate")
    wait_until(page, "document.querySelectorAll('.pir-result').length === 2")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == result_titles(page)[1]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.keyboard.press("Escape")
    wait_until(page, "document.querySelectorAll('.pir-result').length === 12")
    assert page.locator(".pir-search__input").input_value() == ""
    page.keyboard.type("snapshot too old")
    wait_until(page, "document.querySelector('.pir-result__link')?.textContent.startsWith('Size the undo')")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/lessons/LL-0003.html")


def test_enter_in_the_field_keeps_the_results_and_opens_none(page: Any, root: str) -> None:
    open_search(page, root + "search/index.html?q=certificate")
    address, titles = page.url, result_titles(page)
    opened: list[str] = []
    page.on("framenavigated", lambda frame: opened.append(frame.url))
    page.locator(".pir-search__input").press("Enter")
    page.wait_for_timeout(300)
    assert (page.url, result_titles(page), opened) == (address, titles, [])
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"


def test_the_empty_page_helps(page: Any, root: str) -> None:
    open_search(page, root + "search/index.html")
    assert page.locator(".pir-search__status").inner_text() == "12 lessons, reviews, problems and causes, newest first"
    assert result_titles(page)[0].startswith("Cap the connection pool")
    assert page.locator(".pir-search-filter").count() == 7
    assert "Paste an alert as it is" in page.locator(".pir-search__notes").inner_text()


def test_nothing_found_says_what_to_do(page: Any, root: str) -> None:
    open_search(page, root + "search/index.html?q=certificate&service=core-db")
    assert page.locator(".pir-search__status").inner_text() == "No record matches."
    page.get_by_role("button", name="Search in every service").click()
    page.wait_for_selector(".pir-result")
    page.locator(".pir-search__input").fill("zanzibar certifcate ")
    wait_until(page, "document.body.innerText.includes('zanzibar')")
    notes = page.locator(".pir-search__notes").inner_text()
    assert "No record mentions “zanzibar”." in notes
    assert "Searched for certificate instead of “certifcate”" in notes


def test_a_word_that_only_a_synonym_answers_is_said_to_be_in_no_record(page: Any, root: str) -> None:
    open_search(page, root + "search/index.html?q=k8s+gateway")
    notes = page.locator(".pir-search__notes").inner_text()
    assert "No record mentions “k8s”; searched for kubernetes and the like instead." in notes
    assert result_titles(page)


def test_a_ticket_in_no_record_leads_first_to_the_list_of_incidents(page: Any, served: str) -> None:
    def with_incidents(route: Any) -> None:
        body = route.fetch().text().replace("data-base", 'data-incidents="incidents.html" data-base')
        route.fulfill(body=body, content_type="text/html")

    page.route("**/search/index.html*", with_incidents)
    open_search(page, served + "search/index.html?q=zanzibar+INC-46081")
    first, second = page.locator(".pir-search__note").all_inner_texts()
    assert first == (
        "No review, lesson, problem or cause mentions “INC-46081”. Look for INC-46081 in the list of incidents"
    )
    assert second == "No record mentions “zanzibar”."
    assert page.locator(".pir-search__status").inner_text() == "No results"
    link = page.get_by_role("link", name="Look for INC-46081 in the list of incidents")
    assert link.get_attribute("href") == "../incidents.html#words=INC-46081"


def test_filters_that_leave_nothing_offer_the_services_where_the_text_does_fit(page: Any, root: str) -> None:
    open_search(page, root + "search/index.html?q=certificate&service=core-db")
    page.locator(".pir-search__services button").first.wait_for()
    assert "Services that have matching records" in page.locator(".pir-search__help").inner_text()
    page.get_by_role("button", name="Payments API 2").click()
    wait_until(page, "document.querySelectorAll('.pir-result').length === 2")
    assert address_parameters(page) == {"q": ["certificate"], "service": ["payments-api"]}


def test_words_of_no_record_are_named_and_lead_to_the_services(page: Any, root: str) -> None:
    open_search(page, root + "search/index.html?q=zanzibar+qqqq")
    notes = page.locator(".pir-search__notes")
    page.locator(".pir-search__services button").first.wait_for()
    assert "No record mentions “zanzibar”, “qqqq”." in notes.inner_text()
    assert not page.get_by_role("button", name="Save this search").is_visible()
    assert page.locator(".pir-search__services button").first.inner_text() == "Payments API 6"
    page.get_by_role("button", name="Payments API 6").click()
    wait_until(page, "document.querySelectorAll('.pir-result').length === 6")
    assert address_parameters(page) == {"service": ["payments-api"]}


def test_back_undoes_a_choice(page: Any, root: str) -> None:
    open_search(page, root + "search/index.html?q=connection")
    page.get_by_role("checkbox", name="Core database").click()
    wait_until(page, "document.querySelectorAll('.pir-result').length === 1")
    page.go_back()
    wait_until(page, "document.querySelectorAll('.pir-result').length === 4")
    assert address_parameters(page) == {"q": ["connection"]}
    assert page.locator("input:checked").count() == 0


def test_escape_clears_the_text_and_then_the_filters(page: Any, root: str) -> None:
    open_search(page, root + "search/index.html?q=connection&service=core-db")
    page.locator(".pir-search__input").press("Escape")
    wait_until(page, "location.search === '?service=core-db'")
    page.locator(".pir-search__input").press("Escape")
    wait_until(page, "location.search === ''")
    wait_until(page, "document.querySelectorAll('.pir-result').length === 12")


def test_what_was_asked_is_remembered_here_and_can_be_cleared(page: Any, root: str) -> None:
    open_search(page, root + "search/index.html?q=certificate")
    assert page.locator(".pir-remembered").count() == 0
    page.locator(".pir-search__input").press("Enter")
    open_search(page, root + "search/index.html")
    recent = page.locator(".pir-remembered--recent")
    assert recent.get_by_role("link").all_inner_texts() == ["certificate"]
    recent.get_by_role("link").click()
    wait_until(page, "document.querySelectorAll('.pir-result').length === 2")
    assert page.locator(".pir-search__input").input_value() == "certificate"
    page.locator(".pir-search__input").press("Escape")
    page.get_by_role("button", name="Clear recent searches").click()
    assert page.locator(".pir-remembered").count() == 0
    assert page.evaluate("Object.keys(localStorage).filter(key => key.endsWith('recent')).length") == 0


def test_a_search_is_saved_with_its_filters_and_dropped_again(page: Any, root: str) -> None:
    open_search(page, root + "search/index.html?q=connection&service=core-db")
    page.get_by_role("button", name="Save this search").click()
    assert page.get_by_role("button", name="Saved").get_attribute("aria-pressed") == "true"
    open_search(page, root + "search/index.html")
    saved = page.locator(".pir-remembered--saved")
    assert saved.get_by_role("link").all_inner_texts() == ["connection · Service: Core database"]
    saved.get_by_role("link").click()
    wait_until(page, "document.querySelectorAll('.pir-result').length === 1")
    page.get_by_role("button", name="Saved").click()
    open_search(page, root + "search/index.html")
    assert page.locator(".pir-remembered--saved").count() == 0


def test_an_empty_box_offers_what_was_asked_before(page: Any, root: str) -> None:
    open_search(page, root + "search/index.html?q=certificate&severity=SEV-2")
    page.get_by_role("button", name="Save this search").click()
    page.goto(root + "index.html")
    page.locator("h1").click()
    page.keyboard.press("/")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/index.html?q=certificate&severity=SEV-2")


def test_a_text_too_long_for_an_address_arrives_whole_and_survives_a_reload(page: Any, root: str) -> None:
    long = "\n".join(f"line {n} connection" for n in range(300))
    open_search(page, root + "search/index.html")
    page.locator(".pir-search__input").fill(long)
    wait_until(page, "location.search.length > 1000")
    assert len(page.url) < 4000
    page.reload()
    wait_until(page, "document.querySelector('.pir-search__status')?.textContent")
    assert page.locator(".pir-search__input").input_value() == long


def test_results_are_announced_to_screen_readers(page: Any, served: str) -> None:
    open_search(page, served + "search/index.html?q=connection")
    assert page.get_by_role("search").count() == 1
    assert page.get_by_role("status").inner_text() == "4 results, best first"
    assert page.get_by_role("list", name="Results, best first").get_by_role("listitem").count() == 4
    assert page.get_by_role("group", name="Severity").count() == 0  # one value: nothing to choose
    assert page.get_by_role("group", name="Service").count() == 1
    assert page.get_by_role("textbox", name="What are you seeing?").count() == 1


def test_a_box_shows_the_best_results_and_leads_on(page: Any, root: str) -> None:
    page.goto(root + "index.html")
    assert page.evaluate("document.querySelectorAll('script[src*=manifest]').length") == 0
    box = page.locator(".pir-home-search").get_by_role("combobox")
    box.press_sequentially("certificate exp")
    option = page.locator(".pir-home-search").get_by_role("option").first
    option.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    box.press("ArrowDown")
    assert page.locator("[aria-selected=true]").get_attribute("id") == box.get_attribute("aria-activedescendant")
    box.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    box.fill("snapshot")
    option.wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/lessons/LL-0003.html")


def test_enter_in_a_box_opens_the_search_page(page: Any, root: str) -> None:
    page.goto(root + "index.html")
    box = page.locator(".pir-header-search").get_by_role("combobox")
    box.fill("deadlock & more")
    box.press("Enter")
    page.wait_for_url("**/search/index.html?q=deadlock**")
    page.wait_for_selector(".pir-result")
    assert page.locator(".pir-search__input").input_value() == "deadlock & more"


def test_lines_pasted_into_a_box_stay_lines(page: Any, root: str) -> None:
    page.goto(root + "index.html")
    box = page.locator(".pir-home-search").get_by_role("combobox")
    box.evaluate(
        """input => {
          const data = new DataTransfer();
          data.setData("text", "Deadlock found\\r\\n\\twhen trying\\n");
          input.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }"""
    )
    assert box.input_value() == "Deadlock found ↵ \twhen trying"
    page.locator(".pir-home-search").get_by_role("option").first.wait_for()
    box.press("Enter")
    page.wait_for_url("**/search/index.html?q=Deadlock**")
    assert page.locator(".pir-search__input").input_value() == "Deadlock found\n\twhen trying"


def test_commands_in_a_workaround_are_shown_as_code(page: Any, served: str) -> None:
    page.goto(served + "index.html")
    hit = {
        "id": "LL-1",
        "kind": "lesson",
        "title": "T",
        "url": "x.html",
        "why": [],
        "chips": {},
        "card": {"workaround": "Run `df -h <b>` first"},
    }
    item = "hit => { const item = pir.result(hit, '', {}).item; return [item.querySelector('.pir-result__todo').textContent, item.querySelector('code').textContent]; }"
    assert page.evaluate(item, hit) == ["Workaround Run df -h <b> first", "df -h <b>"]
    option = "hit => { const option = pir.suggestion(hit, {}); return [option.querySelector('.pir-suggestion__text').textContent, option.querySelector('code').textContent]; }"
    assert page.evaluate(option, hit) == ["Workaround: Run df -h <b> first", "df -h <b>"]


def test_a_workaround_that_matches_is_shown_once_with_its_words_marked(page: Any, served: str) -> None:
    page.goto(served + "index.html")
    text = "Restart `mail.gw (a)`, then restart the relay"
    why = [{"field": "workaround", "snippet": text.replace("`", ""), "marks": [[8, 19], [34, 37]]}]
    hit = {"id": "PRB-1", "kind": "problem", "title": "T", "url": "x.html", "why": why, "chips": {}}
    hit["card"] = {"workaround": text, "date": "2024-02-19"}
    lines, marks, opened = page.evaluate(
        """hit => { const item = pir.result(hit, "", {}).item;
          return [[...item.querySelectorAll("p")].map(one => one.textContent), [...item.querySelectorAll("mark")].map(one => one.textContent),
            item.querySelector(".pir-result__facts").textContent]; }""",
        hit,
    )
    assert [line for line in lines if "mail.gw (a)" in line] == [
        "Workaround Restart mail.gw (a), then restart the relay"
    ]
    assert marks == ["mail.gw (a)", "the"]
    assert "opened 19 Feb 2024" in opened


def test_advice_is_called_what_it_is_and_whose_it_is(page: Any, served: str) -> None:
    page.goto(served + "index.html")
    told = """cards => cards.map(card => pir.result({id: "X", kind: "pir", title: "T", url: "x.html", why: [], chips: {}, card}, "", {})
      .item.querySelector(".pir-result__todo").textContent)"""
    cards = [
        {"workaround": "W", "workaround_of": "PRB-1", "recommendation": "R"},
        {"recommendation": "R", "recommendation_of": "LL-1"},
        {"recommendation": "R"},
        {"definition": "D"},
    ]
    expected = ["Workaround of PRB-1 W", "Recommendation of LL-1 R", "Recommendation R", "Definition D"]
    assert page.evaluate(told, cards) == expected


def test_a_superseded_lesson_stands_below_its_successor_and_leads_there(page: Any, site: Path, root: str) -> None:
    def lesson(id: str, title: str, symptoms: str, superseded_by: str = "", **filters: Any) -> SearchDocument:
        return SearchDocument(
            id, "lesson", title, f"lessons/{id}.html", {"symptoms": (symptoms,)}, filters, {}, superseded_by
        )

    documents = [
        lesson("LL-1", "Renewals in a calendar", "certificate renewals", "LL-3", status=("superseded",)),
        lesson("LL-2", "Certificate renewals", "certificate", "LL-1"),
        lesson("LL-3", "Probe listeners", "handshake", status=("verified",)),
        lesson("LL-4", "Certificate chain", "handshake"),
        lesson("LL-5", "In a circle", "certificate", "LL-6"),
        lesson("LL-6", "In a circle", "certificate", "LL-5"),
    ]
    files = build_index(documents)
    index = SearchIndex.open(files)
    (site / "succession").mkdir(exist_ok=True)
    for name, content in files.items():
        (site / "succession" / name).write_bytes(content)
    page.goto(root + "index.html")
    queries = [
        {"text": text, "filters": filters}
        for text in ("certificate renewals ", "handshake ", "calendar ", "")
        for filters in ({}, {"status": ["superseded"]}, {"status": ["verified"]})
    ]
    for query, found in zip(queries, page.evaluate(ASK, ["succession/", queries]), strict=True):
        expected = index.search(query["text"], filters=query["filters"])
        assert [(hit["id"], hit["score"], [part["snippet"] for part in hit["why"]]) for hit in found["hits"]] == [
            (hit.id, hit.score, [part.snippet for part in hit.why]) for hit in expected.hits
        ], query
        assert found["total"] == expected.total
    harness = (site / "search" / "index.html").read_text("utf-8")
    harness = harness.replace('data-index="search/"', 'data-index="succession/"')
    (site / "search" / "succession.html").write_text(harness, "utf-8")
    (site / "lessons" / "LL-3.html").write_text("<!doctype html><meta charset=utf-8><title>LL-3</title>", "utf-8")
    open_search(page, root + "search/succession.html?q=calendar+")
    page.wait_for_selector(".pir-result")
    assert result_titles(page)[:2] == ["Probe listeners", "Renewals in a calendar"]
    assert "Replaces LL-1 Renewals in a calendar" in page.locator(".pir-result").first.inner_text()
    page.locator(".pir-result__newer").first.click()
    wait_until(page, "location.pathname.endsWith('/lessons/LL-3.html')")


def test_text_of_a_record_is_never_markup(page: Any, site: Path, served: str) -> None:
    evil = '<img src=x onerror="window.hacked=1">'
    folder = site / "evil"
    folder.mkdir(exist_ok=True)
    fields = {"symptoms": (evil,), "body": (evil,)}
    document = SearchDocument(
        "LL-9",
        "lesson",
        evil,
        "x.html",
        fields,
        {"service": (evil,)},
        {"workaround": evil, "status": evil, "severity": evil, "services": [evil]},
    )
    for name, content in build_index([document]).items():
        (folder / name).write_bytes(content)
    (site / "evil.html").write_text(
        (site / "search" / "index.html")
        .read_text("utf-8")
        .replace('data-base="../" data-index="search/"', 'data-base="" data-index="evil/"')
        .replace("../", ""),
        "utf-8",
    )
    open_search(page, served + "evil.html?q=onerror&service=" + "%3Cimg%20src=x%20onerror=1%3E")
    open_search(page, served + "evil.html?q=onerror")
    page.wait_for_selector(".pir-result")
    assert page.locator("#pir-search img").count() == 0
    assert page.evaluate("window.hacked") is None
    assert evil in page.locator(".pir-result").inner_text()


def test_a_phone_sees_everything_without_scrolling_sideways(page: Any, root: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_search(page, root + "search/index.html?q=connection")
    page.wait_for_selector(".pir-result")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not page.locator(".pir-search-filter").first.is_visible()
    page.get_by_role("button", name="Filters").click()
    assert page.locator(".pir-search-filter").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_shard_that_is_gone_is_explained(page: Any, site: Path, served: str) -> None:
    (site / "gone.html").write_text(
        (site / "search" / "index.html")
        .read_text("utf-8")
        .replace('data-index="search/"', 'data-index="gone/"')
        .replace("../", ""),
        "utf-8",
    )
    page.route("**/gone/**", lambda route: route.fulfill(status=200, body="", content_type="text/javascript"))
    open_search(page, served + "gone.html?q=x")
    assert "could not be loaded" in page.locator(".pir-search__status").inner_text()
