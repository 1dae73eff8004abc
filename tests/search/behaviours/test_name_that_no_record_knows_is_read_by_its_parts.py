"""The name of an alert is not in any record, but what it says is."""


def test_name_that_no_record_knows_is_read_by_its_parts(doc, ranked):
    documents = [doc("LL-1", symptoms="queue of mail grows"), doc("LL-2", symptoms="enospc on the queue")]
    assert ranked(documents, "[FIRING:1] QueueDiskFull ")[0] == "LL-2"
