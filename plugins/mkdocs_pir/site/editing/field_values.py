"""Values of front matter as the form exchanges them: texts in lists and mappings, as they are typed in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mkdocs_pir.kb.frontmatter import MAX_DEPTH, Positions
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.record_edits import Edit, Remove, Set
from mkdocs_pir.kb.section_edits import BodyText

Values = Mapping[str, Any]


def is_valid(value: Any, depth: int = 0) -> bool:
    """Whether a value from the browser is made of texts, lists and mappings alone."""
    if depth > MAX_DEPTH:
        return False
    if isinstance(value, dict):
        return all(is_valid(item, depth + 1) for item in value.values())
    if isinstance(value, list):
        return all(is_valid(item, depth + 1) for item in value)
    return value is None or isinstance(value, str)


def plain(value: Any) -> Any:
    """A value as it was read, without the marks of its reader."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return None if value is None else str(value)


def edits(spec: Mapping[str, Any], before: Values, after: Values) -> Iterator[Edit]:
    """The edits that turn values of the file into those of the form: one for each field that differs."""
    for key in before:
        if key not in after:
            yield Remove((key,))
    for key, value in after.items():
        if before.get(key) != value:
            yield Set((key,), _typed(spec.get("properties", {}).get(key, {}), value))


def _typed(spec: Mapping[str, Any], value: Any) -> Any:
    """A value with its numbers and booleans, which a file has without quotes."""
    if isinstance(value, dict):
        return {key: _typed(spec.get("properties", {}).get(key, {}), item) for key, item in value.items()}
    if isinstance(value, list):
        return [_typed(spec.get("items", {}), item) for item in value]
    expected = spec.get("type", "string")
    if "boolean" in expected and value in ("true", "false"):
        return value == "true"
    # digits with leading zeros are not read as a number and stay as they were typed
    if expected == "integer" and isinstance(value, str) and value.isascii() and str(_number(value)) == value:
        return int(value)
    return value


def _number(value: str) -> int | None:
    return int(value) if value.removeprefix("-").isdecimal() and len(value) < 17 else None


def place_of(problem: Problem, positions: Positions, texts: list[BodyText], body_line: int) -> tuple[str, int | None]:
    """The field of a problem, as `actions.0.title`, or the number of the text of the body; neither for the whole file."""
    where = (problem.line, problem.column)
    at = max((at for at, mark in positions.values.items() if mark == where), key=len, default=None)
    if at is None:
        at = next((at for at, mark in positions.keys.items() if mark == where), None)
    if problem.code == "PIR101":
        # the message names what is missing; the place is that of what lacks it, or that of the empty field itself
        missing = problem.message.split("'")[1]
        at = at or ()
        return ".".join(map(str, at if at[-1:] == (missing,) else (*at, missing))), None
    if problem.line >= body_line:
        line = problem.line - body_line
        return "", max((n for n, text in enumerate(texts) if text.start <= line + 1), default=0)
    if at is None:
        # a word within a value
        before = [(mark, at) for at, mark in positions.values.items() if mark <= where]
        at = max(before, default=((0, 0), ()))[1] if problem.line else ()
    return ".".join(map(str, at)), None
