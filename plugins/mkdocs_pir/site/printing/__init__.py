"""Documents for paper: an edition's handbook, maps, reports and review packs, bound from page views and set as PDF."""

from __future__ import annotations

from mkdocs_pir.site.printing.binding import bind
from mkdocs_pir.site.printing.documents import Document, NothingToPrint, handbook, maps, pack, report
from mkdocs_pir.site.printing.paper import PAPERS, Paper
from mkdocs_pir.site.printing.press import NoPress, press, set_as_pdf

__all__ = [
    "PAPERS",
    "Document",
    "NoPress",
    "NothingToPrint",
    "Paper",
    "bind",
    "handbook",
    "maps",
    "pack",
    "press",
    "report",
    "set_as_pdf",
]
