"""Merging the action register (registers/actions.csv) or an export of the tracker into the actions of reviews.

A row adds fields that the review does not have, and moves the status forward. If the row and the review have different
values for a field, the value of the review counts, since it was agreed, and the cell is reported. A row that would make
an action invalid is reported and changes nothing.
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
from mkdocs_pir.kb.knowledge import RecordFile, RegisterRow
from mkdocs_pir.kb.model import Action, Progress
from mkdocs_pir.kb.problem import Problem, did_you_mean
from mkdocs_pir.kb.settings import ActionOptions, Settings
from mkdocs_pir.kb.statuses import OPEN

REGISTER = "action"
_FIELDS = ("completed", "verified", "owner", "due", "tracker", "cancel_reason", "note")
_DATES = ("completed", "verified", "due")


def read_export(settings: Settings, files: Sequence[RecordFile]) -> tuple[list[RegisterRow], list[Problem]]:
    """The rows for actions of our reviews in the export of the tracker that the option `actions` names."""
    options = settings.actions
    if options is None:
        return [], []
    file = settings.root / options.file
    try:
        raw = reading.read_named(file, record_files.MAX_REGISTER + 1)
    except OSError as error:
        exists = file.exists() or file.is_symlink()
        message = (
            f"'{options.file}' cannot be read: {error.strerror}" if exists else f"there is no file '{options.file}'"
        )
        hint = "correct 'actions: file'; the path is relative to mkdocs.yml"
        return [], [Problem.of("PIR602", settings.config_file.name, (0, 0), message, hint)]
    translation = TrackerExport(options, ActionIndex(files))
    rows, problems = record_files.read_register(REGISTER, options.file, raw, translation)
    problems = [
        p for p in problems if p.code != "PIR501"
    ]  # these have the names of our columns, not of those in the export
    problems += translation.missing(options.file)
    return rows, [_with_hint(problem, rows) for problem in problems]


def _with_hint(problem: Problem, rows: Sequence[RegisterRow]) -> Problem:
    row = next((r for r in rows if r.line == problem.line), None)
    if problem.code != "PIR502" or row is None or (problem.line, problem.column) != row.at("status"):
        return problem
    return replace(problem, hint=f"{problem.hint}; or add it to 'actions: statuses' in mkdocs.yml")


class TrackerExport:
    """Translates the columns, statuses and dates of an export, and skips tickets that are not actions of our reviews."""

    def __init__(self, options: ActionOptions, actions: ActionIndex) -> None:
        self._options = options
        self._actions = actions
        self._field_of_column = {column.strip(): field for field, column in options.columns.items()}
        self._statuses = {status.casefold(): ours for status, ours in options.statuses.items()}
        self._columns: list[str] = []

    def column(self, name: str) -> str:
        """The field of an action that is in a column of the export, or "" for another column."""
        self._columns.append(name)
        return self._field_of_column.get(name, "")

    def cells(self, data: dict[str, Any]) -> dict[str, Any] | None:
        """The cells of a row with our statuses and dates, or None for a ticket that is not one of our actions."""
        if not self._actions.concerns(data.get("id") or ""):
            return None
        status = data.get("status")
        if status:
            data["status"] = self._statuses.get(status.casefold(), status.casefold().replace(" ", "-"))
        for name in _DATES:
            if text := data.get(name):
                data[name] = self._day(text)
        return data

    def _day(self, text: str) -> str:
        """The day in ISO format, for a time the day in UTC. A text that cannot be read is returned unchanged."""
        try:
            date_format = self._options.dates
            moment = datetime.strptime(text, date_format) if date_format else datetime.fromisoformat(text)
        except ValueError:
            return text
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date().isoformat()

    def missing(self, path: str) -> Iterator[Problem]:
        """Problems of columns that the options name and the export does not have."""
        for column, field in self._field_of_column.items():
            if column not in self._columns:
                hint = (
                    did_you_mean(column, self._columns) or f"the columns are {', '.join(filter(None, self._columns))}"
                )
                yield Problem.of("PIR501", path, (1, 1), f"the column '{column}' ({field}) is missing", hint)


def apply(
    files: Sequence[RecordFile], rows: Iterable[RegisterRow]
) -> tuple[list[RecordFile], dict[str, frozenset[str]], list[Problem]]:
    """The files of records with rows of the register merged into their actions.

    Also returns the names of the fields that come from a row, by the full id of the action, and the problems of rows.
    """
    rows = [row for row in rows if row.register == REGISTER and isinstance(row.value, Progress)]
    if not rows:
        return list(files), {}, []
    index = ActionIndex(files)
    problems: list[Problem] = []
    first: dict[str, RegisterRow] = {}
    register_fields: dict[str, frozenset[str]] = {}
    changed: dict[int, dict[int, dict[str, Any]]] = defaultdict(dict)
    for row in rows:
        ids = index.find(str(row.data["id"]))
        if not ids:
            problems.append(index.unknown(row))
        for id_ in ids:
            earlier = first.setdefault(id_, row)
            if earlier is not row:
                if earlier.data["id"] != row.data["id"]:  # check_rows reports the same id twice for every register
                    problems.append(_twice(row, earlier, id_))
                continue
            place, number = index.places[id_]
            record_file = files[place]
            if record_file.record is None:
                continue
            action, conflicts = _merged(record_file, number, id_, row)
            problems += conflicts
            if action is not None:
                fields = {k for k, v in action.items() if record_file.data["actions"][number].get(k) != v}
                if fields:
                    register_fields[id_] = frozenset(fields)
                    changed[place][number] = action
    return [_with(e, changed[n]) if n in changed else e for n, e in enumerate(files)], register_fields, problems


class ActionIndex:
    """An index of actions by their full id, and by their address in the tracker or the last part of that."""

    def __init__(self, files: Sequence[RecordFile]) -> None:
        self.places: dict[str, tuple[int, int]] = {}
        self._tickets: dict[str, list[str]] = defaultdict(list)
        self._reviews = {e.id for e in files if e.kind == "pir"}
        for place, record_file in enumerate(files):
            actions = record_file.data.get("actions") if record_file.kind == "pir" else None
            for number, action in enumerate(actions if isinstance(actions, list) else ()):
                if isinstance(action, dict) and isinstance(action.get("id"), str):
                    id_ = f"{record_file.id}-{action['id']}"
                    self.places.setdefault(id_, (place, number))
                    tracker = action.get("tracker")
                    if isinstance(tracker, str):
                        for ticket in {tracker, tracker.rstrip("/").rpartition("/")[2]}:
                            self._tickets[ticket.casefold()].append(id_)

    def find(self, id_: str) -> Sequence[str]:
        """The full ids of the actions with this full id, or with this ticket in the tracker."""
        return [id_] if id_ in self.places else self._tickets.get(id_.casefold(), ())

    def concerns(self, id_: str) -> bool:
        """Whether an id is that of an action, or begins with the id of a review and so was meant for one."""
        parts = id_.split("-")
        return bool(self.find(id_)) or any("-".join(parts[:n]) in self._reviews for n in range(1, len(parts)))

    def unknown(self, row: RegisterRow) -> Problem:
        id_ = str(row.data["id"])
        hint = (
            did_you_mean(id_, self.places) or "write the id of the review and of the action, such as PIR-2026-0012-A1"
        )
        return Problem.of("PIR503", row.path, row.at("id"), f"there is no action '{id_}'", hint)


def _twice(row: RegisterRow, earlier: RegisterRow, id_: str) -> Problem:
    message = f"'{row.data['id']}' and '{earlier.data['id']}' on line {earlier.line} are the same action, {id_}"
    return Problem.of("PIR504", row.path, row.at("id"), message, "keep one of the rows")


def _merged(
    record_file: RecordFile, number: int, id_: str, row: RegisterRow
) -> tuple[dict[str, Any] | None, list[Problem]]:
    """Merge a register row into an action.

    Returns the action, or None if the row cannot be used, and the problems of the row.
    """
    own: Mapping[str, Any] = record_file.data["actions"][number]
    status, new = str(own.get("status")), str(row.data["status"])
    if _goes_back(status, new):
        return None, [_conflict(record_file, number, id_, row, "status", status, new)]
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
            problems.append(_conflict(record_file, number, id_, row, name, str(own[name]), str(value)))
    mistakes = list(_mistakes(action, id_, row))
    return (None if mistakes else action), problems + mistakes


def _plain(value: object) -> str:
    return " ".join(str(value).split()).casefold()


def _goes_back(own: str, new: str) -> bool:
    if own in OPEN:
        return False
    if own == "cancelled":
        return new != "cancelled"
    return new in OPEN or new == "cancelled"


def _conflict(
    record_file: RecordFile, number: int, id_: str, row: RegisterRow, name: str, own: str, new: str
) -> Problem:
    line = record_file.at("actions", number, name)[0]
    return Problem.of(
        "PIR508",
        row.path,
        row.at(name),
        f"{id_} has the {name.replace('_', ' ')} '{new}' here and '{own}' in its review",
        f"the value of the review counts; if this one is right, change line {line} of {record_file.path}",
    )


def _mistakes(action: Mapping[str, Any], id_: str, row: RegisterRow) -> Iterator[Problem]:
    status = action["status"]
    if status in ("done", "verified") and not action.get("completed"):
        message = f"{id_} is {status} but has no 'completed' date"
        yield Problem.of(
            "PIR302", row.path, row.at("status"), message, "give the day it was finished in the column 'completed'"
        )
    if status == "cancelled" and not action.get("cancel_reason"):
        message = f"{id_} is cancelled without a reason"
        yield Problem.of("PIR309", row.path, row.at("status"), message, "give the reason in the column 'cancel_reason'")
    days = [(n, date.fromisoformat(action[n])) for n in ("created", "completed", "verified") if action.get(n)]
    for (earlier, a), (later, b) in pairwise(days):
        if b < a:
            name = later if later in row.data else earlier
            message = f"{id_}: '{later}' ({b}) is before '{earlier}' ({a})"
            yield Problem.of("PIR303", row.path, row.at(name), message, "check both dates")


def _with(record_file: RecordFile, changed: Mapping[int, dict[str, Any]]) -> RecordFile:
    actions = [changed.get(n, action) for n, action in enumerate(record_file.data["actions"])]
    assert record_file.record is not None
    record = msgspec.structs.replace(record_file.record, actions=msgspec.convert(actions, tuple[Action, ...]))
    return record_file.with_data({**record_file.data, "actions": actions}, record)
