"""A damaged file is a valid record or has coded problems at their places."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.changed_files import INCIDENTS, LESSON, PAGE, REVIEW, SATISFACTION
from helpers.damaged_files import damaged
from helpers.knowledge_base import FILES, write_base
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.kb import frontmatter, problem_formats
from mkdocs_pir.kb.frontmatter import CONTROL, decode, load_yaml, parse
from mkdocs_pir.kb.loading import load
from mkdocs_pir.kb.problem import CODES, Problem, ProblemError
from mkdocs_pir.kb.record_files import read_record
from mkdocs_pir.kb.settings import Settings, read

LIKELY = (REVIEW, REVIEW, LESSON, PAGE, "clients/harbor-credit.md", INCIDENTS, SATISFACTION)


def assert_within(problem: Problem, raw: bytes) -> None:
    """The place of a problem is one of the file: a line and a column, or the file as a whole."""
    assert problem.code in CODES
    assert problem.message
    if (problem.line, problem.column) == (0, 0):
        return
    text = raw.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    if problem.path.endswith(".csv"):
        # the line end of some spreadsheets; in a record a carriage return alone is a mistake
        text = text.replace("\r", "\n")
    lines = text.split("\n")
    assert 1 <= problem.line <= len(lines), problem
    width = len(lines[problem.line - 1]) + 1
    if problem.path.endswith(".csv"):
        # there it is the number of the cell, which the line may lack
        width = max(width, len(FILES[f"kb/{problem.path}"].split("\n")[0].split(",")))
    assert 1 <= problem.column <= width, problem


@pytest.fixture(scope="module")
def base() -> Iterator[Settings]:
    """The small knowledge base in a folder of its own, for one file at a time to be damaged."""
    folder = Path(tempfile.mkdtemp())
    yield read(write_base(folder) / "mkdocs.yml")
    shutil.rmtree(folder)


@pytest.mark.parametrize("path", [REVIEW, LESSON, PAGE])
@given(data=st.data())
def test_a_damaged_record_is_valid_or_has_problems(path: str, data: st.DataObject) -> None:
    raw = data.draw(damaged(FILES[f"kb/{path}"]))
    try:
        entry, problems = read_record(path, raw)
    except ProblemError as error:
        problems = list(error.problems)
        assert problems
        assert {p.severity for p in problems} == {"error"}
    else:
        assert (entry.record is None) == any(p.severity == "error" for p in problems)
    for problem in problems:
        assert problem.path == path
        assert_within(problem, raw)


@given(data=st.data())
def test_a_knowledge_base_with_a_damaged_file_is_read_and_reported_in_every_form(
    base: Settings, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(LIKELY))
    raw = data.draw(damaged(FILES[f"kb/{path}"]))
    file = base.records / path
    try:
        file.write_bytes(raw)
        kb = load(base)
        lines = problem_formats.lines_of(base.records)
        texts = [problem_formats.as_text(kb.problems, lines), problem_formats.as_github(kb.problems)]
        forms = [problem_formats.as_json(kb.problems, len(kb.record_files)), problem_formats.as_sarif(kb.problems, "1")]
    finally:
        file.write_text(FILES[f"kb/{path}"])
    assert list(kb.problems) == sorted(kb.problems)
    for problem in kb.problems:
        assert_within(problem, raw if problem.path == path else FILES[f"kb/{problem.path}"].encode())
    for text in (*texts, *forms):
        assert not CONTROL.search(text)
        text.encode()
    assert [len(json.loads(forms[0])["problems"]), len(json.loads(forms[1])["runs"][0]["results"])] == [
        len(kb.problems)
    ] * 2


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cn", "Cs", "Zl", "Zp"]), max_size=40)
CLEAN = st.text(st.characters(codec="utf-8"), max_size=80).filter(
    lambda t: not CONTROL.search(t) and not t.startswith("\ufeff")
)


@given(CLEAN, st.booleans(), st.booleans())
def test_a_text_is_read_back_whatever_its_line_ends(text: str, mark: bool, crlf: bool) -> None:
    written = ("\ufeff" if mark else "") + (text.replace("\n", "\r\n") if crlf else text)
    assert decode(written.encode(), "x.md") == text


@given(WORDS, WORDS.filter(lambda body: not body.strip().startswith("---")))
def test_fields_and_body_are_read_back(value: str, body: str) -> None:
    text = f"---\ntitle: {json.dumps(value, ensure_ascii=False)}\n---\n{body}\n\nLast.\n"
    document = parse(text, "x.md")
    assert document.data == {"title": value}
    assert document.positions.value(("title",)) == (2, 8)
    assert document.positions.key(("title",)) == (2, 1)
    assert document.body_line == 4
    assert text.split("\n", 3)[3].rstrip() == document.body


@given(st.from_regex(r"[0-9A-Za-z.+_-]{1,12}", fullmatch=True).filter(lambda word: not word.startswith("---")))
def test_a_plain_word_is_read_as_it_was_typed(word: str) -> None:
    if word.strip("-.+") and word not in ("null", "Null", "NULL"):
        assert load_yaml(f"a: {word}\n", "x.md")[0] == {"a": word}


@given(
    st.recursive(
        WORDS.filter(bool),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS.filter(bool), inner, max_size=3),
    )
)
def test_every_value_has_its_place(value: object) -> None:
    text = f"a: {json.dumps(value, ensure_ascii=False)}\n"
    data, positions = load_yaml(text, "x.md")
    assert data["a"] == value
    for path, (line, column) in positions.values.items():
        assert (line, path == () or text[column - 1 :] != "") == (1, True)
        found: object = data
        for step in path:
            if step == "?":
                break
            found = found[step]  # type: ignore[index]
        if isinstance(found, str) and "?" not in path:
            assert text[column - 1 :].startswith(json.dumps(found, ensure_ascii=False))


@pytest.mark.nightly
@given(st.binary(max_size=400))
def test_any_bytes_at_all_are_a_page_or_have_problems(raw: bytes) -> None:
    for path in (PAGE, LESSON):
        for content in (raw, b"---\n" + raw, b"---\nid: LL-0001\n---\n" + raw):
            try:
                _, problems = read_record(path, content)
            except ProblemError as error:
                problems = list(error.problems)
            for problem in problems:
                assert_within(problem, content)


def test_the_limits_are_those_that_are_documented() -> None:
    assert (frontmatter.MAX_BYTES, frontmatter.MAX_LINE, frontmatter.MAX_DEPTH) == (1 << 20, 64 << 10, 20)
