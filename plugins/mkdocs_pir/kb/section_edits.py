"""Changing the texts of a record: the text before its first section, and its sections; every other byte stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mkdocs_pir.kb import frontmatter, record_files, schema
from mkdocs_pir.kb.body import split
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.record_edits import encoded

_ATX = re.compile(r" {0,3}#")
_UNDERLINE = re.compile(r" {0,3}(-+|=+)[ \t]*$")


class BodyText(NamedTuple):
    """A section, or with an empty title the text before the first one.

    `start` and `stop` are the lines of the body with the text, from 0 and without the heading.
    """

    title: str
    text: str
    start: int
    stop: int


def texts_of(kind: str, body: str) -> list[BodyText]:
    """The text before the first section, which may be empty, and each section of a body."""
    preamble, sections, _ = split(body, 0, "", levels=KINDS[kind].levels)
    lines = body.split("\n")
    ends = [*(section.line for section in sections), len(lines)]
    texts = [BodyText("", preamble, 0, ends[0])]
    for section, stop in zip(sections, ends[1:], strict=True):
        texts.append(BodyText(section.title, section.text, _after_heading(lines, section.line), stop))
    return texts


def with_texts(path: str, raw: bytes, changed: Mapping[int, str], added: Mapping[str, str]) -> bytes:
    """The content of the file at a path, relative to the folder of the records, with other texts in its body.

    `changed` are new texts by the place of the old ones in `texts_of`; a section whose new text is empty is removed with
    its heading. `added` are texts of new sections by title; they go where the schema has them. Raises ProblemError for a file that cannot be read.
    """
    kind = record_files.kind_of(path)
    text = frontmatter.decode(raw, path)
    body_line = record_files.parse(kind, path, text).body_line
    lines = text.split("\n")
    head, body = lines[: body_line - 1], lines[body_line - 1 :]
    places = texts_of(kind, "\n".join(body))
    changed = {number: words for number, words in changed.items() if words.strip("\n") != places[number].text}
    added = {title: words for title, words in added.items() if words.strip()}
    if not changed and not added:
        return raw
    titles = [place.title for place in places]
    pieces = [list(_piece(body, place, changed.get(number))) for number, place in enumerate(places)]
    for number, pair in enumerate(zip(places, pieces, strict=True)):
        # the heading of each section, as it is written
        before = places[number - 1].stop if number else 0
        is_removed = number > 0 and number in changed and not changed[number].strip()
        pair[1][:] = [] if is_removed else [*body[before : pair[0].start], *pair[1]]
    order = [str(section["title"]) for section in schema.load(kind).get("x-sections", ())]
    for title, words in added.items():
        at = _place(title, titles, order)
        titles.insert(at, title)
        pieces.insert(at, [f"## {title}", *_spaced(words)])
    whole = "\n".join([*head, *(line for piece in pieces for line in piece)]).rstrip("\n") + "\n"
    return encoded(raw, text, whole)


def _piece(body: Sequence[str], place: BodyText, words: str | None) -> Iterator[str]:
    old = body[place.start : place.stop]
    if words is None:
        yield from old
        # a section that is added behind the last one needs a blank line before it
        if place.stop == len(body) and old and old[-1].strip():
            yield ""
    else:
        yield from _spaced(words)


def _spaced(words: str) -> list[str]:
    return ["", *words.strip("\n").split("\n"), ""] if words.strip() else [""]


def _place(title: str, titles: Sequence[str], order: Sequence[str]) -> int:
    """Where a new section goes: before the first one that the schema has after it, else at the end."""
    later = set(order[order.index(title) + 1 :]) if title in order else set()
    return next((number for number, one in enumerate(titles) if one in later), len(titles))


def _after_heading(lines: Sequence[str], line: int) -> int:
    """The line after a heading, which has a line of hyphens below it unless it begins with a number sign."""
    if _ATX.match(lines[line]):
        return line + 1
    return next(number for number in range(line + 1, len(lines)) if _UNDERLINE.match(lines[number])) + 1
