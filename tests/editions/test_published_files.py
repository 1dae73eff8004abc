"""Files are published under names that say nothing of folders inside, and that any address and any system takes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from helpers.knowledge_base import REVIEW, pir, write_base
from helpers.site_pages import with_quotes

NAMES = ("rows #1.csv", "100% of rows.csv", "a&b.csv", "rows,2.csv", "Zqsecret Acme takeover.csv")
PAGE = "pirs/2025/PIR-2025-0001.html"


def _folder(tmp_path: Path, body: str = "") -> Path:
    declared = "".join(
        f"  - {{file: '../zqdrafts/{name}', title: Rows {n}, audience: {'client' if n != 5 else 'internal'}}}\n"
        for n, name in enumerate(NAMES, 1)
    )
    review = REVIEW.replace("recommendations:", f"attachments:\n{declared}recommendations:").replace(
        "Mail stood still for five hours.", f"Mail stood still for five hours. {body}"
    )
    files = {f"kb/pirs/zqdrafts/{name}": f"time,rows\n02:0{n},{n}\n" for n, name in enumerate(NAMES)}
    logo = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'
    options = "theme:\n  name: material\nplugins:\n  - pir:\n      as_of: 2026-09-30\n"
    return write_base(
        tmp_path,
        {
            "kb/pirs/2025/PIR-2025-0001.md": review,
            "kb/zqbrand/zqnew look.svg": logo,
            "mkdocs.yml": f'site_name: Ground\ndocs_dir: kb\nexclude_docs: "*"\n{options}      organisation: {{logo: zqbrand/zqnew look.svg}}\n',
            **files,
        },
    )


def _published(folder: Path, edition: str) -> Path:
    result = pir(folder, "build", "--edition", edition)
    assert result.exit_code == 0, result.output
    return folder / "published" / edition.replace("client:", "clients/")


def _linked(site: Path, page: str) -> list[Path]:
    """The files below `files/` to which a page leads, as a browser reads the address."""
    text = (site / page).read_text("utf-8")
    found = (unquote(urlsplit(address).path) for address in re.findall(r'(?:href|src)="([^"]+)"', with_quotes(text)))
    return [(site / page).parent / path for path in found if "files/" in path]


@pytest.mark.parametrize("edition", ["client:harbor-credit", "internal"])
def test_every_attachment_opens_from_its_page(tmp_path: Path, edition: str) -> None:
    folder = _folder(tmp_path)
    site = _published(folder, edition)
    texts = {path.read_text("utf-8") for path in _linked(site, PAGE) if path.suffix == ".csv"}
    shown = [n for n in range(len(NAMES)) if n != 4 or edition == "internal"]
    assert texts == {f"time,rows\n02:0{n},{n}\n" for n in shown}
    names = sorted(path.name for path in (site / "files").iterdir())
    assert names == sorted(["logo.svg", *(f"PIR-2025-0001-{n}.csv" for n in range(1, len(shown) + 1))])
    assert all(path.is_file() for path in _linked(site, "index.html"))


def test_no_file_of_a_clients_edition_tells_a_name_or_folder_inside(tmp_path: Path) -> None:
    site = _published(_folder(tmp_path), "client:harbor-credit")
    told = [p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file() and b"zq" in p.read_bytes().lower()]
    told += [p.as_posix() for p in site.rglob("*") if "zq" in p.name.lower()]
    assert told == []
    row = next(r for r in json.loads((site / "data/records.json").read_text("utf-8")) if r["id"] == "PIR-2025-0001")
    assert [item["file"] for item in row["attachments"]] == [f"files/PIR-2025-0001-{n}.csv" for n in range(1, 5)]


@pytest.mark.parametrize("edition", ["internal", "client:harbor-credit"])
@pytest.mark.parametrize(
    "link",
    [
        "<../zqdrafts/rows #1.csv>",
        "../zqdrafts/rows%20%231.csv",
        "<../zqdrafts/100% of rows.csv>",
        "../zqdrafts/a&amp;b.csv",
        "../zqdrafts/rows,2.csv",
    ],
)
def test_a_link_in_a_text_leads_to_the_file_however_its_name_is_written(
    tmp_path: Path, link: str, edition: str
) -> None:
    folder = _folder(tmp_path, f"The [rows of that night]({link}) tell it.")
    site = _published(folder, edition)
    text = (site / PAGE).read_text("utf-8")
    address = re.search(r'<a href="([^"]+)"[^>]*>rows of that night</a>', text)
    assert address is not None
    assert ((site / PAGE).parent / address[1]).is_file()


def test_the_release_of_a_review_shows_its_attachments_once(tmp_path: Path) -> None:
    parts = json.loads(pir(_folder(tmp_path), "release", "PIR-2025-0001", "--json").stdout)["parts"]
    part = next(p for p in parts if p["name"] == "attachments")
    assert len(part["shown"]) == 4
    assert [item["title"] for item in part["inside"]] == ["Rows 5"]
