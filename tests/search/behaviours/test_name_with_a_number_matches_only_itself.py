"""A ticket, a record or an error code is one of a series: the others of the series are no answer, and a page says so."""

import pytest


@pytest.fixture
def documents(doc):
    return [
        doc("PIR-2026-0001", kind="pir", symptoms="INC-22926", body="ORA-00060 deadlock"),
        doc("PIR-2026-0002", kind="pir", symptoms="INC-46085", body="see ORA 01555"),
        doc("LL-0005", title="Try again with a budget"),
    ]


@pytest.mark.parametrize("text", ["INC-46081", "inc-46081", "INC46081", "LL-12", "ORA-04031", "PIR-2027-0001"])
def test_name_that_no_record_holds_finds_nothing(documents, find, text):
    result = find(documents, text)
    assert result.hits == ()
    assert result.unknown == (text,)


@pytest.mark.parametrize("text", ["INC-4608", "INC-46085", "inc-46085", "INC46085", "PIR-2026-0002", "ORA-01555"])
def test_name_or_its_beginning_finds_only_its_record(documents, ranked, text):
    assert ranked(documents, text) == ["PIR-2026-0002"]


def test_name_is_completed_while_its_next_number_is_missing(documents, ranked):
    assert ranked(documents, "PIR-2026-") == ["PIR-2026-0001", "PIR-2026-0002"]


def test_other_words_still_find_what_they_find(documents, find):
    result = find(documents, "INC-46081 deadlock")
    assert [hit.id for hit in result.hits] == ["PIR-2026-0001"]
    assert result.unknown == ("INC-46081",)


def test_everyday_word_in_an_unknown_code_finds_nothing(documents, find):
    result = find(documents, "getaddrinfo EAI_AGAIN")
    assert result.hits == ()
    assert result.unknown == ("getaddrinfo", "EAI_AGAIN")
