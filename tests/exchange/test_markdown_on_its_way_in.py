"""Foreign Markdown looks on the site as it did at home, and nothing in it acts."""

from __future__ import annotations

import re

import pytest
from markdown import markdown
from markdown_it import MarkdownIt

from mkdocs_pir.exchange.importing.dialect import to_site
from mkdocs_pir.exchange.importing.inert import Place, make_inert
from mkdocs_pir.exchange.importing.sections import Targets, arrange
from mkdocs_pir.kb import body
from mkdocs_pir.kb.frontmatter import Positions
from mkdocs_pir.kb.graph import Ids
from mkdocs_pir.kb.knowledge import Entry
from mkdocs_pir.kb.texts.extensions import DEFAULT, OPTIONS

HERE = Place(
    "a/first.md", Ids([Entry("pir", "PIR-2026-0001", "", {}, None, Positions(), "")]), {"a/b.md": "PIR-2026-0001"}
)


def shown(text: str) -> str:
    """The text as the site shows it, tags and words without attributes and the space between them."""
    html = markdown(to_site(text), extensions=DEFAULT, extension_configs=OPTIONS)
    return "".join(re.sub(r"<(\w+)[^>]*>", r"<\1>", html).split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Items:\n- one\n- two", "<p>Items:</p><ul><li>one</li><li>two</li></ul>"),
        ("- one\n  - inner\n- two", "<ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul>"),
        ("1) one\n2) two", "<ol><li>one</li><li>two</li></ol>"),
    ],
)
def test_lists_stay_what_they_were(text: str, expected: str) -> None:
    assert expected in shown(text)


@pytest.mark.parametrize(
    "text", ["Then:\n```\n- a\n  b\n```\nAfter", "Then:\n\n    - a\n      b\n\nAfter", "```\n- a\n  b"]
)
def test_code_stays_code_to_the_letter(text: str) -> None:
    html = markdown(to_site(text), extensions=DEFAULT, extension_configs=OPTIONS)
    assert re.sub(r"<[^>]+>", "", html[html.index("<pre") : html.index("</pre>")]).strip("\n") == "- a\n  b"


def test_a_table_below_a_line_of_text_stays_a_table() -> None:
    assert "<table>" in shown("Times in UTC.\n| Time | Event |\n|---|---|\n| 10:00 | Down |")


def inert(text: str) -> tuple[str, list[str]]:
    said: list[str] = []
    out = make_inert(text, 1, HERE, lambda code, where, message, hint: said.append(f"{where[0]} {code} {message}"))
    return out, said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[b](b.md)", "[[PIR-2026-0001|b]]"),
        ("[see][x]\n\n[x]: b.md", "[[PIR-2026-0001|see]]"),
        ("![chart](https://other.example/c.png)", "[chart](https://other.example/c.png)"),
        ("https://other.example/x.", "<https://other.example/x>."),
        ("PIR-2026-0001 again", "PIR-2026-0001 again"),
        ("PIR-2019-0009 of another tool", "`PIR-2019-0009` of another tool"),
        ("`{{ x }} <b>`", "`{{ x }} <b>`"),
        ("~~gone~~", "<del>gone</del>"),
    ],
)
def test_links_lead_to_records_or_nowhere(text: str, expected: str) -> None:
    assert inert(text)[0].strip() == expected


@pytest.mark.parametrize("text", ["<script>x</script>", "<img src=x onerror=y>", "{{< include >}}", "<!-- hidden -->"])
def test_what_would_act_is_shown_or_left_out_and_named(text: str) -> None:
    out, said = inert(f"Before\n\n{text}\n\nAfter")
    assert "<script" not in out
    assert "<img" not in out
    assert "<!--" not in out
    assert [s.split()[0] for s in said] == ["3"] * len(said)
    assert said


def placed(text: str, own: dict[str, str] | None = None) -> dict[str, str]:
    preamble, sections, _ = body.split(text, 1, "x.md")
    return dict(arrange(preamble, sections, Targets(own or {}))[0])


def test_sections_find_their_place_by_the_names_in_common_use() -> None:
    out = placed("Opening.\n\n## What happened?\n\nThis.\n\n## Action items\n\n- do\n\n## TL;DR\n\nShort.")
    assert list(out) == ["Summary", "What we are changing"]
    assert "Opening." in out["Summary"]
    assert "Short." in out["Summary"]


def test_a_heading_that_no_one_knows_is_kept_below_the_supporting_information() -> None:
    assert placed("## Weather\n\nRain.") == {"Supporting information": "### Weather\n\nRain."}


def test_the_mapping_s_word_goes_first() -> None:
    assert placed("## Weather\n\nRain.", {"Weather": "Impact"}) == {"Impact": "Rain."}
    assert placed("## Weather\n\nRain.", {"Weather": "leave out"}) == {}
    assert placed("## Weather\n\nRain.", {"Weather": "own section"}) == {"Weather": "Rain."}


def test_the_retrospective_below_the_lessons_becomes_sections_of_its_own() -> None:
    out = placed("## Lessons learned\n\n### What went well\n\nMuch.\n\n### Where we got lucky\n\nOnce.")
    assert out == {"What went well": "Much.", "Where we got lucky": "Once."}


def test_no_word_of_a_document_is_lost() -> None:
    text = "A\n\n# B\n\nC\n\n## Impact\n\nD\n\n## Weather\n\nE\n\n## Impact\n\n### F\n\nG"
    words = " ".join(placed(text).values())
    plain = MarkdownIt().render(words)
    assert all(word in plain for word in "ACDEFG")
