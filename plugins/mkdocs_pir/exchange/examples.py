"""Removing the examples of `pir init` from a knowledge base, so that nothing is left that refers to one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mkdocs_pir.kb import atomic, schema
from mkdocs_pir.kb.knowledge import KnowledgeBase

MARK = "x-example"
"""The field that marks a record as an example."""


@dataclass(frozen=True, slots=True)
class Removal:
    """What to remove: `files` of records; `registers` with the text that each has then; `kept` are examples that records
    of one's own refer to, directly or through other examples. All paths are relative to the folder of the records."""

    files: tuple[str, ...]
    registers: Mapping[str, str]
    kept: tuple[str, ...]


def plan(knowledge: KnowledgeBase) -> Removal:
    """What has to go so that no example is left, and no reference to a record that is gone."""
    files = knowledge.record_files
    examples = {id_ for id_, file in files.items() if MARK in file.data}
    needed: set[str] = set()
    waiting = [id_ for id_ in files if id_ not in examples]
    while waiting:
        for target in knowledge.links.get(waiting.pop(), ()):
            if target in examples - needed:
                needed.add(target)
                waiting.append(target)
    gone = examples - needed
    registers = {}
    for path in {row.path for row in knowledge.rows}:
        lines = (knowledge.folder / path).read_text("utf-8-sig").split("\n")
        for row in reversed([row for row in knowledge.rows if row.path == path]):
            named = {target for _, target, _ in schema.references(schema.load(row.register), row.data)}
            if named & gone:
                del lines[row.line - 1 : row.line + row.text.count("\n")]
                registers[path] = "\n".join(lines)
    return Removal(
        tuple(sorted(files[id_].path for id_ in gone)), registers, tuple(sorted(files[id_].path for id_ in needed))
    )


def remove(folder: Path, removal: Removal) -> None:
    """Remove the examples from the folder of the records. Raises OSError."""
    for path, text in removal.registers.items():
        atomic.write(folder / path, text.encode())
    for path in removal.files:
        (folder / path).unlink()
