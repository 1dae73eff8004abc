"""Tabs in the text of a record: one shows its text, and the address of a tab opens it."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW_FILE, pir, write_base

TABS = '\n=== "Linux"\n\n    Use one.\n\n=== "Windows"\n\n    Use two.\n'


@pytest.mark.browser
def test_the_address_of_a_tab_opens_it(tmp_path: Path, browser: object) -> None:
    write_base(tmp_path, {REVIEW_FILE: FILES[REVIEW_FILE] + TABS})
    result = pir(tmp_path, "build")
    assert result.exit_code == 0, result.output
    address = (tmp_path / "published/internal/pirs/2025/PIR-2025-0001.html").as_uri()
    page = browser.new_page()  # type: ignore[attr-defined]
    page.goto(address)
    assert page.locator(".tabbed-block:visible").all_inner_texts() == ["Use one."]
    page.goto("about:blank")
    page.goto(address + "#in-timeline-__tabbed_1_2")
    assert page.locator(".tabbed-block:visible").all_inner_texts() == ["Use two."]
    page.close()
