"""The field `x-allow`: warnings and hints that a record suppresses, each with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from mkdocs_pir.kb.frontmatter import Positions
from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.problem import CODES, Problem, did_you_mean

FIELD = "x-allow"
_HINT = "write the code and a reason, such as x-allow: {PIR405: a quotation}"


def check(data: Mapping[str, Any], positions: Positions, path: str) -> Iterator[Problem]:
    """Problems of the `x-allow` of typed front matter: a wrong form, or an unknown code."""
    allowed = data.get(FIELD)
    if allowed is None:
        return
    if not isinstance(allowed, dict):
        yield Problem.of(
            "PIR103", path, positions.value((FIELD,)), f"'{FIELD}' must list codes, each with a reason", _HINT
        )
        return
    for code, reason in allowed.items():
        if code not in CODES:
            hint = did_you_mean(code, CODES) or _HINT
            yield Problem.of(
                "PIR104", path, positions.key((FIELD, code)), f"there is no problem code '{code[:60]}'", hint
            )
        elif not isinstance(reason, str | None):
            yield Problem.of(
                "PIR103", path, positions.value((FIELD, code)), f"the reason for {code} must be a text", _HINT
            )


def without_suppressed(files: Iterable[RecordFile], problems: Iterable[Problem]) -> list[Problem]:
    """The problems that are left when warnings and hints suppressed with a reason are removed.

    One that is suppressed without a reason stays, and its hint says so.
    """
    by_path = {file.path: file for file in files}
    out = []
    for problem in problems:
        file = by_path.get(problem.path)
        if problem.severity == "error" or file is None:
            out.append(problem)
        elif _lacks_reason(file, problem.code):
            out.append(replace(problem, hint=f"'{FIELD}' gives no reason for it; {problem.hint}"))
        elif not file.suppresses(problem.code):
            out.append(problem)
    return out


def _lacks_reason(file: RecordFile, code: str) -> bool:
    """Whether `x-allow` of a record has a code without a reason."""
    return code in file.suppressed and not file.suppresses(code)
