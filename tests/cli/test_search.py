"""`pir search`: rows that a program can read, standard input, and many queries at once."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, pir, write_base

from mkdocs_pir.cli.context import Context
from mkdocs_pir.kb import settings, snapshot
from mkdocs_pir.search.query import SearchIndex

ROW = {"id", "kind", "title", "score", "url", "why", "workaround"}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_base(tmp_path_factory.mktemp("base"))


def test_rows_hold_just_what_is_promised_best_first(base: Path) -> None:
    rows = json.loads(pir(base, "search", "--json", "mail", "certificate").stdout)
    assert [set(row) - {"workaround_of", "fewer_words"} for row in rows] == [ROW] * len(rows)
    assert rows[0]["id"] == "PIR-2025-0001"
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    assert {row["url"] for row in rows} >= {"pirs/2025/PIR-2025-0001.html", "lessons/LL-0001.html"}
    (why, *_) = rows[0]["why"]
    (start, end), *_ = why["marks"]
    assert (why["field"], why["snippet"][start:end]) == ("title", "Mail")


def test_a_workaround_is_in_its_row(base: Path) -> None:
    (row, *_) = json.loads(pir(base, "search", "--json", "PRB-0001").stdout)
    assert (row["id"], row["kind"], row["workaround"]) == ("PRB-0001", "problem", "Restart that listener.")


def test_a_workaround_of_another_record_is_named_and_one_of_several_is_not_taken(tmp_path: Path) -> None:
    lesson, review, second = "kb/lessons/LL-0001.md", "kb/pirs/2025/PIR-2025-0001.md", "kb/pirs/2025/PIR-2025-0009.md"
    own = FILES[review].replace("\nproblem:", "\nworkaround: Turn the tap.\nproblem:")
    assert own != FILES[review]
    write_base(tmp_path, {review: own})
    rows = {row["id"]: row for row in json.loads(pir(tmp_path, "search", "--json", "listener mail").stdout)}
    assert (rows["PIR-2025-0001"]["workaround"], "workaround_of" in rows["PIR-2025-0001"]) == ("Turn the tap.", False)
    assert (rows["LL-0001"]["workaround"], rows["LL-0001"]["workaround_of"]) == ("Turn the tap.", "PIR-2025-0001")
    shown = pir(tmp_path, "search", "listener mail").stdout
    # the known error has a newer one, and stands above
    assert "older workaround of PIR-2025-0001 (2025-03-04): Turn the tap." in shown
    assert "the workaround to use now is that of PRB-0001" in shown
    assert shown.startswith("PRB-0001 ")
    assert rows["PIR-2025-0001"]["workaround_replaced_by"] == "PRB-0001"
    write_base(tmp_path, {})
    # the review has only the workaround of its problem
    shown = pir(tmp_path, "search", "restart listener").stdout
    assert "    workaround of PRB-0001: Restart that listener." in shown
    assert "matches workaround" not in shown  # what matches is printed whole
    two = (
        FILES[lesson]
        .replace("[PIR-2025-0001]", "[PIR-2025-0001, PIR-2025-0009]")
        .replace("applied_on", "recommendation: Probe by name.\napplied_on")
    )
    assert two != FILES[lesson]
    another = own.replace("PIR-2025-0001", "PIR-2025-0009").replace("Turn the tap.", "Pull the plug.")
    write_base(tmp_path, {review: own, second: another, lesson: two})
    rows = {row["id"]: row for row in json.loads(pir(tmp_path, "search", "--json", "listener mail").stdout)}
    assert rows["LL-0001"]["workaround"] is None
    assert "recommendation: Probe by name." in pir(tmp_path, "search", "listener mail").stdout


def test_what_a_cause_is_is_called_its_definition(base: Path) -> None:
    told = pir(base, "search", "change/expired-certificate").stdout
    assert "definition: " in told
    assert "recommendation: " not in told.partition("definition: ")[0]


def test_a_tag_is_found_where_it_may_be_seen(tmp_path: Path) -> None:
    lesson = "kb/lessons/LL-0001.md"
    write_base(tmp_path, {lesson: FILES[lesson].replace("applied_on", "tags: [zero-day]\napplied_on")})
    (row, *_) = json.loads(pir(tmp_path, "search", "--json", "zero day ").stdout)
    assert (row["id"], row["why"][0]["field"]) == ("LL-0001", "tags")
    assert pir(tmp_path, "build", "--edition", "client:quellmark").exit_code == 0
    rows = json.loads(pir(tmp_path, "search", "--json", "--edition", "client:quellmark", "zero day ").stdout)
    assert rows == []


@pytest.mark.parametrize(
    "pasted",
    [b"[FIRING:1] CertExpired\n{\"msg\": \"mail stood still, certificate has expired\"}\n", b"mail \xff\xfe certificate", b"\x00 mail certificate"],
)  # fmt: skip
def test_a_dash_reads_what_was_pasted_whatever_its_bytes(base: Path, pasted: bytes) -> None:
    result = pir(base, "search", "--json", "-", input=pasted)
    assert result.exit_code == 0
    assert json.loads(result.stdout)[0]["id"] == "PIR-2025-0001"


def test_a_batch_answers_every_line_in_order_with_one_index(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[SearchIndex] = []
    index = Context.search_index
    monkeypatch.setattr(Context, "search_index", lambda *given: opened.append(index(*given)) or opened[-1])
    queries = ["expired certificate", "", 'title:("x~1^2 +-&&', "zanzibar", "PRB-0001"]
    (tmp_path / "queries.txt").write_text("\n".join(queries) + "\n", "utf-8")
    result = pir(base, "search", "--batch", str(tmp_path / "queries.txt"), "--limit", "2")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [set(answer) for answer in answers] == [{"query", "results", "searched_instead", "in_no_record"}] * len(
        queries
    )
    assert [answer["query"] for answer in answers] == queries
    assert [answer["results"][0]["id"] if answer["results"] else None for answer in answers][3:] == [None, "PRB-0001"]
    assert answers[0]["results"] == json.loads(pir(base, "search", "--json", "--limit", "2", queries[0]).stdout)
    assert all(len(answer["results"]) <= 2 for answer in answers)
    assert len(opened) == 2  # the batch, and the single search beside it


def test_a_client_edition_finds_nothing_of_another_client(base: Path) -> None:
    assert pir(base, "build", "--edition", "all").exit_code == 0
    found = {
        edition: {row["id"] for row in json.loads(pir(base, "search", "--json", "mail", "--edition", edition).stdout)}
        for edition in ("internal", "client:harbor-credit", "client:quellmark")
    }
    assert "PIR-2025-0001" in found["internal"] & found["client:harbor-credit"]
    assert not any(id_.startswith("PIR") for id_ in found["client:quellmark"])


def test_an_empty_text_is_refused(base: Path) -> None:
    result = pir(base, "search")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "write what you are seeing" in result.stderr


def test_words_mended_and_words_in_no_record_are_named(base: Path, tmp_path: Path) -> None:
    text = "certifcate zanzibar x509"
    result = pir(base, "search", text)
    assert "Searched for 'certificate' instead of 'certifcate'." in result.stderr
    assert "No record mentions 'zanzibar'." in result.stderr
    assert "No record mentions 'x509'; searched for 'certificate' and the like instead." in result.stderr
    assert "zanzibar" not in result.stdout
    (tmp_path / "queries.txt").write_text(text + "\n", "utf-8")
    answer = json.loads(pir(base, "search", "--batch", str(tmp_path / "queries.txt")).stdout)
    assert answer["searched_instead"] == [
        {"typed": "certifcate", "searched": "certificate"},
        {"typed": "x509", "searched": "certificate"},
    ]
    assert answer["in_no_record"] == ["x509", "zanzibar"]


def test_no_results_is_a_message_and_no_failure(base: Path) -> None:
    result = pir(base, "search", "zanzibar")
    assert result.exit_code == 0
    assert "No record matches." in result.output


def test_a_search_among_unchanged_records_reads_none_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_base(tmp_path)
    first = pir(tmp_path, "search", "certificate")
    with monkeypatch.context() as patch:
        patch.setattr(Context, "knowledge", None)
        assert pir(tmp_path, "search", "certificate").output == first.output
    assert "LL-0001" in first.output


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("kb/lessons/LL-0001.md", "title: ", "title: Quokka "),
        ("kb/pirs/2025/PIR-2025-0001.md", "Mail stood still for five hours", "The quokka stood still"),
        ("kb/services/mail-gateway.md", "name: Mail gateway", "name: Quokka"),
        ("mkdocs.yml", "as_of: 2026-09-30", "as_of: 2026-09-30\n      synonyms: same.yml"),
        ("same.yml", "", "mail: [quokka]"),
    ],
)
def test_a_change_is_found_at_once(tmp_path: Path, file: str, before: str, after: str) -> None:
    config = FILES["mkdocs.yml"].replace("as_of: 2026-09-30", "as_of: 2026-09-30\n      synonyms: same.yml")
    same = {} if file == "mkdocs.yml" else {"mkdocs.yml": config, "same.yml": "mail: [letters]\n"}
    write_base(tmp_path, same or {"same.yml": "mail: [quokka]\n"})
    assert "LL-0001" not in pir(tmp_path, "search", "quokka").stdout
    text = (tmp_path / file).read_text("utf-8")
    (tmp_path / file).write_text(text.replace(before, after, 1) if before else after, "utf-8")
    assert "0001" in pir(tmp_path, "search", "quokka").stdout


def test_another_day_or_other_code_makes_another_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = settings.read(settings.find_config(write_base(tmp_path)))
    seen = snapshot.take(ours)
    first = snapshot.fingerprint(ours, seen)
    assert snapshot.fingerprint(ours, snapshot.take(ours)) == first
    assert snapshot.fingerprint(settings.read(ours.config_file, as_of=date(2026, 10, 1)), seen) != first
    monkeypatch.setattr(snapshot, "code_version", lambda: b"other")
    assert snapshot.fingerprint(ours, seen) != first
