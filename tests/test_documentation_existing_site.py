"""The recipes of docs/existing-site.md and docs/frame.md do what the pages say, to a site that was there before them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, pir
from helpers.missing_packages import pir_without
from helpers.repository import ROOT
from helpers.site_pages import NAVIGATION, SEARCH, without

SITE = {
    "docs/index.md": "# Start\n\nHow we work. [The guide](guide.md)\n",
    "docs/guide.md": "---\ntags: [rota]\n---\n# Guide\n\n## On call\n\nA certificate is renewed by its owner.\n",
}
RECORDS = {name: text for name, text in FILES.items() if name.startswith("kb/")}
REVIEW = "kb/pirs/2025/PIR-2025-0001/index.html"

_PROPERDOCS = """
import sys
sys.modules["mkdocs"] = None
from properdocs.__main__ import cli
cli(sys.argv[1:])
"""

PROGRAMS = {
    "mkdocs": (sys.executable, "-m", "mkdocs"),
    "properdocs": (sys.executable, "-c", _PROPERDOCS),
}
"""The programs that make a site; the second where MkDocs is not installed."""


def recipe(page: str, first: str) -> str:
    """The text of the YAML block of a page that begins with a line."""
    text = (ROOT / page).read_text("utf-8")
    (block,) = (one for one in re.findall(r"^```yaml\n(.*?)^```", text, re.M | re.S) if one.startswith(first))
    return str(block)


WHOLE = recipe("docs/existing-site.md", "site_name: Operations")


def _build(folder: Path, program: str, config: str, records: bool = True) -> dict[str, str]:
    """The files of the site by path, made by a program from a configuration, with or without the records."""
    for name, text in {**SITE, **(RECORDS if records else {}), "mkdocs.yml": config}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    command = [*PROGRAMS[program], "build", "--strict", "-q", "-f", "mkdocs.yml"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    site = folder / "site"
    files = (path for path in site.rglob("*") if path.is_file())
    return {path.relative_to(site).as_posix(): path.read_bytes().decode("utf-8", "replace") for path in files}


def _navigation(page: str) -> list[str]:
    """Where the links of the side bar lead, in their order."""
    (bar,) = (part for part in NAVIGATION.findall(page) if "md-sidebar--primary" in part)
    return re.findall(r'href="([^"#]*)"', bar)


@pytest.mark.slow
@pytest.mark.parametrize("program", PROGRAMS)
def test_three_lines_add_the_records_and_every_page_stays(program: str, tmp_path: Path) -> None:
    pytest.importorskip(program, reason=f"{program} is not installed")
    without_plugin = re.sub(r"^  - pir\b.*\n", "", WHOLE, flags=re.M)
    assert without_plugin != WHOLE
    before = _build(tmp_path / "before", program, without_plugin, records=False)
    after = _build(tmp_path / "after", program, WHOLE)
    assert {path for path in after if not path.startswith("kb/")} == before.keys()
    assert REVIEW in after or REVIEW.replace("/index.html", ".html") in after
    pages = [path for path in before if path.endswith(".html")]
    assert {"index.html", "guide/index.html"} <= set(pages)
    for path in (path for path in before if not path.startswith("sitemap.xml")):
        if path in pages:
            assert without(after[path], NAVIGATION, SEARCH) == without(before[path], NAVIGATION, SEARCH), path
            assert _navigation(before[path]) == [link for link in _navigation(after[path]) if "kb/" not in link], path
        else:
            assert after[path] == before[path], path
    assert "kb/" in _navigation(after["index.html"])[-1]
    assert "pir-header-search" in after["index.html"]


@pytest.mark.slow
def test_a_whole_site_is_published_where_mkdocs_is_not_installed(tmp_path: Path) -> None:
    pytest.importorskip("properdocs", reason="properdocs is not installed")
    made = _build(tmp_path, "properdocs", WHOLE)
    done = pir_without(("mkdocs",), tmp_path, "build", "--edition", "all")
    assert done.returncode == 0, done.stderr
    published = tmp_path / "published/internal"
    for path in ("index.html", "guide/index.html"):
        assert (published / path).read_text("utf-8") == made[path]
    client = tmp_path / "published/clients/harbor-credit"
    assert (client / "pirs/2025/PIR-2025-0001.html").is_file()
    assert not (client / "guide").exists()
    assert "properdocs" in json.loads((published.parent / ".pir/manifest-internal.json").read_text("utf-8"))


def test_the_section_is_where_nav_has_it(tmp_path: Path) -> None:
    after = _build(tmp_path, "mkdocs", WHOLE + recipe("docs/existing-site.md", "nav:"))
    links = _navigation(after["index.html"])
    ours = [place for place, link in enumerate(links) if "kb/" in link]
    assert links.index(".", 1) < min(ours) < max(ours) < links.index("guide/")


def test_the_search_of_the_theme_stays_and_finds_records(tmp_path: Path) -> None:
    config = WHOLE.partition("plugins:")[0] + recipe("docs/existing-site.md", "plugins:")
    after = _build(tmp_path, "mkdocs", config)
    assert "pir-header-search" not in after["index.html"]
    found = [entry["location"] for entry in json.loads(after["search/search_index.json"])["docs"]]
    assert [one for one in found if one.startswith("kb/pirs/")]
    assert [one for one in found if one.startswith("guide/")]


def test_a_plain_frame_is_one_line(tmp_path: Path) -> None:
    config = f'site_name: Reviews\ndocs_dir: kb\nexclude_docs: "*"\n{recipe("docs/frame.md", "plugins:")}'
    for name, text in {**RECORDS, "mkdocs.yml": config}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    result = pir(tmp_path, "build")
    assert result.exit_code == 0, result.output
    assert "plain-header" in (tmp_path / "published/internal/index.html").read_text("utf-8")
