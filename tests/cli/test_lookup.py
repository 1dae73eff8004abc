"""Names on the command line: an id in any case, a client or service by name, a record by its file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW, pir, run_pir, write_base

FILE = "kb/pirs/2025/PIR-2025-0001.md"


@pytest.mark.parametrize(
    "arguments",
    [
        ("gate", "pir-2025-0001"),
        ("gate", FILE),
        ("gate", f"{FILE}:12:3"),
        ("gate", f"./{FILE}:12"),
        ("release", "ll-0001"),
        ("release", "ll-0001", "--client", "HARBOR-credit"),
        ("release", "kb/lessons/LL-0001.md"),
        ("similar", "Pir-2025-0001"),
        ("similar", FILE),
        ("kpi", "Coverage", "--client", "Harbor-Credit", "--service", "MAIL-gateway"),
        ("kpi", "coverage", "--edition", "Client:HARBOR-CREDIT"),
        ("kpi", "coverage", "--client", "harborcu", "--service", "Mail gateway"),
        ("actions", "--client", "Harbor Credit union", "--service", "mail gateway"),
        ("release", "ll-0001", "--client", "HarborCU"),
        ("new", "pir", "--client", "Quellmark stores"),
        ("actions", "--client", "Harbor-credit", "--cause", "Change", "--service", "Mail-gateway"),
        ("new", "lesson", "--from", "pir-2025-0001"),
        ("new", "pir", "--client", "QUELLMARK", "--service", "Mail-Gateway"),
        ("search", "certificate", "--edition", "CLIENT:Quellmark"),
        ("export", "records", "--edition", "Internal"),
    ],
    ids=" ".join,
)
def test_an_id_in_any_case_or_the_path_of_its_file_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    write_base(tmp_path)
    if "--edition" in arguments and "Internal" not in arguments:
        assert pir(tmp_path, "build", "--edition", "all").exit_code == 0
    monkeypatch.chdir(tmp_path)
    result = run_pir(*arguments)
    assert result.exit_code == 0, result.output


def test_a_service_is_found_by_an_alias_which_no_client_is_shown(tmp_path: Path) -> None:
    service = FILES["kb/services/mail-gateway.md"].replace("owner:", "aliases: [Mail relay, MX]\nowner:")
    review = REVIEW.replace("Mail stood still for five hours.", "The mail relay, our MX, stood still for five hours.")
    write_base(tmp_path, {"kb/services/mail-gateway.md": service, FILE: review})
    for name in ("mail-relay", "mx"):
        assert pir(tmp_path, "kpi", "coverage", "--service", name).exit_code == 0
    assert "the service 'mail-gateway' already has the name" in pir(tmp_path, "new", "service", "--name", "MX").stderr
    assert pir(tmp_path, "build", "--edition", "all").exit_code == 0
    internal = (tmp_path / "published/internal/services/mail-gateway.html").read_text("utf-8")
    assert "Mail relay" in internal
    for page in (tmp_path / "published/clients/harbor-credit").rglob("services/*"):
        assert b"Mail relay" not in page.read_bytes()


@pytest.mark.parametrize("place", ["absolute", "from a folder within", "from another folder"])
def test_a_path_is_taken_from_where_the_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    base = write_base(tmp_path / "base")
    here, name = {
        "absolute": (tmp_path, str(base / FILE)),
        "from a folder within": (base / "kb/pirs", "2025/PIR-2025-0001.md"),
        "from another folder": (tmp_path, f"base/{FILE}"),
    }[place]
    monkeypatch.chdir(here)
    result = pir(base, "gate", name, "--json")
    assert json.loads(result.stdout)["id"] == "PIR-2025-0001"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("gate", "kb/lessons/LL-0001.md"), "'kb/lessons/LL-0001.md' is a lesson, not a review"),
        (("gate", "kb/registers/incidents.csv"), "'kb/registers/incidents.csv' is not the file of a review"),
        (("gate", "PIR-2025-001"), "did you mean 'PIR-2025-0001'"),
        (("release", "LL-001"), "did you mean 'LL-0001'"),
        (("kpi", "retenton"), "there is no KPI 'retenton'; did you mean 'retention'?"),
        (("kpi", "mttr"), "time-to-resolve"),
        (("kpi", "--client", "harbour"), "did you mean 'harbor-credit'"),
        (("kpi", "--service", "xyzzy"), "choose from mail-gateway"),
        (("diff", "--edition", "client:harbour-credit"), "there is no client 'harbour-credit'; did you mean"),
        (("diff", "--edition", "client:harbour-credit", ".", "."), "there is no client 'harbour-credit'; did you mean"),
    ],
)
def test_what_is_not_there_is_named_with_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(write_base(tmp_path))
    result = run_pir(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_review_that_cannot_be_read_is_sent_to_the_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_base(tmp_path, {FILE: REVIEW.replace("severity: SEV-2", "severity: [SEV-2")}))
    for name in ("pir-2025-0001", FILE):
        result = run_pir("gate", name)
        assert result.exit_code == 1
        assert (
            f"pirs/2025/PIR-2025-0001.md has errors; correct them first ('pir check {name}' shows them)"
            in result.stderr
        )
