"""Digests of what decides, beside the fingerprints themselves, what is searched for in an edition.

Each fingerprint has a number in which all counts that is about itself (fingerprint_ids.py). While the digest here is the
same, every fingerprint with the same number is searched for, or not, as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict

from mkdocs_pir.editions.audit.digests import digest_of
from mkdocs_pir.editions.audit.fingerprints import Fingerprints
from mkdocs_pir.editions.audit.raw_knowledge import RawKnowledgeBase
from mkdocs_pir.editions.audit.visibility import Permitted


class RuleInputs:
    """The digests of what a knowledge base lets the edition of each client show."""

    def __init__(self, kb: RawKnowledgeBase, fingerprints: Fingerprints) -> None:
        self._kb = kb
        self._latest: tuple[Permitted, bytes] | None = None
        # words about a client's name are about that client, so all names decide about the other texts
        names = sorted(repr(fingerprints.traits(number)) for number in fingerprints.name_numbers())
        identities = [repr(text) for text in fingerprints.texts if text.kind == "identity"]
        self._for_all = digest_of([repr(sorted(asdict(kb.config).items())), *names, *identities])
        self._files = {path: hashlib.sha256(content).hexdigest() for path, content in kb.other_files.items()}

    def of(self, client: str, allowed: Permitted) -> bytes:
        """The digest of what a client's edition may show, and of what is the same for all editions."""
        if self._latest is None or self._latest[0] is not allowed:
            # the edition and its projection are audited one after the other
            self._latest = allowed, self._of(client, allowed)
        return self._latest[1]

    def _of(self, client: str, allowed: Permitted) -> bytes:
        shown = {file for file, _ in allowed.shown}
        lessons = [
            (file, sorted(allowed.lesson_sources[file])) for file in sorted(shown & allowed.lesson_sources.keys())
        ]
        return digest_of(
            [
                client,
                self._for_all.hex(),
                *(part for file, texts in allowed.shown for part in (file, texts.digest.hex())),
                repr((sorted(allowed.titles), sorted(allowed.catalogue))),
                repr([sorted(set(names)) for names in (allowed.names, allowed.own_names)]),
                repr(
                    (sorted(allowed.owners), [(path, self._files.get(path)) for path in sorted(allowed.files)], lessons)
                ),
            ]
        )

    def sources(self, files: Iterable[str]) -> tuple[tuple[str, bytes], ...]:
        """These files of the knowledge base, each with the digest of what it contains now; empty where it is missing."""
        paths = ((file, self._kb.folder / file) for file in sorted(files))
        return tuple(
            (file, hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b"") for file, path in paths
        )
