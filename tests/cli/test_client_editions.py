"""Commands answer for a client only from what was audited."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import msgspec
import pytest
from helpers.knowledge_base import FILES, load_base, pir, write_base

from mkdocs_pir.editions import published_projections
from mkdocs_pir.editions.handover import prepare_audit
from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.editions.publish import publish, publish_lock
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.insight.figure_rows import as_json
from mkdocs_pir.kb.problem import ProblemError

CLIENT = ("--edition", "client:harbor-credit")
REVIEW = "kb/pirs/2025/PIR-2025-0001.md"
LEAKING = {REVIEW: FILES[REVIEW].replace("for five hours. See", "for five hours, as at Quellmark Stores. See")}


@pytest.mark.parametrize("out", [(), ("--out", "given.json")])
def test_an_export_for_a_client_is_audited_first(
    tmp_path: Path, out: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_base(tmp_path, LEAKING)
    monkeypatch.chdir(folder)
    (folder / "given.json").write_text("what was there")
    result = pir(folder, "export", "records", *CLIENT, *out)
    assert result.exit_code == 1
    assert "PIR606" in result.stderr
    assert result.stdout == ""
    assert (folder / "given.json").read_text() == "what was there"
    assert pir(folder, "export", "records", *out).exit_code == 0


@pytest.mark.parametrize("form", ["json", "csv", "atom", "ics"])
def test_a_clean_export_for_a_client_passes_the_audit_in_every_form(tmp_path: Path, form: str) -> None:
    result = pir(write_base(tmp_path), "export", "records", *CLIENT, "--format", form)
    assert result.exit_code == 0, result.output
    assert "Mail stood still" in result.stdout


ANSWERS = {
    "search": ("search", "--json", "mail stood still"),
    "similar": ("similar", "--json", "LL-0001"),
    "kpi": ("kpi", "recurrence", "--json"),
    "actions": ("actions", "--format", "json"),
}


@pytest.mark.parametrize("command", ANSWERS.values(), ids=list(ANSWERS))
def test_a_command_answers_for_a_client_only_from_what_was_published(tmp_path: Path, command: tuple[str, ...]) -> None:
    folder = write_base(tmp_path)
    result = pir(folder, *command, *CLIENT)
    assert result.exit_code == 1
    assert "PIR610" in result.stderr
    assert "pir build --edition client:harbor-credit" in result.stderr
    assert result.stdout == ""
    assert pir(folder, *command).exit_code == 0


@pytest.mark.parametrize("command", ANSWERS.values(), ids=list(ANSWERS))
def test_a_client_is_answered_from_the_published_edition_after_records_change(
    published_base: Path, command: tuple[str, ...]
) -> None:
    before = pir(published_base, *command, *CLIENT)
    assert before.exit_code == 0, before.output
    assert json.loads(before.stdout) is not None
    assert "using the published edition" in before.stderr
    write_base(published_base, LEAKING)
    write_base(published_base, {"kb/lessons/LL-0001.md": "---\nid: [\n---\n"})
    after = pir(published_base, *command, *CLIENT)
    assert (after.exit_code, after.stdout) == (0, before.stdout)


def test_figures_of_a_client_are_those_that_its_records_give(published_base: Path) -> None:
    """What is kept loses nothing: the same figures and actions as the projection of the same records."""
    knowledge = load_base(published_base)
    edition = Edition("harbor-credit")
    shown = project(knowledge, edition)
    kept = published_projections.published(published_base / "published", edition)
    assert kept == msgspec.structs.replace(shown, files=())
    assert as_json(Insight(kept).kpis.figure("recurrence")) == as_json(Insight(shown).kpis.figure("recurrence"))


@pytest.mark.parametrize("command", ANSWERS.values(), ids=list(ANSWERS))
def test_nothing_is_answered_from_files_that_changed_since_the_audit(
    published_base: Path, command: tuple[str, ...]
) -> None:
    out = published_base / "published"
    files = list((out / "clients/harbor-credit/search").glob("*.js"))
    if command[0] != "search":
        files = list((out / ".pir/projections-clients-harbor-credit").iterdir())
    for file in files:
        file.write_bytes(file.read_bytes().replace(b"Mail", b"Male") + b" ")
    result = pir(published_base, *command, *CLIENT)
    assert result.exit_code == 1
    assert "PIR611" in result.stderr
    assert result.stdout == ""


def test_what_commands_answer_from_is_audited_with_the_site(tmp_path: Path) -> None:
    folder = write_base(tmp_path)
    edition, out = Edition("harbor-credit"), folder / "published"
    audit = prepare_audit(load_base(folder), [edition])
    leak = b'{"records": "as at Quellmark Stores"}'
    with publish_lock(out) as work, pytest.raises(ProblemError) as stopped:
        publish(out, work, edition, lambda site, _: (site / "index.html").write_text("x"), audit, {}, leak)
    assert stopped.value.problems[0].code == "PIR606"
    assert not (folder / "published/clients").exists()


@pytest.mark.skipif(importlib.util.find_spec("mcp") is None, reason="needs the extra mcp")
def test_an_assistant_is_served_a_client_only_from_what_was_published(tmp_path: Path) -> None:
    result = pir(write_base(tmp_path), "mcp", *CLIENT)
    assert result.exit_code == 1
    assert "PIR610" in result.stderr
