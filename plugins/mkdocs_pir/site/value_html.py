"""Values of page views within a line, as HTML: links, chips, days and times, code, texts of records.

A page has a hundred of them. A macro of the templates would take several times as long for each.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from mkdocs_pir.site import value_formats
from mkdocs_pir.site.attribute_quotes import quoted
from mkdocs_pir.site.views.components import Chip, Code, Command, ExternalLink, Link, Prose, When

SHARED = 4096
"""The number of chips, and of days, whose HTML is kept: a site has the same ones on thousands of pages."""

_OUT = '<i class="pir-icon pir-icon--out"></i>'


class ValueHtml:
    """Writes the values of one edition's pages.

    Args:
        as_of: Gives the day from which other days are seen. It is asked only where a page shows that, since a page that
            has read it is made again on another day.
        url: The link from the page to a path in the site.
        inline: The HTML of a text of a record.
        attribute: The value of an attribute as it stands in a tag.
    """

    def __init__(
        self,
        as_of: Callable[[], date],
        url: Callable[[str], str],
        inline: Callable[[str], Markup],
        attribute: Callable[[str], str] = quoted,
    ) -> None:
        self._as_of = as_of
        self._url = url
        self._attribute = attribute
        self._day = lru_cache(SHARED)(self._moment)
        self._since_day = lru_cache(SHARED)(self._since)
        # made once, for the hundred values of a page
        self._code = f"<span class={attribute('pir-code')}>"
        self._forms: dict[type, Callable[[Any], str]] = {
            Link: self._link,
            ExternalLink: self._external_link,
            Prose: lambda prose: inline(prose.text),
            Code: lambda code: Markup(f"<code>{escape(code.text)}</code>"),
            Command: lambda one: Markup(f"<span title={attribute(one.command)}>{escape(one.text)}</span>"),
            Chip: lru_cache(SHARED)(self._chip),
            When: lambda when: self.when(when.value, when.ago, when.clock),
            datetime: lambda moment: self.when(moment, clock=True),
            date: self.when,
            timedelta: value_formats.span,
        }

    def shown(self, value: Any) -> Any:
        """A value as its type is shown; a text or number as it is, for the template to escape. Raises TypeError for others."""
        form = self._forms.get(type(value))
        if form is not None:
            return form(value)
        if not isinstance(value, (str, int, float)):
            raise TypeError(f"a page shows no {type(value).__name__}")
        return value

    def when(self, value: date, ago: bool = False, clock: bool = False) -> Markup:
        """A day, or a moment with `clock`; a script (pir-times.js) shows the exact one on hover."""
        # equal moments can be written in two time zones, so they are not shared
        shared = not isinstance(value, datetime)
        html = self._day(value) if shared else self._moment(value, clock)
        if not ago:
            return html
        return html + (self._since_day if shared else self._since)(value, self._as_of())

    def _moment(self, value: date, clock: bool = False) -> Markup:
        text = value_formats.clock(value) if clock and isinstance(value, datetime) else value_formats.day(value)
        return Markup(f"<time datetime={self._attribute(value.isoformat())}>{text}</time>")

    def _since(self, value: date, as_of: date) -> Markup:
        return Markup(f", <small>{value_formats.ago(value, as_of)}</small>")

    def _link(self, link: Link) -> Markup:
        """A link to a page of the site, with the id of the record first."""
        text: str = escape(link.text)
        if link.id:
            text = f"{self._code}{escape(link.id)}</span> {text}"
        if not link.path:
            return Markup(text)
        hint = f" title={self._attribute(link.hint)}" if link.hint else ""
        return Markup(f"<a href={self._attribute(self._url(link.path))}{hint}>{text}</a>")

    def _external_link(self, link: ExternalLink) -> Markup:
        return Markup(f'<a href={self._attribute(link.url)} rel="noopener">{escape(link.text)}{_OUT}</a>')

    def _chip(self, chip: Chip) -> Markup:
        """A word with an icon, which the style sheet draws; the colour tells nothing that the icon does not tell."""
        hint = f" title={self._attribute(chip.hint)}" if chip.hint else ""
        return Markup(f'<span class="pir-chip pir-chip--{chip.look}"{hint}>{escape(chip.text)}</span>')
