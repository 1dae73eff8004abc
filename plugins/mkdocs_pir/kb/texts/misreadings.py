"""Misreadings: what an author would take as a heading or an internal mark, but the renderer does not.

Such a text is refused, as a part of it may have been meant to be internal. The rules look at the words that a page
would show, never at the source.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from msgspec import Struct
from rapidfuzz.distance import OSA

from mkdocs_pir.kb.texts import limits

AUDIENCES = ("internal", "client", "shared")
"""The audiences that a heading can have."""

HEADING = "PIR020"
NEAR_HEADING = "PIR021"
RAW_HTML = "PIR022"
HIDDEN = "PIR023"
DEFINITION = "PIR024"
LIMIT = "PIR025"
TIME = "PIR026"
MARK = "PIR019"
OPEN = "PIR018"


class Misreading(Struct, frozen=True):
    """A part of a text that is refused. `words` are words of its line in the source, by which the line is found."""

    code: str
    words: str
    message: str
    hint: str


_BRACES = re.compile(r"\{[^{}\n]*\}")
_BOX = re.compile(r"^(?::::*|!!!|\?\?\?\+?)\s*(?P<word>[^\W\d_]+)")
_STROKES = re.compile(r"^(?P<strokes>/{2,})\s*(?P<word>[^\W\d_]*)")
_UNDERLINE = re.compile(r"-{2,}|={2,}")
_AUDIENCE = re.compile(r"audience|internal", re.I)


def in_line(line: str) -> Iterator[Misreading]:
    """The misreadings of one line that a page shows outside code."""
    # a line may also begin with > that is shown as text
    words = "".join(c for c in unicodedata.normalize("NFKC", line) if unicodedata.category(c) != "Cf").strip("> \t\n")
    if words.startswith("##"):
        title = words.lstrip("#").strip()
        yield Misreading(
            NEAR_HEADING,
            title or line.strip(),
            f"the line '{_short(words)}' looks like a heading but is not one",
            "begin the line with '## ' and put nothing before it, or write it as `code`",
        )
    if (match := _STROKES.match(words)) and (len(match["strokes"]) > 2 or is_nearly(match["word"], "internal")):
        yield Misreading(
            MARK,
            line.strip(),
            f"'{_short(words)}' is shown as text, so it does not make a block internal",
            "write '/// internal' and '///' on lines of their own around the block, with empty lines before and after",
        )
    if _UNDERLINE.fullmatch(words):
        message = f"the line '{_short(words)}' looks like the underline of a heading, but is shown as text"
        yield Misreading(
            NEAR_HEADING, line.strip(), message, "write a heading as '### ', and a horizontal rule as '* * *'"
        )
    if "<!--" in words:
        message = "the comment is not closed in its section, so it would be visible"
        yield Misreading(OPEN, "<!--", message, "end it with --> before the next heading")
    if (match := _BOX.match(words)) and is_nearly(match["word"], "internal"):
        yield Misreading(MARK, line.strip(), f"'{_short(words)}' does not make a block internal", _BLOCK)
    if words.startswith("{:") or any(_AUDIENCE.search(match[0]) for match in _BRACES.finditer(words)):
        yield Misreading(
            MARK,
            line.strip(),
            f"'{_short(words)}' is shown as text, as its braces have no effect",
            "write { audience=internal } at the end of a heading; put braces that are meant as text in `backticks`",
        )


_BLOCK = "write '/// internal' before it and '///' after it"


def of_box(kinds: list[str], sign: str) -> Iterator[Misreading]:
    """The misreadings of a box of these kinds that begins with `sign`: one called `internal` is shown to clients."""
    for kind in kinds:
        if is_nearly(kind, "internal") or is_nearly(kind, "audience"):
            words = f"{sign} {kind}"
            yield Misreading(MARK, words, f"a box '{words}' does not make its text internal", _BLOCK)


_LOOKS = frozenset({".", "id", "title", "width", "height", "start", "type", "align", "rel", "target", "lang", "dir", "loading"})  # fmt: skip


def of_attributes(attributes: Sequence[tuple[str, str | None]], element: str, written: str) -> Iterator[Misreading]:
    """The misreadings of the attributes in braces that a text gives to an element."""
    is_heading = element in ("h2", "h3", "h4", "h5", "h6")
    names = [name for name, _ in attributes]
    for name, value in attributes:
        if name == "audience" and is_heading:
            if names.count(name) > 1:
                yield Misreading(MARK, written, "the heading has two audiences", "keep the narrower one")
            elif value not in AUDIENCES:
                hint = f"write one of {', '.join(f'audience={one}' for one in AUDIENCES)}"
                yield Misreading(MARK, written, f"there is no audience '{value or ''}'", hint)
        elif name not in _LOOKS or (is_heading and name not in (".", "id")) or _AUDIENCE.search(value or ""):
            if is_nearly(name, "audience") and not is_heading:
                message = "only a heading can have an audience"
                hint = "write it on the line of the heading, or put '/// internal' and '///' around the text"
            else:
                message = f"'{_short(name)}' in braces has no effect"
                hint = "write { audience=internal } at the end of a heading; put braces that are meant as text in `backticks`"
            yield Misreading(MARK, written, message, hint)


def of_title(title: str) -> Iterator[Misreading]:
    """The misreading of a heading with braces at its end that would be shown."""
    if title.endswith("}") and "{" in title:
        message = f"the braces at the end of the heading '{_short(title)}' have no effect"
        hint = "write { audience=internal }; put braces that are meant as text in `backticks`"
        yield Misreading(MARK, title, message, hint)


def of_fence(info: str) -> Iterator[Misreading]:
    """The misreading of the words after the opening of a code fence."""
    if _AUDIENCE.search(info):
        yield Misreading(MARK, info, f"'{_short(info.strip())}' does not make a code fence internal", _BLOCK)


def takes_too_long(text: str, seconds: float) -> Misreading:
    """The misreading of a text that was not rendered in time; its words are those of the densest paragraph."""
    densest = max(text.split("\n\n"), key=lambda paragraph: len(paragraph) * limits.syntax_characters(paragraph))
    message = f"the text is not rendered after {seconds:g} seconds"
    hint = "put empty lines between its parts, or keep the data as an attachment; if the machine was busy, try again"
    return Misreading(TIME, densest.strip().split("\n")[0][:80], message, hint)


def is_nearly(word: str, meant: str) -> bool:
    """Whether a word equals another one, with at most two typing errors."""
    return OSA.distance(word.casefold(), meant) <= 2


def _short(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:59]}…"
