"""Terms are counted by pieces of text, as if every chunk of a text were read by itself."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.search import analysis
from mkdocs_pir.search.impacts import Vocabulary

LANGUAGE = analysis.language("en")

texts = st.lists(
    st.text(st.sampled_from("aBé1-_.:/+| \n\t\r\u00a0\u1680\u200b\u2028\u3000データ’")) | st.text(max_size=40),
    max_size=4,
)


@given(texts)
def test_terms_and_chunks_are_those_of_all_texts(written: list[str]) -> None:
    chunks = [chunk for text in written for chunk in analysis.chunks(text)]
    words = [word for chunk in chunks for word in analysis.words_of(chunk) if word not in LANGUAGE.stop_words]
    vocabulary, pieces = Vocabulary(LANGUAGE), set[str]()
    for _ in range(2):
        assert vocabulary.counts(written, pieces) == (Counter(map(LANGUAGE.stem, words)), len(chunks))
    assert vocabulary.forms(pieces) == {word: LANGUAGE.stem(word) for word in words}
