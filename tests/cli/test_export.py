"""`pir export`: every list in every form, and wrong usage in one sentence."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from helpers.knowledge_base import REVIEW_FILE, REVIEW_WITH_OPEN_ACTION, pir, write_base
from icalendar import Calendar


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_base(tmp_path, {REVIEW_FILE: REVIEW_WITH_OPEN_ACTION})


@pytest.mark.parametrize("kind", ["records", "actions", "incidents", "kpis"])
def test_each_list_is_written_in_each_form(folder: Path, tmp_path: Path, kind: str) -> None:
    rows = json.loads(pir(folder, "export", kind).stdout)
    table = pir(folder, "export", kind, "--format", "csv").stdout
    assert len(table.splitlines()) == len(rows) + 1 > 1
    assert ET.fromstring(pir(folder, "export", kind, "--format", "atom").stdout).tag.endswith("feed")
    if kind != "kpis":
        assert Calendar.from_ical(pir(folder, "export", kind, "--format", "ics").stdout).walk("VEVENT")
    file = tmp_path / "out.csv"
    assert pir(folder, "export", kind, "--format", "csv", "--out", str(file)).stdout == ""
    assert file.read_text("utf-8") == table


def test_the_data_set_is_the_one_that_a_site_publishes(folder: Path) -> None:
    said = json.loads(pir(folder, "export", "figures", "--edition", "client:quellmark").stdout)
    assert (said["edition"], said["as_of"], said["actions"]) == ("client:quellmark", "2026-09-30", [])


@pytest.mark.parametrize("system", ["has the signal", "lacks the signal, as Windows"])
def test_a_reader_that_goes_away_ends_the_command_quietly(folder: Path, system: str) -> None:
    lacks = "import signal; del signal.SIGPIPE; " if system.startswith("lacks") else ""
    code = f"{lacks}from mkdocs_pir.cli import main; main(['-C', {str(folder)!r}, 'export', 'records'])"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        said = running.stderr.read()
    assert (running.returncode, said) == (141, b"")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["kpis", "--format", "ics"], "'ics' is not one of"),
        (["recods"], "no command 'recods'; did you mean 'records'?"),
    ],
)
def test_wrong_usage_is_refused_in_a_sentence(folder: Path, arguments: list[str], words: str) -> None:
    result = pir(folder, "export", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in " ".join(result.stderr.split())
