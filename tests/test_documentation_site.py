"""The documentation site has every page, what is made from the program, and pictures that exist."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup
from helpers.repository import ROOT
from PIL import Image

from mkdocs_pir.cli import COMMANDS
from mkdocs_pir.insight.kpi_definitions import KPIS
from mkdocs_pir.kb import schema
from mkdocs_pir.kb.problem import CODES
from mkdocs_pir.kb.problem_explanations import address

DOCS = ROOT / "docs"
CONFIG = DOCS / "website/mkdocs.yml"
PICTURES = sorted((DOCS / "images").iterdir())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documentation") / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(CONFIG), "-d", str(folder)]
    variables = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
    assert done.returncode == 0, done.stderr
    return folder


def _in_nav(entries: list[Any]) -> list[str]:
    pages: list[str] = []
    for entry in entries:
        for value in entry.values():
            pages += _in_nav(value) if isinstance(value, list) else [value]
    return pages


def test_every_page_is_in_the_navigation_once() -> None:
    pages = _in_nav(yaml.safe_load(CONFIG.read_text("utf-8"))["nav"])
    assert len(pages) == len(set(pages))
    assert {page.name for page in DOCS.glob("*.md")} <= set(pages)


@pytest.mark.slow
def test_each_command_has_its_help(site: Path) -> None:
    page = (site / "cli.html").read_text("utf-8")
    assert all(f"Usage: pir {command} " in page for command in COMMANDS)


@pytest.mark.slow
def test_each_kpi_has_its_definition(site: Path) -> None:
    page = (site / "kpis.html").read_text("utf-8")
    for kpi in KPIS.values():
        assert f"<code>{kpi.name}</code>" in page
        assert kpi.definition.split(":")[0] in page


@pytest.mark.slow
def test_each_field_of_the_figures_is_listed(site: Path) -> None:
    page = BeautifulSoup((site / "data.html").read_text("utf-8"), "html.parser")
    listed = {row.find("td").get_text() for row in page.find_all("tr") if row.find("td")}
    for table in schema.load("figures")["properties"].values():
        assert set(table.get("items", table).get("properties", {})) <= listed


@pytest.mark.slow
def test_an_address_made_from_the_option_problems_url_leads_to_the_entry_of_its_code(site: Path) -> None:
    anchors = set(re.findall(r'id="([^"]+)"', (site / "problems.html").read_text("utf-8")))
    addresses = {address("https://docs.example.org/problems.html", code) for code in CODES}
    assert {one.partition("#")[2] for one in addresses} <= anchors


@pytest.mark.slow
def test_a_link_to_a_record_of_the_demonstration_leads_to_its_page(site: Path) -> None:
    links = re.findall(r'href="(kb/[^"#]+)"', (site / "writing.html").read_text("utf-8"))
    assert "kb/pirs/2026/PIR-2026-0003.html" in links
    assert all((site / link).is_file() for link in links)


@pytest.mark.slow
def test_the_gallery_is_on_a_page_of_the_site(site: Path) -> None:
    page = BeautifulSoup((site / "gallery.html").read_text("utf-8"), "html.parser")
    shown = page.find("iframe")
    assert shown is not None
    assert "gallery__piece" in (site / str(shown["src"])).read_text("utf-8")


def test_a_command_that_does_not_exist_has_no_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DOCS / "website"))
    spec = importlib.util.spec_from_file_location("documentation_hooks", DOCS / "website/hooks.py")
    assert spec is not None
    assert spec.loader is not None
    hooks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hooks)
    with pytest.raises(KeyError):
        hooks.with_help("## pir frobnicate\n")


@pytest.mark.parametrize("picture", PICTURES, ids=[picture.name for picture in PICTURES])
def test_a_picture_is_small_whole_and_shown_on_a_page(picture: Path) -> None:
    with Image.open(picture) as image:
        image.load()
    assert picture.stat().st_size < (2_000_000 if picture.stem == "film" else 200_000)
    pages = (ROOT / "README.md", *DOCS.glob("*.md"))
    assert any(f"images/{picture.name}" in page.read_text("utf-8") for page in pages)


@pytest.mark.browser
@pytest.mark.slow
def test_the_search_in_the_header_finds_pages_and_records_from_disk(site: Path, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto((site / "index.html").as_uri())
    box = page.locator(".pir-search-box__input:visible")
    for typed, found in (("completion manual page", "Commands"), ("PIR-2026-0003", "Mail gateway queue stalled")):
        box.fill(typed)
        page.locator(".pir-suggestion", has_text=found).first.wait_for()
    page.close()
