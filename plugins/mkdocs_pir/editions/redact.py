"""Cutting what a client does not see out of a text: internal blocks, comments, and names of withheld records."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from mkdocs_pir.kb.body import Mention, mentions, without_code, without_fences

_OPEN = re.compile(r"^ {0,3}(/{3,})[ \t]*(\S.*?)[ \t]*$")
_CLOSE = re.compile(r"^ {0,3}(/{3,})[ \t]*$")
_INTERNAL = re.compile(r"^(?:internal\b.*|.*\baudience\s*=\s*[\"']?internal\b.*)$", re.I)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_DEFINITION = re.compile(r"^ {0,3}\[(?!\^)([^\]\n]+)\]:[ \t]*\S.*$", re.MULTILINE)
_LINK = re.compile(r"!?\[(?P<text>[^\[\]]*)\]\((?P<target>[^()\s]+)(?:\s+\"[^\"\n]*\")?\)")

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


def cut_internal(text: str) -> str:
    """The text without `/// internal` blocks, HTML comments and link definitions that nothing uses.

    A block that is never closed is cut to the end: in doubt, nothing is shown.
    """
    bare = without_fences(text).split("\n")
    kept: list[str] = []
    stack: list[tuple[str, bool]] = []
    for line, seen in zip(text.split("\n"), bare, strict=True):
        hidden = any(internal for _, internal in stack)
        if (closed := _CLOSE.match(seen)) and stack:
            _, internal = stack.pop()
            if not internal and not hidden:
                kept.append(line)
            continue
        if opened := _OPEN.match(seen):
            stack.append((opened[1], bool(_INTERNAL.match(opened[2]))))
        if not any(internal for _, internal in stack) and not closed:
            kept.append(line)
    return _drop_unused_definitions(_outside_code(_COMMENT, "", "\n".join(kept))).strip("\n")


def _outside_code(pattern: re.Pattern[str], replacement: str, text: str) -> str:
    """Replace matches that begin outside code."""
    bare = without_code(text)
    out, last = [], 0
    for found in pattern.finditer(text):
        if found.start() >= last and bare[found.start() : found.start() + 4].strip():
            out += [text[last : found.start()], replacement]
            last = found.end()
    return "".join([*out, text[last:]])


def _drop_unused_definitions(text: str) -> str:
    bare = without_code(text)

    def keep(found: re.Match[str]) -> str:
        label = re.escape(found[1])
        rest = bare[: found.start()] + bare[found.end() :]
        return (
            found[0]
            if re.search(rf"\[{label}\](?!:)", rest, re.I) or not bare[found.start() : found.end()].strip()
            else ""
        )

    return _DEFINITION.sub(keep, text)


def unlink(text: str, withheld: Callable[[Mention], str | None]) -> str:
    """Replace every mention of a withheld record by words that name nothing, in code too.

    `withheld` gives the kind of the withheld record that a mention names, or None for one that may stay.
    """

    def whole_link(found: re.Match[str]) -> str:
        hit = next((m for m in mentions(f"[]({found['target']})", in_code=True) if m.form == "file"), None)
        return found["text"] if hit is not None and withheld(hit) is not None else found[0]

    text = _LINK.sub(whole_link, text)
    out, last = [], 0
    for mention in mentions(text, in_code=True):
        kind = withheld(mention)
        if kind is not None:
            out += [text[last : mention.start], mention.text or NEUTRAL[kind]]
            last = mention.end
    return "".join([*out, text[last:]])
