"""The keys of the fingerprints in texts that may be shown, which many editions have in common."""

from __future__ import annotations

from collections.abc import Iterator

from mkdocs_pir.editions.audit.fingerprints import Fingerprints
from mkdocs_pir.editions.audit.matches import FingerprintMatch, Key
from mkdocs_pir.editions.audit.normalise import fold, words
from mkdocs_pir.editions.audit.spellings import transliterated


class TextKeys:
    """Finds the keys in texts of a knowledge base, and caches them."""

    def __init__(self, fingerprints: Fingerprints) -> None:
        self._fingerprints = fingerprints
        self._keys: dict[str, tuple[frozenset[Key], frozenset[bytes]] | None] = {}

    def of(self, text: str) -> tuple[frozenset[Key], frozenset[bytes]]:
        """The keys and words of a text that may be shown, cached from the second edition on that shows it."""
        result = self._keys.get(text)
        if result is None:
            folded = fold(text)
            matches = [match for _, match in self.matches(text) if not match.disguise]
            names = [match for match in matches if self._fingerprints.is_name(match.key)]
            # words with a client's name in them are about that client, and the name is searched for by itself
            keys = frozenset(
                match.key for match in matches if match.key[0] != "quotation" or not _overlaps(names, match)
            )
            result = keys, frozenset(words(folded))
            # texts of one client alone are not cached, because those of all clients are as large as all records
            self._keys[text] = result if text in self._keys else None
        return result

    def matches(self, text: str) -> Iterator[tuple[str, FingerprintMatch]]:
        """The matches in a text of the knowledge base and of names in its transliteration, each with the text searched."""
        for match in self._fingerprints.find(fold(text), lenient=True):
            yield text, match
        if not text.isascii():
            latin = transliterated(text)
            for match in self._fingerprints.find(fold(latin), lenient=True):
                if self._fingerprints.is_name(match.key):
                    yield latin, match


def _overlaps(names: list[FingerprintMatch], match: FingerprintMatch) -> bool:
    return any(match.start < name.end and name.start < match.end for name in names)
