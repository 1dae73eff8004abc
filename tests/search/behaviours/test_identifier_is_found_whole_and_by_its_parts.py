"""An error code, a host or a class is found as written, without its separators and by a part."""


def test_identifier_is_found_whole_and_by_its_parts(doc, ranked):
    documents = [
        doc("LL-1", symptoms="ORA-01555 on core-db01"),
        doc("LL-2", symptoms="com.acme.PoolTimeout thrown"),
        doc("LL-3", symptoms="mail late"),
    ]
    assert [ranked(documents, text + " ") for text in ("ORA-01555", "ora01555", "01555", "core-db")] == [["LL-1"]] * 4
    assert [ranked(documents, text + " ") for text in ("PoolTimeout", "acme", "com.acme.PoolTimeout", "timeout")] == [
        ["LL-2"]
    ] * 4
