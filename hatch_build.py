"""Puts the manual page into the packages that are built, where `make man` has made it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MADE = "build/man/pir.1"


class ManualPage(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        page = Path(self.root) / MADE
        if not page.is_file():
            return
        if self.target_name == "wheel":
            build_data["shared_data"][str(page)] = "share/man/man1/pir.1"
        else:
            build_data["force_include"][str(page)] = MADE
