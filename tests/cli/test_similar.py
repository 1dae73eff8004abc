"""`pir similar`: what is like a record or a text, and what cannot be compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, pir, write_base


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    second = FILES["kb/lessons/LL-0001.md"].replace("LL-0001", "LL-0002").replace("learned_from: [PIR-2025-0001]\n", "")
    return write_base(tmp_path_factory.mktemp("base"), {"kb/lessons/LL-0002.md": second})


def test_pir_similar_lists_what_is_like_a_record(base: Path) -> None:
    result = pir(base, "similar", "PIR-2025-0001")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == "LL-0002  Probe every listener"
    assert result.stdout.splitlines()[1].startswith("    in common: lesson about the same trigger, same service")
    (row,) = json.loads(pir(base, "similar", "PIR-2025-0001", "--json").stdout)
    assert set(row) == {"id", "kind", "title", "score", "url", "why", "workaround"}
    assert (row["id"], row["kind"], row["url"]) == ("LL-0002", "lesson", "lessons/LL-0002.html")
    assert pir(base, "similar", "PIR-2025-0001", "--kind", "pir").stdout == ""


def test_pir_similar_reads_a_text_from_standard_input(base: Path) -> None:
    result = pir(base, "similar", "-", "--json", input=b"mail still \xff\n certificate expired\n")
    rows = json.loads(result.stdout)
    assert rows[0]["id"] == "PIR-2025-0001"
    assert {row["kind"] for row in rows} == {"pir", "lesson"}
    printed = pir(base, "similar", "-", input=b"certificate expired\n").stdout.splitlines()
    assert any(line.startswith("    matches ") for line in printed)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["PIR-2025-0002"],
            "there is no review or lesson 'PIR-2025-0002'; did you mean 'PIR-2025-0001'",
        ),
        (["PRB-0001"], "'PRB-0001' is a problem, not a review or lesson"),
        (["-"], "there is no text on standard input"),
        (
            ["PIR-2025-0001", "--edition", "client:quellmark"],
            "PIR-2025-0001 is not part of the edition client:quellmark",
        ),
    ],
)
def test_wrong_usage_is_refused_in_a_sentence(base: Path, arguments: list[str], told: str) -> None:
    if "--edition" in arguments:
        assert pir(base, "build", "--edition", "client:quellmark").exit_code == 0
    result = pir(base, "similar", *arguments)
    assert result.exit_code == 2
    assert told in result.stderr
