"""Registers that are read and checked once for their content: what a register gives is kept in the store."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from mkdocs_pir.kb import record_files
from mkdocs_pir.kb.file_digests import digest_of
from mkdocs_pir.kb.files_in_memory import FilesInMemory, signature_of
from mkdocs_pir.kb.knowledge import RegisterRow
from mkdocs_pir.kb.model import REGISTERS, Value, cells_of_row
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.texts.checking import check_cells
from mkdocs_pir.store.code_version import code_version
from mkdocs_pir.store.result_store import ResultStore, key

Registers = tuple[list[RegisterRow], list[Problem]]


class _Kept(Struct, frozen=True, array_like=True):
    """What one register gives. `values` are the sound rows, encoded, with None for each of the others."""

    columns: dict[str, int]
    separator: str
    places: tuple[tuple[int, str], ...]
    data: tuple[dict[str, Any], ...]
    values: bytes
    problems: tuple[Problem, ...]


_DECODER = msgspec.msgpack.Decoder(_Kept)
_VALUES: Mapping[str, msgspec.msgpack.Decoder[tuple[Value | None, ...]]] = {
    name: msgspec.msgpack.Decoder(tuple[row | None, ...])  # type: ignore[valid-type]
    for name, row in REGISTERS.items()
}


def read_registers(folder: Path, store: ResultStore, memory: FilesInMemory[Registers]) -> Registers:
    """The rows of all registers below a folder, and the problems that each register has by itself."""
    rows: list[RegisterRow] = []
    problems: list[Problem] = []
    for register in REGISTERS:
        path = record_files.register_path(register)
        signature = signature_of(folder, path)
        known = memory.get(path, signature)
        if known is None:
            known = _read(folder, register, path, store)
            memory.keep(path, signature, known)
        rows += known[0]
        problems += known[1]
    return rows, problems


def _read(folder: Path, register: str, path: str, store: ResultStore) -> Registers:
    content, problems = record_files.content_of_register(folder, register)
    if content is None:
        return [], problems
    name = key("register", code_version(), register, path, digest_of(content))
    kept = store.get([name]).get(name)
    if kept is None:
        rows, problems = record_files.read_register(register, path, content)
        kept = _encoded(register, rows, [*problems, *check_cells(rows)])
        store.put({name: kept})
    # what was read now is used in the form in which it is kept, so that both are the same
    return _decoded(register, path, kept)


def _encoded(register: str, rows: list[RegisterRow], problems: list[Problem]) -> bytes:
    values = [cells_of_row(register, row.data) if row.value is not None else None for row in rows]
    first = rows[0] if rows else None
    kept = _Kept(
        dict(first.columns) if first else {},
        first.separator if first else ",",
        tuple((row.line, row.text) for row in rows),
        tuple(dict(row.data) for row in rows),
        msgspec.msgpack.encode(values),
        tuple(problems),
    )
    return msgspec.msgpack.encode(kept, enc_hook=str)


def _decoded(register: str, path: str, content: bytes) -> Registers:
    kept = _DECODER.decode(content)
    rows = [
        RegisterRow(register, path, line, data, value, kept.columns, text, kept.separator)
        for (line, text), data, value in zip(kept.places, kept.data, _VALUES[register].decode(kept.values), strict=True)
    ]
    return rows, [*kept.problems]
