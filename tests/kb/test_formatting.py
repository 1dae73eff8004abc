"""The one form of front matter: the same values, comments and body as before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.changed_files import LESSON, PAGE, REVIEW
from helpers.damaged_files import damaged
from helpers.knowledge_base import FILES
from helpers.typed_records import LESSONS, REVIEWS, written
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.kb.formatting import arranged, formatted, says_the_same
from mkdocs_pir.kb.frontmatter import load_yaml
from mkdocs_pir.kb.problem import ProblemError
from mkdocs_pir.kb.record_files import read_record

Case = tuple[str, str, str, str]
"""What it is about, the kind of record, the fields as typed, the fields as formatted."""

CASES: tuple[Case, ...] = (
    ("fields in the order of the schema", "lesson", "status: draft\ntitle: A\nid: L\n", "id: L\ntitle: A\nstatus: draft\n"),
    ("notes of your own last, in their order", "lesson", "x-b: 1\nx-a: 2\nid: L\n", "id: L\nx-b: 1\nx-a: 2\n"),
    ("fields in braces in order", "lesson", "release: {on: 2026-01-01, approved_by: a}\n", "release: {approved_by: a, on: 2026-01-01}\n"),
    ("fields in braces over two lines in order", "pir", "actions:\n  - {owner: b,\n     id: A1}\n", "actions:\n  - {id: A1,\n     owner: b}\n"),
    ("fields of an action in order, the dash first", "pir", "actions:\n  - owner: b\n    id: A1\n", "actions:\n  - id: A1\n    owner: b\n"),
    ("a list within a list", "lesson", "x-a:\n  - - a\n    - b\n  - c\n", "x-a:\n  - - a\n    - b\n  - c\n"),
    ("a comment above moves with its field", "lesson", "# why\nstatus: draft\nid: L\n", "id: L\n# why\nstatus: draft\n"),
    ("a comment beside moves with its field", "lesson", "status: draft # why\nid: L\n", "id: L\nstatus: draft # why\n"),
    ("a comment within a list moves with the list", "lesson", "tags:\n  - a\n  # b\nid: L\n", "id: L\ntags:\n  - a\n  # b\n"),
    ("a comment above the first field of some", "pir", "times:\n  # later\n  resolved: 2026-01-02T00:00:00Z\n  detected: 2026-01-01T00:00:00Z\n",
     "times:\n  detected: 2026-01-01T00:00:00Z\n  # later\n  resolved: 2026-01-02T00:00:00Z\n"),
    ("a comment above the first field of an action", "pir", "actions:\n  - # who\n    owner: b\n    id: A1\n", "actions:\n  - # who\n    id: A1\n    owner: b\n"),
    ("a remark on the whole stays at the top", "lesson", "# moved here\n\nstatus: draft\nid: L\n", "# moved here\n\nid: L\nstatus: draft\n"),
    ("a remark at the end stays there", "lesson", "status: draft\nid: L\n# the end\n", "id: L\nstatus: draft\n# the end\n"),
    ("a hash in a text is no comment", "lesson", "lesson: |-\n  # not one\nid: L\n", "id: L\nlesson: |-\n  # not one\n"),
    ("a folded text keeps its lines", "lesson", "lesson: >-  # long\n  one\n\n  two\nid: L\n", "id: L\nlesson: >-  # long\n  one\n\n  two\n"),
    ("blank lines that a text keeps", "lesson", "x-a: |+\n  one\n\n\nid: L\n", "id: L\nx-a: |+\n  one\n\n\n"),
    ("one blank line between fields at most", "lesson", "\n\nid: L\n\n\ntitle: A\n\n", "id: L\n\ntitle: A\n"),
    ("a list stands two spaces in", "lesson", "tags:\n- a\n-   b\n", "tags:\n  - a\n  - b\n"),
    ("fields stand two spaces in", "pir", "times:\n     detected: 2026-01-01T00:00:00Z\n", "times:\n  detected: 2026-01-01T00:00:00Z\n"),
    ("actions stand two spaces in", "pir", "actions:\n-   id: A1\n    done_when: |-\n      a\n       b\n", "actions:\n  - id: A1\n    done_when: |-\n      a\n       b\n"),
    ("all fields stand at the left", "lesson", "  id: L\n  title: A\n", "id: L\ntitle: A\n"),
    ("one space after a colon", "lesson", "id:   L\ntitle : A\n", "id: L\ntitle: A\n"),
    ("spaces in brackets", "lesson", "tags: [ a,b ,c, ]\nx-a: [ a,b ]\n", "tags: [a, b, c]\nx-a: [ a,b ]\n"),
    ("no quotes around a word", "lesson", 'id: "L"\ntags: ["a", \'b\']\n"title": A\n', "id: L\ntitle: A\ntags: [a, b]\n"),
    ("no quotes around a day", "lesson", "validated_on: '2026-01-01'\n", "validated_on: 2026-01-01\n"),
    ("quotes around several words stay", "lesson", 'title: "Clocks drifted"\n', 'title: "Clocks drifted"\n'),
    ("double quotes", "lesson", "title: 'Clocks: drifted'\nlesson: 'say \"no\"'\n", "title: \"Clocks: drifted\"\nlesson: 'say \"no\"'\n"),
    ("quotes around what others take for a number", "lesson", "title: 404\ntags: [1e3, no, 8:30, ok]\n", 'title: "404"\ntags: ["1e3", "no", "8:30", ok]\n'),
    ("quotes that keep such a word a text", "lesson", 'tags: ["010", "off", "~"]\n', 'tags: ["010", "off", "~"]\n'),
    ("no quotes where true is meant", "problem", "known_error: true\n", "known_error: true\n"),
    ("quotes where true is a text", "problem", 'known_error: "true"\n', 'known_error: "true"\n'),
    ("a number stays one", "pir", "impact: {users: 0410}\n", "impact: {users: 0410}\n"),
    ("times in one form", "pir", "times: {detected: 2026-03-04 02:10+00:00, resolved: '2026-03-04T02:10:00.500-05:00'}\n",
     "times: {detected: 2026-03-04T02:10:00Z, resolved: 2026-03-04T02:10:00.500-05:00}\n"),
    ("a field left empty", "lesson", "title:   \nid: L\ntags: [a]\n", "id: L\ntitle:\ntags: [a]\n"),
    ("a key marked by a question mark is left where it is", "lesson", "? title\n: A\nid: L\n", "? title\n: A\nid: L\n"),
    ("spaces at the ends of lines", "lesson", "id: L  \ntitle: \"a \\  \n  b\"\n", "id: L\ntitle: \"a \\  \n  b\"\n"),
    ("a value below its field", "lesson", "title:\n  Clocks\n  drifted\nid: L\n", "id: L\ntitle:\n  Clocks\n  drifted\n"),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "typed", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_fields_are_written_in_one_form(kind: str, typed: str, expected: str) -> None:
    assert arranged(typed, kind) == expected
    assert arranged(expected, kind) == expected
    assert says_the_same(typed, expected, kind)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("id: L\n", "id: L\ntitle: A\n"),
        ("id: L # a\n", "id: L\n"),
        ("id: L # a\n", "id: L # b\n"),
        ("tags: [a, b]\n", "tags: [b, a]\n"),
        ("title: A\n", "title: A b\n"),
        ("x-a: |-\n  a\n  # b\n", "x-a: |-\n  a\n   # b\n"),
        ("lesson: |  # c\n  b\n", "lesson: |\n  b\n"),
        ("id: L\n", "id: [\n"),
    ],
)
def test_a_changed_value_and_a_lost_comment_are_noticed(before: str, after: str) -> None:
    assert not says_the_same(before, after, "lesson")


# -- any record, typed by any hand ------------------------------------------------------------------------------------

BODY = "\n## Lesson\n\nTwo spaces  \nbreak a line.\t\n\n    code  \n"


@pytest.mark.parametrize(
    ("kind", "path", "records"), [("lesson", "lessons/LL-0002.md", LESSONS), ("pir", REVIEW, REVIEWS)]
)
@given(data=st.data())
def test_formatting_keeps_values_comments_and_body_and_is_done_once(
    kind: str, path: str, records: st.SearchStrategy[dict[str, object]], data: st.DataObject
) -> None:
    record, fields, comments = data.draw(written(records))
    text = f"---\n{fields}---\n{BODY}"
    try:
        before, problems = read_record(path, text.encode())
    except ProblemError as error:
        raise AssertionError(f"the hand wrote no YAML: {error}\n{text}") from error
    if any(p.severity == "error" for p in problems):
        with pytest.raises(ProblemError):
            formatted(path, text.encode())
        return
    assert {k: v for k, v in load_yaml(fields, path)[0].items() if k != "times"} == {
        k: v for k, v in json.loads(json.dumps(record), parse_int=str).items() if k != "times"
    }
    # without the check that saves a record from a slip of ours
    new = arranged(fields, kind)
    assert says_the_same(fields, new, kind)
    assert arranged(new, kind) == new
    once = formatted(path, text.encode())
    after, _ = read_record(path, once)
    assert (after.data, after.body) == (before.data, before.body)
    assert formatted(path, once) == once
    assert once.decode().endswith(f"---\n{BODY}")
    lines = once.decode().split("\n")
    for comment in comments:
        assert sum(comment in line for line in lines) == 1
    assert list(load_yaml(new, path)[0])[:2] == ["id", "title"]


@given(data=st.data())
def test_a_comment_stays_with_its_field(data: st.DataObject) -> None:
    names = ["id", "title", "status", "lesson", "evidence", "tags"]
    order = data.draw(st.permutations(names))
    above = "".join(f"# of {n}\n{n}: {'[a]' if n == 'tags' else 'word'}  # at {n}\n" for n in order)
    new = arranged(above, "lesson")
    assert new == "".join(f"# of {n}\n{n}: {'[a]' if n == 'tags' else 'word'}  # at {n}\n" for n in names)


@pytest.mark.parametrize("path", [REVIEW, LESSON, PAGE])
@given(data=st.data())
def test_a_damaged_file_is_refused_or_keeps_its_values(path: str, data: st.DataObject) -> None:
    raw = data.draw(damaged(FILES[f"kb/{path}"]))
    try:
        once = formatted(path, raw)
    except ProblemError:
        return
    before, _ = read_record(path, raw)
    after, problems = read_record(path, once)
    assert [p for p in problems if p.severity == "error"] == []
    assert (after.data, after.body.rstrip("\n")) == (before.data, before.body.rstrip("\n"))
    assert formatted(path, once) == once


def test_a_page_without_fields_gets_one_line_end(tmp_path: Path) -> None:
    assert formatted(PAGE, b"Stay  \ncalm.\n\n\n") == b"Stay  \ncalm.\n"
    assert formatted(PAGE, b"") == b""
