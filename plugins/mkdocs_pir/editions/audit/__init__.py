"""The independent audit: what a finished client edition must not hold, looked for in every byte of it.

It stands between staging and publishing and shares nothing with the projection: it reads the raw knowledge base
itself, has its own understanding of what a client may see, and reads published files in every encoding it knows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mkdocs_pir.editions.audit import attachments, raw, scan, software_texts
from mkdocs_pir.editions.audit.fingerprints import Fingerprints, Key
from mkdocs_pir.editions.audit.normalise import fold, squash, words
from mkdocs_pir.editions.audit.visibility import Permitted, Piece, permitted, pieces
from mkdocs_pir.kb.problem import Problem, ProblemError

__all__ = ["Auditor", "Finding", "Report", "manifest_of"]

_MOST_FINDINGS = 5000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that must not be in an edition.

    `file` is its path in the edition; `offset` counts characters of a text and bytes of any other file from its
    beginning; `line` and `column` count from 1 and are 0 where a file has no lines. `layers` are the packings and
    encodings around it, outermost first. `record` is the file of the knowledge base that it betrays and `what` the
    place in it; both are empty for a file that cannot be checked.
    """

    file: str
    offset: int
    line: int
    column: int
    layers: tuple[str, ...]
    context: str
    record: str
    what: str
    message: str

    def as_dict(self) -> dict[str, object]:
        """The form of `pir audit --json`."""
        return {
            "file": self.file,
            "offset": self.offset,
            "line": self.line,
            "column": self.column,
            "layers": list(self.layers),
            "context": self.context,
            "record": self.record,
            "what": self.what,
            "message": self.message,
        }

    def as_problem(self) -> Problem:
        hint = (
            "find where a released record says it, and say it otherwise"
            if self.record
            else "publish only what can be checked"
        )
        return Problem.of("PIR606", self.file, (self.line, self.column), self.message, hint)


@dataclass(frozen=True, slots=True)
class Report:
    """What an audit found. `unsought` are names that could not be looked for, being words of the software itself."""

    findings: tuple[Finding, ...]
    files: int
    unsought: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """The form of `pir audit --json`."""
        findings = [finding.as_dict() for finding in self.findings]
        return {"files": self.files, "findings": findings, "not_looked_for": list(self.unsought)}


@dataclass(slots=True)
class Auditor:
    """A raw knowledge base, read once, against which any number of editions can be audited."""

    kb: raw.Raw
    fingerprints: Fingerprints = field(repr=False)
    _ours: set[Key] = field(default_factory=set, repr=False)
    _told: dict[str, tuple[frozenset[Key], frozenset[bytes]] | None] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls, folder: Path, config_file: Path | None = None) -> Auditor:
        """Read the knowledge base in a folder and its mkdocs.yml (beside the folder when not given)."""
        return cls.of(raw.read(folder, config_file))

    @classmethod
    def of(cls, kb: raw.Raw) -> Auditor:
        """An auditor of a knowledge base that was read."""
        fingerprints = Fingerprints([*pieces(kb), *attachments.pieces(kb)])
        ours: set[Key] = {
            found.key for text in software_texts.texts() for found in fingerprints.find(text, lenient=True)
        }
        ours |= fingerprints.spoken_like(software_texts.vocabulary())
        ours |= fingerprints.spoken_like(word for text in kb.config.dressing for word in words(fold(text)))
        return cls(kb, fingerprints, ours)

    def __reduce__(self) -> tuple[object, ...]:
        # hashes of texts hold in one process only; in another all is worked out again
        return Auditor.of, (self.kb,)

    @property
    def clients(self) -> list[str]:
        """The ids of the clients that the knowledge base has."""
        return [source.id for source in self.kb.of("client")]

    def audit(self, site: Path, client: str, manifest: Mapping[str, str] | None = None) -> Report:
        """Search a folder that is meant for one client. `manifest` gives the SHA-256 of every file in it."""
        allowed = permitted(self.kb, client)
        rules, unsought = self._rules(allowed, client)
        findings: list[Finding] = []
        betrayed: set[tuple[str, str, str]] = set()
        for sighting in scan.sightings(site, rules, manifest):
            finding = self._finding(sighting, client, allowed)
            mark = (finding.file, finding.record, finding.what or finding.message)
            if mark not in betrayed and len(findings) < _MOST_FINDINGS:
                betrayed.add(mark)
                findings.append(finding)
        findings += [
            Finding(name, 0, 0, 0, (), "", source, "content", f"the file {source}, which this client does not see")
            for name, source in attachments.copies(site, self.kb, allowed.files)
        ]
        findings.sort(key=lambda f: (f.file, f.line, f.column, f.offset, f.record, f.what))
        return Report(tuple(findings), sum(p.is_file() for p in site.rglob("*")), unsought)

    def _rules(self, allowed: Permitted, client: str) -> tuple[scan.Rules, tuple[str, ...]]:
        """What to skip in one client's edition: what it may show, as far as nothing stricter forbids it."""
        fingerprints = self.fingerprints
        shown = [*allowed.texts, *(text for path in allowed.files for text in attachments.shown(path, self.kb))]
        skip: set[Key] = set(self._ours)
        known: set[bytes] = set()
        for text in set(shown):
            keys, spoken = self._of_text(text)
            skip |= keys
            known |= spoken
        skip |= fingerprints.spoken_like(known)
        unsought: set[str] = set()
        strict: set[int] = set()
        others: set[int] = set()
        for number, behind in enumerate(fingerprints.behind):
            forbidden = [i for i in behind if _forbidden(fingerprints.pieces[i], client, allowed)]
            if not forbidden:
                continue
            names_only = all(fingerprints.pieces[i].nature == "identity" for i in forbidden)
            needle = fingerprints.needles[number]
            everyday = (
                needle.squashed in software_texts.vocabulary() if needle.single else ("needle", number) in self._ours
            )
            if names_only and everyday:
                unsought.add(fingerprints.pieces[forbidden[0]].text)
                continue
            strict.add(number)
            if any(fingerprints.pieces[i].nature == "identity" for i in forbidden):
                others.add(number)
        skip -= {("needle", number) for number in strict}
        masks: dict[int, set[tuple[bytes, int]]] = {}
        for names, hidden in ((allowed.names, strict - others), (allowed.own_names, strict)):
            for name in names:
                whole = squash(fold(name))
                for number in (inside := fingerprints.within(name)).keys() & hidden:
                    masks.setdefault(number, set()).update((whole, start) for start in inside[number])
        return scan.Rules(fingerprints, skip, masks), tuple(sorted(unsought))

    def _of_text(self, text: str) -> tuple[frozenset[Key], frozenset[bytes]]:
        """What a text that may be shown tells, and its words: worked out anew only for the first two editions."""
        told = self._told.get(text)
        if told is None:
            folded = fold(text)
            keys = frozenset(found.key for found in self.fingerprints.find(folded, lenient=True) if not found.manner)
            told = keys, frozenset(words(folded))
            # what one client alone is shown is not kept: the clients together have as much as all records
            self._told[text] = told if text in self._told else None
        return told

    def _finding(self, sighting: scan.Sighting, client: str, allowed: Permitted) -> Finding:
        place = (sighting.file, sighting.offset, sighting.line, sighting.column, sighting.layers, sighting.context)
        if sighting.found is None:
            return Finding(*place, "", "", _under(sighting.message, sighting.layers))
        fingerprints = self.fingerprints
        preferred = [i for i, p in enumerate(fingerprints.pieces) if _forbidden(p, client, allowed)]
        piece = fingerprints.source(sighting.found.key, preferred)
        manner = f", {sighting.found.manner}" if sighting.found.manner else ""
        message = f"'{sighting.context}'{manner} gives away the {piece.what} of {piece.record}, which this client does not see"
        return Finding(*place, piece.record, piece.what, _under(message, sighting.layers))


def manifest_of(site: Path, edition: str, file: Path | None = None) -> tuple[dict[str, str] | None, str | None]:
    """The SHA-256 of each file that the manifest of a published edition lists, and the name of that manifest.

    `edition` is where the edition is published, such as `clients/harbor-credit`. Without `file` the manifest is
    looked for where publishing puts it. Both are None when there is none. Raises ProblemError for one that cannot
    be read.
    """
    if file is None:
        name = f"manifest-{edition.replace('/', '-')}.json"
        file = next((f for above in site.resolve().parents[:3] if (f := above / ".pir" / name).is_file()), None)
    if file is None:
        return None, None
    try:
        files = json.loads(file.read_text("utf-8"))["files"]
        return {str(name): str(entry["sha256"]) for name, entry in files.items()}, file.name
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        problem = Problem.of("PIR606", file.name, (0, 0), "the manifest cannot be read", "publish the edition again")
        raise ProblemError([problem]) from None


def _forbidden(piece: Piece, client: str, allowed: Permitted) -> bool:
    """Whether a piece must not be found whatever else the edition shows."""
    if piece.nature == "canary":
        return True
    if piece.nature == "identity":
        return piece.owner != client
    return piece.nature == "code" and piece.owner not in allowed.owners


def _under(message: str, layers: tuple[str, ...]) -> str:
    return f"{message} ({' › '.join(layers)})" if layers else message
