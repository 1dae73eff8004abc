"""What is on the sheets of a PDF, in every size, and for a client only what is the client's."""

from __future__ import annotations

import functools
import itertools
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW, pir, write_base
from helpers.repository import ROOT
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from mkdocs_pir.site.printing.paper_sizes import PAPER_SIZES, PX, scaled_to_fit
from mkdocs_pir.site.printing.pdf_writer import write_pdf

SIZES = {
    "A3": (297, 420),
    "11x17": (279.4, 431.8),
    "Legal": (215.9, 355.6),
    "A4": (210, 297),
    "Letter": (215.9, 279.4),
}
BY_DAY = [name if name in ("A4", "Letter") else pytest.param(name, marks=pytest.mark.nightly) for name in SIZES]
PROCESS = (ROOT / "kb/process/03g.yml").read_text("utf-8")
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8" width="8" height="8"><rect width="8" height="8"/></svg>'
)
OWN = """\
site_name: Ground
docs_dir: kb
exclude_docs: "*"
theme:
  name: material
plugins:
  - pir:
      as_of: 2025-09-30
      organisation:
        name: Osprey Cloud Services
        logo: assets/osprey.svg
"""
OTHERS = REVIEW.replace("PIR-2025-0001", "PIR-2025-0002").replace("harbor-credit", "quellmark").replace("LL-0001", "")


pytestmark = [pytest.mark.usefixtures("press"), pytest.mark.slow]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    more = {
        "mkdocs.yml": OWN,
        "kb/assets/osprey.svg": LOGO,
        "kb/process/03g.yml": PROCESS,
        "kb/pirs/2025/PIR-2025-0002.md": OTHERS.replace("lessons: []", "no_lesson_because: it is known"),
    }
    return write_base(tmp_path_factory.mktemp("base"), more)


class _Complaints(logging.Handler):
    """What the press says about a style sheet or a drawing that it does not understand."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


COMPLAINTS = _Complaints()


@functools.cache
def made(folder: Path, *arguments: str) -> PdfReader:
    """The one PDF that the command writes: made once, however many tests look at it."""
    out = folder / "out" / ("-".join(arguments).replace(":", "-") + ".pdf")
    logging.getLogger("weasyprint").addHandler(COMPLAINTS)
    result = pir(folder, "pdf", *arguments, "--out", str(out))
    logging.getLogger("weasyprint").removeHandler(COMPLAINTS)
    assert result.exit_code == 0, result.output
    return PdfReader(out)


def words(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def bookmarks(reader: PdfReader) -> list[tuple[int, str, int]]:
    """Every bookmark as level, title and page, counted from 1."""

    def walk(items: list[object], level: int) -> Iterator[tuple[int, str, int]]:
        for item in items:
            if isinstance(item, list):
                yield from walk(item, level + 1)
            else:
                yield level, str(item.title), reader.get_destination_page_number(item) + 1

    return list(walk(reader.outline, 1))


def objects(reader: PdfReader) -> Iterator[DictionaryObject]:
    for table in reader.xref.values():
        for number in table:
            found = reader.get_object(IndirectObject(number, 0, reader))
            if isinstance(found, DictionaryObject):
                yield found
    for number in reader.xref_objStm:
        found = reader.get_object(IndirectObject(number, 0, reader))
        if isinstance(found, DictionaryObject):
            yield found


def size(page: Mapping[str, object]) -> tuple[float, float]:
    box = page.mediabox  # type: ignore[attr-defined]
    return round(float(box.width) / 72 * 25.4, 1), round(float(box.height) / 72 * 25.4, 1)


@pytest.mark.parametrize("paper", BY_DAY)
def test_a_report_has_the_size_that_was_asked_for(base: Path, paper: str) -> None:
    reader = made(base, "report", "PIR-2025-0001", "--paper", paper.lower())
    assert {size(page) for page in reader.pages} == {SIZES[paper]}


@pytest.mark.parametrize("paper", BY_DAY)
def test_every_map_lies_on_one_sheet_on_its_side(base: Path, paper: str) -> None:
    reader = made(base, "maps", "--paper", paper)
    wide, high = SIZES[paper]
    assert {size(page) for page in reader.pages} == {(high, wide)}
    # the contents, the module, its four steps
    assert len(reader.pages) == 6
    assert [(page, title) for _, title, page in bookmarks(reader)] == [
        (1, "Process maps"),
        (2, "03g Post Incident Review"),
        (3, "PIR Investigation"),
        (4, "Internal PIR Review"),
        (5, "Client PIR Review"),
        (6, "Action Item Management"),
    ]
    for number, page in enumerate(reader.pages, 1):
        assert f"page {number} of 6" in page.extract_text()
    assert "Line of visibility" in reader.pages[4].extract_text()
    assert "onstage" in reader.pages[4].extract_text()


def test_a_map_keeps_its_sheet_below_a_title_of_many_lines(tmp_path: Path) -> None:
    long = "facts and a timeline and causes and deficiencies and a draft " * 9
    text = PROCESS.replace(
        'summary: "Facts, timeline, causes, process deficiencies, draft report."', f"summary: {long}"
    )
    assert long in text
    write_base(tmp_path, {"kb/process/03g.yml": text})
    assert len(made(tmp_path, "maps", "--paper", "Letter").pages) == 6


@given(
    st.lists(st.tuples(st.floats(50, 5000), st.floats(20, 3000)), min_size=1, max_size=3),
    st.sampled_from(list(PAPER_SIZES.values())),
)
def test_drawings_fit_the_room_and_keep_their_proportions(sizes: list[tuple[float, float]], paper: object) -> None:
    wide, high = paper.room("A step", "What happens in it.")  # type: ignore[attr-defined]
    found = scaled_to_fit(sizes, (wide, high), 8, 1.5)
    assert max(w for w, _ in found) <= wide + 0.01
    assert sum(h for _, h in found) + 8 * (len(found) - 1) <= high + 0.01
    scales = [w / before for (w, _), (before, _) in zip(found, sizes, strict=True)]
    scales += [h / before for (_, h), (_, before) in zip(found, sizes, strict=True)]
    assert max(scales) - min(scales) < 1e-6
    assert max(scales) <= 1.5 * PX + 1e-6


def test_the_handbook_holds_the_process_and_the_guides_with_contents_and_bookmarks(base: Path) -> None:
    reader = made(base, "handbook")
    marks = bookmarks(reader)
    titles = [title for _, title, _ in marks]
    for title in ("03g Post Incident Review", "PIR Investigation", "Detail report", "Task report", "On call"):
        assert title in titles, title
    assert (2, "PIR Investigation") in [(level, title) for level, title, _ in marks]
    contents = reader.pages[1].extract_text()
    assert "Contents" in contents
    for title, line in (("PIR Investigation", "03g.01 PIR Investigation"), ("On call", "On call")):
        page = next(number for _, name, number in marks if name == title)
        assert re.search(rf"{re.escape(line)}[. ]*{page}\b", contents), (line, page)
    told = words(reader)
    for text in (
        "Osprey Cloud Services",
        "Internal",
        "R is responsible, A accountable",
        "Stay calm.",
        "Line of visibility",
    ):
        assert text in told, text
    # maps on their sides among upright pages
    assert {size(page) for page in reader.pages} == {SIZES["A4"], SIZES["A4"][::-1]}


def test_a_report_says_the_answer_the_facts_and_what_follows(base: Path) -> None:
    reader = made(base, "report", "PIR-2025-0001")
    told = words(reader)
    for text in (
        "PIR-2025-0001",
        "Mail stood still after a certificate expired",
        "Mail stood still for five hours.",
        "Done when: an expired test certificate raises an alert",
        "platform team",
        "R1 Renew by machine",
        "LL-0001 Probe every listener",
        "5 h 30 min",
        "Notes that stay inside.",
        "The probe read another port.",
    ):
        assert text in told, text
    # a day and how long ago it was are one, without a mark between them
    assert re.search(r"\d{4}, \d+ (week|month)s ago|\d{4}, \d+ year", told)
    assert ", ·" not in told
    assert f"page {len(reader.pages)} of {len(reader.pages)}" in told
    assert [title for level, title, _ in bookmarks(reader) if level == 2][:3] == ["Timeline", "Summary", "Detection"]


def test_a_client_gets_its_own_version_and_nothing_of_others(base: Path) -> None:
    told = words(made(base, "report", "PIR-2025-0001", "--edition", "client:harbor-credit"))
    assert "Mail stood still for five hours." in told
    assert "For Harbor Credit Union" in told
    for withheld in ("Notes that stay inside", "The probe read another port", "platform team", "Quellmark", "PRB-0001"):
        assert withheld not in told, withheld


def test_a_review_pack_is_the_clients_own(base: Path) -> None:
    reader = made(base, "pack", "harbor-credit")
    told = words(reader)
    for text in ("Review pack", "Harbor Credit Union", "Where we stand", "Mail stood still for five hours.", "Lessons"):
        assert text in told, text
    everything = told + str(reader.metadata) + str(bookmarks(reader)) + reader.xmp_metadata.stream.get_data().decode()  # type: ignore[union-attr]
    for other in ("Quellmark", "quellmark", "PIR-2025-0002", "platform team"):
        assert other not in everything, other


def test_a_pdf_in_which_the_audit_finds_something_is_not_written(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mkdocs_pir.site.printing import document_html

    sound = document_html._reader
    monkeypatch.setattr(document_html, "_reader", lambda projection: f"{sound(projection)} and Quellmark Stores")
    out = tmp_path / "report.pdf"
    out.write_bytes(b"before")
    result = pir(base, "pdf", "report", "PIR-2025-0001", "--edition", "client:harbor-credit", "--out", str(out))
    assert result.exit_code == 1
    assert "PIR606" in result.output
    assert out.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [out]


def test_fonts_are_embedded_and_maps_are_vectors(base: Path) -> None:
    found = list(objects(made(base, "maps", "--paper", "A4")))
    fonts = [o for o in found if o.get("/Type") == "/FontDescriptor"]
    assert fonts
    for font in fonts:
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & font.keys(), font.get("/FontName")
    assert [o for o in found if o.get("/Subtype") == "/Image"] == []


def test_the_file_says_what_it_is_and_is_tagged_for_people_who_hear_it(base: Path) -> None:
    reader = made(base, "maps", "--paper", "A4")
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Process maps", "Osprey Cloud Services")
    assert str(reader.metadata.get("/CreationDate", "")).startswith("D:20250930")
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert "/EmbeddedFiles" not in root.get("/Names", {})
    figures = [o for o in objects(reader) if o.get("/S") == "/Figure" and "/P" in o]
    assert len(figures) >= 6
    assert all(figure.get("/Alt") for figure in figures)
    assert any("a lane for each role" in str(figure["/Alt"]) for figure in figures)


def test_headings_come_in_order(base: Path) -> None:
    """No level is left out on the way down, in the tags that a screen reader goes by."""
    reader = made(base, "handbook")

    def levels(element: DictionaryObject) -> Iterator[int]:
        if re.fullmatch(r"/H[1-6]", str(element.get("/S"))):
            yield int(str(element["/S"])[2])
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, ArrayObject) else [kids]:
            if isinstance(inner := kid.get_object() if hasattr(kid, "get_object") else kid, DictionaryObject):
                yield from levels(inner)

    found = list(levels(reader.trailer["/Root"]["/StructTreeRoot"]))
    assert found[0] == 1
    assert [(a, b) for a, b in itertools.pairwise(found) if b > a + 1] == []


def test_a_table_repeats_its_head_on_the_next_page(base: Path, tmp_path: Path) -> None:
    rows = "\n".join(f"| {n:02}:00 | Something happened for the time number {n} |" for n in range(70))
    text = REVIEW + f"\n## Timeline\n\n| Time (UTC) | What happened |\n|---|---|\n{rows}\n"
    write_base(tmp_path, {"kb/pirs/2025/PIR-2025-0001.md": text})
    reader = made(tmp_path, "report", "PIR-2025-0001")
    parts = [page.extract_text() for page in reader.pages if "the time number" in page.extract_text()]
    assert len(parts) > 1
    assert all("Time (UTC)" in part for part in parts)


def test_no_heading_is_the_last_line_of_its_page(tmp_path: Path) -> None:
    # sections of many lengths, so that some heading comes to the foot of a page
    text = REVIEW + "".join(f"\n## Heading {n}\n\n{'It was so. ' * (n * 7 % 40 + 1)}\n" for n in range(36))
    write_base(tmp_path, {"kb/pirs/2025/PIR-2025-0001.md": text})
    reader = made(tmp_path, "report", "PIR-2025-0001")
    names = {title for _, title, _ in bookmarks(reader)}
    assert "Heading 35" in names
    for page in reader.pages:
        lines = [line.strip() for line in page.extract_text().splitlines() if line.strip()]
        body = [line for line in lines if not line.startswith(("page ", "Ground, as of", "Mail stood still"))]
        assert body[-1] not in names, body[-1]


def test_a_line_is_broken_where_it_is_full_and_not_after_its_first_word(tmp_path: Path) -> None:
    # each a hair wider than the one before, so that somewhere the words fit and the space after them does not
    filler = "on three names: who decides on a review, who owns one, who approves a release. Put what you call them"
    told = "".join(f"\nAgree {filler} i{'i' * n} `roles` and go on from there.\n" for n in range(30))
    write_base(tmp_path, {"kb/pirs/2025/PIR-2025-0001.md": f"{REVIEW}\n## Notes\n{told}"})
    reader = made(tmp_path, "report", "PIR-2025-0001")
    lines = [line.strip() for page in reader.pages for line in page.extract_text().splitlines()]
    assert sum(line.startswith("Agree on three names") for line in lines) == 30
    assert "Agree" not in lines


def test_links_are_text_with_their_id_and_lead_only_within(tmp_path: Path) -> None:
    text = REVIEW.replace(
        "The probe read another port.",
        "As [the lesson](../../lessons/LL-0001.md) says; more at [their page](https://example.org/status).",
    )
    write_base(tmp_path, {"kb/pirs/2025/PIR-2025-0001.md": text})
    reader = made(tmp_path, "report", "PIR-2025-0001")
    told = words(reader)
    assert "the lesson (LL-0001)" in told
    assert "their page (https://example.org/status)" in told
    targets = {
        str(note.get_object()["/A"]["/URI"])
        for page in reader.pages
        for note in page.get("/Annots", [])
        if "/A" in note.get_object() and "/URI" in note.get_object()["/A"]
    }
    assert targets == {"https://example.org/status"}


def test_the_same_input_gives_the_same_bytes_wherever_it_is_made(base: Path, tmp_path: Path) -> None:
    found = []
    for n, (zone, seed) in enumerate((("UTC", "1"), ("Asia/Tokyo", "77"))):
        out = tmp_path / str(n) / "report.pdf"
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": "C.UTF-8" if n else "C"}
        environment.pop("SOURCE_DATE_EPOCH", None)
        command = [sys.executable, "-m", "mkdocs_pir", "-q", "-C", str(base), "pdf", "report", "PIR-2025-0001"]
        subprocess.run([*command, "--out", str(out)], env=environment, check=True)
        found.append(out.read_bytes())
    assert found[0] == found[1]


def test_nothing_is_fetched_from_the_network_or_the_disk(tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text(LOGO.replace("<rect", "<text>kestrel</text><rect"))
    made_of = write_pdf(
        f'<html lang="en"><title>t</title><body><p><img alt="a" src="{secret.as_uri()}">'
        f'<p><img alt="b" src="http://127.0.0.1:9/x.png"><p><img alt="c" src="pir:files/../{secret}"><p><img alt="d" src="data:,x">',
        {"files/ok.svg": LOGO.encode()},
    )
    (tmp_path / "made.pdf").write_bytes(made_of)
    told = words(PdfReader(tmp_path / "made.pdf"))
    assert "kestrel" not in told
    assert told.split() == ["a", "b", "c", "d"]


def test_the_press_understands_all_that_it_is_given(base: Path) -> None:
    for what in (["handbook"], ["report", "PIR-2025-0001"], ["pack", "harbor-credit"], ["maps", "--paper", "A4"]):
        made(base, *what)
    assert COMPLAINTS.said == []


def test_the_site_does_not_carry_the_style_sheet_of_paper(tmp_path: Path) -> None:
    assert "kb/clients/quellmark.md" in FILES
    write_base(tmp_path)
    assert pir(tmp_path, "build", "--out", str(tmp_path / "out")).exit_code == 0
    assert list((tmp_path / "out").rglob("print*")) == []
