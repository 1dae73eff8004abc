"""Results that come from one file of a record and little else, kept for all files together.

Most of them are nothing, or some bytes: to look ten thousand up one by one takes longer than to work them out.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import cast

import msgspec
from msgspec import Struct

from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.store.code_version import code_version
from mkdocs_pir.store.executors import share
from mkdocs_pir.store.result_store import ResultStore, key

MANY = 1000
"""Files that are worth a copy of this process, which takes some hundredths of a second to begin."""

_BATCH = 100


class _Entry(Struct, frozen=True, array_like=True):
    """The results of all files by what each is kept as; those without any are one after the other in `empty`."""

    empty: bytes
    others: dict[bytes, bytes]


_NAME = struct.Struct(f"{len(key())}s")
_DECODER = msgspec.msgpack.Decoder(_Entry)
_PROBLEMS = msgspec.msgpack.Decoder(tuple[Problem, ...])


def by_file(
    cache: Path | None,
    question: Sequence[str | bytes],
    files: Sequence[RecordFile],
    work_out: Callable[[RecordFile], bytes],
    in_use: Collection[RecordFile] | None = None,
    *,
    is_long: bool = False,
) -> list[bytes]:
    """The result for each of these files: as it was kept, or worked out and kept.

    Args:
        cache: The folder of the store, None where nothing is kept.
        question: All that a result depends on besides the code and the file as it was read.
        files: The files.
        work_out: Gives the result for one file, from the file and the `question` alone.
        in_use: All files whose results stay kept, if these are only some of them.
        is_long: Whether to work one out takes a good part of a millisecond, so that many are shared by several processes.
    """
    with closing(ResultStore(cache)) as store:
        name = key("by file", code_version(), *question)
        known = _known(store.get([name]).get(name, b""))
        results = [known.get(file.kept_as) for file in files]
        unknown = [number for number, result in enumerate(results) if result is None]
        new: dict[bytes, bytes] = {}
        shared = _shared if is_long and len(unknown) >= MANY else map
        for number, result in zip(unknown, shared(work_out, [files[n] for n in unknown]), strict=True):
            results[number] = result
            if files[number].kept_as:
                new[files[number].kept_as] = result
        if new:
            names = {file.kept_as for file in (files if in_use is None else in_use)}
            store.put({name: _entry({**known, **new}, names)})
    return cast("list[bytes]", results)


def _shared(work_out: Callable[[RecordFile], bytes], files: Sequence[RecordFile]) -> Iterator[bytes]:
    starts = range(0, len(files), _BATCH)

    def batch(start: int) -> tuple[int, list[bytes]]:
        return start, list(map(work_out, files[start : start + _BATCH]))

    batches = dict(share(batch, starts))
    return chain.from_iterable(batches[start] for start in starts)


def problems_by_file(
    cache: Path | None,
    question: Sequence[str | bytes],
    files: Sequence[RecordFile],
    check: Callable[[RecordFile], Iterator[Problem]],
) -> Iterator[Problem]:
    """The problems of each of these files, as `by_file` gives them."""

    def work_out(file: RecordFile) -> bytes:
        problems = tuple(check(file))
        return msgspec.msgpack.encode(problems) if problems else b""

    for result in filter(None, by_file(cache, question, files, work_out)):
        yield from _PROBLEMS.decode(result)


def _known(content: bytes) -> dict[bytes, bytes]:
    try:
        entry = _DECODER.decode(content)
    except msgspec.MsgspecError:
        return {}
    if len(entry.empty) % _NAME.size:
        return {}
    return {**dict.fromkeys((name for (name,) in _NAME.iter_unpack(entry.empty)), b""), **entry.others}


def _entry(results: dict[bytes, bytes], names: Iterable[bytes]) -> bytes:
    left = {name: results[name] for name in names if name in results}
    empty = b"".join(name for name, result in left.items() if not result)
    return msgspec.msgpack.encode(_Entry(empty, {name: result for name, result in left.items() if result}))
