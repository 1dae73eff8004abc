"""Foreign Markdown looks on the site as it did at home, and nothing in it acts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import markdown
from markdown_it import MarkdownIt

from mkdocs_pir.exchange.importing.incoming_text import IncomingText, Place
from mkdocs_pir.exchange.importing.sections import Targets, arrange
from mkdocs_pir.kb import body
from mkdocs_pir.kb.frontmatter import Positions
from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.references import Ids
from mkdocs_pir.kb.texts import Texts
from mkdocs_pir.kb.texts.extensions import DEFAULT, OPTIONS

HERE = Place(
    "a/first.md", Ids([RecordFile("pir", "PIR-2026-0001", "", {}, None, Positions(), "")]), {"a/b.md": "PIR-2026-0001"}
)


def inert(text: str) -> tuple[str, list[str]]:
    said: list[str] = []

    def report(code: str, where: tuple[int, int], message: str, hint: str) -> None:
        said.append(f"{where[0]} {code} {message}")

    pieces = IncomingText(HERE, lambda words: words, report).document(text, 1)
    return "\n\n".join(piece.text for piece in pieces), said


def shown(text: str) -> str:
    """The text as the site shows it, tags and words without attributes and the space between them."""
    html = markdown(inert(text)[0], extensions=DEFAULT, extension_configs=OPTIONS)
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
    html = markdown(inert(text)[0], extensions=DEFAULT, extension_configs=OPTIONS)
    assert re.sub(r"<[^>]+>", "", html[html.index("<pre") : html.index("</pre>")]).strip("\n") == "- a\n  b"


def test_an_address_in_html_stays_whole_where_a_part_of_it_looks_like_a_sign() -> None:
    assert "log?level=0&timestamp=2017" in inert("<div>https://other.example/log?level=0&timestamp=2017</div>")[0]


def test_a_table_below_a_line_of_text_stays_a_table() -> None:
    assert "<table>" in shown("Times in UTC.\n| Time | Event |\n|---|---|\n| 10:00 | Down |")


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
        ("~~gone~~", "~~gone~~"),
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


def test_a_mark_of_an_audience_is_left_out_and_named() -> None:
    out, said = inert("## Cause\n\n### Ours { audience=internal }\n\nx")
    assert out == "## Cause\n\n### Ours\n\nx"
    assert said == ["3 PIR704 the mark '{ audience=internal }' of a heading was left out"]


def said_of(text: str, markup: str) -> str:
    """A text of a ticket as it is written."""
    return IncomingText(HERE, lambda words: words, lambda *said: None).section(text, markup, (1, 1))


PIECES = (
    *(
        "## A heading",
        "# Top",
        "### Three { audience=internal }",
        "Set\n---",
        "- one\n  - two",
        "> ## quoted",
        "- # listed",
    ),
    *(
        "```\n# code\n```",
        "    # indented",
        "`a|b`",
        "**bold**",
        "snake_case_name",
        "a * b * c",
        "H~2~O and x^2^",
        "==m==",
    ),
    *(
        "{: .class }",
        "{ audience=internal }",
        "/// internal",
        "///",
        "!!! internal\n    box",
        '??? tip "T"',
        "::: internal",
    ),
    *(
        "[to](b.md)",
        "[to](other.md)",
        "[[PIR-2026-0001]]",
        "[[X-1]]",
        "PIR-2019-0009",
        "[ref][r]",
        "[r]: https://x.example/1",
    ),
    *("<b>bold</b>", "<div>", "</div>", "<script>alert(1)</script>", "<span hidden>seen</span>", "<your-name>", "<br>"),
    *(
        "<details><summary>More</summary>",
        "</details>",
        "<table><tr><td>cell</td></tr></table>",
        "<pre>\n a  b\n</pre>",
    ),
    *(
        "&lt;b&gt;",
        "&#35;&#35; entity",
        r"\# escaped",
        "| a | b |\n|---|---|\n| `x|y` | z |",
        "[^1]",
        "[^1]: note",
        "*[AB]: abbr",
    ),
    *(
        "Term\n: meaning",
        "http://bare.example/x_y.",
        "{{ jinja }}",
        "{{< short >}}",
        "---",
        "- [ ] to do",
        "\u200b## hidden",
    ),
    *("＃＃ wide", "a  \nb", "a\\\nb", "-->", "1) first", "\ttab", "text"),
)


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["\n", "\n\n", " "])), min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_any_markdown_passes_the_check_and_is_not_taken_for_internal(pieces: list[tuple[str, str]]) -> None:
    preamble, sections, _ = body.split(inert("".join(map("".join, pieces)))[0], 1, "x.md", levels=("h1", "h2"))
    for text in (preamble, *(section.text for section in sections)):
        rendered = Texts().read(text)
        assert rendered.misreadings == ()
        assert "pir-internal" not in rendered.text.html


@pytest.mark.parametrize("piece", PIECES)
def test_every_word_that_the_writer_saw_is_shown(piece: str) -> None:
    written = inert(f"Before.\n\n{piece}\n\nAfter.")[0]
    seen = "".join(re.findall(r"\w", re.sub(r"<[^>]*>", "", markdown(written, extensions=DEFAULT))))
    words = re.sub(
        r"<(?!your|script|/script)[^>]*>|&\w+;|&#35;|\]\(.*?\)|^\[r\].*|audience=internal|\[\^?\w+\]$", "", piece
    )
    for word in re.findall(r"[^\W_]{3,}", words):
        assert word in seen + written, written


@pytest.mark.parametrize(
    "text",
    [
        "Mail, *all* of it, stood still.\nFrom 10:00 on.",
        "* one\n* two\n\n1. first\n2. second",
        "| Time | Event |\n|:--|---|\n| 10:00 | `a` |",
        "~~~sh\nls -la  # all\n~~~",
        '!!! note "Mind"\n    A box of MkDocs.',
        "Term\n:   What it means.",
        "See below.[^1]\n\n[^1]: A note.",
        "> quoted, x < y & z",
        "Line<br>\nline, H<sub>2</sub>O",
    ],
)
def test_what_a_page_shows_as_its_writer_saw_it_stays_as_it_was_written(text: str) -> None:
    assert inert(text) == (text, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n- b", "a\n\n- b"),
        ("- b\n  - c\n\n    d", "- b\n    - c\n\n        d"),
        ("H~2~O", r"H\~2\~O"),
        ("## Top {#top}\n\n> # Deep", "## Top\n\n> ### Deep"),
        ("<h2>Raw</h2>\n\n<b>x</b>", "### Raw\n\n**x**"),
        ("<details><summary>More</summary>\n\n- a\n\n</details>", "**More**\n\n- a"),
        ("/// internal\nx\n///", "&#47;&#47;&#47; internal\nx\n&#47;&#47;&#47;"),
        ("| a | b |\n|:-:|--:|\n| <b>1</b> | 2 |", "| a | b |\n| :-: | --: |\n| **1** | 2 |"),
        ("| a |\n|---|\n| 1 | 2 |", "| a | |\n|---|---|\n| 1 | 2 |"),
    ],
)
def test_only_what_would_be_shown_otherwise_is_written_anew(text: str, expected: str) -> None:
    assert inert(text)[0] == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>5 * 3, snake_case, a&lt;b</p>", "5 * 3, snake_case, a&lt;b"),
        ("<p>__init__ and *.log</p>", r"\_\_init\_\_ and *.log"),
        ("<pre>  a\n\n   b`c</pre>", "```\n  a\n\n   b`c\n```"),
        ("<ul><li>a<pre>x\n y</pre></li></ul>", "- a\n\n    ```\n    x\n     y\n    ```"),
        ("<table><tr><td>a<ul><li>b</li></ul></td></tr></table>", "|  |\n| --- |\n| a<br>- b |"),
        ("<ac:task><svc>kept</svc></ac:task>", "kept"),
        ("<p onclick='x'>a <a href='/browse/X'>X</a></p>", "a X (`/browse/X`)"),
    ],
)
def test_html_keeps_its_signs_its_code_and_its_lines(html: str, expected: str) -> None:
    assert said_of(html, "html") == expected


def test_a_cell_is_cut_by_what_is_seen_of_it() -> None:
    def cell(html: str) -> str:
        return IncomingText(HERE, lambda words: words, lambda *said: None).cell(html, "html", (1, 1))

    whole = "<p>word <span style='color: red; font-weight: bold'>more</span></p>" * 250
    assert cell(whole).count("word more") == 250
    assert cell("<p>word</p>" * 2000).endswith("word<br>word")
    assert len(cell("<p>one <b>" + "long " * 2000 + "</b></p><p>two</p>")) < 3010
    assert cell("<p>one <b>" + "long " * 2000 + "</b></p><p>two</p>").endswith("long…**")


def test_what_nobody_can_follow_is_kept_as_code() -> None:
    assert "```\nx\n```" in said_of("<div>" * 3000 + "x", "html")
    assert inert("> " * 100 + "x")[0].startswith("```\n> >")


def placed(text: str, own: dict[str, str] | None = None) -> dict[str, str]:
    pieces = IncomingText(HERE, lambda words: words, lambda *said: None).document(text, 1)
    return arrange(pieces, Targets(own or {})).texts


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
