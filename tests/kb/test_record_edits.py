"""Edits of front matter: what they name changes, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from helpers.changed_files import LESSON, PAGE, REVIEW
from helpers.typed_records import DAY, LESSONS, REVIEWS, TEXT, WORDS, written
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.kb.formatting import formatted
from mkdocs_pir.kb.problem import ProblemError
from mkdocs_pir.kb.record_edits import Append, Edit, EditError, Remove, Set, edited, plain
from mkdocs_pir.kb.record_files import read_record

BODY = "\n## Lesson\n\nTwo spaces  \nbreak a line.\t\n"

CASES: Sequence[tuple[str, str, Sequence[Edit], str]] = (
    ("a value beside a comment", "status: draft   # why\n", [Set(("status",), "validated")], "status: validated   # why\n"),
    ("a field where the schema has it", "id: L\n# of tags\ntags: [a]\n", [Set(("title",), "T")], "id: L\ntitle: T\n# of tags\ntags: [a]\n"),
    ("the first field", "# why\ntitle: T\n", [Set(("id",), "L")], "# why\nid: L\ntitle: T\n"),
    ("a field of no template goes last", "id: L\n", [Set(("x-a",), {"b": "c"})], "id: L\nx-a: {b: c}\n"),
    ("quotes where other readers need them", "id: L\n", [Set(("title",), "404")], 'id: L\ntitle: "404"\n'),
    ("quotes where a text has a colon", "id: L\n", [Set(("title",), "a: b # c")], 'id: L\ntitle: "a: b # c"\n'),
    ("several lines below the field", "id: L\n", [Set(("lesson",), "a\n\nb")], "id: L\nlesson: |-\n  a\n\n  b\n"),
    ("a text of several lines gives way to a short one", "lesson: |-  # long\n  a\n  b\nid: L\n", [Set(("lesson",), "c")], "lesson: c  # long\nid: L\n"),
    ("a short text gives way to several lines", "lesson: c  # short\nid: L\n", [Set(("lesson",), "a\nb")], "lesson: |-  # short\n  a\n  b\nid: L\n"),
    ("an empty field is filled", "id: L\ntitle:  # later\nstatus: draft\n", [Set(("title",), "T")], "id: L\ntitle: T  # later\nstatus: draft\n"),
    ("an item at the end of brackets", "tags: [a, b]  # c\n", [Append(("tags",), "x, y")], 'tags: [a, b, "x, y"]  # c\n'),
    ("an item at the end of lines", "tags:\n- a\n- b  # c\n", [Append(("tags",), "d")], "tags:\n- a\n- b  # c\n- d\n"),
    ("a list begins with its first item", "id: L\n", [Append(("tags",), "a")], "id: L\ntags: [a]\n"),
    ("an item is removed by its text", "tags:\n  - a  # gone\n  # stays\n  - b\n", [Remove(("tags", "a"))], "tags:\n  # stays\n  - b\n"),
    ("an item is removed from brackets", "tags: [a, b, c]\n", [Remove(("tags", "a")), Remove(("tags", "c"))], "tags: [b]\n"),
    ("the last item takes its list along", "id: L\ntags: [a]\n", [Remove(("tags", "a"))], "id: L\n"),
    ("the blank lines above the last field go with it", "id: L\n\n\ntags: [a]\n", [Remove(("tags",))], "id: L\n"),
    ("the blank line above another field stays", "id: L\n\ntags: [a]\nx-a: b\n", [Remove(("tags",))], "id: L\n\nx-a: b\n"),
    ("what is not there needs no removal", "id: L\n", [Remove(("tags", "a")), Remove(("release", "on"))], "id: L\n"),
    ("a field within braces, in order", "release: {on: 2026-01-01}\n", [Set(("release", "approved_by"), "a b")], "release: {approved_by: a b, on: 2026-01-01}\n"),
    ("a mapping that did not exist", "id: L\n", [Set(("release", "on"), "2026-01-01")], "id: L\nrelease: {on: 2026-01-01}\n"),
    ("of a list only what differs", "tags:\n  - a  # one\n  - b\n", [Set(("tags",), ["a", "c"])], "tags:\n  - a  # one\n  - c\n"),
    ("the same value stays as it is typed", "title: 'T'\n", [Set(("title",), "T")], "title: 'T'\n"),
)  # fmt: skip


@pytest.mark.parametrize(("before", "edits", "after"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_only_what_an_edit_names_changes(before: str, edits: Sequence[Edit], after: str, end: str) -> None:
    raw, wanted = (f"---\n{fields}---\n{BODY}".replace("\n", end).encode() for fields in (before, after))
    assert edited(LESSON, raw, edits) == wanted
    assert edited(LESSON, b"\xef\xbb\xbf" + raw, edits) == b"\xef\xbb\xbf" + wanted


ACTIONS = """actions:
  # the first
  - id: A1
    title: Probe every listener
    status: open  # soon
    # until May
  - {id: A2, status: open}
tags: [a]
"""


@pytest.mark.parametrize(
    ("edits", "after"),
    [
        (
            [Set(("actions", "A1", "status"), "done"), Set(("actions", "A1", "completed"), "2026-01-05")],
            ACTIONS.replace("status: open  # soon", "status: done  # soon\n    completed: 2026-01-05"),
        ),
        ([Set(("actions", "A2", "due"), "2026-01-05")], ACTIONS.replace("{id: A2, ", "{id: A2, due: 2026-01-05, ")),
        (
            [Append(("actions",), {"id": "A3", "status": "open"})],
            ACTIONS.replace("tags", "  - {id: A3, status: open}\ntags"),
        ),
        (
            [Set(("actions", "A1", "note"), "one\n\ntwo")],
            ACTIONS.replace("# soon\n", "# soon\n    note: |-\n      one\n\n      two\n"),
        ),
        ([Remove(("actions", "A1")), Remove(("actions", "A2"))], "tags: [a]\n"),
        ([Remove(("actions", "A1", "id"))], ACTIONS.replace("- id: A1\n    title", "- title")),
    ],
)
def test_one_item_of_a_list_is_changed_by_its_id(edits: Sequence[Edit], after: str) -> None:
    assert edited(REVIEW, f"---\n{ACTIONS}---\n".encode(), edits).decode() == f"---\n{after}---\n"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (Set(("actions", "A9", "status"), "done"), "there is no 'actions.A9'"),
        (Set(("actions", 7), "done"), "there is no 'actions.7'"),
        (Set(("tags", "b", "c"), "done"), "there is no 'tags.b'"),
        (Set(("tags", "a", "c"), "done"), "'tags.a' is a single value"),
        (Append(("actions", "A1"), "done"), "'actions.A1' is not a list"),
    ],
)
def test_an_edit_that_cannot_be_made_is_refused(edit: Edit, message: str) -> None:
    with pytest.raises(EditError) as refused:
        edited(REVIEW, f"---\n{ACTIONS}---\n".encode(), [edit])
    assert str(refused.value) == message


def test_an_edit_that_would_cost_a_comment_is_refused() -> None:
    raw = b"---\nactions:\n  - id: A1  # the first\n    status: open\n---\n"
    with pytest.raises(EditError, match="a comment in the front matter would be lost"):
        edited(REVIEW, raw, [Set(("actions", 0), "done")])


def test_a_field_that_is_written_in_an_odd_way_is_left_to_an_editor() -> None:
    raw = b"---\n? title\n: A\nid: L\n---\n"
    with pytest.raises(EditError, match="change it in an editor"):
        edited(LESSON, raw, [Set(("title",), "B")])
    assert edited(LESSON, raw, [Set(("status",), "draft")]) == raw.replace(b"id: L\n", b"id: L\nstatus: draft\n")


def test_a_page_without_fields_gets_them() -> None:
    assert edited(PAGE, b"Stay calm.\n", [Set(("title",), "Calm")]) == b"---\ntitle: Calm\n---\nStay calm.\n"


def test_the_line_ends_of_a_mixed_file_stay() -> None:
    raw = b"---\r\nid: L\ntitle: T\r\nstatus: draft\n---\r\n\nText\r\n"
    assert edited(LESSON, raw, [Set(("title",), "U")]) == raw.replace(b"title: T\r\n", b"title: U\r\n")


EDITS: dict[str, st.SearchStrategy[Any]] = {
    "title": TEXT,
    "status": st.just("validated"),
    "tags": WORDS,
    "lesson": TEXT,
    "validated_on": DAY,
    "release": st.fixed_dictionaries({"approved_by": TEXT, "on": DAY}),
    "x-note": TEXT | WORDS,
}
REVIEW_EDITS: dict[str, st.SearchStrategy[Any]] = {
    "title": TEXT,
    "client": st.just("acme"),
    "impact": st.fixed_dictionaries({"users": st.integers(0, 500), "summary": TEXT}),
    "tags": WORDS,
    "initiated": st.fixed_dictionaries({"by": st.just("client"), "on": DAY}, optional={"reason": TEXT}),
}


@pytest.mark.parametrize(
    ("path", "records", "fields"),
    [("lessons/LL-0002.md", LESSONS, EDITS), (REVIEW, REVIEWS, REVIEW_EDITS)],
    ids=["lesson", "review"],
)
@given(data=st.data())
def test_any_edit_of_any_record_changes_what_it_names_and_keeps_the_comments(
    path: str,
    records: st.SearchStrategy[dict[str, object]],
    fields: dict[str, st.SearchStrategy[Any]],
    data: st.DataObject,
) -> None:
    _, typed, comments = data.draw(written(records))
    raw = f"---\n{typed}---\n{BODY}".encode()
    try:
        before, _ = read_record(path, raw)
    except ProblemError:
        return
    name = data.draw(st.sampled_from(sorted(fields)))
    value = data.draw(fields[name])
    try:
        new = edited(path, raw, [Set((name,), value)])
    except EditError as error:
        raise AssertionError(f"{error}: {name} = {value!r}\n{typed}") from None
    after, _ = read_record(path, new)
    expected = {**before.data, name: json.loads(json.dumps(value))}
    if value == []:
        del expected[name]
    if name == "x-note":
        expected |= {name: value} if value else {}
    assert after.data == expected
    assert after.body == before.body
    text = new.decode()
    lost = [comment for comment in comments if comment not in text]
    assert not lost or value == []
    # once more changes nothing
    assert edited(path, new, [Set((name,), value)]) == new


@pytest.mark.parametrize(
    ("path", "records"), [("lessons/LL-0002.md", LESSONS), (REVIEW, REVIEWS)], ids=["lesson", "review"]
)
@given(data=st.data())
def test_a_formatted_record_stays_formatted(
    path: str, records: st.SearchStrategy[dict[str, object]], data: st.DataObject
) -> None:
    _, typed, _ = data.draw(written(records))
    try:
        raw = formatted(path, f"---\n{typed}---\n{BODY}".encode())
    except ProblemError:
        return
    fields = EDITS if path.startswith("lessons") else REVIEW_EDITS
    name = data.draw(st.sampled_from(sorted(fields)))
    new = edited(path, raw, [Set((name,), data.draw(fields[name]))])
    if not [p for p in read_record(path, new)[1] if p.severity == "error"]:
        assert formatted(path, new) == new


@pytest.mark.parametrize(
    ("path", "records"), [("lessons/LL-0002.md", LESSONS), (REVIEW, REVIEWS)], ids=["lesson", "review"]
)
@given(data=st.data())
def test_a_record_becomes_any_other_one(
    path: str, records: st.SearchStrategy[dict[str, object]], data: st.DataObject
) -> None:
    _, typed, _ = data.draw(written(records))
    raw = f"---\n{typed}---\n{BODY}".encode()
    wanted = data.draw(records)
    try:
        before, problems = read_record(path, raw)
    except ProblemError:
        return
    if problems:
        return
    edits = [Set((name,), wanted.get(name)) for name in dict.fromkeys((*before.data, *wanted))]
    try:
        after, _ = read_record(path, edited(path, raw, edits))
    except EditError as error:
        # a list in another order, or a field that goes, may have comments
        message = str(error)
    else:
        left_out = ("times", "x-allow")
        assert {k: v for k, v in plain(after.data).items() if k not in left_out} == {
            k: v for k, v in plain(wanted).items() if k not in left_out
        }
        return
    assert "comment" in message
