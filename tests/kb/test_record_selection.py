"""Selections in words: which records and actions they choose, and what is said of a word that is not known."""

from __future__ import annotations

import pytest
from helpers.changed_files import DRAFT
from helpers.knowledge_base import REVIEW_FILE, REVIEW_WITH_OPEN_ACTION, load_base, write_base

from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.record_selection import select_actions, select_records
from mkdocs_pir.kb.selectable_fields import ACTION, fields
from mkdocs_pir.kb.selection_values import SelectionError

BROKEN = "---\nid: LL-0003\ntitle: Broken\nstatus: wrong\ntags: [ports]\n---\n"


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    draft = "---\nid: LL-0002\ntitle: Name the port\nstatus: draft\ntags: [ports, mail]\n---\n"
    changes = {REVIEW_FILE: REVIEW_WITH_OPEN_ACTION, f"kb/{DRAFT}": draft, "kb/lessons/LL-0003.md": BROKEN}
    base: KnowledgeBase = load_base(write_base(tmp_path_factory.mktemp("selection"), changes))
    return base


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("client=harbor-credit kind=review", "PIR-2025-0001"),
        ("client=HarborCU kind=review", "PIR-2025-0001"),
        ("client=quellmark kind=review", ""),
        ("client!=quellmark kind=reviews", "PIR-2025-0001"),
        ("severity=sev-1,sev-2", "PIR-2025-0001"),
        ("severity!=SEV-2", ""),
        ("year=2025 kind=review", "PIR-2025-0001"),
        ("year=2020..2024 kind=review", ""),
        ("service=mail-gateway cause=change/ kind=review", "PIR-2025-0001"),
        ("cause=change kind=review", "PIR-2025-0001"),
        ("cause=monitoring/missing-alert kind=review", "PIR-2025-0001"),
        ("times.resolved=2025-03", "PIR-2025-0001"),
        ("times.resolved=..2025-03-03", ""),
        ("times.resolved=2025-03-04..2025-03-04", "PIR-2025-0001"),
        ("impact.users=400..", "PIR-2025-0001"),
        ("impact.users=..400", ""),
        ("actions=overdue", "PIR-2025-0001"),
        ("actions=open,verified", "PIR-2025-0001"),
        ("actions=cancelled", ""),
        ('actions.owner="Platform team"', "PIR-2025-0001"),
        ("title=certificate kind=review", "PIR-2025-0001"),
        ("tag=PORTS", "LL-0002"),
        ("tag=po*", "LL-0002"),
        ("tag=port", ""),
        ("tags=none kind=lesson", "LL-0001"),
        ("tags=any kind=lesson", "LL-0002"),
        ("status=draft", "LL-0002"),
        ("id=LL-*", "LL-0001 LL-0002"),
        ("client=harbor-credit kind=lesson", "LL-0001"),
    ],
)
def test_records_are_selected(knowledge: KnowledgeBase, text: str, ids: str) -> None:
    assert [file.id for file in select_records(knowledge, [text])] == ids.split()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("status=open", "A2"),
        ("state=overdue", "A2"),
        ("state=verified", "A1"),
        ("owner=messaging,platform", "A1 A2"),
        ("owner!=messaging", "A1"),
        ("due=2026", "A2"),
        ("due=..today", "A1 A2"),
        ("review=pir-2025-0001 priority=high", "A2"),
        ("client=harbor-credit severity=SEV-2 year=2025 service=mail-gateway", "A1 A2"),
        ("cause=change/", "A1"),
        ("cause=monitoring/", "A2"),
        ("review.status=closed", ""),
        ("id=*-A1", "A1"),
    ],
)
def test_actions_are_selected(knowledge: KnowledgeBase, text: str, ids: str) -> None:
    assert [action.id for action in select_actions(knowledge, [text])] == [
        f"PIR-2025-0001-{id_}" for id_ in ids.split()
    ]


def test_several_texts_must_all_hold(knowledge: KnowledgeBase) -> None:
    assert [f.id for f in select_records(knowledge, ["kind=lesson", "status=draft"])] == ["LL-0002"]
    assert select_records(knowledge, ["status=draft"], kinds=["pir"]) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("statu=draft", "there is no field 'statu'; did you mean 'status'"),
        ("status=drft", "status cannot be 'drft'; did you mean 'draft'?"),
        ("client=harbour-credit", "there is no client 'harbour-credit'; did you mean 'harbor-credit'?"),
        ("cause=chnge/", "there is no cause 'chnge/'; did you mean 'change'"),
        ("kind=revews", "there is no kind 'revews'; did you mean 'reviews'"),
        ("severity=SEV-1 applies_when=any", "no kind of record has 'severity' and 'applies_when' together"),
        ("times.resolved=2025-13", "'2025-13' is not a date; write times.resolved=2026-09-30"),
        ("impact.users=many", "impact.users is a number, not 'many'"),
        ("impact.sla_breached=perhaps", "impact.sla_breached is either true or false, not 'perhaps'"),
        ("draft", "'draft' is not a condition; write name=value"),
        ("owner=platform team", "'team' is not a condition"),
        ('owner="platform team', "is not a condition"),
        ("client=", "'client=' has no value; write client=none"),
        (" ", "the selection is empty"),
    ],
)
def test_what_is_not_known_is_answered_with_the_nearest(knowledge: KnowledgeBase, text: str, message: str) -> None:
    with pytest.raises(SelectionError) as refused:
        select_records(knowledge, [text])
    assert message in str(refused.value)


@pytest.mark.parametrize("kind", [*KINDS, ACTION])
def test_every_field_of_the_schema_can_be_asked_for(knowledge: KnowledgeBase, kind: str) -> None:
    for name in fields(kind):
        if kind == ACTION:
            some = len(select_actions(knowledge, [f"{name}=any"])) + len(select_actions(knowledge, [f"{name}=none"]))
            assert some == 2, name
        else:
            chosen = [select_records(knowledge, [f"{name}={word}"], kinds=[kind]) for word in ("any", "none")]
            sound = [file for file in knowledge.of_kind(kind) if file.record is not None]
            assert len(chosen[0]) + len(chosen[1]) == len(sound), name
