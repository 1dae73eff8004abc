"""Look-ups for the pages of an edition, each made once, so that a page does not take longer the more records there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import TypeVar

from msgspec import Struct

from mkdocs_pir.editions.encoded_values import digest_of, know_without_bodies
from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.exchange.exporting.feeds import Feed, feeds
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.insight.occurrences import began
from mkdocs_pir.kb.model import Lesson, Pir, ProblemRecord, Record
from mkdocs_pir.kb.process import Module, Step
from mkdocs_pir.kb.statuses import CLOSED
from mkdocs_pir.search import similar
from mkdocs_pir.search.likely_repeats import LikelyRepeat, likely_repeats
from mkdocs_pir.site import diagrams
from mkdocs_pir.site.charts import Chart
from mkdocs_pir.site.link_targets import LinkTarget, LinkTargets
from mkdocs_pir.site.urls import pdf_path
from mkdocs_pir.site.value_formats import utc_day
from mkdocs_pir.site.views.components import Link
from mkdocs_pir.store.result_store import ResultStore, key

R = TypeVar("R", bound=Record)

Groups = Mapping[str, tuple[str, ...]]


SIMILAR_SHOWN = 4
"""The number of similar reviews and lessons that the pages of a review show at most."""


READ_BODIES = ("whole", "whole_projection", "releasable", "repeats_by_words")
"""What reads bodies of records. Everything else of an edition is the same where nothing but bodies changed."""


class ProcessMap(Struct, frozen=True):
    """The map of one step: where everything stands, and the drawing."""

    blueprint: diagrams.Blueprint
    chart: Chart


class EditionContext:
    """One edition with the look-ups that its pages need. Each is made on first use.

    The records of its `projection`, and all figures, are without bodies: those are read of `whole` records alone.

    `edit_template` gives the addresses at which records are edited (see `site.edit_links`), `client_sites` those of the
    clients' editions, with `{client}` for the id; a client's edition has neither. `paper` is the size of the PDFs that
    are published with the pages; empty for none.
    """

    def __init__(
        self,
        projection: Projection,
        store: ResultStore | None = None,
        edit_template: str = "",
        client_sites: str = "",
        paper: str = "",
    ) -> None:
        """`projection` is that of the edition, with bodies."""
        self._whole = projection
        self.projection = projection.without_bodies()
        know_without_bodies(projection, self.projection)
        self.store = store or ResultStore(None)
        self.insight = Insight(self.projection)
        self.internal = projection.edition.internal
        self.edit_template = edit_template if self.internal else ""
        self.client_sites = client_sites if self.internal else ""
        self.paper = paper
        self.as_of = projection.as_of
        self.roles = projection.organisation.roles
        self._process_maps: dict[str, ProcessMap] = {}

    def with_bodies_of(self, projection: Projection) -> EditionContext:
        """The edition of a later projection; where only bodies changed, with the look-ups and figures of this one."""
        later = EditionContext(projection, self.store, self.edit_template, self.client_sites, self.paper)
        if later.projection == self.projection:
            vars(later).update(
                {n: value for n, value in vars(self).items() if n not in ("_whole", "projection", *READ_BODIES)}
            )
        return later

    @cached_property
    def digest(self) -> bytes:
        """The digest of everything that can be read of the edition, besides bodies."""
        return key(digest_of(self.projection), self.edit_template, self.client_sites, self.paper)

    @property
    def whole_projection(self) -> Projection:
        """The projection with all bodies."""
        return self._whole

    def whole(self, id: str) -> Record | None:
        """A record with its body."""
        return self._whole.find(id)

    def releasable(self, id: str) -> Pir | None:
        """A review under way, with its body, as its client would see it if it were released now."""
        return self._whole.releasable.get(id)

    @cached_property
    def targets(self) -> LinkTargets:
        return LinkTargets(self.projection)

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """The ids of records that people use, by the paths of their pages."""
        found = (self.targets.find(id_) for records in self.projection.records.values() for id_ in records)
        return {target.path: target.id for target in found if target is not None and target.coded}

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """The content of each file of the edition by its path."""
        return {file.path: file.content for file in self.projection.files}

    @cached_property
    def related(self) -> similar.Answers:
        return similar.answers(self.projection, self.store, self.digest if self.store.is_open else b"")

    @cached_property
    def repeats_by_words(self) -> tuple[LikelyRepeat, ...]:
        """Likely repeats where no cause is set, the newest first; a hint for the provider, which no figure counts."""
        if not self.projection.edition.internal:
            return ()
        found = likely_repeats(self._whole.pirs, self._whole.synonyms)
        return tuple(sorted(found, key=lambda one: (self.days[one.review], one.review), reverse=True))

    @cached_property
    def feeds(self) -> Mapping[tuple[str, str], Feed]:
        """The feeds of actions by filter and value, such as `("owner", "network team")`."""
        return {(feed.filter, feed.value): feed for feed in feeds(self.projection, self.insight.action_items)}

    @cached_property
    def account_places(self) -> Mapping[tuple[str, str], int]:
        """The position of each repeat among the accounts, by its event and the earlier one."""
        pairs = ((one.repeat.occurrence.event, one.repeat.earlier.event) for one in self.insight.accounts)
        return {pair: place for place, pair in enumerate(pairs)}

    @cached_property
    def days(self) -> Mapping[str, date]:
        """The day on which each review's incident began, if a time is recorded."""
        starts = {pir.id: began(pir) for pir in self.projection.pirs.values()}
        return {id_: utc_day(stamp) for id_, stamp in starts.items() if stamp is not None}

    @cached_property
    def newest(self) -> tuple[Pir, ...]:
        """Every review, the newest incident first; those without a date at the end."""
        undated = date.min
        pirs = sorted(self.projection.pirs.values(), key=lambda p: p.id)
        return tuple(sorted(pirs, key=lambda p: self.days.get(p.id, undated), reverse=True))

    def drawn_on(self, lesson: Lesson) -> date | None:
        """The day of the newest incident that a lesson is drawn from."""
        return max((self.days[p] for p in lesson.learned_from if p in self.days), default=None)

    @cached_property
    def lessons(self) -> tuple[Lesson, ...]:
        """Every lesson, the one drawn from the newest incident first; superseded ones at the end."""

        def order(lesson: Lesson) -> tuple[bool, int, str]:
            last = self.drawn_on(lesson) or date.min
            return lesson.status == "superseded", -last.toordinal(), lesson.id

        return tuple(sorted(self.projection.lessons.values(), key=order))

    @cached_property
    def reviews_by_service(self) -> Groups:
        return self._grouped(self.newest, lambda p: p.services)

    @cached_property
    def reviews_by_client(self) -> Groups:
        return self._grouped(self.newest, lambda p: (p.client,))

    @cached_property
    def reviews_by_lesson(self) -> Groups:
        """For each lesson the reviews that draw it, the newest first."""
        return self._grouped(self.newest, lambda p: p.lessons)

    @cached_property
    def reviews_by_problem(self) -> Groups:
        return self._grouped(self.newest, lambda p: (p.problem,))

    @cached_property
    def lessons_by_service(self) -> Groups:
        return self._grouped(self.lessons, lambda x: x.services)

    @cached_property
    def problems(self) -> tuple[ProblemRecord, ...]:
        """Every problem: those still open first, then by id."""
        return tuple(sorted(self.projection.problems.values(), key=lambda p: (p.status in CLOSED, p.id)))

    @cached_property
    def problems_by_service(self) -> Groups:
        return self._grouped(self.problems, lambda p: p.services)

    @cached_property
    def needed_by(self) -> Groups:
        """For each service the services that depend on it."""
        return self._grouped(self.projection.services.values(), lambda s: s.depends_on)

    def similar_reviews(self, pir: Pir) -> tuple[similar.SimilarRecord, ...]:
        """The reviews most like this one, the best match first."""
        return self.related.pirs(pir.id, SIMILAR_SHOWN)

    def process_map(self, module: Module, step: Step) -> ProcessMap:
        """The map of a step of the process."""
        if step.id not in self._process_maps:
            blueprint = diagrams.blueprint(module, step)
            self._process_maps[step.id] = ProcessMap(blueprint, diagrams.process_map(blueprint))
        return self._process_maps[step.id]

    def target(self, id: str) -> LinkTarget | None:
        return self.targets.find(id) if id else None

    def link(self, id: str, text: str = "") -> Link | None:
        """A link to a record or an action by its id; None if it is not in this edition."""
        target = self.target(id)
        if target is None:
            return None
        return Link(target.path, text or target.label, id=target.id if target.coded and not text else "")

    def links(self, ids: Iterable[str]) -> tuple[Link, ...]:
        """Links to those of the ids that are in this edition, each once."""
        return tuple(link for id_ in dict.fromkeys(ids) if (link := self.link(id_)) is not None)

    def short(self, ids: Iterable[str]) -> tuple[Link, ...]:
        """The same for tables: the text is the id, or the name if people do not use the id; the title is shown on hover."""
        targets = [target for id_ in dict.fromkeys(ids) if (target := self.target(id_)) is not None]
        return tuple(Link(t.path, t.id if t.coded else t.label, hint=t.label if t.coded else "") for t in targets)

    def pdf(self, record: Record | None = None) -> Link | None:
        """A link to the PDF of a review, of a client's review pack, or without a record of the handbook; None without PDFs."""
        return Link(pdf_path(self.projection.edition, record), f"PDF, {self.paper}") if self.paper else None

    def name(self, id: str) -> str:
        """The title of the record with this id; empty if it is not in this edition."""
        target = self.target(id)
        return target.label if target is not None else ""

    def service_name(self, id: str) -> str:
        """The name of a service, or its id in words where a client's edition has it only from the client's own ticket."""
        return self.name(id) or f"{id[:1].upper()}{id[1:].replace('-', ' ')}"

    def manager(self, client: str) -> str:
        """Who manages the services of a client; empty where that is not recorded."""
        record = self.projection.clients.get(client)
        return record.manager if record is not None else ""

    def known(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Those of the ids that are in this edition."""
        return tuple(id_ for id_ in ids if self.target(id_) is not None)

    def names(self, ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for id_ in ids if (name := self.name(id_)))

    @staticmethod
    def _grouped(records: Iterable[R], keys: Callable[[R], Iterable[str]]) -> Groups:
        ids_by_key: dict[str, list[str]] = defaultdict(list)
        for record in records:
            for name in dict.fromkeys(keys(record)):
                if name:
                    ids_by_key[name].append(record.id)
        return {key: tuple(ids) for key, ids in ids_by_key.items()}
