"""Two words of three beat one word said many times."""


def test_more_of_the_words_outrank_one_word_repeated(doc, ranked):
    documents = [
        doc("LL-1", symptoms="timeout " * 9),
        doc("LL-2", symptoms="timeout of the gateway"),
        doc("LL-3", symptoms="mail"),
    ]
    assert ranked(documents, "gateway timeout after deploy")[0] == "LL-2"
