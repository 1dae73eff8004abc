"""Exports with unusual encodings, separators, quotes, cells and nesting."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from helpers.empty_knowledge_base import EmptyBase
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mkdocs_pir.exchange.importing.json_records import read_objects
from mkdocs_pir.exchange.importing.readers import decode, read_table
from mkdocs_pir.kb.problem import Problem, ProblemError

MAPPING = """\
name: tool
format: csv
timezone: UTC
fields:
  id: {key: number}
  title: {key: title}
  client: {constant: acme}
  severity: {key: severity, values: {high: SEV-1}}
  times.detected: {key: opened}
body:
  Summary: {key: text}
"""
TABLE = "number,title,severity,opened,text,extra\nT-1,Café down,high,2025-03-04 08:00,It stood,note\n"


def table(base: EmptyBase, content: str | bytes, more: str = "", *options: str) -> Any:
    return base.import_source(base.write("export.csv", content), MAPPING + more, *options)


@pytest.mark.parametrize(
    ("content", "more"),
    [
        (TABLE.encode("utf-8-sig"), ""),
        (TABLE.encode("utf-16"), ""),
        (b"\xfe\xff" + TABLE.encode("utf-16-be"), ""),
        (TABLE.encode("utf-16-le"), "encoding: utf-16-le\n"),
        (TABLE.encode("windows-1252"), "encoding: windows-1252\n"),
        (TABLE.replace("\n", "\r\n").encode(), ""),
        (TABLE.replace("\n", "\r").encode(), ""),
        (TABLE.replace(",", ";").encode(), ""),
        (TABLE.replace(",", "\t").encode(), ""),
        (TABLE.replace(",", "|").encode(), 'separator: "|"\n'),
        (("sep=;\n" + TABLE.replace(",", ";")).encode(), ""),
        (("\n\n" + TABLE + "\n,,,,,\n").encode(), ""),
        (TABLE.replace("number,title", '"Number ", TITLE').encode(), ""),
    ],
)
def test_a_table_is_read_in_every_form_that_tools_write(base: EmptyBase, content: bytes, more: str) -> None:
    result = table(base, content, more)
    assert result.exit_code == 0, result.output
    data, body = base.record("T-1")
    assert data["title"] == "Café down"
    assert data["times"] == {"detected": "2025-03-04T08:00:00Z"}
    assert data["x-source"] == {"extra": "note"}
    assert body.strip() == "## Summary\n\nIt stood"
    assert base.is_sound()


@pytest.mark.parametrize(
    ("content", "where", "said"),
    [
        (b"", "export.csv:1:1", "the file is empty"),
        (b"\n \n", "export.csv:1:1", "the file is empty"),
        (TABLE.encode("windows-1252"), "export.csv:2:1", "'encoding: windows-1252'"),
        (TABLE.encode("utf-16-le"), "export.csv:", "utf-16-le"),
        (b"PK\x03\x04rest", "export.csv:", "export it as CSV"),
        (b"%PDF-1.7", "export.csv:", "it is a PDF"),
        ((TABLE + 'T-2,"open,high,,,\nT-3,x,high,,,\n').encode(), "export.csv:3:1", "check its quotes"),
        ((TABLE + 'T-2,"a"b,high,,,\n').encode(), "export.csv:3:1", "check its quotes"),
        ((TABLE + "T-1,Other,high,,,\n").encode(), "export.csv:3:1", "its id 'T-1' is that of export.csv:2"),
        ((TABLE + ",No number,high,,,\n").encode(), "export.csv:3:1", "there is no value for 'id'"),
        (b"nummer,title\n1,x\n", "export.csv:2:1", "there is no value for 'id'"),
    ],
)
def test_what_cannot_come_in_is_named_at_its_place(base: EmptyBase, content: bytes, where: str, said: str) -> None:
    result = table(base, content)
    assert result.exit_code == 1
    assert where in result.output
    assert said in result.output
    assert "Traceback" not in result.output


def test_the_rows_before_a_broken_one_come_in(base: EmptyBase) -> None:
    table(base, TABLE + 'T-2,"open,high,,,\n')
    assert base.ids() == ["T-1"]


def test_a_header_without_rows_brings_nothing(base: EmptyBase) -> None:
    result = table(base, TABLE.splitlines()[0])
    assert result.exit_code == 0
    assert "no records" in result.output


def test_the_same_row_twice_comes_in_once(base: EmptyBase) -> None:
    result = table(base, TABLE + TABLE.splitlines()[1])
    assert result.exit_code == 0
    assert "1 record repeated word for word in the source" in result.output


def test_cells_of_several_lines_keep_them_and_the_next_row_its_line(base: EmptyBase) -> None:
    result = table(base, TABLE + 'T-2,Two,high,,"one\n\ntwo\n# three",\nT-3,Three,terrible,,,\n')
    assert "one\n\ntwo<br>\n\\# three" in base.record("T-2")[1]
    assert "export.csv:7:11: warning PIR705: the mapping has no translation for 'terrible'" in result.output


def test_a_row_with_too_many_cells_keeps_them(base: EmptyBase) -> None:
    result = table(base, TABLE + "T-2,Two,high,,,x,more\n")
    assert "the row has 7 cells; the header has 6" in result.output
    assert base.record("T-2")[0]["x-source"] == {"extra": "x", "column 7": "more"}


def test_a_short_row_comes_in_with_what_it_has(base: EmptyBase) -> None:
    assert table(base, TABLE + "T-2,Two\n").exit_code == 0
    assert base.record("T-2")[0]["title"] == "Two"


def test_hostile_cells_do_nothing(base: EmptyBase) -> None:
    cell = "<script>alert(1)</script> {{ x }} [[PIR-1]] <img src=x onerror=y>\x07\u202e ## not a heading\n## nor this"
    result = table(base, TABLE + f'T-2,"{cell}",high,,"{cell}","=cmd"\n')
    assert result.exit_code == 0, result.output
    text = base.file("T-2").read_text("utf-8")
    body = base.record("T-2")[1]
    assert "<script>" not in body
    assert "<img" not in body
    assert "\x07" not in text
    assert "\u202e" not in text
    assert body.count("\n## ") == 1
    assert r"\[\[PIR-1\]\]" in base.record("T-2")[0]["title"]
    assert base.is_sound(), base.pir("check").output


def test_huge_cells_are_cut_and_named(base: EmptyBase) -> None:
    result = table(base, TABLE + f"T-2,{'long ' * 200},high,,{'w' * 300_000},{'e' * 150_000}\n")
    assert result.exit_code == 0, result.output
    assert "the text for 'Summary' has 300,000 characters" in result.output
    assert "the value of 'extra' has 150,000 characters" in result.output
    data, body = base.record("T-2")
    assert len(data["title"]) <= 160
    assert 199_000 < len(body) < 201_000
    assert base.is_sound()


def test_an_unknown_word_on_many_lines_is_reported_once(base: EmptyBase) -> None:
    result = table(base, TABLE + "".join(f"A-{n},x,odd,,,\n" for n in range(40)))
    assert result.output.count("no translation for 'odd'") == 3
    assert "the same on 37 lines more" in result.output


def test_the_report_says_how_every_field_was_filled(base: EmptyBase) -> None:
    result = table(base, TABLE + "T-2,Two,odd,,,\nT-3,Three,,,,\n", "", "--json")
    report = json.loads(result.output)
    assert report["records"] == 3
    assert report["fields"]["severity"] == {
        "mapped": 1,
        "as a day": 0,
        "defaulted": 0,
        "kept as a note": 1,
        "nothing": 1,
    }
    assert report["assumed"] == {"UTC": 1}
    assert report["notes"] == {"extra": 1, "severity": 1}
    assert len(report["reviews"]["created"]) == 3


def test_a_default_is_counted(base: EmptyBase) -> None:
    result = table(base, TABLE.replace("high", ""), "", "--json")
    assert json.loads(result.output)["fields"]["severity"]["nothing"] == 1
    mapping = MAPPING.replace("values: {high: SEV-1}", "default: SEV-3")
    result = base.import_source(base.write("export.csv", TABLE.replace("high", "")), mapping, "--json")
    assert json.loads(result.output)["fields"]["severity"]["defaulted"] == 1
    assert base.record("T-1")[0]["severity"] == "SEV-3"


HTML = (
    "<div><p>First &amp; <b>bold</b></p><ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul>"
    "<pre>a\n  b</pre><a href='https://x.example/1'>link</a><a href='javascript:x'>no</a>"
    "<table><tr><th>A</th></tr><tr><td>1|2</td></tr></table><style>p {}</style><h1>Big</h1></div>"
)


def test_html_in_cells_becomes_markdown(base: EmptyBase) -> None:
    table(base, TABLE + f'T-2,Two,high,,"{HTML}",\n', "markup: html\n")
    body = base.record("T-2")[1]
    for piece in (
        "First & **bold**",
        "- one\n    - inner\n- two",
        "```\na\n  b\n```",
        "[link](https://x.example/1)no",
        "| A |\n| --- |\n| 1\\|2 |",
        "### Big",
    ):
        assert piece in body
    assert "style" not in body
    assert base.is_sound()


def test_characters_that_nobody_sees_are_left_out_of_what_comes_in(base: EmptyBase) -> None:
    result = table(base, TABLE.replace("Café down", "Ca\u200ef\u202eé\x07 \u061cdown\ufeff").replace("It", "It\u2028"))
    assert result.exit_code == 0, result.output
    data, body = base.record("T-1")
    assert data["title"] == "Café down"
    assert body.strip() == "## Summary\n\nIt<br>\nstood"


JSON = """\
name: tool
format: json
records: [data.items, .]
timezone: UTC
fields:
  id: {key: id}
  title: {key: deep.title}
  client: {constant: acme}
  services: {key: parts.name, slug: true, create: true}
  times.detected: {key: at, when: {state: '^done$'}}
  tags: {key: ^owner.team}
ignore: ["*.self"]
"""
ITEM = {
    "id": "T-1",
    "deep": {"title": "Down", "self": "x", "more": [{"a": None, "b": [1.5, True]}]},
    "parts": [{"name": "Mail"}, {"name": "Web", "n": 2}],
    "at": "2025-03-04T08:00:00Z",
    "state": "done",
}


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"owner": {"team": "night"}, "data": {"items": [ITEM]}}, indent=1),
        json.dumps(
            [
                {"owner": {"team": "night"}, "data": {"items": []}},
                {"owner": {"team": "night"}, "data": {"items": [ITEM]}},
            ]
        ),
    ],
)
def test_nested_json_is_read_through_lists_and_outwards(base: EmptyBase, content: str) -> None:
    result = base.import_source(base.write("a.json", content), JSON)
    assert result.exit_code == 0, result.output
    data, _ = base.record("T-1")
    assert data["services"] == ["mail", "web"]
    assert data["tags"] == ["night"]
    assert data["times"] == {"detected": "2025-03-04T08:00:00Z"}
    assert data["x-source"] == {
        "deep": {"more": [{"b": ["1.5", "true"]}]},
        "parts": [{"n": "2"}],
        "state": "done",
    }
    assert base.is_sound()


def test_a_service_has_the_id_that_pir_new_would_give_it(base: EmptyBase) -> None:
    base.import_source(base.write("a.json", json.dumps({**ITEM, "parts": [{"name": "Straßenkarte (EU)"}]})), JSON)
    assert base.record("T-1")[0]["services"] == ["strassenkarte-eu"]


def test_one_id_is_not_used_for_two_kinds(base: EmptyBase) -> None:
    base.write("kb/services/web.md", "---\nid: web\nname: Web\n---\n")
    mapping = JSON.replace("client: {constant: acme}", "client: {key: who, slug: true, create: true}")
    items = [{**ITEM, "who": "Mail"}, {**ITEM, "id": "T-2", "who": "Web"}]
    result = base.import_source(base.write("a.json", json.dumps(items)), mapping)
    assert "PIR705: 'mail' is the id of a client already, and cannot be a service's" in result.output
    assert "PIR703: 'web' is the id of a service already, and cannot be a client's" in result.output
    assert base.record("T-1")[0]["services"] == ["web"]
    assert base.is_sound(), base.pir("check").output


def test_json_lines_are_records(base: EmptyBase) -> None:
    lines = "\n".join(json.dumps({**ITEM, "id": f"T-{n}"}) for n in (1, 2))
    base.import_source(base.write("a.jsonl", lines), JSON)
    assert base.ids() == ["T-1", "T-2"]


def test_a_condition_that_does_not_hold_gives_nothing_and_loses_nothing(base: EmptyBase) -> None:
    base.import_source(base.write("a.json", json.dumps({**ITEM, "state": "open"})), JSON)
    data, _ = base.record("T-1")
    assert "times" not in data
    assert data["x-source"]["at"] == "2025-03-04T08:00:00Z"


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("", "1:1", "the file is empty"),
        ('{"a": [1,\n 2', "2:3", "ends in the middle"),
        ('{"a": nope}', "1:7", "this is no JSON"),
        ('{"a" 1}', "1:6", "Expecting ':' delimiter"),
        ('{"a": [NaN]}', "1:8", "this is no JSON"),
        ('{"a": 1 "b": 2}', "1:9", "Expecting ',' delimiter"),
        ("[" * 100 + "]" * 100, "1:", "nested more than 60 levels"),
        ("[" * 100_000, "1:", "nested more than 60 levels"),
        ('{"b": {"items": [1]}, "itms": []}', "1:1", "the file has no 'items'; it has 'b', 'itms'"),
    ],
)
def test_json_that_cannot_be_read_is_named_at_its_place(text: str, where: str, said: str) -> None:
    with pytest.raises(ProblemError) as raised:
        list(read_objects("a.json", text, ["items"]))
    (problem,) = raised.value.problems
    assert f"{problem.line}:{problem.column}".startswith(where)
    assert said in problem.message


def test_a_value_is_found_at_its_line(base: EmptyBase) -> None:
    text = json.dumps({**ITEM, "at": "soon"}, indent=2)
    result = base.import_source(base.write("a.json", text), JSON)
    line = next(n for n, found in enumerate(text.splitlines(), 1) if '"at"' in found)
    assert f"a.json:{line}:9: warning PIR705: 'soon' is not a time" in result.output


def as_texts(value: Any) -> Any:
    """A JSON value as it is read here: scalars as they are written, nothing empty in objects."""
    if isinstance(value, dict):
        return {key: as_texts(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [as_texts(item) for item in value]
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)


@given(
    st.dictionaries(st.text(), VALUES, min_size=1).filter(lambda d: "doc" not in map(str, d.values())), st.booleans()
)
def test_json_is_read_as_it_was_written(value: dict[str, Any], ascii_: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_, indent=1)
    documents = list(read_objects("a.json", text, ["."]))
    assert [document.data for document in documents] == [as_texts(value)]


@given(st.text(max_size=300) | st.text(alphabet='ab,;"\n\r\t', max_size=80))
def test_any_text_is_a_table_or_a_problem(text: str) -> None:
    problems: list[Problem] = []
    try:
        for document in read_table("a.csv", text, "", problems):
            assert document.where[0] >= 1
    except ProblemError as error:
        problems += error.problems
    assert all(p.code in ("PIR702", "PIR705") for p in problems)


@given(st.text(alphabet='[]{}":,\\ \n1ea-tru', max_size=60))
def test_any_text_is_json_or_a_problem(text: str) -> None:
    assert codes(lambda: list(read_objects("a.json", text, ["."]))) <= {"PIR702"}


def codes(read: Callable[[], object]) -> set[str]:
    """The codes of what a reader stops for; anything but a problem goes through."""
    try:
        read()
    except ProblemError as error:
        return {p.code for p in error.problems}
    return set()


@given(st.binary(max_size=200), st.sampled_from(["", "utf-16", "windows-1252", "ascii"]))
def test_any_bytes_are_text_or_a_problem(raw: bytes, declared: str) -> None:
    assert codes(lambda: decode(raw, "a", declared)) <= {"PIR702"}


@pytest.mark.parametrize("mapping", ["servicenow", "jira", "pagerduty", "statuspage", "csv", "document", "markdown"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=120) | st.text(max_size=200).map(str.encode))
def test_no_source_makes_an_import_fall_over(base: EmptyBase, mapping: str, raw: bytes) -> None:
    ending = {"pagerduty": "json", "statuspage": "json", "document": "md", "markdown": "md"}.get(mapping, "csv")
    result = base.import_source(base.write(f"a.{ending}", raw), mapping, "--client", "acme", "--dry-run")
    assert result.exit_code in (0, 1)
