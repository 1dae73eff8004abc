"""A result shows the matching words in their sentence, the symptom before the text, and says what was mended."""


def test_result_says_why_it_matched(doc, find):
    text = "Nothing of note. " * 30 + "Then the standby was promoted by mistake. " + "Nothing of note. " * 30
    result = find(
        [doc("LL-1", "Failover", symptoms=["mail late", "replication lag above 600 s"], body=text)],
        "replicaton lag promoted ",
    )
    symptom, body = result.hits[0].why
    assert [symptom.snippet[a:b] for a, b in symptom.marks] == ["replication", "lag"]
    assert [body.snippet[a:b] for a, b in body.marks] == ["promoted"]
    assert body.snippet.startswith("…")
    assert len(body.snippet) < 190
    assert result.corrections == (("replicaton", "replication"),)


def test_words_in_no_record_are_named(doc, find):
    result = find([doc("LL-1", symptoms="disk full")], "zanzibar disk 99.99.99.99")
    assert result.unknown == ("zanzibar", "99.99.99.99")
    assert result.hits[0].id == "LL-1"
