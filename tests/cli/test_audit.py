"""`pir audit`: the findings of a folder as text and JSON, and wrong usage in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from helpers.knowledge_base import REVIEW_FILE, pir, write_base


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


@pytest.mark.parametrize(
    ("published", "message"),
    [
        ("published", "holds the editions of several readers"),
        ("published/internal", "is the internal edition; that of client:harbor-credit is published to"),
        ("published/clients/quellmark", "is the edition client:quellmark"),
        ("kb", "holds the records"),
    ],
)
def test_a_folder_that_is_meant_for_somebody_else_gets_one_clear_message(
    base: Path, published: str, message: str
) -> None:
    (base / "published/.pir").mkdir(parents=True, exist_ok=True)
    (base / published).mkdir(parents=True, exist_ok=True)
    result = pir(base, "audit", str(base / published), "--edition", "client:harbor-credit")
    assert (result.exit_code, message in result.stderr, "PIR606" in result.stderr) == (2, True, False)


def test_of_very_many_findings_the_first_are_printed(base: Path, tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"{number}.html").write_text("<p>at Quellmark</p>")
    result = pir(base, "audit", str(tmp_path), "--edition", "client:harbor-credit")
    assert (result.stderr.count("PIR606"), "more findings; --json lists all" in result.stderr) == (50, True)


def _build(folder: Path) -> Result:
    return pir(folder, "build", "--edition", "client:harbor-credit")


def _ledgers(folder: Path) -> list[Path]:
    return sorted((folder / "published" / ".pir" / "ledgers-clients-harbor-credit").iterdir())


def _found(output: str) -> list[str]:
    """The findings, without the time that the build took."""
    lines = [line for line in output.splitlines() if "PIR606" in line]
    assert lines
    return lines


@pytest.mark.parametrize("damage", ["none", "damaged", "missing"])
def test_what_is_withheld_only_now_is_found_in_files_that_did_not_change(tmp_path: Path, damage: str) -> None:
    folder = write_base(tmp_path)
    assert _build(folder).exit_code == 0
    for file in (*_ledgers(folder), folder / "published" / ".pir" / "learned"):
        if damage == "damaged":
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        elif damage == "missing":
            file.unlink()
    assert _build(folder).exit_code == 0
    # words of a released title become another client's name
    client = folder / "kb" / "clients" / "quellmark.md"
    client.write_text(client.read_text().replace("since:", "aliases: [Stood Still]\nsince:"))
    again = _build(folder)
    assert again.exit_code == 1
    assert "gives away the alias of clients/quellmark.md" in again.output
    assert _found(_build(folder).output) == _found(again.output)


def test_two_generations_keep_their_ledgers(tmp_path: Path) -> None:
    folder = write_base(tmp_path)
    review = folder / REVIEW_FILE
    text = review.read_text()
    for words in ("stood still", "was late", "was lost"):
        review.write_text(text.replace("Mail stood still for five hours.", f"Mail {words} all morning."))
        assert _build(folder).exit_code == 0
    assert len([file for file in _ledgers(folder) if file.suffix == ".ledger"]) == 2
