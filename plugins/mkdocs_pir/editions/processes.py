"""The part of the process library that an edition shows. A client sees the tasks in front of the line of visibility."""

from __future__ import annotations

from typing import Any

from mkdocs_pir.editions import policy
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.process import Module, Step, decode, personalised
from mkdocs_pir.kb.process_files import ModuleFile


def modules(kb: KnowledgeBase, edition: Edition) -> dict[str, Module]:
    """The modules whose pages an edition has, by id, in the words of the organisation.

    The internal edition has all of them, the one that governs reviews first. A client's edition has those with
    `audience: shared`, with the fields that the schema opens and the tasks that are `onstage`.
    """
    files = [file for file in kb.modules if file.module is not None]
    if edition.internal:
        own = [file.module for file in files if file.module is not None]
        ordered = own if any(m.governs for m in own) else [kb.lifecycle, *own]
        return {m.module: _named(kb, m) for m in sorted(ordered, key=lambda m: (not m.governs, m.module))}
    shared = [_shared(file) for file in files if file.data.get("audience") == "shared"]
    return {m.module: _named(kb, m) for m in sorted(shared, key=lambda m: (not m.governs, m.module))}


def lifecycle(kb: KnowledgeBase, edition: Edition) -> Module:
    """The module whose steps are the statuses of reviews. A client's edition has only the names of its steps."""
    module = kb.lifecycle
    if edition.internal:
        return _named(kb, module)
    steps = tuple(Step(step.id, step.name, statuses=step.statuses) for step in module.steps)
    return _named(kb, Module(module.module, module.name, steps=steps))


def _named(kb: KnowledgeBase, module: Module) -> Module:
    own = kb.settings.organisation
    return personalised(module, own.name, own.roles, own.systems, own.documents)


def _shared(file: ModuleFile) -> Module:
    data = policy.visible_fields("process", file.data, (), {})
    onstage = {task["id"] for step in data["steps"] for task in step["tasks"] if task.get("stage") == "onstage"}
    data["steps"] = [_onstage(step, onstage) for step in data["steps"]]
    roles = {task["role"] for step in data["steps"] for task in step["tasks"]}
    data["roles"] = [role for role in data["roles"] if role["id"] in roles]
    # hand-offs of tasks that the client does not see are withheld, too
    tasks = {hand["task"] for hand in file.data.get("hand_offs", ()) if hand["task"] in onstage}
    data["hand_offs"] = [hand for hand in file.data.get("hand_offs", ()) if hand["task"] in tasks]
    others = {hand.get("to") or hand.get("from") for hand in data["hand_offs"]}
    data["neighbours"] = [n for n in data.get("neighbours", ()) if n["id"] in others]
    return decode(data)


def _onstage(step: dict[str, Any], onstage: set[str]) -> dict[str, Any]:
    tasks = [task for task in step["tasks"] if task["id"] in onstage]
    for task in tasks:
        skip = task.get("skip")
        if skip is not None and skip["to"] not in onstage | {"end"}:
            del task["skip"]
    return {**step, "tasks": tasks}
