"""Install what only `make nightly` needs: the fuzzer, and the plugins of MkDocs that are tried beside ours.

The plugins are the group `other-plugins` of pyproject.toml, which is read here, as pip knows groups from 25.1 on only.
What cannot be installed is said loudly, and its tests are skipped; where CI=true the run ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def plugins() -> list[str]:
    """The requirements of the group, as pip takes them."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    return list(groups["other-plugins"])


def pip_install(arguments: Sequence[str]) -> bool:
    """Whether pip could install all of these into the environment of this Python."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    command = [*pip, "install", "--constraint", "constraints.txt", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def not_installed(requirements: Sequence[str], install: Callable[[Sequence[str]], bool]) -> list[str]:
    """Install requirements: all at once, and each alone where one of them fails. Returns those that failed."""
    if install(requirements):
        return []
    return [requirement for requirement in requirements if not install([requirement])]


def main() -> int:
    missing = [] if pip_install(["--editable", ".[dev,fuzz]"]) else ["the fuzzer (extra fuzz)"]
    missing += not_installed(plugins(), pip_install)
    if missing:
        lines = ["These could not be installed, and their tests WILL BE SKIPPED:", *(f"  {name}" for name in missing)]
        print("*" * 72, *(f"*  {line}" for line in lines), "*" * 72, sep="\n", flush=True)
    return 1 if missing and os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
