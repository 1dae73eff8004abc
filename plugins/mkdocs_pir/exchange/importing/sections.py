"""Sections: the source's headings matched to those of a report, everything else kept where a reader looks for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt

from mkdocs_pir.exchange.importing.mapping import LEAVE_OUT, OWN_SECTION, template_sections
from mkdocs_pir.kb import frontmatter
from mkdocs_pir.kb.body import code_lines
from mkdocs_pir.kb.model import Section

RETROSPECTIVE = frozenset({"What went well", "What went wrong", "Where we got lucky"})
"""The sections that others write as H3 below their lessons learned."""

SUPPORTING = "Supporting information"

_NAMES, _ = frontmatter.load_yaml(Path(__file__).with_name("section_names.yml").read_text("utf-8"), "section_names.yml")
_KNOWN: Mapping[str, tuple[str, bool]] = {
    name: (target, kind == "same")
    for kind in ("near", "same")
    for target, names in _NAMES[kind].items()
    for name in names
}
_HEADING = re.compile(r"^( {0,3})(#{3,6})(?=\s|$)")
_NUMBER = re.compile(r"^(?:\d{1,2}[.)]|\d{1,2}(?:\.\d{1,2})+\.?|Section \d+:?)\s+")
_BRACES = re.compile(r"\s*\{[^{}]*\}\s*$")
_PARSER = MarkdownIt("commonmark")
_PARSER.core.ruler.enableOnly(["normalize", "block"])


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one section of the source went: `target` is a title of the template, the section's own, or empty."""

    source: str
    target: str
    line: int


@dataclass(frozen=True, slots=True)
class _Part:
    heading: str  # as the source wrote it, when the reader needs it
    text: str


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


def is_common(heading: str) -> bool:
    """Whether a heading is one of the names in common use, or a template's: no title of a document."""
    return Targets({}).find(heading)[0] != ""


def lifted_title(section: Section) -> tuple[str, tuple[Section, ...]]:
    """The text under a document's title, and the sections that stand below it at level 3 as ones of their own."""
    head, parts = _below(section)
    if not parts:
        return section.text, ()
    return head.strip("\n"), tuple(Section(part.title, _moved(part.text, -1), part.line) for part, _ in parts)


def _below(section: Section) -> tuple[str, list[tuple[Section, str]]]:
    """The text of a section above its first heading of level 3, and what stands below each, with all its lines."""
    lines = section.text.split("\n")
    tokens = _PARSER.parse(section.text)
    cuts = [
        (token.map[0], following.content)
        for token, following in pairwise(tokens)
        if token.type == "heading_open" and token.tag == "h3" and token.level == 0 and token.map is not None
    ]
    parts = []
    for (start, title), end in zip(cuts, [*(start for start, _ in cuts[1:]), len(lines)], strict=False):
        text = "\n".join(lines[start + 1 : end]).strip("\n")
        parts.append((Section(title, text, section.line + 1 + start), "\n".join(lines[start:end])))
    return "\n".join(lines[: cuts[0][0]] if cuts else lines), parts


def in_order(parts: Iterable[str]) -> list[str]:
    """Titles in the template's order; sections of the source's own stand before what is being changed."""
    template, titles = template_sections(), list(parts)
    own = [title for title in titles if title not in template]
    at = template.index("What we are changing")
    return [title for title in (*template[:at], *own, *template[at:]) if title in titles]


def arrange(preamble: str, sections: Sequence[Section], targets: Targets) -> tuple[list[tuple[str, str]], list[Placed]]:
    """The sections of the report, in the template's order, and where each of the source's went.

    Text before the first heading is the summary. Of several sources of one section each keeps its heading as H3.
    """
    parts: dict[str, list[_Part]] = {}
    placed: list[Placed] = []
    if preamble.strip():
        parts["Summary"] = [_Part("", preamble)]
    for section in _lifted(sections, targets):
        title = _BRACES.sub("", section.title).strip()
        target, exact = targets.find(title)
        if target == LEAVE_OUT:
            placed.append(Placed(title, "", section.line))
            continue
        if target == OWN_SECTION:
            target = title
        # an unknown heading with nothing below it was a line of text to its author
        empty = _is_empty(section.text)
        if empty and target:
            continue
        part = _Part("", title) if empty else _Part("" if exact else title, section.text)
        target = target or SUPPORTING
        parts.setdefault(target, []).append(part)
        placed.append(Placed(title, target, section.line))
    return [(title, _joined(title, parts[title])) for title in in_order(parts)], placed


def _lifted(sections: Sequence[Section], targets: Targets) -> Iterator[Section]:
    """The sections, with those of a retrospective that stand as H3 below another taken out as their own."""
    for section in sections:
        if targets.find(section.title)[0] not in (OWN_SECTION, "", "Contributing factors"):
            yield section
            continue
        head, parts = _below(section)
        taken = [part for part, _ in parts if targets.find(part.title)[0] in RETROSPECTIVE]
        if not taken:
            yield section
            continue
        rest = "\n".join([head, *(lines for part, lines in parts if part not in taken)])
        if not _is_empty(rest):
            yield Section(section.title, rest.strip("\n"), section.line)
        yield from taken


def _is_empty(text: str) -> bool:
    return not text.strip("-*+ \t\n")


def _joined(title: str, parts: Sequence[_Part]) -> str:
    out = []
    for part in parts:
        heading = part.heading
        if not heading and len(parts) > 1 and part is not parts[0] and title == SUPPORTING:
            out.append(part.text.strip("\n"))
        elif heading:
            out.append(f"### {heading}\n\n{_moved(part.text, 1).strip(chr(10))}")
        else:
            out.append(part.text.strip("\n"))
    return "\n\n".join(out)


def _moved(text: str, by: int) -> str:
    """The text with its headings some levels deeper, or higher, from 3 to 6; headings in code are left alone."""
    code = code_lines(text)

    def moved(found: re.Match[str]) -> str:
        return f"{found[1]}{'#' * min(max(len(found[2]) + by, 3), 6)}"

    lines = text.split("\n")
    return "\n".join(line if number in code else _HEADING.sub(moved, line) for number, line in enumerate(lines))
