"""Formats of texts in settings and mappings: a regular expression, a time zone, an encoding, a format of times."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from mkdocs_pir.kb import support_hours

_DIRECTIVE = re.compile(r"%[aAbBdeHIjmMpSfyYzZ%]")


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        return f"the expression cannot be used: {error}"
    return ""


def _time_zone(text: str) -> str:
    try:
        datetime(2000, 1, 1, tzinfo=ZoneInfo(text)).utcoffset()
    except (ValueError, OSError, KeyError):
        return f"there is no time zone '{text}'"
    return ""


def _zone_meaning(text: str) -> str:
    """An IANA name, or hours from UTC such as UTC+5:30."""
    if re.fullmatch(r"(?:UTC|GMT)?[+-](?:0?\d|1[0-4])(?::?[0-5]\d)?|UTC|GMT", text):
        return ""
    return _time_zone(text)


def _encoding(text: str) -> str:
    try:
        is_one = codecs.lookup(text)._is_text_encoding  # codecs such as base64 are none
    except LookupError:
        is_one = False
    return "" if is_one else f"there is no encoding '{text}'"


def _time_format(text: str) -> str:
    """What strptime reads a year and a day by; a form without an hour is that of a day."""
    used = set(_DIRECTIVE.findall(text))
    has_day = ("%d" in used and used & {"%m", "%b", "%B"}) or "%j" in used
    if "%" not in _DIRECTIVE.sub("", text) and used & {"%Y", "%y"} and has_day:
        return ""
    return f"'{text}' is not a time format with a year and a day"


def _hours(text: str) -> str:
    try:
        support_hours.span(text)
    except ValueError as error:
        return str(error)
    return ""


FORMATS: Mapping[str, Callable[[str], str]] = {
    "regex": _regex,
    "time-zone": _time_zone,
    "zone-meaning": _zone_meaning,
    "encoding": _encoding,
    "hours": _hours,
    "time-format": _time_format,
}
"""By the `format` of a schema: what is wrong with a text, as a message; empty when nothing is."""
