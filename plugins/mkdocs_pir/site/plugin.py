"""The MkDocs adapter, the only module that imports MkDocs: its hooks only translate.

MkDocs supplies the theme's page around our content, the navigation and the server. What is shown comes from the
projection: files of the knowledge base itself never enter the build.
"""

from __future__ import annotations

import html
import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from copy import copy
from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from traceback import walk_tb
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, TemplateError
from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.config.base import Config, LegacyConfig, ValidationError
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, ConfigurationError, PluginError
from mkdocs.livereload import _SCRIPT_TEMPLATE_STR, LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils import get_relative_url, is_error_template

from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.kb import load
from mkdocs_pir.kb import settings as kb_settings
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.report import as_text
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.site import assets, hosts, offline, sources, views
from mkdocs_pir.site import config as site_config
from mkdocs_pir.site.banner import banner
from mkdocs_pir.site.build_log import BuildLog
from mkdocs_pir.site.compiled import COMPILED
from mkdocs_pir.site.environment import variable
from mkdocs_pir.site.fragments import Renderer
from mkdocs_pir.site.output_folder import OutputFolder
from mkdocs_pir.site.preview import Preview
from mkdocs_pir.site.security import inline_scripts, with_policy

log = logging.getLogger("mkdocs.plugins.pir")

FAVICON = "assets/images/favicon.png"
"""The icon that comes with the theme."""

EDITION_VARIABLE = "PIR_EDITION"
"""Environment variable that overrides the option `edition`, for previews."""

THEME_SCRIPTS = "partials/javascripts"
"""The folder of the theme that holds all its inline scripts, one template each."""

BESIDE_TEMPLATE = "pir-page.html"
"""The theme's page around ours in a site that has other pages as well."""

RELOAD_SCRIPT = re.compile(re.sub(r"\\\$\\{\w+\\}", "[0-9]+", re.escape(_SCRIPT_TEMPLATE_STR)))
"""The script that MkDocs' server adds to a page, whatever its numbers."""

FEATURES = ["navigation.tabs", "navigation.top", "content.code.copy", "toc.follow"]
PALETTE = [
    {
        "media": "(prefers-color-scheme: light)",
        "scheme": "default",
        "primary": "custom",
        "accent": "custom",
        "toggle": {"icon": "material/weather-night", "name": "Switch to dark"},
    },
    {
        "media": "(prefers-color-scheme: dark)",
        "scheme": "slate",
        "primary": "custom",
        "accent": "custom",
        "toggle": {"icon": "material/weather-sunny", "name": "Switch to light"},
    },
]
NAV_ENTRY = {"pir": "home"}
"""The entry of `nav` where the knowledge base appears in a site with other pages; without it, at the end."""

SECTION = "Reviews"
"""What the knowledge base is called in the navigation of such a site."""


class Stopped(ProblemError, PluginError):
    """Problems that end a build. MkDocs prints them, without a traceback, and ends."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        PluginError.__init__(self, as_text(self.problems))

    def __str__(self) -> str:
        return self.message


class PirPlugin(BasePlugin[LegacyConfig]):  # type: ignore[no-untyped-call]
    """`plugins: - pir:` in mkdocs.yml."""

    def __init__(self) -> None:
        # MkDocs keeps one plugin for all that a process builds: `load_config` and `prepare` begin anew
        self.options: dict[str, Any] = {}
        self.command = ""
        self.leaves_offline = True
        self.projection: Projection | None = None
        self.output: OutputFolder | None = None
        self.built = False
        self.problems: tuple[Problem, ...] = ()
        self.preview = Preview(RELOAD_SCRIPT)
        self.pages: dict[str, views.PageView] = {}
        self.prefix = ""
        self.page_config: MkDocsConfig | None = None
        self.renderer: Renderer | None = None
        self.env: Environment | None = None
        self.scripts: dict[str, list[str]] = {}

    def load_config(
        self, options: Config | dict[str, Any], config_file_path: str | None = None
    ) -> tuple[list[Any], list[Any]]:
        """Check the options with the schema of our settings instead of MkDocs' own types."""
        self.config = LegacyConfig(schema=())
        self.projection = None
        typed, problems = kb_settings.from_plain(dict(options), Path(config_file_path or "mkdocs.yml").name)
        self.options = typed
        if config_file_path:
            problems = [*kb_settings.repeated_options(Path(config_file_path)), *problems]
        return [("pir", ValidationError(f"{p.message}. {p.hint}")) for p in problems], []

    def prepare(self, projection: Projection, *, served: bool = True) -> None:
        """Build this projection instead of reading the knowledge base again, to be `served` or only opened from disk."""
        self.command = "pir"
        self.problems = ()
        self.projection = projection
        self.leaves_offline = served

    @property
    def serving(self) -> bool:
        """Whether this is a live preview."""
        return self.command == "serve"

    def on_startup(self, *, command: str, dirty: bool) -> None:
        self.command = command

    def on_serve(self, server: LiveReloadServer, /, *, config: MkDocsConfig, builder: Callable[..., Any]) -> Any:
        """Answer every request whatever a build does, and notice changes that MkDocs does not watch for."""
        if self.preview.attends(server):
            return server
        file = Path(os.path.realpath(config.config_file_path or "mkdocs.yml"))
        synonyms = file.parent / str(self.options.get("synonyms") or "")

        def build() -> None:
            with _explained(file, [config]):
                builder()

        records = Path(os.path.realpath(_records(config, self.options)))
        self.preview.attend(server, build, file, records, synonyms)
        return server

    def on_build_error(self, *, error: Exception) -> None:
        self.built = False

    def on_shutdown(self) -> None:
        self.preview.end()
        self._end_output()

    def _begin_output(self, config: MkDocsConfig) -> None:
        """Let MkDocs, which empties its site_dir first, write beside it: `mkdocs build` leaves a site whole or as it was."""
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
        self._refuse_sources(config)
        prepared = self.projection if not self.serving else None
        projection = prepared or self._read(config)
        self.projection = projection if not self.serving else None
        if prepared is None and not self.serving:
            self._begin_output(config)
        self.renderer = Renderer(projection)
        self.prefix = _prefix(config, projection.edition, self.options)
        self.pages = {self.prefix + _source(view.path): view for view in views.pages(projection)}
        self.preview.problems = self.problems
        self.shown = projection
        self.leaves_offline &= not self.serving and not self.prefix and self.options.get("offline", True)
        if self.prefix:
            config.theme.dirs.insert(0, str(site_config.theme_folder() / "beside"))
            config.nav = config.nav and _with_section(config.nav, self.prefix, projection)
        else:
            _settle(config, projection, self.leaves_offline)
        return config

    def _refuse_sources(self, config: MkDocsConfig) -> None:
        """Stop before MkDocs looks for pages and theme files, where it follows every link. Raises Stopped."""
        root = Path(config.config_file_path or "mkdocs.yml").parent
        records = _records(config, self.options)
        excluded = config.exclude_docs
        problems = list(
            sources.refused(
                Path(config.docs_dir), root, records, excluded.match_file if excluded else lambda path: False
            )
        )
        if config.theme.custom_dir:
            problems += sources.refused(Path(config.theme.custom_dir), root, records)
        if problems:
            raise Stopped(problems)

    def _read(self, config: MkDocsConfig) -> Projection:
        try:
            settings = kb_settings.read(Path(config.config_file_path or "mkdocs.yml"))
            edition = Edition.parse(os.environ.get(EDITION_VARIABLE) or settings.edition)
        except ProblemError as error:
            raise Stopped(error.problems) from None
        except ValueError as error:
            raise PluginError(f"{EDITION_VARIABLE}: {error}") from None
        self.preview.edition = edition
        if not edition.internal and not self.serving:
            raise Stopped([_unaudited(edition, settings)])
        kb = load(settings)
        self.problems = kb.errors
        try:
            if kb.errors and not self.serving:
                raise ProblemError(kb.errors)
            if not edition.internal:
                _refuse(config, edition)
            return project(kb, edition)
        except ProblemError as error:
            if not self.serving:
                raise Stopped(error.problems) from None
            # a preview goes on with nothing but the banner: a client's edition is never shown half checked
            self.problems = error.problems
            return Projection(edition, settings.as_of, settings.site_name, {})

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Ours come in, and where the site is ours alone, all but the theme's go: the projection decides what exists."""
        if self.prefix:
            return self._add_files(files, config)
        for file in files:
            # `exclude_docs` closes the folder of the records; the theme's own files are no part of it
            if not _found_in_docs(file, config) and file.generated_by is None:
                file.inclusion = InclusionLevel.NOT_IN_NAV
        kept = Files([f for f in files if not _found_in_docs(f, config) and not assets.superseded(f.src_uri)])
        in_nav = {_source(path) for _, path in views.navigation(self.shown)}
        for source, view in self.pages.items():
            level = InclusionLevel.INCLUDED if source in in_nav else InclusionLevel.NOT_IN_NAV
            kept.append(File.generated(config, source, content=f"# {view.path}\n", inclusion=level))
        for path, content in assets.files(self.shown, config.site_url or "").items():
            kept.append(File.generated(config, path, content=content, inclusion=InclusionLevel.NOT_IN_NAV))
        return kept

    def _add_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Our files beside those of the site, all below one folder."""
        address = f"{config.site_url.rstrip('/')}/{self.prefix}" if config.site_url else ""
        others = assets.files(self.shown, address, within_site=True)
        contents: dict[str, str | bytes] = {source: f"# {view.path}\n" for source, view in self.pages.items()}
        contents |= {self.prefix + path: content for path, content in others.items()}
        for path, content in contents.items():
            if files.get_file_from_path(path) is not None:
                raise PluginError(
                    f"'{path}' is a file of the site and of the knowledge base: give one folder another name"
                )
            file = File.generated(config, path, content=content, inclusion=InclusionLevel.NOT_IN_NAV)
            # our pages link to one another by the names of their files
            file.use_directory_urls = False
            files.append(file)
        return files

    @event_priority(-100)
    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Add our section at the end, where neither `nav` nor another plugin gave it a place."""
        if self.prefix and not any(page.file.src_uri in self.pages for page in nav.pages):
            pages = []
            for title, path in views.navigation(self.shown):
                file = files.get_file_from_path(self.prefix + _source(path))
                assert file is not None
                pages.append(Page(title, file, config))
            section = Section(SECTION, list(pages))
            for page in pages:
                page.parent = section
            nav.items.append(section)
            nav.pages.extend(pages)
        return nav

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        env.bytecode_cache = COMPILED
        self.env = env
        self.scripts = {}
        self.page_config = _config_of_our_pages(config, self.shown, self.prefix) if self.prefix else config
        return env

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        view = self._view(page)
        if view is None:
            return markdown
        # the theme's templates do not escape what they show
        page.meta = {
            "title": html.escape(view.title),
            "description": html.escape(view.description),
            "hide": _hidden(view),
            **({"template": BESIDE_TEMPLATE} if self.prefix else {}),
        }
        return ""

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        assert self.renderer is not None
        if (view := self._view(page)) is None:
            return html
        rendered = self.renderer.render(view)
        page.toc = get_toc(_toc_tokens(rendered.toc))
        return (banner(self.problems) if self.serving else "") + rendered.html

    def _view(self, page: Page) -> views.PageView | None:
        """What a page shows. In the internal edition another plugin may have made it: then it is none of ours."""
        source = page.file.src_uri
        return self.pages.get(source) if self.shown.edition.internal else self.pages[source]

    @event_priority(-100)
    def on_page_context(self, context: Any, *, page: Page, config: MkDocsConfig, nav: Navigation) -> Any:
        if self.prefix and self._view(page) is not None:
            context["config"] = self.page_config
            base_url = get_relative_url(".", page.url)
            if base_url not in self.scripts:
                self.scripts[base_url] = self._scripts_of_frame(context, page, config)
        return context

    def _scripts_of_frame(self, context: Mapping[str, Any], page: Page, config: MkDocsConfig) -> list[str]:
        """The inline scripts around our pages in a site of others, at the depth of this one: those of its own theme.

        The frame is rendered around an empty page, so that nothing of a record is in it.
        """
        assert self.env is not None
        empty = copy(page)
        empty.file = File.generated(config, "/".join(["page"] * page.file.src_uri.count("/") + ["page.md"]), content="")
        empty.file.use_directory_urls = False
        empty.title, empty.content, empty.markdown = "Page", "", ""
        empty.toc = get_toc([])
        empty.meta = {**page.meta, "title": empty.title, "description": empty.title}
        empty.canonical_url = empty.edit_url = empty.parent = empty.previous_page = empty.next_page = None
        return inline_scripts(self.env.get_template(BESIDE_TEMPLATE).render({**context, "page": empty}))

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        if self.prefix and self._view(page) is None:
            return output
        return with_policy(output, self._scripts(get_relative_url(".", page.url)))

    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        if self.prefix or not template_name.endswith(".html"):
            return output_content
        # the page of an error is shown at any address
        top = urlsplit(config.site_url or "/").path
        base_url = top if is_error_template(template_name) else get_relative_url(".", template_name)
        return with_policy(output_content, self._scripts(base_url))

    def _scripts(self, base_url: str) -> list[str]:
        """The theme's own inline scripts as they stand in a page of ours with this way to the top of the site."""
        if base_url not in self.scripts:
            assert self.env is not None
            assert self.page_config is not None
            config = self.page_config
            folders = (Path(folder, THEME_SCRIPTS) for folder in config.theme.dirs)
            names = sorted({file.name for folder in folders for file in folder.glob("*.html")})
            context = {"config": config, "base_url": base_url, "features": config.theme.get("features") or []}
            parts = (self.env.get_template(f"{THEME_SCRIPTS}/{name}").render(context) for name in names)
            self.scripts[base_url] = [code for part in parts for code in inline_scripts(part)]
        return self.scripts[base_url]

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        # last of all: the worker takes only files that are what they were here
        if self.leaves_offline:
            offline.fill(Path(config.site_dir))
        self.built = True
        if not self.command:
            # a program that calls MkDocs' build function by itself tells of no end
            self._end_output()


def render(settings: Settings, projection: Projection, folder: Path, *, served: bool = True) -> None:
    """Build one edition's site into a folder. Raises ProblemError when MkDocs cannot build it.

    One that is not to be `served` has no worker for use without a network.
    """
    loaded: list[MkDocsConfig] = []
    with _quiet(), _fixed_clock(projection.as_of), _explained(settings.config_file, loaded):
        config = _load(settings, projection.edition, site_dir=str(folder))
        loaded.append(config)
        plugin = _plugin(config, settings)
        config.plugins.on_startup(command="build", dirty=False)
        plugin.prepare(projection, served=served)
        mkdocs_build(config)
        missing = [path for path in plugin.pages if not (folder / f"{path.removesuffix('.md')}.html").is_file()]
        if missing:
            raise PluginError(f"{len(missing)} of {len(plugin.pages)} pages were not written, such as {missing[0]}")


def serve(
    settings: Settings, edition: Edition, address: str, names: Sequence[str] = (), build_log: BuildLog | None = None
) -> None:
    """Preview an edition until interrupted, also under these `names`.

    Whatever stops a build is told on the pages, and by the `build_log`.
    """
    host, _, port = address.rpartition(":")
    with ExitStack() as stack:
        stack.enter_context(variable(EDITION_VARIABLE, str(edition)))
        if names:
            stack.enter_context(variable(hosts.VARIABLE, ",".join(names)))
        site = stack.enter_context(TemporaryDirectory(prefix="pir-preview-"))
        preview = Preview(RELOAD_SCRIPT)
        preview.edition = edition
        preview.build_log = build_log
        loaded: list[MkDocsConfig] = []

        def build() -> None:
            with _explained(settings.config_file, loaded):
                kb_settings.read(settings.config_file)
                config = _load(settings, edition, site_dir=site, dev_addr=address)
                config.site_url = server.url
                plugin = _plugin(config, settings)
                plugin.preview = preview
                if not loaded:
                    config.plugins.on_startup(command="serve", dirty=False)
                loaded[:] = [config]
                mkdocs_build(config, serve_url=server.url)

        mount = urlsplit(settings.site_url or "/").path
        server = LiveReloadServer(build, host.strip("[]"), int(port), root=site, mount_path=mount)
        server.error_handler = lambda code: (
            page.read_bytes() if (page := Path(site, f"{code}.html")).is_file() else None
        )
        stack.callback(preview.end)
        stack.callback(server.shutdown)
        preview.attend(server, build, settings.config_file, settings.records, settings.root / settings.synonyms)
        if build_log is not None:
            build_log.address(str(edition), server.url)
        server.builder()
        for config in loaded:
            stack.callback(config.plugins.on_shutdown)
            config.plugins.on_serve(server, config=config, builder=build)
            for path in (config.docs_dir, *config.watch):
                server.watch(path)
        with suppress(KeyboardInterrupt):
            server.serve()  # type: ignore[no-untyped-call]


def _load(settings: Settings, edition: Edition, **more: Any) -> MkDocsConfig:
    """The configuration that an edition is built with: mkdocs.yml as it is, for a client's one of our own.

    MkDocs resolves names of Python objects in mkdocs.yml, and so runs code of theirs: for a client it never reads it.
    """
    if edition.internal:
        return load_config(str(settings.config_file), **more)
    ours = {**site_config.client_config(settings), **more}
    return load_config(BytesIO(b"{}"), config_file_path=str(settings.config_file), **ours)


@contextmanager
def _explained(config_file: Path, loaded: Sequence[MkDocsConfig]) -> Iterator[None]:
    """Raise as problems what MkDocs, or another plugin of what was `loaded`, stops for."""
    with _heard() as said:
        try:
            yield
        except ProblemError:
            raise
        except (ConfigurationError, Abort, PluginError, TemplateError) as error:
            # MkDocs ends with an exception of its own, which says nothing of ours
            if isinstance(error.__context__, ProblemError):
                raise error.__context__ from None
            raise ProblemError([_stopped(config_file, error, said)]) from None
        except Exception as error:
            if (name := next(filter(None, (_at_fault(config, error) for config in loaded)), None)) is None:
                raise
            what = f"the plugin '{name}' failed: {type(error).__name__}: {error}"
            hint = "it does not work with what pir publishes; take it out of mkdocs.yml"
            raise ProblemError([Problem.of("PIR605", config_file.name, (0, 0), what, hint)]) from None


def _stopped(config_file: Path, error: Exception, said: list[str]) -> Problem:
    """What made MkDocs stop: what it logged, where its exception only says that it did."""
    # MkDocs puts the stack of an extension that fails into what it says
    told = (re.sub(r'\s*\n\s*File "(?s:.*)\n', " ", message) for message in said)
    why = "; ".join(" ".join(message.split()) for message in told) or str(error)
    return Problem.of("PIR605", config_file.name, (0, 0), f"MkDocs stopped: {why}", "run mkdocs build for the details")


def _at_fault(config: MkDocsConfig, error: Exception) -> str | None:
    """The plugin, other than this one, in whose code an error arose."""
    frames = {frame.f_globals.get("__name__") for frame, _ in walk_tb(error.__traceback__)}
    others = ((name, plugin) for name, plugin in config.plugins.items() if not isinstance(plugin, PirPlugin))
    return next((name.removeprefix("material/") for name, plugin in others if type(plugin).__module__ in frames), None)


def _plugin(config: MkDocsConfig, settings: Settings) -> PirPlugin:
    listed = [plugin for plugin in config.plugins.values() if isinstance(plugin, PirPlugin)]
    if len(listed) == 1:
        return listed[0]
    what = "the plugin pir is listed twice" if listed else "the plugin pir is not listed"
    hint = "keep one of them" if listed else "add 'plugins:' with a line '- pir'"
    raise ProblemError([Problem.of("PIR601", settings.config_file.name, (0, 0), what, hint)])


def _refuse(config: MkDocsConfig, edition: Edition) -> None:
    """Stop a client's preview for what mkdocs.yml has beside the records. Raises ProblemError."""
    file = Path(config.config_file_path or "mkdocs.yml")
    steering = {key: config.get(key) for key in site_config.STEERING_KEYS}
    if problems := list(
        site_config.refused_in_preview(file, edition, config.theme.name, list(config.plugins), steering)
    ):
        raise ProblemError(problems)


def _unaudited(edition: Edition, settings: Settings) -> Problem:
    what = f"'mkdocs build' does not make the edition '{edition}', since nothing would audit it"
    hint = f"run 'pir build --edition {edition}'"
    return Problem.of("PIR622", settings.config_file.name, (0, 0), what, hint)


def _settle(config: MkDocsConfig, projection: Projection, leaves_offline: bool) -> None:
    """Give MkDocs and Material what they need, and take from them what would leave the site or grow with it."""
    config.use_directory_urls = False
    config.theme["font"] = False
    config.theme["palette"] = config.theme.get("palette") or PALETTE
    config.theme["features"] = config.theme.get("features") or FEATURES
    config.theme.dirs.insert(0, str(site_config.theme_folder()))
    config.site_name = html.escape(projection.site_name)
    config.extra["pir"] = {**assets.page_frame(projection), "offline": leaves_offline}
    if not config.nav or not projection.edition.internal:
        config.nav = _entries("", projection)
    config.edit_uri = config.edit_uri_template = None
    config.extra_css = [*assets.STYLE_SHEETS, *config.extra_css]
    if not projection.edition.internal:
        config.repo_url = config.repo_name = config.site_url = config.site_author = config.site_description = (
            config.copyright
        ) = None
        # templates, logo and icon of the internal site are not the client's; its own come from its record
        config.theme.dirs = [folder for folder in config.theme.dirs if folder != config.theme.custom_dir]
        config.theme["logo"] = ""
        config.theme["favicon"] = FAVICON
        frame = config.extra["pir"]
        config.extra.clear()
        config.extra.update({"pir": frame, "generator": False})


def _records(config: MkDocsConfig, options: Mapping[str, Any]) -> Path:
    """The folder of the records, links in its path as they are."""
    root = Path(config.config_file_path or "mkdocs.yml").parent
    return root / str(options.get("records") or kb_settings.RECORDS)


def _prefix(config: MkDocsConfig, edition: Edition, options: Mapping[str, Any]) -> str:
    """The folder of our pages in a site that has other pages as well; empty where the site is ours alone.

    A client's edition knows nothing of the site's other pages.
    """
    records = Path(os.path.realpath(_records(config, options)))
    return "" if not edition.internal or records == Path(os.path.realpath(config.docs_dir)) else f"{records.name}/"


def _source(path: str) -> str:
    """The Markdown file that MkDocs is told a page of ours is made from."""
    return path.removesuffix(".html") + ".md"


def _entries(prefix: str, projection: Projection) -> list[dict[str, str]]:
    """Our pages as entries of `nav`."""
    return [{title: prefix + _source(path)} for title, path in views.navigation(projection)]


def _with_section(nav: Any, prefix: str, projection: Projection) -> Any:
    """A `nav` with our section in the place of `pir: home`, at whatever depth."""
    if isinstance(nav, list):
        return [_with_section(item, prefix, projection) for item in nav]
    if nav == NAV_ENTRY:
        return {SECTION: _entries(prefix, projection)}
    if isinstance(nav, dict):
        return {title: _with_section(item, prefix, projection) for title, item in nav.items()}
    return nav


def _config_of_our_pages(config: MkDocsConfig, projection: Projection, prefix: str) -> MkDocsConfig:
    """The site's configuration as our pages within it see it: nothing from other hosts, no scripts but the theme's."""
    own = copy(config)
    frame = assets.page_frame(projection)
    own.extra = {**config.extra, "pir": {**frame, "script": prefix + frame["script"]}}  # type: ignore[assignment]
    local = [path for path in config.extra_css if not urlsplit(str(path)).netloc]
    own.extra_css = [*(prefix + path for path in assets.STYLE_SHEETS), *local]
    own.extra_javascript = []
    return own


def _found_in_docs(file: File, config: MkDocsConfig) -> bool:
    """Whether MkDocs found a file in its folder of pages, wherever a link there led it."""
    return file.generated_by is None and file.src_dir == config.docs_dir


def _hidden(view: views.PageView) -> list[str]:
    # the tabs are the whole navigation, so the sidebar would repeat one entry; on a phone it is the menu all the same
    return ["navigation"] if view.template == "pir.html" else ["navigation", "toc"]


def _toc_tokens(toc: list[tuple[int, str, str]]) -> list[Any]:
    """Flat (level, id, title) headings as the nested tokens that MkDocs reads."""
    root: list[Any] = []
    stack: list[tuple[int, list[Any]]] = [(0, root)]
    for level, id_, title in toc:
        while stack[-1][0] >= level:
            stack.pop()
        token = {"level": level, "id": id_, "name": html.escape(title), "children": []}
        stack[-1][1].append(token)
        stack.append((level, token["children"]))  # type: ignore[arg-type]
    return root


class _Listener(logging.Handler):
    """Keeps the errors that are logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep MkDocs' own progress off the terminal; its errors come back as exceptions, with what it logged."""
    logger = logging.getLogger("mkdocs")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


@contextmanager
def _heard() -> Iterator[list[str]]:
    """The errors that MkDocs logs meanwhile."""
    logger = logging.getLogger("mkdocs")
    listener = _Listener()
    logger.addHandler(listener)
    try:
        yield listener.said
    finally:
        logger.removeHandler(listener)


@contextmanager
def _fixed_clock(day: date) -> Iterator[None]:
    """Let MkDocs stamp its files with the day of the figures, not with the moment of the build."""
    name = "SOURCE_DATE_EPOCH"
    with variable(name, os.environ.get(name, str(int(datetime.combine(day, time(), UTC).timestamp())))):
        yield
