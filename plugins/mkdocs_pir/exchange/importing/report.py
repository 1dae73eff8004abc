"""What an import did, or would do: every record by its outcome, every field by how it was filled, and this as text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mkdocs_pir.exchange.importing.fields import Reading
from mkdocs_pir.exchange.importing.sections import SUPPORTING
from mkdocs_pir.exchange.importing.source_files import LeftOut
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.problem_formats import LineOf, as_text

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


SHOWN = 3
"""How often the same thing about one file is said in full."""


def render(report: ImportReport) -> str:
    """The report as people read it on a terminal."""
    said = [_problem(group, report) for group in _alike(report.problems)]
    return "\n".join([*said, *([""] if said else []), *_summary(report)])


def _alike(problems: Sequence[Problem]) -> list[list[Problem]]:
    """Problems of one file that say the same, together, in the order of the first of each."""
    groups: dict[tuple[str, str, str], list[Problem]] = defaultdict(list)
    for problem in problems:
        # two times are the same mistake, two words of the source are two
        groups[problem.path, problem.code, re.sub(r"\d+", "0", problem.message)].append(problem)
    return list(groups.values())


def _problem(group: Sequence[Problem], report: ImportReport) -> str:
    text = as_text(group[:SHOWN], report.line_of)
    if len(group) > SHOWN:
        lines = ", ".join(str(p.line) for p in group[SHOWN : SHOWN + 8])
        more = f" and {len(group) - SHOWN - 8} more" if len(group) > SHOWN + 8 else ""
        text += f"\n    the same on {_count(len(group) - SHOWN, 'line')} more: {lines}{more}"
    return text


def _summary(report: ImportReport) -> Iterator[str]:
    if report.rows.total:
        yield f"{_count(report.read, 'record')} read"
        yield f"incident register: {_outcomes(report.rows, 'row', report.dry_run)}"
        yield f"reviews: {_outcomes(report.reviews, 'draft', report.dry_run)}"
    else:
        yield _outcomes(report.reviews, "record", report.dry_run)
    if report.twice:
        yield f"{_count(report.twice, 'record')} stood in the source twice in the same words, and came in once"
    for because, files in _by_reason(report.left_out).items():
        shown = ", ".join(files[:4]) + (f" and {len(files) - 4} more" if len(files) > 4 else "")
        yield f"left out, {because}: {shown}"
    if report.made:
        shown = ", ".join(report.made[:20]) + (f" and {len(report.made) - 20} more" if len(report.made) > 20 else "")
        yield f"{'would make' if report.dry_run else 'made'}: {shown}"
    yield from _fields(report.fields)
    for zone, number in sorted(report.assumed.items()):
        yield f"{_count(number, 'time')} without an offset {'was' if number == 1 else 'were'} read as {zone} time"
    if report.notes:
        yield f"kept under x-source: {_counted(report.notes, 12)}"
    if report.supporting:
        yield (
            f"headings placed under '{SUPPORTING}' (name them in 'sections' to change that): "
            f"{_counted(report.supporting, 8)}"
        )
    if report.dropped:
        yield f"sections left out, as the mapping says: {_counted(report.dropped, 8)}"
    if report.masked:
        yield f"{_count(report.masked, 'address, secret or name', 'addresses, secrets and names')} taken out"
    counted = Counter(p.severity for p in report.problems)
    if counted:
        yield ", ".join(_count(counted[s], s) for s in ("error", "warning", "hint") if counted[s])


def _outcomes(outcomes: Outcomes, what: str, dry_run: bool) -> str:
    said = []
    for name, words in OUTCOMES:
        if number := len(getattr(outcomes, name)):
            would = "would be " if dry_run and name in ("created", "updated") else ""
            said.append(f"{number} {would}{words}")
    return f"{_count(outcomes.total, what)}: {', '.join(said)}" if said else f"no {what}s"


def _fields(fields: Mapping[str, Counter[str]]) -> Iterator[str]:
    """A line a field: how many records have it from the source, by default, as a note, not at all."""
    if not fields:
        return
    shown = [how for how in FILLED if any(counts[how] for counts in fields.values())]
    wide = max(len(name) for name in (*fields, "field"))
    yield f"{'field':<{wide}}  " + "  ".join(f"{how:>{max(len(how), 6)}}" for how in shown)
    for name, counts in fields.items():
        yield f"{name:<{wide}}  " + "  ".join(f"{counts[how] or '–':>{max(len(how), 6)}}" for how in shown)


def _counted(counts: Counter[str], limit: int) -> str:
    known = ", ".join(f"'{name}' ({number})" for name, number in counts.most_common(limit))
    return known + (f" and {len(counts) - limit} more" if len(counts) > limit else "")


def _by_reason(left: Sequence[LeftOut]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for one in left:
        out.setdefault(one.because, []).append(one.path)
    return out


def _count(number: int, word: str, many: str = "") -> str:
    return f"{number} {word if number == 1 else many or word + 's'}"
