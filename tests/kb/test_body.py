"""A body is split at the headings that a CommonMark parser sees, also where they are read off the lines."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mkdocs_pir.kb import body

LINES = [
    "", "Words.", "## Detection", "## Summary ##", "##", "## ", "##\tTab", "#Not one", "####### Seven", "### Third {#x}",
    "##  Wide  { audience=internal } ", "- item", "- ## Nested", "1. ## Nested", "* * *", "---", "-", "- - -", "===", "=",
    "| a | b |", "|---|---|", "> ## Quoted", "> quoted", "    ## Code", "  ## Indented", "\t## Tab", "```", "~~~", "<div>",
    "</div>", "<!--", "-->", "[x]:", "[x]: a.md", "\\## Not one", "## \\#", "## a\\", "## C#", "## C #", "*", "+", "1.",
    "\u00a0## Space", "\u2028## Line", "\x0c## Page", "##\u00a0Space", "## \u3000wide\u3000", "word\x0b## Tab", "\r## Return",
]  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.sampled_from(LINES), max_size=7))
@example(["-", "##"])
@example(["- item", "## Detection"])
@example(["Words.", "- - -"])
def test_headings_are_those_that_the_parser_sees(lines: list[str]) -> None:
    text = "\n".join(lines)
    for levels in (("h2",), ("h1", "h2", "h3")):
        plain = body._plain_headings(text, text.split("\n"), levels)
        if plain is not None:
            headings, problems = body._headings(text, text.split("\n"), 1, "a.md", levels)
            assert ({n: (end, " ".join(words.split())) for n, (end, words) in plain.items()}, []) == (
                {n: (end, " ".join(words.split())) for n, (end, words) in headings.items()},
                problems,
            )


def test_an_ordinary_body_needs_no_parser() -> None:
    text = "Notes.\n\n## Summary\n\nMail *stood* still.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    assert body._plain_headings(text, text.split("\n"), ("h2",)) == {2: (3, "Summary")}
