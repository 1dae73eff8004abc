"""The KPIs that count the state on one day rather than what happened in a window: retention and action age."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Protocol

from mkdocs_pir.insight.action_items import ActionItem
from mkdocs_pir.insight.kpi_inputs import KpiInputs, Measure
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.insight.windows import Window, add_months
from mkdocs_pir.kb.model import Client

DAY = timedelta(days=1)


class Snapshot(Protocol):
    """A function that gives the rows of a KPI for one window, of the whole or of one client or service."""

    def __call__(
        self, facts: KpiInputs, window: Window, client: str | None, service: str | None
    ) -> Iterable[Measure]: ...


def periods(client: Client) -> tuple[tuple[date | None, date | None], ...]:
    """The contracts of a client as half-open periods; None is open-ended.

    A record whose end lies before its beginning means that the client left and came back: the first contract then has
    no beginning.
    """
    if client.since is not None and client.until is not None and client.until <= client.since:
        return (None, client.until), (client.since, None)
    return ((client.since, client.until),)


def is_client(client: Client, day: date) -> bool:
    """Whether a contract covers the day."""
    return any((a is None or a <= day) and (b is None or day < b) for a, b in periods(client))


def retention(facts: KpiInputs, window: Window, client: str | None, service: str | None) -> Iterator[Measure]:
    """The clients on the day before the window; `counted` are those who were still clients on its last day, or on
    `as_of` while the window is still running."""
    if window.start > facts.as_of:
        return
    last = min(window.last, facts.as_of)
    for record in _clients(facts, client, service):
        before, after = is_client(record, window.start - DAY), is_client(record, last)
        why = ""
        if not before:
            since = record.since.isoformat() if record.since else ""
            why = f"new in the window: a client since {since}" if after else "not a client when the window began"
        elif record.since is None:
            why = "the first day of the contract is not recorded"
        yield Measure(
            record.id,
            record.label,
            record.since,
            record.id,
            counted=before and after and not why,
            note=_contract(record, after),
            why=why,
        )


def still_clients(facts: KpiInputs, window: Window, client: str | None, service: str | None) -> tuple[int, int]:
    """Clients with a review in the 12 months before the window's, and those of them that were still clients 12 months
    after the first of these reviews: (still clients, all)."""
    earlier = window.shifted(-12)
    first: dict[str, date] = {}
    for day, pir in facts.reviewed.of(client, service):
        if day in earlier:
            first.setdefault(pir.client, day)
    cohort = [one for id_ in first if (one := facts.projection.clients.get(id_)) is not None]
    return sum(is_client(one, add_months(first[one.id], 12)) for one in cohort), len(cohort)


def _clients(facts: KpiInputs, client: str | None, service: str | None) -> Iterator[Client]:
    clients = facts.projection.clients
    if service is None:
        wanted: Iterable[str] = clients if client is None else (client,)
    else:
        served = facts.projection.services.get(service)
        wanted = sorted({id_ for id_ in served.clients if client in (None, id_)}) if served is not None else ()
    for id_ in wanted:
        if id_ in clients:
            yield clients[id_]


def _contract(client: Client, still: bool) -> str:
    if len(periods(client)) > 1:
        return f"left on {client.until}, came back on {client.since}"
    if client.until is not None and not still:
        return f"left on {client.until}"
    return f"a client since {client.since}" if client.since is not None else ""


def action_age(facts: KpiInputs, window: Window, client: str | None, service: str | None) -> Iterator[Measure]:
    """The actions open at the end of the window's last day, or of `as_of` if that is earlier; `counted` are the
    overdue ones, `amount` is the age in days."""
    if window.start > facts.as_of:
        return
    day = min(window.last, facts.as_of)
    spans = facts.actions.of(client, service)
    still = spans[bisect_right(spans, day, key=lambda span: span.closed or date.max) :]
    unfinished = [span for span in still if span.agreed is None or span.agreed <= day]
    for span in sorted(unfinished, key=lambda span: span.place):
        yield _age(span.item, day)


def _age(item: ActionItem, day: date) -> Measure:
    overdue = item.due is not None and item.due < day
    if item.due is None:
        note = "no due date"
    else:
        note = f"due {item.due.isoformat()}" + (f", {count((day - item.due).days, 'day')} overdue" if overdue else "")
    return Measure(
        item.id,
        item.title,
        item.created,
        item.client,
        item.services,
        counted=overdue,
        amount=float((day - item.created).days) if item.created is not None else None,
        note=note,
        why="" if item.created is not None else "the day it was agreed is not recorded",
    )


SNAPSHOTS: Mapping[str, Snapshot] = {"retention": retention, "action-age": action_age}
