"""The backstop in time: a text that might take long is rendered by a process of its own, which can be ended.

The structural limits decide, the same on every machine. What they let through, and what is long or dense all the same,
is rendered here; no real report is, so an ordinary knowledge base starts no process. That a text took too long is said
of this run and this machine, and kept nowhere.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from threading import Lock, Timer
from typing import IO

import msgspec

from mkdocs_pir.kb.texts import limits
from mkdocs_pir.kb.texts.rendering import MarkdownReader, Rendered
from mkdocs_pir.kb.texts.text import Text

SECONDS = 60.0
"""How long one text may take. At the structural limits it takes a tenth of that on one slow core."""

LONG = 20_000
"""Characters of a text that is rendered in the process."""

DENSE = 4_000_000
"""The same of a shorter one: its characters times its signs of Markdown, with which the time grows."""


class TakesTooLong(Exception):
    """A text was not rendered in time, or its process ended before that."""


class _Request(msgspec.Struct):
    extensions: tuple[str, ...]
    text: str


def may_take_long(text: str) -> bool:
    """Whether a text is rendered in a process that can be ended."""
    return len(text) > LONG or (len(text) > limits.MAX_OPEN and len(text) * limits.signs(text) > DENSE)


def render(extensions: Sequence[str], text: str) -> Rendered:
    """What a reader with these extensions makes of a text. Raises TakesTooLong."""
    return _renderer.render(_Request(tuple(extensions), text))


class _Renderer:
    """One process that renders one text after the other, begun when it is first needed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        atexit.register(self.end)

    def render(self, request: _Request) -> Rendered:
        with self._lock:
            try:
                process = self._begun()
            except OSError:
                # where no process can be begun, nothing but the structural limits holds
                return MarkdownReader(request.extensions).render(request.text)
            timer = Timer(SECONDS, process.kill)
            timer.daemon = True
            timer.start()
            answer = None
            try:
                answer = _asked(process, msgspec.msgpack.encode(request))
            finally:
                timer.cancel()
                if answer is None:
                    self.end()
        if answer is None:
            raise TakesTooLong
        return msgspec.msgpack.decode(answer, type=Rendered, dec_hook=lambda _, parts: Text(*parts))

    def _begun(self) -> subprocess.Popen[bytes]:
        # a process that was forked from the one that began it begins its own
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", f"from {__name__} import serve; serve()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            self._owner = os.getpid()
        return self._process

    def end(self) -> None:
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.communicate()


def _asked(process: subprocess.Popen[bytes], request: bytes) -> bytes | None:
    """The process's answer; None where it ended before it gave one."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        _write(process.stdin, request)
        return _read(process.stdout)
    except OSError:
        return None


_renderer = _Renderer()


def serve() -> None:
    """In the process: render what is asked for, until nobody asks any more."""
    # whoever began it decides when it ends, also when somebody presses Ctrl-C
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    readers: dict[tuple[str, ...], MarkdownReader] = {}
    while (asked := _read(sys.stdin.buffer)) is not None:
        request = msgspec.msgpack.decode(asked, type=_Request)
        if hasattr(signal, "alarm"):
            # where its beginner is gone, nobody else ends it
            signal.alarm(int(2 * SECONDS))
        reader = readers.get(request.extensions) or MarkdownReader(request.extensions)
        readers[request.extensions] = reader
        _write(
            sys.stdout.buffer,
            msgspec.msgpack.encode(reader.render(request.text), enc_hook=lambda text: (str(text), text.html)),
        )
        if hasattr(signal, "alarm"):
            signal.alarm(0)


_LENGTH = 4


def _write(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(len(message).to_bytes(_LENGTH, "big") + message)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes | None:
    """The next message, or None where the other side has ended."""
    head = pipe.read(_LENGTH)
    length = int.from_bytes(head, "big")
    message = pipe.read(length) if len(head) == _LENGTH else b""
    return message if len(head) == _LENGTH and len(message) == length else None
