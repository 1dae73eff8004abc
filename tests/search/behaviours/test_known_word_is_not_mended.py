"""A word that some record has is meant as it is written."""


def test_known_word_is_not_mended(doc, ranked):
    documents = [doc("LL-1", symptoms="host down"), doc("LL-2", symptoms="post late")]
    assert ranked(documents, "post ") == ["LL-2"]
