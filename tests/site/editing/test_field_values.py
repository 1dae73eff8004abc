"""Whatever somebody types, right or wrong, is in the file as it was typed, and everything else stays."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.changed_files import LESSON, REVIEW
from helpers.edit_forms import Browser
from helpers.knowledge_base import write_base
from helpers.typed_records import LESSONS, REVIEWS, TEXT, written
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.kb import frontmatter, record_files, schema
from mkdocs_pir.kb.formatting.spans import comments, compose
from mkdocs_pir.kb.problem import ProblemError
from mkdocs_pir.kb.record_edits import edited
from mkdocs_pir.site.editing.field_values import edits, is_valid, plain

BODY = "\n## Summary\n\nTwo spaces  \nbreak a line.\n"
WRONG = st.fixed_dictionaries(
    {},
    optional={
        "severity": TEXT,
        "services": st.lists(TEXT, min_size=1, max_size=2),
        "initiated": st.fixed_dictionaries({"by": TEXT}, optional={"on": TEXT}),
        "times": st.fixed_dictionaries({"detected": TEXT}),
        "impact": st.fixed_dictionaries({"users": TEXT}, optional={"sla_breached": TEXT | st.just("true")}),
        "actions": st.lists(st.fixed_dictionaries({"id": TEXT, "due": TEXT}), min_size=1, max_size=3),
        "references": st.lists(TEXT, min_size=1, max_size=2),
    },
)
"""Values that a schema may not allow, as somebody has typed them who is not finished."""


def _values(path: str, raw: bytes) -> Any:
    return plain(record_files.parse(record_files.kind_of(path), path, frontmatter.decode(raw, path)).data)


@pytest.mark.parametrize(("path", "records"), [(LESSON, LESSONS), (REVIEW, REVIEWS)], ids=["lesson", "review"])
@given(data=st.data())
def test_what_was_typed_is_in_the_file(
    path: str, records: st.SearchStrategy[dict[str, Any]], data: st.DataObject
) -> None:
    _, typed, _ = data.draw(written(records))
    raw = f"---\n{typed}---\n{BODY}".encode()
    try:
        before = _values(path, raw)
    except ProblemError:
        return
    wanted = {
        **before,
        **(data.draw(WRONG) if path == REVIEW else {"status": data.draw(TEXT), "tags": [data.draw(TEXT)]}),
    }
    assert is_valid(wanted)
    after = edited(path, raw, edits(schema.load(record_files.kind_of(path)), before, wanted))
    assert _values(path, after) == wanted
    assert after.endswith(BODY.encode())
    # comments go only with what was taken away
    kept = typed_comments(after)
    assert set(kept) <= set(typed_comments(raw))


def typed_comments(raw: bytes) -> list[str]:
    fields = raw.decode().split("\n---\n")[0].removeprefix("---\n") + "\n"
    return comments(fields, compose(fields))


@given(words=st.text(max_size=200))
def test_any_words_of_a_section_are_saved_or_refused_in_a_sentence(
    words: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    browser = _browser(tmp_path_factory)
    form = browser.open("LL-0001")
    form.write("Lesson", words)
    status, answer = browser.post("check", form.given)
    assert status in (200, 422), answer
    status, answer = browser.post("save", form.given | {"with_errors": True})
    assert status in (200, 422), answer
    if "saved" in answer:
        again = browser.open("LL-0001")
        titles = [text["title"] for text in again.opened["texts"]]
        assert "Lesson" in titles or not words.strip()


_BROWSERS: list[Browser] = []


def _browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    if not _BROWSERS:
        _BROWSERS.append(Browser(write_base(tmp_path_factory.mktemp("typed") / "base")))
    return _BROWSERS[0]


def test_half_a_character_is_refused(tmp_path: Any) -> None:
    browser = Browser(write_base(tmp_path / "base"))
    form = browser.open("LL-0001")
    form.data["title"] = "\ud83d"
    status, answer = browser.post("save", form.given)
    assert (status, "half of a character" in answer["error"]) == (422, True)
