"""What `make bench` measures is what it says: whole process trees, sound knowledge bases, every goal."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import click
import pytest
from benchmarks import __main__ as bench
from benchmarks import generate, measuring, report, scenarios, workspace
from benchmarks.goals import GOALS, REFERENCE, Figures, Goal, verdict
from benchmarks.scenarios import SCENARIOS, Result
from helpers.folders import read_files
from helpers.knowledge_base import pir
from helpers.repository import ROOT

from mkdocs_pir.cli import main

PAGE = (ROOT / "docs/benchmarks.md").read_text("utf-8").partition("## Results")[0]


def _tree(wait: str) -> tuple[str, ...]:
    """A command whose grandchild works for half a second with 80 MB."""
    grandchild = "import time; held = b'x' * 80_000_000\nwhile time.process_time() < 0.5: pass"
    child = f"import subprocess, sys\none = subprocess.Popen([sys.executable, '-c', {grandchild!r}])\n{wait}"
    return (sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])")


@pytest.mark.skipif(not measuring.PROC.is_dir(), reason="there is no /proc here")
@pytest.mark.parametrize("wait", ["one.wait()", "pass"], ids=["waited for", "left alone"])
def test_the_work_of_a_grandchild_counts(tmp_path: Path, wait: str) -> None:
    usage, _ = measuring.run(_tree(wait), tmp_path, 60)
    assert usage.cpu >= 0.5
    if wait != "pass":
        assert usage.memory > 75


def test_a_failing_command_says_why(tmp_path: Path) -> None:
    with pytest.raises(measuring.Failed, match="exit code 3: it is broken"):
        measuring.run((sys.executable, "-c", "print('it is broken'); raise SystemExit(3)"), tmp_path, 60)


def test_a_command_is_ended_at_its_limit_with_all_its_processes(tmp_path: Path) -> None:
    child = "import os, pathlib, time; pathlib.Path('child').write_text(str(os.getpid())); time.sleep(60)"
    with pytest.raises(measuring.Failed, match=r"no result within 3 s"):
        measuring.run(
            (sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"),
            tmp_path,
            3,
        )
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "child").read_text()), 0)


def test_the_page_names_every_goal_and_every_scenario() -> None:
    tables = PAGE.partition("## What is measured")[2].partition("## Goals")
    rows = [line.split("|")[1].strip() for line in tables[2].splitlines() if line.startswith("| ")]
    assert rows[1:] == [goal.name for goal in GOALS]
    named = {
        name
        for line in tables[0].splitlines()
        if line[:2] == "| "
        for name in re.findall("`(.+?)`", line.split("|")[1])
    }
    assert named == set(scenarios.NAMES)


def test_the_page_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench.options_of(["--help"])
    assert set(re.findall(r"--[a-z]+", capsys.readouterr().out)) - {"--help"} <= set(re.findall(r"--[a-z]+", PAGE))


def test_a_goal_is_about_scenarios_that_are_measured() -> None:
    assert {name for goal in GOALS for name in goal.scenarios} <= set(scenarios.NAMES)


def test_commands_and_options_of_ours_exist(tmp_path: Path) -> None:
    pirs = tmp_path / "pirs"
    pirs.mkdir()
    (pirs / "PIR-2026-0001.md").write_text("---\ntitle: Queue is full again\n---\n", "utf-8")
    base = workspace.Workspace(tmp_path, tmp_path)
    commands = [scenarios.BUILD["pir"](tmp_path)[len(scenarios.PIR) :]]
    commands += [one.command(base) for one in SCENARIOS if one.command is not None]
    for name, *rest in commands:
        command = main.get_command(click.Context(main), name)
        assert command is not None, name
        there = {word for parameter in command.params for word in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= there
    assert ("search", "Queue is full") in commands


@pytest.mark.parametrize(
    "arguments",
    [
        ["--sizes", "many"],
        ["--sizes", "3"],
        ["--only", "colt"],
        ["--tools", "jekyll"],
        ["--repeat", "0"],
        ["--kb", "no"],
    ],
)
def test_a_wrong_option_is_named(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bench.options_of(arguments)
    assert ended.value.code == 2
    assert arguments[1] in capsys.readouterr().err or arguments[1] in "30"


def test_a_generated_knowledge_base_is_sound_and_so_is_what_becomes_of_a_copy(tmp_path: Path) -> None:
    own = tmp_path / "own"
    generate.write(own, reviews=14, clients=12)
    checked = pir(own, "check", "--strict")
    assert checked.exit_code == 0, checked.output
    before = read_files(own)
    base = workspace.copied(tmp_path / "copy", own)
    lessons = {file.stem for file in (base.records / "lessons").glob("*.md")}
    for change in (base.add, base.rename, base.delete):
        change()
        # a copy has an id that was not approved; nothing else is wrong with it
        assert set(re.findall(r"PIR\d{3}", pir(base.folder, "check").output)) <= {"PIR420"}
    assert {file.stem for file in (base.records / "lessons").glob("*.md")} == lessons
    assert base.change_word() in base.review().read_text("utf-8")
    assert re.findall(r"PIR\d{3}", pir(base.folder, "check").output) == ["PIR420"]
    assert read_files(own) == before


def test_a_verdict_says_by_how_much() -> None:
    def figures(wall: float, error: str = "") -> Figures:
        plain = Result("a", "cold", "mkdocs", records=10_000, wall=10, cpu=37)
        return Figures([Result("a", "cold", "pir", records=10_000, wall=wall, cpu=40, error=error), plain], [])

    goal = Goal("cold", 2.0, "×", lambda found: found.ratio("wall", "cold"), ("cold",))
    assert verdict(goal, figures(15)) == "met: 1.50 ×"
    assert verdict(goal, figures(50)) == "**missed by 2.5 ×: 5 ×**"
    assert verdict(goal, figures(1, error="it is broken")) == "failed"
    assert verdict(goal, Figures([], [])) == "–"
    # a machine of half the speed has twice the time
    seconds = Goal("cold", 3.0, "s", lambda found: found.get("wall", "cold"), ("cold",))
    slow = Result("a", "cold", "mkdocs", records=10_000, wall=2 * (REFERENCE[0] + REFERENCE[1] * 10_000))
    assert verdict(seconds, Figures([*figures(5).results[:1], slow], [])) == "met: 5 s of 6 s"


def test_results_are_written_between_the_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Before\n{report.BEGIN}stale{report.END}\nafter\n", "utf-8")
    failed = Result("10 records", "cold", "pir", error="it is broken")
    kept = report.Report(["pir 1"], ["hugo"], [failed])
    kept.write(page)
    text = page.read_text("utf-8")
    assert text.startswith("# Before\n")
    assert text.endswith("\nafter\n")
    assert "stale" not in text
    for words in ("Hugo, minimal theme: absent", "failed: it is broken", *(goal.name for goal in GOALS)):
        assert words in text


@pytest.mark.nightly
def test_every_scenario_runs() -> None:
    options = bench.options_of(["--sizes", "20", "--clients", "3", "--reviews", "10"])
    absent = scenarios.absent()
    results = list(bench.measure(options, [tool for tool in scenarios.TOOLS if tool not in absent]))
    assert {one.scenario for one in results} == set(scenarios.NAMES)
    assert [report.line(one) for one in results if one.error] == []
    assert "missed" in report.Report([], absent, results).markdown()
