"""The JSON Schemas of records, and the check of front matter against them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import jsonschema_rs

from mkdocs_pir.kb.frontmatter import Positions, Quoted
from mkdocs_pir.kb.problem import Problem, did_you_mean
from mkdocs_pir.kb.text_formats import FORMATS

Instance = Any
PathKey = tuple[str | int, ...]

STEERING = frozenset({"template", "hide", "search", "icon", "social", "render_macros", "comments", "status_icon"})
"""Keys in the front matter of a page that control MkDocs or Material, which a record must never do."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_INTEGER = re.compile(r"-?(0|[1-9]\d{0,15})", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)


def folder() -> Path:
    """The folder of the schemas: in the installed package, or beside the sources in an editable install."""
    package = Path(str(resources.files("mkdocs_pir")))
    inside = package / "schemas"
    return inside if inside.is_dir() else package.parents[1] / "schemas"


@cache
def load(name: str) -> Mapping[str, Any]:
    """The schema of a name, such as `pir`. Raises FileNotFoundError if there is none."""
    loaded: dict[str, Any] = json.loads((folder() / f"{name}.schema.json").read_text("utf-8"))
    whole: Mapping[str, Any] = _resolved(loaded, loaded.pop("$defs", {}))
    return whole


def _resolved(value: Any, parts: Mapping[str, Any]) -> Any:
    """A schema with each `$ref` to a part of `$defs` replaced by that part; keys beside the `$ref` take precedence."""
    if isinstance(value, dict):
        part = parts.get(str(value.get("$ref", "")).removeprefix("#/$defs/"), {})
        return {key: _resolved(item, parts) for key, item in {**part, **value}.items() if key != "$ref"}
    return [_resolved(item, parts) for item in value] if isinstance(value, list) else value


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
    """Convert front matter to the types of its schema, and check it.

    Returns the typed value (with numbers, booleans and normalised times as the schema requires) and all problems.
    """
    problems: list[Problem] = []
    typed = _type(load(name), data, (), _Report(problems, positions, path))
    for error in _validator(name).iter_errors(typed):
        problems.extend(_explain(error, typed, name, positions, path))
    # the validator has an error for each unknown name, and each of them leads to all
    return typed, list(dict.fromkeys(problems))


Reference = tuple[PathKey, str, list[str]]
"""An id that refers to another record: its path, the id, and the kinds that the record may have."""


def references(schema: Mapping[str, Any], value: Instance) -> list[Reference]:
    """Each id in a typed value that refers to another record."""
    out: list[Reference] = []
    # by identity: a schema is loaded once, and the entry keeps it alive
    if id(schema) not in _REFERRING:
        _REFERRING[id(schema)] = schema, _referring(schema)
    if (referring := _REFERRING[id(schema)][1]) is not None:
        _add_references(referring, value, (), out)
    return out


class _Referring(NamedTuple):
    """Where values of a schema refer to records: the schema of the kinds of an id, or what refers to records inside."""

    kinds: list[str] | None
    properties: Mapping[str, _Referring]
    items: _Referring | None


_REFERRING: dict[int, tuple[Mapping[str, Any], _Referring | None]] = {}


def _referring(schema: Mapping[str, Any]) -> _Referring | None:
    inside = {key: _referring(sub) for key, sub in schema.get("properties", {}).items()}
    properties = {key: sub for key, sub in inside.items() if sub is not None}
    items = _referring(schema.get("items", {})) if "items" in schema else None
    kinds = schema.get("x-ref")
    return _Referring(kinds, properties, items) if properties or items is not None or kinds is not None else None


def _add_references(referring: _Referring, value: Instance, at: PathKey, out: list[Reference]) -> None:
    if isinstance(value, str):
        if referring.kinds is not None:
            out.append((at, value, referring.kinds))
    elif isinstance(value, dict):
        for key, item in value.items():
            if (sub := referring.properties.get(key)) is not None:
                _add_references(sub, item, (*at, key), out)
    elif isinstance(value, list) and referring.items is not None:
        for index, item in enumerate(value):
            _add_references(referring.items, item, (*at, index), out)


def texts(value: Mapping[str, Any]) -> list[tuple[PathKey, str]]:
    """Each text in a typed value with its path."""
    out: list[tuple[PathKey, str]] = []
    _add_texts(value, (), out)
    return out


def _add_texts(value: Instance, at: PathKey, out: list[tuple[PathKey, str]]) -> None:
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        # most values are texts
        if isinstance(item, str):
            out.append(((*at, key), item))
        elif isinstance(item, (dict, list)):
            _add_texts(item, (*at, key), out)


class _Report:
    """Collects the problems of one record at the positions of its values."""

    def __init__(self, problems: list[Problem], positions: Positions, path: str) -> None:
        self.problems = problems
        self.positions = positions
        self.path = path

    def __call__(self, code: str, at: PathKey, message: str, hint: str = "", *, key: bool = False) -> None:
        where = self.positions.key(at) if key else self.positions.value(at)
        self.problems.append(Problem.of(code, self.path, where, message, hint))


def _type(schema: Mapping[str, Any], value: Any, at: PathKey, report: _Report) -> Instance:
    """Convert a value of strings to the types of its schema, and report what does not fit."""
    expected = schema.get("type", "string")
    # as most values are
    if expected == "string" and isinstance(value, str):
        return _text(schema, value, at, report)
    if expected == "object":
        return _type_object(schema, value, at, report)
    if expected == "array":
        if not isinstance(value, list):
            report("PIR103", at, f"{_name(at)} must be a list", f"write it as [{_short(value)}]")
            return _untyped(value)
        return [_type(schema.get("items", {}), item, (*at, index), report) for index, item in enumerate(value)]
    if isinstance(value, (dict, list)):
        report(
            "PIR103",
            at,
            f"{_name(at)} must be a single value, not a {'list' if isinstance(value, list) else 'mapping'}",
            f"such as {_example(schema)}",
        )
        return _untyped(value)
    if value is None:
        report("PIR103", at, f"{_name(at)} is empty", f"write a value such as {_example(schema)}, or remove it")
        return value
    return _SCALARS[expected if isinstance(expected, str) else "|".join(expected)](schema, value, at, report)


def _type_object(schema: Mapping[str, Any], value: Any, at: PathKey, report: _Report) -> Instance:
    if not isinstance(value, dict):
        report("PIR103", at, f"{_name(at)} must be a mapping of fields", f"such as {_example(schema)}")
        return _untyped(value)
    fields = schema.get("properties", {})
    others = schema.get("additionalProperties", False)
    out = {}
    for key, item in value.items():
        if key in fields:
            out[key] = _type(fields[key], item, (*at, key), report)
        elif key.startswith("x-") and "^x-" in schema.get("patternProperties", {}):
            out[key] = _untyped(item)
        elif isinstance(others, dict):
            out[key] = _type(others, item, (*at, key), report)
        else:
            _refuse(key, schema, at, report)
    # an empty field counts as not given, but an unknown one is reported, as in {reason: slow, late}
    for key in report.positions.empty.get(at, ()):
        if key not in fields and not key.startswith("x-") and not isinstance(others, dict):
            _refuse(key, schema, at, report)
    return out


def _refuse(key: str, schema: Mapping[str, Any], at: PathKey, report: _Report) -> None:
    fields = schema.get("properties", {})
    if not at and key in STEERING:
        report(
            "PIR109",
            (*at, key),
            f"'{key}' would control the site builder",
            "remove it; records contain only data",
            key=True,
        )
        return
    if "^x-" in schema.get("patternProperties", {}):
        hint = did_you_mean(key, fields) or f"the fields are {', '.join(fields)};"
        hint = f"{hint} the name of a field of your own must begin with x-"
    else:
        hint = did_you_mean(key, fields) or f"the fields are {', '.join(fields)}"
    report("PIR102", (*at, key), f"unknown field '{_short(key)}'", hint, key=True)


def _untyped(value: Any) -> Instance:
    """A value with its scalars as plain strings."""
    if isinstance(value, dict):
        return {key: _untyped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_untyped(item) for item in value]
    return None if value is None else str(value)


def _text(schema: Mapping[str, Any], value: str, at: PathKey, report: _Report) -> Instance:
    if value and not value[0].isalnum() and all(c.isspace() or unicodedata.category(c) == "Cf" for c in value):
        report("PIR108", at, f"{_name(at)} is empty", f"such as {_example(schema)}")
        return str(value)
    form = schema.get("format")
    if form is None:
        return str(value)
    if form == "date":
        return _date(value, at, report)
    if form == "date-time" or (form == "time-or-day" and not _DATE.fullmatch(value)):
        return _stamp(value, at, report)
    if form == "time-or-day":
        return _date(value, at, report)
    if form == "uri" and not re.fullmatch(r"https?://[^\s<>\"]+", value):
        report("PIR105", at, f"'{_short(value)}' is not a web address", f"such as {_example(schema)}")
    if form in FORMATS and (message := FORMATS[form](value)):
        report("PIR105", at, message, f"such as {_example(schema)}")
    return str(value)


_Day = TypeVar("_Day", date, datetime)

YEARS = range(1900, 2200)
"""The years that a date may have; outside of them it is a mistake, and far outside dates cannot be computed."""


def day(text: str) -> date:
    """The date of a text such as 2026-09-30. Raises ValueError with a message for the user."""
    try:
        parsed = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is not a date; write it as 2026-09-30") from None
    if parsed.year not in YEARS:
        raise ValueError(f"'{text}' is in the year {parsed.year}; {YEARS[0]} to {YEARS[-1]} are allowed")
    return parsed


def _within_reach(day: _Day, at: PathKey, report: _Report) -> _Day:
    """The day; a year that must be a typing error is reported."""
    if day.year not in YEARS:
        hint = f"check the year; {YEARS[0]} to {YEARS[-1]} are allowed"
        report("PIR108", at, f"{_name(at)} is in the year {day.year}", hint)
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
        if match := _STAMP.fullmatch(value):
            if match[3] is None:
                report(
                    "PIR107",
                    at,
                    f"'{value}' has no offset from UTC",
                    f"write {value}Z if it is UTC, or {value}+01:00",
                )
                return str(value)
            return _within_reach(datetime.fromisoformat(value), at, report).isoformat()
    except ValueError:
        pass
    hint = "write 2026-03-04T02:10:00Z, or with an offset such as +01:00"
    if _DATE.fullmatch(value) and at[-1:] in (("impact_start",), ("resolved",)):
        name = "began_on" if at[-1] == "impact_start" else "resolved_on"
        hint = f"{hint}; where only the day is known, write '{name}: {value}'"
    report("PIR107", at, f"'{_short(value)}' is not a time", hint)
    return str(value)


def _integer(schema: Mapping[str, Any], value: str, at: PathKey, report: _Report) -> Instance:
    if not isinstance(value, Quoted) and _INTEGER.fullmatch(value):
        return int(value)
    report(
        "PIR103",
        at,
        f"{_name(at)} must be a whole number, not '{_short(value)}'",
        f"write a whole number, such as {_example(schema)}",
    )
    return str(value)


def _number(schema: Mapping[str, Any], value: str, at: PathKey, report: _Report) -> Instance:
    if not isinstance(value, Quoted) and _NUMBER.fullmatch(value):
        return float(value)
    report(
        "PIR103",
        at,
        f"{_name(at)} must be a number, not '{_short(value)}'",
        f"write a number, such as {_example(schema)}",
    )
    return str(value)


def _boolean(schema: Mapping[str, Any], value: str, at: PathKey, report: _Report) -> Instance:
    if value in ("true", "false") and not isinstance(value, Quoted):
        return value == "true"
    report("PIR103", at, f"{_name(at)} must be true or false, not '{_short(value)}'", "write true or false")
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
    """The problem for an error of the validator. Types and unknown fields were reported during conversion."""
    at: PathKey = tuple(error.instance_path)
    rule = error.kind.name
    if rule in _TYPED_ALREADY or _mistyped(at, typed, name):
        return
    schema = _at(name, at)
    value = error.instance
    if rule == "required":
        missing = error.kind.property
        sub = schema.get("properties", {}).get(missing, {})
        # an empty field is reported at its line
        where = positions.values.get((*at, missing)) or (positions.key(at) if at else (1, 1))
        owner = f" of {_name(at)}" if at else ""
        yield Problem.of(
            "PIR101", path, where, f"'{missing}'{owner} is missing", f"add it, such as '{missing}: {_example(sub)}'"
        )
    elif rule == "enum":
        options = [str(o) for o in error.kind.options]
        hint = did_you_mean(str(value), options)
        yield Problem.of(
            "PIR104",
            path,
            positions.value(at),
            f"{_name(at)} cannot be '{_short(value)}'",
            f"{hint} write one of {', '.join(options)}".strip(),
        )
    elif rule == "pattern":
        yield Problem.of(
            "PIR105",
            path,
            positions.value(at),
            f"'{_short(value)}' is not a valid {schema.get('title', _name(at)).lower()}",
            f"write it like {_example(schema)}",
        )
    elif rule == "propertyNames":
        forms = schema["propertyNames"].get("anyOf", [schema["propertyNames"]])
        names = forms[0]["enum"]
        for key in value:
            if key not in names and not any(re.search(form["pattern"], key) for form in forms[1:]):
                hint = did_you_mean(key, names) or f"the names are {', '.join(names)}"
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
    """Whether the value at this path already has the wrong type, so that limits say nothing new."""
    value, schema = typed, load(name)
    for step in at:
        value = value[step]
    schema = _at(name, at)
    expected = schema.get("type")
    if expected in ("integer", "number", "boolean"):
        return isinstance(value, str)
    return (expected == "array") != isinstance(value, list) or (expected == "object") != isinstance(value, dict)


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
        "uniqueItems": "an item is listed twice",
    }[rule]


def _name(at: PathKey) -> str:
    """The path of a field in messages, such as 'actions 2 due'."""
    return "'" + " ".join(str(step + 1) if isinstance(step, int) else step for step in at) + "'" if at else "the record"


def _short(value: Any) -> str:
    text = str(value).replace("\n", " ")
    return text if len(text) <= 60 else text[:57] + "…"


def _example(schema: Mapping[str, Any]) -> str:
    example = schema.get("examples", ["1" if schema.get("type") in ("integer", "number") else "…"])[0]
    return example if isinstance(example, str) else json.dumps(example, ensure_ascii=False)
