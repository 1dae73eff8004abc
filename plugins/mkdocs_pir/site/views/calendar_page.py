"""The review calendar: the due dates of the current and the later steps of each review under way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from mkdocs_pir.insight.deadlines import step_days
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.insight.step_workload import DueDate
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.kb.process import Step
from mkdocs_pir.kb.schema import choices
from mkdocs_pir.kb.thresholds import SOON_DAYS
from mkdocs_pir.site.urls import CALENDAR, PROCESS, path_of
from mkdocs_pir.site.value_formats import NOT_REACHED, day, due_in_words, sentence, several, with_short_days
from mkdocs_pir.site.views import record_rows
from mkdocs_pir.site.views.block_pages import PageBlock, number_tile
from mkdocs_pir.site.views.components import Cell, Column, Empty, Link, PageView, Row, Table
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.process_pages import CALENDAR_FILE, page

SHOWN, CLIENTS = 50, 12
"""How many due dates a table of the page lists (the calendar file contains all), and clients with days of their own."""

SEVERITIES = choices("pir", "severity")


def pages(edition: EditionContext) -> Iterator[PageView]:
    if edition.internal and edition.projection.modules:
        yield _calendar(edition)


def _calendar(edition: EditionContext) -> PageView:
    due_dates = edition.insight.due_dates
    now = [d for d in due_dates if d.now]
    later = [d for d in due_dates if not d.now]
    late = [d for d in now if d.late]
    soon = [d for d in now if not d.late and (d.due - edition.as_of).days <= SOON_DAYS]
    by_action = sum(gate.is_late_by_action for _, gate in edition.insight.gates)
    blocks = (
        PageBlock(
            "now",
            "Current steps",
            tables=_table(edition, now, "Due dates of the current steps"),
            empty=None if now else Empty("Each review under way will be listed here with the day its step is due."),
        ),
        PageBlock(
            "later", "Steps not reached yet", tables=_table(edition, later, "Due dates of the steps not reached yet")
        ),
        PageBlock("days", "Business days by severity", _counted(edition), tables=(_days(edition),)),
    )
    return page(
        CALENDAR,
        "Review calendar",
        lead(len(late), by_action),
        description="Until when each review under way leaves its step.",
        tiles=(
            number_tile("Step past its due date", len(late), "review", "#now", state="late"),
            number_tile(f"Due within {SOON_DAYS} days", len(soon), "review", "#now"),
            number_tile("Under way", len(edition.insight.gates), "review", PROCESS),
        ),
        links=(Link(CALENDAR_FILE, "Subscribe to the calendar (iCalendar)"), Link(PROCESS, "The process")),
        blocks=blocks,
    )


def lead(late: int, by_action: int) -> str:
    """How many reviews are past the due date of their step, and how many are late for an overdue action alone."""
    if not late:
        past = "No review is past the due date of its step."
        only = count(by_action, "review")
    else:
        past = f"{count(late, 'review')} {'is' if late == 1 else 'are'} past the due date of their step."
        only = f"{by_action:,} more"
    more = f" {only} {'is' if by_action == 1 else 'are'} late only because of an overdue action."
    return past + more if by_action else past


def _when_due(due_date: DueDate, as_of: date) -> str:
    """How late the present step is; a later one says only that it was due."""
    if due_date.now:
        return due_in_words(due_date.due, as_of)
    return NOT_REACHED if due_date.due < as_of else due_in_words(due_date.due, as_of)


def _table(edition: EditionContext, due_dates: Sequence[DueDate], caption: str) -> tuple[Table, ...]:
    if not due_dates:
        return ()
    pirs = edition.projection.pirs
    rows = tuple(
        Row(
            (
                Cell((due_date.due,), sub=_when_due(due_date, edition.as_of), sort=due_date.due.isoformat()),
                Cell((due_date.title,), sub=due_date.pir),
                Cell(record_rows.severity(due_date.severity)),
                Cell((edition.name(due_date.client),)),
                Cell((f"{due_date.step.id} {due_date.step.name}",)),
                Cell((sentence(with_short_days(due_date.todo)),) if due_date.todo else ()),
            ),
            path_of(pirs[due_date.pir]),
            look="late" if due_date.late else "",
        )
        for due_date in due_dates[:SHOWN]
    )
    columns: tuple[Column, ...] = (
        Column("Due", "date"),
        Column("Review", "title"),
        Column("Severity", "chips"),
        Column("Client"),
        Column("Step"),
        Column("Next", phone="next:"),
    )
    if not any(due_date.todo for due_date in due_dates):
        columns = columns[:-1]
        rows = tuple(Row(row.cells[:-1], row.path, look=row.look) for row in rows)
    more = Link(CALENDAR_FILE, f"All {len(due_dates):,} in the calendar file") if len(due_dates) > SHOWN else None
    return (Table(caption, columns, rows, tools=more is None, all=more),)


def _counted(edition: EditionContext) -> str:
    ahead = sorted(d for d in edition.projection.holidays if d >= edition.as_of)[:6]
    days = f" The next holidays: {', '.join(day(d) for d in ahead)}." if ahead else ""
    counted = (
        "Counted from the day service was restored or the review was decided on, whichever came later; "
        f"Saturdays, Sundays and holidays do not count.{days}"
    )
    return f"{counted} {agreed_days(edition)}".rstrip()


def agreed_days(edition: EditionContext) -> str:
    """The clients that agreed on other days for the client review than the table has, in a sentence."""
    agreed = [
        f"{client.label} {client.review_days}"
        for client in edition.projection.clients.values()
        if client.review_days is not None and (client.until is None or client.until > edition.as_of)
    ]
    more = [f"{len(agreed) - CLIENTS} more"] if len(agreed) > CLIENTS else []
    words = several([*agreed[:CLIENTS], *more])
    return f"For the client review these clients agreed on days of their own: {words}." if words else ""


def _days(edition: EditionContext) -> Table:
    steps = edition.projection.lifecycle.steps
    rows = tuple(
        Row(
            (Cell((f"{step.id} {step.name}",)), *(Cell((_within(edition, step, severity),)) for severity in SEVERITIES))
        )
        for step in steps
    )
    columns = (Column("Step", "title"), *(Column(s, "text", f"{s}:") for s in SEVERITIES))
    return Table("Business days until a step is left, by severity", columns, rows)


def _within(edition: EditionContext, step: Step, severity: str) -> str:
    """The business days of a step for a severity, without agreements with single clients."""
    if step.due.of == "actions":
        return "with its actions"
    days = step_days(edition.projection, step, Pir("", severity=severity))
    return f"{days}" if days is not None else "not set"
