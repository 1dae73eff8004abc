"""Ids of entries and events: the same in every export, different for two providers."""

from __future__ import annotations

from uuid import NAMESPACE_URL, UUID, uuid5

from mkdocs_pir.editions.projection import Projection


def identity(projection: Projection, *parts: str) -> UUID:
    """The UUID (version 5) of the provider's name and the parts, the same on any day, in any edition and any place."""
    provider = projection.organisation.name or "mkdocs-pir"
    return uuid5(NAMESPACE_URL, "urn:mkdocs-pir:" + "/".join((provider, *parts)))
