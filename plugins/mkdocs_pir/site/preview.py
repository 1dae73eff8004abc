"""The preview server's answers: each request gets a page, even after a build that failed, and the page shows why.

MkDocs' server answers no request after a failed build. Here the server never notices a failure: it goes on with the
former pages, which show the problems, until a build succeeds.
"""

from __future__ import annotations

import logging
import os
import posixpath
import re
import tempfile
import time
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from traceback import extract_tb
from typing import Any

from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb import settings as kb_settings
from mkdocs_pir.kb.loading import load
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.problem_formats import as_text
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.site import allowed_hosts
from mkdocs_pir.site.banner import banner, unaudited_banner
from mkdocs_pir.site.build_log import BuildLog
from mkdocs_pir.site.editing.web_api import WebApi
from mkdocs_pir.site.file_watch import FileWatch
from mkdocs_pir.site.folder_watch import FolderWatch
from mkdocs_pir.site.live_edition import LiveEdition, Memory
from mkdocs_pir.site.pages_on_demand import FilesOnDemand
from mkdocs_pir.site.security import inline_scripts, with_allowed_script, with_policy

log = logging.getLogger("mkdocs.plugins.pir")

App = Callable[..., Iterable[bytes]]

NOT_BUILT = "The preview cannot be built. The pages are as they were before."

NOT_MADE = "This page cannot be made."

RELOADS = "/livereload/"
"""How the addresses begin at which a page asks whether it is to reload."""

OWN_SITE_ONLY = (("Cross-Origin-Resource-Policy", "same-origin"),)
"""Headers of every answer, so that no page of another site can embed a script or image of the preview."""

_ARTICLE = re.compile(r"<article\b[^>]*>", re.I)
_BODY = re.compile(r"<body\b[^>]*>", re.I)
_MARK = 'class="pir-banner"'


class Preview:
    """The state of a preview: the `edition`, the `problems` of the last build, and its `failure` if it did not finish.

    `reload_script` matches the script that the server adds to each page. With `on_demand`, files are made when they are
    asked for wherever that is possible; `files` then makes them, and otherwise `records_at` has the ids of records by the
    paths of their pages. With `editing`, pages lead to the forms of their records.
    """

    def __init__(self, reload_script: re.Pattern[str] | None = None, *, on_demand: bool = False) -> None:
        self.reload_script = reload_script
        self.on_demand = on_demand
        self.files: FilesOnDemand | None = None
        self.live: LiveEdition | None = None
        self.editing: WebApi | None = None
        self.records_at: Mapping[str, str] = {}
        self._memory: Memory | None = None
        self.edition = Edition()
        self.problems: Sequence[Problem] = ()
        self.failure: Sequence[Problem] = ()
        self.build_log: BuildLog | None = None
        self._server: Any = None
        self._folder_watch: FolderWatch | None = None
        self._ending: list[Callable[[], None]] = []

    def attends(self, server: Any) -> bool:
        """Whether `attend` was called with this server."""
        return self._server is server

    def attend(self, server: Any, build: Callable[[], None], config_file: Path, records: Path, synonyms: Path) -> None:
        """Wrap the builds and answers of a server, and watch files that MkDocs does not watch.

        `server` is a LiveReloadServer of MkDocs that does not listen yet; `synonyms` is a file or a folder.
        """
        self._server = server
        server.builder = self.guarded(build, lambda error: build_problems(error, config_file))
        server.set_app(self.around(server.get_app(), allowed_hosts.allowed_names(server.server_address[0])))
        trigger = RebuildTrigger()
        _watch_without_links(server, [Path(trigger.folder.name), records, config_file])
        # editors replace a file instead of writing into it, so its folder is watched
        for folder in {config_file.parent, synonyms if synonyms.is_dir() else synonyms.parent}:
            if folder.is_dir() and not folder.is_relative_to(records):
                server.watch(str(folder), recursive=False)

        def watch_again() -> None:
            _unwatch(server, str(records))
            server.watch(str(records))
            trigger.request_build()

        self._folder_watch = FolderWatch(
            records, trigger.request_build, watch_again, lambda: server.observer.has_ended(str(records))
        )
        self._folder_watch.start()
        self._ending += [trigger.close, self._folder_watch.stop]

    def memory_of(self, settings: Settings) -> Memory:
        """What was read before with these settings."""
        if self._memory is None or self._memory.settings != settings:
            self._memory = Memory(settings)
        return self._memory

    def show(self, files: FilesOnDemand, problems: Sequence[Problem]) -> None:
        """Show the edition as it is now."""
        self.files, self.problems, self.failure = files, tuple(problems), ()

    def tell(self, problems: Sequence[Problem]) -> None:
        """Show the problems that a check has found after its pages were shown."""
        changed = set(problems) != set(self.problems)
        self.problems = tuple(problems)
        if self.build_log is not None:
            self.build_log.check(problems)
        if changed and (server := self._server) is not None:
            with server._epoch_cond:
                # open pages reload, unless they are going to after the build that has begun
                if server._visible_epoch == server._wanted_epoch:
                    server._visible_epoch = server._wanted_epoch = max(
                        round(time.monotonic() * 1000), server._visible_epoch + 1
                    )
                    server._epoch_cond.notify_all()

    def end(self) -> None:
        """Release what `attend` started."""
        if self.live is not None:
            self.live.end()
        while self._ending:
            self._ending.pop()()

    def guarded(self, build: Callable[[], None], explain: Callable[[BaseException], Sequence[Problem]]) -> Any:
        """The build without exceptions other than KeyboardInterrupt; `explain` turns an exception into problems."""

        def guarded_build(*_: Any) -> None:
            with nullcontext() if self._folder_watch is None else self._folder_watch.building():
                build_and_explain()

        def build_and_explain() -> None:
            if self.build_log is not None:
                self.build_log.begin()
            checked = True
            try:
                if self._refreshed():
                    checked = self.live is None or not self.live.is_checking
                else:
                    build()
            except (Exception, SystemExit) as error:
                self.failure = tuple(self._explained(error, explain))
                if self.build_log is None:
                    log.error("%s\n%s", NOT_BUILT, as_text(self.failure))
            else:
                self.failure = ()
            if self.build_log is not None:
                self.build_log.end(self.failure or self.problems, failed=bool(self.failure), checked=checked)

        return guarded_build

    def _refreshed(self) -> bool:
        """Whether what changed could be taken over without a new build."""
        try:
            return self.live is not None and self.live.refresh()
        except Exception:
            # the build says what is wrong
            return False

    @staticmethod
    def _explained(error: BaseException, explain: Callable[[BaseException], Sequence[Problem]]) -> Sequence[Problem]:
        try:
            return explain(error)
        except Exception as another:
            return [_unexpected(another, "mkdocs.yml")]

    def around(self, app: App, names: Container[str] = allowed_hosts.OWN_NAMES) -> App:
        """The server's WSGI application, restricted to these host names, with the banner in its pages."""

        def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            if (name := allowed_hosts.host_name(environ.get("HTTP_HOST", ""))) not in names:
                start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8"), *OWN_SITE_ONLY])
                return [allowed_hosts.refusal_text(name).encode()]
            path = environ.get("PATH_INFO", "")
            if self.editing is not None and self.editing.is_asked(path):
                return self.editing(environ, start_response)
            responses: list[Any] = []
            if (problems := self._provide(path)) is not None:
                headers = [("Content-Type", "text/html; charset=utf-8"), *OWN_SITE_ONLY]
                start_response("500 Internal Server Error", headers)
                return [self.page(_with(_bare(NOT_MADE), banner(problems, NOT_MADE))).encode()]
            body = app(environ, lambda status, headers, *rest: responses.append((status, headers)))
            status, headers = (
                responses[0] if responses else ("500 Internal Server Error", [("Content-Type", "text/html")])
            )
            kind = next((value for name, value in headers if name.lower() == "content-type"), "")
            if not kind.startswith("text/html"):
                start_response(status, [*headers, *OWN_SITE_ONLY])
                return body
            try:
                page = b"".join(body).decode("utf-8", "replace")
            finally:
                close = getattr(body, "close", None)
                if close is not None:
                    close()
            content = self.page(page, self._edit_link(path)).encode()
            other_headers = [(n, v) for n, v in headers if n.lower() not in ("content-length", "content-type")]
            length = ("Content-Length", str(len(content)))
            start_response(
                status, [*other_headers, ("Content-Type", "text/html; charset=utf-8"), length, *OWN_SITE_ONLY]
            )
            return [content]

        return answer

    def _edit_link(self, asked: str) -> str:
        """The link to the form of the record whose page a request asks for; empty for other pages."""
        if self.editing is None or self._server is None:
            return ""
        path = asked.removeprefix(self._server.mount_path)
        id_ = self.files.pages.record_at(path) if self.files is not None else self.records_at.get(path)
        return self.editing.link(id_) if id_ else ""

    def _provide(self, asked: str) -> Sequence[Problem] | None:
        """Make the file that a request asks for, unless all were made before. Returns the problems if it cannot be made."""
        server = self._server
        if self.files is None or server is None or asked.startswith(RELOADS):
            return None
        with server._epoch_cond:
            server._epoch_cond.wait_for(lambda: server._visible_epoch == server._wanted_epoch)
        address = asked.encode("latin-1").decode("utf-8", "ignore")
        if not f"{address}/".startswith(server.mount_path):
            return None
        path = address[len(server.mount_path) :] + ("index.html" if address.endswith("/") else "")
        path = posixpath.normpath(f"/{path}").lstrip("/")
        try:
            while (files := self.files) is not None:
                # the server leads to the page of a folder
                files.provide(f"{path}/index.html" if files.pages.is_folder(path) else path)
                if self.files is files:
                    break
        except Exception as error:
            return [_unexpected(error, path)]
        return None

    def page(self, html: str, edit_link: str = "") -> str:
        """A page with the banner of the preview, and the link to the form of its record."""
        if "<html" not in html.lower():
            html = _bare(html)
        banners = "" if self.edition.internal else unaudited_banner(self.edition)
        if self.failure:
            banners += banner(self.failure, NOT_BUILT)
        elif self.problems and _MARK not in html:
            banners += banner(self.problems)
        html = _with(html, banners + edit_link)
        for code in inline_scripts(html):
            if self.reload_script is not None and self.reload_script.fullmatch(code):
                html = with_allowed_script(html, code)
        return html


def _with(html: str, banners: str) -> str:
    """A page with something at the beginning of what it shows."""
    place = _ARTICLE.search(html) or _BODY.search(html)
    at = place.end() if place else 0
    return html[:at] + banners + html[at:]


def build_problems(error: BaseException, config_file: Path) -> Sequence[Problem]:
    """The problems for which a build failed, with the line if mkdocs.yml is at fault."""
    name = config_file.name
    try:
        settings = kb_settings.read(config_file)
        if not settings.records.is_dir():
            return load(settings).problems
    except ProblemError as failure:
        return failure.problems
    except OSError as failure:
        why = f"it cannot be read: {failure.strerror}"
        return [Problem.of("PIR601", name, (0, 0), why, "put it back, or stop the preview")]
    if isinstance(error, ProblemError):
        return error.problems
    if isinstance(error, OSError) and isinstance(error.filename, str):
        why = f"'{os.path.relpath(error.filename, config_file.parent)}' cannot be used: {error.strerror}"
        return [Problem.of("PIR605", name, (0, 0), why, "put it back, or take out what names it")]
    return [_unexpected(error, name)]


def _unexpected(error: BaseException, name: str) -> Problem:
    frame = extract_tb(error.__traceback__)[-1]
    why = f"{type(error).__name__} in line {frame.lineno} of {Path(frame.filename).name}: {error}"
    return Problem.of("PIR605", name, (0, 0), why, "this is a fault of mkdocs-pir or of a plugin; please report it")


def _watch_without_links(server: Any, paths: Iterable[Path]) -> None:
    """Let a server watch its paths and these, without following symbolic links, which may lead to themselves or to the
    whole disk."""
    watched = {*server._watched_paths, *(str(path) for path in paths if path.exists())}
    for path in list(server._watched_paths):
        _unwatch(server, path)
    server.observer = FileWatch(interval=server.observer.timeout)
    for path in sorted(watched):
        server.watch(path)


def _unwatch(server: Any, path: str) -> None:
    # a path that is watched twice must be unwatched twice
    while path in server._watched_paths:
        server.unwatch(path)


class RebuildTrigger:
    """A watched file in a temporary folder: writing it makes the server build again."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="pir-preview-")
        self._requests = 0

    def request_build(self) -> None:
        self._requests += 1
        Path(self.folder.name, "rebuild").write_text(str(self._requests), "utf-8", newline="\n")

    def close(self) -> None:
        self.folder.cleanup()


def _bare(text: str) -> str:
    """A page for a request without one, which reloads itself."""
    return with_policy(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="3">'
        f"<title>{text}</title></head><body><p>{text}</p></body></html>"
    )
