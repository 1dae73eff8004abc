"""Deadlines of the process: until when a client review is due, in business days after it could begin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from mkdocs_pir.insight.windows import add_business_days, utc_day
from mkdocs_pir.kb.model import Client, Pir

REVIEW_DAYS = 5
"""Business days for the client review where neither the client nor the configuration says otherwise."""


def review_days(pir: Pir, client: Client | None, targets: Mapping[str, float]) -> int:
    """Business days agreed for the client review: the target `review-days-sev-1` of its severity, else what the
    client's record says, else the target `review-days`, else 5."""
    by_severity = targets.get(f"review-days-{pir.severity.casefold()}")
    if by_severity is not None:
        return int(by_severity)
    if client is not None and client.review_days is not None:
        return client.review_days
    return int(targets.get("review-days", REVIEW_DAYS))


def review_clock(pir: Pir) -> date | None:
    """The day from which those days count: service restored and the review decided on, whichever came later
    (both are entry conditions of the process). None until service is restored."""
    if pir.times.resolved is None:
        return None
    restored = utc_day(pir.times.resolved)
    decided = pir.initiated.on if pir.initiated is not None else None
    return max(restored, decided) if decided is not None else restored


def review_due(pir: Pir, client: Client | None, targets: Mapping[str, float]) -> date | None:
    """The last day on which the client review is on time, or None while the clock does not run."""
    start = review_clock(pir)
    return add_business_days(start, review_days(pir, client, targets)) if start is not None else None
