"""What few records say tells more than what all say."""


def test_rare_word_outranks_common_word(doc, ranked):
    documents = [doc(f"LL-{n}", symptoms="service error") for n in range(5)] + [doc("LL-9", symptoms="deadlock")]
    assert ranked(documents, "error deadlock")[0] == "LL-9"
