"""`pir diff`: what the next publication changes of an edition, and nothing where nothing changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.git_repository import commit_all, git
from helpers.knowledge_base import FILES, REVIEW, REVIEW_FILE, pir, write_base

UNRELEASED = REVIEW.replace(
    "audience: client\nrelease: {approved_by: service-delivery-manager, on: 2025-03-20}\n", ""
).replace("status: closed", "status: client-review # for now")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_base(tmp_path, {REVIEW_FILE: UNRELEASED})


def test_a_diff_says_what_the_next_publication_changes_for_the_client(folder: Path) -> None:
    commit_all(folder)
    assert pir(folder, "build", "--edition", "client:harbor-credit").exit_code == 0
    pir(folder, "release", "PIR-2025-0001", "--approve", "service-delivery-manager")
    result = pir(folder, "diff", "--edition", "client:harbor-credit")
    assert result.exit_code == 0, result.output
    assert "+ pir PIR-2025-0001  Mail stood still" in result.stdout
    assert pir(folder, "diff", "--edition", "client:quellmark", "HEAD").stdout == ""

    git(folder, "commit", "-qam", "second")
    file = folder / REVIEW_FILE
    file.write_text(
        file.read_text("utf-8").replace("five hours", "six hours").replace("another port", "port 26"), "utf-8"
    )
    changes = json.loads(pir(folder, "diff", "--edition", "client:harbor-credit", "--json", "HEAD").stdout)
    parts = {part["part"] for change in changes for part in change["parts"]}
    assert parts == {"## Summary", "impact"}
    changes = json.loads(pir(folder, "diff", "--edition", "client:harbor-credit", "--json", "HEAD~1", "HEAD").stdout)
    assert ("added", "PIR-2025-0001") in {(change["how"], change["id"]) for change in changes}


@pytest.mark.parametrize("old", ["no-such-thing", "--output=x", "/"])
def test_an_unknown_revision_is_refused_in_a_sentence(folder: Path, old: str) -> None:
    result = pir(folder, "diff", "--edition", "internal", "--", old)
    assert result.exit_code == 2
    assert "Git revision" in result.stderr


ATTACHED = REVIEW.replace(
    "recommendations:", "attachments:\n  - {file: rows.csv, title: Rows, audience: client}\nrecommendations:"
)


CONFIG = FILES["mkdocs.yml"] + "      organisation: {name: Larkfield}\n      synonyms: kb/synonyms.yml\n"


def _write_attached(folder: Path) -> Path:
    return write_base(
        folder,
        {
            REVIEW_FILE: ATTACHED,
            "kb/pirs/2025/rows.csv": "a,b\n1,2\n",
            "mkdocs.yml": CONFIG,
            "kb/synonyms.yml": "mail: [listener]\n",
        },
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("mkdocs.yml", "Larkfield", "Larkhill", "organisation"),
        ("mkdocs.yml", "as_of", "targets: {adoption: 33}\n      as_of", "targets"),
        ("kb/synonyms.yml", "listener", "certificate", "synonyms"),
        ("kb/pirs/2025/rows.csv", "1,2", "1,3", "files/PIR-2025-0001-1.csv"),
    ],
)
def test_changes_of_configuration_synonyms_and_attachments_are_reported(
    tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    commit_all(_write_attached(tmp_path))
    file = tmp_path / name
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    told = pir(tmp_path, "diff", "--edition", "client:harbor-credit", "HEAD")
    assert said in told.stdout
    assert "1 changed" in told.stderr


def test_a_publication_of_uncommitted_changes_is_not_taken_for_its_revision(tmp_path: Path) -> None:
    commit_all(_write_attached(tmp_path))
    build = ("build", "--edition", "client:harbor-credit")
    pir(tmp_path, *build)
    assert "uncommitted changes" not in pir(tmp_path, "diff", "--edition", "client:harbor-credit").stderr
    file = tmp_path / REVIEW_FILE
    file.write_text(file.read_text().replace("for five hours", "for six hours"))
    pir(tmp_path, *build)
    assert "uncommitted changes" in pir(tmp_path, "diff", "--edition", "client:harbor-credit").stderr


def test_a_different_day_of_the_figures_is_reported(tmp_path: Path) -> None:
    commit_all(_write_attached(tmp_path))
    pir(tmp_path, "build", "--edition", "client:harbor-credit", "--as-of", "2026-08-30")
    told = pir(tmp_path, "diff", "--edition", "client:harbor-credit")
    assert "figures were published as of 2026-08-30; the next publication is as of 2026-09-30" in told.stderr
