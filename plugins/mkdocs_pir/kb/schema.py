"""The schemas: what each kind of record may say, and the check of front matter against them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import jsonschema_rs

from mkdocs_pir.kb.frontmatter import Positions, Quoted
from mkdocs_pir.kb.problem import Problem, did_you_mean

Instance = Any
PathKey = tuple[str | int, ...]

STEERING = frozenset({"template", "hide", "search", "icon", "social", "render_macros", "comments", "status_icon"})
"""Keys that MkDocs or Material obey in a page's front matter. A record never steers the builder."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_INTEGER = re.compile(r"-?(0|[1-9]\d{0,15})", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)


def folder() -> Path:
    """Where the schemas are: inside the installed package, or beside the sources in an editable install."""
    package = Path(str(resources.files("mkdocs_pir")))
    inside = package / "schemas"
    return inside if inside.is_dir() else package.parents[1] / "schemas"


@cache
def load(name: str) -> Mapping[str, Any]:
    """The schema called `name`, such as `pir`. Raises FileNotFoundError when there is none."""
    loaded: dict[str, Any] = json.loads((folder() / f"{name}.schema.json").read_text("utf-8"))
    whole: Mapping[str, Any] = _written_out(loaded, loaded.pop("$defs", {}))
    return whole


def _written_out(value: Any, parts: Mapping[str, Any]) -> Any:
    """A schema with each `$ref` to a part of `$defs` replaced by that part; what stands beside it goes before."""
    if isinstance(value, dict):
        part = parts.get(str(value.get("$ref", "")).removeprefix("#/$defs/"), {})
        return {key: _written_out(item, parts) for key, item in {**part, **value}.items() if key != "$ref"}
    return [_written_out(item, parts) for item in value] if isinstance(value, list) else value


def choices(name: str, *path: str) -> tuple[str, ...]:
    """The values that a field of a schema allows, in their order; `path` leads into lists too, as `actions`, `status`."""
    spec = load(name)
    for step in path:
        spec = spec.get("items", spec)["properties"][step]
    return tuple(spec["enum"])


@cache
def _validator(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(dict(load(name)))


def check(name: str, data: dict[str, Any], positions: Positions, path: str) -> tuple[Instance, list[Problem]]:
    """Type front matter by its schema and check it.

    Returns the typed value (numbers, booleans and normalised times where the schema wants them) and every
    problem found, each at its line and column.
    """
    problems: list[Problem] = []
    typed = _type(load(name), data, (), _Report(problems, positions, path))
    for error in _validator(name).iter_errors(typed):
        problems.extend(_explain(error, typed, name, positions, path))
    return typed, problems


def references(
    schema: Mapping[str, Any], value: Instance, at: PathKey = ()
) -> Iterator[tuple[PathKey, str, list[str]]]:
    """Each id in a typed value that names another record, as (path, id, kinds it may be of)."""
    if isinstance(value, dict):
        for key, item in value.items():
            if (sub := schema.get("properties", {}).get(key)) is not None:
                yield from references(sub, item, (*at, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from references(schema.get("items", {}), item, (*at, index))
    elif "x-ref" in schema and isinstance(value, str):
        yield at, value, schema["x-ref"]


def texts(value: Instance, at: PathKey = ()) -> Iterator[tuple[PathKey, str]]:
    """Each text in a typed value with its path."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, (*at, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts(item, (*at, index))
    elif isinstance(value, str):
        yield at, value


class _Report:
    """Collects problems at the places of one record."""

    def __init__(self, problems: list[Problem], positions: Positions, path: str) -> None:
        self.problems = problems
        self.positions = positions
        self.path = path

    def __call__(self, code: str, at: PathKey, message: str, hint: str = "", *, key: bool = False) -> None:
        where = self.positions.key(at) if key else self.positions.value(at)
        self.problems.append(Problem.of(code, self.path, where, message, hint))


def _type(schema: Mapping[str, Any], value: Any, at: PathKey, report: _Report) -> Instance:
    """Give a value of strings the types its schema asks for, reporting what does not fit."""
    wanted = schema.get("type", "string")
    if wanted == "object":
        return _type_object(schema, value, at, report)
    if wanted == "array":
        if not isinstance(value, list):
            report("PIR103", at, f"{_name(at)} is a list", f"write it as [{_short(value)}]")
            return _untyped(value)
        return [_type(schema.get("items", {}), item, (*at, index), report) for index, item in enumerate(value)]
    if isinstance(value, dict | list):
        report(
            "PIR103",
            at,
            f"{_name(at)} is one value, not a {'list' if isinstance(value, list) else 'mapping'}",
            f"such as {_example(schema)}",
        )
        return _untyped(value)
    if value is None:
        report("PIR103", at, f"{_name(at)} is empty", f"write a value such as {_example(schema)}, or remove it")
        return value
    return _SCALARS[wanted if isinstance(wanted, str) else "|".join(wanted)](schema, value, at, report)


def _type_object(schema: Mapping[str, Any], value: Any, at: PathKey, report: _Report) -> Instance:
    if not isinstance(value, dict):
        report("PIR103", at, f"{_name(at)} holds fields of its own", f"such as {_example(schema)}")
        return _untyped(value)
    known = schema.get("properties", {})
    others = schema.get("additionalProperties", False)
    out = {}
    for key, item in value.items():
        if key in known:
            out[key] = _type(known[key], item, (*at, key), report)
        elif key.startswith("x-") and "^x-" in schema.get("patternProperties", {}):
            out[key] = _untyped(item)
        elif isinstance(others, dict):
            out[key] = _type(others, item, (*at, key), report)
        else:
            _refuse(key, known, at, report)
    # a field without a value is one that is not given, but half of {reason: slow, late} is not lost without a word
    for key in report.positions.empty.get(at, ()):
        if key not in known and not key.startswith("x-") and not isinstance(others, dict):
            _refuse(key, known, at, report)
    return out


def _refuse(key: str, known: Mapping[str, Any], at: PathKey, report: _Report) -> None:
    if not at and key in STEERING:
        report(
            "PIR109", (*at, key), f"'{key}' would steer the site builder", "remove it; records are data only", key=True
        )
        return
    hint = did_you_mean(key, known) or f"the fields are {', '.join(known)};"
    report(
        "PIR102", (*at, key), f"unknown field '{_short(key)}'", f"{hint} a note of your own begins with x-", key=True
    )


def _untyped(value: Any) -> Instance:
    """A value as it was written, of plain strings."""
    if isinstance(value, dict):
        return {key: _untyped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_untyped(item) for item in value]
    return None if value is None else str(value)


def _text(schema: Mapping[str, Any], value: str, at: PathKey, report: _Report) -> Instance:
    if value and all(c.isspace() or unicodedata.category(c) == "Cf" for c in value):
        report("PIR108", at, f"{_name(at)}: it is empty", f"such as {_example(schema)}")
        return str(value)
    form = schema.get("format")
    if form == "date":
        return _date(value, at, report)
    if form == "date-time":
        return _stamp(value, at, report)
    if form == "uri" and not re.fullmatch(r"https?://[^\s<>\"]+", value):
        report("PIR105", at, f"'{_short(value)}' is not a web address", f"such as {_example(schema)}")
    return str(value)


_Day = TypeVar("_Day", date, datetime)

YEARS = range(1900, 2200)
"""Years that a date may lie in: near the ends of the calendar no time can be reckoned."""


def day(text: str) -> date:
    """A day written as 2026-09-30. Raises ValueError with one sentence for a person."""
    try:
        read = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is not a date; write it as 2026-09-30") from None
    if read.year not in YEARS:
        raise ValueError(f"'{text}' lies in the year {read.year}; {YEARS[0]} to {YEARS[-1]} are allowed")
    return read


def _within_reach(day: _Day, at: PathKey, report: _Report) -> _Day:
    """The day, reported where it is a slip of the keyboard."""
    if day.year not in YEARS:
        hint = f"check the year; {YEARS[0]} to {YEARS[-1]} are allowed"
        report("PIR108", at, f"{_name(at)} lies in the year {day.year}", hint)
    return day


def _date(value: str, at: PathKey, report: _Report) -> Instance:
    try:
        if _DATE.fullmatch(value):
            return _within_reach(date.fromisoformat(value), at, report).isoformat()
    except ValueError:
        pass
    report("PIR106", at, f"'{_short(value)}' is not a date", "write year-month-day, such as 2026-03-04")
    return str(value)


def _stamp(value: str, at: PathKey, report: _Report) -> Instance:
    try:
        if found := _STAMP.fullmatch(value):
            if found[3] is None:
                report(
                    "PIR107",
                    at,
                    f"'{value}' does not say its offset from UTC",
                    f"write {value}Z if it is UTC, or {value}+01:00",
                )
                return str(value)
            return _within_reach(datetime.fromisoformat(value), at, report).isoformat()
    except ValueError:
        pass
    report(
        "PIR107", at, f"'{_short(value)}' is not a time", "write 2026-03-04T02:10:00Z, or with an offset such as +01:00"
    )
    return str(value)


def _integer(schema: Mapping[str, Any], value: str, at: PathKey, report: _Report) -> Instance:
    if not isinstance(value, Quoted) and _INTEGER.fullmatch(value):
        return int(value)
    report("PIR103", at, f"{_name(at)} is a whole number, not '{_short(value)}'", f"such as {_example(schema)}")
    return str(value)


def _number(schema: Mapping[str, Any], value: str, at: PathKey, report: _Report) -> Instance:
    if not isinstance(value, Quoted) and _NUMBER.fullmatch(value):
        return float(value)
    report("PIR103", at, f"{_name(at)} is a number, not '{_short(value)}'", f"such as {_example(schema)}")
    return str(value)


def _boolean(schema: Mapping[str, Any], value: str, at: PathKey, report: _Report) -> Instance:
    if value in ("true", "false") and not isinstance(value, Quoted):
        return value == "true"
    report("PIR103", at, f"{_name(at)} is true or false, not '{_short(value)}'", "write true or false")
    return str(value)


def _text_or_boolean(schema: Mapping[str, Any], value: str, at: PathKey, report: _Report) -> Instance:
    if value in ("true", "false") and not isinstance(value, Quoted):
        return value == "true"
    return str(value)


_SCALARS = {
    "string": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "string|boolean": _text_or_boolean,
}

_TYPED_ALREADY = {"type", "additionalProperties", "format"}
_LIMITS = {"minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "exclusiveMinimum", "uniqueItems"}


def _explain(error: Any, typed: Instance, name: str, positions: Positions, path: str) -> Iterator[Problem]:
    """A schema error in our own words. Types and unknown fields were reported while typing."""
    at: PathKey = tuple(error.instance_path)
    rule = error.kind.name
    if rule in _TYPED_ALREADY or _mistyped(at, typed, name):
        return
    schema = _at(name, at)
    value = error.instance
    if rule == "required":
        missing = error.kind.property
        sub = schema.get("properties", {}).get(missing, {})
        # a field that is there but empty is shown where it is
        where = positions.values.get((*at, missing)) or (positions.key(at) if at else (1, 1))
        owner = f" of {_name(at)}" if at else ""
        yield Problem.of("PIR101", path, where, f"'{missing}'{owner} is missing", f"add '{missing}: {_example(sub)}'")
    elif rule == "enum":
        options = [str(o) for o in error.kind.options]
        hint = did_you_mean(str(value), options)
        yield Problem.of(
            "PIR104",
            path,
            positions.value(at),
            f"{_name(at)} cannot be '{_short(value)}'",
            f"{hint} it is one of {', '.join(options)}".strip(),
        )
    elif rule == "pattern":
        yield Problem.of(
            "PIR105",
            path,
            positions.value(at),
            f"'{_short(value)}' is not a proper {schema.get('title', _name(at)).lower()}",
            f"write it like {_example(schema)}",
        )
    elif rule == "propertyNames":
        forms = schema["propertyNames"].get("anyOf")
        if forms is None:
            # of a mapping; soundness names these
            return
        names, form = forms
        for key in value:
            if key not in names["enum"] and not re.search(form["pattern"], key):
                hint = did_you_mean(key, names["enum"]) or f"the names are {', '.join(names['enum'])}"
                yield Problem.of("PIR102", path, positions.key((*at, key)), f"{_name(at)} has no '{key}'", hint)
    elif rule in _LIMITS:
        yield Problem.of(
            "PIR108",
            path,
            positions.value(at),
            f"{_name(at)}: {_limit(rule, schema, value)}",
            f"such as {_example(schema)}",
        )
    else:
        yield Problem.of(
            "PIR108", path, positions.value(at), f"{_name(at)}: {error.message}", f"such as {_example(schema)}"
        )


def _mistyped(at: PathKey, typed: Instance, name: str) -> bool:
    """Whether the value at this place already failed to take its type, so that limits say nothing new."""
    value, schema = typed, load(name)
    for step in at:
        value = value[step]
    schema = _at(name, at)
    wanted = schema.get("type")
    if wanted in ("integer", "number", "boolean"):
        return isinstance(value, str)
    return (wanted == "array") != isinstance(value, list) or (wanted == "object") != isinstance(value, dict)


def _at(name: str, at: PathKey) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = load(name)
    for step in at:
        if isinstance(step, int):
            schema = schema.get("items", {})
        else:
            others = schema.get("additionalProperties")
            schema = schema.get("properties", {}).get(step) or (others if isinstance(others, dict) else {})
    return schema


def _limit(rule: str, schema: Mapping[str, Any], value: Any) -> str:
    bound = schema.get(rule)
    return {
        "minLength": "it is empty",
        "maxLength": f"it has {len(value) if isinstance(value, str) else 0} characters; {bound} are allowed",
        "minItems": f"at least {bound} {'is' if bound == 1 else 'are'} needed",
        "maxItems": f"at most {bound} are allowed",
        "minimum": f"it is less than {bound}",
        "maximum": f"it is more than {bound}",
        "exclusiveMinimum": f"it must be more than {bound}",
        "uniqueItems": "an entry is listed twice",
    }[rule]


def _name(at: PathKey) -> str:
    """A place as people say it: `actions 2 due`."""
    return "'" + " ".join(str(step + 1) if isinstance(step, int) else step for step in at) + "'" if at else "the record"


def _short(value: Any) -> str:
    text = str(value).replace("\n", " ")
    return text if len(text) <= 60 else text[:57] + "…"


def _example(schema: Mapping[str, Any]) -> str:
    example = schema.get("examples", ["…"])[0]
    return example if isinstance(example, str) else json.dumps(example, ensure_ascii=False)
