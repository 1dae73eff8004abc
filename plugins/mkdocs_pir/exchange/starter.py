"""A new knowledge base: the files of the package's `starter/` folder, written where none of them exists yet.

A leading `dot-` in a name stands for a dot, `YEAR` for the year of the example. Files outside `dot-` folders may say
`{{ name }}`, `{{ version }}`, `{{ year }}` and `{{ ago(30) }}`, the day 30 days ago.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs_pir import __version__
from mkdocs_pir.exchange import drafts, editor
from mkdocs_pir.exchange.importing.writing import scalar

EXAMPLE_AGE = 50
"""Days between the example incident and the day of `pir init`: its review is then in its last step."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be written where: `files` by their path below the folder, and those of them that `exist`."""

    folder: Path
    files: dict[str, str]
    exist: tuple[str, ...]


def plan(folder: Path, name: str, today: date) -> Plan:
    """The files of a new knowledge base called `name`; `today` is the day that its examples lead up to."""
    files = dict(_files(name, today))
    return Plan(folder, files, tuple(sorted(p for p in files if (folder / p).is_symlink() or (folder / p).exists())))


def in_the_way(plan: Plan) -> Iterator[str]:
    """Why this folder cannot become a new knowledge base, one sentence each; none when it can."""
    for path in ("mkdocs.yml", "mkdocs.yaml"):
        if (plan.folder / path).exists():
            yield f"{path} is there already"
    kb = plan.folder / "kb"
    if kb.is_dir() and any(kb.rglob("*")):
        yield "kb/ is not empty"
    for parent in sorted({p for path in plan.files for p in PurePosixPath(path).parents if p.name}):
        if (plan.folder / parent).exists() and not (plan.folder / parent).is_dir():
            yield f"{parent} is a file; a folder of that name is needed"


def write(plan: Plan) -> list[str]:
    """Write the files that are not there yet; returns their paths. Raises OSError."""
    written = []
    for path, text in plan.files.items():
        if path in plan.exist:
            continue
        file = plan.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as out:
            out.write(text)
        written.append(path)
    return written


def _files(name: str, today: date) -> Iterator[tuple[str, str]]:
    root = Path(str(resources.files("mkdocs_pir"))) / "starter"
    values = {
        "name": name,
        "version": __version__,
        "year": (today - timedelta(days=EXAMPLE_AGE)).year,
        "ago": lambda days: (today - timedelta(days=days)).isoformat(),
    }
    for file in sorted(p for p in root.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        source = file.relative_to(root).as_posix()
        text = file.read_text("utf-8")
        if not source.startswith("dot-"):
            text = drafts.fill(source, text, values, _in_yaml if source.endswith(".yml") else _in_text)
        yield source.replace("dot-", ".").replace("YEAR", str(values["year"])), text
    for file in sorted(drafts.shipped().glob("*.md")):
        yield f"{drafts.FOLDER}/{file.name}", file.read_text("utf-8")
    yield from editor.files("kb").items()


_in_yaml: Callable[[Any], str] = scalar
_in_text: Callable[[Any], str] = str
