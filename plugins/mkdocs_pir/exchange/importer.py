"""`pir import`: the documents of one source become reports, again and again, without loss and without duplicates."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mkdocs_pir.exchange import sources, transform, writing
from mkdocs_pir.exchange.actions import read_actions
from mkdocs_pir.exchange.dialect import to_site
from mkdocs_pir.exchange.inert import Place, make_inert
from mkdocs_pir.exchange.mapping import ImportMapping, read_mapping
from mkdocs_pir.exchange.reading import Reading, Wanted, read_fields, time_zone
from mkdocs_pir.exchange.sections import SUPPORTING, Targets, arrange
from mkdocs_pir.exchange.timeline import unclear_times
from mkdocs_pir.kb import body, store
from mkdocs_pir.kb.frontmatter import Positions
from mkdocs_pir.kb.graph import DATED, Ids, same_id
from mkdocs_pir.kb.knowledge import Entry
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.report import as_text, lines_of
from mkdocs_pir.kb.settings import Settings

NOTES = "x-source"

_ORDER = ("id", "title", "client", "services", "status", "severity", "priority", "incidents", "changes", "times")
_FOLDER = {"service": "services", "client": "clients"}


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do: paths in the knowledge base by outcome, and every problem at its source line.

    `kept` holds reports that a person edited and whose source is as it was; those whose source changed too are
    in `problems` as PIR707. `supporting` counts the headings that no one knew, now below the supporting information, `dropped`
    those that the mapping leaves out.
    """

    source: Path
    dry_run: bool
    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    left_out: list[sources.LeftOut] = field(default_factory=list)
    supporting: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    masked: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Draft:
    document: sources.SourceDocument
    reading: Reading
    id: str
    path: str


def run_import(source: Path, mapping_file: Path, settings: Settings, *, dry_run: bool) -> ImportReport:
    """Bring the records of `source` (a folder or a file) into the knowledge base as the mapping says.

    Raises ProblemError for a mapping that cannot be used; anything wrong with one record is in the report and
    keeps no other record out.
    """
    mapping = read_mapping(mapping_file)
    report = ImportReport(source, dry_run)
    mask = transform.Masks(mapping.mask)
    there = _existing(settings.docs_dir)
    drafts = list(_drafts(source, mapping, mask, there, report))
    for wanted in _wanted(drafts, there):
        path = f"{_FOLDER[wanted.kind]}/{wanted.id}.md"
        _write(settings.docs_dir / path, writing.record_text({"id": wanted.id, "name": wanted.name}, ()), dry_run)
        there[wanted.id] = _entry(wanted.kind, wanted.id, path)
        report.made.append(path)
    for draft in drafts:
        there.setdefault(draft.id, _entry("pir", draft.id, draft.path))
    place_ids, files = Ids(there.values()), {draft.document.path: draft.id for draft in drafts}
    for draft in drafts:
        place = Place(draft.document.path, place_ids, files)
        _settle(draft, _text(draft, mapping, mask, place, report), settings.docs_dir, report)
    report.masked = mask.count
    report.problems.sort()
    return report


def _existing(folder: Path) -> dict[str, Entry]:
    """The records that are there already, broken ones too, by id."""
    if not folder.is_dir():
        return {}
    return {entry.id: entry for entry in store.read_records(folder)[0] if entry.id}


def _entry(kind: str, id_: str, path: str) -> Entry:
    return Entry(kind, id_, path, {}, None, Positions(), "")


def _drafts(
    source: Path, mapping: ImportMapping, mask: transform.Masks, there: Mapping[str, Entry], report: ImportReport
) -> Iterator[_Draft]:
    """Each document that can become a report; what is wrong with the others goes to the report."""
    taken, report.left_out = sources.find(source, mapping)
    folder = source if source.is_dir() else source.parent
    first: dict[str, str] = {}
    for path in taken:
        try:
            document = sources.read(path, (folder / path).read_bytes())
        except ProblemError as error:
            report.problems += (
                Problem.of("PIR702", path, (p.line, p.column), p.message, p.hint) for p in error.problems
            )
            report.refused.append(path)
            continue
        except OSError as error:
            message = f"the file cannot be read: {error.strerror}"
            report.problems.append(Problem.of("PIR702", path, (0, 0), message, "check its permissions"))
            report.refused.append(path)
            continue
        reading = read_fields(document, mapping, mask, there.__contains__)
        report.problems += reading.problems
        id_ = reading.data.get("id", "")
        if reading.usable and (earlier := first.setdefault(same_id(id_), path)) != path:
            message, hint = f"its id '{id_}' is that of {earlier}", "correct the rule of 'id' in the mapping"
            report.problems.append(Problem.of("PIR703", path, (1, 1), message, hint))
        elif reading.usable:
            known = there.get(id_)
            yield _Draft(document, reading, id_, known.path if known else _path_of(id_, reading.data))
            continue
        report.refused.append(path)


def _path_of(id_: str, data: Mapping[str, Any]) -> str:
    """Where a new report lies: in the folder of the year in its id, else of its first time."""
    times = data.get("times")
    dated = DATED.match(id_)
    year = dated[1] if dated else min(times.values())[:4] if times else "undated"
    return f"pirs/{year}/{id_}.md"


def _wanted(drafts: Sequence[_Draft], there: Mapping[str, Entry]) -> list[Wanted]:
    """The services and clients to make, each once, in order."""
    found = {w.id: w for draft in reversed(drafts) for w in reversed(draft.reading.wanted) if w.id not in there}
    return sorted(found.values(), key=lambda w: (w.kind, w.id))


def _text(draft: _Draft, mapping: ImportMapping, mask: transform.Mask, place: Place, report: ImportReport) -> str:
    """The file of one report."""
    document, reading = draft.document, draft.reading

    def tell(code: str, where: tuple[int, int], message: str, hint: str) -> None:
        report.problems.append(Problem.of(code, document.path, where, message, hint))

    inert = make_inert(mask(document.body), document.body_line, place, tell)
    preamble, parts, _ = body.split(inert, document.body_line, document.path)
    if document.heading is not None and parts:
        # the heading became the title, or is said by it; its text opens the report
        preamble, parts = parts[0].text, parts[1:]
    targets = Targets(mapping.sections)
    arranged, placed = arrange(preamble, parts, targets)
    report.supporting.update(p.source for p in placed if p.target == SUPPORTING and not targets.find(p.source)[0])
    report.dropped.update(p.source for p in placed if not p.target)
    said = {(p.line, p.column) for p in reading.problems}
    unclear = unclear_times(document, targets, time_zone(document, mapping), mapping.time_formats)
    report.problems += (p for p in unclear if (p.line, p.column) not in said)
    data: dict[str, Any] = {"status": "draft", **reading.data}
    if mapping.actions is not None and (actions := list(read_actions(document, mapping.actions, mask))):
        data["actions"] = actions
    data = {key: data[key] for key in (*_ORDER, *(k for k in data if k not in _ORDER)) if key in data}
    if reading.notes:
        data[NOTES] = reading.notes
    stamp = {"from": mapping.name, "file": document.path}
    return writing.stamped(data, [(title, to_site(text)) for title, text in arranged], stamp)


def _settle(draft: _Draft, text: str, folder: Path, report: ImportReport) -> None:
    """Write one report, unless that would lose what a person wrote or break the knowledge base."""
    if errors := _errors(draft.path, text):
        for error in errors:
            message = f"the report would not be valid: {error.message}"
            report.problems.append(Problem.of("PIR703", draft.document.path, (1, 1), message, error.hint))
        report.refused.append(draft.document.path)
        return
    target = folder / draft.path
    if not target.exists():
        report.created.append(draft.path)
        _write(target, text, report.dry_run)
        return
    old = target.read_bytes().decode("utf-8", "replace")
    if writing.is_as_written(old):
        same = writing.digest(old) == writing.digest(text)
        (report.unchanged if same else report.updated).append(draft.path)
        if not same:
            _write(target, text, report.dry_run)
    elif writing.digest(old) == writing.digest(text):
        report.kept.append(draft.path)
    else:
        whose = "was edited since it came in, and its source changed" if writing.digest(old) else "came from no import"
        hint = "carry the change over by hand, or remove the file to have it written anew"
        message = f"{draft.path} {whose}; it is left as it is"
        report.problems.append(Problem.of("PIR707", draft.document.path, (1, 1), message, hint))
        report.refused.append(draft.document.path)


def _errors(path: str, text: str) -> list[Problem]:
    """What is wrong with a report by itself: the last word before it is written."""
    try:
        _, problems = store.read_record(path, text.encode())
    except ProblemError as error:
        problems = list(error.problems)
    return [p for p in problems if p.severity == "error"]


def _write(target: Path, text: str, dry_run: bool) -> None:
    """Put the file in place at once, so that an interrupted import leaves no half of it."""
    if dry_run:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".import-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def render(report: ImportReport) -> str:
    """The report as text: every problem with its line, then what came in, what did not, and what to look at."""
    folder = report.source if report.source.is_dir() else report.source.parent
    out = [as_text(report.problems, lines_of(folder)), ""] if report.problems else []
    would = "would be " if report.dry_run else ""
    outcomes = (
        (report.created, f"{would}written"),
        (report.updated, f"{would}brought up to date"),
        (report.unchanged, "as they were"),
        (report.kept, "edited by hand, left as they are"),
        (report.refused, "did not come in (see above)"),
    )
    total = sum(len(paths) for paths, _ in outcomes)
    said = ", ".join(f"{len(paths)} {words}" for paths, words in outcomes if paths)
    out.append(f"{_count(total, 'record')}: {said}" if total else "no records")
    for because, files in _by_reason(report.left_out).items():
        shown = ", ".join(files[:4]) + (f" and {len(files) - 4} more" if len(files) > 4 else "")
        out.append(f"left out, {because}: {shown}")
    if report.made:
        out.append(f"{'would make' if report.dry_run else 'made'}: {', '.join(report.made)}")
    if report.supporting:
        known = ", ".join(f"'{title}' ({n})" for title, n in report.supporting.most_common(8))
        out.append(f"headings placed under '{SUPPORTING}' (name them in 'sections' to change that): {known}")
    if report.dropped:
        known = ", ".join(f"'{title}' ({n})" for title, n in report.dropped.most_common(8))
        out.append(f"sections left out, as the mapping says: {known}")
    if report.masked:
        out.append(f"{_count(report.masked, 'address or secret', 'addresses and secrets')} taken out")
    counted = Counter(p.severity for p in report.problems)
    if counted:
        out.append(", ".join(_count(counted[s], s) for s in ("error", "warning", "hint") if counted[s]))
    return "\n".join(out)


def _by_reason(left: Sequence[sources.LeftOut]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for one in left:
        out.setdefault(one.because, []).append(one.path)
    return out


def _count(number: int, word: str, many: str = "") -> str:
    return f"{number} {word if number == 1 else many or word + 's'}"
