"""The form in a real browser: every kind of field, the keyboard alone, and whatever can happen while somebody types."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.accessibility import barriers
from helpers.knowledge_base import FILES, REVIEW, REVIEW_FILE, REVIEW_WITH_OPEN_ACTION, pir, write_base
from helpers.preview_server import Server

pytestmark = pytest.mark.browser

ID = "PIR-2025-0001"
REGISTER = (
    "id,client,service,severity,opened,resolved,cause,pir_required,pir\n"
    "INC-1001,harbor-credit,mail-gateway,SEV-2,2025-03-04T02:52:00Z,2025-03-04T07:40:00Z,,true,PIR-2025-0001\n"
    "INC-2002,quellmark,mail-gateway,SEV-1,2026-09-01T10:00:00Z,2026-09-01T12:00:00Z,change/expired-certificate,true,\n"
)
BASE = {"kb/registers/incidents.csv": REGISTER, REVIEW_FILE: REVIEW_WITH_OPEN_ACTION}


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(write_base(tmp_path_factory.mktemp("edited") / "base", BASE), "pir")
    try:
        server.await_start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def folder(preview: Server) -> Path:
    """The folder of the preview, as it was at first."""
    folder = preview.folder
    for name, text in {**FILES, **BASE}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    for file in (folder / "kb").rglob("*-2026-*.md"):
        file.unlink()
    return folder


@pytest.fixture
def window(browser: Any, preview: Server, folder: Path) -> Iterator[Callable[..., Any]]:
    """Opens pages of one browser that has been at the printed address; what it complains of fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    address = re.search(r"http://\S+/_edit/\?token=\S+", preview.log.read_text("utf-8"))
    assert address is not None
    first = context.new_page()
    first.goto(address[0])
    assert "token" not in first.url
    first.close()

    def open_page(id_: str = "", step: str = "", **look: Any) -> Any:
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(m.text) if "Content Security" in m.text else None)
        if look:
            page.set_viewport_size({"width": look["width"], "height": 900})
            page.emulate_media(color_scheme=look["scheme"])
        page.goto(f"{preview.url}_edit/" + (f"?id={id_}" if id_ else ""))
        page.locator("h1").wait_for()
        if step:
            page.get_by_role("button", name=step).click()
        return page

    yield open_page
    context.close()
    assert complaints == []


def _field(page: Any, path: str) -> Any:
    """The control of a field, such as `actions.0.title`."""
    return page.locator(f"[data-path='{path}'] :is(input, select, textarea)").first


def _section(page: Any, title: str) -> Any:
    """The control of a section of the report."""
    return (
        page.locator(".edit-field", has=page.locator("label", has_text=re.compile(f"^{title}")))
        .last.locator("textarea")
        .first
    )


def _saved(page: Any) -> None:
    page.locator("#save").click()
    page.locator("#state", has_text=re.compile("^Saved")).wait_for()


def _text(folder: Path) -> str:
    return (folder / REVIEW_FILE).read_text("utf-8")


def test_a_review_is_filed_from_an_incident_released_and_an_action_closed(window: Any, folder: Path) -> None:
    page = window()
    page.get_by_label("Incident").select_option("INC-2002")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("heading", name="PIR-2026-0001").wait_for()
    _field(page, "title").fill("Tills stood still after a certificate expired")
    _field(page, "initiated.by").select_option("client")
    _field(page, "initiated.on").fill("2026-09-01")
    _field(page, "times.impact_start").fill("2026-09-01T09:50:00")
    _field(page, "impact.summary").fill("No till could take a card for two hours.")
    page.get_by_role("button", name="Add a contributing factor").click()
    page.keyboard.type("monitoring/missing-alert")
    _field(page, "no_lesson_because").fill("LL-0001 says it")
    for section in ("Summary", "Impact", "Root cause", "What we are changing"):
        _section(page, section).fill(f"Words of {section}.")
    page.get_by_role("group", name="Timeline, row by row").get_by_role("button", name="Remove row 3").click()
    for section in ("Detection", "Response", "Contributing factors", "What went well", "What went wrong"):
        _section(page, section).fill(f"Inside: {section}.")
    for section in ("Where we got lucky", "Supporting information"):
        _section(page, section).fill("Nothing.")
    for step in ("investigation", "internal review"):
        page.get_by_role("button", name=f"Go on to {step}").click()
    page.get_by_role("button", name="03g.02").click()
    page.get_by_role("button", name="Add a review").click()
    _field(page, "reviews.0.kind").select_option("internal")
    _field(page, "reviews.0.on").fill("2026-09-03")
    _field(page, "reviews.0.feedback_applied").fill("2026-09-04")
    page.get_by_role("button", name="Go on to client review").click()
    _saved(page)
    page.get_by_role("button", name="03g.03").click()
    seen = page.get_by_role("complementary")
    assert "Words of Summary." in seen.inner_text()
    assert "Inside: Detection." not in seen.inner_text()
    page.get_by_label("Approved by").select_option("service-delivery-manager")
    page.get_by_role("button", name="Approve the release").click()
    page.get_by_text("Released to its own client, approved by service delivery manager").wait_for()
    assert pir(folder, "release", "PIR-2026-0001").output.count("has not changed since") == 1
    page.get_by_role("link", name="All forms").click()
    page.get_by_role("link", name="PIR-2025-0001-A2").click()
    page.get_by_role("heading", name=REVIEW.partition("title: ")[2].partition("\n")[0]).wait_for()
    _field(page, "actions.1.status").select_option("done")
    page.locator(".edit-problem", has_text="completed").first.wait_for()
    _field(page, "actions.1.completed").fill("2026-09-19")
    _saved(page)
    assert "    status: done\n" in _text(folder)
    assert "    completed: 2026-09-19\n" in _text(folder)
    assert pir(folder, "check").exit_code == 0


def test_an_action_is_marked_as_done_in_one_press(window: Any, folder: Path) -> None:
    page = window(f"{ID}-A2")
    action = page.locator("details", has=page.locator("[data-path='actions.1']"))
    assert "due 2026-09-20 · open" in action.locator("summary").inner_text()
    assert action.get_by_role("button", name="Verified").is_disabled()
    action.get_by_role("button", name="Done", exact=True).click()
    assert page.evaluate("document.activeElement.value") == "2026-09-30"
    assert "· done" in action.locator("summary").inner_text()
    _saved(page)
    assert _text(folder) == REVIEW_WITH_OPEN_ACTION.replace("status: open", "status: done").replace(
        "due: 2026-09-20\n", "due: 2026-09-20\n    completed: 2026-09-30\n"
    )


def test_every_kind_of_field_writes_what_was_typed(window: Any, folder: Path) -> None:
    page = window(ID, "03g.01")
    _field(page, "title").fill('Mail: "stood" still # for all')
    _field(page, "severity").select_option("SEV-1")
    page.get_by_label("SLA breached").select_option("yes")
    page.get_by_label("Users affected").fill("500")
    _field(page, "initiated.on").fill("2025-03-06")
    _field(page, "times.mitigated").fill("2025-03-04T05:20:30")
    page.get_by_label("Mitigated: offset from UTC").fill("+01:00")
    _field(page, "workaround").fill("One.\n\nTwo: \"three\" 'four'")
    page.get_by_role("button", name="Add a symptom").click()
    page.keyboard.type("451 4.7.1 TLS")
    page.get_by_role("button", name="Add a symptom").click()
    page.keyboard.type("- [x] {y}: z")
    factors = page.locator("[data-path='contributing_factors']")
    factors.get_by_role("button", name="Add").click()
    page.keyboard.type("change/expired-certificate")
    factors.get_by_role("button", name="Remove").first.click()
    page.get_by_role("button", name="Add a reference").click()
    page.keyboard.type("https://status.example/1")
    page.get_by_role("button", name="Add a process deficiency").click()
    _field(page, "process_deficiencies.0.cause").fill("missing")
    page.locator("datalist option[value='monitoring/missing-alert']").first.wait_for(state="attached")
    _field(page, "process_deficiencies.0.cause").fill("monitoring/missing-alert")
    _field(page, "process_deficiencies.0.effect").select_option("extended")
    _field(page, "process_deficiencies.0.description").fill("nobody looked")
    _saved(page)
    text = _text(folder)
    for line in (
        'title: "Mail: \\"stood\\" still # for all"',
        "severity: SEV-1",
        "initiated: {by: client, on: 2025-03-06}",
        "  mitigated: 2025-03-04T05:20:30+01:00",
        "users: 500, sla_breached: true}",
        "monitoring/missing-alert",
        "nobody looked",
        "https://status.example/1",
    ):
        assert line in text, line
    assert "contributing_factors: [change/expired-certificate]" in text
    read = window(ID, "03g.01")
    assert _field(read, "workaround").input_value() == "One.\n\nTwo: \"three\" 'four'"
    assert _field(read, "symptoms.1").input_value() == "- [x] {y}: z"


def test_a_timeline_is_edited_row_by_row(window: Any, folder: Path) -> None:
    page = window(ID, "03g.01")
    table = page.get_by_role("group", name="Timeline, row by row")
    assert table.get_by_label("Row 1: What happened").input_value() == "The probe raises an alert"
    table.get_by_role("button", name="Add a row below row 1").click()
    page.keyboard.type("03:10")
    page.keyboard.press("Tab")
    page.keyboard.type("One pipe | two\nlines")
    table.get_by_label("Row 2: Evidence").fill("chat")
    table.get_by_role("button", name="Add a row", exact=True).click()
    table.get_by_role("button", name="Remove row 3").click()
    page.get_by_role("button", name="Edit as text").click()
    assert "One pipe \\| two lines" in _section(page, "Timeline").input_value()
    page.get_by_role("button", name="Edit as a table").click()
    assert table.get_by_label("Row 2: What happened").input_value() == "One pipe | two lines"
    _saved(page)
    row = "| 02:52 | The probe raises an alert | monitoring |\n"
    assert _text(folder) == REVIEW_WITH_OPEN_ACTION.replace(row, row + "| 03:10 | One pipe \\| two lines | chat |\n")


def test_values_that_the_schema_does_not_allow_stay_until_they_are_changed(window: Any, folder: Path) -> None:
    odd = (
        REVIEW_WITH_OPEN_ACTION.replace("severity: SEV-2", "severity: SEV-9")
        .replace("on: 2025-03-05", "on: 2024-13-45")
        .replace("2025-03-04T02:10:00Z", "sometime")
        .replace("services: [mail-gateway]", "services: mail-gateway")
        .replace("trigger: change/expired-certificate", "trigger: [a, b]\nx-own: {a: [1, {b: c}]}")
    )
    (folder / REVIEW_FILE).write_text(odd, "utf-8")
    page = window(ID, "03g.01")
    assert _field(page, "severity").input_value() == "SEV-9"
    assert _field(page, "initiated.on").input_value() == "2024-13-45"
    _field(page, "title").fill("Another")
    page.locator("#save").click()
    page.locator("#state", has_text="Saved").wait_for()
    assert _text(folder) == odd.replace("Mail stood still after a certificate expired", "Another")


def test_what_is_wrong_stands_beside_the_field_and_can_be_saved_as_a_draft(window: Any, folder: Path) -> None:
    page = window(ID, "03g.01")
    page.get_by_label("Users affected").fill("many")
    field = page.locator("[data-path='impact.users']")
    field.get_by_text("must be a whole number").wait_for()
    assert page.get_by_label("Users affected").get_attribute("aria-invalid") == "true"
    described = (page.get_by_label("Users affected").get_attribute("aria-describedby") or "").split()
    assert "must be a whole number" in page.locator(f"#{described[-1]}").inner_text()
    page.get_by_role("button", name="03g.04").click()
    assert "1 wrong" in page.get_by_role("button", name="03g.01").inner_text()
    page.get_by_role("complementary").get_by_role("button", name="must be a whole number").click()
    assert page.evaluate("document.activeElement.value") == "many"
    page.locator("#save").click()
    page.get_by_role("button", name="Save anyway; the errors stay").wait_for()
    assert _text(folder) == REVIEW_WITH_OPEN_ACTION
    page.get_by_role("button", name="Save anyway; the errors stay").click()
    page.locator("#state", has_text="Saved").wait_for()
    assert "users: many" in _text(folder)


def test_records_are_found_by_words_and_what_is_missing_is_begun(window: Any, folder: Path) -> None:
    from playwright.sync_api import expect

    page = window(ID, "03g.01")
    factors = page.locator("[data-path='contributing_factors']")
    factors.get_by_role("button", name="Add").click()
    page.keyboard.type("EXPIRED certificate")
    page.keyboard.press("Enter")
    # a function that waits would be a string that the policy of the page does not let run
    expect(page.locator(":focus")).to_have_value("change/expired-certificate")
    factors.get_by_role("button", name="Add").click()
    page.keyboard.type("change")
    page.keyboard.press("Tab")
    added = factors.locator("[data-path$='.2']")
    _field(page, "contributing_factors.2").fill("storage/queue-disk")
    page.keyboard.press("Tab")
    added.get_by_text("No cause has the id or the words “storage/queue-disk”").wait_for()
    with page.context.expect_page() as opened:
        added.get_by_role("link", name="Begin this cause").click()
    other = opened.value
    other.get_by_role("button", name="Begin").wait_for()
    assert other.get_by_label("Family").input_value() == "storage"
    other.get_by_role("button", name="Begin").click()
    other.get_by_role("heading", name="queue disk").wait_for()
    assert _field(page, "contributing_factors.2").input_value() == "storage/queue-disk"
    added.get_by_text("No cause has").wait_for(state="detached")
    assert (folder / "kb/causes/storage/queue-disk.md").is_file()
    (folder / "kb/causes/storage/queue-disk.md").unlink()


def test_whoever_comes_back_to_a_field_is_not_interrupted_by_what_is_found(window: Any, folder: Path) -> None:
    from playwright.sync_api import expect

    page = window(ID, "03g.01")
    factors = page.locator("[data-path='contributing_factors']")
    factors.get_by_role("button", name="Add").click()
    page.keyboard.type("expired")
    held: list[Any] = []
    page.route("**/api/find", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/api/find"):
        page.keyboard.press("Tab")
    control = _field(page, "contributing_factors.1")
    control.focus()
    with page.expect_response("**/api/find") as answered:
        held[0].continue_()
    answered.value.finished()
    page.evaluate("() => new Promise((done) => setTimeout(done, 50))")  # the page has taken the answer by now
    page.keyboard.press("End")
    page.keyboard.type(" certificate")
    expect(control).to_have_value("expired certificate")
    page.keyboard.press("Tab")
    expect(control).to_have_value("change/expired-certificate")


def test_a_record_is_opened_by_words_of_its_title(window: Any) -> None:
    page = window()
    page.get_by_label("Open a record").fill("nothing has these words")
    page.get_by_role("button", name="Open").click()
    page.get_by_text("There is no record 'nothing has these words'").wait_for()
    page.get_by_label("Open a record").fill("e")
    page.get_by_role("button", name="Open").click()
    page.get_by_text("Which one?").or_(page.get_by_text("Several records")).wait_for()
    page.get_by_label("Open a record").fill("mail stood still")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Mail stood still").wait_for()


def test_a_section_is_left_out_and_keeps_to_itself(window: Any, folder: Path) -> None:
    page = window(ID, "03g.01")
    _section(page, "Impact").fill("Some words.\n\n## Root cause\n\nMore.\n\n```\n# a comment\n```\n")
    page.get_by_text("“Root cause” is now a smaller heading").wait_for()
    _section(page, "Impact").press("Tab")
    assert _section(page, "Impact").input_value() == (
        "Some words.\n\n### Root cause\n\nMore.\n\n```\n# a comment\n```\n"
    )
    page.locator("[data-text]", has_text="Detection").get_by_role("button", name="Leave this section out").click()
    _saved(page)
    assert "## Detection" not in _text(folder)
    assert "\n## Impact\n\nSome words.\n\n### Root cause\n" in _text(folder)


def test_lines_of_a_log_are_kept(window: Any, folder: Path) -> None:
    page = window(ID, "03g.01")
    log = "02:51 queue at 80 %\n02:52 # queue full\n02:53 relay down"
    area = _section(page, "Impact")
    area.fill("Before.")
    area.evaluate(PASTE, log)
    page.get_by_role("button", name="As a block of code").click()
    assert area.input_value() == f"Before.\n\n```\n{log}\n```"
    page.get_by_role("button", name="Add a symptom").click()
    _field(page, "symptoms.0").evaluate(PASTE, log)
    assert [_field(page, f"symptoms.{n}").input_value() for n in range(3)] == log.split("\n")
    page.get_by_role("button", name="Keep them together").click()
    assert page.locator("[data-path='symptoms.0'] textarea").input_value() == log
    table = page.get_by_role("group", name="Timeline, row by row")
    table.get_by_role("button", name="Add a row", exact=True).click()
    table.get_by_label("What happened").last.evaluate(PASTE, log)
    table.get_by_role("button", name="One row a line").click()
    assert table.get_by_label("What happened").last.input_value() == "02:53 relay down"
    _saved(page)
    assert "|  | 02:52 # queue full |  |\n" in _text(folder)


PASTE = """(field, text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    field.focus();
    const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
    if (field.dispatchEvent(event)) document.execCommand("insertText", false, text);
}"""


def test_a_day_that_is_half_typed_is_not_lost(window: Any, folder: Path) -> None:
    page = window(ID, "03g.01")
    before = _text(folder)
    field = page.locator("[data-path='initiated.on']")
    _field(page, "initiated.on").fill("")
    _field(page, "initiated.on").focus()
    page.keyboard.type("03")
    page.keyboard.press("Control+s")
    page.locator("#state", has_text="“On” is not complete").wait_for()
    field.get_by_text("This is not complete").wait_for()
    page.get_by_role("button", name="03g.04").click()
    assert field.is_visible()
    assert _text(folder) == before


def test_the_errors_of_a_save_lead_to_their_fields_and_go_when_they_are_mended(window: Any, folder: Path) -> None:
    page = window(ID, "03g.01")
    page.get_by_label("Users affected").fill("many")
    page.locator("#save").click()
    box = page.locator("#conflict")
    box.get_by_role("button", name="Save anyway").wait_for()
    page.get_by_role("button", name="03g.04").click()
    box.get_by_role("button", name="must be a whole number").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("7")
    box.get_by_text("Nothing was saved").wait_for(state="detached")
    assert page.evaluate("document.activeElement.value") == "7"


def test_the_errors_of_a_save_stay_until_what_was_typed_is_checked_again(window: Any) -> None:
    page = window(ID, "03g.01")
    page.route("**/api/check", lambda route: None)  # never answered
    page.get_by_label("Users affected").fill("many")
    page.locator("#save").click()
    box = page.locator("#conflict")
    box.get_by_role("button", name="Save anyway").wait_for()
    page.get_by_role("button", name="03g.04").click()
    page.get_by_role("button", name="03g.01").click()
    assert "must be a whole number" in box.inner_text()


def test_a_new_action_is_judged_once_it_was_left(window: Any) -> None:
    page = window(ID, "03g.04")
    page.get_by_role("button", name="Add an action item").click()
    row = page.locator("[data-path='actions.2']")
    _field(page, "actions.2.owner").fill("mail team")
    page.wait_for_timeout(800)
    assert row.locator(".edit-problem--error").count() == 0
    assert _field(page, "actions.2.status").input_value() == "open"
    page.locator("summary").first.click()
    row.locator(".edit-problem--error").first.wait_for()


def test_what_was_removed_comes_back(window: Any, folder: Path) -> None:
    page = window(f"{ID}-A1")
    page.get_by_role("button", name="Remove action item A1").click()
    page.get_by_text("Removed: A1").wait_for()
    assert _field(page, "actions.0.id").input_value() == "A2"
    page.get_by_role("button", name="Undo").click()
    assert _field(page, "actions.0.id").input_value() == "A1"
    assert _field(page, "actions.1.id").input_value() == "A2"
    page.locator("#state", has_text="Not saved").wait_for(state="detached")


def test_messages_are_in_the_words_of_the_form(window: Any, folder: Path) -> None:
    page = window(ID, "03g.01")
    _field(page, "initiated.on").fill("")
    page.locator("[data-path='initiated.on'] .edit-problem--error").wait_for()
    said = page.locator("main").inner_text()
    for notation in ("'on'", "'on:", "{kind:", "not_appropriate", "(line "):
        assert notation not in said, notation
    assert (
        "“On” of “Initiated” is missing" in page.locator("[data-path='initiated.on'] .edit-problem--error").inner_text()
    )
    _field(page, "initiated.on").fill("2025-03-05")
    _field(page, "title").fill("Mail stood\x07 still")
    page.locator("#save").click()
    page.get_by_role("alert").get_by_text("“Title” has an invisible control character (U+0007)").wait_for()


def _tab_to(page: Any, test: str, most: int = 150) -> None:
    """Press Tab until what has the focus passes a test in JavaScript."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"(() => {{ const e = document.activeElement; return Boolean({test}); }})()"):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    raise AssertionError(f"the Tab key never reaches {test}")


def test_the_keyboard_alone_is_enough(window: Any, folder: Path) -> None:
    page = window()
    _tab_to(page, "e.id === 'begin-incident'")
    page.keyboard.press("ArrowDown")
    _tab_to(page, "e.textContent === 'Begin'")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="PIR-2026-0001").wait_for()
    _tab_to(page, "e.closest('[data-path=\"title\"]')")
    page.keyboard.type("Tills stood still")
    _tab_to(page, "e.textContent === 'Add a symptom'")
    page.keyboard.press("Enter")
    page.keyboard.type("card refused")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+s")
    page.locator("#state", has_text=re.compile("^Saved")).wait_for()
    # the focus is where it was
    assert page.evaluate("document.activeElement.value") == "card refused"
    page.locator("#save").focus()
    _tab_to(page, "e.textContent.includes('03g.04') && e.tagName === 'BUTTON'")
    page.keyboard.press("Enter")
    _tab_to(page, "e.textContent === 'Add an action item'")
    page.keyboard.press("Enter")
    _tab_to(page, "e.closest('[data-path=\"actions.0.title\"]')")
    page.keyboard.type("Renew by machine")
    _tab_to(page, "e.closest('[data-path=\"actions.0.status\"]')")
    page.keyboard.press("Control+s")
    page.locator("#state", has_text=re.compile("^Saved")).wait_for()
    text = (folder / "kb/pirs/2026/PIR-2026-0001.md").read_text("utf-8")
    assert "title: Tills stood still\n" in text
    assert "card refused" in text
    assert re.search(r"actions:\n(?:#.*\n)*\s+- id: A1\n\s+title: Renew by machine\n\s+status: open\n", text), text


def test_two_people_at_once_lose_nothing(window: Any, folder: Path) -> None:
    mine, theirs = window(ID, "03g.01"), window(ID, "03g.01")
    _field(theirs, "severity").select_option("SEV-4")
    _field(theirs, "root_cause").fill("Theirs")
    _section(theirs, "Summary").fill("Their summary.")
    _saved(theirs)
    mine.get_by_label("Users affected").fill("999")
    _field(mine, "root_cause").fill("Mine")
    _section(mine, "Summary").fill("My summary.")
    mine.get_by_text("changed by somebody else").wait_for()
    mine.locator("#save").click()
    box = mine.get_by_role("alert")
    box.get_by_text("Choose for each").wait_for()
    assert "Their summary." in box.inner_text()
    assert "My summary." in box.inner_text()
    assert "Mine" not in _text(folder)
    box.get_by_role("group", name="Summary").get_by_label("Take that of the file").check()
    box.get_by_role("button", name="Go on with both").click()
    _saved(mine)
    text = _text(folder)
    for words in ("SEV-4", "users: 999", "root_cause: Mine", "Their summary."):
        assert words in text, words
    assert "My summary." not in text


def test_an_approval_that_no_longer_covers_the_content_is_renewed(window: Any, folder: Path) -> None:
    page = window(ID, "03g.03")
    page.get_by_role("button", name="Approve again").click()
    page.locator("#state", has_text="Released").wait_for()
    page.get_by_role("button", name="03g.01").click()
    _section(page, "Summary").fill("Nobody got mail for a day.")
    _saved(page)
    page.get_by_role("button", name="03g.03").click()
    release = page.locator("[data-path='release']")
    release.get_by_text("no longer covers what the client would see").wait_for()
    assert "PIR420" in release.inner_text()
    release.get_by_role("button", name="Approve again").click()
    release.get_by_text("The client sees this.").wait_for()
    assert "PIR420" not in release.inner_text()


def test_two_people_change_two_rows_of_one_timeline(window: Any, folder: Path) -> None:
    row = "| 02:52 | The probe raises an alert | monitoring |\n"
    (folder / REVIEW_FILE).write_text(
        REVIEW_WITH_OPEN_ACTION.replace(row, row + "| 03:10 | A call | chat |\n"), "utf-8"
    )
    mine, theirs = window(ID, "03g.01"), window(ID, "03g.01")

    def fill(page: Any, label: str, words: str) -> None:
        page.get_by_role("group", name="Timeline, row by row").get_by_label(label).fill(words)

    fill(theirs, "Row 2: What happened", "Their call")
    _saved(theirs)
    fill(mine, "Row 1: What happened", "My alert")
    mine.locator("#save").click()
    box = mine.get_by_role("alert").filter(has_text="put together: Timeline")
    box.wait_for()
    assert box.get_by_role("radio").count() == 0
    box.get_by_role("button", name="Go on with both").click()
    _saved(mine)
    assert "| 02:52 | My alert | monitoring |\n| 03:10 | Their call | chat |\n" in _text(folder)


def test_a_record_that_vanishes_or_breaks_underneath_costs_no_word(window: Any, folder: Path) -> None:
    page = window(ID, "03g.01")
    page.get_by_label("Users affected").fill("999")
    file = folder / REVIEW_FILE
    file.write_text(REVIEW.replace("title: ", "title: ["), "utf-8")
    page.locator("#save").click()
    page.get_by_text("cannot be read any more").wait_for()
    assert page.get_by_label("Users affected").input_value() == "999"
    file.unlink()
    page.locator("#save").click()
    page.get_by_role("button", name="Write the file again").click()
    page.locator("#state", has_text="Saved").wait_for()
    assert _text(folder) == REVIEW_WITH_OPEN_ACTION.replace("users: 410", "users: 999")


def test_leaving_with_something_unsaved_is_asked_about(window: Any) -> None:
    page = window(ID, "03g.01")
    asked: list[str] = []

    def note(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", note)
    page.get_by_label("Users affected").click()
    page.keyboard.type("1")
    with page.expect_event("dialog"):
        page.get_by_role("link", name="All forms").click()
    assert asked == ["beforeunload"]
    assert page.get_by_label("Users affected").input_value() == "4101"
    _saved(page)
    page.get_by_role("link", name="All forms").click()
    page.get_by_role("heading", name="Edit records").wait_for()
    assert asked == ["beforeunload"]


def test_without_the_printed_address_the_page_says_where_it_is(browser: Any, preview: Server, folder: Path) -> None:
    page = browser.new_page()
    page.goto(f"{preview.url}_edit/?id={ID}")
    page.get_by_text("Open the address that 'pir serve' printed").wait_for()
    assert "Mail stood still" not in page.content()
    page.close()


def test_markup_in_a_record_is_shown_as_text(window: Any, folder: Path) -> None:
    hostile = "<img src=x onerror=document.body.dataset.run=1><b>bold</b>"
    text = REVIEW_WITH_OPEN_ACTION.replace("title: Mail stood still after a certificate expired", f"title: '{hostile}'")
    (folder / REVIEW_FILE).write_text(text.replace("title: Renew by machine", f"title: '{hostile}'"), "utf-8")
    page = window(ID)
    assert page.locator("h1").inner_text() == hostile
    for step in ("03g.01", "03g.03", "03g.04"):
        page.get_by_role("button", name=step).click()
    home = window()
    assert hostile in home.inner_text("main")
    for one in (page, home):
        assert one.locator("main img, main b").count() == 0
        assert one.evaluate("document.body.dataset.run") is None


def test_the_page_of_a_record_leads_to_its_form(window: Any, preview: Server) -> None:
    page = window()
    page.goto(f"{preview.url}lessons/LL-0001.html")
    page.get_by_role("link", name="Edit", exact=True).click()
    _field(page, "recommendation").wait_for()
    assert "LL-0001" in page.url


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (390, "dark"),
        (1280, "light"),
        pytest.param(1280, "dark", marks=pytest.mark.nightly),
        pytest.param(1920, "light", marks=pytest.mark.nightly),
    ],
)
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_the_screen(
    window: Any, folder: Path, width: int, scheme: str
) -> None:
    found: list[str] = []
    page = window(ID, width=width, scheme=scheme)
    other = window("LL-0001", width=width, scheme=scheme)
    home = window(width=width, scheme=scheme)

    def look(one: Any, name: str) -> None:
        assert one.locator("h1").count() == 1
        assert one.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
        found.extend(f"{name}: {barrier}" for barrier in barriers(one))

    look(home, "the first page")
    look(other, "a lesson")
    for step in ("03g.02", "03g.03", "03g.04", "03g.01"):
        page.get_by_role("button", name=step).click()
        for item in page.locator("summary").all():
            item.click()
        look(page, step)
    page.get_by_label("Users affected").fill("many")
    page.get_by_text("must be a whole number").first.wait_for()
    page.locator("#save").click()
    page.get_by_role("button", name="Save anyway").wait_for()
    look(page, "with errors")
    (folder / REVIEW_FILE).write_text(REVIEW_WITH_OPEN_ACTION.replace("users: 410", "users: 7"), "utf-8")
    page.locator("#save").click()
    page.get_by_text("Choose for each").wait_for()
    look(page, "with two versions")
    assert not found, "\n".join(found)


@pytest.mark.slow
def test_beside_the_pages_of_another_site_records_lead_to_their_forms_too(tmp_path: Path) -> None:
    config = FILES["mkdocs.yml"].replace("docs_dir: kb\n", "").replace('exclude_docs: "*"\n', "")
    config = config.replace("plugins:\n", "plugins:\n  - search\n")
    folder = write_base(tmp_path / "base", {"mkdocs.yml": config, "docs/index.md": "# Welcome\n"})
    server = Server(folder, "pir")
    try:
        server.await_start()
        pages = {path: server.get(path)[1] for path in ("", "kb/lessons/LL-0001.html")}
    finally:
        server.stop()
    assert 'href="/_edit/?id=LL-0001"' in pages["kb/lessons/LL-0001.html"]
    assert "_edit" not in pages[""]
