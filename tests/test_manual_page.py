"""The manual page has every command and option, and a wheel brings it along."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from helpers.repository import ROOT

from mkdocs_pir.cli import main
from mkdocs_pir.cli.manual_page import manual_page

PAGE = manual_page()


def _plain(text: str) -> str:
    return re.sub(r"\\f[BIR]|\\&", "", text).replace("\\-", "-").replace("\\e", "\\")


SECTIONS = {
    heading: _plain(text)
    for heading, text in re.findall(r"^\.SS (.+)\n((?:(?!\.S[SH] ).*\n)*)", PAGE.replace("\\-", "-"), re.M)
}


def _commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for sub in command.list_commands(context):
            found = command.get_command(context, sub)
            assert found is not None
            yield from _commands(f"{name} {sub}", found)


COMMANDS = dict(_commands("pir", main))


def test_every_command_has_its_section_and_no_section_is_of_another() -> None:
    assert list(SECTIONS) == [name for name in COMMANDS if name != "pir"]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_and_its_help_is_under_its_command(name: str) -> None:
    options = _plain(PAGE).partition(".SH OPTIONS")[2].partition(".SH COMMANDS")[0]
    general = {option for parameter in main.params for option in parameter.opts} if name != "pir" else set()
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, click.Option) and not general.issuperset(parameter.opts):
            section = options if name == "pir" else SECTIONS[name]
            described = [(line, said) for line, said in re.findall(r"^\.TP\n(.+)\n(.+)$", section, re.M)]
            said = [said for line, said in described if set(parameter.opts) <= set(re.split(r"[ ,]+", line))]
            assert len(said) == 1, parameter.opts
            assert said[0].startswith((parameter.help or "").split("\n")[0][:40].strip()), parameter.opts


def test_no_word_of_a_text_is_taken_for_a_request() -> None:
    requests = {line.split()[0] for line in PAGE.splitlines() if line.startswith((".", "'"))}
    assert requests <= {".TH", ".SH", ".SS", ".PP", ".TP", ".nf", ".fi", ".nh", ".ad"}


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_it_is_shown_without_a_warning() -> None:
    show = ["groff", "-man", "-Tutf8", "-ww", "-k"]
    done = subprocess.run(show, input=PAGE.encode(), capture_output=True, check=True)
    assert done.stderr == b""
    text = re.sub(r"\x1b\[[\d;]*m|.\x08", "", done.stdout.decode())
    assert re.search(r"^ +pir action done \[OPTIONS\] \[ID\]…$", text, re.M)


@pytest.mark.slow
def test_a_wheel_brings_the_page_that_was_made(tmp_path: Path) -> None:
    source = tmp_path / "source"
    ignored = shutil.ignore_patterns("__pycache__", ".*", "published", "tests", "benchmarks")
    shutil.copytree(ROOT, source, ignore=ignored)
    (source / "build/man").mkdir(parents=True, exist_ok=True)
    (source / "build/man/pir.1").write_text(PAGE, "utf-8")
    make = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path), str(source)]
    subprocess.run(make, capture_output=True, check=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        [name] = [name for name in wheel.namelist() if name.endswith(".data/data/share/man/man1/pir.1")]
        assert wheel.read(name).decode() == PAGE


def test_the_page_is_made_by_one_command() -> None:
    made = subprocess.run([sys.executable, "-m", "mkdocs_pir.cli.manual_page"], capture_output=True, check=True)
    assert made.stdout.decode() == PAGE
