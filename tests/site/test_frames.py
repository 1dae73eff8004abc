"""Pages that fill a frame are those that MkDocs would have made, whatever the site."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW_FILE, pir, write_base

from mkdocs_pir.site import mkdocs_frames
from mkdocs_pir.site.frame import Frame, mark, without_layout

CONFIG = FILES["mkdocs.yml"]
SITES = {
    "plain": CONFIG,
    "with an address": f"site_url: https://kb.example/reviews\n{CONFIG}",
    "with a navigation": f"nav: [Home: index.md, First: [pirs/PIR-2025-0001.md, lessons/index.md]]\n{CONFIG}",
    "with other features": CONFIG.replace("material}", "material, features: [toc.integrate, navigation.footer]}"),
    "with a theme of its own": CONFIG.replace("material}", "material, custom_dir: theme}"),
    "with a description": f"site_description: Reviews & lessons\n{CONFIG}",
}


def published(folder: Path, edition: str) -> dict[str, bytes]:
    """What a build publishes, by path."""
    result = pir(folder, "build", "--edition", edition)
    assert result.exit_code == 0, result.output
    site = folder / "published"
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*.*") if path.is_file()}


@pytest.mark.parametrize("edition", ["internal", "client:harbor-credit"])
@pytest.mark.parametrize("site", SITES)
def test_a_page_that_fills_a_frame_is_the_one_that_mkdocs_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: str, edition: str
) -> None:
    write_base(tmp_path, {"mkdocs.yml": SITES[site], "theme/partials/copyright.html": "Ours"})
    framed = published(tmp_path, edition)
    monkeypatch.setattr(mkdocs_frames, "have_frames", lambda *_: False)
    made = published(tmp_path, edition)
    assert [path for path in made if made[path] != framed.get(path) and ".pir/" not in path] == []
    assert framed.keys() >= {path for path in made if ".pir/" not in path}


@pytest.mark.parametrize("shown", ["{{ page.title | upper }}", "{{ page.title | length }}", "{{ page.url }}"])
def test_a_template_of_the_sites_own_may_make_what_it_likes_of_a_page(tmp_path: Path, shown: str) -> None:
    write_base(
        tmp_path, {"mkdocs.yml": SITES["with a theme of its own"], "theme/partials/content.html": f"<h1>{shown}</h1>"}
    )
    page = published(tmp_path, "internal")["internal/pirs/2025/PIR-2025-0001.html"].decode()
    values = ("MAIL STOOD STILL AFTER A CERTIFICATE EXPIRED", "44", "pirs/2025/PIR-2025-0001.html")
    assert any(f"<h1>{value}</h1>" in page for value in values)


@pytest.mark.parametrize("shown", ["", "<title>pir-slot-ti</title>", mark("title").upper(), "pir-slot-unknown-slot"])
def test_a_page_that_does_not_hold_its_values_as_they_are_is_no_frame(shown: str) -> None:
    content = mark("content") if shown else ""
    with pytest.raises(ValueError, match="slots"):
        Frame.cut(f"{shown}<main>{content}</main>")


def test_a_hook_that_looks_at_pages_sees_every_one(tmp_path: Path) -> None:
    hook = "def on_post_page(output, page, config):\n    return output.replace('</body>', '<!-- seen --></body>')\n"
    write_base(tmp_path, {"mkdocs.yml": f"hooks: [hook.py]\n{CONFIG}", "hook.py": hook})
    pages = {path: text for path, text in published(tmp_path, "internal").items() if path.endswith(".html")}
    assert len(pages) > 20
    assert [path for path, text in pages.items() if b"<!-- seen -->" not in text] == ["internal/404.html"]


def test_many_pages_share_a_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Frame] = []
    cut = Frame.cut
    monkeypatch.setattr(Frame, "cut", classmethod(lambda cls, html: made.append(frame := cut(html)) or frame))
    write_base(tmp_path)
    pages = [path for path in published(tmp_path, "internal") if path.endswith(".html")]
    assert 0 < len(made) < len(pages) / 2


def test_only_the_layout_of_the_themes_templates_is_left_out_of_a_page() -> None:
    content = "<p>Two\n\n  lines</p>\n<pre>a\n\n  b</pre>"
    kept = "<script>one();\n\n  two()</script><PRE>a\n  b</PRE><textarea>\n  c</textarea>"
    page = f"<nav>\n    <a>Home</a>  <a>Search</a>\n\n</nav>\n  {kept}  {content}\n   \n</body>"
    assert without_layout(page, content) == f"<nav>\n<a>Home</a>  <a>Search</a>\n</nav>\n{kept}  {content}\n</body>"


def test_pages_have_no_indents_but_those_of_texts(tmp_path: Path) -> None:
    code = "## Detection\n\n```\nif full:\n    stop()\n```\n"
    write_base(tmp_path, {REVIEW_FILE: FILES[REVIEW_FILE].replace("## Detection\n", code)})
    pages = [text.decode() for path, text in published(tmp_path, "internal").items() if path.endswith(".html")]
    assert sum("    stop()" in page for page in pages) == 1
    indented = [line for page in pages for line in page.splitlines() if line != line.lstrip(" \t")]
    assert [line for line in indented if "stop()" not in line] == []
