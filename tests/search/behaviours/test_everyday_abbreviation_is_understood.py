"""An engineer's everyday words find the record that says the same in others, without a synonyms file."""

import pytest


def test_everyday_abbreviation_is_understood(doc, ranked):
    documents = [doc("LL-1", symptoms="the processor is busy matching a pattern"), doc("LL-2", symptoms="disk is full")]
    assert ranked(documents, "cpu regex ") == ["LL-1"]
    assert ranked(documents, "cpu regex ", language="xx") == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("status: NXDOMAIN", ["NXDOMAIN"]),
        ("getaddrinfo EAI_AGAIN", ["getaddrinfo", "EAI_AGAIN"]),
        ("java.net.UnknownHostException", []),
    ],
)
def test_error_of_a_name_lookup_leads_to_it_and_is_said_to_be_in_no_record(doc, find, text, names):
    documents = [doc("LL-1", symptoms="DNS of the shop"), doc("LL-2", title="Landing zone is full again")]
    result = find(documents, text)
    assert result.hits[0].id == "LL-1"
    assert result.synonyms == tuple((name, "dns") for name in names)
    assert result.unknown == ()
    assert find([doc("LL-1", symptoms=text), *documents[1:]], text).synonyms == ()


def test_synonym_is_named_as_it_is_written(doc, find):
    documents = [doc("LL-1", symptoms="the gateway was out of memory")]
    assert find(documents, "oomkilled").synonyms == (("oomkilled", "out of memory"),)


def test_british_disc_is_a_disk(doc, find):
    documents = [doc("LL-1", symptoms="the disk of the gateway filled"), doc("LL-2", symptoms="full gateway filter")]
    result = find(documents, "disc ")
    assert [hit.id for hit in result.hits] == ["LL-1"]
    assert (result.synonyms, result.unknown) == ((("disc", "disk"),), ())
