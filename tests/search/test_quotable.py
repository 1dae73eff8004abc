"""What a result quotes of a body reads like a sentence, and keeps every command as it is."""

from __future__ import annotations

import pytest

from mkdocs_pir.search.quotable import quotable


@pytest.mark.parametrize(
    ("markdown", "quoted"),
    [
        ("Then:\n\n```console\n$ curl -s a | head\n```\n\nand wait", "Then:\n\n$ curl -s a | head\n\nand wait"),
        ("- one\n- [x] two\n* three", "one\ntwo\nthree"),
        ("### What we saw\n> **No** answer", "What we saw\nNo answer"),
        ("see [the runbook](../r.md#x){target=_blank} or [it][1]", "see the runbook or it"),
        ("| host | state |\n|---|:-:|\n| db-1 | down |", "host · state\ndb-1 · down"),
        ('!!! warning "Not during trading"\n    Wait.', '"Not during trading"\n    Wait.'),
        (
            "a*b*c, snake_case__name, 2 ** 8 ** 2, ps aux | grep x, a[0](1",
            "a*b*c, snake_case__name, 2 ** 8 ** 2, ps aux | grep x, a[0](1",
        ),
        ("", ""),
    ],
)
def test_marks_of_layout_are_left_out_and_code_stays(markdown: str, quoted: str) -> None:
    assert quotable(markdown) == quoted


def test_a_long_line_of_signs_is_read_at_once() -> None:
    for signs in ("[" * 50_000, "**a" * 50_000, "|" * 50_000, "- " * 50_000, "---|" * 50_000, "![](" * 50_000):
        assert isinstance(quotable(signs), str)
