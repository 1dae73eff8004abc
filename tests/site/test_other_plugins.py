"""The most used plugins of MkDocs beside ours: a site that has one keeps its pages as they were, and gets the records.

docs/other-plugins.md lists them with the results. Their packages are the group `other-plugins` of pyproject.toml.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from itertools import chain
from pathlib import Path

import install_other_plugins
import pytest
from helpers.git_repository import commit_all
from helpers.knowledge_base import FILES, pir
from helpers.repository import ROOT
from helpers.site_pages import NAVIGATION, SEARCH, without

CONFIG = """\
site_name: Handbook
theme:
  name: material
  font: false
plugins:
  - search
{plugin}{pir}
"""

PAGES = {
    "docs/index.md": "---\ntitle: Start\n---\n# Start\n\nWelcome. [Later](guide/later.md)\n\n![A dot](dot.png)\n",
    "docs/guide/index.md": "# Guide\n\nHow we work, see <https://example.org/>.\n",
    "docs/guide/later.md": "# Later\n\n## Parts\n\nMore words.\n",
    "docs/dot.png": bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
    ),
}

RECORD = "kb/pirs/2025/PIR-2025-0001.html"


@dataclass(frozen=True)
class Case:
    """A plugin with its lines of `plugins`, the files it needs, and what it writes: a text by the path of a page.

    `differs` says why pages may differ from those without the records; `cannot` why it does not work beside ours.
    """

    lines: str
    shows: Mapping[str, str]
    files: Mapping[str, str] = field(default_factory=dict)
    differs: str = ""
    cannot: str = ""


NOTEBOOK = (
    '{"cells": [{"cell_type": "markdown", "metadata": {}, "source": ["# Measured"]}, {"cell_type": "code", "metadata": {}, '
    '"execution_count": 1, "outputs": [], "source": ["answer = 6 * 7"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 2}'
)

PLUGINS: Mapping[str, Case] = {
    "mkdocstrings": Case(
        "  - mkdocstrings: {handlers: {python: {paths: [.]}}}\n",
        {"api/index.html": "Say hello to somebody"},
        {"sample.py": 'def greet() -> None:\n    """Say hello to somebody."""\n', "docs/api.md": "# API\n\n::: sample.greet\n"},
    ),
    "mkdocs-autorefs": Case(
        "  - autorefs\n",
        {"linked/index.html": 'href="../guide/later/#parts"'},
        {"docs/linked.md": "# Linked\n\n[the parts][parts]\n"},
    ),
    "mkdocs-macros-plugin": Case(
        "  - macros\n",
        {"macro/index.html": "The name is Handbook, made of 42"},
        {"docs/macro.md": "# Macro\n\nThe name is {{ config.site_name }}, made of {{ 6 * 7 }}\n"},
    ),
    "mkdocs-git-revision-date-localized-plugin": Case(
        "  - git-revision-date-localized: {fallback_to_build_date: true, type: iso_date}\n",
        {"guide/later/index.html": "2026-01-02"},
    ),
    "mkdocs-redirects": Case(
        "  - redirects: {redirect_maps: {old.md: guide/later.md}}\n", {"old/index.html": "url=../guide/later/"}
    ),
    "mkdocs-literate-nav": Case(
        "  - literate-nav: {nav_file: SUMMARY.md}\n",
        {"index.html": "The later part"},
        {"docs/SUMMARY.md": "- [Start](index.md)\n- [Guide](guide/index.md)\n- [The later part](guide/later.md)\n"},
    ),
    "mkdocs-glightbox": Case("  - glightbox\n", {"index.html": 'class="glightbox"'}),
    "mkdocs-monorepo-plugin": Case(
        "nav:\n  - Start: index.md\n  - Team: '!include ./team/mkdocs.yml'\nplugins:\n  - search\n  - monorepo\n",
        {"team/index.html": "The team"},
        {
            "team/mkdocs.yml": "site_name: team\nnav:\n  - Home: index.md\n",
            "team/docs/index.md": "# The team\n",
        },
    ),
    "mkdocs-gen-files": Case(
        "  - gen-files: {scripts: [made.py]}\n",
        {"made/index.html": "Made by a script"},
        {"made.py": "import mkdocs_gen_files\nwith mkdocs_gen_files.open('made.md', 'w') as f:\n    f.write('# Made by a script')\n"},
    ),
    "mike": Case("  - mike\n", {"index.html": "Welcome"}),
    "mkdocs-section-index": Case(
        "nav:\n  - Start: index.md\n  - Guide: [guide/index.md, guide/later.md]\nplugins:\n  - search\n  - section-index\n",
        {"index.html": 'href="guide/"'},
    ),
    "mkdocs-minify-plugin": Case("  - minify: {minify_html: true}\n", {"index.html": "<p>Welcome."}),
    "mkdocs-awesome-pages-plugin": Case(
        "  - awesome-pages\n",
        {"index.html": "First of all"},
        {"docs/.pages": "nav:\n  - First of all: index.md\n  - guide\n"},
    ),
    "mkdocs-mermaid2-plugin": Case(
        "  - mermaid2\n",
        {"drawn/index.html": 'class="mermaid"'},
        {"docs/drawn.md": "# Drawn\n\n```mermaid\ngraph LR\n  A --> B\n```\n"},
    ),
    "mkdocs-include-markdown-plugin": Case(
        "  - include-markdown\n",
        {"with/index.html": "Shared words"},
        {"docs/with.md": "# With\n\n{% include-markdown '../shared.md' %}\n", "shared.md": "Shared words\n"},
    ),
    "mkdocs-panzoom-plugin": Case("  - panzoom\n", {"index.html": "Welcome"}),
    "mkdocs-jupyter": Case("  - mkdocs-jupyter\n", {"measured/index.html": "answer"}, {"docs/measured.ipynb": NOTEBOOK}),
    "mkdocs-meta-manager": Case(
        "  - tags\n  - meta-manager\n",
        {"guide/later/index.html": "on-call"},
        {"docs/guide/.meta.yml": "tags: [on-call]\n"},
    ),
    "mkdocs-link-marker": Case("  - link-marker\n", {"guide/index.html": "https://example.org/"}),
    "mkdocs-awesome-nav": Case(
        "  - awesome-nav\n",
        {"index.html": "First of all"},
        {"docs/.nav.yml": "nav:\n  - First of all: index.md\n  - guide\n"},
    ),
    "mkdocs-static-i18n": Case(
        "  - i18n: {docs_structure: suffix, languages: [{locale: en, default: true, name: English, build: true}, "
        "{locale: de, name: Deutsch, build: true}]}\n",
        {"de/guide/later/index.html": "Spät"},
        {"docs/guide/later.de.md": "# Spät\n"},
        cannot="does not work: it expects each file of a site on the disk, and those of the records are made while building",
    ),
    "mkdocs-git-authors-plugin": Case("  - git-authors\n", {"guide/later/index.html": "a@a.example"}),
    "mkdocs-table-reader-plugin": Case(
        "  - table-reader\n",
        {"table/index.html": ">Friday</td>"},
        {"docs/table.md": "# Table\n\n{{ read_csv('rota.csv') }}\n", "docs/rota.csv": "day,who\nFriday,Ann\n"},
    ),
    "mkdocs-rss-plugin": Case("  - rss\n", {"feed_rss_created.xml": "<title>Later</title>"}),
    "mkdocs-exclude": Case(
        "  - exclude: {glob: ['guide/drafts/*']}\n",
        {"index.html": "Welcome"},
        {"docs/guide/drafts/no.md": "# No\n"},
    ),
    "mkdocs-print-site-plugin": Case(
        "  - print-site\n", {"print_page/index.html": "More words."}, differs="its page with the whole site holds the records too"
    ),
    "mkdocs-llmstxt": Case(
        "  - llmstxt: {sections: {Guide: [guide/later.md]}}\n", {"llms.txt": "Later"}
    ),
}  # fmt: skip


NOT_TRIED = {
    "mkdocs-techdocs-core": "not tried to the end: it asks the network while it builds, without our plugin too",
    "mkdocs-git-committers-plugin-2": "not tried: it asks GitHub for the names of authors",
}
"""Plugins that are used much and need what a test has not, with the reason."""


def _config(case: Case, ours: str) -> str:
    head, rest = ("", case.lines) if case.lines.startswith("  - ") else case.lines.split("plugins:\n", 1)
    rest = rest.removeprefix("  - search\n")
    return CONFIG.format(plugin=rest, pir=ours) + head + "site_url: https://handbook.example/\n"


def _built(folder: Path, case: Case, ours: str = "") -> tuple[dict[str, bytes], str]:
    """The published files by path, and what was said."""
    records = {name: text for name, text in FILES.items() if name.startswith("kb/")} if ours else {}
    for name, content in {**PAGES, **case.files, **records, "mkdocs.yml": _config(case, ours)}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    commit_all(folder)
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(folder / "mkdocs.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    site = folder / "site"
    return {
        file.relative_to(site).as_posix(): file.read_bytes() for file in site.rglob("*") if file.is_file()
    }, done.stderr


def _needs(name: str) -> None:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        pytest.skip(f"{name} is not installed")


@pytest.fixture(autouse=True)
def _one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(name, "2026-01-02T12:00:00Z")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")


@pytest.mark.nightly
@pytest.mark.browser
@pytest.mark.parametrize("name", PLUGINS)
def test_a_site_with_another_plugin_keeps_its_pages_and_gets_the_records(
    name: str, tmp_path: Path, browser: object
) -> None:
    _needs(name)
    case = PLUGINS[name]
    before, _ = _built(tmp_path / "before", case)
    if case.cannot:
        with pytest.raises(AssertionError, match="Traceback"):
            _built(tmp_path / "after", case, "  - pir: {as_of: 2026-09-30}\n")
        return
    after, said = _built(tmp_path / "after", case, "  - pir: {as_of: 2026-09-30}\n")
    for path, text in case.shows.items():
        assert text in before[path].decode(), "the plugin does not do what it should"
        assert text in after[path].decode(), path
    assert "Traceback" not in said
    differences = [
        path
        for path, content in before.items()
        if path.endswith(".html")
        and without(content.decode(), NAVIGATION, SEARCH) != without(after[path].decode(), NAVIGATION, SEARCH)
    ]
    if not case.differs:
        assert differences == []
    _works_in_a_browser(tmp_path / "after/site", browser)


def _works_in_a_browser(site: Path, browser: object) -> None:
    """A page of a record has its text and the theme's scripts, and the search finds both."""
    page = browser.new_page()  # type: ignore[attr-defined]
    page.goto((site / RECORD).as_uri())
    assert "Mail stood still" in page.inner_text("h1")
    assert page.evaluate("typeof __md_get") == "function", "the theme's own script ran"
    page.fill(".pir-header-search input", "later")
    page.wait_for_selector(".pir-search-box__list [role=option]")
    page.close()


def test_the_page_of_other_plugins_says_what_was_tried() -> None:
    page = (ROOT / "docs/other-plugins.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([\w-]+)` \| (.+?) \|$", page, re.M))
    expected = {
        name: case.cannot or (f"works; {case.differs}" if case.differs else "works") for name, case in PLUGINS.items()
    }
    assert rows == {**expected, **NOT_TRIED}


def test_the_plugins_that_are_tried_are_installed_for_the_nightly_tests_alone() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    group = {re.split(r"[\[<>=~!]", name)[0] for name in project["dependency-groups"]["other-plugins"]}
    assert group == set(PLUGINS)
    assert "python tests/install_other_plugins.py\n" in (ROOT / "Makefile").read_text("utf-8")
    required = " ".join(
        [*project["project"]["dependencies"], *chain(*project["project"]["optional-dependencies"].values())]
    )
    assert [name for name in PLUGINS if re.search(rf"\b{name}\b", required)] == []


def test_a_plugin_that_cannot_be_installed_is_named_and_the_others_are_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    installed: list[str] = []

    def install(requirements: Sequence[str]) -> bool:
        if "mike" in requirements:
            return False
        installed.extend(requirements)
        return True

    monkeypatch.setattr(install_other_plugins, "pip_install", install)
    for ci, exit_code in (("", 0), ("true", 1)):
        monkeypatch.setenv("CI", ci)
        assert install_other_plugins.main() == exit_code
        assert re.findall(r"^\*    (.+)$", capsys.readouterr().out, re.M) == ["mike"]
    assert set(install_other_plugins.plugins()) - set(installed) == {"mike"}


@pytest.mark.nightly
def test_a_client_edition_knows_nothing_of_another_plugin(tmp_path: Path) -> None:
    _needs("mkdocs-macros-plugin")
    _built(tmp_path, PLUGINS["mkdocs-macros-plugin"], "  - pir: {as_of: 2026-09-30}\n")
    assert pir(tmp_path, "build", "--edition", "client:harbor-credit").exit_code == 0
