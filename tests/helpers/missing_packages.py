"""`pir` in a process of its own in which some packages are missing, as where they were never installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_PROGRAM = """
import sys
for name in sys.argv[1].split(","):
    sys.modules[name] = None
from mkdocs_pir.cli import main
main(sys.argv[2:])
"""


def pir_without(
    missing: tuple[str, ...], folder: Path, *arguments: str, packages: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `pir` on the knowledge base of a folder; an import of one of the `missing` packages fails, and none is found.

    `packages` is a folder of packages that come before those that are installed.
    """
    command = [sys.executable, "-c", _PROGRAM, ",".join(missing), "-C", str(folder), *arguments]
    environment = {**os.environ, **({"PYTHONPATH": str(packages)} if packages is not None else {})}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
