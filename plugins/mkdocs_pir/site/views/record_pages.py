"""The pages of one lesson, problem, service, client and handbook page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from mkdocs_pir.insight.groups import Group
from mkdocs_pir.insight.occurrences import Occurrence
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb.model import Lesson, Page, ProblemRecord, Service
from mkdocs_pir.site.urls import path_of
from mkdocs_pir.site.value_formats import first_sentence, sentence, several
from mkdocs_pir.site.views import incident_pages, lesson_outcome_pages, listing, record_rows, repeat_pages
from mkdocs_pir.site.views.body_sections import body_sections, preamble, references_to
from mkdocs_pir.site.views.components import Callout, Fact, Link, PageView, Prose, Table, Value, When
from mkdocs_pir.site.views.edition_context import EditionContext

_RELATED = 5


def lesson_page(edition: EditionContext, lesson: Lesson) -> PageView:
    """The page of a lesson, which begins with the recommendation."""
    body = body_sections(lesson, edition)
    pirs = edition.projection.pirs
    sources = tuple(record_rows.review_entry(edition, pirs[id_]) for id_ in lesson.learned_from if id_ in pirs)
    later = [id_ for id_ in edition.reviews_by_lesson.get(lesson.id, ()) if id_ not in lesson.learned_from]
    life = edition.insight.lives[lesson.id]
    newer = edition.links([lesson.superseded_by])
    facts = (
        Fact("Applies when", (Prose(lesson.applies_when),) if lesson.applies_when else (), wide=True),
        Fact("Services", edition.links(lesson.services)),
        Fact("Causes", edition.links(lesson.causes)),
        Fact("Symptoms", record_rows.symptoms(lesson.symptoms), wide=True),
        Fact("Shown to work by", (Prose(lesson.evidence),) if lesson.evidence else (), wide=True),
        Fact("Applied?", (sentence(lesson_outcome_pages.application(lesson, life, edition.as_of)),), wide=True)
        if lesson.status != "superseded"
        else Fact("Applied?"),
        Fact("Validated on", _when(lesson.validated_on)),
        Fact("Applied on", _when(lesson.applied_on)),
        Fact("Verified on", _when(lesson.verified_on)),
        Fact("Due for another look", _when(lesson.review_by)),
        Fact("Release approved", record_rows.released(edition, lesson.release)),
        Fact("Tags", lesson.tags),
    )
    related = tuple(
        record_rows.lesson_entry(edition.projection.lessons[m.id], sentence(m.why))
        for m in edition.related.lessons(lesson.id, _RELATED)
    )
    similar = tuple(
        record_rows.review_entry(edition, pirs[m.id], sentence(m.why))
        for m in edition.related.pirs(lesson.id, _RELATED)
    )
    context = {
        "id": lesson.id,
        "eyebrow": "Lesson",
        "title": lesson.label,
        "advice": lesson.recommendation,
        "lesson": lesson.lesson,
        "chips": (*record_rows.status(lesson.status), *record_rows.audience(edition, lesson.audience)),
        "newer": Callout("note", "A newer lesson takes its place", (), newer) if newer else None,
        "workaround": Callout("workaround", "Workaround", (Prose(lesson.workaround),)) if lesson.workaround else None,
        "callouts": tuple(lesson_outcome_pages.callouts(edition, lesson, later)),
        "facts": _kept(facts),
        "preamble": preamble(lesson, edition),
        "texts": body,
        "sources": sources,
        "similar": similar,
        "related": related,
        "refers": references_to(edition, lesson.id, {*lesson.learned_from, *later}),
        "anchors": tuple(text.anchor for text in body),
    }
    description = first_sentence([lesson.recommendation, lesson.lesson, lesson.label])
    return PageView(path_of(lesson), lesson.label, "lesson.html", context, description)


def problem_page(edition: EditionContext, problem: ProblemRecord) -> PageView:
    """The page of a problem, which begins with the workaround."""
    body = body_sections(problem, edition)
    pirs = edition.projection.pirs
    ids = dict.fromkeys((*problem.pirs, *edition.reviews_by_problem.get(problem.id, ())))
    reviews = [
        pirs[id_] for id_ in sorted(ids, key=lambda x: edition.days.get(x, date.min), reverse=True) if id_ in pirs
    ]
    known_error = problem.known_error if isinstance(problem.known_error, str) else ""
    boxes = (Callout("workaround", "Workaround", (Prose(problem.workaround),)),) if problem.workaround else ()
    if boxes:
        # the box says it in short, a section of the same name in detail
        body = tuple(replace(one, title="Workaround in detail") if one.title == "Workaround" else one for one in body)
    facts = (
        Fact("Root cause", (Prose(problem.root_cause),) if problem.root_cause else (), wide=True),
        Fact("Services", edition.links(problem.services)),
        Fact("Causes", edition.links(problem.causes)),
        Fact("Symptoms", record_rows.symptoms(problem.symptoms), wide=True),
        Fact("Opened", _when(problem.opened)),
        Fact("Closed", _when(problem.closed)),
        Fact("Tags", problem.tags),
    )
    context = {
        "id": problem.id,
        "eyebrow": "Known error" if problem.status == "known-error" else "Problem",
        "title": problem.label,
        "lead": known_error,
        "chips": (*record_rows.status(problem.status), *record_rows.audience(edition, problem.audience)),
        "callouts": boxes,
        "facts": _kept(facts),
        "preamble": preamble(problem, edition),
        "texts": body,
        "tables": _tables(
            (
                "reviews",
                "Reviews of this problem",
                record_rows.review_table(edition, reviews, "Reviews of this problem"),
            )
        ),
        "refers": references_to(edition, problem.id, ids),
        "anchors": tuple(text.anchor for text in body),
    }
    description = first_sentence([known_error, problem.root_cause, problem.label])
    return PageView(path_of(problem), problem.label, "record.html", context, description)


def service_page(edition: EditionContext, service: Service) -> PageView:
    """The page of a service, which begins with the number of its reviews and known workarounds."""
    body = body_sections(service, edition)
    projection = edition.projection
    reviews = edition.reviews_by_service.get(service.id, ())
    lessons = edition.lessons_by_service.get(service.id, ())
    problems = edition.problems_by_service.get(service.id, ())
    group = edition.insight.recurrences.services.get(service.id)
    counts = [count(len(reviews), "review")] if reviews else []
    counts += [count(len(group.repeats), "repeat")] if group is not None and group.repeats else []
    counts += [count(len(lessons), "lesson")] if lessons else []
    counts += [count(len(problems), "problem record")] if problems else []
    with_workaround = [projection.problems[p] for p in problems if projection.problems[p].workaround][:_RELATED]
    facts = (
        Fact("Owner", (service.owner,) if service.owner else ()),
        Fact("Also known as", service.aliases, inline=True),
        Fact("Tier", (service.tier,) if service.tier else ()),
        Fact("Clients", edition.links(service.clients), wide=True, inline=True),
        Fact("Depends on", edition.links(service.depends_on), wide=True, inline=True),
        Fact("Needed by", edition.links(edition.needed_by.get(service.id, ())), wide=True, inline=True),
        Fact(
            "Most frequent causes" if edition.internal else "Causes in your reviews",
            _top_causes(edition, group) if group is not None else (),
            note="of all incidents, reviewed or not" if edition.internal else "",
        ),
        Fact("Keeps coming back", _repeats(edition, group) if group is not None else (), wide=True, inline=True),
    )
    everything = listing.address("reviews.html", {"service": [service.id]})
    context = {
        "id": "",
        "eyebrow": "Service",
        "title": service.label,
        "lead": f"{sentence(several(counts))}" if counts else "No incident of this service has been reviewed yet.",
        "chips": record_rows.audience(edition, service.audience),
        "callouts": tuple(
            Callout("workaround", p.label, (Prose(p.workaround),), edition.links([p.id])) for p in with_workaround
        ),
        "facts": _kept(facts),
        "preamble": preamble(service, edition),
        "texts": body,
        "tables": _tables(
            (
                "reviews",
                "Reviews",
                record_rows.review_table(
                    edition,
                    [projection.pirs[r] for r in reviews[: record_rows.SHOWN]],
                    "Reviews of this service, the newest first",
                    all=_all(everything, len(reviews), "reviews"),
                ),
            ),
            (
                "lessons",
                "Lessons",
                record_rows.lesson_table(
                    edition,
                    [projection.lessons[x] for x in lessons[: record_rows.SHOWN]],
                    "Lessons for this service",
                    all=_all(listing.address("lessons.html", {"service": [service.id]}), len(lessons), "lessons"),
                ),
            ),
            (
                "problems",
                "Problems and known errors",
                record_rows.problem_table(
                    edition, [projection.problems[p] for p in problems[: record_rows.SHOWN]], "Problems of this service"
                ),
            ),
        ),
        "refers": (),
        "anchors": tuple(text.anchor for text in body),
    }
    description = f"{service.label}: {several(counts) or 'its reviews, lessons and problems'}."
    return PageView(path_of(service), service.label, "record.html", context, description)


def handbook_page(edition: EditionContext, page: Page) -> PageView:
    body = body_sections(page, edition)
    context = {
        "id": "",
        "eyebrow": "Handbook",
        "title": page.label,
        "lead": page.description,
        "chips": record_rows.audience(edition, page.audience),
        "callouts": (),
        "facts": (),
        "preamble": preamble(page, edition),
        "texts": body,
        "tables": (),
        "refers": references_to(edition, page.id),
        "anchors": tuple(text.anchor for text in body),
    }
    description = first_sentence([page.description, page.label])
    return PageView(path_of(page), page.label, "record.html", context, description)


def _repeats(edition: EditionContext, group: Group) -> tuple[Value, ...]:
    """The repeats of a service and the most frequent causes of them, with links to each."""
    if not group.repeats:
        return ()
    most = _most_frequent(edition, (one.occurrence for one in group.repeats))
    rest = len(group.repeats) - sum(times for _, times in most)
    repeats, services = repeat_pages.REPEATS_PATH, {"service": [group.id]}
    return (
        Link(listing.address(repeats, services), f"{count(len(group.repeats), 'repeat')}, and why"),
        *(
            Link(listing.address(repeats, {**services, "cause": [cause]}), f"{edition.name(cause)} ({times})")
            for cause, times in most
        ),
        *((f"other causes ({rest})",) if rest else ()),
    )


def _most_frequent(edition: EditionContext, occurrences: Iterable[Occurrence]) -> list[tuple[str, int]]:
    """The most frequent causes and how often each is there; of those as frequent, the one that was last first."""
    with_cause = [one for one in occurrences if edition.known([one.cause])]
    times = Counter(one.cause for one in with_cause)
    last = {one.cause: one.day or date.min for one in sorted(with_cause, key=lambda one: one.day or date.min)}
    by_name = sorted(times.items())
    return sorted(by_name, key=lambda one: (one[1], last[one[0]]), reverse=True)[:_RELATED]


def _top_causes(edition: EditionContext, group: Group) -> tuple[Value, ...]:
    """The causes of a service's incidents, reviewed or not, the most frequent first, with a link to the incidents."""
    return tuple(
        Link(incident_pages.list_of(cause=cause, service=group.id), f"{edition.name(cause)} ({times})")
        for cause, times in _most_frequent(edition, group.occurrences)
    )


def _tables(*found: tuple[str, str, Table]) -> tuple[tuple[str, str, Table], ...]:
    return tuple(one for one in found if one[2].rows)


def _all(path: str, number: int, noun: str) -> Link | None:
    return Link(path, f"All {number:,} {noun}") if number > record_rows.SHOWN else None


def _kept(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact.values or fact.missing)


def _when(value: date | None) -> tuple[Value, ...]:
    return (When(value, ago=True),) if value is not None else ()
