"""`pir mcp`: it serves over pipes, and says what it needs."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import pytest
from helpers.knowledge_base import REVIEW, REVIEW_FILE, pir, write_base

pytest.importorskip("mcp", reason="the extra mcp is not installed")

from mcp import Client, StdioServerParameters, stdio_client


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    review = REVIEW.replace("trigger:", "symptoms: [451 handshake zebra]\ntrigger:")
    return write_base(tmp_path_factory.mktemp("base"), {REVIEW_FILE: review})


def run(to: Any, work: Callable[[Client], Awaitable[Any]]) -> Any:
    async def whole() -> Any:
        async with Client(to) as client:
            return await work(client)

    # in a thread of its own: beside a browser of other tests, this one has an event loop already
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, whole).result()


def test_an_assistant_starts_the_server_and_asks_it_over_pipes(base: Path) -> None:
    started = StdioServerParameters(
        command=sys.executable,
        args=["-m", "mkdocs_pir", "-C", str(base), "--quiet", "mcp"],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )

    async def work(client: Client) -> Any:
        tools = (await client.list_tools()).tools
        found = await client.call_tool("search", {"text": "ERROR 451\n handshake zebra"})
        return client.instructions, tools, found.structured_content

    instructions, tools, found = run(stdio_client(started), work)
    assert "Edition: internal. As of 2026-09-30." in instructions
    assert {tool.name for tool in tools} == {"search", "similar_to", "read_record", "open_actions"}
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)
    assert {row["id"] for row in found["results"][:2]} == {"PIR-2025-0001", "LL-0001"}
    workarounds = {row["id"]: row["workaround"] for row in found["results"]}
    assert workarounds["PIR-2025-0001"] == "Restart that listener."


def test_without_the_extra_the_command_says_how_to_get_it(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    for name in [name for name in sys.modules if name.startswith(("mcp.", "mkdocs_pir.exchange.assistant"))]:
        monkeypatch.delitem(sys.modules, name)
    result = pir(base, "mcp")
    assert result.exit_code == 1
    assert result.stderr == "Error: pir mcp needs the extra 'mcp': pip install 'mkdocs-pir[mcp]'\n"


def test_an_edition_that_is_not_there_is_one_message(base: Path) -> None:
    result = pir(base, "mcp", "--edition", "client:nobody")
    assert result.exit_code == 1
    assert "PIR603" in result.stderr
