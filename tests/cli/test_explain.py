"""`pir explain`, and the addresses of problem codes in messages (option `problems_url`)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, pir, write_base
from markdown.extensions.toc import slugify

from mkdocs_pir.kb.problem import CODES
from mkdocs_pir.kb.problem_explanations import address, explanations

BROKEN = "kb/pirs/2025/PIR-2025-0001.md"
PAGES = "https://docs.example.org/pir/problems/"


def base(folder: Path, url: str) -> Path:
    """A knowledge base with one error in its review and the option `problems_url`."""
    config = str(FILES["mkdocs.yml"]).replace("  - pir:\n", f"  - pir:\n      problems_url: {url}\n")
    review = str(FILES[BROKEN]).replace("severity: SEV-2", "severity: SEV-9")
    return write_base(folder, {"mkdocs.yml": config, BROKEN: review})


def test_several_codes_are_explained_without_a_knowledge_base(tmp_path: Path) -> None:
    result = pir(tmp_path, "explain", "PIR104", "pir203", "104")
    assert result.exit_code == 0
    assert [line for line in result.stdout.splitlines() if line.startswith("# ")] == [
        "# PIR104 a value that is not on the list",
        "# PIR203 a broken link",
    ]
    assert "status: investigaton" in result.stdout
    assert "status: investigation\n" in result.stdout


def test_a_code_that_does_not_exist_is_answered_with_the_nearest(tmp_path: Path) -> None:
    result = pir(tmp_path, "explain", "PIR105", "PIR14")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no problem code 'PIR14'; did you mean 'PIR014'" in result.stderr


@pytest.mark.parametrize("arguments", [(), ("--list", "PIR104")], ids=str)
def test_a_code_or_the_list_is_needed(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = pir(tmp_path, "explain", *arguments)
    assert result.exit_code == 2
    assert "pir explain PIR104" in result.stderr


def test_the_list_has_every_code_with_its_severity(tmp_path: Path) -> None:
    lines = pir(tmp_path, "explain", "--list").stdout.splitlines()
    assert len(lines) == len(CODES)
    assert "PIR110  hint     a section that is not in the template" in lines


def test_every_code_has_its_examples_in_json(tmp_path: Path) -> None:
    entries = json.loads(pir(tmp_path, "explain", "--list", "--json").stdout)
    assert [entry["code"] for entry in entries] == list(CODES)
    for entry in entries:
        assert entry["meaning"].startswith(f"{entry['severity'].capitalize()}. ")
        assert entry["wrong"].startswith("*Wrong*")
        assert entry["right"].startswith("*Right*")
        assert ".md#" not in entry["meaning"], "a link that leads nowhere from a terminal"


def test_messages_in_every_format_say_where_their_code_is_explained(tmp_path: Path) -> None:
    base(tmp_path, PAGES)
    url = f"{PAGES}#pir104-a-value-that-is-not-on-the-list"
    assert f"    see {url}\n" in pir(tmp_path, "check").stdout
    assert json.loads(pir(tmp_path, "check", "--format", "json").stdout)["problems"][0]["url"] == url
    sarif = json.loads(pir(tmp_path, "check", "--format", "sarif").stdout)
    assert sarif["runs"][0]["tool"]["driver"]["rules"][0]["helpUri"] == url
    assert url in pir(tmp_path, "check", "--format", "github").stdout
    assert url in json.loads(pir(tmp_path, "check", "--format", "gitlab").stdout)[0]["description"]
    assert json.loads(pir(tmp_path, "explain", "PIR104", "--json").stdout)[0]["url"] == url
    # other commands say it too
    assert f"see {url}" in pir(tmp_path, "fmt").stderr


def test_an_address_may_have_a_place_for_the_code(tmp_path: Path) -> None:
    base(tmp_path, "'https://wiki.example.org/pir/{code}'")
    assert "see https://wiki.example.org/pir/PIR104\n" in pir(tmp_path, "check").stdout


def test_nothing_is_said_of_an_address_without_the_option(tmp_path: Path) -> None:
    write_base(tmp_path, {BROKEN: str(FILES[BROKEN]).replace("severity: SEV-2", "severity: SEV-9")})
    assert "see http" not in pir(tmp_path, "check").stdout
    assert "url" not in json.loads(pir(tmp_path, "check", "--format", "json").stdout)["problems"][0]


def test_an_address_that_is_none_is_an_error(tmp_path: Path) -> None:
    result = pir(base(tmp_path, "docs/problems"), "check")
    assert result.exit_code == 1
    assert "PIR602" in result.output


@pytest.mark.parametrize("code", CODES)
def test_the_anchor_is_that_of_the_heading_in_mkdocs(code: str) -> None:
    anchor = slugify(f"{code} {CODES[code][1]}", "-")
    assert address(PAGES, code) == f"{PAGES}#{anchor}"
    assert code in explanations()
