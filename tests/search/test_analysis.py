"""How text becomes words: against the vectors, and any text at all."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.search import analysis


def test_tokens_are_those_of_the_vectors(vectors: Any) -> None:
    for vector in vectors["tokens"]:
        text = vector["text"]
        found = [[text[t.start : t.end], t.whole, list(t.parts)] for t in analysis.read(text)]
        assert found == vector["tokens"], text


def test_stems_are_those_of_the_vectors(vectors: Any) -> None:
    assert {word: analysis.porter(word) for word in vectors["stems"]} == vectors["stems"]


def words(text: str) -> set[str]:
    return {word for token in analysis.read(text) for word in token.words}


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("ORA-01555", "ora01555"), ("ORA-01555", "01555"), ("ECONNREFUSED", "econnrefused"), ("10.12.3.4:8080", "10.12.3.4"),
        ("pod-name-7f9c", "7f9c"), ("com.acme.Foo", "foo"), ("com.acme.FooBar", "foobar"), ("CVE-2024-1234", "1234"),
        ("/var/lib/postgres", "postgres"), ("camelCase", "case"), ("HTTPServerError", "server"), ("redis01", "redis"),
        ("Überlast", "uberlast"), ("ｆｕｌｌ", "full"), ("co\u00adop", "coop"), ("fail-over", "failover"), ("データ", "デー"),
    ],
)  # fmt: skip
def test_a_word_is_also_found_as(written: str, asked: str) -> None:
    assert asked in words(written)


@pytest.mark.parametrize("text", ["14:05", "08:10:33.123Z", "x", "7", "...", "— “ ”", "\u0000\u0007", "A" * 49])
def test_says_nothing(text: str) -> None:
    assert words(text) == set()


def test_addresses_with_other_dots_stay_apart() -> None:
    assert words("10.1.23.4").isdisjoint(words("10.12.3.4"))


@given(st.text(st.characters(codec=None)))
def test_any_text_is_read_and_tokens_lie_in_it_in_order(text: str) -> None:
    end = 0
    for token in analysis.read(text):
        assert end <= token.start < token.end <= len(text)
        assert token.words
        assert all(0 < len(word) <= 3 * analysis.MAX_WORD for word in token.words)
        end = token.end


@given(st.text(st.sampled_from("aZ09-_./:@\\' é日")))
def test_reading_is_the_same_twice_and_blind_to_ascii_case_of_plain_words(text: str) -> None:
    assert list(analysis.read(text)) == list(analysis.read(text))
    plain = text.replace("Z", "z")
    assert words(plain.upper().lower()) == words(plain)


def test_other_languages_stem_with_lunr_where_it_can_and_else_read_words_as_written() -> None:
    german = analysis.language("de")
    assert german.stemmer == "none"
    assert german.stem("redis01") == "redis01"
    assert analysis.language("xx").stem("worte") == "worte"
