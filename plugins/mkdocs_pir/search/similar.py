"""Similar records: reviews and lessons ranked by how alike their texts are and by the fields that they share.

Either alone misleads. By fields alone, two incidents are alike that share only a trigger from a catalogue of forty, and
one whose cause is not yet established is like none; by words alone, an expired certificate on mail is like any other
text about mail. So the points of `insight/related.py` and those for the texts are summed, and the reason names both.

Cost grows with the number of records: each is compared only with the nearest of those that share one of its most
telling terms, which few have, and with those of the newest that share most of its fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest

import msgspec
from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight import related
from mkdocs_pir.insight.related import Related
from mkdocs_pir.kb.model import Lesson, Pir
from mkdocs_pir.search.compared_texts import ComparedTexts, compare_texts, compared_alone
from mkdocs_pir.search.documents import documents
from mkdocs_pir.search.search_document import SearchDocument
from mkdocs_pir.store import executors, stages
from mkdocs_pir.store.code_version import code_version
from mkdocs_pir.store.garbage import not_collected
from mkdocs_pir.store.result_store import ResultStore, key

COMPARED = (Pir.kind, Lesson.kind)
"""The kinds of records that are compared with one another."""

TEXT = 16.0
"""Points for two texts that are the same; two that share no word have none."""

ENOUGH = 5.5
"""The points from which records are similar: shared services and a few words are not enough."""

ALIKE = 0.15
"""The cosine from which the shared words are given as a reason."""

_BATCH = 250
"""The records that are compared in one task."""

_NEAREST = 24  # records that are compared in full because of their texts, and as many because of their fields

MOST = 5
"""The similar reviews of a record, and lessons, that `answers` knows at most."""


class SimilarRecord(Struct, frozen=True):
    """A similar record with its points and the reason in words."""

    id: str
    kind: str
    title: str
    score: float
    why: str


class Similar(Struct, frozen=True):
    """The fields and texts of every review and lesson of an edition; made by `build`."""

    fields: Related
    texts: ComparedTexts

    def pirs(self, record: str, limit: int = 5) -> tuple[SimilarRecord, ...]:
        """The reviews most like a review or lesson, best first; the newer first where points are equal."""
        return self._matches(record, "pir", limit)

    def lessons(self, record: str, limit: int = 5) -> tuple[SimilarRecord, ...]:
        """The lessons that fit a review or lesson best. Superseded lessons are not offered."""
        return self._matches(record, "lesson", limit)

    def knows(self, record: str) -> bool:
        return record in self.fields.traits

    def both(self, record: str) -> tuple[list[tuple[str, float, str]], list[tuple[str, float, str]]]:
        """The `MOST` similar reviews, and lessons, each with its score and the reason in words."""
        near = self._near(record)
        pirs, lessons = (self._matches(record, kind, MOST, near) for kind in ("pir", "lesson"))
        return [(one.id, one.score, one.why) for one in pirs], [(one.id, one.score, one.why) for one in lessons]

    def _near(self, record: str) -> list[str]:
        """The nearest by texts, of all kinds."""
        near = self.texts.near(record)
        return sorted(near, key=near.__getitem__, reverse=True)[: 2 * _NEAREST]

    def _matches(
        self, record: str, kind: str, limit: int, near: Iterable[str] | None = None
    ) -> tuple[SimilarRecord, ...]:
        if not self.knows(record):
            return ()
        others, points = self._worth_comparing(record, kind, self._near(record) if near is None else near)
        scored = []
        for other, fields, cosine in zip(others, points, self.texts.cosines(record, others), strict=True):
            score = round(fields + TEXT * cosine, 1)
            if score >= ENOUGH:
                scored.append((-score, -self.fields.day(other).toordinal(), other, cosine))
        return tuple(
            SimilarRecord(other, kind, self.fields.title(other), -score, self._why(record, other, cosine))
            for score, _, other, cosine in nsmallest(limit, scored)
        )

    def _worth_comparing(self, record: str, kind: str, near: Iterable[str]) -> tuple[list[str], list[float]]:
        """The nearest by texts and the nearest by fields, and the points for the fields of each."""
        by_text = self.fields.offered(record, near, kind)
        others = self.fields.offered(record, self.fields.candidates(record, kind).difference(by_text), kind)
        by_fields = zip(self.fields.points(record, others), map(self.fields.day, others), others, strict=True)
        best = sorted(by_fields, reverse=True)[:_NEAREST]
        points = self.fields.points(record, by_text) + [points for points, _, _ in best]
        return by_text + [other for _, _, other in best], points

    def _why(self, record: str, other: str, cosine: float) -> str:
        reasons = self.fields.reasons(record, other)
        words = self.texts.words(record, other) if cosine >= ALIKE else ()
        return ", ".join((*reasons, f"similar words ({', '.join(words)})") if words else reasons)


class _Answer(Struct, frozen=True, array_like=True):
    """The similar reviews and lessons of a record, each with score and reason, and a digest of what they depend on."""

    depends: bytes
    pirs: msgspec.Raw
    lessons: msgspec.Raw


class Answers(Struct, frozen=True):
    """The reviews and lessons most like each review and lesson, at most `MOST` of each; made by `answers`."""

    titles: Mapping[str, str]
    rows: Mapping[str, _Answer]

    def pirs(self, record: str, limit: int = MOST) -> tuple[SimilarRecord, ...]:
        """As `Similar.pirs`."""
        return self._answer(record, "pir")[:limit]

    def lessons(self, record: str, limit: int = MOST) -> tuple[SimilarRecord, ...]:
        """As `Similar.lessons`."""
        return self._answer(record, "lesson")[:limit]

    def _answer(self, record: str, kind: str) -> tuple[SimilarRecord, ...]:
        if record not in self.rows:
            return ()
        answer = self.rows[record]
        rows = _ROWS.decode(answer.pirs if kind == "pir" else answer.lessons)
        return tuple(SimilarRecord(other, kind, self.titles[other], score, why) for other, score, why in rows)


_ROWS = msgspec.msgpack.Decoder(list[tuple[str, float, str]])
_ANSWERS = msgspec.msgpack.Decoder(dict[str, _Answer])


@stages.SEARCH
def build(projection: Projection, store: ResultStore | None = None) -> Similar:
    """The similar records of an edition; the time is linear in the number of reviews and lessons.

    The store keeps what each text gives.
    """
    return Similar(related.build(projection), compare_texts(_compared(projection), store or ResultStore(None)))


@stages.SEARCH
@not_collected()
def answers(projection: Projection, store: ResultStore, digest: bytes = b"") -> Answers:
    """The records similar to every review and lesson of an edition.

    They are kept by all that they depend on, so that a change of what is not compared (a body, an action) leaves them,
    and after another only records are compared again to which it makes a difference. With the digest of the projection,
    if the caller has it, nothing is compared where the projection is the same.
    """
    titles = {record.id: record.label for record in (*projection.pirs.values(), *projection.lessons.values())}
    same = key("similar of the same", code_version(), digest)
    known = _kept(store, _kept(store, same)) if digest else None
    if known is not None:
        return Answers(titles, _ANSWERS.decode(known))
    compared = _compared(projection)
    fields = related.build(projection)
    name = key("similar", code_version(), *(document.analysed() for document in compared), *fields.content())
    # the name of the answers before; they say by themselves what they depend on
    latest = key("latest similar", code_version(), str(projection.edition))
    kept = _kept(store, name)
    if kept is None:
        before = _kept(store, _kept(store, latest))
        similar = Similar(fields, compare_texts(compared, store))
        kept = msgspec.msgpack.encode(_changed(similar, _ANSWERS.decode(before) if before is not None else {}))
        store.put({name: kept})
    store.put({latest: name, same: name} if digest else {latest: name})
    return Answers(titles, _ANSWERS.decode(kept))


def _changed(similar: Similar, before: Mapping[str, _Answer]) -> dict[str, _Answer]:
    """The answers for all records; of those that depend on the same as before, these."""
    depends = dict(dependencies(similar))
    answers = {id_: before[id_] for id_, now in depends.items() if id_ in before and before[id_].depends == now}
    changed = [id_ for id_ in depends if id_ not in answers]
    batches = [changed[at : at + _BATCH] for at in range(0, len(changed), _BATCH)]

    def compare(batch: Sequence[str]) -> list[tuple[str, list[bytes]]]:
        return [(id_, list(map(msgspec.msgpack.encode, similar.both(id_)))) for id_ in batch]

    for some in executors.share(compare, batches) if len(batches) > 1 else map(compare, batches):
        answers |= {id_: _Answer(depends[id_], *map(msgspec.Raw, rows)) for id_, rows in some}
    return {id_: answers[id_] for id_ in depends}


def dependencies(similar: Similar) -> Iterator[tuple[str, bytes]]:
    """Of each record the digest of all that its answer depends on.

    That is what is compared of it, the words that may be shown, and what is compared of each record that its telling
    terms and its fields lead to.
    """
    fields, texts = similar.fields, similar.texts
    compared = {
        record: key(content, _ENCODER.encode(texts.vectors.get(record, {})))
        for record, content in zip(fields.traits, fields.content(), strict=True)
    }
    by_term = {term: _joined(compared[other] for other, _ in held) for term, held in texts.holders.items()}
    by_fields = {names: _joined(map(compared.__getitem__, newest)) for names, newest in fields.newest.items()}
    for record, own in compared.items():
        words = "\0".join(texts.forms[term] for term in texts.vectors.get(record, {}))
        found = (by_fields.get((kind, *names), b"-") for names in fields.keys(record) for kind in COMPARED)
        yield record, key(own, words, *(by_term[term] for term in texts.telling(record)), *found)


_ENCODER = msgspec.msgpack.Encoder()


def _joined(digests: Iterable[bytes]) -> bytes:
    return key(b"".join(digests))


def _kept(store: ResultStore, name: bytes | None) -> bytes | None:
    return store.get([name]).get(name) if name is not None else None


def _compared(projection: Projection) -> list[SearchDocument]:
    """What is compared of each review and lesson."""
    found = (document for document in documents(projection, lambda record: "") if document.kind in COMPARED)
    return [compared_alone(document) for document in found]
