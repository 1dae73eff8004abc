"""What an import did, or would do: every record by its outcome, every field by how it was filled, and this as text."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mkdocs_pir.exchange.importing.incoming_record import DAY, DEFAULTED, MAPPED, NOTED, NOTHING, IncomingRecord
from mkdocs_pir.exchange.importing.problem_groups import ProblemGroup
from mkdocs_pir.exchange.importing.sections import SUPPORTING
from mkdocs_pir.exchange.importing.source_files import LeftOut
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.problem_formats import LineOf, as_text

OUTCOMES: Mapping[str, str] = {
    "created": "written",
    "updated": "updated",
    "merged": "updated, with edits made by hand kept",
    "unchanged": "unchanged",
    "kept": "edited by hand, left unchanged",
    "refused": "not imported (see above)",
}
"""Each outcome of a record, with the words for it."""

SOURCE_CHANGES: Mapping[str, str] = {
    "renamed": "renamed in the source; still the same review",
    "other id": "now imported under another id; the earlier review is left unchanged",
    "downgraded": "no longer major in the source; the review and its link in the register stay",
    "left out": "now left out by the mapping; left unchanged here",
    "gone": "imported earlier and not in this source; left unchanged here",
}
"""Each way in which a source lost or renamed what came in earlier, with the words for it."""

FILLED = (MAPPED, DAY, DEFAULTED, NOTED, NOTHING)

Outcomes = dict[str, list[str]]
"""Names of reports (paths) or rows (ids) by what became of them; see OUTCOMES."""


def no_outcomes() -> Outcomes:
    return {name: [] for name in OUTCOMES}


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """What became of one record of the source, at `path` and `line`, and of each of its fields.

    `id` is that of its review, or else of its ticket, as far as it could be read. `becomes` names the review,
    the row of the register, or both; `outcome` is one of OUTCOMES. `notes` are the keys kept under x-source,
    `supporting` the headings that no one knew.
    """

    path: str
    line: int
    id: str
    becomes: str
    outcome: str
    fields: Mapping[str, str]
    notes: Sequence[str]
    supporting: Sequence[str]

    @classmethod
    def of(cls, record: IncomingRecord, becomes: str, outcome: str) -> RecordOutcome:
        """What became of a record that has been read."""
        document = record.document
        line = document.where[0] if document.record else 0
        fields = dict(record.outcome)
        id_ = str(record.data.get("id") or next(iter(record.data.get("incidents", ())), ""))
        return cls(document.path, line, id_, becomes, outcome, fields, list(record.notes), list(record.supporting))


@dataclass(frozen=True, slots=True)
class SourceChange:
    """A review, or a row of the register, that came in earlier and that the source renamed or lost.

    `change` is one of SOURCE_CHANGES; `detail` says what stands in the source today, or why nothing does.
    """

    change: str
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class RepeatedRows:
    """How many rows of the source repeat a ticket, of how many tickets, and what they became (`latest` and so on)."""

    rows: int
    records: int
    use: str


_REPEATED = {
    "first": "the first row of each counts",
    "latest": "the latest row of each counts",
    "merge": "of each, the latest value in each column counts",
}


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do (`dry_run`); `shown` names a file of the knowledge base in messages.

    `records` counts those of the source that the mapping keeps; `dropped` are the others. `repeated` says what rows
    that repeat a ticket became, `twice` counts those that stand in it twice in the same words. `fields` counts
    for each field how it was filled, `assumed` the times that took a declared zone, by zone. `notes` counts the keys
    kept under x-source, `supporting` the headings that no one knew. `fields_of` says which field a problem concerns,
    `is_whole` says that the source has all its records and not one of several files, and
    `source_changes` what came in earlier that it renamed or lost. `problem_groups` are the problems of the source in groups, `by_record` says what became of each record.
    """

    source: Path
    dry_run: bool
    shown: Callable[[Path], str] = Path.as_posix
    line_of: LineOf = lambda path, line: None
    records: int = 0
    twice: int = 0
    dropped: list[LeftOut] = field(default_factory=list)
    repeated: RepeatedRows | None = None
    reviews: Outcomes = field(default_factory=no_outcomes)
    rows: Outcomes = field(default_factory=no_outcomes)
    attached: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    fields: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    assumed: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    supporting: Counter[str] = field(default_factory=Counter)
    sections_left_out: Counter[str] = field(default_factory=Counter)
    masked: int = 0
    problems: list[Problem] = field(default_factory=list)
    fields_of: dict[Problem, str] = field(default_factory=dict)
    is_whole: bool = True
    source_changes: list[SourceChange] = field(default_factory=list)
    problem_groups: list[ProblemGroup] = field(default_factory=list)
    by_record: list[RecordOutcome] = field(default_factory=list)

    def count(self, record: IncomingRecord) -> None:
        """Count what became of the parts of one record."""
        for name, how in record.outcome.items():
            self.fields[name][how] += 1
        self.assumed.update(record.assumed)
        self.notes.update(record.notes.keys())
        self.supporting.update(record.supporting)
        self.sections_left_out.update(record.left_out)
        self.add_problems(record)

    def add_problems(self, record: IncomingRecord) -> None:
        """Take over the problems of a record, with the field that each concerns."""
        self.problems += record.problems
        self.fields_of |= record.fields_of

    def as_dict(self) -> dict[str, Any]:
        """The form of `pir import --json`."""
        out = {
            one.name: getattr(self, one.name)
            for one in dataclasses.fields(self)
            if one.name not in ("shown", "line_of", "fields_of", "problem_groups", "by_record", "is_whole")
        }
        return {
            **out,
            "source": self.source.name,
            "left_out": [dataclasses.asdict(one) for one in self.left_out],
            "dropped": [dataclasses.asdict(one) for one in self.dropped],
            "repeated": dataclasses.asdict(self.repeated) if self.repeated else None,
            "fields": {name: {how: counts[how] for how in FILLED} for name, counts in self.fields.items()},
            "problems": [p.as_dict() for p in self.problems],
            "source_changes": [dataclasses.asdict(one) for one in self.source_changes],
            "problem_groups": [dataclasses.asdict(one) for one in self.problem_groups],
            "by_record": [dataclasses.asdict(one) for one in self.by_record],
        }


SHOWN = 3
"""How many problems that differ only in their place are shown in full."""


def render(report: ImportReport) -> str:
    """The report as people read it on a terminal."""
    problems = [_problem(group, report) for group in _alike(report.problems)]
    return "\n".join([*problems, *([""] if problems else []), *summary(report), *_details(report)])


def _alike(problems: Sequence[Problem]) -> list[list[Problem]]:
    """Problems that say the same, together, in the order of the first of each."""
    groups: dict[tuple[str, str], list[Problem]] = defaultdict(list)
    for problem in problems:
        # two times are the same mistake, two words of the source are two
        groups[problem.code, re.sub(r"\d+", "0", problem.message)].append(problem)
    return list(groups.values())


def _problem(group: Sequence[Problem], report: ImportReport) -> str:
    text = as_text(group[:SHOWN], report.line_of)
    if rest := group[SHOWN:]:
        in_one_file = len({p.path for p in group}) == 1
        places = [str(p.line) if in_one_file else f"{p.path}:{p.line}" for p in rest[:8]]
        more = f" and {len(rest) - len(places)} more" if len(rest) > len(places) else ""
        where = f"on {count(len(rest), 'line')} more" if in_one_file else f"in {count(len(rest), 'place')} more"
        text += f"\n    the same {where}: {', '.join(places)}{more}"
    return text


def summary(report: ImportReport) -> Iterator[str]:
    """What became of the records, a line each for reviews, rows and repeated rows."""
    if any(report.rows.values()):
        yield f"{count(report.records, 'record')} read"
        yield f"incident register: {_outcomes(report.rows, 'row', report.dry_run)}"
        yield f"reviews: {_outcomes(report.reviews, 'draft', report.dry_run)}"
    else:
        yield _outcomes(report.reviews, "record", report.dry_run)
    if report.twice:
        yield f"{count(report.twice, 'record')} repeated word for word in the source, and imported once"
    if (repeated := report.repeated) is not None:
        rows = count(repeated.rows, "row")
        yield f"{rows} repeat {count(repeated.records, 'ticket')}: {_REPEATED[repeated.use]}"


def taken_out(report: ImportReport) -> Iterator[str]:
    """A line with how many addresses, secrets and names were taken out of texts, if any were."""
    if report.masked:
        yield f"{count(report.masked, 'address, secret or name', 'addresses, secrets and names')} taken out"


def _details(report: ImportReport) -> Iterator[str]:
    for change, words in SOURCE_CHANGES.items():
        if changed := [one for one in report.source_changes if one.change == change]:
            shown = [f"{one.name} ({one.detail})" if one.detail else one.name for one in changed]
            yield f"{len(changed):,} {words}: {_listed(shown, 4)}"
    for because, files in by_reason(report.left_out).items():
        yield f"left out, {because}: {_listed(files, 4)}"
    for because, names in by_reason(report.dropped).items():
        yield f"{count(len(names), 'record')} left out, {because}: {_listed(names, 4)}"
    if report.attached:
        yield f"attachments {'to be ' if report.dry_run else ''}copied: {_listed(report.attached, 4)}"
    if report.made:
        yield f"{'would create' if report.dry_run else 'created'}: {_listed(report.made, 20)}"
    yield from _fields(report.fields)
    for zone, number in sorted(report.assumed.items()):
        yield f"{count(number, 'time')} without an offset {'was' if number == 1 else 'were'} read as {zone} time"
    for counts, words, most in (
        (report.notes, "kept under x-source", 12),
        (report.supporting, f"headings placed under '{SUPPORTING}' (name them in 'sections' to change that)", 8),
        (report.sections_left_out, "sections left out, as the mapping says", 8),
    ):
        if counts:
            names = [f"'{name}' ({number})" for name, number in counts.most_common()]
            yield f"{words}: {_listed(names, most)}"
    yield from taken_out(report)
    counted = Counter(p.severity for p in report.problems)
    if counted:
        yield ", ".join(count(counted[s], s) for s in ("error", "warning", "hint") if counted[s])


def by_reason(left_out: Iterable[LeftOut]) -> Mapping[str, Sequence[str]]:
    """The names of what is left out by reason."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for one in left_out:
        reasons[one.because].append(one.path)
    return reasons


def _outcomes(outcomes: Outcomes, what: str, dry_run: bool) -> str:
    shown = []
    for name, words in OUTCOMES.items():
        would = "would be " if dry_run and name in ("created", "updated") else ""
        shown += [f"{len(outcomes[name])} {would}{words}"] if outcomes[name] else []
    return f"{count(sum(map(len, outcomes.values())), what)}: {', '.join(shown)}" if shown else f"no {what}s"


def _fields(fields: Mapping[str, Counter[str]]) -> Iterator[str]:
    """A line a field: how many records have it from the source, by default, as a note, not at all."""
    shown = [how for how in FILLED if any(counts[how] for counts in fields.values())]
    heads = {how: "no value" if how == NOTHING else how for how in shown}
    wide = max(map(len, (*fields, "field")))
    if fields:
        yield f"{'field':<{wide}}  " + "  ".join(f"{head:>{max(len(head), 6)}}" for head in heads.values())
    for name, counts in fields.items():
        yield f"{name:<{wide}}  " + "  ".join(
            f"{counts[how] or '–':>{max(len(head), 6)}}" for how, head in heads.items()
        )


def _listed(names: Sequence[str], most: int) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
