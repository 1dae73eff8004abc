"""The version of the code that makes results: with other code a kept result is not used."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from mkdocs_pir.store.result_store import key

LIBRARIES = (
    "Markdown",
    "pymdown-extensions",
    "Pygments",
    "nh3",
    "markdown-it-py",
    "msgspec",
    "PyYAML",
    "jsonschema-rs",
    "lunr",
)
"""The libraries whose version may change what a text or record becomes."""

_DECIDES = frozenset({".py", ".json", ".yml", ".txt", ".html", ".css", ".js"})
"""The ends of the names of our files that decide what a result is."""


@cache
def code_version() -> bytes:
    """A digest of Python, the libraries, and the names, sizes and times of our own files.

    The times say it faster than the content, and an edited file of a development install is another version as well.
    """
    package = Path(__file__).resolve().parents[1]
    # in a development install the schemas and the theme are beside the package
    folders = [package, package.parents[1] / "schemas", package.parents[1] / "theme_overrides"]
    files = sorted(file for folder in folders for file in folder.rglob("*") if file.suffix in _DECIDES)
    stats = [(str(file), file.stat()) for file in files]
    ours = [f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in stats]
    return key(sys.version, *(f"{name} {_version(name)}" for name in LIBRARIES), *ours)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


@cache
def installation() -> Mapping[str, str]:
    """The versions of Python, this program and its libraries, by name: where they are the same, so are all results.

    That of this program has a digest of its files. Unlike `code_version`, all this is the same on another machine.
    """
    package = Path(__file__).resolve().parents[1]
    ours = {file.relative_to(package).as_posix(): file for file in package.rglob("*.py")}
    for name in ("schemas", "theme_overrides"):
        # in a development install these are beside the package
        top = package if (package / name).is_dir() else package.parents[1]
        ours |= {file.relative_to(top).as_posix(): file for file in (top / name).rglob("*") if file.is_file()}
    digest = key(*(part for name in sorted(ours) for part in (name, ours[name].read_bytes()))).hex()[:8]
    needed = (re.match(r"[\w.-]+", line) for line in requires("mkdocs-pir") or () if "extra ==" not in line)
    libraries = [*(match[0] for match in needed if match), "distributed"]
    versions = {name: _version(name) for name in libraries}
    return {"Python": platform.python_version(), "mkdocs-pir": f"{_version('mkdocs-pir')} ({digest})", **versions}


def differences(here: Mapping[str, str], there: Mapping[str, str]) -> str:
    """What two installations have in different versions, in words; empty if nothing."""
    names = [name for name in dict.fromkeys([*here, *there]) if here.get(name) != there.get(name)]
    return ", ".join(f"{name} {here.get(name) or 'absent'} here, {there.get(name) or 'absent'} there" for name in names)
