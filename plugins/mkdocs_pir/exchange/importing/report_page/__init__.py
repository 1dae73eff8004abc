"""The report of an import as one page of HTML that needs nothing else, to be worked through in a browser."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from mkdocs_pir.exchange.importing.incoming_record import DEFAULTED, MAPPED, NOTHING
from mkdocs_pir.exchange.importing.problem_groups import ProblemGroup
from mkdocs_pir.exchange.importing.report import (
    FILLED,
    OUTCOMES,
    SOURCE_CHANGES,
    ImportReport,
    RecordOutcome,
    by_reason,
    summary,
    taken_out,
)
from mkdocs_pir.exchange.importing.sections import SUPPORTING
from mkdocs_pir.insight.quantities import count

MOST_PLACES, MOST_VALUES = 60, 200
"""How many places of a value, and values of a group of problems, the page lists; the JSON has all of them."""

_FOLDER = Path(__file__).parent
_HEADS = {
    **{how: how.capitalize() for how in FILLED},
    MAPPED: "From the source",
    DEFAULTED: "By default",
    NOTHING: "No value",
}


class FieldProblems(NamedTuple):
    """The problems of one kind in one field; `field` is empty where they concern none."""

    field: str
    groups: Sequence[ProblemGroup]


class KindOfProblem(NamedTuple):
    """All problems with one code."""

    code: str
    kind: str
    severity: str
    total: int
    fields: Sequence[FieldProblems]


class RecordGroup(NamedTuple):
    """Records of which the same became, field by field: the fields by how they were filled."""

    outcome: str
    filled: Sequence[tuple[str, Sequence[str]]]
    records: Sequence[RecordOutcome]


def render_page(report: ImportReport) -> str:
    """The page. Whatever comes from the source is shown as text, and no script or style but the page's own can run."""
    templates = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["count"] = count
    style, script = ((_FOLDER / name).read_text("utf-8") for name in ("report.css", "report.js"))
    return templates.get_template("report.html").render(_values(report), style=Markup(style), script=Markup(script), style_hash=_hash(style), script_hash=_hash(script))  # fmt: skip


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _values(report: ImportReport) -> Mapping[str, Any]:
    kept = (
        ("Kept under x-source, as no rule reads them", report.notes),
        (f"Headings placed under “{SUPPORTING}”; name them in 'sections' to change that", report.supporting),
        ("Sections left out, as the mapping says", report.sections_left_out),
        ("Times without an offset, by the time zone that they were read in", report.assumed),
    )
    left_out = {
        **{because: (names, "record") for because, names in by_reason(report.dropped).items()},
        **{because: (names, "file") for because, names in by_reason(report.left_out).items()},
    }
    written = (
        ("Records created, as the source refers to them", report.made),
        ("Attachments to be copied" if report.dry_run else "Attachments copied", report.attached),
    )
    return {
        "report": report,
        "name": report.source.resolve().name,
        "summary": [line.replace(" (see above)", "") for line in (*summary(report), *taken_out(report))],
        "kinds": _kinds(report.problem_groups),
        "fields": report.fields,
        "heads": {how: _HEADS[how] for how in FILLED if any(counts[how] for counts in report.fields.values())},
        "groups": _record_groups(report.by_record),
        "labels": _HEADS,
        "outcomes": OUTCOMES,
        "kept": [(title, counts.most_common()) for title, counts in kept if counts],
        "left_out": left_out,
        "written": [(title, names) for title, names in written if names],
        "changes": [
            (words, changed)
            for change, words in SOURCE_CHANGES.items()
            if (changed := [one for one in report.source_changes if one.change == change])
        ],
        "most_places": MOST_PLACES,
        "most_values": MOST_VALUES,
    }


def _kinds(found: Iterable[ProblemGroup]) -> list[KindOfProblem]:
    out = []
    for code, of_code in groupby(found, key=lambda one: one.code):
        group = list(of_code)
        fields = [FieldProblems(field, list(items)) for field, items in groupby(group, key=lambda one: one.field)]
        out.append(KindOfProblem(code, group[0].kind, group[0].severity, sum(one.count for one in group), fields))
    return out


def _record_groups(records: Iterable[RecordOutcome]) -> list[RecordGroup]:
    """The records by what became of them, those with the same fields together, the largest group first."""
    groups: dict[tuple[str, tuple[tuple[str, str], ...]], list[RecordOutcome]] = {}
    for record in records:
        groups.setdefault((record.outcome, tuple(record.fields.items())), []).append(record)
    order = list(OUTCOMES)
    ranked = sorted(groups.items(), key=lambda item: (item[0][0] != "refused", order.index(item[0][0]), -len(item[1])))
    return [
        RecordGroup(
            outcome,
            [(how, names) for how in FILLED if (names := [name for name, filled in fields if filled == how])],
            group,
        )
        for (outcome, fields), group in ranked
    ]
