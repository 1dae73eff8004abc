"""Pictures and other files that come along with a report: those it links to, and those of its own folder."""

from __future__ import annotations

import base64
import io
import json
import zipfile

import pytest
from helpers.empty_knowledge_base import EmptyBase
from PIL import Image

MAPPING = """\
name: wiki
files: ["**/*.md"]
fields:
  id: {file: '^(.+)[.]md$', prefix: OLD}
  title: {heading: true}
  client: {constant: acme}
"""


def picture(colour: str = "red", form: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), colour).save(out, form)
    return out.getvalue()


REPORT = """\
# Mail down

## Summary

![The queue, INC-99 and PIR-2020-0001](img/queue%20depth.png)

See [the log](logs/mail.log) and ![](./img/queue%20depth.png?raw=true).

| Time | Graph |
|---|---|
| 08:00 | ![small](img/queue%20depth.png) |
"""


@pytest.fixture
def wiki(base: EmptyBase) -> EmptyBase:
    base.write("wiki/mail.md", REPORT)
    base.write("wiki/web.md", "# Web down\n\nIt stood.\n")
    base.write("wiki/img/queue depth.png", picture())
    base.write("wiki/logs/mail.log", "08:00 stood\n")
    return base


def run(base: EmptyBase, *options: str, source: str = "wiki", code: int = 0) -> str:
    result = base.import_source(base.folder / source, MAPPING, *options)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.output


def attached(base: EmptyBase, id_: str = "OLD-MAIL") -> list[dict[str, str]]:
    found: list[dict[str, str]] = base.record(id_)[0].get("attachments", [])
    return found


def test_linked_pictures_and_files_come_along_and_links_follow(wiki: EmptyBase) -> None:
    output = run(wiki)
    assert "attachments copied: pirs/undated/OLD-MAIL/queue-depth.png, pirs/undated/OLD-MAIL/mail.log" in output
    assert "not part of the import" not in output
    assert attached(wiki) == [
        {"file": "OLD-MAIL/queue-depth.png", "title": "The queue, INC-99 and PIR-2020-0001"},
        {"file": "OLD-MAIL/mail.log", "title": "the log"},
    ]
    body = wiki.record("OLD-MAIL")[1]
    assert "![The queue, INC-99 and PIR-2020-0001](OLD-MAIL/queue-depth.png)" in body
    assert "See [the log](OLD-MAIL/mail.log) and ![](OLD-MAIL/queue-depth.png)." in body
    assert "| 08:00 | ![small](OLD-MAIL/queue-depth.png) |" in body
    folder = wiki.file("OLD-MAIL").parent / "OLD-MAIL"
    assert (folder / "queue-depth.png").read_bytes() == picture()
    assert wiki.is_sound(), wiki.pir("check", "--strict").output
    assert "2 unchanged" in run(wiki)


def test_the_page_of_the_report_lists_what_was_copied(wiki: EmptyBase) -> None:
    run(wiki, "--dry-run", "--report", str(wiki.folder / "page.html"))
    page = (wiki.folder / "page.html").read_text("utf-8")
    assert "Attachments to be copied" in page
    assert "pirs/undated/OLD-MAIL/queue-depth.png" in page


def test_a_dry_run_copies_nothing(wiki: EmptyBase) -> None:
    assert "attachments to be copied: pirs/undated/OLD-MAIL/queue-depth.png" in run(wiki, "--dry-run")
    assert not (wiki.folder / "kb/pirs").exists()


def test_files_come_along_from_an_archive_and_beside_a_single_file(wiki: EmptyBase) -> None:
    assert len(json.loads(run(wiki, "--dry-run", "--json", source="wiki/mail.md"))["attached"]) == 2
    with zipfile.ZipFile(wiki.folder / "wiki.zip", "w") as archive:
        for file in (wiki.folder / "wiki").rglob("*.*"):
            archive.write(file, f"top/{file.relative_to(wiki.folder / 'wiki').as_posix()}")
    run(wiki, source="wiki.zip")
    assert len(attached(wiki)) == 2
    assert wiki.is_sound()


@pytest.mark.parametrize("link", ["../secret.png", "img/../../secret.png", "/secret.png", "..%2Fsecret.png", ".x.png"])
@pytest.mark.parametrize("source", ["wiki", "wiki/mail.md"])
def test_a_link_that_leads_out_takes_nothing_along(base: EmptyBase, link: str, source: str) -> None:
    base.write("secret.png", picture())
    base.write("wiki/.x.png", picture())
    base.write("wiki/mail.md", f"# Mail down\n\n![picture]({link})\n")
    output = run(base, source=source)
    assert "which is not part of the import" in output
    assert attached(base) == []


def test_a_symbolic_link_takes_nothing_along(base: EmptyBase) -> None:
    base.write("secret.png", picture())
    base.write("wiki/mail.md", "# Mail down\n\n![picture](a.png) ![other](down/secret.png)\n")
    (base.folder / "wiki/a.png").symlink_to(base.folder / "secret.png")
    (base.folder / "wiki/down").symlink_to(base.folder)
    for source in ("wiki", "wiki/mail.md"):
        run(base, source=source)
        assert attached(base) == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"%PDF-1.7", "'a.pdf' has a type from which hidden data cannot be removed"),
        ("a.png", b"no picture", "'a.png' is not a readable PNG file"),
        ("a.csv", b"caf\xe9\n", "'a.csv' is not text in UTF-8"),
        ("a.log", b"x" * ((20 << 20) + 1), "'a.log' is larger than 20 MB"),
        ("a.svg", b"<!DOCTYPE x [<!ENTITY a 'b'>]><svg>", "'a.svg' is not a readable SVG file"),
    ],
)
def test_a_file_that_could_not_be_published_is_refused_and_named(
    base: EmptyBase, name: str, content: bytes, said: str
) -> None:
    base.write(f"wiki/{name}", content)
    base.write("wiki/mail.md", f"# Mail down\n\nSee [this]({name}).\n")
    output = run(base)
    assert f"mail.md:3:12: warning PIR705: {said}" in output
    assert output.count("PIR705") == 1
    assert attached(base) == []
    assert f"See this (`{name}`)." in base.record("OLD-MAIL")[1]
    assert base.is_sound()


def test_files_of_a_report_s_own_folder_come_along_unnamed(base: EmptyBase) -> None:
    base.write("wiki/2024/mail/report.md", "# Mail down\n\nIt stood.\n")
    base.write("wiki/2024/mail/queue.png", picture())
    base.write("wiki/2024/mail/more/table.csv", "a,b\n")
    base.write("wiki/2024/mail/deck.pptx", "PK")
    base.write("wiki/web.md", "# Web down\n")
    base.write("wiki/web/graph.png", picture())
    base.write("wiki/logo.png", picture())
    output = run(base)
    assert [one["file"] for one in attached(base, "OLD-REPORT")] == ["OLD-REPORT/table.csv", "OLD-REPORT/queue.png"]
    assert [one["file"] for one in attached(base, "OLD-WEB")] == ["OLD-WEB/graph.png"]
    assert "report.md:1:1: warning PIR704: '2024/mail/deck.pptx' has a type" in output
    assert "left out, not among the files of the mapping (**/*.md): 2024/mail/deck.pptx, logo.png\n" in output


def test_files_of_one_name_and_of_odd_names_stay_apart(base: EmptyBase) -> None:
    links = ["a/x.png", "b/x.png", "ü  (1)#2.png", "漢字.png"]
    for link in links:
        base.write(f"wiki/{link}", picture())
    base.write("wiki/mail.md", "# Mail down\n\n" + "\n\n".join(f"![p](<{link.replace('#', '%23')}>)" for link in links))
    run(base)
    names = [one["file"].removeprefix("OLD-MAIL/") for one in attached(base)]
    assert names[:3] == ["x.png", "b-x.png", "u-1-2.png"]
    assert len(set(names)) == 4
    assert base.is_sound(), base.pir("check", "--strict").output


def test_html_pictures_come_along_and_hostile_names_act_nowhere(base: EmptyBase) -> None:
    base.write("wiki/q.png", picture())
    base.write("wiki/mail.md", '# Mail down\n\n<img src="q.png" onerror="alert(1)" alt="a](javascript:1) <b>">\n')
    run(base)
    body = base.record("OLD-MAIL")[1]
    assert "](OLD-MAIL/q.png)" in body
    assert "onerror" not in body
    assert "](javascript" not in body
    assert base.is_sound()


def test_a_changed_picture_is_updated_and_an_edited_one_is_not(wiki: EmptyBase) -> None:
    run(wiki)
    target = wiki.file("OLD-MAIL").parent / "OLD-MAIL/queue-depth.png"
    wiki.write("wiki/img/queue depth.png", picture("blue"))
    assert "1 updated" in run(wiki)
    assert target.read_bytes() == picture("blue")
    target.write_bytes(picture("green"))
    assert "2 unchanged" in run(wiki)
    wiki.write("wiki/img/queue depth.png", picture("white"))
    for _ in range(2):
        assert "queue-depth.png is another file than 'img/queue depth.png' of the source" in run(wiki, code=1)
        assert target.read_bytes() == picture("green")
    run(wiki, "--on-conflict", "keep")
    assert target.read_bytes() == picture("green")
    wiki.write("wiki/img/queue depth.png", picture("black"))
    run(wiki, "--on-conflict", "source")
    assert target.read_bytes() == picture("black")


def test_what_was_taken_off_a_review_here_does_not_come_back(wiki: EmptyBase) -> None:
    run(wiki)
    file = wiki.file("OLD-MAIL")
    text = file.read_text("utf-8").replace("OLD-MAIL/mail.log", "OLD-MAIL/other.log")
    file.write_text(text, "utf-8")
    (file.parent / "OLD-MAIL/mail.log").rename(file.parent / "OLD-MAIL/other.log")
    run(wiki)
    assert not (file.parent / "OLD-MAIL/mail.log").exists()


def test_a_picture_in_the_html_of_a_ticket_comes_along(base: EmptyBase) -> None:
    base.write("export/q.png", picture())
    incident = {"id": "a1", "name": "Down", "postmortem_body": "<p>See <img src='q.png' alt='queue'></p>"}
    base.write("export/incidents.json", json.dumps({"incidents": [incident]}))
    result = base.import_source(base.folder / "export", "statuspage", "--client", "acme")
    assert result.exit_code == 0, result.output
    assert "See ![queue](STATUS-A1/q.png)" in base.record("STATUS-A1")[1]


def data_uri(content: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def test_pictures_within_the_text_become_files(base: EmptyBase) -> None:
    """Word processors write them so, at the end of the text and in one line of any length."""
    large = Image.effect_noise((600, 600), 90)
    out = io.BytesIO()
    large.save(out, "PNG")
    assert len(data_uri(out.getvalue())) > 100_000
    text = f"# Mail down\n\nSee ![the queue][image1] and ![again][image1].\n\n[image1]: <{data_uri(out.getvalue())}>\n"
    base.write("wiki/mail.md", text)
    run(base)
    assert attached(base) == [{"file": "OLD-MAIL/picture-1.png", "title": "the queue"}]
    assert (base.file("OLD-MAIL").parent / "OLD-MAIL/picture-1.png").read_bytes() == out.getvalue()
    body = base.record("OLD-MAIL")[1]
    assert "See ![the queue](OLD-MAIL/picture-1.png) and ![again](OLD-MAIL/picture-1.png)." in body
    assert "base64" not in body
    assert base.is_sound()
    assert "1 unchanged" in run(base)


def test_a_picture_within_html_becomes_a_file(base: EmptyBase) -> None:
    incident = {"id": "a1", "name": "Down", "postmortem_body": f"<p>See <img src='{data_uri(picture())}' alt='q'></p>"}
    source = base.write("incidents.json", json.dumps({"incidents": [incident]}))
    base.import_source(source, "statuspage", "--client", "acme")
    assert "See ![q](STATUS-A1/picture-1.png)" in base.record("STATUS-A1")[1]


@pytest.mark.parametrize("uri", [data_uri(b"no picture at all"), data_uri(picture(), "x-icon"), "data:text/html,<b>hi"])
def test_a_picture_within_the_text_that_is_none_is_refused_and_named(base: EmptyBase, uri: str) -> None:
    base.write("wiki/mail.md", f"# Mail down\n\n![p]({uri.replace('<', '%3C')})\n")
    output = run(base)
    assert "PIR705" in output or "data:text" in uri
    assert attached(base) == []
    assert base.is_sound()


def test_a_renamed_report_with_pictures_is_the_same_review(wiki: EmptyBase) -> None:
    run(wiki)
    (wiki.folder / "wiki/mail.md").rename(wiki.folder / "wiki/post.md")
    assert "1 renamed in the source; still the same review: pirs/undated/OLD-MAIL.md (mail.md → post.md)" in run(wiki)
    assert wiki.ids() == ["OLD-MAIL", "OLD-WEB"]
    assert wiki.is_sound()
    assert "2 unchanged" in run(wiki)


def test_a_picture_that_is_a_link_stays_a_picture(wiki: EmptyBase) -> None:
    wiki.write("wiki/mail.md", "# Mail down\n\n[![small](img/queue%20depth.png)](img/queue%20depth.png)\n")
    run(wiki)
    assert "![small](OLD-MAIL/queue-depth.png)" in wiki.record("OLD-MAIL")[1]
    assert wiki.is_sound()


def test_a_page_that_is_no_record_is_no_attachment(wiki: EmptyBase) -> None:
    wiki.write("wiki/README.md", "# About\n")
    wiki.write("wiki/mail.md", "# Mail down\n\nSee [about](README.md).\n")
    assert "the link leads to 'README.md', which is not part of the import" in run(wiki)
    assert attached(wiki) == []
