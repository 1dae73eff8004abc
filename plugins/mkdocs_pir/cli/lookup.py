"""Find what a user names on the command line: its id in upper or lower case, its name, or the path of its file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path, PurePosixPath

import click

from mkdocs_pir.cli.places import shown
from mkdocs_pir.kb.graph import same_id
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.known_names import KnownNames
from mkdocs_pir.kb.model import Client, Service
from mkdocs_pir.kb.problem import did_you_mean

_PLACE = re.compile(r"(?::[0-9]+){1,2}$")
"""The line and column behind a path, as `pir check` prints them."""


def find_id(what: str, text: str, ids: Iterable[str]) -> str:
    """The id among `ids` that `text` names in upper or lower case. Raises UsageError with the nearest ones."""
    known = list(ids)
    found = text if text in known else next((id_ for id_ in known if same_id(id_) == same_id(text)), None)
    if found is None:
        raise no_such(what, text, known)
    return found


def find_named(kind: str, text: str, records: Iterable[RecordFile | Client | Service]) -> str:
    """The id of the client or service (`kind`) that `text` names by its id, its name or an alias.

    Raises UsageError with the nearest ids.
    """
    there = list(records)
    names = KnownNames(one for one in there if isinstance(one, RecordFile))
    for one in there:
        if not isinstance(one, RecordFile):
            names.add(kind, one.id, [one.name, *one.aliases])
    return names.find(kind, text) or find_id(kind, text, [one.id for one in there])


def no_such(what: str, text: str, ids: Collection[str]) -> click.UsageError:
    """The error for an id that nothing has, with the nearest ones, or all of them where they are few."""
    few = f"there are {', '.join(sorted(ids))}" if 0 < len(ids) <= 20 else ""
    hint = did_you_mean(text, ids) or few or ("there are none yet" if not ids else "'pir check' lists what was read")
    return click.UsageError(f"there is no {what} '{text}'; {hint}")


def find_record(knowledge: KnowledgeBase, text: str, kinds: Collection[str], what: str) -> RecordFile:
    """The record of one of these kinds with this id, or with its file at this path from the current folder.

    Raises UsageError where there is none or it is of another kind, ClickException where it has errors.
    """
    path = path_of_record(knowledge.folder, text)
    entry = next(
        (e for e in knowledge.record_files.values() if (e.path == path if path else same_id(e.id) == same_id(text))),
        None,
    )
    broken = path or next((p.path for p in knowledge.errors if same_id(Path(p.path).stem) == same_id(text)), None)
    if entry is None and broken is None:
        raise no_such(what, text, [e.id for e in knowledge.record_files.values() if e.kind in kinds])
    if entry is not None and entry.kind not in kinds:
        raise click.UsageError(f"'{text}' is a {KINDS[entry.kind].label}, not a {what}")
    if entry is None or entry.record is None:
        file = shown(knowledge.folder / (entry.path if entry else str(broken)))
        raise click.ClickException(f"{file} has errors that come first; run 'pir check {text}'")
    return entry


def find_path(folder: Path, paths: Iterable[str], text: str) -> Path:
    """A file or folder by its path from the current folder, or the file of a record in `folder` by its id.

    `paths` are those of all records from `folder`. Raises UsageError where there is neither.
    """
    place = Path(_PLACE.sub("", text))
    if text and place.exists():
        return place.resolve()
    for path in paths:
        # the file of a record is called as its id; that of a cause lies in a folder called as its family
        if same_id(text) in map(same_id, (PurePosixPath(path).stem, path.partition("/")[2].removesuffix(".md"))):
            return (folder / path).resolve()
    raise click.UsageError(f"there is no file, folder or record '{text}'")


def path_of_record(folder: Path, text: str) -> str | None:
    """The path, from the folder of records, of a file named from the current folder; None where there is none.

    A line and a column behind it, as `pir check` prints them, are left out.
    """
    try:
        file = Path(_PLACE.sub("", text)).resolve()
        return file.relative_to(folder.resolve()).as_posix() if file.is_file() else None
    except (OSError, ValueError):
        return None
