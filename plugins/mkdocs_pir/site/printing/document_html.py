"""Joins the sections of a document into one HTML text: heading levels, links within it, contents, running heads."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from html import escape
from html.parser import HTMLParser
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, DictLoader, FileSystemLoader
from markupsafe import Markup
from msgspec import Struct

from mkdocs_pir import __version__
from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.kb.texts.sanitise import EXTERNAL
from mkdocs_pir.site.brand import readable
from mkdocs_pir.site.charts import Chart
from mkdocs_pir.site.page_renderer import PageRenderer
from mkdocs_pir.site.printing.paper_sizes import PaperSize, scaled_to_fit
from mkdocs_pir.site.printing.pdf_writer import SCHEME
from mkdocs_pir.site.printing.printed_documents import PrintedDocument
from mkdocs_pir.site.theme import theme_folder
from mkdocs_pir.site.views.edition_context import EditionContext

LANGUAGE = "en-GB"
"""The language of the texts of the software itself."""

FONTS = "Liberation Sans, DejaVu Sans, sans-serif"
"""The fonts of texts in SVG, to which style sheets do not apply; print.css has the same for all others."""

GAP = 8.0
"""mm between two diagrams on one page. print.css has the same."""

_VIEWBOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)" width="[\d.]+" height="[\d.]+"')
_ID = re.compile(r'\sid="([^"]+)"')
_NAMES = frozenset({"id", "for", "aria-labelledby", "aria-describedby"})
_HEADING = re.compile(r"h[1-6]")
_SPACE = " \t\r\n"
_WRITTEN = frozenset({"pre", "style", "script", "title", "desc", "text"})
"""Elements whose text must not be changed."""

_AS = {"dl": "div", "dt": "p", "dd": "div"}
"""Replacements for the elements of a definition list, which tagged PDF has no structure for."""


class _ContentsEntry(Struct, frozen=True):
    """A line of the contents."""

    level: int
    anchor: str
    title: str


class _PrintedPart(Struct, frozen=True):
    """A section as it is printed."""

    anchor: str
    level: int
    html: Markup


def document_html(edition: EditionContext, document: PrintedDocument, paper: PaperSize) -> str:
    """The document as one HTML text for `pdf_writer.write_pdf`."""
    projection = edition.projection
    renderer = _PrintRenderer(edition, paper)
    rendered = [renderer.render(section.view) for section in document.sections]
    anchors = {
        section.view.path: frozenset(_ID.findall(done.html))
        for section, done in zip(document.sections, rendered, strict=True)
    }
    contents: list[_ContentsEntry] = []
    parts: list[_PrintedPart] = []
    for section, done in zip(document.sections, rendered, strict=True):
        top, prefix = _anchor(section.view.path, ""), _anchor(section.view.path)
        contents.append(_ContentsEntry(section.level, top, section.title or section.view.title))
        contents += [_ContentsEntry(section.level + level - 1, prefix + id_, title) for level, id_, title in done.toc]
        writer = _SectionWriter(section.view.path, section.level, anchors, edition.codes)
        writer.feed(done.html)
        writer.close()
        parts.append(_PrintedPart(top, section.level, Markup(writer.text)))
    logo = projection.branding.logo or projection.organisation.logo
    return renderer.page(
        document=document,
        paper=paper,
        parts=parts,
        contents=[entry for entry in contents if entry.level <= document.depth] if len(contents) > 3 else [],
        logo=f"{SCHEME}{logo}" if logo else "",
        provider=projection.organisation.name or projection.site_name,
        reader=_reader(projection),
        language=LANGUAGE,
        version=__version__,
        colours=readable(projection.branding),
        css=Markup((theme_folder() / "print" / "print.css").read_text("utf-8")),
    )


def _reader(projection: Projection) -> str:
    """For whom the edition is, in the running head."""
    if projection.edition.internal:
        return "Internal"
    client = projection.clients.get(projection.edition.client or "")
    return f"For {client.label}" if client is not None else "For the client"


def _anchor(path: str, end: str = "--") -> str:
    """The prefix of a page's anchors in a document of several pages."""
    return "s-" + re.sub(r"[^\w-]", "-", path.removesuffix(".html")) + end


class _PrintRenderer(PageRenderer):
    """Renders page views with the templates in theme_overrides/print, and else with those in fragments."""

    def __init__(self, edition: EditionContext, paper: PaperSize) -> None:
        super().__init__(edition, in_full=True)
        self._paper = paper
        self._templates.loader = _loader()
        self._templates.filters |= {"drawing": _drawing, "sheet": self._sheet}
        self._templates.globals["as_of"] = edition.as_of

    def page(self, **context: Any) -> str:
        return self._templates.get_template("document.html").render(context)

    def _sheet(self, charts: Iterable[Chart], title: str, lead: str) -> list[Markup]:
        """The diagrams of a landscape page, as large as there is room for below its title and lead."""
        diagrams = list(charts)
        sizes = [(float(m[1]), float(m[2])) if (m := _VIEWBOX.search(c.svg)) else (100.0, 100.0) for c in diagrams]
        room = self._paper.room(title, lead)
        drawings = []
        for chart, (width, height) in zip(
            diagrams, scaled_to_fit(sizes, room, GAP, 1.5 * self._paper.scale), strict=True
        ):
            size = rf'viewBox="0 0 \1 \2" width="{width:.2f}mm" height="{height:.2f}mm"'
            drawings.append(Markup(_VIEWBOX.sub(size, str(_drawing(chart)), count=1)))
        return drawings


def _loader() -> BaseLoader:
    """Find a template in print/ first, then in fragments/; components.html is that of fragments/ followed by that of print/."""
    paper, screen = theme_folder() / "print", theme_folder() / "fragments"
    components = "\n".join((folder / "components.html").read_text("utf-8") for folder in (screen, paper))
    return ChoiceLoader([DictLoader({"components.html": components}), FileSystemLoader([paper, screen])])


_CHART_LINK = re.compile(r"</?a\b[^>]*>")


def _drawing(chart: Chart | str) -> Markup:
    """The SVG of a chart. Its description is added to its title, since a screen reader reads only the title in a PDF."""
    if isinstance(chart, str):
        return Markup(chart)
    title, description = (escape(text, quote=False) for text in (chart.title, chart.description))
    # on paper nothing leads anywhere
    svg = (
        _CHART_LINK.sub("", chart.svg)
        .replace(' font-family="sans-serif"', "", 1)
        .replace("<svg ", f'<svg font-family="{FONTS}" ', 1)
    )
    return Markup(svg.replace(f">{title}</title>", f">{title}. {description}</title>", 1))


class _SectionWriter(HTMLParser):
    """Copies a page's HTML as a section of a document: anchors get a prefix, and links lead within it or become text."""

    def __init__(self, path: str, level: int, anchors: Mapping[str, frozenset[str]], ids: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=False)
        self._path = path
        self._level = level
        self._anchors = anchors
        self._known = ids
        self._out: list[str] = []
        self._link: tuple[int, str] | None = None
        self._as_written = 0

    @property
    def text(self) -> str:
        return "".join(self._out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag(tag, attrs, ">")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag(tag, attrs, "/>")

    def _tag(self, tag: str, attrs: list[tuple[str, str | None]], end: str) -> None:
        attributes = {name: value or "" for name, value in attrs}
        for name in _NAMES & attributes.keys():
            attributes[name] = " ".join(_anchor(self._path) + one for one in attributes[name].split())
        if tag == "a" and "href" in attributes:
            self._follow(attributes)
        if tag == "img" and "src" in attributes:
            attributes["src"] = SCHEME + posixpath.normpath(
                posixpath.join(posixpath.dirname(self._path), attributes["src"])
            )
            attributes.setdefault("alt", "")
        if tag in _AS:
            attributes["class"] = f"{attributes.get('class', '')} print-{tag}".strip()
        self._as_written += tag in _WRITTEN
        markup = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
        self._out.append(f"<{self._name(tag)}{markup}{end}")

    def _follow(self, attributes: dict[str, str]) -> None:
        """Keep a link into this document or to another site. Any other link becomes text, with the id that it leads to."""
        href = attributes.pop("href")
        note = ""
        if EXTERNAL.match(href):
            attributes["href"] = href
            note = href
        else:
            target, _, name = href.partition("#")
            path = posixpath.normpath(posixpath.join(posixpath.dirname(self._path), target)) if target else self._path
            if path in self._anchors:
                attributes["href"] = "#" + (_anchor(path) + name if name in self._anchors[path] else _anchor(path, ""))
            if attributes.get("class", "pir-id") == "pir-id":
                note = self._known.get(path, "")
        self._link = (len(self._out) + 1, note)

    def handle_endtag(self, tag: str) -> None:
        self._out.append(f"</{self._name(tag)}>")
        self._as_written -= tag in _WRITTEN
        if tag == "a" and self._link is not None:
            start, note = self._link
            self._link = None
            text = "".join(self._out[start:])
            if note and escape(note.partition("://")[2] or note) not in text:
                self._out.append(f' <span class="print-note">({escape(note)})</span>')

    def _name(self, tag: str) -> str:
        if _HEADING.fullmatch(tag):
            return f"h{min(6, int(tag[1]) + self._level - 1)}"
        return _AS.get(tag, tag)

    def handle_data(self, data: str) -> None:
        words = data.rstrip(_SPACE)
        if words and words != data and not self._as_written:
            # WeasyPrint 70 counts a space at the end of a text as part of its line: if the words fit and the space does not,
            # it breaks the line after the first word. It does not do so with a space in an element of its own
            data = f"{words}<span> </span>"
        self._out.append(data)

    def handle_entityref(self, name: str) -> None:
        self._out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._out.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        # the template replaces this comment with the contents of a document without a title page
        if data == "contents":
            self._out.append("<!--contents-->")
