"""Tokens: style sheets of the pages take colours, spaces and sizes of letters from pir-tokens.css."""

from __future__ import annotations

import re

from mkdocs_pir.site.scripts import STYLE_SHEETS
from mkdocs_pir.site.theme import theme_folder

TOKENS = "assets/stylesheets/pir-tokens.css"
SHEETS = [path for path in STYLE_SHEETS if path != TOKENS]

ALLOWED = {
    "color: #555555": "the margin of a printed page knows no tokens",
}
"""Declarations with a raw value, and why."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch|lab)\(")
_LENGTH = re.compile(r"(?<![\w.-])-?\d*\.?\d+(?:rem|px)\b")
_SPACE = re.compile(r"(?:margin|padding)(?:-[a-z-]+)?|gap|row-gap|column-gap|font-size")


def _declarations(path: str) -> list[tuple[str, str]]:
    text = re.sub(r"/\*.*?\*/", "", (theme_folder() / path).read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r'url\("[^"]*"\)', "url()", text)
    return re.findall(r"(?<=[{;])\s*([a-z-]+):\s*([^;{}]+)(?=[;}])", text)


def _raw() -> set[str]:
    found = set()
    for path in SHEETS:
        for name, value in _declarations(path):
            if _COLOUR.search(value) or (_SPACE.fullmatch(name) and _LENGTH.search(value)):
                found.add(f"{name}: {' '.join(value.split())}")
    return found


def test_no_style_sheet_has_a_colour_a_space_or_a_size_of_letters_of_its_own() -> None:
    assert len(SHEETS) == len(STYLE_SHEETS) - 1 > 3
    assert sorted(_raw() - set(ALLOWED)) == []


def test_what_is_allowed_is_needed() -> None:
    assert sorted(set(ALLOWED) - _raw()) == []


def test_spaces_go_in_steps_of_four_pixels_and_half_of_one() -> None:
    """A rem is 20 px in Material's pages."""
    text = (theme_folder() / TOKENS).read_text("utf-8")
    steps = {name: float(value) * 20 for name, value in re.findall(r"--pir-space-(\w+): ([\d.]+)rem", text)}
    assert len(steps) > 5
    assert {name: px for name, px in steps.items() if px != (2 if name == "half" else 4 * int(name))} == {}
