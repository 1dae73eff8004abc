"""The auditor of a knowledge base: it searches the published edition of any client and reports its findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from mkdocs_pir.editions.audit import attachments, raw_knowledge, scan, software_texts
from mkdocs_pir.editions.audit.edition_rules import EditionRules, is_forbidden
from mkdocs_pir.editions.audit.fingerprints import Fingerprints
from mkdocs_pir.editions.audit.learned_texts import LearnedTexts
from mkdocs_pir.editions.audit.matches import Key
from mkdocs_pir.editions.audit.names import NotLookedFor
from mkdocs_pir.editions.audit.normalise import fold, index_in_text, words
from mkdocs_pir.editions.audit.ordinary_words import OrdinaryUse, OrdinaryWords
from mkdocs_pir.editions.audit.raw_texts import RawText, raw_texts
from mkdocs_pir.editions.audit.report import Finding, Report
from mkdocs_pir.editions.audit.text_keys import TextKeys
from mkdocs_pir.editions.audit.visibility import Permitted, Visibility

_MAX_FINDINGS = 5000


@dataclass(frozen=True, slots=True)
class EditionSearch:
    """The search of one client's edition: what it may show, the rules, and what is left to a reader.

    `sources` are the files of the knowledge base in which phrases with ordinary words were looked up.
    """

    client: str
    allowed: Permitted
    rules: scan.ScanRules
    not_looked_for: tuple[NotLookedFor, ...]
    ordinary_words: tuple[OrdinaryUse, ...]
    sources: frozenset[str]

    def report(self, site: Path, findings: Iterable[Finding]) -> Report:
        """The report of an audit with these findings."""
        files = sum(path.is_file() for path in site.rglob("*"))
        return Report(tuple(sorted(findings, key=_sort_key)), files, self.not_looked_for, self.ordinary_words)


@dataclass(slots=True)
class Auditor:
    """A raw knowledge base that was read once, to audit any number of its editions."""

    kb: raw_knowledge.RawKnowledgeBase
    fingerprints: Fingerprints = field(repr=False)
    _text_keys: TextKeys = field(repr=False)
    ordinary_words: OrdinaryWords = field(repr=False)
    _software_keys: set[Key] = field(repr=False)
    _visibility: Visibility = field(repr=False)
    _latest_allowed: tuple[str, Permitted] | None = field(default=None, repr=False)
    _latest: EditionSearch | None = field(default=None, repr=False)

    @classmethod
    def read(cls, folder: Path, config_file: Path | None = None, learned_texts: LearnedTexts | None = None) -> Auditor:
        """Read the knowledge base in a folder and its mkdocs.yml (beside the folder when not given)."""
        return cls.of(raw_knowledge.read(folder, config_file), learned_texts)

    @classmethod
    def of(cls, kb: raw_knowledge.RawKnowledgeBase, learned_texts: LearnedTexts | None = None) -> Auditor:
        """An auditor of a knowledge base that was read, of which some texts may have been learned before."""
        fingerprints = Fingerprints([*raw_texts(kb), *attachments.attachment_texts(kb)], learned_texts)
        software_keys: set[Key] = {
            match.key
            for text in software_texts.texts(kb.config.language)
            for match in fingerprints.find(text, lenient=True)
        }
        software_keys |= fingerprints.rare_words_like(software_texts.vocabulary(kb.config.language))
        software_keys |= fingerprints.rare_words_like(
            word for text in kb.config.theme_texts for word in words(fold(text))
        )
        templates = (fold(text) for text in (*software_texts.templates(), *kb.config.templates))
        software_keys |= {
            match.key for text in templates for match in fingerprints.find(text) if match.key[0] == "quotation"
        }
        return cls(kb, fingerprints, TextKeys(fingerprints), OrdinaryWords(kb), software_keys, Visibility(kb))

    def __reduce__(self) -> tuple[object, ...]:
        # what was read is smaller than what is computed from it, and automata cannot be copied
        return Auditor.of, (self.kb,)

    @property
    def clients(self) -> list[str]:
        """The ids of the clients that the knowledge base has."""
        return [record.id for record in self.kb.of("client")]

    def allowed(self, client: str) -> Permitted:
        """What a client's edition may show, which is remembered until that of another client is asked for."""
        if self._latest_allowed is None or self._latest_allowed[0] != client:
            self._latest_allowed = client, self._visibility.permitted(client)
        return self._latest_allowed[1]

    def search(self, client: str) -> EditionSearch:
        """The search of a client's edition, which is kept until that of another client is asked for."""
        if self._latest is None or self._latest.client != client:
            allowed = self.allowed(client)
            rules = EditionRules(
                self.kb, self.fingerprints, self._text_keys, self.ordinary_words, self._software_keys, allowed, client
            ).scan_rules()
            self._latest = EditionSearch(client, allowed, *rules)
        return self._latest

    def audit(
        self,
        site: Path,
        client: str,
        manifest: Mapping[str, str] | None = None,
        searched: scan.Searched | None = None,
    ) -> Report:
        """Search a folder that is meant for one client. `manifest` gives the SHA-256 of every file in it.

        Takes down in `searched` what was searched.
        """
        search = self.search(client)
        allowed = search.allowed
        preferred = {i for i, p in enumerate(self.fingerprints.texts) if is_forbidden(p, client, allowed)}
        others = {i for i, p in enumerate(self.fingerprints.texts) if p.client not in ("", client)}
        findings: dict[tuple[str, str, str], Finding] = {}
        files: dict[tuple[str, str, str], set[str]] = {}
        for result in scan.scan_folder(site, search.rules, manifest, searched):
            text, quotes = None, False
            if result.match is not None:
                quotes = result.match.key[0] == "quotation"
                text = self.fingerprints.source(result.match.key, others if quotes else preferred)
            # a title or a quotation is one finding of one record, however many pages repeat it
            once = text is not None and (text.kind == "title" or quotes)
            given_away = (text.record, text.what) if text is not None else ("", result.message)
            key = "" if once else result.file, *given_away
            if key in findings:
                files[key].add(result.file)
            elif len(findings) < _MAX_FINDINGS:
                findings[key] = self._finding(result, text, allowed)
                files[key] = {result.file}
        merged = [replace(finding, also=len(files[key]) - 1) for key, finding in findings.items()]
        return search.report(site, [*merged, *self._copies(site, allowed)])

    def has_copies(self, site: Path, client: str) -> bool:
        """Whether a site contains a withheld file unchanged."""
        return any(attachments.withheld_copies(site, self.kb, self.allowed(client).files))

    def _copies(self, site: Path, allowed: Permitted) -> list[Finding]:
        """The findings of withheld files that are in the site unchanged."""
        return [
            Finding(
                name, 0, 0, 0, (), "", source, "content", f"the file {source}, which this client does not see", source
            )
            for name, source in attachments.withheld_copies(site, self.kb, allowed.files)
        ]

    def _finding(self, result: scan.ScanResult, withheld: RawText | None, allowed: Permitted) -> Finding:
        at = (result.file, result.offset, result.line, result.column, result.layers, result.context)
        if result.match is None or withheld is None:
            return Finding(*at, "", "", _with_layers(result.message, result.layers))
        disguise = f", {result.match.disguise}" if result.match.disguise else ""
        message = f"'{result.context}'{disguise} gives away the {withheld.what} of {withheld.record}, which this client does not see"
        source, line = self._locate(result.match.key, withheld, allowed)
        return Finding(*at, withheld.record, withheld.what, _with_layers(message, result.layers), source, line)

    def _locate(self, key: Key, withheld: RawText, allowed: Permitted) -> tuple[str, int]:
        """The file and line of the knowledge base that contain what matched, in a released record if there is one."""
        texts = [(text, files) for text, files in allowed.texts.items() if key in self._text_keys.of(text)[0]]
        files = sorted({file for _, where in texts for file in where if file})
        file = files[0] if files else withheld.record
        path = self.kb.folder / file
        if not path.is_file():
            return file, 0
        content = raw_knowledge.text_of(path.read_bytes())
        lines = content.split("\n")
        numbers = [
            searched.count("\n", 0, index_in_text(searched, match.start))
            for searched, match in self._text_keys.matches(content)
            if match.key == key
        ]
        # a line that the client is shown comes first
        shown = [
            number for number in numbers if any(lines[number].strip() in text for text, where in texts if file in where)
        ]
        return file, next(iter([*shown, *numbers]), -1) + 1


def _sort_key(finding: Finding) -> tuple[object, ...]:
    return finding.file, finding.line, finding.column, finding.offset, finding.record, finding.what


def _with_layers(message: str, layers: tuple[str, ...]) -> str:
    return f"{message} ({' › '.join(layers)})" if layers else message
