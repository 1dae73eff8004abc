"""Marks of what is internal that would be taken for something else: a slip there must not show what was to be hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz.distance import OSA

from mkdocs_pir.kb.body import without_samples
from mkdocs_pir.kb.problem import Problem

_HEADING = re.compile(r"^[ \t>]*(?:[-*+][ \t]+)?#{1,6}(?!#)")
_LIST = re.compile(r"\{:?[ \t]*+([^{}\n]*)\}")
_KEY = re.compile(r"(?<![\w.#-])([A-Za-z_-]+)[ \t]*=")
_AUDIENCE = re.compile(r"(?<![\w-])audience[ \t]*=[ \t]*[\"']?([^\s\"'}]*)", re.I)
_BLOCK = re.compile(r"^[\s>]*(?:(?:[-*+]|\d{1,9}[.)])[\s>]+)*(/{2,})[ \t]*([^\s|:{/]+)[ \t]*(?:[|:{].*)?$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
AUDIENCES = ("internal", "client", "shared")


def check_markings(body: str, first_line: int, path: str) -> Iterator[Problem]:
    """Audiences that are not on a heading, or misspelt there, and misspelt `/// internal` blocks (PIR019)."""
    if "{" not in body and "//" not in body:
        return
    bare = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), without_samples(body))
    lines = bare.split("\n")
    for number, line in enumerate(lines):
        heading = _HEADING.match(line) or (number + 1 < len(lines) and _UNDERLINE.match(lines[number + 1]))
        for column, message, hint in (*_lists(line, heading=bool(heading)), *_blocks(line)):
            yield Problem.of("PIR019", path, (first_line + number, column + 1), message, hint)


def _lists(line: str, *, heading: bool) -> Iterator[tuple[int, str, str]]:
    for found in _LIST.finditer(line):
        said = _AUDIENCE.search(found[1])
        if said and not heading:
            yield (
                found.start(),
                "only a heading has an audience of its own",
                "write it on the line of the heading, or put '/// internal' and '///' around the text",
            )
        elif said and said[1] not in AUDIENCES:
            yield found.start(), f"there is no audience '{said[1]}'", f"it is one of {', '.join(AUDIENCES)}"
        elif heading and not said:
            wrong = next((key for key in _KEY.findall(found[1]) if _nearly(key, "audience")), None)
            if wrong is not None:
                yield found.start(), f"'{wrong}' is no attribute of a heading", "did you mean 'audience'?"
            elif re.search(r"(?<![\w-])internal(?![\w-])", found[1], re.I):
                yield found.start(), "this does not keep a section inside", "write { audience=internal }"


def _blocks(line: str) -> Iterator[tuple[int, str, str]]:
    found = _BLOCK.match(line)
    if found is None:
        return
    name = found[2].lower()
    if (name == "internal" and len(found[1]) == 2) or (name != "internal" and _nearly(name, "internal")):
        yield (
            found.start(1),
            f"'{found[0].strip()}' does not keep a block inside",
            "write '/// internal', and '///' below",
        )


def _nearly(word: str, meant: str) -> bool:
    return OSA.distance(word.lower(), meant) <= 2
