"""A browser can offer the search in its address bar: a valid OpenSearch description, and every page links to it."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from helpers.knowledge_base import FILES, pir, write_base
from helpers.site_pages import with_quotes

NAME = "Lessons of <Ground> & Sons, all of them"
ADDRESS = "https://lessons.example/kb/"
SPACE = "{http://a9.com/-/spec/opensearch/1.1/}"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = FILES["mkdocs.yml"].replace("site_name: Ground", f"site_name: '{NAME}'\nsite_url: {ADDRESS}")
    folder = write_base(tmp_path_factory.mktemp("address"), {"mkdocs.yml": config})
    result = pir(folder, "build")
    assert result.exit_code == 0, result.output
    return folder / "published" / "internal"


def test_the_description_is_what_the_format_asks_for(built: Path) -> None:
    root = ElementTree.fromstring((built / "opensearch.xml").read_bytes())
    assert root.tag == f"{SPACE}OpenSearchDescription"
    (short,) = root.findall(f"{SPACE}ShortName")
    (description,) = root.findall(f"{SPACE}Description")
    (encoding,) = root.findall(f"{SPACE}InputEncoding")
    assert short.text == NAME[:16].strip()  # 16 characters at most, no markup
    assert NAME in str(description.text)
    assert len(str(description.text)) <= 1024
    assert encoding.text == "UTF-8"


def test_its_address_asks_the_search_page(built: Path) -> None:
    root = ElementTree.fromstring((built / "opensearch.xml").read_bytes())
    (url,) = root.findall(f"{SPACE}Url")
    assert url.get("type") == "text/html"
    template = str(url.get("template"))
    assert template.count("{searchTerms}") == 1
    asked = urlsplit(template.replace("{searchTerms}", quote("451 4.7.1 & more", safe="")))
    assert asked.geturl() == f"{ADDRESS}search/index.html?q=451%204.7.1%20%26%20more"
    assert (built / asked.path.removeprefix("/kb/")).is_file()


@pytest.mark.parametrize("page", ["index.html", "search/index.html", "pirs/2025/PIR-2025-0001.html"])
def test_every_page_links_to_it(built: Path, page: str) -> None:
    html = with_quotes((built / page).read_text("utf-8"))
    (link,) = re.findall(r'<link rel="search"[^>]*>', html)
    assert 'type="application/opensearchdescription+xml"' in link
    assert 'title="Lessons of &lt;Ground&gt; &amp; Sons, all of them"' in link
    href = link.split('href="')[1].split('"')[0]
    assert urljoin(f"{ADDRESS}{page}", href) == f"{ADDRESS}opensearch.xml"


def test_a_site_without_an_address_promises_none(tmp_path: Path) -> None:
    folder = write_base(tmp_path)
    assert pir(folder, "build").exit_code == 0
    site = folder / "published" / "internal"
    assert not (site / "opensearch.xml").exists()
    assert 'rel="search"' not in (site / "index.html").read_text("utf-8")
