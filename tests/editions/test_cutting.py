"""What is internal is cut wherever it stands, and code that only shows how it is written stays."""

from __future__ import annotations

import pytest

from mkdocs_pir.editions.redact import cut_internal

BLOCK = "/// internal\nsecret\n///"


@pytest.mark.parametrize(
    "text",
    [
        f"One.\n\n{BLOCK}\n\nTwo.",
        f"A stray ` here.\n\n{BLOCK}\n\nAnother ` there.",
        f"A stray ` here.\n{BLOCK}\nAnother ` there.",
        f"```code``` at the start of a line.\n\n{BLOCK}\n\nTwo.",
        f"```\ncode\n```\n\n{BLOCK}\n\n```\ncode\n```",
        f"    ```\n\n{BLOCK}\n\nTwo.",
        "One <!-- secret --> two.",
        "One ` <!-- secret -->\n\nTwo `.",
        r"One \` <!-- secret --> \` two.",
        "- One `\n- <!-- secret -->\n- two `",
    ],
)
def test_what_is_internal_is_cut(text: str) -> None:
    cut = cut_internal(text)
    assert "secret" not in cut
    assert "///" not in cut
    assert cut.split()[0] in text


@pytest.mark.parametrize(
    "text",
    [f"```\n{BLOCK}\n```", f"~~~ text\n```\n{BLOCK}\n~~~", "One `<!-- secret -->` two.", "`` ` <!-- secret --> ` ``"],
)
def test_code_that_shows_how_it_is_written_stays(text: str) -> None:
    assert cut_internal(text) == text
