"""Results that hold few of the words come last and say so."""

from __future__ import annotations

TEXT = "mail queue stalls night gateway "


def test_results_that_hold_few_of_the_words_come_last_and_say_so(doc, find):
    close = doc("LL-1", "Mail queue stalls at night when the gateway restarts")
    few = doc("LL-2", "Mail queue of orders")
    found = find([close, few], TEXT)
    assert [(hit.id, hit.fewer_words) for hit in found.hits] == [("LL-1", False), ("LL-2", True)]
    assert (found.total, found.fewer_words) == (2, 1)
    assert [hit.as_json().get("fewer_words") for hit in found.hits] == [None, True]
    assert find([few], TEXT).fewer_words == 0  # the best there is
