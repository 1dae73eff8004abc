"""What a shell completes after `pir`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from helpers.knowledge_base import write_base

from mkdocs_pir.cli import COMMANDS, main
from mkdocs_pir.cli.completion import ARGUMENTS, FILES, OPTIONS

PROGRAM = "import sys; from mkdocs_pir.cli import main; sys.argv[0] = 'pir'; main(prog_name='pir')"


def completed(folder: Path, line: str) -> list[str]:
    """What Bash is offered for a line, of which the last word (the empty one after a space) is being written."""
    asked = {"_PIR_COMPLETE": "bash_complete", "COMP_WORDS": line.rstrip(" "), "COMP_CWORD": str(line.count(" "))}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=folder,
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return [line for line in done.stdout.splitlines() if line]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_base(tmp_path_factory.mktemp("base"))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("pir ch", ["plain,check"]),
        ("pir gate PIR-2025-0", ["plain,PIR-2025-0001"]),
        ("pir gate pir-2025-0", ["plain,PIR-2025-0001"]),
        ("pir check LL-", ["plain,LL-0001"]),
        ("pir check kb/les", ["file,kb/les"]),
        ("pir kpi --client har", ["plain,harbor-credit"]),
        ("pir kpi --service ", ["plain,mail-gateway"]),
        ("pir actions --cause mon", ["plain,monitoring/missing-alert"]),
        ("pir kpi sat", ["plain,satisfaction"]),
        ("pir explain PIR10", [f"plain,PIR10{digit}" for digit in range(1, 10)]),
        ("pir status LL-0001 ver", ["plain,verified"]),
        ("pir action done PIR-2025-0001-", ["plain,PIR-2025-0001-A1"]),
        ("pir action done PIR", ["plain,PIR-2025-0001-A1"]),
        ("pir build --edition a", ["plain,all"]),
        ("pir check --format sa", ["plain,sarif"]),
        ("pir check -v --for", ["plain,--format"]),
        ("pir schema less", ["plain,lesson"]),
    ],
)
def test_what_is_completed(base: Path, line: str, expected: list[str]) -> None:
    assert completed(base, line) == expected


@pytest.mark.parametrize("written", ["client : har", "client :"])
def test_bash_takes_the_id_of_a_client_for_a_word_of_its_own(base: Path, written: str) -> None:
    line = f"pir build --edition {written}"
    assert "plain,harbor-credit" in completed(base, line)


def test_the_folder_given_with_c_is_the_one_that_counts(base: Path, tmp_path: Path) -> None:
    assert completed(tmp_path, f"pir -C {base} gate PIR") == ["plain,PIR-2025-0001"]


@pytest.mark.parametrize("line", ["pir kpi --client h", "pir note P", "pir action done P", "pir -C /no/where note P"])
def test_without_a_knowledge_base_nothing_is_completed_and_nothing_said(tmp_path: Path, line: str) -> None:
    assert completed(tmp_path, line) == []


def test_a_broken_review_stops_no_completion(tmp_path: Path) -> None:
    write_base(tmp_path, {"kb/pirs/2025/PIR-2025-0001.md": "---\nid: [", "mkdocs.yml": "plugins: [pir: {as_off: 1}]"})
    assert completed(tmp_path, "pir action done PIR") == []


def test_each_argument_and_option_that_is_completed_is_there() -> None:
    seen_options, seen_arguments = set(), set()
    stack: list[tuple[str, click.Command | None]] = [
        (name, main.get_command(click.Context(main), name)) for name in COMMANDS
    ]
    while stack:
        name, command = stack.pop()
        if isinstance(command, click.Group):
            stack += [(f"{name} {sub}", command.commands[sub]) for sub in command.commands]
            continue
        assert command is not None
        for parameter in command.params:
            seen_options |= set(parameter.opts)
            seen_arguments.add((name, parameter.name))
            # a new command that takes an id completes it
            if isinstance(parameter, click.Argument) and "ID" in str(parameter.metavar):
                assert parameter.name in ARGUMENTS.get(name, {}) or name.startswith("action "), (
                    f"{name}: {parameter.name}"
                )
    assert set(OPTIONS) <= seen_options
    assert {(name, argument) for name, arguments in ARGUMENTS.items() for argument in arguments} <= seen_arguments
    assert set(ARGUMENTS) >= FILES
