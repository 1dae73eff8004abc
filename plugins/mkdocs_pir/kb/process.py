"""A process module as values: steps, tasks, roles and hand-offs, as `kb/process/<module>.yml` declares them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import field

from mkdocs_pir.kb.model import Value


class Role(Value, frozen=True):
    id: str
    name: str = ""
    does: str = ""
    party: str = "provider"


class System(Value, frozen=True):
    id: str
    name: str = ""
    holds: str = ""


class Document(Value, frozen=True):
    id: str
    name: str = ""
    holds: str = ""


class Neighbour(Value, frozen=True):
    """Another module, and its place in the life of an incident: `before`, `beside` or `after` this one."""

    id: str
    name: str = ""
    place: str = "beside"
    about: str = ""


class HandOff(Value, frozen=True):
    """What a task passes to another module (`to`) or receives from one (`source`, which is `from` in the file)."""

    gives: str
    task: str = ""
    to: str = ""
    source: str = field(default="", name="from")

    @property
    def other(self) -> str:
        return self.to or self.source


class Skip(Value, frozen=True):
    """A shortcut past the following tasks to the task `to` (or `end`), in the case described by `when`."""

    when: str
    to: str


class Task(Value, frozen=True):
    """What one role does. A task is onstage if the client sees it, otherwise backstage."""

    id: str
    name: str
    role: str
    stage: str
    does: str = ""
    accountable: str = ""
    consulted: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    skip: Skip | None = None

    @property
    def onstage(self) -> bool:
        return self.stage == "onstage"

    def part_of(self, role: str) -> str:
        """The letters of a role in the RACI matrix: responsible, accountable, consulted, informed."""
        parts = {
            "R": role == self.role,
            "A": role == (self.accountable or self.role),
            "C": role in self.consulted,
            "I": role in self.informed,
        }
        return "".join(letter for letter, has in parts.items() if has)


class Due(Value, frozen=True):
    """When a step is due: after business days (by severity, or as `targets` say), or at the last date of its actions."""

    days: int | None = None
    severities: Mapping[str, int] = {}
    target: str = ""
    of: str = ""


class Step(Value, frozen=True):
    """One step: the statuses of reviews in it, the names of its conditions, and its tasks in order."""

    id: str
    name: str
    summary: str = ""
    statuses: tuple[str, ...] = ()
    entry: tuple[str, ...] = ()
    leaves_when: tuple[str, ...] = ()
    due: Due = Due()
    kpis: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()


class Tool(Value, frozen=True):
    """A document made for each review under way; with the audience `client` it has only what the client may see."""

    id: str
    name: str
    step: str = ""
    audience: str = "internal"
    opening: str = ""
    closing: str = ""
    parts: tuple[str, ...] = ()
    agenda: tuple[str, ...] = ()


class Module(Value, frozen=True):
    """One module of the process library."""

    module: str
    name: str = ""
    audience: str = "internal"
    purpose: str = ""
    aims: tuple[str, ...] = ()
    benefits: tuple[str, ...] = ()
    entry: tuple[str, ...] = ()
    exit: tuple[str, ...] = ()
    kpis: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    systems: tuple[System, ...] = ()
    documents: tuple[Document, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    steps: tuple[Step, ...] = ()
    hand_offs: tuple[HandOff, ...] = ()
    tools: tuple[Tool, ...] = ()

    @property
    def governs(self) -> bool:
        """Whether its steps define the statuses of reviews."""
        return any(step.statuses for step in self.steps)

    @property
    def tasks(self) -> Iterator[tuple[Step, int, Task]]:
        """Every task with its step and its number in it, from 1."""
        return ((step, n, task) for step in self.steps for n, task in enumerate(step.tasks, 1))

    def role(self, id: str) -> Role:
        return next((r for r in self.roles if r.id == id), Role(id, id.replace("-", " ")))

    def system(self, id: str) -> System:
        return next((s for s in self.systems if s.id == id), System(id, id))

    def document(self, id: str) -> Document:
        return next((d for d in self.documents if d.id == id), Document(id, id))

    def neighbour(self, id: str) -> Neighbour:
        return next((n for n in self.neighbours if n.id == id), Neighbour(id, id))


PLACEHOLDER = re.compile(r"\{(?P<kind>[a-z]+)(?::(?P<id>[^{}]*))?\}")
"""A placeholder such as `{organisation}` or `{role:pir-owner}`; `{review}` and `{client}` are filled in for each review."""

LATER = frozenset({"review", "client"})
"""Placeholders that are known only for one review."""


def decode(data: Mapping[str, Any]) -> Module:
    """A module from checked data."""
    return msgspec.convert(dict(data), Module)


def personalised(
    module: Module,
    organisation: str,
    roles: Mapping[str, str],
    systems: Mapping[str, str],
    documents: Mapping[str, str],
) -> Module:
    """The module with the names of the organisation for roles, systems and documents, in lists and in texts."""
    named = msgspec.structs.replace(
        module,
        roles=tuple(msgspec.structs.replace(r, name=_capitalised(roles.get(r.id) or r.name)) for r in module.roles),
        systems=tuple(
            msgspec.structs.replace(s, name=_capitalised(systems.get(s.id) or s.name)) for s in module.systems
        ),
        documents=tuple(
            msgspec.structs.replace(d, name=_capitalised(documents.get(d.id) or d.name)) for d in module.documents
        ),
        # a tool has the name of the document that it makes
        tools=tuple(msgspec.structs.replace(t, name=_capitalised(documents.get(t.id) or t.name)) for t in module.tools),
    )
    lookups: Mapping[str, Callable[[str], str]] = {
        "organisation": lambda _: organisation or "The provider",
        "role": lambda id_: _in_sentence(named.role(id_).name),
        "system": lambda id_: _in_sentence(named.system(id_).name),
        "document": lambda id_: _in_sentence(named.document(id_).name),
    }

    def fill(match: re.Match[str]) -> str:
        lookup = lookups.get(match["kind"])
        return lookup(match["id"] or "") if lookup is not None else match[0]

    return decode(_each_text(msgspec.to_builtins(named), lambda text: PLACEHOLDER.sub(fill, text)))


def _capitalised(name: str) -> str:
    """A name by itself, with a capital letter: "The ticket system"."""
    return name[:1].upper() + name[1:]


def _in_sentence(name: str) -> str:
    """A name inside a sentence: "Review owner" becomes "review owner", but "VP services" stays."""
    return name[:1].lower() + name[1:] if name[1:2].islower() and " " in name else name


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {key: _each_text(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_each_text(item, change) for item in value]
    return change(value) if isinstance(value, str) else value
