"""A short word is often technical: one letter makes another word of it, so none is taken for another."""


def test_short_word_is_not_mended(doc, ranked):
    documents = [doc("LL-1", symptoms="logs, traces etc"), doc("LL-2", symptoms="full disk"), doc("LL-3", symptoms="x")]
    assert [ranked(documents, typed + " ") for typed in ("etcd", "ful", "fulll", "dosk")] == [[]] * 4
