"""Terms are counted by pieces of text, as if every chunk of a text were read by itself."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.search import analysis
from mkdocs_pir.search.impacts import BlockWords, Vocabulary

LANGUAGE = analysis.language("en")

texts = st.lists(
    st.text(st.sampled_from("aBé1-_.:/+| \n\t\r\u00a0\u1680\u200b\u2028\u3000データ’")) | st.text(max_size=40),
    max_size=4,
)


@given(texts)
def test_terms_and_chunks_are_those_of_all_texts(written: list[str]) -> None:
    chunks = [chunk for text in written for chunk in analysis.chunks(text)]
    words = [word for chunk in chunks for word in analysis.words_of(chunk) if word not in LANGUAGE.stop_words]
    read = BlockWords(Vocabulary(LANGUAGE))
    for _ in range(2):
        counts, length = read.counts(written)
        found = {read.terms[number]: count for number, count in counts.items()}
        assert (found, length) == (Counter(map(LANGUAGE.stem, words)), len(chunks))
    assert read.forms == {word: LANGUAGE.stem(word) for word in words}
