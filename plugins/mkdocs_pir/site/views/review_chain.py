"""What happened before and again: the chain of incidents that a review is part of, and what stood against it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mkdocs_pir.insight.quantities import count
from mkdocs_pir.insight.recurrence import Occurrence, Repeat
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.site.value_formats import utc_day, with_short_days
from mkdocs_pir.site.views import record_rows
from mkdocs_pir.site.views.components import Chain, ChainLink, Link
from mkdocs_pir.site.views.edition_context import EditionContext

MOST = 6
"""The number of earlier and of later incidents that are shown at most; a page must not read the more the longer a chain."""

_AGREED_SHOWN = 4


def chain_of(edition: EditionContext, pir: Pir) -> Chain | None:
    """The chain of a review, the oldest incident first; None where it neither repeats nor was repeated."""
    recurrences = edition.insight.recurrences
    before, after = recurrences.before(pir.id), recurrences.again(pir.id)
    if not before and not after and edition.target(pir.recurrence_of) is None:
        return None
    # how each incident is known to repeat one before it, by its event
    repeats: dict[str, Repeat] = {}
    events: dict[str, Occurrence] = {}
    reviews = [pir.id]
    for id_ in reviews:
        if len(events) < MOST:
            for repeat in recurrences.before(id_):
                repeats.setdefault(repeat.occurrence.event, repeat)
                events.setdefault(repeat.earlier.event, repeat.earlier)
                reviews += [repeat.earlier.pir] if repeat.earlier.pir not in ("", *reviews) else []
    most = len(events) + MOST
    reviews = [pir.id]
    for id_ in reviews:
        if len(events) < most:
            for repeat in recurrences.again(id_):
                repeats.setdefault(repeat.occurrence.event, repeat)
                events.setdefault(repeat.occurrence.event, repeat.occurrence)
                later = repeat.occurrence.pir
                reviews += [later] if later not in ("", *reviews) else []
    events.pop(pir.id, None)
    links = [(other.day or date.max, _link(edition, other, repeats.get(other.event))) for other in events.values()]
    own = edition.days.get(pir.id)
    links.append((own or date.max, ChainLink(Link("", pir.label), own, _gap(repeats.get(pir.id)), here=True)))
    if pir.recurrence_of not in events and (declared := edition.link(pir.recurrence_of)) is not None:
        links.append((date.min, ChainLink(declared)))
    return Chain(
        _title(before, after) if before or after else "This happened before",
        tuple(link for _, link in sorted(links, key=lambda one: (one[0], one[1].link.id))),
        _agreed_before(edition, pir),
    )


def _title(before: Sequence[Repeat], after: Sequence[Repeat]) -> str:
    earlier = next((count(r.days, "day") for r in before if r.days is not None), "")
    later = next((count(r.days, "day") for r in after if r.days is not None), "")
    sooner, again = f", {earlier} earlier" if earlier else "", f", {later} later" if later else ""
    if before and after:
        return f"This happened before{sooner}, and again{again}"
    return f"This happened before{sooner}" if before else f"This happened again{again}"


def _link(edition: EditionContext, other: Occurrence, repeat: Repeat | None) -> ChainLink:
    link = edition.link(other.pir) or Link("", other.title or other.id, other.id if other.title else "")
    how = "" if repeat is None else "named in the review" if repeat.declared else "same client, service and cause"
    on = utc_day(other.at) if other.at is not None else None
    return ChainLink(link, on, _gap(repeat), how, record_rows.severity(other.severity))


def _gap(repeat: Repeat | None) -> str:
    return f"{count(repeat.days, 'day')} later" if repeat is not None and repeat.days is not None else ""


def _agreed_before(edition: EditionContext, pir: Pir) -> tuple[str, ...]:
    """What was agreed or recommended after the earlier occurrence and did not prevent this one, the worst first."""
    states = ("overdue", "unverified", "failed")
    words_by_id: dict[str, tuple[int, str]] = {}
    for account in edition.insight.accounts_of.get(pir.id, ()):
        for action in account.actions:
            if action.relevant and action.state in states:
                words_by_id.setdefault(action.id, (states.index(action.state), action.words))
        for advice in account.declined:
            if advice.relevant:
                words_by_id.setdefault(advice.id, (1, advice.words))
    ordered = sorted(words_by_id.items(), key=lambda pair: (pair[1][0], pair[0]))
    lines = [
        f"{' '.join(filter(None, (id_, edition.name(id_))))}: {with_short_days(words).rstrip('.')}."
        for id_, (_, words) in ordered[:_AGREED_SHOWN]
    ]
    return (*lines, f"and {len(ordered) - _AGREED_SHOWN} more") if len(ordered) > _AGREED_SHOWN else tuple(lines)
