"""`x-allow`: the warnings that a record allows itself, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from mkdocs_pir.kb.frontmatter import Positions
from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.problem import CODES, Problem, did_you_mean

FIELD = "x-allow"
_HINT = "write it as {PIR405: why it stays}"


def check(data: Mapping[str, Any], positions: Positions, path: str) -> Iterator[Problem]:
    """What is wrong with the `x-allow` of typed front matter: another form, or a code that there is not."""
    given = data.get(FIELD)
    if given is None:
        return
    if not isinstance(given, dict):
        yield Problem.of(
            "PIR103", path, positions.value((FIELD,)), f"'{FIELD}' names codes, each with its reason", _HINT
        )
        return
    for code, reason in given.items():
        if code not in CODES:
            hint = did_you_mean(code, CODES) or _HINT
            yield Problem.of("PIR104", path, positions.key((FIELD, code)), f"there is no problem '{code[:60]}'", hint)
        elif not isinstance(reason, str | None):
            yield Problem.of("PIR103", path, positions.value((FIELD, code)), f"the reason for {code} is a text", _HINT)


def not_allowed(entries: Iterable[RecordFile], problems: Iterable[Problem]) -> list[Problem]:
    """Problems without the warnings and hints that a record allows with a reason; one without is told apart."""
    by_path = {entry.path: entry for entry in entries}
    out = []
    for problem in problems:
        entry = by_path.get(problem.path)
        if problem.severity == "error" or entry is None:
            out.append(problem)
        elif _names(entry, problem.code):
            out.append(replace(problem, hint=f"'{FIELD}' says no reason; {problem.hint}"))
        elif not entry.allows(problem.code):
            out.append(problem)
    return out


def _names(entry: RecordFile, code: str) -> bool:
    """Whether a record names a code to allow, but no reason."""
    given = entry.data.get(FIELD)
    written = code in given if isinstance(given, dict) else False
    return (written or code in entry.positions.empty.get((FIELD,), ())) and not entry.allows(code)
