"""A word among the symptoms counts for more than the same word in the text."""


def test_symptom_outranks_body(doc, ranked):
    documents = [doc("LL-1", body="replication lag was seen once"), doc("LL-2", symptoms="replication lag")]
    assert ranked(documents, "replication lag") == ["LL-2", "LL-1"]
