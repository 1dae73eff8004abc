"""Feeds: filtered lists of action items to subscribe to, each in every form, at an address that stays."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.exchange.exporting.forms import FORMS, SUFFIX
from mkdocs_pir.insight.action_items import ActionItem
from mkdocs_pir.insight.selection import Selection
from mkdocs_pir.kb.action_states import STATES

FOLDER = "data/actions"
SUBSCRIBED = ("ics", "atom")
"""The forms that calendars and feed readers ask for again and again."""

_STATES = ("overdue", "due-soon", "blocked", "done")


class Feed(Struct, frozen=True):
    """One list of action items to subscribe to; `filter` and `value` say what it is filtered by ("" for all)."""

    filter: str
    value: str
    title: str
    stem: str
    selection: Selection

    def path(self, form: str) -> str:
        """Where it is in the site, in one form."""
        return f"{FOLDER}/{self.stem}.{SUFFIX[form]}"

    @property
    def paths(self) -> dict[str, str]:
        """Where it is in each form. What is done is never due, so it has no calendar. All actions and all open ones are in
        every form, others in those that people subscribe to: the page of the list saves its rows in the rest."""
        whole = self.value in ("", "waiting")
        forms = [form for form in FORMS if whole or form in SUBSCRIBED]
        if self.selection.state == "done":
            forms.remove("ics")
        return {form: self.path(form) for form in forms}


def feeds(projection: Projection, items: Iterable[ActionItem]) -> tuple[Feed, ...]:
    """Every feed of an edition: all actions, all that wait, four states, and what waits for each owner, of each client
    and on each service that has an action, done or not: an address that people subscribed to does not go away."""
    items = tuple(items)
    all_feeds = [
        Feed("", "", "All action items", "all", Selection()),
        Feed("state", "waiting", "Open action items", "waiting", Selection(waiting=True)),
        *(Feed("state", s, f"Action items: {STATES[s].lower()}", s, Selection(state=s)) for s in _STATES),
    ]
    internal = projection.edition.internal
    owners = {i.owner: "yours" if i.by_client and not internal else i.owner for i in items if i.owner}
    all_feeds += _by("owner", owners)
    if internal:
        all_feeds += _by(
            "client", {item.client: f"client {projection.label(item.client)}" for item in items if item.client}
        )
    all_feeds += _by("service", {s: projection.label(s) for item in items for s in item.services})
    return tuple(all_feeds)


def with_items(feeds: Iterable[Feed], items: Iterable[ActionItem]) -> Iterator[tuple[Feed, tuple[ActionItem, ...]]]:
    """Each feed with its items, in the order given. The time does not grow with the number of owners and services."""
    items = tuple(items)
    waiting: dict[tuple[str, str], list[ActionItem]] = defaultdict(list)
    for item in Selection(waiting=True).of(items):
        waiting["owner", item.owner].append(item)
        waiting["client", item.client].append(item)
        for service in dict.fromkeys(item.services):
            waiting["service", service].append(item)
    for feed in feeds:
        is_of_all = feed.filter in ("", "state")
        yield feed, feed.selection.of(items) if is_of_all else tuple(waiting.get((feed.filter, feed.value), ()))


def _by(filter_: str, values: dict[str, str]) -> Iterator[Feed]:
    taken: set[str] = set()
    for value in sorted(values):
        stem = f"{filter_}-{slug(value)}"
        while stem in taken:
            stem += "-2"
        taken.add(stem)
        chosen = Selection(waiting=True, **{filter_: value})
        yield Feed(filter_, value, f"Open action items: {values[value]}", stem, chosen)


def slug(text: str) -> str:
    """The text as a file name of lower-case letters, digits and dashes."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-") or hashlib.sha256(text.encode()).hexdigest()[:8]
