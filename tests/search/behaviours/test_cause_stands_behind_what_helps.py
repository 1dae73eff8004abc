"""A cause of the very name is a drawer: the lesson that says what to do comes first."""

from mkdocs_pir.search.search_document import SearchDocument


def test_cause_stands_behind_what_helps(doc, ranked):
    cause = SearchDocument("capacity/full", "cause", "Disk full", "causes/full.html")
    assert ranked([cause, doc("LL-1", title="The disk was full")], "disk full ") == [
        "LL-1",
        "capacity/full",
    ]
