"""The canonical form of a text: the same however it was reached, stable when it is read again, and never slow."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.knowledge_base import REVIEW, find_problems, write_base
from hypothesis import example, given
from hypothesis import strategies as st

from mkdocs_pir.kb.texts import sanitise, tree
from mkdocs_pir.kb.texts.rendering import MarkdownReader

READER = MarkdownReader()
WORDS = st.text(alphabet="aB3é .,;:()/%'\"?#–’-\n", max_size=60)
MARKUP = st.text(alphabet=st.sampled_from(list("<>\"'=/ `*_[]()|#-\nabdiv:&;{}!1^~+\\")), max_size=100)


_PIECES = ["<p>", "</p>", "<em>", "</em>", "<br>", "<br/>", "<td>", '<a href="x&amp;y" title="a > b">', "</a>", "<B>"]
_PIECES += [
    "<pre>",
    "</pre>",
    "a",
    " & b",
    "&amp;",
    "&lt",
    "<",
    ">",
    "<!-- c -->",
    "<b class=x>",
    "<script>",
    "\n",
    "\xa0",
]


@given(st.lists(st.sampled_from(_PIECES)).map("".join))
def test_canonical_html_is_read_as_the_parser_of_python_reads_it(html: str) -> None:
    reader = tree._Reader()
    reader.feed(html)
    reader.close()
    assert _values(tree.read(html)) == _values(reader.root)


def _values(element: tree.Element | str) -> object:
    if isinstance(element, str):
        return element
    return element.name, element.attributes, [_values(child) for child in element.children]


CELLS = st.sampled_from(["", "", "a", "INC-1", "1.", "-", " ? ", "b  c", "(d)", "[[x]]", "ºC"]) | WORDS.map(str.strip)
RULES = st.sampled_from(["---", "---", ":-", ":-:", " -: ", "x"])


def _row(cells: st.SearchStrategy[str], width: int) -> st.SearchStrategy[str]:
    return st.lists(cells, min_size=width, max_size=width).map(lambda row: f"|{'|'.join(row)}|")


TABLES = st.integers(1, 4).flatmap(
    lambda width: st.tuples(_row(CELLS, width), _row(RULES, width), *[_row(CELLS, width)] * (width % 3 + 1)).map(
        "\n".join
    )
)


@example(["| a | | | b |\n|---|---|---|---|\n| | c | | |"], "\n\n")
@example(["| | a |\n|---|---|\n| | 1. |\n| | b |"], "\n\n")
@given(st.lists(WORDS | TABLES | CELLS, max_size=4), st.sampled_from(["\n\n", "\n"]))
def test_plain_words_are_what_python_markdown_makes_of_them(blocks: list[str], between: str) -> None:
    text = between.join(blocks).strip("\n")
    quick = READER.quick(text)
    if quick is not None:
        whole = READER._render(text)
        assert (quick, quick.text.html) == (whole, whole.text.html)


def test_ordinary_paragraphs_and_tables_need_no_parser() -> None:
    assert READER.quick("Mail was late by five hours (see the report); nobody knew.\n\nIt's 5% of all.") is not None
    table = "| Time | What happened | Evidence |\n|---|:-:|---|\n| 2026-01-02T06:10 | Alert of *load*. | INC-1, ? |"
    assert READER.quick(table) is None
    assert READER.quick(table.replace("*", "")) is not None


EVERY_PATTERN = MarkdownReader()
for name in ("pir-mark-plain", "pir-unmark-plain"):
    EVERY_PATTERN._markdown.treeprocessors.deregister(name)


@given(st.lists(WORDS | MARKUP, min_size=1, max_size=6), st.sampled_from(["\n", "\n- ", " | ", "\n\n", "\n> "]))
def test_words_without_markup_may_pass_by_the_inline_patterns(texts: list[str], between: str) -> None:
    text = between.join(texts)
    assert READER.render(text) == EVERY_PATTERN.render(text)
    assert READER.render(text).text.html == EVERY_PATTERN.render(text).text.html


def test_an_abbreviation_in_plain_words_is_explained() -> None:
    html = READER.render("| Time | What |\n|---|---|\n| 02:10 | SLA met |\n\n*[SLA]: service level agreement").text.html
    assert '<abbr title="service level agreement">SLA</abbr> met' in html


@given(MARKUP)
def test_a_text_read_again_is_the_same(text: str) -> None:
    html = READER.render(text).text.html
    assert tree.write(tree.read(html)) == html
    assert sanitise.clean_whole(html) == html


@given(MARKUP)
def test_what_is_internal_holds_the_whole_of_it(text: str) -> None:
    """Whatever stands in a block, nothing of it stands outside, unless the text is refused."""
    secret = "".join(c if not c.isalnum() else "z" for c in text)
    rendered = READER.render(f"Before.\n\n/// internal\nz{secret}z\n///\n\nAfter.")
    if rendered.misreadings:
        return
    whole = tree.read(rendered.text.html)
    whole.children = [c for c in whole.children if isinstance(c, str) or c.name != "pir-internal"]
    assert tree.plain(whole).replace("footnote", "") == "Before.\nAfter."


SLOW = {
    "brackets": "[" * 8_000,
    "tags": "<a " * 10_000,
    "links": "[a](" * 8_000,
    "images": "![" * 8_000,
    "emphasis": "\n".join(["*a_" * 20_000] * 15),
    "references to one note": "a[^1] " * 8_000 + "\n\n[^1]: x",
    "rules": "- - -\n" * 10_000,
    "headings": "words\n### A\n" * 10_000,
    "underlines": "words\n===\n" * 10_000,
    "blocks": "/// internal\na\n///\n" * 5_000,
    "boxes": "??? note\n" * 10_000,
    "tabs": '=== "x"\n' * 10_000,
    "abbreviations": "*[a]: b\n" * 10_000,
    "escapes": "\n".join(["\\*" * 10_000] * 20),
    "entities": "\n".join(["&amp;" * 10_000] * 10),
    "elements in one another": "<b>" * 700 + "</b>" * 700,
}


@pytest.mark.parametrize("name", SLOW)
def test_what_would_take_long_is_refused_at_its_line(tmp_path: Path, name: str) -> None:
    write_base(
        tmp_path, {"kb/pirs/2025/PIR-2025-0001.md": REVIEW.replace("Mail stood still for five hours.", SLOW[name])}
    )
    found = find_problems(tmp_path)
    line = REVIEW.split("\n").index("## Summary") + 1
    errors = [p for p in found if p["code"] in ("PIR025", "PIR022")]
    assert errors
    assert all(int(str(p["line"])) >= line for p in errors)


def test_a_long_log_in_a_fence_is_within_the_limits() -> None:
    log = "[2026-03-04T02:10:00Z]: the listener # 12 answers\n# - - -\n" * 3_000
    assert READER.render(f"```text\n{log}```").misreadings == ()


def test_a_note_of_what_is_shown_stays_although_an_internal_heading_ends_the_text() -> None:
    html = READER.render(
        "Text[^1].\n\n[^1]: The note.\n\n### Inside { audience=internal }\n\nOurs[^2].\n\n[^2]: Our own."
    ).text.html
    whole = tree.read(html)
    whole.children = [c for c in whole.children if isinstance(c, str) or c.name != "pir-internal"]
    assert "The note." in tree.plain(whole)
    assert "Our" not in tree.plain(whole)
    assert "Our own." in html


@pytest.mark.parametrize(
    "posing",
    [
        "SECRET\n{: .footnote }",
        "!!! footnote\n    SECRET",
        "1. SECRET\n{: .footnote }",
        "- a\n- SECRET {: #fn:1 .footnote }",
    ],
)
def test_nothing_poses_as_the_notes_of_a_text(posing: str) -> None:
    rendered = READER.render(f"Before.\n\n### Inside {{ audience=internal }}\n\n{posing}\n\nSECRET")
    whole = tree.read(rendered.text.html)
    whole.children = [c for c in whole.children if isinstance(c, str) or c.name != "pir-internal"]
    assert rendered.misreadings or tree.plain(whole) == "Before."


@pytest.mark.parametrize("number", ["0", "1", "7", "x"])
def test_no_attribute_of_a_block_says_that_it_was_taken_out(number: str) -> None:
    block = f"/// internal\n    attrs: {{data-part: '{number}', title: x}}\n\nSECRET <b>\n///"
    rendered = READER.render(f"Before.\n\n{block}\n\n/// internal\nMORE\n///\n\n{block}\n\nAfter.")
    whole = tree.read(rendered.text.html)
    whole.children = [c for c in whole.children if isinstance(c, str) or c.name != "pir-internal"]
    assert rendered.misreadings or tree.plain(whole) == "Before.\nAfter."
    assert "SECRET" in rendered.text or rendered.misreadings


@pytest.mark.parametrize(
    "text", ["<!-- a --> and `<!-- b -->`", "<!-- a -->, `<b>c</b>`", "<div>x</div> and `<!-- b -->`"]
)
def test_code_that_python_markdown_would_lose_is_refused_or_shown(text: str) -> None:
    rendered = READER.render(text)
    sample = text[text.index("`") + 1 : -1]
    assert sample in rendered.text or rendered.misreadings


PLAIN = {
    "1. One\n2. Two\n\n    and more": "1. One\n2. Two\nand more",
    "3. Three\n4. Four": "3. Three\n4. Four",
    "- a\n- b": "a\nb",
    "| a | b |\n|---|---|\n| 1 | `2` |": "a · b\n1 · 2",
    "As said[^1].\n\n[^1]: A note.": "As said.\nA note.",
    "See [[LL-0007]] and [[LL-0007|this]].": "See LL-0007 and this.",
    "![a chart](x.png) of it": "a chart of it",
    "One\nline, **bold**, `code`.": "One line, bold, code.",
    "```\na\n  b\n```": "a\n  b",
}


@pytest.mark.parametrize("text", PLAIN)
def test_the_plain_words_are_those_that_a_reader_sees(text: str) -> None:
    assert READER.render(text).text == PLAIN[text]


def test_code_within_a_line_can_be_set_off() -> None:
    html = READER.render("Run `ls -l`, then:\n\n```\nmake `x`\n```").text.html
    assert tree.plain(tree.read(html), ticks=True) == "Run `ls -l`, then:\nmake `x`"


BESIDE = {
    "boxes and tabs in a block": '/// internal\n!!! note "SECRET"\n    SECRET\n\n=== "SECRET"\n\n    SECRET\n///',
    "two boxes in a block in a list": '- a\n\n    /// internal\n    !!! note "SECRET"\n        SECRET\n\n    !!! note\n        SECRET\n    ///',
    "a block that indentation makes code": "1. Term\n    :   a\n\n        /// internal\n        SECRET\n        ///",
    "a heading that indentation makes code": "1. !!! note\n        ##### X {: audience=internal }\n        SECRET",
    "a note in a list": "1. x[^1]\n\n    [^1]:\n        /// internal\n        > a\n\n        SECRET\n        ///",
}


@pytest.mark.parametrize("name", BESIDE)
def test_an_internal_block_leaves_none_of_its_text_beside_it(name: str) -> None:
    rendered = READER.render(f"Before.\n\n{BESIDE[name]}\n\nAfter.")
    whole = tree.read(rendered.text.html)
    for element in whole.walk():
        element.children = [c for c in element.children if isinstance(c, str) or c.name != "pir-internal"]
    assert rendered.misreadings or "SECRET" not in tree.write(whole)
