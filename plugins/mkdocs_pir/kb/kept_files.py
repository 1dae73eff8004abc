"""Files of records that are read and checked once for their content: what a file gives is kept in the store.

Places in a file are not kept. A file is read again where a problem in it has to be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from mkdocs_pir.kb import frontmatter, record_files
from mkdocs_pir.kb.file_checks import check_file, with_facts
from mkdocs_pir.kb.frontmatter import Positions
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import FileFacts, RecordFile
from mkdocs_pir.kb.model import Page, Section
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.schema import PathKey
from mkdocs_pir.kb.texts import Texts
from mkdocs_pir.kb.texts.misreadings import TIME
from mkdocs_pir.store.code_version import code_version
from mkdocs_pir.store.result_store import ResultStore, key

BATCH = 500
"""Files whose content is in memory at one time."""


class _Kept(Struct, frozen=True, array_like=True):
    """What one file gives. `data` is its front matter, encoded."""

    kind: str
    id: str
    data: bytes
    is_sound: bool
    body_line: int
    preamble: str
    sections: tuple[Section, ...]
    facts: FileFacts
    references: tuple[tuple[PathKey, str, list[str]], ...]
    names: tuple[str, ...]
    part_ids: tuple[str, ...]
    suppressed: dict[str, str]
    problems: tuple[Problem, ...]


_DECODER = msgspec.msgpack.Decoder(_Kept)
_RECORDS = {name: msgspec.msgpack.Decoder(kind.record) for name, kind in KINDS.items()}


class KeptFile(RecordFile):
    """The file of a record as it was kept: its places and its body are read from the disk when they are asked for."""

    _folder: Path
    _data: bytes

    def __init__(self, folder: Path, path: str, kept: _Kept) -> None:
        record = None
        if kept.is_sound:
            record = _RECORDS[kept.kind].decode(kept.data)
            record = msgspec.structs.replace(record, id=kept.id, preamble=kept.preamble, sections=kept.sections)
        # the base is frozen; what is cached there is a value here, and the other way round
        vars(self).update(
            kind=kept.kind,
            id=kept.id,
            path=path,
            record=record,
            body_line=kept.body_line,
            preamble=kept.preamble,
            sections=kept.sections,
            facts=kept.facts,
            references=kept.references,
            names=kept.names,
            part_ids=kept.part_ids,
            suppressed=kept.suppressed,
            _data=kept.data,
            _folder=folder,
        )

    @cached_property
    def data(self) -> Any:
        data = msgspec.msgpack.decode(self._data)
        if self.kind == Page.kind:
            # the id of a page is its path
            del data["id"]
        return data

    @cached_property
    def _read(self) -> frontmatter.MarkdownFile:
        try:
            raw = record_files.read_bytes(self._folder, self.path)
            return record_files.parse(self.kind, self.path, frontmatter.decode(raw, self.path))
        except ProblemError:
            # it was changed in the meantime: its problems have no places
            return frontmatter.MarkdownFile({}, Positions(), "", self.body_line)

    @property
    def positions(self) -> Positions:
        return self._read.positions

    @property
    def body(self) -> str:
        return self._read.body


def read_records(folder: Path, texts: Texts, store: ResultStore) -> tuple[list[RecordFile], list[Problem]]:
    """Every file of a record below a folder with its facts, and the problems that each has by itself.

    Files that cannot be read at all are problems only.
    """
    files: list[RecordFile] = []
    paths, problems = record_files.record_paths(folder)
    for start in range(0, len(paths), BATCH):
        for file, own_problems in _read_batch(folder, paths[start : start + BATCH], texts, store):
            files += [file] if file is not None else []
            problems += own_problems
    return files, problems


def _read_batch(
    folder: Path, paths: Sequence[str], texts: Texts, store: ResultStore
) -> Iterator[tuple[RecordFile | None, Iterable[Problem]]]:
    contents: dict[str, bytes] = {}
    refused: dict[str, Iterable[Problem]] = {}
    for path in paths:
        try:
            contents[path] = record_files.read_bytes(folder, path)
        except ProblemError as error:
            refused[path] = error.problems
    version = code_version()
    keys = {path: key("file", version, *texts.extensions, "", path, raw) for path, raw in contents.items()}
    known = store.get(keys.values())
    new: dict[bytes, bytes] = {}
    for path in paths:
        if path in refused:
            yield None, refused[path]
            continue
        if keys[path] in known:
            kept = _DECODER.decode(known[keys[path]])
            yield KeptFile(folder, path, kept), kept.problems
            continue
        try:
            file, problems = _read(path, contents[path], texts)
        except ProblemError as error:
            yield None, error.problems
            continue
        kept = _kept(file, problems)
        # how long a text takes is not a matter of its content
        if not any(problem.code == TIME for problem in problems):
            new[keys[path]] = msgspec.msgpack.encode(kept)
        # what was worked out now is used in the form in which it is kept, so that both are the same
        yield KeptFile(folder, path, kept), problems
    store.put(new)


def _read(path: str, raw: bytes, texts: Texts) -> tuple[RecordFile, list[Problem]]:
    file, problems = record_files.read_record(path, raw)
    return with_facts(file, texts), [*problems, *check_file(file, texts)]


def _kept(file: RecordFile, problems: Iterable[Problem]) -> _Kept:
    return _Kept(
        file.kind,
        file.id,
        msgspec.msgpack.encode({**file.data, "id": file.id}, enc_hook=str),
        file.record is not None,
        file.body_line,
        file.preamble,
        file.sections,
        file.facts,
        file.references,
        file.names,
        file.part_ids,
        dict(file.suppressed),
        tuple(problems),
    )
