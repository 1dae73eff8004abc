"""Approvals stay valid: of a fingerprint's own form it is asked whether what is shown has changed."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from helpers.changed_records import edit
from helpers.knowledge_base import REVIEW, find_problems, load_base, pir, write_base

from mkdocs_pir.editions.approval_fingerprints import current, fingerprint, is_approved
from mkdocs_pir.editions.fingerprint_v1 import cut_internal
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile

PATH = "kb/pirs/2025/PIR-2025-0001.md"
SHOWN = """\
Mail *stood still*<!-- a note --> for five hours; see [the lesson](../../lessons/LL-0001.md "hover"), [[LL-0001]],
TLS.

/// internal
The spare gateway had been sold.
///

### For us { audience=internal }

Nobody asked.

### For you { #for-you }

- `<!-- code -->` stays, and so does ``/// internal``.

```
/// internal
code
///
```

| a | b |
|---|---|
| 1 | 2[^1] |

*[TLS]: a protocol
*[XYZ]: nothing names it
[unused]: https://a.example/
[^1]: A note.
[^2]: No note.
"""
FIRST = "a1ab459bcc5e349c"
"""The first form of the fingerprint of this review, as it was worked out when there was no other."""


def _entry(folder: Path, text: str = SHOWN) -> tuple[KnowledgeBase, RecordFile]:
    kb = load_base(write_base(folder, {PATH: REVIEW.replace("Mail stood still for five hours.", text)}))
    return kb, kb.record_files["PIR-2025-0001"]


def _approved(text: str, content: str) -> str:
    return text.replace("on: 2025-03-20}", f"on: 2025-03-20, content: {content}}}")


def test_an_approval_of_the_first_form_stays_valid(tmp_path: Path) -> None:
    assert is_approved(*_entry(tmp_path), FIRST)
    assert not is_approved(*_entry(tmp_path, SHOWN.replace("stood still", "stood")), FIRST)


def test_a_new_approval_is_of_the_second_form(tmp_path: Path) -> None:
    write_base(tmp_path)
    pir(tmp_path, "release", "PIR-2025-0001", "--approve", "service-delivery-manager")
    written = (tmp_path / PATH).read_text("utf-8")
    assert "content: v2-" in written
    assert [p for p in find_problems(tmp_path) if p["code"] == "PIR420"] == []
    (tmp_path / PATH).write_text(written.replace("stood still for five", "stood still for six"), "utf-8")
    assert [p["code"] for p in find_problems(tmp_path) if p["code"] == "PIR420"] == ["PIR420"]


def test_a_stale_approval_is_found_in_either_form(tmp_path: Path) -> None:
    for content in ("0123456789abcdef", "v2-0123456789abcdef"):
        write_base(tmp_path, {PATH: _approved(REVIEW, content)})
        assert [p["code"] for p in find_problems(tmp_path) if p["code"] == "PIR420"] == ["PIR420"]


@pytest.mark.parametrize("seed", range(6))
def test_kept_fingerprints_are_those_that_are_worked_out_anew(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    write_base(tmp_path)
    for _ in range(6):
        kb = load_base(tmp_path)
        for form in ("v2-", ""):
            approved = {entry.id: form for entry in kb.record_files.values() if entry.record is not None}
            nothing_kept = replace(kb, settings=msgspec.structs.replace(kb.settings, cache=None))
            assert current(kb, approved) == current(nothing_kept, approved)
        fields = dice.choice(
            ["", "      client_fields: {lesson: {evidence: false}}\n", "      client_sections: [Summary]\n"]
        )
        config = tmp_path / "mkdocs.yml"
        edit(dice, tmp_path)
        config.write_text(config.read_text("utf-8").partition("      client_")[0] + fields, "utf-8")


SAME = {
    "what stays inside": SHOWN.replace("had been sold", "was rented out").replace("Nobody asked", "Somebody asked"),
    "what no reader sees": SHOWN.replace("a note -->", "another note -->").replace("[unused]", "[other]"),
    "how it is written": SHOWN.replace("*stood still*", "__stood still__").replace("| 1 | 2[^1] |", "|1|2[^1]|"),
}
OTHER = {
    "a word": SHOWN.replace("five hours", "six hours"),
    "a cell": SHOWN.replace("| 1 |", "| 3 |"),
    "where a link leads": SHOWN.replace("lessons/LL-0001.md", "problems/PRB-0001.md"),
    "a link instead of words": SHOWN.replace("TLS.", "[TLS](https://a.example).", 1),
    "code": SHOWN.replace("code\n///", "codes\n///"),
    "what was inside": SHOWN.replace("/// internal\nThe", "The", 1).replace("sold.\n///", "sold.", 1),
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_what_the_client_does_not_see_changes_nothing(tmp_path: Path, text: str) -> None:
    assert text != SHOWN
    assert fingerprint(*_entry(tmp_path, text)) == fingerprint(*_entry(tmp_path))


@pytest.mark.parametrize("text", OTHER.values(), ids=OTHER)
def test_what_the_client_sees_changes_it(tmp_path: Path, text: str) -> None:
    assert text != SHOWN
    assert fingerprint(*_entry(tmp_path, text)) != fingerprint(*_entry(tmp_path))


BLOCK = "/// internal\nsecret\n///"


@pytest.mark.parametrize(
    "text",
    [
        f"One.\n\n{BLOCK}\n\nTwo.",
        f"A stray ` here.\n\n{BLOCK}\n\nAnother ` there.",
        f"A stray ` here.\n{BLOCK}\nAnother ` there.",
        f"```code``` at the start of a line.\n\n{BLOCK}\n\nTwo.",
        f"```\ncode\n```\n\n{BLOCK}\n\n```\ncode\n```",
        f"    ```\n\n{BLOCK}\n\nTwo.",
        "One <!-- secret --> two.",
        "One ` <!-- secret -->\n\nTwo `.",
        r"One \` <!-- secret --> \` two.",
        "- One `\n- <!-- secret -->\n- two `",
    ],
)
def test_the_first_form_is_without_what_is_internal(text: str) -> None:
    cut = cut_internal(text)
    assert "secret" not in cut
    assert "///" not in cut
    assert cut.split()[0] in text


@pytest.mark.parametrize(
    "text",
    [f"```\n{BLOCK}\n```", f"~~~ text\n```\n{BLOCK}\n~~~", "One `<!-- secret -->` two.", "`` ` <!-- secret --> ` ``"],
)
def test_in_the_first_form_code_that_shows_how_it_is_written_stays(text: str) -> None:
    assert cut_internal(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "One.\n\n[^8]: see [^9]\n\n[^9]: see [^8] secret",
        "One <b style='opacity: 0.0'>secret</b>.",
        "One <b style='visibility: collapse'>secret</b>.",
        "One <b style='color:transparent'>secret</b>.",
        "One <b style='position: absolute; left: -9999px'>secret</b>.",
        "One <div style='width: 0; height: 0; overflow: hidden'>secret</div>.",
        "One <dialog>secret</dialog>.",
        "One <datalist><option>secret</option></datalist>.",
        "One <audio src='x'>secret</audio>.",
        "One <secret-note>two</secret-note>.",
        "One <secret>two</secret>.",
    ],
)
def test_the_first_form_is_without_what_no_page_shows(text: str) -> None:
    cut = cut_internal(text)
    assert "secret" not in cut
    assert cut.startswith("One")


@pytest.mark.parametrize(
    "text",
    [
        "One[^1] two.\n\n[^1]: see[^2]\n\n[^2]: read",
        "Mail <ops@example.org> or see <https://example.org/a>.",
        "Press <kbd>F1</kbd>, H<sub>2</sub>O, <mark>now</mark>.",
        "<b style='opacity: 0.5'>half</b> 1 < 2 and 3 > 2",
    ],
)
def test_the_first_form_has_what_a_page_shows(text: str) -> None:
    assert cut_internal(text) == text.replace(" style='opacity: 0.5'", "")


def test_an_attached_text_is_approved_with_either_line_end(tmp_path: Path) -> None:
    """Git on Windows checks out with CRLF what was committed with LF."""
    attached = REVIEW.replace(
        "lessons: [", "attachments: [{file: rows.csv, title: Rows, audience: client}]\nlessons: ["
    )
    file = tmp_path / "kb/pirs/2025/rows.csv"
    approved = {}
    for end in ("\n", "\r\n"):
        kb = load_base(write_base(tmp_path, {PATH: attached, "kb/pirs/2025/rows.csv": f"a,b{end}1,2{end}"}))
        entry = kb.record_files["PIR-2025-0001"]
        approved[end] = fingerprint(kb, entry)
        # as earlier versions worked it out
        earlier = fingerprint(kb, entry, as_stored=True)
        assert is_approved(kb, entry, earlier)
        assert current(kb, {"PIR-2025-0001": earlier}) == {"PIR-2025-0001": earlier}
    assert approved["\n"] == approved["\r\n"]
    file.write_bytes(b"a,b\r\n1,3\r\n")
    assert not is_approved(kb, entry, approved["\n"])
    assert not is_approved(kb, entry, earlier)
