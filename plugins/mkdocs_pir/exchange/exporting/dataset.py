"""The data set: every figure of an edition as flat tables in one JSON document, for spreadsheets and BI tools.

Its form is `schemas/figures.schema.json`. A field may be added within a major version; what is there keeps its name
and meaning.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.exchange.exporting import export_tables
from mkdocs_pir.exchange.exporting.export_table import json_lines
from mkdocs_pir.exchange.exporting.export_tables import PathOf, every_figure
from mkdocs_pir.insight import accountability, action_items, figure_rows, recurrence
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.insight.groups import Group
from mkdocs_pir.insight.kpis import KPIS, Figure
from mkdocs_pir.kb import schema

VERSION = "1.0"
FOLDER = "data/v1"
PATH = f"{FOLDER}/figures.json"
SCHEMA_PATH = f"{FOLDER}/figures.schema.json"
SCHEMA = "figures"


def dataset(insight: Insight, path_of: PathOf) -> dict[str, Any]:
    """All figures of an edition."""
    projection, recurrences = insight.projection, insight.recurrences
    figures = tuple(every_figure(insight))
    return {
        "version": VERSION,
        "edition": str(projection.edition),
        "site": projection.site_name,
        "as_of": projection.as_of.isoformat(),
        "kpis": [figure_rows.kpi_row(KPIS[name]) for name in insight.kpis.names],
        "figures": [figure_rows.figure_row(figure) for figure in figures],
        "trend": [{**figure_rows.scope(f), **point} for f in figures for point in figure_rows.trend_rows(f)],
        "rows": [{"kpi": f.name, **row} for f in figures if _whole(f) for row in figure_rows.counted_rows(f)],
        "excluded": [{"kpi": f.name, **row} for f in figures if _whole(f) for row in figure_rows.excluded_rows(f)],
        "actions": _actions(projection, path_of, insight.action_items),
        "action_months": [
            {**_span(m), "opened": m.opened, "closed": m.closed, "backlog": m.backlog, "incomplete": m.incomplete}
            for m in insight.flow.months
        ],
        "action_ages": [
            {"from": b.low, "to": b.high, "count": b.count} for b in action_items.histogram(insight.action_items)
        ],
        "effects": [
            {
                "action": e.item.id,
                "verified": _day(e.item.verified),
                "returned": e.returned.id if e.returned else None,
                "returned_pir": (e.returned.pir or None) if e.returned else None,
                "days": e.days,
                "watched": e.watched,
            }
            for e in insight.effects
        ],
        "causes": [_group(g) for g in recurrences.causes.values()],
        "families": [_group(g) for g in recurrences.families.values()],
        "services": [_group(g) for g in recurrences.services.values()],
        "cause_by_service": _heat(insight.heat),
        "repeats": [_account(account) for account in insight.accounts],
        "repeat_summary": _summary(insight.repeats_in_figures),
        "lessons": _lessons(insight),
    }


def as_text(data: Mapping[str, Any]) -> str:
    """The document as JSON, one row a line: fit for a diff, and for a stream."""
    parts = []
    for key, value in data.items():
        parts.append(f" {_json(key)}: {json_lines(value, ' ') if isinstance(value, list) else _json(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _json(value: Any) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode()


def published(data: Mapping[str, Any]) -> dict[str, bytes]:
    """The document and its schema by their paths in the site."""
    return {
        PATH: as_text(data).encode(),
        SCHEMA_PATH: (json.dumps(schema.load(SCHEMA), indent=2, ensure_ascii=False) + "\n").encode(),
    }


def _actions(projection: Projection, path_of: PathOf, items: Iterable[action_items.ActionItem]) -> list[dict[str, Any]]:
    columns, rows = export_tables.action_rows(projection, path_of, items)
    return [{name: row.get(name) for name in columns} for row in rows]


def _whole(figure: Figure) -> bool:
    return not figure.client and not figure.service


def _span(month: action_items.Month) -> dict[str, Any]:
    return {"label": month.label, "start": month.start.isoformat(), "end": month.end.isoformat()}


def _group(group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "label": group.label,
        "incidents": group.count,
        "minutes": group.minutes,
        "unmeasured": group.unmeasured,
        "repeats": len(group.repeats),
        "pirs": len(group.pirs),
        "contributed": len(group.contributed),
        "lessons": len(group.lessons),
        "actions": len(group.actions),
        "first": _day(group.first),
        "last": _day(group.last),
        "intervals": list(group.intervals),
        "tendency": group.tendency or None,
    }


def _heat(heat: recurrence.Heat) -> list[dict[str, Any]]:
    return [
        {"cause": cause, "service": service, "incidents": number}
        for cause, numbers in zip(heat.causes, heat.rows, strict=True)
        for service, number in zip(heat.services, numbers, strict=True)
        if number
    ]


def _account(account: accountability.RepeatAccount) -> dict[str, Any]:
    repeat = account.repeat
    now, before = repeat.occurrence, repeat.earlier
    return {
        "id": now.id,
        "pir": now.pir or None,
        "date": _day(now.day),
        "client": now.client or None,
        "services": list(now.services),
        "cause": now.cause or None,
        "earlier": before.id,
        "earlier_pir": before.pir or None,
        "days": repeat.days,
        "declared": repeat.declared,
        "likely": repeat.likely,
        "counted": repeat.counted,
        "preventable": account.preventable,
        "reasons": list(account.reasons),
        "actions": [{"id": a.id, "state": a.state, "days": a.days, "relevant": a.relevant} for a in account.actions],
        "lessons": [{"id": x.id, "status": x.status or None, "cited": x.cited} for x in account.lessons],
        "declined": [{"id": d.id, "date": d.on.isoformat(), "relevant": d.relevant} for d in account.declined],
    }


def _summary(total: accountability.AccountSummary) -> dict[str, int]:
    return {name: getattr(total, name) for name in total.__struct_fields__}


def _lessons(insight: Insight) -> list[dict[str, Any]]:
    lives = insight.lives
    return [
        {
            "id": lesson.id,
            "title": lesson.label,
            "status": lesson.status or None,
            "applied": _day(lesson.applied_on),
            "verified": _day(lesson.verified_on),
            "known": _day(lives[lesson.id].known),
            "despite": [o.id for o in lives[lesson.id].despite],
            "cited": list(lives[lesson.id].cited),
            "due": lives[lesson.id].due or None,
        }
        for lesson in insight.projection.lessons.values()
    ]


def _day(day: Any) -> str | None:
    return day.isoformat() if day is not None else None
