"""A file is replaced whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from mkdocs_pir.kb import atomic


def _mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_a_write_that_fails_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "report.csv"
    file.write_text("old")

    def half() -> None:
        with atomic.replacing(file) as stream:
            stream.write(b"ne")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        half()
    assert file.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["report.csv"]


def test_a_file_keeps_its_permissions_and_a_new_one_has_those_of_the_umask(tmp_path: Path) -> None:
    kept, new = tmp_path / "kept", tmp_path / "new"
    kept.write_text("old")
    kept.chmod(0o640)
    before = os.umask(0o027)
    try:
        atomic.write(kept, b"x")
        atomic.write(new, b"x")
    finally:
        os.umask(before)
    assert (_mode(kept), _mode(new)) == (0o640, 0o640)
    kept.chmod(0o664)
    atomic.write(kept, b"y")
    assert _mode(kept) == 0o664


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("old")
    link.symlink_to(file)
    atomic.write(link, b"new")
    assert link.is_symlink()
    assert file.read_bytes() == b"new"


def test_a_device_is_written_and_not_replaced() -> None:
    atomic.write(Path(os.devnull), b"gone")
    assert not Path(os.devnull).is_file()


def test_a_name_as_long_as_the_system_allows_can_be_written(tmp_path: Path) -> None:
    file = tmp_path / ("n" * 255)
    atomic.write(file, b"x")
    assert file.read_bytes() == b"x"


def test_several_files_are_written_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [tmp_path / name for name in "abc"]
    for file in files:
        file.write_text(f"old {file.name}")
    atomic.write_all(dict.fromkeys(files, b"new"))
    assert [file.read_text() for file in files] == ["new"] * 3
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target.name == "c" and self.read_bytes() == b"newer":
            raise OSError("full")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OSError, match="full"):
        atomic.write_all(dict.fromkeys(files, b"newer"))
    assert [file.read_text() for file in files] == ["new"] * 3
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b", "c"]


def test_a_read_only_file_keeps_all_others_as_they_are(tmp_path: Path) -> None:
    files = [tmp_path / name for name in "ab"]
    for file in files:
        file.write_text("old")
    files[1].chmod(0o444)
    with pytest.raises(PermissionError, match="read-only"):
        atomic.write_all(dict.fromkeys(files, b"new"))
    assert [file.read_text() for file in files] == ["old"] * 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]
