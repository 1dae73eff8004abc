"""Audits of editions that were audited before: what is new in them is searched for everything, the rest for what is new.

The findings are those of a whole audit. Where anything is found, a whole audit is made, and its findings are reported.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from msgspec.structs import replace

from mkdocs_pir.editions.audit import scan
from mkdocs_pir.editions.audit.audited_texts import AuditedTexts, Masks, Searched
from mkdocs_pir.editions.audit.auditor import Auditor
from mkdocs_pir.editions.audit.fingerprint_ids import FingerprintIds, Trigger
from mkdocs_pir.editions.audit.fingerprints import Fingerprints
from mkdocs_pir.editions.audit.folder_contents import Folder
from mkdocs_pir.editions.audit.ledger import Ledger, Numbers
from mkdocs_pir.editions.audit.matches import Key
from mkdocs_pir.editions.audit.report import Report
from mkdocs_pir.editions.audit.rule_inputs import RuleInputs

_STALE = 3
"""So many times as many texts as at the last whole audit, and a ledger holds mostly those of files that are gone."""


class RepeatedAudits:
    """Audits any number of editions of a knowledge base, each with the ledger of its last audit."""

    def __init__(self, auditor: Auditor) -> None:
        self.auditor = auditor
        self._fingerprints = auditor.fingerprints
        self._ids = FingerprintIds(auditor.fingerprints, auditor.ordinary_words)
        self._inputs = RuleInputs(auditor.kb, auditor.fingerprints)
        self._searched_for = Numbers.of(self._ids.all())
        self._new: dict[str, _New] = {self._searched_for.digest: _New(self._fingerprints, set())}

    def compare(self, searched_for: Numbers) -> _New:
        """The fingerprints that were not searched for then."""
        if searched_for.digest not in self._new:
            self._new[searched_for.digest] = _New(self._fingerprints, self._ids.new(searched_for.as_set()))
        return self._new[searched_for.digest]

    def audit(self, site: Path, client: str, ledger: Ledger | None) -> tuple[Report, Ledger | None]:
        """The report of a folder, and the ledger for the next audit; None if anything was found."""
        folder = Folder(site)
        if ledger is not None:
            known = folder.states in ledger.states or folder.listing in ledger.listings
            if known and self._has_same_rules(ledger, site, client):
                states = _with(ledger.states, folder.states)[-_REMEMBERED:]
                after = replace(ledger, states=states, searched_for=self._searched_for)
                return Report((), folder.files, ledger.not_looked_for, ledger.ordinary_words), after
            before = ledger.texts.opened
            searched = scan.Searched(before.parts)
            if self._is_clean(site, client, ledger, before, known, searched):
                return self.auditor.search(client).report(site, ()), self._ledger(client, folder, searched, ledger)
        searched = scan.Searched()
        report = self.auditor.audit(site, client, searched=searched)
        return report, None if report.findings else self._ledger(client, folder, searched)

    def _has_same_rules(self, ledger: Ledger, site: Path, client: str) -> bool:
        """Whether what was searched for is so now, and nothing else can be in the texts; the rules are not worked out.

        That is so while what decides about every fingerprint is the same, and those that were not searched for then,
        or are another's now, have no letters in the texts.
        """
        return (
            ledger.inputs == self._inputs.of(client, self.auditor.allowed(client))
            and ledger.sources == self._inputs.sources(file for file, _ in ledger.sources)
            and not self.compare(ledger.searched_for).may_be_in(ledger.texts)
            and not self.auditor.has_copies(site, client)
        )

    def _is_clean(
        self, site: Path, client: str, ledger: Ledger, before: Searched, known: bool, searched: scan.Searched
    ) -> bool:
        """Whether nothing is found in what is new, nor by what is new in the rest."""
        if before.size > _STALE * ledger.whole + (1 << 20):
            return False
        rules = self.auditor.search(client).rules
        if self._contains_added(ledger, before, rules) or self.auditor.has_copies(site, client):
            return False
        return known or not any(scan.scan_folder(site, rules, None, searched))

    def _contains_added(self, ledger: Ledger, before: Searched, rules: scan.ScanRules) -> bool:
        """Whether one of the texts in a ledger contains anything that they were not searched for."""
        added = self._added(ledger, before, rules)
        if not added:
            return False
        trigger, skip = Trigger(self._fingerprints, added), _AllBut(added)
        return any(
            True for text in before.texts if trigger.fires(text.folded) for _ in scan.matches_in(text, rules, skip)
        )

    def _added(self, ledger: Ledger, before: Searched, rules: scan.ScanRules) -> set[Key]:
        """What the rules search for, and the audit of the ledger did not, or not everywhere."""
        added = set(self.compare(ledger.searched_for).keys)
        added |= self._ids.keys(set(before.left_out - self._ids.of(rules.skip)))
        masks = self._masks(rules)
        added |= self._ids.keys({n for n, around in before.masks.items() if not around <= masks.get(n, frozenset())})
        if not before.names <= set(rules.names):
            lines = filter(self._fingerprints.is_line, range(len(self._fingerprints.needles)))
            added |= {("needle", number) for number in lines}
        return added.difference(rules.skip)

    def _masks(self, rules: scan.ScanRules) -> Masks:
        return {self._ids.needle(number): frozenset(masks) for number, masks in rules.masks.items()}

    def _ledger(self, client: str, folder: Folder, searched: scan.Searched, ledger: Ledger | None = None) -> Ledger:
        """The ledger of an audit, which repeated that of another ledger or was a whole one."""
        search = self.auditor.search(client)
        before = ledger.texts.opened if ledger is not None else _NOTHING
        whole = sum(len(text.folded) for text in searched.texts)
        return Ledger(
            client,
            _with(ledger.listings if ledger is not None else (), folder.listing),
            _with(ledger.states if ledger is not None else (), folder.states)[-_REMEMBERED:],
            self._inputs.of(client, search.allowed),
            self._inputs.sources(search.sources),
            search.not_looked_for,
            search.ordinary_words,
            ledger.whole if ledger is not None else whole,
            AuditedTexts(
                Searched(
                    before.parts.union(searched.parts),
                    (*before.texts, *searched.texts),
                    frozenset(self._ids.of(search.rules.skip)),
                    self._masks(search.rules),
                    frozenset(search.rules.names),
                )
            ),
            self._searched_for,
        )


class _New:
    """Fingerprints that were not searched for in an earlier audit, by their `keys`."""

    def __init__(self, fingerprints: Fingerprints, keys: set[Key]) -> None:
        self.keys = keys
        self._trigger = Trigger(fingerprints, keys)

    def may_be_in(self, texts: AuditedTexts) -> bool:
        """Whether one of them may match in these texts."""
        return bool(self.keys) and self._trigger.fires(texts.letters())


_NOTHING = Searched(frozenset(), (), frozenset(), {}, frozenset())
_REMEMBERED = 8
"""So many folders are known by their states: an edition and its projection, of a few audits."""


def _with(digests: tuple[bytes, ...], digest: bytes) -> tuple[bytes, ...]:
    return digests if digest in digests else (*digests, digest)


class _AllBut:
    """All keys but these."""

    def __init__(self, keys: Collection[Key]) -> None:
        self._keys = keys

    def __contains__(self, key: object) -> bool:
        return key not in self._keys
