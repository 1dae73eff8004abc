"""Similar reviews and lessons: which are found, why, in what order, and at what cost."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import pytest
from helpers.projections import project, review

from mkdocs_pir.insight import related
from mkdocs_pir.kb.model import Lesson, Record, Section
from mkdocs_pir.search import compared_texts, similar, term_blocks
from mkdocs_pir.search.similar import build
from mkdocs_pir.store.result_store import ResultStore


def test_the_same_trigger_on_the_same_service_comes_first_and_says_so() -> None:
    found = build(
        project(
            review("PIR-1", "2026-01-01", trigger="change/cert", services=("mail",), client="acme"),
            review("PIR-2", "2026-02-01", trigger="change/cert", services=("mail",), client="bolt"),
            review("PIR-3", "2026-03-01", trigger="change/cert", services=("web",), client="bolt"),
            review("PIR-4", "2026-04-01", trigger="data/input", services=("mail",), client="acme"),
            review("PIR-5", "2026-05-01", trigger="data/input", services=("web",), contributing_factors=("change/cert",),
                client="acme", problem="PRB-1"),
        )
    )  # fmt: skip
    assert [(m.id, m.why) for m in found.pirs("PIR-1")] == [
        ("PIR-2", "same trigger, same service"),
    ]  # a trigger, a service and a client, or a factor and a client alone are not enough
    assert [m.id for m in found.pirs("PIR-1", limit=1)] == ["PIR-2"]
    assert found.pirs("PIR-NONE") == ()


def test_equal_points_show_the_newer_first() -> None:
    twins = [review(f"PIR-{n}", f"2026-0{n}-01", trigger="change/cert", services=("mail",)) for n in (1, 2, 3)]
    assert [m.id for m in build(project(*twins)).pirs("PIR-1")] == ["PIR-3", "PIR-2"]


def test_lessons_that_fit_a_review_and_reviews_that_a_lesson_fits() -> None:
    found = build(
        project(
            review("PIR-1", trigger="change/cert", services=("mail",), lessons=("LL-1",)),
            Lesson("LL-1", title="Its own", causes=("change/cert",), services=("mail",)),
            Lesson("LL-2", title="Probe every listener", causes=("change/cert",), services=("mail",)),
            Lesson("LL-3", title="Old", causes=("change/cert",), services=("mail",), status="superseded"),
            Lesson("LL-4", title="Taught by it", causes=("change/cert",), learned_from=("PIR-1",)),
            Lesson("LL-5", title="Elsewhere", causes=("data/input",), services=("mail",)),
        )
    )
    (match,) = found.lessons("PIR-1")
    assert (match.id, match.kind, match.title) == ("LL-2", "lesson", "Probe every listener")
    assert (round(match.score, 0), match.why) == (6, "lesson about the same trigger, same service")
    assert [m.id for m in found.pirs("LL-2")] == ["PIR-1"]
    assert found.pirs("LL-1") == found.pirs("LL-4") == ()  # linked already
    assert [m.id for m in found.pirs("LL-3")] == ["PIR-1"]


def test_the_rest_of_a_chain_of_recurrences_is_not_repeated_here() -> None:
    found = build(
        project(
            review("PIR-1", "2026-01-01", trigger="change/cert"),
            review("PIR-2", "2026-02-01", trigger="change/cert", recurrence_of="PIR-1"),
            review("PIR-3", "2026-03-01", trigger="change/cert", recurrence_of="PIR-2"),
            review("PIR-4", "2026-04-01", trigger="change/cert"),
        )
    )
    assert [m.id for m in found.pirs("PIR-1")] == ["PIR-4"]


HANDSHAKE = ("451 4.7.1 TLS handshake failed", "queue depth above 40000")


def test_words_of_symptoms_make_records_similar_and_are_named_as_the_reason() -> None:
    found = build(
        project(
            review("PIR-1", title="Mail stood", services=("mail",), client="acme", symptoms=HANDSHAKE),
            review(
                "PIR-2",
                title="Late",
                services=("web",),
                client="bolt",
                symptoms=("TLS handshakes failing", "queue depth above 30000"),
            ),
            review("PIR-3", title="Disk full", services=("web",), symptoms=("no space left on device",)),
            review("PIR-4", title="Nobody could print", services=("web",), symptoms=("spooler failed",)),
        )
    )
    (match,) = found.pirs("PIR-1")
    assert match.id == "PIR-2"
    assert match.why == "similar words (tls, queue, handshake)"
    assert found.pirs("PIR-4") == ()


def test_a_field_in_common_is_worth_more_where_the_words_agree() -> None:
    found = build(
        project(
            review("PIR-1", services=("mail",), trigger="change/cert", symptoms=HANDSHAKE),
            review("PIR-2", "2026-02-01", services=("mail",), trigger="change/cert", symptoms=HANDSHAKE[:1]),
            review("PIR-3", "2026-03-01", services=("mail",), trigger="change/cert", symptoms=("no space left",)),
        )
    )
    one, other = found.pirs("PIR-1")
    assert (one.id, other.id) == ("PIR-2", "PIR-3")
    assert "similar words" in one.why
    assert one.score > other.score


def test_the_body_does_not_make_two_records_alike() -> None:
    told = (Section("Summary", "the gateway stood still while listeners were restarted one by one"),)
    found = build(project(review("PIR-1", title="", sections=told), review("PIR-2", title="", sections=told)))
    assert found.pirs("PIR-1") == ()


def test_being_alike_is_mutual_and_the_order_of_the_records_does_not_matter() -> None:
    records = [review(f"PIR-{n}", f"2026-01-{n:02}", title=f"queue word{n % 3} stuck{n % 2}") for n in range(1, 20)]
    there, back = build(project(*records)), build(project(*reversed(records)))
    for record in records:
        assert there.pirs(record.id) == back.pirs(record.id)
        for match in there.pirs(record.id, 50):
            assert record.id in {other.id for other in there.pirs(match.id, 50)}


def test_a_record_is_compared_with_no_more_others_when_there_are_more(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []
    whole = similar.Similar._worth_comparing

    def counted(self: similar.Similar, record: str, kind: str, near: Mapping[str, float]) -> object:
        found = list(whole(self, record, kind, near))
        compared.append(len(found))
        return found

    monkeypatch.setattr(similar.Similar, "_worth_comparing", counted)
    for many in (60, 600):
        found = build(
            project(*(review(f"PIR-{n}", title=f"queue w{n % 40} x{n % 30}", trigger="a/b") for n in range(many)))
        )
        found.pirs("PIR-1")
    assert compared[0] <= 48
    assert compared[1] <= 48


def random_record(rng: random.Random, number: int) -> Record:
    words = ["queue", "stuck", "disk", "full", "relay", "gateway", "certificate", "expired"]
    # the shortest form of a word is the one that is shown
    title = " ".join(rng.sample(words, 3)).replace("relay", rng.choice(["relay", *["relays", "relayed"] * 9]))
    fields = {"title": title, "services": (rng.choice(["mail", "web"]),)}
    if number % 4 == 0:
        return Lesson(f"LL-{number}", causes=(rng.choice(["change/cert", "data/input"]),), **fields)
    told = (Section("Summary", rng.choice(words)),)
    return review(f"PIR-{number}", trigger=rng.choice(["change/cert", ""]), sections=told, **fields)


@pytest.mark.parametrize("seed", range(12))
def test_kept_answers_are_those_of_a_new_comparison(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compared_texts, "BLOCK", 4)
    if seed % 2:
        # so few that what is added or taken away makes a difference to others
        for module, name, few in ((compared_texts, "_SHARED_BY", 5), (compared_texts, "_TERMS", 2),
                                  (related, "_CANDIDATES", 3), (similar, "_NEAREST", 2)):  # fmt: skip
            monkeypatch.setattr(module, name, few)
    rng = random.Random(seed)
    records = {number: random_record(rng, number) for number in range(20)}
    for _ in range(6):
        number = rng.randrange(24)
        if rng.random() < 0.3:
            records.pop(number, None)
        else:
            records[number] = random_record(rng, number)
        now = project(*records.values())
        store = ResultStore(tmp_path)
        kept, new = similar.answers(now, store), build(now)
        store.close()
        for record in records.values():
            assert kept.pirs(record.id) == new.pirs(record.id)
            assert kept.lessons(record.id, 2) == new.lessons(record.id, 2)


def test_a_changed_body_leaves_the_answers_and_a_changed_title_all_other_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def records(title: str, body: str) -> list[Record]:
        others = [review(f"PIR-{number:04}", title=f"queue {number}") for number in range(1, 1000)]
        return [review("PIR-0000", title=title, sections=(Section("Summary", body),)), *others]

    compared: list[str] = []
    read: list[str] = []
    both, impacts = similar.Similar.both, term_blocks.impacts
    monkeypatch.setattr(similar.Similar, "both", lambda self, record: compared.append(record) or both(self, record))
    monkeypatch.setattr(term_blocks, "impacts", lambda one, *others: read.append(one.title) or impacts(one, *others))
    store = ResultStore(tmp_path)
    similar.answers(project(*records("disk full", "one")), store)
    assert (len(compared), len(read)) == (1000, 1000)
    similar.answers(project(*records("disk full", "other")), store)
    assert (len(compared), len(read)) == (1000, 1000)
    similar.answers(project(*records("disk", "other")), store)
    assert compared[1000:] == ["PIR-0000"]
    assert len(read) <= 1000 + compared_texts.BLOCK * 3 // 2


def test_for_an_edition_that_is_the_same_nothing_is_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = project(review("PIR-1", title="disk full"), review("PIR-2", title="disk full"))
    other = project(review("PIR-1", title="disk full"), review("PIR-2", title="queue"))
    store = ResultStore(tmp_path)
    first = similar.answers(now, store, b"digest")
    answers_of_other = similar.answers(other, store, b"other digest")
    monkeypatch.setattr(similar, "_compared", lambda projection: pytest.fail("it is the same edition"))
    assert similar.answers(now, store, b"digest") == first
    assert similar.answers(other, store, b"other digest") == answers_of_other != first


def test_kept_answers_show_the_words_as_they_are_written_now(tmp_path: Path) -> None:
    def records(word: str) -> list[Record]:
        alike = [review(f"PIR-{number}", title="relays stuck again", trigger="change/cert") for number in (0, 1)]
        return [*alike, *(review(f"PIR-{number}", title=f"queue {number}") for number in range(2, 9)),
                review("PIR-9", title="", symptoms=(word,))]  # fmt: skip

    store = ResultStore(tmp_path)
    for word in ("relay", "relaying"):
        (match, *_) = similar.answers(project(*records(word)), store).pirs("PIR-0")
        assert ("relays" if word == "relaying" else "relay,") in f"{match.why},".replace(")", ","), match.why
