"""Time zones as people write them: names of places, abbreviations, and hours from UTC. No name is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from mkdocs_pir.exchange.importing.rejected import Rejected
from mkdocs_pir.kb.problem import did_you_mean
from mkdocs_pir.kb.text_formats import FORMATS

FIXED: Mapping[str, tuple[float, str]] = {
    "UTC": (0, ""), "GMT": (0, ""), "Z": (0, ""),
    "WET": (0, "Europe/Lisbon"), "WEST": (1, "Europe/Lisbon"),
    "CET": (1, "Europe/Berlin"), "CEST": (2, "Europe/Berlin"), "MEZ": (1, "Europe/Berlin"), "MESZ": (2, "Europe/Berlin"),
    "EET": (2, "Europe/Helsinki"), "EEST": (3, "Europe/Helsinki"), "MSK": (3, ""),
    "EST": (-5, "America/New_York"), "EDT": (-4, "America/New_York"), "CDT": (-5, "America/Chicago"),
    "MST": (-7, ""), "MDT": (-6, "America/Denver"),
    "PST": (-8, "America/Los_Angeles"), "PDT": (-7, "America/Los_Angeles"),
    "AKST": (-9, "America/Anchorage"), "AKDT": (-8, "America/Anchorage"), "HST": (-10, ""),
    "JST": (9, ""), "KST": (9, ""), "HKT": (8, ""), "SGT": (8, ""), "SAST": (2, ""),
    "AWST": (8, ""), "AEST": (10, ""), "AEDT": (11, "Australia/Sydney"), "NZST": (12, "Pacific/Auckland"),
    "NZDT": (13, "Pacific/Auckland"),
}  # fmt: skip
"""Abbreviations with one meaning: hours from UTC, and a place whose clocks show it in one half of the year, where the
other half is often meant as well."""

PLACES: Mapping[str, str] = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles",
}  # fmt: skip
"""Abbreviations for the clock on the wall of a place."""

SEVERAL: Mapping[str, tuple[str, ...]] = {
    "IST": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"),
    "CST": ("America/Chicago", "Asia/Shanghai", "America/Havana"),
    "BST": ("Europe/London", "Asia/Dhaka"),
    "AST": ("America/Halifax", "Asia/Riyadh"),
    "ADT": ("America/Halifax", "Asia/Baghdad"),
    "GST": ("Asia/Dubai", "Atlantic/South_Georgia"),
    "SST": ("Asia/Singapore", "Pacific/Pago_Pago"),
    "AMT": ("America/Manaus", "Asia/Yerevan"),
    "ECT": ("America/Guayaquil", "America/Puerto_Rico"),
    "WST": ("Australia/Perth", "Pacific/Apia"),
}  # fmt: skip
"""Abbreviations that several places use for different times."""

_HOURS = re.compile(r"([A-Za-z]{0,4}?)\s?([+-])(\d{1,2})(?::?(\d{2}))?")
_LONGEST = 60
"""No name of a time zone has more characters."""

_MOST_HOURS = 14


def zone_of(name: str, meanings: Mapping[str, str]) -> tzinfo:
    """The zone of a name such as CEST, GMT+2, +02:00 or Europe/Copenhagen.

    `meanings` are the mapping's own: an abbreviation and a name of a place, or hours from UTC. Raises Rejected for a
    name that is none, and for one that has several meanings.
    """
    name = " ".join(name.split())
    if len(name) > _LONGEST:
        raise Rejected(f"'{name[:_LONGEST]}…' is no time zone", "find its name with a 'pattern' in the mapping")
    own = {ours.upper(): meaning for ours, meaning in meanings.items()}
    if (meaning := own.get(name.upper())) is not None:
        return zone_of(meaning, {})
    if "/" in name and not FORMATS["time-zone"](name):
        return ZoneInfo(name)
    if (fixed := FIXED.get(name.upper())) is not None:
        return timezone(timedelta(hours=fixed[0]), name.upper()) if fixed[0] else UTC
    if (place := PLACES.get(name.upper())) is not None:
        return ZoneInfo(place)
    if several := SEVERAL.get(name.upper()):
        hint = f"say which in the mapping, such as 'time_zones: {{{name.upper()}: {several[0]}}}'"
        raise Rejected(f"the time zone '{name}' may be that of {', '.join(several[:-1])} or {several[-1]}", hint)
    hours = _HOURS.fullmatch(name)
    if hours is not None and hours[1].upper() in ("", "UTC", "GMT", "Z"):
        away = timedelta(hours=int(hours[3]), minutes=int(hours[4] or 0))
        if away <= timedelta(hours=_MOST_HOURS) and int(hours[4] or 0) < 60:
            return timezone(away if hours[2] == "+" else -away)
        raise Rejected(f"'{name}' is further from UTC than any clock", "correct the source")
    if hours is not None:
        rest = name[len(hours[1]) :].strip()
        raise Rejected(f"'{name}' is no time zone", _nearest(hours[1], ("UTC", "GMT"), rest))
    raise Rejected(f"'{name}' is no time zone", _nearest(name, (*sorted(FIXED.keys() - {"Z"}), *PLACES, *SEVERAL), ""))


def is_zone(name: str, meanings: Mapping[str, str]) -> bool:
    """Whether a text names one zone."""
    try:
        zone_of(name, meanings)
    except Rejected:
        return False
    return True


def _nearest(name: str, names: tuple[str, ...], rest: str) -> str:
    hint = did_you_mean(name.upper(), names)
    if hint and rest:
        hint = f"{hint.removesuffix('?')}, as in {'GMT' if 'GMT' in hint else 'UTC'}{rest}?"
    return f"{hint} correct the source, or add '{name}{rest}' to 'time_zones' of the mapping".strip()


def other_season(name: str, at: datetime) -> str:
    """The place whose clocks did not show this abbreviation at that time, though they do in the other season, else ""."""
    offset, place = FIXED.get(name.upper(), (0, ""))
    if not place or at.astimezone(ZoneInfo(place)).utcoffset() == timedelta(hours=offset):
        return ""
    return place
