"""The life of a lesson: what happened despite it, who draws on it, when it is due for another look."""

from __future__ import annotations

from helpers.projections import day, incident, project, review

from mkdocs_pir.insight.lesson_lives import LessonLife, lives
from mkdocs_pir.insight.recurrence import index
from mkdocs_pir.kb.model import Lesson


def life(lesson: Lesson) -> LessonLife:
    projection = project(
        lesson,
        review("PIR-1", "2026-01-01", "2026-01-02", trigger="change/cert"),
        review("PIR-2", "2026-04-01", "2026-04-02", trigger="change/cert", lessons=("LL-1",)),
        incidents=[
            incident("INC-1", "2026-02-01T23:59"),  # on the day it was agreed: not after
            incident("INC-2", "2026-02-02", client="bolt"),  # a lesson is for every client
            incident("INC-3", "2026-02-03", service="dns"),
            incident("INC-4", "2026-02-04", cause="data/input"),
        ],
    )
    return lives(projection, index(projection))["LL-1"]


def test_incidents_with_its_cause_on_its_service_happened_despite_a_lesson() -> None:
    agreed = {"causes": ("change/cert",), "learned_from": ("PIR-1",), "validated_on": day("2026-02-01")}
    found = life(Lesson("LL-1", status="applied", services=("mail",), **agreed))
    assert (found.known, [o.id for o in found.despite]) == (day("2026-02-01"), ["INC-2", "PIR-2"])
    assert found.cited == ("PIR-2",)
    everywhere = life(Lesson("LL-1", status="applied", **agreed))
    assert [o.id for o in everywhere.despite] == ["INC-2", "INC-3", "PIR-2"]
    assert life(Lesson("LL-1", status="superseded", **agreed)).despite == ()
    assert (
        life(Lesson("LL-1", status="applied", causes=("change/cert",))).despite == ()
    )  # since when it was known is not recorded


def test_the_review_a_lesson_was_drawn_from_did_not_happen_despite_it() -> None:
    own = Lesson("LL-1", status="validated", causes=("change/cert",), services=("mail",), learned_from=("PIR-2",),
                 validated_on=day("2026-02-05"))  # fmt: skip
    assert life(own).despite == ()


def test_a_lesson_is_due_for_another_look() -> None:
    assert life(Lesson("LL-1", status="applied", review_by=day("2026-09-30"))).due.endswith("by 2026-09-30")
    assert life(Lesson("LL-1", status="applied", review_by=day("2026-10-01"))).due == ""
    old = life(Lesson("LL-1", status="validated", validated_on=day("2025-09-29")))  # 366 days ago
    assert old.due == "it was agreed on 2025-09-29 and is not applied"
    assert life(Lesson("LL-1", status="validated", validated_on=day("2025-09-30"))).due == ""
    assert life(Lesson("LL-1", status="superseded", review_by=day("2025-01-01"))).due == ""
