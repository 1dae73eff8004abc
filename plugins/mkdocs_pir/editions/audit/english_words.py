"""Common English words, which distinguish a client's name from an ordinary word. The list is `english_words.txt`."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def english_words() -> frozenset[bytes]:
    """Some 40,000 words in small letters, inflected forms among them."""
    text = (resources.files("mkdocs_pir") / "editions" / "audit" / "english_words.txt").read_bytes()
    return frozenset(word for line in text.splitlines() if not line.startswith(b"#") for word in line.split())
