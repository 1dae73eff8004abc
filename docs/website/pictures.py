"""Takes the pictures of the documentation in Chromium, and the short film, from the demonstration.

`make screenshots` renews those in docs/images; `make docs` puts newer ones into the site only.
"""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "build/demonstration"
ALERT = "451 4.7.1 TLS handshake failed"

PICTURES = {
    "review.webp": ("internal/pirs/2026/PIR-2026-0003.html", 1000),
    "recurring.webp": ("internal/recurring.html#prevented", 760),
    "board.webp": ("internal/home/service-delivery.html", 820),
    "kpi.webp": ("internal/kpis/recurrence.html", 760),
    "client.webp": ("clients/harbor-credit/index.html", 760),
}
"""Each picture: the page of the demonstration with the section to show, and its height at a width of 1280."""

PHONE = {"width": 390, "height": 560}
CAPTION = 46
"""The height of the words above the film."""

LIMIT = 2_000_000
"""A package index and a slow line both want a film of less than so many bytes."""


def _address(path: str) -> str:
    name, mark, anchor = path.partition("#")
    file = PUBLISHED / name
    if not file.is_file():
        sys.exit(f"{file.relative_to(ROOT)} is missing: 'make screenshots' builds it")
    return file.as_uri() + mark + anchor


def _shot(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def _search(page: Page) -> None:
    """Search for the alert as somebody does who pastes it."""
    page.goto(_address("internal/search/index.html"))
    box = page.locator(".pir-search__input")
    box.fill(ALERT)
    page.get_by_text("results, best first").wait_for()
    page.wait_for_timeout(300)


def _pictures(browser: Any, out: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 760}, reduced_motion="reduce")
    _search(page)
    _shot(page).save(out / "search.webp", quality=80, method=6)
    for name, (path, height) in PICTURES.items():
        page.set_viewport_size({"width": 1280, "height": height})
        page.goto(_address(path))
        page.wait_for_timeout(300)
        _shot(page).save(out / name, quality=80, method=6)


def _scenes(page: Page) -> Iterator[tuple[str, Image.Image, int]]:
    """The film: words above, the screen, and how many milliseconds it stays."""
    said = "02:20. The alert, pasted as it is."
    page.goto(_address("internal/index.html"))
    yield said, _shot(page), 900
    page.goto(_address("internal/search/index.html"))
    box = page.locator(".pir-search__input")
    box.fill(ALERT)
    yield said, _shot(page), 900
    _search(page)
    box = page.locator(".pir-result__link").first
    said = "The workaround comes first."
    yield said, _shot(page), 1400
    box.scroll_into_view_if_needed()
    top = box.bounding_box()["y"]  # type: ignore[index]
    yield from _scroll(page, said, int(top) - 90, 2200)
    said = "The review: what to do, then what happened."
    box.click()
    page.wait_for_timeout(500)
    yield said, _shot(page), 1500
    yield from _scroll(page, said, 560, 1600)
    said = "Weeks later: what its client sees."
    page.goto(_address("clients/harbor-credit/index.html"))
    yield said, _shot(page), 1700
    yield from _scroll(page, said, 500, 1300)
    said = "Only what was released to it."
    page.goto(_address("clients/harbor-credit/pirs/2026/PIR-2026-0003.html"))
    yield said, _shot(page), 1600
    yield from _scroll(page, said, 560, 2600)


def _scroll(page: Page, said: str, distance: int, stays: int) -> Iterator[tuple[str, Image.Image, int]]:
    """A movement of the page in a few steps, and how long its end stays."""
    start = int(page.evaluate("scrollY"))
    steps = 6
    for step in range(1, steps + 1):
        eased = 1 - (1 - step / steps) ** 2
        page.evaluate("y => scrollTo({top: y, behavior: 'instant'})", start + int(distance * eased))
        page.wait_for_timeout(60)
        yield said, _shot(page), stays if step == steps else 70


def _film(browser: Any, out: Path) -> None:
    page = browser.new_page(viewport=PHONE, is_mobile=True, has_touch=True, reduced_motion="reduce")
    font = ImageFont.load_default(size=16)
    frames, stays = [], []
    for said, screen, milliseconds in _scenes(page):
        frame = Image.new("RGB", (screen.width, screen.height + CAPTION), "#14454f")
        frame.paste(screen, (0, CAPTION))
        ImageDraw.Draw(frame).text((screen.width // 2, CAPTION // 2), said, fill="white", font=font, anchor="mm")
        frames.append(frame)
        stays.append(milliseconds)
    file = out / "film.webp"
    frames[0].save(file, save_all=True, append_images=frames[1:], duration=stays, loop=0, quality=60, method=4)
    if file.stat().st_size > LIMIT:
        sys.exit(f"{file.name} has {file.stat().st_size:,} bytes, more than {LIMIT:,}")


def main(out: Path) -> None:
    """Take all pictures into a folder."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chromium-headless-shell")
    chromium = next((found for name in names if (found := shutil.which(name))), None)
    if chromium is None:
        sys.exit("there is no Chromium on this machine, so no pictures are taken")
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        _pictures(browser, out)
        _film(browser, out)
        browser.close()
    for file in sorted(out.glob("*.webp")):
        print(f"{file.relative_to(ROOT) if file.is_relative_to(ROOT) else file}: {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
