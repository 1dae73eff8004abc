"""The review calendar as iCalendar (RFC 5545): one all-day event for each due date of a step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Event

from mkdocs_pir.insight.step_workload import DueDate
from mkdocs_pir.site.value_formats import sentence


def calendar(name: str, dates: Iterable[DueDate], as_of: date) -> bytes:
    """The content of the calendar file. The UID of an event names the review and the step, so that it stays the same;
    its time stamp is the day of the figures, so that the same records give the same bytes."""
    ical = Calendar()
    ical.add("prodid", "-//mkdocs-pir//review calendar//EN")
    ical.add("version", "2.0")
    ical.add("method", "PUBLISH")
    ical.add("x-wr-calname", name)
    for due_date in dates:
        event = Event()
        event.add("uid", f"{due_date.pir}-{due_date.step.id}@mkdocs-pir")
        event.add("dtstamp", datetime.combine(as_of, time(), UTC))
        event.add("dtstart", due_date.due)
        event.add("dtend", due_date.due + timedelta(days=1))
        event.add("summary", f"{due_date.pir}: {due_date.step.name} due")
        description = [f"{due_date.title}.", f"Step {due_date.step.id} {due_date.step.name}."]
        if due_date.todo:
            description.append(f"Next: {sentence(due_date.todo)}")
        event.add("description", " ".join(description))
        event.add("transp", "TRANSPARENT")
        event.add("categories", [due_date.step.id])
        ical.add_component(event)
    content: bytes = ical.to_ical()
    return content
