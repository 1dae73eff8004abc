"""The report of an import as text: every problem once, then what came in, how its fields were filled, what to look at."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from mkdocs_pir.exchange.importing.outcome import FILLED, OUTCOMES, ImportReport, Outcomes
from mkdocs_pir.exchange.importing.sections import SUPPORTING
from mkdocs_pir.exchange.importing.selecting import LeftOut
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.report import as_text

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
