"""Projections without files: short constructors for the tests of the insight room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.insight.figures import Figure
from mkdocs_pir.insight.windows import Window
from mkdocs_pir.kb.model import Action, Incident, Initiated, Pir, Recommendation, Record, Response, Times

AS_OF = date(2026, 9, 30)


def day(text: str) -> date:
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    """A stamp: a day alone means its midnight; without an offset it is UTC."""
    stamp = datetime.fromisoformat(text)
    return stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)


def dates(fields: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The fields, those that are days turned from text into dates."""
    return {k: day(v) if k in names and isinstance(v, str) else v for k, v in fields.items()}


def review(id: str, start: str = "", end: str = "", *, decided: str = "", **fields: Any) -> Pir:
    """A review whose impact lasted from `start` to `end`; further stamps and days by their names."""
    stamps = {name: moment(fields.pop(name)) for name in ("detected", "acknowledged", "mitigated") if name in fields}
    if start:
        stamps["impact_start"] = moment(start)
    if end:
        stamps["resolved"] = moment(end)
    base: dict[str, Any] = {"client": "acme", "services": ("mail",), "status": "closed", "title": f"Review {id}"}
    days = {name: day(fields.pop(name)) for name in ("began_on", "resolved_on") if name in fields}
    if decided:
        base["initiated"] = Initiated(on=day(decided))
    return Pir(id=id, times=Times(**stamps, **days), **{**base, **fields})


def action(id: str, status: str = "open", **fields: Any) -> Action:
    return Action(id=id, status=status, **dates(fields, "created", "due", "completed", "verified"))


def recommendation(id: str, status: str, issued: str | None = None, **fields: Any) -> Recommendation:
    return Recommendation(
        id=id, status=status, issued=day(issued) if issued else None, **dates(fields, "decided", "adopted")
    )


def incident(id: str, opened: str, resolved: str = "", cause: str = "change/cert", **fields: Any) -> Incident:
    """A row of the register; `days` are its columns with a day alone."""
    base = {"client": "acme", "service": "mail", **fields}
    return Incident(id=id, opened=moment(opened), resolved=moment(resolved) if resolved else None, cause=cause, **base)


def response(on: str, score: float | None, reference: str, scale: float = 5, client: str = "acme") -> Response:
    return Response(date=day(on), client=client, scale=scale, reference=reference, score=score)


def project(
    *records: Record,
    incidents: Iterable[Incident] = (),
    responses: Iterable[Response] = (),
    as_of: date = AS_OF,
    edition: str = "internal",
    targets: Mapping[str, float] | None = None,
) -> Projection:
    kinds: dict[str, dict[str, Record]] = {}
    for record in sorted(records, key=lambda r: r.id):
        kinds.setdefault(record.kind, {})[record.id] = record
    return Projection(
        edition=Edition.parse(edition),
        as_of=as_of,
        site_name="Test",
        records=kinds,
        incidents=tuple(incidents),
        responses=tuple(responses),
        targets=targets or {},
    )


def figure(
    projection: Projection,
    name: str,
    *,
    client: str | None = None,
    service: str | None = None,
    window: Window | None = None,
) -> Figure:
    """One KPI of a projection."""
    return Insight(projection).kpis.figure(name, client=client, service=service, window=window)


def figures(projection: Projection) -> dict[str, Figure]:
    """Every KPI of a projection by name."""
    return Insight(projection).kpis.figures()
