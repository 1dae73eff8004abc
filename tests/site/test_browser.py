"""Every kind of page in a real browser: phone and laptop, light and dark, served and from disk."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from benchmarks.page_types import PAGE_TYPES, largest_pages, types_of
from helpers.accessibility import barriers

pytestmark = pytest.mark.browser

STATES = (
    "search/index.html?q=certificate+expired",
    "search/index.html?q=zanzibar",
    "actions/list.html#state=overdue",
    "reviews.html#severity=SEV-1",
)
"""Pages that a reader's choice changes, beside the largest page of each type."""
SIZES = {"phone": (390, 844), "laptop": (1280, 720), "wide": (1920, 1080)}
BY_DAY = (
    ("phone", "light", 0, True),
    ("phone", "light", 1, False),
    ("laptop", "dark", 0, False),
    ("laptop", "dark", 1, True),
)
"""Size, scheme, half of the pages, and whether axe examines them, which takes longest."""
AT_NIGHT = [
    (size, scheme, half, True)
    for size in SIZES
    for scheme in ("light", "dark")
    for half in (0, 1)
    if (size, scheme, half, True) not in BY_DAY
]


def test_each_page_is_of_one_type_and_each_type_has_a_page(demo_sites: Path) -> None:
    paths = {
        file.relative_to(site).as_posix()
        for site in (demo_sites / "internal", *(demo_sites / "clients").iterdir())
        for file in site.rglob("*.html")
    }
    types = {path: types_of(path) for path in paths}
    assert {path: names for path, names in types.items() if len(names) != 1} == {}
    assert {name for (name,) in types.values()} == set(PAGE_TYPES)


def _open(browser, size: str, scheme: str, watched: list[str]):
    """A page that notes what a user would never see but a browser complains about."""
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    page.on("console", lambda m: watched.append(f"{m.type}: {m.text}") if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: watched.append(f"error: {e}"))
    # what a page was still fetching when the next one was opened did not fail
    page.on("requestfailed", lambda r: None if "ERR_ABORTED" in r.failure else watched.append(f"failed: {r.url}"))
    return page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "scheme", "half", "examined"),
    [*BY_DAY, *(pytest.param(*look, marks=pytest.mark.nightly) for look in AT_NIGHT)],
)
def test_pages_open_cleanly_ask_nothing_of_other_sites_and_axe_finds_nothing_serious(
    browser, serve, demo_sites: Path, size: str, scheme: str, half: int, examined: bool
) -> None:
    address = serve(demo_sites / "internal")
    complaints, found = [], []
    page = _open(browser, size, scheme, complaints)
    asked: set[str] = set()
    page.on("request", lambda r: asked.add(urlsplit(r.url).netloc) if r.url.startswith("http") else None)
    for path in (*largest_pages(demo_sites / "internal").values(), *STATES)[half::2]:
        # what a reader chose is shown by scripts, after the page is there
        response = page.goto(f"{address}/{path}", wait_until="networkidle" if path in STATES else "load")
        assert response.status == 200, path
        assert page.locator("h1").count() == 1, f"{path} has not exactly one h1"
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is {wide} px wider than the screen"
        if examined:
            found += [f"{path}: {barrier}" for barrier in barriers(page)]
    assert complaints == []
    assert asked == {urlsplit(address).netloc}
    assert not found, "\n".join(found)


def test_a_site_works_from_disk(browser, demo_sites: Path) -> None:
    complaints: list[str] = []
    page = _open(browser, "laptop", "light", complaints)
    page.goto((demo_sites / "clients/harbor-credit/index.html").as_uri())
    page.get_by_role("link", name="Your reviews").first.click()
    page.get_by_role("link", name="Mail gateway queue stalled").first.click()
    assert page.locator("h1").inner_text().startswith("Mail gateway queue stalled")
    assert complaints == []


def test_search_in_the_header_leads_to_the_lesson(browser, serve, demo_sites: Path) -> None:
    page = _open(browser, "laptop", "light", [])
    page.goto(f"{serve(demo_sites / 'internal')}/kpis.html")
    page.keyboard.press("/")
    page.keyboard.type("451 4.7.1 TLS handshake failed")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/index.html?q=*")
    first = page.locator("#pir-search").get_by_role("link").first
    first.wait_for()
    assert "LL-0014" in page.locator("#pir-search").inner_text()


def test_print_leaves_out_what_paper_cannot_use(browser, serve, demo_sites: Path) -> None:
    page = _open(browser, "laptop", "dark", [])
    page.goto(f"{serve(demo_sites / 'internal')}/pirs/2026/PIR-2026-0003.html")
    page.emulate_media(media="print")
    assert not page.locator(".md-tabs").first.is_visible()
    assert not page.locator(".pir-header-search").is_visible()
    assert page.locator("h1").is_visible()


def test_a_time_shows_its_exact_moment_on_hover(browser, serve, demo_sites: Path) -> None:
    page = _open(browser, "laptop", "light", [])
    page.goto(f"{serve(demo_sites / 'internal')}/pirs/2026/PIR-2026-0003.html")
    time = page.locator('time[datetime="2026-03-04T02:10:00+00:00"]').first
    time.hover()
    assert time.get_attribute("title") == "Wednesday 4 Mar 2026, 02:10:00 UTC"
    page.evaluate("""() => document.querySelector("h1").insertAdjacentHTML("afterend",
        '<time datetime="2026-03-04T02:10:00+03:30">a</time> <time datetime="2026-03-04">b</time>')""")
    shown = []
    for one in page.locator("h1 ~ time").all():
        one.hover()
        shown.append(one.get_attribute("title"))
    assert shown == ["Wednesday 4 Mar 2026, 02:10:00 UTC+03:30", "Wednesday 4 Mar 2026"]


def test_a_heading_has_a_link_to_itself_that_says_what_it_is(browser, serve, demo_sites: Path) -> None:
    page = _open(browser, "laptop", "light", [])
    page.goto(f"{serve(demo_sites / 'internal')}/pirs/2026/PIR-2026-0003.html")
    page.locator("h2#summary").hover()
    page.locator("h2#summary").get_by_title("Link to this section").click()
    assert page.url.endswith("#summary")
    ids = page.locator(".md-typeset h2[id]").evaluate_all("all => all.map(h => [h.id, h.lastChild.hash])")
    assert ids
    assert [one for one in ids if one[1] != f"#{one[0]}"] == []


def test_a_menu_on_a_phone_opens_without_scripts_and_has_the_headings_of_its_page(
    browser, serve, demo_sites: Path
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page.goto(f"{serve(demo_sites / 'internal')}/kpis.html")
    page.locator('.md-header label[for="__drawer"]').click()
    menu = page.locator(".md-nav--primary")
    assert not menu.get_by_role("link", name="All figures").is_visible()
    menu.locator("summary", has_text="Improve").click()
    menu.get_by_role("link", name="All figures").click()
    assert page.url.endswith("kpis.html#all")


def test_a_menu_on_a_phone_leads_everywhere(browser, serve, demo_sites: Path) -> None:
    page = _open(browser, "phone", "light", [])
    page.goto(f"{serve(demo_sites / 'internal')}/kpis/adoption.html")
    page.locator('.md-header label[for="__drawer"]').click()
    # it opens at its top, not in the section of this page
    page.locator(".md-nav--primary summary", has_text="Improve").click()
    page.locator(".md-nav--primary").get_by_role("link", name="Action items").click()
    page.wait_for_url("**/actions.html")
    page.locator('.md-header label[for="__drawer"]').click()
    page.locator(".md-nav--primary summary", has_text="Process and handbook").click()
    page.locator(".md-nav--primary").get_by_role("link", name="Handbook", exact=True).click()
    page.wait_for_url("**/handbook.html")


@pytest.mark.parametrize(
    ("path", "tab", "beside"),
    [
        ("kpis/adoption.html", "Improve", "KPIs"),
        ("lessons/LL-0014.html", "Lessons and known errors", "Lessons"),
        ("clients/harbor-credit.html", "Clients and services", "Clients"),
        ("process/03g.03.html", "Process and handbook", "Process"),
        ("pirs/2026/PIR-2026-0003.html", "Reviews", "Reviews"),
        ("incidents.html", "Reviews", "Incidents"),
        ("search/index.html", "Search", None),
    ],
)
def test_the_tab_of_a_page_is_marked_and_so_is_its_neighbour_below(
    browser, serve, demo_sites: Path, path: str, tab: str, beside: str | None
) -> None:
    page = _open(browser, "laptop", "light", [])
    page.goto(f"{serve(demo_sites / 'internal')}/{path}")
    assert page.locator(".md-tabs__item--active").all_inner_texts() == [tab]
    assert page.locator(".pir-section-nav [aria-current]").all_inner_texts() == ([beside] if beside else [])


def test_a_filtered_table_shows_only_its_matching_rows_on_a_phone_too(browser, serve, demo_sites: Path) -> None:
    page = _open(browser, "phone", "light", [])
    page.goto(f"{serve(demo_sites / 'internal')}/recurring/prevented.html")
    rows = page.locator(".pir-list tbody tr")
    page.get_by_label("Filter these rows").fill("certificate")
    matching = [text for text in rows.all_text_contents() if "certificate" in text.lower()]
    assert 0 < len(matching) < rows.count()
    assert [row.text_content() for row in rows.all() if row.is_visible()] == matching
