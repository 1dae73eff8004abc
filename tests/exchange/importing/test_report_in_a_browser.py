"""The page of an import's report in a real browser: typing narrows it, ticks stay, nothing of the source runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.empty_knowledge_base import EmptyBase
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

MAPPING = """\
name: tool
format: csv
fields:
  id: {key: number}
  title: {key: title}
  client: {constant: acme}
  severity: {key: severity, values: {high: SEV-1}}
"""


@pytest.fixture
def report_page(base: EmptyBase) -> Path:
    rows = [f"T-{n},Mail down,{'urgent' if n % 2 else f'odd {n}'}" for n in range(1, 41)]
    rows += ["T-99,<script>window.acted=1</script>,<img src=x onerror=window.acted=1>"]
    source = base.write("export.csv", "\n".join(["number,title,severity", *rows, ""]))
    file = base.folder / "report.html"
    base.import_source(source, MAPPING, "--report", str(file))
    return file


def open_page(browser: Any, file: Path, width: int = 1280) -> tuple[Any, list[str]]:
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri())
    return page, errors


def shown(page: Any) -> list[str]:
    return [" ".join(text.split()) for text in page.locator("[data-row]:visible").all_inner_texts()]


def test_typing_narrows_the_page_with_the_keyboard_alone(browser: Any, report_page: Path) -> None:
    page, errors = open_page(browser, report_page)
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "filter":
            break
    page.keyboard.type("severity ODD")
    rows, number = page.locator("[data-row]:visible"), page.locator("#shown")
    expect(rows).to_have_count(20)
    values = [text.split(" export")[0] for text in shown(page)]
    assert sorted(values) == sorted(f"odd {n}" for n in range(2, 41, 2))
    page.keyboard.press("Control+A")
    page.keyboard.type("t-38.md")
    expect(rows).to_have_count(1)
    assert shown(page) == ["export.csv:39 → pirs/undated/T-38.md"]
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    expect(number).to_have_text("")
    assert errors == []


def test_what_is_ticked_stays_ticked(browser: Any, report_page: Path) -> None:
    page, _ = open_page(browser, report_page)
    page.locator(".done input").first.check()
    assert page.locator(".problem").first.locator(".values").first.is_hidden()
    assert _is_ticked_after_reload(page, True)
    page.locator(".done input").first.uncheck()
    assert not _is_ticked_after_reload(page, False)


def _is_ticked_after_reload(page: Any, expected: bool) -> bool:
    """Reload until it is as expected: a busy Chromium may load a page before another process has what the last one kept."""
    for _ in range(5):
        page.reload()
        if page.locator(".done input").first.is_checked() is expected:
            break
    return bool(page.locator(".done input").first.is_checked())


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_the_page_fits_and_nothing_of_the_source_runs(browser: Any, report_page: Path, width: int) -> None:
    page, errors = open_page(browser, report_page, width)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("window.acted === undefined")
    assert page.locator("img").count() == 0
    assert errors == []
