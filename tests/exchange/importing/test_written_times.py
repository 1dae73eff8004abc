"""Times as people write them: days, clocks, zones, durations, and the updates of a status page."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from helpers.empty_knowledge_base import EmptyBase
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.exchange.importing.conversions import DayOnly, Rejected, instant
from mkdocs_pir.exchange.importing.durations import duration
from mkdocs_pir.exchange.importing.written_times import read_time
from mkdocs_pir.exchange.importing.zones import FIXED, SEVERAL, zone_of

TIMES = {
    "2026-03-04T02:10:00Z": "2026-03-04T02:10:00Z",
    "2026-3-4 2:10 UTC": "2026-03-04T02:10:00Z",
    "2026/03/04 02:10 +0100": "2026-03-04T02:10:00+01:00",
    "2026-03-04 10:00:00 +00:00 UTC": "2026-03-04T10:00:00Z",
    "2026-03-04 10:00 UTC+2": "2026-03-04T10:00:00+02:00",
    "2026-03-04 10:00 GMT-0330": "2026-03-04T10:00:00-03:30",
    "2026-03-04 10:00 (CET)": "2026-03-04T10:00:00+01:00",
    "2026-07-04 10:00 CEST": "2026-07-04T10:00:00+02:00",
    "2026-03-04 10:00 PST": "2026-03-04T10:00:00-08:00",
    "2026-07-04 10:00 PT": "2026-07-04T10:00:00-07:00",
    "2026-07-04 10:00 Europe/Copenhagen": "2026-07-04T10:00:00+02:00",
    "Wed, 4 Mar 2026 10:00 CET": "2026-03-04T10:00:00+01:00",
    "June 14th, 2022, 10:00 AM PDT": "2022-06-14T10:00:00-07:00",
    "14 June 2022 12:05 am utc": "2022-06-14T00:05:00Z",
    "October 14, 2021 at 06:14 UTC": "2021-10-14T06:14:00Z",
    "06:14 UTC on October 14, 2021": "2021-10-14T06:14:00Z",
    "2 PM UTC, 1 Sept. 2021": "2021-09-01T14:00:00Z",
    "26.03.2026 10:00 CET": "2026-03-26T10:00:00+01:00",
}


@pytest.mark.parametrize("text", TIMES)
def test_a_time_is_read_as_it_is_written(text: str) -> None:
    assert instant(text, None, ["%d.%m.%Y %H:%M"]).written() == TIMES[text]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("2026-03-04 10:00 GTM+2", "'GTM+2' is no time zone", "did you mean 'GMT', as in GMT+2?"),
        ("2026-03-04 10:00 CETS", "'CETS' is no time zone", "CEST"),
        ("2026-03-04 10:00 IST", "may be that of Asia/Kolkata, Asia/Jerusalem or Europe/Dublin", "time_zones: {IST:"),
        ("2026-03-04 10:00 CST", "may be that of America/Chicago", "time_zones: {CST:"),
        ("2026-03-04 10:00 +25:00", "'+25:00' is further from UTC than any clock", "correct"),
        ("2026-03-29 02:30 Europe/Copenhagen", "never happened", "with its offset"),
        ("2026-10-25 02:30 Europe/Copenhagen", "happened twice", "with its offset"),
        ("2026-03-04 10:00", "does not say its offset", "timezone"),
        ("9/10/25 10:00", "is not a time", "'%d/%m/%y %H:%M' or '%m/%d/%y %H:%M'"),
        ("26/10/2025", "is not a time", "give --time-format '%d/%m/%Y',"),
        ("2026-02-30 10:00Z", "day is out of range", "check the source"),
        ("2026-03-04 13:55 am", "13 o'clock in the morning", "check the source"),
        ("21:33 UTC", "is a time without a day", "'day'"),
        ("soon", "is not a time", "time_formats"),
        ("1 " * 500, "is not a time", "pattern"),
    ],
)
def test_what_may_be_read_in_two_ways_is_named(text: str, message: str, hint: str) -> None:
    with pytest.raises(Rejected) as error:
        instant(text, None)
    assert message in error.value.message
    assert hint in error.value.hint


def test_an_abbreviation_means_what_the_mapping_says() -> None:
    assert instant("2026-03-04 10:00 IST", None, (), {"IST": "Asia/Kolkata"}).written() == "2026-03-04T10:00:00+05:30"
    assert instant("2026-03-04 10:00 GTM+2", None, (), {"GTM+2": "GMT+2"}).written() == "2026-03-04T10:00:00+02:00"
    assert instant("2026-07-04 10:00 PST", None).doubt == "America/Los_Angeles"
    wall = instant("2026-07-04 10:00 PST", None, (), {"PST": "America/Los_Angeles"})
    assert (wall.written(), wall.doubt) == ("2026-07-04T10:00:00-07:00", "")
    assert not FIXED.keys() & SEVERAL.keys()


def test_a_place_shows_the_hours_of_its_abbreviation() -> None:
    year = [datetime(2026, month, 15, tzinfo=UTC) for month in range(1, 13)]
    for name, (hours, place) in FIXED.items():
        shown = {at.astimezone(ZoneInfo(place)).utcoffset() for at in year} if place else {timedelta(hours=hours)}
        assert timedelta(hours=hours) in shown, name


@pytest.mark.parametrize(
    "text", ["2026-03-04", "March 4, 2026", "4th of March 2026", "Wednesday 4 Mar 2026", "04.03.26"]
)
def test_a_day_without_a_time_is_a_day(text: str) -> None:
    with pytest.raises(DayOnly) as error:
        instant(text, UTC, ["%d.%m.%y"])
    assert error.value.day == date(2026, 3, 4)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.sampled_from(["Z", "+01:00", "-08:00"]))
def test_what_is_written_is_read_again(at: datetime, offset: str) -> None:
    text = at.replace(microsecond=0).isoformat() + offset
    assert instant(text, None).written() == text


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_is_refused(text: str) -> None:
    with suppress(Rejected):
        read_time(text)


DURATIONS = {
    "3h 25m": 205,
    "90 minutes": 90,
    "1:45": 105,
    "PT3H25M": 205,
    "P1DT2H": 1560,
    "1 hour and 48 minutes": 108,
    "1 d, 3 hrs": 1620,
    "2.5 hours": 150,
    "about 2 hours": 120,
    "45": 45,
}


@pytest.mark.parametrize("text", DURATIONS)
def test_a_duration_is_read_as_it_is_written(text: str) -> None:
    assert duration(text, "minutes") == timedelta(minutes=DURATIONS[text])


@pytest.mark.parametrize(
    "text", ["", "P", "1:75", "5m 2h", "three hours", "1h and", "12 moons", "-3h", "3h 25m later", "1h " * 100]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(Rejected):
        duration(text, "minutes")


def test_messages_quote_no_more_than_a_line_of_a_long_text() -> None:
    for read in (duration, lambda text: zone_of(text, {}), lambda text: instant(text, None)):
        with pytest.raises(Rejected) as error:
            read("word " * 10_000)
        assert len(error.value.message) < 120


def test_a_plain_number_needs_its_unit() -> None:
    with pytest.raises(Rejected) as error:
        duration("90")
    assert "'unit'" in error.value.hint


TABLE = "number,title,start,end,took\n"
MAPPING = """\
name: tool
format: csv
status: archived
timezone: UTC
fields:
  id: {key: number}
  title: {key: title}
  client: {constant: acme}
  times.impact_start: {key: start}
  times.resolved: {key: end, duration: {key: took, unit: minutes}}
"""


def test_a_day_is_kept_as_a_day_and_an_end_is_counted_from_the_start(base: EmptyBase) -> None:
    rows = [
        "T-1,One,2025-03-04 08:00,,3h 25m",
        "T-2,Two,2025-03-04 08:00,2025-03-04 09:00,90",
        "T-3,Three,2025-03-04,2025-03-05,",
        "T-4,Four,2025-03-04,,90",
        "T-5,Five,2025-03-04 08:00,,a while",
    ]
    result = base.import_source(base.write("a.csv", TABLE + "\n".join(rows) + "\n"), MAPPING, "--json")
    assert result.exit_code == 0, result.output
    assert base.record("T-1")[0]["times"] == {
        "impact_start": "2025-03-04T08:00:00Z",
        "resolved": "2025-03-04T11:25:00Z",
    }
    assert base.record("T-2")[0]["times"]["resolved"] == "2025-03-04T09:00:00Z"
    assert base.record("T-3")[0]["times"] == {"began_on": "2025-03-04", "resolved_on": "2025-03-05"}
    four, five = base.record("T-4")[0], base.record("T-5")[0]
    assert (four["times"], four["x-source"]) == ({"began_on": "2025-03-04"}, {"took": "90"})
    assert five["x-source"] == {"took": "a while"}
    report = json.loads(result.output)
    assert report["fields"]["times.impact_start"]["as a day"] == 2
    assert [p["message"] for p in report["problems"] if p["code"] == "PIR705"] == [
        "the duration '90' has no time of 'impact_start' to count from (times.resolved)",
        "'a while' is not a duration (times.resolved)",
    ]
    assert base.is_sound()


def test_a_start_is_counted_back_from_the_end(base: EmptyBase) -> None:
    mapping = MAPPING.replace("{key: start}", "{duration: {key: took, from: resolved}}").replace(
        "{key: end, duration: {key: took, unit: minutes}}", "{key: end}"
    )
    base.import_source(base.write("a.csv", TABLE + "T-1,One,,2025-03-04 12:00,PT1H30M\n"), mapping)
    assert base.record("T-1")[0]["times"]["impact_start"] == "2025-03-04T10:30:00Z"


REPORT = """\
# The mail stood still

## Timeline

Times in {zone}.

- 22:10 queue grows
- 23:40 all is well
"""
DOCUMENTS = """\
name: team
timezone_from: {section: Timeline, pattern: 'Times in ([^.]+)'}
fields:
  id: {file: '(.+)-on-', prefix: T}
  title: {heading: true}
  client: {constant: acme}
  times.impact_start: {section: Timeline, pattern: '^- (\\S+)', day: {file: 'on-(\\d{4}-\\d\\d-\\d\\d)'}}
  times.resolved: {section: Timeline, pattern: '^- (\\S+)', which: last, day: {file: 'on-(\\d{4}-\\d\\d-\\d\\d)'}}
"""


def test_a_clock_takes_its_day_from_where_the_mapping_says(base: EmptyBase) -> None:
    base.write("reports/one-on-2025-07-04.md", REPORT.format(zone="CEST"))
    result = base.import_source(base.folder / "reports", DOCUMENTS)
    assert result.exit_code == 0, result.output
    expected = {"impact_start": "2025-07-04T22:10:00+02:00", "resolved": "2025-07-04T23:40:00+02:00"}
    assert base.record("T-ONE")[0]["times"] == expected


@pytest.mark.parametrize(("zone", "said"), [("GTM+2", "'GTM+2' is no time zone"), ("IST", "'IST' may be that of")])
def test_a_zone_in_prose_that_is_none_is_named_at_its_line(base: EmptyBase, zone: str, said: str) -> None:
    base.write("reports/one-on-2025-07-04.md", REPORT.format(zone=zone))
    result = base.import_source(base.folder / "reports", DOCUMENTS)
    line = next(text for text in result.output.splitlines() if said in text)
    assert "one-on-2025-07-04.md:5:10: warning PIR705" in line
    assert "times" not in base.record("T-ONE")[0]


UPDATES = """\
name: page
format: json
records: [incidents]
fields:
  id: {key: id, prefix: S}
  title: {key: name}
  client: {constant: acme}
  times.impact_start: {states: [investigating, identified]}
  times.mitigated: {states: [monitoring], which: last}
  times.resolved: {key: resolved_at, states: [resolved], which: last}
timeline:
  each: updates
  time: {key: at}
  state: {key: status}
  what: {key: body}
"""


def test_a_time_is_that_of_the_update_with_its_state(base: EmptyBase) -> None:
    states = ["resolved", "monitoring", "Monitoring", "identified", "investigating", "investigating"]
    given_updates = [{"at": f"2025-03-04T0{9 - n}:00Z", "status": s, "body": "."} for n, s in enumerate(states)]
    incidents = [
        {"id": 1, "name": "Mail down", "updates": given_updates},
        {"id": 2, "name": "Web down", "updates": given_updates, "resolved_at": "2025-03-04T10:00Z"},
        {"id": 3, "name": "Still down", "updates": given_updates[3:]},
    ]
    source = base.write("history.json", json.dumps({"incidents": incidents}))
    result = base.import_source(source, UPDATES)
    assert result.exit_code == 0, result.output
    assert base.record("S-1")[0]["times"] == {
        "impact_start": "2025-03-04T04:00:00Z",
        "mitigated": "2025-03-04T08:00:00Z",
        "resolved": "2025-03-04T09:00:00Z",
    }
    assert base.record("S-2")[0]["times"]["resolved"] == "2025-03-04T10:00:00Z"
    assert base.record("S-3")[0]["times"] == {"impact_start": "2025-03-04T04:00:00Z"}


PAGE = """\
# Mail is slow

**Resolved** - All is well again.
Jun 14, 2025 - 12:30 UTC

**Monitoring** - A fix is in place.
Jun 14, 2025 - 11:05 UTC

**Investigating** - We are looking into it.
Jun 14, 2025 - 10:02 UTC
"""
LISTED = """\
name: listed
fields:
  id: {file: '(.+)[.]md', prefix: S}
  title: {heading: true}
  client: {constant: acme}
  times.impact_start: {states: [investigating]}
  times.mitigated: {states: [monitoring]}
  times.resolved: {states: [resolved], which: last}
timeline:
  pattern: '^\\*\\*(?P<state>[\\w ]+)\\*\\* - (?P<what>.*)\\n(?P<time>.+)$'
  time: {key: time}
  state: {key: state}
  what: {key: what}
"""


def test_updates_in_a_text_give_their_times_and_the_text_stays(base: EmptyBase) -> None:
    base.write("page/mail.md", PAGE)
    result = base.import_source(base.folder / "page", LISTED)
    assert result.exit_code == 0, result.output
    data, body = base.record("S-MAIL")
    assert data["times"] == {
        "impact_start": "2025-06-14T10:02:00Z",
        "mitigated": "2025-06-14T11:05:00Z",
        "resolved": "2025-06-14T12:30:00Z",
    }
    assert body.count("We are looking into it.") == 1
    assert base.is_sound()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  state: {key: state}\n", "", "'states' of 'times.impact_start' has no updates to choose from"),
        ("  pattern: '^", "  each: '", ""),
        ("  pattern:", "  # pattern:", "'timeline' does not say where its entries are"),
        ("{states: [monitoring]}", "{duration: {unit: minutes}}", "'duration' of 'times.mitigated' has no source"),
        ("{states: [monitoring]}", "{states: [monitoring], day: {}}", "'day' of 'times.mitigated' has no source"),
        ("timeline:", "time_zones: {IST: Asia/Kolkatta}\ntimeline:", "there is no time zone 'Asia/Kolkatta'"),
    ],
)
def test_a_rule_for_times_that_cannot_work_is_a_mistake_of_the_mapping(
    base: EmptyBase, old: str, new: str, said: str
) -> None:
    base.write("page/mail.md", PAGE)
    result = base.import_source(base.folder / "page", LISTED.replace(old, new))
    assert said in result.output
    assert ("PIR701" in result.output) == bool(said)


@pytest.mark.parametrize(
    ("row", "times"),
    [
        ("2025-03-04 08:00,,,2025-03-04 09:00", {"impact_start": "08:00", "resolved": "09:00"}),
        ("2025-03-04 08:00,2025-03-04 07:30,,", {"impact_start": "07:30", "detected": "08:00"}),
        ("2025-03-04 08:00,,2025-03-04 08:05,", {"detected": "08:00", "acknowledged": "08:05"}),
        ("2025-03-04 08:00,2025-03-04,,", {"began_on": "", "detected": "08:00"}),
    ],
)
def test_the_opening_of_a_ticket_stands_for_an_unknown_start(base: EmptyBase, row: str, times: dict[str, str]) -> None:
    source = base.write("a.csv", f"number,title,opened,started,acknowledged,resolved,severity\nT-1,One,{row},1\n")
    result = base.import_source(source, "csv", "--client", "acme", "--timezone", "UTC", "--json")
    assert result.exit_code == 0, result.output
    written = {k: f"2025-03-04T{clock}:00Z" if clock else "2025-03-04" for k, clock in times.items()}
    assert base.record("PIR-T-1")[0]["times"] == written
    moved = json.loads(result.output)["fields"]["times.impact_start"]["defaulted"]
    assert moved == int("detected" not in times)
    assert "2025-03-04T0" in (base.folder / "kb/registers/incidents.csv").read_text("utf-8")


CSTATE = """\
---
title: Connections fail
date: 2018-04-13 15:54:00
resolved: true
resolvedWhen: 2018-04-13 17:30:00
severity: down
affected: [API]
---

*Monitoring* - It recovers. {{< track "2018-04-13 16:50:00" >}}

*Investigating* - We look into it. {{< track "2018-04-13 15:54:00" >}}
"""


def test_updates_of_cstate_give_the_time_of_mitigation(base: EmptyBase) -> None:
    base.write("content/issues/one.md", CSTATE)
    result = base.import_source(base.folder / "content", "cstate", "--client", "acme", "--timezone", "UTC")
    assert result.exit_code == 0, result.output
    assert base.record("STATUS-ONE")[0]["times"] == {
        "impact_start": "2018-04-13T15:54:00Z",
        "mitigated": "2018-04-13T16:50:00Z",
        "resolved": "2018-04-13T17:30:00Z",
    }


def test_a_document_has_its_day_from_its_facts_or_its_name(base: EmptyBase) -> None:
    base.write("d/2025-01-14-mail.md", "# Mail down\n\n**Client:** acme\n")
    base.write("d/web.md", "# Web down\n\n**Client:** acme\n**Date:** March 4, 2025\n**Duration:** 2 hours\n")
    base.write(
        "d/dns.md", "# DNS down\n\n**Client:** acme\n**Started:** 2025-03-04 10:00 UTC\n\n**Duration:** 2 hours\n"
    )
    result = base.import_source(base.folder / "d", "document")
    assert result.exit_code == 0, result.output
    assert base.record("PIR-2025-01-14-MAIL")[0]["times"] == {"began_on": "2025-01-14"}
    assert base.record("PIR-WEB")[0]["times"] == {"began_on": "2025-03-04"}
    expected = {"impact_start": "2025-03-04T10:00:00Z", "resolved": "2025-03-04T12:00:00Z"}
    assert base.record("PIR-DNS")[0]["times"] == expected


@pytest.mark.parametrize(
    ("stamps", "kept", "said"),
    [
        # start, mitigated, resolved
        (
            "08:00 09:00 07:00",
            "08:00 09:00 -",
            "the time of 'resolved', 2025-03-04 07:00, is before that of 'mitigated'",
        ),
        (
            "08:00 11:00 09:00",
            "08:00 - 09:00",
            "the time of 'mitigated', 2025-03-04 11:00, is after that of 'resolved'",
        ),
        (
            "10:00 08:00 09:00",
            "- 08:00 09:00",
            "the time of 'impact_start', 2025-03-04 10:00, is after that of 'mitigated'",
        ),
        ("10:00 - 09:00", "10:00 - -", "the time of 'resolved', 2025-03-04 09:00, is before that of 'impact_start'"),
    ],
)
def test_of_times_out_of_order_as_many_as_possible_stay(base: EmptyBase, stamps: str, kept: str, said: str) -> None:
    names = ("impact_start", "mitigated", "resolved")
    cells = ",".join("" if clock == "-" else f"2025-03-04 {clock}" for clock in stamps.split())
    mapping = MAPPING.replace(
        "{key: end, duration: {key: took, unit: minutes}}", "{key: end}\n  times.mitigated: {key: m}"
    )
    result = base.import_source(base.write("a.csv", f"number,title,start,m,end\nT-1,One,{cells}\n"), mapping)
    expected = {n: f"2025-03-04T{c}:00Z" for n, c in zip(names, kept.split(), strict=True) if c != "-"}
    assert base.record("T-1")[0]["times"] == expected
    assert result.output.count("PIR705") == 1
    assert said in result.output


def test_times_that_are_hardly_true_are_named_with_the_lines_of_the_source(base: EmptyBase) -> None:
    base.write("kb/clients/acme.md", "---\nid: acme\nname: Acme\nsince: 2020-01-01\n---\n")
    rows = [
        "T-1,One,2025-03-04 08:00,2025-05-04 08:00,",
        "T-2,Two,2024-03-04 08:00,2025-03-04 09:00,",
        "T-3,Three,2019-03-04 08:00,2019-03-04 09:00,",
        "T-4,Four,2024-12-31 23:00,2025-01-02 09:00,",
    ]
    result = base.import_source(base.write("a.csv", TABLE + "\n".join(rows) + "\n"), MAPPING, "--json")
    found = [(p["code"], p["line"], p["message"]) for p in json.loads(result.output)["problems"]]
    assert found == [
        ("PIR414", 2, "it is 61 days from 'impact_start' (line 2) to 'resolved' (line 2)"),
        ("PIR415", 3, "'resolved' (line 3) is in 2025, and 'impact_start' (line 3) in 2024"),
        ("PIR416", 4, "the incident began before the contract with acme began, 2020-01-01"),
    ]
    checked = json.loads(base.pir("check", "--format", "json").output)["problems"]
    assert [(p["code"], p["path"].partition("kb/")[2]) for p in checked if p["code"].startswith("PIR41")] == [
        ("PIR416", "pirs/2019/T-3.md"),
        ("PIR415", "pirs/2024/T-2.md"),
        ("PIR414", "pirs/2025/T-1.md"),
    ]


def test_days_are_days_in_the_register_too(base: EmptyBase) -> None:
    rows = (
        "number,title,opened,resolved\nT-1,One,2025-03-04,2025-03-05\nT-2,Two,2025-03-05,2025-03-04\n"
        "T-3,Three,2025-03-05,2025-03-05 10:00Z\nT-4,Four,2025-03-05,2025-03-04 10:00Z\n"
    )
    result = base.import_source(base.write("a.csv", rows), "csv", "--client", "acme")
    assert result.exit_code == 0, result.output
    register = (base.folder / "kb/registers/incidents.csv").read_text("utf-8").splitlines()
    assert register[1].startswith("T-1,acme,,,2025-03-04,2025-03-05,")
    assert register[2].startswith("T-2,acme,,,2025-03-05,,")
    assert register[3].startswith("T-3,acme,,,2025-03-05,2025-03-05T10:00:00Z,")
    assert register[4].startswith("T-4,acme,,,2025-03-05,,")
    assert "4 unchanged" in base.import_source(base.folder / "a.csv", "csv", "--client", "acme").output
    assert base.is_sound()


DAYS_AND_TIMES = MAPPING.replace(
    "{key: end, duration: {key: took, unit: minutes}}", "{key: end}\n  times.detected: {key: took}"
)


@pytest.mark.parametrize(
    ("row", "times", "said"),
    [
        (
            "2025-03-06,,2025-03-04 08:00",
            {"detected": "08:00"},
            "the day of 'began_on', 2025-03-06, is after 'detected'",
        ),
        (
            "2025-03-05,,2025-03-04 01:00",
            {"detected": "01:00"},
            "the day of 'began_on', 2025-03-05, is after 'detected'",
        ),
        ("2025-03-04 08:00,2025-03-02,", {"impact_start": "08:00"}, "the day of 'resolved_on', 2025-03-02, is before"),
        ("2025-03-04,2025-03-02,", {"began_on": ""}, "the day of 'resolved_on', 2025-03-02, is before 'began_on'"),
    ],
)
def test_a_day_that_contradicts_is_a_note_and_drops_no_record(
    base: EmptyBase, row: str, times: dict[str, str], said: str
) -> None:
    result = base.import_source(base.write("a.csv", TABLE + f"T-1,One,{row}\n"), DAYS_AND_TIMES)
    assert result.exit_code == 0, result.output
    assert said in result.output
    expected = {k: f"2025-03-04T{clock}:00Z" if clock else "2025-03-04" for k, clock in times.items()}
    assert base.record("T-1")[0]["times"] == expected
    assert base.is_sound()


def test_a_form_of_the_mapping_does_not_change_iso_8601() -> None:
    assert instant("2026-04-03 10:00", UTC, ["%Y-%d-%m %H:%M"]).written() == "2026-04-03T10:00:00Z"


@pytest.mark.parametrize(
    ("text", "near", "expected"),
    [
        ("Jun 14, 10:30 UTC", date(2025, 6, 13), "2025-06-14T10:30:00Z"),
        ("10:30 UTC on 14 June", date(2025, 6, 13), "2025-06-14T10:30:00Z"),
        ("Dec 31, 23:50 UTC", date(2026, 1, 1), "2025-12-31T23:50:00Z"),
        ("Feb 29, 10:00 UTC", date(2024, 12, 1), "2024-02-29T10:00:00Z"),
        ("Mon | Jun 27 | 13:47 PT", date(2022, 6, 28), "2022-06-27T13:47:00-07:00"),
        ("13:47 UTC", date(2022, 6, 28), "2022-06-28T13:47:00Z"),
        ("2021-06-01 13:47 UTC", date(2022, 6, 28), "2021-06-01T13:47:00Z"),
    ],
)
def test_a_day_without_a_year_is_the_nearest_to_the_day_of_its_rule(text: str, near: date, expected: str) -> None:
    assert instant(text, None, day=near).written() == expected


@pytest.mark.parametrize(
    ("text", "lacking"), [("Jun 14, 10:30 UTC", "year"), ("June 14", "year"), ("10:30 UTC", "day")]
)
def test_a_time_without_a_year_or_day_is_refused_where_no_rule_says(text: str, lacking: str) -> None:
    with pytest.raises(Rejected) as error:
        instant(text, None)
    assert f"is a time without a {lacking}" in error.value.message
    assert not isinstance(error.value, DayOnly)


def test_updates_without_a_year_take_that_of_their_document(base: EmptyBase) -> None:
    base.write(
        "page/2026-01-01-mail.md", PAGE.replace("Jun 14, 2025 - 12", "Jan 1, 12").replace("Jun 14, 2025 -", "Dec 31,")
    )
    day = "day: {file: '^(\\d{4}-\\d\\d-\\d\\d)'}"
    mapping = LISTED.replace("{states: [", "{" + day + ", states: [").replace("{states:", "{states:")
    base.import_source(base.folder / "page", mapping)
    assert base.record("S-2026-01-01-MAIL")[0]["times"] == {
        "impact_start": "2025-12-31T10:02:00Z",
        "mitigated": "2025-12-31T11:05:00Z",
        "resolved": "2026-01-01T12:30:00Z",
    }


def test_a_report_without_a_start_says_once_that_another_time_stands_for_it(base: EmptyBase) -> None:
    mapping = DOCUMENTS.replace("times.impact_start: {section", "times.detected: {section").replace(
        "  times.resolved:", "  times.impact_start: {key: started, or_time: detected}\n  times.resolved:"
    )
    base.write("reports/one-on-2025-07-04.md", REPORT.format(zone="UTC"))
    result = base.import_source(base.folder / "reports", mapping)
    expected = {"impact_start": "2025-07-04T22:10:00Z", "resolved": "2025-07-04T23:40:00Z"}
    assert base.record("T-ONE")[0]["times"] == expected
    assert result.output.count("the time of 'detected' stands for that of 'impact_start'") == 1
    assert "the source has no value for 'times.impact_start'" not in result.output
