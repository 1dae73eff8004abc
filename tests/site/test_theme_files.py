"""The files of a theme: those that are published are all listed, and the hidden ones are not looked through."""

from __future__ import annotations

from pathlib import Path

from helpers.knowledge_base import FILES, load_base, write_base
from jinja2 import Environment, FileSystemLoader
from mkdocs.config import load_config
from mkdocs.structure.files import Files

from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.site.mkdocs_config import configure
from mkdocs_pir.site.theme_files import VisibleFiles, lists_visible_files


def test_mkdocs_finds_the_same_files_of_the_theme(tmp_path: Path) -> None:
    look = {"look/assets/own.svg": "<svg/>", "look/.hidden/own.svg": "<svg/>", "look/assets/.own.svg": "<svg/>"}
    config = FILES["mkdocs.yml"]
    assert isinstance(config, str)
    named = config.replace("{name: material}", "{name: material, custom_dir: look}")
    base = write_base(tmp_path, {"mkdocs.yml": named, **look})
    found = []
    for changed in (False, True):
        config = load_config(str(base / "mkdocs.yml"))
        listed = config.theme.get_env
        configure(config, project(load_base(base), Edition()), leaves_offline=False)
        env = (config.theme.get_env if changed else listed)()
        files = Files([])
        files.add_files_from_theme(env, config)
        found.append([(file.src_uri, file.abs_src_path) for file in files])
        assert isinstance(env.loader, VisibleFiles) == changed
        assert any(name.startswith(".icons/") for name in env.list_templates()) != changed
    assert found[0] == found[1]
    assert [name for name, _ in found[1] if "own" in name] == ["assets/own.svg"]


def test_a_hidden_template_can_be_loaded_all_the_same(tmp_path: Path) -> None:
    (tmp_path / ".icons").mkdir()
    (tmp_path / ".icons/dot.svg").write_text("<svg/>", "utf-8")
    env = lists_visible_files(lambda: Environment(loader=FileSystemLoader(tmp_path)))()
    assert (env.list_templates(), env.get_template(".icons/dot.svg").render()) == ([], "<svg/>")


def test_a_loader_of_somebody_elses_stays() -> None:
    assert lists_visible_files(Environment)().loader is None
