"""The components of a page view: plain values, each with a macro in theme_overrides/fragments/components.html.

They contain no HTML: the templates escape texts, make links relative to the page and format dates. A text with
Markdown is a `Prose`; every other text is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct, structs

from mkdocs_pir.site.charts import Chart


@dataclass(frozen=True)
class PageView:
    """One page of the site as plain values. Its HTML depends only on this and on the edition.

    `path` is relative to the root of the site and ends in `.html`. `template` is the template that renders `context`.
    `description` is one sentence without markup. `files` are those that the page needs beside it, by their paths; the
    context names them by their content.
    """

    path: str
    title: str
    template: str
    context: Mapping[str, Any]
    description: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)


class Link(Struct, frozen=True):
    """A link to a page of the site, or only its text without a path. `id` is shown before the text, `hint` on hover."""

    path: str
    text: str
    id: str = ""
    hint: str = ""


class ExternalLink(Struct, frozen=True):
    """A link to another site."""

    url: str
    text: str


class Prose(Struct, frozen=True):
    """A text of a record, which may contain Markdown and ids."""

    text: str


class Code(Struct, frozen=True):
    """A text from a machine: an alert, an error."""

    text: str


class Command(Struct, frozen=True):
    """What a command of `pir` does, in words; the command itself is shown on hover."""

    text: str
    command: str


class Chip(Struct, frozen=True):
    """A label with a colour and an icon. `look` is the end of its class in pir.css, such as `sev-1`, `good` or `late`."""

    text: str
    look: str = "quiet"
    hint: str = ""


class When(Struct, frozen=True):
    """A date, or a time with `clock`; `ago` adds how long ago it was on the day of the figures."""

    value: date | datetime
    ago: bool = False
    clock: bool = False


Value = str | int | date | datetime | timedelta | Link | ExternalLink | Prose | Code | Command | Chip | When


class Fact(Struct, frozen=True):
    """A label with its values. A fact without values is not shown, unless `missing` has a text to show instead.

    `wide` gives it the full width of the page, for sentences; `inline` separates its values by commas.
    """

    label: str
    values: tuple[Value, ...] = ()
    missing: str = ""
    note: str = ""
    wide: bool = False
    inline: bool = False


class Column(Struct, frozen=True):
    """A column of a table. `kind` is `title` (with the link of the row), `text`, `number`, `date` or `chips`.

    On a phone a row becomes a few lines; `phone` is the label before the value there, and `-` hides the column. An
    `optional` column is shown when somebody chooses it. `total` is told of a narrowed list: the "sum" of its numbers, or the
    "median" of its seconds; the sort keys are these numbers.
    """

    label: str
    kind: str = "text"
    phone: str = ""
    optional: bool = False
    total: str = ""


class Cell(Struct, frozen=True):
    """A cell of a table: its values, `sub` in small letters below, `sort` the key for sorting (by default its text), and
    `id` that of what it names, for downloads."""

    values: tuple[Value, ...] = ()
    sub: str = ""
    sort: str = ""
    hint: str = ""
    id: str = ""


class Row(Struct, frozen=True):
    """A row of a table with a link to `path`, if any; `id` is its anchor, `look` its class (`late`, `quiet`)."""

    cells: tuple[Cell, ...]
    path: str = ""
    id: str = ""
    look: str = ""


class Table(Struct, frozen=True):
    """A table. `caption` is for screen readers. With `tools` a script adds sorting and a text filter, for tables with all
    rows on the page. `all` is a link to the complete list."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    tools: bool = False
    all: Link | None = None

    def filled(self) -> Table:
        """This table without the columns that no row fills."""
        kept = [
            at
            for at, column in enumerate(self.columns)
            if column.kind == "title" or any(row.cells[at].values or row.cells[at].sub for row in self.rows)
        ]
        if len(kept) == len(self.columns) or not self.rows:
            return self
        rows = tuple(structs.replace(row, cells=tuple(row.cells[at] for at in kept)) for row in self.rows)
        return structs.replace(self, columns=tuple(self.columns[at] for at in kept), rows=rows)


class Pager(Struct, frozen=True):
    """Links among the pages of a long list. `first` and `last` are the numbers of the rows shown, of `total`."""

    first: int
    last: int
    total: int
    pages: tuple[Link, ...]
    current: int
    previous: str = ""
    next: str = ""


class StepItem(Struct, frozen=True):
    """A step of the process in a `StepBar`: `state` is done, now or later; `path` is that of its page, if any."""

    id: str
    name: str
    state: str
    note: str = ""
    path: str = ""


class Instruction(Struct, frozen=True):
    """What somebody has to do; `hint` names the field or the status of the record, on hover."""

    text: str
    hint: str = ""


class StepBar(Struct, frozen=True):
    """The steps of a review and what there is of it beside its page.

    Only the internal edition has what must be done before the next step (`needs`, with `by`, the day), the conditions
    that are met, what the client sees of the review, its papers, and the command that prints its report.
    """

    steps: tuple[StepItem, ...]
    needs: tuple[Instruction, ...] = ()
    by: str = ""
    met: tuple[str, ...] = ()
    client: str = ""
    client_page: Link | ExternalLink | None = None
    tools: tuple[Link, ...] = ()
    command: str = ""


class Tile(Struct, frozen=True):
    """One figure: `value` ("75%"), the `period` that it covers, `of` ("3 of 4 recommendations"), `target`, `change`
    against the previous window, `state` (good, late, quiet), `spark` an SVG of `charts.spark`."""

    title: str
    value: str
    path: str = ""
    of: str = ""
    target: str = ""
    change: str = ""
    state: str = "quiet"
    spark: str = ""
    note: str = ""
    period: str = ""


class ActionRow(Struct, frozen=True):
    """One action item in a table. An empty field is withheld or not recorded, and is not shown."""

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


class ChipLine(Struct, frozen=True):
    """A text that begins with a chip."""

    chip: Chip
    text: Prose


class Callout(Struct, frozen=True):
    """A box for what a reader must not miss. `look` is workaround, tried, recurrence, declined, blocked,
    late or note. `points` is a list below the last of the `texts`, `lines` stand below both. The text of a workaround has
    a button that copies it.
    """

    look: str
    title: str
    texts: tuple[Prose, ...] = ()
    links: tuple[Link, ...] = ()
    points: tuple[str, ...] = ()
    lines: tuple[ChipLine, ...] = ()


class ListEntry(Struct, frozen=True):
    """A record in a short list: its link, chips, one line of text, and facts in small letters.

    `todo` is what to do next about it, in a verb, `more` how many things follow it, and `whose` who does it.
    """

    link: Link
    chips: tuple[Chip, ...] = ()
    text: Prose | None = None
    meta: tuple[Value, ...] = ()
    todo: str = ""
    more: int = 0
    whose: str = ""


class BodySection(Struct, frozen=True):
    """One section of a record's body with its anchor on the page."""

    anchor: str
    title: str
    text: str
    inside: bool = False


class Offer(Struct, frozen=True):
    """The content of a page as feeds and downloads: a label, and a link for each format."""

    text: str
    links: tuple[Link, ...]


class Empty(Struct, frozen=True):
    """The text in place of an empty list, with a command or a link that helps to fill it."""

    text: str
    command: str = ""
    link: Link | None = None


class ChartFigure(Struct, frozen=True):
    """A chart with a table of its figures that opens. `heading` shows its title above it."""

    chart: Chart
    heading: bool = True


class TimelineEntry(Struct, frozen=True):
    """A row of a timeline. `later` is the time since the row before, if it is long; `waits` the position of the cell that
    says who was waited for, or -1, and `lasted` how long. `day` is its day, where that is another than the row before."""

    cells: tuple[Prose, ...]
    later: str = ""
    waits: int = -1
    lasted: str = ""
    day: str = ""


class TimelinePhase(Struct, frozen=True):
    """The rows of a phase. `number` is that of its bar in the drawing and `look` that of its colour, 0 without one."""

    name: str
    entries: tuple[TimelineEntry, ...]
    number: int = 0
    look: int = 0
    lasted: str = ""


class Timeline(Struct, frozen=True):
    """What happened: the drawing to scale, the rows by phase below their heads, and what else the text says.

    `inside` says that only the internal edition has it.
    """

    figure: ChartFigure | None
    heads: tuple[Prose, ...]
    phases: tuple[TimelinePhase, ...]
    text: str
    inside: bool = False


class ChainLink(Struct, frozen=True):
    """An incident of a chain: its day, how long after the one before (`gap`), how that is known, and whether the page is
    about it (`here`)."""

    link: Link
    on: date | None = None
    gap: str = ""
    how: str = ""
    chips: tuple[Chip, ...] = ()
    here: bool = False


class Chain(Struct, frozen=True):
    """Incidents that repeat one another, the oldest first, and what was agreed and did not prevent this one."""

    title: str
    links: tuple[ChainLink, ...]
    agreed: tuple[str, ...] = ()
