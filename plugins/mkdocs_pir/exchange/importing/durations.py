"""Durations as people write them: `3h 25m`, `90 minutes`, `1:45`, `PT3H25M`, or a number in a declared unit."""

from __future__ import annotations

import re
from datetime import timedelta

import msgspec

from mkdocs_pir.exchange.importing.rejected import Rejected

_LONGEST = 80
"""No duration has more characters."""

UNITS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}

_WORDS = {
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1,
    "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60,
    "h": 3_600, "hr": 3_600, "hrs": 3_600, "hour": 3_600, "hours": 3_600,
    "d": 86_400, "day": 86_400, "days": 86_400,
    "w": 604_800, "wk": 604_800, "wks": 604_800, "week": 604_800, "weeks": 604_800,
}  # fmt: skip

_PART = re.compile(r"(\d{1,6}(?:[.,]\d{1,6})?)\s*([A-Za-z]+)\.?")
_BETWEEN = re.compile(r"\s*(?:,|&|\+|\band\b)?\s*", re.I)
_ABOUT = re.compile(r"^(?:about|approximately|approx\.?|around|circa|ca\.?|~|≈)\s*", re.I)
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?(?:\s*(?:h|hrs?|hours?))?", re.I)
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,6})?")


def duration(text: str, unit: str = "") -> timedelta:
    """The duration of a text; `unit` is that of a plain number. `1:45` is an hour and 45 minutes.

    Raises Rejected for what is none.
    """
    text = " ".join(text.split())
    if len(text) > _LONGEST:
        raise Rejected(f"'{text[:_LONGEST]}…' is not a duration", "find it in the text with a 'pattern' in the mapping")
    text = _ABOUT.sub("", text)
    if _NUMBER.fullmatch(text):
        if not unit:
            hint = f"say it in the mapping: 'unit' is one of {', '.join(UNITS)}"
            raise Rejected(f"the duration '{text}' has no unit", hint)
        return timedelta(seconds=float(text) * UNITS[unit])
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if re.match(r"P[\dT]", text, re.I):
        try:
            return msgspec.convert(text.upper(), timedelta)
        except (msgspec.ValidationError, OverflowError):
            raise Rejected(f"'{text}' is not a duration", "write it as PT3H25M, or '3h 25m'") from None
    return _in_words(text)


def _in_words(text: str) -> timedelta:
    """A text of numbers with units, the largest unit first, with nothing else in it."""
    total, at, last, more = 0.0, 0, float("inf"), True
    while at < len(text) or more:
        part = _PART.match(text, at)
        size = _WORDS.get(part[2].casefold()) if part is not None else None
        if part is None or size is None or size >= last:
            raise Rejected(f"'{text}' is not a duration", "write it as '3h 25m', '90 minutes', 1:45 or PT3H25M")
        total, last = total + float(part[1].replace(",", ".")) * size, size
        between = _BETWEEN.match(text, part.end())
        at = between.end() if between is not None else part.end()
        more = at > part.end()
    return timedelta(seconds=total)
