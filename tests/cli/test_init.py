"""`pir init`: an empty folder becomes a knowledge base that builds, and nothing that was there is touched."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from click.testing import Result
from helpers.knowledge_base import pir, run_pir

from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.exchange import starter
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.kb import settings
from mkdocs_pir.kb.loading import load


def init(*arguments: str) -> Result:
    return run_pir("init", *arguments)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    folder = tmp_path / "reviews"
    result = init(str(folder))
    assert result.exit_code == 0, result.output
    return folder


def test_a_new_knowledge_base_passes_the_strict_check_and_builds_all_editions(made: Path) -> None:
    checked = pir(made, "check", "--strict", "--format", "json")
    assert json.loads(checked.stdout)["problems"] == []
    assert checked.exit_code == 0
    built = pir(made, "build", "--edition", "all")
    assert built.exit_code == 0, built.output
    for page in ("published/internal/index.html", "published/clients/example-client/index.html"):
        assert (made / page).is_file()


@pytest.mark.parametrize("today", ["2024-02-29", "2027-01-01", "2031-12-31"])
def test_a_new_knowledge_base_passes_the_check_on_any_day(tmp_path: Path, today: str) -> None:
    day = date.fromisoformat(today)
    starter.write(starter.plan(tmp_path, "Any day", "", day))
    assert pir(tmp_path, "fmt", "--check").exit_code == 0
    for later in (day, day + timedelta(days=400)):
        config = (tmp_path / "mkdocs.yml").read_text("utf-8").split("      as_of")[0].rstrip("\n")
        (tmp_path / "mkdocs.yml").write_text(f"{config}\n      as_of: {later}\n", "utf-8")
        assert pir(tmp_path, "check", "--strict").exit_code == 0


@pytest.mark.parametrize("month", range(1, 13))
def test_every_kpi_has_a_figure_on_whatever_day_it_is_made(tmp_path: Path, month: int) -> None:
    for day in (date(2026, month, 1), date(2026, month, 19), date(2028, month, monthrange(2028, month)[1])):
        folder = tmp_path / day.isoformat()
        starter.write(starter.plan(folder, "Any day", "", day))
        knowledge = load(settings.read(folder / "mkdocs.yml", as_of=day))
        for edition in (Edition(), Edition("example-client")):
            figures = Insight(project(knowledge, edition)).kpis.figures()
            empty = [f.name for f in figures.values() if f.value is None]
            assert (day, edition, empty) == (day, edition, [])


@pytest.mark.parametrize(
    ("folder", "site_name", "organisation"),
    [
        ("acme", "Acme Reviews", "Acme"),
        ("acme-managed_services", "Acme Managed Services Reviews", "Acme Managed Services"),
        ("helpdesk_kb", "Helpdesk KB", "Helpdesk"),
        ("northwind-pir", "Northwind PIR", "Northwind"),
        ("northwind.incident.reviews", "Northwind Incident Reviews", "Northwind"),
        ("ACME IT", "ACME IT Reviews", "ACME IT"),
        ("acme-msp", "Acme MSP Reviews", "Acme MSP"),
        ("our-reviews", "Our Reviews", None),
        ("reviews", "Incident Reviews", None),
        ("kb", "Incident Reviews", None),
        ("knowledge-base", "Knowledge Base", None),
        ("größe", "Größe Reviews", "Größe"),
    ],
)
def test_the_names_come_from_the_folder(tmp_path: Path, folder: str, site_name: str, organisation: str | None) -> None:
    assert init(str(tmp_path / folder)).exit_code == 0
    read = settings.read(tmp_path / folder / "mkdocs.yml")
    assert read.site_name == site_name
    assert read.organisation.name == (organisation or "")


def test_the_names_can_be_given(tmp_path: Path) -> None:
    assert init(str(tmp_path / "x1"), "--organisation", "Larkfield: IT & more").exit_code == 0
    read = settings.read(tmp_path / "x1/mkdocs.yml")
    assert (read.site_name, read.organisation.name) == ("Larkfield: IT & more Reviews", "Larkfield: IT & more")
    assert init(str(tmp_path / "x2"), "--name", "What we learned").exit_code == 0
    assert settings.read(tmp_path / "x2/mkdocs.yml").site_name == "What we learned"


def test_every_kind_has_its_example_marked_for_removal_and_its_template(made: Path) -> None:
    folders = {f.relative_to(made / "kb").parts[0] for f in made.glob("kb/**/*.md")}
    assert folders >= {"pirs", "lessons", "causes", "problems", "services", "clients"}
    assert [f for f in made.glob("kb/**/*.md") if "x-example:" not in f.read_text("utf-8")] == []
    assert {f.stem for f in made.glob("templates/*.md")} == {"pir", "lesson", "cause", "problem", "service", "client"}


def test_the_examples_can_be_removed_as_the_readme_says(made: Path) -> None:
    assert "pir init . --remove-examples" in (made / "README.md").read_text("utf-8")
    removed = run_pir("init", str(made), "--remove-examples")
    assert (removed.exit_code, len(removed.stdout.splitlines())) == (0, 9)
    assert [f for f in made.glob("kb/**/*.md") if "x-example" in f.read_text("utf-8")] == []
    assert pir(made, "check", "--strict").exit_code == 0
    assert pir(made, "build", "--edition", "all").exit_code == 0


def test_an_example_that_a_record_of_ones_own_refers_to_stays(made: Path) -> None:
    assert pir(made, "new", "pir", "--incident", "INC-1002", "--no-edit").exit_code == 0
    removed = run_pir("init", str(made), "--remove-examples")
    assert "kept, since a record of your own leads to it" in removed.stderr
    assert pir(made, "check").exit_code == 0


def test_a_knowledge_base_can_begin_without_examples(tmp_path: Path) -> None:
    assert init(str(tmp_path / "kb1"), "--without-examples").exit_code == 0
    assert list((tmp_path / "kb1/kb").rglob("*.md")) == []
    assert pir(tmp_path / "kb1", "check", "--strict").exit_code == 0


def test_beside_a_site_it_writes_records_alone_and_says_what_mkdocs_yml_has_to_say(tmp_path: Path) -> None:
    site = "site_name: Operations\nplugins:\n  - search\n"
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(site, "utf-8")
    for inside in ("kb", "docs/reviews"):
        refused = init(str(tmp_path / inside))
        assert (refused.exit_code, "run 'pir init .' beside that file" in refused.stderr) == (2, True)
    result = init(str(tmp_path))
    assert result.exit_code == 0, result.output
    assert {line.partition("/")[0] for line in result.stdout.splitlines()} == {"kb", "templates"}
    assert (tmp_path / "mkdocs.yml").read_text("utf-8") == site
    lines = result.stderr.partition("plugins:\n")[2].partition("\n\n")[0]
    (tmp_path / "mkdocs.yml").write_text(f"{site}{lines}\n", "utf-8")
    checked = json.loads(pir(tmp_path, "check", "--strict", "--format", "json").stdout)
    assert (checked["problems"], checked["summary"]["records"]) == ([], 9)


def test_the_first_review_is_begun_from_the_example_register(made: Path) -> None:
    result = pir(made, "new", "pir", "--incident", "INC-1002")
    assert result.exit_code == 0, result.output
    assert "client: example-client\n" in Path(result.stdout.strip()).read_text("utf-8")
    assert pir(made, "check").exit_code == 0


def test_a_name_of_any_characters_is_kept(tmp_path: Path) -> None:
    assert init(str(tmp_path / "x"), "--name", 'Ours: "the best" {{ 1 }} #1').exit_code == 0
    config = yaml.safe_load((tmp_path / "x/mkdocs.yml").read_text("utf-8"))
    assert config["site_name"] == 'Ours: "the best" {{ 1 }} #1'


def test_a_readme_and_a_repository_that_are_there_are_kept(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("ours\n")
    (tmp_path / ".git").mkdir()
    result = init(str(tmp_path))
    assert result.exit_code == 0
    assert "already exists, unchanged: README.md" in result.stderr
    assert (tmp_path / "README.md").read_text() == "ours\n"


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ({"mkdocs.yml": "site_name: x\ndocs_dir: kb\n"}, "its pages are in kb/"),
        ({"mkdocs.yml": "plugins:\n  - pir: {records: ours}\n"}, "another folder of records, ours/"),
        ({"kb/pirs/PM-1.md": "---\n"}, "kb/ is not empty"),
        ({"templates": "a file"}, "templates is a file"),
    ],
)
def test_where_it_cannot_be_nothing_is_written(tmp_path: Path, there: dict[str, str], said: str) -> None:
    for name, text in there.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    before = sorted(tmp_path.rglob("*"))
    result = init(str(tmp_path))
    assert result.exit_code == 2
    assert said in result.stderr
    assert sorted(tmp_path.rglob("*")) == before
    assert all((tmp_path / name).read_text() == text for name, text in there.items())


def _commands(made: Path) -> dict[str, list[str]]:
    """What continuous integration and the hook run, by file."""
    github = yaml.safe_load((made / ".github/workflows/knowledge-base.yml").read_text("utf-8"))
    gitlab = yaml.safe_load((made / ".gitlab-ci.yml").read_text("utf-8"))
    hooks = yaml.safe_load((made / ".pre-commit-config.yaml").read_text("utf-8"))
    found = {
        "github": [s["run"] for job in github["jobs"].values() for s in job["steps"] if "run" in s],
        "gitlab": [line for job in ("check", "build") for line in gitlab[job]["script"]],
        "pre-commit": [hook["entry"] for repo in hooks["repos"] for hook in repo["hooks"]],
    }
    return {name: [c for c in commands if c.startswith("pir ")] for name, commands in found.items()}


@pytest.mark.parametrize("name", ["github", "gitlab", "pre-commit"])
def test_the_commands_of_the_shipped_workflows_work_as_they_are_written(made: Path, name: str) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=made, check=True)
    commands = _commands(made)[name]
    assert any("check" in c for c in commands)
    for command in commands:
        line = re.sub(r"^pir ", f"{sys.executable} -m mkdocs_pir ", command)
        done = subprocess.run(line, shell=True, cwd=made, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        if "> " in command:
            file = made / re.split(r"> | \|\|", command)[1].strip()
            assert json.loads(file.read_text("utf-8")) is not None
    if name != "pre-commit":
        assert (made / "published/internal/index.html").is_file()


def test_an_empty_name_of_a_folder_is_no_folder(tmp_path: Path) -> None:
    """As of a shell variable that is not set: the current folder was filled."""
    result = pir(tmp_path, "init", "")
    assert result.exit_code == 2
    assert "DIR is empty" in result.stderr
    assert list(tmp_path.iterdir()) == []
