"""What a host shows to whoever reports something: it is there, says the same everywhere, and its commands exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from helpers.repository import ROOT

from mkdocs_pir.cli import COMMANDS

PAGES = ["SECURITY.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md"]
FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("[!c]*.yml"))


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_a_file_and_its_heading(name: str) -> None:
    for path, anchor in re.findall(r"\]\((?!https?:)([^()#\s]*)(?:#([^()\s]+))?\)", (ROOT / name).read_text("utf-8")):
        target = ROOT / (path or name)
        assert target.is_file(), path
        titles = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.M)
        assert not anchor or anchor in {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titles}, anchor


@pytest.mark.parametrize("name", [*PAGES[:2], ".github/ISSUE_TEMPLATE/bug.yml", ".gitlab/issue_templates/Bug.md"])
def test_the_commands_that_they_name_exist(name: str) -> None:
    for line in re.findall(r"`(pir [^`]*)`", (ROOT / name).read_text("utf-8")):
        assert line == "pir --version" or line.split()[1] in COMMANDS, line


def test_the_readme_leads_to_them() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in PAGES if f"]({name})" not in readme] == []


@pytest.mark.parametrize("form", FORMS, ids=lambda file: file.stem)
def test_both_hosts_ask_the_same(form: Path) -> None:
    asked = yaml.safe_load(form.read_text("utf-8"))["body"]
    text = (ROOT / ".gitlab/issue_templates" / f"{form.stem.capitalize()}.md").read_text("utf-8")
    sections = dict(re.findall(r"^## (.+)\n\n<!-- (.+) -->$", text, re.M))
    assert sections == {
        a["attributes"]["label"]: a["attributes"]["description"] for a in asked if a["type"] != "markdown"
    }
    own = ROOT / ".github/pull_request_template.md"
    assert own.read_bytes() == (ROOT / ".gitlab/merge_request_templates/Default.md").read_bytes()


def test_a_report_of_something_wrong_is_led_to_the_private_way_first() -> None:
    for name in (".github/ISSUE_TEMPLATE/bug.yml", ".gitlab/issue_templates/Bug.md"):
        text = (ROOT / name).read_text("utf-8")
        assert text.index("SECURITY.md") < text.index("What happened"), name
