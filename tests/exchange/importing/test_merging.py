"""Merging a report that was edited here with a changed source; conflicts are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.empty_knowledge_base import EmptyBase
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.exchange.importing import merging, record_writer
from mkdocs_pir.kb import record_files

MAPPING = """\
name: old-tool
timezone: UTC
fields:
  id: {file: '^(.+)\\.md$', prefix: OLD}
  title: {key: title}
  client: {constant: acme}
  severity: {key: level, values: {bad: SEV-1, meh: SEV-3}}
  times.impact_start: {key: start}
  times.resolved: {key: end}
  tags: {key: tags}
"""
REPORT = """\
---
title: Mail stood still
level: bad
start: 2024-03-05T08:00:00Z
end: 2024-03-05T09:30:00Z
---

## Summary

Mail stood still.

## Root cause

A certificate.
"""


@pytest.fixture
def base(tmp_path: Path) -> EmptyBase:
    base = EmptyBase(tmp_path)
    base.write("source/first.md", REPORT)
    assert base.import_source(base.folder / "source", MAPPING).exit_code == 0
    return base


def edit(base: EmptyBase, *changes: tuple[str, str]) -> str:
    file = base.file("OLD-FIRST")
    text = file.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text)
    return text


def again(base: EmptyBase, *changes: tuple[str, str], options: tuple[str, ...] = ()) -> str:
    """Change the source and import it again; returns what was said."""
    text = REPORT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    base.write("source/first.md", text)
    return base.import_source(base.folder / "source", MAPPING, *options).output


def test_changes_that_do_not_touch_each_other_are_both_kept(base: EmptyBase) -> None:
    edit(
        base,
        ("status: draft", "# moved on by Anna\nstatus: investigation  # since Monday"),
        ("Mail stood still.\n", "Mail stood still for five hours.\n\n## Impact\n\n410 people.\n"),
    )
    said = again(
        base,
        ("level: bad", "level: meh\ntags: [mail]"),
        ("A certificate.", "A certificate on port 587."),
        ("09:30", "09:45"),
    )
    assert "1 updated, with edits made by hand kept" in said
    text = base.file("OLD-FIRST").read_text("utf-8")
    assert "# moved on by Anna\nstatus: investigation  # since Monday\n" in text
    data, body = base.record("OLD-FIRST")
    assert (data["severity"], data["tags"]) == ("SEV-3", ["mail"])
    assert data["times"] == {"impact_start": "2024-03-05T08:00:00Z", "resolved": "2024-03-05T09:45:00Z"}
    assert body == (
        "\n## Summary\n\nMail stood still for five hours.\n\n## Impact\n\n410 people.\n"
        "\n## Root cause\n\nA certificate on port 587.\n"
    )
    assert record_files.read_record("pirs/2024/OLD-FIRST.md", text.encode())[1] == []


def test_after_a_merge_a_second_run_changes_nothing(base: EmptyBase) -> None:
    edit(base, ("status: draft", "status: investigation"))
    again(base, ("level: bad", "level: meh"))
    before = base.file("OLD-FIRST").read_bytes()
    said = again(base, ("level: bad", "level: meh"))
    assert "1 edited by hand, left unchanged" in said
    assert base.file("OLD-FIRST").read_bytes() == before


def test_a_time_corrected_here_and_another_changed_there_are_both_kept(base: EmptyBase) -> None:
    edit(base, ("08:00:00Z", "07:55:00Z"))
    again(base, ("09:30", "09:45"))
    times = base.record("OLD-FIRST")[0]["times"]
    assert times == {"impact_start": "2024-03-05T07:55:00Z", "resolved": "2024-03-05T09:45:00Z"}


def test_comments_stay_beside_what_the_source_changed(base: EmptyBase) -> None:
    times = "times: {impact_start: 2024-03-05T08:00:00Z, resolved: 2024-03-05T09:30:00Z}\n"
    in_lines = (
        "times:  # from the log\n  impact_start: 2024-03-05T08:00:00Z\n  resolved: 2024-03-05T09:30:00Z  # by phone\n"
    )
    edit(base, (times, in_lines), ("SEV-1", "SEV-1  # asked Anna"))
    again(base, ("09:30", "09:45"), ("level: bad", "level: meh"))
    text = base.file("OLD-FIRST").read_text("utf-8")
    assert in_lines.replace("09:30", "09:45") in text
    assert "severity: SEV-3  # asked Anna\n" in text


def test_what_both_changed_is_named_and_nothing_is_written(base: EmptyBase) -> None:
    edited = edit(base, ("SEV-1", "SEV-2"), ("A certificate.", "The gateway."))
    said = again(base, ("level: bad", "level: meh"), ("A certificate.", "A probe."), ("09:30", "09:45"))
    assert "error PIR707" in said
    assert "'severity' and the section 'Root cause' changed both in the file and in the source" in said
    assert base.file("OLD-FIRST").read_text("utf-8") == edited


@pytest.mark.parametrize(("how", "severity"), [("keep", "SEV-2"), ("source", "SEV-3")])
def test_a_conflict_is_settled_as_the_command_line_says(base: EmptyBase, how: str, severity: str) -> None:
    edit(base, ("SEV-1", "SEV-2"))
    changes = (("level: bad", "level: meh"), ("09:30", "09:45"))
    said = again(base, *changes, options=("--on-conflict", how))
    assert "PIR707" not in said
    data = base.record("OLD-FIRST")[0]
    assert data["severity"] == severity
    assert data["times"]["resolved"] == "2024-03-05T09:45:00Z"
    # and stays settled
    assert "PIR707" not in again(base, *changes)
    assert base.record("OLD-FIRST")[0]["severity"] == severity


def test_the_same_change_on_both_sides_is_no_conflict(base: EmptyBase) -> None:
    edit(base, ("SEV-1", "SEV-3"))
    assert "PIR707" not in again(base, ("level: bad", "level: meh"))


def test_what_was_taken_away_here_stays_away(base: EmptyBase) -> None:
    edit(base, ("\n## Root cause\n\nA certificate.\n", ""))
    again(base, ("level: bad", "level: meh"))
    assert "Root cause" not in base.record("OLD-FIRST")[1]


def test_what_the_source_took_away_goes_where_nobody_edited_it(base: EmptyBase) -> None:
    edit(base, ("status: draft", "status: investigation"))
    again(base, ("level: bad\n", ""), ("\n## Root cause\n\nA certificate.\n", ""))
    data, body = base.record("OLD-FIRST")
    assert "severity" not in data
    assert "Root cause" not in body


def test_a_new_section_of_the_source_stands_in_the_templates_order(base: EmptyBase) -> None:
    edit(base, ("status: draft", "status: investigation"))
    again(base, ("## Root cause", "## Detection\n\nBy chance.\n\n## Root cause"))
    body = base.record("OLD-FIRST")[1]
    assert body.index("## Summary") < body.index("## Detection") < body.index("## Root cause")


def test_a_heading_that_says_who_may_see_it_keeps_saying_so(base: EmptyBase) -> None:
    edit(base, ("\n## Root cause\n", "\n## Root cause {audience=client}\n"))
    again(base, ("A certificate.", "A probe."))
    assert "## Root cause {audience=client}\n\nA probe." in base.record("OLD-FIRST")[1]


def test_a_report_that_was_only_written_differently_was_not_edited(base: EmptyBase) -> None:
    edit(base, ("title: Mail stood still", 'title: "Mail stood still"'), ("\n## Root cause\n", "\n\n## Root cause\n"))
    assert "PIR707" not in again(base, ("title: Mail stood still", "title: Mail stood"))
    assert base.record("OLD-FIRST")[0]["title"] == "Mail stood"


def test_a_file_broken_here_is_left_and_named(base: EmptyBase) -> None:
    edited = edit(base, ("title: Mail", "title: [Mail"))
    said = again(base, ("level: bad", "level: meh"))
    assert "PIR707" in said
    assert base.file("OLD-FIRST").read_text("utf-8") == edited


TITLES = ("Summary", "Impact", "Root cause", "What went well", "Supporting information")
WORDS = st.text(alphabet="abc XYZ.:'\"", min_size=1, max_size=12).map(str.strip).filter(bool)
FIELDS = st.fixed_dictionaries(
    {"title": WORDS},
    optional={
        "severity": st.sampled_from(["SEV-1", "SEV-2", "SEV-3"]),
        "tags": st.lists(WORDS, min_size=1, max_size=3, unique=True),
        "impact": st.fixed_dictionaries({"summary": WORDS}, optional={"users": st.integers(1, 9)}),
        "root_cause": WORDS,
    },
)
BODIES = st.dictionaries(st.sampled_from(TITLES), st.from_regex(r"[a-z]{1,8}( [a-z]{1,8})?\.", fullmatch=True))


def written(fields: dict[str, object], sections: dict[str, str]) -> str:
    data = {"id": "OLD-1", "client": "acme", "status": "draft", **fields}
    ordered = [(title, sections[title]) for title in TITLES if title in sections]
    entry, problems = record_files.read_record("pirs/x/OLD-1.md", record_writer.record_text(data, ordered).encode())
    assert not problems
    return record_writer.record_text(data, ordered, merging.stamp("x", "", merging.parts_of(entry)))


@given(FIELDS, BODIES, FIELDS, BODIES, FIELDS, BODIES)
def test_each_part_of_a_merge_is_that_of_the_side_that_changed_it(
    f0: dict[str, object],
    b0: dict[str, str],
    f1: dict[str, object],
    b1: dict[str, str],
    f2: dict[str, object],
    b2: dict[str, str],
) -> None:
    path = "pirs/x/OLD-1.md"
    base, there = written(f0, b0), written(f2, b2)
    stamp = next(line for line in base.splitlines() if line.startswith(record_writer.STAMP))
    mine = "\n".join(stamp if line.startswith(record_writer.STAMP) else line for line in written(f1, b1).split("\n"))
    was, here, comes = (merging.of_text(path, text) for text in (base, mine, there))
    merged = merging.merge(path, mine, there)
    assert merged is not None
    both = {
        name
        for name in (was | here | comes)
        if here.get(name) != was.get(name) and comes.get(name) not in (was.get(name), here.get(name))
    }
    assert set(merged.conflicts) == both
    if both:
        assert merged.text == mine
        return
    expected = {n: here.get(n) if comes.get(n) == was.get(n) else comes.get(n) for n in (was | here | comes)}
    assert merging.of_text(path, merged.text) == {n: v for n, v in expected.items() if v is not None}
    assert record_writer.digest(merged.text) == record_writer.digest(there)
