"""Action items: the state of each on the day of the figures, their order, groups, ages and counts by month."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.groups import action_causes
from mkdocs_pir.insight.occurrences import full_id
from mkdocs_pir.insight.windows import months as last_months
from mkdocs_pir.kb.action_states import STATES, state_on, status_on
from mkdocs_pir.kb.model import Action, Client, Pir
from mkdocs_pir.kb.schema import choices
from mkdocs_pir.kb.statuses import CLOSED, DONE

AGE_EDGES = (0, 7, 14, 30, 60, 90, 180, 365)

By = Literal["owner", "client", "service", "cause", "type", "state", "priority"]


class ActionItem(Struct, frozen=True):
    """One action of one review with its state on the day of the figures.

    `id` is the full id. `days_late` counts the days that an open item is past its due date, or that a finished one was
    late; `age` the days since an open item was agreed. Each is None where it does not apply or a date is missing.
    `by_client` says that its owner is the client of the review, who has to do it.
    """

    id: str
    pir: str
    pir_title: str
    client: str
    services: tuple[str, ...]
    causes: tuple[str, ...]
    action: Action
    state: str
    days_late: int | None
    age: int | None
    by_client: bool = False

    @property
    def is_open(self) -> bool:
        return self.state not in CLOSED

    @property
    def title(self) -> str:
        return self.action.title or self.id

    @property
    def status(self) -> str:
        """The status in the record, whatever the due date: open, in-progress, blocked, done, …"""
        return self.action.status

    @property
    def owner(self) -> str:
        return self.action.owner

    @property
    def type(self) -> str:
        return self.action.type

    @property
    def priority(self) -> str:
        return self.action.priority

    @property
    def created(self) -> date | None:
        return self.action.created

    @property
    def due(self) -> date | None:
        return self.action.due

    @property
    def completed(self) -> date | None:
        return self.action.completed

    @property
    def verified(self) -> date | None:
        return self.action.verified

    @property
    def tracker(self) -> str:
        return self.action.tracker


def items(projection: Projection) -> tuple[ActionItem, ...]:
    """Every action item of an edition, the most urgent first (see `urgency`)."""
    unsorted = [
        _item(pir, action, projection.as_of, projection.clients.get(pir.client))
        for pir in projection.pirs.values()
        for action in pir.actions
    ]
    return tuple(sorted(unsorted, key=urgency))


def urgency(item: ActionItem) -> tuple[int, int, int, str]:
    """Sort key: by state, then by due date (none at the end), then by priority; closed items by the day on which they
    were finished, the latest first."""
    place = _PLACE[item.state]
    if item.state in CLOSED:
        return place, -(item.completed.toordinal() if item.completed else 0), 0, item.id
    due = item.due.toordinal() if item.due else date.max.toordinal()
    return place, due, _PRIORITY.get(item.priority, len(_PRIORITY)), item.id


_PLACE = {state: place for place, state in enumerate(STATES)}
_PRIORITY = {priority: place for place, priority in enumerate(choices("pir", "actions", "priority"))}


def _item(pir: Pir, action: Action, as_of: date, client: Client | None) -> ActionItem:
    status = status_on(action, as_of)
    is_open = status not in CLOSED
    to_due = (action.due - as_of).days if action.due else None
    late: int | None = None
    if is_open and to_due is not None and to_due < 0:
        late = -to_due
    elif status in DONE and action.due and action.completed and action.completed > action.due:
        late = (action.completed - action.due).days
    return ActionItem(
        id=full_id(pir.id, action.id),
        pir=pir.id,
        pir_title=pir.label,
        client=pir.client,
        services=pir.services,
        causes=action_causes(pir, action),
        action=action,
        state=state_on(action, as_of),
        days_late=late,
        age=max(0, (as_of - action.created).days) if is_open and action.created else None,
        by_client=client is not None and client.is_called(action.owner),
    )


class ActionGroup(Struct, frozen=True):
    """The items of one owner, client, service, cause, type, state or priority; `key` is "" for those without one.
    `oldest` is the age of the oldest open item in days."""

    key: str
    items: tuple[ActionItem, ...]
    open: int
    overdue: int
    oldest: int | None


def groups(items: Iterable[ActionItem], by: By) -> tuple[ActionGroup, ...]:
    """The items grouped by one property: the most overdue first, then the most open, then by name.

    An item with two services or causes is in both groups; the items of a group keep their order.
    """
    by_key: dict[str, list[ActionItem]] = defaultdict(list)
    for item in items:
        for key in _KEYS[by](item) or ("",):
            by_key[key].append(item)
    unsorted = [
        ActionGroup(
            key,
            tuple(members),
            sum(item.is_open for item in members),
            sum(item.state == "overdue" for item in members),
            max((item.age for item in members if item.age is not None), default=None),
        )
        for key, members in by_key.items()
    ]
    return tuple(sorted(unsorted, key=lambda group: (-group.overdue, -group.open, group.key == "", group.key)))


def _one(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


_KEYS: Mapping[str, Callable[[ActionItem], Sequence[str]]] = {
    "owner": lambda item: _one(item.owner),
    "client": lambda item: _one(item.client),
    "service": lambda item: item.services,
    "cause": lambda item: item.causes,
    "type": lambda item: _one(item.type),
    "state": lambda item: _one(item.state),
    "priority": lambda item: _one(item.priority),
}


def ages(items: Iterable[ActionItem]) -> tuple[int, ...]:
    """Days since each open item was agreed, where that day is recorded."""
    return tuple(item.age for item in items if item.age is not None)


class Bin(Struct, frozen=True):
    """How many open items are at least `low` and less than `high` days old (no upper end: None)."""

    low: int
    high: int | None
    count: int


def histogram(items: Iterable[ActionItem], edges: Sequence[int] = AGE_EDGES) -> tuple[Bin, ...]:
    """Open items by age. Each is in one bin; the edges ascend and begin with 0."""
    in_order = sorted(ages(items))
    bounds = [bisect_left(in_order, edge) for edge in edges] + [len(in_order)]
    highs: list[int | None] = [*edges[1:], None]
    return tuple(Bin(low, high, b - a) for low, high, (a, b) in zip(edges, highs, pairwise(bounds), strict=True))


class Month(Struct, frozen=True):
    """Actions agreed and finished in one month, and how many were open when it ended (or on the day of the
    figures while it is still running)."""

    label: str
    start: date
    end: date
    opened: int
    closed: int
    backlog: int
    incomplete: bool


class Flow(Struct, frozen=True):
    """Actions by month. `left_out` are those that belong to no month: cancelled ones, because a cancellation has no
    date, and those without the day on which they were agreed or finished."""

    months: tuple[Month, ...]
    left_out: tuple[ActionItem, ...]


def in_flow(item: ActionItem) -> bool:
    """Whether an item belongs to months: it is not cancelled, and the days of its beginning and end are recorded."""
    ended = item.status not in DONE or item.completed is not None
    return item.created is not None and item.status != "cancelled" and ended


def months_of(item: ActionItem, months: Sequence[Month], as_of: date) -> tuple[list[str], list[str], list[str]]:
    """The labels of the months that count an item as opened, as closed, and as open at their end (see `flow`)."""
    begun, ended = item.created, item.completed if item.status in DONE else None
    if begun is None or begun > as_of or not in_flow(item):
        return [], [], []
    if ended is not None and ended > as_of:
        ended = None
    return (
        [m.label for m in months if m.start <= begun < m.end],
        [m.label for m in months if ended is not None and m.start <= ended < m.end],
        [m.label for m in months if begun < m.end and (ended is None or ended >= m.end)],
    )


def age_class(age: int, edges: Sequence[int] = AGE_EDGES) -> int:
    """The lower edge of the class of the histogram that an age falls into."""
    return edges[bisect_right(edges, age) - 1]


def flow(items: Iterable[ActionItem], as_of: date, months: int = 12) -> Flow:
    """Actions opened, closed and open at the end of each of the last `months`, oldest first.

    Backlog = backlog of the month before + opened - closed.
    """
    agreed: list[date] = []
    finished: list[date] = []
    left_out: list[ActionItem] = []
    for item in items:
        if item.created is None or not in_flow(item):
            left_out.append(item)
            continue
        if item.created <= as_of:
            agreed.append(item.created)
            if item.status in DONE and item.completed is not None and item.completed <= as_of:
                finished.append(item.completed)
    agreed.sort()
    finished.sort()
    return Flow(
        tuple(
            Month(
                month.label,
                month.start,
                month.end,
                opened=bisect_left(agreed, month.end) - bisect_left(agreed, month.start),
                closed=bisect_left(finished, month.end) - bisect_left(finished, month.start),
                backlog=bisect_left(agreed, month.end) - bisect_left(finished, month.end),
                incomplete=month.last > as_of,
            )
            for month in last_months(as_of, months)
        ),
        tuple(left_out),
    )
