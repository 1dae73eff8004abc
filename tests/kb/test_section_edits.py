"""Edits of the body: the texts that are given change, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from helpers.repository import ROOT

from mkdocs_pir.kb import record_files
from mkdocs_pir.kb.section_edits import texts_of, with_texts

HEAD = "---\nid: LL-0001  # one\n---\n"
BODY = """
Inside.

## Driving event { audience=client }
One.


What to do
----------

* Two  \x20

## Own words
"""

CASES: Mapping[str, tuple[Mapping[int, str], Mapping[str, str], str]] = {
    "nothing": ({}, {}, BODY),
    "the same words": ({1: "One.\n"}, {}, BODY),
    "the text before the first section": ({0: "Outside."}, {}, BODY.replace("Inside", "Outside")),
    "no text before the first section": ({0: ""}, {}, BODY.replace("\nInside.\n", "", 1)),
    "a section": ({1: "A.\n\nB."}, {}, BODY.replace("One.\n\n", "\nA.\n\nB.\n")),
    "a section below an underlined heading": ({2: "Three"}, {}, BODY.replace("* Two  \x20", "Three")),
    "the last section": ({3: "Words"}, {}, BODY + "\nWords\n"),
    "a section that is left out": (
        {1: " \n"},
        {},
        BODY.replace("## Driving event { audience=client }\nOne.\n\n\n", ""),
    ),
    "the last two sections left out": (
        {2: "", 3: "Words"},
        {"Lesson": " "},
        BODY.partition("What")[0] + "## Own words\n\nWords\n",
    ),
    "a section in the order of the schema": (
        {},
        {"Lesson": "L"},
        BODY.replace("What to do\n-", "## Lesson\n\nL\n\nWhat to do\n-"),
    ),
    "a section at the end": ({}, {"How to verify": "V"}, BODY + "\n## How to verify\n\nV\n"),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_only_the_given_texts_change(case: str, end: str) -> None:
    changed, added, after = CASES[case]
    raw, wanted = ((HEAD + body).replace("\n", end).encode() for body in (BODY, after))
    assert with_texts("lessons/LL-0001.md", raw, changed, added) == wanted
    assert with_texts("lessons/LL-0001.md", b"\xef\xbb\xbf" + raw, changed, added) == b"\xef\xbb\xbf" + wanted


def test_what_was_written_is_read_again_in_every_record_of_the_demonstration() -> None:
    for file in sorted((ROOT / "kb").rglob("*.md")):
        path = file.relative_to(ROOT / "kb").as_posix()
        if path in record_files.NOT_RECORDS:
            continue
        kind, raw = record_files.kind_of(path), file.read_bytes()
        before = texts_of(kind, record_files.parse(kind, path, raw.decode()).body)
        words = {number: f"{text.text}\n\nAnd {number}." for number, text in enumerate(before)}
        after = with_texts(path, raw, words, {})
        read = texts_of(kind, record_files.parse(kind, path, after.decode()).body)
        assert [(text.title, text.text) for text in read] == [
            (text.title, words[number].strip("\n")) for number, text in enumerate(before)
        ], path
