"""MkDocs without the plugin, ProperDocs and Zensical publish no record."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from helpers.knowledge_base import pir, write_base
from helpers.repository import ROOT

from mkdocs_pir.kb import frontmatter, record_files

BIN = Path(sys.executable).parent

RENDERERS: dict[str, tuple[str, ...]] = {
    "mkdocs": (sys.executable, "-m", "mkdocs", "build", "-q", "-f", "mkdocs.yml"),
    "properdocs": (sys.executable, "-m", "properdocs", "build", "-q", "-f", "mkdocs.yml"),
    "zensical": (str(BIN / "zensical"), "build", "-f", "mkdocs.yml"),
}


def _demonstration(folder: Path) -> None:
    shutil.copytree(ROOT / "kb", folder / "kb")
    shutil.copyfile(ROOT / "mkdocs.yml", folder / "mkdocs.yml")


def _starter(folder: Path) -> None:
    assert pir(folder.parent, "init", folder.name).exit_code == 0


def _beside_pages(folder: Path) -> None:
    config = "site_name: Site\ntheme:\n  name: material\nplugins:\n  - pir:\n      as_of: 2026-09-30\n"
    write_base(folder, {"mkdocs.yml": config, "docs/index.md": "# Welcome\n"})


BASES: dict[str, Callable[[Path], None]] = {
    "demonstration": _demonstration,
    "starter": _starter,
    "beside pages": _beside_pages,
}


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("base", BASES)
def test_another_renderer_publishes_no_record(tmp_path: Path, renderer: str, base: str) -> None:
    folder = tmp_path / "base"
    folder.mkdir()
    BASES[base](folder)
    # Zensical passes over plugins that it does not have; the others stop there
    if renderer != "zensical":
        _without_the_plugin(folder / "mkdocs.yml")
    done = subprocess.run(
        RENDERERS[renderer], cwd=folder, capture_output=True, text=True, check=False, env={"PATH": str(BIN)}
    )
    published = list((folder / "site").rglob("*")) if (folder / "site").is_dir() else []
    assert done.returncode == 0, done.stderr
    assert published, done.stdout
    said = b"\n".join(file.read_bytes() for file in published if file.is_file())
    telling = list(_telling(folder / "kb"))
    assert len(telling) >= 10
    assert [word for word in telling if word.encode() in said] == []


def test_the_same_folder_left_open_is_published_by_another_renderer(tmp_path: Path) -> None:
    """What the test above looks for is found where nothing closes the folder."""
    write_base(tmp_path, {"mkdocs.yml": "site_name: Open\ndocs_dir: kb\ntheme:\n  name: material\nplugins: []\n"})
    subprocess.run(RENDERERS["mkdocs"], cwd=tmp_path, check=True, env={"PATH": str(BIN)})
    said = b"\n".join(file.read_bytes() for file in (tmp_path / "site").rglob("*") if file.is_file())
    assert [word for word in _telling(tmp_path / "kb") if word.encode() in said]


def _without_the_plugin(config: Path) -> None:
    """Take the plugin out of the list: MkDocs and ProperDocs stop where it is listed and missing."""
    text = config.read_text("utf-8")
    config.write_text(re.sub(r"^plugins:\n(?:[ #-].*\n|\n)*", "plugins: []\n", text, flags=re.M), "utf-8")
    assert yaml.safe_load(config.read_text("utf-8"))["plugins"] == []


def _telling(records: Path) -> Iterator[str]:
    """The title or name of every record, and every row of the registers."""
    for path in record_files.record_paths(records)[0]:
        data = frontmatter.parse((records / path).read_text("utf-8"), path).data if _has_fields(records / path) else {}
        yield from (str(data[key]) for key in ("title", "name") if len(str(data.get(key, ""))) > 12)
    for register in (records / "registers").glob("*.csv"):
        yield from (line for line in register.read_text("utf-8").splitlines()[1:] if line)


def _has_fields(file: Path) -> bool:
    return file.read_text("utf-8").startswith("---")
