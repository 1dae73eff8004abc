"""`--color` and the variables that decide on colour, and what `--verbose` adds."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, pir, write_base

from mkdocs_pir import __version__
from mkdocs_pir.cli import versions
from mkdocs_pir.cli.terminal import colour

REVIEW = "kb/pirs/2025/PIR-2025-0001.md"
BROKEN = {REVIEW: str(FILES[REVIEW]).replace("severity: SEV-2", "severity: SEV-9")}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"NO_COLOR": ""}, None),
        ({"NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"CLICOLOR_FORCE": "1"}, True),
        ({"FORCE_COLOR": "0"}, None),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True),
        ({"TERM": "dumb"}, False),
        ({"CLICOLOR": "0"}, False),
    ],
    ids=str,
)
def test_the_environment_decides_on_colour(environment: dict[str, str], expected: bool | None) -> None:
    assert colour(environment) is expected


def piped(folder: Path, *arguments: str, **variables: str) -> str:
    """What a command writes into a pipe, its two streams together."""
    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    command = [sys.executable, "-m", "mkdocs_pir", *arguments]
    done = subprocess.run(command, cwd=folder, env=plain | variables, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_the_option_goes_before_the_environment(tmp_path: Path) -> None:
    write_base(tmp_path, BROKEN)
    assert "\x1b" not in piped(tmp_path, "check")
    assert "\x1b[31m" in piped(tmp_path, "check", FORCE_COLOR="1")
    assert "\x1b" not in piped(tmp_path, "check", "--color", "never", FORCE_COLOR="1")
    assert "\x1b[31m" in piped(tmp_path, "--color", "always", "check", NO_COLOR="1")
    # what ends a command is printed by another place
    assert "\x1b[31m" in piped(tmp_path, "build", "--color", "always")
    assert "\x1b" not in piped(tmp_path, "check", "--format", "json", FORCE_COLOR="1")


def test_verbose_says_which_files_were_read_anew(tmp_path: Path) -> None:
    write_base(tmp_path)
    first = pir(tmp_path, "check", "-v").stderr
    assert "settings: " in first
    assert "/.cache/pir/results.sqlite\n" in first
    assert "; 0 as they were kept, " in first
    assert "answered as it was kept" in pir(tmp_path, "-v", "check").stderr
    (tmp_path / REVIEW).write_text(BROKEN[REVIEW], "utf-8")
    third = pir(tmp_path, "check", "--verbose").stderr
    assert "not answered before" in third
    assert "1 read anew, as their content or the program changed: pirs/2025/PIR-2025-0001.md\n" in third
    # what one command asked for is not that of the next
    assert "settings: " not in pir(tmp_path, "check").stderr


def test_verbose_says_why_an_edition_is_made_or_not(tmp_path: Path) -> None:
    write_base(tmp_path)
    first = pir(tmp_path, "build", "-v").stderr
    assert "internal: made, as it is not published yet" in first
    assert "internal: pages of records: 0 as they were kept, " in first
    review = tmp_path / REVIEW
    review.write_text(review.read_text("utf-8").replace("Notes that stay inside.", "Other notes."), "utf-8")
    second = pir(tmp_path, "build", "-v").stderr
    assert "internal: made, as what it shows, how it looks or the program changed" in second
    assert "internal: of what pages read, this changed: " in second
    assert re.search(r"pages of records: [1-9]\d* as they were kept, [1-9]\d* made", second)
    assert "internal: made, as --force asks for it" in pir(tmp_path, "build", "-v", "--force").stderr


def test_verbose_does_not_change_results(tmp_path: Path) -> None:
    write_base(tmp_path, BROKEN)
    assert pir(tmp_path, "check", "-v", "--format", "json").stdout == pir(tmp_path, "check", "--format", "json").stdout


def test_the_version_is_printed_with_those_that_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = pir(tmp_path, "--version")
    first, system, libraries = result.stdout.splitlines()
    assert (result.exit_code, first) == (0, f"pir, version {__version__}")
    assert system.startswith(f"Python {platform.python_version()} on ")
    assert f"mkdocs {metadata.version('mkdocs')}" in libraries.split(", ")
    monkeypatch.setattr(versions, "DISTRIBUTIONS", ("mkdocs", "not-installed"))
    assert list(versions.installed()) == ["mkdocs"]
