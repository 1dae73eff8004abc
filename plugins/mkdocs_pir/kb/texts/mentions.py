"""The records that a text mentions: by links, by links to their files, and by ids among its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from mkdocs_pir.kb.texts.sanitise import EXTERNAL, REFERENCE
from mkdocs_pir.kb.texts.text import Text
from mkdocs_pir.kb.texts.tree import CODE, Element, read

_BARE = re.compile(
    r"(?<![\w/.-])(?:[A-Z][A-Z0-9]*+(?:-[A-Z0-9]++)++"
    r"|[a-z0-9]++(?:-[a-z0-9]++)*+/[a-z0-9]++(?:-[a-z0-9]++)*+)(?![\w/-])"
)
_JOINT = re.compile("[-/]")
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"]+")


class Mention(Struct, frozen=True):
    """A link `[[id]]`, a link to a file of the knowledge base (its path, without a fragment), or an id among words."""

    form: Literal["id", "file", "word"]
    target: str


def of_tree(root: Element) -> Iterator[Mention]:
    """Every mention in a text, in order, except in code."""
    for child in root.children:
        if isinstance(child, str):
            yield from in_words(child)
            continue
        if REFERENCE in child.attributes:
            yield Mention("id", child.attributes[REFERENCE].partition("#")[0])
        elif child.name == "a" and (path := file_named(child.attributes.get("href", ""))):
            yield Mention("file", path)
        if child.name not in CODE:
            yield from of_tree(child)


def of_text(text: str) -> Iterator[Mention]:
    """Every mention in a text, in order; for plain text only the ids among its words."""
    if isinstance(text, Text) and "<a " in text.html:
        return of_tree(read(text.html))
    return in_words(text)


def in_words(text: str) -> Iterator[Mention]:
    """The ids among the words of a text, except in web addresses."""
    if "-" in text or "/" in text:
        yield from (Mention("word", text[start:end]) for start, end in places(text))


def places(text: str) -> Iterator[tuple[int, int]]:
    """The (start, end) of each word in a text that could be an id."""
    if "://" in text:
        text = _ADDRESS.sub(lambda match: " " * len(match[0]), text)
    end = 0
    # only what is between two spaces and has such a character is looked at letter by letter
    for joint in _JOINT.finditer(text):
        if joint.start() >= end:
            start = text.rfind(" ", end, joint.start()) + 1 or end
            end = text.find(" ", joint.end())
            end = len(text) if end < 0 else end
            for match in _BARE.finditer(text, start, end):
                yield match.span()


def file_named(href: str) -> str | None:
    """The path of the Markdown file that a link leads to, without the fragment; None for any other link."""
    path = re.split("[?#]", href, maxsplit=1)[0]
    return path if path.endswith(".md") and not EXTERNAL.match(href) else None
