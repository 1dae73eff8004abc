"""What a release needs: commands that exist, jobs that may do no more than they must, a true list of its parts."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml
from helpers.repository import ROOT
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

PAGE = (ROOT / "docs/releasing.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
JOBS: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text("utf-8"))["jobs"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
SPEAKING = {name for name, job in JOBS.items() if "id-token" in job["permissions"]}
"""Jobs that may sign in the name of the project."""


def _scripts(job: dict[str, Any]) -> str:
    return "\n".join(step.get("run", "") for step in job["steps"])


def test_every_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.M))
    named = re.findall(r"`make ([a-z ]+)`", PAGE) + re.findall(r"make ([a-z ]+)$", _scripts(JOBS["build"]), re.M)
    assert len(named) > 3
    assert {target for words in named for target in words.split()} <= targets
    assert (ROOT / _scripts(JOBS["test"]).strip()).is_file()


def test_every_job_is_described_and_what_must_be_set_up_is_what_they_use() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.M) == list(JOBS)
    setup = PAGE.partition("## Before the first release")[2].partition("\n## ")[0]
    assert f"environment `{JOBS['index']['environment']}`" in setup
    assert f"project `{PROJECT['name']}`" in setup


def test_nothing_is_published_before_it_was_tested_and_built() -> None:
    assert set(JOBS["index"]["needs"]) == {"test", "build"}
    assert JOBS["page"]["needs"] == ["index"]
    assert "GITHUB_REF_NAME" in _scripts(JOBS["build"])


def test_who_may_speak_for_the_project_runs_none_of_its_code() -> None:
    assert {"index", "page"} == SPEAKING
    for name in SPEAKING:
        used = [step.get("uses", "").partition("@")[0] for step in JOBS[name]["steps"]]
        assert "actions/checkout" not in used
        assert not re.search(r"\b(make|pip|python)\b", _scripts(JOBS[name]))
    for name in JOBS.keys() - SPEAKING:
        assert JOBS[name]["permissions"] == {"contents": "read"}


def test_what_jobs_pass_on_is_what_is_made() -> None:
    made = {step["with"]["path"] for step in JOBS["build"]["steps"] if "upload-artifact" in step.get("uses", "")}
    assert made == {"dist", "build/mkdocs-pir.cdx.json"}
    assert all(path in MAKEFILE for path in made)


def test_the_address_of_the_repository_is_that_of_the_workflow_and_nowhere_else() -> None:
    (build,) = (step for step in JOBS["build"]["steps"] if step.get("run") == "make dist sbom")
    assert build["env"] == {"PIR_REPOSITORY_URL": "${{ github.server_url }}/${{ github.repository }}"}
    assert "`PIR_REPOSITORY_URL`" in PAGE
    assert {"readme", "urls"} <= set(PROJECT["dynamic"])


def test_the_classifiers_are_all_versions_from_the_oldest_on() -> None:
    oldest = int(PROJECT["requires-python"].removeprefix(">=3."))
    versions = [int(c.rpartition("3.")[2]) for c in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", c)]
    assert versions == list(range(oldest, versions[-1] + 1))


DEBIAN_12 = "3.11.2"
"""The oldest Python that the pinned versions are for."""


def test_the_readme_names_the_oldest_and_the_newest_python_that_the_pinned_versions_take() -> None:
    named = re.search(r"Python (3\.\d+) to (3\.\d+),", (ROOT / "README.md").read_text("utf-8"))
    assert named is not None
    assert DEBIAN_12.startswith(f"{named[1]}.")
    assert [c for c in PROJECT["classifiers"] if ":: Python ::" in c][-1].endswith(f":: {named[2]}")
    pins = [Requirement(line) for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()]
    for_older = {pin.name for pin in pins if pin.marker and pin.marker.evaluate({"python_full_version": DEBIAN_12})}
    for name in {pin.name for pin in pins} - for_older:
        with contextlib.suppress(metadata.PackageNotFoundError):
            taken = SpecifierSet(metadata.metadata(name).get("Requires-Python") or "")
            assert DEBIAN_12 in taken, name


@pytest.mark.skipif(not importlib.util.find_spec("cyclonedx_py"), reason="needs the extra 'release' (make sbom)")
def test_the_list_of_parts_has_every_dependency(tmp_path: Path) -> None:
    command = re.search(r"^\t\$\(BIN\)/cyclonedx-py (.+)$", MAKEFILE, re.M)
    assert command is not None
    out = tmp_path / "parts.json"
    words = command[1].replace("build/pyproject.toml", str(ROOT / "pyproject.toml")).split()
    words = [*words[: words.index("--output-file")], "--output-file", str(out), sys.executable]
    subprocess.run([sys.executable, "-m", "cyclonedx_py", *words], check=True, capture_output=True)
    parts = json.loads(out.read_text("utf-8"))
    listed = {re.sub(r"[-_.]+", "-", part["name"]).lower() for part in parts["components"]}
    needed = {re.sub(r"[-_.]+", "-", re.split(r"[<>=;\[ ]", line)[0]).lower() for line in PROJECT["dependencies"]}
    assert needed <= listed
    assert parts["metadata"]["component"]["name"] == PROJECT["name"]
