"""Look up for which systems the pinned dependencies have wheels, and write it into docs/platforms.md: `make wheels`.

`uv` (of the extra `release`) resolves as an installation on each system would, with its markers, and says which package
has no wheel there. Nothing is installed. It needs the package index, so no test runs it.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/platforms.md"
BEGIN, END = "<!-- wheels: make wheels -->\n", "<!-- /wheels -->"

SYSTEMS = {
    "Linux, x86-64": "x86_64-unknown-linux-gnu",
    "Linux, ARM": "aarch64-unknown-linux-gnu",
    "Linux with musl, x86-64": "x86_64-unknown-linux-musl",
    "Linux with musl, ARM": "aarch64-unknown-linux-musl",
    "macOS, Apple silicon": "aarch64-apple-darwin",
    "macOS, Intel": "x86_64-apple-darwin",
    "Windows, x86-64": "x86_64-pc-windows-msvc",
    "Windows, ARM": "aarch64-pc-windows-msvc",
}
"""The systems, each with the name that uv has for it."""

_MISSING = re.compile(r"([\w.-]+)(?:\{[^}]*\})?(?:[=<>]=[\w.*]+)? has no usable wheels")


def lacking(system: str, python: str, extras: tuple[str, ...]) -> list[str]:
    """The packages that have no wheel for a system and a version of Python."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = [*project["dependencies"], *(line for e in extras for line in project["optional-dependencies"][e])]
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        requirements, left_out = Path(folder, "requirements.in"), Path(folder, "left-out.txt")
        requirements.write_text("\n".join(needed), "utf-8")
        while True:
            left_out.write_text("".join(f"{name}; sys_platform == 'none'\n" for name in found), "utf-8")
            command = [
                *(
                    sys.executable,
                    "-m",
                    "uv",
                    "pip",
                    "compile",
                    str(requirements),
                    "--quiet",
                    "--no-header",
                    "--only-binary",
                    ":all:",
                ),
                *("--python-platform", system, "--python-version", python),
                *("--constraint", str(ROOT / "constraints.txt"), "--override", str(left_out)),
            ]
            done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
            if done.returncode == 0:
                return sorted(found)
            missing = _MISSING.search(" ".join(done.stderr.split()))
            if missing is None or missing[1] in found:
                raise SystemExit(f"{system}, Python {python}: {done.stderr}")
            found.append(missing[1])


def table() -> str:
    """Each system with the packages that have no wheel there."""
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["classifiers"]
    versions = [line.rpartition(" ")[2] for line in classifiers if re.search(r":: 3\.\d+$", line)]
    lines = ["| system | without a wheel | of an extra |", "|---|---|---|"]
    for name, system in SYSTEMS.items():
        base = {python: lacking(system, python, ()) for python in versions}
        more = {python: lacking(system, python, ("dask", "mcp", "pdf")) for python in versions}
        more = {python: sorted(set(names) - set(base[python])) for python, names in more.items()}
        lines.append(f"| {name} | {_in_words(base)} | {_in_words(more)} |")
        print(lines[-1], flush=True)
    return "\n".join(lines) + "\n"


def _in_words(lacks: dict[str, list[str]]) -> str:
    parts = []
    for package in sorted({name for names in lacks.values() for name in names}):
        where = [python for python, names in lacks.items() if package in names]
        parts.append(f"`{package}`" + ("" if len(where) == len(lacks) else f" (Python {', '.join(where)})"))
    return ", ".join(parts) or "none"


if __name__ == "__main__":
    made = table()
    before, rest = PAGE.read_text("utf-8").split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{made}\n{END}{rest.partition(END)[2]}", "utf-8", newline="\n")
