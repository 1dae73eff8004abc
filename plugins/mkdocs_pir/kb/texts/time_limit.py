"""The time limit for rendering: a text that might take long is rendered in a separate process, which can be ended.

The structural limits refuse most such texts. What is within them but long or dense is rendered here. Real reviews are
not, so an ordinary knowledge base starts no process. A timeout is not stored, since another run may be faster.
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
"""The maximum time for one text in seconds. A text at the structural limits takes a tenth of it on one slow core."""

LONG = 20_000
"""Texts with more characters are rendered in the separate process."""

DENSE = 4_000_000
"""The same for shorter texts, by characters times characters of Markdown syntax, with which the time grows."""


class TakesTooLong(Exception):
    """Raised if a text is not rendered in time, or its process ends early."""


class _Request(msgspec.Struct):
    extensions: tuple[str, ...]
    text: str


def may_take_long(text: str) -> bool:
    """Whether a text has to be rendered in the separate process."""
    return len(text) > LONG or (len(text) > limits.MAX_OPEN and len(text) * limits.syntax_characters(text) > DENSE)


def render(extensions: Sequence[str], text: str) -> Rendered:
    """Render a text with these extensions in the separate process. Raises TakesTooLong."""
    return _renderer.render(_Request(tuple(extensions), text))


class _Renderer:
    """The separate process, which renders one text at a time and is started when first needed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        atexit.register(self.end)

    def render(self, request: _Request) -> Rendered:
        with self._lock:
            try:
                process = self._running()
            except OSError:
                # if no process can be started, only the structural limits apply
                return MarkdownReader(request.extensions).render(request.text)
            timer = Timer(SECONDS, process.kill)
            timer.daemon = True
            timer.start()
            answer = None
            try:
                answer = _answer(process, msgspec.msgpack.encode(request))
            finally:
                timer.cancel()
                if answer is None:
                    self.end()
        if answer is None:
            raise TakesTooLong
        return msgspec.msgpack.decode(answer, type=Rendered, dec_hook=lambda _, parts: Text(*parts))

    def _running(self) -> subprocess.Popen[bytes]:
        # a forked process must not use the renderer of its parent
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


def _answer(process: subprocess.Popen[bytes], request: bytes) -> bytes | None:
    """The answer of the process; None if it ended before it answered."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        _write(process.stdin, request)
        return _read(process.stdout)
    except OSError:
        return None


_renderer = _Renderer()


def serve() -> None:
    """The main loop of the separate process: render texts until the input ends."""
    # only the parent process ends this one, also on Ctrl-C
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    readers: dict[tuple[str, ...], MarkdownReader] = {}
    while (message := _read(sys.stdin.buffer)) is not None:
        request = msgspec.msgpack.decode(message, type=_Request)
        if hasattr(signal, "alarm"):
            # ends this process if the parent no longer exists
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
