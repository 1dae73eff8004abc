"""What no reader sees of a field is in no file of a client's edition: pages, search, exports and feeds alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW, pir, write_base

from mkdocs_pir.editions.audit import Auditor

_HIDDEN = """\
  Mail was late.

  /// internal
  zebralock one
  ///

  <!-- zebralock two --> By five hours <span data-note="zebralock">here</span>.
  [unused]: https://zebralock.example
"""

_RECORDS = {
    "impact of a review": (
        "kb/pirs/2025/PIR-2025-0001.md",
        REVIEW,
        "impact: {summary: Mail was late by five hours., users: 410}",
        "impact:\n  summary: |\n" + _HIDDEN.replace("  ", "    ", 1).replace("\n  ", "\n    "),
    ),
    "root cause of a review": (
        "kb/pirs/2025/PIR-2025-0001.md",
        REVIEW,
        "detection: {by: monitoring}\n",
        f"detection: {{by: monitoring}}\nroot_cause: |\n{_HIDDEN}",
    ),
    "lesson": (
        "kb/lessons/LL-0001.md",
        FILES["kb/lessons/LL-0001.md"],
        "lesson: Hosts do not expire, certificates do.\n",
        f"lesson: |\n{_HIDDEN}",
    ),
    "definition of a cause": (
        "kb/causes/change/expired-certificate.md",
        FILES["kb/causes/change/expired-certificate.md"],
        "definition: A certificate reached its end.\n",
        f"definition: |\n{_HIDDEN}",
    ),
}


@pytest.mark.parametrize("of", _RECORDS)
def test_what_no_reader_sees_of_a_field_is_nowhere(tmp_path: Path, of: str) -> None:
    name, text, shown, hidden = _RECORDS[of]
    assert shown in text
    write_base(tmp_path, {name: text.replace(shown, hidden)})
    built = pir(tmp_path, "build", "--edition", "client:harbor-credit")
    assert built.exit_code == 0, built.stderr
    site = tmp_path / "published/clients/harbor-credit"
    pages = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    assert not [path.name for path, content in pages.items() if b"zebralock" in content.lower()]
    assert any(b"By five hours" in content for content in pages.values())


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("title: Mail was late <!-- zebralock --> By five hours", "PIR023"),
        ("title: Mail was late\nroot_cause: By five hours <b hidden>zebralock</b>", "PIR023"),
        ("title: Mail was late\nroot_cause: '# zebralock'", "PIR020"),
    ],
)
def test_what_would_be_seen_all_the_same_is_refused(tmp_path: Path, field: str, code: str) -> None:
    text = REVIEW.replace("title: Mail stood still after a certificate expired", field)
    write_base(tmp_path, {"kb/pirs/2025/PIR-2025-0001.md": text})
    built = pir(tmp_path, "build", "--edition", "client:harbor-credit")
    assert built.exit_code == 1
    assert code in built.stderr


def test_tags_in_a_title_are_its_words(tmp_path: Path) -> None:
    title = "The parser stopped at <template> and at { .class } of a list"
    write_base(
        tmp_path,
        {
            "kb/pirs/2025/PIR-2025-0001.md": REVIEW.replace(
                "title: Mail stood still after a certificate expired", f"title: '{title}'"
            )
        },
    )
    assert pir(tmp_path, "build", "--edition", "client:harbor-credit").exit_code == 0
    page = (tmp_path / "published/clients/harbor-credit/pirs/2025/PIR-2025-0001.html").read_text("utf-8")
    assert "at &lt;template&gt; and at { .class } of a list" in page


@pytest.mark.parametrize("code", ["", "      ///\n\n", "  \t///\n\n"], ids=["", "code that ends nothing", "the same"])
@pytest.mark.parametrize("leak", ["zebralock", "the supplier paid nothing at all"])
def test_the_audit_alone_counts_it_as_withheld(tmp_path: Path, leak: str, code: str) -> None:
    inner = f"  /// internal\n\n{code}  {leak}\n  ///\n"
    hidden = f"detection: {{by: monitoring}}\nroot_cause: |\n  It expired.\n\n{inner}"
    write_base(tmp_path, {"kb/pirs/2025/PIR-2025-0001.md": REVIEW.replace("detection: {by: monitoring}\n", hidden)})
    site = tmp_path / "out"
    site.mkdir()
    (site / "a.html").write_text(f"<p>It expired. {leak}</p>", "utf-8")
    assert Auditor.read(tmp_path / "kb").audit(site, "harbor-credit").findings


def test_a_cell_that_the_organisation_opens_is_treated_as_any_field(tmp_path: Path) -> None:
    config = FILES["mkdocs.yml"] + "      client_fields: {satisfaction: {comment: true}}\n"
    rows = FILES["kb/registers/satisfaction.csv"] + "2025-03-26,harbor-credit,,4,5,As in PIR-2025-0009 of March\n"
    other = REVIEW.replace("PIR-2025-0001", "PIR-2025-0009").replace("audience: client", "audience: internal")
    write_base(
        tmp_path,
        {
            "mkdocs.yml": config,
            "kb/registers/satisfaction.csv": rows,
            "kb/pirs/2025/PIR-2025-0009.md": other.replace("INC-1001", "INC-1002").replace(
                "title: Mail stood still after", "title: Nothing was sent when"
            ),
        },
    )
    built = pir(tmp_path, "build", "--edition", "client:harbor-credit")
    assert built.exit_code == 0, built.stderr
