"""A superseded lesson stands below the lesson that replaced it, and leads to it even where only the old one fits."""

from dataclasses import replace

from mkdocs_pir.search.index import build_index
from mkdocs_pir.search.query import SearchIndex


def replaced(document, by):
    return replace(document, superseded_by=by)


def test_superseded_lesson_stands_below_its_successor(doc, ranked):
    old = replaced(doc("LL-1", title="Certificate renewals in a calendar", symptoms="certificate renewals"), "LL-2")
    new = doc("LL-2", title="Probe every listener", body="certificate renewals")
    other = doc("LL-3", title="Certificate chain incomplete")
    assert ranked([old, new, other], "certificate renewals ") == ["LL-2", "LL-1", "LL-3"]
    assert ranked([replaced(old, ""), new, other], "certificate renewals ") == ["LL-1", "LL-2", "LL-3"]


def test_words_of_the_old_lesson_lead_to_the_new_and_say_so(doc, find):
    old = replaced(doc("LL-1", title="Keep a calendar"), "LL-2")
    found = find([old, doc("LL-2", title="Probe every listener")], "calendar ").hits
    assert [hit.id for hit in found] == ["LL-2", "LL-1"]
    assert [(part.field, part.snippet) for part in found[0].why] == [("replaces", "LL-1 Keep a calendar")]
    assert found[1].as_json()["superseded_by"] == "LL-2"
    assert found[1].card["superseded_by"] == {"id": "LL-2", "title": "Probe every listener", "url": "lessons/LL-2.html"}


def test_a_line_of_lessons_stands_in_order_the_newest_first(doc, ranked):
    line = [replaced(doc(f"LL-{n}", title="A full disk"), f"LL-{n + 1}") for n in (1, 2, 3)]
    documents = [*line, doc("LL-4", title="Room on volumes"), doc("LL-0", title="A full disk")]
    assert ranked(documents, "full disk ") == ["LL-0", "LL-4", "LL-3", "LL-2", "LL-1"]


def test_without_words_too(doc, ranked):
    old = replaced(doc("LL-1", card={"date": "2026-05-01"}), "LL-2")
    newer = doc("LL-3", card={"date": "2026-04-01"})
    assert ranked([old, doc("LL-2", card={"date": "2024-01-01"}), newer], "") == ["LL-2", "LL-1", "LL-3"]


def test_a_successor_that_is_not_there_or_that_goes_in_a_circle_changes_nothing(doc, ranked):
    lost = replaced(doc("LL-1", title="A full disk"), "LL-9")
    circle = [replaced(doc("LL-2", title="A full disk"), "LL-3"), replaced(doc("LL-3", title="Disk"), "LL-2")]
    assert ranked([lost, *circle], "full disk ") == ["LL-1", "LL-2", "LL-3"]
    files = build_index([lost])
    assert "superseded_by" not in SearchIndex.open(files).search("disk ").hits[0].card


def test_a_filter_that_leaves_the_successor_out_leaves_the_old_lesson_where_it_fits(doc, find):
    old = replaced(doc("LL-1", title="A full disk", filters={"status": ("superseded",)}), "LL-2")
    new = doc("LL-2", title="Volumes", filters={"status": ("verified",)})
    assert [hit.id for hit in find([old, new], "disk ", filters={"status": ["superseded"]}).hits] == ["LL-1"]
