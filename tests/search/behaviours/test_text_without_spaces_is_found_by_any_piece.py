"""Japanese, Chinese and Korean are found inside a run of text."""


def test_text_without_spaces_is_found_by_any_piece(doc, ranked):
    documents = [
        doc("LL-1", symptoms="データベース接続エラーが発生"),
        doc("LL-2", symptoms="证书已过期"),
        doc("LL-3", symptoms="서버 장애 발생"),
    ]
    assert [ranked(documents, text)[0] for text in ("接続エラー", "证书", "장애")] == ["LL-1", "LL-2", "LL-3"]
