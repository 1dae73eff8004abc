"""A known error stands above the reviews whose workaround it replaced, unless the review itself is looked for."""

from __future__ import annotations

from dataclasses import replace

from mkdocs_pir.search.query import advice

WORDS = "the queue stalls"


def test_known_error_stands_above_the_reviews_whose_workaround_it_replaced(doc, find):
    problem = doc(
        "PRB-1", "Consumers stall", kind="problem", symptoms=f"{WORDS} at noon", body="Much more is known. " * 9
    )
    older = [
        replace(
            doc(id_, WORDS, kind="pir", symptoms=WORDS, card={"date": "2024-02-18", "workaround": "Restart it."}),
            known_error="PRB-1",
        )
        for id_ in ("PIR-1", "PIR-2")
    ]
    found = find([*older, problem], f"{WORDS} ").hits
    assert [hit.id for hit in found] == ["PRB-1", "PIR-1", "PIR-2"]
    assert found[1].as_json()["workaround_replaced_by"] == "PRB-1"
    assert advice(found[1].card) == ("older workaround (2024-02-18)", "Restart it.")
    assert find([*older, problem], "PIR-2").hits[0].id == "PIR-2"
    assert "workaround_replaced_by" not in find(older, f"{WORDS} ").hits[0].as_json()  # its edition has no such problem
