"""10.12.3.4 is not 10.1.23.4."""


def test_address_is_not_mistaken_for_another(doc, ranked):
    documents = [doc("LL-1", symptoms="refused by 10.1.23.4"), doc("LL-2", symptoms="refused by 10.12.3.4:5432")]
    assert ranked(documents, "10.12.3.4 ") == ["LL-2"]
