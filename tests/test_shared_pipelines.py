"""The GitHub Action and the GitLab component: what their steps run works, and the documentation has every input."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from helpers.command_lines import parse
from helpers.knowledge_base import run_pir
from helpers.repository import ROOT

PAGE = (ROOT / "docs/continuous-integration.md").read_text("utf-8")
ACTION_TEXT = (ROOT / "action.yml").read_text("utf-8")
ACTION = yaml.safe_load(ACTION_TEXT)
COMPONENT_TEXT = (ROOT / "templates/knowledge-base/template.yml").read_text("utf-8")
COMPONENT = next(yaml.safe_load_all(COMPONENT_TEXT))["spec"]["inputs"]
STARTER = (ROOT / "plugins/mkdocs_pir/starter/dot-github/workflows/knowledge-base.yml").read_text("utf-8")
WORKFLOWS = sorted(file.read_text("utf-8") for file in (ROOT / ".github/workflows").glob("*.yml"))
INPUTS = {"github": (ACTION["inputs"], ACTION_TEXT), "gitlab": (COMPONENT, COMPONENT_TEXT)}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A new knowledge base, with a `pir` to find, and a `python` that writes down what pip was asked for."""
    folder = tmp_path / "reviews"
    assert run_pir("init", str(folder)).exit_code == 0
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, line in {
        "pir": f'exec "{sys.executable}" -m mkdocs_pir "$@"',
        "pip": f'echo "$@" >> "{tmp_path}/installed"',
        "python": f'echo "$@" >> "{tmp_path}/installed"',
    }.items():
        (programs / name).write_text(f"#!/bin/sh\n{line}\n", "utf-8")
        (programs / name).chmod(0o755)
    return folder


def _shell(folder: Path, script: str, **values: str) -> subprocess.CompletedProcess[str]:
    path = f"{folder.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(shell, cwd=folder, env={**os.environ, "PATH": path, **values}, capture_output=True, text=True)


def _step(folder: Path, name: str, **given: str) -> subprocess.CompletedProcess[str]:
    """Run a step of the action as a runner does, with the inputs that were given and the defaults of the others."""
    step = next(step for step in ACTION["runs"]["steps"] if step.get("name") == name)
    values = {f"inputs.{k}": given.get(k, v["default"]) for k, v in ACTION["inputs"].items()}
    values["github.action_path"] = str(ROOT)
    fill = lambda text: re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda m: values[m[1]], text)  # noqa: E731
    assert "${{" not in step["run"], "a value in a script could be a command; it belongs into env"
    return _shell(
        folder / fill(step["working-directory"]), step["run"], **{k: fill(v) for k, v in step.get("env", {}).items()}
    )


def _job(folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    """Run a job of the component as a runner does, with the defaults of all inputs."""
    written = lambda value: str(value).lower() if isinstance(value, bool) else str(value)  # noqa: E731
    text = re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda m: written(COMPONENT[m[1]]["default"]), COMPONENT_TEXT)
    jobs: dict[str, Any] = list(yaml.safe_load_all(text))[1]
    lines = [*jobs[jobs[name]["extends"]]["before_script"], *jobs[name]["script"]]
    return _shell(folder, "\n".join(lines))


def test_the_action_checks_and_builds_with_its_defaults(made: Path) -> None:
    for name in ("Install", "Check", "Build"):
        done = _step(made, name)
        assert done.returncode == 0, f"{name}: {done.stderr}"
    assert "install --disable-pip-version-check -r requirements.txt" in (made.parent / "installed").read_text("utf-8")
    assert (made / "published/internal/index.html").is_file()
    assert (made / "published/clients/example-client/index.html").is_file()


def test_without_a_file_for_pip_the_action_installs_its_own_version(made: Path) -> None:
    (made / "requirements.txt").unlink()
    assert _step(made, "Install").returncode == 0
    assert f"--constraint {ROOT}/constraints.txt {ROOT}\n" in (made.parent / "installed").read_text("utf-8")


def test_a_mistake_fails_the_check_and_marks_the_line(made: Path) -> None:
    (made / "kb/problems/PRB-0002.md").write_text("---\nid: PRB-0002\ntitle: Broken\nstatus: opne\n---\n", "utf-8")
    done = _step(made, "Check")
    assert done.returncode == 1
    assert "::error file=" in done.stdout
    done = _job(made, "pir-check")
    assert done.returncode == 1
    assert "PIR104" in (made / "pir-codequality.json").read_text("utf-8")


def test_warnings_fail_the_check_only_when_asked(made: Path) -> None:
    review = next(made.glob("kb/pirs/*/PIR-*-0002.md"))
    review.write_text(f"{review.read_text('utf-8')}\nThe cause was human error.\n", "utf-8")
    plain, strict = _step(made, "Check"), _step(made, "Check", strict="true")
    assert "::warning file=" in plain.stdout + plain.stderr
    assert (plain.returncode, strict.returncode) == (0, 1)


def test_the_jobs_of_the_component_run_with_its_defaults(made: Path) -> None:
    done = _job(made, "pir-check")
    assert done.returncode == 0, done.stderr
    assert "install --disable-pip-version-check -r requirements.txt" in (made.parent / "installed").read_text("utf-8")
    build = next(line for line in COMPONENT_TEXT.splitlines() if "- pir build" in line)
    parse(re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda m: COMPONENT[m[1]]["default"], build.strip(" -")))


@pytest.mark.parametrize("host", INPUTS)
def test_every_input_is_described_used_and_documented(host: str) -> None:
    inputs, text = INPUTS[host]
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(inputs)
    heading = {"github": "## GitHub", "gitlab": "## GitLab"}[host]
    section = PAGE.split(f"{heading}\n")[1].split("\n## ")[0]
    rows = dict(re.findall(r"^\| `([\w-]+)` \| .* \| (.*) \|$", section, re.M))
    assert set(rows) == set(inputs)
    for name, described in inputs.items():
        assert described["description"], name
        default = described["default"]
        shown = str(default).lower() if isinstance(default, bool) else default
        assert rows[name] == f"`{shown}`", name


@pytest.mark.parametrize("text", [ACTION_TEXT, *WORKFLOWS])
def test_actions_of_others_are_pinned_to_a_commit_with_its_version(text: str) -> None:
    used = re.findall(r"uses: (\S+)(.*)", text)
    assert used
    for action, rest in used:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", rest), action


def test_the_starter_uses_the_same_versions_of_actions() -> None:
    pinned = dict(re.findall(r"uses: (\S+)@\S+ # (v\d+)", "\n".join([ACTION_TEXT, *WORKFLOWS])))
    shared = {name: version for name, version in re.findall(r"uses: (\S+)@(\S+)", STARTER) if name in pinned}
    assert len(shared) >= 3
    assert shared == {name: pinned[name] for name in shared}


def test_the_examples_give_inputs_that_exist() -> None:
    [github] = re.findall(r"```yaml\n(# \.github/workflows.+?)```", PAGE, re.S)
    steps = yaml.safe_load(github)["jobs"]["knowledge-base"]["steps"]
    assert steps[-1]["uses"].partition("@")[0].endswith("/mkdocs-pir")
    assert steps[-1]["with"].keys() <= ACTION["inputs"].keys()
    [gitlab] = re.findall(r"```yaml\n(# \.gitlab-ci\.yml.+?)```", PAGE, re.S)
    [included] = yaml.safe_load(gitlab)["include"]
    name = included["component"].partition("@")[0].rpartition("/")[2]
    assert (ROOT / "templates" / name / "template.yml").is_file()
    assert included["inputs"].keys() <= COMPONENT.keys()


def test_systems_are_compared_by_all_that_they_published(tmp_path: Path) -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/systems.yml").read_text("utf-8"))["jobs"]
    sums, compare = (
        next(step["run"] for step in jobs[job]["steps"] if step.get("name", "").startswith(name))
        for job, name in (("publish", "Sums"), ("compare", "The files"))
    )
    for system, page in (("ubuntu-latest-3.11", "a"), ("windows-latest-3.14", "a"), ("macos-latest-3.12", "b")):
        folder = tmp_path / "sums" / f"sums-{system}"
        for name, text in (("internal/index.html", page), (".pir/manifest-internal.json", system)):
            (folder / "published" / name).parent.mkdir(parents=True)
            (folder / "published" / name).write_text(text, "utf-8")
        assert _shell(folder, sums).returncode == 0
        done = _shell(tmp_path, compare)
        assert (done.returncode, "internal/index.html" in done.stdout) == ((1, True) if page == "b" else (0, False))
    versions = {f"Programming Language :: Python :: {v}" for v in jobs["publish"]["strategy"]["matrix"]["python"]}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert versions == {c for c in project["classifiers"] if ":: 3." in c}
