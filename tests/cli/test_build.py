"""`pir build`: where editions lie, and what stops them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from helpers.folders import read_files
from helpers.knowledge_base import pir, write_base

from mkdocs_pir.store import executors


def test_all_editions_lie_where_the_documentation_says(published_base: Path) -> None:
    for edition in ("internal", "clients/harbor-credit", "clients/quellmark"):
        assert (published_base / "published" / edition / "index.html").is_file()


def test_a_broken_record_leaves_what_was_published(published_base: Path) -> None:
    before = read_files(published_base / "published")
    write_base(published_base, {"kb/lessons/LL-0001.md": "---\nid: LL-0001\ntitle: [\n---\n"})
    result = pir(published_base, "build", "--edition", "all")
    assert result.exit_code == 1
    assert "Nothing was published" in result.stderr
    assert read_files(published_base / "published") == before


def test_an_unknown_client_is_named_with_the_nearest(published_base: Path) -> None:
    result = pir(published_base, "build", "--edition", "client:harbour-credit")
    assert result.exit_code == 1
    assert "harbor-credit" in result.stderr


@pytest.mark.parametrize("threads", [1, 2])
def test_profile_tells_where_the_time_went_and_changes_nothing_else(
    published_base: Path, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    # with another thread the editions are made by processes that are no copies of this one
    monkeypatch.setattr(executors.threading, "active_count", lambda: threads)
    out = str(published_base / "profiled")
    result = pir(published_base, "build", "--edition", "all", "--out", out, "--profile")
    assert result.exit_code == 0
    assert result.stdout == ""
    reported, _, table = result.stderr.partition("where the time went")
    assert re.search(r"editions published in \d+ s\n$", reported)
    total = table[table.index("in total") :]
    for stage in ("read and check", "projection", "views", "fragments", "theme and MkDocs", "search index", "audit"):
        assert re.search(rf"^  {stage} +\d+\.\d\d +\d+\.\d\d$", total, re.MULTILINE), stage
    client = table[table.index("client:quellmark") : table.index("in total")]
    assert "  audit " in client
    assert "  read and check " not in client


def test_profile_is_printed_where_the_build_is_refused(published_base: Path) -> None:
    write_base(published_base, {"kb/lessons/LL-0001.md": "---\nid: LL-0001\ntitle: [\n---\n"})
    result = pir(published_base, "build", "--profile")
    assert result.exit_code == 1
    assert "  read and check " in result.stderr
