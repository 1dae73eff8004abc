""" "pod" is asked for, "podium" only might be."""


def test_finished_word_outranks_words_that_begin_with_it(doc, ranked):
    documents = [doc("LL-1", symptoms="podium speaker"), doc("LL-2", symptoms="pod restarts")]
    assert ranked(documents, "pod")[0] == "LL-2"
