"""How amounts are written: numbers, counts, lengths of time, values with a unit. Pages, exports and commands ask here."""

from __future__ import annotations

import math

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def plain(value: float) -> str:
    """A number as people write it: "1,234", "7.5", "0.25"; never "7.0"."""
    text = f"{value:,.{_digits(value)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _digits(value: float) -> int:
    return 0 if abs(value) >= 100 else 1 if abs(value) >= 1 else 2


def duration(minutes: float) -> str:
    """Minutes in at most two units: "42 min", "2 h 10 min", "3 d 4 h", "842 days"; "30 s" under a minute."""
    if 0 < minutes < 1:
        return f"{max(1, math.floor(minutes * 60 + 0.5))} s" if minutes < 59.5 / 60 else "1 min"
    whole = math.floor(minutes + 0.5)
    hours, rest = divmod(whole, 60)
    days, hours_left = divmod(hours, 24)
    if days >= 60:
        return f"{days:,} days"
    first, second = (f"{days} d", f"{hours_left} h") if days else (f"{hours} h", f"{rest} min")
    lesser = hours_left if days else rest
    if not days and not hours:
        return f"{rest} min"
    return f"{first} {second}" if lesser else first


def quantity(value: float, unit: str) -> str:
    """A value with its unit. Units known: "%" (0 to 100), "min" (shown as a duration), "" (a count);
    any other word is a plural that follows the number: "3.5 days", "1 day"."""
    if unit == "min":
        return duration(value)
    if unit == "%":
        return f"{plain(value)}%"
    number = plain(value)
    return f"{number} {unit.removesuffix('s') if number == '1' else unit}".rstrip()


def as_written(value: float, unit: str) -> float:
    """The value that `quantity` writes, rounded as it is there, so that a difference is that of the two that are read."""
    if unit != "min":
        return float(f"{value:.{_digits(value)}f}")
    if value < 1:
        return value
    whole = math.floor(value + 0.5)
    return whole - whole % (1440 if whole >= 60 * 1440 else 60 if whole >= 1440 else 1)


def count(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: "1 action", "3 actions", "2,100 reviews"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
