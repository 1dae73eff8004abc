"""The page of one review: the answer in a sentence, where it stands, and everything that the record says and leads to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from mkdocs_pir.insight.deadlines import review_due
from mkdocs_pir.insight.recurrence import Occurrence, Repeat
from mkdocs_pir.kb import gates
from mkdocs_pir.kb.model import Pir, Review
from mkdocs_pir.site.charts import timeline
from mkdocs_pir.site.urls import path_of
from mkdocs_pir.site.views import marks
from mkdocs_pir.site.views.bodies import OWN, preamble, refers, texts
from mkdocs_pir.site.views.library import Library
from mkdocs_pir.site.views.parts import (
    Callout,
    Cell,
    Chip,
    Column,
    Empty,
    Entry,
    Fact,
    Figure,
    Link,
    Out,
    PageView,
    Prose,
    Row,
    Step,
    Steps,
    Table,
    Value,
    When,
)
from mkdocs_pir.site.words import (
    DETECTED_BY,
    STAMPS,
    count,
    day,
    first_sentence,
    owed,
    role,
    sentence,
    several,
    span,
    utc_day,
)

_RELATED = 4


def pages(library: Library) -> Iterator[PageView]:
    for pir in library.projection.pirs.values():
        yield page(library, pir)


def page(library: Library, pir: Pir) -> PageView:
    """The page of a review."""
    body = texts(pir, library)
    answer = _answer(library, pir)
    before, after = library.recurrences.before(pir.id), library.recurrences.again(pir.id)
    items = library.items_of.get(pir.id, ())
    context = {
        "id": pir.id,
        "eyebrow": "Post Incident Review",
        "title": pir.label,
        "answer": answer,
        "impact": pir.impact.summary,
        "chips": _chips(library, pir, before),
        "steps": _steps(library, pir),
        "callouts": _callouts(library, pir, before, after),
        "facts": _facts(library, pir),
        "facts_more": _more(library, pir),
        "times": _times(pir),
        "preamble": preamble(pir),
        "texts": body,
        "no_text": _no_text(library, pir),
        "deficiencies": _deficiencies(library, pir),
        "actions": tuple(marks.action_row(library, item, review=False) for item in items),
        "actions_note": _done(pir),
        "recommendations": _recommendations(pir),
        "lessons": _lessons(library, pir),
        "no_lesson": f"No lesson was drawn: {pir.no_lesson_because}" if pir.no_lesson_because and not pir.lessons else "",
        "reviews": tuple(_review(library, review) for review in pir.reviews),
        "attachments": _attachments(library, pir),
        "earlier": _occurrences(library, [(r.earlier, r) for r in before], "Earlier occurrences"),
        "later": _occurrences(library, [(r.occurrence, r) for r in after], "Later occurrences"),
        "similar": _similar(library, pir),
        "similar_lessons": _similar_lessons(library, pir),
        "refers": refers(library, pir.id, {*pir.lessons, pir.problem}),
        "anchors": (*(text.anchor for text in body), *OWN, *(a.id for a in pir.actions)),
    }
    description = first_sentence([pir.impact.summary, answer])
    return PageView(path_of(pir), pir.label, "pir.html", context, description, "reviews.html")


def _answer(library: Library, pir: Pir) -> str:
    """Who was affected, when and how long; how soon it was noticed; how its actions stand."""
    services, client = several(library.names(pir.services)), library.name(pir.client)
    begun, lasted = library.days.get(pir.id), pir.times.between("impact_start", "resolved")
    said = f"On {day(begun)} an incident" if begun else "An incident"
    said += f" with {services}" if services else ""
    users = pir.impact.users
    whom = f"{count(users, 'person', 'people')} at {client}" if users and client else client
    said += f" affected {whom}" if whom else " was reviewed"
    said += f" for {span(lasted)}." if lasted else "."
    detected, usable = pir.times.between("impact_start", "detected"), pir.times.between("impact_start", "mitigated")
    by = f" by {DETECTED_BY[pir.detection.by]}" if pir.detection.by in DETECTED_BY else ""
    if detected is not None:
        noticed = "before anyone was affected" if detected < timedelta(0) else f"after {span(detected)}" if detected else "at once"
        said += f" It was noticed {noticed}{by}"
        said += f", and people could work again after {span(usable)}." if usable and usable != lasted else "."
    elif by:
        said += f" It was noticed{by}."
    done = _state_of_actions(library, pir)
    return f"{said} {done}" if done else said


def _state_of_actions(library: Library, pir: Pir) -> str:
    items = [item for item in library.items_of.get(pir.id, ()) if item.state != "cancelled"]
    if not items:
        return ""
    done = [item for item in items if not item.is_open]
    late = [item for item in items if item.state == "overdue"]
    if len(done) == len(items):
        verified = all(item.state == "verified" for item in items)
        which = "Its action is" if len(items) == 1 else f"All {len(items)} actions are"
        return f"{which} done{' and verified' if verified else ''}."
    said = f"{len(done)} of {count(len(items), 'action')} {'is' if len(done) == 1 else 'are'} done" if done else f"None of its {count(len(items), 'action')} is done yet"
    if len(items) == 1:
        said = "Its one action is not done yet"
    if len(late) == 1:
        return f"{said}; one is {count(late[0].days_late or 0, 'day')} late."
    return f"{said}; {len(late)} are late, the oldest by {count(late[0].days_late or 0, 'day')}." if late else f"{said}."


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


def _steps(library: Library, pir: Pir) -> Steps | None:
    """Where the review stands in module 03g. What it still needs is told only inside."""
    if not pir.status or pir.status == "archived":
        return None
    now = gates.step_of(pir)
    order = [step.id for step in gates.STEPS]
    at = order.index(now.id) if now is not None else len(order)
    shown = tuple(
        Step(step.id, step.name, "done" if i < at else "now" if i == at else "later") for i, step in enumerate(gates.STEPS)
    )
    if not library.internal or now is None:
        return Steps(shown)
    needs = [condition.text for condition in now.leaves_when if not condition.holds(pir)]
    return Steps(shown, tuple(needs), _review_note(library, pir))


def _review_note(library: Library, pir: Pir) -> str:
    """Until when the client review is due, while it has not been held."""
    if any(r.kind == "client" and (r.on or r.not_appropriate) for r in pir.reviews):
        return ""
    client = library.projection.clients.get(pir.client)
    due = review_due(pir, client, library.projection.targets)
    return f"The client review is due by {day(due)} ({owed(due, library.as_of)})." if due is not None else ""


def _callouts(library: Library, pir: Pir, before: tuple[Repeat, ...], after: tuple[Repeat, ...]) -> tuple[Callout, ...]:
    found = []
    problem = library.projection.problems.get(pir.problem)
    workaround = pir.workaround or (problem.workaround if problem is not None else "")
    if workaround:
        known = library.links([pir.problem]) if problem is not None and not pir.workaround else ()
        found.append(Callout("workaround", "Workaround", (Prose(workaround),), known))
    earlier = [r for r in before if r.earlier.pir]
    if earlier or pir.recurrence_of:
        ids = list(dict.fromkeys([*(r.earlier.pir for r in earlier), *([pir.recurrence_of] if pir.recurrence_of else [])]))
        gaps = [r.days for r in earlier if r.days is not None]
        title = f"This happened before, {count(gaps[0], 'day')} earlier" if gaps else "This happened before"
        found.append(Callout("recurrence", title, (), library.links(ids)))
    later = [r.occurrence.pir for r in after if r.occurrence.pir and r.occurrence.pir != pir.id]
    if later:
        gaps = [r.days for r in after if r.occurrence.pir in later and r.days is not None]
        title = f"It happened again {count(gaps[0], 'day')} later" if gaps else "It happened again"
        found.append(Callout("recurrence", title, (), library.links(later)))
    for advice in pir.recommendations:
        if advice.status == "declined":
            on = f" on {day(advice.decided)}" if advice.decided else ""
            texts_ = [Prose(sentence(advice.title))] if advice.title else []
            texts_ += [Prose(f"Reason given: {sentence(advice.decline_reason)}")] if advice.decline_reason else []
            found.append(Callout("declined", f"Recommendation {advice.id} was declined{on}", tuple(texts_)))
    return tuple(found)


def _facts(library: Library, pir: Pir) -> tuple[Fact, ...]:
    """What a reader looks for first. "Not recorded" stands only where the process asks for the field by now."""
    reached = library.internal and pir.status not in ("draft", "investigation", "archived")
    missing = "not recorded" if reached else ""
    facts = [
        Fact("Client", library.links([pir.client]) or library.names([pir.client])),
        Fact("Services", library.links(pir.services), missing),
        Fact("Severity", marks.severity(pir.severity), missing, note=f"priority {pir.priority}" if pir.priority else ""),
        Fact("Began", (When(pir.times.impact_start, clock=True),) if pir.times.impact_start else (), missing),
        *_durations(pir),
        Fact("Noticed by", (DETECTED_BY[pir.detection.by],) if pir.detection.by in DETECTED_BY else ()),
        Fact("People affected", (f"{pir.impact.users:,}",) if pir.impact.users is not None else ()),
        Fact("Service level", _service_level(pir)),
        Fact("Trigger", library.links([pir.trigger]), missing if not pir.trigger else ""),
        Fact("Contributing factors", library.links(pir.contributing_factors)),
        Fact("Incident", pir.incidents, missing),
        Fact("Problem", library.links([pir.problem])),
        Fact("Changes", pir.changes),
        Fact("Root cause", (Prose(pir.root_cause),) if pir.root_cause else (), wide=True),
    ]
    return tuple(fact for fact in facts if fact.values or fact.missing)


def _durations(pir: Pir) -> Iterator[Fact]:
    """Times from the start of the impact, as the KPIs measure them."""
    for label, stamp in (("Detected after", "detected"), ("Taken up after", "acknowledged"), ("Usable again after", "mitigated"), ("Restored after", "resolved")):
        length = pir.times.between("impact_start", stamp)
        if length is not None and length >= timedelta(0):
            yield Fact(label, (span(length) if length else "no delay",))


def _service_level(pir: Pir) -> tuple[Value, ...]:
    breached = pir.impact.sla_breached
    return () if breached is None else ("missed" if breached else "kept",)


def _more(library: Library, pir: Pir) -> tuple[Fact, ...]:
    decided: list[Value] = []
    if pir.initiated is not None:
        by = role(pir.initiated.by, library.roles) if pir.initiated.by else ""
        decided = [*([by] if by else []), *([pir.initiated.on] if pir.initiated.on else []), *([Prose(pir.initiated.reason)] if pir.initiated.reason else [])]
    facts = [
        Fact("Review decided", tuple(decided)),
        Fact("Release approved", marks.released(library, pir.release)),
        Fact("Why not noticed sooner", (Prose(pir.detection.gap),) if pir.detection.gap else (), wide=True),
        Fact("Symptoms", marks.symptoms(pir.symptoms), wide=True),
        Fact("References", tuple(Out(url, url.partition("://")[2]) for url in pir.references), wide=True),
        Fact("Tags", pir.tags),
    ]
    return tuple(fact for fact in facts if fact.values)


def _times(pir: Pir) -> Figure | None:
    stamps = [(STAMPS[name], getattr(pir.times, name)) for name in pir.times.ORDER]
    chart = timeline("How long it took", f"The stamps of {pir.id} to scale.", stamps)
    return Figure(chart) if chart is not None else None


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
    columns = (Column("Decision", "chips"), Column("Recommendation", "title"), Column("Issued", "date", "issued"), Column("Decided", "date"))
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
    return Entry(Link("", kinds.get(review.kind, review.kind)), (), Prose(" ".join(said)) if said else None, tuple(meta))


def _attachments(library: Library, pir: Pir) -> tuple[Link, ...]:
    source = path_of(pir).removesuffix(".html") + ".md"
    found = [(item, library.targets.file(source, item.file)) for item in pir.attachments]
    return tuple(Link(path, item.title or item.file) for item, path in found if path is not None)


def _occurrences(library: Library, found: list[tuple[Occurrence, Repeat]], caption: str) -> Table:
    columns = (Column("Date", "date"), Column(caption.removesuffix("s"), "title"), Column("Between", "number"), Column("How known", "text"))
    rows = []
    for other, repeat in found:
        link = library.link(other.pir)
        title = link.text if link is not None else other.title or other.id
        rows.append(
            Row(
                (
                    Cell((utc_day(other.at),) if other.at else ()),
                    Cell((title,), sub=other.pir if link is not None else other.id if title != other.id else ""),
                    Cell((count(repeat.days, "day"),) if repeat.days is not None else ()),
                    Cell(("named in the review" if repeat.declared else "same client, service and cause",)),
                ),
                link.path if link is not None else "",
            )
        )
    return Table(caption, columns, tuple(rows))


def _similar(library: Library, pir: Pir) -> tuple[Entry, ...]:
    pirs = library.projection.pirs
    return tuple(
        marks.review_entry(library, pirs[match.id], sentence(match.why)) for match in library.related.pirs(pir.id, _RELATED)
    )


def _similar_lessons(library: Library, pir: Pir) -> tuple[Entry, ...]:
    lessons = library.projection.lessons
    return tuple(
        marks.lesson_entry(lessons[match.id], sentence(match.why)) for match in library.related.lessons(pir.id, _RELATED)
    )
