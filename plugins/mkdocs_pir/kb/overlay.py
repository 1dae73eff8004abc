"""The overlay: where actions stand by registers/actions.csv or an export of the tracker, laid over the reviews.

A row fills in what the review leaves out and carries the status on. Where review and row both say something and
disagree, the review's word stands, since that is what was agreed, and the cell is reported. A row that would make no
sound action is reported and changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import msgspec

from mkdocs_pir.kb import reading, record_files
from mkdocs_pir.kb.knowledge import RecordFile, Row
from mkdocs_pir.kb.model import Action, Progress
from mkdocs_pir.kb.problem import Problem, did_you_mean
from mkdocs_pir.kb.settings import ActionOptions, Settings
from mkdocs_pir.kb.statuses import OPEN

REGISTER = "action"
_FIELDS = ("completed", "verified", "owner", "due", "tracker", "cancel_reason")
_DATES = ("completed", "verified", "due")


def read_export(settings: Settings, entries: Sequence[RecordFile]) -> tuple[list[Row], list[Problem]]:
    """The rows about actions of ours in the tracker's export that the configuration names, as register rows."""
    options = settings.actions
    if options is None:
        return [], []
    file = settings.root / options.file
    try:
        raw = reading.read_named(file, record_files.MAX_REGISTER + 1)
    except OSError as error:
        there = file.exists() or file.is_symlink()
        message = (
            f"'{options.file}' cannot be read: {error.strerror}" if there else f"there is no file '{options.file}'"
        )
        hint = "'actions: file' is relative to mkdocs.yml"
        return [], [Problem.of("PIR602", settings.config_file.name, (0, 0), message, hint)]
    foreign = _Export(options, _Actions(entries))
    rows, problems = record_files.read_register(REGISTER, options.file, raw, foreign)
    problems = [p for p in problems if p.code != "PIR501"]  # those name our columns, not the export's
    problems += foreign.missing(options.file)
    return rows, [_explained(problem, rows) for problem in problems]


def _explained(problem: Problem, rows: Sequence[Row]) -> Problem:
    row = next((r for r in rows if r.line == problem.line), None)
    if problem.code != "PIR502" or row is None or problem.column != row.columns.get("status"):
        return problem
    return replace(problem, hint=f"{problem.hint}; say which it is under 'actions: statuses' in mkdocs.yml")


class _Export:
    """Reads the export's columns, statuses and dates as ours, and passes over tickets that are no action of ours."""

    def __init__(self, options: ActionOptions, known: _Actions) -> None:
        self._options = options
        self._known = known
        self._ours = {theirs.strip(): ours for ours, theirs in options.columns.items()}
        self._statuses = {theirs.casefold(): ours for theirs, ours in options.statuses.items()}
        self._seen: list[str] = []

    def column(self, name: str) -> str:
        self._seen.append(name)
        return self._ours.get(name, "")

    def cells(self, data: dict[str, Any]) -> dict[str, Any] | None:
        if not self._known.concerns(data.get("id") or ""):
            return None
        status = data.get("status")
        if status:
            data["status"] = self._statuses.get(status.casefold(), status.casefold().replace(" ", "-"))
        for name in _DATES:
            if text := data.get(name):
                data[name] = self._day(text)
        return data

    def _day(self, text: str) -> str:
        """The day as we write it; a moment is the day it falls on in UTC. What cannot be read stays as it is."""
        try:
            form = self._options.dates
            moment = datetime.strptime(text, form) if form else datetime.fromisoformat(text)
        except ValueError:
            return text
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date().isoformat()

    def missing(self, path: str) -> Iterator[Problem]:
        for theirs, ours in self._ours.items():
            if theirs not in self._seen:
                hint = did_you_mean(theirs, self._seen) or f"the columns are {', '.join(filter(None, self._seen))}"
                yield Problem.of("PIR501", path, (1, 1), f"the column '{theirs}' ({ours}) is missing", hint)


def apply(
    entries: Sequence[RecordFile], rows: Iterable[Row]
) -> tuple[list[RecordFile], dict[str, frozenset[str]], list[Problem]]:
    """The entries with their actions as the rows say they stand.

    Returns also the fields that came from a row, by the full id of the action, and what was wrong with rows.
    """
    rows = [row for row in rows if row.register == REGISTER and isinstance(row.value, Progress)]
    if not rows:
        return list(entries), {}, []
    known = _Actions(entries)
    problems: list[Problem] = []
    said: dict[str, Row] = {}
    overlaid: dict[str, frozenset[str]] = {}
    changed: dict[int, dict[int, dict[str, Any]]] = defaultdict(dict)
    for row in rows:
        found = known.meant(str(row.data["id"]))
        if not found:
            problems.append(known.unknown(row))
        for id_ in found:
            earlier = said.setdefault(id_, row)
            if earlier is not row:
                if earlier.data["id"] != row.data["id"]:  # the same id twice is told of any register
                    problems.append(_twice(row, earlier, id_))
                continue
            place, number = known.places[id_]
            entry = entries[place]
            if entry.record is None:
                continue
            action, conflicts = _laid(entry, number, id_, row)
            problems += conflicts
            if action is not None:
                fields = {k for k, v in action.items() if entry.data["actions"][number].get(k) != v}
                if fields:
                    overlaid[id_] = frozenset(fields)
                    changed[place][number] = action
    return [_with(e, changed[n]) if n in changed else e for n, e in enumerate(entries)], overlaid, problems


class _Actions:
    """Where each action is: by its full id, and by its address in the tracker or the last part of that."""

    def __init__(self, entries: Sequence[RecordFile]) -> None:
        self.places: dict[str, tuple[int, int]] = {}
        self._tickets: dict[str, list[str]] = defaultdict(list)
        self._reviews = {e.id for e in entries if e.kind == "pir"}
        for place, entry in enumerate(entries):
            actions = entry.data.get("actions") if entry.kind == "pir" else None
            for number, action in enumerate(actions if isinstance(actions, list) else ()):
                if isinstance(action, dict) and isinstance(action.get("id"), str):
                    id_ = f"{entry.id}-{action['id']}"
                    self.places.setdefault(id_, (place, number))
                    tracker = action.get("tracker")
                    if isinstance(tracker, str):
                        for ticket in {tracker, tracker.rstrip("/").rpartition("/")[2]}:
                            self._tickets[ticket.casefold()].append(id_)

    def meant(self, id_: str) -> Sequence[str]:
        return [id_] if id_ in self.places else self._tickets.get(id_.casefold(), ())

    def concerns(self, id_: str) -> bool:
        """Whether an id is that of an action, or begins with that of a review and so was meant for one."""
        parts = id_.split("-")
        return bool(self.meant(id_)) or any("-".join(parts[:n]) in self._reviews for n in range(1, len(parts)))

    def unknown(self, row: Row) -> Problem:
        id_ = str(row.data["id"])
        hint = did_you_mean(id_, self.places) or "write the review's id and the action's, such as PIR-2026-0012-A1"
        return Problem.of("PIR503", row.path, row.at("id"), f"there is no action '{id_}'", hint)


def _twice(row: Row, earlier: Row, id_: str) -> Problem:
    message = f"'{row.data['id']}' and '{earlier.data['id']}' on line {earlier.line} are both {id_}"
    return Problem.of("PIR504", row.path, row.at("id"), message, "keep one of the rows")


def _laid(entry: RecordFile, number: int, id_: str, row: Row) -> tuple[dict[str, Any] | None, list[Problem]]:
    """An action with a row laid over it, or None when the row cannot be used; and what was wrong."""
    own: Mapping[str, Any] = entry.data["actions"][number]
    status, new = str(own.get("status")), str(row.data["status"])
    if _goes_back(status, new):
        return None, [_conflict(entry, number, id_, row, "status", status, new)]
    action = dict(own)
    if status in OPEN or new == "verified":
        action["status"] = new
    problems = []
    for name in _FIELDS:
        value = row.data.get(name)
        if value is None:
            continue
        if name not in own:
            action[name] = value
        elif _plain(own[name]) != _plain(value):
            problems.append(_conflict(entry, number, id_, row, name, str(own[name]), str(value)))
    unsound = list(_unsound(action, id_, row))
    return (None if unsound else action), problems + unsound


def _plain(value: object) -> str:
    return " ".join(str(value).split()).casefold()


def _goes_back(own: str, new: str) -> bool:
    if own in OPEN:
        return False
    if own == "cancelled":
        return new != "cancelled"
    return new in OPEN or new == "cancelled"


def _conflict(entry: RecordFile, number: int, id_: str, row: Row, name: str, own: str, new: str) -> Problem:
    line = entry.at("actions", number, name)[0]
    return Problem.of(
        "PIR508",
        row.path,
        row.at(name),
        f"{id_} has the {name.replace('_', ' ')} '{new}' here and '{own}' in its review",
        f"the review's word stands; if this one is right, change line {line} of {entry.path}",
    )


def _unsound(action: Mapping[str, Any], id_: str, row: Row) -> Iterator[Problem]:
    status = action["status"]
    if status in ("done", "verified") and not action.get("completed"):
        message = f"{id_} is {status} but has no 'completed' date"
        yield Problem.of("PIR302", row.path, row.at("status"), message, "give the day it was finished in the row")
    if status == "cancelled" and not action.get("cancel_reason"):
        message = f"{id_} is cancelled without a reason"
        yield Problem.of("PIR309", row.path, row.at("status"), message, "give it in a column 'cancel_reason'")
    days = [(n, date.fromisoformat(action[n])) for n in ("created", "completed", "verified") if action.get(n)]
    for (earlier, a), (later, b) in pairwise(days):
        if b < a:
            name = later if later in row.data else earlier
            message = f"{id_}: '{later}' ({b}) lies before '{earlier}' ({a})"
            yield Problem.of("PIR303", row.path, row.at(name), message, "check both dates")


def _with(entry: RecordFile, changed: Mapping[int, dict[str, Any]]) -> RecordFile:
    actions = [changed.get(n, action) for n, action in enumerate(entry.data["actions"])]
    assert entry.record is not None
    record = msgspec.structs.replace(entry.record, actions=msgspec.convert(actions, tuple[Action, ...]))
    return replace(entry, data={**entry.data, "actions": actions}, record=record)
