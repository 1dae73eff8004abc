"""The choices of deployment in the starter's pipelines: one edition to one place, and never to one that is open to all."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from helpers.repository import ROOT

STARTER = ROOT / "plugins/mkdocs_pir/starter"
PAGE = (ROOT / "docs/continuous-integration.md").read_text("utf-8").partition("\n## Deployment\n")[2]
HOSTS = {"github": "dot-github/workflows/knowledge-base.yml", "gitlab": "dot-gitlab-ci.yml"}
CHOICES = ["pages", "object-store", "server"]
CASES = [(host, choice) for host in HOSTS for choice in CHOICES]
OPEN = {"gh": "true", "aws": "True\tFalse", "visibility": "public"}
"""What the hosts answer where a place is open to all."""


def _jobs(host: str, chosen: str) -> dict[str, Any]:
    """The jobs of a pipeline in which one choice was made as its comment says, by taking two characters away."""
    plain, _, choices = (STARTER / HOSTS[host]).read_text("utf-8").partition("\n## Deployment")
    blocks = re.findall(r"(?:^# .*\n)+", f"\n## Deployment{choices}", re.M)
    [block] = [re.sub(r"^# ", "", b, flags=re.M) for b in blocks if re.match(rf"# (  )?{chosen}:", b)]
    pipeline = yaml.safe_load(plain + "\n" + block)
    jobs: dict[str, Any] = pipeline["jobs"] if host == "github" else pipeline
    assert jobs.keys() - {"default"} == {"check", "build", chosen}
    return jobs


def _scripts(host: str, job: dict[str, Any]) -> list[str]:
    if host == "github":
        return [step["run"] for step in job["steps"] if "run" in step]
    return list(job["script"])


def _places(host: str, job: dict[str, Any]) -> list[dict[str, str]]:
    if host == "github":
        rows = job.get("strategy", {}).get("matrix", {}).get("include", [])
        return [{"EDITION": row["edition"], **{k.upper(): v for k, v in row.items()}} for row in rows]
    return list(job.get("parallel", {}).get("matrix", []))


def _run(folder: Path, host: str, job: dict[str, Any], answers: dict[str, str]) -> tuple[int, list[str]]:
    """Run the scripts of a job for its first place; returns the exit code and what was transferred."""
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    sent = folder / "sent"
    for name, lines in {
        "gh": f"printf '{answers.get('gh', 'false')}'",
        "aws": f'[ "$1" = s3api ] && printf "{answers.get("aws", "True	True")}" || echo "$@" >> "{sent}"',
        "rsync": f'echo "$@" >> "{sent}"',
    }.items():
        (programs / name).write_text(f"#!/bin/sh\n{lines}\n", "utf-8")
        (programs / name).chmod(0o755)
    (folder / "key").write_text("key", "utf-8")
    place = (_places(host, job) or [{}])[0]
    told = {
        **os.environ, **place, "HOME": str(folder), "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_REPOSITORY": "acme/reviews", "KEY": "key", "HOSTS": "host", "DEPLOY_KEY": str(folder / "key"),
        "KNOWN_HOSTS": "hosts", "CI_PROJECT_VISIBILITY": answers.get("visibility", "private"),
    }  # fmt: skip
    for script in _scripts(host, job):
        done = subprocess.run(["bash", "-eo", "pipefail", "-c", script], cwd=folder, env=told, capture_output=True)
        if done.returncode:
            break
    lines = sent.read_text("utf-8").splitlines() if sent.exists() else []
    return done.returncode, lines + [str(p) for p in folder.glob("public/*")]


def _publish(folder: Path) -> None:
    for edition in ("site-internal", "site-clients/example-client", "published/internal"):
        (folder / edition).mkdir(parents=True)
        (folder / edition / "index.html").write_text("<p>", "utf-8")


@pytest.mark.parametrize(("host", "choice"), CASES)
def test_a_choice_deploys_what_the_build_made_and_only_from_the_main_branch(
    tmp_path: Path, host: str, choice: str
) -> None:
    jobs = _jobs(host, choice)
    job = jobs[choice]
    assert job["needs"] in ("build", ["build"])
    assert "main" in job["if"] if host == "github" else "CI_DEFAULT_BRANCH" in job["rules"][0]["if"]
    _publish(tmp_path)
    code, sent = _run(tmp_path, host, job, {})
    assert code == 0
    assert len(sent) == (0 if (host, choice) == ("github", "pages") else 1)


@pytest.mark.parametrize(("host", "choice"), [case for case in CASES if case[1] != "server"])
def test_nothing_is_deployed_to_a_place_that_everybody_can_open(tmp_path: Path, host: str, choice: str) -> None:
    _publish(tmp_path)
    code, sent = _run(tmp_path, host, _jobs(host, choice)[choice], OPEN)
    assert code != 0
    assert sent == []


@pytest.mark.parametrize(("host", "choice"), [case for case in CASES if case[1] != "pages"])
def test_an_edition_that_was_not_built_empties_no_place(tmp_path: Path, host: str, choice: str) -> None:
    code, sent = _run(tmp_path, host, _jobs(host, choice)[choice], {})
    assert code != 0
    assert sent == []


@pytest.mark.parametrize(("host", "choice"), [case for case in CASES if case[1] != "pages"])
def test_each_place_gets_one_edition_and_no_other(host: str, choice: str) -> None:
    rows = _places(host, _jobs(host, choice)[choice])
    editions = [row["EDITION"] for row in rows]
    assert len(set(editions)) == len(editions) > 1
    assert len({row.get("BUCKET") or row.get("TO") for row in rows}) == len(rows)
    assert all(re.search(r"internal$|clients/[\w-]+$", edition) for edition in editions)


@pytest.mark.parametrize("choice", CHOICES)
def test_the_documentation_says_what_a_choice_needs(choice: str) -> None:
    assert re.search(rf"^\| `{choice}` \|", PAGE, re.M)
