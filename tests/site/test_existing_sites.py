"""Adding the knowledge base to an existing site changes nothing but its navigation."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, pir
from helpers.site_pages import NAVIGATION, SEARCH, without

from mkdocs_pir.search.query import SearchIndex
from mkdocs_pir.site import header_search

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)

SITE: dict[str, str | bytes] = {
    "mkdocs.yml": """\
site_name: Team handbook
site_url: https://handbook.example/team/
repo_url: https://git.example/team/handbook
edit_uri: edit/main/docs/
copyright: The team
theme:
  name: material
  custom_dir: overrides
  language: de
  favicon: pictures/dot.png
  logo: pictures/dot.png
  font: {text: Lato, code: Fira Mono}
  palette: {scheme: slate, primary: teal, accent: pink}
  features: [navigation.tabs, navigation.footer, navigation.instant, search.suggest, content.action.edit]
plugins:
  - search: {lang: [en, de]}
  - blog
  - tags
hooks: [hooks/shout.py]
extra_css: [styles/own.css]
extra_javascript: [scripts/own.js, "https://cdn.example/far.js"]
extra: {social: [{icon: fontawesome/brands/github, link: "https://git.example"}]}
markdown_extensions: [admonition, attr_list, pymdownx.superfences, {toc: {permalink: true}}]
not_in_nav: hidden.md
nav:
  - Start: index.md
  - Guide: [guide/index.md, Later: guide/later.md]
  - tags.md
  - Blog: [blog/index.md]
  - Elsewhere: https://elsewhere.example/
""",
    "hooks/shout.py": "def on_page_markdown(markdown, **_):\n    return markdown.replace('whisper', 'SHOUT')\n",
    "overrides/main.html": '{% extends "base.html" %}{% block announce %}We moved <script>moved()</script>{% endblock %}\n',
    "overrides/partials/copyright.html": "<p>our own foot</p>\n",
    "overrides/extra.html": "{{ config.site_name }}\n",
    "docs/index.md": '---\ntags: [first]\n---\n# Start\n\nA whisper. ![dot](pictures/dot.png)\n\n<script>inline()</script>\n',
    "docs/guide/index.md": "# Guide\n\n!!! note\n    [Later](later.md#parts)\n",
    "docs/guide/later.md": "---\ntags: [first, second]\nhide: [toc]\n---\n# Later\n\n## Parts\n",
    "docs/hidden.md": "# Hidden\n",
    "docs/tags.md": "# Tags\n\n<!-- material/tags -->\n",
    "docs/blog/index.md": "# Blog\n",
    "docs/blog/posts/one.md": "---\ndate: 2026-02-03\ncategories: [News]\n---\n# One\n\nFirst.\n\n<!-- more -->\n\nMore.\n",
    "docs/blog/posts/two.md": "---\ndate: 2026-03-04\n---\n# Two\n\nSecond.\n",
    "docs/pictures/dot.png": PICTURE,
    "docs/styles/own.css": "body { color: teal }\n",
    "docs/scripts/own.js": "console.log(1)\n",
    "docs/data/figures.json": "{}\n",
    "docs/robots.txt": "User-agent: *\n",
}  # fmt: skip


def _built(folder: Path, files: dict[str, str | bytes]) -> dict[str, bytes]:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-f", str(folder / "mkdocs.yml")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1790000000", "PYTHONHASHSEED": "0"},
    )
    assert done.returncode == 0, done.stderr
    site = folder / "site"
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def _with_records(section: str = "") -> dict[str, str | bytes]:
    config = str(SITE["mkdocs.yml"]).replace("  - tags\n", "  - tags\n  - pir: {as_of: 2026-09-30}\n", 1)
    config = config.replace("  - tags.md\n", f"{section}  - tags.md\n", 1)
    records = {name: text for name, text in FILES.items() if name.startswith("kb/")}
    return {**SITE, **records, "mkdocs.yml": config}


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return _built(tmp_path_factory.mktemp("before"), SITE)


@pytest.mark.parametrize("section", ["", "  - pir: home\n"], ids=["at the end", "where it is placed"])
def test_a_site_keeps_every_byte_but_its_navigation(section: str, before: dict[str, bytes], tmp_path: Path) -> None:
    after = _built(tmp_path, _with_records(section))
    assert {path for path in after if path not in before and not path.startswith("kb/")} == set()
    assert "kb/pirs/2025/PIR-2025-0001.html" in after
    pages = 0
    for path, content in before.items():
        if path.startswith("sitemap.xml"):
            continue
        if path == "search/search_index.json":
            was, now = json.loads(content), json.loads(after[path])
            assert now == was
        elif path.endswith(".html"):
            pages += 1
            was, now = content.decode(), after[path].decode()
            assert without(now, NAVIGATION, SEARCH) == without(was, NAVIGATION, SEARCH), path
            # what was in the navigation stays, in its order, and our section is all that comes
            links = re.findall(r'href="([^"]*)"', "".join(NAVIGATION.findall(was)))
            kept = [
                link for link in re.findall(r'href="([^"]*)"', "".join(NAVIGATION.findall(now))) if "kb/" not in link
            ]
            assert links
            assert set(kept) == set(links), path
        else:
            assert after[path] == content, path
    assert pages >= 11
    addresses = re.findall(r"<loc>(.*?)</loc>", before["sitemap.xml"].decode())
    assert [a for a in re.findall(r"<loc>(.*?)</loc>", after["sitemap.xml"].decode()) if "/kb/" not in a] == addresses


def test_our_pages_within_a_site_take_its_own_styles_and_no_script(tmp_path: Path) -> None:
    after = _built(tmp_path, _with_records())
    page = after["kb/pirs/2025/PIR-2025-0001.html"].decode()
    assert "Content-Security-Policy" in page
    assert "styles/own.css" in page
    for script in ("scripts/own.js", "cdn.example", "fonts.googleapis"):
        assert script not in page, script
    assert "Content-Security-Policy" not in after["index.html"].decode()


def test_our_pages_within_a_site_keep_its_navigation_beside_them(tmp_path: Path) -> None:
    after = _built(tmp_path, _with_records())
    for path in ("kb/index.html", "kb/lessons.html", "kb/pirs/2025/PIR-2025-0001.html"):
        sidebar = re.search(r"<div class=\"md-sidebar md-sidebar--primary\"[^>]*>", after[path].decode())
        assert sidebar is not None
        assert "hidden" not in sidebar[0], path


OWN_FRAME = """\
{% extends "base.html" %}
{% block announce %}
<script>document.documentElement.dataset.own = "ran"</script>
<script type="text/javascript" id="more">document.documentElement.dataset.more = "{{ config.site_name }}"</script>
<script>document.documentElement.dataset.title = "{{ page.title }}"</script>
{% endblock %}
"""

SMUGGLING = (
    "def on_page_content(html, **_):\n"
    "    return html + '<script>document.documentElement.dataset.smuggled = \"ran\"</script>'\n"
)


@pytest.mark.browser
def test_scripts_of_the_sites_own_theme_run_on_our_pages_and_none_that_came_with_a_text(
    tmp_path: Path, browser: object
) -> None:
    files = {**_with_records(), "overrides/main.html": OWN_FRAME, "hooks/shout.py": SMUGGLING}
    after = _built(tmp_path, files)
    ours = [path for path in after if path.startswith("kb/") and path.endswith(".html")]
    assert len(ours) > 10
    page = browser.new_page()  # type: ignore[attr-defined]
    for path in ("kb/index.html", "kb/lessons/LL-0001.html", "kb/pirs/2025/PIR-2025-0001.html"):
        assert b"dataset.smuggled" in after[path]
        page.goto((tmp_path / "site" / path).as_uri())
        page.wait_for_load_state()
        ran = page.evaluate("({...document.documentElement.dataset})")
        assert ran.get("own") == "ran", path
        assert ran.get("more") == "Team handbook", path
        # what the record says is written into a script: it could be one itself
        assert "title" not in ran, path
        assert "smuggled" not in ran, path
        assert page.evaluate("typeof __md_get") == "function", "the theme's own script ran"
    page.goto((tmp_path / "site/guide/index.html").as_uri())
    assert page.evaluate("document.documentElement.dataset.title") == "Guide"
    page.close()


def test_a_plugin_is_led_to_the_file_of_a_record_and_reads_nothing_of_it(tmp_path: Path) -> None:
    hook = (
        "def on_page_markdown(markdown, page, **_):\n    assert 'Mail stood still for five hours' not in markdown + str(page.meta)\n"
        "def on_page_content(html, page, **_):\n    return f'{html}<!-- from {page.file.abs_src_path} -->'\n"
    )
    after = _built(tmp_path, {**_with_records(), "hooks/shout.py": hook})
    record = tmp_path / "kb/pirs/2025/PIR-2025-0001.md"
    assert record.is_file()
    assert f"<!-- from {record} -->" in after["kb/pirs/2025/PIR-2025-0001.html"].decode()
    assert f"<!-- from {tmp_path / 'mkdocs.yml'} -->" in after["kb/lessons.html"].decode()


def _search_index(folder: Path) -> SearchIndex:
    return SearchIndex.open({file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()})


def test_one_search_finds_the_pages_of_the_site_and_the_records(tmp_path: Path) -> None:
    files = {
        **_with_records(),
        "docs/guide/later.md": "---\ntags: [rota]\ndescription: Who is on call\n---\n# On call\n\n## Swapping\n\nCertificates "
        "are renewed by `certbot`. <script>secretword()</script>\n",
        "docs/hidden.md": "---\nsearch: {exclude: true}\n---\n# Hidden certificate\n",
    }
    after = _built(tmp_path, files)
    index = _search_index(tmp_path / "site/kb/search")
    found = {hit.url: hit for hit in index.search("certificate").hits}
    assert "pirs/2025/PIR-2025-0001.html" in found
    assert found["../guide/later/#swapping"].kind == "site-page"
    assert index.search("on call").hits[0].title == "Later"
    assert "../hidden/" not in found
    for words in ("rota", "on call", "who is on call", "swapping", "certbot"):
        hits = [hit.url.partition("#")[0] for hit in index.search(words).hits[:3]]
        assert "../guide/later/" in hits, words
    assert not index.search("secretword").hits
    # the address of a page is not its name
    assert "../guide/later/" not in [hit.url for hit in index.search("guide").hits]
    assert "guide/later/index.html" in after


def test_each_heading_of_a_page_is_a_result_that_opens_there(tmp_path: Path) -> None:
    page = (
        "# Deploying\n\nThe train leaves daily.\n\n## Rollback\n\nPress the lever.\n\n### Größe {#größe}\n\nThe gauge shows it.\n\n"
        '## Drafts {data-search-exclude}\n\nunfinished\n\n<h2 id="rollback">Once more</h2>\n\nthe crane\n\n'
        "<h2>Without address</h2>\n\nthe ferry\n"
    )
    _built(tmp_path, {**_with_records(), "docs/guide/later.md": page, "docs/flat.md": "Only a windmill.\n"})
    index = _search_index(tmp_path / "site/kb/search")
    expected = {
        "rollback": "../guide/later/#rollback", "lever": "../guide/later/#rollback", "gauge": "../guide/later/#gr%C3%B6%C3%9Fe",
        "deploying": "../guide/later/", "deploying rollback": "../guide/later/", "train": "../guide/later/",
        "crane": "../guide/later/#gr%C3%B6%C3%9Fe", "ferry": "../guide/later/#gr%C3%B6%C3%9Fe", "windmill": "../flat/",
    }  # fmt: skip
    for words, url in expected.items():
        assert index.search(words).hits[0].url == url, words
    section = index.search("lever").hits[0]
    assert (section.title, section.card["page"]) == ("Rollback", "Later")
    assert not index.search("unfinished").hits
    assert {match.field for match in index.search("guide rollback").hits[0].why} == {"title"}
    # each text is in one document
    assert index.search("lever").total == 1


def test_a_client_finds_no_page_of_the_site(tmp_path: Path) -> None:
    _built(tmp_path, _with_records())
    assert pir(tmp_path, "build", "--edition", "client:harbor-credit").exit_code == 0
    folder = tmp_path / "published/clients/harbor-credit"
    index = _search_index(folder / "search")
    assert index.search("certificate").hits
    assert {hit.kind for word in ("guide", "shout", "certificate") for hit in index.search(word).hits} <= {
        "lesson", "pir", "problem", "cause"
    }  # fmt: skip
    assert not list(folder.rglob("*header-search*"))


def test_the_search_of_the_theme_stays_where_the_option_says_so(before: dict[str, bytes], tmp_path: Path) -> None:
    files = _with_records()
    files["mkdocs.yml"] = str(files["mkdocs.yml"]).replace("{as_of", "{header_search: false, as_of")
    after = _built(tmp_path, files)
    for path in (path for path in before if path.endswith(".html")):
        assert without(after[path].decode(), NAVIGATION) == without(before[path].decode(), NAVIGATION), path
    docs = json.loads(after["search/search_index.json"])["docs"]
    assert [entry for entry in docs if entry["location"].startswith("kb/pirs/")]


@pytest.mark.parametrize("own", ["partials/search.html", "partials/header.html"])
def test_a_template_of_the_sites_own_for_the_search_stays(own: str, tmp_path: Path) -> None:
    files = {**_with_records(), f"overrides/{own}": "<p>our own search</p>\n"}
    after = _built(tmp_path, files)
    assert b"our own search" in after["guide/index.html"]
    assert b"pir-header-search" not in after["guide/index.html"]
    assert b"kb/pirs/" in after["search/search_index.json"]


def test_the_style_sheet_of_the_search_is_about_nothing_else_on_a_page() -> None:
    rules = re.sub(r"@(?:media|supports)[^{]*\{", "", header_search.style_sheet())
    heads = [head.strip(" }\n") for head in re.findall(r"([^{}]*)\{[^{}]*\}", rules)]
    selectors = {one.strip() for head in heads for one in header_search.selectors(head)}
    assert len(selectors) > 40
    others = {one for one in selectors if not one.startswith(tuple(f".{part}" for part in header_search.PARTS))}
    schemes = {":root", "[data-md-color-scheme]", '[data-md-color-scheme="slate"]'}
    assert others == {*schemes, '.md-header__button[for="__search"]'}
    for part in header_search.PARTS:
        assert [one for one in selectors if one.startswith(f".{part}")], part
    properties = re.findall(r"(?::root|\[data-md-color-scheme=\"slate\"\])\{([^{}]*)\}", rules)
    assert all(line.strip().startswith("--pir-") for one in properties for line in one.split(";") if line.strip())


@pytest.mark.browser
def test_the_search_box_of_any_page_leads_to_pages_and_records(tmp_path: Path, browser: object) -> None:
    config = {"docs/guide/later.md": "# Later\n\nHow a certificate is renewed.\n", "overrides/main.html": OWN_FRAME}
    _built(tmp_path, {**_with_records(), **config})
    page = browser.new_page()  # type: ignore[attr-defined]
    for path in ("index.html", "guide/later/index.html", "kb/lessons/LL-0001.html"):
        page.goto((tmp_path / "site" / path).as_uri())
        assert page.locator(".pir-header-search input").count() == 1, path
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert not page.locator('.md-header label[for="__search"]:visible').count(), (path, width)
        page.fill(".pir-header-search input", "certificate")
        page.wait_for_selector(".pir-search-box__list [role=option]")
        links = page.eval_on_selector_all(".pir-search-box__list a", "links => links.map(link => link.href)")
        for target in ("kb/pirs/2025/PIR-2025-0001.html", "guide/later/"):
            assert (tmp_path / "site" / target).as_uri().rstrip("/") + ("/" if target.endswith("/") else "") in links
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs"])
def test_our_pages_have_their_look_in_another_theme(theme: str, tmp_path: Path, browser: object) -> None:
    config = f"site_name: Site\ntheme: {theme}\nplugins:\n  - search\n  - pir: {{as_of: 2026-09-30}}\n"
    records = {name: text for name, text in FILES.items() if name.startswith("kb/")}
    after = _built(tmp_path, {**records, "mkdocs.yml": config, "docs/index.md": "# Start\n"})
    assert b"pir-header-search" not in after["index.html"]
    page = browser.new_page()  # type: ignore[attr-defined]
    page.goto((tmp_path / "site/kb/pirs/2025/PIR-2025-0001.html").as_uri())
    facts = page.locator(".pir-facts").first
    assert facts.evaluate("element => getComputedStyle(element).display") == "grid"
    link = page.locator(".md-typeset a.pir-id").first
    assert link.evaluate("element => getComputedStyle(element).getPropertyValue('--md-typeset-a-color')")
    page.close()
