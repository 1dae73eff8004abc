"""Markup taken apart: what a reader sees, what stands in the tags, and what is hidden in comments and scripts."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from mkdocs_pir.editions.audit.decoded_text import DecodedText, Stretch
from mkdocs_pir.editions.audit.normalise import BARRIER, BLOCK

_TOKEN = re.compile(
    r"<!--(?P<comment>.*?)(?:-->|\Z)"
    r"|<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)"
    r"|<(?P<hidden>script|style)\b(?P<with>(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>(?P<code>.*?)(?:</(?P=hidden)\s*>|\Z)"
    r"|<(?P<tag>[/?!]?[a-zA-Z][^\s/>]*+)(?P<attributes>(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>",
    re.DOTALL | re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_LOOKS_LIKE_MARKUP = re.compile(r"<[a-zA-Z/!?][^<>]{0,2000}>|<!--")
_APART = frozenset(
    re.findall(
        r"\w+",
        """address article aside blockquote br button caption cell col dd desc details div dl dt fieldset figcaption figure
        footer form h1 h2 h3 h4 h5 h6 head header hr item label legend li link main nav ol option p page paragraph pre
        row script section select si summary tab table tbody td text textarea tfoot th thead title tr tspan ul""",
    )
)
"""Tags, without their namespace, that end a word. All others may stand inside one."""
_LINES = frozenset(("br", "text", "tspan"))
"""Those of them that may stand inside a sentence."""
_BESIDE = frozenset(("rp", "rt", "sub", "sup"))
"""Tags whose text stands above or below the letters around it."""
_UNSEEN = re.compile(
    r"(?:^|\s)hidden(?:[\s=/]|$)|(?:display|visibility)\s*[:=]\s*[\"']?(?:none|hidden|collapse)"
    r"|(?:opacity|font-size)\s*[:=]\s*[\"']?0(?![.\d])",
    re.IGNORECASE,
)
LEFT_OUT = "what stands beside left out"
"""The layer of a text without what stands beside its lines or is not seen."""
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)


def looks_like_markup(text: str) -> bool:
    return _LOOKS_LIKE_MARKUP.search(text) is not None


def split_markup(reading: DecodedText, known: set[str] | None = None) -> Iterator[DecodedText]:
    """The text, the tags with their attributes, and the hidden parts of a marked-up text, entities resolved.

    Nothing matches from one tag to the next, so tags that are `known` to have been read are left out; new ones are
    added to them.
    """
    text = reading.text
    seen: list[Stretch] = []
    tags: list[Stretch] = []
    hidden: list[Stretch] = []
    beside = _Beside()
    reached = 0
    for found in _TOKEN.finditer(text):
        seen += _resolved(text, reached, found.start())
        reached = found.end()
        if found["tag"] is not None:
            if known is None or found[0] not in known:
                tags += _resolved(text, found.start("tag"), found.end("attributes"))
                tags.append((BARRIER, found.end()))
                if known is not None:
                    known.add(found[0])
            tag = found["tag"].lower()
            name = tag[: tag[0] in "/?!"] + tag.lstrip("/?!").rpartition(":")[2]
            if name.strip("/") in _APART:
                seen.append((" " if name.strip("/") in _LINES else BLOCK, found.start()))
            beside.meet(found, name, len(seen))
        elif found["code"] is not None:
            tags += _resolved(text, found.start("with"), found.end("with"))
            hidden += [(found["code"] + BARRIER, found.start("code"))]
            tags.append((BARRIER, found.end()))
        elif found["cdata"] is not None:
            # text in XML, a comment in HTML
            seen.append((found["cdata"], found.start("cdata")))
            hidden.append((found["cdata"] + BARRIER, found.start("cdata")))
        else:
            hidden.append((found["comment"] + BARRIER, found.start("comment")))
    seen += _resolved(text, reached, len(text))
    yield reading.assembled(seen, "", parsed=True)
    if beside.cuts:
        yield reading.assembled(beside.without(seen), LEFT_OUT, parsed=True)
    for start, end in beside.nested:
        yield reading.assembled([(text[start:end], start)], "left out")
    if tags:
        yield reading.assembled(tags, "attributes", parsed=True)
    if hidden:
        # what is hidden may hold markup of its own
        yield reading.assembled(hidden, "comment, script or CDATA")


class _Beside:
    """Which parts of a marked-up text stand beside the line that a reader reads: above it, below it, or unseen."""

    def __init__(self) -> None:
        self.cuts: list[tuple[int, int]] = []
        self.nested: list[tuple[int, int]] = []
        self._name = ""
        self._depth = 0
        self._start = 0
        self._opened = 0
        self._nests = False

    def meet(self, found: re.Match[str], name: str, parts: int) -> None:
        """Take note of a tag, `/name` when it closes, that `parts` parts of the text stand before."""
        attributes = found["attributes"]
        if name in _VOID or attributes.endswith("/"):
            return
        begins = not name.startswith(("/", "?", "!")) and (name in _BESIDE or _UNSEEN.search(attributes))
        if not self._depth:
            if begins:
                self._name, self._depth, self._nests = name, 1, False
                self._start, self._opened = parts, found.end()
            return
        if self._name in ("rp", "rt"):
            # they need no end of their own
            self._depth -= name in (f"/{self._name}", "rb", "rp", "rt", "/ruby")
        elif name.strip("/") == self._name:
            self._depth += -1 if name.startswith("/") else 1
        self._nests |= bool(self._depth and begins)
        if not self._depth:
            self.cuts.append((self._start, parts))
            if self._nests:
                self.nested.append((self._opened, found.start()))
            self.meet(found, name, parts)

    def without(self, seen: list[Stretch]) -> list[Stretch]:
        """The parts that stand on the line."""
        parts: list[Stretch] = []
        reached = 0
        for start, end in self.cuts:
            parts += seen[reached:start]
            reached = end
        return parts + seen[reached:]


def _resolved(text: str, start: int, end: int) -> list[Stretch]:
    """A stretch of text with its entities resolved."""
    part = text[start:end]
    if "&" not in part:
        return [(part, start)] if part else []
    parts: list[Stretch] = []
    reached = 0
    for found in _ENTITY.finditer(part):
        parts += [(part[reached : found.start()], start + reached), (html.unescape(found[0]), start + found.start())]
        reached = found.end()
    return [*parts, (part[reached:], start + reached)]


def entities(reading: DecodedText) -> DecodedText | None:
    """Entities that are left in a text: escaped twice, or in a file that is no markup."""
    return reading.around(_ENTITY, lambda found: _changed(html.unescape(found[0]), found[0]), "entities")


def _changed(decoded: str, before: str) -> str | None:
    return decoded if decoded != before else None
