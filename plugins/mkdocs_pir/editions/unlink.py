"""Links to what an edition does not show become plain text, in every form that Markdown and HTML have for a link.

What stood for the record alone, such as its bare id, becomes words that name nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from mkdocs_pir.editions.naming import Withheld, spelt_out
from mkdocs_pir.kb.body import mentions, without_sure_code

NEUTRAL: Mapping[str, str] = {
    "pir": "another review",
    "lesson": "another lesson",
    "cause": "another cause",
    "problem": "a problem record",
    "service": "another service",
    "client": "another client",
    "page": "another page",
}
"""What stands in a client's edition where the id of a withheld record stood, by kind."""

_TITLE = r"(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\))"
_DEFINITION = re.compile(
    rf"^[ \t>]*\[(?!\^)(?P<label>[^\]\n]+)\]:[ \t]*(?:\n[ \t>]*)?(?P<to><[^<>\n]*>|\S+)[ \t]*(?:(?:\n[ \t>]*)?{_TITLE})?[ \t]*$\n?",
    re.MULTILINE,
)
_TO = r"(?:<[^<>\n]*+>|(?:[^()\s\\<]|\\.|\((?:[^()\s\\]|\\.)*+\))(?:[^()\s\\]|\\.|\((?:[^()\s\\]|\\.)*+\))*+)"
_PART = re.compile(
    rf"\\.|(?P<wiki>\[\[[^\[\]\n]{{1,300}}\]\])|(?P<open>!?\[)"
    rf"|\](?:\(\s*(?P<to>{_TO})(?:\s+{_TITLE})?\s*\)(?P<list>\{{:?[^{{}}\n]*\}})?|[ \n]?\[(?P<label>[^\[\]\n]*)\])"
    rf"|(?P<close>\])"
    rf"|<(?P<tag>a|img)(?=\s)(?P<rest>(?:\"[^\"]*\"|'[^']*'|[^'\"<>])*)>|(?P<end></a\s*>)"
    rf"|<(?P<auto>[^<>\s]{{4,}})>",
    re.I | re.DOTALL,
)
_AT = re.compile(r"\b(?:href|src)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)", re.I)
_ALT = re.compile(r"\balt\s*=\s*(\"[^\"]*\"|'[^']*')", re.I)
_LIST = re.compile(r"[ \t]*\{:?[ \t]*[^{}\n]*\}")
_RUN = re.compile(r"[^\s<>\"'`()\[\]{}|*]++")
_SPELT = re.compile(r"[-/%&\\\d]")
_MOST_PARTS = 200
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*")


def unlink(text: str, withheld: Withheld) -> str:
    """The text without a link to, or the id, path or address of, what is withheld; in code too."""
    if "[" in text or "<" in text:
        text = _without_links(text, withheld)
    if "[[" in text or "/" in text or "-" in text:
        text = _without_mentions(text, withheld)
    if "{" in text:
        text = _LIST.sub(lambda found: "" if withheld.word(found[0]) else found[0], text)
    return _RUN.sub(lambda found: _neutral_run(found, withheld), text)


def _without_links(text: str, withheld: Withheld) -> str:
    bare = without_sure_code(text)
    labels: dict[str, str] = {}

    def define(found: re.Match[str]) -> str:
        in_code = not bare[found.start() : found.end()].strip()
        kind = (withheld.address if in_code else withheld.link)(found["to"].strip("<>"))
        if kind is None:
            return found[0]
        labels.setdefault(_label(found["label"]), kind)
        return ""

    defined = _DEFINITION.sub(define, text) if "]:" in text else text
    return _Links(defined, labels, withheld).taken_out()


def _label(text: str) -> str:
    return " ".join(text.split()).casefold()


class _Links:
    """One pass over a text, with the links that are open where it stands."""

    def __init__(self, text: str, labels: Mapping[str, str], withheld: Withheld) -> None:
        self.text = text
        self.bare = without_sure_code(text)
        self.labels = labels
        self.withheld = withheld
        self.out: list[str] = []
        self.open: list[int] = []
        self.tags: list[tuple[int, str] | None] = []

    def taken_out(self) -> str:
        last = 0
        for found in _PART.finditer(self.text):
            self.out.append(self.text[last : found.start()])
            self.out.append(self._part(found))
            last = found.end()
        return "".join([*self.out, self.text[last:]])

    def _part(self, found: re.Match[str]) -> str:
        if found["open"]:
            self.open.append(len(self.out))
        elif found["to"] is not None or found["label"] is not None or found["close"]:
            return self._link(found)
        elif found["tag"]:
            return self._tag(found)
        elif found["end"] and self.tags:
            at = self.tags.pop()
            if at is not None:
                self._words(*at)
                return ""
        elif found["auto"] and (kind := self.withheld.address(found["auto"])):
            return NEUTRAL[kind]
        return found[0]

    def _link(self, found: re.Match[str]) -> str:
        if not self.open:
            return found[0]
        start = self.open.pop()
        kind = None
        if found["to"] is not None:
            kind = self._leads(found["to"].strip("<>"), found.start())
        elif self.labels:
            # no label is made of so many parts
            label = found["label"] or "".join(self.out[start + 1 : start + _MOST_PARTS])
            kind = self.labels.get(_label(label))
        if kind is None:
            return found[0]
        self.out[start] = ""
        self._words(start, kind)
        return ""

    def _tag(self, found: re.Match[str]) -> str:
        at = _AT.search(found["rest"])
        kind = self._leads(at[1].strip("\"'"), found.start()) if at else None
        if found["tag"].lower() == "img":
            alt = _ALT.search(found["rest"])
            return found[0] if kind is None else alt[1][1:-1] if alt else ""
        self.tags.append(None if kind is None else (len(self.out), kind))
        return found[0] if kind is None else ""

    def _leads(self, to: str, at: int) -> str | None:
        """The kind of what a link must not lead to. A sample in code may lead nowhere, but not to what is withheld."""
        return (self.withheld.link if self.bare[at : at + 1].strip() else self.withheld.address)(to)

    def _words(self, start: int, kind: str) -> None:
        """Leave a link's own words where it stood, unless these are the withheld record's title or nothing at all."""
        words = "".join(self.out[start + 1 :])
        if not words.strip() or self.withheld.title(words):
            self.out[start:] = [NEUTRAL[kind]]


def _without_mentions(text: str, withheld: Withheld) -> str:
    out, last = [], 0
    for mention in mentions(text, in_code=True):
        kind = withheld.mention(mention)
        if kind is not None:
            words = mention.text if not withheld.title(mention.text) else ""
            out += [text[last : mention.start], words or NEUTRAL[kind]]
            last = mention.end
    return "".join([*out, text[last:]])


def _neutral_run(found: re.Match[str], withheld: Withheld) -> str:
    """A stretch without spaces: where it is a path or encoded all of it goes, else the id in it."""
    run = found[0]
    if not _SPELT.search(run):
        return run
    plain = spelt_out(run)
    if "/" in plain or plain.endswith((".md", ".html")) or plain != run.casefold():
        path = run.rstrip(".,;:!?")
        named = withheld.address(path)
        return run if named is None else NEUTRAL[named] + run[len(path) :]
    neutral = _WORD.sub(lambda word: NEUTRAL[kind] if (kind := withheld.word(word[0])) else word[0], run)
    # what names a footnote stays one word
    return neutral.replace(" ", "-") if run.startswith("^") else neutral
