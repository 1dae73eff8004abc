"""The small corpus of the tests of search, and documents made in a line."""

from __future__ import annotations

import json
from typing import Any

from helpers.repository import ROOT

from mkdocs_pir.search.index import build_index
from mkdocs_pir.search.search_document import SearchDocument

HERE = ROOT / "tests/search"
ASSETS = ROOT / "theme_overrides/assets"


def document(
    id: str, title: str = "A lesson", *, kind: str = "lesson", filters: Any = None, card: Any = None, **fields: Any
) -> SearchDocument:
    """A document whose fields may be given as one string."""
    texts = {name: (text,) if isinstance(text, str) else tuple(text) for name, text in fields.items()}
    return SearchDocument(id, kind, title, f"lessons/{id}.html", texts, filters or {}, card or {})


def read_corpus() -> dict[str, Any]:
    corpus: dict[str, Any] = json.loads((HERE / "corpus.json").read_text(encoding="utf-8"))
    corpus["documents"] = [SearchDocument(**row) for row in corpus["documents"]]
    return corpus


def corpus_files() -> dict[str, bytes]:
    corpus = read_corpus()
    return build_index(corpus["documents"], synonyms=corpus["synonyms"], labels=corpus["labels"])


def mark_snippet(part: object) -> str:
    """The snippet with [brackets] around its marks."""
    text, at = "", 0
    for start, end in part.marks:  # type: ignore[attr-defined]
        text += part.snippet[at:start] + "[" + part.snippet[start:end] + "]"  # type: ignore[attr-defined]
        at = end
    return text + str(part.snippet[at:])  # type: ignore[attr-defined]
