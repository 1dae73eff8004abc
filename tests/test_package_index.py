"""README.md on the page of a package index: its links lead somewhere, its pictures are shown, nothing of it is lost."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

import pytest
from bs4 import BeautifulSoup
from helpers.repository import ROOT

from mkdocs_pir import __version__

pytest.importorskip("hatchling", reason="builds packages; `make test` installs it")

README = (ROOT / "README.md").read_text("utf-8")
REPOSITORY = "https://github.com/owner/name"


def _build_hooks() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _fields(monkeypatch: pytest.MonkeyPatch, repository: str) -> dict[str, object]:
    monkeypatch.setenv("PIR_REPOSITORY_URL", repository)
    fields: dict[str, object] = {}
    _build_hooks().IndexPage(str(ROOT), {}).update(fields)
    return fields


def _page(text: str) -> BeautifulSoup:
    renderer = pytest.importorskip("readme_renderer.markdown", reason="`make test` installs it")
    html = renderer.render(text)
    assert html is not None
    return BeautifulSoup(html, "html.parser")


def test_every_link_and_picture_leads_to_a_file_of_the_repository_at_the_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = _fields(monkeypatch, REPOSITORY + "/")
    page = _page(fields["readme"]["text"])  # type: ignore[index]
    targets = [str(one[name]) for tag, name in (("a", "href"), ("img", "src")) for one in page.find_all(tag)]
    own = [target for target in targets if not target.startswith("#")]
    assert len(own) > 20
    for target in own:
        found = re.fullmatch(rf"{REPOSITORY}/(blob|raw)/v{re.escape(__version__)}/([^#]+)(#.*)?", target)
        assert found is not None, target
        assert (ROOT / found[2]).is_file()
        assert (found[1] == "raw") == found[2].endswith(".webp")


def test_without_an_address_there_are_words_and_no_broken_link(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = _fields(monkeypatch, "")
    page = _page(fields["readme"]["text"])  # type: ignore[index]
    assert [one for one in page.find_all("a") if not str(one.get("href", "#")).startswith(("#", "http"))] == []
    assert page.find_all("img") == []
    assert "The first afternoon goes on from there" in page.get_text()
    assert fields["urls"] == {}


def test_the_index_shows_tables_code_and_headings_as_they_are_meant() -> None:
    page = _page(README)
    headings = [one.get_text() for one in page.find_all("h2")]
    assert headings == re.findall(r"^## (.+)$", re.sub(r"```.*?```", "", README, flags=re.S), re.M)
    assert len(page.find_all("table")) == 2
    assert len(page.find_all("pre")) == README.count("```") / 2


def test_code_that_looks_like_a_link_is_left_alone() -> None:
    text = "`[a](b)` and\n```sh\n[a](b)\n```\n"
    assert _build_hooks().for_index(text, REPOSITORY, "v1") == text
