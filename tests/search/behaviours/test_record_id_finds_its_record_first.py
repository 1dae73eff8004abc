"""An id leads to its record."""


def test_record_id_finds_its_record_first(doc, ranked):
    documents = [
        doc("PIR-2026-0007", kind="pir"),
        doc("PIR-2026-0008", kind="pir", body="see PIR-2026-0007 and PIR-2026-0007"),
    ]
    assert ranked(documents, "PIR-2026-0007") == ["PIR-2026-0007", "PIR-2026-0008"]
    assert ranked(documents, "pir 2026 0008")[0] == "PIR-2026-0008"
