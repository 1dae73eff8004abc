"""The KPIs as data: name, exact definition, unit, window, target and which direction is good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from mkdocs_pir.kb.thresholds import REPEAT_DAYS

YOUNG_DAYS = 90
"""A recommendation younger than so many days is shown apart: the client has hardly had time to adopt it."""

SATISFIED = 0.8
"""A response is satisfied from this share of its scale on: 4 of 5, 8 of 10."""

Unit = Literal["share", "minutes", "days"]
WindowKind = Literal["12 months", "quarter", "now"]


class Kpi(Struct, frozen=True):
    """One KPI. `default_target` is a share from 0 to 1, minutes or days, as the unit says; `noun` is what n counts.

    `client_title` and `client_definition` are what a client reads, where the other words speak about it.
    """

    name: str
    title: str
    definition: str
    unit: Unit
    up_is_good: bool
    window: WindowKind
    default_target: float
    noun: str
    client_title: str = ""
    client_definition: str = ""

    @property
    def chart_unit(self) -> str:
        """The unit as charts name it."""
        return {"share": "%", "minutes": "min", "days": "days"}[self.unit]

    def chart_value(self, value: float | None) -> float | None:
        """The value in the unit of charts: a share becomes 0 to 100."""
        return value * 100 if value is not None and self.unit == "share" else value

    def target(self, targets: Mapping[str, float]) -> float:
        """The configured target (shares are configured as percentages), else the default."""
        if self.name not in targets:
            return self.default_target
        return targets[self.name] / 100 if self.unit == "share" else targets[self.name]


def _time(name: str, verb: str, start: str, end: str, target: float) -> Kpi:
    return Kpi(
        name=name,
        title=f"Time to {verb}",
        definition=(
            f"For incidents with a review, finished or not, that began in the window, the mean number of minutes from {start} to {end}; the "
            "median and the 90th percentile (the time that nine in ten did not exceed) are shown too. An incident that "
            "lacks one of the two times is counted as such and is not part of the mean."
        ),
        unit="minutes",
        up_is_good=False,
        window="quarter",
        default_target=target,
        noun="reviews",
    )


_ALL = (
    Kpi(
        "adoption",
        "Client Adoption Rate for Recommendations",
        "The share of the recommendations issued to clients in the window that have been adopted by now. Those issued "
        f"less than {YOUNG_DAYS} days ago are shown separately. Also shown is the acceptance: accepted or adopted ÷ decided, "
        "among all that were issued in the window.",
        "share",
        True,
        "12 months",
        0.70,
        "recommendations",
        "Recommendations you adopted",
        "The share of the recommendations issued to you in the window that you have adopted by now. Those issued less "
        f"than {YOUNG_DAYS} days ago are shown separately. Also shown is the acceptance: accepted or adopted ÷ decided, "
        "among all that were issued in the window.",
    ),
    Kpi(
        "retention",
        "Client Retention Rate",
        "The share of the clients under contract on the day before the window began that are under contract on its last "
        "day: (clients at the end − new ones) ÷ clients at the start. Also shown: the clients with a review in the 12 "
        "months before, and how many of them were still clients 12 months after it.",
        "share",
        True,
        "12 months",
        0.95,
        "clients",
    ),
    Kpi(
        "satisfaction",
        "Client Satisfaction, Service Escalations",
        "The share of the responses in the window about a review or one of its incidents that scored 4 or 5 of 5; other "
        "scales are converted in proportion, so 8 of 10 counts. Also shown is the response rate: answers ÷ questions "
        "asked.",
        "share",
        True,
        "quarter",
        0.85,
        "responses",
        "Your satisfaction after incidents",
    ),
    Kpi(
        "recurrence",
        "Incident Recurrence Rate",
        "The share of the incidents in the window with an established cause that repeat an earlier one: they have the "
        "same client, service and cause, or their review declares the repeat, and they began within "
        f"{REPEAT_DAYS} days of the earlier one's resolution. Also shown is the share of incidents whose cause is unknown.",
        "share",
        False,
        "12 months",
        0.10,
        "incidents",
    ),
    Kpi(
        "repeat",
        "Repeat-incident rate",
        "The share of all incidents of the register opened in the window that repeat an earlier one: they have the same "
        "client, service and cause, or their review declares the repeat, and they began within "
        f"{REPEAT_DAYS} days of the earlier one's resolution.",
        "share",
        False,
        "quarter",
        0.05,
        "incidents",
    ),
    _time("time-to-detect", "detect", "the start of the impact", "detection", 15),
    _time("time-to-acknowledge", "acknowledge", "detection", "the acknowledgement by an engineer", 15),
    _time("time-to-mitigate", "mitigate", "the start of the impact", "the moment users could work again", 120),
    _time("time-to-resolve", "resolve", "the start of the impact", "full restoration", 240),
    Kpi(
        "actions-on-time",
        "Actions closed on time",
        "The share of the actions with a past due date in the window that were done by that date. Every action that was "
        "raised counts, cancelled ones too. Also shown is the share without the cancelled ones.",
        "share",
        True,
        "quarter",
        0.90,
        "actions",
    ),
    Kpi(
        "action-age",
        "Action age",
        "The median number of days since open actions were agreed. Also shown are the largest age, and the share of open "
        "actions that are past their due date (which numerator and denominator count).",
        "days",
        False,
        "now",
        30,
        "open actions",
    ),
    Kpi(
        "coverage",
        "PIR coverage",
        "Of the incidents opened in the window that need a review, the share whose review is published. A review is "
        "published once its client review is over, or its release is approved.",
        "share",
        True,
        "quarter",
        1.0,
        "incidents",
    ),
    Kpi(
        "on-time",
        "PIR on time",
        "The share of the reviews with a client review due in the window that held it in time. The client review is due "
        "after the number of business days (Monday to Friday) agreed with the client, or 5 if none is agreed, counted "
        "from when service was restored or the review was decided on, whichever came later.",
        "share",
        True,
        "quarter",
        0.90,
        "reviews",
        "Reviews held with you on time",
        "The share of the reviews with you due in the window that were held in time. A review is due after the number of "
        "business days (Monday to Friday) agreed with you, or 5 if none is agreed, counted from when service was "
        "restored or the review was decided on, whichever came later.",
    ),
)

KPIS: Mapping[str, Kpi] = {kpi.name: kpi for kpi in _ALL}
"""Every KPI by name; the four that the process names come first."""

NAMES = tuple(KPIS)
NAMED = NAMES[:4]

STAMPS: Mapping[str, tuple[str, str]] = {
    "time-to-detect": ("impact_start", "detected"),
    "time-to-acknowledge": ("detected", "acknowledged"),
    "time-to-mitigate": ("impact_start", "mitigated"),
    "time-to-resolve": ("impact_start", "resolved"),
}
"""The stamps between which each time is measured."""


class UnknownKpi(KeyError):
    """A name that is no KPI; its text is a sentence for a person."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"'{self.name}' is no KPI: choose one of {', '.join(NAMES)}"


def kpi(name: str) -> Kpi:
    """The KPI of this name; raises UnknownKpi."""
    try:
        return KPIS[name]
    except KeyError:
        raise UnknownKpi(name) from None
