"""Nothing that somebody reads moves while a page loads, even on a slow phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.pages import PROFILES, load

pytestmark = pytest.mark.browser

PAGES = (
    "search/index.html?q=certificate+expired",
    "index.html",
    "reviews.html#client=harbor-credit&severity=SEV-1&year=2026",
    "pirs/2026/PIR-2026-0003.html",
)
ALSO_AT_NIGHT = (
    "search/index.html",
    "home/engineer.html",
    "home/vp-services.html",
    "home/service-delivery.html",
    "reviews.html#severity=SEV-1",
    "lessons.html",
    "pirs/2024/PIR-2024-0005.html",
)
NIGHTLY = [pytest.mark.nightly]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("profile", "pages"),
    [
        pytest.param(profile, pages, marks=[] if (profile, pages) == ("phone", PAGES) else NIGHTLY)
        for profile in PROFILES
        for pages in (PAGES, ALSO_AT_NIGHT)
    ],
)
def test_pages_move_less_than_can_be_seen(
    browser, serve, demo_sites: Path, profile: str, pages: tuple[str, ...]
) -> None:
    address = serve(demo_sites / "internal")
    for path in pages:
        cost = load(browser, PROFILES[profile], f"{address}/{path}")
        assert cost["shift"] < 0.02, f"{path} moves by {cost['shift']:.3f}: {cost['moved']}"
        assert cost["largest"] > 0
        assert not [one for one in cost["moved"] if "timeline" in one or "moments" in one], path
