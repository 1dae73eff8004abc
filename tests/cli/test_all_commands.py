"""What holds for several commands: `--quiet`, impossible days, records that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, pir, write_base


@pytest.mark.parametrize("arguments", [("-q", "check"), ("check", "-q"), ("check", "--strict", "--quiet")])
def test_quiet_may_stand_before_or_after_the_command(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    write_base(tmp_path)
    assert "records: " in pir(tmp_path, "check").stderr
    result = pir(tmp_path, *arguments)
    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("kpi", "--as-of", "0001-01-01"),
        ("kpi", "--as-of", "9999-12-31"),
        ("kpi", "--window", "0001-01-01..9999-12-31"),
        ("export", "figures", "--as-of", "0001-01-01"),
        ("actions", "--as-of", "20260"),
    ],
    ids=" ".join,
)
def test_a_day_beyond_any_reckoning_is_refused_in_a_sentence(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = pir(write_base(tmp_path), *arguments)
    assert result.exit_code == 2
    assert "2199 are allowed" in result.stderr or "write it as 2026-09-30" in result.stderr


@pytest.mark.parametrize("command", [("kpi",), ("kpi", "coverage", "--json"), ("actions",), ("export", "kpis")])
def test_what_cannot_be_read_is_not_left_out_of_figures_in_silence(tmp_path: Path, command: tuple[str, ...]) -> None:
    review = FILES["kb/pirs/2025/PIR-2025-0001.md"]
    sound = pir(write_base(tmp_path / "sound"), *command)
    assert "left out; 'pir check'" not in sound.stderr
    broken = str(review).replace("severity: SEV-2", "severity: SEV-9")
    result = pir(write_base(tmp_path / "broken", {"kb/pirs/2025/PIR-2025-0001.md": broken}), *command)
    assert result.exit_code == 0
    assert result.stderr.splitlines()[0] == "1 record with errors is left out; 'pir check' shows the errors"
    assert "left out; 'pir check'" not in result.stdout
