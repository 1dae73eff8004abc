"""Reading a whole knowledge base: every stage of it in its order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import msgspec

from mkdocs_pir.kb import (
    action_register,
    kept_files,
    kept_registers,
    problem,
    record_files,
    record_format,
    references,
    rules,
    suppressions,
)
from mkdocs_pir.kb.attachments import check_attachments, check_named_files
from mkdocs_pir.kb.file_checks import check_file, with_facts
from mkdocs_pir.kb.file_results import problems_by_file
from mkdocs_pir.kb.files_in_memory import FilesInMemory
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile, in_order
from mkdocs_pir.kb.mkdocs_keys import unknown_keys
from mkdocs_pir.kb.plugin_options import place_of
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.process_files import read_modules
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.kb.synonyms import read_synonyms
from mkdocs_pir.kb.texts import Texts
from mkdocs_pir.kb.texts.checking import check_cells
from mkdocs_pir.store import stages
from mkdocs_pir.store.garbage import not_collected
from mkdocs_pir.store.result_store import ResultStore


class Memory:
    """What was read before, for a process that reads one knowledge base again and again with the same settings."""

    def __init__(self) -> None:
        self.records: kept_files.RecordsInMemory = FilesInMemory()
        self.registers: FilesInMemory[kept_registers.Registers] = FilesInMemory()


@dataclass(frozen=True, slots=True)
class Reading:
    """A knowledge base that was read and linked. Its `problems` are not all yet, unless it cannot be read at all.

    `unlinked` are the problems that were known before the files were linked with each other.
    """

    knowledge: KnowledgeBase
    files: tuple[RecordFile, ...] = ()
    ids: references.Ids | None = None
    unlinked: tuple[Problem, ...] = ()


def load(settings: Settings) -> KnowledgeBase:
    """Read, link and check the whole knowledge base. Its `problems` are sorted and include everything that is wrong."""
    return check(read(settings))


@stages.READ
@not_collected()
def read(settings: Settings, memory: Memory | None = None) -> Reading:
    """Read and link the knowledge base, with the problems that each file has by itself."""
    if not settings.records.is_dir():
        hint = "create it with 'pir init .', or name the folder of the records with the option 'records' of pir"
        docs = settings.folders.docs
        if (docs / "pirs").is_dir():
            hint = f"the records seem to be in {docs.name}/: set 'records: {docs.name}' under 'pir', and 'exclude_docs: \"*\"' outside 'plugins'"
        message = f"the folder of the records, {settings.records.name}/, does not exist"
        missing = Problem.of("PIR601", settings.config_file.name, (0, 0), message, hint)
        return Reading(KnowledgeBase(settings, {}, problems=(missing,)))
    if settings.records.is_symlink():
        message = f"the folder of the records, {settings.records.name}/, is a symbolic link"
        hint = "name the folder that it points to with the option 'records' of pir"
        linked = Problem.of("PIR005", settings.config_file.name, (0, 0), message, hint)
        return Reading(KnowledgeBase(settings, {}, problems=(linked,)))
    memory = Memory() if memory is None else memory
    store = ResultStore(settings.cache)
    texts = Texts(settings.markdown, store)
    files, problems = kept_files.read_records(settings.records, texts, store, memory.records)
    problems += unknown_keys(settings.config_file)
    if settings.record_format < record_format.CURRENT and files:
        place = place_of(settings.config_file, ("record_format",))
        problems += record_format.older(settings.record_format, *place)
    rows, row_problems = kept_registers.read_registers(settings.records, store, memory.registers)
    exported, export_problems = action_register.read_export(settings, files)
    rows += exported
    problems += [*row_problems, *export_problems, *check_cells(exported)]
    synonyms, synonym_problems = read_synonyms(settings)
    modules, module_problems = read_modules(settings.records)
    problems += [*synonym_problems, *module_problems]
    without_files = KnowledgeBase(settings, {}, tuple(rows), synonyms=synonyms, modules=modules, texts=texts)
    reading = _linked(without_files, files, problems)
    texts.keep()
    store.close()
    return reading


@stages.READ
@not_collected()
def with_changed_files(reading: Reading, contents: Mapping[str, bytes]) -> Reading:
    """What reading gives if the files of records at these paths have these contents, without writing them.

    Raises ProblemError for a content that cannot be read as a record.
    """
    kb = reading.knowledge
    files = {file.path: file for file in reading.files if file.path not in contents}
    problems = [problem for problem in reading.unlinked if problem.path not in contents]
    for path, raw in contents.items():
        file, own = record_files.read_record(path, raw)
        files[path] = with_facts(file, kb.texts)
        problems += [*own, *check_file(files[path], kb.texts)]
    return _linked(kb, [files[path] for path in sorted(files)], problems)


def _linked(kb: KnowledgeBase, files: list[RecordFile], problems: list[Problem]) -> Reading:
    """The knowledge base with these files, linked with each other and with the rows of its registers."""
    unlinked = tuple(problems)
    with_id = {file.path for file in files if file.id}
    unread = sorted({p.path for p in problems if p.path.endswith(".md")} - with_id)
    ids = references.Ids(files, ((path, record_files.id_at(path), record_files.kind_of(path)) for path in unread))
    merged, register_fields, merge_problems = action_register.apply(files, kb.rows)
    problems = [*problems, *merge_problems]
    for number, file in enumerate(merged):
        if file is not files[number]:
            problems += set(check_file(file, kb.texts)).difference(problems)
            merged[number] = with_facts(file, kb.texts)
    knowledge = replace(
        kb,
        record_files=in_order(file for file in merged if file.id),
        links={file.id: references.links(file, ids) for file in merged if file.id},
        problems=tuple(problems),
        register_fields=register_fields,
    )
    return Reading(knowledge, tuple(files), ids, unlinked)


@stages.READ
@not_collected()
def check(reading: Reading) -> KnowledgeBase:
    """The knowledge base with everything that is wrong with it."""
    kb = reading.knowledge
    if reading.ids is None:
        return kb
    problems = list(kb.problems)
    problems += references.check_ids(reading.files)
    patterns = kb.settings.id_patterns
    place = partial(references.check_id, patterns=patterns)
    question = ("ids", msgspec.msgpack.encode(patterns, order="sorted"))
    problems += problems_by_file(kb.settings.cache, question, reading.files, place)
    problems += references.check_references(reading.files, reading.ids)
    problems += references.check_rows(kb.rows, reading.ids)
    problems += check_attachments(kb)
    problems += check_named_files(kb)
    problems += rules.check(kb)
    problems = suppressions.without_suppressed(kb.record_files.values(), problems)
    return replace(kb, problems=tuple(problem.with_configured_severity(problems, kb.settings.rules)))
