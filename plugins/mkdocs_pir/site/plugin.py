"""The MkDocs plugin `pir`: its hooks, which call the modules `mkdocs_*` beside it.

Only these modules import MkDocs, which provides the page frame of the theme, the navigation and the server. All content
comes from the projection: files of the knowledge base never become part of the build.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment
from mkdocs.config.base import Config, LegacyConfig, ValidationError
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import _SCRIPT_TEMPLATE_STR, LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils import get_relative_url, is_error_template

from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.editions.published_generation import PublishedGeneration
from mkdocs_pir.kb import plugin_options
from mkdocs_pir.kb import settings as kb_settings
from mkdocs_pir.kb.loading import load, read
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.problem_formats import as_text
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.site import (
    assets,
    header_search,
    mkdocs_config,
    mkdocs_files,
    mkdocs_frames,
    mkdocs_navigation,
    offline,
    views,
)
from mkdocs_pir.site.banner import banner
from mkdocs_pir.site.frame import without_layout, without_space
from mkdocs_pir.site.live_edition import LiveEdition, Memory, Surroundings
from mkdocs_pir.site.made_pages import made
from mkdocs_pir.site.mkdocs_errors import BuildStopped, mkdocs_errors_as_problems
from mkdocs_pir.site.mkdocs_existing_site import ExistingSite
from mkdocs_pir.site.mkdocs_framed_site import FramedSite
from mkdocs_pir.site.mkdocs_scripts import ThemeScripts, start_script
from mkdocs_pir.site.output_folder import OutputFolder
from mkdocs_pir.site.page_renderer import PageRenderer
from mkdocs_pir.site.pages_on_demand import FilesOnDemand
from mkdocs_pir.site.preview import Preview
from mkdocs_pir.site.printing.published_pdfs import publish_pdfs
from mkdocs_pir.site.security import with_policy
from mkdocs_pir.site.template_cache import TEMPLATE_CACHE
from mkdocs_pir.site.urls import path_of
from mkdocs_pir.site.views.home_pages import HOME
from mkdocs_pir.store.result_store import ResultStore

EDITION_VARIABLE = "PIR_EDITION"
"""Environment variable that overrides the option `edition`, for previews."""

RELOAD_SCRIPT = re.compile(re.sub(r"\\\$\\{\w+\\}", "[0-9]+", re.escape(_SCRIPT_TEMPLATE_STR)))
"""The live-reload script that MkDocs' server adds to a page, with any numbers in it."""


class PirPlugin(BasePlugin[LegacyConfig]):  # type: ignore[no-untyped-call]
    """`plugins: - pir:` in mkdocs.yml."""

    def __init__(self) -> None:
        # MkDocs uses one plugin object for all builds of a process: `load_config` and `prepare` reset it
        self.options: dict[str, Any] = {}
        self.command = ""
        self.leaves_offline = True
        self.is_published = True
        self.projection: Projection | None = None
        self.store = ResultStore(None)
        self.output: OutputFolder | None = None
        self.built = False
        self.problems: tuple[Problem, ...] = ()
        self.preview = Preview(RELOAD_SCRIPT)
        self.pages: dict[str, views.PageView] = {}
        self.on_demand: FilesOnDemand | None = None
        self.memory: Memory | None = None
        self.own_nav = False
        self.framed: FramedSite | None = None
        self.previous: PublishedGeneration | None = None
        self.nav: Navigation | None = None
        self.prefix = ""
        self.existing: ExistingSite | None = None
        self.renderer: PageRenderer | None = None
        self.scripts: ThemeScripts | None = None
        self.site = b""

    def load_config(
        self, options: Config | dict[str, Any], config_file_path: str | None = None
    ) -> tuple[list[Any], list[Any]]:
        """Check the options with the schema of our settings instead of MkDocs' own types."""
        self.config = LegacyConfig(schema=())
        self.projection = None
        self.previous = None
        self.site = b""
        self.is_published = True
        self.options = {}
        try:
            problems = plugin_options.repeated_options(Path(config_file_path)) if config_file_path else []
            self.options, option_problems = plugin_options.from_plain(
                dict(options), Path(config_file_path or "mkdocs.yml").name
            )
            problems += option_problems
            if problems and config_file_path:
                # our own reader knows the line and column
                kb_settings.read(Path(config_file_path))
        except ProblemError as error:
            problems = list(error.problems)
        return [("pir", ValidationError(f"{as_text([p]).splitlines()[0]}. {p.hint}")) for p in problems], []

    def prepare(
        self,
        projection: Projection,
        store: ResultStore,
        previous: PublishedGeneration | None,
        *,
        served: bool = True,
        site: bytes = b"",
    ) -> None:
        """Build this projection instead of reading the knowledge base. `served`: as a site on a server, not only from disk.

        The store keeps what is worked out of the projection. Pages that did not change are taken over from `previous`.
        Frames are kept by `site`, the digest of the program and the site around the records, unless it is empty.
        """
        self.site = site
        self.command = "pir"
        self.problems = ()
        self.projection = projection
        self.store = store
        self.previous = previous
        self.leaves_offline = self.is_published = served

    @property
    def paths(self) -> list[str]:
        """The paths of all our pages in the site that was built."""
        return (
            self.framed.paths
            if self.framed is not None
            else [mkdocs_navigation.made_from(source) for source in self.pages]
        )

    @property
    def serving(self) -> bool:
        """Whether this is a live preview."""
        return self.command == "serve"

    def on_startup(self, *, command: str, dirty: bool) -> None:
        self.command = command

    def on_serve(self, server: LiveReloadServer, /, *, config: MkDocsConfig, builder: Callable[..., Any]) -> Any:
        """Let the preview answer requests even when a build fails, and watch files that MkDocs does not watch."""
        if self.preview.attends(server):
            return server
        file = Path(os.path.realpath(config.config_file_path or "mkdocs.yml"))
        synonyms = file.parent / str(self.options.get("synonyms") or "")

        def build() -> None:
            with mkdocs_errors_as_problems(file, [config]):
                builder()

        records = Path(os.path.realpath(mkdocs_config.records_folder(config, self.options)))
        self.preview.attend(server, build, file, records, synonyms)
        return server

    def on_build_error(self, *, error: Exception) -> None:
        self.built = False

    def on_shutdown(self) -> None:
        self.preview.end()
        self._end_output()

    def _begin_output(self, config: MkDocsConfig) -> None:
        """Let MkDocs write into another folder than site_dir, which it would empty first; see `OutputFolder`."""
        self.built = False
        self.output = OutputFolder(Path(config.site_dir))
        config.site_dir = str(self.output.site)

    def _end_output(self) -> None:
        if self.output is not None:
            output, self.output = self.output, None
            if self.built:
                output.put_in_place()
            else:
                output.discard()

    @event_priority(100)
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        mkdocs_config.refuse_sources(config, self.options)
        prepared = self.projection if not self.serving else None
        projection = prepared or self._read(config)
        self.projection = projection if not self.serving else None
        if prepared is None and not self.serving:
            self._begin_output(config)
        self.edition = views.EditionContext(
            projection,
            self.store,
            mkdocs_config.edit_template(config, self.options),
            self.options.get("client_sites", ""),
            "" if self.serving or not self.is_published else mkdocs_config.paper_of(config, self.options),
        )
        self.prefix = mkdocs_config.prefix_of(config, projection.edition, self.options)
        # other plugins may read pages that are put among others
        self.renderer = PageRenderer(self.edition, in_full=bool(self.prefix))
        self.preview.problems = self.problems
        self.leaves_offline &= not self.serving and not self.prefix and self.options.get("offline", True)
        if self.prefix:
            self.existing = ExistingSite(config, self.options, self.edition, self.prefix)
        else:
            self.existing = None
            self.own_nav = bool(config.nav)
            mkdocs_config.configure(config, projection, self.leaves_offline)
        self.on_demand = None
        self.framed = None
        if self.serving and self.preview.on_demand and not self.prefix and mkdocs_frames.fits(config, self):
            self.on_demand = FilesOnDemand(
                self.edition, Path(config.site_dir), config.site_url or "", self.preview.files
            )
        elif not self.prefix and mkdocs_frames.have_frames(config, projection, self):
            before = banner(self.problems) if self.serving else ""
            self.framed = FramedSite(self.edition, self.previous, self.site, before)
        self.pages = {self.prefix + mkdocs_navigation.source_of(view.path): view for view in self._views(config)}
        return config

    def _views(self, config: MkDocsConfig) -> Iterable[views.PageView]:
        """The views of the pages that MkDocs makes without a frame of ours."""
        if self.framed is not None:
            return []
        if self.on_demand is None:
            return views.pages(self.edition)
        named = dict.fromkeys(map(mkdocs_navigation.made_from, mkdocs_frames.in_navigation(config.nav)))
        seen = (self.on_demand.pages.view(path) for path in named)
        return (view for view in seen if view is not None)

    def _read(self, config: MkDocsConfig) -> Projection:
        try:
            settings = kb_settings.read(Path(config.config_file_path or "mkdocs.yml"))
            edition = Edition.parse(os.environ.get(EDITION_VARIABLE) or settings.edition)
        except ProblemError as error:
            raise BuildStopped(error.problems, [Path(config.config_file_path or "mkdocs.yml").parent]) from None
        except ValueError as error:
            raise PluginError(f"{EDITION_VARIABLE}: {error}") from None
        self.preview.edition = edition
        if not edition.internal and not self.serving:
            raise BuildStopped([_unaudited(edition, settings)])
        # a preview reads again and again: what did not change it takes from memory
        memory = self.memory = self.preview.memory_of(settings) if self.serving else None
        kb = memory.check(read(settings, memory.reading)) if memory is not None else load(settings)
        self.store = ResultStore(settings.cache)
        self.problems = kb.errors
        try:
            if kb.errors and not self.serving:
                raise ProblemError(kb.errors)
            if not edition.internal:
                mkdocs_config.refuse_for_client(config, edition)
            return project(kb, edition, memory.projecting if memory is not None else None)
        except ProblemError as error:
            if not self.serving:
                raise BuildStopped(error.problems, [settings.records, settings.root]) from None
            # the preview shows only the banner: a client's edition is never shown with problems
            self.problems = error.problems
            return Projection(edition, settings.as_of, settings.site_name, {})

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add our pages and files; if all pages of the site are ours, remove all others but the theme's."""
        if self.existing is not None:
            return self.existing.add_files(files, config, self.pages)
        if self.framed is not None:
            return mkdocs_files.files_of_theme(files, config, mkdocs_frames.in_navigation(config.nav))
        others = [] if self.on_demand is not None else assets.files(self.edition, config.site_url or "")
        return mkdocs_files.files_of_ours_alone(files, config, self.pages, self.edition, others)

    @event_priority(-100)
    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Put our pages into the navigation, those that it does not name below others."""
        if self.existing is not None:
            self.existing.add_section(nav, config, files, self.pages)
        in_navigation = mkdocs_navigation.pages_by_path(nav, self.prefix)
        if not self.prefix and nav.homepage is None:
            # MkDocs looks for it at the top of the navigation only; ours is among the homes
            nav.homepage = in_navigation.get(HOME)
        for file in files.documentation_pages():
            if file.src_uri in self.pages and file.page is not None and file.page.parent is None:
                path = self.pages[file.src_uri].path
                mkdocs_navigation.put_below(file.page, path, in_navigation)
        self.nav = nav
        # a plugin may render the templates in an environment of its own
        config.theme["pir_search"] = header_search.places(self.prefix)
        return nav

    @event_priority(-100)
    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        env.bytecode_cache = TEMPLATE_CACHE
        self.scripts = ThemeScripts(env, config) if self.existing is None else self.existing.scripts(env, config)
        assert self.nav is not None
        if self.existing is None:
            path, script = start_script(env, config)
            config.extra["pir"]["start"] = path
            files.append(File.generated(config, path, content=script))
        if self.on_demand is not None:
            self.on_demand.frames = mkdocs_frames.Frames(env, config, self.nav, files, self.scripts)
        if self.framed is not None:
            alone = not mkdocs_frames.others(config, self)
            self.framed.make(env, config, self.nav, files, self.scripts, alone=alone)
        return env

    def on_template_context(self, context: Any, *, template_name: str, config: MkDocsConfig) -> Any:
        """Tell the sitemap of all pages, those that MkDocs does not make among them."""
        if not self.prefix and self.on_demand is None:
            context["pages"] = mkdocs_frames.in_sitemap(config, sorted(self.paths))
        return context

    def on_page_read_source(self, *, page: Page, config: MkDocsConfig) -> str | None:
        """Keep MkDocs from reading a record, which is the source of a page of ours for plugins that ask Git about it."""
        return "" if self.prefix and self._view(page) is not None else None

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        if self.framed is not None:
            # `on_env` fills it
            return ""
        view = self._view(page)
        if view is None:
            return markdown
        page.meta = mkdocs_frames.page_meta(view) if self.existing is None else self.existing.meta(view)
        return ""

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        if self.framed is not None or (view := self._view(page)) is None:
            return html
        assert self.renderer is not None
        ours = made(self.renderer, view, banner(self.problems) if self.serving else "")
        page.toc = get_toc(mkdocs_navigation.toc_tokens(ours.toc))
        return ours.html if self.existing is None else self.existing.content(ours, config)

    def _view(self, page: Page) -> views.PageView | None:
        """The view of a page; None for a page of another plugin, which only the internal edition can have."""
        source = page.file.src_uri
        return self.pages.get(source) if self.edition.projection.edition.internal else self.pages[source]

    @event_priority(-100)
    def on_page_context(self, context: Any, *, page: Page, config: MkDocsConfig, nav: Navigation) -> Any:
        if self.existing is not None:
            if self._view(page) is None:
                self.existing.read_other(page)
            else:
                assert self.scripts is not None
                self.existing.read_context(context, page, config, self.scripts)
        return context

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        if self.prefix and self._view(page) is None:
            return output
        assert self.scripts is not None
        # another theme may show space beside what is a block in ours
        without = without_space if self.existing is None else without_layout
        return with_policy(without(output, page.content or ""), self.scripts.at(get_relative_url(".", page.url)))

    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        if self.prefix or not template_name.endswith(".html"):
            return output_content
        # an error page is shown at any address
        top = urlsplit(config.site_url or "/").path
        base_url = top if is_error_template(template_name) else get_relative_url(".", template_name)
        assert self.scripts is not None
        return with_policy(without_space(output_content), self.scripts.at(base_url))

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        if self.existing is not None:
            self.existing.write_search(Path(config.site_dir))
        if self.framed is not None:
            self.framed.keep(Path(config.site_dir), config.site_url or "", has_worker=self.leaves_offline)
        if self.edition.paper:
            publish_pdfs(self.edition, Path(config.site_dir, self.prefix), self.previous)
        # last, since no file of the site may change afterwards
        if self.leaves_offline:
            linked = self.previous.linked if self.previous is not None else {}
            offline.write_file_list(Path(config.site_dir), linked=linked)
        self.built = True
        if self.serving:
            self.preview.files, self.preview.live = self.on_demand, self._live(config)
            if self.on_demand is None and self.preview.editing is not None:
                records = views.records_with_page(self.edition.projection)
                self.preview.records_at = {self.prefix + path_of(record): record.id for record in records}
        if not self.command:
            # a program that calls MkDocs' build function never calls on_shutdown
            self._end_output()

    def _live(self, config: MkDocsConfig) -> LiveEdition | None:
        """What keeps the site up to date without a build; None where something else than records takes part in it."""
        file = Path(config.config_file_path or "mkdocs.yml")
        alone = len(config.plugins) == 1 and not config.hooks and not self.own_nav
        if (
            self.on_demand is None
            or self.memory is None
            or not alone
            or "INHERIT" in file.read_text("utf-8", "replace")
        ):
            return None
        if not self.edition.internal:
            # it is shown only when everything has been checked
            return None
        others = [Path(path) for path in (config.theme.custom_dir, *config.watch) if path]
        preview, problems = self.preview, self.problems
        surroundings = Surroundings(file, others)
        return LiveEdition(
            self.memory, surroundings, self.edition, self.on_demand, problems, preview.show, preview.tell
        )


def _unaudited(edition: Edition, settings: Settings) -> Problem:
    what = f"'mkdocs build' does not make the edition '{edition}', since nothing would audit it"
    hint = f"run 'pir build --edition {edition}'"
    return Problem.of("PIR622", settings.config_file.name, (0, 0), what, hint)
