"""Related reviews and lessons: the right ones, the reason, the order."""

from __future__ import annotations

from making import pir, project

from mkdocs_pir.insight.related import build
from mkdocs_pir.kb.model import Lesson


def test_the_same_trigger_on_the_same_service_comes_first_and_says_so() -> None:
    found = build(
        project(
            pir("PIR-1", "2026-01-01", trigger="change/cert", services=("mail",), client="acme"),
            pir("PIR-2", "2026-02-01", trigger="change/cert", services=("mail",), client="bolt"),
            pir("PIR-3", "2026-03-01", trigger="change/cert", services=("web",), client="bolt"),
            pir("PIR-4", "2026-04-01", trigger="data/input", services=("mail",), client="acme"),
            pir("PIR-5", "2026-05-01", trigger="data/input", services=("web",), contributing_factors=("change/cert",),
                client="acme", problem="PRB-1"),
        )
    )  # fmt: skip
    assert [(m.id, m.score, m.why) for m in found.pirs("PIR-1")] == [
        ("PIR-2", 5.5, "same trigger, same service"),
        ("PIR-3", 4.0, "same trigger"),
    ]  # a service and a client alone, or a factor and a client, are not enough
    assert [m.id for m in found.pirs("PIR-1", limit=1)] == ["PIR-2"]
    assert found.pirs("PIR-NONE") == ()


def test_equal_points_show_the_newer_first() -> None:
    twins = [pir(f"PIR-{n}", f"2026-0{n}-01", trigger="change/cert", services=()) for n in (1, 2, 3)]
    assert [m.id for m in build(project(*twins)).pirs("PIR-1")] == ["PIR-3", "PIR-2"]


def test_similar_symptoms_are_named() -> None:
    found = build(
        project(
            pir("PIR-1", services=("mail",), client="acme", symptoms=("451 4.7.1 TLS handshake failed",)),
            pir("PIR-2", services=("mail",), client="bolt", symptoms=("tls: handshake timeout", "login failed")),
            pir("PIR-3", services=("mail",), client="bolt", symptoms=("disk full",)),
        )
    )
    assert [(m.id, m.score, m.why) for m in found.pirs("PIR-1")] == [
        ("PIR-2", 4.5, "same service, similar symptoms (failed, handshake, tls)")
    ]


def test_lessons_that_fit_a_review_and_reviews_that_a_lesson_fits() -> None:
    found = build(
        project(
            pir("PIR-1", trigger="change/cert", services=("mail",), lessons=("LL-1",)),
            Lesson("LL-1", title="Its own", causes=("change/cert",), services=("mail",)),
            Lesson("LL-2", title="Probe every listener", causes=("change/cert",), services=("mail",)),
            Lesson("LL-3", title="Old", causes=("change/cert",), services=("mail",), status="superseded"),
            Lesson("LL-4", title="Taught by it", causes=("change/cert",), learned_from=("PIR-1",)),
            Lesson("LL-5", title="Elsewhere", causes=("data/input",), services=("mail",)),
        )
    )
    (match,) = found.lessons("PIR-1")
    assert (match.id, match.kind, match.title) == ("LL-2", "lesson", "Probe every listener")
    assert (match.score, match.why) == (5.5, "about the same trigger, same service")
    assert [m.id for m in found.pirs("LL-2")] == ["PIR-1"]
    assert found.pirs("LL-1") == found.pirs("LL-4") == ()  # linked already
    assert [m.id for m in found.pirs("LL-3")] == ["PIR-1"]


def test_the_rest_of_a_chain_of_recurrences_is_not_repeated_here() -> None:
    found = build(
        project(
            pir("PIR-1", "2026-01-01", trigger="change/cert"),
            pir("PIR-2", "2026-02-01", trigger="change/cert", recurrence_of="PIR-1"),
            pir("PIR-3", "2026-03-01", trigger="change/cert", recurrence_of="PIR-2"),
            pir("PIR-4", "2026-04-01", trigger="change/cert"),
        )
    )
    assert [m.id for m in found.pirs("PIR-1")] == ["PIR-4"]
