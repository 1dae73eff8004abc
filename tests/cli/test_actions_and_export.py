"""`pir actions` and `pir export`: narrowed down as on the pages, in every form, and refused in a sentence."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW, pir, write_base
from icalendar import Calendar

TWO = REVIEW.replace(
    "recommendations:",
    """  - id: A2
    title: Renew by machine
    status: open
    type: prevent
    priority: high
    owner: messaging team
    created: 2025-03-06
    due: 2026-09-20
    done_when: no certificate is renewed by hand
    causes: [monitoring/missing-alert]
recommendations:""",
).replace("status: closed", "status: action-management")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_base(tmp_path, {"kb/pirs/2025/PIR-2025-0001.md": TWO})


FILTERS = [
    ([], ["A2", "A1"]),
    (["--open"], ["A2"]),
    (["--overdue"], ["A2"]),
    (["--state", "verified"], ["A1"]),
    (["--owner", "Messaging"], ["A2"]),
    (["--client", "quellmark"], []),
    (["--service", "mail-gateway"], ["A2", "A1"]),
    (["--cause", "monitoring"], ["A2"]),
    (["--cause", "change/expired-certificate"], ["A1"]),
    (["--type", "prevent"], ["A2"]),
    (["--priority", "low"], []),
    (["--sort", "due"], ["A1", "A2"]),
]


@pytest.mark.parametrize(("options", "expected"), FILTERS)
def test_actions_are_narrowed_down_and_sorted(folder: Path, options: list[str], expected: list[str]) -> None:
    found = pir(folder, "actions", "--format", "json", *options)
    assert [row["id"].rpartition("-")[2] for row in json.loads(found.stdout)] == expected


def test_one_day_is_not_written_as_days(folder: Path) -> None:
    assert "1 day late" in pir(folder, "actions", "--as-of", "2026-09-21").stdout
    assert "2 days late" in pir(folder, "actions", "--as-of", "2026-09-22").stdout
    assert "due 2026-09-20, 1 day overdue" in pir(folder, "kpi", "action-age", "--as-of", "2026-09-21").stdout


WRONG = [
    (["actions", "--client", "quelmark"], "there is no client 'quelmark'; did you mean 'quellmark'"),
    (["actions", "--cause", "chang"], "there is no cause 'chang'; did you mean 'change'"),
    (["actions", "--overdue", "--state", "done"], "--overdue and --state done exclude each other"),
    (["actions", "--out", "nowhere/at-all.csv", "--format", "csv"], "there is no folder 'nowhere'"),
    (["export", "kpis", "--format", "ics"], "'ics' is not one of"),
    (["export", "recods"], "No such command 'recods'"),
]


@pytest.mark.parametrize(("command", "words"), WRONG)
def test_wrong_usage_is_refused_in_a_sentence(folder: Path, command: list[str], words: str) -> None:
    result = pir(folder, *command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in " ".join(result.stderr.split())


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


def test_links_are_whole_where_the_site_has_an_address_and_only_inside(folder: Path) -> None:
    write_base(folder, {"kb/pirs/2025/PIR-2025-0001.md": TWO.replace("priority: high", "priority: high\n    audience: client"),
                 "mkdocs.yml": "site_url: https://kb.example/\n" + FILES["mkdocs.yml"]})  # fmt: skip
    inside = pir(folder, "actions", "--format", "atom").stdout
    assert 'href="https://kb.example/pirs/2025/PIR-2025-0001.html#A2"' in inside
    assert pir(folder, "build", "--edition", "client:harbor-credit").exit_code == 0
    outside = pir(folder, "actions", "--format", "atom", "--edition", "client:harbor-credit").stdout
    assert "kb.example" not in outside
    assert "PIR-2025-0001.html#A2" in outside


@pytest.mark.parametrize("command", [("kpi",), ("kpi", "coverage", "--json"), ("actions",), ("export", "kpis")])
def test_what_cannot_be_read_is_not_left_out_of_figures_in_silence(tmp_path: Path, command: tuple[str, ...]) -> None:
    review = FILES["kb/pirs/2025/PIR-2025-0001.md"]
    sound = pir(write_base(tmp_path / "sound"), *command)
    assert "left out; 'pir check'" not in sound.stderr
    broken = str(review).replace("severity: SEV-2", "severity: SEV-9")
    result = pir(write_base(tmp_path / "broken", {"kb/pirs/2025/PIR-2025-0001.md": broken}), *command)
    assert result.exit_code == 0
    assert result.stderr.splitlines()[0] == "1 record with errors is left out; 'pir check' shows the errors"
    assert "left out; 'pir check'" not in result.stdout


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
