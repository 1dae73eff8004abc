"""An engineer's everyday words find the record that says the same in others, without a synonyms file."""


def test_everyday_abbreviation_is_understood(doc, ranked):
    documents = [doc("LL-1", symptoms="the processor is busy matching a pattern"), doc("LL-2", symptoms="disk is full")]
    assert ranked(documents, "cpu regex ") == ["LL-1"]
    assert ranked(documents, "cpu regex ", language="xx") == []
