"""Splitting of HTML and XML into the text that a reader sees, the text in tags, and comments and scripts."""

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
_WORD_ENDING = frozenset(
    re.findall(
        r"\w+",
        """address article aside blockquote br button caption cell col dd desc details div dl dt fieldset figcaption figure
        footer form h1 h2 h3 h4 h5 h6 head header hr item label legend li link main nav ol option p page paragraph pre
        row script section select si summary tab table tbody td text textarea tfoot th thead title tr tspan ul""",
    )
)
"""Tags, without their namespace, that end a word. All others can be within a word."""
_IN_SENTENCES = frozenset(("br", "text", "tspan"))
"""Those of them that can be within a sentence."""
_ABOVE_OR_BELOW = frozenset(("rp", "rt", "sub", "sup"))
"""Tags whose text is above or below the letters around it."""
_UNSEEN = re.compile(
    r"(?:^|\s)hidden(?:[\s=/]|$)|(?:display|visibility)\s*[:=]\s*[\"']?(?:none|hidden|collapse)"
    r"|(?:opacity|font-size)\s*[:=]\s*[\"']?0(?![.\d])",
    re.IGNORECASE,
)
LEFT_OUT = "hidden parts left out"
"""The layer of a text without its unseen parts and without what is above or below its lines."""
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)


def looks_like_markup(text: str) -> bool:
    """Whether a text contains a tag or a comment."""
    return _LOOKS_LIKE_MARKUP.search(text) is not None


def split_markup(source: DecodedText, known_tags: set[str] | None = None) -> Iterator[DecodedText]:
    """The seen text, the tags with their attributes, and the hidden parts of a marked-up text, with entities resolved.

    Tags in `known_tags` are left out because they were searched before, and no match goes from one tag to the next;
    new tags are added to it.
    """
    text = source.text
    seen: list[Stretch] = []
    tags: list[Stretch] = []
    hidden: list[Stretch] = []
    unseen = _UnseenParts()
    position = 0
    for match in _TOKEN.finditer(text):
        seen += _resolved(text, position, match.start())
        position = match.end()
        if match["tag"] is not None:
            if known_tags is None or match[0] not in known_tags:
                tags += _resolved(text, match.start("tag"), match.end("attributes"))
                tags.append((BARRIER, match.end()))
                if known_tags is not None:
                    known_tags.add(match[0])
            tag = match["tag"].lower()
            name = tag[: tag[0] in "/?!"] + tag.lstrip("/?!").rpartition(":")[2]
            if name.strip("/") in _WORD_ENDING:
                seen.append((" " if name.strip("/") in _IN_SENTENCES else BLOCK, match.start()))
            unseen.note(match, name, len(seen))
        elif match["code"] is not None:
            tags += _resolved(text, match.start("with"), match.end("with"))
            hidden += [(match["code"] + BARRIER, match.start("code"))]
            tags.append((BARRIER, match.end()))
        elif match["cdata"] is not None:
            # CDATA is text in XML, and a comment in HTML
            seen.append((match["cdata"], match.start("cdata")))
            hidden.append((match["cdata"] + BARRIER, match.start("cdata")))
        else:
            hidden.append((match["comment"] + BARRIER, match.start("comment")))
    seen += _resolved(text, position, len(text))
    yield source.with_stretches(seen, "", parsed=True)
    if unseen.cuts:
        yield source.with_stretches(unseen.without(seen), LEFT_OUT, parsed=True)
    for start, end in unseen.nested:
        yield source.with_stretches([(text[start:end], start)], "left out")
    if tags:
        yield source.with_stretches(tags, "attributes", parsed=True)
    if hidden:
        # a comment or script may contain markup
        yield source.with_stretches(hidden, "comment, script or CDATA")


class _UnseenParts:
    """Finds the parts of a marked-up text that interrupt a line unseen: hidden elements, and text above or below it."""

    def __init__(self) -> None:
        self.cuts: list[tuple[int, int]] = []
        self.nested: list[tuple[int, int]] = []
        self._name = ""
        self._depth = 0
        self._start = 0
        self._opened = 0
        self._nests = False

    def note(self, tag: re.Match[str], name: str, parts: int) -> None:
        """Take note of a tag (`/name` for a closing one) after this number of parts of the text."""
        attributes = tag["attributes"]
        if name in _VOID or attributes.endswith("/"):
            return
        begins = not name.startswith(("/", "?", "!")) and (name in _ABOVE_OR_BELOW or _UNSEEN.search(attributes))
        if not self._depth:
            if begins:
                self._name, self._depth, self._nests = name, 1, False
                self._start, self._opened = parts, tag.end()
            return
        if self._name in ("rp", "rt"):
            # their closing tags may be left out
            self._depth -= name in (f"/{self._name}", "rb", "rp", "rt", "/ruby")
        elif name.strip("/") == self._name:
            self._depth += -1 if name.startswith("/") else 1
        self._nests |= bool(self._depth and begins)
        if not self._depth:
            self.cuts.append((self._start, parts))
            if self._nests:
                self.nested.append((self._opened, tag.start()))
            self.note(tag, name, parts)

    def without(self, seen: list[Stretch]) -> list[Stretch]:
        """The parts of the text that are on the line."""
        parts: list[Stretch] = []
        position = 0
        for start, end in self.cuts:
            parts += seen[position:start]
            position = end
        return parts + seen[position:]


def _resolved(text: str, start: int, end: int) -> list[Stretch]:
    """The part of a text between two indexes with its entities resolved."""
    part = text[start:end]
    if "&" not in part:
        return [(part, start)] if part else []
    parts: list[Stretch] = []
    position = 0
    for match in _ENTITY.finditer(part):
        parts += [(part[position : match.start()], start + position), (html.unescape(match[0]), start + match.start())]
        position = match.end()
    return [*parts, (part[position:], start + position)]


def entities(source: DecodedText) -> DecodedText | None:
    """The text with remaining entities resolved: those escaped twice, or in a file that is no markup; None without any."""
    return source.decode_matches(_ENTITY, lambda match: _changed(html.unescape(match[0]), match[0]), "entities")


def _changed(decoded: str, before: str) -> str | None:
    return decoded if decoded != before else None
