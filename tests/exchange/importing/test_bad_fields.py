"""One bad field keeps no record out: it becomes a note, and is named at its place."""

from __future__ import annotations

import csv
import io
import json

import pytest
from helpers.empty_knowledge_base import EmptyBase

from mkdocs_pir.exchange.importing.mapping import field_names

MAPPING = """\
name: wiki
timezone: UTC
fields:
  id: {file: '^(.+)[.]md$', prefix: OLD}
  title: {key: title}
  client: {constant: acme}
  severity: {key: level, values: {down: SEV-1}}
  times.resolved: {key: fixed}
"""
GOOD = "level: down\nfixed: 2024-03-05T09:30:00Z\n"


def read(
    base: EmptyBase, front_matter: str, body: str = "\n## Summary\n\nIt stood.\n"
) -> tuple[dict[str, object], str]:
    base.write("wiki/mail.md", f"---\n{front_matter}---\n{body}")
    result = base.import_source(base.folder / "wiki", MAPPING)
    assert result.exit_code == 0, result.output
    assert base.is_sound(), base.pir("check", "--strict").output
    return base.record("OLD-MAIL")[0], result.output


@pytest.mark.parametrize(
    ("line", "title", "said"),
    [
        ("title: Mail: it stood", "Mail: it stood", "mail.md:2:1: warning PIR705: 'title' is not valid YAML"),
        ("title: 'Mail stood", "'Mail stood", "'title' is not valid YAML"),
        ("title: [Mail", "[Mail", "'title' is not valid YAML"),
        ("title: &a Mail", "&a Mail", "'title' is not valid YAML"),
        ("title: Mail\ntitle: Post", "Mail", "mail.md:3:1: warning PIR705: 'title' is not valid YAML"),
        ("title: Mail\nother: *a", "Mail", "mail.md:3:1: warning PIR705: 'other' is not valid YAML"),
        ("title: Mail\nother:\n  - a\n b: [\n  c", "Mail", "mail.md:3:1: warning PIR705: 'other' is not valid YAML"),
        ("? odd\ntitle: Mail\n", "Mail", ""),
        ("other: x", "OLD-MAIL", "mail.md:1:1: warning PIR705: there is no value for 'title' (title)"),
        ("title: '**'", "**", ""),
        ("title: \u202eMail", "Mail", "warning PIR704: 1 invisible character left out, the first U+202E"),
    ],
)
def test_a_line_that_is_no_yaml_is_read_as_the_text_that_stands_there(
    base: EmptyBase, line: str, title: str, said: str
) -> None:
    data, output = read(base, f"{line}\n{GOOD}")
    assert data["title"] == title
    assert (data["severity"], data["times"]) == ("SEV-1", {"resolved": "2024-03-05T09:30:00Z"})
    assert said in output


def test_what_stands_in_a_broken_line_is_kept(base: EmptyBase) -> None:
    data, _ = read(base, f"title: Mail\ntitle: Post: office\nteam: ops: night\n{GOOD}")
    assert data["x-source"] == {"title (line 3)": "Post: office", "team": "ops: night"}


def test_nothing_but_broken_lines_leaves_the_text(base: EmptyBase) -> None:
    data, _ = read(base, "title: a: b\n")
    assert data["title"] == "a: b"
    assert "It stood." in base.record("OLD-MAIL")[1]


def test_a_text_between_two_rules_is_text(base: EmptyBase) -> None:
    read(base, "This is no field.\n")
    assert "This is no field." in base.record("OLD-MAIL")[1]


def test_a_rule_above_the_text_is_no_front_matter(base: EmptyBase) -> None:
    base.write("wiki/mail.md", "---\n\n# Mail: down\n\nIt stood.\n")
    result = base.import_source(base.folder / "wiki", MAPPING.replace("{key: title}", "{heading: true}"))
    assert result.exit_code == 0, result.output
    assert base.record("OLD-MAIL")[0]["title"] == "Mail: down"


def test_blank_lines_above_the_front_matter_change_no_place(base: EmptyBase) -> None:
    base.write("wiki/mail.md", f"\n  \n---\ntitle: Mail: down\nlevel: odd\n{GOOD[12:]}---\n\n[gone](x.html)\n")
    result = base.import_source(base.folder / "wiki", MAPPING)
    assert result.exit_code == 0, result.output
    assert base.record("OLD-MAIL")[0]["title"] == "Mail: down"
    assert "mail.md:4:1: warning PIR705: 'title' is not valid YAML" in result.output
    assert "mail.md:5:8: warning PIR705: the mapping has no translation for 'odd'" in result.output
    assert "mail.md:9:8: warning PIR705: the link leads to 'x.html'" in result.output


def test_front_matter_that_is_not_closed_is_refused(base: EmptyBase) -> None:
    base.write("wiki/mail.md", "---\ntitle: Mail\n\nIt stood.\n")
    result = base.import_source(base.folder / "wiki", MAPPING)
    assert (result.exit_code, "mail.md:1:1: error PIR702" in result.output) == (1, True)


GARBAGE = (
    "\x00", "<script>alert(1)</script>", "x" * 5000, "[[NOPE-1]]", "- - -\n# h\n```", "2024-13-45", "\u202eabc",
    "{{ x }}", "!!", "a\nb", "漢字", "PIR-2020-9999", "null", "../../etc/passwd", "=1+1", "---", "'", '"', "{", "&a",
)  # fmt: skip


def test_no_value_of_any_field_keeps_its_record_out(base: EmptyBase) -> None:
    """Each field in turn has each of these values; the id and the client, which say whose the record is, are sound."""
    fields = [name for name in field_names() if name not in ("id", "client")]
    makes = ("services", "trigger", "contributing_factors")
    rules = "".join(f"  {n}: {{key: '{n}'{', slug: true, create: true' if n in makes else ''}}}\n" for n in fields)
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["number", *fields])
    records = [(name, value) for name in fields for value in GARBAGE]
    for number, (name, value) in enumerate(records, 1):
        table.writerow([f"T-{number}", *(value if one == name else "" for one in fields)])
    mapping = (
        f"name: bad\nformat: csv\ntimezone: UTC\nfields:\n  id: {{key: number}}\n  client: {{constant: acme}}\n{rules}"
    )
    result = base.import_source(base.write("bad.csv", text.getvalue()), mapping, "--json")
    report = json.loads(result.stdout)
    assert {name: len(found) for name, found in report["reviews"].items() if found} == {"created": len(records)}
    assert result.exit_code == 0
    assert base.pir("check").exit_code == 0, base.pir("check").output
    again = json.loads(base.import_source(base.folder / "bad.csv", mapping, "--json").stdout)
    assert len(again["reviews"]["unchanged"]) == len(records)


def test_a_field_that_needs_another_is_a_note(base: EmptyBase) -> None:
    mapping = MAPPING + "  detection.gap: {key: gap}\n"
    base.write("wiki/mail.md", f"---\ntitle: Mail\ngap: no probe\n{GOOD}---\n")
    result = base.import_source(base.folder / "wiki", mapping)
    assert "warning PIR705: 'by' of 'detection' is missing (detection)" in result.output
    data, _ = base.record("OLD-MAIL")
    assert data["x-source"] == {"detection": {"gap": "no probe"}}
    assert base.is_sound()
