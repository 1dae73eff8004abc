"""A top-level key of mkdocs.yml that MkDocs does not know is a warning at its line, with the nearest one."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, find_problems, pir, write_base
from mkdocs.config.defaults import get_schema

from mkdocs_pir.kb import mkdocs_keys

CONFIG = FILES["mkdocs.yml"]


def test_the_list_of_keys_is_that_of_mkdocs() -> None:
    assert {key for key, _ in get_schema()} | {"INHERIT"} == mkdocs_keys.KNOWN


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("doc_dir: kb", "did you mean 'docs_dir'"),
        ("markdown_extension: [toc]", "did you mean 'markdown_extensions'"),
        ("targets: {adoption: 70}", "'targets' is an option of pir: write it below 'pir:' in 'plugins'"),
        ("xyzzy: 1", "move it below 'extra'"),
    ],
)
def test_an_unknown_key_is_a_warning_with_the_nearest(tmp_path: Path, line: str, hint: str) -> None:
    write_base(tmp_path, {"mkdocs.yml": f"{CONFIG}{line}\n"})
    (found,) = find_problems(tmp_path)
    assert (found["code"], found["severity"], found["path"]) == ("PIR614", "warning", "mkdocs.yml")
    assert (found["line"], found["column"]) == (CONFIG.count("\n") + 1, 1)
    assert hint in str(found["hint"])
    assert pir(tmp_path, "check").exit_code == 0
    assert pir(tmp_path, "check", "--strict").exit_code == 1


def test_keys_of_mkdocs_and_tags_that_only_it_resolves_are_fine(tmp_path: Path) -> None:
    more = "extra: {a: 1}\nnot_in_nav: x\nhooks: []\nsite_url: !ENV [HERE, 'https://kb.example/']\nvalidation: {links: {absolute_links: ignore}}\n"
    write_base(
        tmp_path,
        {"mkdocs.yml": f"{CONFIG}{more}markdown_extensions:\n  - toc:\n      slugify: !!python/name:os.path\n"},
    )
    assert find_problems(tmp_path) == []


def test_the_warning_can_be_turned_off(tmp_path: Path) -> None:
    config = CONFIG.replace("rules: {PIR422: off}", "rules: {PIR422: off, PIR614: off}")
    write_base(tmp_path, {"mkdocs.yml": f"{config}xyzzy: 1\n"})
    assert find_problems(tmp_path) == []
