"""The page of one review: the answer in a sentence, where it stands, and everything that the record says and leads to."""

from __future__ import annotations

from collections.abc import Iterator

from mkdocs_pir.insight.recurrence import Repeat
from mkdocs_pir.kb.model import Pir, Review
from mkdocs_pir.site.urls import path_of
from mkdocs_pir.site.views import marks
from mkdocs_pir.site.views.answer import answer_of
from mkdocs_pir.site.views.bodies import OWN, preamble, refers, texts
from mkdocs_pir.site.views.connections import occurrences, similar_lessons, similar_reviews
from mkdocs_pir.site.views.facts import facts_of, more_facts, times_of
from mkdocs_pir.site.views.gates import steps_of
from mkdocs_pir.site.views.library import Library
from mkdocs_pir.site.views.parts import (
    Callout,
    Cell,
    Chip,
    Column,
    Empty,
    Entry,
    Link,
    PageView,
    Prose,
    Row,
    Table,
    Value,
    When,
)
from mkdocs_pir.site.words import (
    count,
    day,
    first_sentence,
    role,
    said,
    sentence,
    several,
)


def pages(library: Library) -> Iterator[PageView]:
    for pir in library.projection.pirs.values():
        yield page(library, pir)


def page(library: Library, pir: Pir) -> PageView:
    """The page of a review."""
    body = texts(pir, library)
    answer = answer_of(library, pir)
    before, after = library.insight.recurrences.before(pir.id), library.insight.recurrences.again(pir.id)
    items = library.insight.items_of.get(pir.id, ())
    context = {
        "id": pir.id,
        "eyebrow": "Post Incident Review",
        "title": pir.label,
        "answer": answer,
        "impact": pir.impact.summary,
        "chips": _chips(library, pir, before),
        "steps": steps_of(library, pir),
        "callouts": _callouts(library, pir, before, after),
        "facts": facts_of(library, pir),
        "facts_more": more_facts(library, pir),
        "times": times_of(pir),
        "preamble": preamble(pir),
        "texts": body,
        "no_text": _no_text(library, pir),
        "deficiencies": _deficiencies(library, pir),
        "actions": tuple(marks.action_row(library, item, review=False) for item in items),
        "actions_note": _done(pir),
        "actions_left_out": "" if library.internal else LEFT_OUT,
        "recommendations": _recommendations(pir),
        "lessons": _lessons(library, pir),
        "no_lesson": f"No lesson was drawn: {pir.no_lesson_because}"
        if pir.no_lesson_because and not pir.lessons
        else "",
        "reviews": tuple(_review(library, review) for review in pir.reviews),
        "attachments": _attachments(pir),
        "earlier": occurrences(library, [(r.earlier, r) for r in before], "Earlier occurrences"),
        "later": occurrences(library, [(r.occurrence, r) for r in after], "Later occurrences"),
        "similar": similar_reviews(library, pir),
        "similar_lessons": similar_lessons(library, pir),
        "refers": refers(library, pir.id, {*pir.lessons, pir.problem}),
        "anchors": (*(text.anchor for text in body), *OWN, *(a.id for a in pir.actions)),
    }
    description = first_sentence([pir.impact.summary, answer])
    return PageView(path_of(pir), pir.label, "pir.html", context, description, "reviews.html")


def _done(pir: Pir) -> str:
    counted = [a for a in pir.actions if a.status != "cancelled"]
    return f"{sum(a.status in ('done', 'verified') for a in counted)} of {len(counted)} done" if counted else ""


def _chips(library: Library, pir: Pir, before: tuple[Repeat, ...]) -> tuple[Chip, ...]:
    missed = (Chip("Service level missed", "late"),) if pir.impact.sla_breached else ()
    again = (Chip("Happened before", "again"),) if before or pir.recurrence_of else ()
    return (
        *marks.severity(pir.severity),
        *marks.status(pir.status),
        *missed,
        *again,
        *marks.audience(library, pir.audience),
    )


def _callouts(library: Library, pir: Pir, before: tuple[Repeat, ...], after: tuple[Repeat, ...]) -> tuple[Callout, ...]:
    found = []
    problem = library.projection.problems.get(pir.problem)
    workaround = pir.workaround or (problem.workaround if problem is not None else "")
    if workaround:
        known = library.links([pir.problem]) if problem is not None and not pir.workaround else ()
        found.append(Callout("workaround", "Workaround", (Prose(workaround),), known))
    earlier = [r for r in before if r.earlier.pir]
    if earlier or pir.recurrence_of:
        ids = list(
            dict.fromkeys([*(r.earlier.pir for r in earlier), *([pir.recurrence_of] if pir.recurrence_of else [])])
        )
        gaps = [r.days for r in earlier if r.days is not None]
        title = f"This happened before, {count(gaps[0], 'day')} earlier" if gaps else "This happened before"
        against = _stood_against(library, pir)
        told = (Prose("What stood against it:"),) if against else ()
        found.append(Callout("recurrence", title, told, library.links(ids), points=against))
    later = [r.occurrence.pir for r in after if r.occurrence.pir and r.occurrence.pir != pir.id]
    if later:
        gaps = [r.days for r in after if r.occurrence.pir in later and r.days is not None]
        title = f"This happened again, {count(gaps[0], 'day')} later" if gaps else "This happened again"
        found.append(Callout("recurrence", title, (), library.links(later)))
    for advice in pir.recommendations:
        if advice.status == "declined":
            on = f" on {day(advice.decided)}" if advice.decided else ""
            texts_ = [Prose(sentence(advice.title))] if advice.title else []
            texts_ += [Prose(f"Reason given: {sentence(advice.decline_reason)}")] if advice.decline_reason else []
            found.append(Callout("declined", f"Recommendation {advice.id} was declined{on}", tuple(texts_)))
    return tuple(found)


def _stood_against(library: Library, pir: Pir) -> tuple[str, ...]:
    """What had been agreed or advised after the earlier occurrence and did not prevent this one, the worst first."""
    states = ("overdue", "unverified", "failed")
    found: dict[str, tuple[int, str]] = {}
    for account in library.insight.accounts_of.get(pir.id, ()):
        for action in account.actions:
            if action.relevant and action.state in states:
                found.setdefault(action.id, (states.index(action.state), action.words))
        for advice in account.declined:
            if advice.relevant:
                found.setdefault(advice.id, (1, advice.words))
    told = sorted(found.items(), key=lambda pair: (pair[1][0], pair[0]))
    lines = [f"{id_}: {said(words).rstrip('.')}." for id_, (_, words) in told[:_AGAINST]]
    return (*lines, f"and {len(told) - _AGAINST} more") if len(told) > _AGAINST else tuple(lines)


_AGAINST = 4


LEFT_OUT = "Actions within the provider are not listed here, so numbers may be missing."
"""What a client's page says below its actions, whether any is left out or not: the page itself must not tell."""


def _no_text(library: Library, pir: Pir) -> Empty:
    if not library.internal:
        return Empty("The written report of this review is not part of this edition.")
    return Empty("The report has not been written yet. Its sections go below the front matter of the record.")


def _deficiencies(library: Library, pir: Pir) -> tuple[Entry, ...]:
    effects = {"caused": Chip("Caused it", "late"), "extended": Chip("Made it longer", "wait")}
    return tuple(
        Entry(
            library.link(d.cause) or Link("", "Cause not named"),
            (effects[d.effect],) if d.effect in effects else (),
            Prose(sentence(d.description)) if d.description else None,
        )
        for d in pir.process_deficiencies
    )


def _recommendations(pir: Pir) -> Table:
    rows = []
    for one in pir.recommendations:
        decided = one.adopted or one.decided
        rows.append(
            Row(
                (
                    Cell(marks.status(one.status)),
                    Cell((Link("", one.title, one.id),), sub=one.decline_reason),
                    Cell((one.issued,) if one.issued else ()),
                    Cell((decided,) if decided else (), sub="adopted" if one.adopted else "decided" if decided else ""),
                ),
                id=one.id,
            )
        )
    columns = (
        Column("Decision", "chips"),
        Column("Recommendation", "title"),
        Column("Issued", "date", "issued"),
        Column("Decided", "date"),
    )
    return Table("What the client was advised, and what the client decided", columns, tuple(rows))


def _lessons(library: Library, pir: Pir) -> tuple[Entry, ...]:
    lessons = library.projection.lessons
    return tuple(marks.lesson_entry(lessons[id_]) for id_ in pir.lessons if id_ in lessons)


def _review(library: Library, review: Review) -> Entry:
    kinds = {"internal": "Internal review", "client": "Client review"}
    meta: list[Value] = [When(review.on, ago=True)] if review.on else []
    meta += [f"led by the {role(review.chaired_by, library.roles)}"] if review.chaired_by else []
    meta += [several([role(a, library.roles) for a in review.attendees])] if review.attendees else []
    said = [sentence(f) for f in review.feedback]
    if review.not_appropriate:
        said.append(f"Not held: {sentence(review.not_appropriate)}")
    if review.feedback_applied:
        said.append(f"Feedback applied on {day(review.feedback_applied)}.")
    return Entry(
        Link("", kinds.get(review.kind, review.kind)), (), Prose(" ".join(said)) if said else None, tuple(meta)
    )


def _attachments(pir: Pir) -> tuple[Link, ...]:
    return tuple(Link(item.file, item.title) for item in pir.attachments)
