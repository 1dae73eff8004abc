"""The pages of one lesson, problem, service, client and handbook page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mkdocs_pir.kb.model import Lesson, Page, ProblemRecord, Service
from mkdocs_pir.site.urls import path_of
from mkdocs_pir.site.views import lessons, marks
from mkdocs_pir.site.views.bodies import preamble, refers, texts
from mkdocs_pir.site.views.library import Library
from mkdocs_pir.site.views.parts import Callout, Fact, Link, PageView, Prose, Table, Value, When
from mkdocs_pir.site.words import count, first_sentence, sentence, several

_RELATED = 5


def pages(library: Library) -> Iterator[PageView]:
    for lesson in library.projection.lessons.values():
        yield _lesson(library, lesson)
    for problem in library.projection.problems.values():
        yield _problem(library, problem)
    for service in library.projection.services.values():
        yield _service(library, service)
    for page in library.projection.pages.values():
        yield _page(library, page)


def _lesson(library: Library, lesson: Lesson) -> PageView:
    """A lesson opens with what to do."""
    body = texts(lesson, library)
    pirs = library.projection.pirs
    sources = tuple(marks.review_entry(library, pirs[id_]) for id_ in lesson.learned_from if id_ in pirs)
    later = [id_ for id_ in library.reviews_by_lesson.get(lesson.id, ()) if id_ not in lesson.learned_from]
    life = library.insight.lives[lesson.id]
    boxes = []
    if (newer := library.link(lesson.superseded_by)) is not None:
        boxes.append(Callout("note", "A newer lesson takes its place", (), (newer,)))
    if lesson.workaround:
        boxes.append(Callout("workaround", "Workaround", (Prose(lesson.workaround),)))
    boxes += lessons.callouts(library, lesson, later)
    facts = (
        Fact("Applies when", (Prose(lesson.applies_when),) if lesson.applies_when else (), wide=True),
        Fact("Services", library.links(lesson.services)),
        Fact("Causes", library.links(lesson.causes)),
        Fact("Symptoms", marks.symptoms(lesson.symptoms), wide=True),
        Fact("Shown to work by", (Prose(lesson.evidence),) if lesson.evidence else (), wide=True),
        Fact("Applied?", (sentence(lessons.applied(lesson, life, library.as_of)),), wide=True)
        if lesson.status != "superseded"
        else Fact("Applied?"),
        Fact("Agreed", _when(lesson.validated_on)),
        Fact("Put to use", _when(lesson.applied_on)),
        Fact("Seen to work", _when(lesson.verified_on)),
        Fact("Due for another look", _when(lesson.review_by)),
        Fact("Release approved", marks.released(library, lesson.release)),
        Fact("Tags", lesson.tags),
    )
    related = tuple(
        marks.lesson_entry(library.projection.lessons[m.id], sentence(m.why))
        for m in library.related.lessons(lesson.id, _RELATED)
    )
    similar = tuple(
        marks.review_entry(library, pirs[m.id], sentence(m.why)) for m in library.related.pirs(lesson.id, _RELATED)
    )
    context = {
        "id": lesson.id,
        "eyebrow": "Lesson",
        "title": lesson.label,
        "advice": lesson.recommendation,
        "lesson": lesson.lesson,
        "chips": (*marks.status(lesson.status), *marks.audience(library, lesson.audience)),
        "callouts": tuple(boxes),
        "facts": _kept(facts),
        "preamble": preamble(lesson),
        "texts": body,
        "sources": sources,
        "similar": similar,
        "related": related,
        "refers": refers(library, lesson.id, {*lesson.learned_from, *later}),
        "anchors": tuple(text.anchor for text in body),
    }
    description = first_sentence([lesson.recommendation, lesson.lesson, lesson.label])
    return PageView(path_of(lesson), lesson.label, "lesson.html", context, description, "lessons.html")


def _problem(library: Library, problem: ProblemRecord) -> PageView:
    """A problem opens with the workaround."""
    body = texts(problem, library)
    pirs = library.projection.pirs
    ids = dict.fromkeys((*problem.pirs, *library.reviews_by_problem.get(problem.id, ())))
    reviews = [
        pirs[id_] for id_ in sorted(ids, key=lambda x: library.days.get(x, date.min), reverse=True) if id_ in pirs
    ]
    known = problem.known_error if isinstance(problem.known_error, str) else ""
    boxes = (Callout("workaround", "Workaround", (Prose(problem.workaround),)),) if problem.workaround else ()
    facts = (
        Fact("Root cause", (Prose(problem.root_cause),) if problem.root_cause else (), wide=True),
        Fact("Services", library.links(problem.services)),
        Fact("Causes", library.links(problem.causes)),
        Fact("Symptoms", marks.symptoms(problem.symptoms), wide=True),
        Fact("Opened", _when(problem.opened)),
        Fact("Closed", _when(problem.closed)),
        Fact("Tags", problem.tags),
    )
    context = {
        "id": problem.id,
        "eyebrow": "Known error" if problem.known_error else "Problem",
        "title": problem.label,
        "lead": known,
        "chips": (*marks.problem_chips(problem), *marks.audience(library, problem.audience)),
        "callouts": boxes,
        "facts": _kept(facts),
        "preamble": preamble(problem),
        "texts": body,
        "tables": _tables(
            ("reviews", "Reviews that met it", marks.review_table(library, reviews, "Reviews that met this problem"))
        ),
        "refers": refers(library, problem.id, ids),
        "anchors": tuple(text.anchor for text in body),
    }
    description = first_sentence([known, problem.root_cause, problem.label])
    return PageView(path_of(problem), problem.label, "record.html", context, description, "problems.html")


def _service(library: Library, service: Service) -> PageView:
    """A service opens with how often it failed and what is known to help."""
    body = texts(service, library)
    projection = library.projection
    reviews = library.reviews_by_service.get(service.id, ())
    lessons = library.lessons_by_service.get(service.id, ())
    problems = library.problems_by_service.get(service.id, ())
    group = library.insight.recurrences.services.get(service.id)
    said = [count(len(reviews), "review")] if reviews else []
    said += [count(len(group.repeats), "repeat")] if group is not None and group.repeats else []
    said += [count(len(lessons), "lesson")] if lessons else []
    said += [count(len(problems), "problem record")] if problems else []
    known = [projection.problems[p] for p in problems if projection.problems[p].workaround][:_RELATED]
    causes = _top_causes(library, service.id)
    facts = (
        Fact("Looked after by", (service.owner,) if service.owner else ()),
        Fact("Also known as", service.aliases, inline=True),
        Fact("Tier", (service.tier,) if service.tier else ()),
        Fact("Clients", library.links(service.clients), wide=True, inline=True),
        Fact("Depends on", library.links(service.depends_on), wide=True, inline=True),
        Fact("Needed by", library.links(library.needed_by.get(service.id, ())), wide=True, inline=True),
        Fact("What most often set it off", causes),
    )
    everything = f"reviews/service-{service.id}.html"
    context = {
        "id": "",
        "eyebrow": "Service",
        "title": service.label,
        "lead": f"{sentence(several(said))}" if said else "No incident of this service has been reviewed yet.",
        "chips": marks.audience(library, service.audience),
        "callouts": tuple(Callout("workaround", p.label, (Prose(p.workaround),), library.links([p.id])) for p in known),
        "facts": _kept(facts),
        "preamble": preamble(service),
        "texts": body,
        "tables": _tables(
            (
                "reviews",
                "Reviews",
                marks.review_table(
                    library,
                    [projection.pirs[r] for r in reviews[: marks.SHOWN]],
                    "Reviews of this service, the newest first",
                    all=_all(everything, len(reviews), "reviews"),
                ),
            ),
            (
                "lessons",
                "Lessons",
                marks.lesson_table(
                    library,
                    [projection.lessons[x] for x in lessons[: marks.SHOWN]],
                    "Lessons for this service",
                    all=_all(f"lessons/service-{service.id}.html", len(lessons), "lessons"),
                ),
            ),
            (
                "problems",
                "Problems and known errors",
                marks.problem_table(
                    library, [projection.problems[p] for p in problems[: marks.SHOWN]], "Problems of this service"
                ),
            ),
        ),
        "refers": (),
        "anchors": tuple(text.anchor for text in body),
    }
    description = f"{service.label}: {several(said) or 'its reviews, lessons and problems'}."
    return PageView(path_of(service), service.label, "record.html", context, description, "services.html")


def _page(library: Library, page: Page) -> PageView:
    body = texts(page, library)
    context = {
        "id": "",
        "eyebrow": "Handbook",
        "title": page.label,
        "lead": page.description,
        "chips": marks.audience(library, page.audience),
        "callouts": (),
        "facts": (),
        "preamble": preamble(page),
        "texts": body,
        "tables": (),
        "refers": refers(library, page.id),
        "anchors": tuple(text.anchor for text in body),
    }
    description = first_sentence([page.description, page.label])
    return PageView(path_of(page), page.label, "record.html", context, description, "handbook.html")


def _top_causes(library: Library, service: str) -> tuple[Value, ...]:
    """The triggers of a service's reviews, the most frequent first, with how often."""
    times: dict[str, int] = {}
    for id_ in library.reviews_by_service.get(service, ()):
        trigger = library.projection.pirs[id_].trigger
        if trigger:
            times[trigger] = times.get(trigger, 0) + 1
    found: list[Value] = []
    for cause in sorted(times, key=lambda c: (-times[c], c))[:_RELATED]:
        link = library.link(cause)
        if link is not None:
            found.append(Link(link.path, f"{link.text} ({times[cause]})"))
    return tuple(found)


def _tables(*found: tuple[str, str, Table]) -> tuple[tuple[str, str, Table], ...]:
    return tuple(one for one in found if one[2].rows)


def _all(path: str, number: int, noun: str) -> Link | None:
    return Link(path, f"All {number:,} {noun}") if number > marks.SHOWN else None


def _kept(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact.values or fact.missing)


def _when(value: date | None) -> tuple[Value, ...]:
    return (When(value, ago=True),) if value is not None else ()
