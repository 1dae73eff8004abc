"""Whether a logo needs a white plate to be seen on the header: a dark logo drawn on nothing would vanish there."""

from __future__ import annotations

import io
import re

from PIL import Image, ImageColor

from mkdocs_pir.site.brand import contrast

VISIBLE = 3.0
"""Contrast of a part of a picture against what is around it. Source: WCAG 2.2, success criterion 1.4.11, level AA."""

PLATE = "#ffffff"

_SIZE = 48
_COLOUR = re.compile(rb"""\b(?:fill|stroke|stop-color)\s*[:=]\s*["']?\s*(#[0-9a-fA-F]{3,6}\b|rgb\([^)]*\)|[a-zA-Z]+)""")


def needs_plate(name: str, content: bytes, header: str) -> bool:
    """Whether more of a logo stands out from white than from a header of this colour.

    Counted are the pixels of a picture that can be seen. How much of a drawing has which of its colours is not known;
    it needs a plate if none of them stands out from the header.
    """
    is_drawing = name.endswith(".svg")
    colours = _of_drawing(content) if is_drawing else _of_picture(content)
    on_plate, on_header = (sum(contrast(one, ground) >= VISIBLE for one in colours) for ground in (PLATE, header))
    return on_plate > 0 == on_header if is_drawing else on_plate > on_header


def _of_picture(content: bytes) -> list[str]:
    with Image.open(io.BytesIO(content)) as picture:
        small = picture.convert("RGBA")
    small.thumbnail((_SIZE, _SIZE))
    data = small.tobytes()
    pixels = (data[at : at + 4] for at in range(0, len(data), 4))
    return [f"#{pixel[:3].hex()}" for pixel in pixels if pixel[3] > 127]


def _of_drawing(content: bytes) -> list[str]:
    named = {match.decode() for match in _COLOUR.findall(content)} - {"none", "url", "inherit"}
    # what has no colour is drawn in black
    return [_hex(name) for name in sorted(named)] or ["#000000"]


def _hex(name: str) -> str:
    try:
        red, green, blue = ImageColor.getrgb(name)[:3]
    except ValueError:
        return "#000000"
    return f"#{red:02x}{green:02x}{blue:02x}"
