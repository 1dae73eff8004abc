"""Paper sizes with their margins and the space for diagrams. All lengths in mm."""

from __future__ import annotations

import math
from collections.abc import Mapping

from msgspec import Struct

from mkdocs_pir.site.charts.scales import text_width

EM = 9.5 * 25.4 / 72
"""The font size at scale 1: 9.5 pt. document.html has the same."""

TITLE, LEAD = 1.7, 1.15
"""The font sizes of a title and its lead on a landscape page, in em. print.css has the same."""

PX = 25.4 / 96
"""mm of a CSS px."""


class PaperSize(Struct, frozen=True):
    """A paper size in portrait. `scale` enlarges letters and margins, so that lines are not too long on large paper."""

    name: str
    width: float
    height: float
    scale: float = 1.0

    @property
    def upright(self) -> tuple[float, float, float]:
        """Margins of a portrait page: top, left and right, bottom."""
        return 25 * self.scale, 18 * self.scale, 19 * self.scale

    @property
    def side(self) -> tuple[float, float, float]:
        """Margins of a landscape page: top, left and right, bottom."""
        return 21 * self.scale, 12 * self.scale, 15 * self.scale

    def room(self, title: str, lead: str) -> tuple[float, float]:
        """Width and height for the diagrams of a landscape page, below its title and its lead."""
        above, beside, below = self.side
        wide = self.height - 2 * beside
        em = EM * self.scale
        head = 3 * em + 6 * self.scale
        for text, size, line in ((title, TITLE, 1.25), (lead, LEAD, 1.42)):
            lines = math.ceil(text_width(text, size * em) / wide) if text else 0
            head += lines * size * line * em
        return wide, self.width - above - below - head


_SIZES = (
    # ISO 216; ANSI/ASME Y14.1
    PaperSize("A3", 297, 420, 1.25),
    PaperSize("11x17", 279.4, 431.8, 1.25),
    PaperSize("Legal", 215.9, 355.6),
    PaperSize("A4", 210, 297),
    PaperSize("Letter", 215.9, 279.4),
)
PAPER_SIZES: Mapping[str, PaperSize] = {paper.name: paper for paper in _SIZES}
"""Every size by name, the largest first."""


def scaled_to_fit(
    sizes: list[tuple[float, float]], room: tuple[float, float], gap: float, most: float
) -> list[tuple[float, float]]:
    """The sizes in mm of diagrams that are one below the other.

    All have the same scale, so that their letters have the same size.

    Args:
        sizes: The natural (width, height) of each, in px.
        room: The (width, height) they must fit into, in mm.
        gap: The space between two, in mm.
        most: The largest scale, as a multiple of the natural size.
    """
    wide, high = room
    widest = max((width for width, _ in sizes), default=0) * PX
    height = sum(height for _, height in sizes) * PX
    if not widest or not height:
        return list(sizes)
    scale = min(wide / widest, (high - gap * (len(sizes) - 1)) / height, most)
    return [(width * PX * scale, height * PX * scale) for width, height in sizes]
