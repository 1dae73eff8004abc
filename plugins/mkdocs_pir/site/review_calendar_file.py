"""The review calendar as iCalendar (RFC 5545): one all-day event for each due date of a step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Event

from mkdocs_pir.insight.step_workload import DueDate
from mkdocs_pir.site.words import sentence


def calendar(name: str, dates: Iterable[DueDate], as_of: date) -> bytes:
    """A calendar to subscribe to. An event keeps its UID as long as it means the same step of the same review; its
    stamp is the day of the figures, so the same records give the same bytes."""
    found = Calendar()
    found.add("prodid", "-//mkdocs-pir//review calendar//EN")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", name)
    for one in dates:
        event = Event()
        event.add("uid", f"{one.pir}-{one.step.id}@mkdocs-pir")
        event.add("dtstamp", datetime.combine(as_of, time(), UTC))
        event.add("dtstart", one.due)
        event.add("dtend", one.due + timedelta(days=1))
        event.add("summary", f"{one.pir}: {one.step.name} due")
        told = [f"{one.title}.", f"Step {one.step.id} {one.step.name}."]
        if one.todo:
            told.append(f"Next: {sentence(one.todo)}")
        event.add("description", " ".join(told))
        event.add("transp", "TRANSPARENT")
        event.add("categories", [one.step.id])
        found.add_component(event)
    written: bytes = found.to_ical()
    return written
