"""The server for assistants, asked by the SDK's own client."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import pytest
from helpers.knowledge_base import FILES, REVIEW, write_base

pytest.importorskip("mcp", reason="the extra mcp is not installed")

from mcp import Client

from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.exchange.assistant import server
from mkdocs_pir.kb import settings
from mkdocs_pir.kb.loading import load
from mkdocs_pir.site.urls import path_of

OPEN = """  - {id: A2, title: Move the listener, status: open, owner: messaging team, created: 2025-03-06, due: 2026-09-18,
     done_when: it has moved}
recommendations:"""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    review = REVIEW.replace("trigger:", "symptoms: [451 handshake zebra]\ntrigger:").replace("recommendations:", OPEN)
    review = review.replace("status: closed", "status: action-management")
    second = FILES["kb/lessons/LL-0001.md"].replace("LL-0001", "LL-0002").replace("learned_from: [PIR-2025-0001]\n", "")
    return write_base(
        tmp_path_factory.mktemp("base"), {"kb/pirs/2025/PIR-2025-0001.md": review, "kb/lessons/LL-0002.md": second}
    )


Ask = Callable[..., Any]


@pytest.fixture
def ask(base: Path) -> Ask:
    """`ask(tool, edition=…, **arguments)`: the answer, or the message of the error."""
    loaded = load(settings.read(settings.find_config(base)))

    def call(tool: str, edition: str = "internal", **arguments: Any) -> Any:
        made = server(project(loaded, Edition.parse(edition)), path_of, "1")

        async def once(client: Client) -> Any:
            result = await client.call_tool(tool, arguments)
            return result.content[0].text if result.is_error else result.structured_content

        return run(made, once)

    return call


def run(to: Any, work: Callable[[Client], Awaitable[Any]]) -> Any:
    async def whole() -> Any:
        async with Client(to) as client:
            return await work(client)

    # in a thread of its own: beside a browser of other tests, this one has an event loop already
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, whole).result()


def test_search_narrows_mends_and_names_what_is_in_no_record(ask: Ask) -> None:
    found = ask("search", text="certifcate xylophones listener", kind="problem")
    assert [row["id"] for row in found["results"]] == ["PRB-0001"]
    assert found["searched_instead"] == [{"typed": "certifcate", "searched": "certificate"}]
    assert found["in_no_record"] == ["xylophones"]
    assert ask("search", text="certificate", service="Mail gateway", limit=1)["total"] == 3


def test_a_record_is_read_in_full_without_empty_fields(ask: Ask) -> None:
    record = ask("read_record", id="PIR-2025-0001")
    assert record["kind"] == "pir"
    assert record["url"] == "pirs/2025/PIR-2025-0001.html"
    assert record["times"]["detected"].startswith("2025-03-04T02:52:00")
    assert record["actions"][1]["owner"] == "messaging team"
    assert "The probe read another port." in record["body"]
    assert "" not in record.values()
    assert ask("read_record", id="change/expired-certificate")["definition"] == "A certificate reached its end."


def test_open_actions_of_a_service_by_id_or_name(ask: Ask) -> None:
    for service in ("mail-gateway", "mail GATEWAY", ""):
        found = ask("open_actions", service=service)
        assert found["total"] == 1
        assert found["actions"] == [
            {
                "id": "PIR-2025-0001-A2",
                "title": "Move the listener",
                "state": "Overdue",
                "owner": "messaging team",
                "due": "2026-09-18",
                "days_late": 12,
                "services": ["mail-gateway"],
                "review": "PIR-2025-0001",
                "review_title": "Mail stood still after a certificate expired",
                "done_when": "it has moved",
            }
        ]


def test_similar_records_come_with_the_reason(ask: Ask) -> None:
    (lesson,) = ask("similar_to", id="PIR-2025-0001")["lessons"]
    assert lesson["id"] == "LL-0002"
    assert lesson["why"].startswith("lesson about the same trigger")


def test_a_client_edition_knows_nothing_else(ask: Ask) -> None:
    record = ask("read_record", "client:harbor-credit", id="PIR-2025-0001")
    assert "symptoms" not in record
    assert "Detection" not in record["body"]
    assert ask("open_actions", "client:harbor-credit")["total"] == 0  # actions stay inside unless they say otherwise
    hidden = ask("read_record", "client:quellmark", id="PIR-2025-0001")
    assert hidden == ask("read_record", "client:quellmark", id="PIR-2025-0009").replace("0009", "0001")
    assert ask("search", "client:quellmark", text="451 handshake zebra")["in_no_record"] == [
        "451",
        "handshake",
        "zebra",
    ]


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("read_record", {"id": "LL-001"}, "there is no record 'LL-001' in this edition. did you mean 'LL-0001'"),
        ("read_record", {"id": "../../etc/passwd"}, "there is no record"),
        ("open_actions", {"service": "mail"}, "there is no service 'mail' in this edition."),
        ("similar_to", {"id": "PRB-0001"}, "there is no review or lesson 'PRB-0001'"),
        ("search", {"text": "x", "limit": 0}, "limit is 0: it can be 1 to 50"),
        ("search", {"text": "x", "kind": "incident"}, "there is no kind 'incident': name one of lesson, pir"),
    ],
)
def test_wrong_requests_are_answered_with_a_message(ask: Ask, tool: str, arguments: dict[str, Any], told: str) -> None:
    assert told in ask(tool, **arguments)
