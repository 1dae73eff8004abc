"""Ways around the projection that MkDocs offers: each holds a canary, and none reaches a client."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.folders import read_everything
from helpers.knowledge_base import FILES, pir, write_base

CLIENT = "client:harbor-credit"
SETTINGS = """\
site_author: zqauthor
site_description: zqdescription
site_url: https://zqaddress.example/
repo_url: https://zqrepository.example/kb
repo_name: zqreponame
edit_uri: edit/zqedituri/
copyright: zqcopyright
remote_branch: zqbranch
nav:
  - zqnavtitle: handbook/inside.md
not_in_nav: zqnotinnav
validation: {nav: {omitted_files: info}}
extra:
  social: [{icon: fontawesome/brands/mastodon, link: 'https://zqsocial.example', name: zqsocialname}]
  generator: zqgenerator
  analytics: {provider: google, property: zqanalytics}
  zqkey: zqextra
"""
THEME = "theme:\n  name: material\n  logo: zqlogo.png\n  favicon: zqfavicon.png\n  custom_dir: zqtheme\n  features: [content.action.edit, navigation.tabs]\n"
INSIDE = "---\ntitle: zqpagetitle\ndescription: zqpagedescription\nx-author: zqpageauthor\n---\n# zqpageheading\n\nzqpagetext\n"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base whose configuration and loose files say things that no client may read."""
    config = (
        FILES["mkdocs.yml"].replace("theme: {name: material}\n", THEME).replace("theme:\n  name: material\n", THEME)
    )
    folder = write_base(
        tmp_path_factory.mktemp("channels"),
        {
            "mkdocs.yml": config + SETTINGS,
            "kb/handbook/inside.md": INSIDE,
            # a page and a folder's index that would be published at one address
            "kb/handbook/twice.md": "---\ntitle: zqtwice\naudience: internal\n---\nzqtwicetext\n",
            "kb/handbook/twice/index.md": "---\ntitle: zqtwiceindex\n---\nzqtwiceindextext\n",
            "zqtheme/partials/copyright.html": "<p>zqtemplatetext</p>",
            "zqtheme/assets/zqasset.txt": "zqassettext",
            "kb/.zqdotfile": "zqdotfiletext",
            "kb/.cache/zqcache.html": "zqcachetext",
            "kb/assets/zqloose.html": "<p>zqloosetext</p>",
            "kb/tags.md": "---\ntitle: zqtagspage\ntags: [zqtag]\n---\n",
        },
    )
    for name in ("zqlogo.png", "zqfavicon.png"):
        (folder / "kb" / name).write_bytes(b"\x89PNG\r\n\x1a\nzqpicture")
    commit = ["git", "-C", str(folder), "-c", "user.name=zqgitname", "-c", "user.email=zqgitmail@zqgit.example"]
    subprocess.run(["git", "-C", str(folder), "init", "-q", "-b", "zqgitbranch"], check=True)
    subprocess.run([*commit, "add", "-A"], check=True)
    subprocess.run([*commit, "commit", "-q", "-m", "zqgitmessage", "--date", "2019-02-03T04:05:06Z"], check=True)
    # left behind in the published folder by whatever was there before
    assert pir(folder, "build", "--edition", CLIENT).exit_code == 0
    old = folder / "published/clients/harbor-credit"
    (old / ".zqstale").mkdir(parents=True)
    (old / ".zqstale/zqstale.json").write_text("zqstaletext")
    (old / "zqstale.html").write_text("zqstaletext")
    return folder


@pytest.fixture(scope="module")
def published(base: Path) -> str:
    result = pir(base, "build", "--edition", CLIENT)
    assert result.exit_code == 0, result.output
    return read_everything(base / "published/clients/harbor-credit")


def test_nothing_of_the_configuration_or_of_loose_files_reaches_a_client(published: str) -> None:
    assert [word for word in published.split() if "zq" in word] == []
    assert "mail stood still for five hours" in published


@pytest.mark.parametrize("trace", ["2019-02-03", "zqgitname", "handbook/inside", "handbook/twice", "pirs/2024"])
def test_no_path_or_date_of_what_stays_inside_reaches_a_client(published: str, trace: str) -> None:
    assert trace not in published


def test_no_path_of_this_machine_reaches_a_client(base: Path, published: str) -> None:
    assert str(base).casefold() not in published
    assert Path.home().name.casefold() + "/" not in published
    assert os.uname().nodename.casefold() not in published


@pytest.mark.parametrize(
    "option",
    [
        "markdown_extensions: [pymdownx.snippets]",
        "markdown_extensions: [{pymdownx.superfences: {custom_fences: [{name: x, class: x, format: !!python/name:os.system }]}}]",
        "markdown_extensions: [{toc: {slugify: !!python/name:os.path.basename }}]",
        "markdown_extensions: [{abbr: {glossary: {mail: zq}}}]",
    ],
)
def test_extensions_of_the_sites_own_pages_are_unknown_to_a_client(tmp_path: Path, option: str) -> None:
    folder = write_base(tmp_path, {"mkdocs.yml": FILES["mkdocs.yml"] + option + "\n", "zq.py": "print('zq')\n"})
    result = pir(folder, "build", "--edition", CLIENT)
    assert result.exit_code == 0, result.output
    assert "zq" not in read_everything(folder / "published/clients/harbor-credit")


OF_THE_SITE = """\
hooks: [zq.py]
watch: [kb]
extra_css: [zq.css]
extra_javascript: [zq.js]
extra_templates: [zq.html]
extra: {zqextra: !!python/object/apply:os.system ["touch zqran"]}
nav: [{zqnav: handbook/on-call.md}]
"""


def test_plugins_and_settings_of_the_site_are_unknown_to_a_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    plugins = "plugins:\n  - tags\n  - social\n  - zqplugin\n"
    config = FILES["mkdocs.yml"].replace("plugins:\n", plugins) + OF_THE_SITE
    assert plugins in config
    loose = {f"kb/zq.{ending}": "zq" for ending in ("css", "js", "html")}
    folder = write_base(tmp_path, {"mkdocs.yml": config, "zq.py": "raise SystemExit('zq')\n", **loose})
    result = pir(folder, "build", "--edition", CLIENT)
    assert result.exit_code == 0, result.stderr
    assert "zq" not in read_everything(folder / "published/clients/harbor-credit")
    assert not (tmp_path / "zqran").exists()


def test_a_plugin_that_is_not_installed_is_named(tmp_path: Path) -> None:
    folder = write_base(tmp_path, {"mkdocs.yml": FILES["mkdocs.yml"].replace("plugins:\n", "plugins:\n  - zqplugin\n")})
    result = pir(folder, "build")
    assert result.exit_code == 1
    assert "zqplugin" in result.stderr


def test_what_is_inherited_is_as_unknown_as_what_is_written(tmp_path: Path) -> None:
    folder = write_base(
        tmp_path,
        {
            "mkdocs.yml": "INHERIT: base.yml\n" + FILES["mkdocs.yml"],
            "base.yml": "extra_css: [zq.css]\nsite_description: zqinherited\n",
        },
    )
    result = pir(folder, "build", "--edition", CLIENT)
    assert result.exit_code == 0, result.stderr
    assert "zq" not in read_everything(folder / "published/clients/harbor-credit")


def test_mkdocs_build_makes_a_clients_edition_without_what_stays_inside_dirty_or_not(base: Path) -> None:
    """`mkdocs build --dirty` leaves what it finds in the folder; what it writes itself is filtered all the same."""
    config = base / "client.yml"
    config.write_text("INHERIT: mkdocs.yml\nplugins:\n  pir:\n    edition: client:harbor-credit\n", "utf-8")
    for number, how in enumerate(([], ["--dirty"])):
        out = base / f"by-mkdocs-{number}"
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "-q", *how, "-f", str(config), "-d", str(out)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            assert [word for word in read_everything(out).split() if "zq" in word] == []
        else:
            assert "Traceback" not in done.stderr, done.stderr[-800:]
            assert "PIR" in done.stderr, done.stderr[-800:]
