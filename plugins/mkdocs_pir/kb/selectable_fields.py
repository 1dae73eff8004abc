"""The fields by which records and actions can be selected: those of their schemas, and some in words of the search."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.action_states import STATES, state_on
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.model import Action, Lesson, Pir, ProblemRecord, Service
from mkdocs_pir.kb.statuses import OPEN

ACTION = "action"
"""The name under which actions are selected, beside the kinds of records."""


class SelectedAction(NamedTuple):
    """One action of a sound review with the file of the review. `id` is the full id."""

    file: RecordFile
    action: Action

    @property
    def id(self) -> str:
        return f"{self.file.id}-{self.action.id}"


def each_action(knowledge: KnowledgeBase) -> Iterator[SelectedAction]:
    """Every action of a sound review, in order of the review's id."""
    for file in knowledge.of_kind(Pir.kind):
        if isinstance(file.record, Pir):
            yield from (SelectedAction(file, action) for action in file.record.actions)


class Field(NamedTuple):
    """A field by which records of a kind, or actions, can be selected.

    `form` is one of choice, id, word, text, date, number and flag. A choice has its values in `choices`; an id is that
    of a record of one of the kinds in `choices`.
    """

    values: Callable[[KnowledgeBase, Any], Iterable[Any]]
    form: str
    choices: tuple[str, ...] = ()


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
