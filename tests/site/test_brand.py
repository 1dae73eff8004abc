"""An edition's colours stay readable whatever the branding says."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, pir, write_base
from helpers.site_pages import with_quotes
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mkdocs_pir.kb.model import Branding
from mkdocs_pir.site.brand import LINK, READABLE, contrast, stylesheet
from mkdocs_pir.site.logo_plate import needs_plate

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
        page = with_quotes((demo_sites / edition / "kpis.html").read_text("utf-8"))
        assert len(re.findall(rf'<img src="[^"]*{re.escape(logo)}"', page)) == 2, edition


def _picture(colour: tuple[int, int, int], ground: tuple[int, int, int, int] = (0, 0, 0, 0)) -> bytes:
    """A picture of a bar of one colour on a ground, which is transparent by default."""
    picture = Image.new("RGBA", (200, 60), ground)
    picture.paste((*colour, 255), (20, 20, 180, 40))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _drawing(*colours: str) -> bytes:
    shapes = "".join(f'<rect width="9" height="9" fill="{colour}"/>' for colour in colours) or '<path d="M0 0h9v9z"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{shapes}</svg>'.encode()


@pytest.mark.parametrize(
    ("name", "content", "plate"),
    [
        ("dark.png", _picture((20, 30, 60)), True),
        ("white.png", _picture((255, 255, 255)), False),
        ("dark-on-white.png", _picture((20, 30, 60), (255, 255, 255, 255)), False),
        ("dark.svg", _drawing("#14213d", "black"), True),
        ("no-colour.svg", _drawing(), True),
        ("white.svg", _drawing("#fff"), False),
        ("dark-on-white.svg", _drawing("#ffffff", "#14213d"), False),
    ],
)
def test_a_logo_that_the_header_would_swallow_needs_a_plate(name: str, content: bytes, plate: bool) -> None:
    assert needs_plate(name, content, "#14454f") is plate


@pytest.mark.browser
@pytest.mark.parametrize(("colour", "plate"), [((20, 30, 60), True), ((255, 255, 255), False)], ids=["dark", "white"])
def test_a_dark_logo_stands_on_a_plate_in_the_header_and_a_white_one_does_not(
    browser, tmp_path: Path, colour: tuple[int, int, int], plate: bool
) -> None:
    write_base(tmp_path, {"mkdocs.yml": FILES["mkdocs.yml"] + "      organisation: {logo: logo.png}\n"})
    (tmp_path / "kb/logo.png").write_bytes(_picture(colour))
    assert pir(tmp_path, "build").exit_code == 0
    page = browser.new_page()
    page.goto((tmp_path / "published/internal/index.html").as_uri())
    logo = page.locator(".md-header .md-logo img")
    assert logo.evaluate("image => image.naturalWidth") == 200
    ground = logo.evaluate("image => getComputedStyle(image).backgroundColor")
    assert ground == ("rgb(255, 255, 255)" if plate else "rgba(0, 0, 0, 0)")
    page.close()
