"""Addresses, secrets and names are taken out on the way in, wherever they stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.empty_knowledge_base import EmptyBase
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.exchange.importing.masks import Masks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to anna.muster+x@mail.example.com.", "write to (address removed)."),
        ("git@github.com:a/b", "git@github.com:a/b"),
        ("Anna Muster, anna  muster and Muster, Anna", "(name removed), (name removed) and (name removed)"),
        ("Anna Musterfrau and Joanna Muster", "Anna Musterfrau and Joanna Muster"),
        ("Anna Muster-Beispiel called Bo", "(name removed) called Bo"),
        ("ÉLODIE O'Neil", "(name removed)"),
        ("password=hunter2hunter2", "password=(secret removed)"),
        ("Authorization: Bearer abcdefghijklmnop", "Authorization: Bearer (secret removed)"),
        ("https://user:secret@host/x", "https://(secret removed)@host/x"),
        ("ghp_" + "a" * 36, "(secret removed)"),
        ("glpat-" + "a" * 20, "(secret removed)"),
        ("the token was renewed", "the token was renewed"),
    ],
)
def test_what_is_taken_out_and_what_stays(text: str, expected: str) -> None:
    names = ["Anna Muster (Contractor)", "Muster, Anna", "Anna Muster-Beispiel", "Élodie O'Neil", "Bo", "12345"]
    assert Masks(["email", "token"], names)(text) == expected


def test_nothing_is_taken_out_that_is_not_asked_for() -> None:
    text = "a@b.example password=hunter2hunter2 Anna Muster"
    assert Masks([])(text) == text


WORDS = st.lists(st.text(alphabet="abcdefgß", min_size=1, max_size=5), max_size=6)


@given(WORDS, WORDS, st.sampled_from(["Zoë Straße", "ZOË  straße", "Straße, Zoë", "zoë straße"]))
def test_a_name_goes_and_every_other_word_stays(before: list[str], after: list[str], name: str) -> None:
    mask = Masks(["email", "token"], ["Straße, Zoë"])
    assert mask(" ".join([*before, name, *after])) == " ".join([*before, "(name removed)", *after])


@pytest.mark.parametrize("piece", ["a.", "a@", "a@b.", "-----BEGIN PRIVATE KEY-----", "eyJaaaaaaaaaaaa.", "://a:"])
def test_a_long_run_costs_no_more_than_its_length(piece: str) -> None:
    # without bounds this would take hours
    masked = Masks(["email", "token"], ["Anna Muster"])(f"Anna Muster {piece * 60_000}")
    assert masked.startswith("(name removed) ")


def test_names_are_taken_out_of_the_records_that_do_not_list_them(tmp_path: Path) -> None:
    base = EmptyBase(tmp_path)
    mapping = """\
name: tool
format: csv
fields:
  id: {key: id}
  title: {key: title}
  client: {constant: acme}
people: {keys: [owner], names: [Carla Example]}
"""
    table = "id,title,owner,note\nT-1,One,Ben Example,\nT-2,Ben Example broke it,Ann Example,Carla Example was there\n"
    result = base.import_source(base.write("a.csv", table), mapping)
    assert "Ben Example" not in base.file("T-2").read_text()
    data, _ = base.record("T-2")
    assert data["title"] == "(name removed) broke it"
    assert data["x-source"] == {"owner": "(name removed)", "note": "(name removed) was there"}
    assert "taken out" in result.output
