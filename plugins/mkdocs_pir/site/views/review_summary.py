"""The summary of a review in sentences: what happened to whom, for how long, and how many actions are done."""

from __future__ import annotations

from datetime import timedelta

from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.site.value_formats import day, noticed_by, several, span
from mkdocs_pir.site.views.edition_context import EditionContext


def what_happened(edition: EditionContext, pir: Pir) -> str:
    """What stands below the title: who was affected, when and until they could work again, and how long it lasted."""
    services, client = several(edition.names(pir.services)), edition.name(pir.client)
    begun, lasted = edition.days.get(pir.id), pir.times.between("impact_start", "resolved")
    text = f"On {day(begun)} an incident" if begun else "An incident"
    text += f" on {services}" if services else ""
    users = pir.impact.users
    if edition.internal:
        whom = f"{count(users, 'person', 'people')} at {client}" if users and client else client
    else:
        whom = f"{users:,} of your people" if users else "you"
    text += f" affected {whom}" if whom else " was reviewed"
    usable = pir.times.between("impact_start", "mitigated")
    if usable and usable != lasted:
        # people who work again are no longer affected as before
        return f"{text} for {span(usable)}" + (f"; it was resolved after {span(lasted)}." if lasted else ".")
    return f"{text} for {span(lasted)}." if lasted else f"{text}."


def how_it_went(edition: EditionContext, pir: Pir) -> str:
    """The sentences after it: how soon it was noticed, and the state of the actions."""
    detected = pir.times.between("impact_start", "detected")
    who = noticed_by(pir.detection.by, edition.projection.edition.addressee)
    by = f" by {who}" if who else ""
    if detected is not None:
        noticed = (
            "before anyone was affected"
            if detected < timedelta(0)
            else f"after {span(detected)}"
            if detected
            else "at once"
        )
        text = f"It was noticed {noticed}{by}."
    elif by:
        text = f"It was noticed{by}."
    else:
        text = ""
    return " ".join(part for part in (text, _state_of_actions(edition, pir)) if part)


def _state_of_actions(edition: EditionContext, pir: Pir) -> str:
    items = [item for item in edition.insight.action_items_of.get(pir.id, ()) if item.state != "cancelled"]
    if not items:
        return ""
    done = [item for item in items if not item.is_open]
    late = [item for item in items if item.state == "overdue"]
    if len(done) == len(items):
        verified = all(item.state == "verified" for item in items)
        which = "Its action is" if len(items) == 1 else f"All {len(items)} actions are"
        return f"{which} done{' and verified' if verified else ''}."
    text = (
        f"{len(done)} of {count(len(items), 'action')} {'is' if len(done) == 1 else 'are'} done"
        if done
        else f"None of its {count(len(items), 'action')} is done yet"
    )
    if len(items) == 1:
        text = "Its one action is not done yet"
    if len(late) == 1:
        return f"{text}; one is {count(late[0].days_late or 0, 'day')} late."
    return (
        f"{text}; {len(late)} are late, the oldest by {count(late[0].days_late or 0, 'day')}." if late else f"{text}."
    )
