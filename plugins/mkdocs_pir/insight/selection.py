"""Selections: how the pages, the feeds and the command line filter a list of action items."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from mkdocs_pir.insight.action_items import ActionItem


class Selection(Struct, frozen=True):
    """The values that an action item must have; an empty field allows any.

    `owner` is a part of the owner's name, in any case; `waiting` leaves out what is done, verified or cancelled.
    """

    state: str = ""
    waiting: bool = False
    owner: str = ""
    client: str = ""
    service: str = ""
    cause: str = ""
    type: str = ""
    priority: str = ""

    def __contains__(self, item: ActionItem) -> bool:
        return (
            (not self.state or item.state == self.state)
            and (not self.waiting or item.is_open)
            and self.owner.casefold() in item.owner.casefold()
            and (not self.client or item.client == self.client)
            and (not self.service or self.service in item.services)
            and (not self.cause or any(c == self.cause or c.startswith(f"{self.cause}/") for c in item.causes))
            and (not self.type or item.type == self.type)
            and (not self.priority or item.priority == self.priority)
        )

    def of(self, items: Iterable[ActionItem]) -> tuple[ActionItem, ...]:
        """The items that are selected, in the order given."""
        return tuple(item for item in items if item in self)
