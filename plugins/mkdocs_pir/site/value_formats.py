"""How values are written on pages: dates, times, durations, lists, sentences, and the labels of some fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from mkdocs_pir.insight.quantities import MONTHS, count, duration
from mkdocs_pir.kb.texts import Text

_ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")

AUDIENCE: Mapping[str, str] = {
    "internal": "Internal",
    "client": "Released to the client",
    "shared": "Shared with all clients",
}

STAMPS: Mapping[str, str] = {
    "impact_start": "Impact started",
    "detected": "Detected",
    "acknowledged": "Acknowledged",
    "mitigated": "Mitigated",
    "resolved": "Resolved",
}

DETECTED_BY: Mapping[str, str] = {
    "monitoring": "monitoring",
    "client": "the client",
    "staff": "our staff",
    "vendor": "the supplier",
}

ACTION_TYPES: Mapping[str, str] = {
    "prevent": "Prevents a repeat",
    "detect": "Notices a repeat sooner",
    "mitigate": "Makes a repeat milder",
    "process": "Changes how we work",
    "repair": "Repairs what broke",
    "investigate": "Finds out more",
}


def noticed_by(who: str, client: str) -> str:
    """Who noticed an incident, in words; empty if that is not recorded. `client` is how the edition names the client."""
    return client if who == "client" else DETECTED_BY.get(who, "")


def day(value: date) -> str:
    """A day as "4 Mar 2026"."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def short_day(value: date) -> str:
    """A day as "4 Mar", where the year is plain."""
    return f"{value.day} {MONTHS[value.month - 1]}"


def day_name(value: str) -> str:
    """A day by its ISO date: "28 Sep 2026"."""
    return day(date.fromisoformat(value))


_ORDINALS = ("first", "second", "third", "fourth")


def quarter_name(start: date) -> str:
    """The quarter that begins on a day: "third quarter of 2026"."""
    return f"{_ORDINALS[(start.month - 1) // 3]} quarter of {start.year}"


def week_name(value: str) -> str:
    """A week by the ISO date of its Monday: "Week of 28 Sep 2026"."""
    return f"Week of {day(date.fromisoformat(value))}"


def clock(value: datetime) -> str:
    """A time with its offset: "4 Mar 2026, 02:10 UTC"."""
    return f"{day(value)}, {value:%H:%M} {_zone(value)}"


def utc_day(value: date | datetime) -> date:
    """The day of a time in UTC."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).date()
    return value


def ago(value: date | datetime, as_of: date) -> str:
    """A day as seen from another: "today", "12 days ago", "in 3 weeks", "2 years and 7 months ago".

    Months and years are those that are complete.
    """
    other = utc_day(value)
    days = (as_of - other).days
    if abs(days) <= 1:
        return {0: "today", 1: "yesterday", -1: "tomorrow"}[days]
    size = abs(days)
    if size >= 60:
        early, late = sorted((other, as_of))
        complete = (late.year - early.year) * 12 + late.month - early.month - (late.day < early.day)
        years, months = divmod(complete, 12)
        amount = several([count(n, noun) for n, noun in ((years, "year"), (months, "month")) if n])
    elif size >= 14:
        amount = count(round(size / 7), "week")
    else:
        amount = count(size, "day")
    return f"{amount} ago" if days > 0 else f"in {amount}"


def span(length: timedelta | None) -> str:
    """A length of time in at most two units: "5 h 30 min"; empty for None."""
    return "" if length is None else duration(length.total_seconds() / 60)


def several(items: Sequence[str]) -> str:
    """A list as a sentence has it: "a", "a and b", "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def sentences(parts: Iterable[str]) -> str:
    """Texts as sentences, one after the other, without those that are empty. Texts are joined to sentences here alone, so
    that none has two full stops or an empty place."""
    return " ".join(filter(None, map(sentence, parts)))


def sentence(text: str) -> str:
    """The text with a capital first letter and a full stop; one of a record keeps its look."""
    if isinstance(text, Text):
        return text.as_sentence()
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?', ':')) else '.'}" if text else ""


def within_sentence(name: str) -> str:
    """The name of a role within a sentence: "Review owner" as "review owner", but "VP services" as it is."""
    return name if name[1:2].isupper() else f"{name[:1].lower()}{name[1:]}"


def role(name: str, roles: Mapping[str, str]) -> str:
    """A role as the organisation calls it; without a name of its own, its id in words."""
    return roles.get(name) or name.replace("-", " ")


def due_in_words(due: date | None, as_of: date) -> str:
    """A due date as seen on a day: "12 days late", "due today", "due in 3 days"; empty without one."""
    if due is None:
        return ""
    late = (as_of - due).days
    if late > 0:
        return f"{count(late, 'day')} late"
    return "due today" if late == 0 else f"due in {count(-late, 'day')}"


NOT_REACHED = "was due, not reached"
"""What is said of a step that a review is not in yet, though its due date is over. Only the step it is in is late."""


def due_later_in_words(due: date | None, as_of: date) -> str:
    """The due date of a step that has not begun, as seen on a day: "due 5 Mar 2026", "was due 5 Mar 2026". Only a step
    that a review is in is late."""
    return f"{'was due' if due < as_of else 'due'} {day(due)}" if due is not None else ""


def with_short_days(text: str) -> str:
    """A text in which ISO dates are written as "4 Mar 2026"."""
    return _ISO_DAY.sub(lambda found: day(date.fromisoformat(found[0])), text)


def first_sentence(texts: Iterable[str], limit: int = 200) -> str:
    """The first text that says something, on one line, cut at a word: for descriptions."""
    text = next((t for t in texts if t.strip()), "")
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _zone(value: datetime) -> str:
    offset = value.utcoffset()
    if offset is None:
        return ""
    zone = f"{value:%z}"
    return f"UTC{zone[:3]}:{zone[3:5]}" if offset else "UTC"
