"""The independent audit: what a finished client edition must not hold, looked for in every byte of it.

It stands between staging and publishing and shares nothing with the projection: it reads the raw knowledge base
itself, has its own understanding of what a client may see, and reads published files in every encoding it knows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from mkdocs_pir.editions.audit import attachments, raw_knowledge, scan, software_texts
from mkdocs_pir.editions.audit.fingerprints import Fingerprints
from mkdocs_pir.editions.audit.matches import FingerprintMatch, Key
from mkdocs_pir.editions.audit.names import SHOWN, SOFTWARE, NotLookedFor, unsearchable_reason
from mkdocs_pir.editions.audit.normalise import fold, index_in_text, squash, words
from mkdocs_pir.editions.audit.ordinary_words import OrdinaryUse, OrdinaryWords, Phrase
from mkdocs_pir.editions.audit.report import Finding, Report, manifest_of
from mkdocs_pir.editions.audit.source_texts import SourceText, source_texts
from mkdocs_pir.editions.audit.spellings import romanised, spellings
from mkdocs_pir.editions.audit.titles import is_telling, quotes
from mkdocs_pir.editions.audit.visibility import Permitted, permitted

__all__ = ["Auditor", "Finding", "NotLookedFor", "OrdinaryUse", "Report", "manifest_of"]

_MOST_FINDINGS = 5000

_Said = dict[str, frozenset[str]]
"""Texts that may be shown, with the files of the knowledge base that say each."""


@dataclass(slots=True)
class Auditor:
    """A raw knowledge base, read once, against which any number of editions can be audited."""

    kb: raw_knowledge.RawKnowledgeBase
    fingerprints: Fingerprints = field(repr=False)
    _words: OrdinaryWords = field(repr=False)
    _ours: set[Key] = field(default_factory=set, repr=False)
    _titles: frozenset[Key] = field(default=frozenset(), repr=False)
    _one_word: frozenset[Key] = field(default=frozenset(), repr=False)
    _told: dict[str, tuple[frozenset[Key], frozenset[bytes]] | None] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls, folder: Path, config_file: Path | None = None) -> Auditor:
        """Read the knowledge base in a folder and its mkdocs.yml (beside the folder when not given)."""
        return cls.of(raw_knowledge.read(folder, config_file))

    @classmethod
    def of(cls, kb: raw_knowledge.RawKnowledgeBase) -> Auditor:
        """An auditor of a knowledge base that was read."""
        fingerprints = Fingerprints([*source_texts(kb), *attachments.attachment_texts(kb)])
        ours: set[Key] = {
            found.key
            for text in software_texts.texts(kb.config.language)
            for found in fingerprints.find(text, lenient=True)
        }
        ours |= fingerprints.spoken_like(software_texts.vocabulary(kb.config.language))
        ours |= fingerprints.spoken_like(word for text in kb.config.dressing for word in words(fold(text)))
        templates = (fold(text) for text in (*software_texts.templates(), *kb.config.templates))
        ours |= {found.key for text in templates for found in fingerprints.find(text) if found.key[0] == "quotation"}
        return cls(kb, fingerprints, OrdinaryWords(kb), ours, fingerprints.titles(), fingerprints.names_of_one_word())

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
        rules, not_looked_for, ordinary = self._rules(allowed, client)
        preferred = {i for i, p in enumerate(self.fingerprints.pieces) if _forbidden(p, client, allowed)}
        others = {i for i, p in enumerate(self.fingerprints.pieces) if p.client not in ("", client)}
        findings: dict[tuple[str, str, str], Finding] = {}
        files: dict[tuple[str, str, str], set[str]] = {}
        for result in scan.scan_folder(site, rules, manifest):
            piece, quotes = None, False
            if result.match is not None:
                quotes = result.match.key[0] == "quotation"
                piece = self.fingerprints.source(result.match.key, others if quotes else preferred)
            # a title or a quotation is one fault of one record, however many pages repeat it
            once = piece is not None and (piece.nature == "title" or quotes)
            betrayed = (piece.record, piece.what) if piece is not None else ("", result.message)
            mark = "" if once else result.file, *betrayed
            if mark in findings:
                files[mark].add(result.file)
            elif len(findings) < _MOST_FINDINGS:
                findings[mark] = self._finding(result, piece, allowed)
                files[mark] = {result.file}
        found = [replace(finding, also=len(files[mark]) - 1) for mark, finding in findings.items()]
        return Report(
            tuple(sorted([*found, *self._copies(site, allowed)], key=_order)),
            sum(p.is_file() for p in site.rglob("*")),
            not_looked_for,
            ordinary,
        )

    def _copies(self, site: Path, allowed: Permitted) -> list[Finding]:
        """The withheld files that the site has as they are."""
        return [
            Finding(
                name, 0, 0, 0, (), "", source, "content", f"the file {source}, which this client does not see", source
            )
            for name, source in attachments.withheld_copies(site, self.kb, allowed.files)
        ]

    def _rules(
        self, allowed: Permitted, client: str
    ) -> tuple[scan.ScanRules, tuple[NotLookedFor, ...], tuple[OrdinaryUse, ...]]:
        """What to skip in one client's edition: what it may show, as far as nothing stricter forbids it."""
        fingerprints = self.fingerprints
        shown = dict(allowed.texts)
        for path in allowed.files:
            shown |= {text: shown.get(text, frozenset()) | {path} for text in attachments.visible_texts(path, self.kb)}
        skip: set[Key] = set(self._ours)
        known: set[bytes] = set()
        quotations = fingerprints.quotations(client)
        quoted: dict[Key, _Said] = {}
        mentioned: dict[Key, list[str]] = {}
        for text, files in shown.items():
            keys, spoken = self._of_text(text)
            skip |= keys
            known |= spoken
            for key in keys:
                if key in self._titles or key in quotations:
                    quoted.setdefault(key, {})[text] = files
                if key in self._one_word:
                    mentioned.setdefault(key, []).append(text)
        skip |= fingerprints.spoken_like(known)
        hidden_names = [p for p in fingerprints.pieces if p.nature == "identity" and p.owner != client]
        not_looked_for = {_not_looked_for(p, reason) for p in hidden_names if (reason := unsearchable_reason(p.text))}
        own = {squash(fold(name)) for name in allowed.own_names}
        not_looked_for |= {_not_looked_for(p, SHOWN) for p in hidden_names if squash(fold(p.text)) in own - {b""}}
        vocabulary = software_texts.vocabulary(self.kb.config.language)
        strict: set[int] = set()
        others: set[int] = set()
        for number, behind in enumerate(fingerprints.behind):
            of_it = [(i, fingerprints.pieces[i]) for i in behind]
            if ("needle", number) not in self._titles:
                # a host or an address in a title is no title
                of_it = [(i, piece) for i, piece in of_it if piece.nature != "title"]
            forbidden = [i for i, piece in of_it if _forbidden(piece, client, allowed)]
            if not forbidden or self._everybodys(
                number, forbidden, quoted.get(("needle", number), {}), client, allowed
            ):
                continue
            names_only = all(fingerprints.pieces[i].nature == "identity" for i in forbidden)
            needle = fingerprints.needles[number]
            everyday = needle.squashed in vocabulary if needle.single else ("needle", number) in self._ours
            if names_only and everyday:
                not_looked_for.update(_not_looked_for(fingerprints.pieces[i], SOFTWARE) for i in forbidden)
                continue
            strict.add(number)
            if any(fingerprints.pieces[i].nature == "identity" for i in forbidden):
                others.add(number)
        skip -= {("needle", number) for number in strict}
        skip |= quotations.keys()
        skip -= {
            key
            for key in quotations.keys() & quoted
            if self._quotes(key, quotations[key], _files(quoted[key]), allowed)
        }
        masks: dict[int, set[tuple[bytes, int]]] = {}
        own_names = [spelling for name in allowed.own_names for spelling in (name, *spellings(name))]
        for names, hidden in ((allowed.names, strict - others), (own_names, strict)):
            for name in names:
                whole = squash(fold(name))
                for number in (inside := fingerprints.within(name)).keys() & hidden:
                    masks.setdefault(number, set()).update((whole, start) for start in inside[number])
        uses: set[OrdinaryUse] = set()
        for number in sorted(number for number in others if ("needle", number) in mentioned):
            for phrase, use in self._ordinary(number, mentioned[("needle", number)], shown, allowed, client):
                masks.setdefault(number, set()).add((phrase.letters, phrase.begins))
                if use is not None:
                    uses.add(use)
        shown_names = frozenset(squash(fold(name)) for name in (*allowed.names, *allowed.own_names))
        return (
            scan.ScanRules(fingerprints, skip, masks, shown_names),
            tuple(sorted(not_looked_for)),
            tuple(sorted(uses)),
        )

    def _ordinary(
        self, number: int, texts: list[str], shown: Mapping[str, frozenset[str]], allowed: Permitted, client: str
    ) -> Iterator[tuple[Phrase, OrdinaryUse | None]]:
        """The phrases of shown texts in which another client's name is an ordinary word, each with where it stands."""
        pieces = [self.fingerprints.pieces[i] for i in self.fingerprints.behind[number]]
        others = [piece for piece in pieces if piece.nature == "identity" and piece.owner != client]
        piece = next((piece for piece in others if piece.what == "name"), others[0])
        name = self.fingerprints.needles[number].squashed.decode()
        for phrase, text in self._words.phrases(texts, name, piece.owner, allowed.own_names).items():
            yield phrase, self._words.use(phrase, piece, shown[text])

    def _everybodys(self, number: int, forbidden: list[int], said: _Said, client: str, allowed: Permitted) -> bool:
        """Whether a text is no more than a withheld title whose words may stand where they do, in some texts.

        They may when they are too few to tell, the title of something shown as well, words of a catalogue, of the
        software or of any system, or those of more shown records than the one that quotes them. A title of this
        client's own may also be a part of a longer one that is shown, titles of one kind of work being alike, or words
        of an ordinary sentence.
        """
        titles = [self.fingerprints.pieces[i] for i in forbidden]
        if any(piece.nature != "title" for piece in titles):
            return False
        squashed = self.fingerprints.needles[number].squashed
        if self._is_everybodys(("needle", number), _files(said), allowed) or squashed in software_texts.messages():
            return True
        if not any(is_telling(piece.text) for piece in titles):
            return True
        if any(piece.client not in ("", client) for piece in titles):
            return squashed in allowed.titles
        if any(squashed in title for title in allowed.titles):
            return True
        return bool(said) and not any(self._means(text, number, titles[0].text, allowed) for text in said)

    def _means(self, text: str, number: int, title: str, allowed: Permitted) -> bool:
        """Whether a text quotes a title wherever it has its words."""
        common = software_texts.stop_words().union(*(words(fold(name)) for name in allowed.own_names))
        places = [
            (index_in_text(text, found.start), index_in_text(text, found.end - 1) + 1)
            for read, found in self._in(text)
            if found.key == ("needle", number) and read is text
        ]
        return any(quotes(text, start, end, title, common) for start, end in places)

    def _quotes(self, key: Key, others: list[SourceText], files: Collection[str], allowed: Permitted) -> bool:
        """Whether words in some files are a quotation of what texts about others say.

        Words of several clients are said to all, and a lesson may say what the reviews say that it was learned from.
        """
        sources = {path for file in files for path in allowed.sources.get(file, ())}
        excused = self._is_everybodys(key, files, allowed) or any(piece.record in sources for piece in others)
        return len({piece.client for piece in others}) == 1 and not excused

    def _is_everybodys(self, key: Key, files: Collection[str], allowed: Permitted) -> bool:
        """Whether words are those of a catalogue, of the software, or of more shown records than the one that quotes them."""
        return len(files) > 1 or not allowed.catalogue.isdisjoint(files) or key in self._ours

    def _of_text(self, text: str) -> tuple[frozenset[Key], frozenset[bytes]]:
        """What a text that may be shown tells, and its words: worked out anew only for the first two editions."""
        told = self._told.get(text)
        if told is None:
            folded = fold(text)
            founds = [found for _, found in self._in(text) if not found.manner]
            names = [found for found in founds if self.fingerprints.is_name(found.key)]
            # words with a client's name in them are about that client, whose name is looked for by itself
            keys = frozenset(found.key for found in founds if found.key[0] != "quotation" or not _names(names, found))
            told = keys, frozenset(words(folded))
            # what one client alone is shown is not kept: the clients together have as much as all records
            self._told[text] = told if text in self._told else None
        return told

    def _in(self, text: str) -> Iterator[tuple[str, FingerprintMatch]]:
        """What a text of the knowledge base tells, and names in it in other letters, each with the text as it was read."""
        for found in self.fingerprints.find(fold(text), lenient=True):
            yield text, found
        if not text.isascii():
            latin = romanised(text)
            for found in self.fingerprints.find(fold(latin), lenient=True):
                if self.fingerprints.is_name(found.key):
                    yield latin, found

    def _finding(self, result: scan.ScanResult, piece: SourceText | None, allowed: Permitted) -> Finding:
        at = (result.file, result.offset, result.line, result.column, result.layers, result.context)
        if result.match is None or piece is None:
            return Finding(*at, "", "", _under(result.message, result.layers))
        manner = f", {result.match.manner}" if result.match.manner else ""
        message = (
            f"'{result.context}'{manner} gives away the {piece.what} of {piece.record}, which this client does not see"
        )
        source, line = self._stands_in(result.match.key, piece, allowed)
        return Finding(*at, piece.record, piece.what, _under(message, result.layers), source, line)

    def _stands_in(self, key: Key, piece: SourceText, allowed: Permitted) -> tuple[str, int]:
        """The file of the knowledge base that says what was found, and the line there: a released one where there is one."""
        said = [(text, files) for text, files in allowed.texts.items() if key in self._of_text(text)[0]]
        files = sorted({file for _, stand in said for file in stand if file})
        file = files[0] if files else piece.record
        path = self.kb.folder / file
        if not path.is_file():
            return file, 0
        whole = raw_knowledge.text_of(path.read_bytes())
        lines = whole.split("\n")
        numbers = [
            read.count("\n", 0, index_in_text(read, found.start)) for read, found in self._in(whole) if found.key == key
        ]
        # of several, one in what the client is shown
        shown = [n for n in numbers if any(lines[n].strip() in text for text, stand in said if file in stand)]
        return file, next(iter([*shown, *numbers]), -1) + 1


def _files(said: _Said) -> set[str]:
    return {file for files in said.values() for file in files}


def _order(finding: Finding) -> tuple[object, ...]:
    return finding.file, finding.line, finding.column, finding.offset, finding.record, finding.what


def _names(names: list[FingerprintMatch], found: FingerprintMatch) -> bool:
    return any(found.start < name.end and name.start < found.end for name in names)


def _forbidden(piece: SourceText, client: str, allowed: Permitted) -> bool:
    """Whether a piece must not be found whatever else the edition shows."""
    if piece.nature == "canary":
        return True
    if piece.nature == "identity":
        return piece.owner != client
    return piece.nature in ("code", "title") and piece.owner not in allowed.owners


def _not_looked_for(piece: SourceText, reason: str) -> NotLookedFor:
    return NotLookedFor(piece.text, reason, piece.what, piece.record)


def _under(message: str, layers: tuple[str, ...]) -> str:
    return f"{message} ({' › '.join(layers)})" if layers else message
