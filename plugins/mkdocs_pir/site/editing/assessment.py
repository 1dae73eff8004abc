"""What the form shows beside the fields of a record: its problems, its state in the process, the view of the client."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from mkdocs_pir.editions import processes
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.editions.release import preview
from mkdocs_pir.insight import review_gate
from mkdocs_pir.kb.kinds import having
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.model import Client, Pir
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.section_edits import texts_of
from mkdocs_pir.site.editing import field_values

Answer = dict[str, Any]


def assessed(kb: KnowledgeBase, path: str) -> Answer:
    """The assessment of the record at a path; of one that cannot be read only its problems."""
    file = next((one for one in kb.record_files.values() if one.path == path), None)
    mine = [problem for problem in kb.problems if problem.path == path]
    if file is None:
        return {"problems": [as_json(problem) for problem in mine], "gate": None, "seen": None, "release": None}
    texts = texts_of(file.kind, file.body)
    problems = []
    for problem in mine:
        field, text = field_values.place_of(problem, file.positions, texts, file.body_line)
        problems.append({**as_json(problem), "field": field, "text": text})
    return {
        "problems": problems,
        "gate": _gate(kb, file),
        "seen": _seen(kb, file),
        "release": field_values.plain(file.data.get("release")),
    }


def as_json(problem: Problem) -> Answer:
    """A problem of no field, as the form shows it."""
    return {**problem.as_dict(), "field": "", "text": None}


def _gate(kb: KnowledgeBase, file: RecordFile) -> Answer | None:
    """The state of a review in the process, and what blocks its next step; None for a review with errors."""
    if not isinstance(file.record, Pir):
        return None
    projection = Projection(
        Edition(),
        kb.settings.as_of,
        kb.settings.site_name,
        {"client": kb.records(Client)},
        targets=kb.settings.targets,
        holidays=frozenset(kb.settings.holidays),
        lifecycle=processes.lifecycle(kb, Edition()),
    )
    return review_gate.as_json(review_gate.gate(projection, file.record))


def _seen(kb: KnowledgeBase, file: RecordFile) -> Answer | None:
    """What a client would see of a record without errors, and what stays inside."""
    client = _client(kb, file)
    if file.record is None or client is None or file.kind not in having("release"):
        return None
    return {"client": client, "parts": [asdict(part) for part in preview(kb, file, client)]}


def _client(kb: KnowledgeBase, file: RecordFile) -> str | None:
    """The client whose view is shown: that of the review, or the first one."""
    if file.kind == Pir.kind:
        client = str(file.data.get("client") or "")
        return client if client in kb.record_files else None
    return next((entry.id for entry in kb.of_kind("client")), None)
