"""mkdocs.yml is changed in one place, and every other byte stays."""

from __future__ import annotations

import pytest

from mkdocs_pir.kb.config_edits import ConfigEditError, with_option, with_setting


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("plugins:\n  - pir\n", "plugins:\n  - pir:\n      record_format: 2\n"),
        ("plugins:\n  - pir:\n  - tags\n", "plugins:\n  - pir:\n      record_format: 2\n  - tags\n"),
        ("plugins: [search, pir, tags]\n", "plugins: [search, pir: {record_format: 2}, tags]\n"),
        ("plugins: [pir:]\n", "plugins: [pir: {record_format: 2}]\n"),
        ("plugins: {pir: , tags: {}}\n", "plugins: {pir: {record_format: 2} , tags: {}}\n"),
        ("plugins:\n  - pir: {as_of: 2026-01-01}\n", "plugins:\n  - pir: {record_format: 2, as_of: 2026-01-01}\n"),
        ("plugins:\n  - pir: {}\n", "plugins:\n  - pir: {record_format: 2}\n"),
        (
            "plugins:\n- search\n- pir:   # ours\n    # the day\n    as_of: 2026-01-01\n",
            "plugins:\n- search\n- pir:   # ours\n    record_format: 2\n    # the day\n    as_of: 2026-01-01\n",
        ),
        (
            "plugins:\n  pir:\n    offline: true\n  tags: {}\n",
            "plugins:\n  pir:\n    record_format: 2\n    offline: true\n  tags: {}\n",
        ),
        (
            "plugins:\n  - pir:\n      offline: true\n      record_format: 1 # old\n",
            "plugins:\n  - pir:\n      offline: true\n      record_format: 2 # old\n",
        ),
        ("plugins:\n  - tags\n", None),
        ("site_name: S\n", None),
    ],
)
def test_an_option_is_written_where_the_options_are(before: str, after: str | None) -> None:
    head = "site_name: S # ours\nnav: !!python/name:a.b\n"
    if after is None:
        with pytest.raises(ConfigEditError):
            with_option(head + before, "record_format", "2")
    else:
        assert with_option(head + before, "record_format", "2") == head + after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("docs_dir: kb\ntheme: material\n", 'docs_dir: kb\nexclude_docs: "*"   # why\ntheme: material\n'),
        (
            "docs_dir: kb   # here\n\ntheme: material",
            'docs_dir: kb   # here\nexclude_docs: "*"   # why\n\ntheme: material',
        ),
        ("theme: material", 'theme: material\nexclude_docs: "*"   # why\n'),
        ("exclude_docs: drafts/ # no\ndocs_dir: kb\n", 'exclude_docs: "*" # no\ndocs_dir: kb\n'),
        ("exclude_docs: |\n  drafts/\n  old/\ndocs_dir: kb\n", 'exclude_docs: "*"\ndocs_dir: kb\n'),
        ("{docs_dir: kb}\n", None),
        ("- docs_dir\n", None),
    ],
)
def test_a_setting_is_written_below_another(before: str, after: str | None) -> None:
    if after is None:
        with pytest.raises(ConfigEditError):
            with_setting(before, "exclude_docs", '"*"', "docs_dir", "why")
    else:
        assert with_setting(before, "exclude_docs", '"*"', "docs_dir", "why") == after
