"""The tables of a run as Markdown, and its measurements as JSON."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.goals import GOALS, Figures, number, verdict
from benchmarks.scenarios import SCENARIOS, TOOLS, Result

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
TITLES = {scenario.name: scenario.title for scenario in SCENARIOS}


@dataclass
class Report:
    """All results so far, in order of the knowledge bases, and what they were measured with."""

    versions: Sequence[str]
    absent: Sequence[str]
    results: list[Result] = field(default_factory=list)
    machine: str = field(default_factory=lambda: machine())
    began: str = field(default_factory=lambda: f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")

    def write(self, file: Path) -> None:
        """Write JSON, or Markdown: between the marks where the file has them, else all of it."""
        if file.suffix == ".json":
            text = json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"
        else:
            old = file.read_text("utf-8") if file.exists() else f"{BEGIN}{END}\n"
            before, _, rest = old.partition(BEGIN)
            _, mark, after = rest.partition(END)
            text = f"{before}{BEGIN}\n\n{self.markdown()}\n{END}{after}" if mark else self.markdown() + "\n"
        partial = file.with_name(f"{file.name}.part")
        partial.write_text(text, "utf-8")
        partial.replace(file)

    def markdown(self) -> str:
        return "\n".join([*self._head(), *self._goals(), *self._figures(), *self._growth(), *self._folders()])

    def _bases(self) -> dict[str, Figures]:
        names = dict.fromkeys(result.base for result in self.results)
        by_name = {name: [one for one in self.results if one.base == name] for name in names}
        first = next((results for results in by_name.values() if not _of_clients(results)), [])
        return {name: Figures(results, first) for name, results in by_name.items()}

    def _head(self) -> Iterator[str]:
        loads = [result.load for result in self.results] or [0.0]
        busy = max(loads) > (os.cpu_count() or 1) + 1
        yield f"Measured {self.began} on {self.machine}, with {', '.join(self.versions)}."
        for tool in self.absent:
            yield f"{TOOLS[tool]}: absent, not installed where this was measured."
        yield (
            f"Load while measuring: {min(loads):.1f} to {max(loads):.1f}"
            + ("; other work ran too, so that only CPU seconds, memory and ratios say something." if busy else ".")
        )

    def _goals(self) -> Iterator[str]:
        bases = self._bases()
        machine = [f"{factor:.2f}" if (factor := figures.machine()) else "–" for figures in bases.values()]
        yield "\n### Goals\n"
        yield "Goals are for 10,000 records, and are held against each size that was measured; × plain is against MkDocs with Material in the same run.\n"
        yield _row(["goal", "limit", *bases])
        yield _row(["---"] * (len(bases) + 2))
        for goal in GOALS:
            yield _row([goal.name, f"≤ {number(goal.limit, goal.unit)}", *(verdict(goal, f) for f in bases.values())])
        yield _row(["limits in seconds were multiplied by", "", *machine])

    def _figures(self) -> Iterator[str]:
        head = ["what", "tool", "wall s", "CPU s", "MB", "wall to plain", "CPU to plain"]
        head += ["files written", "MB written", "files changed", "load"]
        for name, figures in self._bases().items():
            yield f"\n### {name}\n"
            yield _row(head)
            yield _row(["---", "---", *["--:"] * (len(head) - 2)])
            for scenario in SCENARIOS:
                for tool in TOOLS:
                    here = [one for one in figures.results if (one.scenario, one.tool) == (scenario.name, tool)]
                    if here:
                        yield _row(_cells(figures, here))
            yield from _notes(figures)

    def _growth(self) -> Iterator[str]:
        bases = {name: figures for name, figures in self._bases().items() if figures.get("cpu", "cold")}
        if len(bases) < 2:
            return
        yield "\n### Growth: the cost of each record\n"
        yield _row(["knowledge base", "pir, CPU ms", "plain, CPU ms", "to the first", "published kB"])
        yield _row(["---", "--:", "--:", "--:", "--:"])
        for name, figures in bases.items():
            costs = [figures.get("cpu", "cold", tool) for tool in ("pir", "mkdocs")]
            each = [f"{1000 * cpu / figures.records:.1f}" if cpu else "–" for cpu in costs]
            growth = figures.growth()
            yield _row([name, *each, f"{growth:.2f} ×" if growth else "1", f"{figures.published():.1f}"])

    def _folders(self) -> Iterator[str]:
        sizes = {name: found[-1].more["folders"] for name, f in self._bases().items() if (found := f.sound("cold"))}
        if not sizes:
            return
        yield "\n### Published MB of the internal edition, by folder\n"
        yield _row(["folder", *sizes])
        yield _row(["---", *["--:"] * len(sizes)])
        largest = list(sizes.values())[-1]
        for folder in sorted(largest, key=lambda name: -largest[name]):
            yield _row([f"`{folder}`", *(f"{size.get(folder, 0) / 1e6:.2f}" for size in sizes.values())])
        yield _row(["all", *(f"{sum(size.values()) / 1e6:.2f}" for size in sizes.values())])


def line(result: Result) -> str:
    """One measurement, printed as it comes."""
    start = f"{result.base:<16} {result.scenario:<13} {result.tool:<10}"
    if result.error:
        return f"{start} failed: {result.error}"
    return f"{start} {result.wall:8.2f} s {result.cpu:8.2f} CPU s {result.memory:7.0f} MB   load {result.load:.1f}"


def machine() -> str:
    """The machine: processor, cores, memory, system and Python."""
    model, memory = platform.processor() or platform.machine(), ""
    if (info := Path("/proc/cpuinfo")).is_file():
        model = next(
            (one.partition(": ")[2] for one in info.read_text("utf-8", "replace").splitlines() if "model name" in one),
            model,
        )
        memory = f", {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB"
    python = platform.python_version()
    return f"{model}, {os.cpu_count()} cores{memory}, {platform.system()} {platform.release()}, Python {python}"


def _of_clients(results: Sequence[Result]) -> bool:
    return any(one.scenario.startswith("clients-") for one in results)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(figures: Figures, here: Sequence[Result]) -> list[str]:
    one = next((result for result in reversed(here) if not result.error), here[-1])
    title = TITLES[one.scenario]
    if one.error:
        error = one.error.replace("|", "\\|")
        return [title, one.tool, f"failed: {error}", *[""] * 7, f"{one.load:.1f}"]
    found = [figures.get(what, one.scenario, one.tool) for what in ("wall", "cpu", "memory")]
    wall, cpu, memory = (value or 0.0 for value in found)
    ratios = [figures.ratio(what, one.scenario, tool=one.tool) for what in ("wall", "cpu")]
    more: dict[str, Any] = one.more
    files = ["", "", ""]
    if "written" in more:
        files = [f"{more['written'][0]:,}", f"{more['written'][1] / 1e6:.1f}", f"{more['changed'][0]:,}"]
    return [
        title,
        one.tool,
        f"{wall:.2f}",
        f"{cpu:.2f}",
        f"{memory:.0f}",
        *(f"{ratio:.2f}" if ratio else "–" for ratio in ratios),
        *files,
        f"{one.load:.1f}",
    ]


def _notes(figures: Figures) -> Iterator[str]:
    """What does not fit into a row: editions built again, the start of the preview, and the stages of a build."""
    for scenario in ("clients-cold", "clients-warm", "clients-word"):
        for one in figures.sound(scenario)[-1:]:
            again, showing = one.more["again"], one.more["showing"]
            which = f" ({', '.join(again)})" if len(again) <= 5 and again else ""
            files, size = one.more["all"]
            yield (
                f"\n{TITLES[scenario]}: {len(again)} of {one.more['editions']} editions were built again{which}; "
                f"the files of {len(showing)} differ from before. Published: {files:,} files, {size / 1e6:,.0f} MB."
            )
    for tool in TOOLS:
        for one in figures.sound("preview", tool)[-1:]:
            yield f"\nThe preview of {tool} answered first {one.more['first page']:.1f} s after its start."
    for one in figures.sound("stages")[-1:]:
        yield f"\n```text\n{one.more['said'].strip()}\n```"


def commit() -> str:
    """The commit that is measured, and whether files differ from it."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or f"no repository, {sys.platform}"
