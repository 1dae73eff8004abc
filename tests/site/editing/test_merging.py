"""Two changes of one value or text: both are kept, or somebody is asked."""

from __future__ import annotations

from typing import Any

import pytest

from mkdocs_pir.site.editing.merging import ClashError, merged_text, merged_value

ROWS = "| 02:00 | one |\n| 03:00 | two |\n| 04:00 | three |\n| 05:00 | four |"


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        ({"one": "1"}, {"four": "4"}, {"one": "1", "four": "4"}),
        # rows beside each other are two rows
        ({"two": "2"}, {"three": "3"}, {"two": "2", "three": "3"}),
        ({"two": "2"}, {"two": "2"}, {"two": "2"}),
        ({"one": "one |\n| 02:30 | more"}, {"four": "4"}, {"one": "one |\n| 02:30 | more", "four": "4"}),
        ({"| 02:00 | one |\n": ""}, {"four": "4"}, {"| 02:00 | one |\n": "", "four": "4"}),
    ],
)
def test_changes_of_different_lines_are_both_kept(
    mine: dict[str, str], theirs: dict[str, str], both: dict[str, str]
) -> None:
    assert merged_text(ROWS, _with(mine), _with(theirs)) == _with(both)
    assert merged_text(ROWS, _with(theirs), _with(mine)) == _with(both)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ({"two": "2"}, {"two": "II"}),
        ({"| 03:00 | two |\n": ""}, {"two": "2"}),
        # each added a row at the end
        ({"four |": "four |\n| 06:00 | mine |"}, {"four |": "four |\n| 06:00 | theirs |"}),
        ({"two |": "two |\n| 03:30 | mine |"}, {"three": "3"}),
    ],
)
def test_of_changes_that_touch_each_other_somebody_chooses(mine: dict[str, str], theirs: dict[str, str]) -> None:
    for one, other in ((mine, theirs), (theirs, mine)):
        with pytest.raises(ClashError):
            merged_text(ROWS, _with(one), _with(other))


def _with(changes: dict[str, str]) -> str:
    text = ROWS
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


A1, A2, A3 = {"id": "A1", "status": "open"}, {"id": "A2", "status": "open"}, {"id": "A3"}


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "both"),
    [
        ({"a": "1", "b": "2"}, {"a": "3", "b": "2"}, {"a": "1"}, {"a": "3"}),
        ([A1, A2], [{**A1, "status": "done"}, A2], [A1, {**A2, "due": "x"}, A3], [{**A1, "status": "done"}, {**A2, "due": "x"}, A3]),
        ([A1, A2], [{**A1, "status": "done"}, A2], [{**A1, "due": "x"}, A2], [{**A1, "status": "done", "due": "x"}, A2]),
        ([A1, A2], [A1], [A1, A2, A3], [A1, A3]),
    ],
)  # fmt: skip
def test_values_are_merged_part_by_part(base: Any, mine: Any, theirs: Any, both: Any) -> None:
    assert merged_value(base, mine, theirs) == both
    assert merged_value(base, theirs, mine) == both


@pytest.mark.parametrize(
    ("base", "mine", "theirs"),
    [
        ("a", "b", "c"),
        (["a"], ["a", "b"], ["a", "c"]),
        ([A1], [A1, {**A2, "title": "x"}], [A1, {**A2, "title": "y"}]),
        ([A1, A2], [A1], [A1, {**A2, "status": "done"}]),
        ([A1, A1], [A1, {**A1, "x": "1"}], [{**A1, "y": "1"}, A1]),
        ({"a": "1"}, {"a": "2"}, {"a": "3"}),
    ],
)
def test_of_values_that_clash_somebody_chooses(base: Any, mine: Any, theirs: Any) -> None:
    with pytest.raises(ClashError):
        merged_value(base, mine, theirs)
