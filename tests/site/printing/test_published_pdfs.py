"""PDFs that are published with the editions: each edition its own, audited, and only made again when they changed."""

from __future__ import annotations

import logging
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW, pir, write_base
from helpers.site_pages import with_quotes
from pypdf import PdfReader

from mkdocs_pir.site.printing import document_html, pdf_writer, published_pdfs

# the packs hold the reviews of the twelve months before
CONFIG = FILES["mkdocs.yml"].replace("2026-09-30", "2025-09-30") + "      pdfs: A4\n"
OTHERS = REVIEW.replace("PIR-2025-0001", "PIR-2025-0002").replace("harbor-credit", "quellmark").replace("LL-0001", "")
SECOND = {"kb/pirs/2025/PIR-2025-0002.md": OTHERS.replace("lessons: []", "no_lesson_because: it is known")}
INTERNAL, CLIENT = "published/internal", "published/clients/harbor-credit"

pytestmark = [pytest.mark.usefixtures("press"), pytest.mark.slow]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_base(tmp_path_factory.mktemp("base"), {"mkdocs.yml": CONFIG, **SECOND})
    for edition in ("internal", "client:harbor-credit"):
        result = pir(folder, "build", "--edition", edition)
        assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def copied(published: Path, tmp_path: Path) -> Path:
    """The published knowledge base, in a folder that a test may change."""
    return Path(shutil.copytree(published, tmp_path / "copied", symlinks=True))


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_base(tmp_path / "base", {"mkdocs.yml": CONFIG, **SECOND})


@pytest.fixture
def made(caplog: pytest.LogCaptureFixture) -> Callable[[], list[int]]:
    """A function that gives how many PDFs were made since it was last asked, by the log of `pir --verbose`."""
    caplog.set_level(logging.INFO, logger=published_pdfs.log.name)

    def count() -> list[int]:
        numbers = [
            int(m[1]) for r in caplog.records if (m := re.search(r"(\d+) made$", r.getMessage())) and "PDFs" in m.string
        ]
        caplog.clear()
        return numbers

    return count


def pdfs(folder: Path, edition: str) -> list[str]:
    return sorted(file.name for file in (folder / edition / "pdf").glob("*"))


def replaced(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def text_of(file: Path) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(file).pages)


def test_each_edition_has_its_own_documents(published: Path) -> None:
    assert pdfs(published, INTERNAL) == [
        "PIR-2025-0001-internal.pdf",
        "PIR-2025-0002-internal.pdf",
        "handbook-internal.pdf",
        "pack-harbor-credit-internal.pdf",
        "pack-quellmark-internal.pdf",
    ]
    assert pdfs(published, CLIENT) == ["PIR-2025-0001-harbor-credit.pdf", "pack-harbor-credit.pdf"]
    inside = text_of(published / INTERNAL / "pdf/PIR-2025-0001-internal.pdf")
    outside = text_of(published / CLIENT / "pdf/PIR-2025-0001-harbor-credit.pdf")
    assert "The probe read another port" in inside
    assert "The probe read another port" not in outside
    assert "Mail stood still for five hours" in outside


def test_pages_lead_to_their_pdfs(published: Path) -> None:
    for edition, page, pdf in (
        (INTERNAL, "pirs/2025/PIR-2025-0001.html", "../../pdf/PIR-2025-0001-internal.pdf"),
        (CLIENT, "pirs/2025/PIR-2025-0001.html", "../../pdf/PIR-2025-0001-harbor-credit.pdf"),
        (INTERNAL, "clients/quellmark.html", "../pdf/pack-quellmark-internal.pdf"),
        (CLIENT, "clients/harbor-credit.html", "../pdf/pack-harbor-credit.pdf"),
        (INTERNAL, "handbook.html", "pdf/handbook-internal.pdf"),
    ):
        file = published / edition / page
        assert f'href="{pdf}"' in with_quotes(file.read_text("utf-8")), (edition, page)
        assert (file.parent / pdf).is_file()


def test_a_pdf_is_made_again_only_when_something_in_it_changed(copied: Path, made: Callable[[], list[int]]) -> None:
    base = copied
    before = {file.name: file.read_bytes() for file in (base / INTERNAL / "pdf").iterdir()}
    assert pir(base, "build", "--force").exit_code == 0
    assert made() == [0]
    replaced(base / "kb/pirs/2025/PIR-2025-0002.md", "The probe read another port.", "The probe had no port.")
    assert pir(base, "build").exit_code == 0
    # that of the review, and the pack of its client
    assert made() == [2]
    after = {file.name: file.read_bytes() for file in (base / INTERNAL / "pdf").iterdir()}
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"PIR-2025-0002-internal.pdf", "pack-quellmark-internal.pdf"}
    # what was taken away is not published any more
    (base / "kb/pirs/2025/PIR-2025-0002.md").unlink()
    assert pir(base, "build").exit_code == 0
    assert "PIR-2025-0002-internal.pdf" not in pdfs(base, INTERNAL)


def test_the_same_bytes_are_made_anew(published: Path, base: Path) -> None:
    assert pir(base, "build", "--edition", "client:harbor-credit").exit_code == 0
    names = pdfs(published, CLIENT)
    assert names
    for name in names:
        assert (base / CLIENT / "pdf" / name).read_bytes() == (published / CLIENT / "pdf" / name).read_bytes(), name


def test_a_plain_mkdocs_build_takes_them_from_the_store(tmp_path: Path, made: Callable[[], list[int]]) -> None:
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    base = write_base(tmp_path / "base", {"mkdocs.yml": CONFIG})
    # the review, the packs of both clients and the handbook
    for expected in (4, 0):
        config = load_config(str(base / "mkdocs.yml"))
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
        config.plugins.on_shutdown()
        assert made() == [expected]
        assert (base / "site/pdf/handbook-internal.pdf").read_bytes().startswith(b"%PDF-")


def test_the_audit_reads_them(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = document_html._reader
    monkeypatch.setattr(document_html, "_reader", lambda projection: f"{sound(projection)} and Quellmark Stores")
    result = pir(base, "build", "--edition", "client:harbor-credit")
    assert result.exit_code == 1
    assert "PIR606" in result.output
    assert "pdf/PIR-2025-0001-harbor-credit.pdf" in result.output
    assert not (base / CLIENT).exists()


def test_a_withheld_word_in_a_pdf_alone_stops_the_edition(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = published_pdfs.document_html
    leak = "<p>The probe read another port.</p></body>"
    monkeypatch.setattr(published_pdfs, "document_html", lambda *given: whole(*given).replace("</body>", leak))
    result = pir(base, "build", "--edition", "client:harbor-credit")
    assert (result.exit_code, "PIR606" in result.output) == (1, True)
    assert ".html" not in result.output.partition("PIR606")[2].splitlines()[0]


def test_without_weasyprint_the_build_says_what_to_install(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(pdf_writer.PdfUnavailable):
        pdf_writer.weasyprint_module()
    result = pir(base, "build")
    assert result.exit_code == 1
    assert "mkdocs.yml:10:13: error PIR626" in result.output
    assert "pip install 'mkdocs-pir[pdf]'" in result.output
    assert "pdfs: none" in result.output
    assert not (base / INTERNAL).exists()


def test_no_pdfs_unless_asked_for(tmp_path: Path) -> None:
    folder = write_base(tmp_path / "base")
    assert pir(folder, "build", "--edition", "client:harbor-credit").exit_code == 0
    assert not (folder / CLIENT / "pdf").exists()
    assert "/pdf/" not in (folder / CLIENT / "pirs/2025/PIR-2025-0001.html").read_text("utf-8")
    replaced(folder / "mkdocs.yml", "record_format: 2", "record_format: 2\n      pdfs: A5")
    result = pir(folder, "build")
    assert result.exit_code == 1
    assert "PIR602" in result.output
    assert "Letter" in result.output


def test_a_responder_pack_has_none(base: Path) -> None:
    result = pir(base, "pack", "--out", str(base / "pack.zip"))
    assert result.exit_code == 0, result.output
    assert b"-internal.pdf" not in (base / "pack.zip").read_bytes()
