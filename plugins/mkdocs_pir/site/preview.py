"""The preview's answers: whatever broke, each request gets a page, and the page says what is wrong.

MkDocs' own server leaves every request waiting after a build that failed. Here a build never fails towards the
server: what went wrong is shown on the pages as they were, until a build succeeds.
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
import threading
from collections.abc import Callable, Container, Iterable, Sequence
from pathlib import Path
from traceback import extract_tb
from typing import Any

from watchdog.observers.polling import PollingObserverVFS

from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb import load
from mkdocs_pir.kb import settings as kb_settings
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.problem_formats import as_text
from mkdocs_pir.site import allowed_hosts
from mkdocs_pir.site.banner import banner, unaudited_banner
from mkdocs_pir.site.build_log import BuildLog
from mkdocs_pir.site.security import inline_scripts, with_allowed_script, with_policy

log = logging.getLogger("mkdocs.plugins.pir")

App = Callable[..., Iterable[bytes]]

NOT_BUILT = "The preview cannot be built. The pages are as they were before."

OWN_SITE_ONLY = (("Cross-Origin-Resource-Policy", "same-origin"),)
"""Headers of every answer: no page of another site can take in a script or picture of the preview."""

_ARTICLE = re.compile(r"<article\b[^>]*>", re.I)
_BODY = re.compile(r"<body\b[^>]*>", re.I)
_MARK = 'class="pir-banner"'


class Preview:
    """What the server shows: `problems` of the records in the last build, `failure` when there was none.

    `reload_script` is how the script reads that the server adds to each page. `edition` is what is shown.
    """

    def __init__(self, reload_script: re.Pattern[str] | None = None) -> None:
        self.reload_script = reload_script
        self.edition = Edition()
        self.problems: Sequence[Problem] = ()
        self.failure: Sequence[Problem] = ()
        self.build_log: BuildLog | None = None
        self._server: Any = None
        self._ending: list[Callable[[], None]] = []

    def attends(self, server: Any) -> bool:
        """Whether this is the server that was taken over."""
        return self._server is server

    def attend(self, server: Any, build: Callable[[], None], config_file: Path, records: Path, synonyms: Path) -> None:
        """Take over a server's builds and answers, and let it watch what MkDocs leaves out.

        `server` is MkDocs' LiveReloadServer before it listens; `synonyms` the file of that option, or a folder.
        """
        self._server = server
        server.builder = self.guarded(build, lambda error: build_problems(error, config_file))
        server.set_app(self.around(server.get_app(), allowed_hosts.allowed_names(server.server_address[0])))
        bell = RebuildTrigger()
        _watch_without_links(server, [Path(bell.folder.name), records, config_file])
        # editors replace a file rather than write into it; watching its folder outlives that
        for folder in {config_file.parent, synonyms if synonyms.is_dir() else synonyms.parent}:
            if folder.is_dir() and not folder.is_relative_to(records):
                server.watch(str(folder), recursive=False)

        def watch_again() -> None:
            _unwatch(server, str(records))
            server.watch(str(records))
            bell.ring()

        sentinel = FolderWatch(records, bell.ring, watch_again)
        sentinel.start()
        self._ending += [bell.close, sentinel.stop]

    def end(self) -> None:
        """Let go of what `attend` took."""
        while self._ending:
            self._ending.pop()()

    def guarded(self, build: Callable[[], None], explain: Callable[[BaseException], Sequence[Problem]]) -> Any:
        """A build that never raises but KeyboardInterrupt; `explain` says as problems what it stopped for."""

        def guarded_build(*_: Any) -> None:
            if self.build_log is not None:
                self.build_log.begin()
            try:
                build()
            except (Exception, SystemExit) as error:
                self.failure = tuple(self._explained(error, explain))
                if self.build_log is None:
                    log.error("%s\n%s", NOT_BUILT, as_text(self.failure))
            else:
                self.failure = ()
            if self.build_log is not None:
                self.build_log.end(self.failure or self.problems, failed=bool(self.failure))

        return guarded_build

    @staticmethod
    def _explained(error: BaseException, explain: Callable[[BaseException], Sequence[Problem]]) -> Sequence[Problem]:
        try:
            return explain(error)
        except Exception as another:
            return [_unexpected(another, "mkdocs.yml")]

    def around(self, app: App, names: Container[str] = allowed_hosts.OWN_NAMES) -> App:
        """The server's WSGI application for requests by one of these names, with the banner in its pages."""

        def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            if (name := allowed_hosts.host_name(environ.get("HTTP_HOST", ""))) not in names:
                start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8"), *OWN_SITE_ONLY])
                return [allowed_hosts.refusal_text(name).encode()]
            told: list[Any] = []
            body = app(environ, lambda status, headers, *rest: told.append((status, headers)))
            status, headers = told[0] if told else ("500 Internal Server Error", [("Content-Type", "text/html")])
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
            content = self.page(page).encode()
            kept = [(n, v) for n, v in headers if n.lower() not in ("content-length", "content-type")]
            length = ("Content-Length", str(len(content)))
            start_response(status, [*kept, ("Content-Type", "text/html; charset=utf-8"), length, *OWN_SITE_ONLY])
            return [content]

        return answer

    def page(self, html: str) -> str:
        """A page as the preview shows it."""
        if "<html" not in html.lower():
            html = _bare(html)
        said = "" if self.edition.internal else unaudited_banner(self.edition)
        if self.failure:
            said += banner(self.failure, NOT_BUILT)
        elif self.problems and _MARK not in html:
            said += banner(self.problems)
        if said:
            place = _ARTICLE.search(html) or _BODY.search(html)
            at = place.end() if place else 0
            html = html[:at] + said + html[at:]
        for code in inline_scripts(html):
            if self.reload_script is not None and self.reload_script.fullmatch(code):
                html = with_allowed_script(html, code)
        return html


def build_problems(error: BaseException, config_file: Path) -> Sequence[Problem]:
    """Why a build failed: at its line when it is mkdocs.yml, else what was said."""
    name = config_file.name
    try:
        settings = kb_settings.read(config_file)
        if not settings.records.is_dir():
            return load(settings).problems
    except ProblemError as found:
        return found.problems
    except OSError as found:
        why = f"it cannot be read: {found.strerror}"
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
    """Let a server watch what it does, and these paths, without following links: one that leads to itself, or to the
    whole disk, has no end."""
    watched = {*server._watched_paths, *(str(path) for path in paths if path.exists())}
    for path in list(server._watched_paths):
        _unwatch(server, path)
    server.observer = PollingObserverVFS(os.lstat, os.scandir, polling_interval=server.observer.timeout)
    for path in sorted(watched):
        server.watch(path)


def _unwatch(server: Any, path: str) -> None:
    # a path that was given twice is let go only when both let go
    while path in server._watched_paths:
        server.unwatch(path)


class FolderWatch:
    """Notices that a folder goes away and comes back, which the server's own watching does not survive.

    `lost` and `back` are called from a thread of their own.
    """

    def __init__(self, folder: Path, lost: Callable[[], None], back: Callable[[], None]) -> None:
        self.folder = folder
        self.lost = lost
        self.back = back
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True, name="pir-sentinel")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()

    def _watch(self) -> None:
        there = True
        while not self._ended.wait(0.2):
            if there != self.folder.is_dir():
                there = not there
                (self.back if there else self.lost)()


class RebuildTrigger:
    """A file in a folder of its own that the server watches: ringing it asks for a build."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="pir-preview-")
        self._rings = 0

    def ring(self) -> None:
        self._rings += 1
        Path(self.folder.name, "bell").write_text(str(self._rings), "utf-8")

    def close(self) -> None:
        self.folder.cleanup()


def _bare(text: str) -> str:
    """The page for a request that has none, asking again by itself."""
    return with_policy(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="3">'
        f"<title>{text}</title></head><body><p>{text}</p></body></html>"
    )
