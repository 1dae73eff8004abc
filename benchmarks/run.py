"""Measure check and build at several sizes beside a plain MkDocs build of the same files, as ratios in one run.

    python benchmarks/run.py [--sizes 100,1000] [--kb DIR]

Times are wall-clock seconds of one child process each, memory its peak; `--kb DIR` measures a knowledge base of
your own instead of generated ones.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import generate

PLAIN = "site_name: Plain\ndocs_dir: {docs}\nsite_dir: {site}\ntheme: {{name: material, font: false}}\nplugins: [search]\nnot_in_nav: '/**'\nnav: [{{Home: index.md}}]\n"


@dataclass(frozen=True)
class Measure:
    """One child process: wall seconds, CPU seconds, peak memory in MB."""

    wall: float
    cpu: float
    memory: float


def run(*command: str, cwd: Path) -> Measure:
    """Run a command in a process of its own and measure it. Raises CalledProcessError when it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.stderr.write(errors.decode(errors="replace"))
        raise subprocess.CalledProcessError(status, command)
    unit = 1 if sys.platform == "darwin" else 1024
    return Measure(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e6)


def measure(folder: Path) -> tuple[int, dict[str, Measure]]:
    """Check and build one knowledge base, then the same Markdown with MkDocs and Material alone."""
    pir = [sys.executable, "-m", "mkdocs_pir", "-C", str(folder)]
    out = folder / "measured"
    rows = {
        "pir check": run(*pir, "check", cwd=folder),
        "pir build internal": run(*pir, "build", "--out", str(out), cwd=folder),
        "pir search": run(*pir, "search", "certificate expired", cwd=folder),
    }
    records = sum(1 for _ in (folder / "kb").rglob("*.md"))
    plain = folder / "plain.yml"
    plain.write_text(PLAIN.format(docs=folder / "kb", site=folder / "plain-site"), "utf-8")
    rows["mkdocs build, plain"] = run(sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(plain), cwd=folder)
    plain.unlink()
    return records, rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100,1000")
    parser.add_argument("--kb", type=Path)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"{'records':>8}  {'what':<22}{'wall s':>8}{'cpu s':>8}{'MB':>7}{'to plain':>10}")
    for size in [0] if options.kb else [int(s) for s in options.sizes.split(",")]:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            if options.kb:
                subprocess.run(
                    ["cp", "-r", str(options.kb / "kb"), str(options.kb / "mkdocs.yml"), scratch], check=True
                )
            else:
                generate.write(folder, size)
            records, rows = measure(folder)
        plain = rows["mkdocs build, plain"].cpu
        for name, row in rows.items():
            print(f"{records:>8}  {name:<22}{row.wall:>8.1f}{row.cpu:>8.1f}{row.memory:>7.0f}{row.cpu / plain:>10.2f}")


if __name__ == "__main__":
    main()
