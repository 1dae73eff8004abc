"""An edition's colours as a style sheet. A colour of the branding with too little contrast is made darker or lighter."""

from __future__ import annotations

import re

from mkdocs_pir.kb.model import Branding

PRIMARY = "#14454f"
ACCENT = "#9a3b12"
READABLE = 4.5
"""Contrast of text against its background. Source: WCAG 2.2, success criterion 1.4.3, level AA."""

LINK = 6.5
"""Contrast of a link against the page: higher than required, so that a link is also readable on a tinted box."""


def readable(branding: Branding) -> tuple[str, str]:
    """The colours of headers (under white letters) and of links (on white paper), dark enough to be readable."""
    primary = _colour(branding.primary, PRIMARY)
    accent = _colour(branding.accent, ACCENT)
    return _towards(primary, "#000000", "#ffffff"), _towards(accent, "#000000", "#ffffff", LINK)


def stylesheet(branding: Branding, foot: str = "") -> str:
    """CSS custom properties for the header and for links, light and dark; `foot` is at the foot of each printed page."""
    accent = _colour(branding.accent, ACCENT)
    header, light = readable(branding)
    dark = _towards(accent, "#ffffff", "#1e2129", LINK)
    return (
        f":root{{--md-primary-fg-color:{header};--md-primary-fg-color--light:{header};"
        f"--md-primary-fg-color--dark:{header};--md-primary-bg-color:#fff;--md-primary-bg-color--light:#ffffffb3}}\n"
        f'[data-md-color-scheme="default"]{{--md-typeset-a-color:{light};--md-accent-fg-color:{light}}}\n'
        f'[data-md-color-scheme="slate"]{{--md-typeset-a-color:{dark};--md-accent-fg-color:{dark}}}\n'
        f"{_printed_foot(foot) if foot else ''}"
    )


def _printed_foot(words: str) -> str:
    """A rule for the margin of each printed page. All but letters and digits is escaped, so that no name ends the text."""
    text = "".join(c if c.isalnum() or c == " " else f"\\{ord(c):06x} " for c in words)
    return f'@page{{@bottom-left{{content:"{text}"}}}}\n'


def contrast(a: str, b: str) -> float:
    """The contrast ratio of two colours, 1 to 21. Source: WCAG 2.2, definition of contrast ratio."""
    lighter, darker = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _towards(colour: str, end: str, background: str, least: float = READABLE) -> str:
    """The colour, mixed with as little of `end` as makes it readable on `background`."""
    mixed = colour
    for step in range(1, 21):
        if contrast(mixed, background) >= least:
            return mixed
        share = step / 20
        mixed = "#" + "".join(
            f"{round(int(colour[i : i + 2], 16) * (1 - share) + int(end[i : i + 2], 16) * share):02x}"
            for i in (1, 3, 5)
        )
    return mixed


def _colour(value: str, default: str) -> str:
    return value.lower() if re.fullmatch(r"#[0-9a-fA-F]{6}", value) else default
