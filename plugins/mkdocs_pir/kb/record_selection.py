"""Selections of records and actions by the values of their fields, as in `client=harbor-credit severity=SEV-1,SEV-2`.

Conditions are separated by spaces, and all must hold. The values of a condition are separated by commas, and one of
them must be there (`=`) or none (`!=`). `none` stands for a field without a value and `any` for one with some. Dates
and numbers may be ranges, as in `due=..2026-03-31` or `year=2024..2026`; ids and tags may have `*` for any characters.
Titles, names of owners and other free texts need only contain the value. Case is ignored everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, NamedTuple

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.action_states import STATES, state_on
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.known_names import KnownNames
from mkdocs_pir.kb.model import Action, Lesson, Pir, ProblemRecord, Service
from mkdocs_pir.kb.problem import did_you_mean
from mkdocs_pir.kb.references import same_id
from mkdocs_pir.kb.statuses import OPEN

ACTION = "action"
"""The name under which actions are selected, beside the kinds of records."""

NONE, ANY = "none", "any"

_CONDITION = re.compile(
    r"(?P<name>[A-Za-z][\w.-]*)(?P<operator>!=|=)(?P<values>(?:\"[^\"]*\"|'[^']*'|[^\s\"'])*)(?=\s|$)"
)
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'|[^,\"']+")


class SelectionError(ValueError):
    """Raised for a selection that names a field or value that does not exist, with a message for the user."""


class SelectedAction(NamedTuple):
    """One action of a sound review with the file of the review. `id` is the full id."""

    file: RecordFile
    action: Action

    @property
    def id(self) -> str:
        return f"{self.file.id}-{self.action.id}"


Selected = RecordFile | SelectedAction


class Field(NamedTuple):
    """A field by which records of a kind, or actions, can be selected.

    `form` is one of choice, id, word, text, date, number and flag. A choice has its values in `choices`; an id is that
    of a record of one of the kinds in `choices`.
    """

    values: Callable[[KnowledgeBase, Any], Iterable[Any]]
    form: str
    choices: tuple[str, ...] = ()


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


def each_action(knowledge: KnowledgeBase) -> Iterator[SelectedAction]:
    """Every action of a sound review, in order of the review's id."""
    for file in knowledge.of_kind(Pir.kind):
        if isinstance(file.record, Pir):
            yield from (SelectedAction(file, action) for action in file.record.actions)


@cache
def fields(kind: str) -> Mapping[str, Field]:
    """The fields by which records of a kind, or with `action` actions, can be selected, by their names.

    They are those of the schema, and some in the words of the search: year, service, cause, client, tag.
    """
    if kind == ACTION:
        spec = schema.load(Pir.kind)["properties"]["actions"]["items"]
        return {**_with_singulars(_of_schema(spec, _data_of_action, ())), **_ACTIONS}
    known = _with_singulars(_of_schema(schema.load(kind), lambda file: file.data, ()))
    return {**known, "id": Field(lambda kb, file: [file.id], "word"), **_RECORDS.get(kind, {})}


# -- the fields -------------------------------------------------------------------------------------------------------


def _data_of_action(selected: SelectedAction) -> Mapping[str, Any]:
    items: Iterable[Mapping[str, Any]] = selected.file.data["actions"]
    return next(item for item in items if item["id"] == selected.action.id)


def _of_schema(
    spec: Mapping[str, Any], data: Callable[[Any], Mapping[str, Any]], at: tuple[str, ...]
) -> Iterator[tuple[str, Field]]:
    """The fields of a schema with single values or lists of them, those of mappings and of items by their way."""
    for name, sub in spec.get("properties", {}).items():
        way = (*at, name)
        inner = sub.get("items", sub)
        if inner.get("type") == "object":
            yield from _of_schema(inner, data, way)
        else:
            form = _form(inner, is_list="items" in sub)
            yield ".".join(way), Field(_reader(data, way), form, tuple(inner.get("enum", inner.get("x-ref", ()))))


def _reader(
    data: Callable[[Any], Mapping[str, Any]], way: Sequence[str]
) -> Callable[[KnowledgeBase, Any], Iterable[Any]]:
    return lambda kb, selected: list(_at(data(selected), way))


def _at(value: Any, way: Sequence[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _at(item, way)
    elif not way:
        yield value
    elif isinstance(value, Mapping) and way[0] in value:
        yield from _at(value[way[0]], way[1:])


def _form(spec: Mapping[str, Any], *, is_list: bool) -> str:
    if "enum" in spec:
        return "choice"
    if "x-ref" in spec:
        return "id"
    if spec.get("format") in ("date", "date-time"):
        return "date"
    types = {"integer": "number", "number": "number", "boolean": "flag"}
    form = types.get(str(spec.get("type")))
    return form or ("word" if is_list and not spec.get("x-markdown") else "text")


def _with_singulars(known: Iterable[tuple[str, Field]]) -> dict[str, Field]:
    """The fields, and lists also by the name of one of their items: `tag` for `tags`."""
    out = dict(known)
    singular = {n.removesuffix("s"): f for n, f in out.items() if n.endswith("s") and f.form in ("word", "id")}
    return {**singular, **out}


def _causes(pir: Pir) -> list[str]:
    return [c for c in (pir.trigger, *pir.contributing_factors, *(d.cause for d in pir.process_deficiencies)) if c]


def _year(pir: Pir) -> list[int]:
    day = pir.times.impact_start or pir.times.detected or pir.times.resolved
    return [day.year] if day is not None else []


def _clients_of(kb: KnowledgeBase, reviews: Iterable[str]) -> list[str]:
    files = (kb.record_files.get(id_) for id_ in reviews)
    return [str(file.data["client"]) for file in files if file is not None and "client" in file.data]


def _states(kb: KnowledgeBase, action: Action) -> list[str]:
    """The state of an action today; what is to be done in any way is open too."""
    state = state_on(action, kb.settings.as_of)
    return [state, "open"] if state in OPEN and state != "open" else [state]


def _of(read: Callable[[Any], Iterable[Any]]) -> Callable[[KnowledgeBase, RecordFile], Iterable[Any]]:
    return lambda kb, file: read(file.record)


_STATES = tuple(STATES)

_RECORDS: Mapping[str, Mapping[str, Field]] = {
    Pir.kind: {
        "year": Field(_of(_year), "number"),
        "cause": Field(_of(_causes), "id", ("cause",)),
        "causes": Field(_of(_causes), "id", ("cause",)),
        "actions": Field(lambda kb, f: [s for a in f.record.actions for s in _states(kb, a)], "choice", _STATES),
        "action": Field(lambda kb, f: [s for a in f.record.actions for s in _states(kb, a)], "choice", _STATES),
    },
    Lesson.kind: {
        "client": Field(lambda kb, file: _clients_of(kb, file.record.learned_from), "id", ("client",)),
        "review": Field(_of(lambda lesson: lesson.learned_from), "id", ("pir",)),
    },
    ProblemRecord.kind: {
        "client": Field(lambda kb, file: _clients_of(kb, file.record.pirs), "id", ("client",)),
        "review": Field(_of(lambda problem: problem.pirs), "id", ("pir",)),
        "year": Field(_of(lambda problem: [problem.opened.year] if problem.opened else []), "number"),
    },
    Service.kind: {"client": Field(_of(lambda service: service.clients), "id", ("client",))},
}
"""Fields beside those of the schema, by the kind of record."""

_ACTIONS: Mapping[str, Field] = {
    "id": Field(lambda kb, selected: [selected.id], "word"),
    "state": Field(lambda kb, selected: _states(kb, selected.action), "choice", _STATES),
    "review": Field(lambda kb, selected: [selected.file.id], "id", ("pir",)),
    "cause": Field(lambda kb, s: s.action.causes or [c for c in [s.file.record.trigger] if c], "id", ("cause",)),
    **{
        name: Field(lambda kb, selected, read=field.values: read(kb, selected.file), field.form, field.choices)  # type: ignore[misc]
        for name, field in fields(Pir.kind).items()
        if name in ("client", "service", "severity", "year")
    },
    "review.status": Field(lambda kb, s: [s.file.record.status], "choice", schema.choices("pir", "status")),
}
"""Fields of actions beside those of the schema: what an action has of its review."""


# -- the conditions ---------------------------------------------------------------------------------------------------


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
                raise SelectionError(_no_such("kind", value, list(words)))
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
            raise SelectionError(_no_such("field", condition.name, known))
    able = [kind for kind in kinds if all(c.name in fields(kind) for c in conditions)]
    if kinds and not able:
        names = " and ".join(f"'{name}'" for name in dict.fromkeys(c.name for c in conditions))
        raise SelectionError(f"no kind of record has {names} together")
    tests: dict[str, list[Test]] = {kind: [] for kind in able}
    for condition in conditions:
        errors: dict[str, list[SelectionError]] = {}
        for kind in able:
            tests[kind].append(_test(knowledge, condition, fields(kind)[condition.name], errors))
        for found in errors.values():
            if len(found) == len(able):
                raise found[0]
    return tests


def _no_such(what: str, text: str, known: Sequence[str]) -> str:
    names = list(dict.fromkeys(known))
    return f"there is no {what} '{text}'; {did_you_mean(text, names) or 'choose from ' + ', '.join(names)}"


def _test(
    knowledge: KnowledgeBase, condition: _Condition, field: Field, errors: dict[str, list[SelectionError]]
) -> Test:
    """The test whether a record or an action meets a condition. A value that cannot be is put into `errors`."""
    matches: list[Matcher] = []
    for value in condition.values:
        try:
            matches.append(_matcher(knowledge, condition.name, field, value))
        except SelectionError as error:
            errors.setdefault(value, []).append(error)

    def test(selected: Any) -> bool:
        values = [value for value in field.values(knowledge, selected) if value not in (None, "")]
        return any(match(values) for match in matches) != condition.negated

    return test


Matcher = Callable[[Sequence[Any]], bool]


def _matcher(knowledge: KnowledgeBase, name: str, field: Field, text: str) -> Matcher:
    if text.casefold() == NONE and NONE not in field.choices:
        return lambda values: not values
    if text.casefold() == ANY and ANY not in field.choices:
        return bool
    return _FORMS[field.form](knowledge, name, field, text)


def _each(matches: Callable[[Any], bool]) -> Matcher:
    return lambda values: any(map(matches, values))


def _choice(knowledge: KnowledgeBase, name: str, field: Field, text: str) -> Matcher:
    choice = next((one for one in field.choices if one.casefold() == text.casefold()), None)
    if choice is None:
        hint = did_you_mean(text, field.choices) or f"choose from {', '.join(field.choices)}"
        raise SelectionError(f"{name} cannot be '{text}'; {hint}")
    return _each(lambda value: bool(value == choice))


def _id(knowledge: KnowledgeBase, name: str, field: Field, text: str) -> Matcher:
    ids = [file.id for file in knowledge.of_kind(*field.choices)]
    families = {id_.partition("/")[0] for id_ in ids if "/" in id_}
    wanted = same_id(text.rstrip("/"))
    if wanted in map(same_id, families):
        return _each(lambda value: same_id(str(value)).startswith(f"{wanted}/"))
    if "*" in text:
        return _word(knowledge, name, field, text)
    names = KnownNames(knowledge.of_kind(*field.choices))
    named = next((id_ for kind in field.choices if (id_ := names.find(kind, text))), text)
    if same_id(named) not in map(same_id, ids):
        label = " or ".join(KINDS[kind].label for kind in field.choices)
        raise SelectionError(_no_such(label, text, [*ids, *families]) if ids else f"there is no {label} yet")
    return _each(lambda value: same_id(str(value)) == same_id(named))


def _word(knowledge: KnowledgeBase, name: str, field: Field, text: str) -> Matcher:
    pattern = re.sub(r"([\[?])", r"[\1]", same_id(text))
    return _each(lambda value: fnmatchcase(same_id(str(value)), pattern))


def _text(knowledge: KnowledgeBase, name: str, field: Field, text: str) -> Matcher:
    return _each(lambda value: text.casefold() in str(value).casefold())


def _flag(knowledge: KnowledgeBase, name: str, field: Field, text: str) -> Matcher:
    words = {"true": True, "yes": True, "false": False, "no": False}
    if text.casefold() not in words:
        raise SelectionError(f"{name} is either true or false, not '{text}'")
    return _each(lambda value: bool(value) is words[text.casefold()])


def _number(knowledge: KnowledgeBase, name: str, field: Field, text: str) -> Matcher:
    low, high = (_as_number(name, part) for part in _ends(text))
    return _each(lambda value: (low is None or value >= low) and (high is None or value <= high))


def _as_number(name: str, text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        raise SelectionError(f"{name} is a number, not '{text}'; a range is written as in {name}=2..5") from None


def _date(knowledge: KnowledgeBase, name: str, field: Field, text: str) -> Matcher:
    today = knowledge.settings.as_of
    start, end = _ends(text)
    low = _days(name, start, today)[0] if start else None
    high = _days(name, end, today)[1] if end else None
    return _each(lambda value: _is_between(str(value)[:10], low, high))


def _is_between(day: str, low: date | None, high: date | None) -> bool:
    return (low is None or day >= low.isoformat()) and (high is None or day <= high.isoformat())


def _ends(text: str) -> tuple[str, str]:
    """The two ends of a range; a single value is both."""
    start, dots, end = text.partition("..")
    if not dots:
        return text, text
    return start.strip(), end.strip()


def _days(name: str, text: str, today: date) -> tuple[date, date]:
    """The first and the last day of a day, a month, a year or `today`."""
    if text.casefold() == "today":
        return today, today
    try:
        parts = [int(part) for part in text.split("-")] if re.fullmatch(r"[\d-]+", text) else []
        if len(parts) == 1 and parts[0] in schema.YEARS:
            return date(parts[0], 1, 1), date(parts[0], 12, 31)
        if len(parts) == 2 and parts[0] in schema.YEARS:
            first = date(parts[0], parts[1], 1)
            return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        day = schema.day(text)
    except ValueError:
        hint = f"write {name}=2026-09-30, a month {name}=2026-09, a year {name}=2026 or a range {name}=2026-01..2026-03"
        raise SelectionError(f"'{text}' is not a date; {hint}") from None
    return day, day


_FORMS: Mapping[str, Callable[[KnowledgeBase, str, Field, str], Matcher]] = {
    "choice": _choice,
    "id": _id,
    "word": _word,
    "text": _text,
    "flag": _flag,
    "number": _number,
    "date": _date,
}
