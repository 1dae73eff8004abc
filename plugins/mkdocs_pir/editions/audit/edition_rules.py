"""The rules for the search of one client's edition: what it may not show, and what it may show only in places."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from mkdocs_pir.editions.audit import attachments, scan, software_texts
from mkdocs_pir.editions.audit.fingerprints import Fingerprints
from mkdocs_pir.editions.audit.matches import Key
from mkdocs_pir.editions.audit.names import SHOWN, SOFTWARE, NotLookedFor, unsearchable_reason
from mkdocs_pir.editions.audit.normalise import fold, index_in_text, squash, words
from mkdocs_pir.editions.audit.ordinary_words import OrdinaryUse, OrdinaryWords, Phrase
from mkdocs_pir.editions.audit.raw_knowledge import RawKnowledgeBase
from mkdocs_pir.editions.audit.raw_texts import RawText
from mkdocs_pir.editions.audit.spellings import spellings
from mkdocs_pir.editions.audit.text_keys import TextKeys
from mkdocs_pir.editions.audit.titles import is_distinctive, quotes
from mkdocs_pir.editions.audit.visibility import Permitted

_FilesByText = dict[str, frozenset[str]]
"""Texts that may be shown, each with the files of the knowledge base that contain it."""


class EditionRules:
    """Decides which fingerprints must not be in the edition of a client.

    `software_keys` are the keys in the software's own texts, `allowed` what the edition may show.
    """

    def __init__(
        self,
        kb: RawKnowledgeBase,
        fingerprints: Fingerprints,
        text_keys: TextKeys,
        ordinary_words: OrdinaryWords,
        software_keys: Collection[Key],
        allowed: Permitted,
        client: str,
    ) -> None:
        self._kb = kb
        self._fingerprints = fingerprints
        self._text_keys = text_keys
        self._ordinary_words = ordinary_words
        self._software_keys = software_keys
        self._allowed = allowed
        self._client = client
        self._titles = fingerprints.titles()
        self._one_word_names = fingerprints.names_of_one_word()

    def scan_rules(
        self,
    ) -> tuple[scan.ScanRules, tuple[NotLookedFor, ...], tuple[OrdinaryUse, ...], frozenset[str]]:
        """What to search for in one client's edition: everything it may not show, and what it may show only in places.

        Also returns the names that are not searched for, the phrases in which a name is an ordinary word, and the files
        of the knowledge base in which these phrases were looked up.
        """
        fingerprints, allowed, client = self._fingerprints, self._allowed, self._client
        shown = dict(allowed.texts)
        for path in allowed.files:
            shown |= {text: shown.get(text, frozenset()) | {path} for text in attachments.visible_texts(path, self._kb)}
        skip: set[Key] = set(self._software_keys)
        shown_words: set[bytes] = set()
        quotations = fingerprints.quotations(client)
        texts_by_key: dict[Key, _FilesByText] = {}
        texts_with_name: dict[Key, list[str]] = {}
        for text, files in shown.items():
            keys, spoken = self._text_keys.of(text)
            skip |= keys
            shown_words |= spoken
            for key in keys:
                if key in self._titles or key in quotations:
                    texts_by_key.setdefault(key, {})[text] = files
                if key in self._one_word_names:
                    texts_with_name.setdefault(key, []).append(text)
        skip |= fingerprints.rare_words_like(shown_words)
        hidden_names = [p for p in fingerprints.texts if p.kind == "identity" and p.owner != client]
        not_looked_for = {_not_looked_for(p, reason) for p in hidden_names if (reason := unsearchable_reason(p.text))}
        own = {squash(fold(name)) for name in allowed.own_names}
        not_looked_for |= {_not_looked_for(p, SHOWN) for p in hidden_names if squash(fold(p.text)) in own - {b""}}
        vocabulary = software_texts.vocabulary(self._kb.config.language)
        always_searched: set[int] = set()
        of_other_clients: set[int] = set()
        for number in fingerprints.withheld_names:
            candidates = [(i, fingerprints.texts[i]) for i in fingerprints.texts_of_needle[number]]
            if ("needle", number) not in self._titles:
                # hosts and addresses within a title are no titles
                candidates = [(i, text) for i, text in candidates if text.kind != "title"]
            forbidden = [i for i, text in candidates if is_forbidden(text, client, allowed)]
            if not forbidden or self._is_allowed_title(number, forbidden, texts_by_key.get(("needle", number), {})):
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
            if self._is_quotation(key, quotations[key], _files(texts_by_key[key]))
        }
        masks: dict[int, set[tuple[bytes, int]]] = {}
        own_names = [spelling for name in allowed.own_names for spelling in (name, *spellings(name))]
        for names, hidden in ((allowed.names, always_searched - of_other_clients), (own_names, always_searched)):
            for name in names:
                whole = squash(fold(name))
                for number in (inside := fingerprints.within(name)).keys() & hidden:
                    masks.setdefault(number, set()).update((whole, start) for start in inside[number])
        uses: set[OrdinaryUse] = set()
        sources: set[str] = set()
        for number in sorted(number for number in of_other_clients if ("needle", number) in texts_with_name):
            for phrase, source, use in self._ordinary_phrases(number, texts_with_name[("needle", number)], shown):
                masks.setdefault(number, set()).add((phrase.letters, phrase.begins))
                sources.add(source)
                if use is not None:
                    uses.add(use)
        shown_names = frozenset(squash(fold(name)) for name in (*allowed.names, *allowed.own_names))
        return (
            scan.ScanRules(fingerprints, skip, masks, shown_names),
            tuple(sorted(not_looked_for)),
            tuple(sorted(uses)),
            frozenset(sources),
        )

    def _ordinary_phrases(
        self, number: int, texts: list[str], shown: Mapping[str, frozenset[str]]
    ) -> Iterator[tuple[Phrase, str, OrdinaryUse | None]]:
        """The phrases of shown texts in which another client's name is an ordinary word, each with its file and place."""
        needle_texts = [self._fingerprints.texts[i] for i in self._fingerprints.texts_of_needle[number]]
        others = [
            name_text for name_text in needle_texts if name_text.kind == "identity" and name_text.owner != self._client
        ]
        name_text = next((name_text for name_text in others if name_text.what == "name"), others[0])
        name = self._fingerprints.needles[number].squashed.decode()
        for phrase, text in self._ordinary_words.phrases(texts, name, name_text.owner, self._allowed.own_names).items():
            file = min(filter(None, shown[text]), default="")
            yield phrase, file, self._ordinary_words.use(phrase, name_text, file)

    def _is_allowed_title(self, number: int, forbidden: list[int], texts: _FilesByText) -> bool:
        """Whether a needle is only a withheld title whose words may be in the texts that contain them.

        They may be when there are too few of them to give a record away, when they are also the title of something
        shown, when they are words of a catalogue, of the software or of any system, and when more than one shown record
        contains them. A title of this client's own may also be a part of a longer title that is shown, because titles
        of one kind of work are alike, or words of an ordinary sentence.
        """
        titles = [self._fingerprints.texts[i] for i in forbidden]
        if any(title.kind != "title" for title in titles):
            return False
        squashed = self._fingerprints.needles[number].squashed
        if self._is_common(("needle", number), _files(texts)) or squashed in software_texts.messages():
            return True
        if not any(is_distinctive(title.text) for title in titles):
            return True
        if any(title.client not in ("", self._client) for title in titles):
            return squashed in self._allowed.titles
        if any(squashed in title for title in self._allowed.titles):
            return True
        return bool(texts) and not any(self._quotes_title(text, number, titles[0].text) for text in texts)

    def _quotes_title(self, text: str, number: int, title: str) -> bool:
        """Whether a text quotes a title at any place where it contains its words."""
        common = software_texts.stop_words().union(*(words(fold(name)) for name in self._allowed.own_names))
        places = [
            (index_in_text(text, match.start), index_in_text(text, match.end - 1) + 1)
            for searched, match in self._text_keys.matches(text)
            if match.key == ("needle", number) and searched is text
        ]
        return any(quotes(text, start, end, title, common) for start, end in places)

    def _is_quotation(self, key: Key, others: list[RawText], files: Collection[str]) -> bool:
        """Whether words in these files are a quotation of texts about another client.

        Words about several clients are no quotation of any, and a lesson may quote the reviews it was learned from.
        """
        sources = {path for file in files for path in self._allowed.lesson_sources.get(file, ())}
        excused = self._is_common(key, files) or any(other.record in sources for other in others)
        return len({other.client for other in others}) == 1 and not excused

    def _is_common(self, key: Key, files: Collection[str]) -> bool:
        """Whether words are in a catalogue, in the software, or in more than one shown record."""
        return len(files) > 1 or not self._allowed.catalogue.isdisjoint(files) or key in self._software_keys


def is_forbidden(text: RawText, client: str, allowed: Permitted) -> bool:
    """Whether a text must not be in the edition, whatever else the edition shows."""
    if text.kind == "canary":
        return True
    if text.kind == "identity":
        return text.owner != client
    return text.kind in ("code", "title") and text.owner not in allowed.owners


def _files(texts: _FilesByText) -> set[str]:
    return {file for files in texts.values() for file in files}


def _not_looked_for(text: RawText, reason: str) -> NotLookedFor:
    return NotLookedFor(text.text, reason, text.what, text.record)
