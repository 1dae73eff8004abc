"""The policy of a page lets the theme's own inline scripts run, and none that came into it with its text."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, pir, write_base
from mkdocs.livereload import _SCRIPT_TEMPLATE

from mkdocs_pir.site.plugin import RELOAD_SCRIPT
from mkdocs_pir.site.preview import Preview
from mkdocs_pir.site.security import with_policy

SMUGGLED = "document.title = 'it ran'"

# how a script could come into a page past the sanitiser: by a fault of ours, or by another plugin
HOOK = f"""
def on_page_content(html, **_):
    return html + "<script>{SMUGGLED}</script>" + "<SCRIPT >{SMUGGLED}</SCRIPT>" + "<img src=x onerror=\\"{SMUGGLED}\\">"
"""


def _hash(code: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


def _policy(page: str) -> str:
    found = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert len(found) == 1
    return str(found[0])


def _smuggling(folder: Path) -> Path:
    config = FILES["mkdocs.yml"] + "hooks: [smuggle.py]\n"
    return write_base(folder, {"mkdocs.yml": config, "smuggle.py": HOOK})


@pytest.mark.browser
def test_a_script_that_came_with_the_text_does_not_run(tmp_path: Path, browser: object) -> None:
    result = pir(_smuggling(tmp_path / "base"), "build", "--out", str(tmp_path / "out"))
    assert result.exit_code == 0, result.output
    pages = list((tmp_path / "out/internal").rglob("*.html"))
    assert len(pages) > 10
    for file in pages:
        text = file.read_text("utf-8")
        policy = _policy(text)
        assert _hash(SMUGGLED) not in policy
        inline = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
        own = [code for code in inline if code != SMUGGLED]
        # the theme's scripts are in a file that all pages load; what is left in a page is allowed, at whatever depth it lies
        assert len(own) == (file.name == "404.html"), file
        for code in own:
            assert _hash(code) in policy, (file, code[:80])
    page = browser.new_page()  # type: ignore[attr-defined]
    page.goto((tmp_path / "out/internal/lessons/LL-0001.html").as_uri())
    page.wait_for_load_state()
    assert page.title() != "it ran"
    assert page.evaluate("typeof __md_get") == "function", "the theme's own script ran"
    page.close()


def test_the_preview_allows_its_reload_script_and_no_other() -> None:
    reload = _SCRIPT_TEMPLATE.substitute(epoch=123, request_id=456)
    preview = Preview(reload_script=RELOAD_SCRIPT)
    page = (
        f'<!doctype html><html><head><meta charset="utf-8"></head><body><article><script>{SMUGGLED}</script>'
        f"<script>{reload};{SMUGGLED}</script></article><script>{reload}</script></body></html>"
    )
    shown = preview.page(with_policy(page))
    assert re.findall("'sha256-[^']*'", _policy(shown)) == [_hash(reload)]
    # a page of the site's own, without a policy, stays as it is
    assert preview.page(page) == page
