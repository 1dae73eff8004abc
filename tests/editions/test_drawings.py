"""A published drawing holds what is seen of it: no names of its parts, nothing hidden, and it looks as before."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from mkdocs_pir.editions import files
from mkdocs_pir.editions.drawing import clean


def _drawn(inner: str) -> str:
    space = 'xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'
    return clean(f'<svg {space} viewBox="0 0 4 4">{inner}</svg>').decode()


@pytest.mark.parametrize(
    "inner",
    [
        '<g id="zebra"><rect width="1"/></g>',
        '<linearGradient id="zebra"/><rect fill="url(#zebra)"/>',
        '<rect inkscape:label="zebra" class="zebra" data-a="zebra"/>',
        '<text font-family="zebra">x</text>',
        '<rect fill="zebra" width="zebra" transform="zebra(1)" stroke-linecap="zebra"/>',
        '<path d="M0 0 zebra"/>',
        "<g>zebra<rect/>zebra</g>",
        "<defs><text>zebra</text></defs>",
        "<clipPath><text>zebra</text><title>zebra</title></clipPath>",
        '<g style="display:none"><text>zebra</text></g>',
        '<g display="none"><text>zebra</text></g>',
        '<g visibility="hidden"><text>zebra</text></g>',
        '<text opacity="0">zebra</text>',
        '<text style="font-size: 0px">zebra</text>',
        "<desc>zebra</desc><metadata>zebra</metadata>",
        '<text><a href="https://zebra.example">zebra</a></text>',
    ],
)
def test_what_is_not_seen_goes(inner: str) -> None:
    assert "zebra" not in _drawn(inner)


@pytest.mark.parametrize(
    "inner",
    [
        '<text x="1" y="9">Queue <tspan dx="1">depth</tspan> at noon</text>',
        '<text font-family="\'Segoe UI\', Arial, sans-serif" font-size="1.5em" text-anchor="middle">x</text>',
        '<path d="M0,0l10-5.5.3e-4A1 1 0 01 2 3Z" fill="#f00" stroke="DarkRed" stroke-width="2px" />',
        '<g opacity="0.5" transform="translate(1, 2) rotate(45)"><title>Depth</title><rect width="1e2" /></g>',
    ],
)
def test_what_is_seen_stays(inner: str) -> None:
    assert inner in _drawn(inner)


def test_colours_of_a_style_and_what_they_refer_to_stay() -> None:
    drawn = _drawn('<linearGradient id="g1"><stop style="stop-color:#f00"/></linearGradient><rect fill="url(#g1)"/>')
    assert '<linearGradient id="a1"><stop stop-color="#f00" /></linearGradient><rect fill="url(#a1)" />' in drawn


def test_a_style_sheet_that_hides_parts_is_refused() -> None:
    with pytest.raises(ValueError, match="style sheet hides"):
        _drawn("<style>.later { display: none }</style><text class='later'>zebra</text>")


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_colours_that_nobody_sees_leave_a_picture_and_others_stay(form: str) -> None:
    picture = Image.new("RGBA", (4, 1), (200, 30, 30, 255))
    picture.putpixel((1, 0), (10, 20, 30, 0))
    picture.putpixel((2, 0), (90, 80, 70, 0))
    picture.putpixel((3, 0), (200, 30, 30, 128))
    out = io.BytesIO()
    picture.save(out, form, **({"lossless": True, "exact": True} if form == "WEBP" else {}))
    with Image.open(io.BytesIO(files._reencoded(out.getvalue(), form))) as clean_picture:
        pixels = [clean_picture.convert("RGBA").getpixel((x, 0)) for x in range(4)]
    assert pixels[1][3] == pixels[2][3] == 0
    if form == "PNG":
        assert pixels == [(200, 30, 30, 255), (0, 0, 0, 0), (0, 0, 0, 0), (200, 30, 30, 128)]
    else:
        assert pixels[1] == pixels[2]
