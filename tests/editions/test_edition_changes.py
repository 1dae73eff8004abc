"""An approval covers the files too, a build says which no longer fit, and `pir diff` is silent on nothing that changes."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW, find_problems, pir, write_base

from mkdocs_pir.editions.edition_changes import compare, unified
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.kb.model import Pir, Section
from mkdocs_pir.kb.texts import Texts

ATTACHED = REVIEW.replace(
    "recommendations:", "attachments:\n  - {file: rows.csv, title: Rows, audience: client}\nrecommendations:"
)
PATH = "kb/pirs/2025/PIR-2025-0001.md"
CONFIG = FILES["mkdocs.yml"] + "      organisation: {name: Larkfield}\n      synonyms: kb/synonyms.yml\n"


def _laid(folder: Path) -> Path:
    write_base(
        folder,
        {
            PATH: ATTACHED,
            "kb/pirs/2025/rows.csv": "a,b\n1,2\n",
            "mkdocs.yml": CONFIG,
            "kb/synonyms.yml": "mail: [listener]\n",
        },
    )
    return folder


def _git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@a.example"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def _committed(folder: Path) -> None:
    (folder / ".gitignore").write_text("published/\n.cache/\n")
    _git(folder, "init", "-q")
    _git(folder, "add", "-A")
    _git(folder, "commit", "-qm", "one")


def _stale(folder: Path) -> bool:
    return "PIR420" in [found["code"] for found in find_problems(folder)]


def test_an_approval_covers_what_an_attached_file_says(tmp_path: Path) -> None:
    _laid(tmp_path)
    assert pir(tmp_path, "release", "PIR-2025-0001", "--approve", "service-delivery-manager").exit_code == 0
    assert not _stale(tmp_path)
    (tmp_path / "kb/pirs/2025/rows.csv").write_text("a,b\n1,3\n")
    assert _stale(tmp_path)


def test_an_approval_does_not_cover_what_is_cut_out_of_a_field(tmp_path: Path) -> None:
    field = "detection: {by: monitoring}\nroot_cause: |\n  It expired. <!-- one -->\n"
    _laid(tmp_path)
    file = tmp_path / PATH
    file.write_text(ATTACHED.replace("detection: {by: monitoring}\n", field))
    assert pir(tmp_path, "release", "PIR-2025-0001", "--approve", "service-delivery-manager").exit_code == 0
    file.write_text(file.read_text().replace("<!-- one -->", "<!-- two -->"))
    assert not _stale(tmp_path)
    file.write_text(file.read_text().replace("It expired.", "It ran out."))
    assert _stale(tmp_path)


def test_a_build_says_what_changed_after_its_approval(tmp_path: Path) -> None:
    _laid(tmp_path)
    pir(tmp_path, "release", "PIR-2025-0001", "--approve", "service-delivery-manager")
    file = tmp_path / PATH
    file.write_text(file.read_text().replace("for five hours", "for six hours"))
    built = pir(tmp_path, "build", "--edition", "client:harbor-credit")
    assert built.exit_code == 0
    assert "warning PIR420: what 'PIR-2025-0001' shows outside changed after its approval" in built.stderr


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("mkdocs.yml", "Larkfield", "Larkhill", "organisation"),
        ("mkdocs.yml", "as_of", "targets: {adoption: 33}\n      as_of", "targets"),
        ("kb/synonyms.yml", "listener", "certificate", "synonyms"),
        ("kb/pirs/2025/rows.csv", "1,2", "1,3", "files/PIR-2025-0001-1.csv"),
    ],
)
def test_a_change_of_what_is_no_record_is_told(tmp_path: Path, name: str, old: str, new: str, said: str) -> None:
    _committed(_laid(tmp_path))
    file = tmp_path / name
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    told = pir(tmp_path, "diff", "--edition", "client:harbor-credit", "HEAD")
    assert said in told.stdout
    assert "1 changed" in told.stderr


def test_a_publication_of_uncommitted_changes_is_not_taken_for_its_revision(tmp_path: Path) -> None:
    _committed(_laid(tmp_path))
    build = ("build", "--edition", "client:harbor-credit")
    pir(tmp_path, *build)
    assert "uncommitted changes" not in pir(tmp_path, "diff", "--edition", "client:harbor-credit").stderr
    file = tmp_path / PATH
    file.write_text(file.read_text().replace("for five hours", "for six hours"))
    pir(tmp_path, *build)
    assert "uncommitted changes" in pir(tmp_path, "diff", "--edition", "client:harbor-credit").stderr


def test_another_day_of_the_figures_is_told(tmp_path: Path) -> None:
    _committed(_laid(tmp_path))
    pir(tmp_path, "build", "--edition", "client:harbor-credit", "--as-of", "2026-08-30")
    told = pir(tmp_path, "diff", "--edition", "client:harbor-credit")
    assert "figures were published as of 2026-08-30; the next publication is as of 2026-09-30" in told.stderr


def test_a_link_that_leads_elsewhere_is_a_change_although_its_words_stay() -> None:
    old, new = (
        Pir(id="PIR-1", sections=(Section("Summary", Texts().read(f"See [it](https://{host}/).").text),))
        for host in ("a.example", "b.example")
    )
    (change,) = compare(
        *(Projection(Edition(), date(2026, 9, 30), "Test", {"pir": {"PIR-1": one}}) for one in (old, new))
    )
    (part,) = change.parts
    assert any("a.example" in line for line in unified(part))
    assert any("b.example" in line for line in unified(part))
