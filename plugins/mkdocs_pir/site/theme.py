"""The theme layer over Material for MkDocs: the folder of its templates, style sheets and scripts."""

from __future__ import annotations

from pathlib import Path


def theme_folder() -> Path:
    """The folder theme_overrides: inside the installed package, or beside the sources in an editable install."""
    package = Path(__file__).parents[1]
    inside = package / "theme_overrides"
    return inside if inside.is_dir() else package.parents[1] / "theme_overrides"
