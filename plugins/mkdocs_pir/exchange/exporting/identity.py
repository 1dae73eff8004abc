"""Identity: ids for entries and events that stay the same in every export, and differ between two providers."""

from __future__ import annotations

from uuid import NAMESPACE_URL, UUID, uuid5

from mkdocs_pir.editions.projection import Projection


def identity(projection: Projection, *parts: str) -> UUID:
    """A UUID (version 5) of the provider's name and what is named, whatever the day, the edition or the place."""
    provider = projection.organisation.name or "mkdocs-pir"
    return uuid5(NAMESPACE_URL, "urn:mkdocs-pir:" + "/".join((provider, *parts)))
