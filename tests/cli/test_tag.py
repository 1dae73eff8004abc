"""`pir tag`: tags are added, removed and renamed, in one record or in all that have one."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.changed_files import DRAFT
from helpers.knowledge_base import REVIEW, REVIEW_FILE, pir, write_base

TAGGED = REVIEW.replace("status: closed", "status: closed\ntags: [e-mail, mail]  # ours")
LESSON = "---\nid: LL-0002\ntitle: Name the port\nstatus: draft\ntags:\n  - e-mail  # old\n  - ports\n---\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_base(tmp_path, {REVIEW_FILE: TAGGED, f"kb/{DRAFT}": LESSON})


def test_a_tag_is_renamed_wherever_it_is(folder: Path) -> None:
    arguments = ("tag", "--where", "tag=e-mail", "--add", "mail", "--remove", "e-mail")
    assert pir(folder, *arguments).exit_code == 1
    assert (folder / REVIEW_FILE).read_text("utf-8") == TAGGED
    result = pir(folder, *arguments, "--yes")
    assert result.exit_code == 0, result.output
    assert (folder / REVIEW_FILE).read_text("utf-8") == TAGGED.replace("[e-mail, mail]", "[mail]")
    assert (folder / f"kb/{DRAFT}").read_text("utf-8") == LESSON.replace("  - e-mail  # old\n", "").replace(
        "  - ports\n", "  - ports\n  - mail\n"
    )
    again = pir(folder, *arguments, "--yes")
    assert again.exit_code == 0
    assert "nothing is selected, so nothing changes" in again.stderr


def test_the_last_tag_takes_the_field_along(folder: Path) -> None:
    assert pir(folder, "tag", "ll-0002", "--remove", "e-mail", "--remove", "ports").exit_code == 0
    assert "tags" not in (folder / f"kb/{DRAFT}").read_text("utf-8")


def test_ids_come_from_a_file(folder: Path, tmp_path: Path) -> None:
    listed = tmp_path / "ids.csv"
    listed.write_text("ID;title\nLL-0002;x\nLL-0001;y\n", "utf-8")
    result = pir(folder, "tag", "--from", str(listed), "--add", "moved", "--yes")
    assert result.exit_code == 0, result.output
    assert "2 changed" in result.stderr
    listed.write_text("name\nLL-0002\n", "utf-8")
    assert "has no column 'id'; its columns are name" in pir(folder, "tag", "--from", str(listed), "--add", "a").stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("LL-0002",), "name tags with --add, --remove or both"),
        (("LL-0002", "--add", "a", "--remove", "a"), "'a' is to be added and to be removed"),
        (("--add", "a"), "name a record with tags by its id"),
        (("harbor-credit", "--add", "a"), "'harbor-credit' is a client"),
        (("--where", "tag", "--add", "a"), "'tag' is not a condition"),
    ],
)
def test_a_wrong_command_changes_nothing(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    result = pir(folder, "tag", *arguments)
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert (folder / f"kb/{DRAFT}").read_text("utf-8") == LESSON
