"""The page of one review: a summary, its step in the process, its facts and report, and the records connected with it."""

from __future__ import annotations

from mkdocs_pir.insight.recurrence import Repeat
from mkdocs_pir.kb.model import Pir, Review
from mkdocs_pir.kb.statuses import DEFICIENCY_EFFECTS, DONE, EFFECTS
from mkdocs_pir.site.urls import path_of
from mkdocs_pir.site.value_formats import day, first_sentence, role, sentence, several, within_sentence
from mkdocs_pir.site.views import record_rows, review_timeline
from mkdocs_pir.site.views.body_sections import RESERVED_ANCHORS, body_sections, preamble, references_to
from mkdocs_pir.site.views.components import (
    Callout,
    Cell,
    Chip,
    Column,
    Empty,
    Link,
    ListEntry,
    PageView,
    Prose,
    Row,
    Table,
    Value,
    When,
)
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.gate_panel import steps_of, to_print
from mkdocs_pir.site.views.review_chain import chain_of
from mkdocs_pir.site.views.review_connections import similar_lessons, similar_reviews
from mkdocs_pir.site.views.review_facts import facts_of, more_facts
from mkdocs_pir.site.views.review_summary import how_it_went, what_happened
from mkdocs_pir.site.views.review_workaround import older_workaround, workaround_of


def page(edition: EditionContext, pir: Pir) -> PageView:
    """The page of a review."""
    body = body_sections(pir, edition)
    story = next((section for section in body if section.anchor == review_timeline.ANCHOR), None)
    opening = what_happened(edition, pir)
    before = edition.insight.recurrences.before(pir.id)
    items = edition.insight.action_items_of.get(pir.id, ())
    context = {
        "id": pir.id,
        "eyebrow": "Post Incident Review",
        "title": pir.label,
        "opening": opening,
        "chips": _chips(edition, pir, before),
        "workaround": workaround_of(edition, pir),
        "older_workaround": older_workaround(edition, pir),
        "impact": pir.impact.summary,
        "course": how_it_went(edition, pir),
        "steps": steps_of(edition, pir),
        "offers": to_print(edition, pir),
        "chain": chain_of(edition, pir),
        "declined": _declined(pir),
        "facts": facts_of(edition, pir),
        "facts_more": more_facts(edition, pir),
        "timeline": review_timeline.timeline_of(pir, story),
        "preamble": preamble(pir, edition),
        "texts": tuple(section for section in body if section is not story),
        "no_text": _no_text(edition),
        "tried": _tried(pir),
        "deficiencies": _deficiencies(edition, pir),
        "actions": tuple(record_rows.action_row(edition, item, review=False) for item in items),
        "actions_note": _done(pir),
        "actions_left_out": "" if edition.internal else _left_out(pir),
        "recommendations": _recommendations(pir),
        "lessons": _lessons(edition, pir),
        "no_lesson": f"No lesson was drawn: {pir.no_lesson_because}"
        if pir.no_lesson_because and not pir.lessons
        else "",
        "reviews": tuple(_review(edition, review) for review in pir.reviews),
        "attachments": _attachments(pir),
        "similar": similar_reviews(edition, pir),
        "similar_lessons": similar_lessons(edition, pir),
        "refers": references_to(edition, pir.id, {*pir.lessons, pir.problem}),
        "anchors": (
            *(text.anchor for text in body),
            review_timeline.ANCHOR,
            *RESERVED_ANCHORS,
            *(a.id for a in pir.actions),
        ),
    }
    description = first_sentence([pir.impact.summary, opening])
    return PageView(path_of(pir), pir.label, "pir.html", context, description)


def _done(pir: Pir) -> str:
    counted = [a for a in pir.actions if a.status != "cancelled"]
    return f"{sum(a.status in DONE for a in counted)} of {len(counted)} done" if counted else ""


def _chips(edition: EditionContext, pir: Pir, before: tuple[Repeat, ...]) -> tuple[Chip, ...]:
    missed = (Chip("Service level missed", "late"),) if pir.impact.sla_breached else ()
    again = (Chip("Happened before", "again"),) if before or pir.recurrence_of else ()
    return (
        *record_rows.severity(pir.severity),
        *record_rows.status(pir.status),
        *missed,
        *again,
        *record_rows.audience(edition, pir.audience),
    )


def _declined(pir: Pir) -> tuple[Callout, ...]:
    """The recommendations that the client declined, with the reason."""
    boxes = []
    for advice in pir.recommendations:
        if advice.status == "declined":
            on = f" on {day(advice.decided)}" if advice.decided else ""
            texts = [Prose(sentence(advice.title))] if advice.title else []
            texts += [Prose(f"Reason given: {sentence(advice.decline_reason)}")] if advice.decline_reason else []
            boxes.append(Callout("declined", f"Recommendation {advice.id} was declined{on}", tuple(texts)))
    return tuple(boxes)


def _left_out(pir: Pir) -> str:
    """The note below the actions of a client's page. It is always there, so that it does not tell whether one is withheld,
    and speaks of gaps in the numbers where the reader sees one."""
    numbers = [int(action.id[1:]) for action in pir.actions if action.id[1:].isdecimal()]
    gaps = ", so the numbers have gaps" if len(numbers) < max(numbers, default=0) else ""
    return f"Actions within the provider are not listed here{gaps}."


def _no_text(edition: EditionContext) -> Empty:
    if not edition.internal:
        return Empty("The written report of this review is not part of this edition.")
    return Empty("The report has not been written yet. Its sections are written below the header of the record.")


def _tried(pir: Pir) -> Table:
    rows = tuple(
        Row(
            (
                Cell((Chip(EFFECTS[attempt.effect].label, EFFECTS[attempt.effect].look),)),
                Cell((Prose(attempt.what),), sub=attempt.note),
                Cell((When(attempt.at, clock=True),) if attempt.at else ()),
            )
        )
        for attempt in pir.tried
    )
    columns = (Column("Effect", "chips"), Column("What", "title"), Column("When", "date"))
    return Table("What was tried, in order, and its effect", columns, rows)


def _deficiencies(edition: EditionContext, pir: Pir) -> tuple[ListEntry, ...]:
    effects = {name: Chip(one.label, one.look) for name, one in DEFICIENCY_EFFECTS.items()}
    return tuple(
        ListEntry(
            edition.link(d.cause) or Link("", "Cause not named"),
            (effects[d.effect],) if d.effect in effects else (),
            Prose(sentence(d.description)) if d.description else None,
        )
        for d in pir.process_deficiencies
    )


def _recommendations(pir: Pir) -> Table:
    rows = []
    for recommendation in pir.recommendations:
        decided = recommendation.adopted or recommendation.decided
        rows.append(
            Row(
                (
                    Cell(record_rows.status(recommendation.status)),
                    Cell((Link("", recommendation.title, recommendation.id),), sub=recommendation.decline_reason),
                    Cell((recommendation.issued,) if recommendation.issued else ()),
                    Cell(
                        (decided,) if decided else (),
                        sub="adopted" if recommendation.adopted else "decided" if decided else "",
                    ),
                ),
                id=recommendation.id,
            )
        )
    columns = (
        Column("Decision", "chips"),
        Column("Recommendation", "title"),
        Column("Issued", "date", "issued"),
        Column("Decided", "date"),
    )
    return Table("Recommendations, and what was decided", columns, tuple(rows))


def _lessons(edition: EditionContext, pir: Pir) -> tuple[ListEntry, ...]:
    lessons = edition.projection.lessons
    return tuple(record_rows.lesson_entry(lessons[id_]) for id_ in pir.lessons if id_ in lessons)


def _review(edition: EditionContext, review: Review) -> ListEntry:
    kinds = {"internal": "Internal review", "client": "Client review" if edition.internal else "Review with you"}
    meta: list[Value] = [When(review.on, ago=True)] if review.on else []
    meta += [f"led by the {within_sentence(role(review.chaired_by, edition.roles))}"] if review.chaired_by else []
    meta += [several([within_sentence(role(a, edition.roles)) for a in review.attendees])] if review.attendees else []
    sentences = [sentence(f) for f in review.feedback]
    if review.not_appropriate:
        sentences.append(f"Not held: {sentence(review.not_appropriate)}")
    if review.feedback_applied:
        sentences.append(f"Feedback applied on {day(review.feedback_applied)}.")
    return ListEntry(
        Link("", kinds.get(review.kind, review.kind)),
        (),
        Prose(" ".join(sentences)) if sentences else None,
        tuple(meta),
    )


def _attachments(pir: Pir) -> tuple[Link, ...]:
    return tuple(Link(item.file, item.title) for item in pir.attachments)
