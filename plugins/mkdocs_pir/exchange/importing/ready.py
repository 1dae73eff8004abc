"""The mappings that come with the package, by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mkdocs_pir.kb.problem import did_you_mean

FOLDER = Path(__file__).with_name("mappings")


@dataclass(frozen=True, slots=True)
class Ready:
    """One ready mapping: `name` is what `--mapping` takes, `about` its description."""

    name: str
    about: str
    file: Path


def all_ready() -> Iterator[Ready]:
    """Every ready mapping in order of name."""
    for file in sorted(FOLDER.glob("*.yml")):
        found = re.search(r"(?m)^description: \"?(.+?)\"?$", file.read_text("utf-8"))
        yield Ready(file.stem, found[1] if found else "", file)


def find(name: str, folder: Path | None = Path()) -> Path | None:
    """The mapping of this name: a file as it is named from `folder`, else a ready one; None when there is neither.

    Without a folder only the ready ones are looked at.
    """
    if folder is not None and (file := folder / name).is_file():
        return file
    file = FOLDER / f"{name}.yml"
    return file if re.fullmatch(r"[\w-]+", name) and file.is_file() else None


def hint(name: str) -> str:
    """What to say when there is no such mapping."""
    names = [one.name for one in all_ready()]
    return f"{did_you_mean(name, names)} ready ones are {', '.join(names)}".strip()
