"""Audits of editions that were audited before: what is new in them is searched for everything, the rest for what is new.

The findings are those of a whole audit. Where anything is found, a whole audit is made, and its findings are reported.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from mkdocs_pir.editions.audit import scan
from mkdocs_pir.editions.audit.auditor import Auditor
from mkdocs_pir.editions.audit.fingerprint_ids import FingerprintIds, Trigger
from mkdocs_pir.editions.audit.ledger import Ledger, Masks, Numbers, listing
from mkdocs_pir.editions.audit.matches import Key
from mkdocs_pir.editions.audit.report import Report

_STALE = 3
"""So many times as many texts as at the last whole audit, and a ledger holds mostly those of files that are gone."""


class RepeatedAudits:
    """Audits any number of editions of a knowledge base, each with the ledger of its last audit."""

    def __init__(self, auditor: Auditor) -> None:
        self.auditor = auditor
        self._fingerprints = auditor.fingerprints
        self._ids = FingerprintIds(auditor.fingerprints)
        self._searched_for = Numbers.of(self._ids.all())
        self._new: dict[str, set[Key]] = {self._searched_for.digest: set()}

    def compare(self, searched_for: Numbers) -> set[Key]:
        """The keys of the fingerprints that were not searched for then."""
        if searched_for.digest not in self._new:
            self._new[searched_for.digest] = self._ids.new(searched_for.as_set())
        return self._new[searched_for.digest]

    def audit(self, site: Path, client: str, ledger: Ledger | None) -> tuple[Report, Ledger | None]:
        """The report of a folder, and the ledger for the next audit; None if anything was found."""
        contents = listing(site)
        if ledger is not None:
            searched = scan.Searched(ledger.parts)
            if self._is_clean(site, client, ledger, contents, searched):
                listings = dict.fromkeys((*ledger.listings, contents))
                parts = ledger.parts.union(searched.parts)
                texts = (*ledger.texts, *searched.texts)
                after = self._ledger(client, tuple(listings), parts, texts, ledger.whole)
                return self.auditor.search(client).report(site, ()), after
        searched = scan.Searched()
        report = self.auditor.audit(site, client, searched=searched)
        if report.findings:
            return report, None
        texts = tuple(searched.texts)
        whole = sum(len(text.folded) for text in texts)
        return report, self._ledger(client, (contents,), frozenset(searched.parts), texts, whole)

    def _is_clean(self, site: Path, client: str, ledger: Ledger, contents: bytes, searched: scan.Searched) -> bool:
        """Whether nothing is found in what is new, nor by what is new in the rest."""
        if sum(len(text.folded) for text in ledger.texts) > _STALE * ledger.whole + (1 << 20):
            return False
        search = self.auditor.search(client)
        if self._contains_added(ledger, search.rules) or self.auditor.has_copies(site, client):
            return False
        return contents in ledger.listings or not any(scan.scan_folder(site, search.rules, None, searched))

    def _contains_added(self, ledger: Ledger, rules: scan.ScanRules) -> bool:
        """Whether one of the texts in a ledger contains anything that they were not searched for."""
        if any(key not in rules.skip for key in self._fingerprints.quotation_keys()):
            # whether words are a quotation depends on all texts
            return True
        added = self._added(ledger, rules)
        if not added:
            return False
        trigger, skip = Trigger(self._fingerprints, added), _AllBut(added)
        return any(
            True for text in ledger.texts if trigger.fires(text.folded) for _ in scan.matches_in(text, rules, skip)
        )

    def _added(self, ledger: Ledger, rules: scan.ScanRules) -> set[Key]:
        """What the rules search for, and the audit of the ledger did not, or not everywhere."""
        added = set(self.compare(ledger.searched_for))
        added |= self._ids.keys(set(ledger.left_out - self._ids.of(rules.skip)))
        masks = self._masks(rules)
        added |= self._ids.keys({n for n, before in ledger.masks.items() if not before <= masks.get(n, frozenset())})
        if not ledger.names <= set(rules.names):
            lines = filter(self._fingerprints.is_line, range(len(self._fingerprints.needles)))
            added |= {("needle", number) for number in lines}
        return added.difference(rules.skip)

    def _masks(self, rules: scan.ScanRules) -> Masks:
        return {self._ids.needle(number): frozenset(masks) for number, masks in rules.masks.items()}

    def _ledger(
        self,
        client: str,
        listings: tuple[bytes, ...],
        parts: frozenset[bytes],
        texts: tuple[scan.SearchedText, ...],
        whole: int,
    ) -> Ledger:
        rules = self.auditor.search(client).rules
        left_out = frozenset(self._ids.of(rules.skip))
        names = frozenset(rules.names)
        return Ledger(client, listings, parts, texts, whole, left_out, self._masks(rules), names, self._searched_for)


class _AllBut:
    """All keys but these."""

    def __init__(self, keys: Collection[Key]) -> None:
        self._keys = keys

    def __contains__(self, key: object) -> bool:
        return key not in self._keys
