"""`pir audit`: the findings of a folder as text and JSON, and wrong usage in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.knowledge_base import pir, write_base


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_base(tmp_path_factory.mktemp("base"))


def test_the_command_says_what_it_found_and_exits_with_1(base: Path, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>at Quellmark</p>")
    result = pir(base, "audit", str(tmp_path), "--edition", "client:harbor-credit")
    assert result.exit_code == 1
    assert "index.html:1:7: error PIR606" in result.stderr
    assert "clients/quellmark.md" in result.stderr
    assert "no manifest was found" in result.stderr
    assert "Quellmark" not in "".join(p.read_text() for p in tmp_path.iterdir() if p.name != "index.html")


def test_the_command_writes_json(base: Path, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>at Quellmark</p>")
    result = pir(base, "audit", str(tmp_path), "--edition", "client:harbor-credit", "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert report["files"] == 1
    assert report["edition"] == "client:harbor-credit"
    assert report["manifest"] is None
    assert {
        "file",
        "offset",
        "line",
        "column",
        "layers",
        "context",
        "record",
        "what",
        "message",
        "source",
        "source_line",
        "also",
    } == set(report["findings"][0])


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--edition", "internal"], 2, "the internal edition may show everything"),
        (["--edition", "client:nobody"], 1, "there is no client 'nobody'"),
        ([], 2, "--edition"),
    ],
)
def test_wrong_use_gets_one_clear_message(
    base: Path, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    result = pir(base, "audit", str(tmp_path), *arguments)
    assert result.exit_code == code
    assert message in result.stderr
