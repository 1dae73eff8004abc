"""Front matter between lines `+++`, as Hugo writes it: TOML, taken apart like the strict YAML of records."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, time
from typing import Any

from mkdocs_pir.kb.frontmatter import Document, Positions
from mkdocs_pir.kb.problem import Problem, ProblemError

_FENCE = re.compile(r"^\+\+\+[ \t]*$", re.M)
_KEY = re.compile(r"""^[ \t]*(?:\[\[?[ \t]*)?["']?([\w-]+)["']?[ \t]*(=|\.|\])""", re.M)
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


def parse(text: str, path: str) -> Document:
    """Take a file apart that begins with `+++`. Raises ProblemError (PIR702) for TOML that cannot be read.

    Every value becomes text, times in ISO 8601; only top-level keys have places of their own.
    """
    end = _FENCE.search(text, 4)
    if end is None:
        raise _unread(path, (1, 1), "the front matter is not closed", "end it with a line +++")
    fields = text[4 : end.start()]
    try:
        data = tomllib.loads(fields)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        last = fields.count("\n") + 1
        where = (int(place[1]) + 1, int(place[2])) if place and place[1] else (last, 1)
        message = f"malformed TOML: {_PLACE.sub('', str(error))}"
        raise _unread(path, where, message, "check the line for quotes and brackets") from None
    except (RecursionError, ValueError):
        raise _unread(path, (1, 1), "TOML that is nested too deep or holds a number too long", "simplify it") from None
    positions = Positions({(): (2, 1)})
    for found in _KEY.finditer(fields):
        line = fields.count("\n", 0, found.start(1)) + 2
        column = found.start(1) - fields.rfind("\n", 0, found.start(1))
        if found[1] in data and (found[1],) not in positions.keys:
            positions.keys[found[1],] = (line, column)
            positions.values[found[1],] = (line, column)
    return Document(_texts(data), positions, text[end.end() + 1 :], text.count("\n", 0, end.end()) + 2)


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_texts(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date | datetime | time) else str(value)


def _unread(path: str, where: tuple[int, int], message: str, hint: str) -> ProblemError:
    return ProblemError([Problem.of("PIR702", path, where, message, hint)])
