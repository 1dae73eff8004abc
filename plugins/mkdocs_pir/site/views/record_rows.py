"""Records on other pages: their chips, their rows in tables, and their entries in short lists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from mkdocs_pir.insight.action_items import ActionItem
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb import statuses
from mkdocs_pir.kb.action_states import STATES
from mkdocs_pir.kb.model import Lesson, Pir, ProblemRecord, Release
from mkdocs_pir.site.urls import part_path, path_of
from mkdocs_pir.site.value_formats import (
    ACTION_TYPES,
    AUDIENCE,
    day,
    due_in_words,
    first_sentence,
    noticed_by,
    role,
    span,
)
from mkdocs_pir.site.views.components import (
    ActionRow,
    Cell,
    Chip,
    Code,
    Column,
    ExternalLink,
    Fact,
    Link,
    ListEntry,
    Prose,
    Row,
    Table,
    Value,
    When,
)
from mkdocs_pir.site.views.edition_context import EditionContext

SHOWN = 12
"""How many rows a section of another page has before a link to the complete list."""


def status(value: str) -> tuple[Chip, ...]:
    """The chip of a status or state; none if it is withheld."""
    entry = statuses.status(value)
    return (Chip(entry.label, entry.look),) if value else ()


def severity(value: str) -> tuple[Chip, ...]:
    entry = statuses.severity(value)
    return (Chip(entry.label, entry.look),) if value else ()


def audience(edition: EditionContext, value: str) -> tuple[Chip, ...]:
    """The chip that says who sees a record, in the internal edition only."""
    if not edition.internal:
        return ()
    return (Chip(AUDIENCE[value], "inside" if value == "internal" else "quiet"),)


def symptoms(texts: Iterable[str]) -> tuple[Value, ...]:
    """Symptoms as code, so that nothing in them is taken for Markdown or an id."""
    return tuple(Code(text) for text in texts)


def released(edition: EditionContext, release: Release | None) -> tuple[Value, ...]:
    """Who approved the release of a record, and when, in the internal edition only."""
    if release is None or not edition.internal:
        return ()
    return (f"{role(release.approved_by, edition.roles)}, {day(release.on)}",)


def review_table(
    edition: EditionContext,
    pirs: Iterable[Pir],
    caption: str,
    *,
    client: bool = True,
    tools: bool = False,
    all: Link | None = None,
) -> Table:
    """A table of reviews with date, title, client, services, severity, duration, status and number of open actions."""
    client = client and edition.internal
    columns = [
        Column("Date", "date"),
        Column("Review", "title"),
        *([Column("Client", "text", "for")] if client else []),
        Column("Services"),
        Column("Severity", "chips"),
        Column("Lasted", "number", "lasted", total="median"),
        Column("Status", "chips"),
        Column("Open actions", "number", "open actions:", total="sum"),
        Column("Overdue actions", "number", optional=True, total="sum"),
        Column("Cause", optional=True),
        Column("Noticed by", optional=True),
        Column("Users affected", "number", optional=True, total="sum"),
    ]
    rows = tuple(_review_row(edition, pir, client) for pir in pirs)
    return Table(caption, tuple(columns), rows, tools=tools, all=all)


def _review_row(edition: EditionContext, pir: Pir, client: bool) -> Row:
    begun, lasted = edition.days.get(pir.id), pir.times.between("impact_start", "resolved")
    users = pir.impact.users
    noticed = noticed_by(pir.detection.by, edition.projection.edition.addressee)
    waiting = [item for item in edition.insight.action_items_of.get(pir.id, ()) if item.is_open]
    late = sum(item.state == "overdue" for item in waiting)
    cells = [
        Cell((begun,) if begun else (), sort=begun.isoformat() if begun else "0"),
        Cell((pir.label,), sub=pir.id, id=pir.id),
        *([Cell(edition.names([pir.client]))] if client else []),
        Cell(edition.names(pir.services)),
        Cell(severity(pir.severity)),
        length(lasted.total_seconds() if lasted is not None else None),
        Cell(status(pir.status)),
        Cell((len(waiting),) if waiting else (), sub=f"{late} overdue" if late else "", sort=str(len(waiting))),
        Cell((late,) if late else (), sort=str(late)),
        Cell(edition.short([pir.trigger])),
        Cell((noticed.capitalize(),) if noticed else ()),
        Cell((f"{users:,}",) if users else (), sort=str(users) if users else ""),
    ]
    return Row(tuple(cells), path_of(pir))


def length(seconds: float | None) -> Cell:
    """A cell with a length of time."""
    if seconds is None:
        return Cell()
    return Cell((timedelta(seconds=seconds),), sort=str(int(seconds)))


def lesson_table(
    edition: EditionContext, lessons: Iterable[Lesson], caption: str, *, tools: bool = False, all: Link | None = None
) -> Table:
    """A table of lessons with title and text, status, services and number of reviews."""
    columns = (
        Column("Lesson", "title"),
        Column("Status", "chips"),
        Column("Services"),
        Column("Drawn in", "number", "drawn in"),
    )
    return Table(caption, columns, tuple(_lesson_row(edition, x) for x in lessons), tools=tools, all=all)


def _lesson_row(edition: EditionContext, lesson: Lesson) -> Row:
    drawn = len(
        set(edition.reviews_by_lesson.get(lesson.id, ())) | {p for p in lesson.learned_from if edition.target(p)}
    )
    cells = (
        Cell(
            (lesson.label,),
            sub=f"{lesson.id}{' · ' if lesson.lesson else ''}{first_sentence([lesson.lesson], 160)}",
            id=lesson.id,
        ),
        Cell(status(lesson.status)),
        Cell(edition.names(lesson.services)),
        Cell((count(drawn, "review"),) if drawn else (), sort=str(drawn)),
    )
    return Row(cells, path_of(lesson), look="quiet" if lesson.status == "superseded" else "")


def problem_table(
    edition: EditionContext, problems: Iterable[ProblemRecord], caption: str, *, tools: bool = False
) -> Table:
    """A table of problems with title, status, workaround, services and number of reviews."""
    columns = (
        Column("Problem", "title"),
        Column("Status", "chips"),
        Column("Workaround", "chips"),
        Column("Services"),
        Column("Reviews", "number", "seen in"),
    )
    return Table(caption, columns, tuple(_problem_row(edition, x) for x in problems), tools=tools)


def _problem_row(edition: EditionContext, problem: ProblemRecord) -> Row:
    known_error = problem.known_error if isinstance(problem.known_error, str) else ""
    seen = len(set(edition.reviews_by_problem.get(problem.id, ())) | {p for p in problem.pirs if edition.target(p)})
    cells = (
        Cell(
            (problem.label,),
            sub=f"{problem.id}{' · ' if known_error else ''}{first_sentence([known_error], 140)}",
            id=problem.id,
        ),
        Cell(status(problem.status)),
        Cell((Chip("Workaround", "good"),) if problem.workaround else ()),
        Cell(edition.names(problem.services)),
        Cell((count(seen, "review"),) if seen else (), sort=str(seen)),
    )
    return Row(cells, path_of(problem))


def action_row(edition: EditionContext, item: ActionItem, *, review: bool) -> ActionRow:
    """One action item in a table; `review` says whether to name its review, which the review's own page does not."""
    action = item.action
    pir = edition.projection.pirs[item.pir]
    finished = item.state in statuses.DONE
    facts = (
        Fact("Does", (ACTION_TYPES[action.type],) if action.type in ACTION_TYPES else ()),
        Fact("Priority", (action.priority.capitalize(),) if action.priority else ()),
        Fact("Agreed", (When(action.created, ago=True),) if action.created else ()),
        Fact("Promised for", (action.due,) if action.due and finished else ()),
        Fact("Verified", (action.verified,) if action.verified else ()),
        Fact("Acts on", edition.links(action.causes)),
        Fact("Cancelled because", (Prose(action.cancel_reason),) if action.cancel_reason else ()),
        Fact("Note", (Prose(action.note),) if action.note else ()),
        Fact("Ticket", (ExternalLink(action.tracker, "Open in the ticket system"),) if action.tracker else ()),
    )
    late_by = item.days_late if finished and item.days_late and item.days_late > 0 else 0
    return ActionRow(
        id=item.id if review else action.id,
        title=item.title if action.title else "",
        state=action_chip(item),
        path=part_path(pir, action.id) if review else "",
        anchor="" if review else action.id,
        review=Link(path_of(pir), pir.label) if review else None,
        owner=owner(edition, item),
        due=action.due,
        owed=f"{count(late_by, 'day')} late"
        if late_by
        else due_in_words(action.due, edition.as_of)
        if item.is_open
        else "",
        late=item.state == "overdue",
        closed=action.completed if finished else None,
        done_when=action.done_when,
        facts=tuple(fact for fact in facts if fact.values),
    )


def owner(edition: EditionContext, item: ActionItem) -> str:
    """The owner of an action, which is "You" to the client where it is its own."""
    return "You" if item.by_client and not edition.internal else item.owner


def action_chip(item: ActionItem) -> Chip:
    """The state of an action as a chip; the long form of the words on hover."""
    state = statuses.status(item.state)
    return Chip(state.label, state.look, hint=STATES[item.state])


def review_entry(edition: EditionContext, pir: Pir, text: str = "") -> ListEntry:
    """A review in a short list."""
    begun = edition.days.get(pir.id)
    meta: list[Value] = [When(begun, ago=True)] if begun else []
    lasted = span(pir.times.between("impact_start", "resolved"))
    meta += [
        value
        for value in (*(edition.names([pir.client]) if edition.internal else ()), *edition.names(pir.services))
        if value
    ]
    if lasted:
        meta.append(f"lasted {lasted}")
    return ListEntry(
        Link(path_of(pir), pir.label, pir.id), severity(pir.severity), Prose(text) if text else None, tuple(meta)
    )


def lesson_entry(lesson: Lesson, text: str = "") -> ListEntry:
    """A lesson in a short list with its recommendation, or with `text` instead."""
    advice = text or lesson.recommendation or lesson.lesson
    return ListEntry(
        Link(path_of(lesson), lesson.label, lesson.id), status(lesson.status), Prose(advice) if advice else None
    )
