"""A client's quarter in words, as its page, its director's letter and its papers say it."""

from __future__ import annotations

from mkdocs_pir.insight import seen_by_clients
from mkdocs_pir.insight.client_duties import Advice, ClientDuties
from mkdocs_pir.insight.quantities import count, duration
from mkdocs_pir.insight.quarter_summary import QuarterSummary
from mkdocs_pir.kb.model import Action, Pir, Recommendation
from mkdocs_pir.site.urls import part_path
from mkdocs_pir.site.value_formats import ago, day, due_in_words
from mkdocs_pir.site.views import record_rows
from mkdocs_pir.site.views.components import Link, ListEntry
from mkdocs_pir.site.views.edition_context import EditionContext


def happened(summary: QuarterSummary) -> str:
    """The incidents of the quarter in up to three sentences."""
    number, before = summary.incidents.count, summary.before.count
    if not number:
        return "No incident was recorded in this quarter." + (
            f" In the one before there were {before}." if before else ""
        )
    step = number - before
    against = f"{abs(step)} {'more' if step > 0 else 'fewer'} than" if step else "as many as"
    parts = [f"There {'was' if number == 1 else 'were'} {count(number, 'incident')}, {against} in the quarter before."]
    if summary.repeating:
        which = "It" if number == 1 else f"{summary.repeating} of them"
        parts.append(f"{which} {'repeats' if summary.repeating == 1 else 'repeat'} an earlier one.")
    still_open = sum(one.still_open for one in summary.occurrences)
    if summary.incidents.minutes:
        whole = "It" if number == 1 else "Together they"
        without = f", without {still_open} that {'is' if still_open == 1 else 'are'} still open" if still_open else ""
        parts.append(f"{whole} lasted {duration(summary.incidents.minutes)}{without}.")
    elif still_open:
        which = "It is" if number == 1 else f"{still_open} of them {'is' if still_open == 1 else 'are'}"
        parts.append(f"{which} still open.")
    return " ".join(parts)


def duty_entries(edition: EditionContext, duties: ClientDuties) -> tuple[ListEntry, ...]:
    """What waits for the client, a line each: decisions first, then what it has to carry out."""
    actions = (
        ListEntry(
            Link(part_path(edition.projection.pirs[item.pir], item.action.id), item.title),
            (record_rows.action_chip(item),),
            None,
            (
                *((due_in_words(item.due, edition.as_of),) if item.due else ()),
                *_hidden(edition, edition.projection.pirs[item.pir], item.action),
            ),
        )
        for item in duties.actions
    )
    return (
        *(_advice(edition, one, _to_decide(edition, one[1])) for one in duties.to_decide),
        *actions,
        *(_advice(edition, one, "accepted, to be carried out") for one in duties.to_carry_out),
    )


def hidden_duties(edition: EditionContext, duties: ClientDuties) -> str:
    """What the provider's own pages say of what waits for a client that does not see it yet; empty if it sees all."""
    parts: list[tuple[Pir, Action | Recommendation]] = [*duties.to_decide, *duties.to_carry_out]
    parts += [(edition.projection.pirs[item.pir], item.action) for item in duties.actions]
    hidden = sum(bool(_hidden(edition, *one)) for one in parts)
    if not hidden:
        return ""
    return "the client does not see " + (
        f"{hidden} of them yet" if hidden < duties.count else "it yet" if hidden == 1 else "them yet"
    )


def _hidden(edition: EditionContext, pir: Pir, part: Action | Recommendation) -> tuple[str, ...]:
    return (
        ("the client does not see this yet",) if edition.internal and not seen_by_clients.shows_part(pir, part) else ()
    )


def _to_decide(edition: EditionContext, advice: Recommendation) -> str:
    """What is to be done about a recommendation that waits: that one is deferred was the client's decision."""
    if advice.status != "deferred":
        return "to decide"
    who = "the client" if edition.internal else "you"
    on = f" on {day(advice.decided)}" if advice.decided else ""
    return f"{who} put it off{on} and can take it up again"


def _advice(edition: EditionContext, advice: Advice, what: str) -> ListEntry:
    pir, one = advice
    meta = (what, f"issued {day(one.issued)}, {ago(one.issued, edition.as_of)}") if one.issued else (what,)
    meta = (*meta, *_hidden(edition, pir, one))
    return ListEntry(Link(part_path(pir, one.id), one.title or one.id), record_rows.status(one.status), None, meta)
