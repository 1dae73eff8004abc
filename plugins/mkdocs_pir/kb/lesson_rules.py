"""Rules about lessons: each review leads to one, and it is applied."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from mkdocs_pir.kb.knowledge import KnowledgeBase, each_review
from mkdocs_pir.kb.model import Lesson
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.thresholds import APPLY_DAYS


def lessons_drawn(kb: KnowledgeBase) -> Iterator[Problem]:
    """Problems of closed reviews without a lesson."""
    for file, pir in each_review(kb):
        if pir.status == "closed" and not pir.lessons and not pir.no_lesson_because:
            yield Problem.of(
                "PIR402",
                file.path,
                file.at("status"),
                "the review is closed, but has no lesson",
                "add it to 'lessons', or say why there is none in 'no_lesson_because'",
            )


def lessons_applied(kb: KnowledgeBase) -> Iterator[Problem]:
    """Problems of lessons that are not applied within a year of their validation."""
    for file in kb.of_kind("lesson"):
        lesson = file.record
        if isinstance(lesson, Lesson) and lesson.status == "validated" and lesson.validated_on is not None:
            age = kb.settings.as_of - lesson.validated_on
            if age > timedelta(days=APPLY_DAYS):
                yield Problem.of(
                    "PIR404",
                    file.path,
                    file.at("status"),
                    f"the lesson was validated {age.days} days ago, but is not applied",
                    "apply it and set the status, or set the status to superseded",
                )
