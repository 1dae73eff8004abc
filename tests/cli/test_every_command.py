"""What holds for every command: quiet where it is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from ground import lay, pir


@pytest.mark.parametrize("arguments", [("-q", "check"), ("check", "-q"), ("check", "--strict", "--quiet")])
def test_quiet_may_stand_before_or_after_the_command(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    lay(tmp_path)
    assert "records: " in pir(tmp_path, "check").stderr
    result = pir(tmp_path, *arguments)
    assert (result.exit_code, result.output) == (0, "")
