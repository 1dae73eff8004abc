"""Page views: every page of an edition as plain values, made from the projection alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.site.views import reviews
from mkdocs_pir.site.views.library import Library
from mkdocs_pir.site.views.parts import PageView

__all__ = ["Library", "PageView", "navigation", "pages"]

FAMILIES: tuple[Callable[[Library], Iterator[PageView]], ...] = (reviews.pages,)


def pages(projection: Projection) -> Iterator[PageView]:
    """Every page of the edition. Pure: the same projection gives the same views in the same order."""
    library = Library(projection)
    for family in FAMILIES:
        yield from family(library)


def navigation(projection: Projection) -> list[tuple[str, str]]:
    """The navigation as (title, path): small and the same on every page, whatever the number of records."""
    return []
