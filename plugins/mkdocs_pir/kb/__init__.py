"""The knowledge base: records and registers, read strictly, checked and linked."""

from __future__ import annotations

from dataclasses import replace

from mkdocs_pir.kb import graph, overlay, problem, record_files, rules, suppressions
from mkdocs_pir.kb.attachments import check_attachments, check_named_files
from mkdocs_pir.kb.knowledge import KnowledgeBase, in_order
from mkdocs_pir.kb.mkdocs_keys import unknown_keys
from mkdocs_pir.kb.modules import read_modules
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.kb.synonyms import read_synonyms
from mkdocs_pir.kb.texts import Texts
from mkdocs_pir.kb.texts.checking import check_cells, check_texts


def load(settings: Settings) -> KnowledgeBase:
    """Read, link and check the whole knowledge base. Its `problems` are sorted and include everything that is wrong."""
    if not settings.records.is_dir():
        hint = "create it, or name the folder of the records with the option 'records' of pir"
        docs = settings.folders.docs
        if (docs / "pirs").is_dir():
            hint = f"the records seem to be in {docs.name}/: set 'records: {docs.name}' under 'pir', and 'exclude_docs: \"*\"' outside 'plugins'"
        message = f"the folder of the records, {settings.records.name}/, does not exist"
        missing = Problem.of("PIR601", settings.config_file.name, (0, 0), message, hint)
        return KnowledgeBase(settings, {}, problems=(missing,))
    if settings.records.is_symlink():
        message = f"the folder of the records, {settings.records.name}/, is a symbolic link"
        hint = "name the folder that it points to with the option 'records' of pir"
        linked = Problem.of("PIR005", settings.config_file.name, (0, 0), message, hint)
        return KnowledgeBase(settings, {}, problems=(linked,))
    entries, problems = record_files.read_records(settings.records)
    problems += unknown_keys(settings.config_file)
    rows, found = record_files.read_registers(settings.records)
    problems += found
    exported, found = overlay.read_export(settings, entries)
    rows += exported
    problems += found
    texts = Texts(settings.markdown)
    problems += check_texts(entries, texts)
    problems += check_cells(rows)
    synonyms, found = read_synonyms(settings)
    problems += found
    modules, found = read_modules(settings.records)
    problems += found
    named = {e.path for e in entries if e.id}
    unread = sorted({p.path for p in problems if p.path.endswith(".md")} - named)
    ids = graph.Ids(entries, ((path, record_files.id_at(path), record_files.kind_of(path)) for path in unread))
    problems += graph.check_ids(entries, settings.id_patterns)
    problems += graph.check_references(entries, ids, texts)
    problems += graph.check_rows(rows, ids)
    entries, overlaid, found = overlay.apply(entries, rows)
    problems += found
    links = {e.id: graph.links(e, texts, ids) for e in entries if e.id}
    kb = KnowledgeBase(
        settings,
        in_order(e for e in entries if e.id),
        tuple(rows),
        links,
        synonyms=synonyms,
        modules=modules,
        overlaid=overlaid,
        texts=texts,
    )
    problems += check_attachments(kb)
    problems += check_named_files(kb)
    problems += rules.check(kb)
    problems = suppressions.not_allowed(kb.record_files.values(), problems)
    return replace(kb, problems=tuple(problem.configured(problems, settings.rules)))
