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
    """Another module, and where it stands in the life of an incident: `before`, `beside` or `after` this one."""

    id: str
    name: str = ""
    place: str = "beside"
    about: str = ""


class HandOff(Value, frozen=True):
    """What a task gives to another module (`to`), or takes from one (`source`, in the file `from`)."""

    gives: str
    task: str = ""
    to: str = ""
    source: str = field(default="", name="from")

    @property
    def other(self) -> str:
        return self.to or self.source


class Skip(Value, frozen=True):
    """A way past the tasks that follow: taken `when` the case is given, on to the task `to` (or `end`)."""

    when: str
    to: str


class Task(Value, frozen=True):
    """What one role does. It is onstage where the client sees it, else backstage."""

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
        """What a role has to do with the task: some of R (does it), A (answers for it), C (is asked), I (is told)."""
        parts = {
            "R": role == self.role,
            "A": role == (self.accountable or self.role),
            "C": role in self.consulted,
            "I": role in self.informed,
        }
        return "".join(letter for letter, has in parts.items() if has)


class Due(Value, frozen=True):
    """Until when a step is left: business days (by severity, or as `targets` say), or the last date of its actions."""

    days: int | None = None
    severities: Mapping[str, int] = {}
    target: str = ""
    of: str = ""


class Step(Value, frozen=True):
    """One step: the statuses of a review that stands in it, the named rules of its gates, its tasks in order."""

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
    """A paper made for each review under way; with the audience `client` it holds only what the client may see."""

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
        """Whether the statuses of reviews are those of its steps."""
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
"""A name to be filled in: `{organisation}`, `{role:pir-owner}`; `{review}` and `{client}` are filled in for each review."""

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
    """The module as an organisation speaks: its own names for roles, systems and documents, in lists and in texts."""
    named = msgspec.structs.replace(
        module,
        roles=tuple(msgspec.structs.replace(r, name=_alone(roles.get(r.id) or r.name)) for r in module.roles),
        systems=tuple(msgspec.structs.replace(s, name=_alone(systems.get(s.id) or s.name)) for s in module.systems),
        documents=tuple(
            msgspec.structs.replace(d, name=_alone(documents.get(d.id) or d.name)) for d in module.documents
        ),
        # a paper is called as the document is that it makes
        tools=tuple(msgspec.structs.replace(t, name=_alone(documents.get(t.id) or t.name)) for t in module.tools),
    )
    lookups: Mapping[str, Callable[[str], str]] = {
        "organisation": lambda _: organisation or "The provider",
        "role": lambda id_: _within(named.role(id_).name),
        "system": lambda id_: _within(named.system(id_).name),
        "document": lambda id_: _within(named.document(id_).name),
    }

    def fill(found: re.Match[str]) -> str:
        lookup = lookups.get(found["kind"])
        return lookup(found["id"] or "") if lookup is not None else found[0]

    return decode(_each_text(msgspec.to_builtins(named), lambda text: PLACEHOLDER.sub(fill, text)))


def _alone(name: str) -> str:
    """A name that stands by itself: "the ticket system" begins with a capital there."""
    return name[:1].upper() + name[1:]


def _within(name: str) -> str:
    """A name in the middle of a sentence: "Review owner" is "review owner" there, "VP services" stays."""
    return name[:1].lower() + name[1:] if name[1:2].islower() and " " in name else name


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {key: _each_text(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_each_text(item, change) for item in value]
    return change(value) if isinstance(value, str) else value
