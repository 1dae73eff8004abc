"""Build an edition with MkDocs, or preview it with MkDocs' server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer

from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.editions.published_generation import PublishedGeneration
from mkdocs_pir.kb import settings as kb_settings
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.site import allowed_hosts
from mkdocs_pir.site.build_log import BuildLog
from mkdocs_pir.site.client_config import client_config
from mkdocs_pir.site.editing.access import Access
from mkdocs_pir.site.editing.record_editor import RecordEditor
from mkdocs_pir.site.editing.web_api import WebApi
from mkdocs_pir.site.environment_variables import variable
from mkdocs_pir.site.mkdocs_errors import mkdocs_errors_as_problems, quiet_mkdocs
from mkdocs_pir.site.plugin import EDITION_VARIABLE, RELOAD_SCRIPT, PirPlugin
from mkdocs_pir.site.preview import Preview
from mkdocs_pir.store import stages
from mkdocs_pir.store.result_store import ResultStore


def render(
    settings: Settings,
    projection: Projection,
    folder: Path,
    previous: PublishedGeneration | None = None,
    *,
    served: bool = True,
    site: bytes = b"",
) -> None:
    """Build one edition's site into a folder. Raises ProblemError when MkDocs cannot build it.

    Pages that did not change are taken over from `previous`. With `served` the site gets a service worker, so that it can be used without a network.
    Frames are kept by `site`, the digest of the program and the site around the records, unless it is empty.
    """
    _render(
        settings.config_file,
        lambda: _load(settings, projection.edition, site_dir=str(folder)),
        projection,
        folder,
        served,
        settings.cache,
        previous,
        site,
    )


def render_with(values: Mapping[str, Any], config_file: Path, projection: Projection, folder: Path) -> None:
    """Build one edition's site into a folder with these values of the MkDocs configuration.

    `config_file` need not exist: it only gives messages its name, and relative paths their folder. Raises ProblemError.
    """
    _render(
        config_file,
        lambda: _load_values(values, config_file, site_dir=str(folder)),
        projection,
        folder,
        True,
        None,
        None,
    )


@stages.THEME
def _render(
    config_file: Path,
    load: Callable[[], MkDocsConfig],
    projection: Projection,
    folder: Path,
    served: bool,
    cache: Path | None,
    previous: PublishedGeneration | None,
    site: bytes = b"",
) -> None:
    loaded: list[MkDocsConfig] = []
    with quiet_mkdocs(), _fixed_clock(projection.as_of), mkdocs_errors_as_problems(config_file, loaded):
        config = load()
        loaded.append(config)
        plugin = _plugin(config, config_file)
        config.plugins.on_startup(command="build", dirty=False)
        with closing(ResultStore(cache)) as store:
            plugin.prepare(projection, store, previous, served=served, site=site)
            mkdocs_build(config)
        paths = plugin.paths
        missing = [path for path in paths if not (folder / path).is_file()]
        if missing:
            raise PluginError(f"{len(missing)} of {len(paths)} pages were not written, such as {missing[0]}")


def serve(
    settings: Settings,
    edition: Edition,
    address: str,
    names: Sequence[str] = (),
    build_log: BuildLog | None = None,
    *,
    editing: bool = False,
) -> None:
    """Preview an edition until interrupted. `names` are further host names by which it can be reached.

    With `editing`, which needs an address of this machine alone, records can be edited in the browser.

    Problems that stop a build are shown on the pages and printed by the `build_log`.
    """
    host, _, port = address.rpartition(":")
    with ExitStack() as stack:
        stack.enter_context(variable(EDITION_VARIABLE, str(edition)))
        if names:
            stack.enter_context(variable(allowed_hosts.VARIABLE, ",".join(names)))
        site = stack.enter_context(TemporaryDirectory(prefix="pir-preview-"))
        preview = Preview(RELOAD_SCRIPT, on_demand=True)
        preview.edition = edition
        preview.build_log = build_log
        loaded: list[MkDocsConfig] = []

        def build() -> None:
            with mkdocs_errors_as_problems(settings.config_file, loaded):
                kb_settings.read(settings.config_file)
                config = _load(settings, edition, site_dir=site, dev_addr=address)
                config.site_url = server.url
                plugin = _plugin(config, settings.config_file)
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
        if editing:
            access = Access(int(port))
            preview.editing = WebApi(RecordEditor(settings.config_file), access, server.mount_path)
        if build_log is not None:
            build_log.address(str(edition), server.url)
            if preview.editing is not None:
                host_url = server.url.removesuffix(server.mount_path)
                build_log.editing_address(f"{host_url}{preview.editing.root}?token={preview.editing.access.token}")
        server.builder()
        for config in loaded:
            stack.callback(config.plugins.on_shutdown)
            config.plugins.on_serve(server, config=config, builder=build)
            for path in (config.docs_dir, *config.watch):
                server.watch(path)
        with suppress(KeyboardInterrupt):
            server.serve()  # type: ignore[no-untyped-call]


def _load(settings: Settings, edition: Edition, **more: Any) -> MkDocsConfig:
    """The MkDocs configuration of an edition: mkdocs.yml for the internal edition, `client_config` for a client's.

    MkDocs imports Python objects that mkdocs.yml names, and so runs their code; it never reads it for a client.
    """
    if edition.internal:
        return load_config(str(settings.config_file), **more)
    return _load_values(client_config(settings), settings.config_file, **more)


def _load_values(values: Mapping[str, Any], config_file: Path, **more: Any) -> MkDocsConfig:
    return load_config(BytesIO(b"{}"), config_file_path=str(config_file), **{**values, **more})


def _plugin(config: MkDocsConfig, config_file: Path) -> PirPlugin:
    listed = [plugin for plugin in config.plugins.values() if isinstance(plugin, PirPlugin)]
    if len(listed) == 1:
        return listed[0]
    what = "the plugin pir is listed twice" if listed else "the plugin pir is not listed"
    hint = "keep one of them" if listed else "add 'plugins:' with a line '- pir'"
    raise ProblemError([Problem.of("PIR601", config_file.name, (0, 0), what, hint)])


@contextmanager
def _fixed_clock(day: date) -> Iterator[None]:
    """Let MkDocs date its files with the day of the figures instead of the time of the build."""
    name = "SOURCE_DATE_EPOCH"
    with variable(name, os.environ.get(name, str(int(datetime.combine(day, time(), UTC).timestamp())))):
        yield
