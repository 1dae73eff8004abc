"""Frames of our own, which need no MkDocs and no theme: theme_overrides/plain."""

from __future__ import annotations

import html
import posixpath
from collections.abc import Iterator
from functools import cache

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.site import assets
from mkdocs_pir.site.frame import Frame, mark, without_space
from mkdocs_pir.site.kept_pages import FrameForm, MadePage, Toc
from mkdocs_pir.site.security import with_policy
from mkdocs_pir.site.theme import theme_folder
from mkdocs_pir.site.urls import address_of, path_to_root
from mkdocs_pir.site.views import navigation
from mkdocs_pir.store.result_store import key

STYLE_SHEET = "assets/stylesheets/pir-plain.css"
"""The style sheet of the frame, and of what other style sheets of ours leave to a theme."""

SHOWS_CONTENTS = ("pir.html",)
"""The templates of pages that have their table of contents beside them."""


class PlainSite(Struct, frozen=True):
    """What plain frames are told of a site besides its edition."""

    site_url: str = ""
    language: str = "en"
    copyright: str = ""
    offline: bool = False


class PlainFrames:
    """Makes the pages of one edition in plain frames."""

    def __init__(self, projection: Projection, site: PlainSite) -> None:
        self._site = site
        self._frame_values = {
            name: html.unescape(value) if isinstance(value, str) else value
            for name, value in assets.page_frame(projection).items()
        }
        self._navigation = navigation(projection)
        self._frames: dict[FrameForm, Frame] = {}
        loader = FileSystemLoader(theme_folder() / "plain")
        environment = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._template = environment.get_template("page.html")

    def html(self, page: MadePage) -> str:
        """A page in its frame."""
        return self._frame(page.form).fill(
            {
                "title": html.escape(page.title),
                "description": html.escape(page.description),
                "address": html.escape(address_of(self._site.site_url, page.path)),
                "first": html.escape(page.toc[0][1]) if page.toc else "",
                "contents": "".join(_contents(page.toc)),
                "content": page.html,
            }
        )

    def digest(self, form: FrameForm) -> bytes:
        """The digest of all that the frame of a page of this form is made of."""
        return key(msgspec.msgpack.encode(self._frame(form)), self._site.site_url)

    def not_found(self) -> str:
        """The page that a server shows for an address at which there is nothing."""
        return self.html(MadePage("404.html", "", "Not found", "", "<h1>There is no such page</h1>", []))

    def _frame(self, form: FrameForm) -> Frame:
        if form not in self._frames:
            self._frames[form] = Frame.cut(self._made(form))
        return self._frames[form]

    def _made(self, form: FrameForm) -> str:
        base = path_to_root(posixpath.join(form.folder, "page.html")) or "./"
        page = self._template.render(
            base=base,
            language=self._site.language,
            copyright=Markup(self._site.copyright),
            offline=self._site.offline,
            frame=self._frame_values,
            navigation=self._navigation,
            here=next((s for s in self._navigation if form.place in [page.path for page in s.pages]), None),
            place=form.place,
            styles=(assets.BRAND, STYLE_SHEET, self._frame_values["style"]),
            scheme=Markup(_scheme_script()),
            has_contents=form.has_contents,
            shows_contents=form.template in SHOWS_CONTENTS,
            described=mark("description") if form.is_described else "",
            address=mark("address") if self._site.site_url else "",
            **{slot: mark(slot) for slot in ("title", "first", "contents", "content")},
        )
        return with_policy(without_space(page), [_scheme_script()])


@cache
def _scheme_script() -> str:
    # as the frame has it, and so as its hash in the policy is worked out
    return (theme_folder() / "plain" / "scheme.js").read_text("utf-8").partition("*/\n")[2].strip()


def _contents(toc: Toc) -> Iterator[str]:
    """A table of contents: flat, since the style sheet indents by level."""
    entries = [(level, id_, title) for level, id_, title in toc if level > 1]
    if entries:
        yield '<nav aria-label="Table of contents"><ul>'
        for level, id_, title in entries:
            yield f'<li class="plain-level-{level}"><a href="#{html.escape(id_)}">{html.escape(title)}</a></li>'
        yield "</ul></nav>"
