"""Commands answer from what is kept as they would from records read anew, and for a client from what was published."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from helpers.changed_records import CONFIG, STORE, edit
from helpers.knowledge_base import FILES, REVIEW_FILE, pir, write_base

from mkdocs_pir.cli import kept_answers
from mkdocs_pir.cli.context import Context
from mkdocs_pir.kb import settings
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.kb.texts import _CACHE

COMMANDS = [
    ("check",),
    ("check", "--format", "json", "kb/lessons"),
    ("kpi",),
    ("kpi", "recurrence", "--client", "Harbor Credit Union", "--json"),
    ("actions",),
    ("actions", "--open", "--sort", "due", "--service", "mail-gateway"),
    ("gate", "PIR-2025-0001"),
    ("gate", "PIR-2025-0001", "--json", "--as-of", "2025-03-01"),
    ("similar", "PIR-2025-0001"),
    ("similar", "LL-0001", "--json", "--kind", "pir"),
    ("search", "certificate"),
]


def told(folder: Path, command: tuple[str, ...]) -> tuple[int, str, str]:
    _CACHE.clear()
    result = pir(folder, *command)
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """What a command tells where nothing is kept."""
    true_read = settings.read

    def read(*given: object, **named: object) -> Settings:
        return msgspec.structs.replace(true_read(*given, **named), cache=None)  # type: ignore[arg-type]

    def told_anew(folder: Path, command: tuple[str, ...]) -> tuple[int, str, str]:
        with monkeypatch.context() as patch:
            patch.setattr(settings, "read", read)
            return told(folder, command)

    return told_anew  # type: ignore[return-value]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_second_answer_reads_no_record_and_is_the_same(
    tmp_path: Path, command: tuple[str, ...], anew: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = FILES[REVIEW_FILE].replace("PIR-2025-0001", "PIR-2025-0009").replace("status: closed", "status: shut")
    write_base(tmp_path, {"kb/pirs/2025/PIR-2025-0009.md": broken})
    first = told(tmp_path, command)
    with monkeypatch.context() as patch:
        patch.setattr(Context, "knowledge", None)
        assert told(tmp_path, command) == first
    assert anew(tmp_path, command) == first  # type: ignore[operator]


@pytest.mark.parametrize("seed", range(6))
def test_after_any_edits_answers_are_those_of_records_read_anew(tmp_path: Path, seed: int, anew: object) -> None:
    compare_over_edits(tmp_path, seed, anew, 4)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(100, 200))
def test_over_many_sequences_of_edits(tmp_path: Path, seed: int, anew: object) -> None:
    compare_over_edits(tmp_path, seed, anew, 15)


def compare_over_edits(folder: Path, seed: int, anew: object, edits: int) -> None:
    dice = random.Random(seed)
    write_base(folder)
    for _ in range(edits):
        edit(dice, folder)
        for command in dice.sample(COMMANDS, 4):
            assert told(folder, command) == told(folder, command) == anew(folder, command), command  # type: ignore[operator]


def test_answers_are_those_of_records_with_bodies_that_were_kept(tmp_path: Path) -> None:
    folder = write_base(tmp_path, {"mkdocs.yml": CONFIG})
    for name in ("clients/harbor-credit.md", "services/mail-gateway.md"):
        file = folder / "kb" / name
        file.write_text(file.read_text("utf-8") + "\n## Agreements\n\nTwo hours to restore a SEV-1.\n", "utf-8")
    told(folder, ("check",))  # keeps the records
    assert told(folder, ("actions",)) == told(folder, ("actions",))


def test_what_is_outside_of_the_records_counts_too(tmp_path: Path) -> None:
    section = "      client_sections: [Summary, Aftermath]\n"
    write_base(tmp_path, {"mkdocs.yml": CONFIG + section, "templates/pir.md": "## Summary\n\n## Aftermath\n"})
    assert told(tmp_path, ("check",))[0] == 0
    (tmp_path / "templates/pir.md").write_text("## Summary\n", "utf-8")
    unknown = told(tmp_path, ("check",))
    assert "Aftermath" in unknown[1]
    # the option is the same, the place of the mistake is not
    (tmp_path / "mkdocs.yml").write_text("# a line more\n" + CONFIG + section, "utf-8")
    assert told(tmp_path, ("check",))[1] != unknown[1]


def test_a_hidden_file_that_a_record_names_is_looked_for_each_time(tmp_path: Path) -> None:
    review = FILES[REVIEW_FILE].replace("trigger:", "attachments: [{file: .rows.csv, title: Rows}]\ntrigger:")
    write_base(tmp_path, {REVIEW_FILE: review})
    assert "there is no file" in told(tmp_path, ("check",))[1]
    (tmp_path / REVIEW_FILE).with_name(".rows.csv").write_text("a,b\n", "utf-8")
    assert "there is no file" not in told(tmp_path, ("check",))[1]


def test_an_answer_during_which_a_file_was_written_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = write_base(tmp_path) / "kb/lessons/LL-0001.md"
    before = lesson.read_text("utf-8")
    true_knowledge = Context.knowledge

    def written_and_read(self: Context, *given: object) -> object:
        lesson.write_text(before.replace("title: ", "titel: "), "utf-8")
        return true_knowledge(self, *given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Context, "knowledge", written_and_read)
        assert told(tmp_path, ("check",))[0] == 1
    lesson.write_text(before, "utf-8")
    assert told(tmp_path, ("check",))[0] == 0


def test_no_answer_for_a_client_is_one_kept_for_the_provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_base(tmp_path)
    assert pir(tmp_path, "build", "--edition", "client:quellmark").exit_code == 0
    commands = [("kpi",), ("actions",), ("search", "certificate"), ("similar", "LL-0001")]
    edition = ("--edition", "client:quellmark")
    published = [told(tmp_path, (*command, *edition)) for command in commands]
    internal = [told(tmp_path, command) for command in commands]
    assert "PIR-2025-0001" in internal[1][1] + internal[2][1]
    # nothing that is kept can be opened now
    monkeypatch.setattr(kept_answers, "answer", None)
    monkeypatch.setattr("mkdocs_pir.cli.context.answer", None)
    monkeypatch.setattr("mkdocs_pir.cli.similar.answer", None)
    monkeypatch.setattr("mkdocs_pir.store.result_store.sqlite3.connect", None)
    again = [told(tmp_path, (*command, *edition)) for command in commands]
    assert again == published
    assert not any("PIR-2025" in stdout for _, stdout, _ in again)


def test_a_search_makes_parts_of_the_index_again_that_are_no_longer_kept(tmp_path: Path) -> None:
    write_base(tmp_path)
    first = told(tmp_path, ("search", "certificate"))
    with sqlite3.connect(tmp_path / STORE) as connection:
        names = [
            name for name, value in connection.execute("SELECT key, value FROM results") if b"manifest.js" in value
        ]
        marks = ",".join("?" * len(names))
        gone = connection.execute(f"DELETE FROM results WHERE key NOT IN ({marks})", names)
        assert names
        assert gone.rowcount > 5
    assert told(tmp_path, ("search", "certificate")) == first
    assert "LL-0001" in first[1]
