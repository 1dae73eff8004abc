"""A mapping: how the records of one source become ours."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from mkdocs_pir.kb import schema

REQUIRED = ("id", "title", "client")
"""The fields without which no report can be written, whatever its status."""

_FILES: Mapping[str, tuple[str, ...]] = {
    "markdown": ("**/*.md", "**/*.markdown"),
    "csv": ("**/*.csv", "**/*.tsv"),
    "json": ("**/*.json", "**/*.jsonl", "**/*.ndjson"),
}


class Rule(Struct, frozen=True, rename={"or_": "or"}):
    """Where one value comes from and how it is read; each part is described in mapping.schema.json."""

    key: str = ""
    or_: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    heading: bool = False
    section: str = ""
    text: str = ""
    file: str = ""
    path: str = ""
    pattern: str = ""
    constant: str = ""
    default: str = ""
    when: Mapping[str, str] = {}
    values: Mapping[str, str] = {}
    ignore: tuple[str, ...] = ()
    split: str = ""
    slug: bool = False
    prefix: str = ""
    create: bool = False
    name: str = ""
    states: tuple[str, ...] = ()
    which: str = "first"
    day: Rule | None = None
    duration: Duration | None = None
    or_time: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.key, *self.or_) if self.key else self.or_


class Duration(Rule, frozen=True, rename={"or_": "or", "from_": "from"}):
    """Where the duration comes from that leads from one time to another; `unit` is that of a plain number."""

    from_: str = "impact_start"
    unit: str = ""


class LeaveOut(Struct, frozen=True):
    files: str
    because: str


class Condition(Struct, frozen=True):
    """A condition on records: `keep` must have a value, or `drop` none; `because` says why others are left out."""

    because: str
    keep: Rule | None = None
    drop: Rule | None = None


class Actions(Struct, frozen=True):
    section: str
    status: str = "open"


class Tried(Struct, frozen=True):
    section: str


class Timeline(Struct, frozen=True):
    """A list of the source whose entries become the rows of the timeline; without `each` it is in the text, and stays."""

    time: Rule
    what: Rule
    each: str = ""
    pattern: str = ""
    state: Rule | None = None
    evidence: Rule | None = None
    waited_for: Rule | None = None


class People(Struct, frozen=True):
    keys: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class ImportMapping(Struct, frozen=True):
    """A checked mapping. `fields` is in the order of the report's own fields."""

    name: str
    fields: Mapping[str, Rule]
    description: str = ""
    format: str = "markdown"
    files: tuple[str, ...] = ()
    leave_out: tuple[LeaveOut, ...] = ()
    encoding: str = ""
    separator: str = ""
    records: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    repeated_rows: str = ""
    repeated_by: str = ""
    timezone: str = ""
    timezone_from: Rule | None = None
    time_formats: tuple[str, ...] = ()
    time_zones: Mapping[str, str] = {}
    body: Mapping[str, Rule] = {}
    markup: str = "text"
    sections: Mapping[str, str] = {}
    timeline: Timeline | None = None
    tried: Tried | None = None
    actions: Actions | None = None
    into: str = "reviews"
    status: str = "draft"
    major: Rule | None = None
    columns: Mapping[str, Rule] = {}
    ignore: tuple[str, ...] = ()
    mask: tuple[str, ...] = ()
    people: People = People()

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns of the files that are records or hold them."""
        return self.files or _FILES[self.format]


def field_names() -> tuple[str, ...]:
    """The fields of a report that a mapping may fill, in the order of the report."""
    return tuple(schema.load("mapping")["properties"]["fields"]["propertyNames"]["enum"])
