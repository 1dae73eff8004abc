"""What a form saves: what was changed and nothing else, and never over something newer."""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from helpers.edit_forms import Browser
from helpers.knowledge_base import FILES, REVIEW, REVIEW_FILE, REVIEW_WITH_OPEN_ACTION, pir, write_base

ID = "PIR-2025-0001"
LESSON = "kb/lessons/LL-0001.md"


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(write_base(tmp_path / "base", {REVIEW_FILE: REVIEW_WITH_OPEN_ACTION}))


def _text(browser: Browser, name: str = REVIEW_FILE) -> str:
    return (browser.folder / name).read_bytes().decode()


def test_only_what_was_typed_changes(browser: Browser) -> None:
    file = browser.folder / REVIEW_FILE
    before = REVIEW_WITH_OPEN_ACTION.replace("severity: SEV-2", "severity: SEV-2   # by the client").replace(
        "\n", "\r\n"
    )
    file.write_bytes(before.encode())
    form = browser.open(ID)
    form.data["severity"] = "SEV-1"
    form.data["impact"] = {**form.data["impact"], "users": "500", "sla_breached": "true"}
    form.write("Detection", "The probe read\nanother port.")
    form.write("Root cause", "A listener of its own.")
    answer = form.save()
    assert answer["message"] == "Saved."
    after = (
        REVIEW_WITH_OPEN_ACTION.replace("severity: SEV-2", "severity: SEV-1   # by the client")
        .replace("users: 410", "users: 500, sla_breached: true")
        .replace("The probe read another port.", "The probe read\nanother port.")
        .replace("| monitoring |\n", "| monitoring |\n\n## Root cause\n\nA listener of its own.\n")
    )
    assert _text(browser) == after.replace("\n", "\r\n")
    assert answer["saved"]["digest"] != form.opened["digest"]
    assert pir(browser.folder, "check").exit_code == 0


def test_a_form_that_was_not_touched_changes_nothing(browser: Browser) -> None:
    for id_ in (
        ID,
        "LL-0001",
        "mail-gateway",
        "change/expired-certificate",
        "PRB-0001",
        "quellmark",
        "handbook/on-call",
    ):
        form = browser.open(id_)
        file = browser.folder / "kb" / form.opened["path"]
        before = file.read_bytes()
        assert form.save()["message"] == "Nothing to save."
        assert file.read_bytes() == before


def test_an_action_is_closed(browser: Browser) -> None:
    form = browser.open(f"{ID}-A2")
    assert form.opened["item"] == "A2"
    form.data["actions"][1].update(status="done", completed="2026-09-19")
    form.save()
    assert _text(browser) == REVIEW_WITH_OPEN_ACTION.replace("status: open", "status: done").replace(
        "    due: 2026-09-20\n", "    due: 2026-09-20\n    completed: 2026-09-19\n"
    )


def test_two_forms_of_one_record_lose_nothing(browser: Browser) -> None:
    mine, theirs = browser.open(ID), browser.open(ID)
    theirs.data["severity"] = "SEV-3"
    theirs.save()
    mine.data["title"] = "Mail stood still"
    conflict = mine.save()["conflict"]
    assert conflict["data"]["severity"] == "SEV-3"
    assert "Mail stood still\n" not in _text(browser)
    mine.opened = conflict
    mine.data = {**conflict["data"], "title": "Mail stood still"}
    assert mine.save()["message"] == "Saved."
    assert "severity: SEV-3" in _text(browser)
    assert "title: Mail stood still\n" in _text(browser)


def test_what_both_changed_in_different_places_is_put_together(browser: Browser) -> None:
    mine, theirs = browser.open(ID), browser.open(ID)
    (timeline,) = (text["text"] for text in mine.opened["texts"] if text["title"] == "Timeline")
    theirs.write("Timeline", timeline.replace("raises an alert", "raises two alerts"))
    theirs.write("Summary", "Their summary.")
    theirs.data["impact"] = {**theirs.data["impact"], "users": "7"}
    theirs.data["severity"] = "SEV-3"
    theirs.save()
    mine.write("Timeline", timeline.replace("Evidence", "Source"))
    mine.write("Summary", "My summary.")
    mine.data["impact"] = {**mine.data["impact"], "sla_breached": "true"}
    mine.data["severity"] = "SEV-4"
    merged = mine.save()["conflict"]["merged"]
    assert merged["texts"].keys() == {"Timeline"}
    assert "raises two alerts" in merged["texts"]["Timeline"]
    assert "Source" in merged["texts"]["Timeline"]
    assert merged["data"].keys() == {"impact"}
    assert merged["data"]["impact"]["users"] == "7"
    assert merged["data"]["impact"]["sla_breached"] == "true"


def test_of_many_saves_at_the_same_moment_one_wins_and_the_others_are_shown_it(browser: Browser) -> None:
    forms = [browser.open(ID) for _ in range(6)]
    for number, form in enumerate(forms):
        form.data["title"] = f"Title {number}"
    with ThreadPoolExecutor(len(forms)) as pool:
        answers = list(pool.map(lambda form: form.save(), forms))
    assert sorted("saved" in answer for answer in answers) == [False] * 5 + [True]
    title = next(answer["saved"]["data"]["title"] for answer in answers if "saved" in answer)
    assert {answer["conflict"]["data"]["title"] for answer in answers if "conflict" in answer} == {title}
    assert f"title: {title}\n" in _text(browser)


def test_a_change_underneath_is_told_while_typing(browser: Browser) -> None:
    form = browser.open(ID)
    assert form.check()["state"] == "same"
    file = browser.folder / REVIEW_FILE
    file.write_text(REVIEW, "utf-8")
    assert form.check()["state"] == "changed"
    file.unlink()
    assert form.check()["state"] == "deleted"


def test_a_deleted_record_is_written_again(browser: Browser) -> None:
    form = browser.open(ID)
    form.data["severity"] = "SEV-1"
    file = browser.folder / REVIEW_FILE
    file.unlink()
    file.parent.rmdir()
    assert form.save() == {"conflict": None}
    answer = browser.call("save-deleted", **form.given)
    assert answer["saved"]["data"]["severity"] == "SEV-1"
    assert _text(browser) == REVIEW_WITH_OPEN_ACTION.replace("SEV-2", "SEV-1")
    # it is there now, so it is not written over
    assert "conflict" in browser.call("save-deleted", **form.given)


def test_a_record_that_was_broken_underneath_is_shown_and_kept(browser: Browser) -> None:
    form = browser.open(ID)
    form.data["severity"] = "SEV-1"
    broken = REVIEW.replace("title: ", "title: [")
    (browser.folder / REVIEW_FILE).write_text(broken, "utf-8")
    conflict = form.save()["conflict"]
    assert conflict["unreadable"][0]["code"] == "PIR013"
    assert conflict["content"] == broken
    assert _text(browser) == broken
    status, answer = browser.post("open", {"id": ID})
    assert status == 422
    assert "cannot be read (line" in answer["error"]


def test_new_errors_are_named_before_they_are_saved(browser: Browser) -> None:
    form = browser.open(ID)
    form.data["lessons"] = ["LL-0009"]
    del form.data["client"]
    refused = form.save()
    assert not refused["final"]
    assert {p["code"] for p in refused["refused"]} >= {"PIR101"}
    assert _text(browser) == REVIEW_WITH_OPEN_ACTION
    saved = form.save(with_errors=True)["saved"]
    assert "client" not in saved["data"]
    assert {p["field"] for p in saved["problems"]} >= {"client"}


def test_what_could_not_be_read_again_is_never_saved(browser: Browser) -> None:
    form = browser.open(ID)
    form.write("Summary", "Mail \u202e stood still.")
    refused = form.save(with_errors=True)
    assert refused["final"]
    assert refused["refused"][0]["code"] == "PIR002"
    form.write("Summary", "x" * 70_000)
    assert form.save(with_errors=True)["refused"][0]["code"] == "PIR004"
    assert _text(browser) == REVIEW_WITH_OPEN_ACTION


def test_a_read_only_file_is_left_alone(browser: Browser) -> None:
    file = browser.folder / REVIEW_FILE
    file.chmod(0o444)
    form = browser.open(ID)
    assert form.opened["read_only"]
    form.data["severity"] = "SEV-1"
    status, answer = browser.post("save", form.given)
    assert (status, "read-only" in answer["error"]) == (422, True)
    assert _text(browser) == REVIEW_WITH_OPEN_ACTION


def test_the_id_and_the_release_are_not_changed_by_saving(browser: Browser) -> None:
    for field, value in (
        ("id", "PIR-2025-0002"),
        ("audience", "shared"),
        ("release", {"approved_by": "me", "on": "2026-01-01"}),
    ):
        form = browser.open(ID)
        form.data[field] = value
        status, answer = browser.post("save", form.given)
        assert (status, f"'{field}'" in answer["error"]) == (422, True)
    assert _text(browser) == REVIEW_WITH_OPEN_ACTION


def test_a_link_in_place_of_the_file_is_never_followed(browser: Browser, tmp_path: Path) -> None:
    form = browser.open("LL-0001")
    form.data["title"] = "Another"
    outside = tmp_path / "outside.md"
    outside.write_bytes((browser.folder / LESSON).read_bytes())
    (browser.folder / LESSON).unlink()
    (browser.folder / LESSON).symlink_to(outside)
    before = outside.read_bytes()
    browser.post("save", form.given)
    browser.post("save-deleted", form.given)
    assert outside.read_bytes() == before


def test_a_folder_that_became_a_link_is_never_written_into(browser: Browser, tmp_path: Path) -> None:
    form = browser.open("LL-0001")
    form.data["title"] = "Another"
    (browser.folder / "kb/lessons").rename(tmp_path / "moved")
    (browser.folder / "kb/lessons").symlink_to(tmp_path / "moved")
    before = (tmp_path / "moved/LL-0001.md").read_bytes()
    browser.post("save", form.given)
    (tmp_path / "moved/LL-0001.md").unlink()
    browser.post("save-deleted", form.given)
    assert not (tmp_path / "moved/LL-0001.md").exists()
    (tmp_path / "moved/LL-0001.md").write_bytes(before)


def test_a_form_outlives_the_preview(browser: Browser) -> None:
    form = browser.open(ID)
    form.data["severity"] = "SEV-1"
    again = Browser(browser.folder)
    form.browser = again
    assert form.save()["message"] == "Saved."
    status, answer = again.post("save", form.given | {"digest": "0" * 64})
    assert (status, "started again" in answer["error"]) == (422, True)


def test_a_save_is_committed_alone_where_the_configuration_says_so(tmp_path: Path) -> None:
    config = FILES["mkdocs.yml"] + "      commit_edits: true\n"
    folder = write_base(tmp_path / "base", {"mkdocs.yml": config, REVIEW_FILE: REVIEW_WITH_OPEN_ACTION})
    browser = Browser(folder)

    def git(*arguments: str) -> str:
        run = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True)
        return run.stdout.strip()

    form = browser.open(ID)
    form.data["severity"] = "SEV-1"
    if not any((parent / ".git").exists() for parent in folder.parents):
        assert "not in a Git repository" in form.save()["message"]
    git("init", "--quiet")
    git("config", "user.name", "Ada Example")
    git("config", "user.email", "ada@example.org")
    git("add", ".")
    git("commit", "--quiet", "-m", "Begin")
    (folder / "unrelated.txt").write_text("staged by somebody")
    git("add", "unrelated.txt")
    form = browser.open(ID)
    form.data["severity"] = "SEV-4"
    assert form.save()["message"] == "Saved and committed as Ada Example."
    assert git("log", "-1", "--format=%an %s", "--name-only").split("\n") == [f"Ada Example Edit {ID}", "", REVIEW_FILE]
    assert git("diff", "--cached", "--name-only") == "unrelated.txt"


def test_without_the_option_nothing_is_committed(browser: Browser) -> None:
    subprocess.run(["git", "init", "--quiet", str(browser.folder)], check=True)
    form = browser.open(ID)
    form.data["severity"] = "SEV-1"
    assert form.save()["message"] == "Saved."
    run = subprocess.run(["git", "-C", str(browser.folder), "log"], capture_output=True, check=False)
    assert run.returncode != 0


@pytest.mark.skipif(os.name == "nt", reason="a file is replaced while it is open")
def test_a_file_keeps_its_permissions(browser: Browser) -> None:
    file = browser.folder / REVIEW_FILE
    file.chmod(0o640)
    form = browser.open(ID)
    form.data["severity"] = "SEV-1"
    form.save()
    assert file.stat().st_mode & 0o777 == 0o640
