"""`pir upgrade`: a knowledge base of an older format, with its records and mkdocs.yml as they are written today.

Everything is worked out and checked before anything is written. Comments and all other bytes stay.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mkdocs_pir.editions.approval_fingerprints import SECOND, current, fingerprint
from mkdocs_pir.exchange import editor
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb import (
    atomic,
    config_edits,
    folders,
    frontmatter,
    loading,
    plugin_options,
    reading,
    record_changes,
    record_format,
    settings,
)
from mkdocs_pir.kb.kinds import having
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.record_changes import Change, ChangedMeanwhileError
from mkdocs_pir.kb.record_edits import Edit, Set, edited, encoded

Edits = Mapping[str, Sequence[Edit]]
"""The edits of records by the paths of their files."""


class Upgrade(NamedTuple):
    """What one version of the format changes: a sentence about it, and the edits of the records that need it."""

    says: str
    edits: Callable[[KnowledgeBase], Edits]


class UpgradePlan(NamedTuple):
    """The files that an upgrade changes, with their contents before and after, and a sentence for each of its parts.

    `version` is that of the records before; `made` are those of the files that nobody writes by hand.
    """

    version: int
    says: tuple[str, ...]
    files: Mapping[Path, tuple[bytes, bytes]]
    made: frozenset[Path]


def _second_fingerprints(kb: KnowledgeBase) -> Edits:
    """Fingerprints of the second form for what still is what was approved; any other approval stays as it is."""
    approved = {
        entry.id: content
        for entry in kb.of_kind(*having("release"))
        if entry.record is not None and (content := (entry.data.get("release") or {}).get("content"))
        if not content.startswith(SECOND)
    }
    unchanged = (kb.record_files[id_] for id_, now in current(kb, approved).items() if now == approved[id_])
    return {entry.path: [Set(("release", "content"), fingerprint(kb, entry))] for entry in unchanged}


UPGRADES: Mapping[int, Upgrade] = {
    1: Upgrade("approvals of unchanged content have fingerprints of the second form", _second_fingerprints),
}
"""The upgrade of each version of the format to the next one."""


def plan(config_file: Path) -> UpgradePlan:
    """The upgrade of a knowledge base to the current format; nothing is written.

    Raises ProblemError for a knowledge base with errors that an upgrade does not mend, or of a newer format.
    """
    config_file = config_file.absolute()
    texts = _ConfigTexts(config_file)
    says = list(_mend(config_file, texts))
    now = settings.read(config_file, contents=texts.contents())
    before = loading.read(now)
    knowledge = loading.check(before)
    if knowledge.errors:
        raise ProblemError(knowledge.errors)
    changes: dict[str, Change] = {}
    upgraded = knowledge
    for version in range(now.record_format, record_format.CURRENT):
        edits = UPGRADES[version].edits(upgraded)
        for path, wanted in edits.items():
            change = changes.get(path) or record_changes.change(knowledge.folder, path, ())
            changes[path] = change._replace(after=edited(path, change.after, wanted))
        if edits:
            says.append(f"{count(len(edits), 'record')}: {UPGRADES[version].says}")
            upgraded = record_changes.changed_knowledge(before, changes.values())
    if broken := [p for p in record_changes.new_problems(knowledge, upgraded) if p.severity == "error"]:
        raise ProblemError(broken)
    if now.record_format < record_format.CURRENT:
        _set_version(config_file, texts)
        says.append(f"{config_file.name}: the records have format {record_format.CURRENT}")
    files = {knowledge.folder / change.path: (change.before, change.after) for change in changes.values()}
    files |= texts.changed()
    made = {now.root / path: text.encode() for path, text in editor.outdated(now.root).items()}
    if made:
        says.append(f"{count(len(made), 'file')} of the editor's settings: as this version makes them")
    files |= {file: (reading.read_named(file), content) for file, content in made.items()}
    return UpgradePlan(now.record_format, tuple(says), files, frozenset(made))


def write(plan: UpgradePlan) -> None:
    """Write all files of a plan or none. Raises ChangedMeanwhileError, and OSError; then no file was changed."""
    for file, (before, _) in plan.files.items():
        if file.read_bytes() != before:
            raise ChangedMeanwhileError(str(file))
    atomic.write_all({file: after for file, (_, after) in plan.files.items()})


class _ConfigTexts:
    """The texts of mkdocs.yml and of the file that has the options of pir, as they are to be."""

    def __init__(self, config_file: Path) -> None:
        self._raw: dict[Path, bytes] = {}
        self._before: dict[Path, str] = {}
        self._after: dict[Path, str] = {}
        self.config_file = config_file

    def change(self, file: Path, edit: Callable[[str], str]) -> None:
        """Change the text of a file. Raises ProblemError if that is not possible."""
        real = Path(os.path.realpath(file))
        if real not in self._raw:
            self._raw[real] = reading.read_named(real)
            self._before[real] = self._after[real] = frontmatter.decode(self._raw[real], file.name)
        try:
            self._after[real] = edit(self._after[real])
        except config_edits.ConfigEditError as error:
            hint = f"set 'record_format: {record_format.CURRENT}' under 'pir' by hand, and what 'pir check' asks for"
            raise ProblemError([Problem.of("PIR601", file.name, (0, 0), str(error), hint)]) from None

    def contents(self) -> dict[Path, bytes]:
        return {file: encoded(self._raw[file], self._before[file], text) for file, text in self._after.items()}

    def changed(self) -> dict[Path, tuple[bytes, bytes]]:
        return {file: (self._raw[file], new) for file, new in self.contents().items() if new != self._raw[file]}


def _mend(config_file: Path, texts: _ConfigTexts) -> list[str]:
    """Mend what mkdocs.yml says of the folders in a way that is no longer allowed; a sentence for each."""
    says = []
    before = settings.folders_of(config_file)
    records = before.records
    if not records.is_dir() and (before.docs / "pirs").is_dir():
        name = before.docs.relative_to(config_file.parent).as_posix()
        texts.change(
            plugin_options.options_file(config_file), lambda text: config_edits.with_option(text, "records", name)
        )
        says.append(f"{config_file.name}: the records are in {name}/, which is now the option 'records'")
        records = before.docs
    if folders.same(records, before.docs) and not before.closed:
        note = "so that only pir publishes the records, never MkDocs itself"
        texts.change(
            config_file,
            lambda text: config_edits.with_setting(text, "exclude_docs", f'"{folders.CLOSED}"', "docs_dir", note),
        )
        says.append(f"{config_file.name}: other site generators find no record (exclude_docs)")
    return says


def _set_version(config_file: Path, texts: _ConfigTexts) -> None:
    note = "of the records; 'pir upgrade' changes both together"
    texts.change(
        plugin_options.options_file(config_file),
        lambda text: config_edits.with_option(text, "record_format", str(record_format.CURRENT), note),
    )
