"""The very code asked for stands before one that shares a part."""


def test_whole_identifier_outranks_its_parts(doc, ranked):
    documents = [
        doc("LL-1", symptoms="ORA-00060 deadlock, 01555 rows"),
        doc("LL-2", symptoms="ORA-01555 snapshot too old"),
    ]
    assert ranked(documents, "ORA-01555") == ["LL-2", "LL-1"]
