"""Eight consecutive words of another client's withheld text are found in what a client sees, however ordinary."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW, pir, write_base

from mkdocs_pir.editions.audit import Auditor

SENTENCE = "It was up to us to go and ask, and we did not do so."
"""Not one of its words is rare."""

THEIRS = """\
---
id: PIR-2025-0002
title: Tills failed
client: quellmark
services: [mail-gateway]
status: closed
severity: SEV-2
audience: client
release: {approved_by: service-delivery-manager, on: 2025-04-20}
initiated: {by: client, on: 2025-04-05}
incidents: [INC-2002]
times: {impact_start: 2025-04-04T02:12:00Z, detected: 2025-04-04T02:52:00Z, resolved: 2025-04-04T07:40:00Z}
detection: {by: client}
impact: {summary: Customers waited., users: 40}
trigger: change/expired-certificate
contributing_factors: [monitoring/missing-alert]
lessons: [LL-0001]
reviews:
  - {kind: internal, on: 2025-04-12, feedback_applied: 2025-04-13}
  - {kind: client, on: 2025-04-18, feedback_applied: 2025-04-19}
---
## Response

The desk was called. SENTENCE It is so.
"""

ROWS = FILES["kb/registers/incidents.csv"] + (
    "INC-2002,quellmark,mail-gateway,SEV-2,2025-04-04T02:52:00Z,2025-04-04T07:40:00Z,change/expired-certificate,true,PIR-2025-0002\n"
)

OURS = REVIEW.replace("Mail stood still for five hours.", f"Mail stood still. {SENTENCE}")


def _write(folder: Path, changes: dict[str, str] | None = None, *, says: str = SENTENCE) -> Path:
    """A review of Quellmark that says it inside, and one of Harbor Credit that says it to its client."""
    theirs = {"kb/pirs/2025/PIR-2025-0002.md": THEIRS.replace("SENTENCE", says), "kb/registers/incidents.csv": ROWS}
    return write_base(folder, {**theirs, "kb/pirs/2025/PIR-2025-0001.md": OURS, **(changes or {})})


def _found(folder: Path, text: str = SENTENCE, client: str = "harbor-credit") -> list[tuple[str, str, str, int]]:
    site = folder / "site"
    site.mkdir(exist_ok=True)
    for name in ("a.html", "b.html"):
        (site / name).write_text(f"<h2>Summary</h2><p>Mail stood <b>still</b>. {text} See.</p>", "utf-8")
    report = Auditor.read(folder / "kb").audit(site, client)
    return [(f.record, f.what, f.source, f.source_line) for f in report.findings]


def _line(text: str) -> int:
    return next(number for number, line in enumerate(OURS.split("\n"), 1) if text in line)


def test_a_quotation_stops_the_edition_with_one_finding_that_names_the_line(tmp_path: Path) -> None:
    result = pir(_write(tmp_path), "build", "--edition", "client:harbor-credit")
    assert result.exit_code == 1
    assert not (tmp_path / "published/clients/harbor-credit").exists()
    [finding] = [line for line in result.stderr.split("\n") if "PIR606" in line]
    assert "gives away the section 'Response' of pirs/2025/PIR-2025-0002.md" in finding
    assert f"its source is pirs/2025/PIR-2025-0001.md:{_line(SENTENCE)}; " in finding


_SAID = {
    "a section": THEIRS.replace("SENTENCE", SENTENCE),
    "a shown section of theirs": THEIRS.replace("## Response", "## Summary").replace("SENTENCE", SENTENCE),
    "opening text": THEIRS.replace("## Response\n", "").replace("SENTENCE", SENTENCE),
    "an internal block": THEIRS.replace("The desk was called. SENTENCE", f"/// internal\n{SENTENCE}\n///\n\n"),
    "a field": THEIRS.replace("detection: {by: client}", f"workaround: Wait. {SENTENCE}").replace("SENTENCE", "No."),
    "an item of a list": THEIRS.replace("The desk was called. SENTENCE", f"- called\n- {SENTENCE}"),
    "a cell": THEIRS.replace("The desk was called. SENTENCE", f"| a | b |\n|---|---|\n| 1 | {SENTENCE} |\n"),
    "another case and wrap": THEIRS.replace("SENTENCE", SENTENCE.upper().replace(" AND ", "\nand ")),
    "marks of Markdown": THEIRS.replace("SENTENCE", SENTENCE.replace("up to us", "*up* to [us](https://example.org)")),
    "two sentences": THEIRS.replace("SENTENCE", SENTENCE.replace(" ask, and", " ask. And")),
}


@pytest.mark.parametrize("place", _SAID)
def test_a_quotation_is_found_wherever_the_other_client_has_it(tmp_path: Path, place: str) -> None:
    folder = _write(tmp_path, {"kb/pirs/2025/PIR-2025-0002.md": _SAID[place]})
    [(record, _, source, line)] = _found(folder)
    assert (record, source, line) == (
        "pirs/2025/PIR-2025-0002.md",
        "pirs/2025/PIR-2025-0001.md",
        _line(SENTENCE),
    )


@pytest.mark.parametrize(
    "file",
    {
        "kb/registers/satisfaction.csv": FILES["kb/registers/satisfaction.csv"]
        + f'2025-04-25,quellmark,PIR-2025-0002,2,5,"{SENTENCE}"\n',
        "kb/clients/quellmark.md": FILES["kb/clients/quellmark.md"] + f"{SENTENCE}\n",
        "kb/lessons/LL-0002.md": f"---\nid: LL-0002\ntitle: Ask\nstatus: draft\nlearned_from: [PIR-2025-0002]\n---\n{SENTENCE}\n",
    }.items(),
    ids=lambda file: file[0],
)
def test_rows_notes_and_lessons_of_a_client_are_texts_of_that_client(tmp_path: Path, file: tuple[str, str]) -> None:
    [(record, _, source, line)] = _found(_write(tmp_path, dict([file]), says="No."))
    assert (record, source, line) == (file[0].removeprefix("kb/"), "pirs/2025/PIR-2025-0001.md", _line(SENTENCE))


_LESSON = """\
---
id: LL-0002
title: Ask
status: applied
audience: shared
release: {{approved_by: problem-manager, on: 2025-04-28}}
learned_from: [{source}]
services: [mail-gateway]
lesson: {lesson}
applied_on: 2025-04-02
---
"""
_CAUSE = FILES["kb/causes/change/expired-certificate.md"].replace("A certificate reached its end.", SENTENCE)
_PROBLEM = FILES["kb/problems/PRB-0001.md"].replace("A renewed certificate is not read.", SENTENCE)
_RELEASE = "audience: shared\nrelease: {approved_by: problem-manager, on: 2025-04-28}\n"
_EVERYBODYS = {
    "a shared lesson": ("kb/lessons/LL-0002.md", _LESSON.format(source="PIR-2025-0001", lesson=SENTENCE)),
    "a shared cause": ("kb/causes/change/expired-certificate.md", _CAUSE),
    "a shared problem": ("kb/problems/PRB-0001.md", _PROBLEM.replace("status:", f"{_RELEASE}status:")),
    "a handbook page": ("kb/handbook/mail.md", f"---\ntitle: Mail\naudience: shared\n---\n{SENTENCE}\n"),
    "a template": ("templates/pir.md", f"---\nid: {{{{ id }}}}\n---\n## Response\n\n{SENTENCE}\n"),
    "a phrase that is allowed": (
        "mkdocs.yml",
        FILES["mkdocs.yml"] + f"      audit_allows: [{{phrase: '{SENTENCE}', reason: we say so to everybody}}]\n",
    ),
}


@pytest.mark.parametrize("place", _EVERYBODYS)
def test_words_that_this_client_sees_elsewhere_too_are_no_quotation(tmp_path: Path, place: str) -> None:
    file, text = _EVERYBODYS[place]
    assert _found(_write(tmp_path, {file: text})) == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("kb/lessons/LL-0002.md", _LESSON.format(source="PIR-2025-0001", lesson="Ask.")),
        ("kb/causes/change/expired-certificate.md", _CAUSE.replace("audience: shared", "audience: internal")),
        ("kb/problems/PRB-0001.md", _PROBLEM),
        ("kb/handbook/mail.md", f"---\ntitle: Mail\n---\n{SENTENCE}\n"),
        ("mkdocs.yml", FILES["mkdocs.yml"] + f"      audit_allows: [{{phrase: '{SENTENCE}', reason: ''}}]\n"),
    ],
)
def test_words_that_stay_inside_excuse_no_quotation(tmp_path: Path, file: str, text: str) -> None:
    assert len(_found(_write(tmp_path, {file: text}))) == 1


@pytest.mark.parametrize(("source", "found"), [("PIR-2025-0002", False), ("PIR-2025-0001", True)])
def test_a_shared_lesson_may_say_what_the_review_says_that_it_was_learned_from(
    tmp_path: Path, source: str, found: bool
) -> None:
    lesson = _LESSON.format(source=source, lesson=SENTENCE)
    folder = _write(tmp_path, {"kb/lessons/LL-0002.md": lesson, "kb/pirs/2025/PIR-2025-0001.md": REVIEW})
    assert [(record, source) for record, _, source, _ in _found(folder)] == (
        [("pirs/2025/PIR-2025-0002.md", "lessons/LL-0002.md")] if found else []
    )


@pytest.mark.parametrize(
    ("theirs", "ours", "found"),
    [
        ("We had to go and ask him for it.", "We had to go and ask him for it.", True),
        ("We had to go and ask him for it.", "We had to go and ask a man for it.", False),
        ("We had to go and ask him.", "We had to go and ask him.", False),
        ("Harbor Credit Union asked us for it twice.", "Harbor Credit Union asked us for it twice.", False),
        ("At 10 20 30 40 50 and 60", "At 10 20 30 40 50 and 60", False),
        ("so that it doesn't happen to them", "so that it doesn't happen to them", False),
        ("so that it doesn't happen to them now", "so that it doesn\N{RIGHT SINGLE QUOTATION MARK}t happen to them now", True),
        ("A fix has been implemented and we are monitoring the results.",
         "A fix has been implemented and we are monitoring the results.", False),
    ],
)  # fmt: skip
def test_eight_words_are_a_quotation(tmp_path: Path, theirs: str, ours: str, found: bool) -> None:
    folder = _write(tmp_path, {"kb/pirs/2025/PIR-2025-0001.md": OURS.replace(SENTENCE, ours)}, says=theirs)
    assert bool(_found(folder, ours)) is found


def test_text_of_reviews_of_several_clients_is_no_quotation(tmp_path: Path) -> None:
    third = "---\nid: third\nname: Third\nsince: 2020-01-01\n---\n"
    copy = THEIRS.replace("SENTENCE", SENTENCE).replace("PIR-2025-0002", "PIR-2025-0003").replace("quellmark", "third")
    changes = {"kb/clients/third.md": third, "kb/pirs/2025/PIR-2025-0003.md": copy}
    assert _found(_write(tmp_path, changes)) == []


def test_five_words_that_texts_about_three_clients_have_are_no_part_of_a_quotation(tmp_path: Path) -> None:
    said = "The dial moved, since nobody had looked at the {} for years."
    third = THEIRS.replace("SENTENCE", said.format("pump")).replace("0002", "0003").replace("quellmark", "third")
    changes = {
        "kb/clients/third.md": "---\nid: third\nname: Third\nsince: 2020-01-01\n---\n",
        "kb/pirs/2025/PIR-2025-0001.md": OURS.replace(SENTENCE, said.format("fuse")),
    }
    folder = _write(tmp_path, changes, says=said.format("fuse").replace("dial", "gate"))
    assert len(_found(folder, said.format("fuse"))) == 1
    (folder / "kb/pirs/2025/PIR-2025-0003.md").write_text(third, "utf-8")
    assert _found(folder, said.format("fuse")) == []


def test_internal_text_of_the_clients_own_review_is_no_quotation(tmp_path: Path) -> None:
    ours = OURS.replace("The probe read another port.", SENTENCE)
    assert _found(_write(tmp_path, {"kb/pirs/2025/PIR-2025-0001.md": ours}, says="No.")) == []
    assert _found(tmp_path, client="quellmark") != []


def test_the_files_of_a_review_are_texts_of_its_client(tmp_path: Path) -> None:
    theirs = THEIRS.replace("SENTENCE", "No.").replace("detection:", "attachments: [{file: call.txt}]\ndetection:")
    folder = _write(
        tmp_path, {"kb/pirs/2025/PIR-2025-0002.md": theirs, "kb/pirs/2025/call.txt": f"At noon.\n\n{SENTENCE}\n"}
    )
    assert [found[0] for found in _found(folder)] == ["pirs/2025/call.txt"]
