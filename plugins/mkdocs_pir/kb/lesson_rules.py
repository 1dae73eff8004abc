"""Rules about lessons: one is drawn from each review, and put to use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from mkdocs_pir.kb.knowledge import KnowledgeBase, each_review
from mkdocs_pir.kb.model import Lesson
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.thresholds import APPLY_DAYS


def lessons_drawn(kb: KnowledgeBase) -> Iterator[Problem]:
    """A closed review taught something."""
    for entry, pir in each_review(kb):
        if pir.status == "closed" and not pir.lessons and not pir.no_lesson_because:
            yield Problem.of(
                "PIR402",
                entry.path,
                entry.at("status"),
                "the review is closed without a lesson",
                "link a lesson, or add 'no_lesson_because'",
            )


def lessons_applied(kb: KnowledgeBase) -> Iterator[Problem]:
    """A lesson is put to use within a year of being agreed."""
    for entry in kb.of_kind("lesson"):
        lesson = entry.record
        if isinstance(lesson, Lesson) and lesson.status == "validated" and lesson.validated_on is not None:
            age = kb.settings.as_of - lesson.validated_on
            if age > timedelta(days=APPLY_DAYS):
                yield Problem.of(
                    "PIR404",
                    entry.path,
                    entry.at("status"),
                    f"the lesson was agreed {age.days} days ago and is not applied",
                    "apply it, or mark it superseded",
                )
