"""Where this repository lies, with its demonstration, documentation and package."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
