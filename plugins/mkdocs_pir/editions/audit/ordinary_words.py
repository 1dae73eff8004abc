"""Where a client's name is an ordinary word of a released text: "slack time", "Elastic Load Balancer", "Mozilla/5.0"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass

from mkdocs_pir.editions.audit.english_words import english_words
from mkdocs_pir.editions.audit.normalise import BARRIER, fold, squash
from mkdocs_pir.editions.audit.raw_knowledge import RawKnowledgeBase, strings, text_of
from mkdocs_pir.editions.audit.source_texts import SourceText
from mkdocs_pir.kb.problem import Problem

_PRODUCT = re.compile(r"/\d+\.\d")
"""The version behind the name of a program, as programs send it (RFC 9110, section 10.1.5)."""
_CAPITALISED = r"(?:[ \n](?!{0})[A-Z]\w*){{2,3}}+(?![ \n](?!{0})[A-Z])"
"""Two or three more words of a phrase such as Elastic Load Balancer; a longer row is a title in capitals."""
_NEXT = re.compile(r"[ \n](\w+)")
_LAST = re.compile(r"(\w+)[ \n]$")
_WITHIN = re.compile(r"[\w./:@#&=-]$")
_JOINS = frozenset("-_@/=")
_END = re.compile(r"[.,;:!?)]*(?:\s|$)")
_LEGAL_FORMS = frozenset(
    ["ab", "ag", "bv", "co", "company", "corp", "corporation", "gmbh", "group", "holding", "holdings", "inc", "limited",
     "incorporated", "kg", "llc", "ltd", "nv", "oy", "plc", "sa", "se"]
)  # fmt: skip
"""What stands behind the name of a company and makes it that."""
_OF_NAMES = frozenset(["at", "by", "client", "customer", "from", "in", "on", "tenant", "to", "via"])
"""What stands before a name and before no ordinary word in small letters."""


@dataclass(frozen=True, slots=True, order=True)
class OrdinaryUse:
    """A client's name (`what` it is in `record`) that was taken for an ordinary word of a phrase in a released text."""

    source: str
    source_line: int
    source_column: int
    phrase: str
    name: str
    what: str
    record: str

    def as_dict(self) -> dict[str, str | int]:
        """The form of `pir audit --json` and of manifests."""
        return asdict(self)

    def as_problem(self) -> Problem:
        """The warning of it, at the line of the released text."""
        return Problem.of(
            "PIR640",
            self.source,
            (self.source_line, self.source_column),
            f"'{self.phrase}' is taken for ordinary words, not for '{self.name}', the {self.what} of {self.record}",
            "if it is the client, say it otherwise; if not, allow the phrase, with the reason, in 'audit_allows'",
        )


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a text among which a name is none; `begins` says where the name begins in their letters."""

    text: str
    begins: int = 0
    small: bool = False

    @property
    def letters(self) -> bytes:
        """The phrase, folded and squashed."""
        return squash(fold(self.text))


def _phrase(name: str, text: str, start: int, end: int) -> Phrase | None:
    """The phrase of a text in which the folded name between two places is an ordinary word; None where it may be the name.

    A word of the English dictionary is one in small letters among words, and at the head of a row of three or four
    words in capitals; any name is none as the name of a program with its version.
    """
    word, before, after = text[start:end], text[max(0, start - 80) : start], text[end : end + 200]
    if not word.islower() and (version := _PRODUCT.match(after)):
        return Phrase(word + version[0])
    if name.encode() not in english_words() or _WITHIN.search(before) or after[:1] in _JOINS:
        return None
    if word.istitle():
        row = re.match(_CAPITALISED.format(word), after)
        legal = row is not None and row[0].split()[0].casefold() in _LEGAL_FORMS
        return Phrase(word + row[0]) if row is not None and not legal else None
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
        """The phrases in which a folded name of one word is an ordinary word, each with a text that has it.

        There are none where one of the texts has the word as a name: then it may be one everywhere. A phrase in
        capitals that the client's own records have is the client's: Elastic Cloud Enterprise. What is `allowed` is not
        looked at.
        """
        apart = re.compile("|".join(re.escape(words) for words in allowed if words) or "(?!)", re.IGNORECASE)
        phrases: dict[Phrase, str] = {}
        for text in texts:
            rest = apart.sub(lambda match: "\n" * len(match[0]), text)
            for match in re.finditer(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", rest, re.IGNORECASE):
                phrase = _phrase(name, rest, *match.span())
                if phrase is None or not (phrase.small or phrase.letters not in self._records_about(client)):
                    return {}
                phrases.setdefault(phrase, text)
        return phrases

    def use(self, phrase: Phrase, piece: SourceText, files: Collection[str]) -> OrdinaryUse | None:
        """A phrase with the name that it is not, and where it stands in the first of the files that say it.

        None where it stands in no file, but is put together of what does.
        """
        file = min(filter(None, files), default="")
        path = self._kb.folder / file
        whole = text_of(path.read_bytes()) if path.is_file() else ""
        words = phrase.text.split()
        match = re.search(r"\s+".join(map(re.escape, words)), whole)
        if match is None:
            return None
        line, column = whole.count("\n", 0, match.start()) + 1, match.start() - whole.rfind("\n", 0, match.start())
        return OrdinaryUse(file, line, column, " ".join(words), piece.text, piece.what, piece.record)

    def _records_about(self, client: str) -> bytes:
        """All that the records about a client say, squashed."""
        if client not in self._about:
            about = [s for s in self._kb.records if client in (s.fields.get("client"), s.id)]
            said = [text for source in about for text in strings([source.fields, source.body])]
            self._about[client] = squash(fold(BARRIER.join(said)))
        return self._about[client]
