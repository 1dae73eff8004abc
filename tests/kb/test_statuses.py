"""The table of statuses: every status that a record can have is in it, and what it says of one holds everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mkdocs_pir.kb import process_files, schema, statuses
from mkdocs_pir.kb.action_states import STATES
from mkdocs_pir.kb.kinds import KINDS, having
from mkdocs_pir.kb.statuses import ACTION, CLOSED, DONE, LESSON, OPEN, PROBLEM, RECOMMENDATION, REVIEW, STATUSES

OF_ACTIONS = {"overdue", "due-soon"}
OF_ACTIONS_AT_A_REPEAT = {"unverified", "failed", "later"}


def _enums(value: Any, name: str = "") -> Iterator[list[str]]:
    """The values of every field that is called `status`."""
    if isinstance(value, dict):
        if name == "status" and "enum" in value:
            yield value["enum"]
        for key, item in value.items():
            yield from _enums(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _enums(item)


def test_the_table_has_every_status_of_the_schemas_and_no_other() -> None:
    found = {one for kind in KINDS for enum in _enums(schema.load(kind)) for one in enum}
    assert found | OF_ACTIONS | OF_ACTIONS_AT_A_REPEAT == STATUSES.keys()


def test_every_kind_with_a_status_has_its_order() -> None:
    orders = {"pir": REVIEW, "lesson": LESSON, "problem": PROBLEM}
    assert orders == {kind: schema.choices(kind, "status") for kind in having("status")}


def test_the_register_and_the_options_take_the_statuses_of_an_action() -> None:
    assert schema.choices("action", "status") == ACTION
    option = schema.load("settings")["properties"]["actions"]["properties"]["statuses"]
    assert tuple(option["additionalProperties"]["enum"]) == ACTION


def test_every_state_of_an_action_is_a_status_or_follows_from_its_dates() -> None:
    assert STATES.keys() == {*ACTION} | OF_ACTIONS


@pytest.mark.parametrize(
    ("order", "still_open", "done"),
    [
        (REVIEW, ["draft", "investigation", "internal-review", "client-review", "action-management"], ["closed", "archived"]),
        (LESSON, ["draft", "validated"], ["applied", "verified"]),
        (PROBLEM, ["open", "investigation", "known-error"], ["resolved", "closed"]),
        (ACTION, ["open", "in-progress", "blocked"], ["done", "verified"]),
        (RECOMMENDATION, ["proposed", "accepted", "deferred"], ["adopted"]),
    ],
)  # fmt: skip
def test_what_is_still_to_do_and_what_was_carried_through(
    order: tuple[str, ...], still_open: list[str], done: list[str]
) -> None:
    assert [one for one in order if one in OPEN] == still_open
    assert [one for one in order if one in DONE] == done


def test_a_withheld_status_is_neither_open_nor_closed() -> None:
    assert "" not in OPEN | CLOSED
    assert statuses.status("of a later version") == ("of a later version", "quiet", "open", "")


def test_a_review_is_under_way_while_it_is_in_a_step_of_the_process() -> None:
    steps = process_files.default().steps
    assert {status for step in steps for status in step.statuses} == statuses.UNDER_WAY
    assert {"action-management", "closed", "archived"} == statuses.REVIEWED
