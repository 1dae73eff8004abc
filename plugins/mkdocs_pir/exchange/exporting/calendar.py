"""Calendars in iCalendar (RFC 5545): each thing that is due as an event, and as a to-do for programs that have them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from icalendar import Calendar, Component, Event, Todo

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.exchange.exporting.export_table import CalendarEvent, ExportTable
from mkdocs_pir.exchange.exporting.identity import identity

PRODUCT = "-//mkdocs-pir//Post Incident Reviews//EN"


def as_ics(table: ExportTable, projection: Projection, *, address: str = "") -> str:
    """The events of a table as a calendar. The stamp of each is `as_of`, and its UID never changes.

    Events link to pages only where the `address` of the site is known: in a calendar a link cannot be relative.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("name", f"{projection.site_name}: {table.title}")
    calendar.add("x-wr-calname", f"{projection.site_name}: {table.title}")
    for one in sorted(table.events, key=lambda e: (_moment(e.start), e.id)):
        calendar.add_component(_event(one, projection, address))
        if one.task:
            calendar.add_component(_task(one, projection, address))
    return bytes(calendar.to_ical()).decode()


def _event(one: CalendarEvent, projection: Projection, address: str) -> Event:
    event = Event()
    _describe(event, one, projection, address, "event")
    event.add("dtstart", one.start.astimezone(UTC) if isinstance(one.start, datetime) else one.start)
    if one.end is not None:
        event.add("dtend", one.end.astimezone(UTC))
    elif not isinstance(one.start, datetime):
        event.add("dtend", one.start + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event


def _task(one: CalendarEvent, projection: Projection, address: str) -> Todo:
    todo = Todo()
    _describe(todo, one, projection, address, "task")
    todo.add("due", one.start)
    todo.add("status", "COMPLETED" if one.completed else "NEEDS-ACTION")
    if one.completed:
        todo.add("completed", datetime.combine(one.completed, time(), UTC))
    return todo


def _describe(component: Component, one: CalendarEvent, projection: Projection, address: str, what: str) -> None:
    component.add("uid", str(identity(projection, one.id, what)))
    component.add("dtstamp", datetime.combine(projection.as_of, time(), UTC))
    component.add("summary", one.title)
    if one.text:
        component.add("description", one.text)
    if one.tags:
        component.add("categories", list(one.tags))
    if address:
        component.add("url", f"{address.rstrip('/')}/{one.path}")


def _moment(start: object) -> datetime:
    if isinstance(start, datetime):
        return start
    return datetime.combine(start, time(), UTC)  # type: ignore[arg-type]
