"""Connecting, connected and connections are one word."""


def test_any_form_of_a_word_is_found(doc, ranked):
    documents = [doc("LL-1", symptoms="connections refused"), doc("LL-2", symptoms="mail late")]
    assert [ranked(documents, form + " ") for form in ("connecting", "connected", "connection")] == [["LL-1"]] * 3
