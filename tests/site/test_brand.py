"""An edition's colours stay readable whatever the branding says."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.kb.model import Branding
from mkdocs_pir.site.brand import LINK, READABLE, contrast, stylesheet

colours = st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#777777", "#777777") == 1
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


@given(colours, colours)
def test_any_branding_is_readable_on_header_and_page(primary: str, accent: str) -> None:
    css = stylesheet(Branding(primary=primary, accent=accent))
    header = re.search(r"--md-primary-fg-color:(#\w+)", css)
    light, dark = re.findall(r"--md-typeset-a-color:(#\w+)", css)
    assert header is not None
    assert contrast(header[1], "#ffffff") >= READABLE
    assert contrast(light, "#ffffff") >= LINK
    assert contrast(dark, "#1e2129") >= LINK


def test_a_readable_colour_is_left_as_it_is() -> None:
    assert "--md-primary-fg-color:#0b4f6c;" in stylesheet(Branding(primary="#0B4F6C"))


def test_no_name_ends_the_words_at_the_foot_of_a_printed_page() -> None:
    css = stylesheet(Branding(), 'Acme "}\\ </style> Zürich')
    (words,) = re.findall(r'@page\{@bottom-left\{content:"([^"]*)"\}\}', css)
    read = re.sub(r"\\([0-9a-f]{6}) ", lambda match: chr(int(match[1], 16)), words)
    assert read == 'Acme "}\\ </style> Zürich'
    assert "</" not in css


def test_the_logo_is_in_the_header_and_above_the_menu_of_a_phone(demo_sites: Path) -> None:
    for edition, logo in (("internal", "files/logo.svg"), ("clients/harbor-credit", "files/logo-harbor-credit.svg")):
        page = (demo_sites / edition / "kpis.html").read_text("utf-8")
        assert len(re.findall(rf'<img src="[^"]*{re.escape(logo)}"', page)) == 2, edition
