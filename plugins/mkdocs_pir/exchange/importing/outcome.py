"""What an import did, or would do: every record by its outcome, every field by how it was filled, every problem."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mkdocs_pir.exchange.importing.reading import Reading
from mkdocs_pir.exchange.importing.selecting import LeftOut
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.report import LineOf

OUTCOMES: tuple[tuple[str, str], ...] = (
    ("created", "written"),
    ("updated", "brought up to date"),
    ("merged", "edited by hand and brought up to date beside that"),
    ("unchanged", "as they were"),
    ("kept", "edited by hand, left as they are"),
    ("refused", "did not come in (see above)"),
)
"""Each outcome of a record, with the words for it."""

FILLED = ("mapped", "defaulted", "kept as a note", "nothing")
"""Each way in which a field was filled, or not."""


@dataclass(slots=True)
class Outcomes:
    """Names of reports (paths) or rows (ids) by what became of them; see OUTCOMES."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(len(getattr(self, name)) for name, _ in OUTCOMES)


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do (`dry_run`); `shown` names a file of the knowledge base in messages.

    `read` counts the records of the source, `twice` those that stand in it twice in the same words. `fields` counts
    for each field how it was filled, `assumed` the times that took a declared zone, by zone. `notes` counts the keys
    kept under x-source; `supporting` the headings that no one knew, `dropped` the sections that the mapping leaves out.
    """

    source: Path
    dry_run: bool
    shown: Callable[[Path], str] = Path.as_posix
    line_of: LineOf = lambda path, line: None
    read: int = 0
    twice: int = 0
    reviews: Outcomes = field(default_factory=Outcomes)
    rows: Outcomes = field(default_factory=Outcomes)
    made: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    fields: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    assumed: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    supporting: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    masked: int = 0
    problems: list[Problem] = field(default_factory=list)

    def count(self, reading: Reading) -> None:
        """Count how the fields of one record were filled."""
        for name, how in reading.outcome.items():
            self.fields[name][how] += 1
        self.assumed.update(reading.assumed)

    def as_dict(self) -> dict[str, Any]:
        """The form of `pir import --json`."""
        return {
            "source": self.source.name,
            "dry_run": self.dry_run,
            "records": self.read,
            "twice": self.twice,
            "reviews": {name: getattr(self.reviews, name) for name, _ in OUTCOMES},
            "rows": {name: getattr(self.rows, name) for name, _ in OUTCOMES},
            "made": self.made,
            "left_out": [{"path": one.path, "because": one.because} for one in self.left_out],
            "fields": {name: {how: counts[how] for how in FILLED} for name, counts in self.fields.items()},
            "assumed": dict(self.assumed),
            "notes": dict(self.notes),
            "supporting": dict(self.supporting),
            "sections_left_out": dict(self.dropped),
            "masked": self.masked,
            "problems": [p.as_dict() for p in self.problems],
        }
