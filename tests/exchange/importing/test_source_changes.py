"""Sources that changed since the last import: renamed and removed files, records left out, tickets no longer major."""

from __future__ import annotations

import json
from typing import Any

import pytest
from helpers.empty_knowledge_base import EmptyBase

MAPPING = """\
name: wiki
fields:
  id: {key: number, file: '^(.+)[.]md$', prefix: OLD}
  title: {heading: true}
  client: {constant: acme}
  incidents: {key: ticket}
"""
MAIL = "# Mail down\n\n## Summary\n\nIt stood.\n\n## Impact\n\nNobody could write.\n"
WEB = "# Web down\n\n## Summary\n\nIt did not answer.\n"


@pytest.fixture
def wiki(base: EmptyBase) -> EmptyBase:
    base.write("wiki/mail.md", MAIL)
    base.write("wiki/web.md", WEB)
    run(base)
    return base


def run(base: EmptyBase, *options: str, mapping: str = MAPPING, source: str = "wiki") -> dict[str, Any]:
    """Import, and give the report; nothing may be refused."""
    result = base.import_source(base.folder / source, mapping, "--json", *options)
    assert result.exit_code == 0, result.output
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def changes(report: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one["change"], one["name"], one["detail"]) for one in report["source_changes"]]


def rename(base: EmptyBase, old: str, new: str) -> None:
    (base.folder / old).rename(base.folder / new)


def test_a_source_that_did_not_change_has_no_changes(wiki: EmptyBase) -> None:
    assert changes(run(wiki)) == []


def test_a_renamed_file_is_the_same_review_under_its_old_id(wiki: EmptyBase) -> None:
    rename(wiki, "wiki/mail.md", "wiki/2024-mail.md")
    report = run(wiki)
    assert changes(report) == [("renamed", "pirs/undated/OLD-MAIL.md", "mail.md → 2024-mail.md")]
    assert wiki.ids() == ["OLD-MAIL", "OLD-WEB"]
    assert wiki.record("OLD-MAIL")[0]["x-import"]["file"] == "2024-mail.md"
    # and stays so, whatever changes in it later
    wiki.write("wiki/2024-mail.md", MAIL.replace("stood", "stood still"))
    report = run(wiki)
    assert (changes(report), report["reviews"]["updated"]) == ([], ["pirs/undated/OLD-MAIL.md"])
    assert "It stood still." in wiki.record("OLD-MAIL")[1]
    assert run(wiki)["reviews"]["unchanged"] == ["pirs/undated/OLD-MAIL.md", "pirs/undated/OLD-WEB.md"]


def test_a_renamed_file_overwrites_nothing_that_was_edited_here(wiki: EmptyBase) -> None:
    file = wiki.file("OLD-MAIL")
    file.write_text(file.read_text("utf-8").replace("It stood.", "It stood for an hour. # ours"), "utf-8")
    rename(wiki, "wiki/mail.md", "wiki/post.md")
    report = run(wiki)
    assert report["reviews"]["merged"] == ["pirs/undated/OLD-MAIL.md"]
    assert "It stood for an hour. # ours" in file.read_text("utf-8")
    assert wiki.ids() == ["OLD-MAIL", "OLD-WEB"]


def test_links_to_a_renamed_file_lead_to_its_review(wiki: EmptyBase) -> None:
    rename(wiki, "wiki/mail.md", "wiki/post.md")
    wiki.write("wiki/web.md", WEB + "\nSee [the other](post.md).\n")
    run(wiki)
    assert "[[OLD-MAIL" in wiki.record("OLD-WEB")[1] or "OLD-MAIL.md" in wiki.record("OLD-WEB")[1]


def test_a_changed_and_renamed_file_is_known_by_its_ticket(base: EmptyBase) -> None:
    base.write("wiki/mail.md", "---\nticket: INC-1\n---\n" + MAIL)
    run(base)
    (base.folder / "wiki/mail.md").unlink()
    base.write("wiki/post.md", "---\nticket: INC-1\n---\n" + MAIL.replace("stood", "was slow"))
    assert changes(run(base)) == [("renamed", "pirs/undated/OLD-MAIL.md", "mail.md → post.md")]
    assert base.ids() == ["OLD-MAIL"]
    assert "It was slow." in base.record("OLD-MAIL")[1]


def test_a_file_in_another_folder_is_named_though_its_id_is_the_same(wiki: EmptyBase) -> None:
    (wiki.folder / "wiki/2024").mkdir()
    rename(wiki, "wiki/mail.md", "wiki/2024/mail.md")
    assert changes(run(wiki)) == [("renamed", "pirs/undated/OLD-MAIL.md", "mail.md → 2024/mail.md")]
    assert changes(run(wiki)) == []


def test_a_copy_that_is_imported_alone_is_a_new_review(wiki: EmptyBase) -> None:
    wiki.write("elsewhere/copy.md", MAIL)
    assert changes(run(wiki, source="elsewhere/copy.md")) == []
    assert wiki.ids() == ["OLD-COPY", "OLD-MAIL", "OLD-WEB"]


def test_tickets_whose_ids_have_another_form_now_keep_their_reviews(base: EmptyBase) -> None:
    table = "number,title\nT-1,Mail\nT-2,Web\n"
    rules = "fields:\n  id: {key: number, prefix: PIR}\n  title: {key: title}\n  client: {constant: acme}\n  incidents: {key: number}\n"
    mapping = f"name: tool\nformat: csv\n{rules}"
    base.write("export.csv", table)
    run(base, mapping=mapping, source="export.csv")
    report = run(base, mapping=mapping.replace("prefix: PIR", "prefix: REV"), source="export.csv")
    assert changes(report) == [
        ("renamed", "pirs/undated/PIR-T-1.md", "REV-T-1"),
        ("renamed", "pirs/undated/PIR-T-2.md", "REV-T-2"),
    ]
    assert base.ids() == ["PIR-T-1", "PIR-T-2"]


def test_two_files_that_could_be_the_renamed_one_are_new_reviews(wiki: EmptyBase) -> None:
    (wiki.folder / "wiki/mail.md").unlink()
    wiki.write("wiki/a.md", MAIL)
    wiki.write("wiki/b.md", MAIL)
    assert changes(run(wiki)) == [("gone", "pirs/undated/OLD-MAIL.md", "mail.md")]
    assert wiki.ids() == ["OLD-A", "OLD-B", "OLD-MAIL", "OLD-WEB"]


def test_a_copy_beside_the_original_is_a_new_review(wiki: EmptyBase) -> None:
    wiki.write("wiki/copy.md", MAIL)
    assert changes(run(wiki)) == []
    assert wiki.ids() == ["OLD-COPY", "OLD-MAIL", "OLD-WEB"]


def test_a_removed_file_is_named_and_its_review_stays(wiki: EmptyBase) -> None:
    before = wiki.file("OLD-MAIL").read_bytes()
    (wiki.folder / "wiki/mail.md").unlink()
    assert changes(run(wiki)) == [("gone", "pirs/undated/OLD-MAIL.md", "mail.md")]
    assert wiki.file("OLD-MAIL").read_bytes() == before
    text = wiki.import_source(wiki.folder / "wiki", MAPPING).stdout
    assert "1 imported earlier and not in this source; left unchanged here: pirs/undated/OLD-MAIL.md (mail.md)" in text


def test_one_file_of_a_folder_says_nothing_about_the_others(wiki: EmptyBase) -> None:
    assert changes(run(wiki, source="wiki/mail.md")) == []


def test_a_file_that_cannot_be_read_today_is_not_gone(wiki: EmptyBase) -> None:
    wiki.write("wiki/mail.md", "---\ntitle: [\n" + MAIL)
    result = wiki.import_source(wiki.folder / "wiki", MAPPING, "--json")
    assert (result.exit_code, json.loads(result.stdout)["source_changes"]) == (1, [])


def test_a_review_that_the_mapping_leaves_out_now_stays_and_is_named(wiki: EmptyBase) -> None:
    mapping = MAPPING + "where:\n- {drop: {text: '^# Web'}, because: web only}\n"
    assert changes(run(wiki, mapping=mapping)) == [("left out", "pirs/undated/OLD-WEB.md", "web only")]
    assert wiki.ids() == ["OLD-MAIL", "OLD-WEB"]


def test_a_review_whose_file_the_mapping_leaves_out_now_stays_and_is_named(wiki: EmptyBase) -> None:
    mapping = MAPPING + "leave_out:\n- {files: web.md, because: told elsewhere}\n"
    assert changes(run(wiki, mapping=mapping)) == [("left out", "pirs/undated/OLD-WEB.md", "told elsewhere")]


def test_another_rule_for_ids_is_named(wiki: EmptyBase) -> None:
    report = run(wiki, mapping=MAPPING.replace("OLD", "WIKI"))
    assert changes(report) == [
        ("other id", "pirs/undated/OLD-MAIL.md", "mail.md, now WIKI-MAIL"),
        ("other id", "pirs/undated/OLD-WEB.md", "web.md, now WIKI-WEB"),
    ]


TABLE = "number,title,severity,opened\nT-1,Mail,{},2025-03-04 08:00\nT-2,Web,SEV-3,2025-03-04 08:00\n"


def table(base: EmptyBase, content: str, *options: str) -> dict[str, Any]:
    base.write("export.csv", content)
    return run(base, "--client", "acme", "--timezone", "UTC", *options, mapping="csv", source="export.csv")


def test_a_ticket_that_is_no_longer_major_keeps_its_review_and_its_link(base: EmptyBase) -> None:
    table(base, TABLE.format("SEV-1"))
    before = base.file("PIR-T-1").read_bytes()
    for _ in range(2):
        assert changes(table(base, TABLE.format("SEV-4"))) == [("downgraded", "pirs/2025/PIR-T-1.md", "T-1")]
        assert (base.rows()["T-1"]["pir"], base.rows()["T-1"]["severity"]) == ("PIR-T-1", "SEV-4")
        assert base.file("PIR-T-1").read_bytes() == before
    assert table(base, TABLE.format("SEV-4"))["rows"]["unchanged"] == ["T-1", "T-2"]


def test_a_link_to_a_review_that_was_deleted_here_goes(base: EmptyBase) -> None:
    table(base, TABLE.format("SEV-1"))
    base.file("PIR-T-1").unlink()
    table(base, TABLE.format("SEV-4"))
    assert base.rows()["T-1"]["pir"] == ""


def test_rows_that_the_export_lost_stay_and_are_named(base: EmptyBase) -> None:
    table(base, TABLE.format("SEV-1"))
    report = table(base, TABLE.format("SEV-1").rpartition("T-2")[0])
    assert changes(report) == [("gone", "row T-2", "")]
    assert "T-2" in base.rows()


def test_changes_of_the_source_are_on_the_page_of_the_report(wiki: EmptyBase) -> None:
    (wiki.folder / "wiki/mail.md").unlink()
    run(wiki, "--report", str(wiki.folder / "page.html"))
    page = (wiki.folder / "page.html").read_text("utf-8")
    assert "Changes of the source" in page
    assert "pirs/undated/OLD-MAIL.md" in page
