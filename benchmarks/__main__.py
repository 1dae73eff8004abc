"""Measure builds and commands beside plain MkDocs, ProperDocs and Hugo, and hold the figures against the goals.

    make bench ARGS="--sizes 1000,10000 --out figures.md"
    python -m benchmarks [--sizes 100,1000] [--kb DIR] [--only NAME,…] [--tools pir,mkdocs] [--repeat 3]

Each measurement is printed as it comes and written to the file of `--out`; whatever fails, the others go on.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import report, scenarios, workspace
from benchmarks.workspace import Workspace

from mkdocs_pir.kb import settings

Bases = dict[str, tuple[Callable[[Path], Workspace], bool]]


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    """The options, checked. A mistake ends the program with a message and exit code 2."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="100,1000", metavar="N,…", help="reviews and lessons to generate (100,1000)")
    parser.add_argument("--kb", type=Path, metavar="DIR", help="measure a copy of this knowledge base instead")
    parser.add_argument("--only", default="", metavar="NAME,…", help=f"scenarios, of {', '.join(scenarios.NAMES)}")
    parser.add_argument("--tools", default="", metavar="NAME,…", help=f"tools, of {', '.join(scenarios.TOOLS)}")
    parser.add_argument("--repeat", type=int, default=1, metavar="N", help="rounds; the median counts (1)")
    parser.add_argument("--clients", type=int, default=100, metavar="N", help="clients of the scenarios of many (100)")
    parser.add_argument("--reviews", type=int, default=1000, metavar="N", help="reviews of these clients (1000)")
    parser.add_argument("--limit", type=float, default=3600, metavar="SECONDS", help="of one measurement (3600)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write Markdown or, if it ends so, .json")
    options = parser.parse_args(arguments)
    try:
        options.sizes = [int(size) for size in options.sizes.split(",")]
    except ValueError:
        parser.error(f"--sizes are numbers with commas between them, such as 100,1000: {options.sizes}")
    for name, known in (("only", scenarios.NAMES), ("tools", tuple(scenarios.TOOLS))):
        chosen = [word.strip() for word in getattr(options, name).split(",") if word.strip()] or list(known)
        if unknown := [word for word in chosen if word not in known]:
            parser.error(f"--{name}: there is no '{unknown[0]}'; choose from {', '.join(known)}")
        setattr(options, name, chosen)
    if min(*options.sizes, options.reviews) < 10 or options.clients < 1:
        parser.error("a knowledge base has at least 10 records and 1 client")
    if options.repeat < 1 or options.limit <= 0:
        parser.error("--repeat and --limit are above 0")
    if options.kb and settings.config_in(options.kb) is None:
        parser.error(f"--kb: there is no mkdocs.yml in {options.kb}")
    if options.out and not options.out.absolute().parent.is_dir():
        parser.error(f"there is no folder {options.out.parent}")
    return options


def bases(options: argparse.Namespace) -> Bases:
    """The knowledge bases by name: how each is made, and whether it is the one of many clients."""
    if options.kb:
        return {options.kb.absolute().name: (lambda folder: workspace.copied(folder, options.kb), False)}
    chosen: Bases = {
        f"{size:,} records": (lambda folder, size=size: workspace.generated(folder, size), False)
        for size in sorted(set(options.sizes))
    }
    chosen[f"{options.clients:,} clients"] = (
        lambda folder: workspace.generated(folder, reviews=options.reviews, clients=options.clients),
        True,
    )
    return chosen


def measure(options: argparse.Namespace, tools: list[str]) -> Iterator[scenarios.Result]:
    """Every measurement in its order: knowledge bases, rounds, scenarios, tools, which take turns in being first."""
    for name, (make, many) in bases(options).items():
        chosen = [one for one in scenarios.SCENARIOS if one.name in options.only and one.fixed is many]
        if not chosen:
            continue
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            try:
                base = make(Path(scratch).resolve())
            except (OSError, ValueError) as error:
                yield scenarios.Result(name, chosen[0].name, "pir", error=str(error))
                continue
            for number in range(options.repeat):
                order = tools if number % 2 == 0 else tools[::-1]
                for scenario in chosen:
                    for result in scenarios.measure(base, scenario, order, options.limit):
                        result.base, result.round = name, number
                        yield result


def main() -> None:
    options = options_of()
    # ended from outside, as a pipeline does it, it ends what it started, as after an interrupt
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # every tool measures the same edition, whatever the environment says
    os.environ.pop("PIR_EDITION", None)
    # pip compiles what it installs, but not the working copy that is measured: Python does that once, unless forbidden
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    absent = [tool for tool in scenarios.absent() if tool in options.tools]
    tools = [tool for tool in options.tools if tool not in absent]
    kept = report.Report([f"commit {report.commit()}", *map(scenarios.version, tools)], absent)
    try:
        for result in measure(options, tools):
            kept.results.append(result)
            print(report.line(result), flush=True)
            if options.out:
                kept.write(options.out)
    except KeyboardInterrupt:
        print("interrupted; this was measured before")
    print(f"\n{kept.markdown()}")
    if any(result.error for result in kept.results):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
