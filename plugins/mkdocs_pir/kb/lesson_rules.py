"""Rules about lessons: each review leads to one, and it is applied."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.model import Lesson, Pir
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.thresholds import APPLY_DAYS


def lessons_drawn(file: RecordFile) -> Iterator[Problem]:
    """The problem of a closed review without a lesson."""
    pir = file.record
    if isinstance(pir, Pir) and pir.status == "closed" and not pir.lessons and not pir.no_lesson_because:
        yield Problem.of(
            "PIR402",
            file.path,
            file.at("status"),
            "the review is closed, but has no lesson",
            "add it to 'lessons', or say why there is none in 'no_lesson_because'",
        )


def lessons_applied(file: RecordFile, as_of: date) -> Iterator[Problem]:
    """The problem of a lesson that is not applied within a year of its validation."""
    lesson = file.record
    if isinstance(lesson, Lesson) and lesson.status == "validated" and lesson.validated_on is not None:
        age = as_of - lesson.validated_on
        if age > timedelta(days=APPLY_DAYS):
            yield Problem.of(
                "PIR404",
                file.path,
                file.at("status"),
                f"the lesson was validated {age.days} days ago, but is not applied",
                "apply it and set the status, or set the status to superseded",
            )
