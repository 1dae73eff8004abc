"""Use without a network, in a real browser: what is kept, what is told instead, and that two builds never mix."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.knowledge_base import FILES, pir, write_base
from helpers.preview_server import PATIENCE

from mkdocs_pir.site.offline import cached_paths, write_file_list

LESSON = FILES["kb/lessons/LL-0001.md"]
TIME = 1_790_000_000  # s since 1970; of every file of a build that is not the worker
CACHES = """async () => {
  const found = {};
  for (const name of await caches.keys()) found[name] = (await (await caches.open(name)).keys()).map(k => new URL(k.url).pathname);
  return found;
}"""


def test_search_and_frame_are_kept_always_and_records_as_far_as_they_fit() -> None:
    sizes = {
        "assets/javascripts/a.js": 500,
        "search/manifest.js": 900,
        "search/texts-0a1b2c3d4e5f.js": 30,
        "lessons.html": 10,
        "lessons/LL-0001.html": 40,
        "lessons/LL-0002.html": 40,
        "pirs/2026/PIR-2026-0001.html": 40,
        "kpis.html": 40,
        "files/assets/logo.svg": 5,
        "files/evidence/dump.csv": 5,
    }
    always = ["assets/javascripts/a.js", "lessons.html", "search/manifest.js"]
    assert cached_paths(sizes, 0) == always
    assert cached_paths(sizes, 50) == sorted([*always, "files/assets/logo.svg", "lessons/LL-0002.html"])
    assert "search/texts-0a1b2c3d4e5f.js" not in cached_paths(sizes, 130)
    assert set(sizes) - set(cached_paths(sizes, 1000)) == {"kpis.html", "files/evidence/dump.csv"}


def test_the_same_site_makes_the_same_worker(tmp_path: Path) -> None:
    made = []
    for name, text in (("a", "1"), ("b", "1"), ("c", "2")):
        (tmp_path / name / "search").mkdir(parents=True)
        (tmp_path / name / "search" / "manifest.js").write_text(text)
        (tmp_path / name / "worker.js").write_text('const BUILD = { version: "", files: {} };\n')
        write_file_list(tmp_path / name)
        made.append((tmp_path / name / "worker.js").read_text())
    assert made[0] == made[1] != made[2]


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Three builds of a small knowledge base: as it is, with a changed and a withdrawn record, and never offline."""
    old = LESSON.replace("LL-0001", "LL-0002").replace("Probe every listener", "Count the spare parts")
    changed = LESSON.replace("Hosts do not expire", "Hosts never expire")
    forms: dict[str, dict[str, str | bytes | None]] = {
        "first": {"kb/lessons/LL-0002.md": old},
        "second": {"kb/lessons/LL-0001.md": changed},
        "never": {"mkdocs.yml": FILES["mkdocs.yml"].replace("as_of:", "offline: false\n      as_of:")},
    }
    made = {}
    for name, changes in forms.items():
        folder = write_base(tmp_path_factory.mktemp(name), changes)
        result = pir(folder, "build")
        assert result.exit_code == 0, result.output
        made[name] = folder / "published" / "internal"
    # builds of a moment have one time, by which the server of these tests would call a changed file unchanged;
    # the worker itself is told apart by its time alone, so the later one gets a later time, and only that one
    for number, name in enumerate(made):
        for path in made[name].rglob("*"):
            os.utime(path, (TIME, TIME + 10 * number if path.name == "worker.js" else TIME))
    return made


@pytest.fixture
def published(
    tmp_path: Path, builds: dict[str, Path], serve: Callable[[Path], str]
) -> tuple[str, Callable[[str], None]]:
    """The address of a site, and a function that publishes another build there."""
    place = tmp_path / "site"

    def publish(name: str) -> None:
        fresh = tmp_path / "fresh"
        fresh.symlink_to(builds[name], target_is_directory=True)
        fresh.replace(place)

    publish("first")
    return serve(place) + "/", publish


@pytest.fixture
def visitor(browser: Any) -> Iterator[Any]:
    context = browser.new_context()
    yield context
    context.close()


def ready(page: Any, version: str) -> None:
    """Wait until the worker of a build is in charge, and what others kept is gone."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        state = page.evaluate(
            """async () => {
              const registration = await navigator.serviceWorker.getRegistration();
              const idle = registration && registration.active && registration.active.state === "activated"
                && !registration.installing && !registration.waiting;
              return [Boolean(idle && navigator.serviceWorker.controller), await caches.keys()];
            }"""
        )
        if state[0] and len(state[1]) == 1 and state[1][0].endswith(version):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"the worker {version} never took over: {state}")


def version(site: Path) -> str:
    found = re.search(r'"version": "(\w+)"', (site / "worker.js").read_text("utf-8"))
    assert found is not None
    return found[1]


def results(page: Any) -> list[str]:
    page.locator(".pir-result__link").first.wait_for()
    return [text.strip() for text in page.locator(".pir-result__link").all_inner_texts()]


@pytest.mark.browser
def test_after_one_visit_search_and_lessons_work_without_a_network(
    visitor: Any, published: tuple[str, Any], builds: dict[str, Path]
) -> None:
    address, _ = published
    page = visitor.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(address + "index.html")
    ready(page, version(builds["first"]))
    visitor.set_offline(True)
    page.goto(address + "search/index.html?q=certificate+expired")
    assert "Probe every listener" in " ".join(results(page))
    assert page.locator(".pir-offline").inner_text().startswith("No network. This copy was saved in your browser")
    page.locator(".pir-result__link", has_text="Probe every listener").click()
    page.wait_for_url("**/lessons/LL-0001.html")
    assert "Hosts do not expire" in page.locator("main").inner_text()
    assert page.locator("h1").evaluate("h => getComputedStyle(h).fontFamily") != '"Times New Roman"'
    visitor.set_offline(False)
    page.locator(".pir-offline").wait_for(state="detached")
    assert wrong == []


@pytest.mark.browser
def test_the_search_says_which_pages_are_not_kept_offline(
    visitor: Any, published: tuple[str, Any], builds: dict[str, Path]
) -> None:
    address, _ = published
    page = visitor.new_page()
    page.goto(address + "index.html")
    ready(page, version(builds["first"]))
    visitor.set_offline(True)
    page.goto(address + "clients/PRB-0001.html")
    page.wait_for_url("**/search/index.html?q=PRB-0001#not-kept")
    assert results(page)[0] == "A listener keeps the certificate it read at start"
    assert "not saved for use without a network" in page.locator(".pir-search__notes").inner_text()


@pytest.mark.browser
def test_a_new_build_takes_the_place_of_the_old_one_whole(
    visitor: Any, published: tuple[str, Any], builds: dict[str, Path]
) -> None:
    address, publish = published
    page = visitor.new_page()
    page.goto(address + "lessons/LL-0002.html")
    ready(page, version(builds["first"]))
    publish("second")
    assert page.goto(address + "lessons/LL-0002.html").status == 404  # withdrawn: gone at once though it is kept
    page.goto(address + "lessons/LL-0001.html")
    ready(page, version(builds["second"]))
    listed = json.loads(re.search(r"const BUILD = (\{.*?\n\});", (builds["second"] / "worker.js").read_text(), re.S)[1])
    (paths,) = page.evaluate(CACHES).values()
    assert sorted(paths) == sorted(["/", *(f"/{path}" for path in listed["files"])])
    visitor.set_offline(True)
    page.goto(address + "lessons/LL-0001.html")
    assert "Hosts never expire" in page.locator("main").inner_text()
    page.goto(address + "search/index.html?q=spare+parts")
    page.get_by_text("No record mentions").wait_for()


@pytest.mark.browser
def test_files_that_are_not_of_the_build_are_never_kept(
    visitor: Any, published: tuple[str, Any], builds: dict[str, Path], tmp_path: Path, serve: Callable[[Path], str]
) -> None:
    import shutil

    mixed = tmp_path / "mixed"
    shutil.copytree(builds["first"], mixed)
    shutil.copy(builds["second"] / "lessons" / "LL-0001.html", mixed / "lessons" / "LL-0001.html")
    page = visitor.new_page()
    page.goto(serve(mixed) + "/index.html")
    states = page.evaluate(
        """() => new Promise(async done => {
          const registration = await navigator.serviceWorker.register("worker.js");
          const worker = registration.installing || registration.waiting || registration.active;
          const told = () => { if (worker.state !== "installing") done(worker.state); };
          worker.addEventListener("statechange", told);
          told();
        })"""
    )
    assert states == "redundant"
    assert page.evaluate("caches.keys()") == []


@pytest.mark.browser
def test_turned_off_what_was_kept_is_forgotten(
    visitor: Any, published: tuple[str, Any], builds: dict[str, Path]
) -> None:
    address, publish = published
    page = visitor.new_page()
    page.goto(address + "index.html")
    ready(page, version(builds["first"]))
    publish("never")
    page.goto(address + "index.html")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        left = page.evaluate(
            "async () => [(await navigator.serviceWorker.getRegistrations()).length, await caches.keys()]"
        )
        if left == [0, []]:
            break
        page.wait_for_timeout(25)
    assert left == [0, []]


@pytest.mark.browser
def test_from_disk_nothing_is_registered_and_search_works(visitor: Any, builds: dict[str, Path]) -> None:
    page = visitor.new_page()
    wrong: list[str] = []
    page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto((builds["first"] / "search" / "index.html").as_uri() + "?q=certificate+expired")
    assert "Probe every listener" in " ".join(results(page))
    page.locator(".pir-result__link", has_text="Probe every listener").click()
    page.wait_for_url("**/lessons/LL-0001.html")
    assert wrong == []
