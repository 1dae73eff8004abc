"""A withheld title is a finding where it is quoted, not where an ordinary sentence has its words."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW, write_base

from mkdocs_pir.editions.audit import Auditor

MINE = "Mail stood still after a certificate expired"


def _found(folder: Path, title: str, sentence: str, client: str = "harbor-credit") -> list[tuple[str, str, int]]:
    """What is found when a released review says a sentence, and a withheld one of a client has the title."""
    withheld = (
        REVIEW.replace("PIR-2025-0001", "PIR-2025-0002")
        .replace(MINE, f"'{title}'")
        .replace("audience: client\n", "")
        .replace("client: harbor-credit", f"client: {client}")
    )
    review = REVIEW.replace("Mail stood still for five hours.", sentence)
    write_base(folder, {"kb/pirs/2025/PIR-2025-0001.md": review, "kb/pirs/2025/PIR-2025-0002.md": withheld})
    site = folder / "site"
    site.mkdir()
    (site / "index.html").write_text(f"<p>{sentence.replace('*', '')}</p>", "utf-8")
    return [
        (f.record, f.source, f.source_line) for f in Auditor.read(folder / "kb").audit(site, "harbor-credit").findings
    ]


_LINE = REVIEW.split("\n").index("Mail stood still for five hours. See [[LL-0001]].") + 1
_FINDING = [("pirs/2025/PIR-2025-0002.md", "pirs/2025/PIR-2025-0001.md", _LINE)]

SHORT, LONG = "Reports of delayed mail", "Reports of delayed mail at the northern branch offices"


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        (SHORT, 'It is as in "reports of delayed mail", only worse.'),
        (SHORT, "It is as in \N{LEFT DOUBLE QUOTATION MARK}reports of delayed mail,\N{RIGHT DOUBLE QUOTATION MARK} only worse."),
        (SHORT, "It is as in *reports of delayed mail* before."),
        (SHORT, "It is as in [reports of delayed mail](https://example.org) before."),
        (SHORT, "It is as in the review (reports of delayed mail) before."),
        (SHORT, "It is as in Reports of delayed mail before."),
        (SHORT, "IT IS AS IN REPORTS OF DELAYED MAIL BEFORE."),
        (SHORT, "It is as before: reports of delayed mail."),
        (SHORT, "Reports of delayed mail. It is as before."),
        (SHORT, "It is as before.\n\n- reports of delayed mail\n- and more"),
        (SHORT, "It is as before.\n\n| Time | What |\n|---|---|\n| 02:00 | Reports of delayed mail |"),
        ("Reports of Delayed Mail", "Reports of Delayed Mail came before."),
        (LONG, "There were reports of delayed mail at the northern branch offices again."),
        ("\N{CJK UNIFIED IDEOGRAPH-90E8}\N{CJK UNIFIED IDEOGRAPH-7F72}" * 8, "A " + "\N{CJK UNIFIED IDEOGRAPH-90E8}\N{CJK UNIFIED IDEOGRAPH-7F72}" * 8 + " B"),
    ],
)  # fmt: skip
def test_a_title_that_a_released_text_quotes_is_found(tmp_path: Path, title: str, sentence: str) -> None:
    [(record, source, line)] = _found(tmp_path, title, sentence)
    assert (record, source) == _FINDING[0][:2]
    assert line >= _LINE


_ORDINARY = [
    (SHORT, "We are receiving reports of delayed mail and look into it."),
    (SHORT, "Reports of delayed mail came in again."),
    ("Harbor Credit Union Mail is currently down", "The Harbor Credit Union mail is currently down for all users."),
    ("ci.mail.example.org cluster migration", "It follows the ci.mail.example.org cluster migration."),
    ("mail is down", "At noon mail is down again."),
]


@pytest.mark.parametrize(("title", "sentence"), _ORDINARY)
def test_words_of_an_ordinary_sentence_are_no_title(tmp_path: Path, title: str, sentence: str) -> None:
    assert _found(tmp_path, title, sentence) == []


@pytest.mark.parametrize(("title", "sentence"), _ORDINARY[:2])
def test_of_another_client_they_are_its_title(tmp_path: Path, title: str, sentence: str) -> None:
    assert _found(tmp_path, title, sentence, "quellmark") == _FINDING


def test_a_title_that_no_released_text_says_is_found_however_it_is_written(tmp_path: Path) -> None:
    found = _found(tmp_path, SHORT, "Nothing like it.")
    assert found == []
    (tmp_path / "site/index.html").write_text("<p>There were reports of delayed mail again.</p>", "utf-8")
    [finding] = Auditor.read(tmp_path / "kb").audit(tmp_path / "site", "harbor-credit").findings
    assert (finding.record, finding.what) == ("pirs/2025/PIR-2025-0002.md", "field 'title'")


@pytest.mark.parametrize("title", ["Upgrade of pkg-origin7 to the new platform", "Move of pkg.origin.example.org"])
def test_a_host_in_a_withheld_title_is_not_that_title(tmp_path: Path, title: str) -> None:
    assert _found(tmp_path, title, "Traffic goes to `pkg-origin7` and pkg.origin.example.org as before.") == []


def test_a_page_may_say_of_a_client_what_is_a_withheld_line(tmp_path: Path) -> None:
    client = FILES["kb/clients/harbor-credit.md"].replace("Harbor Credit Union", "Customers of Harbor")
    review = REVIEW.replace(
        "The probe read another port.", "**Affected customers:** some.\n\n**Affected branches:** some."
    )
    write_base(tmp_path, {"kb/clients/harbor-credit.md": client, "kb/pirs/2025/PIR-2025-0001.md": review})
    site = tmp_path / "site"
    site.mkdir()
    for said, found in (("affected Customers of Harbor", False), ("affected branches of Harbor", True)):
        (site / "index.html").write_text(f"<p>An incident with Mail gateway {said}.</p>", "utf-8")
        assert bool(Auditor.read(tmp_path / "kb").audit(site, "harbor-credit").findings) is found, said
