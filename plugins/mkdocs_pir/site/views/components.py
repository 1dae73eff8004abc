"""The parts a page view is made of: plain values, one class for each piece in theme_overrides/fragments/components.html.

A value holds facts and words, never HTML: escaping, links relative to the page and dates as people read them are
the fragments' work. Text that may hold Markdown is a `Prose`, everything else is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct

from mkdocs_pir.site.charts import Chart


@dataclass(frozen=True)
class PageView:
    """One page of the site as plain values; its HTML is a pure function of this and of the edition.

    `path` is the page's path in the site and ends in `.html`. `template` is the fragment that shows `context`.
    `description` is one sentence without markup. `tab` is the path of the entry of the navigation it belongs to.
    """

    path: str
    title: str
    template: str
    context: Mapping[str, Any]
    description: str = ""
    tab: str = ""


class Link(Struct, frozen=True):
    """A link to a page of the site. `id` is shown before the text; `hint` on hover. Without a path: only the text."""

    path: str
    text: str
    id: str = ""
    hint: str = ""


class ExternalLink(Struct, frozen=True):
    """A link that leaves the site."""

    url: str
    text: str


class Prose(Struct, frozen=True):
    """Text of a record that may hold Markdown and ids."""

    text: str


class Code(Struct, frozen=True):
    """Text as a machine wrote it: an alert line, an error."""

    text: str


class Chip(Struct, frozen=True):
    """A word with a shape. `look` names its colour and shape in pir.css: `sev-1`, `good`, `late`, `wait`, `quiet`, …"""

    text: str
    look: str = "quiet"
    hint: str = ""


class When(Struct, frozen=True):
    """A day or moment; `ago` adds how long ago that was on the day of the figures."""

    value: date | datetime
    ago: bool = False
    clock: bool = False


Value = str | int | date | datetime | timedelta | Link | ExternalLink | Prose | Code | Chip | When


class Fact(Struct, frozen=True):
    """A label with its values. A fact without values is not shown, unless `missing` says what then stands there.

    `wide` gives it the width of the page, for a sentence or more; `inline` joins its values by commas.
    """

    label: str
    values: tuple[Value, ...] = ()
    missing: str = ""
    note: str = ""
    wide: bool = False
    inline: bool = False


class Column(Struct, frozen=True):
    """A column of a table. `kind`: `title` (takes the row's link), `text`, `number`, `date`, `chips`.

    On a phone a row becomes a few lines; `phone` is the label before the value there (`-` hides the column).
    """

    label: str
    kind: str = "text"
    phone: str = ""


class Cell(Struct, frozen=True):
    """A cell: values in a row, `sub` in small letters below, `sort` what the column is sorted by (else its text)."""

    values: tuple[Value, ...] = ()
    sub: str = ""
    sort: str = ""
    hint: str = ""


class Row(Struct, frozen=True):
    """A row that leads to `path`, if it has one; `id` is its anchor, `look` marks it (`late`, `quiet`)."""

    cells: tuple[Cell, ...]
    path: str = ""
    id: str = ""
    look: str = ""


class Table(Struct, frozen=True):
    """A table. `caption` says what it lists, for people who cannot see it. `tools` adds sorting and a filter where
    scripts run; leave it off where only a part of the rows is on the page. `all` leads to the whole list."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    tools: bool = False
    all: Link | None = None


class FilterChoice(Struct, frozen=True):
    """One value of a filter: the list it leads to, and how many are in it."""

    text: str
    path: str
    count: int
    chosen: bool = False


class FilterMenu(Struct, frozen=True):
    """What a list can be narrowed by; `more` leads to the choices that did not fit."""

    label: str
    choices: tuple[FilterChoice, ...]
    chosen: str = ""
    more: Link | None = None


class Pager(Struct, frozen=True):
    """The pages of a long list. `first` and `last` number the rows shown, of `total`."""

    first: int
    last: int
    total: int
    pages: tuple[Link, ...]
    current: int
    previous: str = ""
    next: str = ""


class StepItem(Struct, frozen=True):
    """A step of the process: `state` is done, now or later; `path` leads to its page, if there is one."""

    id: str
    name: str
    state: str
    note: str = ""
    path: str = ""


class StepBar(Struct, frozen=True):
    """Where a review stands; and inside: the conditions it does not meet yet and those it meets, what to do next,
    the papers made for it, and the command that prints its report."""

    steps: tuple[StepItem, ...]
    needs: tuple[str, ...] = ()
    met: tuple[str, ...] = ()
    todo: str = ""
    tools: tuple[Link, ...] = ()
    command: str = ""


class Tile(Struct, frozen=True):
    """One figure: `value` in words ("75%"), `of` ("3 of 4 recommendations"), `target`, `change` against the previous
    window in words, `state` (good, late, quiet), `spark` as charts.spark draws it."""

    title: str
    value: str
    path: str = ""
    of: str = ""
    target: str = ""
    change: str = ""
    state: str = "quiet"
    spark: str = ""
    note: str = ""


class ActionRow(Struct, frozen=True):
    """One action item as people follow it. Empty fields are withheld or not recorded, and not shown."""

    id: str
    title: str
    state: Chip
    path: str = ""
    anchor: str = ""
    review: Link | None = None
    owner: str = ""
    due: date | None = None
    owed: str = ""
    late: bool = False
    closed: date | None = None
    done_when: str = ""
    facts: tuple[Fact, ...] = ()


class Callout(Struct, frozen=True):
    """A box that must not be missed. `look`: workaround, recurrence, declined, blocked, note.

    `points` are a list below the last of the `texts`.
    """

    look: str
    title: str
    texts: tuple[Prose, ...] = ()
    links: tuple[Link, ...] = ()
    points: tuple[str, ...] = ()


class ListEntry(Struct, frozen=True):
    """A record in a short list: its link, chips, one line on it, and facts in small letters."""

    link: Link
    chips: tuple[Chip, ...] = ()
    text: Prose | None = None
    meta: tuple[Value, ...] = ()


class BodySection(Struct, frozen=True):
    """One section of a record's body with the anchor it has on the page."""

    anchor: str
    title: str
    text: str
    inside: bool = False


class Offer(Struct, frozen=True):
    """What a page shows in forms that can be subscribed to or taken along: a few words, and a link for each form."""

    text: str
    links: tuple[Link, ...]


class Empty(Struct, frozen=True):
    """What would be here, and what makes it: a command or a link."""

    text: str
    command: str = ""
    link: Link | None = None


class ChartFigure(Struct, frozen=True):
    """A chart with its table one click away. `heading` shows its title above it."""

    chart: Chart
    heading: bool = True
