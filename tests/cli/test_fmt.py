"""`pir fmt`: which files it rewrites, which it only shows, and which it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.changed_files import REVIEW
from helpers.knowledge_base import pir, pir_in, write_base
from helpers.repository import ROOT

MESSY = "---\nstatus: draft\ntitle: 'Name: the port'\nid: LL-0002 # new\n---\nText.\n\n"


NEAT = '---\nid: LL-0002 # new\ntitle: "Name: the port"\nstatus: draft\n---\nText.\n'


DRAFT = "kb/lessons/LL-0002.md"


def test_the_demonstration_is_formatted() -> None:
    result = pir(ROOT, "fmt", "--check")
    assert (result.exit_code, result.stdout) == (0, "")


def test_files_are_formatted_once(tmp_path: Path) -> None:
    write_base(tmp_path, {DRAFT: MESSY, f"kb/{REVIEW}": None})
    result = pir_in(tmp_path, "fmt")
    assert (result.exit_code, result.stdout) == (0, "kb/lessons/LL-0002.md formatted\n")
    assert (tmp_path / DRAFT).read_text() == NEAT
    assert sorted(p.name for p in (tmp_path / "kb/lessons").iterdir()) == ["LL-0001.md", "LL-0002.md"]
    assert pir(tmp_path, "fmt").stdout == ""


@pytest.mark.parametrize(
    ("option", "code", "shown"), [("--check", 1, "would be formatted"), ("--diff", 0, "+id: LL-0002")]
)
def test_a_look_writes_nothing(option: str, code: int, shown: str, tmp_path: Path) -> None:
    write_base(tmp_path, {DRAFT: MESSY})
    result = pir(tmp_path, "fmt", option)
    assert result.exit_code == code
    assert shown in result.stdout
    assert (tmp_path / DRAFT).read_text() == MESSY


def test_a_record_with_errors_is_left_alone_and_named_and_the_others_are_done(tmp_path: Path) -> None:
    broken = MESSY.replace("LL-0002", "LL-0003").replace("draft", "drafty")
    write_base(tmp_path, {DRAFT: MESSY, "kb/lessons/LL-0003.md": broken})
    result = pir(tmp_path, "fmt")
    assert result.exit_code == 1
    assert "lessons/LL-0003.md:2:9: error PIR104" in result.stderr
    assert "1 skipped because of errors" in result.stderr
    assert (tmp_path / "kb/lessons/LL-0003.md").read_text() == broken
    assert (tmp_path / DRAFT).read_text() == NEAT


def test_only_what_is_named_is_formatted(tmp_path: Path) -> None:
    write_base(tmp_path, {DRAFT: MESSY, "kb/README.md": "about\n\n\n", "outside.md": MESSY})
    assert pir(tmp_path, "fmt", str(tmp_path / "kb/clients"), str(tmp_path / "kb/README.md")).stdout == ""
    assert pir(tmp_path, "fmt", str(tmp_path / "outside.md")).exit_code == 2
    assert pir(tmp_path, "fmt", str(tmp_path / "nowhere.md")).exit_code == 2
    assert (tmp_path / "kb/README.md").read_text() == "about\n\n\n"
    assert pir_in(tmp_path, "fmt", DRAFT).stdout == "kb/lessons/LL-0002.md formatted\n"


def test_line_ends_stay_and_a_byte_order_mark_goes(tmp_path: Path) -> None:
    write_base(tmp_path, {DRAFT: ("\ufeff" + MESSY).replace("\n", "\r\n").encode()})
    pir(tmp_path, "fmt")
    assert (tmp_path / DRAFT).read_bytes() == NEAT.replace("\n", "\r\n").encode()
