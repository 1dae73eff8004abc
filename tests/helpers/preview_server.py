"""A preview in a process of its own, for tests that ask it for pages."""

from __future__ import annotations

import html
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

PATIENCE = 120
"""Seconds after which an answer that did not come is a failure, on however slow a machine."""

BANNER = re.compile(r'<div class="pir-banner" role="alert">(.*?)</div>', re.DOTALL)


class Server:
    """`pir serve` or `mkdocs serve` of a folder, on a free port."""

    def __init__(self, folder: Path, command: str, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{probe.getsockname()[1]}"
        arguments = {
            "pir": ["-m", "mkdocs_pir", "-C", str(folder), "serve", "--address", address],
            "mkdocs": ["-m", "mkdocs", "serve", "-f", str(folder / "mkdocs.yml"), "-a", address],
        }[command]
        self.folder = folder
        # not in the folder, where each line would be a change that makes the preview build again
        self.log = folder.parent / f"{folder.name}.{command}.log.txt"
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            stdout=self.log.open("wb"),
            stderr=subprocess.STDOUT,
            env={k: v for k, v in os.environ.items() if k != "PIR_EDITION"} | environment,
        )
        self.url = f"http://{address}/"

    def get(self, page: str = "") -> tuple[int, str]:
        """Status and text of a page. An answer that does not come raises."""
        try:
            with urllib.request.urlopen(self.url + page, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def banner(self, page: str = "") -> str:
        status, text = self.get(page)
        assert status in (200, 404), f"{self.url}{page}: {status}"
        found = BANNER.search(text)
        return html.unescape(re.sub(r"<[^>]+>", " ", found[1])) if found else ""

    def await_banner(self, fits: Callable[[str], bool]) -> str:
        deadline = time.monotonic() + PATIENCE
        while True:
            said = self.banner()
            if fits(said):
                return said
            assert time.monotonic() < deadline, f"the banner says: {said!r}\n{self.log.read_text('utf-8')[-2000:]}"
            assert self.process.poll() is None, f"the server ended\n{self.log.read_text('utf-8')[-2000:]}"
            time.sleep(0.1)

    def await_page(self, page: str, fits: Callable[[int, str], bool]) -> str:
        """The text of a page once its status and text fit."""
        deadline = time.monotonic() + PATIENCE
        while True:
            status, text = self.get(page)
            if fits(status, text):
                return text
            assert time.monotonic() < deadline, f"{page}: {status}\n{self.log.read_text('utf-8')[-2000:]}"
            time.sleep(0.1)

    def await_start(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.get()
            except (urllib.error.URLError, ConnectionError):
                assert self.process.poll() is None, self.log.read_text("utf-8")
                assert time.monotonic() < deadline, self.log.read_text("utf-8")
                time.sleep(0.1)
            else:
                return

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
