"""What the organisation says is the same finds the same, also as a phrase."""


def test_synonym_finds_what_the_word_finds(doc, ranked):
    synonyms = {"oom": ["out of memory"], "k8s": ["kubernetes"]}
    documents = [
        doc("LL-1", symptoms="out of memory"),
        doc("LL-2", symptoms="kubernetes upgrade"),
        doc("LL-3", symptoms="out of paper"),
    ]
    assert ranked(documents, "oom ", synonyms=synonyms) == ["LL-1"]
    assert ranked(documents, "k8s ", synonyms=synonyms) == ["LL-2"]
    assert ranked([doc("LL-1", symptoms="oom"), *documents[1:]], "out of memory ", synonyms=synonyms)[0] == "LL-1"
