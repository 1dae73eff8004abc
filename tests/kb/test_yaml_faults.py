"""Malformed YAML is named in plain words, at the line where the mistake begins."""

from __future__ import annotations

import pytest

from mkdocs_pir.kb.frontmatter import load_yaml
from mkdocs_pir.kb.problem import ProblemError


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ('id: x\ntitle: "Mail stalled\nclient: a\nsymptoms: ["451", queue]\n', (2, 8), 'the quote " is opened here'),
        ("id: x\ntitle: 'Mail stalled\nclient: a\n", (2, 8), "the quote ' is opened here"),
        ("id: x\ntitle: 'Mail stalled\nclient: a\nnote: it's\n", (2, 8), "the quote ' is opened here"),
        ("id: x\ntimes:\n\tdetected: a\n", (3, 1), "a tab stands where the line is indented"),
        ("id: x\ntimes:\n  detected: a\n\tresolved: a\n", (4, 1), "a tab stands where the line is indented"),
        ("id: x\nservices: [a\nstatus: b\n", (2, 11), "the bracket [ is opened here and not closed"),
        ("id: x\ntitle: Mail: stalled\n", (2, 12), "a second ': ' in a value without quotes"),
    ],
)
def test_the_mistake_is_named_where_it_begins(text: str, where: tuple[int, int], words: str) -> None:
    with pytest.raises(ProblemError) as raised:
        load_yaml(text, "a.md")
    (problem,) = raised.value.problems
    assert (problem.line, problem.column, words in problem.message) == (*where, True), problem
