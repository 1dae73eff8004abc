"""Scales of charts: round numbers for an axis, labels of ticks and periods, and estimates of the width of a text."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from mkdocs_pir.insight.quantities import MONTHS, plain, quantity

PHONE = 340.0  # px: the narrowest chart that must stay legible (a 390 px phone less its margins, rounded down)
LAPTOP = 620.0  # px: from this width on, the fuller set of labels is shown
STEPS = (PHONE, 480.0, LAPTOP, 900.0)  # px: from each of these widths on, a name has the room of that width

_DURATION_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14400, 43200)  # minutes
_NARROW = set("iljtfrI.,:;|'!()[] -/")
_WIDE = set("mwMW@%—…")
_PERIOD = (
    re.compile(r"^(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])$"),
    re.compile(r"^(?P<year>\d{4})[- ]?(?P<part>Q[1-4]|W\d{2})$"),
    re.compile(r"^(?P<part>Q[1-4]|[A-Z][a-z]{2}) (?P<year>\d{4})$"),
)


def text_width(text: str, size: float = 12.0) -> float:
    """An estimate in px of how wide a text is in an ordinary sans-serif; errs on the wide side."""
    ems = 0.0
    for char in text:
        if unicodedata.east_asian_width(char) in "WF":
            ems += 1.0
        elif char in _NARROW:
            ems += 0.34
        elif char in _WIDE:
            ems += 0.92
        else:
            ems += 0.7 if char.isupper() else 0.58
    return ems * size


def shorten(text: str, width: float, size: float = 12.0) -> str:
    """The text, shortened with an ellipsis if it is wider than `width` px."""
    if text_width(text, size) <= width:
        return text
    room = width - text_width("…", size)
    start = ""
    for char in text:
        room -= text_width(char, size)
        if room < 0:
            break
        start += char
    return start.rstrip(" ,;:-") + "…"


def wrapped(text: str, width: float, size: float = 12.0, most: int = 2) -> tuple[str, ...]:
    """The text on at most `most` lines of `width` px, broken between words; shortened if it does not fit."""
    lines: list[str] = []
    rest = text.split()
    while rest and len(lines) < most - 1 and text_width(" ".join(rest), size) > width:
        taken = 1
        while taken < len(rest) and text_width(" ".join(rest[: taken + 1]), size) <= width:
            taken += 1
        lines.append(shorten(" ".join(rest[:taken]), width, size))
        rest = rest[taken:]
    return (*lines, shorten(" ".join(rest), width, size)) if rest else tuple(lines)


def tick_label(value: float, unit: str) -> str:
    """A value for an axis: as `quantity`, with thousands and millions shortened and a long unit left out."""
    if unit in ("%", "min"):
        return quantity(value, unit)
    for least, size, word in ((1e12, 1e12, " tn"), (1e9, 1e9, " bn"), (1e6, 1e6, " M"), (1e4, 1e3, "k")):
        if value >= least:
            return f"{plain(value / size)}{word}"
    return plain(value)


def ticks(top: float, unit: str, wanted: int = 4) -> tuple[float, ...]:
    """Round values from 0 to the first one at or above `top`; whole ones for counts; 0 to 100 at most for "%"."""
    if top <= 0:
        top = 1.0
    if unit == "%" and top > 50:
        return _even(max(top, 100.0), 25.0 if top <= 100 else _round_step(top / wanted))
    if unit == "min":
        enough = [step for step in _DURATION_STEPS if top / step <= wanted]
        return _even(top, float(enough[0]) if enough else _round_step(top / wanted / 43200) * 43200)
    step = _round_step(top / wanted)
    return _even(top, max(step, 1.0) if unit == "" else step)


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * digit for digit in (1.0, 2.0, 5.0, 10.0) if power * digit >= rough * 0.999)


def _even(top: float, step: float) -> tuple[float, ...]:
    count = max(1, math.ceil(top / step - 1e-9))
    return tuple(round(step * index, 9) for index in range(count + 1))


@dataclass(frozen=True)
class PeriodLabel:
    """The label below one period: `part` ("Mar"), `year` if a new one begins, and whether it is shown at each width."""

    part: str
    year: str
    wide: bool
    narrow: bool


def period_labels(labels: Sequence[str], share: float) -> tuple[PeriodLabel, ...]:
    """Labels for periods in a row that fill `share` (0 to 1) of a chart: months and quarters ("2025-03",
    "2025-Q1", "Mar 2025") split into the part and the year it begins in; thinned so that they never touch,
    counted back from the last so that the current period is always named."""
    split = [_split(label) for label in labels]
    widest = max((text_width(part, 11) for part, _ in split), default=0.0)
    every_wide = _stride(widest, LAPTOP * share, len(labels))
    every_narrow = _stride(widest, PHONE * share, len(labels))
    every_narrow = -(-every_narrow // every_wide) * every_wide
    last = len(labels) - 1
    starts = [i for i, (_, year) in enumerate(split) if year and (i == 0 or split[i - 1][1] != year)]
    if len(starts) > 1 and (starts[1] - starts[0]) * PHONE * share / len(labels) < 30:
        starts = starts[1:]
    years_every = max(1, math.ceil(len(starts) * 34 / (PHONE * share)))
    shown = set(starts[::years_every])
    return tuple(
        PeriodLabel(part, year if i in shown else "", (last - i) % every_wide == 0, (last - i) % every_narrow == 0)
        for i, (part, year) in enumerate(split)
    )


def _stride(widest: float, width: float, count: int) -> int:
    return max(1, math.ceil(count * (widest + 5) / width))


def _split(label: str) -> tuple[str, str]:
    for pattern in _PERIOD:
        if match := pattern.match(label):
            groups = match.groupdict()
            part = MONTHS[int(groups["month"]) - 1] if groups.get("month") else groups["part"]
            return part, groups["year"]
    return label, ""
