"""The small knowledge base changed in one place, and what is reported about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from helpers.knowledge_base import FILES, find_problems, load_base, write_base

from mkdocs_pir.kb.knowledge import KnowledgeBase

Changes = Mapping[str, str | bytes | None]
Place = tuple[str, int, int, str]
"""Where a problem is reported and as what: path, line, column, code."""

REVIEW = "pirs/2025/PIR-2025-0001.md"
LESSON = "lessons/LL-0001.md"
DRAFT = "lessons/LL-0002.md"
PAGE = "handbook/on-call.md"
INCIDENTS = "registers/incidents.csv"
SATISFACTION = "registers/satisfaction.csv"


def change(path: str, *edits: tuple[str, str]) -> dict[str, str]:
    """A file of the knowledge base with some of its words replaced; each must stand there exactly once."""
    text = FILES[f"kb/{path}"]
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        text = text.replace(old, new)
    return {f"kb/{path}": text}


def draft_lesson(fields: str = "", body: str = "") -> dict[str, str]:
    """A new lesson that nothing refers to. Its further fields begin on line 5; without any, the body does on line 6."""
    return {f"kb/{DRAFT}": f"---\nid: LL-0002\ntitle: Name the port\nstatus: draft\n{fields}---\n{body}"}


def with_options(*lines: str) -> dict[str, str]:
    """The configuration with further options of the plugin, from line 8 on; `rules` come to those that are there."""
    own = "rules: {PIR422: off} # nobody approved what a test changes"
    config = FILES["mkdocs.yml"]
    assert own in config
    if any(line.startswith("rules:") for line in lines):
        config = config.replace(own, "# no rules yet")
        lines = tuple(re.sub(r"^(rules: \{.*)\}$", r"\1, PIR422: off}", line) for line in lines)
    return {"mkdocs.yml": config + "".join(f"      {line}\n" for line in lines)}


def check_changed(folder: Path, changes: Changes) -> list[dict[str, object]]:
    """Every problem of the changed knowledge base."""
    return find_problems(write_base(folder, changes))


def places(found: list[dict[str, object]]) -> list[Place]:
    return [(str(p["path"]), int(str(p["line"])), int(str(p["column"])), str(p["code"])) for p in found]


def messages(found: list[dict[str, object]]) -> str:
    """Messages and hints, to look for words in them."""
    return "\n".join(f"{p['message']} {p.get('hint', '')}" for p in found)


def load_changed(folder: Path, changes: Changes | None = None) -> KnowledgeBase:
    return load_base(write_base(folder, changes))
