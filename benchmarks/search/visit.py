"""A visit by a browser to a site, measured by the page itself: the stated line is the server's, and no debugger slows it.

A debugger that follows every request (as one has to, to limit the line or to count bytes from outside) takes as much
of a small machine as the search does. So here the server holds answers back as the line would and counts the bytes,
and the page reports its times to it.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import mimetypes
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from typing import Any
from urllib.parse import quote, unquote

LATENCY = 0.040  # s
SPEED = 1_250_000  # bytes/s: with LATENCY, the stated line of 10 Mbit/s and 40 ms
SETTLE = 1500  # ms between the start of a browser and the visit
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
CHROMIUM = next((p for n in BROWSERS if (p := shutil.which(n))), None)

_FIRST = """new MutationObserver((_, watch) => {
  if (!document.querySelector(".hit, .pir-result__link")) return;
  watch.disconnect();
  fetch("/-report?" + performance.now());
}).observe(document, {childList: true, subtree: true});"""
_ASKED = """addEventListener("load", () => setTimeout(async () => {
  const ask = await (%s)(), times = [];
  await fetch("/-mark");
  for (const text of %s) {
    const start = performance.now();
    await ask(text);
    times.push(performance.now() - start);
  }
  fetch("/-report?" + JSON.stringify(times.map(time => Math.round(time * 100) / 100)));
}, 1000));"""


class Host:
    """Serves a folder compressed, as static hosts do, from memory; with `line`, as slowly as the stated line."""

    def __init__(self, folder: Path, loop: asyncio.AbstractEventLoop) -> None:
        self.line = False
        self.script = ""
        self.start = ""
        self.sent = 0
        self.reports: Queue[tuple[Any, int]] = Queue()
        self._folder = folder.resolve()
        self._loop = loop
        self._free = 0.0
        self._known: dict[str, bytes] = {}

    def answer(self, address: str, transport: Any) -> None:
        path, _, told = address.partition("?")
        if path == "/-report":
            self.reports.put((json.loads(unquote(told)), self.sent))
        if path == "/-mark":
            self.sent = 0
        if path.startswith("/-"):
            page = f"<script>setTimeout(() => location.replace({json.dumps(self.start)}), {SETTLE})</script>"
            transport.write(_response("text/html", page.encode() if path == "/-start" else b""))
            return
        content = self._content(path)
        self.sent += len(content)
        if not self.line:
            transport.write(content)
            return
        self._free = max(self._free, self._loop.time() + LATENCY) + len(content) / SPEED
        self._loop.call_at(self._free, transport.write, content)

    def _content(self, path: str) -> bytes:
        if path not in self._known:
            file = (self._folder / unquote(path).lstrip("/")).resolve()
            if self._folder not in file.parents or not file.is_file():
                return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            content = file.read_bytes()
            if kind == "text/html":  # differs by visit
                return _response(kind, content.replace(b"<meta", f"<script>{self.script}</script><meta".encode(), 1))
            self._known[path] = _response(kind, content)
        return self._known[path]


def _response(kind: str, content: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n"
    if kind.startswith("text/") or kind in ("application/javascript", "application/json"):
        content = gzip.compress(content, 6)
        head += "Content-Encoding: gzip\r\n"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


class _Connection(asyncio.Protocol):
    def __init__(self, host: Host) -> None:
        self._host = host
        self._asked = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        # as servers do: else each answer waits 40 ms for what its headers are answered with
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        *asked, self._asked = (self._asked + data).split(b"\r\n\r\n")
        for request in asked:
            self._host.answer(request.split(b" ", 2)[1].decode(), self._transport)


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, Host]]:
    """The address of `folder`, served from a thread of its own, and who serves it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    host = Host(folder, loop)
    starting = loop.create_server(lambda: _Connection(host), "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(starting, loop).result()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", host
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def first(folder: Path, page: str, question: str) -> tuple[float, int]:
    """How many ms after a visitor asked for `page` with `question` the first result shows, and bytes until then."""
    return _visit(folder, f"{page}?q={quote(question)}", _FIRST, line=True)


def asked(
    folder: Path, page: str, opening: str, texts: Sequence[str], *, line: bool = False
) -> tuple[list[float], int]:
    """The ms in which each of `texts`, asked one after the other, is answered, and the bytes that all of them took.

    `opening` is JavaScript of an async function that returns one to be called with a text.
    """
    listed = json.dumps(list(texts)).replace("</", "<\\/")
    return _visit(folder, page, _ASKED % (opening, listed), line=line)


def _visit(folder: Path, page: str, script: str, *, line: bool) -> tuple[Any, int]:
    with served(folder) as (root, host), tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        host.line, host.script, host.start = line, script, f"/{page}"
        command = [str(CHROMIUM), "--headless=new", *FLAGS, f"--user-data-dir={profile}", f"{root}-start"]
        chromium = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            return host.reports.get(timeout=300)
        except Empty:
            raise SystemExit(f"no answer at {page}") from None
        finally:
            chromium.terminate()
            chromium.wait()
