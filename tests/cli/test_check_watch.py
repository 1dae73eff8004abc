"""`pir check --watch`: problems as they come and go while files change, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, pir, write_base
from helpers.preview_server import PATIENCE

REVIEW = "kb/pirs/2025/PIR-2025-0001.md"
SOUND = str(FILES[REVIEW])
BROKEN = SOUND.replace("severity: SEV-2", "severity: SEV-9")


class Watched:
    """`pir check --watch` in a process of its own, and what it printed."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs_pir", "check", "--watch", *arguments],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "CI": ""},
        )
        self.lines: list[str] = []
        self._seen = 0
        threading.Thread(target=self._collect, daemon=True).start()

    def _collect(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def until(self, text: str) -> list[str]:
        """The lines that were not looked at yet, up to the first that has this text."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for number, line in enumerate(self.lines[self._seen :], self._seen):
                if text in line:
                    lines, self._seen = self.lines[self._seen : number + 1], number + 1
                    return lines
            time.sleep(0.05)
        raise AssertionError(f"{text!r} was not printed: {self.lines}")


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    write_base(tmp_path)
    process = Watched(tmp_path)
    yield process
    process.process.kill()
    process.process.wait()


def _save(folder: Path, name: str, text: str) -> None:
    """Put a whole file in place, as editors do: a check may be under way while it is written."""
    whole = folder / "whole"
    whole.write_text(text, "utf-8")
    whole.replace(folder / name)


def test_problems_are_printed_as_they_come_and_go(watched: Watched, tmp_path: Path) -> None:
    watched.until("9 records: 0 errors")
    _save(tmp_path, REVIEW, BROKEN)
    lines = watched.until("9 records: 1 error")
    assert any(line.startswith(f"{REVIEW}:") and "error PIR104" in line for line in lines), lines

    # what is still wrong is not printed again, although its line is another
    lesson = "kb/lessons/LL-0009.md"
    _save(tmp_path, lesson, "no front matter")
    _save(tmp_path, REVIEW, BROKEN.replace("severity:", "x-note: one more line\nseverity:"))
    lines = watched.until("9 records: 2 errors")
    assert any(line.startswith(f"{lesson}:1:1: error PIR010") for line in lines)
    assert not any("PIR104" in line for line in lines)

    (tmp_path / lesson).unlink()
    _save(tmp_path, REVIEW, SOUND)
    lines = watched.until("9 records: 0 errors")
    assert {line.split(": ")[1] for line in lines if line.startswith("mended: ")} == {lesson, REVIEW}

    watched.process.send_signal(signal.SIGINT)
    assert watched.process.wait(PATIENCE) == 0
    assert not any("Traceback" in line or "Aborted" in line for line in watched.lines)


def test_it_goes_on_while_the_configuration_or_the_records_cannot_be_read(watched: Watched, tmp_path: Path) -> None:
    watched.until("9 records: 0 errors")
    config = tmp_path / "mkdocs.yml"
    text = config.read_text("utf-8")
    config.write_text(text.replace("as_of:", "as_off:"), "utf-8")
    assert any("PIR602" in line for line in watched.until("no record is checked until that is mended"))
    config.write_text(text, "utf-8")
    watched.until("the records can be read again; 9 records: 0 errors")

    (tmp_path / "kb").rename(tmp_path / "elsewhere")
    assert any("kb/, does not exist" in line for line in watched.until("no record is checked"))
    (tmp_path / "elsewhere").rename(tmp_path / "kb")
    watched.until("the records can be read again; 9 records: 0 errors")

    config.unlink()
    assert any("mkdocs.yml" in line for line in watched.until("no record is checked"))
    # an option changes what is wrong
    config.write_text(text + "      id_patterns: {pir: 'REVIEW-\\d+'}\n", "utf-8")
    assert any(REVIEW in line for line in watched.until("the records can be read again"))


@pytest.mark.parametrize("option", [("--staged",), ("--format", "json")], ids=" ".join)
def test_it_prints_text_of_all_records(tmp_path: Path, option: tuple[str, ...]) -> None:
    result = pir(write_base(tmp_path), "check", "--watch", *option)
    assert result.exit_code == 2
    assert "--watch prints text" in result.stderr
