"""The outcome of each lesson: whether it is applied, which incidents happened despite it, whether to look at it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from mkdocs_pir.insight.lesson_lives import LessonLife
from mkdocs_pir.insight.occurrences import Occurrence
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb.model import Lesson
from mkdocs_pir.kb.statuses import DONE
from mkdocs_pir.site.urls import path_of
from mkdocs_pir.site.value_formats import day, sentence, several
from mkdocs_pir.site.views import block_pages, record_rows
from mkdocs_pir.site.views.block_pages import PageBlock
from mkdocs_pir.site.views.components import Callout, Cell, Chip, Column, Link, PageView, Prose, Row, Table, When
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.pagination import page_path, paged

STEM = "lessons/life"


def pages(edition: EditionContext) -> Iterator[PageView]:
    """The list of all lessons with their outcomes: first those with incidents despite them."""
    lessons = [x for x in edition.lessons if x.status != "superseded"]
    lessons.sort(key=lambda x: (-len(edition.insight.lives[x.id].despite), not edition.insight.lives[x.id].due))
    if not lessons:
        return
    for number, shown, pager in paged(STEM, lessons):
        yield block_pages.block_page(
            page_path(STEM, number),
            "What became of the lessons",
            _lead(edition, lessons),
            description="Which lessons are applied, which were violated by a later incident, which are due for another look.",
            blocks=(PageBlock("list", "", tables=(_table(edition, shown, len(pager.pages) == 1),)),),
            pager=pager,
        )


def _lead(edition: EditionContext, lessons: Sequence[Lesson]) -> str:
    applied = sum(x.status in DONE for x in lessons)
    violated = sum(bool(edition.insight.lives[x.id].despite) for x in lessons)
    due = sum(bool(edition.insight.lives[x.id].due) for x in lessons)
    clauses = [f"{applied} of {count(len(lessons), 'lesson')} {'is' if applied == 1 else 'are'} applied"]
    clauses += [f"{violated} did not prevent a later incident"] if violated else []
    clauses += [f"{due} {'is' if due == 1 else 'are'} due for another look"] if due else []
    return f"{several(clauses)}."


def _table(edition: EditionContext, lessons: Sequence[Lesson], whole: bool) -> Table:
    rows = []
    for lesson in lessons:
        life = edition.insight.lives[lesson.id]
        last = life.despite[-1] if life.despite else None
        rows.append(
            Row(
                (
                    Cell((lesson.label,), sub=lesson.id),
                    Cell(record_rows.status(lesson.status)),
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
                ),
                path_of(lesson),
            )
        )
    columns = (
        Column("Lesson", "title"),
        Column("Status", "chips"),
        Column("Applied", "date", "applied"),
        Column("Incidents despite it", "number", "despite it:"),
        Column("The last", "text", "the last"),
        Column("Another look", "chips"),
    )
    return Table("Lessons and what became of them", columns, tuple(rows), tools=whole)


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
        look = (Link(f"{STEM}.html", "What became of the other lessons"),)
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
    return "applied; the day is not recorded" if lesson.status in DONE else "not applied yet"
