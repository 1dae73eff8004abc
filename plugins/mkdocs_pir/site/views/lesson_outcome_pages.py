"""The outcome of each lesson: whether it is applied, which incidents happened despite it, whether to look at it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec.structs import replace

from mkdocs_pir.insight.lesson_lives import LessonLife
from mkdocs_pir.insight.occurrences import Occurrence
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb.model import Lesson
from mkdocs_pir.kb.statuses import DONE
from mkdocs_pir.site.value_formats import day, sentence
from mkdocs_pir.site.views import listing, record_rows
from mkdocs_pir.site.views.components import Callout, Cell, Chip, Column, Link, Prose, Table, When
from mkdocs_pir.site.views.edition_context import EditionContext

OUTCOMES = {
    "came-back": "It happened again despite it",
    "held": "Applied, and nothing like it since",
    "not-applied": "Not applied yet",
}
"""What became of a lesson: values of the filter of the list, with their names."""


def outcome(edition: EditionContext, lesson: Lesson) -> str:
    """What became of a lesson, as a key of `OUTCOMES`; "" for one that a newer lesson replaces."""
    if lesson.status == "superseded":
        return ""
    if edition.insight.lives[lesson.id].despite:
        return "came-back"
    return "held" if _applied(lesson, edition.as_of) else "not-applied"


def clauses(edition: EditionContext, lessons: Sequence[Lesson]) -> Iterator[str]:
    """How many lessons did not prevent an incident, and how many are due for another look, if there are any."""
    came_back = sum(outcome(edition, x) == "came-back" for x in lessons)
    due = sum(bool(edition.insight.lives[x.id].due) for x in lessons)
    if came_back:
        yield f"{came_back} did not prevent a later incident"
    if due:
        yield f"{due} {'is' if due == 1 else 'are'} due for another look"


def table(edition: EditionContext, lessons: Sequence[Lesson], caption: str) -> Table:
    """The table of lessons, with columns of what became of them; a column without any value is left out."""
    base = record_rows.lesson_table(edition, lessons, caption)
    columns = (
        Column("Applied", "date", "applied"),
        Column("Incidents despite it", "number", "despite it:"),
        Column("The last of them", "text", "the last", optional=True),
        Column("Another look", "chips"),
    )
    cells = [_cells(edition, lesson) for lesson in lessons]
    kept = [at for at in range(len(columns)) if any(row[at].values for row in cells)]
    rows = (
        replace(row, cells=(*row.cells, *(more[at] for at in kept))) for row, more in zip(base.rows, cells, strict=True)
    )
    return replace(base, columns=(*base.columns, *(columns[at] for at in kept)), rows=tuple(rows))


def _cells(edition: EditionContext, lesson: Lesson) -> tuple[Cell, ...]:
    life = edition.insight.lives[lesson.id]
    last = life.despite[-1] if life.despite else None
    return (
        Cell(
            (When(lesson.applied_on),) if lesson.applied_on else (),
            sort=lesson.applied_on.isoformat() if lesson.applied_on else "",
        ),
        Cell((str(len(life.despite)),) if life.despite else (), sort=f"{len(life.despite):06}"),
        Cell(
            (edition.short([last.pir]) or (last.id,)) if last is not None else (),
            sub=day(last.day) if last is not None and last.day else "",
            sort=last.day.isoformat() if last is not None and last.day else "",
        ),
        Cell((Chip("Due", "wait", hint=sentence(life.due)),) if life.due else ()),
    )


def callouts(edition: EditionContext, lesson: Lesson, later: Sequence[str]) -> tuple[Callout, ...]:
    """The callouts of a lesson's page: incidents despite it, and that it is due for another look.

    `later` are reviews that name the lesson though it was learned from an earlier one.
    """
    life = edition.insight.lives[lesson.id]
    boxes = []
    despite = {o.event for o in life.despite}
    if despite or later:
        since = f" since it was agreed on {day(life.known)}" if life.known and despite else ""
        number = len(despite | set(later))
        title = f"{count(number, 'incident')} happened despite this lesson{since}"
        tickets = [o for o in life.despite if not edition.target(o.pir)]
        words = (Prose(f"Without a review: {_tickets(tickets)}."),) if tickets else ()
        reviews = [*(o.pir for o in reversed(life.despite)), *later]
        links = edition.links(x for x in reviews if edition.target(x))
        boxes.append(Callout("recurrence", title, words, links[: record_rows.SHOWN]))
    if life.due:
        look = (Link(listing.address("lessons.html", {"look": ["due"]}), "All that are due for another look"),)
        boxes.append(Callout("note", "Due for another look", (Prose(sentence(life.due)),), look))
    return tuple(boxes)


def _tickets(tickets: Sequence[Occurrence]) -> str:
    shown = [o.id for o in reversed(tickets)][:5]
    return f"{', '.join(shown)}{' and others' if len(tickets) > 5 else ''}"


def application(lesson: Lesson, life: LessonLife, as_of: date) -> str:
    """Whether the lesson was applied, in words, and whether an incident happened since."""
    if lesson.applied_on is not None and lesson.applied_on <= as_of:
        effective = all(o.day is None or o.day <= lesson.applied_on for o in life.despite)
        return (
            "applied, and nothing like it has happened since" if effective else "applied, and it happened again since"
        )
    return "applied" if lesson.status in DONE else "not applied yet"


def _applied(lesson: Lesson, as_of: date) -> bool:
    return lesson.status in DONE or (lesson.applied_on is not None and lesson.applied_on <= as_of)
