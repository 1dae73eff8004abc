"""Pages in frames of MkDocs, ProperDocs, materialx and our own have the same content, whichever is installed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, find_problems, pir, write_base
from helpers.missing_packages import pir_without
from helpers.repository import ROOT
from helpers.site_pages import with_quotes

CONFIG = FILES["mkdocs.yml"]
NONE = ("mkdocs", "properdocs", "material")
CLIENT = "client:harbor-credit"

_CONTENT = re.compile(r"<article[^>]*>(.*?)</article>", re.DOTALL)


def _published(folder: Path, part: str = "published") -> dict[str, str]:
    site = folder / part
    files = (path for path in sorted(site.rglob("*")) if path.is_file() and ".pir" not in path.parts)
    return {path.relative_to(site).as_posix(): path.read_bytes().decode("utf-8", "replace") for path in files}


def _contents(files: dict[str, str]) -> dict[str, str]:
    """The content of each page, without its frame."""
    pages = {path: _CONTENT.search(text) for path, text in files.items() if path.endswith(".html")}
    return {path: match[1].strip() for path, match in pages.items() if match is not None and "404" not in path}


def _manifest(folder: Path) -> dict[str, object]:
    manifest: dict[str, object] = json.loads((folder / "published/.pir/manifest-internal.json").read_text("utf-8"))
    return manifest


def _built_without(packages: tuple[str, ...], folder: Path, config: str = CONFIG) -> dict[str, str]:
    write_base(folder, {"mkdocs.yml": config})
    done = pir_without(packages, folder, "build", "--edition", "all")
    assert done.returncode == 0, done.stdout + done.stderr
    return _published(folder)


@pytest.fixture(scope="module")
def with_mkdocs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("mkdocs")
    write_base(folder)
    result = pir(folder, "build", "--edition", "all")
    assert result.exit_code == 0, result.output
    assert {"mkdocs", "mkdocs-material"} <= _manifest(folder).keys()
    return _published(folder)


def test_plain_frames_hold_the_same_content_where_no_other_program_is_installed(
    tmp_path: Path, with_mkdocs: dict[str, str]
) -> None:
    plain = _built_without(NONE, tmp_path)
    ours = _contents(plain)
    assert len(ours) > 40
    assert ours == _contents(with_mkdocs)
    assert not {"mkdocs", "mkdocs-material", "properdocs"} & _manifest(tmp_path).keys()
    # data, search index and attachments are the same files
    others = {path for path in with_mkdocs if re.search(r"/(data|search|files|lists)/", path) and ".html" not in path}
    assert len(others) > 20
    assert [path for path in sorted(others) if plain.get(path) != with_mkdocs[path]] == []


def test_every_file_that_a_plain_page_names_is_published(tmp_path: Path) -> None:
    plain = _built_without(NONE, tmp_path, f"{CONFIG}\nsite_url: https://kb.example/reviews\n")
    pages = {path: text for path, text in plain.items() if path.endswith(".html")}
    root = tmp_path / "published"
    for path, text in pages.items():
        named = re.findall(r'(?:src|href)="(?!https?:|data:|mailto:|#)([^"#?]+)', with_quotes(text))
        missing = [name for name in named if not ((root / path).parent / name).resolve().is_file()]
        assert missing == [], path
    assert '<link rel=canonical href="https://kb.example/reviews/lessons.html">' in pages["internal/lessons.html"]
    assert "<loc>https://kb.example/reviews/lessons.html</loc>" in plain["internal/sitemap.xml"]
    assert not [path for path, text in plain.items() if path.startswith("clients/") and "kb.example" in text]


def test_properdocs_makes_the_same_pages_where_mkdocs_is_missing(tmp_path: Path, with_mkdocs: dict[str, str]) -> None:
    proper = _built_without(("mkdocs",), tmp_path)
    pages = {path for path in with_mkdocs if path.endswith(".html")}
    generator = re.compile(r"<meta name=generator[^>]*>")
    different = [p for p in sorted(pages) if generator.sub("", proper[p]) != generator.sub("", with_mkdocs[p])]
    assert different == []
    assert proper.keys() == with_mkdocs.keys()
    assert "properdocs" in _manifest(tmp_path)
    assert "mkdocs" not in _manifest(tmp_path)


def test_an_option_names_the_frame(tmp_path: Path) -> None:
    write_base(tmp_path, {"mkdocs.yml": CONFIG.replace("- pir:", "- pir:\n      frame: plain", 1)})
    assert pir(tmp_path, "build").exit_code == 0
    assert "plain-header" in _published(tmp_path)["internal/index.html"]
    assert "mkdocs" not in _manifest(tmp_path)


def test_a_frame_that_is_not_installed_is_named_with_the_command_that_installs_it(tmp_path: Path) -> None:
    write_base(tmp_path, {"mkdocs.yml": CONFIG.replace("- pir:", "- pir:\n      frame: properdocs", 1)})
    done = pir_without(("properdocs",), tmp_path, "build")
    assert done.returncode == 1
    assert "'frame: properdocs' needs properdocs, which is not installed" in done.stderr
    assert "pip install properdocs" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "published/internal").exists()


def test_a_preview_without_mkdocs_says_what_to_install(tmp_path: Path) -> None:
    write_base(tmp_path)
    done = pir_without(NONE, tmp_path, "serve", "--address", "127.0.0.1:8999")
    assert done.returncode == 1
    assert "pip install mkdocs mkdocs-material" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("edition", ["internal", CLIENT])
def test_a_responder_pack_needs_no_mkdocs(tmp_path: Path, edition: str) -> None:
    write_base(tmp_path)
    done = pir_without(NONE, tmp_path, "pack", "--edition", edition, "--out", str(tmp_path / "pack.zip"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "pack.zip").stat().st_size > 10_000


def test_other_pages_of_a_site_need_mkdocs_and_clients_do_not(tmp_path: Path) -> None:
    config = "site_name: Site\ntheme: {name: material}\nplugins:\n  - pir:\n      as_of: 2026-09-30\n"
    write_base(tmp_path, {"mkdocs.yml": config, "docs/index.md": "# Welcome\n"})
    done = pir_without(NONE, tmp_path, "build", "--edition", "internal")
    assert done.returncode == 1
    assert "this site has others in docs_dir" in done.stderr
    assert pir_without(NONE, tmp_path, "build", "--edition", CLIENT).returncode == 0


def test_a_frame_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    write_base(tmp_path, {"mkdocs.yml": CONFIG.replace("- pir:", "- pir:\n      frame: fancy", 1)})
    assert [problem["code"] for problem in find_problems(tmp_path)] == ["PIR602"]


def test_unchanged_plain_pages_are_taken_over(tmp_path: Path) -> None:
    config = CONFIG.replace("- pir:", "- pir:\n      frame: plain", 1)
    write_base(tmp_path, {"mkdocs.yml": config})
    assert pir(tmp_path, "build").exit_code == 0
    before = {path: path.stat().st_ino for path in (tmp_path / "published/internal/lessons").glob("*.html")}
    write_base(tmp_path, {"mkdocs.yml": config, "kb/handbook/extra.md": "---\ntitle: Extra\n---\n## One\n\nWords.\n"})
    assert pir(tmp_path, "build").exit_code == 0
    after = {path: path.stat().st_ino for path in (tmp_path / "published/internal/lessons").glob("*.html")}
    assert before
    assert before == after


@pytest.mark.browser
def test_a_plain_page_searches_and_switches_its_colours(tmp_path: Path, browser: object) -> None:
    write_base(tmp_path, {"mkdocs.yml": CONFIG.replace("- pir:", "- pir:\n      frame: plain", 1)})
    assert pir(tmp_path, "build").exit_code == 0
    page = browser.new_page()  # type: ignore[attr-defined]
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto((tmp_path / "published/internal/lessons/LL-0001.html").as_uri())
    assert page.evaluate("document.body.dataset.mdColorScheme") == "default"
    page.click(".plain-scheme")
    assert page.evaluate("document.body.dataset.mdColorScheme") == "slate"
    page.fill(".pir-header-search input", "certificate")
    page.wait_for_selector(".pir-search-box__list [role=option]")
    assert faults == []
    page.close()


def _with_materialx(folder: Path) -> Path:
    """A folder with the theme materialx, whose files would else overwrite those of Material."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
    names = ["mkdocs-materialx", "mkdocs-document-dates"]
    if subprocess.run([*command, *names], capture_output=True, check=False).returncode:
        pytest.skip("mkdocs-materialx cannot be installed here")
    return folder


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("missing", "theme"),
    [
        (("properdocs",), "material"),
        (("mkdocs",), "material"),
        (("properdocs",), "materialx"),
        (("mkdocs",), "materialx"),
        (NONE, "material"),
    ],
    ids=["MkDocs, Material", "ProperDocs, Material", "MkDocs, materialx", "ProperDocs, materialx", "plain"],
)
def test_the_demonstration_has_the_same_content_in_every_frame(
    tmp_path: Path, missing: tuple[str, ...], theme: str, demonstration_contents: dict[str, str]
) -> None:
    shutil.copytree(ROOT / "kb", tmp_path / "kb")
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    (tmp_path / "mkdocs.yml").write_text(text.replace("name: material", f"name: {theme}", 1), "utf-8")
    packages = _with_materialx(tmp_path / "packages") if theme == "materialx" else None
    done = pir_without(missing, tmp_path, "build", "--edition", "all", packages=packages)
    assert done.returncode == 0, done.stdout + done.stderr
    if packages is not None:
        assert "mkdocs-materialx" in _manifest(tmp_path)
    assert _contents(_published(tmp_path)) == demonstration_contents


@pytest.fixture(scope="module")
def demonstration_contents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("demonstration")
    shutil.copytree(ROOT / "kb", folder / "kb")
    shutil.copyfile(ROOT / "mkdocs.yml", folder / "mkdocs.yml")
    assert pir(folder, "build", "--edition", "all").exit_code == 0
    contents = _contents(_published(folder))
    assert len(contents) > 500
    return contents
