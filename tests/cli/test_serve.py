"""`pir serve`: the address it listens on."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest
from helpers.knowledge_base import pir, write_base
from helpers.preview_server import PATIENCE, Server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_base(tmp_path / "base")


@pytest.mark.parametrize(
    ("address", "code", "said"), [("nonsense", 2, "127.0.0.1:8000"), ("127.0.0.1:99999", 2, "127.0.0.1:8000")]
)
def test_a_wrong_address_is_one_sentence(folder: Path, address: str, code: int, said: str) -> None:
    result = pir(folder, "serve", "--address", address)
    assert (result.exit_code, said in result.stderr) == (code, True)


def test_an_address_of_another_computer_gets_advice_of_its_own(folder: Path) -> None:
    result = pir(folder, "serve", "--address", "192.0.2.1:8000")
    assert result.exit_code == 1
    assert "choose an address of this computer" in result.stderr


def test_an_address_in_use_is_one_sentence(folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        result = pir(folder, "serve", "--address", address)
    assert result.exit_code == 1
    assert f"cannot listen on {address}" in result.stderr
    assert "Preview of the edition" not in result.stderr
    # what the process builds next is not the preview's edition
    assert "PIR_EDITION" not in os.environ


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_however_it_is_ended_nothing_of_the_site_stays_behind(folder: Path, tmp_path: Path, name: str) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    server = Server(folder, "pir", TMPDIR=str(temporary))
    try:
        server.await_start()
        assert list(temporary.iterdir())
        server.process.send_signal(getattr(signal, name))
        assert server.process.wait(PATIENCE) == 0, server.log.read_text("utf-8")
    finally:
        server.process.kill()
    assert not list(temporary.iterdir())
    assert "Traceback" not in server.log.read_text("utf-8")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_under_nohup_it_goes_on_when_the_terminal_is_closed(folder: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        server = Server(folder, "pir")
    finally:
        signal.signal(signal.SIGHUP, before)
    try:
        server.await_start()
        server.process.send_signal(signal.SIGHUP)
        lesson = folder / "kb/lessons/LL-0001.md"
        text = lesson.read_text("utf-8")
        lesson.write_text(text.replace("Hosts do not", "Listeners do not"), "utf-8")
        # what is being ended builds nothing any more
        server.await_page("lessons/LL-0001.html", lambda status, page: status == 200 and "Listeners do not" in page)
        assert server.process.poll() is None
    finally:
        server.stop()
