"""The classes of records and registers, decoded from checked front matter and rows.

`kinds.KINDS` and the JSON Schemas have the other properties of each kind. A field that an edition withholds is absent,
so every field except the id has a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar

import msgspec
from msgspec import Struct


class Value(Struct, frozen=True):
    """The base of records and their parts, which are immutable and compared by content."""


class Section(Value, frozen=True):
    """One H2 section of a body. `audience` is the value of `{ audience=… }` on its heading, if there is one."""

    title: str
    text: str
    line: int = 0
    audience: str | None = None


class Record(Value, frozen=True):
    """The base of all kinds of record: the typed front matter, and the body split at its H2 headings."""

    kind: ClassVar[str]

    id: str
    audience: str = "internal"
    preamble: str = ""
    sections: tuple[Section, ...] = ()

    @property
    def label(self) -> str:
        """The title or name of the record, or else its id."""
        return str(getattr(self, "title", "") or getattr(self, "name", "") or self.id)


class Release(Value, frozen=True):
    approved_by: str
    on: date
    content: str = ""


class Initiated(Value, frozen=True):
    by: str = ""
    on: date | None = None
    reason: str = ""


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day is not None else None


class Times(Value, frozen=True):
    """The times of an incident, in their order.

    `began_on` and `resolved_on` are days where no time is known: they date the review, and no duration has them.
    """

    ORDER: ClassVar[tuple[str, ...]] = ("impact_start", "detected", "acknowledged", "mitigated", "resolved")

    impact_start: datetime | None = None
    detected: datetime | None = None
    acknowledged: datetime | None = None
    mitigated: datetime | None = None
    resolved: datetime | None = None
    began_on: date | None = None
    resolved_on: date | None = None

    @property
    def start(self) -> datetime | None:
        """When the incident began: the start of the impact, else the day it began on (at midnight UTC), else the
        first time that is recorded."""
        known = self.known()
        if self.impact_start is None and self.began_on is not None:
            return _midnight(self.began_on)
        return known[0][1] if known else None

    @property
    def end(self) -> datetime | None:
        """When the service was restored: the time of it, else the day (at midnight UTC)."""
        return self.resolved if self.resolved is not None else _midnight(self.resolved_on)

    @property
    def begins_with_a_day(self) -> bool:
        """Whether only the day is known on which the incident began."""
        return self.impact_start is None and self.began_on is not None

    def known(self) -> list[tuple[str, datetime]]:
        """The recorded times in their order, as (name, time)."""
        return [(name, stamp) for name in self.ORDER if (stamp := getattr(self, name)) is not None]

    def between(self, start: str, end: str) -> timedelta | None:
        """The duration between two times, or None if one of them is not recorded."""
        a, b = getattr(self, start), getattr(self, end)
        return b - a if a is not None and b is not None else None


class Detection(Value, frozen=True):
    by: str = ""
    gap: str = ""


class Impact(Value, frozen=True):
    summary: str = ""
    users: int | None = None
    sla_breached: bool | None = None


class Deficiency(Value, frozen=True):
    effect: str
    description: str
    cause: str = ""


class Attempt(Value, frozen=True):
    what: str = ""
    at: datetime | None = None
    effect: str = ""
    note: str = ""
    audience: str = "internal"


class Action(Value, frozen=True):
    id: str
    title: str = ""
    status: str = ""
    type: str = ""
    owner: str = ""
    priority: str = ""
    created: date | None = None
    due: date | None = None
    completed: date | None = None
    verified: date | None = None
    done_when: str = ""
    causes: tuple[str, ...] = ()
    tracker: str = ""
    cancel_reason: str = ""
    audience: str = "internal"
    note: str = ""


class Recommendation(Value, frozen=True):
    id: str
    title: str = ""
    status: str = ""
    issued: date | None = None
    decided: date | None = None
    adopted: date | None = None
    decline_reason: str = ""
    causes: tuple[str, ...] = ()
    audience: str = "internal"


class Review(Value, frozen=True):
    kind: str
    on: date | None = None
    chaired_by: str = ""
    attendees: tuple[str, ...] = ()
    feedback: tuple[str, ...] = ()
    feedback_applied: date | None = None
    not_appropriate: str = ""


class Attachment(Value, frozen=True):
    file: str
    title: str = ""
    audience: str = "internal"


class Pir(Record, frozen=True):
    kind = "pir"

    title: str = ""
    client: str = ""
    services: tuple[str, ...] = ()
    status: str = ""
    severity: str = ""
    priority: str = ""
    release: Release | None = None
    initiated: Initiated | None = None
    incidents: tuple[str, ...] = ()
    problem: str = ""
    changes: tuple[str, ...] = ()
    times: Times = Times()
    detection: Detection = Detection()
    symptoms: tuple[str, ...] = ()
    impact: Impact = Impact()
    trigger: str = ""
    contributing_factors: tuple[str, ...] = ()
    process_deficiencies: tuple[Deficiency, ...] = ()
    root_cause: str = ""
    workaround: str = ""
    tried: tuple[Attempt, ...] = ()
    recurrence_of: str = ""
    lessons: tuple[str, ...] = ()
    no_lesson_because: str = ""
    actions: tuple[Action, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    reviews: tuple[Review, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    references: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def is_released(self) -> bool:
        """Whether the client of the review sees it."""
        return self.audience != "internal" and self.release is not None


class Lesson(Record, frozen=True):
    kind = "lesson"

    title: str = ""
    status: str = ""
    release: Release | None = None
    learned_from: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    lesson: str = ""
    recommendation: str = ""
    workaround: str = ""
    applies_when: str = ""
    evidence: str = ""
    validated_on: date | None = None
    applied_on: date | None = None
    verified_on: date | None = None
    review_by: date | None = None
    superseded_by: str = ""
    tags: tuple[str, ...] = ()


class Cause(Record, frozen=True):
    kind = "cause"

    name: str = ""
    definition: str = ""
    examples: tuple[str, ...] = ()
    look_for: tuple[str, ...] = ()
    release: Release | None = None

    @property
    def family(self) -> str:
        """The part of the id before the slash: `change` of `change/expired-certificate`."""
        return self.id.partition("/")[0]


class ProblemRecord(Record, frozen=True):
    kind = "problem"

    title: str = ""
    status: str = ""
    known_error: str | bool = ""
    root_cause: str = ""
    workaround: str = ""
    services: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    pirs: tuple[str, ...] = ()
    opened: date | None = None
    closed: date | None = None
    symptoms: tuple[str, ...] = ()
    release: Release | None = None
    tags: tuple[str, ...] = ()


class Service(Record, frozen=True):
    kind = "service"

    name: str = ""
    aliases: tuple[str, ...] = ()
    owner: str = ""
    clients: tuple[str, ...] = ()
    tier: str = ""
    depends_on: tuple[str, ...] = ()
    release: Release | None = None


class Organisation(Struct, frozen=True):
    """The provider: the option `organisation`."""

    name: str = ""
    logo: str = ""
    primary: str = ""
    accent: str = ""
    contact: str = ""
    roles: Mapping[str, str] = {}
    systems: Mapping[str, str] = {}
    documents: Mapping[str, str] = {}


class Branding(Value, frozen=True):
    logo: str = ""
    primary: str = ""
    accent: str = ""


class Client(Record, frozen=True):
    kind = "client"

    name: str = ""
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    contacts: tuple[str, ...] = ()
    manager: str = ""
    branding: Branding = Branding()
    review_days: int | None = None

    def is_called(self, name: str) -> bool:
        """Whether this is its id, its name or another name that it is known by, in whatever case."""
        return bool(name) and name.casefold() in map(str.casefold, (self.id, self.name, *self.aliases))


class Page(Record, frozen=True):
    """A handbook page; its id is its path below the knowledge base, without `.md`."""

    kind = "page"

    title: str = ""
    description: str = ""
    release: Release | None = None
    attachments: tuple[Attachment, ...] = ()
    tags: tuple[str, ...] = ()


class Incident(Value, frozen=True):
    """One row of the incident register. `days` are the columns of which only the day is known; it counts from midnight
    UTC, and in no duration."""

    id: str
    opened: datetime
    client: str = ""
    service: str = ""
    severity: str = ""
    resolved: datetime | None = None
    cause: str = ""
    pir_required: bool | None = None
    pir: str = ""
    days: tuple[str, ...] = ()

    @property
    def lasted(self) -> timedelta | None:
        """From its opening to its resolution, or None if the time of one of them is not known."""
        return self.resolved - self.opened if self.resolved is not None and not self.days else None


class Response(Value, frozen=True):
    """One row of the satisfaction register. `score` is None when the client did not answer."""

    date: date
    client: str
    scale: float
    reference: str = ""
    score: float | None = None
    comment: str = ""


class Progress(Value, frozen=True):
    """One row of the action register: the state of the action with this full id. None stands for an empty cell."""

    id: str
    status: str
    completed: date | None = None
    verified: date | None = None
    owner: str | None = None
    due: date | None = None
    tracker: str | None = None
    cancel_reason: str | None = None
    note: str | None = None


REGISTERS: Mapping[str, type[Value]] = {"incident": Incident, "satisfaction": Response, "action": Progress}
"""The class for the rows of each register, by the name of its schema."""


def row_of(register: str, data: Mapping[str, Any]) -> Value:
    """A row of a register from its checked cells; of a day in the place of a time the row notes that it is one."""
    value: Value = msgspec.convert(cells_of_row(register, data), REGISTERS[register])
    return value


def cells_of_row(register: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The checked cells of a row in the form of its class: days in the place of times are times, and noted in `days`."""
    days = tuple(
        name for name in ("opened", "resolved") if register == "incident" and len(data.get(name) or "") == _DAY
    )
    times = {name: f"{data[name]}T00:00:00Z" for name in days}
    return {**data, **times, **({"days": days} if days else {})}


_DAY = len("2026-03-04")
