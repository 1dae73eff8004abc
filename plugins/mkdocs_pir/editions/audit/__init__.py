"""The independent audit: a search of every byte of a client's edition for what the client must not see.

It runs between staging and publishing and shares no code with the projection: it reads the raw knowledge base itself,
has an implementation of its own of what a client may see, and decodes published files in every encoding it knows.
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
from mkdocs_pir.editions.audit.raw_texts import RawText, raw_texts
from mkdocs_pir.editions.audit.report import Finding, Report, manifest_of
from mkdocs_pir.editions.audit.spellings import spellings, transliterated
from mkdocs_pir.editions.audit.titles import is_distinctive, quotes
from mkdocs_pir.editions.audit.visibility import Permitted, permitted

__all__ = ["Auditor", "Finding", "NotLookedFor", "OrdinaryUse", "Report", "manifest_of"]

_MAX_FINDINGS = 5000

_FilesByText = dict[str, frozenset[str]]
"""Texts that may be shown, each with the files of the knowledge base that contain it."""


@dataclass(slots=True)
class Auditor:
    """A raw knowledge base that was read once, to audit any number of its editions."""

    kb: raw_knowledge.RawKnowledgeBase
    fingerprints: Fingerprints = field(repr=False)
    _ordinary_words: OrdinaryWords = field(repr=False)
    _software_keys: set[Key] = field(default_factory=set, repr=False)
    _title_keys: frozenset[Key] = field(default=frozenset(), repr=False)
    _one_word_names: frozenset[Key] = field(default=frozenset(), repr=False)
    _text_keys: dict[str, tuple[frozenset[Key], frozenset[bytes]] | None] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls, folder: Path, config_file: Path | None = None) -> Auditor:
        """Read the knowledge base in a folder and its mkdocs.yml (beside the folder when not given)."""
        return cls.of(raw_knowledge.read(folder, config_file))

    @classmethod
    def of(cls, kb: raw_knowledge.RawKnowledgeBase) -> Auditor:
        """An auditor of a knowledge base that was read."""
        fingerprints = Fingerprints([*raw_texts(kb), *attachments.attachment_texts(kb)])
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
        return cls(
            kb, fingerprints, OrdinaryWords(kb), software_keys, fingerprints.titles(), fingerprints.names_of_one_word()
        )

    def __reduce__(self) -> tuple[object, ...]:
        # hashes of texts are valid in one process only; another process computes everything again
        return Auditor.of, (self.kb,)

    @property
    def clients(self) -> list[str]:
        """The ids of the clients that the knowledge base has."""
        return [source.id for source in self.kb.of("client")]

    def audit(self, site: Path, client: str, manifest: Mapping[str, str] | None = None) -> Report:
        """Search a folder that is meant for one client. `manifest` gives the SHA-256 of every file in it."""
        allowed = permitted(self.kb, client)
        rules, not_looked_for, ordinary = self._rules(allowed, client)
        preferred = {i for i, p in enumerate(self.fingerprints.texts) if _forbidden(p, client, allowed)}
        others = {i for i, p in enumerate(self.fingerprints.texts) if p.client not in ("", client)}
        findings: dict[tuple[str, str, str], Finding] = {}
        files: dict[tuple[str, str, str], set[str]] = {}
        for result in scan.scan_folder(site, rules, manifest):
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
        return Report(
            tuple(sorted([*merged, *self._copies(site, allowed)], key=_sort_key)),
            sum(p.is_file() for p in site.rglob("*")),
            not_looked_for,
            ordinary,
        )

    def _copies(self, site: Path, allowed: Permitted) -> list[Finding]:
        """The findings of withheld files that are in the site unchanged."""
        return [
            Finding(
                name, 0, 0, 0, (), "", source, "content", f"the file {source}, which this client does not see", source
            )
            for name, source in attachments.withheld_copies(site, self.kb, allowed.files)
        ]

    def _rules(
        self, allowed: Permitted, client: str
    ) -> tuple[scan.ScanRules, tuple[NotLookedFor, ...], tuple[OrdinaryUse, ...]]:
        """What to search for in one client's edition: everything it may not show, and what it may show only in places.

        Also returns the names that are not searched for, and the phrases in which a name is an ordinary word.
        """
        fingerprints = self.fingerprints
        shown = dict(allowed.texts)
        for path in allowed.files:
            shown |= {text: shown.get(text, frozenset()) | {path} for text in attachments.visible_texts(path, self.kb)}
        skip: set[Key] = set(self._software_keys)
        shown_words: set[bytes] = set()
        quotations = fingerprints.quotations(client)
        texts_by_key: dict[Key, _FilesByText] = {}
        texts_with_name: dict[Key, list[str]] = {}
        for text, files in shown.items():
            keys, spoken = self._keys_of(text)
            skip |= keys
            shown_words |= spoken
            for key in keys:
                if key in self._title_keys or key in quotations:
                    texts_by_key.setdefault(key, {})[text] = files
                if key in self._one_word_names:
                    texts_with_name.setdefault(key, []).append(text)
        skip |= fingerprints.rare_words_like(shown_words)
        hidden_names = [p for p in fingerprints.texts if p.kind == "identity" and p.owner != client]
        not_looked_for = {_not_looked_for(p, reason) for p in hidden_names if (reason := unsearchable_reason(p.text))}
        own = {squash(fold(name)) for name in allowed.own_names}
        not_looked_for |= {_not_looked_for(p, SHOWN) for p in hidden_names if squash(fold(p.text)) in own - {b""}}
        vocabulary = software_texts.vocabulary(self.kb.config.language)
        always_searched: set[int] = set()
        of_other_clients: set[int] = set()
        for number, indexes in enumerate(fingerprints.texts_of_needle):
            candidates = [(i, fingerprints.texts[i]) for i in indexes]
            if ("needle", number) not in self._title_keys:
                # hosts and addresses within a title are no titles
                candidates = [(i, text) for i, text in candidates if text.kind != "title"]
            forbidden = [i for i, text in candidates if _forbidden(text, client, allowed)]
            if not forbidden or self._is_allowed_title(
                number, forbidden, texts_by_key.get(("needle", number), {}), client, allowed
            ):
                continue
            only_names = all(fingerprints.texts[i].kind == "identity" for i in forbidden)
            needle = fingerprints.needles[number]
            is_software = needle.squashed in vocabulary if needle.single else ("needle", number) in self._software_keys
            if only_names and is_software:
                not_looked_for.update(_not_looked_for(fingerprints.texts[i], SOFTWARE) for i in forbidden)
                continue
            always_searched.add(number)
            if any(fingerprints.texts[i].kind == "identity" for i in forbidden):
                of_other_clients.add(number)
        skip -= {("needle", number) for number in always_searched}
        skip |= quotations.keys()
        skip -= {
            key
            for key in quotations.keys() & texts_by_key
            if self._is_quotation(key, quotations[key], _files(texts_by_key[key]), allowed)
        }
        masks: dict[int, set[tuple[bytes, int]]] = {}
        own_names = [spelling for name in allowed.own_names for spelling in (name, *spellings(name))]
        for names, hidden in ((allowed.names, always_searched - of_other_clients), (own_names, always_searched)):
            for name in names:
                whole = squash(fold(name))
                for number in (inside := fingerprints.within(name)).keys() & hidden:
                    masks.setdefault(number, set()).update((whole, start) for start in inside[number])
        uses: set[OrdinaryUse] = set()
        for number in sorted(number for number in of_other_clients if ("needle", number) in texts_with_name):
            for phrase, use in self._ordinary_phrases(
                number, texts_with_name[("needle", number)], shown, allowed, client
            ):
                masks.setdefault(number, set()).add((phrase.letters, phrase.begins))
                if use is not None:
                    uses.add(use)
        shown_names = frozenset(squash(fold(name)) for name in (*allowed.names, *allowed.own_names))
        return (
            scan.ScanRules(fingerprints, skip, masks, shown_names),
            tuple(sorted(not_looked_for)),
            tuple(sorted(uses)),
        )

    def _ordinary_phrases(
        self, number: int, texts: list[str], shown: Mapping[str, frozenset[str]], allowed: Permitted, client: str
    ) -> Iterator[tuple[Phrase, OrdinaryUse | None]]:
        """The phrases of shown texts in which another client's name is an ordinary word, each with its place."""
        needle_texts = [self.fingerprints.texts[i] for i in self.fingerprints.texts_of_needle[number]]
        others = [name_text for name_text in needle_texts if name_text.kind == "identity" and name_text.owner != client]
        name_text = next((name_text for name_text in others if name_text.what == "name"), others[0])
        name = self.fingerprints.needles[number].squashed.decode()
        for phrase, text in self._ordinary_words.phrases(texts, name, name_text.owner, allowed.own_names).items():
            yield phrase, self._ordinary_words.use(phrase, name_text, shown[text])

    def _is_allowed_title(
        self, number: int, forbidden: list[int], texts: _FilesByText, client: str, allowed: Permitted
    ) -> bool:
        """Whether a needle is only a withheld title whose words may be in the texts that contain them.

        They may be when there are too few of them to give a record away, when they are also the title of something
        shown, when they are words of a catalogue, of the software or of any system, and when more than one shown record
        contains them. A title of this client's own may also be a part of a longer title that is shown, because titles
        of one kind of work are alike, or words of an ordinary sentence.
        """
        titles = [self.fingerprints.texts[i] for i in forbidden]
        if any(title.kind != "title" for title in titles):
            return False
        squashed = self.fingerprints.needles[number].squashed
        if self._is_common(("needle", number), _files(texts), allowed) or squashed in software_texts.messages():
            return True
        if not any(is_distinctive(title.text) for title in titles):
            return True
        if any(title.client not in ("", client) for title in titles):
            return squashed in allowed.titles
        if any(squashed in title for title in allowed.titles):
            return True
        return bool(texts) and not any(self._quotes_title(text, number, titles[0].text, allowed) for text in texts)

    def _quotes_title(self, text: str, number: int, title: str, allowed: Permitted) -> bool:
        """Whether a text quotes a title at any place where it contains its words."""
        common = software_texts.stop_words().union(*(words(fold(name)) for name in allowed.own_names))
        places = [
            (index_in_text(text, match.start), index_in_text(text, match.end - 1) + 1)
            for searched, match in self._matches_in(text)
            if match.key == ("needle", number) and searched is text
        ]
        return any(quotes(text, start, end, title, common) for start, end in places)

    def _is_quotation(self, key: Key, others: list[RawText], files: Collection[str], allowed: Permitted) -> bool:
        """Whether words in these files are a quotation of texts about another client.

        Words about several clients are no quotation of any, and a lesson may quote the reviews it was learned from.
        """
        sources = {path for file in files for path in allowed.lesson_sources.get(file, ())}
        excused = self._is_common(key, files, allowed) or any(other.record in sources for other in others)
        return len({other.client for other in others}) == 1 and not excused

    def _is_common(self, key: Key, files: Collection[str], allowed: Permitted) -> bool:
        """Whether words are in a catalogue, in the software, or in more than one shown record."""
        return len(files) > 1 or not allowed.catalogue.isdisjoint(files) or key in self._software_keys

    def _keys_of(self, text: str) -> tuple[frozenset[Key], frozenset[bytes]]:
        """The keys and words of a text that may be shown, cached from the second edition on that shows it."""
        result = self._text_keys.get(text)
        if result is None:
            folded = fold(text)
            matches = [match for _, match in self._matches_in(text) if not match.disguise]
            names = [match for match in matches if self.fingerprints.is_name(match.key)]
            # words with a client's name in them are about that client, and the name is searched for by itself
            keys = frozenset(
                match.key for match in matches if match.key[0] != "quotation" or not _overlaps(names, match)
            )
            result = keys, frozenset(words(folded))
            # texts of one client alone are not cached, because those of all clients are as large as all records
            self._text_keys[text] = result if text in self._text_keys else None
        return result

    def _matches_in(self, text: str) -> Iterator[tuple[str, FingerprintMatch]]:
        """The matches in a text of the knowledge base and of names in its transliteration, each with the text searched."""
        for match in self.fingerprints.find(fold(text), lenient=True):
            yield text, match
        if not text.isascii():
            latin = transliterated(text)
            for match in self.fingerprints.find(fold(latin), lenient=True):
                if self.fingerprints.is_name(match.key):
                    yield latin, match

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
        texts = [(text, files) for text, files in allowed.texts.items() if key in self._keys_of(text)[0]]
        files = sorted({file for _, where in texts for file in where if file})
        file = files[0] if files else withheld.record
        path = self.kb.folder / file
        if not path.is_file():
            return file, 0
        content = raw_knowledge.text_of(path.read_bytes())
        lines = content.split("\n")
        numbers = [
            searched.count("\n", 0, index_in_text(searched, match.start))
            for searched, match in self._matches_in(content)
            if match.key == key
        ]
        # a line that the client is shown comes first
        shown = [
            number for number in numbers if any(lines[number].strip() in text for text, where in texts if file in where)
        ]
        return file, next(iter([*shown, *numbers]), -1) + 1


def _files(texts: _FilesByText) -> set[str]:
    return {file for files in texts.values() for file in files}


def _sort_key(finding: Finding) -> tuple[object, ...]:
    return finding.file, finding.line, finding.column, finding.offset, finding.record, finding.what


def _overlaps(names: list[FingerprintMatch], match: FingerprintMatch) -> bool:
    return any(match.start < name.end and name.start < match.end for name in names)


def _forbidden(text: RawText, client: str, allowed: Permitted) -> bool:
    """Whether a text must not be in the edition, whatever else the edition shows."""
    if text.kind == "canary":
        return True
    if text.kind == "identity":
        return text.owner != client
    return text.kind in ("code", "title") and text.owner not in allowed.owners


def _not_looked_for(text: RawText, reason: str) -> NotLookedFor:
    return NotLookedFor(text.text, reason, text.what, text.record)


def _with_layers(message: str, layers: tuple[str, ...]) -> str:
    return f"{message} ({' › '.join(layers)})" if layers else message
