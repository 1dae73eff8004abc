"""Groups of problems that say the same of one field in any number of records, as the report of an import shows them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mkdocs_pir.kb.problem import CODES, Problem

_SEVERITIES = ("error", "warning", "hint")

# what a message quotes, and its numbers, differ from record to record
_VARIABLE = re.compile(r"('.*?'(?=[\s,;:.)]|$)|\d[\dT:.,+-]*(?<=\d)Z?)")


@dataclass(frozen=True, slots=True)
class GroupedValue:
    """One value that the problems are about, as the message quotes it, with every place as `path:line`."""

    value: str
    places: Sequence[str]


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """Problems that say the same of one field in any number of records; `field` is empty where it concerns none.

    What differs between the records is `…` in `message` and `hint`, and is in `values`, the most frequent first.
    """

    code: str
    kind: str
    severity: str
    field: str
    message: str
    hint: str
    count: int
    values: Sequence[GroupedValue]


def grouped(problems: Iterable[Problem], fields_of: Mapping[Problem, str]) -> list[ProblemGroup]:
    """The problems in groups: errors first, then by code and field, the most frequent first."""
    groups: dict[tuple[str, str, str], list[Problem]] = defaultdict(list)
    for problem in problems:
        groups[problem.code, fields_of.get(problem, ""), _VARIABLE.sub("…", problem.message)].append(problem)
    found = [_group(field, group) for (_, field, _), group in groups.items()]
    of_kind = Counter[tuple[str, str]]()
    for one in found:
        of_kind[one.code, one.field] += one.count
    return sorted(
        found,
        key=lambda f: (_SEVERITIES.index(f.severity), f.code, -of_kind[f.code, f.field], f.field, -f.count, f.message),
    )


def _group(field: str, group: Sequence[Problem]) -> ProblemGroup:
    first = group[0]
    # the report shows the field apart
    message, values = _common([one.message.removesuffix(f" ({field})") for one in group])
    hint, _ = _common([one.hint for one in group])
    places: dict[str, list[str]] = defaultdict(list)
    for value, one in zip(values, group, strict=True):
        places[value].append(f"{one.path}:{one.line}" if one.line else one.path)
    ranked = sorted(places.items(), key=lambda item: -len(item[1]))
    return ProblemGroup(
        first.code,
        CODES[first.code][1],
        first.severity,
        field,
        message,
        hint,
        len(group),
        [GroupedValue(value, where) for value, where in ranked],
    )


def _common(texts: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The text that all have in common, with `…` for what differs; and what stands there in each."""
    parts = [_VARIABLE.split(text) for text in texts]
    if len({tuple(part[::2]) for part in parts}) > 1:
        # hints of one group may be of several forms; the first speaks for all
        return texts[0], [""] * len(texts)
    varying = [n for n in range(1, len(parts[0]), 2) if len({part[n] for part in parts}) > 1]
    common = "".join("…" if n in varying else text for n, text in enumerate(parts[0]))
    return common, [", ".join(part[n].strip("'") for n in varying) for part in parts]
