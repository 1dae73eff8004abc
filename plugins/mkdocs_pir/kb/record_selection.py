"""Selections of records and actions by the values of their fields, as in `client=harbor-credit severity=SEV-1,SEV-2`.

Conditions are separated by spaces, and all must hold. The values of a condition are separated by commas, and one of
them must be there (`=`) or none (`!=`). `none` stands for a field without a value and `any` for one with some. Dates
and numbers may be ranges, as in `due=..2026-03-31` or `year=2024..2026`; ids and tags may have `*` for any characters.
Titles, names of owners and other free texts need only contain the value. Case is ignored everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.selectable_fields import ACTION, Field, SelectedAction, each_action, fields
from mkdocs_pir.kb.selection_values import NONE, Matcher, SelectionError, matcher, no_such

_CONDITION = re.compile(
    r"(?P<name>[A-Za-z][\w.-]*)(?P<operator>!=|=)(?P<values>(?:\"[^\"]*\"|'[^']*'|[^\s\"'])*)(?=\s|$)"
)
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'|[^,\"']+")


def select_records(
    knowledge: KnowledgeBase, texts: Iterable[str], kinds: Sequence[str] = tuple(KINDS)
) -> list[RecordFile]:
    """The sound records of some kinds that meet all conditions of all texts, in order of kind and id.

    A record of a kind without one of the fields is never selected. Raises SelectionError.
    """
    conditions = _parse(texts)
    chosen = _kinds(kinds, [c for c in conditions if c.name == "kind"])
    tests = _tests(knowledge, [c for c in conditions if c.name != "kind"], chosen)
    files = (file for kind in tests for file in knowledge.of_kind(kind) if file.record is not None)
    return [file for file in files if all(test(file) for test in tests[file.kind])]


def select_actions(knowledge: KnowledgeBase, texts: Iterable[str]) -> list[SelectedAction]:
    """The actions of sound reviews that meet all conditions of all texts, in order of id. Raises SelectionError."""
    tests = _tests(knowledge, _parse(texts), [ACTION])[ACTION]
    return [action for action in each_action(knowledge) if all(test(action) for test in tests)]


class _Condition(NamedTuple):
    name: str
    values: tuple[str, ...]
    negated: bool


def _parse(texts: Iterable[str]) -> list[_Condition]:
    out: list[_Condition] = []
    for text in texts:
        at = 0
        if not text.strip():
            raise SelectionError(
                "the selection is empty; write conditions such as client=harbor-credit or status=draft"
            )
        while rest := text[at:].strip():
            at = len(text) - len(text[at:].lstrip())
            match = _CONDITION.match(text, at)
            if match is None:
                raise SelectionError(
                    f"'{rest.split()[0]}' is not a condition; write name=value, name=one,another or name!=value, "
                    'and quotes around a value with spaces, as in owner="platform team"'
                )
            values = tuple(v for value in _VALUE.findall(match["values"]) if (v := value.strip("\"'").strip()))
            if not values:
                raise SelectionError(f"'{match[0]}' has no value; write {match['name']}={NONE} for records without one")
            out.append(_Condition(match["name"], values, match["operator"] == "!="))
            at = match.end()
    return out


def _kinds(kinds: Sequence[str], conditions: Iterable[_Condition]) -> list[str]:
    """The kinds that conditions on `kind` allow, by their names, their labels or the plurals of these."""
    words = {word: name for name in kinds for word in (KINDS[name].label, KINDS[name].plural, name)}
    out = list(kinds)
    for condition in conditions:
        for value in condition.values:
            if value.casefold() not in words:
                raise SelectionError(no_such("kind", value, list(words)))
        named = {words[value.casefold()] for value in condition.values}
        out = [kind for kind in out if (kind in named) != condition.negated]
    return out


Test = Callable[[Any], bool]


def _tests(
    knowledge: KnowledgeBase, conditions: Sequence[_Condition], kinds: Sequence[str]
) -> Mapping[str, Sequence[Test]]:
    """The tests of the conditions for each kind that has all of their fields.

    Raises SelectionError for a field that none of the kinds has, or a value that it can have in none of them.
    """
    known = [name for kind in kinds for name in fields(kind)]
    for condition in conditions:
        if condition.name not in known:
            raise SelectionError(no_such("field", condition.name, known))
    able = [kind for kind in kinds if all(c.name in fields(kind) for c in conditions)]
    if kinds and not able:
        names = " and ".join(f"'{name}'" for name in dict.fromkeys(c.name for c in conditions))
        raise SelectionError(f"no kind of record has {names} together")
    tests: dict[str, list[Test]] = {kind: [] for kind in able}
    for condition in conditions:
        errors: dict[str, list[SelectionError]] = {}
        for kind in able:
            tests[kind].append(_test(knowledge, condition, fields(kind)[condition.name], errors))
        for of_each_kind in errors.values():
            if len(of_each_kind) == len(able):
                raise of_each_kind[0]
    return tests


def _test(
    knowledge: KnowledgeBase, condition: _Condition, field: Field, errors: dict[str, list[SelectionError]]
) -> Test:
    """The test whether a record or an action meets a condition. A value that cannot be is put into `errors`."""
    matches: list[Matcher] = []
    for value in condition.values:
        try:
            matches.append(matcher(knowledge, condition.name, field, value))
        except SelectionError as error:
            errors.setdefault(value, []).append(error)

    def test(selected: Any) -> bool:
        values = [value for value in field.values(knowledge, selected) if value not in (None, "")]
        return any(match(values) for match in matches) != condition.negated

    return test
