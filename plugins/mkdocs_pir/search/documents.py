"""Search documents: the lessons, reviews, problems and causes of a projection as the index takes them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from itertools import chain
from typing import Any

import msgspec

from mkdocs_pir.editions.encoded_values import digest_of_record
from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.known_errors import replacing_problem
from mkdocs_pir.kb.model import Attempt, Cause, Lesson, Pir, ProblemRecord, Record
from mkdocs_pir.kb.statuses import EFFECTS, OPEN
from mkdocs_pir.kb.texts import Text, tree
from mkdocs_pir.search.document_rows import DocumentSource
from mkdocs_pir.search.index import IndexFiles, index_files
from mkdocs_pir.search.search_document import SearchDocument
from mkdocs_pir.store import stages
from mkdocs_pir.store.result_store import ResultStore

PathOf = Callable[[Record], str]


@stages.SEARCH
def index_of(
    projection: Projection, path_of: PathOf, store: ResultStore | None = None, others: Iterable[DocumentSource] = ()
) -> IndexFiles:
    """The published index of an edition: path below `search/` to content. The store keeps what documents give to it.

    `others` are documents of the site that are no records.
    """
    labels = {record.id: record.label for record in (*projection.services.values(), *projection.clients.values())}
    every = chain(sources(projection, path_of), others)
    return index_files(every, synonyms=projection.synonyms, labels=labels, store=store)


def documents(projection: Projection, path_of: PathOf) -> Iterator[SearchDocument]:
    """Every lesson, report, problem and cause of an edition, in order of kind and id.

    `path_of` gives the path of a record's page in the site. Only what the projection holds goes in, so the
    vocabulary of a client's index is that client's.
    """
    return (source.document() for source in sources(projection, path_of))


def sources(projection: Projection, path_of: PathOf) -> Iterator[RecordSource]:
    """What each of the `documents` is made of."""
    label = cache(projection.label)
    for kind, shown in SHOWN.items():
        for record in projection.records.get(kind, {}).values():
            others, named, known_error = shown(projection, record)
            yield RecordSource(
                record.id,
                record,
                path_of(record),
                projection.edition.internal,
                {other.id: other for other in others},
                {id_: label(id_) for id_ in named},
                known_error,
            )


@dataclass(frozen=True, slots=True)
class RecordSource:
    """A record and all else that its document shows: nothing but this makes the document.

    `others` are the records of which it shows something, and `labels` those of its causes and services. `known_error`
    is the id of the problem whose workaround replaced the one that it would show.
    """

    id: str
    record: Record
    url: str
    internal: bool
    others: Mapping[str, Record]
    labels: Mapping[str, str]
    known_error: str

    def made_of(self) -> bytes:
        """The digest of all this."""
        digests = [digest_of_record(record) for record in (self.record, *self.others.values())]
        values = (self.url, self.internal, self.known_error, list(self.labels.items()), digests)
        return hashlib.blake2b(_ENCODER.encode(values), digest_size=20).digest()

    def document(self) -> SearchDocument:
        """The document."""
        return DOCUMENTS[self.record.kind](self, self.record)


_ENCODER = msgspec.msgpack.Encoder()

Shown = tuple[Iterable[Record], Iterable[str], str]
"""Of a record what else its document shows: other records, causes and services by their ids, and the known error."""


def _shown_by_lesson(projection: Projection, lesson: Lesson) -> Shown:
    reviews = [pir for id_ in lesson.learned_from if (pir := projection.pirs.get(id_)) is not None]
    known_error = "" if lesson.workaround else _known_error(projection, _only(reviews)[1])
    return reviews, (*lesson.causes, *lesson.services), known_error


def _shown_by_pir(projection: Projection, pir: Pir) -> Shown:
    lessons = [lesson for id_ in pir.lessons if (lesson := projection.lessons.get(id_)) is not None]
    problem = projection.problems.get(pir.problem)
    others = lessons if problem is None else [problem, *lessons]
    return others, (pir.trigger, *pir.contributing_factors, *pir.services), _known_error(projection, pir.id)


def _shown_by_problem(projection: Projection, problem: ProblemRecord) -> Shown:
    return (), (*problem.causes, *problem.services), ""


def _shown_by_cause(projection: Projection, cause: Cause) -> Shown:
    return (), (), ""


SHOWN: Mapping[str, Callable[[Projection, Any], Shown]] = {
    Lesson.kind: _shown_by_lesson,
    Pir.kind: _shown_by_pir,
    ProblemRecord.kind: _shown_by_problem,
    Cause.kind: _shown_by_cause,
}
"""The kinds of records that can be found, each with what else the document of a record shows."""


def _lesson(source: RecordSource, lesson: Lesson) -> SearchDocument:
    reviews = [p for id_ in lesson.learned_from if isinstance(p := source.others.get(id_), Pir)]
    worst = min((p.severity for p in reviews if p.severity), default="")
    latest = max((d for p in reviews if (d := _day(p)) is not None), default=None)
    return SearchDocument(
        lesson.id,
        "lesson",
        lesson.title,
        source.url,
        _fields(
            source,
            lesson,
            symptoms=(*lesson.symptoms, *(s for p in reviews for s in p.symptoms)),
            lead=(lesson.lesson, lesson.recommendation, lesson.applies_when),
            workaround=[lesson.workaround],
            causes=lesson.causes,
            services=lesson.services,
            tags=lesson.tags,
        ),
        _filters(
            kind="lesson",
            client=(p.client for p in reviews) if source.internal else (),
            service=lesson.services,
            cause=_families(lesson.causes),
            severity=[worst],
            year=[str(latest.year)] if latest else [],
            status=[lesson.status],
        ),
        _card(
            date=latest,
            severity=worst,
            status=lesson.status,
            services=[source.labels[s] for s in lesson.services],
            open_actions=sum(a.status in OPEN for p in reviews for a in p.actions),
            **_advice(
                ("workaround", lesson.workaround, ""),
                ("workaround", *_only(reviews)),
                ("recommendation", lesson.recommendation, ""),
            ),
        ),
        superseded_by=lesson.superseded_by,
        known_error=source.known_error,
    )


def _pir(source: RecordSource, pir: Pir) -> SearchDocument:
    day = _day(pir)
    problem = source.others.get(pir.problem)
    lessons = [x for id_ in pir.lessons if isinstance(x := source.others.get(id_), Lesson)]
    from_problem = problem.workaround if isinstance(problem, ProblemRecord) else ""
    return SearchDocument(
        pir.id,
        "pir",
        pir.title,
        source.url,
        _fields(
            source,
            pir,
            symptoms=pir.symptoms,
            lead=(pir.impact.summary, pir.root_cause),
            workaround=[pir.workaround or from_problem],
            tried=map(_tried, pir.tried),
            causes=(pir.trigger, *pir.contributing_factors),
            services=pir.services,
            tags=pir.tags,
            id=(*pir.incidents, *pir.changes, pir.problem),
        ),
        _filters(
            kind="pir",
            client=[pir.client] if source.internal else (),
            service=pir.services,
            cause=_families([pir.trigger, *pir.contributing_factors]),
            severity=[pir.severity],
            year=[str(day.year)] if day else [],
            status=[pir.status],
        ),
        _card(
            date=day,
            severity=pir.severity,
            status=pir.status,
            services=[source.labels[s] for s in pir.services],
            open_actions=sum(a.status in OPEN for a in pir.actions),
            **_advice(
                ("workaround", pir.workaround, ""),
                ("workaround", from_problem, pir.problem),
                *(("recommendation", x.recommendation, x.id) for x in lessons),
            ),
        ),
        known_error=source.known_error,
    )


def _problem(source: RecordSource, problem: ProblemRecord) -> SearchDocument:
    known_error = problem.known_error if isinstance(problem.known_error, str) else ""
    return SearchDocument(
        problem.id,
        "problem",
        problem.title,
        source.url,
        _fields(
            source,
            problem,
            symptoms=problem.symptoms,
            lead=(known_error, problem.root_cause),
            workaround=[problem.workaround],
            causes=problem.causes,
            services=problem.services,
            tags=problem.tags,
        ),
        _filters(
            kind="problem",
            service=problem.services,
            cause=_families(problem.causes),
            year=[str(problem.opened.year)] if problem.opened else [],
            status=[problem.status],
        ),
        _card(
            date=problem.opened,
            status=problem.status,
            services=[source.labels[s] for s in problem.services],
            workaround=problem.workaround,
        ),
    )


def _cause(source: RecordSource, cause: Cause) -> SearchDocument:
    lead = (cause.definition,)
    fields = {
        "title": (cause.name,),
        "id": (cause.id,),
        "lead": lead,
        "symptoms": cause.look_for,
        "body": LazyTexts(lambda: [*cause.examples, *_body(cause)]),
    }
    return SearchDocument(
        cause.id,
        "cause",
        cause.name,
        source.url,
        _filled(fields),
        _filters(kind="cause", cause=[cause.family]),
        _card(definition=cause.definition),
    )


def _tried(attempt: Attempt) -> str:
    """What was tried, what it did, and the note, in one text."""
    effect = EFFECTS[attempt.effect].label.lower() if attempt.effect in EFFECTS else ""
    text = ": ".join(part for part in (with_code(attempt.what).rstrip("."), effect) if part)
    return f"{text}; {with_code(attempt.note)}" if attempt.note else text


DOCUMENTS: Mapping[str, Callable[[RecordSource, Any], SearchDocument]] = {
    Lesson.kind: _lesson,
    Pir.kind: _pir,
    ProblemRecord.kind: _problem,
    Cause.kind: _cause,
}
"""What makes the document of each of these kinds."""


def _fields(
    source: RecordSource,
    record: Record,
    *,
    symptoms: Iterable[str],
    lead: Iterable[str],
    workaround: Iterable[str],
    causes: Iterable[str],
    services: Iterable[str],
    tags: Iterable[str],
    tried: Iterable[str] = (),
    id: Iterable[str] = (),
) -> dict[str, Sequence[str]]:
    """Texts by field, empty ones left out; causes and services by their names as well as their ids."""
    fields = {
        "id": (record.id, *id),
        "title": (record.label,),
        "symptoms": symptoms,
        "lead": lead,
        "workaround": workaround,
        "tried": tried,
        "causes": [part for c in causes if c for part in (c, source.labels[c])],
        "services": [part for s in services for part in (s, source.labels[s])],
        "tags": tags,
        "body": LazyTexts(lambda: _body(record)),
    }
    return _filled(fields)


class LazyTexts(Sequence[str]):
    """Texts that are put together when they are first read: the bodies are as large as all other texts together."""

    def __init__(self, read: Callable[[], Iterable[str]]) -> None:
        self._read = read

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        return _once(self._read())

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, at: Any) -> Any:
        return self._texts[at]


def _filled(fields: Mapping[str, Iterable[str]]) -> dict[str, Sequence[str]]:
    """The texts of each field once, as results show them, without fields that have none."""
    out = {name: texts if isinstance(texts, LazyTexts) else _once(texts) for name, texts in fields.items()}
    return {name: texts for name, texts in out.items() if isinstance(texts, LazyTexts) or texts}


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(with_code(text) for text in texts if text))


def with_code(text: str) -> str:
    """The words of a text with code between backticks, as results show them."""
    if isinstance(text, Text) and "<code" in text.html:
        return tree.plain(tree.read(text.html), ticks=True)
    return text


def _body(record: Record) -> list[str]:
    return [record.preamble, *(f"{s.title}\n{with_code(s.text)}" for s in record.sections)]


def _filters(*, kind: str, **values: Iterable[str]) -> dict[str, tuple[str, ...]]:
    filters = {name: tuple(sorted({v for v in found if v})) for name, found in values.items()}
    return {"kind": (kind,), **{name: found for name, found in filters.items() if found}}


def _families(causes: Iterable[str]) -> list[str]:
    return [c.partition("/")[0] for c in causes if c]


def _card(**values: object) -> Mapping[str, object]:
    """The values that a result shows, without empty ones; dates as ISO days."""
    return {
        name: value.isoformat()[:10]
        if hasattr(value, "isoformat")
        else with_code(value)
        if isinstance(value, str)
        else value
        for name, value in values.items()
        if value
    }


def _advice(*choices: tuple[str, str, str]) -> Mapping[str, str]:
    """The first text of the choices (name, text, id of the record it is taken from), with that id if there is one."""
    name, text, source = next((choice for choice in choices if choice[1]), ("", "", ""))
    return {name: text, f"{name}_of": source} if text else {}


def _only(reviews: Iterable[Pir]) -> tuple[str, str]:
    """The workaround of the only review that has one, with its id; ("", "") for none or several."""
    workarounds = [(pir.workaround, pir.id) for pir in reviews if pir.workaround]
    return workarounds[0] if len(workarounds) == 1 else ("", "")


def _known_error(projection: Projection, review: str) -> str:
    """The problem whose workaround replaced that of a review, by its id; "" where the review has none of its own."""
    pir = projection.pirs.get(review)
    problem = replacing_problem(projection, pir) if pir is not None else None
    return problem.id if problem is not None else ""


def _day(pir: Pir) -> datetime | None:
    return pir.times.start or pir.times.end
