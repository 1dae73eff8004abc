"""A knowledge base with nothing, one review or one lesson: every page says what is there and how it goes on."""

from __future__ import annotations

import html
import re
import shlex
from pathlib import Path

import pytest
from helpers.empty_knowledge_base import CONFIG
from helpers.knowledge_base import pir
from helpers.sample_pages import project_texts, render_pages, sample_records, sample_review, visible_words

from mkdocs_pir.kb.model import Client


def test_the_home_of_an_empty_base_says_how_to_begin_with_commands_that_work_as_they_are(tmp_path: Path) -> None:
    pages = render_pages(project_texts())
    home = pages.pop("index.html")
    assert "how to start" in home
    commands = re.findall(r"<code>pir ([^<]+)</code>", home)
    assert len(commands) >= 3
    shown = [code for page in pages.values() for code in re.findall(r'pir-empty">.*?<code>([^<]+)</code>', page)]
    assert all(code.startswith("pir ") for code in shown), shown
    commands = [*dict.fromkeys([*commands, *(code.removeprefix("pir ") for code in shown)])]
    (tmp_path / "mkdocs.yml").write_text(CONFIG, "utf-8")
    (tmp_path / "kb").mkdir()
    for command in map(shlex.split, map(html.unescape, commands)):
        serves = ["--help"] if command == ["serve"] else []
        result = pir(tmp_path, *command, *serves)
        assert result.exit_code == 0, result.output


def test_figures_without_data_are_no_tiles(tmp_path: Path) -> None:
    page = render_pages(project_texts())["kpis.html"]
    assert "pir-tile" not in page
    assert visible_words(page).startswith("KPIs Nothing can be measured yet.")


@pytest.mark.parametrize("records", [(Client(id="harbor-credit", name="Harbor"), sample_review()), sample_records()])
def test_one_case_meets_no_target(records: tuple[object, ...]) -> None:
    page = visible_words(render_pages(project_texts(*records))["kpis.html"])  # type: ignore[arg-type]
    assert not re.search(r"\d of \d key figures? meets? ", page)
    assert "there are too few cases yet to judge them" in page


@pytest.mark.parametrize("records", [(), (Client(id="harbor-credit", name="Harbor"), sample_review())])
def test_no_page_of_a_small_base_writes_what_is_nothing(records: tuple[object, ...]) -> None:
    for path, page in render_pages(project_texts(*records)).items():  # type: ignore[arg-type]
        assert not re.search(r"\b(None|null|undefined|N/A|NaN|0 results)\b|\.\.(?!\.)", visible_words(page)), path
