"""`pir` in a process of its own in which some packages are missing, as where they were never installed."""

from __future__ import annotations

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


def pir_without(packages: tuple[str, ...], folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `pir` on the knowledge base of a folder; an import of one of the packages fails, and none can be found."""
    command = [sys.executable, "-c", _PROGRAM, ",".join(packages), "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)
