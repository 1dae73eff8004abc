"""Front matter that is not all valid YAML: every field that can be read is, any other is the text that stands there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from mkdocs_pir.kb import frontmatter
from mkdocs_pir.kb.frontmatter import MarkdownFile, Positions
from mkdocs_pir.kb.problem import Problem, ProblemError

_FENCE = re.compile(r"---[ \t]*")
_FIELD = re.compile(r"""(?P<quote>["']?)(?P<key>[^\s#:"'\[\]{}|>&*!%@`-][^:"'\n]{0,80}?)(?P=quote)[ \t]*:(?=[ \t]|$)""")

_Rows = tuple[int, int]
"""The first row of a field and the row after its last, counted from 0."""


def parse_what_can_be(text: str, path: str, problems: list[Problem]) -> MarkdownFile:
    """A Markdown file with front matter. A field that cannot be read is its text, and a PIR705 in `problems`.

    Raises ProblemError for front matter that is not closed.
    """
    try:
        return frontmatter.parse(text, path)
    except ProblemError as error:
        rows = text.split("\n")
        end = next((n for n, row in enumerate(rows[1:], 1) if _FENCE.fullmatch(row)), 0)
        first = next((row for row in rows[1:] if row.strip()), "")
        if not end and _FIELD.match(first):
            raise
        if not end or not (fields := _fields(rows, end)):
            # a rule above the text, and no fields below it
            return MarkdownFile({}, Positions(), text, 1)
        reasons = {rows_: one for one in error.problems if (rows_ := _field_at(fields, one.line)) is not None}
        return _without(rows, end, fields, reasons, path, problems)


def _without(
    rows: list[str],
    end: int,
    fields: Sequence[_Rows],
    reasons: dict[_Rows, Problem],
    path: str,
    problems: list[Problem],
) -> MarkdownFile:
    """The file without the fields that cannot be read by themselves, nor with the others."""
    broken = [one for one in fields if _problem_of(rows, one, path) is not None]
    while True:
        try:
            document = _parsed(rows, end, fields, broken, path)
            break
        except ProblemError as error:
            # what stands there twice, or refers to another field
            one = _field_at([field for field in fields if field not in broken], error.problems[0].line)
            if one is None:
                raise
            reasons[one] = error.problems[0]
            broken.append(one)
    data, positions = dict(document.data), document.positions
    for start, stop in sorted(broken):
        found = _FIELD.match(rows[start])
        name = found["key"].strip() if found else rows[start]
        key = name if name not in data else f"{name} (line {start + 1})"
        value = "\n".join([rows[start][found.end() if found else 0 :], *rows[start + 1 : stop]]).strip()
        where = (start + 1, 1)
        reason = reasons.get((start, stop)) or _problem_of(rows, (start, stop), path)
        message = f"'{name}' is not valid YAML" + (
            f": {reason.message.removeprefix('malformed YAML: ')}" if reason else ""
        )
        hint = "the text that stands there was taken as it is; correct it in the source"
        problems.append(Problem.of("PIR705", path, where, message, hint))
        if value:
            data[key] = value
            positions.values[key,] = positions.keys[key,] = where
    return MarkdownFile(data, positions, document.body, document.body_line)


def _fields(rows: Sequence[str], end: int) -> list[_Rows]:
    """The rows of each field at the top, with what is indented below it."""
    starts = [n for n in range(1, end) if _FIELD.match(rows[n])]
    return [*pairwise([*starts, end])] if starts else []


def _field_at(fields: Sequence[_Rows], line: int) -> _Rows | None:
    return next(((start, stop) for start, stop in fields if start < line <= stop), None)


def _parsed(rows: Sequence[str], end: int, fields: Sequence[_Rows], broken: Sequence[_Rows], path: str) -> MarkdownFile:
    """The file with the rows of broken fields, and any before the first field, left empty: every line keeps its number."""
    first = fields[0][0]
    gone = {n for start, stop in broken for n in range(start, stop)} | set(range(1, first))
    if len(broken) == len(fields):
        body = "\n".join(rows[end + 1 :])
        return MarkdownFile({}, Positions(), body, end + 2)
    return frontmatter.parse("\n".join("" if n in gone else row for n, row in enumerate(rows)), path)


def _problem_of(rows: Sequence[str], field: _Rows, path: str) -> Problem | None:
    """What is wrong with one field by itself."""
    text = "\n".join(["---", *rows[slice(*field)], "---", ""])
    try:
        frontmatter.parse(text, path)
    except ProblemError as error:
        return error.problems[0]
    return None
