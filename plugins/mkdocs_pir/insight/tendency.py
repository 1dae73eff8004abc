"""The tendency of a series of incidents: whether the latest ones came more and more often, by a test of ranks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import sqrt
from typing import Literal

Tendency = Literal["shortening", "lengthening", "steady", ""]

LATEST = 8
"""How many of the latest intervals are tested, and shown beside the verdict."""

_FEWEST = 4
_CRITICAL = 1.645
"""The standard normal quantile of 95%."""


def tendency_of(intervals: Sequence[int], since: int | None = None) -> Tendency:
    """Whether the latest intervals shorten: "shortening", "lengthening" or "steady"; "" for fewer than four.

    This is the test of Mann (Nonparametric tests against trend, Econometrica 13, 1945) and Kendall (Rank Correlation
    Methods, 4th ed. 1975, section 4.9) at 5% to each side, with the correction for continuity: S is the number of
    pairs of which the later interval is longer less the number of those of which it is shorter; without a trend its
    variance is n (n - 1) (2 n + 5) / 18. Ties do not reduce the variance, so they make a verdict rarer.

    At most the latest eight are tested. With so few, a series whose last interval is its longest never counts as
    shortening: the pairs with that interval weigh too much.

    Args:
        intervals: Days from each incident to the next, the oldest first.
        since: Days without an incident since the last. The next interval will be at least as long, so it is longer
            than those that this exceeds, and is left open against the others, as Helsel (Statistics for Censored
            Environmental Data, 2012, section 12.2) does. It is not tested while it exceeds none.
    """
    if len(intervals) < _FEWEST:
        return ""
    latest = list(intervals[-LATEST:])
    longer = 0
    if since is not None and since > min(latest[1:]):
        latest = latest[1:] if len(latest) == LATEST else latest
        longer = sum(since > one for one in latest)
    n = len(latest) + bool(longer)
    s = longer + sum((later > earlier) - (later < earlier) for earlier, later in combinations(latest, 2))
    if abs(s) - 1 < _CRITICAL * sqrt(n * (n - 1) * (2 * n + 5) / 18):
        return "steady"
    return "shortening" if s < 0 else "lengthening"
