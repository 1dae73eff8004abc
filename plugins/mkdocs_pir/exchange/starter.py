"""The starter: a new knowledge base, made of the files of the package's `starter/` folder that do not exist yet.

A leading `dot-` in a name stands for a dot, `YEAR` and `EARLIER` for the years of the two example reviews. Files
outside `dot-` folders may contain `{{ site_name }}`, `{{ organisation }}`, `{{ version }}`, `{{ record_format }}`,
`{{ year }}`, `{{ earlier }}` and `{{ ago(30) }}`, the day 30 days ago.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs_pir import __version__
from mkdocs_pir.editions.approval_fingerprints import fingerprint
from mkdocs_pir.editions.approvals import approved
from mkdocs_pir.exchange import drafts, editor
from mkdocs_pir.exchange.examples import MARK
from mkdocs_pir.kb import atomic, settings
from mkdocs_pir.kb.folders import overlap
from mkdocs_pir.kb.frontmatter_writer import scalar
from mkdocs_pir.kb.kinds import having
from mkdocs_pir.kb.loading import load
from mkdocs_pir.kb.problem import ProblemError
from mkdocs_pir.kb.record_edits import edited
from mkdocs_pir.kb.record_format import CURRENT

EXAMPLE_AGE = 50
"""Days from the later example incident to the day of `pir init`, so that its review is in its last step."""

EARLIER_AGE = 120
"""Days from the earlier example incident, whose review is closed, to the day of `pir init`.

A quarterly KPI shows the last complete quarter, which ended 1 to 92 days ago and is at least 90 days long. So it has a
value on every day of the year if what it counts happened twice, at most 90 days apart: once at most 90 days ago, and
once at least 92 days ago.
"""

GENERIC = {"pir": "PIR", "pirs": "PIRs", "kb": "KB", "incident": "Incident", "incidents": "Incidents"} | {
    word: word.capitalize()
    for word in ("review", "reviews", "knowledge", "base", "post", "mortem", "mortems", "postmortem", "postmortems")
}
"""Words of a folder's name that do not name the organisation, as they are written in a title."""

ACRONYMS = {"it": "IT", "msp": "MSP", "noc": "NOC", "sre": "SRE", "ops": "Ops"}
"""Other words of a folder's name that are written in capitals."""


@dataclass(frozen=True, slots=True)
class StarterFiles:
    """The files of a new knowledge base by their path below its folder, and the paths of those that `exist`."""

    folder: Path
    files: dict[str, str]
    exist: tuple[str, ...]


def names(folder: str) -> tuple[str, str]:
    """The name of the site and of the organisation that a folder's name suggests, the latter empty if it says none.

    `acme-managed_services` is Acme Managed Services Reviews of Acme Managed Services, `acme-kb` Acme KB of Acme,
    `reviews` Incident Reviews.
    """
    words = [word for word in re.split(r"[-_.\s]+", folder) if word]
    own = list(words)
    while own and own[-1].lower() in GENERIC:
        own.pop()
    if all(word.lower() in ("my", "our", "the") for word in own):
        own = []
    titled = [_titled(word) for word in words]
    if not own and len(words) < 2:
        return "Incident Reviews", ""
    site_name = " ".join(titled if words[-1].lower() in GENERIC else [*titled, "Reviews"])
    return site_name, " ".join(titled[: len(own)])


def _titled(word: str) -> str:
    """A word as in a title; one that has a capital letter already stays as it is."""
    return (GENERIC | ACRONYMS).get(word, word[:1].upper() + word[1:])


def plan(folder: Path, site_name: str, organisation: str, today: date, *, examples: bool = True) -> StarterFiles:
    """The files of a new knowledge base; the dates of its examples are counted back from `today`.

    Beside an existing mkdocs.yml it is the records and templates alone. Without `examples` registers have no rows.
    """
    files = dict(_files(site_name, organisation, today))
    if not examples:
        files = {p: _without_rows(p, text) for p, text in files.items() if f"\n{MARK}:" not in text}
    if settings.config_in(folder) is not None:
        files = {p: text for p, text in files.items() if p.startswith((f"{settings.RECORDS}/", f"{drafts.FOLDER}/"))}
    return StarterFiles(
        folder, files, tuple(sorted(p for p in files if (folder / p).is_symlink() or (folder / p).exists()))
    )


def _without_rows(path: str, text: str) -> str:
    return text.partition("\n")[0] + "\n" if path.endswith(".csv") else text


def in_the_way(plan: StarterFiles) -> Iterator[str]:
    """The reasons why the folder cannot become a new knowledge base, a sentence each; none when it can."""
    kb = plan.folder / settings.RECORDS
    if (config := settings.config_in(plan.folder)) is not None:
        folders = settings.folders_of(config)
        if folders.records != kb.absolute():
            yield f"{config.name} names another folder of records, {folders.records.name}/"
        elif overlap(kb, folders.docs):
            yield f"{config.name} is there already, and its pages are in {folders.docs.name}/"
    if kb.is_dir() and any(kb.rglob("*")):
        yield f"{settings.RECORDS}/ is not empty"
    above = next(filter(None, map(settings.config_in, plan.folder.absolute().parents)), None)
    if above is not None:
        folders = settings.folders_of(above)
        for inside in (folders.records, folders.docs):
            if plan.folder.absolute().is_relative_to(inside):
                yield (
                    f"it is in the folder {inside.name}/ of the site {above.name} above; "
                    "to add reviews to that site, run 'pir init .' beside that file"
                )
                break
    for parent in sorted({p for path in plan.files for p in PurePosixPath(path).parents if p.name}):
        if (plan.folder / parent).exists() and not (plan.folder / parent).is_dir():
            yield f"{parent} is a file; a folder of that name is needed"


def lines_to_add(folder: Path) -> str:
    """What the mkdocs.yml of a site that exists has to say of its new records, as YAML; empty if it does."""
    config = settings.config_in(folder)
    if config is None or (lists_pir(config) and settings.read(config).record_format == CURRENT):
        return ""
    return f"plugins:\n  - pir:\n      record_format: {CURRENT}\n      synonyms: {settings.RECORDS}/synonyms.yml"


def lists_pir(config: Path) -> bool:
    """Whether pir is a plugin of a site."""
    try:
        settings.read(config)
    except ProblemError:
        return False
    return True


def write(plan: StarterFiles) -> list[str]:
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
    _fingerprint(plan.folder, written)
    return written


_ALONE = f"site_name: Reviews\nplugins:\n  - pir:\n      record_format: {CURRENT}\n"
"""What a mkdocs.yml says of the records that are new beside it."""


def _fingerprint(folder: Path, written: Collection[str]) -> None:
    """Give the releases of the examples the fingerprints that 'pir release' would: their dates are those of today."""
    config = settings.find_config(folder)
    # a site that exists may not list pir yet
    alone = {} if lists_pir(config) else {Path(os.path.realpath(config)): _ALONE.encode()}
    knowledge = load(settings.read(config, contents=alone))
    for entry in knowledge.of_kind(*having("release")):
        file = knowledge.folder / entry.path
        release = entry.data.get("release")
        if release is None or entry.record is None or file.relative_to(folder).as_posix() not in written:
            continue
        by, on, content = release["approved_by"], date.fromisoformat(str(release["on"])), fingerprint(knowledge, entry)
        edits = approved(entry.data["audience"], by, on, content)
        atomic.write(file, edited(entry.path, file.read_bytes(), edits))


def _files(site_name: str, organisation: str, today: date) -> Iterator[tuple[str, str]]:
    root = Path(str(resources.files("mkdocs_pir"))) / "starter"
    years = {
        "YEAR": str((today - timedelta(days=EXAMPLE_AGE)).year),
        "EARLIER": str((today - timedelta(days=EARLIER_AGE)).year),
    }
    values = {
        "site_name": site_name,
        "organisation": organisation,
        "version": __version__,
        "record_format": CURRENT,
        "year": years["YEAR"],
        "earlier": years["EARLIER"],
        "ago": lambda days: (today - timedelta(days=days)).isoformat(),
    }
    for file in sorted(p for p in root.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        source = file.relative_to(root).as_posix()
        text = file.read_text("utf-8")
        if not source.startswith("dot-"):
            text = drafts.fill(source, text, values, _in_yaml if source.endswith(".yml") else _in_text)
        for placeholder, year in years.items():
            source = source.replace(placeholder, year)
        yield source.replace("dot-", "."), text
    for file in sorted(drafts.shipped().glob("*.md")):
        yield f"{drafts.FOLDER}/{file.name}", file.read_text("utf-8")
    yield from editor.files("kb").items()


_in_yaml: Callable[[Any], str] = scalar
_in_text: Callable[[Any], str] = str
