"""What is measured: a table of scenarios. Each changes the knowledge base, and has a command for one tool or several."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import measuring
from benchmarks.measuring import Failed, Process, Usage
from benchmarks.workspace import Workspace

PYTHON = sys.executable
PIR = (PYTHON, "-m", "mkdocs_pir")
MKDOCS = ("build", "-q", "-f", "plain.yml", "-d")

BUILD: Mapping[str, Callable[[Path], tuple[str, ...]]] = {
    "pir": lambda out: (*PIR, "build", "--out", str(out)),
    "mkdocs": lambda out: (PYTHON, "-m", "mkdocs", *MKDOCS, str(out)),
    "properdocs": lambda out: (PYTHON, "-m", "properdocs", *MKDOCS, str(out)),
    "hugo": lambda out: ("hugo", "--quiet", "--config", "hugo.yaml", "--destination", str(out)),
}
TOOLS = {
    "pir": "pir",
    "mkdocs": "plain MkDocs + Material",
    "properdocs": "ProperDocs + Material",
    "hugo": "Hugo, minimal theme",
}


def absent() -> list[str]:
    """The tools that are not installed here."""
    there = {"hugo": shutil.which("hugo"), "properdocs": importlib.util.find_spec("properdocs")}
    return [tool for tool in TOOLS if not there.get(tool, True)]


def version(tool: str) -> str:
    """A tool and its version, as it says it."""
    command = {"pir": (*PIR, "--version"), "hugo": ("hugo", "version")}.get(tool, (PYTHON, "-m", tool, "--version"))
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+\.\d+[\w.]*", said)
    return f"{tool} {found[0] if found else '?'}"


@dataclass
class Result:
    """One measurement, or the error in its place."""

    base: str
    scenario: str
    tool: str
    round: int = 0
    records: int = 0
    wall: float = 0.0
    cpu: float = 0.0
    memory: float = 0.0
    load: float = 0.0
    error: str = ""
    more: dict[str, Any] = field(default_factory=dict)
    """Of a build the number and bytes of `all` its files, of those `written` and of those `changed`, and so on."""


@dataclass(frozen=True)
class Scenario:
    """A change, made before each measurement and not measured itself, and what is measured then.

    `change` is what is done to the knowledge base. `cold`: what the tool wrote and kept is removed. Otherwise the
    state before the change was built, or, for `command`, that command was run.
    """

    name: str
    title: str
    change: Callable[[Workspace], object] = lambda workspace: None
    before: Callable[[Workspace], object] = lambda workspace: None
    command: Callable[[Workspace], tuple[str, ...]] | None = None
    cold: bool = False
    fixed: bool = False
    """Whether it is measured on the knowledge base of many clients, in place of those of each size."""
    measure: Callable[[Workspace, str, Scenario, float], Result] = lambda *given: built(*given)

    @property
    def tools(self) -> tuple[str, ...]:
        if self.measure is previewed:
            return ("pir", "mkdocs")
        return ("pir",) if self.command is not None or self.fixed else tuple(TOOLS)


def built(workspace: Workspace, tool: str, scenario: Scenario, limit: float) -> Result:
    """Build the site, and compare its files with those before."""
    out = workspace.out(tool)
    before = measuring.files(out)
    usage, _ = measuring.run(BUILD[tool](out), workspace.folder, limit)
    workspace.built[tool] = workspace.version
    after = measuring.files(out)
    # what is kept beside the published site is not part of it
    site = {path: file for path, file in after.items() if not path.startswith(".pir/")}
    more: dict[str, Any] = {
        "all": measuring.total(site),
        "written": measuring.total(
            site, lambda path, file: path not in before or before[path].identity != file.identity
        ),
        "changed": measuring.total(site, lambda path, file: path not in before or before[path].digest != file.digest),
    }
    if scenario.cold:
        folders: dict[str, int] = {}
        for path, file in site.items():
            parts = path.removeprefix("internal/").split("/")
            name = parts[0] + "/" if len(parts) > 1 else "pages at the top"
            folders[name] = folders.get(name, 0) + file.size
        more["folders"] = folders
    return _result(usage, more)


def answered(workspace: Workspace, tool: str, scenario: Scenario, limit: float) -> Result:
    """Run a command of ours."""
    assert scenario.command is not None
    usage, said = measuring.run((*PIR, *scenario.command(workspace)), workspace.folder, limit)
    return _result(usage, {"said": said} if scenario.name == "stages" else {})


def previewed(workspace: Workspace, tool: str, scenario: Scenario, limit: float) -> Result:
    """Start the preview, save a record, and wait until its page shows the new word."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    command = {
        "pir": (*PIR, "serve", "--address", address),
        "mkdocs": (PYTHON, "-m", "mkdocs", "serve", "-q", "--livereload", "-f", "plain.yml", "-a", address),
    }[tool]
    site = workspace.out(tool) / "internal" if tool == "pir" else workspace.out(tool)
    url = f"http://{address}/{workspace.page(site)}"
    with tempfile.TemporaryFile() as output:
        process = Process(command, workspace.folder, output)
        try:
            started = _until(url, "", process, limit)
            cpu = process.cpu()
            word = workspace.change_word()
            wall = _until(url, word, process, limit)
            return _result(Usage(wall, process.cpu() - cpu, process.peak), {"first page": started})
        finally:
            process.end()


def _until(url: str, word: str, process: Process, limit: float) -> float:
    """Seconds until a page is there and holds a word. Raises Failed."""
    start = time.perf_counter()
    while time.perf_counter() - start < limit:
        try:
            with urllib.request.urlopen(url, timeout=limit) as answer:
                if word in answer.read().decode():
                    return time.perf_counter() - start
        except (OSError, urllib.error.URLError):
            pass
        if process.ended():
            raise Failed("the preview ended by itself")
    raise Failed(f"the preview did not show the change within {limit:g} s")


def all_editions(workspace: Workspace, tool: str, scenario: Scenario, limit: float) -> Result:
    """Build the edition of every client, and find those that were built again and those whose pages changed."""
    out = workspace.out(tool)
    before = _editions(out)
    usage, _ = measuring.run((*BUILD[tool](out), "--edition", "all"), workspace.folder, limit)
    workspace.built[tool] = workspace.version
    after = _editions(out)
    again = [name for name, (folder, _) in after.items() if name not in before or before[name][0] != folder]
    showing = [name for name, (_, content) in after.items() if name not in before or before[name][1] != content]
    files = [file for _, content in after.values() for file in content.values()]
    more = {
        "editions": len(after),
        "again": again,
        "showing": showing,
        "all": (len(files), sum(file[0] for file in files)),
    }
    return _result(usage, more)


def _editions(out: Path) -> dict[str, tuple[tuple[int, int], dict[str, tuple[int, bytes]]]]:
    """Each published edition: which folder it is, as publishing puts a new one in place, and what its files hold."""
    found = {}
    for folder in (out / "internal", *sorted((out / "clients").glob("*"))):
        if folder.is_dir():
            stat = folder.stat()
            content = {path: (file.size, file.digest) for path, file in measuring.files(folder).items()}
            found[folder.name] = ((stat.st_ino, stat.st_ctime_ns), content)
    return found


def _result(usage: Usage, more: dict[str, Any]) -> Result:
    return Result("", "", "", wall=usage.wall, cpu=usage.cpu, memory=usage.memory, more=more)


QUESTIONS: Mapping[str, Callable[[Workspace], tuple[str, ...]]] = {
    "search": lambda workspace: ("search", workspace.words()),
    "similar": lambda workspace: ("similar", workspace.id()),
    "kpi": lambda workspace: ("kpi",),
    "actions": lambda workspace: ("actions",),
    "gate": lambda workspace: ("gate", workspace.id()),
}
"""The commands that answer from what is kept."""


def _check(workspace: Workspace) -> tuple[str, ...]:
    return ("check",)


def _questions() -> Iterator[Scenario]:
    for name, command in QUESTIONS.items():
        yield Scenario(name, f"`pir {name}`, nothing changed", command=command, measure=answered)
        yield Scenario(
            f"{name}-word",
            f"`pir {name}` after one word changed",
            Workspace.change_word,
            command=command,
            measure=answered,
        )


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("cold", "build, cold", cold=True),
    Scenario("warm", "build, nothing changed"),
    Scenario("word", "build, one word of one record changed", Workspace.change_word),
    Scenario("added", "build, one record added", Workspace.add, Workspace.without_added),
    Scenario("renamed", "build, one record renamed", Workspace.rename, Workspace.with_added),
    Scenario("deleted", "build, one record deleted", Workspace.delete, Workspace.with_renamed),
    Scenario("config", "build, `site_name` changed", Workspace.change_site_name),
    Scenario("check-cold", "`pir check`, cold", command=_check, cold=True, measure=answered),
    Scenario("check", "`pir check`, nothing changed", command=_check, measure=answered),
    Scenario("check-word", "`pir check`, one file changed", Workspace.change_word, command=_check, measure=answered),
    *_questions(),
    Scenario("preview", "preview, from a saved record to its page", measure=previewed),
    Scenario(
        "stages",
        "`pir build --profile`, cold",
        command=lambda workspace: ("build", "--profile", "--out", str(workspace.out("stages"))),
        cold=True,
        measure=answered,
    ),
    Scenario("clients-cold", "`--edition all`, cold", cold=True, fixed=True, measure=all_editions),
    Scenario("clients-warm", "`--edition all`, nothing changed", fixed=True, measure=all_editions),
    Scenario(
        "clients-word", "`--edition all`, one review changed", Workspace.change_word, fixed=True, measure=all_editions
    ),
)
NAMES = tuple(scenario.name for scenario in SCENARIOS)


def measure(workspace: Workspace, scenario: Scenario, tools: list[str], limit: float) -> Iterator[Result]:
    """Measure a scenario with each tool. Whatever fails is a result with an error, and the next one follows."""
    try:
        scenario.before(workspace)
        ready = [tool for tool in tools if tool in scenario.tools]
        problems = {tool: _prepare(workspace, scenario, tool, limit) for tool in ready}
        if scenario.measure is not previewed:
            scenario.change(workspace)
    except (OSError, ValueError) as error:
        yield Result("", scenario.name, "pir", error=str(error))
        return
    for tool in ready:
        load = os.getloadavg()[0]
        try:
            if problems[tool]:
                raise Failed(f"the state before it failed: {problems[tool]}")
            result = scenario.measure(workspace, tool, scenario, limit)
        except (Failed, OSError, ValueError) as error:
            result = Result("", "", "", error=str(error))
        result.scenario, result.tool, result.load, result.records = scenario.name, tool, load, workspace.size()
        yield result


def _prepare(workspace: Workspace, scenario: Scenario, tool: str, limit: float) -> str:
    """Bring a tool to the state before the change, without measuring it; the error where that fails."""
    if scenario.cold:
        workspace.clear(tool) if scenario.command is None else workspace.clear_kept()
        return ""
    try:
        if workspace.built.get(tool) != workspace.version:
            everything = ("--edition", "all") if scenario.fixed else ()
            out = workspace.out(tool)
            measuring.run((*BUILD[tool](out), *everything), workspace.folder, limit)
            workspace.built[tool] = workspace.version
        if scenario.command is not None:
            measuring.run((*PIR, *scenario.command(workspace)), workspace.folder, limit)
    except Failed as error:
        return str(error)
    return ""
