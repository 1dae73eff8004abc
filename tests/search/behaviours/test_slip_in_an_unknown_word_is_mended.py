"""A slip in a word that no record has is mended; the result says so."""


def test_slip_in_an_unknown_word_is_mended(doc, ranked):
    documents = [doc("LL-1", symptoms="certificate expired"), doc("LL-2", symptoms="disk full")]
    assert [ranked(documents, slip + " ") for slip in ("certifcate", "certificaet", "certiificate", "cretificate")] == [
        ["LL-1"]
    ] * 4
