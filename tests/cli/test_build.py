"""`pir build`: where editions lie, and what stops them."""

from __future__ import annotations

from pathlib import Path

from helpers.folders import read_files
from helpers.knowledge_base import pir, write_base


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
