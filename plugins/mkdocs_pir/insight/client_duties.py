"""What waits for a client: its own open actions, recommendations to decide on, and accepted ones to carry out."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from mkdocs_pir.insight.action_items import ActionItem
from mkdocs_pir.kb.model import Pir, Recommendation
from mkdocs_pir.kb.statuses import OPEN, UNDECIDED

Advice = tuple[Pir, Recommendation]


class ClientDuties(Struct, frozen=True):
    """The open actions that the client owns, the most urgent first, and the recommendations that wait for it, the
    oldest first: those `to_decide` on, and those that it accepted and has not adopted yet (`to_carry_out`)."""

    actions: tuple[ActionItem, ...]
    to_decide: tuple[Advice, ...]
    to_carry_out: tuple[Advice, ...]

    @property
    def count(self) -> int:
        return len(self.actions) + len(self.to_decide) + len(self.to_carry_out)


def client_duties(reviews: Iterable[Pir], items: Iterable[ActionItem]) -> ClientDuties:
    """What waits for the client of these reviews and action items, which are in order of urgency."""
    waiting = [(pir, one) for pir in reviews for one in pir.recommendations if one.status in OPEN]
    waiting.sort(key=lambda pair: (pair[1].issued is None, str(pair[1].issued or ""), pair[0].id, pair[1].id))
    return ClientDuties(
        tuple(item for item in items if item.by_client and item.is_open),
        tuple(pair for pair in waiting if pair[1].status in UNDECIDED),
        tuple(pair for pair in waiting if pair[1].status not in UNDECIDED),
    )
