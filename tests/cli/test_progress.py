"""The display of progress: on a terminal while something takes long, one line in a pipeline, nothing for a program."""

from __future__ import annotations

import os
import pty
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path

import pytest
from helpers.knowledge_base import write_base
from helpers.preview_server import PATIENCE

from mkdocs_pir.cli import main, progress
from mkdocs_pir.store import progress as work

Run = Callable[..., str]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    write_base(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    # nothing takes long, however slow the machine is
    monkeypatch.setattr(progress, "AFTER", 3600.0)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work is shown from its first moment."""
    monkeypatch.setattr(progress, "AFTER", 0.0)
    monkeypatch.setattr(progress, "EVERY", 0.0)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, base: Path) -> Iterator[Run]:
    """Runs a command on a terminal, and returns all that was written to it."""
    ours, theirs = pty.openpty()
    written: list[bytes] = []

    def collect() -> None:
        try:
            while piece := os.read(ours, 65536):
                written.append(piece)
        except OSError:
            return

    reader = threading.Thread(target=collect, daemon=True)
    reader.start()

    def run(*arguments: str) -> str:
        with os.fdopen(theirs, "w", encoding="utf-8") as screen, chdir(base):
            monkeypatch.setattr(sys, "stdout", screen)
            monkeypatch.setattr(sys, "stderr", screen)
            try:
                main.main([*arguments], "pir", standalone_mode=False)
            except SystemExit:
                pass
            finally:
                monkeypatch.undo()
        reader.join(timeout=PATIENCE)
        return b"".join(written).decode("utf-8")

    yield run
    os.close(ours)


def screen(written: str) -> list[str]:
    """The lines that are left on a screen on which this was written."""
    lines, row, column = [""], 0, 0
    for piece in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\n|[^\x1b\r\n]+", written):
        if piece == "\r":
            column = 0
        elif piece == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif match := re.fullmatch(r"\x1b\[(\d*)([AK])", piece):
            if match[2] == "A":
                row = max(0, row - int(match[1] or 1))
            elif match[1] == "2":
                lines[row] = ""
            else:
                lines[row] = lines[row][:column]
        elif not piece.startswith("\x1b"):
            lines[row] = lines[row][:column].ljust(column) + piece + lines[row][column + len(piece) :]
            column += len(piece)
    return [line for line in lines if line]


def test_a_build_shows_what_it_does_and_leaves_nothing(terminal: Run, at_once: None) -> None:
    written = terminal("build")
    for title in ("Reading the records", "Editions", "Pages", "Search index"):
        assert title in written
    left = screen(written)
    assert [line.split(":")[0] for line in left] == [
        "Reading the records", "Reading the records again for the audit", "internal",
    ]  # fmt: skip
    assert left[-1].endswith("published/internal")


def test_what_is_quick_is_not_shown(terminal: Run) -> None:
    written = terminal("build")
    assert "Pages" not in written
    assert "━" not in written


@pytest.mark.parametrize("arguments", [("-q", "build"), ("check", "--format", "json"), ("kpi", "--json")])
def test_nothing_is_shown_to_who_asked_for_the_result_alone(
    terminal: Run, at_once: None, arguments: tuple[str, ...]
) -> None:
    assert "━" not in terminal(*arguments)


def test_a_terminal_that_cannot_move_its_cursor_gets_plain_lines(
    terminal: Run, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in terminal("check")


def test_colours_are_left_out_where_nobody_wants_them(
    terminal: Run, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    written = terminal("check")
    assert "━" in written
    assert not re.search(r"\x1b\[[0-9;]*m", written.replace("\x1b[0m", ""))


def test_a_pipe_gets_no_progress(base: Path, at_once: None, capfd: pytest.CaptureFixture[str]) -> None:
    with chdir(base):
        main.main(["check"], "pir", standalone_mode=False)
    out, err = capfd.readouterr()
    assert out == ""
    assert re.fullmatch(r"\d+ records: [^\n]*\n", err)


def test_a_pipeline_gets_one_line_for_each_long_step(
    base: Path, at_once: None, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    with chdir(base):
        main.main(["check"], "pir", standalone_mode=False)
    _, err = capfd.readouterr()
    assert re.fullmatch(r"Reading: \d+\.\d s\n\d+ records: [^\n]*\n", err)


def test_a_pipeline_gets_no_line_for_a_short_step(
    base: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    with chdir(base):
        main.main(["check"], "pir", standalone_mode=False)
    assert "Reading" not in capfd.readouterr().err


def test_work_that_was_left_unfinished_is_not_shown_any_more() -> None:
    seen: list[list[str]] = []
    with work.watched(lambda works: seen.append([one.title for one in works])):
        with work.work("outer"):
            next(iter(work.counted(range(3), "left", 3)))
        with work.work("next"):
            pass
    assert seen[-1] == ["next"]


def test_work_of_another_thread_is_not_told() -> None:
    seen: list[str] = []
    with work.watched(lambda works: seen.extend(one.title for one in works)):
        thread = threading.Thread(target=lambda: list(work.counted(range(3), "there", 3)))
        thread.start()
        thread.join()
    assert seen == []
