"""Files of records that are read and checked once for their content: what a file gives is kept in the store.

Places in a file are not kept. A file is read again where a problem in it has to be shown.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from mkdocs_pir.kb import frontmatter, kept_sections, record_files
from mkdocs_pir.kb.file_checks import check_file, with_facts
from mkdocs_pir.kb.file_digests import DigestsByStamps, digest_of
from mkdocs_pir.kb.files_in_memory import FilesInMemory, signature
from mkdocs_pir.kb.folder_walk import walk
from mkdocs_pir.kb.frontmatter import Positions
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import FileFacts, RecordFile
from mkdocs_pir.kb.model import Page
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.schema import PathKey
from mkdocs_pir.kb.texts import Texts
from mkdocs_pir.kb.texts.misreadings import TIME
from mkdocs_pir.store import progress, stages
from mkdocs_pir.store.code_version import code_version
from mkdocs_pir.store.executors import InProcess, process_pool
from mkdocs_pir.store.result_store import ResultStore, key
from mkdocs_pir.store.scratch import Piece, Scratch

log = logging.getLogger(__name__)

BATCH = 500
"""Files that are looked up in the store at one time."""

NAMED = 10
"""Files that were read anew and are named in the log."""

MANY = 100
"""New files that are worth a process of their own."""

AHEAD = 10
"""Pieces of work that may wait to be done: the content of their files is in memory."""


class _Kept(Struct, frozen=True, array_like=True):
    """What one file gives. `data` is its front matter, encoded, and so are the `places` of its references and their kinds."""

    kind: str
    id: str
    data: bytes
    is_sound: bool
    body_line: int
    preamble: str
    sections: kept_sections.PackedSections
    facts: FileFacts
    places: bytes
    reference_ids: tuple[str, ...]
    names: tuple[str, ...]
    part_ids: tuple[str, ...]
    suppressed: dict[str, str]
    problems: tuple[Problem, ...]


_FRONT_MATTER = Scratch()
_DECODER = msgspec.msgpack.Decoder(_Kept)
_PLACES = msgspec.msgpack.Decoder(tuple[tuple[PathKey, list[str]], ...])
_RECORDS = {name: msgspec.msgpack.Decoder(kind.record) for name, kind in KINDS.items()}


@lru_cache(1 << 12)
def _places(encoded: bytes) -> tuple[tuple[PathKey, list[str]], ...]:
    """Where the references of a file are and of which kinds their records may be: the same in many files, so held once."""
    return _PLACES.decode(encoded)


# most is said by the typed record; a check or a projection asks for the fields of one file several times
@lru_cache(4)
def _data(front_matter: Piece, kind: str) -> Any:
    data = msgspec.msgpack.decode(front_matter.read())
    if kind == Page.kind:
        # the id of a page is its path
        del data["id"]
    return data


class KeptFile(RecordFile):
    """The file of a record as it was kept: its places and its body are read from the disk when they are asked for."""

    _folder: Path
    _data: Piece

    def __init__(self, folder: Path, path: str, kept: _Kept, name: bytes) -> None:
        record = None
        sections = kept_sections.kept(kept.sections)
        if kept.is_sound:
            record = _RECORDS[kept.kind].decode(kept.data)
            record = msgspec.structs.replace(record, id=kept.id, preamble=kept.preamble, sections=sections)
        # the base is frozen; what is cached there is a value here, and the other way round
        vars(self).update(
            kind=kept.kind,
            id=kept.id,
            path=path,
            record=record,
            body_line=kept.body_line,
            preamble=kept.preamble,
            sections=sections,
            facts=kept.facts,
            reference_ids=kept.reference_ids,
            reference_places=_places(kept.places),
            names=kept.names,
            part_ids=kept.part_ids,
            suppressed=kept.suppressed,
            kept_as=name,
            _data=_FRONT_MATTER.put(kept.data),
            _folder=folder,
        )

    @property
    def data(self) -> Any:
        # `with_data` puts another one there
        own = vars(self).get("data")
        return _data(self._data, self.kind) if own is None else own

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


Outcome = tuple[bytes | None, tuple[Problem, ...]]
"""What reading a file gives, encoded, and its problems; None where the file cannot be read at all."""

Outcomes = tuple[dict[str, Outcome], dict[bytes, bytes]]
"""The outcome of each of several files, and their rendered texts, as they are kept."""


RecordsInMemory = FilesInMemory[tuple[RecordFile, Iterable[Problem]]]


def read_records(
    folder: Path, texts: Texts, store: ResultStore, memory: RecordsInMemory | None = None
) -> tuple[list[RecordFile], list[Problem]]:
    """Every file of a record below a folder with its facts, and the problems that each has by itself.

    Files that cannot be read at all are problems only. Many files that are not known yet are read by several processes.
    A file that did not change since it was put into `memory` is the same object again.
    """
    at = time.time_ns()
    seen = walk(folder)
    paths, problems = record_files.paths_in(seen)
    memory = FilesInMemory() if memory is None else memory
    signatures = {path: signature(seen.files[path]) for path in paths}
    reader = _Reader(folder, texts, store)
    unread = [path for path in paths if not reader.takes(path, memory.get(path, signatures[path]))]
    try:
        with progress.work("Reading the records", len(unread)) as reader.work:
            # to look through the stamps of all files takes longer than to read a few
            is_first = store.is_open and len(unread) == len(paths)
            stamps = DigestsByStamps(folder, seen.files, at, store) if is_first else None
            if stamps is not None:
                for start in range(0, len(unread), BATCH):
                    reader.take_kept(unread[start : start + BATCH], stamps.known)
            unkept = [path for path in unread if path not in reader.files]
            for start in range(0, len(unkept), BATCH):
                reader.read(unkept[start : start + BATCH])
            reader.finish()
            if stamps is not None:
                stamps.record({**stamps.known, **reader.digests})
    finally:
        reader.close()
    memory.keep_only(paths)
    for path in unread:
        if path in reader.files and not any(problem.code == TIME for problem in reader.problems[path]):
            memory.keep(path, signatures[path], (reader.files[path], reader.problems[path]))
    for path in paths:
        problems += reader.problems[path]
    anew = sorted(reader.anew)
    log.info(
        "files of records: %d; %d as they were kept, %d read anew%s",
        len(paths),
        len(paths) - len(anew),
        len(anew),
        f", as their content or the program changed: {', '.join(anew[:NAMED])}{' …' if anew[NAMED:] else ''}"
        if anew
        else "",
    )
    return [reader.files[path] for path in paths if path in reader.files], problems


class _Reader:
    """Reads files in batches: those that are known from the store, the others here or in other processes."""

    def __init__(self, folder: Path, texts: Texts, store: ResultStore) -> None:
        self.files: dict[str, RecordFile] = {}
        self.problems: dict[str, Iterable[Problem]] = {}
        self.anew: list[str] = []
        self.digests: dict[str, bytes] = {}
        self.pool: Executor | None = None
        self.work = progress.Work("")
        self._folder = folder
        self._texts = texts
        self._store = store
        self._started: deque[tuple[dict[str, bytes], dict[str, bytes], Future[Outcomes]]] = deque()

    def takes(self, path: str, known: tuple[RecordFile, Iterable[Problem]] | None) -> bool:
        """Take what a file gave before, if that is known."""
        if known is not None:
            self.files[path], self.problems[path] = known
        return known is not None

    def take_kept(self, paths: Sequence[str], digests: Mapping[str, bytes]) -> None:
        """Take those of a batch of files that are kept; they need not be read, as far as their stamps tell."""
        keys = {path: self._key(path, digests[path]) for path in paths if path in digests}
        known = self._store.get(keys.values())
        for path, name in keys.items():
            if name in known:
                self._take(path, known[name], name)

    def _key(self, path: str, digest: bytes) -> bytes:
        return key("file", code_version(), *self._texts.extensions, "", path, digest)

    def read(self, paths: Sequence[str]) -> None:
        """Read a batch of files, or begin to."""
        contents: dict[str, bytes] = {}
        for path in paths:
            try:
                contents[path] = record_files.read_bytes(self._folder, path)
            except ProblemError as error:
                self.problems[path] = error.problems
                self.anew.append(path)
        # a file may have changed since its digest was known
        digests = {path: digest_of(raw) for path, raw in contents.items()}
        # the digest of a larger file is not that of what was read of it
        self.digests |= {
            path: digest for path, digest in digests.items() if len(contents[path]) <= frontmatter.MAX_BYTES
        }
        keys = {path: self._key(path, digest) for path, digest in digests.items()}
        known = self._store.get(keys.values())
        for path, name in keys.items():
            if name in known:
                self._take(path, known[name], name)
        missing = [path for path, name in keys.items() if name not in known]
        if len(missing) < MANY or not self._store.is_open:
            here = {path: _outcome(path, contents[path], self._texts) for path in missing}
            self._keep(keys, here, {})
            return
        for start in range(0, len(missing), MANY):
            some = {path: contents[path] for path in missing[start : start + MANY]}
            self._started.append((keys, some, self._submit(some)))
        while len(self._started) > AHEAD:
            self._finish_one()

    def _submit(self, contents: dict[str, bytes]) -> Future[Outcomes]:
        if self.pool is None:
            self.pool = process_pool()
        try:
            return stages.submit(self.pool, _outcomes, contents, self._texts.extensions)
        except BrokenExecutor:
            self.pool = InProcess()
            return stages.submit(self.pool, _outcomes, contents, self._texts.extensions)

    def close(self) -> None:
        """Give up what was begun and not finished."""
        if self.pool is not None:
            self.pool.shutdown(cancel_futures=True)

    def finish(self) -> None:
        """Wait for all that was begun."""
        while self._started:
            self._finish_one()

    def _finish_one(self) -> None:
        keys, contents, future = self._started.popleft()
        try:
            outcomes, texts = stages.result(future)
        except BrokenExecutor:
            # a process was killed, for want of memory perhaps: go on here
            outcomes, texts = _outcomes(contents, self._texts.extensions)
        self._keep(keys, outcomes, texts)

    def _keep(self, keys: Mapping[str, bytes], outcomes: Mapping[str, Outcome], texts: Mapping[bytes, bytes]) -> None:
        results = dict(texts)
        self.anew += outcomes
        for path, (content, problems) in outcomes.items():
            if content is None:
                self.problems[path] = problems
                continue
            # how long a text takes is not a matter of its content
            lasting = not any(problem.code == TIME for problem in problems)
            if lasting:
                results[keys[path]] = content
            # what was worked out now is used in the form in which it is kept, so that both are the same
            self._take(path, content, keys[path] if lasting else b"")
        self._store.put(results)

    def _take(self, path: str, content: bytes, name: bytes) -> None:
        kept = _DECODER.decode(content)
        self.files[path] = KeptFile(self._folder, path, kept, name)
        self.problems[path] = kept.problems
        self.work.advance()


@stages.READ
def _outcomes(
    contents: Mapping[str, bytes], extensions: Sequence[str]
) -> tuple[dict[str, Outcome], dict[bytes, bytes]]:
    """In a process of its own: the outcome of each file, and the rendered texts to keep."""
    texts = Texts(extensions)
    outcomes = {path: _outcome(path, raw, texts) for path, raw in contents.items()}
    return outcomes, texts.taken()


def _outcome(path: str, raw: bytes, texts: Texts) -> Outcome:
    try:
        file, problems = _read(path, raw, texts)
    except ProblemError as error:
        return None, tuple(error.problems)
    kept = _kept(file, problems)
    return msgspec.msgpack.encode(kept), kept.problems


def _read(path: str, raw: bytes, texts: Texts) -> tuple[RecordFile, list[Problem]]:
    file, problems = record_files.read_record(path, raw)
    file = with_facts(file, texts)
    return file, [*problems, *check_file(file, texts)]


def _kept(file: RecordFile, problems: Iterable[Problem]) -> _Kept:
    return _Kept(
        file.kind,
        file.id,
        msgspec.msgpack.encode({**file.data, "id": file.id}, enc_hook=str),
        file.record is not None,
        file.body_line,
        file.preamble,
        kept_sections.packed(file.sections),
        file.facts,
        msgspec.msgpack.encode(file.reference_places),
        file.reference_ids,
        file.names,
        file.part_ids,
        dict(file.suppressed),
        tuple(problems),
    )
