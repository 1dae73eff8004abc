"""Lists of records for the form: what there is to do, and what somebody looks for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from mkdocs_pir.kb import schema, statuses
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.model import Page, Pir
from mkdocs_pir.site.editing import new_records

Answer = dict[str, Any]

MOST_FOUND = 20
"""Records that are offered while somebody types."""


def to_do(kb: KnowledgeBase) -> Answer:
    """Reviews under way, actions that are not finished, incidents without a review, and what can be begun."""
    reviews = [
        {"id": file.id, "title": file.data.get("title", ""), "status": file.data.get("status", "")}
        for file in kb.of_kind(Pir.kind)
        if file.data.get("status") not in ("closed", "archived")
    ]
    actions = [
        {"id": f"{pir.id}-{action.id}", "title": action.title, "owner": action.owner, "due": _day(action.due)}
        for pir in kb.records(Pir).values()
        if pir.status != "archived"
        for action in pir.actions
        if statuses.STATUSES[action.status].meaning == "open"
    ]
    return {
        "reviews": reviews[::-1],
        "actions": sorted(actions, key=lambda action: action["due"] or "9999"),
        "incidents": new_records.without_review(kb),
        "kinds": new_records.that_begin(new_records.KINDS_TO_BEGIN),
        "severities": schema.choices(Pir.kind, "severity"),
        "wrong": sorted({problem.path for problem in kb.errors}),
    }


def found(kb: KnowledgeBase, kinds: Collection[str], words: str) -> list[Answer]:
    """Up to 20 records of some kinds, or of all, whose id or title has all of these words."""
    wanted = words.casefold().split()
    records: list[Answer] = []
    for file in kb.record_files.values():
        if (kinds and file.kind not in kinds) or (not kinds and file.kind == Page.kind):
            continue
        label = str(file.data.get("title") or file.data.get("name") or "")
        if all(word in f"{file.id} {label}".casefold() for word in wanted):
            records.append({"id": file.id, "label": label, "kind": KINDS[file.kind].label})
            if len(records) == MOST_FOUND:
                break
    return records


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
