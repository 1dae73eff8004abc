"""Links from the pages of records to their sources, by MkDocs' own settings `repo_url` and `edit_uri`."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from helpers.folders import read_everything
from helpers.knowledge_base import FILES, load_base, pir, write_base

from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.site.edit_links import edit_address, edit_template
from mkdocs_pir.site.urls import source_of
from mkdocs_pir.site.views import EditionContext, record_page, records_with_page

REPOSITORY = "https://git.example/team/reviews"
REVIEW = "pirs/2025/PIR-2025-0001"
LINK = re.compile(r"<p class=pir-note><a href=([^ >]*)>Edit the source")


@pytest.mark.parametrize(
    ("settings", "folder", "expected"),
    [
        ((REPOSITORY, "edit/main/kb/", ""), "", f"{REPOSITORY}/edit/main/kb/lessons/a%20b.md"),
        ((f"{REPOSITORY}/", "edit/main/docs/", ""), "../kb/", f"{REPOSITORY}/edit/main/kb/lessons/a%20b.md"),
        ((REPOSITORY, "", "edit/main/docs/{path}"), "kb/", f"{REPOSITORY}/edit/main/docs/kb/lessons/a%20b.md"),
        ((REPOSITORY, "", "wiki?page={path_noext!q}"), "", f"{REPOSITORY}/wiki?page=lessons%2Fa%20b"),
        ((REPOSITORY, "?path=kb/", ""), "", f"{REPOSITORY}/?path=kb/lessons/a%20b.md"),
        (("", "https://edit.example/kb/", ""), "", "https://edit.example/kb/lessons/a%20b.md"),
    ],
    ids=str,
)
def test_the_address_is_that_of_the_file(settings: tuple[str, str, str], folder: str, expected: str) -> None:
    assert edit_address(edit_template(*settings, folder), "lessons/a b.md") == expected


@pytest.mark.parametrize(
    ("settings", "folder"),
    [
        ((REPOSITORY, "", ""), ""),
        (("", "edit/main/kb/", ""), ""),
        (("", "javascript:alert(1)//", ""), ""),
        ((REPOSITORY, "", "edit/main"), ""),
        # where a path leads out of docs_dir, nobody knows what it means in a query
        ((REPOSITORY, "?path=docs/", ""), "../kb/"),
        ((REPOSITORY, "", "wiki?page={path!q}"), "../kb/"),
    ],
    ids=str,
)
def test_without_a_sound_address_there_is_no_link(settings: tuple[str, str, str], folder: str) -> None:
    assert edit_template(*settings, folder) == ""


def test_each_record_with_a_page_is_edited_where_its_file_is(tmp_path: Path) -> None:
    write_base(tmp_path, {"kb/lists/of-hosts.md": "---\ntitle: Hosts\n---\nA page.\n"})
    kb = load_base(tmp_path)
    edition = EditionContext(project(kb, Edition()), edit_template="https://edit.example/{path}")
    for record in records_with_page(edition.projection):
        assert source_of(record) == kb.record_files[record.id].path
        assert record_page(edition, record.id).context["edit"] == f"https://edit.example/{source_of(record)}"
    client = EditionContext(project(kb, Edition("harbor-credit")), edit_template="https://edit.example/{path}")
    assert client.edit_template == ""


def test_pages_link_to_their_sources_in_the_internal_edition_alone(tmp_path: Path) -> None:
    settings = f"repo_url: {REPOSITORY}\nedit_uri: edit/main/zqfolder/\n"
    write_base(tmp_path, {"mkdocs.yml": str(FILES["mkdocs.yml"]) + settings})
    assert pir(tmp_path, "build", "--edition", "all").exit_code == 0
    internal = tmp_path / "published/internal"
    page = internal / f"{REVIEW}.html"
    assert LINK.findall(page.read_text("utf-8")) == [f"{REPOSITORY}/edit/main/zqfolder/{REVIEW}.md"]
    # lists are made of many records
    assert not LINK.search((internal / "reviews.html").read_text("utf-8"))
    everything = read_everything(tmp_path / "published/clients")
    assert "zqfolder" not in unquote(everything)
    assert "Edit the source" not in everything

    # another address makes the pages anew, and without one they are as they were before there was one
    config = tmp_path / "mkdocs.yml"
    config.write_text(str(FILES["mkdocs.yml"]) + settings.replace("zqfolder", "kb"), "utf-8")
    assert pir(tmp_path, "build").exit_code == 0
    assert LINK.findall(page.read_text("utf-8")) == [f"{REPOSITORY}/edit/main/kb/{REVIEW}.md"]
    # MkDocs guesses that the folder is docs/
    config.write_text(str(FILES["mkdocs.yml"]) + "repo_url: https://github.com/team/reviews\n", "utf-8")
    assert pir(tmp_path, "build").exit_code == 0
    assert not LINK.search(page.read_text("utf-8"))
