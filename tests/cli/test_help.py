"""`pir help`, and what is said to a command that does not exist."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.knowledge_base import pir


@pytest.mark.parametrize("names", [(), ("check",), ("new", "pir")], ids=" ".join)
def test_help_prints_what_the_option_prints(tmp_path: Path, names: tuple[str, ...]) -> None:
    result = pir(tmp_path, "help", *names)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == pir(tmp_path, *names, "--help").stdout


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        (("chek",), "no command 'chek'; did you mean 'check'"),
        (("help", "serv"), "no command 'serv'; did you mean 'serve'"),
        (("qqqq",), "--help' lists all"),
        (("help", "check", "it"), "check' has no commands"),
    ],
)
def test_a_command_that_does_not_exist_gets_the_nearest_one(tmp_path: Path, line: tuple[str, ...], hint: str) -> None:
    result = pir(tmp_path, *line)
    assert (result.exit_code, hint in result.stderr) == (2, True), result.stderr
