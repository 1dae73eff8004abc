"""Somebody tagged a record `zero-day`, and nowhere else does it say so."""


def test_a_tag_that_the_text_never_says_finds_its_record(doc, find):
    documents = [
        doc(
            "LL-1",
            "Agree who may close a service",
            tags=("security", "zero-day"),
            body="a flaw was exploited elsewhere",
        ),
        doc("LL-2", "Read a limit back", body="a limit of zero is a valid number on any day"),
    ]
    for text in ("zero-day", "zero day", "ZeroDay"):
        best = find(documents, text + " ").hits[0]
        assert (best.id, best.why[0].field, best.why[0].snippet) == ("LL-1", "tags", "zero-day")
