"""Charts: their drawing, gaps, table of values, and markup that is safe to inline."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from mkdocs_pir.site import charts
from mkdocs_pir.site.charts import Chart

SVG = "{http://www.w3.org/2000/svg}"
QUARTERS = ("2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3")
START = datetime(2025, 3, 12, 3, 0, tzinfo=UTC)
HOSTILE = '<script>alert(1)</script> & "quoted" ]]> \x00\x1b'


def percentages(*values: float | None, **more: object) -> Chart:
    points = [(label, value, None if value is None else 10) for label, value in zip(QUARTERS, values, strict=True)]
    chart = charts.trend("Closed on time", "By quarter.", points, unit="%", **more)  # type: ignore[arg-type]
    assert chart
    return chart


EVERY_KIND: dict[str, Callable[[str], Chart | None]] = {
    "trend": lambda t: charts.trend(t, t, [(t, 3.0, 4), (t, None, None)], unit="%", target=2.0),
    "columns": lambda t: charts.columns_over_time(t, t, [t], [3], closed=[1], backlog=[2], names=(t, t, t)),
    "histogram": lambda t: charts.histogram(t, t, [3, 40]),
    "bars": lambda t: charts.bars(t, t, [(t, 3.0), (t * 3, 1.0)], cumulative=True),
    "heatmap": lambda t: charts.heatmap(t, t, [t, "b"], [t, "c"], [[1, 0], [0, 5]]),
    "timeline": lambda t: charts.timeline(t, t, [(t, START), (t, START + timedelta(hours=1))]),
}


def marks(chart: Chart, role: str, tag: str) -> list[ET.Element]:
    groups = ET.fromstring(chart.svg).iterfind(f"{SVG}g[@class='pir-chart__{role}']")
    return [mark for group in groups for mark in group.iterfind(f"{SVG}{tag}")]


def words(chart: Chart) -> list[str]:
    return ["".join(part for part in element.itertext()) for element in ET.fromstring(chart.svg).iter(f"{SVG}text")]


def percent(value: str | None) -> float:
    assert value
    assert value.endswith("%")
    return float(value[:-1])


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_is_safe_to_inline_under_a_strict_policy(kind: str) -> None:
    chart = EVERY_KIND[kind](HOSTILE)
    assert chart
    assert not re.search(r"<(script|style|image|use|foreignObject|a)\b", chart.svg)
    assert not re.search(r"\s(style|href|xlink:href|on\w+)=", chart.svg)
    assert "url(" not in chart.svg
    assert "&lt;script&gt;" in chart.svg
    assert not re.search("[\x00-\x08\x1b]", chart.svg)
    ET.fromstring(chart.svg)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_is_named_for_screen_readers(kind: str) -> None:
    chart = EVERY_KIND[kind]("A plain title")
    assert chart
    root = ET.fromstring(chart.svg)
    named = {element.get("id"): element.text for element in root if element.get("id")}
    assert root.get("role") == "img"
    assert [named[anchor] for anchor in (root.get("aria-labelledby") or "").split()] == ["A plain title"] * 2


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_the_same_input_gives_the_same_bytes(kind: str) -> None:
    assert EVERY_KIND[kind]("x") == EVERY_KIND[kind]("x")


def test_ids_differ_between_charts_and_between_keys() -> None:
    made = [
        *(make("x") for make in EVERY_KIND.values()),
        percentages(50, 60, 70, 80),
        percentages(50, 60, 70, 80, key="second"),
        percentages(50, 60, 70, 81),
    ]
    ids = [found for chart in made if chart for found in re.findall(r' id="([^"]+)"', chart.svg)]
    assert len(ids) == len(set(ids)) == 2 * len(made)


@pytest.mark.parametrize(
    "made",
    [
        lambda: charts.trend("t", "d", []),
        lambda: charts.trend("t", "d", [("2025-01", None, None), ("2025-02", None, 0)], target=5),
        lambda: charts.columns_over_time("t", "d", [], []),
        lambda: charts.columns_over_time("t", "d", ["2025-01"], [0], closed=[0]),
        lambda: charts.histogram("t", "d", []),
        lambda: charts.bars("t", "d", [("a", 0.0)]),
        lambda: charts.heatmap("t", "d", ["a"], ["b"], [[0]]),
        lambda: charts.timeline("t", "d", [("Impact started", START), ("Detected", None)]),
        lambda: charts.spark([None, None]),
    ],
)
def test_nothing_to_draw_gives_no_chart(made: Callable[[], object]) -> None:
    assert made() is None


def test_a_target_line_stands_at_its_value() -> None:
    chart = percentages(0, 50, 75, 100, target=75.0)
    (line,) = marks(chart, "goal", "line")
    heights = [dot.get("cy") for dot in marks(chart, "fill1", "circle")]
    assert line.get("y1") == line.get("y2") == heights[2]
    assert "target 75%" in words(chart)


def test_values_are_drawn_to_scale_from_zero() -> None:
    zero, quarter, half, whole = (
        float(dot.get("cy") or 0) for dot in marks(percentages(0, 25, 50, 100), "fill1", "circle")
    )
    (base,) = marks(percentages(0, 25, 50, 100), "base", "line")
    assert float(base.get("y1") or 0) == zero
    assert (zero - quarter) * 4 == (zero - half) * 2 == zero - whole


def test_a_missing_period_is_a_gap() -> None:
    assert len(marks(percentages(10, 20, 30, 40), "line1", "line")) == 3
    chart = percentages(10, None, 30, 40)
    assert len(marks(chart, "line1", "line")) == 1
    assert len(marks(chart, "fill1", "circle")) == 3
    assert chart.rows[1] == ("2025-Q1", "no data", "")
    assert {"Q4", "Q1", "Q2", "Q3"} <= set(words(chart))


def test_a_period_still_running_is_drawn_and_named_apart() -> None:
    chart = percentages(10, 20, 30, 40, incomplete_last=True)
    assert len(marks(chart, "sofar", "line")) == len(marks(chart, "hollow1", "circle")) == 1
    assert len(marks(chart, "fill1", "circle")) == 3
    assert "so far" in words(chart)
    assert chart.rows[-1][1] == "40% so far"
    assert "so far" not in " ".join(words(percentages(10, 20, 30, 40)))


def test_the_table_holds_the_figures_of_a_trend() -> None:
    chart = charts.trend("t", "d", [("2025-01", 95.0, 1200), ("2025-02", 7.5, 3)], unit="min", measure="Median")
    assert chart
    assert chart.columns == ("Period", "Median", "n")
    assert chart.rows == (("2025-01", "1 h 35 min", "1,200"), ("2025-02", "8 min", "3"))


def test_one_point_is_a_named_dot_without_a_line() -> None:
    chart = charts.trend("t", "d", [("2025-Q3", 80.0, 5)], unit="%")
    assert chart
    assert len(marks(chart, "fill1", "circle")) == 1
    assert not marks(chart, "line1", "line")
    assert "80%" in words(chart)


def test_bars_of_a_trend_end_at_their_value() -> None:
    first, second = marks(percentages(50, None, 100, None, mark="bar"), "fill1", "rect")
    assert 2 * float(first.get("height") or 0) == float(second.get("height") or 0)


@pytest.mark.parametrize(
    "made",
    [
        lambda: charts.trend("t", "d", [("2025-01", -1.0, 1)]),
        lambda: charts.columns_over_time("t", "d", ["2025-01"], [-1]),
        lambda: charts.columns_over_time("t", "d", ["2025-01"], [1, 2]),
        lambda: charts.columns_over_time("t", "d", ["2025-01"], [], closed=[1]),
        lambda: charts.histogram("t", "d", [-1]),
        lambda: charts.bars("t", "d", [("a", 2.0), ("b", -1.0)]),
        lambda: charts.heatmap("t", "d", ["a"], ["b"], [[1, 2]]),
        lambda: charts.heatmap("t", "d", ["a"], ["b", "c"], [[1, -2]]),
    ],
)
def test_figures_that_cannot_be_are_refused(made: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"zero|period|lies below|one line per row"):
        made()


def test_counts_have_whole_ticks() -> None:
    for top in (1, 2, 3, 5, 7, 9, 11, 26, 240):
        chart = charts.columns_over_time("t", "d", ["2025-01"], [top], closed=[1])
        assert chart
        axis = [mark.text or "" for mark in marks(chart, "muted", "text")]
        assert all(re.fullmatch(r"[\d,]+|\d\d\d\d|Jan", label) for label in axis)


def test_opened_closed_and_backlog_share_the_periods() -> None:
    chart = charts.columns_over_time(
        "t", "d", ["2025-01", "2025-02"], [4, 0], closed=[2, 3], backlog=[12, 9], incomplete_last=True
    )
    assert chart
    assert chart.columns == ("Period", "Opened", "Closed", "Open at the end")
    assert chart.rows == (("2025-01", "4", "2", "12"), ("2025-02 (so far)", "0", "3", "9"))
    assert {"Opened", "Closed", "Open at the end", "12", "9"} <= set(words(chart))
    assert len(marks(chart, "partial2", "rect")) == 1


def test_ages_fall_into_half_open_classes() -> None:
    chart = charts.histogram("t", "d", [0, 6.9, 7, 364, 365, 4000])
    assert chart
    table = dict(chart.rows)
    assert sum(map(int, table.values())) == 6
    assert (table["0 to under 7"], table["7 to under 14"]) == ("2", "1")
    assert (table["180 to under 365"], table["365 and more"]) == ("1", "2")


def test_bars_are_as_long_as_their_values_and_named() -> None:
    chart = charts.bars("t", "d", [("Expired certificate", 8.0), ("Capacity", 2.0), ("Unknown", 0.0)])
    assert chart
    long, short = (percent(bar.get("width")) for bar in marks(chart, "fill1", "rect"))
    assert long == pytest.approx(4 * short, rel=0.01)
    assert words(chart) == ["Expired certificate", "Capacity", "Unknown", "8", "2", "0"]


def test_the_running_share_ends_at_the_whole() -> None:
    chart = charts.bars("t", "d", [("a", 60.0), ("b", 30.0), ("c", 10.0)], unit="min", cumulative=True)
    assert chart
    assert chart.rows == (
        ("a", "1 h", "60%", "60%"),
        ("b", "30 min", "30%", "90%"),
        ("c", "10 min", "10%", "100%"),
    )
    at = [percent(dot.get("cx")) for dot in marks(chart, "fill2", "circle")]
    goal, *_ = marks(chart, "goal", "line")  # it makes room for words beside the dots
    assert at == sorted(at)
    assert at[0] < percent(goal.get("x1")) < at[1]


def test_a_long_tail_is_one_sum_and_longer_in_the_table() -> None:
    chart = charts.bars("t", "d", [(f"Cause {i}", 40.0 - i) for i in range(40)])
    assert chart
    assert len(marks(chart, "fill1", "rect")) == 15
    (rest,) = marks(chart, "rest", "rect")
    first = marks(chart, "fill1", "rect")[0]
    together = sum(40 - i for i in range(15, 40))
    assert percent(rest.get("width")) == pytest.approx(percent(first.get("width")) / 40 * together, rel=0.01)
    assert "25 more, together" in words(chart)
    assert str(sum(40 - i for i in range(15, 40))) in words(chart)
    assert len(chart.rows) == 31
    assert chart.rows[-1] == ("10 more, together", str(sum(40 - i for i in range(30, 40))))


def test_a_long_name_is_shortened_in_the_drawing_and_whole_in_the_table() -> None:
    name = "A change to the routing that nobody had tried out on the spare pair before"
    chart = charts.bars("t", "d", [(name, 3.0)])
    assert chart
    assert chart.rows[0][0] == name
    by_width = {mark.get("class"): mark for mark in marks(chart, "ink", "text")}
    narrow = by_width["pir-chart__below480"]
    assert (narrow.text or "").endswith("…")
    assert narrow.findtext(f"{SVG}title") == name
    assert by_width["pir-chart__from480"].text == name


def test_a_heat_map_shows_each_count_and_no_zeros() -> None:
    chart = charts.heatmap("t", "d", ["Capacity", "Change"], ["DNS", "Backup"], [[7, 0], [1, 2]])
    assert chart
    assert words(chart) == ["DNS", "Backup", "Capacity", "Change", "1", "2", "7"]
    assert chart.columns == ("Cause", "DNS", "Backup")
    assert chart.rows == (("Capacity", "7", "0"), ("Change", "1", "2"))
    assert len(marks(chart, "heat5", "rect")) == 1


def test_a_heat_map_beyond_its_limits_sums_the_rest() -> None:
    chart = charts.heatmap(
        "t", "d", ["a", "b", "c", "d"], list("wxyz"), [[1, 2, 3, 4]] * 4, limit_rows=2, limit_columns=2
    )
    assert chart
    assert words(chart).count("2 more") == 2
    assert [mark.text for mark in marks(chart, "muted", "text") if mark.text != "2 more"][-5:] == [
        "7",
        "7",
        "2",
        "4",
        "14",
    ]
    assert chart.columns == ("Cause", "w", "x", "2 more")
    assert chart.rows == (("a", "1", "2", "7"), ("b", "1", "2", "7"), ("2 more", "2", "4", "14"))


def test_a_spark_line_is_decoration_with_gaps() -> None:
    svg = charts.spark([1, 2, None, 4])
    assert svg
    root = ET.fromstring(svg)
    assert root.get("aria-hidden") == "true"
    assert (root.get("width"), root.get("height")) == ("96", "24")
    path = root.find("path")
    assert path is not None
    assert (path.get("d") or "").count("M") == 2
    assert charts.spark([4]) is not None


def test_a_single_point_of_a_spark_line_can_be_seen() -> None:
    svg = charts.spark([1, None, 2, None, 3, 4])
    assert svg
    dots = [(dot.get("cx"), float(dot.get("r") or 0)) for dot in ET.fromstring(svg).iter("circle")]
    assert dots == [("4", 2), ("39.2", 2), ("92", 2.5)]
