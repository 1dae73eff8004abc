"""The page of a review in a real browser: each reader has the answer on the first screen."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

FOLDS = pytest.mark.parametrize("size", [(390, 844), (1280, 720)], ids=["phone", "laptop"])


def reviews(sites: Path) -> list[Path]:
    """The page of every review in every edition."""
    pages = [*sites.glob("internal/pirs/*/*.html"), *sites.glob("clients/*/pirs/*/*.html")]
    return sorted(page for page in pages if not page.stem.endswith("-tools"))


@FOLDS
@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.nightly)])
def test_severity_workaround_and_what_did_not_help_are_seen_without_scrolling(
    browser, demo_sites: Path, size: tuple[int, int], every: int
) -> None:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    below, first = [], []
    chosen = reviews(demo_sites)[::every]
    for file in chosen:
        page.goto(file.as_uri())
        assert page.locator(".pir-review__first .pir-chip[class*=--sev-]").first.bounding_box()["y"] < size[1]
        box = page.locator(".pir-review__first .pir-callout")
        if box.count():
            first.append(file)
            bounds = box.bounding_box()
            if bounds["y"] + bounds["height"] > size[1]:
                below.append(str(file.relative_to(demo_sites)))
    page.close()
    assert not below
    # each review of the demonstration has a workaround, which stays inside; clients see what was tried
    inside = [file for file in chosen if "internal" in file.parts]
    assert inside == [file for file in first if "internal" in file.parts]
    assert len(first) > len(inside)


def test_the_workaround_is_copied_as_it_is_read(browser, serve, demo_sites: Path) -> None:
    address = serve(demo_sites / "internal")
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{address}/pirs/2026/PIR-2026-0016.html")
    button = page.locator(".pir-copy")
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == (
        "Set the admission rule back to 'warn' and restart the workloads that were refused."
    )
    context.close()


def test_without_the_clipboard_of_the_browser_the_workaround_is_copied_all_the_same(browser, demo_sites: Path) -> None:
    page = browser.new_page()
    # as on a page that was loaded by http from another machine
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto((demo_sites / "internal/pirs/2026/PIR-2026-0016.html").as_uri())
    page.locator(".pir-copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("document.activeElement.className") == "pir-copy"
    page.close()


@FOLDS
def test_a_phase_of_the_timeline_is_shown_alone_by_keyboard(browser, demo_sites: Path, size: tuple[int, int]) -> None:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto((demo_sites / "internal/pirs/2024/PIR-2024-0005.html").as_uri())
    bar = page.locator(".pir-chart__phase3 rect")
    width = bar.bounding_box()["width"]
    page.get_by_role("button", name="Until mitigated").focus()
    page.keyboard.press("Enter")
    assert bar.bounding_box()["width"] > width * 1.3
    assert abs(bar.bounding_box()["width"] - page.locator(".pir-timeline svg").bounding_box()["width"]) < 1
    shown = page.locator(".pir-moments tbody:visible")
    assert shown.count() == 1
    assert "Hotline number found" in shown.inner_text()
    assert page.locator(".pir-timeline svg text[data-zoomed]:visible").all_text_contents() == ["14:09", "16:35"]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    assert page.get_by_role("button", name="Whole").get_attribute("aria-pressed") == "true"
    assert page.locator(".pir-moments tbody:visible").count() == 4
    assert abs(bar.bounding_box()["width"] - width) < 1
    assert page.locator(".pir-timeline svg text[data-zoomed]").count() == 0
    assert page.locator(".pir-timeline svg").get_by_text("1 h", exact=True).is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


def test_without_script_the_timeline_is_the_whole(browser, demo_sites: Path) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto((demo_sites / "internal/pirs/2024/PIR-2024-0005.html").as_uri())
    assert not page.locator(".pir-zoom").is_visible()
    assert not page.locator(".pir-copy").is_visible()
    assert page.locator(".pir-moments tbody:visible").count() == 4
    context.close()


def test_paper_has_the_whole_timeline_and_no_buttons(browser, demo_sites: Path) -> None:
    page = browser.new_page()
    page.goto((demo_sites / "internal/pirs/2024/PIR-2024-0005.html").as_uri())
    page.get_by_role("button", name="Until mitigated").click()
    page.emulate_media(media="print")
    page.pdf()
    assert page.locator(".pir-moments tbody:visible").count() == 4
    assert not page.locator(".pir-zoom, .pir-copy").filter(visible=True).count()
    page.close()


def test_on_a_phone_a_link_near_the_top_leads_to_what_to_do_next(browser, demo_sites: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto((demo_sites / "internal/pirs/2026/PIR-2026-0012.html").as_uri())
    link = page.get_by_role("link", name="What to do next")
    assert link.bounding_box()["y"] < 844 * 0.6
    link.click()
    page.wait_for_function("document.querySelector('#process').getBoundingClientRect().top < innerHeight / 2")
    header = page.locator(".md-header").bounding_box()["height"]
    assert page.locator("#process").bounding_box()["y"] >= header - 1
    page.set_viewport_size({"width": 1280, "height": 720})
    assert not link.is_visible()
    page.close()
