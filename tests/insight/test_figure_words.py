"""How a figure is written: value, sample, target and change, the same for pages, feeds and the command line."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from helpers.projections import figure, project, recommendation, review

from mkdocs_pir.insight import figure_words
from mkdocs_pir.insight.figures import CompanionFigure, Figure
from mkdocs_pir.insight.quantities import as_written, quantity
from mkdocs_pir.insight.windows import Window


def adoption(adopted: int, issued: int, before: tuple[int, int] = (0, 0)) -> Figure:
    """The adoption rate of a year with so many adopted of those issued, and of the year before it."""
    found = []
    for year, (yes, all_) in ((2025, (adopted, issued)), (2024, before)):
        for n in range(all_):
            what = {"status": "adopted", "adopted": f"{year}-03-09"} if n < yes else {"status": "accepted"}
            found.append(recommendation(f"R{year}{n}", what.pop("status"), f"{year}-03-01", **what))
    reviews = project(review("PIR-1", "2024-01-05", recommendations=tuple(found)))
    return figure(reviews, "adoption", window=Window(date(2025, 1, 1), date(2026, 1, 1)))


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (
            adoption(6, 8, (4, 8)),
            "75%, 6 of 8 recommendations. Target at least 70%, met. 25 points more than the 12 months before, better.",
        ),
        (
            adoption(1, 4, (8, 8)),
            (
                "25%, 1 of 4 recommendations, a small sample. Target at least 70%, not met. "
                "75 points less than the 12 months before."
            ),
        ),
        (
            adoption(7, 7, (1, 1)),
            "100%, 7 of 7 recommendations. Target at least 70%, met. The same as the 12 months before.",
        ),
        (adoption(1, 1), "100%, 1 of 1 recommendation, a small sample. Target at least 70%, met."),
        (adoption(0, 0), "There are no recommendations in this window."),
    ],
)
def test_a_figure_in_sentences(rate: Figure, words: str) -> None:
    assert figure_words.summary(rate) == words


@pytest.mark.parametrize(
    ("before", "words", "short"),
    [
        ((1, 2), "50 points more than the 12 months before, when there were only 2 cases", "+50 points, n = 2 before"),
        ((0, 1), "100 points more than the 12 months before, when there was only 1 case", "+100 points, n = 1 before"),
    ],
)
def test_change_against_few_cases_says_so_and_is_not_judged(before: tuple[int, int], words: str, short: str) -> None:
    rate = adoption(7, 7, before)
    assert (figure_words.change(rate), figure_words.short_change(rate)) == (words, short)
    # a figure of few cases now says so itself
    assert figure_words.short_change(adoption(2, 2, (1, 2))) == "+50 points"


def test_no_data_is_written_the_same_wherever_a_value_is_missing() -> None:
    none = adoption(0, 0)
    without = CompanionFigure("acceptance", "Acceptance", None, "share", 0, 0)
    assert {figure_words.now(none), figure_words.before(none), figure_words.companion(without)} == {"No data"}


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        (CompanionFigure("a", "A", 0.8181, "share", 9, 11), "81.8% (9 of 11)"),
        (CompanionFigure("a", "A", 130.0, "minutes"), "2 h 10 min"),
        (CompanionFigure("a", "A", 495.0, "days"), "495 days"),
        (CompanionFigure("a", "A", 3.0, "count", 3, 9), "3"),
    ],
)
def test_a_figure_beside_is_written_in_its_unit(extra: CompanionFigure, words: str) -> None:
    assert figure_words.companion(extra) == words


def test_a_change_is_the_difference_of_the_two_values_that_are_read() -> None:
    rate = adoption(2, 33, (1, 9))
    assert (figure_words.now(rate), figure_words.before(rate)) == ("6.1%", "11.1%")
    assert figure_words.short_change(rate) == "−5 points, worse"
    # 3 d 4 h and 2 d 23 h, which are 50 minutes less apart than the minutes are
    assert as_written(76 * 60 + 55, "min") - as_written(71 * 60 + 5, "min") == 5 * 60
    assert [quantity(as_written(one, unit), unit) for one, unit in SIZES] == [
        quantity(one, unit) for one, unit in SIZES
    ]


SIZES = ((0.4, "min"), (59.6, "min"), (1_499.0, "min"), (99_999.0, "min"), (0.256, "%"), (6.06, "%"), (123.4, "days"))


@pytest.mark.parametrize(("target", "words"), [(1.0, "100%"), (0.7, "at least 70%")])
def test_a_target_that_nothing_can_exceed_is_not_at_least(target: float, words: str) -> None:
    assert figure_words.target(msgspec.structs.replace(adoption(6, 8), target=target)) == words
