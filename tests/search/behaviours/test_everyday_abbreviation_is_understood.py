"""An engineer's everyday words find the record that says the same in others, without a synonyms file."""

import pytest


def test_everyday_abbreviation_is_understood(doc, ranked):
    documents = [doc("LL-1", symptoms="the processor is busy matching a pattern"), doc("LL-2", symptoms="disk is full")]
    assert ranked(documents, "cpu regex ") == ["LL-1"]
    assert ranked(documents, "cpu regex ", language="xx") == []


@pytest.mark.parametrize("text", ["status: NXDOMAIN", "getaddrinfo EAI_AGAIN", "java.net.UnknownHostException"])
def test_error_of_a_name_lookup_leads_to_it(doc, find, text):
    documents = [doc("LL-1", symptoms="DNS of the shop"), doc("LL-2", title="Landing zone is full again")]
    result = find(documents, text)
    assert result.hits[0].id == "LL-1"
    assert result.unknown == ()


def test_british_disc_is_a_disk(doc, find):
    documents = [doc("LL-1", symptoms="the disk of the gateway filled"), doc("LL-2", symptoms="full gateway filter")]
    result = find(documents, "disc ")
    assert [hit.id for hit in result.hits] == ["LL-1"]
    assert result.unknown == ()
