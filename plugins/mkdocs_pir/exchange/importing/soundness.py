"""What is wrong with a mapping that its schema cannot see: missing rules, bad expressions, zones, places that are none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mkdocs_pir.exchange.importing.decoding import is_encoding
from mkdocs_pir.exchange.importing.mapping import LEAVE_OUT, OWN_SECTION, REQUIRED, field_names, template_sections
from mkdocs_pir.kb import schema
from mkdocs_pir.kb.frontmatter import Path, Positions
from mkdocs_pir.kb.problem import Problem, did_you_mean

_SOURCES = ("key", "or", "labels", "heading", "section", "file", "path", "constant", "default")
_EXPRESSIONS = ("file", "path", "pattern")
_SUCH_AS = {
    "id": "{file: '^(PM\\d{4}-\\d{3})'}",
    "title": "{heading: true}",
    "client": "{constant: harbor-credit, create: true}, or say --client harbor-credit",
}


def unknown_names(data: Mapping[str, Any], positions: Positions, name: str) -> Iterator[Problem]:
    """Fields that no report has, and columns that the register does not have."""
    known = {
        "fields": field_names(),
        "columns": schema.load("mapping")["properties"]["columns"]["propertyNames"]["enum"],
    }
    for part, names in known.items():
        of = "a report has no field" if part == "fields" else "the incident register has no column"
        for one in data[part] if isinstance(data.get(part), dict) else ():
            if one not in names:
                hint = did_you_mean(one, names) or f"they are {', '.join(names)}"
                where = positions.key((part, one))
                yield Problem.of("PIR701", name, where, f"{of} '{one}' that an import can fill", hint)


def unusable(typed: Mapping[str, Any], positions: Positions, name: str) -> Iterator[Problem]:
    """Every mistake in a mapping that keeps to its schema."""

    def at(path: Path, message: str, hint: str) -> Problem:
        return Problem.of("PIR701", name, positions.value(path), message, hint)

    for field in REQUIRED:
        if field not in typed["fields"]:
            hint = f"add '{field}' with where it comes from, such as {_SUCH_AS[field]}"
            yield Problem.of("PIR701", name, positions.key(("fields",)), f"there is no rule for '{field}'", hint)
    for path, rule in _rules(typed):
        if not any(source in rule for source in _SOURCES):
            yield at(path, f"'{path[-1]}' has no source", f"give it one of {', '.join(_SOURCES)}")
        for part in (*((part,) for part in _EXPRESSIONS), *(("when", key) for key in rule.get("when", ()))):
            expression = rule.get(part[0], "") if len(part) == 1 else rule["when"][part[1]]
            if message := _bad_expression(expression):
                yield at((*path, *part), message, "write a regular expression such as ^(PM\\d{4}-\\d{3})")
    if message := _bad_expression(typed.get("timeline", {}).get("pattern", "")):
        yield at(("timeline", "pattern"), message, "give it named groups such as (?P<time>[^;]+)")
    zones: dict[Path, str] = {("timezone",): typed.get("timezone", "")}
    for words, zone in typed.get("timezone_from", {}).get("values", {}).items():
        zones["timezone_from", "values", words] = zone
    for path, zone in zones.items():
        if zone and not is_zone(zone):
            yield at(path, f"there is no time zone '{zone}'", "write its IANA name, such as Europe/Copenhagen")
    if (encoding := typed.get("encoding")) and not is_encoding(encoding):
        yield at(("encoding",), f"there is no encoding '{encoding}'", "such as utf-16, windows-1252 or iso-8859-1")
    for n, form in enumerate(typed.get("time_formats", [])):
        if not is_time_format(form):
            message = f"'{form}' is no form of a time with its year, day and hour"
            yield at(("time_formats", n), message, "such as %d/%m/%Y %H:%M, in the notation of strptime")
    titles = (*template_sections(), OWN_SECTION, LEAVE_OUT)
    for heading, target in typed.get("sections", {}).items():
        if target not in titles:
            hint = f"{did_you_mean(target, titles)} it is one of {', '.join(titles)}".strip()
            yield at(("sections", heading), f"a report has no section '{target}'", hint)
    for title in typed.get("body", {}):
        if title not in template_sections():
            hint = f"{did_you_mean(title, template_sections())} it is one of {', '.join(template_sections())}".strip()
            where = positions.key(("body", title))
            yield Problem.of("PIR701", name, where, f"a report has no section '{title}'", hint)


def _rules(typed: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Every rule of the mapping with its place."""
    for part in ("fields", "body", "columns"):
        for name, rule in typed.get(part, {}).items():
            yield (part, name), rule
    for part in ("timezone_from", "major"):
        if part in typed:
            yield (part,), typed[part]
    for part in ("time", "what", "state", "evidence"):
        if part in typed.get("timeline", {}):
            yield ("timeline", part), typed["timeline"][part]


def is_zone(name: str) -> bool:
    """Whether a name is that of a time zone, by IANA."""
    try:
        datetime(2000, 1, 1, tzinfo=ZoneInfo(name)).utcoffset()
    except (ValueError, OSError, KeyError):
        return False
    return True


_DIRECTIVE = re.compile(r"%(?:[aAbBdeHIjmMpSfyYzZ%])")


def is_time_format(form: str) -> bool:
    """Whether strptime takes a form, and reads a year, a day and an hour by it: a day alone is no time."""
    used = set(_DIRECTIVE.findall(form))
    if form.count("%") != sum(2 if d == "%%" else 1 for d in _DIRECTIVE.findall(form)):
        return False
    day = ("%d" in used and used & {"%m", "%b", "%B"}) or "%j" in used
    return bool(used & {"%Y", "%y"} and day and used & {"%H", "%I"})


def _bad_expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        return f"the expression cannot be used: {error}"
    return ""
