""" "time out", "time-out" and "timeout" are one."""


def test_words_written_together_or_apart_are_found(doc, ranked):
    documents = [
        doc("LL-1", symptoms="gateway timeout"),
        doc("LL-2", symptoms="fail-over to the standby"),
        doc("LL-3", symptoms="mail"),
    ]
    assert [ranked(documents, text + " ")[0] for text in ("time out", "time-out", "timeOut")] == ["LL-1"] * 3
    assert [ranked(documents, text + " ")[0] for text in ("failover", "fail over", "fail_over")] == ["LL-2"] * 3
