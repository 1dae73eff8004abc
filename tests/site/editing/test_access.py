"""Who is answered: this machine, under its own names, with the token, from our own page, and in JSON of bounded size."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.edit_forms import Browser
from helpers.knowledge_base import REVIEW, REVIEW_FILE, pir, write_base

from mkdocs_pir.site.editing.access import MOST
from mkdocs_pir.site.editing.web_api import PAGE


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(write_base(tmp_path / "base"))


def test_the_printed_address_gives_the_browser_its_cookie_and_loses_the_token(browser: Browser) -> None:
    status, headers, _ = browser.ask("/_edit/", QUERY_STRING=f"token={browser.access.token}", HTTP_COOKIE="")
    assert (status, headers["Location"]) == (303, "/_edit/")
    cookie = headers["Set-Cookie"]
    assert browser.access.token in cookie
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    status, headers, _ = browser.ask("/_edit/", QUERY_STRING="token=wrong", HTTP_COOKIE="")
    assert (status, "Set-Cookie" in headers) == (200, False)


def test_a_browser_without_the_cookie_is_told_what_to_do_and_comes_back_to_its_record(browser: Browser) -> None:
    status, headers, page = browser.ask("/_edit/", QUERY_STRING="id=PIR-2025-0001%22%3E", HTTP_COOKIE="")
    assert (status, "Open the address that 'pir serve' printed" in page.decode()) == (200, True)
    assert 'value="PIR-2025-0001&quot;&gt;"' in page.decode()
    assert "form-action 'self'" in headers["Content-Security-Policy"]
    pasted = f"http%3A%2F%2F127.0.0.1%3A8000%2F_edit%2F%3Ftoken%3D{browser.access.token}"
    status, headers, _ = browser.ask("/_edit/", QUERY_STRING=f"id=PIR-2025-0001&token={pasted}", HTTP_COOKIE="")
    assert (status, headers["Location"]) == (303, "/_edit/?id=PIR-2025-0001")


@pytest.mark.parametrize(
    "cookie", ["", "pir_edit_8000=", "pir_edit_8000=guess", "pir_edit_8001={token}", "a=b; =;;", "\xe9"]
)
def test_without_the_token_nothing_is_read_or_written(browser: Browser, cookie: str) -> None:
    given = cookie.replace("{token}", browser.access.token)
    status, answer = browser.post("open", {"id": "PIR-2025-0001"}, HTTP_COOKIE=given)
    assert (status, list(answer)) == (403, ["error"])


@pytest.mark.parametrize("host", ["", "evil.example", "127.0.0.1.evil.example:8000", "box.local:8000", "0.0.0.0:8000"])
def test_another_host_name_is_refused_even_if_the_preview_answers_to_it(
    browser: Browser, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIR_ALLOW_HOSTS", "box.local")
    for path in ("/_edit/", "/_edit/edit.js"):
        assert browser.ask(path, HTTP_HOST=host, QUERY_STRING=f"token={browser.access.token}")[0] == 403
    assert browser.post("home", {}, HTTP_HOST=host, HTTP_ORIGIN=f"http://{host}")[0] == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "", "https://127.0.0.1:8000", "http://127.0.0.1:8001"]
)
def test_a_request_of_another_page_is_refused(browser: Browser, origin: str) -> None:
    assert browser.post("home", {}, HTTP_ORIGIN=origin)[0] == 403


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_only_json_is_read(browser: Browser, kind: str) -> None:
    assert browser.post("home", {}, CONTENT_TYPE=kind)[0] == 415


@pytest.mark.parametrize(
    ("length", "status"), [("", 411), ("-1", 411), ("1e3", 411), (str(MOST + 1), 413), ("9" * 30, 413)]
)
def test_the_size_is_bounded_before_anything_is_read(browser: Browser, length: str, status: int) -> None:
    class Unread:
        def read(self, size: int) -> bytes:
            raise AssertionError(size)

    environ = {"CONTENT_LENGTH": length, "wsgi.input": Unread()}
    assert browser.post("home", {}, **environ)[0] == status


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "HEAD"])
def test_calls_are_posts(browser: Browser, method: str) -> None:
    assert browser.post("home", {}, REQUEST_METHOD=method)[0] == 405


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'{"id": 7}',
        b'{"id": ["PIR-2025-0001"]}',
    ],
)
def test_what_is_no_call_of_ours_is_answered_in_a_sentence(browser: Browser, content: bytes) -> None:
    status, answer = browser.post("open", content)
    assert (status, list(answer)) == (400, ["error"])


@pytest.mark.parametrize("name", ["", "nothing", "__class__", "../open", "open/"])
def test_there_are_no_other_calls(browser: Browser, name: str) -> None:
    assert browser.post(name, {"id": "PIR-2025-0001"})[0] == 400


@pytest.mark.parametrize(
    "change",
    [
        {"data": []},
        {"data": {"title": 7}},
        {"data": {"title": {"a": [True]}}},
        {"texts": {"x": "y"}},
        {"texts": {"1": None}},
        {"added": ["Summary"]},
        {"digest": None},
    ],
    ids=json.dumps,
)
def test_a_form_of_another_shape_changes_nothing(browser: Browser, change: dict[str, object]) -> None:
    form = browser.open("PIR-2025-0001")
    for call in ("check", "save", "save-deleted"):
        assert browser.post(call, form.given | change)[0] == 400
    assert (browser.folder / REVIEW_FILE).read_text("utf-8") == REVIEW


@pytest.mark.parametrize(("number", "status"), [("-1", 400), ("99", 422), ("9" * 5000, 422)])
def test_a_text_that_the_file_does_not_have_changes_nothing(browser: Browser, number: str, status: int) -> None:
    form = browser.open("PIR-2025-0001")
    form.texts[number] = "x"
    assert browser.post("save", form.given)[0] == status


def test_a_fault_of_ours_is_one_sentence(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mkdocs_pir.site.editing.record_editor.assessed", lambda *_: 1 / 0)
    status, answer = browser.post("open", {"id": "PIR-2025-0001"})
    assert (status, answer["error"][:17]) == (500, "ZeroDivisionError")


@pytest.mark.parametrize(
    "id_",
    ["", "..", "../mkdocs", "kb/pirs/2025/PIR-2025-0001.md", "/etc/passwd", "PIR-2025-0001.md", "\0", "x" * 10_000],
)
def test_a_record_is_opened_by_its_id_and_never_by_a_path(browser: Browser, id_: str) -> None:
    status, answer = browser.post("open", {"id": id_})
    assert (status, list(answer)) == (422, ["error"])


@pytest.mark.parametrize(
    "path", ["/_edit/../mkdocs.yml", "/_edit/page.html", "/_edit/editing/edit.js", "/_edit/x", "/_edit"]
)
def test_only_the_files_of_the_form_are_served(browser: Browser, path: str) -> None:
    assert browser.ask(path)[0] in (404, 200)
    if path != "/_edit":
        assert browser.ask(path)[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        "",
        "edit.js",
        "fields.js",
        "messages.js",
        "pickers.js",
        "sections.js",
        "tables.js",
        "edit.css",
        "pir.css",
        "brand.css",
        "link.css",
    ],
)
def test_every_answer_has_a_strict_policy(browser: Browser, path: str) -> None:
    status, headers, _ = browser.ask(f"/_edit/{path}")
    assert status == 200
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_the_scripts_show_what_records_say_as_text_only() -> None:
    assert sorted(file.name for file in PAGE.glob("*.js")) == [
        "edit.js",
        "fields.js",
        "messages.js",
        "pickers.js",
        "sections.js",
        "tables.js",
    ]
    for script in PAGE.glob("*.js"):
        text = script.read_text("utf-8")
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
            assert word not in text, script.name


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--address", "0.0.0.0:8000"], "0.0.0.0 can be reached from other machines"),
        (["--edition", "client:harbor-credit"], "this is the edition client:harbor-credit"),
        ([], ""),
        (["--address", "localhost:8000"], ""),
        (["--no-edit"], None),
    ],
)
def test_only_the_internal_edition_on_this_machine_is_edited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str | None
) -> None:
    asked = []
    monkeypatch.setattr("mkdocs_pir.site.mkdocs_build.serve", lambda *args, **more: asked.append(more["editing"]))
    result = pir(write_base(tmp_path / "base"), "serve", *arguments)
    assert result.exit_code == 0, result.output
    assert asked == [said == ""]
    assert ("cannot be edited" in result.output) == bool(said)
    assert (said or "") in result.output
