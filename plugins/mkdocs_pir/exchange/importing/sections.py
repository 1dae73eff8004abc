"""Sections: the source's headings matched to those of a report, everything else kept where a reader looks for it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mkdocs_pir.kb import frontmatter, schema

RETROSPECTIVE = frozenset({"What went well", "What went wrong", "Where we got lucky"})
"""The sections that others write as H3 below their lessons learned."""

SUPPORTING = "Supporting information"
OWN_SECTION, LEAVE_OUT = "own section", "leave out"

_NAMES, _ = frontmatter.load_yaml(Path(__file__).with_name("section_names.yml").read_text("utf-8"), "section_names.yml")
_KNOWN: Mapping[str, tuple[str, bool]] = {
    name: (target, kind == "same")
    for kind in ("near", "same")
    for target, names in _NAMES[kind].items()
    for name in names
}
_NUMBER = re.compile(r"^(?:\d{1,2}[.)]|\d{1,2}(?:\.\d{1,2})+\.?|Section \d+:?)\s+")
_BRACES = re.compile(r"\s*\{[^{}]*\}\s*$")
_HEADING = re.compile(r"^ {0,3}#{1,6}(?:\s+(?P<title>.*?))??(?:\s+#+)?\s*$")


def template_sections() -> tuple[str, ...]:
    """The titles of a review's sections, in order."""
    return tuple(section["title"] for section in schema.load("pir")["x-sections"])


def heading_words(text: str) -> str:
    """A heading on one line, without the braces at its end."""
    return _BRACES.sub("", " ".join(text.split())).strip()


def normal(heading: str) -> str:
    """A heading as it is compared: lower case, plain apostrophes, no closing punctuation or marks."""
    text = _BRACES.sub("", heading).replace("’", "'").strip().strip("*_`:?!. ")
    text = re.sub(r"^[^\w(<#]+", "", _NUMBER.sub("", text))
    return " ".join(text.split()).casefold()


class Targets:
    """Looks up where a heading goes: the mapping's word first, then the template's titles, then common names."""

    def __init__(self, sections: Mapping[str, str]) -> None:
        self._known = {**_KNOWN, **{normal(t): (t, True) for t in template_sections()}}
        self._known |= {normal(heading): (target, True) for heading, target in sections.items()}

    def find(self, heading: str) -> tuple[str, bool]:
        """The target of a heading, empty when unknown; and whether the heading says no more than the target does."""
        words = normal(heading)
        if (known := self._known.get(words)) is not None:
            return known
        # 'Timeline (times in BST)', 'Timeline - May 29': the name, and something that the reader must not lose
        head = re.split(r"\s+[-–—]\s+|\s*[:(,]", words)[0].strip()
        return self._known.get(head, ("", False))[0], False


_COMMON = Targets({})


def is_common(heading: str) -> bool:
    """Whether a heading is one of the names in common use, or a template's: no title of a document."""
    return _COMMON.find(heading)[0] != ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of a report's text, `level` being that of a heading, else 0."""

    text: str
    level: int = 0

    @property
    def title(self) -> str:
        """The words of a heading."""
        found = _HEADING.match(self.text)
        return heading_words((found and found["title"]) or "")

    def moved(self, by: int) -> Piece:
        """A heading some levels deeper, or higher, from 3 to 6."""
        level = min(max(self.level + by, 3), 6)
        return Piece(re.sub("#+", "#" * level, self.text, count=1), level) if self.level else self


@dataclass(frozen=True, slots=True)
class HeadedPieces:
    """A heading and the pieces below it; what comes before the first heading is a section without a title."""

    title: str
    pieces: Sequence[Piece]
    heading: Sequence[Piece] = ()

    @property
    def text(self) -> str:
        return "\n\n".join(piece.text for piece in self.pieces)

    def moved(self, by: int) -> HeadedPieces:
        """The section with the headings in it moved."""
        return replace(self, pieces=[piece.moved(by) for piece in self.pieces])


def cut(pieces: Iterable[Piece], levels: Collection[int]) -> Iterator[HeadedPieces]:
    """The section before the first heading of one of these levels, then the section of each such heading."""
    heading: list[Piece] = []
    below: list[Piece] = []
    for piece in pieces:
        if piece.level in levels:
            yield HeadedPieces(heading[0].title if heading else "", below, heading)
            heading, below = [piece], []
        else:
            below.append(piece)
    yield HeadedPieces(heading[0].title if heading else "", below, heading)


@dataclass(slots=True)
class Arranged:
    """The text of each section of a report, and which of the source's headings nobody knew or are left out."""

    texts: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def arrange(pieces: Iterable[Piece], targets: Targets, *, titled: bool = False) -> Arranged:
    """The sections of the report, in the template's order.

    Text before the first heading is the summary. Of several sources of one section each keeps its heading as H3.
    `titled` says that the first heading is the title of the report: its text opens the report.
    """
    opening, *sections = cut(pieces, (1, 2))
    if titled and sections:
        top, *below = cut(sections[0].pieces, (3,))
        opening = HeadedPieces("", [*opening.pieces, *top.pieces])
        sections = [*(section.moved(-1) for section in below), *sections[1:]]
    out = Arranged()
    parts: dict[str, list[str]] = {}
    if opening.text.strip():
        parts["Summary"] = [opening.text]
    for section in _with_retrospective(sections, targets):
        title, is_empty = section.title, not section.text.strip("-*+ \t\n")
        target, exact = targets.find(title)
        if target == LEAVE_OUT:
            out.left_out.append(title)
            continue
        if is_empty and target:
            continue
        if not target:
            out.unknown.append(title)
        target = {OWN_SECTION: title, "": SUPPORTING}.get(target, target)
        # an unknown heading with nothing below it was a line of text to its author
        text = title if is_empty else section.text if exact else f"### {title}\n\n{section.moved(1).text}"
        parts.setdefault(target, []).append(text)
    out.texts = {title: "\n\n".join(text.strip("\n") for text in parts[title]) for title in in_order(parts)}
    return out


def _with_retrospective(sections: Iterable[HeadedPieces], targets: Targets) -> Iterator[HeadedPieces]:
    """The sections, with those of a retrospective that stand as H3 below another taken out as their own."""
    for section in sections:
        if targets.find(section.title)[0] not in (OWN_SECTION, "", "Contributing factors"):
            yield section
            continue
        top, *below = cut(section.pieces, (3,))
        taken = [one for one in below if targets.find(one.title)[0] in RETROSPECTIVE]
        rest = [*top.pieces, *(p for one in below if one not in taken for p in (*one.heading, *one.pieces))]
        left = replace(section, pieces=rest)
        if not taken or left.text.strip("-*+ \t\n"):
            yield left
        yield from taken


def in_order(parts: Iterable[str]) -> list[str]:
    """Titles in the template's order; sections of the source's own stand before what is being changed."""
    template, titles = template_sections(), list(parts)
    own = [title for title in titles if title not in template]
    at = template.index("What we are changing")
    return [title for title in (*template[:at], *own, *template[at:]) if title in titles]
