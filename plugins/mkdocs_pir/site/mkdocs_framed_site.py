"""A site whose pages fill frames: MkDocs makes only those that its navigation names, and one page for each frame."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.toc import get_toc

from mkdocs_pir.editions.published_generation import PublishedGeneration, walk
from mkdocs_pir.site import assets, kept_frames, mkdocs_frames, mkdocs_navigation, offline
from mkdocs_pir.site.made_pages import MadeSite, Making
from mkdocs_pir.site.mkdocs_scripts import ThemeScripts
from mkdocs_pir.site.views.edition_context import EditionContext


class FramedSite:
    """Makes the pages and files of one build.

    Args:
        edition: The edition.
        previous: The previous generation, from which files are taken over, if any.
        site: The digest of the program and of the site around the records, by which frames are kept; empty where they
            are not to be kept.
        before: HTML that stands before the content of each page.
    """

    def __init__(
        self, edition: EditionContext, previous: PublishedGeneration | None = None, site: bytes = b"", before: str = ""
    ) -> None:
        self._edition = edition
        self._previous = previous
        self._site = site
        self._before = before
        self._made = MadeSite()
        self._frames: mkdocs_frames.Frames | None = None
        self._not_by_mkdocs: frozenset[str] = frozenset()

    @property
    def paths(self) -> list[str]:
        """The paths of all pages that were made."""
        return self._made.paths

    def make(
        self,
        env: Environment,
        config: MkDocsConfig,
        nav: Navigation,
        files: Files,
        scripts: ThemeScripts,
        *,
        alone: bool,
    ) -> None:
        """Make everything but the pages in the navigation, whose content MkDocs is given.

        `alone` means that no other plugin or hook takes part in the build.
        """
        self._frames = mkdocs_frames.Frames(env, config, nav, files, scripts)
        address = config.site_url or ""
        self._made = Making(
            self._edition,
            Path(config.site_dir),
            self._frames,
            frozenset(map(mkdocs_navigation.made_from, mkdocs_frames.in_navigation(config.nav))),
            partial(assets.groups, site_url=address),
            address,
            # what is taken over is published already, and another plugin could write into it
            self._previous if alone else None,
            self._before,
        ).run()
        if not alone:
            self._site = b""
        if self._site:
            self._not_by_mkdocs = frozenset(path for path, _ in walk(config.site_dir))
        for page in nav.pages:
            in_nav = self._made.unframed[mkdocs_navigation.made_from(page.file.src_uri)]
            page.meta = mkdocs_frames.page_meta(in_nav)
            page.content = in_nav.html
            page.toc = get_toc(mkdocs_navigation.toc_tokens(in_nav.toc))

    def keep(self, folder: Path, address: str, *, has_worker: bool) -> None:
        """Keep what the next build needs to do without MkDocs, before the list of files and PDFs are written.

        `address` is that of the site in the folder; with `has_worker` it has a service worker.
        """
        if not self._site or self._frames is None:
            return
        worker = (folder / offline.WORKER).read_bytes() if has_worker else b""
        others = self._not_by_mkdocs | ({offline.WORKER} if worker else frozenset())
        files = kept_frames.files_besides(folder, others)
        headings = [*sorted(self._made.headings), *kept_frames.headings_kept(self._edition, self._site)]
        kept = self._frames.kept(self._made.forms, headings)
        kept_frames.keep(self._edition, self._site, address, self._made, *kept, files, worker)
