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


@pytest.mark.parametrize(
    "text",
    [
        "One.\n\n[^8]: see [^9]\n\n[^9]: see [^8] secret",
        "One <b style='opacity: 0.0'>secret</b>.",
        "One <b style='visibility: collapse'>secret</b>.",
        "One <b style='color:transparent'>secret</b>.",
        "One <b style='position: absolute; left: -9999px'>secret</b>.",
        "One <div style='width: 0; height: 0; overflow: hidden'>secret</div>.",
        "One <dialog>secret</dialog>.",
        "One <datalist><option>secret</option></datalist>.",
        "One <audio src='x'>secret</audio>.",
        "One <secret-note>two</secret-note>.",
        "One <secret>two</secret>.",
    ],
)
def test_what_no_page_shows_is_cut(text: str) -> None:
    cut = cut_internal(text)
    assert "secret" not in cut
    assert cut.startswith("One")


@pytest.mark.parametrize(
    "text",
    [
        "One[^1] two.\n\n[^1]: see[^2]\n\n[^2]: read",
        "Mail <ops@example.org> or see <https://example.org/a>.",
        "Press <kbd>F1</kbd>, H<sub>2</sub>O, <mark>now</mark>.",
        "<b style='opacity: 0.5'>half</b> 1 < 2 and 3 > 2",
    ],
)
def test_what_a_page_shows_stays(text: str) -> None:
    assert cut_internal(text) == text.replace(" style='opacity: 0.5'", "")
