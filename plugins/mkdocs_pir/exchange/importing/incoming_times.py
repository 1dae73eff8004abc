"""The times of one incoming record: moments, days, clocks with their day from elsewhere, and ends given by a duration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from mkdocs_pir.exchange.importing.conversions import Instant, Rejected, cut, instant
from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.exchange.importing.durations import duration
from mkdocs_pir.exchange.importing.incoming_record import DAY, MAPPED, IncomingRecord
from mkdocs_pir.exchange.importing.lookup import SourceValue, find
from mkdocs_pir.exchange.importing.mapping import Duration, ImportMapping, Rule
from mkdocs_pir.exchange.importing.updates import time_zone
from mkdocs_pir.exchange.importing.written_times import read_time
from mkdocs_pir.kb.model import Times

DAYS = {"times.impact_start": "began_on", "times.detected": "began_on", "times.resolved": "resolved_on"}
"""Where a day without a time is kept: that of detection dates a review, too."""


@dataclass(slots=True)
class IncomingTimes:
    """Reads the times of one record into its fields; `places` says where in the source each of them was found.

    `note` is told of a value that cannot be used: the value, the field, why, and what to do.
    """

    document: SourceDocument
    mapping: ImportMapping
    out: IncomingRecord
    note: Callable[[SourceValue, str, str, str], None]
    zone: tzinfo | None = field(init=False)
    places: dict[str, SourceValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.zone = time_zone(self.document, self.mapping, self._refuse_zone)

    def moment(self, name: str, rule: Rule, text: str, found: SourceValue) -> str:
        mapping = self.mapping
        moment = instant(text, self.zone, mapping.time_formats, mapping.time_zones, self._day_of(rule))
        if not self.document.record:
            if moment.assumed:
                message = f"'{text}' was read as {self.zone} time, as the mapping says"
                self.out.report("PIR706", found.where, message, "check that the source means this zone", name)
            elif moment.doubt:
                message = f"'{text}' was read as it is written, though the clocks of {moment.doubt} were changed then"
                hint = "if the clock on the wall is meant, say so in 'time_zones' of the mapping"
                self.out.report("PIR706", found.where, message, hint, name)
        if moment.assumed:
            self.out.assumed[str(self.zone)] += 1
        self.places.setdefault(name.removeprefix("times."), found)
        return moment.written()

    def day(self, name: str, text: str, found: SourceValue) -> str:
        day = read_time(text, self.mapping.time_formats).day
        if day is None:
            raise Rejected(f"'{_short(text)}' is no day", "correct the source")
        self.places.setdefault(name.removeprefix("times."), found)
        return day.isoformat()

    def _day_of(self, rule: Rule) -> date | None:
        """The day of a clock, from where the rule says."""
        for found in find(self.document, rule.day) if rule.day is not None else ():
            return read_time(found.text, self.mapping.time_formats).day
        return None

    def keep_day(self, name: str, day: date, found: SourceValue) -> None:
        """Keep a day without a time as a day, which dates the review."""
        field_name = DAYS[name]
        self.out.data.setdefault("times", {}).setdefault(field_name, day.isoformat())
        self.places.setdefault(field_name, found)
        self.out.outcome[name] = DAY
        if not self.document.record:
            message = f"'{_short(found.text)}' is a day without a time, which dates the review ({name})"
            self.out.report("PIR706", found.where, message, "no duration is counted from it", name)

    def count(self, name: str, rule: Duration, found: SourceValue) -> None:
        """The time that a duration leads to, from one that was read."""
        step = name.removeprefix("times.")
        try:
            at = self._counted(step, rule, found)
        except Rejected as error:
            self.note(found, name, error.message, error.hint)
            return
        self.out.data.setdefault("times", {})[step] = at.written()
        self.places[step] = found
        self.out.outcome[name] = MAPPED

    def _counted(self, step: str, rule: Duration, found: SourceValue) -> Instant:
        length = duration(found.text, rule.unit)
        start = self.out.data.get("times", {}).get(rule.from_)
        if start is None:
            raise Rejected(f"the duration '{_short(found.text)}' has no time of '{rule.from_}' to count from", "add it")
        away = length if Times.ORDER.index(step) > Times.ORDER.index(rule.from_) else -length
        try:
            return Instant(datetime.fromisoformat(start) + away, assumed=False)
        except OverflowError:
            raise Rejected(f"the duration '{_short(found.text)}' leads out of the calendar", "correct it") from None

    def _refuse_zone(self, found: SourceValue, error: Rejected) -> None:
        self.out.report("PIR705", found.where, f"{error.message} (timezone_from)", error.hint, "timezone_from")

    def put_in_order(self) -> None:
        """A time before an earlier step's is kept as a note: which of the two is wrong, only the author knows."""
        times = self.out.data.get("times", {})
        for exact, day in (("impact_start", "began_on"), ("resolved", "resolved_on")):
            if exact in times:
                times.pop(day, None)  # a time has its day
        self._drop_contradicted_days(times)
        latest = ""
        for step in [step for step in Times.ORDER if step in times]:
            if latest and datetime.fromisoformat(times[step]) < datetime.fromisoformat(times[latest]):
                found = self.places[step]
                why = f"the time of '{step}', {found.text}, is before that of '{latest}', {times[latest]}"
                self.note(found, f"times.{step}", why, "correct the source")
                del times[step]
            else:
                latest = step
        if not times:
            self.out.data.pop("times", None)

    def _drop_contradicted_days(self, times: dict[str, str]) -> None:
        """A day that lies on the wrong side of a time, or of the other day, is kept as a note."""
        begun, ended = times.get("began_on"), times.get("resolved_on")
        stamps = [times[step] for step in Times.ORDER if step in times]
        first, last = (
            (datetime.fromisoformat(stamps[0]), datetime.fromisoformat(stamps[-1])) if stamps else (None, None)
        )
        if begun and first and date.fromisoformat(begun) > (first + timedelta(days=1)).date():
            self.note(
                self.places["began_on"],
                "times.began_on",
                f"the day it began on, {begun}, is after {stamps[0]}",
                "correct the source",
            )
            del times["began_on"]
        elif ended and (
            (last and date.fromisoformat(ended) < (last - timedelta(days=1)).date()) or (begun and ended < begun)
        ):
            why = f"the day of its resolution, {ended}, is before {stamps[-1] if stamps else begun}"
            self.note(self.places["resolved_on"], "times.resolved_on", why, "correct the source")
            del times["resolved_on"]


def _short(text: str) -> str:
    return cut(" ".join(text.split()), 80)
