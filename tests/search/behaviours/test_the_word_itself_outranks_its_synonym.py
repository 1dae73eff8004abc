"""What was asked for comes before what means the same."""


def test_the_word_itself_outranks_its_synonym(doc, ranked):
    documents = [doc("LL-1", symptoms="kubernetes upgrade"), doc("LL-2", symptoms="k8s upgrade")]
    assert ranked(documents, "k8s ", synonyms={"k8s": ["kubernetes"]}) == ["LL-2", "LL-1"]
