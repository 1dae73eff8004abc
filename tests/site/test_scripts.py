"""The scripts and style sheets of the pages: the lists by which they load name what is there, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mkdocs_pir.site.scripts import FOLDER, SCRIPTS, STYLE_SHEETS, script_bundle, style_bundle
from mkdocs_pir.site.theme import theme_folder


def _in_the_theme(folder: str, ending: str) -> set[str]:
    return {f"{folder}/{path.name}" for path in (theme_folder() / folder).glob(f"*{ending}")}


def test_every_script_of_the_theme_is_loaded_and_every_script_that_is_loaded_is_there() -> None:
    assert len(set(SCRIPTS)) == len(SCRIPTS)
    assert set(SCRIPTS) == _in_the_theme(FOLDER, ".js")


def test_every_style_sheet_of_the_theme_is_loaded_and_every_one_that_is_loaded_is_there() -> None:
    assert len(set(STYLE_SHEETS)) == len(STYLE_SHEETS)
    assert set(STYLE_SHEETS) == _in_the_theme("assets/stylesheets", ".css")


@pytest.mark.parametrize(("bundle", "paths"), [(script_bundle, SCRIPTS), (style_bundle, STYLE_SHEETS)])
def test_files_are_joined_in_their_order(bundle: Callable[[], tuple[str, bytes]], paths: tuple[str, ...]) -> None:
    _, content = bundle()
    texts = [(theme_folder() / path).read_text("utf-8").split("*/\n", 1)[1] for path in paths]
    assert content.decode() == "\n".join(texts)
