"""The export tables of an edition: action items, records, incidents and KPIs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from mkdocs_pir.editions.policy import visible_columns
from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.exchange.exporting.export_table import CalendarEvent, ExportTable, FeedEntry
from mkdocs_pir.insight import figure_words
from mkdocs_pir.insight.action_items import ActionItem
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.insight.figure_rows import figure_row
from mkdocs_pir.insight.kpis import Figure
from mkdocs_pir.insight.occurrences import began
from mkdocs_pir.insight.windows import utc_day
from mkdocs_pir.kb.action_states import STATES
from mkdocs_pir.kb.client_fields import specification
from mkdocs_pir.kb.kept_sections import as_plain
from mkdocs_pir.kb.model import Incident, Lesson, Pir, Record
from mkdocs_pir.kb.statuses import CLOSED
from mkdocs_pir.kb.thresholds import SOON_DAYS

PathOf = Callable[[Record], str]
"""Where the page of a record is in the site."""

ACTION_COLUMNS = (
    "id",
    "title",
    "state",
    "owner",
    "due",
    "days_late",
    "client",
    "services",
    "causes",
    "pir",
    "type",
    "priority",
    "created",
    "completed",
    "verified",
    "done_when",
    "tracker",
    "url",
)


def actions(
    projection: Projection, path_of: PathOf, items: Sequence[ActionItem], title: str = "Action items"
) -> ExportTable:
    """The table of some action items, in the order given; its calendar has the open ones with a due date."""
    columns, rows = action_rows(projection, path_of, items)
    paths = {item.id: str(row["url"]) for item, row in zip(items, rows, strict=True)}
    return ExportTable(
        title=title,
        columns=columns,
        rows=rows,
        entries=tuple(
            FeedEntry(
                item.id,
                f"{STATES[item.state]}: {item.title}" if item.state in STATES else item.title,
                _action_text(projection, item),
                paths[item.id],
                stands_since(item, projection.as_of),
                (item.state,),
            )
            for item in items
        ),
        events=tuple(
            CalendarEvent(
                item.id,
                f"Due: {item.title}",
                _action_text(projection, item),
                paths[item.id],
                item.due,
                task=True,
                tags=(item.owner,) if item.owner else (),
            )
            for item in items
            if item.due is not None and item.is_open
        ),
    )


def action_rows(
    projection: Projection, path_of: PathOf, items: Iterable[ActionItem]
) -> tuple[tuple[str, ...], tuple[dict[str, Any], ...]]:
    """The columns that an edition shows of action items, and a row for each item."""
    columns: tuple[str, ...] = ACTION_COLUMNS
    if not projection.edition.internal:
        spec = specification("pir", projection.client_fields)["properties"]["actions"]["items"]["properties"]
        columns = tuple(c for c in columns if c not in spec or spec[c].get("x-audience") == "client")
    pirs = projection.pirs
    return columns, tuple(_action(item, f"{path_of(pirs[item.pir])}#{item.action.id}") for item in items)


def _action(item: ActionItem, path: str) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(item, name) for name in ACTION_COLUMNS if hasattr(item, name)}
    return {**values, "done_when": item.action.done_when, "url": path}


def _action_text(projection: Projection, item: ActionItem) -> str:
    owed = f"due {item.due.isoformat()}" if item.due is not None and item.is_open else ""
    parts = [item.id, item.owner, owed, projection.label(item.client) if item.client else "", item.pir_title]
    done_when = f" Done when: {item.action.done_when.rstrip('.')}." if item.action.done_when else ""
    return f"{', '.join(part for part in parts if part)}.{done_when}"


def stands_since(item: ActionItem, as_of: date) -> date:
    """The day since which an action has its state, as far as its dates are recorded.

    For an overdue one it is the day after its due date. It is `as_of` where no date is recorded, and never later.
    """
    days = [item.created]
    if item.state in CLOSED:
        days += [item.completed, item.verified if item.state == "verified" else None]
    elif item.due is not None:
        days += [item.due + timedelta(days=1), item.due - timedelta(days=SOON_DAYS)]
    return max((day for day in days if day is not None and day <= as_of), default=as_of)


RECORD_COLUMNS = ("kind", "id", "title", "status", "client", "services", "date", "severity", "url")


def records(projection: Projection, path_of: PathOf, *, body: bool = True) -> ExportTable:
    """The table of all records: rows with the fields that kinds share, JSON with every field that the edition shows.

    The text below the front matter is left out of the JSON unless `body`.
    """
    rows, whole, entries, events = [], [], [], []
    for by_id in projection.records.values():
        for record in by_id.values():
            path, day = path_of(record), _day_of(record)
            rows.append(
                {
                    "kind": record.kind,
                    "id": record.id,
                    "title": record.label,
                    "status": getattr(record, "status", "") or None,
                    "client": getattr(record, "client", "") or None,
                    "services": getattr(record, "services", ()),
                    "date": day,
                    "severity": getattr(record, "severity", "") or None,
                    "url": path,
                }
            )
            whole.append(_whole(record, path, body, projection.edition.internal))
            if day is not None and day <= projection.as_of and isinstance(record, Pir | Lesson):
                text = record.impact.summary if isinstance(record, Pir) else record.lesson
                entries.append(FeedEntry(record.id, record.label, text or record.label, path, day, (record.kind,)))
            events += _events(record, path)
    return ExportTable("Reviews and lessons", RECORD_COLUMNS, tuple(rows), tuple(entries), tuple(events), tuple(whole))


def _day_of(record: Record) -> date | None:
    if isinstance(record, Pir):
        at = began(record)
        return utc_day(at) if at is not None else None
    if isinstance(record, Lesson):
        return record.verified_on or record.applied_on or record.validated_on
    return None


def _events(record: Record, path: str) -> list[CalendarEvent]:
    if isinstance(record, Pir) and record.times.impact_start is not None:
        end = record.times.resolved
        start = record.times.impact_start
        return [
            CalendarEvent(
                record.id, record.label, record.impact.summary, path, start, end if end and end >= start else None
            )
        ]
    if isinstance(record, Lesson) and record.review_by is not None and record.status != "superseded":
        return [CalendarEvent(record.id, f"Look again: {record.label}", record.lesson, path, record.review_by)]
    return []


def _whole(record: Record, path: str, body: bool, internal: bool) -> msgspec.Raw:
    """All fields of a record that are not empty, as JSON: as objects they take more memory than all records."""
    shown = record if body else msgspec.structs.replace(record, preamble="", sections=())
    fields = _filled(msgspec.to_builtins(shown, enc_hook=as_plain), internal)
    return msgspec.Raw(msgspec.json.encode({"kind": record.kind, **fields, "url": path}, enc_hook=str))


def _filled(value: Any, internal: bool) -> Any:
    """A value without empty fields, and for a client without the audience."""
    if isinstance(value, dict):
        left_out = {"line"} if internal else {"line", "audience"}
        fields = {k: _filled(v, internal) for k, v in value.items() if k not in left_out}
        return {k: v for k, v in fields.items() if v or v == 0}
    return [_filled(v, internal) for v in value] if isinstance(value, list | tuple) else value


def incidents(projection: Projection, path_of: PathOf) -> ExportTable:
    """The table of the incident register."""
    columns: tuple[str, ...] = tuple(name for name in Incident.__struct_fields__ if name != "days")
    if not projection.edition.internal:
        open_to_clients = visible_columns("incident", projection.client_fields)
        columns = tuple(c for c in columns if c in open_to_clients)
    every = sorted(projection.incidents, key=lambda i: (i.opened, i.id))
    paths = {pir.id: path_of(pir) for pir in projection.pirs.values()}
    until_now = [i for i in every if utc_day(i.opened) <= projection.as_of]
    return ExportTable(
        "Incidents",
        (*columns, "url"),
        tuple(
            {
                **{c: _cell(i, c) for c in columns},
                "url": paths.get(i.pir),
            }
            for i in every
        ),
        tuple(
            FeedEntry(i.id, _incident(projection, i), _incident(projection, i), paths.get(i.pir, "reviews.html"),
                  utc_day(i.opened), (i.severity,) if i.severity else ())
            for i in until_now
        ),
        tuple(
            CalendarEvent(i.id, _incident(projection, i), "", paths.get(i.pir, "reviews.html"), _cell(i, "opened"),
                  i.resolved if (lasted := i.lasted) is not None and lasted >= timedelta() else None)
            for i in until_now
        ),
    )  # fmt: skip


def _cell(incident: Incident, column: str) -> Any:
    """The value of a column, None where it is empty; a day where only that is known."""
    value = getattr(incident, column)
    if column in incident.days:
        return value.date()
    return value if value != "" else None


def _incident(projection: Projection, incident: Incident) -> str:
    parts = (incident.id, incident.severity, projection.label(incident.service) if incident.service else "")
    return ", ".join(part for part in parts if part)


KPI_COLUMNS = (
    "name",
    "client",
    "service",
    "window_start",
    "window_end",
    "numerator",
    "denominator",
    "value",
    "n",
    "unit",
    "target",
    "met",
    "small",
    "previous_value",
    "previous_n",
    "median",
    "p90",
    "mean",
    "url",
)


def kpis(insight: Insight) -> ExportTable:
    """The table of KPIs for the whole edition, and by client and by service where there are data."""
    figures = tuple(every_figure(insight))
    whole = [figure for figure in figures if not figure.client and not figure.service]
    return ExportTable(
        "KPIs",
        KPI_COLUMNS,
        tuple(_kpi(figure) for figure in figures),
        tuple(
            FeedEntry(
                f"kpi/{f.name}",
                f.title,
                f"{f.window.label}: {figure_words.summary(f)}",
                f"kpis/{f.name}.html",
                insight.projection.as_of,
                (f.name,),
            )
            for f in whole
        ),
    )


def every_figure(insight: Insight) -> Iterable[Figure]:
    """The figures of the whole, then those by client and by service that have data."""
    kpis = insight.kpis
    yield from kpis.figures().values()
    for name in kpis.names:
        parts = (*kpis.by_client(name).values(), *kpis.by_service(name).values())
        yield from (figure for figure in parts if figure.value is not None)


def _kpi(figure: Figure) -> dict[str, Any]:
    row = figure_row(figure)
    return {
        **row,
        "name": row["kpi"],
        "window_start": row["start"],
        "window_end": row["end"],
        **{name: row["beside"].get(name) for name in ("median", "p90", "mean")},
        "url": f"kpis/{figure.name}.html",
    }
