"""`pir actions`: filters, order, links, and wrong usage in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW_FILE, REVIEW_WITH_OPEN_ACTION, pir, write_base


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_base(tmp_path, {REVIEW_FILE: REVIEW_WITH_OPEN_ACTION})


FILTERS = [
    ([], ["A2", "A1"]),
    (["--open"], ["A2"]),
    (["--overdue"], ["A2"]),
    (["--state", "verified"], ["A1"]),
    (["--owner", "Messaging"], ["A2"]),
    (["--client", "quellmark"], []),
    (["--service", "mail-gateway"], ["A2", "A1"]),
    (["--cause", "monitoring"], ["A2"]),
    (["--cause", "change/expired-certificate"], ["A1"]),
    (["--type", "prevent"], ["A2"]),
    (["--priority", "low"], []),
    (["--sort", "due"], ["A1", "A2"]),
]


@pytest.mark.parametrize(("options", "expected"), FILTERS)
def test_actions_are_narrowed_down_and_sorted(folder: Path, options: list[str], expected: list[str]) -> None:
    found = pir(folder, "actions", "--format", "json", *options)
    assert [row["id"].rpartition("-")[2] for row in json.loads(found.stdout)] == expected


def test_one_day_is_not_written_as_days(folder: Path) -> None:
    assert "1 day late" in pir(folder, "actions", "--as-of", "2026-09-21").stdout
    assert "2 days late" in pir(folder, "actions", "--as-of", "2026-09-22").stdout
    assert "due 2026-09-20, 1 day overdue" in pir(folder, "kpi", "action-age", "--as-of", "2026-09-21").stdout


def test_the_columns_of_the_list_are_aligned(folder: Path) -> None:
    write_base(folder, {REVIEW_FILE: REVIEW_WITH_OPEN_ACTION.replace("status: verified", "status: done")})
    overdue, done = pir(folder, "actions").stdout.splitlines()
    assert ("Overdue" in overdue, "Done, not yet verified" in done) == (True, True)
    assert overdue.index("messaging team") == done.index("platform team")


def test_the_conditions_of_bulk_changes_list_what_they_choose(folder: Path) -> None:
    write_base(folder, {REVIEW_FILE: REVIEW_WITH_OPEN_ACTION})
    result = pir(
        folder, "actions", "--where", "owner=messaging review.status=action-management", "--where", "year=2025"
    )
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["PIR-2025-0001-A2"]
    assert pir(folder, "actions", "--where", "year=2024").stdout == ""
    as_csv = pir(folder, "actions", "--where", "state=verified", "--format", "csv").stdout
    assert "PIR-2025-0001-A1" in as_csv
    assert "PIR-2025-0001-A2" not in as_csv


WRONG = [
    (["--where", "ownr=x"], "--where: there is no field 'ownr'; did you mean 'owner'"),
    (["--where", "owner=x", "--edition", "client:quellmark"], "leave out --edition"),
    (["--client", "quelmark"], "there is no client 'quelmark'; did you mean 'quellmark'"),
    (["--cause", "chang"], "there is no cause 'chang'; did you mean 'change'"),
    (["--overdue", "--state", "done"], "--overdue and --state done exclude each other"),
    (["--out", "nowhere/at-all.csv", "--format", "csv"], "there is no folder 'nowhere'"),
]


@pytest.mark.parametrize(("options", "words"), WRONG)
def test_wrong_usage_is_refused_in_a_sentence(folder: Path, options: list[str], words: str) -> None:
    result = pir(folder, "actions", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in " ".join(result.stderr.split())


def test_links_are_whole_where_the_site_has_an_address_and_only_inside(folder: Path) -> None:
    write_base(folder, {REVIEW_FILE: REVIEW_WITH_OPEN_ACTION.replace("priority: high", "priority: high\n    audience: client"),
                 "mkdocs.yml": "site_url: https://kb.example/\n" + FILES["mkdocs.yml"]})  # fmt: skip
    inside = pir(folder, "actions", "--format", "atom").stdout
    assert 'href="https://kb.example/pirs/2025/PIR-2025-0001.html#A2"' in inside
    assert pir(folder, "build", "--edition", "client:harbor-credit").exit_code == 0
    outside = pir(folder, "actions", "--format", "atom", "--edition", "client:harbor-credit").stdout
    assert "kb.example" not in outside
    assert "PIR-2025-0001.html#A2" in outside
