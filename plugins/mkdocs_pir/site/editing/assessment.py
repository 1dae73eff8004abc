"""What the form shows beside the fields of a record: its problems, its state in the process, the view of the client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mkdocs_pir.editions import policy, processes
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.editions.release import is_released, with_approvals
from mkdocs_pir.insight import review_gate
from mkdocs_pir.kb import schema
from mkdocs_pir.kb.kinds import having
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.model import Client, Pir
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.review_conditions import RELEASE
from mkdocs_pir.kb.section_edits import texts_of
from mkdocs_pir.site.editing import field_values
from mkdocs_pir.site.editing.client_view import client_view

Answer = dict[str, Any]


APPROVAL = "PIR420"
"""The problem of an approval that no longer covers what the client would see."""

TO_CHOOSE = {"value": "", "label": "choose"}
"""What stands first among audiences where none is a matter of course."""


def assessed(kb: KnowledgeBase, path: str) -> Answer:
    """The assessment of the record at a path; of one that cannot be read only its problems."""
    file = next((one for one in kb.record_files.values() if one.path == path), None)
    if file is not None:
        kb = with_approvals(kb, [file])
    mine = [problem for problem in kb.problems if problem.path == path]
    if file is None:
        return unreadable(mine)
    texts = texts_of(file.kind, file.body)
    is_stale = any(problem.code == APPROVAL for problem in mine)
    problems = []
    for problem in mine:
        field, text = field_values.place_of(problem, file.positions, texts, file.body_line)
        problems.append({**as_json(problem), "field": field, "text": text})
    return {
        "problems": problems,
        "gate": _gate(kb, file, is_stale=is_stale),
        "seen": _seen(kb, file, is_stale=is_stale),
        "approval": _approval(file, is_stale=is_stale),
    }


def unreadable(problems: Iterable[Problem]) -> Answer:
    """The assessment of a record that cannot be read."""
    return {"problems": [as_json(problem) for problem in problems], "gate": None, "seen": None, "approval": None}


def as_json(problem: Problem) -> Answer:
    """A problem of no field, as the form shows it."""
    return {**problem.as_dict(), "field": "", "text": None}


def audiences(file: RecordFile) -> list[dict[str, str]]:
    """Who may see a record when it is released, as choices; the first one is chosen unless somebody chooses."""
    if file.kind not in having("release"):
        return []
    known = [name for name in schema.choices(file.kind, "audience") if name in policy.RELEASED]
    choices = [{"value": name, "label": _to_whom(file.kind, name)} for name in known]
    if is_released(file):
        return sorted(choices, key=lambda one: one["value"] != file.data["audience"])
    return choices if file.kind == Pir.kind else [TO_CHOOSE, *choices]


def _to_whom(kind: str, audience: str) -> str:
    if audience == "shared":
        # a review is shown to its own client alone
        return "its own client (shared)" if kind == Pir.kind else "all clients"
    return "its own client" if kind == Pir.kind else "the clients of its reviews"


def _approval(file: RecordFile, *, is_stale: bool) -> Answer | None:
    """The state of the release and a sentence about it; None for records that are not released."""
    if file.kind not in having("release"):
        return None
    if not is_released(file):
        words = "The record has errors: correct them first." if file.record is None else "No client sees this record."
        return {"state": "none", "text": f"Not released. {words}"}
    release: Mapping[str, Any] = file.data["release"]
    by, audience = str(release.get("approved_by", "")).replace("-", " "), _to_whom(file.kind, file.data["audience"])
    given = f"Released to {audience}, approved by {by} on {release.get('on')}."
    if is_stale:
        text = "The approval no longer covers what the client would see: read that, then approve it again."
        return {"state": "stale", "text": f"{given} {text}"}
    return {"state": "valid", "text": f"{given} The client sees this."}


def _gate(kb: KnowledgeBase, file: RecordFile, *, is_stale: bool) -> Answer | None:
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
    gate = review_gate.as_json(review_gate.gate(projection, file.record))
    return _without_approval(gate) if is_stale else gate


def _without_approval(gate: Answer) -> Answer:
    """The state of a review whose approval covers other content: its status is not earned until it is approved again."""
    renew = "approve the release again: what the client would see changed after its approval"
    steps = [
        {
            **step,
            "conditions": [
                {**condition, "met": False, "to_do": renew} if condition["name"] == RELEASE else condition
                for condition in step["conditions"]
            ],
        }
        for step in gate["steps"]
    ]
    return {**gate, "steps": steps, "unearned": [RELEASE, *gate["unearned"]], "next": renew}


def _seen(kb: KnowledgeBase, file: RecordFile, *, is_stale: bool) -> Answer | None:
    """What a client would see of a record without errors, and what stays inside."""
    client = _client(kb, file)
    if file.record is None or client is None or file.kind not in having("release"):
        return None
    shows = policy.shows(file, Edition(client), policy.released_reviews(kb).get(client, frozenset()), ())
    name = kb.record_files[client].data.get("name") or client
    if shows and is_stale:
        text = f"What {name} would see from now on. This is not what was approved."
    else:
        text = f"{name} sees this." if shows else f"What {name} would see if this were released now."
    return {"client": client, "text": text, "parts": client_view(kb, file, client)}


def _client(kb: KnowledgeBase, file: RecordFile) -> str | None:
    """The client whose view is shown: that of the review, or the first one."""
    if file.kind == Pir.kind:
        client = str(file.data.get("client") or "")
        return client if client in kb.record_files else None
    return next((entry.id for entry in kb.of_kind("client")), None)
