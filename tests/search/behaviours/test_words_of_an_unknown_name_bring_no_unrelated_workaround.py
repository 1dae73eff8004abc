"""The parts of a host that no record knows, and the words of a synonym found apart, do not lead to something else."""


def test_end_of_an_unknown_host_says_less_than_its_beginning(doc, ranked):
    documents = [
        doc("LL-1", title="The internal network was lost"),
        doc("LL-2", symptoms="the portal is slow"),
        doc("LL-3", body="cache filled up"),
    ]
    assert ranked(documents, "portal.internal ")[0] == "LL-2"
    assert ranked(documents, "status of portal.internal ")[0] == "LL-2"
    assert ranked(documents, "internal portal ")[0] == "LL-1"


def test_words_of_a_synonym_that_stand_apart_count_as_little_as_the_lesser_of_them(doc, ranked):
    documents = [
        doc(
            "LL-1", title="lookup of orders: timeout", body="a long story, with the name of a node " + "and more " * 80
        ),
        doc("LL-2", title="name lookups dropped"),
        doc("LL-3", body="cache filled up"),
    ]
    assert ranked(documents, "nxdomain ") == ["LL-2", "LL-1"]
