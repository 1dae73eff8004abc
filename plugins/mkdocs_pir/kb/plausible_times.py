"""Times that are probably mistaken: an incident of months, a time in another year, one outside the client's contract."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from mkdocs_pir.kb.frontmatter import Mark
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.model import Client, Incident, Pir, Times
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.thresholds import LONGEST_INCIDENT_DAYS

_LONGEST = timedelta(days=LONGEST_INCIDENT_DAYS)
_ROW = re.compile(r"^\s*\|\s*(?P<year>(?:19|20)\d\d)-\d\d-\d\d\b")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two times that hardly belong together: the problem is that of `name`, and `other` is the one it is compared with.

    `words` is the message, with `{line}` and `{other_line}` for the lines of the two.
    """

    code: str
    name: str
    other: str
    words: str
    hint: str

    def message(self, line_of: Callable[[str], int]) -> str:
        """The message with the lines of both times, where they have any."""
        lines = {"line": line_of(self.name), "other_line": line_of(self.other)}
        return self.words.format_map({name: f"line {line}" for name, line in lines.items()})


def doubts(times: Times) -> Iterator[Doubt]:
    """What is hardly true of the times of one incident. Times out of order are errors, and no doubts."""
    known = [(name, stamp) for name in ORDER if (stamp := _moment(times, name)) is not None]
    for (before, a), (after, b) in pairwise(known):
        if b - a > _LONGEST and a.year != b.year:
            words = f"'{after}' ({{line}}) is in {b.year}, and '{before}' ({{other_line}}) in {a.year}"
            yield Doubt("PIR415", after, before, words, "check the years of both")
            return
    if len(known) > 1 and (length := known[-1][1] - known[0][1]) > _LONGEST:
        (start, _), (end, _) = known[0], known[-1]
        words = f"it is {length.days} days from '{start}' ({{other_line}}) to '{end}' ({{line}})"
        yield Doubt("PIR414", end, start, words, f"check both; few incidents last over {LONGEST_INCIDENT_DAYS} days")


ORDER = ("began_on", *Times.ORDER, "resolved_on")
"""The times and days of an incident in their order."""


def _moment(times: Times, name: str) -> datetime | None:
    value = getattr(times, name)
    return value if isinstance(value, datetime | None) else datetime(value.year, value.month, value.day, tzinfo=UTC)


def outside_contract(day: date, client: Client) -> str:
    """How a day lies outside the contract of a client, as "before 2020-01-01, when …", or "" if it does not.

    A day more is allowed on both sides, as the contract's days are those of the client's clock.
    """
    if client.since is not None and day < client.since - timedelta(days=1):
        return f"before the contract with {client.id} began, {client.since}"
    if client.until is not None and day > client.until + timedelta(days=1):
        return f"after the contract with {client.id} ended, {client.until}"
    return ""


def times_agree(file: RecordFile) -> Iterator[Problem]:
    """Problems of a review whose times are hardly true beside each other."""
    if not isinstance(file.record, Pir):
        return
    for doubt in doubts(file.record.times):
        message = doubt.message(lambda name: file.at("times", name)[0])
        yield Problem.of(doubt.code, file.path, file.at("times", doubt.name), message, doubt.hint)
    yield from _years_of_rows(file)


def times_within_contract(file: RecordFile, clients: Mapping[str, RecordFile]) -> Iterator[Problem]:
    """The problem of a review of a time at which its client had no contract. `clients` are the files of clients by id."""
    pir = file.record
    if not isinstance(pir, Pir) or (begun := pir.times.start) is None or (client := clients.get(pir.client)) is None:
        return
    if how := _how_outside(begun, client):
        name = next(name for name in ORDER if _moment(pir.times, name) is not None)
        yield _outside(file.path, file.at("times", name), "the incident began", how, client)


def tickets_within_contracts(kb: KnowledgeBase) -> Iterator[Problem]:
    """Problems of tickets of a time at which their client had no contract."""
    clients = {file.id: file for file in kb.of_kind(Client.kind)}
    for row in kb.rows:
        incident = row.value
        if not isinstance(incident, Incident) or (client := clients.get(incident.client)) is None:
            continue
        if how := _how_outside(incident.opened, client):
            yield _outside(row.path, row.at("opened"), f"{incident.id} was opened", how, client)


def _how_outside(moment: datetime, client: RecordFile) -> str:
    record = client.record
    return outside_contract(moment.astimezone(UTC).date(), record) if isinstance(record, Client) else ""


def nothing_of_the_future(file: RecordFile, as_of: date) -> Iterator[Problem]:
    """Problems of what happened, by a record, after the day of the figures: a year mistyped, or a plan as a fact."""
    pir = file.record
    if isinstance(pir, Pir):
        for name in ORDER:
            if (stamp := _moment(pir.times, name)) is not None and _is_late(day := stamp.astimezone(UTC).date(), as_of):
                yield _late(file.path, file.at("times", name), f"'{name}' is", day, as_of)
        for number, action in enumerate(pir.actions):
            for name, done in (("completed", action.completed), ("verified", action.verified)):
                if done is not None and _is_late(done, as_of) and action.id:
                    where = file.at("actions", number, name)
                    yield _late(file.path, where, f"{action.id} is {name} on", done, as_of)
    release = getattr(file.record, "release", None)
    if release is not None and release.on is not None and _is_late(release.on, as_of):
        yield _late(file.path, file.at("release", "on"), "it was approved on", release.on, as_of)


def no_ticket_of_the_future(kb: KnowledgeBase) -> Iterator[Problem]:
    """Problems of tickets of a time after the day of the figures."""
    as_of = kb.settings.as_of
    for row in kb.rows:
        incident = row.value
        if not isinstance(incident, Incident):
            continue
        for name, stamp in (("opened", incident.opened), ("resolved", incident.resolved)):
            if stamp is not None and _is_late(day := stamp.astimezone(UTC).date(), as_of):
                yield _late(row.path, row.at(name), f"{incident.id} was {name} on", day, as_of)


def _is_late(day: date, as_of: date) -> bool:
    """Whether a day is to come. A day more is allowed, as it may have begun where the incident was."""
    return day > as_of + timedelta(days=1)


def _late(path: str, where: Mark, what: str, day: date, as_of: date) -> Problem:
    message = f"{what} {day}, which is after today, {as_of}"
    return Problem.of("PIR424", path, where, message, "check the year; only 'due' may be a day to come")


def _outside(path: str, where: Mark, what: str, how: str, client: RecordFile) -> Problem:
    line = client.at("since" if how.startswith("before") else "until")[0]
    hint = f"check the time, and the contract in {client.path}:{line}"
    return Problem.of("PIR416", path, where, f"{what} {how}", hint)


def _years_of_rows(file: RecordFile) -> Iterator[Problem]:
    """Rows of a timeline in another year than the rows above and below, which are in one."""
    rows = [(number, row["year"], row.start("year") + 1) for number, row in _rows(file)]
    for (above, before, _), (here, year, column), (below, after, _) in zip(rows, rows[1:], rows[2:], strict=False):
        if before == after != year:
            message = f"the row is in {year}; those above and below it (lines {above} and {below}) are in {before}"
            yield Problem.of("PIR415", file.path, (here, column), message, "check the year")


def _rows(file: RecordFile) -> Iterator[tuple[int, re.Match[str]]]:
    """The rows of a timeline that begin with a date, each with its line in the file."""
    lines = file.body.split("\n")
    ends = [*(section.line for section in file.sections[1:]), file.body_line + len(lines)]
    for section, end in zip(file.sections, ends, strict=False):
        for number in range(section.line + 1, end) if section.title == "Timeline" else ():
            if (row := _ROW.match(lines[number - file.body_line])) is not None:
                yield number, row
