"""Written with or without accents, a word is the same."""


def test_accents_do_not_matter(doc, ranked):
    documents = [doc("LL-1", symptoms="Überlastung der Straße"), doc("LL-2", symptoms="mail late")]
    assert [
        ranked(documents, text + " ") for text in ("uberlastung", "ÜBERLASTUNG", "strasse", "u\u0308berlastung")
    ] == [["LL-1"]] * 4
