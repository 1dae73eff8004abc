"""The gallery of the documentation has every piece that pages are made of, in both schemes."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from helpers.accessibility import barriers
from helpers.repository import ROOT

from mkdocs_pir.site import charts
from mkdocs_pir.site.theme import theme_folder

LOOK = (
    "Fact panel",
    "Chip",
    "Tile",
    "Table",
    "Timeline",
    "Step bar",
    "Action rows",
    "Why it matched",
    "Empty state",
    "Callout: workaround",
    "Callout: declined",
    "Callout: recurrence",
)
"""The pieces that pages are made of, by their names in the design."""


@pytest.fixture(scope="module")
def gallery() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "docs/website/gallery.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["gallery"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["gallery"]


def test_every_macro_and_every_piece_of_the_design_is_shown(gallery: ModuleType) -> None:
    macros = re.findall(r"{% macro (\w+)\(", (theme_folder() / "fragments/components.html").read_text("utf-8"))
    shown = list(gallery.pieces())
    assert {piece.macro for piece in shown} == set(macros)
    assert set(LOOK) <= {piece.name for piece in shown}


def test_every_form_of_chart_look_of_a_chip_icon_and_callout_is_shown(gallery: ModuleType) -> None:
    html = gallery.article("default")
    sheet = (theme_folder() / "assets/stylesheets/pir.css").read_text("utf-8")
    for family in ("chip", "icon", "callout", "tile"):
        looks = set(re.findall(rf"\.pir-{family}--([\w-]+)", sheet))
        assert looks <= set(re.findall(rf"pir-{family}--([\w-]+)", html)), family
    source = (ROOT / "docs/website/gallery.py").read_text("utf-8")
    assert [form for form in charts.__all__ if form != "Chart" and f"charts.{form}(" not in source] == []
    assert html.count("<svg xmlns") > len(charts.__all__) - 2
    assert "pir-spark" in html


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_the_gallery_opens_cleanly_in_both_schemes(browser, gallery: ModuleType, tmp_path: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(gallery.write(tmp_path).as_uri())
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert sorted(ids) == sorted(set(ids))
    grounds = page.locator("article").evaluate_all("all => all.map(e => getComputedStyle(e).backgroundColor)")
    assert len(set(grounds)) == 2
    assert barriers(page) == []
    page.close()
