"""Whatever a command gives for a client was audited: handed over through the audit, or answered from what was published."""

from __future__ import annotations

from pathlib import Path

import pytest
from ground import FILES, lay, pir

CLIENT = ("--edition", "client:harbor-credit")
SERVICE = "kb/services/mail-gateway.md"
LEAKING = {SERVICE: FILES[SERVICE].replace("name: Mail gateway", "name: Mail gateway of Quellmark Stores")}


@pytest.mark.parametrize("what", ["records", "kpis"])
@pytest.mark.parametrize("out", [(), ("--out", "given.json")])
def test_an_export_for_a_client_is_audited_first(
    tmp_path: Path, what: str, out: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = lay(tmp_path, LEAKING)
    monkeypatch.chdir(folder)
    (folder / "given.json").write_text("what was there")
    result = pir(folder, "export", what, *CLIENT, *out)
    assert result.exit_code == 1
    assert "PIR606" in result.stderr
    assert result.stdout == ""
    assert (folder / "given.json").read_text() == "what was there"
    assert pir(folder, "export", what, *out).exit_code == 0


@pytest.mark.parametrize("form", ["json", "csv", "atom", "ics"])
def test_a_clean_export_for_a_client_passes_the_audit_in_every_form(tmp_path: Path, form: str) -> None:
    result = pir(lay(tmp_path), "export", "records", *CLIENT, "--format", form)
    assert result.exit_code == 0, result.output
    assert "Mail stood still" in result.stdout
