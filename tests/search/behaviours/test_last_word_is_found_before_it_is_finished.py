"""Results come while one writes."""


def test_last_word_is_found_before_it_is_finished(doc, ranked):
    documents = [doc("LL-1", symptoms="replication stopped"), doc("LL-2", symptoms="repository locked")]
    assert ranked(documents, "replica") == ["LL-1"]
    assert ranked(documents, "replicati") == ["LL-1"]
    assert set(ranked(documents, "rep")) == {"LL-1", "LL-2"}
    assert ranked(documents, "rep ") == []
