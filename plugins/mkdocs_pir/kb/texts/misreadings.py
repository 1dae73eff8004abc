"""What a reader would take for a heading, or for a mark of what is internal, and the renderer does not.

A text that shows such a line is refused: nobody can say whether it was meant to be cut. These rules look at the words
that a page would show, never at the source.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from msgspec import Struct
from rapidfuzz.distance import OSA

from mkdocs_pir.kb.texts import limits

AUDIENCES = ("internal", "client", "shared")
"""What a heading may say of its audience."""

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
    """Something that is refused. `words` are what its line of the source holds, to find it by."""

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
    """What of one line that a page shows, outside code, could be misread."""
    # signs of a quotation, too, that are shown
    words = "".join(c for c in unicodedata.normalize("NFKC", line) if unicodedata.category(c) != "Cf").strip("> \t\n")
    if words.startswith("##"):
        title = words.lstrip("#").strip()
        yield Misreading(
            NEAR_HEADING,
            title or line.strip(),
            f"the line '{_short(words)}' looks like a heading and is none",
            "begin the line with '## ', with nothing before it; or write it as `code`",
        )
    if (found := _STROKES.match(words)) and (len(found["strokes"]) > 2 or nearly(found["word"], "internal")):
        yield Misreading(
            MARK,
            line.strip(),
            f"'{_short(words)}' is shown as text: it does not keep a block inside",
            "write '/// internal', and '///' below, each on a line of its own with an empty line around the block",
        )
    if _UNDERLINE.fullmatch(words):
        message = f"the line '{_short(words)}' looks like the underline of a heading, and is shown"
        yield Misreading(NEAR_HEADING, line.strip(), message, "begin a heading with '### '; for a rule write '* * *'")
    if "<!--" in words:
        message = "the comment is not closed in its section, so it is shown"
        yield Misreading(OPEN, "<!--", message, "end it with --> before the next heading")
    if (found := _BOX.match(words)) and nearly(found["word"], "internal"):
        yield Misreading(MARK, line.strip(), f"'{_short(words)}' does not keep a block inside", _BLOCK)
    if words.startswith("{:") or any(_AUDIENCE.search(found[0]) for found in _BRACES.finditer(words)):
        yield Misreading(
            MARK,
            line.strip(),
            f"'{_short(words)}' is shown as text: its braces mark nothing",
            "write { audience=internal } at the end of a heading; put braces that are shown in `backticks`",
        )


_BLOCK = "write '/// internal', and '///' below"


def of_box(kinds: list[str], sign: str) -> Iterator[Misreading]:
    """What is wrong with a box of these kinds, begun with `sign`: one called `internal` is shown all the same."""
    for kind in kinds:
        if nearly(kind, "internal") or nearly(kind, "audience"):
            written = f"{sign} {kind}"
            yield Misreading(MARK, written, f"a box '{written}' does not keep its text inside", _BLOCK)


_LOOKS = frozenset({".", "id", "title", "width", "height", "start", "type", "align", "rel", "target", "lang", "dir", "loading"})  # fmt: skip


def of_attributes(attributes: Sequence[tuple[str, str | None]], element: str, written: str) -> Iterator[Misreading]:
    """What is wrong with the attributes that a text gives an element in braces."""
    is_heading = element in ("h2", "h3", "h4", "h5", "h6")
    names = [name for name, _ in attributes]
    for name, value in attributes:
        if name == "audience" and is_heading:
            if names.count(name) > 1:
                yield Misreading(MARK, written, "a heading has one audience", "keep the narrower one")
            elif value not in AUDIENCES:
                hint = f"write one of {', '.join(f'audience={one}' for one in AUDIENCES)}"
                yield Misreading(MARK, written, f"there is no audience '{value or ''}'", hint)
        elif name not in _LOOKS or (is_heading and name not in (".", "id")) or _AUDIENCE.search(value or ""):
            if nearly(name, "audience") and not is_heading:
                message = "only a heading has an audience of its own"
                hint = "write it on the line of the heading, or put '/// internal' and '///' around the text"
            else:
                message = f"'{_short(name)}' in braces marks nothing"
                hint = "a heading takes { audience=internal }; put braces that are shown in `backticks`"
            yield Misreading(MARK, written, message, hint)


def of_title(title: str) -> Iterator[Misreading]:
    """What is wrong with a heading at whose end braces are shown."""
    if title.endswith("}") and "{" in title:
        message = f"the braces at the end of the heading '{_short(title)}' mark nothing"
        hint = "write { audience=internal }; put braces that are shown in `backticks`"
        yield Misreading(MARK, title, message, hint)


def of_fence(info: str) -> Iterator[Misreading]:
    """What is wrong with what stands behind the marks of a fence."""
    if _AUDIENCE.search(info):
        yield Misreading(MARK, info, f"'{_short(info.strip())}' does not keep a fence inside", _BLOCK)


def takes_too_long(text: str, seconds: float) -> Misreading:
    """The refusal of a text that was not rendered in time; it is named by its densest paragraph."""
    densest = max(text.split("\n\n"), key=lambda paragraph: len(paragraph) * limits.signs(paragraph))
    message = f"the text is not rendered after {seconds:g} seconds"
    hint = "put an empty line between its parts, or keep data as an attachment; try again where the machine was busy"
    return Misreading(TIME, densest.strip().split("\n")[0][:80], message, hint)


def nearly(word: str, meant: str) -> bool:
    """Whether a word is another one, or that one with a slip or two in it."""
    return OSA.distance(word.casefold(), meant) <= 2


def _short(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:59]}…"
