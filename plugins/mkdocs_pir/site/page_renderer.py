"""Renders page views as HTML with the templates in theme_overrides/fragments. Values are escaped automatically."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from msgspec import Struct

from mkdocs_pir.insight.quantities import count
from mkdocs_pir.site import value_formats
from mkdocs_pir.site.attribute_quotes import bare, quoted, without_quotes
from mkdocs_pir.site.charts import Chart
from mkdocs_pir.site.charts.canvas import SITE
from mkdocs_pir.site.frame import BLOCKS
from mkdocs_pir.site.template_cache import TEMPLATE_CACHE
from mkdocs_pir.site.text_renderer import TextPlace, TextRenderer
from mkdocs_pir.site.theme import theme_folder
from mkdocs_pir.site.urls import path_to_root, relative
from mkdocs_pir.site.value_html import ValueHtml
from mkdocs_pir.site.views.components import Chip, PageView
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.store import stages

_INDENT = re.compile(r"\n[ \t]+")
_AT_BLOCKS = re.compile(rf"\s*(</?(?:{BLOCKS})\b[^<>]*>)\s*")
"""A tag of a block with the space beside it, or such a tag up to a `>` of the code in it, where space does not count."""
_IMPLIED = re.compile(r"</(?:li|dt|dd|td|th|thead|tbody)>")
"""End tags that HTML implies where the next row, cell or entry begins, or what holds them ends. `</tr>` stays, since the
space behind it would else be in an empty cell."""

_CHART_LINK = re.compile(rf'href=(?:"{SITE}([^"]*)"|{SITE}([^\s>]*))')


class _Fragments(FileSystemLoader):
    """Loads fragments without what would be in each page for nothing: space that nobody sees, end tags that are implied,
    and quotes that attributes do not need.

    No fragment has text in which space counts. With `in_full` all end tags and quotes stay.
    """

    def __init__(self, folders: Sequence[Path], *, in_full: bool) -> None:
        super().__init__(folders)
        self._in_full = in_full

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, file, is_current = super().get_source(environment, template)
        source = _AT_BLOCKS.sub(r"\1", _INDENT.sub("\n", source))
        return source if self._in_full else without_quotes(_IMPLIED.sub("", source)), file, is_current


class RenderedPage(Struct, frozen=True):
    """The HTML of a page's content, from its h1 on, and the headings below it as (level, id, title)."""

    html: str
    toc: list[tuple[int, str, str]]


class PageRenderer:
    """Renders the views of one edition; its templates are compiled once. Not thread-safe.

    `templates` is a folder with more of them. With `in_full` pages have every end tag and all quotes, for programs that do
    not know which ones HTML can do without.
    """

    def __init__(self, edition: EditionContext, templates: Path | None = None, *, in_full: bool = False) -> None:
        self._texts = TextRenderer(edition.targets, internal=edition.internal)
        self._place = TextPlace("")
        self._toc: list[tuple[int, str, str]] = []
        self._in_full = in_full
        self._attribute = quoted if in_full else bare
        self._values = ValueHtml(lambda: edition.as_of, self._relative, self._inline, self._attribute)
        self._templates = Environment(
            loader=_Fragments([theme_folder() / "fragments", *([templates] if templates else [])], in_full=in_full),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=TEMPLATE_CACHE,
        )
        self._templates.filters |= {
            "attribute": self._attribute,
            "block": self._block,
            "inline": self._inline,
            "url": self._url,
            "day": value_formats.day,
            "clock": value_formats.clock,
            "ago": lambda value: value_formats.ago(value, edition.as_of),
            "span": value_formats.span,
            "shown": self._values.shown,
            "when": self._values.when,
            "drawing": self._drawing,
        }
        self._templates.globals |= {
            "heading_of": self._heading,
            "count": count,
            "sentence": value_formats.sentence,
            "several": value_formats.several,
            "INSIDE": Chip("Internal", "inside", "A client's edition leaves this section out"),
        }

    @stages.FRAGMENTS
    def render(self, view: PageView) -> RenderedPage:
        """The content of one page, which depends on nothing but the view and the edition."""
        self._place = TextPlace(view.path, anchors=frozenset(view.context.get("anchors", ())))
        self._toc = []
        html = self._templates.get_template(view.template).render(
            view.context, page=view, base=path_to_root(view.path) or "./"
        )
        if edit := view.context.get("edit"):
            html += self._templates.get_template("edit.html").render(address=edit)
        return RenderedPage(html, self._toc)

    @stages.TEXTS
    def _block(self, text: str, prefix: str = "") -> Markup:
        place = TextPlace(self._place.path, f"in-{prefix}-" if prefix else "in-", self._place.anchors)
        return self._texts.block(text, place)

    @stages.TEXTS
    def _inline(self, text: str) -> Markup:
        return self._texts.inline(text, TextPlace(self._place.path, "in-", self._place.anchors))

    # with its context, as Jinja works out a filter of a constant once for all pages
    @pass_context
    def _url(self, _: Context, path: str) -> str:
        return self._relative(path)

    def _relative(self, path: str) -> str:
        return relative(self._place.path, path)

    def _drawing(self, chart: Chart | str) -> Markup:
        """The SVG of a chart or diagram, which is escaped already; the filter must not be used for anything else."""
        svg = chart if isinstance(chart, str) else chart.svg if self._in_full else chart.html

        def leading(link: re.Match[str]) -> str:
            # it is escaped already
            return f"href={self._attribute(Markup(relative(self._place.path, link[1] or link[2])))}"

        return Markup(_CHART_LINK.sub(leading, svg))

    def _heading(self, level: int, id: str, title: str) -> str:
        """Add a heading to the page's table of contents; returns an empty text for the template."""
        self._toc.append((level, id, title))
        return ""
