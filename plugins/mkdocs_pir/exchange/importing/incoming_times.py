"""The times of one incoming record: moments, days, clocks with their day from elsewhere, and ends given by a duration."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from itertools import combinations, pairwise

import msgspec

from mkdocs_pir.exchange.importing.conversions import Instant, Rejected, cut, instant
from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.exchange.importing.durations import duration
from mkdocs_pir.exchange.importing.incoming_record import DAY, MAPPED, IncomingRecord
from mkdocs_pir.exchange.importing.lookup import SourceValue
from mkdocs_pir.exchange.importing.mapping import Duration, ImportMapping, Rule
from mkdocs_pir.exchange.importing.updates import day_of, time_zone
from mkdocs_pir.exchange.importing.written_times import read_time
from mkdocs_pir.kb.incident_rules import contradicted_days
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
        moment = instant(
            text, self.zone, mapping.time_formats, mapping.time_zones, day_of(self.document, rule, mapping.time_formats)
        )
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

    def move(self, name: str, source: str) -> bool:
        """Take the time of a later step, which then has none: no time between the two is known.

        Returns False where there is none, or where an acknowledgement is counted from it.
        """
        step, times = name.removeprefix("times."), self.out.data.get("times", {})
        day = DAYS.get(name, "")
        if {step, day} & times.keys() or source not in times or (source == "detected" and "acknowledged" in times):
            return False
        times[step], self.places[step] = times.pop(source), self.places[source]
        if not self.document.record:
            message = f"the time of '{source}' stands for that of '{step}', which the source does not have"
            self.out.report("PIR706", self.places[source].where, message, "check that it is near enough", name)
        return True

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
        """A time out of order is kept as a note: which of two is wrong, only the author knows.

        As many as possible stay; of two, rather the earliest step or the resolution than those between them, and
        rather the earlier step.
        """
        times = self.out.data.get("times", {})
        for exact, day in (("impact_start", "began_on"), ("resolved", "resolved_on")):
            if exact in times:
                times.pop(day, None)  # a time has its day
        kept = _in_order(times)
        for step in [step for step in Times.ORDER if step in times and step not in kept]:
            before = next((k for k in reversed(kept) if Times.ORDER.index(k) < Times.ORDER.index(step)), "")
            is_early = before and datetime.fromisoformat(times[step]) < datetime.fromisoformat(times[before])
            other = before if is_early else next(k for k in kept if Times.ORDER.index(k) > Times.ORDER.index(step))
            how = "before" if is_early else "after"
            why = f"the time of '{step}', {self.places[step].text}, is {how} that of '{other}', {times[other]}"
            self.note(self.places[step], f"times.{step}", why, "correct the source")
            del times[step]
        self._drop_contradicted_days(times)
        if not times:
            self.out.data.pop("times", None)

    def _drop_contradicted_days(self, times: dict[str, str]) -> None:
        """A day on the wrong side of a time, or of the other day, is kept as a note."""
        while (wrong := next(contradicted_days(msgspec.convert(times, Times)), None)) is not None:
            name, day, why, hint = wrong
            self.note(self.places[name], f"times.{name}", f"the day of '{name}', {day}, {why}", hint)
            del times[name]


def _in_order(times: Mapping[str, str]) -> Sequence[str]:
    """The steps whose times are in order, as `put_in_order` says."""
    steps = [step for step in Times.ORDER if step in times]
    at = {step: datetime.fromisoformat(times[step]) for step in steps}
    # the earliest step stands for the start where no start of the impact is known
    ends = {steps[0], "resolved"} if steps else set()
    best: tuple[str, ...] = ()
    for number in range(len(steps), 0, -1):
        for some in combinations(steps, number):
            if all(at[a] <= at[b] for a, b in pairwise(some)) and _worth(some, ends) > _worth(best, ends):
                best = some
    return best


def _worth(steps: Sequence[str], ends: Collection[str]) -> int:
    return sum(3 if step in ends else 2 for step in steps)


def _short(text: str) -> str:
    return cut(" ".join(text.split()), 80)
