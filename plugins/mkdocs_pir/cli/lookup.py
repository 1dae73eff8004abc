"""Look up records and other things that a user names on the command line by id, name or path. Case is ignored."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path, PurePosixPath

import click

from mkdocs_pir.cli.printed_paths import relative_path
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.known_names import KnownNames
from mkdocs_pir.kb.model import Client, Service
from mkdocs_pir.kb.problem import did_you_mean
from mkdocs_pir.kb.references import same_id

_PLACE = re.compile(r"(?::[0-9]+){1,2}$")
"""The line and column after a path, as `pir check` prints them."""


def find_id(what: str, text: str, ids: Iterable[str]) -> str:
    """The id among `ids` that equals `text`, ignoring case. Raises UsageError with the nearest ones."""
    ids = list(ids)
    match = text if text in ids else next((id_ for id_ in ids if same_id(id_) == same_id(text)), None)
    if match is None:
        raise no_such(what, text, ids)
    return match


def find_named(kind: str, text: str, records: Iterable[RecordFile | Client | Service]) -> str:
    """The id of the client or service (`kind`) that `text` names by its id, its name or an alias.

    Raises UsageError with the nearest ids.
    """
    records = list(records)
    names = KnownNames(record for record in records if isinstance(record, RecordFile))
    for record in records:
        if not isinstance(record, RecordFile):
            names.add(kind, record.id, [record.name, *record.aliases])
    return names.find(kind, text) or find_id(kind, text, [record.id for record in records])


def no_such(what: str, text: str, ids: Collection[str]) -> click.UsageError:
    """The error for an unknown id, with the nearest ones, or all of them if there are few."""
    all_ids = f"choose from {', '.join(sorted(ids))}" if 0 < len(ids) <= 20 else ""
    hint = (
        did_you_mean(text, ids)
        or all_ids
        or ("there are none yet" if not ids else "'pir check' lists mistakes in files that could not be read")
    )
    return click.UsageError(f"there is no {what} '{text}'; {hint}")


def find_record(knowledge: KnowledgeBase, text: str, kinds: Collection[str], what: str) -> RecordFile:
    """The record of one of these kinds that has this id, or whose file is at this path.

    Raises UsageError if there is none or it is of another kind, ClickException if it has errors.
    """
    path = path_of_record(knowledge.folder, text)
    record_file = next(
        (e for e in knowledge.record_files.values() if (e.path == path if path else same_id(e.id) == same_id(text))),
        None,
    )
    broken = path or next((p.path for p in knowledge.errors if same_id(Path(p.path).stem) == same_id(text)), None)
    if record_file is None and broken is None:
        raise no_such(what, text, [e.id for e in knowledge.record_files.values() if e.kind in kinds])
    if record_file is None and path is not None and path not in {p.path for p in knowledge.errors}:
        raise click.UsageError(f"'{text}' is not the file of a {what}")
    if record_file is not None and record_file.kind not in kinds:
        raise click.UsageError(f"'{text}' is a {KINDS[record_file.kind].label}, not a {what}")
    if record_file is None or record_file.record is None:
        file = relative_path(knowledge.folder / (record_file.path if record_file else str(broken)))
        raise click.ClickException(f"{file} has errors; correct them first ('pir check {text}' shows them)")
    return record_file


def find_path(folder: Path, paths: Iterable[str], text: str) -> Path:
    """The file or folder at a path, or else the file of the record in `folder` that has this id.

    `paths` are those of all records, relative to `folder`. Raises UsageError if there is neither.
    """
    place = Path(_PLACE.sub("", text))
    if text and place.exists():
        return place.resolve()
    for path in paths:
        # the name of a file is the id of its record; for a cause, the folder is the first part of the id
        if same_id(text) in map(same_id, (PurePosixPath(path).stem, path.partition("/")[2].removesuffix(".md"))):
            return (folder / path).resolve()
    raise click.UsageError(f"there is no file, folder or record '{text}'")


def path_of_record(folder: Path, text: str) -> str | None:
    """The path of a file relative to the folder of the records, or None if there is no such file in it.

    A line and column after the path, as `pir check` prints them, are ignored.
    """
    try:
        file = Path(_PLACE.sub("", text)).resolve()
        return file.relative_to(folder.resolve()).as_posix() if file.is_file() else None
    except (OSError, ValueError):
        return None
