"""The facts of a review: labels and values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from mkdocs_pir.insight.waits import by_party, waits_of
from mkdocs_pir.kb.model import Pir, Times
from mkdocs_pir.site.value_formats import STAMPS, noticed_by, role, span
from mkdocs_pir.site.views import record_rows
from mkdocs_pir.site.views.components import ExternalLink, Fact, Prose, Value, When
from mkdocs_pir.site.views.edition_context import EditionContext


def facts_of(edition: EditionContext, pir: Pir) -> tuple[Fact, ...]:
    """The facts that a reader looks for first. "Not recorded" is shown only if the process requires the field by now."""
    reached = edition.internal and pir.status not in ("draft", "investigation", "archived")
    missing = "not recorded" if reached else ""
    noticed = noticed_by(pir.detection.by, edition.projection.edition.addressee)
    facts = [
        # in its own edition every review is the client's
        Fact("Client", edition.links([pir.client]) or edition.names([pir.client]) if edition.internal else ()),
        Fact("Services", edition.links(pir.services), missing),
        Fact(
            "Severity",
            record_rows.severity(pir.severity),
            missing,
            note=f"priority {pir.priority}" if pir.priority else "",
        ),
        Fact("Began", began_values(pir.times), missing),
        *_durations(pir),
        Fact("Restored on", (pir.times.resolved_on,) if pir.times.resolved_on and not pir.times.resolved else ()),
        Fact("Waited for", waits_in_words(pir)),
        Fact("Noticed by", (noticed,) if noticed else ()),
        Fact("People affected", (f"{pir.impact.users:,}",) if pir.impact.users is not None else ()),
        Fact("Service level", _service_level(pir)),
        Fact("Trigger", edition.links([pir.trigger]), missing if not pir.trigger else ""),
        Fact("Contributing factors", edition.links(pir.contributing_factors)),
        Fact("Incident", pir.incidents, missing),
        Fact("Problem", edition.links([pir.problem])),
        Fact("Changes", pir.changes),
        Fact("Root cause", (Prose(pir.root_cause),) if pir.root_cause else (), wide=True),
    ]
    return tuple(fact for fact in facts if fact.values or fact.missing)


def began_values(times: Times) -> tuple[Value, ...]:
    """When the impact began, or the day where no time of it is known."""
    if times.impact_start is not None:
        return (When(times.impact_start, clock=True),)
    return (times.began_on,) if times.began_on is not None else ()


def resolved_values(times: Times) -> tuple[Value, ...]:
    """When the service was restored, or the day where no time of it is known."""
    if times.resolved is not None:
        return (When(times.resolved, clock=True),)
    return (times.resolved_on,) if times.resolved_on is not None else ()


def _durations(pir: Pir) -> Iterator[Fact]:
    """Times from the start of the impact, as the KPIs measure them."""
    for stamp in pir.times.ORDER[1:]:
        length = pir.times.between("impact_start", stamp)
        if length is not None and length >= timedelta(0):
            yield Fact(f"{STAMPS[stamp]} after", (span(length) if length else "no delay",))


def waits_in_words(pir: Pir) -> tuple[str, ...]:
    """Who or what was waited for, and how long."""
    return tuple(f"{who}, {span(total)}" if total else who for who, _, total in by_party(waits_of(pir)))


def _service_level(pir: Pir) -> tuple[Value, ...]:
    breached = pir.impact.sla_breached
    return () if breached is None else ("missed" if breached else "kept",)


def more_facts(edition: EditionContext, pir: Pir) -> tuple[Fact, ...]:
    """The facts that are needed less often."""
    decided: list[Value] = []
    if pir.initiated is not None:
        by = role(pir.initiated.by, edition.roles) if pir.initiated.by else ""
        decided = [
            *([by] if by else []),
            *([pir.initiated.on] if pir.initiated.on else []),
            *([Prose(pir.initiated.reason)] if pir.initiated.reason else []),
        ]
    facts = [
        Fact("Review decided", tuple(decided)),
        Fact("Release approved", record_rows.released(edition, pir.release)),
        Fact("Why not noticed sooner", (Prose(pir.detection.gap),) if pir.detection.gap else (), wide=True),
        Fact("Symptoms", record_rows.symptoms(pir.symptoms), wide=True),
        Fact("References", tuple(ExternalLink(url, url.partition("://")[2]) for url in pir.references), wide=True),
        Fact("Tags", pir.tags),
    ]
    return tuple(fact for fact in facts if fact.values)
