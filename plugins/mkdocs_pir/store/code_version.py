"""The version of the code that makes results: with other code a kept result is not used."""

from __future__ import annotations

import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
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


@cache
def code_version() -> bytes:
    """A digest of Python, the libraries, and the names, sizes and times of our own files.

    The times say it faster than the content, and an edited file of a development install is another version as well.
    """
    package = Path(__file__).resolve().parents[1]
    folders = [package, package.parents[1] / "schemas"]
    files = sorted(f for folder in folders for f in folder.rglob("*") if f.suffix in (".py", ".json", ".yml", ".txt"))
    stats = [(str(file), file.stat()) for file in files]
    ours = [f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in stats]
    return key(sys.version, *(f"{name} {_version(name)}" for name in LIBRARIES), *ours)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
