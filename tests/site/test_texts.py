"""Record Markdown becomes safe HTML, and ids in it become links, never inside code."""

from __future__ import annotations

import re

import pytest
from helpers.sample_pages import project_texts, redactor, sample_records
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.kb.model import Page, Record
from mkdocs_pir.kb.texts import Text, Texts
from mkdocs_pir.site.link_targets import LinkTargets
from mkdocs_pir.site.text_renderer import TextPlace, TextRenderer

HERE = TextPlace("pirs/2026/PIR-2026-0099.html", "in-summary-", frozenset({"timeline"}))


def renderer(edition: str = "internal", files: tuple[str, ...] = (), records: tuple[Record, ...] = ()) -> TextRenderer:
    return TextRenderer(
        LinkTargets(project_texts(*(records or sample_records()), edition=edition, files=files)),
        internal=edition == "internal",
    )


def read(
    text: str,
    path: str = "pirs/2026/PIR-2026-0099.md",
    edition: str = "internal",
    files: tuple[str, ...] = (),
    records: tuple[Record, ...] = (),
) -> Text:
    return redactor(path, records or sample_records(), edition, files).markdown(Texts().read(text).text)


def render(text: str, *, edition: str = "internal", files: tuple[str, ...] = (), place: TextPlace = HERE) -> str:
    return str(renderer(edition, files).block(read(text, edition=edition, files=files), place))


@pytest.mark.parametrize(
    ("text", "href", "shown"),
    [
        ("[[LL-0007]]", "../../lessons/LL-0007.html", "LL-0007"),
        ("[[LL-0007|the probes]]", "../../lessons/LL-0007.html", "the probes"),
        ("see LL-0007.", "../../lessons/LL-0007.html", "LL-0007"),
        ("PIR-2026-0012-A1", "PIR-2026-0012.html#A1", "PIR-2026-0012-A1"),
        ("[[change/expired-certificate]]", "../../causes/change/expired-certificate.html", "Expired certificate"),
        ("[that](../../lessons/LL-0007.md)", "../../lessons/LL-0007.html", "that"),
        ("[that](../../lessons/LL-0007.md#what-to-do)", "../../lessons/LL-0007.html#what-to-do", "that"),
        ("[that](../../lessons/LL%2D0007.md)", "../../lessons/LL-0007.html", "that"),
        ("| a |\n|---|\n| [[LL-0007|in a cell]] |", "../../lessons/LL-0007.html", "in a cell"),
        ("**LL-0007**", "../../lessons/LL-0007.html", "LL-0007"),
    ],
)
def test_an_id_leads_to_its_page_with_the_title_on_hover(text: str, href: str, shown: str) -> None:
    html = render(text)
    assert f'href="{href}"' in html
    assert f">{shown}</a>" in html
    assert 'title="' in html


@pytest.mark.parametrize(
    "text",
    [
        "`LL-0007`",
        "```\nLL-0007 [[LL-0007|x]]\n```",
        "    LL-0007 [[LL-0007]]",
        "~~~text\nLL-0007\n~~~",
        "`[[LL-0007|x]]`",
    ],
)
def test_an_id_in_code_is_left_alone(text: str) -> None:
    html = render(text)
    assert "<a" not in html
    assert "LL-0007" in re.sub(r"<[^>]+>", "", html)
    assert "\x1f" not in html


def test_an_id_that_leads_nowhere_is_plain_text() -> None:
    assert render("[[LL-9999|gone]] and LL-9999 and [x](../../lessons/LL-9999.md)") == ("<p>gone and LL-9999 and x</p>")


def test_an_id_inside_a_link_does_not_nest_links() -> None:
    assert render("[LL-0007 here](https://a.example/)").count("<a ") == 1


def test_a_page_does_not_link_to_itself() -> None:
    assert "<a" not in render("PIR-2026-0012", place=TextPlace("pirs/2026/PIR-2026-0012.html"))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src="x" onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "[x](data:text/html,hi)",
        '<a href="jAvAsCrIpT:alert(1)">x</a>',
        '<p style="position:fixed" onclick="alert(1)">x</p>',
        "para\n{: onclick=alert(1) style=color:red }",
        "<iframe src='https://x.example'></iframe>",
        "<style>body{display:none}</style>",
        "<svg onload=alert(1)></svg>",
        "<form action='/x'><button>x</button></form>",
        '<input type="text" autofocus onfocus="alert(1)">',
        "<base href='https://x.example/'>",
        '<meta http-equiv="refresh" content="0;url=https://x.example">',
        "# x {: .md-overlay }",
        "<div class='md-header pir-chip'>x</div>",
    ],
)
def test_nothing_that_runs_or_poses_as_the_page_survives(text: str) -> None:
    tags = " ".join(re.findall(r"<[^>]*>", render(text)))
    assert not re.search(
        r"<(script|iframe|style|svg|form|button|base|meta)|\son\w+=|style=|javascript:|data:|type=\"text\"|md-|pir-chip",
        tags,
        re.I,
    )


@given(st.text(alphabet=st.sampled_from(list("<>\"'=/ `*_[]()|#-\nascriptonload:&;{}!A0")), max_size=120))
def test_any_text_renders_without_scripts_or_handlers(text: str) -> None:
    html = render(text)
    assert not re.search(r"<script|<[a-z][^>]*\son\w+=|<[a-z][^>]*\sstyle=", html, re.I)


def test_an_image_from_elsewhere_is_never_asked_for() -> None:
    html = render('![graph](https://x.example/a.png) <img src="https://x.example/b.png"> <img src="//x.example/c.png">')
    assert "x.example" not in html
    assert "graph" in html


def test_an_image_is_shown_where_published_and_named_elsewhere() -> None:
    html = render("![queue depth](q.png) ![hidden](h.png)", files=("files/pirs/2026/q.png",))
    assert 'src="../../files/pirs/2026/q.png"' in html
    assert 'alt="queue depth"' in html
    assert "h.png" not in html
    assert "<em>hidden</em>" in html


def test_external_links_carry_noopener() -> None:
    assert 'rel="noopener"' in render("[x](https://a.example/)")


def test_braces_of_templates_are_inert() -> None:
    assert "{{ 7*7 }}" in render("{{ 7*7 }} {% for x in y %}")


def test_an_internal_block_is_marked_inside_and_gone_outside() -> None:
    text = "Before.\n\n/// internal\nOnly for us.\n///\n\nAfter."
    assert ">Internal</p>" in render(text)
    outside = render(text, edition="client:harbor-credit")
    assert "Only for us" not in outside
    assert "Internal" not in outside
    assert "After." in outside


def test_ids_in_a_text_cannot_clash_with_the_page() -> None:
    html = render("### Sub { #actions }\n\n[there](#actions) [own](#timeline) note[^1]\n\n[^1]: foot")
    assert 'id="in-summary-actions"' in html
    assert 'href="#in-summary-actions"' in html
    assert 'href="#timeline"' in html
    for target in re.findall(r'href="#(in-[^"]+)"', html):
        assert f'id="{target}"' in html


def test_what_one_text_leaves_open_does_not_reach_the_next() -> None:
    first = render("<div><b>open [^1]\n\n[^1]: foot\n[ref]: https://a.example/")
    assert first.count("<div") == first.count("</div>")
    assert first.count("<b>") == first.count("</b>")
    assert render("plain [x][ref]") == "<p>plain [x][ref]</p>"


def test_aligned_columns_need_no_inline_style() -> None:
    html = render("| n |\n|--:|\n| 1 |")
    assert "style=" not in html
    assert 'align="right"' in html


def test_one_line_of_text_has_no_paragraph_of_its_own() -> None:
    texts = renderer()
    assert texts.inline(read("a < b & LL-0007"), HERE).startswith("a &lt; b &amp; <a ")
    assert texts.inline(read("run `LL-0007`"), HERE) == "run <code>LL-0007</code>"
    assert texts.inline("as *typed*, LL-0007", HERE).startswith("as *typed*, <a ")


def test_words_of_the_page_itself_are_no_markup() -> None:
    assert renderer().block("a < *b*\n\nc", HERE) == "<p>a &lt; *b*</p>\n<p>c</p>"


def test_links_between_handbook_pages_follow_their_place() -> None:
    pages = (Page(id="handbook/a", title="A"), Page(id="reviews", title="A page with a name of ours"))
    texts = renderer(records=pages)
    up, down = (
        read(f"[x]({to})", path, records=pages)
        for to, path in (("../reviews.md", "handbook/a.md"), ("handbook/a.md", "reviews.md"))
    )
    assert 'href="../pages/reviews.html"' in texts.block(up, TextPlace("handbook/a.html"))
    assert 'href="../handbook/a.html"' in texts.block(down, TextPlace("pages/reviews.html"))
