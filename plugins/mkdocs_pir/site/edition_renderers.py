"""What makes the whole site of an edition: MkDocs or ProperDocs, or our own frames."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.editions.published_generation import PublishedGeneration
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.site import kept_frames
from mkdocs_pir.site.frame_providers import PLAIN, chosen, use


class EditionRenderer(Protocol):
    """Makes the sites of editions. The modules `mkdocs_build` and `plain_build` do."""

    def render(
        self,
        settings: Settings,
        projection: Projection,
        folder: Path,
        previous: PublishedGeneration | None = None,
        *,
        served: bool = True,
    ) -> None:
        """Write the site of one edition into a folder. Raises ProblemError."""


def renderer(settings: Settings) -> EditionRenderer:
    """What makes the editions. Importing MkDocs takes half a second, so call this only where pages are made.

    Raises ProblemError if it is not installed.
    """
    name = chosen(settings)
    if name == PLAIN:
        from mkdocs_pir.site import plain_build

        return plain_build
    use(name)
    from mkdocs_pir.site import mkdocs_build

    return mkdocs_build


def render_next(
    settings: Settings, projection: Projection, folder: Path, previous: PublishedGeneration, site: bytes
) -> None:
    """Write the next generation of an edition's site into a folder, without MkDocs where its frames would be the same.

    `site` is the digest of the program and of the site around the records; empty where that is not known, or where
    nothing that was kept of frames is to be used. Raises ProblemError.
    """
    if chosen(settings) == PLAIN or not site:
        renderer(settings).render(settings, projection, folder, previous)
    elif not kept_frames.render(settings, projection, folder, previous, site):
        use(chosen(settings))
        from mkdocs_pir.site import mkdocs_build

        mkdocs_build.render(settings, projection, folder, previous, site=site)
