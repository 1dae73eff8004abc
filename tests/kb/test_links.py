"""Links between records: their forms, code in which they are none, and backlinks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from helpers.changed_files import (
    DRAFT,
    LESSON,
    PAGE,
    REVIEW,
    Changes,
    Place,
    change,
    check_changed,
    draft_lesson,
    load_changed,
    messages,
    places,
)
from helpers.knowledge_base import FILES

from mkdocs_pir.kb.references import backlinks


def at(line: int, column: int, code: str, path: str = DRAFT) -> Place:
    return (path, line, column, code)


LEADS = {
    # what stands in the body of a new lesson, and where it leads
    "an id in double brackets": ("See [[PIR-2025-0001]].", "PIR-2025-0001"),
    "an id with words of its own": ("See [[PIR-2025-0001|the night of the mail]].", "PIR-2025-0001"),
    "spaces within the brackets": ("See [[ PIR-2025-0001 | that night ]].", "PIR-2025-0001"),
    "a bare id": ("As in PIR-2025-0001, again.", "PIR-2025-0001"),
    "a bare id at the end of a sentence": ("As in PIR-2025-0001.", "PIR-2025-0001"),
    "a bare id in brackets": ("As before (PIR-2025-0001).", "PIR-2025-0001"),
    "a bare id in bold": ("As in **PIR-2025-0001**.", "PIR-2025-0001"),
    "the id of an action": ("Waits for PIR-2025-0001-A1.", "PIR-2025-0001"),
    "the id of a recommendation": ("Follows [[PIR-2025-0001-R1]].", "PIR-2025-0001"),
    "a bare id of the catalogue": ("It was change/expired-certificate.", "change/expired-certificate"),
    "a service": ("Concerns [[mail-gateway]].", "mail-gateway"),
    "a page": ("See [[handbook/on-call]].", "handbook/on-call"),
    "a relative link": ("See [that night](../pirs/2025/PIR-2025-0001.md).", "PIR-2025-0001"),
    "a relative link to a section": ('See [it](../pirs/2025/PIR-2025-0001.md#summary "Summary").', "PIR-2025-0001"),
    "a relative link to a page": ("See [on call](../handbook/on-call.md).", "handbook/on-call"),
    "a link in a table": ("| a | b |\n|---|---|\n| x | PIR-2025-0001 |", "PIR-2025-0001"),
    "a link in a list below a note": ("!!! note\n\n    As in PIR-2025-0001.", "PIR-2025-0001"),
    "a link in the second paragraph of an item": ("1. One\n\n    As in PIR-2025-0001.", "PIR-2025-0001"),
    "a link in a footnote": ("a[^1]\n\n[^1]: b\n\n    As in PIR-2025-0001.", "PIR-2025-0001"),
    "a link between two odd backticks": ("One ` here.\n\nPIR-2025-0001\n\nTwo ` there.", "PIR-2025-0001"),
    "a link behind code at the start of a line": ("```x``` is PIR-2025-0001\n\nb", "PIR-2025-0001"),
    "a link between escaped backticks": (r"One \` PIR-2025-0001 \` two", "PIR-2025-0001"),
    "a link in an item between items with a backtick": ("- a `\n- PIR-2025-0001\n- b `", "PIR-2025-0001"),
}


@pytest.mark.parametrize(("body", "target"), LEADS.values(), ids=LEADS)
def test_a_link_leads_to_its_record(tmp_path: Path, body: str, target: str) -> None:
    kb = load_changed(tmp_path, draft_lesson(body=f"{body}\n"))
    assert kb.problems == ()
    assert kb.links["LL-0002"] == (target,)


def test_a_link_to_a_file_with_a_space_in_its_name_leads_there(tmp_path: Path) -> None:
    page = {"kb/handbook/on duty.md": FILES[f"kb/{PAGE}"]}
    kb = load_changed(tmp_path, {**page, **draft_lesson(body="See [on duty](../handbook/on%20duty.md).\n")})
    assert kb.problems == ()
    assert kb.links["LL-0002"] == ("handbook/on duty",)


NOWHERE: dict[str, tuple[Changes, Sequence[Place], str]] = {
    "double brackets": (draft_lesson(body="\nSee [[PIR-2025-0002]].\n"), [at(7, 5, "PIR203")], "did you mean 'PIR-2025-0001'"),
    "double brackets with words": (draft_lesson(body="See [[LL-9|it]].\n"), [at(6, 5, "PIR203")], ""),
    "double brackets in other letters": (draft_lesson(body="[[ll-0001]]\n"), [at(6, 1, "PIR203")], "did you mean 'LL-0001'"),
    "a bare id of a known series": (draft_lesson(body="a\nb LL-0009, c\n"), [at(7, 3, "PIR203")], "'LL-000"),
    "an action that is not there": (draft_lesson(body="PIR-2025-0001-A9\n"), [at(6, 1, "PIR203")], "PIR-2025-0001"),
    "a relative link": (draft_lesson(body="[a](../pirs/PIR-2025-0001.md)\n"), [at(6, 5, "PIR203")], "'pirs/2025/PIR-2025-0001.md'"),
    "a relative link out of the folder": (draft_lesson(body="[a](../../../x.md)\n"), [at(6, 5, "PIR203")], ""),
    "an absolute link": (draft_lesson(body="[a](/handbook/on-call.md)\n"), [at(6, 5, "PIR203")], "handbook/on-call.md"),
    "an id in a text of a field": (draft_lesson("lesson: As in LL-0009.\n"), [at(5, 9, "PIR203")], ""),
    "an id in a list of texts": (draft_lesson("symptoms:\n  - a\n  - '[[LL-0009]]'\n"), [at(7, 5, "PIR203")], ""),
    "several in one body": (
        draft_lesson(body="LL-0009 PIR-2024-0009\n\n[[x]]\n"),
        [at(6, 1, "PIR203"), at(6, 9, "PIR203"), at(8, 1, "PIR203")],
        "",
    ),
    "a field of one id": (change(REVIEW, ("PRB-0001", "PRB-0002")), [at(12, 10, "PIR202", REVIEW)], "did you mean 'PRB-0001'"),
    "a field of several ids": (
        change(REVIEW, ("[monitoring/missing-alert]", "[monitoring/missing-alert, monitoring/missing-alarm]")),
        [at(20, 50, "PIR202", REVIEW)],
        "did you mean 'monitoring/missing-alert'",
    ),
    "a client that is not there": (change(REVIEW, ("client: harbor", "client: harbour")), [at(4, 9, "PIR202", REVIEW),
     at(2, 10, "PIR507", "registers/incidents.csv")], "did you mean 'harbor-credit'"),
    "an id like no other": (draft_lesson("superseded_by: XYZ\n"), [at(5, 16, "PIR202")], "add lessons/XYZ.md"),
    "a record of another kind": (draft_lesson("causes: [mail-gateway]\n"), [at(5, 10, "PIR208")], "is a service, not a cause"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "expected", "words"), NOWHERE.values(), ids=NOWHERE)
def test_a_link_to_nothing_is_an_error_with_the_nearest_ids(
    tmp_path: Path, changes: Changes, expected: Sequence[Place], words: str
) -> None:
    found = check_changed(tmp_path, changes)
    assert places(found) == list(expected), messages(found)
    assert words in messages(found)


ALONE = {
    "a code span": "`LL-0009` and `` [[LL-0009]] ` LL-0008 ``",
    "a code span over two lines": "a `LL-0009\nLL-0008` b",
    "a fence": "```\nLL-0009\n\n[[LL-0009]]\n```",
    "a fence of tildes with a fence in it": "~~~ text\n```\nLL-0009\n~~~",
    "a longer fence": "````\n```\nLL-0009\n```\nLL-0008\n````",
    "a fence in a list": "- a\n\n    ```\n    LL-0009\n\n    LL-0008\n    ```",
    "a fence in a quote": "> ```\n> LL-0009\n>\n> LL-0008\n> ```",
    "indented code": "a\n\n    LL-0009\n\n    LL-0008\n\nb",
    "code indented by a tab": "a\n\n\tLL-0009\n",
    "a web address": "<https://tracker.example/?id=LL-0009#LL-0008> and https://tracker.example/x?LL-0009.",
    "a link to elsewhere": "[it](https://tracker.example/browse?id=LL-0009)",
    "the path of a file": "in /var/log/LL-0009 and kb/LL-0009.md",
    "words of another series": "SEV-2, UTF-8, X-509-CERT, COVID-19 and RFC-2822",
    "a part of a longer word": "xLL-0009 LL-0009x LL-0009_b",
    "letters without a digit": "LL-ABC",
    "a path in small letters": "and/or, tcp/ip, change/unknown-cause",
}


@pytest.mark.parametrize("body", ALONE.values(), ids=ALONE)
def test_text_that_is_no_link_stays_as_it_is(tmp_path: Path, body: str) -> None:
    kb = load_changed(tmp_path, draft_lesson(body=f"{body}\n"))
    assert kb.problems == ()
    assert kb.links["LL-0002"] == ()


def test_an_address_of_a_tracker_may_hold_an_id(tmp_path: Path) -> None:
    address = "    tracker: https://tracker.example/issues?key=PIR-2099-0001\n    owner:"
    assert check_changed(tmp_path, change(REVIEW, ("    owner:", address))) == []


def test_ids_in_fields_and_texts_are_links_once_in_order_and_never_to_oneself(tmp_path: Path) -> None:
    kb = load_changed(
        tmp_path, draft_lesson("causes: [monitoring/missing-alert]\n", "LL-0002 PRB-0001 LL-0001 PRB-0001\n")
    )
    assert kb.links["LL-0002"] == ("monitoring/missing-alert", "PRB-0001", "LL-0001")


def test_notes_of_ones_own_may_name_anything(tmp_path: Path) -> None:
    assert check_changed(tmp_path, draft_lesson("x-old-id: LL-0009\n")) == []


def test_every_record_knows_what_refers_to_it(tmp_path: Path) -> None:
    kb = load_changed(
        tmp_path, draft_lesson("learned_from: [PIR-2025-0001]\n", "See [[LL-0001]] and [it](../handbook/on-call.md).\n")
    )
    found = backlinks(kb.links)
    assert found["PIR-2025-0001"] == ("LL-0001", "LL-0002")
    assert found["LL-0001"] == ("LL-0002", "PIR-2025-0001")
    assert found["handbook/on-call"] == ("LL-0002",)
    assert found["harbor-credit"] == ("PIR-2025-0001", "mail-gateway")
    assert "LL-0002" not in found
    assert {(s, t) for t, sources in found.items() for s in sources} == {
        (s, t) for s, targets in kb.links.items() for t in targets
    }


def test_a_link_may_lead_to_a_record_with_mistakes(tmp_path: Path) -> None:
    broken = change(LESSON, ("status: applied", "status: aplied"))
    assert places(check_changed(tmp_path, {**broken, **draft_lesson(body="[[LL-0001]]\n")})) == [
        at(4, 9, "PIR104", LESSON)
    ]
