"""The look of charts: contrast in both schemes, and legibility on phone and laptop."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from helpers.repository import ROOT

from mkdocs_pir.site import charts
from mkdocs_pir.site.charts.canvas import ROLES
from mkdocs_pir.site.charts.scales import STEPS

SHEET = ROOT / "theme_overrides" / "assets" / "stylesheets" / "pir-charts.css"
TOKENS = SHEET.with_name("pir-tokens.css")
PAPERS = {"default": "#ffffff", "slate": "#1e2029", "print": "#ffffff"}
LETTERS = ("ink", "muted", "2-text", "goal")
WIDTHS = {"wide", "narrow", *(f"{side}{step:.0f}" for side in ("from", "below") for step in STEPS[1:])}
MARKS = ("1", "2", "base", "phase-1", "phase-2", "phase-3", "phase-4")


def colours(scheme: str) -> dict[str, str]:
    sheet = TOKENS.read_text("utf-8")
    opening = {"default": ":root {", "slate": '[data-md-color-scheme="slate"] {', "print": "[data-md-color-scheme] {"}
    block = sheet.split(opening[scheme], 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--pir-chart-([\w-]+): (#[0-9a-f]{6});", block))


def contrast(one: str, other: str) -> float:
    """Contrast ratio by WCAG 2.2, relative luminance."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", PAPERS)
def test_letters_and_marks_stand_out(scheme: str) -> None:
    found = colours(scheme)
    faint = {
        name: contrast(found[name], PAPERS[scheme]) for name in LETTERS if contrast(found[name], PAPERS[scheme]) < 4.5
    }
    faint |= {
        name: contrast(found[name], PAPERS[scheme]) for name in MARKS if contrast(found[name], PAPERS[scheme]) < 3
    }
    assert faint == {}


def test_the_style_sheet_has_the_look_of_each_role_which_pages_leave_out() -> None:
    sheet = re.sub(r"/\*.*?\*/", "", SHEET.read_text("utf-8"), flags=re.DOTALL).partition("@media")[0]
    looks: dict[str, set[str]] = {role: set() for role in ROLES}
    for selectors, rules in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet):
        for role in re.findall(r"\.pir-chart__([a-z]+\d?)\s*(?:,|$)", selectors.strip(), re.MULTILINE):
            looks[role] |= set(re.findall(r"([\w-]+):", rules))
    assert {role: missing for role, look in ROLES.items() if (missing := look.keys() - looks[role])} == {}


@pytest.mark.parametrize("scheme", PAPERS)
def test_numbers_stand_out_on_every_shade_of_a_heat_map(scheme: str) -> None:
    found = colours(scheme)
    on = {level: "few-text" if level < 4 else "many-text" for level in range(1, 6)} | {0: "muted"}
    faint = {level: ink for level, ink in on.items() if contrast(found[ink], found[f"heat-{level}"]) < 4.5}
    assert faint == {}


def test_every_role_has_its_look_in_the_style_sheet() -> None:
    styled = set(re.findall(r"\.pir-chart__(\w+)", SHEET.read_text("utf-8"))) - WIDTHS
    assert styled == set(ROLES)


def gallery() -> Iterator[charts.Chart | None]:
    months = [f"{2023 + i // 12}-{i % 12 + 1:02d}" for i in range(36)]
    start = datetime(2025, 3, 12, 3, 0, tzinfo=UTC)
    names = ["Impact started", "Detected", "Acknowledged", "Mitigated", "Resolved"]
    long = "A very long name of a cause that somebody typed in full, sixty letters"
    values = [62, 58, None, 71, 74, 73, 80, 78, 85, 88, 84, 90, 92]
    points = [(label, value, 4 + value % 9 if value else None) for label, value in zip(months, values, strict=False)]
    yield charts.trend("Months", "d", points, unit="%", target=90, incomplete_last=True)
    yield charts.trend("Bars", "d", points[:8], unit="%", target=80, mark="bar", incomplete_last=True)
    yield charts.trend("Huge", "d", [(m, 10.0**i, 10**i) for i, m in enumerate(months[:13])], target=5e11)
    yield charts.trend("Durations", "d", [(f"2024-Q{i}", 100.0 * i, i) for i in (1, 2, 3, 4)], unit="min", target=120)
    yield charts.trend("Close", "d", [(m, 200_000.0 + min(i, 11), 9) for i, m in enumerate(months[:13])])
    yield charts.trend("One", "d", [("2025-Q1", 80, 3)], unit="%", target=82)
    yield charts.columns_over_time("Single", "d", months[:13], list(range(13)), incomplete_last=True)
    yield charts.columns_over_time("Pair", "d", months, [9] * 36, closed=[7] * 36, backlog=[100 + i for i in range(36)])
    yield charts.histogram("Ages", "d", [1, 8, 15, 40, 400, 4000])
    yield charts.bars("Bars", "d", [(long, 123456.0), ("Short", 9.0)], unit="min", cumulative=True)
    yield charts.bars("Tail", "d", [(f"Cause {i}", 1e9 / (i + 1)) for i in range(40)])
    grid = [[i * j * 7 % 13 * (100 if j == 5 else 1) for j in range(20)] for i in range(40)]
    yield charts.heatmap("Heat", "d", [f"{long} {i}" for i in range(40)], [f"Service {j}" for j in range(20)], grid)
    yield charts.heatmap("Small", "d", ["Capacity"], ["DNS"], [[3]])
    for minutes in ((0, 42, 47, 178, 1500), (0, 1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3)):
        moments = [start + timedelta(minutes=m) for m in minutes]
        yield charts.timeline("Timeline", "d", list(zip(names, moments, strict=True)))


COLLISIONS = """() => [...document.querySelectorAll('svg.pir-chart')].flatMap(svg => {
  const frame = svg.getBoundingClientRect(), name = svg.querySelector('title').textContent
  const texts = [...svg.querySelectorAll('text')].filter(t => t.getClientRects().length)
    .map(t => [t.textContent, t.getBoundingClientRect(), parseFloat(getComputedStyle(t).fontSize)])
  return texts.flatMap(([words, box, size], i) => [
    ...(size < 11 ? [`${name}: "${words}" is ${size} px`] : []),
    ...(box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1
      ? [`${name}: "${words}" runs over the edge`] : []),
    ...texts.slice(i + 1).filter(([, other]) =>
        Math.min(box.right, other.right) - Math.max(box.left, other.left) > 1 &&
        Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top) > 4)
      .map(([other]) => `${name}: "${words}" and "${other}" collide`)])
})"""


@pytest.mark.browser
def test_legible_on_a_phone_and_on_a_laptop_in_both_schemes(browser: Any, tmp_path: Path) -> None:
    made = [chart for chart in gallery() if chart]
    for sheet in (SHEET, TOKENS):
        (tmp_path / sheet.name).write_text(sheet.read_text("utf-8"), "utf-8")
    (tmp_path / "page.css").write_text("body{margin:16px;font-family:sans-serif}", "utf-8")
    figures = "".join(f'<figure class="pir-figure">{chart.svg}</figure>' for chart in made)
    page_text = (
        "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src file:\">"
        "<link rel=stylesheet href=pir-tokens.css><link rel=stylesheet href=pir-charts.css><link rel=stylesheet href=page.css>"
        f"<body class=md-typeset data-md-color-scheme=default>{figures}"
    )
    (tmp_path / "index.html").write_text(page_text, "utf-8")
    for width in (390, 1366):
        page = browser.new_page(viewport={"width": width, "height": 800})
        complaints: list[str] = []
        page.on("console", lambda message, seen=complaints: seen.append(message.text))
        page.goto((tmp_path / "index.html").as_uri())
        assert complaints == []
        assert page.evaluate(COLLISIONS) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
        fill = "getComputedStyle(document.querySelector('.pir-chart__fill1')).fill"
        light = page.evaluate(fill)
        page.evaluate("document.body.dataset.mdColorScheme = 'slate'")
        dark = page.evaluate(fill)
        page.emulate_media(media="print")
        assert len({light, dark, page.evaluate(fill)}) == 3
        page.close()
