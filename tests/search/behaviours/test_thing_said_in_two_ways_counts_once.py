"""A record that names one thing twice, in both its names, does not outrank one that answers all of the question."""


def test_thing_said_in_two_ways_counts_once(doc, find):
    documents = [doc("LL-1", symptoms="single sign-on of the portal"), doc("LL-2", symptoms="sso single sign-on")]
    first, second = find(documents, "sso portal ").hits
    assert (first.id, second.id) == ("LL-1", "LL-2")


def test_words_of_a_phrase_are_marked_only_where_the_phrase_is(doc, find):
    documents = [doc("LL-1", symptoms="oom, out at sea"), doc("LL-2", symptoms="out of memory")]
    marked = {
        hit.id: [part.snippet[start:end] for part in hit.why for start, end in part.marks]
        for hit in find(documents, "oom ").hits
    }
    assert marked == {"LL-1": ["oom"], "LL-2": ["out", "memory"]}
