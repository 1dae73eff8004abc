"""Action items from a list or table of the source: one for each item, in its own words, and nothing guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from mkdocs_pir.exchange.importing import conversions
from mkdocs_pir.exchange.importing.blocks import Table
from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.exchange.importing.mapping import Actions
from mkdocs_pir.exchange.importing.masks import Mask
from mkdocs_pir.exchange.importing.sections import Targets, normal
from mkdocs_pir.kb import schema

LONGEST = 160

_DONE = re.compile(r"\[[xX]\]\s+")
_BOX = re.compile(r"\[ \]\s+")
_URL = re.compile(r"https?://[^\s<>\"()|]+")

COLUMNS: Mapping[str, Sequence[str]] = {
    "title": ("action item", "action", "item", "task", "todo", "follow-up", "description", "what"),
    "owner": ("owner", "who", "assignee", "responsible", "assigned to", "dri"),
    "due": ("due", "due date", "deadline", "target date", "by when", "when"),
    "type": ("type", "kind", "category"),
    "priority": ("priority", "prio"),
    "tracker": ("tracker", "ticket", "bug", "bug #", "issue", "link", "jira", "tracking"),
    "state": ("status", "state", "done"),
}
"""The heads of columns in common use, by what the column holds."""

_TYPES = {"prevention": "prevent", "detection": "detect", "mitigation": "mitigate", "investigation": "investigate"}
_OVER = frozenset({"done", "closed", "completed", "complete", "resolved", "yes", "x", "[x]", "verified", "cancelled"})


def read_actions(document: SourceDocument, rule: Actions, targets: Targets, mask: Mask) -> Iterator[dict[str, Any]]:
    """The items of the lists in the rule's section, top level only, and the rows of its tables.

    An item that is ticked or marked as done stays in the text: it has no date.
    """
    number = 0
    for section in document.text.sections_below_title():
        if normal(section.title) != normal(rule.section) and targets.find(section.title)[0] != rule.section:
            continue
        items = (item for block in section.blocks for item in block.items() if not _DONE.match(item))
        tables = (table for block in section.blocks for table in block.tables())
        for item in (*({"title": _BOX.sub("", item, count=1)} for item in items), *_open_rows(tables)):
            if title := conversions.plain(mask(item.pop("title", ""))):
                number += 1
                more = {key: mask(value) if key == "owner" else value for key, value in item.items()}
                yield {"id": f"A{number}", "title": conversions.cut(title, LONGEST), "status": rule.status, **more}


def _open_rows(tables: Iterable[Table]) -> Iterator[dict[str, str]]:
    """The rows of the tables that have a column for what is to be done; a column it does not know stays in the text."""
    for head, *rows in tables:
        names = [_column(cell) for cell in head]
        for cells in rows if "title" in names else ():
            if row := _row(dict(zip(names, cells, strict=False))):
                yield row


def _column(head: str) -> str:
    """What a column holds: its head, or the first words of it, as in `Type (Mitigate/ Prevent)`."""
    words = normal(re.sub(r"\(.*?\)", "", head))
    return next((name for name, heads in COLUMNS.items() if words in heads), f"? {words}")


def _row(cells: Mapping[str, str]) -> dict[str, str]:
    if cells.get("state", "").casefold().strip("*_ ") in _OVER:
        return {}
    out = {"title": cells["title"]}
    known = schema.load("pir")["properties"]["actions"]["items"]["properties"]
    if owner := conversions.plain(cells.get("owner", "")):
        out["owner"] = owner
    for name in ("type", "priority"):
        word = conversions.plain(cells.get(name, "")).casefold()
        if (word := _TYPES.get(word, word)) in known[name]["enum"]:
            out[name] = word
    due = conversions.plain(cells.get("due", ""))
    with suppress(ValueError):
        if date.fromisoformat(due).isoformat() == due:
            out["due"] = due
    if found := _URL.search(cells.get("tracker", "")):
        out["tracker"] = found[0]
    return out
