"""The cause catalogue: a page for each cause and each family of causes, and the list of all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from statistics import median

from mkdocs_pir.editions.policy import visible_columns
from mkdocs_pir.insight.action_items import ActionItem
from mkdocs_pir.insight.groups import Group, family
from mkdocs_pir.insight.quantities import count, duration
from mkdocs_pir.insight.recurrence import series
from mkdocs_pir.insight.tendency import LATEST
from mkdocs_pir.kb.model import Cause
from mkdocs_pir.site.charts import columns_over_time
from mkdocs_pir.site.urls import family_path, path_of
from mkdocs_pir.site.value_formats import ago, first_sentence, sentence, several
from mkdocs_pir.site.views import incident_pages, listing, record_rows, repeat_pages
from mkdocs_pir.site.views.body_sections import body_sections, preamble, references_to
from mkdocs_pir.site.views.components import (
    Cell,
    ChartFigure,
    Column,
    Empty,
    Fact,
    Link,
    PageView,
    Prose,
    Row,
    Table,
    When,
)
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.listing import Filter, ListDefinition, NamedView

CATALOGUE = "causes.html"

_QUARTERS = 12
TENDENCY: Mapping[str, str] = {
    "shortening": "more and more often",
    "lengthening": "less and less often",
    "steady": "no clear trend",
    "": "",
}
_TENDENCY = {
    "shortening": "Of late the time between incidents is getting shorter.",
    "lengthening": "Of late the time between incidents is getting longer.",
    "steady": "",
    "": "",
}


def pages(edition: EditionContext) -> Iterator[PageView]:
    """The catalogue and the pages of families. A family whose name is that of a cause has its page."""
    families: dict[str, list[Cause]] = defaultdict(list)
    for cause in edition.projection.causes.values():
        families[cause.family].append(cause)
    for name, causes in families.items():
        yield _family(edition, name, causes)
    yield from _catalogue(edition, families)


def family_name(family: str) -> str:
    """The name of a family: its id in words."""
    return family.replace("-", " ").capitalize()


def page(edition: EditionContext, cause: Cause) -> PageView:
    """The page of a cause."""
    group = edition.insight.recurrences.causes.get(cause.id) or Group(cause.id, cause.label)
    context = {
        **_context(edition, cause, group),
        "id": cause.id,
        "eyebrow": "Cause",
        "title": cause.label,
        "definition": cause.definition,
        "facts": _kept(
            Fact("Family", (Link(family_path(cause.family), family_name(cause.family)),)),
            *_history(edition, group),
            Fact("Look for", tuple(Prose(x) for x in cause.look_for), wide=True),
            Fact("Examples", tuple(Prose(x) for x in cause.examples), wide=True),
        ),
        "causes": Table("", (), ()),
    }
    description = first_sentence([cause.definition, cause.label])
    return PageView(path_of(cause), cause.label, "cause.html", context, description)


def _family(edition: EditionContext, family: str, causes: Sequence[Cause]) -> PageView:
    own = next((c for c in causes if c.id == family), None)
    group = edition.insight.recurrences.families.get(family) or Group(family, family_name(family))
    title = own.label if own is not None and own.name else family_name(family)
    others = [c for c in causes if c.id != family]
    context = {
        **_context(edition, own, group),
        "id": "",
        "eyebrow": "Family of causes",
        "title": title,
        "definition": own.definition if own is not None else "",
        "facts": _kept(*_history(edition, group)),
        "causes": _table(edition, others, f"Causes of the family {title}"),
    }
    description = f"{title}: {several([c.label for c in others[:4]]) or 'a family of causes'}."
    return PageView(family_path(family), title, "cause.html", context, description)


def _context(edition: EditionContext, cause: Cause | None, group: Group) -> dict[str, object]:
    """The values that the pages of a cause and of a family have in common: incidents, repeats, actions, lessons."""
    projection = edition.projection
    body = body_sections(cause, edition) if cause is not None else ()
    newest = sorted(group.pirs, key=lambda id_: (edition.days.get(id_, date.min), id_), reverse=True)
    lessons = [projection.lessons[x] for x in group.lessons if x in projection.lessons]
    waiting = [item for item in _by_id(edition, group.actions) if item.is_open]
    return {
        "lead": _lead(edition, group),
        "chips": record_rows.audience(edition, cause.audience) if cause is not None else (),
        "chart": _chart(edition, group),
        "preamble": preamble(cause, edition) if cause is not None else "",
        "texts": body,
        "reviews": record_rows.review_table(
            edition, [projection.pirs[x] for x in newest[: record_rows.SHOWN]], "Reviews of incidents it triggered"
        ),
        "contributed": record_rows.review_table(
            edition,
            [projection.pirs[x] for x in group.contributed[: record_rows.SHOWN]],
            "Reviews in which it played a part",
        ),
        "repeats": repeat_pages.repeats_of(edition, group.repeats, record_rows.SHOWN),
        "actions": tuple(record_rows.action_row(edition, item, review=True) for item in waiting[: record_rows.SHOWN]),
        "lessons": record_rows.lesson_table(edition, lessons[: record_rows.SHOWN], "Lessons that address it"),
        "empty": Empty("Nothing is recorded under this cause yet.")
        if not (group.count or group.pirs or group.contributed)
        else None,
        "refers": references_to(edition, cause.id, {*group.pirs, *group.contributed, *group.lessons})
        if cause is not None
        else (),
        "anchors": tuple(text.anchor for text in body),
    }


def _by_id(edition: EditionContext, ids: Iterable[str]) -> list[ActionItem]:
    wanted = frozenset(ids)
    reviews = dict.fromkeys(i.rpartition("-")[0] for i in sorted(wanted))
    return [item for pir in reviews for item in edition.insight.action_items_of.get(pir, ()) if item.id in wanted]


def _lead(edition: EditionContext, group: Group) -> str:
    """In a sentence: how many incidents it caused, when the last was, and whether the intervals get shorter."""
    if not group.count:
        return f"It played a part in {count(len(group.contributed), 'review')}." if group.contributed else ""
    text = f"It triggered {count(group.count, 'incident')}"
    if group.minutes:
        text += f" with {duration(group.minutes)} of impact"
    if group.last is not None:
        text += f", the last one {ago(group.last, edition.as_of)}"
    if group.repeats:
        text += f"; {count(len(group.repeats), 'repeat')} among them"
    return f"{text}. {_TENDENCY[group.tendency]}".strip()


def _history(edition: EditionContext, group: Group) -> Iterator[Fact]:
    yield Fact("First seen", (When(group.first, ago=True),) if group.first else ())
    yield Fact("Last seen", (When(group.last, ago=True),) if group.last else ())
    if group.intervals:
        since = f"; {count((edition.as_of - group.last).days, 'day')} without one since" if group.last else ""
        between = ", ".join(f"{days:,}" for days in group.intervals[-LATEST:])
        yield Fact("Days between", (between,), note=f"most recent last{since}")


def _chart(edition: EditionContext, group: Group) -> ChartFigure | None:
    periods = series(group.occurrences, edition.as_of, by="quarter", count=_QUARTERS)
    chart = columns_over_time(
        "Incidents by quarter",
        f"Incidents triggered by {group.label}, by the quarter in which they began.",
        [p.label for p in periods],
        [p.count for p in periods],
        names=("Incidents", "", ""),
        incomplete_last=bool(periods) and periods[-1].incomplete,
        paths=[[incident_pages.list_of_cause(group.id, quarter=incident_pages.quarter(p.start)) for p in periods]],
    )
    return ChartFigure(chart) if chart is not None else None


def _table(edition: EditionContext, causes: Iterable[Cause], caption: str) -> Table:
    rows = []
    for cause in causes:
        group = edition.insight.recurrences.causes.get(cause.id) or Group(cause.id, cause.label)
        rows.append(
            Row(
                (
                    Cell((cause.label,), sub=first_sentence([cause.definition], 140), id=cause.id),
                    Cell((group.count,) if group.count else (), sort=str(group.count)),
                    Cell((len(group.repeats),) if group.repeats else (), sort=str(len(group.repeats))),
                    Cell((len(group.contributed),) if group.contributed else (), sort=str(len(group.contributed))),
                    Cell((len(group.lessons),) if group.lessons else (), sort=str(len(group.lessons))),
                    Cell((group.last,) if group.last else (), sort=group.last.isoformat() if group.last else "0"),
                ),
                path_of(cause),
            )
        )
    rows.sort(key=lambda row: -int(row.cells[1].sort))
    columns = (
        Column("Cause", "title"),
        Column("Incidents", "number", "incidents:"),
        Column("Repeats", "number", "repeats:"),
        Column("Contributed to", "number", "contributed to:"),
        Column("Lessons", "number", "lessons:"),
        Column("Last seen", "date", "last"),
    )
    return Table(caption, columns, tuple(rows))


def _catalogue(edition: EditionContext, families: Mapping[str, Sequence[Cause]]) -> Iterator[PageView]:
    """The list of all causes, those with the most incidents first."""
    known = edition.insight.recurrences.causes
    groups = [known.get(c.id) or Group(c.id, c.label) for causes in families.values() for c in causes]
    groups.sort(key=lambda group: (-group.count, -len(group.contributed), group.label))
    filters = [
        Filter[Group]("family", "Family", lambda g: [family(g.id)], family_name),
        *(
            [Filter[Group]("client", "Client", lambda g: edition.known(o.client for o in g.occurrences), edition.name)]
            if edition.internal
            else []
        ),
        Filter(
            "service", "Service", lambda g: edition.known(s for o in g.occurrences for s in o.services), edition.name
        ),
        Filter("repeats", "Repeats", lambda g: ["yes" if g.repeats else "no"], _REPEATS.__getitem__),
        Filter("comes", "It comes", lambda g: [g.tendency], TENDENCY.__getitem__),
        Filter("lessons", "Lessons", lambda g: ["some" if g.lessons else "none"], _LESSONS.__getitem__),
    ]
    number, happened = len(groups), sum(bool(group.count) for group in groups)
    yield from listing.pages(
        ListDefinition(
            "causes",
            "Causes",
            "cause",
            filters,
            lambda found, caption: _list(edition, found, caption),
            f"{count(number, 'cause')} in {count(len(families), 'family', 'families')}, {happened:,} of them with an incident. "
            f"{counted_here(edition)}".rstrip()
            if number
            else "",
            Empty(
                "The causes that reviews choose from will be listed here.",
                'pir new cause --family change --name "Expired certificate"' if edition.internal else "",
            ),
            sentence("the cause catalogue with what happened under each cause"),
            views=(
                NamedView("Coming back", {"repeats": ["yes"]}),
                NamedView("Coming back more often", {"comes": ["shortening"]}),
                NamedView("Coming back, without a lesson", {"repeats": ["yes"], "lessons": ["none"]}),
            ),
            also=(Link("recurring.html", "Recurring causes"),) if edition.insight.recurrences.repeats else (),
        ),
        groups,
    )


def counted_here(edition: EditionContext) -> str:
    """Which of a client's incidents the figures of causes count, in a sentence; empty where they count all."""
    if edition.internal or "cause" in visible_columns("incident", edition.projection.client_fields):
        return ""
    every = edition.insight.recurrences.occurrences
    reviewed = sum(bool(one.pir) for one in every)
    if reviewed == len(every):
        return ""
    return f"Only incidents with a review that you see are counted: {reviewed:,} of your {len(every):,}."


_REPEATS = {"yes": "Came back", "no": "Did not come back"}
_LESSONS = {"some": "With a lesson", "none": "Without a lesson"}


def _list(edition: EditionContext, groups: Iterable[Group], caption: str) -> Table:
    rows = []
    for group in groups:
        cause = edition.projection.causes[group.id]
        every = median(group.intervals) if group.intervals else None
        cells = (
            Cell((cause.label,), sub=first_sentence([cause.definition], 140), id=cause.id),
            Cell((Link(family_path(cause.family), family_name(cause.family)),), sort=cause.family),
            _number(group.count),
            Cell((duration(group.minutes),) if group.minutes else (), sort=f"{group.minutes:012.0f}"),
            _number(len(group.repeats)),
            Cell((count(round(every), "day"),) if every is not None else (), sort=f"{every or 0:09.1f}"),
            Cell((TENDENCY[group.tendency],) if group.tendency else ()),
            Cell((group.last,) if group.last else (), sort=group.last.isoformat() if group.last else "0"),
            _number(len(group.lessons)),
            _number(len(group.actions)),
            _number(len(group.contributed)),
        )
        rows.append(Row(cells, path_of(cause)))
    columns = (
        Column("Cause", "title"),
        Column("Family"),
        Column("Incidents", "number", "incidents:", total="sum"),
        Column("Impact", "number", "impact:"),
        Column("Repeats", "number", "repeats:", total="sum"),
        Column("Typically every", "number", "every", optional=True),
        Column("Comes back", "text", "comes back", optional=True),
        Column("Last", "date", "last"),
        Column("Lessons", "number", "lessons:"),
        Column("Actions", "number", "actions:", optional=True),
        Column("Contributed to", "number", "contributed to:", optional=True),
    )
    return Table(caption, columns, tuple(rows))


def _number(number: int) -> Cell:
    return Cell((f"{number:,}",) if number else (), sort=str(number))


def _kept(*facts: Fact) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact.values or fact.missing)
