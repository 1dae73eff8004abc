"""Lists in the forms in which they leave: tables, calendars and feeds, with ids that stay and nothing withheld."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar
from msgspec.structs import replace

from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.exchange.exporting import export_tables
from mkdocs_pir.exchange.exporting.atom import MOST_ENTRIES
from mkdocs_pir.exchange.exporting.export_tables import stands_since
from mkdocs_pir.exchange.exporting.feeds import feeds, with_items
from mkdocs_pir.exchange.exporting.forms import FORMS
from mkdocs_pir.exchange.exporting.published import published
from mkdocs_pir.insight.action_items import items
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.insight.selection import Selection
from mkdocs_pir.kb.model import Action, Incident, Organisation, Pir, Record, Section
from mkdocs_pir.site.urls import path_of

AS_OF = date(2026, 9, 30)
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def action(id_: str, status: str = "open", **fields: object) -> Action:
    base: dict[str, object] = {"title": f"Do {id_}", "owner": "network team", "created": date(2026, 7, 1)}
    return Action(id=id_, status=status, **{**base, **fields})  # type: ignore[arg-type]


OVERDUE = action("A1", title="=SUM(A1) <b>& co", due=date(2026, 9, 20), done_when="it works.")
SOON = action("A2", due=date(2026, 10, 5), owner="Network-Team", type="detect", priority="high")
DONE = action("A3", "done", due=date(2026, 9, 1), completed=date(2026, 8, 30))
UNDATED = action("A4", owner="core network team", causes=("change/cert",))


def project(*actions: Action, edition: str = "internal", as_of: date = AS_OF) -> Projection:
    pir = Pir(id="PIR-2026-0001", title="Mail stood still", client="acme", services=("mail",), actions=actions)
    records: dict[str, dict[str, Record]] = {"pir": {pir.id: pir}}
    opened = Incident("INC-1", datetime(2026, 9, 1, 2, 10, tzinfo=UTC), "acme", "mail", "SEV-2")
    return Projection(
        Edition.parse(edition), as_of, "Test", records, (opened,), organisation=Organisation(name="Larkfield")
    )


ALL = (OVERDUE, SOON, DONE, UNDATED)


def written(projection: Projection, form: str, path: str = "data/actions/all.xml", address: str = "") -> str:
    return FORMS[form](
        export_tables.actions(projection, path_of, Insight(projection).action_items), projection, path, address
    )


def test_a_table_is_neutral_to_spreadsheets_and_the_same_as_the_json() -> None:
    projection = project(*ALL)
    rows = list(csv.DictReader(io.StringIO(written(projection, "csv"))))
    same = json.loads(written(projection, "json"))
    assert [row["id"] for row in rows] == [row["id"] for row in same] == [
        "PIR-2026-0001-A1", "PIR-2026-0001-A2", "PIR-2026-0001-A4", "PIR-2026-0001-A3",
    ]  # fmt: skip
    assert rows[0]["title"] == "'=SUM(A1) <b>& co"
    assert same[0]["title"] == "=SUM(A1) <b>& co"
    assert (rows[0]["days_late"], same[0]["days_late"], same[2]["due"]) == ("10", 10, None)
    assert same[0]["url"] == "pirs/2026/PIR-2026-0001.html#A1"


def test_a_client_gets_no_column_that_stays_inside() -> None:
    inside = json.loads(written(project(*ALL), "json"))[0]
    outside = json.loads(written(project(*ALL, edition="client:acme"), "json"))[0]
    assert set(inside) - set(outside) == {"owner", "priority", "verified", "done_when", "tracker", "causes"}


def test_the_calendar_holds_what_is_open_and_due_under_ids_that_stay() -> None:
    calendar = Calendar.from_ical(written(project(*ALL), "ics"))
    events = {str(e["summary"]): e for e in calendar.walk("VEVENT")}
    assert set(events) == {"Due: =SUM(A1) <b>& co", "Due: Do A2"}  # A3 is done, A4 has no due date
    assert events["Due: Do A2"].decoded("dtstart") == date(2026, 10, 5)
    assert events["Due: Do A2"].decoded("dtend") == date(2026, 10, 6)
    todos = {str(t["summary"]): t for t in calendar.walk("VTODO")}
    assert todos["Due: Do A2"].decoded("due") == date(2026, 10, 5)
    later = Calendar.from_ical(written(project(*ALL, edition="client:acme", as_of=date(2026, 10, 1)), "ics"))
    uids = {str(c["summary"]): str(c["uid"]) for c in calendar.walk("VEVENT")}
    assert {str(c["summary"]): str(c["uid"]) for c in later.walk("VEVENT")} == uids
    every = [str(c["uid"]) for c in calendar.walk() if "uid" in c]
    assert len(set(every)) == len(every) == 4
    assert all(c.decoded("dtstamp").date() == AS_OF for c in calendar.walk("VEVENT"))
    moved = project(OVERDUE, replace(SOON, due=date(2026, 12, 1)))
    assert uids["Due: Do A2"] in written(moved, "ics")


def test_a_feed_tells_since_when_each_action_stands_as_it_does() -> None:
    feed = ET.fromstring(written(project(*ALL), "atom"))
    assert feed.findtext("a:updated", namespaces=ATOM) == "2026-09-30T00:00:00Z"
    entries = {e.findtext("a:title", namespaces=ATOM): e for e in feed.findall("a:entry", ATOM)}
    assert {title: e.findtext("a:updated", namespaces=ATOM)[:10] for title, e in entries.items()} == {
        "Overdue: =SUM(A1) <b>& co": "2026-09-21",  # the day after its due date
        "Due within 14 days: Do A2": "2026-09-21",  # 14 days before its due date
        "Done, not yet verified: Do A3": "2026-08-30",
        "Open: Do A4": "2026-07-01",
    }
    href = entries["Open: Do A4"].find("a:link", ATOM).get("href")
    assert href == "../../pirs/2026/PIR-2026-0001.html#A4"
    there = ET.fromstring(written(project(*ALL), "atom", address="https://kb.example/"))
    assert there.find("a:entry/a:link", ATOM).get("href").startswith("https://kb.example/pirs/2026/")
    assert there.find("a:link", ATOM).get("href") == "https://kb.example/data/actions/all.xml"
    ids = [e.findtext("a:id", namespaces=ATOM) for e in feed.findall("a:entry", ATOM)]
    tomorrow = ET.fromstring(written(project(*ALL, as_of=date(2026, 10, 7)), "atom"))
    assert sorted(ids) == sorted(e.findtext("a:id", namespaces=ATOM) for e in tomorrow.findall("a:entry", ATOM))
    assert len(set(ids)) == 4


def test_a_feed_holds_the_newest_entries_and_the_lists_beside_it_hold_all() -> None:
    first = date(2026, 1, 1)
    projection = project(*(action(f"A{n}", created=first + timedelta(days=n % 200)) for n in range(MOST_ENTRIES + 50)))
    entries = ET.fromstring(written(projection, "atom")).findall("a:entry", ATOM)
    days = [entry.findtext("a:updated", namespaces=ATOM)[:10] for entry in entries]
    every = sorted(((first + timedelta(days=n)).isoformat() for n in range(MOST_ENTRIES + 50)), reverse=True)
    assert days == every[:MOST_ENTRIES]
    rows = list(csv.DictReader(io.StringIO(written(projection, "csv"))))
    assert len(rows) == len(json.loads(written(projection, "json"))) == MOST_ENTRIES + 50


def test_json_has_one_row_a_line() -> None:
    lines = written(project(*ALL), "json").splitlines()
    assert (lines[0], lines[-1]) == ("[", "]")
    assert [json.loads(line.rstrip(","))["id"][-2:] for line in lines[1:-1]] == ["A1", "A2", "A4", "A3"]
    assert json.loads(written(project(), "json")) == []


def test_a_site_has_the_text_of_a_record_on_its_page_alone_and_all_other_fields_as_data() -> None:
    projection = project(DONE)
    text = {"preamble": "Before all.", "sections": (Section("Summary", "The disk was full."),)}
    projection.pirs["PIR-2026-0001"] = replace(projection.pirs["PIR-2026-0001"], **text)
    insight = Insight(projection)
    files = {file.path: file for file in published(insight, feeds(projection, insight.action_items), path_of)}
    here = json.loads(files["data/records.json"].make())[0]
    whole = json.loads(FORMS["json"](export_tables.records(projection, path_of), projection, "", ""))[0]
    assert whole["sections"] == [{"title": "Summary", "text": "The disk was full."}]
    assert here == {name: value for name, value in whole.items() if name not in text}


def test_only_lists_of_what_can_be_due_have_a_calendar() -> None:
    paths = {feed.stem: set(feed.paths) for feed in feeds(project(*ALL), items(project(*ALL)))}
    assert {stem for stem, forms in paths.items() if "ics" not in forms} == {"done"}


def test_lists_of_a_part_are_for_calendars_and_feed_readers() -> None:
    forms = {feed.stem: set(feed.paths) for feed in feeds(project(*ALL), items(project(*ALL))) if feed.stem != "done"}
    assert forms.pop("all") == forms.pop("waiting") == {"csv", "json", "ics", "atom"}
    assert len(forms) > 5
    assert all(part == {"ics", "atom"} for part in forms.values())


def test_what_xml_cannot_hold_is_left_out_of_a_feed() -> None:
    assert "Do \ufffetwo" not in written(project(action("A1", title="Do \ufffe\x0btwo")), "atom")
    ET.fromstring(written(project(action("A1", title="Do \ufffe\x0btwo")), "atom"))


def test_no_action_stands_since_after_the_day_of_the_figures() -> None:
    for item in items(project(*ALL, action("A9", "verified", completed=date(2026, 10, 2), verified=date(2026, 10, 3)))):
        assert stands_since(item, AS_OF) <= AS_OF


def test_each_owner_has_a_feed_of_its_own_even_where_two_names_make_one_file_name() -> None:
    found = items(project(*ALL))
    owners = {f.value: f for f in feeds(project(*ALL), found) if f.filter == "owner"}
    assert {f.stem for f in owners.values()} == {
        "owner-network-team",
        "owner-network-team-2",
        "owner-core-network-team",
    }
    [(_, of_team)] = with_items([owners["network team"]], found)
    assert [i.action.id for i in of_team] == ["A1"]  # A3 is done; A2 and A4 are of others
    outside = feeds(project(*ALL, edition="client:acme"), found)
    assert "client" not in {f.filter for f in outside}


def test_a_client_s_own_actions_are_called_its_own() -> None:
    its_own = [replace(one, by_client=True) for one in items(project(*ALL))]
    titles = {
        edition: {f.title for f in feeds(project(*ALL, edition=edition), its_own) if f.filter == "owner"}
        for edition in ("internal", "client:acme")
    }
    assert titles["client:acme"] == {"Open action items: yours"}
    assert "Open action items: network team" in titles["internal"]


def test_a_client_that_owns_actions_is_told_apart_from_what_is_open_for_it() -> None:
    own = [replace(one, action=replace(one.action, owner="acme")) for one in items(project(*ALL))]
    titles = [one.title for one in feeds(project(*ALL), own)]
    assert {"Open action items: acme", "Open action items: client acme"} <= set(titles)
    assert len(titles) == len(set(titles))


def test_an_address_stays_when_the_last_action_is_closed() -> None:
    def paths(one: Action) -> set[str]:
        insight = Insight(project(one))
        return {file.path for file in published(insight, feeds(insight.projection, insight.action_items), path_of)}

    assert paths(SOON) == paths(replace(SOON, status="done", completed=AS_OF))


def test_selections_narrow_down_by_each_property() -> None:
    found = items(project(*ALL))
    ids = lambda **what: {i.action.id for i in Selection(**what).of(found)}  # noqa: E731
    assert ids() == {"A1", "A2", "A3", "A4"}
    assert ids(owner="NETWORK team") == {"A1", "A3", "A4"}
    assert ids(waiting=True) == {"A1", "A2", "A4"}
    assert ids(state="due-soon") == {"A2"}
    assert ids(cause="change") == ids(cause="change/cert") == {"A4"}
    assert ids(cause="chang") == set()
    assert (ids(type="detect"), ids(priority="high")) == ({"A2"}, {"A2"})
    assert (ids(client="acme"), ids(service="dns")) == ({"A1", "A2", "A3", "A4"}, set())
