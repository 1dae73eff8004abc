"""A title says what a record is about."""


def test_title_outranks_body(doc, ranked):
    documents = [doc("LL-1", body="an expired certificate"), doc("LL-2", "Expired certificate on the gateway")]
    assert ranked(documents, "expired certificate") == ["LL-2", "LL-1"]
