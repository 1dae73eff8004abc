"""Clients' names that are ordinary words in released texts: "slack time", "Elastic Load Balancer", "Mozilla/5.0"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from mkdocs_pir.editions.audit.english_words import english_words
from mkdocs_pir.editions.audit.normalise import BARRIER, fold, squash
from mkdocs_pir.editions.audit.raw_knowledge import RawKnowledgeBase, strings, text_of
from mkdocs_pir.editions.audit.raw_texts import RawText
from mkdocs_pir.kb.problem import Problem

_PRODUCT = re.compile(r"/\d+\.\d")
"""The version after the name of a program, as programs send it (RFC 9110, section 10.1.5)."""
_CAPITALISED = r"(?:[ \n](?!{0})[A-Z]\w*){{2,3}}+(?![ \n](?!{0})[A-Z])"
"""Two or three more words of a phrase such as Elastic Load Balancer; a longer phrase is a title in capitals."""
_NEXT = re.compile(r"[ \n](\w+)")
_LAST = re.compile(r"(\w+)[ \n]$")
_WITHIN = re.compile(r"[\w./:@#&=-]$")
_JOINS = frozenset("-_@/=")
_END = re.compile(r"[.,;:!?)]*(?:\s|$)")
_LEGAL_FORMS = frozenset(
    ["ab", "ag", "bv", "co", "company", "corp", "corporation", "gmbh", "group", "holding", "holdings", "inc", "limited",
     "incorporated", "kg", "llc", "ltd", "nv", "oy", "plc", "sa", "se"]
)  # fmt: skip
"""The words after a name that make it the name of a company."""
_OF_NAMES = frozenset(["at", "by", "client", "customer", "from", "in", "on", "tenant", "to", "via"])
"""The words before a name in small letters; an ordinary word after one of them is taken for the name."""


@dataclass(frozen=True, slots=True, order=True)
class OrdinaryUse:
    """A client's name (the `what` of `record`) that was taken for an ordinary word of a phrase in a released text."""

    source: str
    source_line: int
    source_column: int
    phrase: str
    name: str
    what: str
    record: str

    def as_dict(self) -> dict[str, str | int]:
        """The use as in `pir audit --json` and in manifests."""
        return asdict(self)

    def as_problem(self) -> Problem:
        """The warning about it, at the line of the released text."""
        return Problem.of(
            "PIR640",
            self.source,
            (self.source_line, self.source_column),
            f"'{self.phrase}' is taken for ordinary words, not for '{self.name}', the {self.what} of {self.record}",
            "if it means the client, reword it; if not, allow the phrase, with a reason, in 'audit_allows'",
        )


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase in which a name is an ordinary word; `begins` is the index of the name in its letters."""

    text: str
    begins: int = 0
    small: bool = False

    @property
    def letters(self) -> bytes:
        """The phrase, folded and squashed."""
        return squash(fold(self.text))


def _phrase(name: str, text: str, start: int, end: int) -> Phrase | None:
    """The phrase in which the folded name between two indexes of a text is an ordinary word; None where it may be a name.

    An English word is ordinary in small letters among words, and as the first of three or four words in capitals. Any
    word is ordinary as the name of a program with its version.
    """
    word, before, after = text[start:end], text[max(0, start - 80) : start], text[end : end + 200]
    if not word.islower() and (version := _PRODUCT.match(after)):
        return Phrase(word + version[0])
    if name.encode() not in english_words() or _WITHIN.search(before) or after[:1] in _JOINS:
        return None
    if word.istitle():
        capitalised = re.match(_CAPITALISED.format(word), after)
        legal = capitalised is not None and capitalised[0].split()[0].casefold() in _LEGAL_FORMS
        return Phrase(word + capitalised[0]) if capitalised is not None and not legal else None
    last, following = _LAST.search(before), _NEXT.match(after)
    if not word.islower() or (last is not None and last[1].casefold() in _OF_NAMES):
        return None
    if following is not None:
        return Phrase(word + following[0], small=True)
    if last is not None and _END.match(after):
        return Phrase(last[0] + word, len(squash(fold(last[1]))), small=True)
    return None


class OrdinaryWords:
    """The phrases of a knowledge base in which clients' names are ordinary words."""

    def __init__(self, kb: RawKnowledgeBase) -> None:
        self._kb = kb
        self._about: dict[str, bytes] = {}

    def phrases(self, texts: Iterable[str], name: str, client: str, allowed: Iterable[str]) -> dict[Phrase, str]:
        """The phrases in which a folded name of one word is an ordinary word, each with a text that contains it.

        There are none where one of the texts contains the word as a name: then it may be a name everywhere. A phrase in
        capitals from the client's own records is the client's, such as Elastic Cloud Enterprise. `allowed` phrases are
        left out.
        """
        allowed_pattern = re.compile("|".join(re.escape(words) for words in allowed if words) or "(?!)", re.IGNORECASE)
        phrases: dict[Phrase, str] = {}
        for text in texts:
            remaining = allowed_pattern.sub(lambda match: "\n" * len(match[0]), text)
            for match in re.finditer(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", remaining, re.IGNORECASE):
                phrase = _phrase(name, remaining, *match.span())
                if phrase is None or not (phrase.small or phrase.letters not in self.records_about(client)):
                    return {}
                phrases.setdefault(phrase, text)
        return phrases

    def use(self, phrase: Phrase, name_text: RawText, file: str) -> OrdinaryUse | None:
        """The use of a name as an ordinary word in a phrase, at its place in a file of the knowledge base.

        None where the file does not contain the phrase, because a page composes it.
        """
        path = self._kb.folder / file
        content = text_of(path.read_bytes()) if path.is_file() else ""
        words = phrase.text.split()
        match = re.search(r"\s+".join(map(re.escape, words)), content)
        if match is None:
            return None
        line, column = content.count("\n", 0, match.start()) + 1, match.start() - content.rfind("\n", 0, match.start())
        return OrdinaryUse(file, line, column, " ".join(words), name_text.text, name_text.what, name_text.record)

    def records_about(self, client: str) -> bytes:
        """All texts of the records about a client, squashed."""
        if client not in self._about:
            records = [s for s in self._kb.records if client in (s.fields.get("client"), s.id)]
            texts = [text for record in records for text in strings([record.fields, record.body])]
            self._about[client] = squash(fold(BARRIER.join(texts)))
        return self._about[client]
