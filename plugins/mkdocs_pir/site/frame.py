"""The page of the theme around our content: made once for all pages that differ only in what fills it.

A thousand reviews have a handful of such frames. Filling one is joining strings, so it takes no time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from mkdocs_pir.site.attribute_quotes import BARE

SLOTS = ("title", "description", "address", "first", "contents", "content")
"""What fills a frame: title and description of the page, its address on the site, the id of its first heading, its
table of contents and its content."""

_MARK = re.compile(r"pir-slot-([a-z]+)-slot")
BLOCKS = (
    "html|head|body|meta|link|title|header|footer|main|nav|aside|article|section|div|form|p|h[1-6]|ul|ol|li|dl"
    "|table|caption|thead|tbody|tr|th|td|figure|figcaption|details|summary|noscript"
)
"""Elements at whose tags no space is shown in our pages: they begin a line, are parts of a table, or are not shown."""

_KEPT = r"(<(pre|script|style|textarea)\b.*?</\2>)"
"""An element in which space counts."""

_LAYOUT = re.compile(rf"{_KEPT}|[ \t]*\n\s*", re.DOTALL | re.IGNORECASE)
_SPACE = re.compile(
    rf"""{_KEPT}|\s*(</?(?:{BLOCKS})\b(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>)\s*|[ \t]*\n\s*""", re.DOTALL | re.IGNORECASE
)

_TAG = re.compile(rf"""{_KEPT}|<[a-z](?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""", re.DOTALL | re.IGNORECASE)
_QUOTED = re.compile(rf' (?!content=|title=)([\w-]+)="(?![^"]*pir-slot)({BARE})"(?=[\s>])', re.ASCII)
"""An attribute whose value needs no quotes. Those that a page fills in are none of them."""


SCRIPTED_PARTS = (
    "<input class=md-toggle data-md-toggle=search type=checkbox id=__search autocomplete=off>",
    "<div data-md-component=announce></div>",
    '<div class=md-dialog data-md-component=dialog><div class="md-dialog__inner md-typeset"></div></div>',
)
"""Parts of Material's pages that only its script uses, which `partials/pir-start.html` adds."""


def without_layout(html: str, content: str = "") -> str:
    """A page of any theme without the indents and empty lines of its templates; its content stays as it is."""
    around = html.split(content) if content else [html]
    return content.join(_LAYOUT.sub(lambda space: space[1] or "\n", part) for part in around)


def without_space(html: str, content: str = "") -> str:
    """A page in a frame of ours without what its templates repeat for nothing; its content stays as it is.

    That is space that nobody sees, quotes that attributes do not need, and parts that scripts add.
    """
    around = html.split(content) if content else [html]
    return content.join(map(_compact, around))


def _compact(html: str) -> str:
    html = _SPACE.sub(lambda space: space[1] or space[3] or "\n", html)
    html = _TAG.sub(lambda tag: tag[1] or _QUOTED.sub(r" \1=\2", tag[0]), html)
    for part in SCRIPTED_PARTS:
        html = html.replace(part, "", 1)
    return html


def mark(slot: str) -> str:
    """What stands in a frame where a slot is: letters that a theme passes on as they are."""
    return f"pir-slot-{slot}-slot"


class Frame(Struct, frozen=True):
    """A page of the theme, cut where something of each page stands: what comes first, then (slot, what follows)."""

    begin: str
    rest: tuple[tuple[str, str], ...]

    @classmethod
    def cut(cls, html: str) -> Frame:
        """The frame that a page with marks makes. Raises ValueError where a slot is unknown or the content is missing."""
        begin, *pieces = _MARK.split(html)
        rest = tuple(zip(pieces[::2], pieces[1::2], strict=True))
        slots = [slot for slot, _ in rest]
        if (
            slots.count("content") != 1
            or not set(slots) <= set(SLOTS)
            or "pir-slot" in "".join([begin, *pieces[1::2]]).lower()
        ):
            raise ValueError(f"the theme's page has the slots {', '.join(slots) or 'none'}")
        return cls(begin, rest)

    def fill(self, values: Mapping[str, str]) -> str:
        """The page with these values, already escaped, in its slots."""
        return "".join([self.begin, *(piece for slot, after in self.rest for piece in (values[slot], after))])
