"""Rules about releases: what clients see was approved, not too early, and names no other client."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping

from mkdocs_pir.kb import kinds, lint, review_conditions, schema
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.model import Client, Pir
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.process import Module


def release_approved(file: RecordFile) -> Iterator[Problem]:
    """Problems of a record that clients see without a release, or with a release that has no fingerprint.

    Without a fingerprint, as in a release that was typed by hand, later changes go unnoticed.
    """
    audience = file.data.get("audience", "internal")
    if file.kind not in kinds.having("release") or audience == "internal":
        return
    release = file.data.get("release")
    if "release" not in file.data:
        # reviews and lessons are about an incident of a client; for other kinds the word 'shared' is enough
        yield Problem.of(
            "PIR421" if KINDS[file.kind].visibility == "shared" else "PIR308",
            file.path,
            file.at("audience"),
            f"the audience is '{audience}', but the record has no 'release'",
            f"review what a client sees with 'pir release {file.id}', then add 'release: {{approved_by: "
            "service-delivery-manager, on: 2026-03-20}'",
        )
    elif isinstance(release, Mapping) and not release.get("content"):
        yield Problem.of(
            "PIR422",
            file.path,
            file.at("release"),
            f"'{file.id}' was released without a fingerprint of what was approved",
            f"review what a client sees, and approve it with 'pir release {file.id} --approve "
            f"{release.get('approved_by') or 'ROLE'}'",
        )


def releases_not_early(record_file: RecordFile, lifecycle: Module) -> Iterator[Problem]:
    """The problem of a review that is visible to its client before the step in which the release is approved."""
    pir = record_file.record
    if not isinstance(pir, Pir) or not pir.is_released:
        return
    if not review_conditions.may_be_released(lifecycle, pir):
        step = review_conditions.releasing_step(lifecycle)
        yield Problem.of(
            "PIR423",
            record_file.path,
            record_file.at("status"),
            f"the review is visible to its client, but has not reached step {step.id} {step.name}" if step else "",
            f"make it internal with 'pir release {record_file.id} --withdraw', or set the status when the conditions in 'pir gate {record_file.id}' are met",
        )


def shared_record_names_no_client(record_file: RecordFile, names: lint.ClientNames) -> Iterator[Problem]:
    """Problems of a record that every client sees and that names a client."""
    # the words are searched first: to find the place of a name, its file is read again
    words = record_file.facts.words_for_all
    if words and names.may_be_in(zlib.decompress(words)):
        for where, client, text in names.names_in(record_file):
            yield Problem.of(
                "PIR307",
                record_file.path,
                where,
                f"'{text}' names the client {client}, and every client sees this record",
                "write 'a client', or set 'audience: client'",
            )


def shared_processes_name_no_client(kb: KnowledgeBase) -> Iterator[Problem]:
    """Problems of processes that every client sees and that name a client."""
    names = lint.ClientNames(kb.records(Client).values())
    for file in kb.modules:
        if file.data.get("audience") == "shared":
            for at, words in schema.texts(file.data):
                for client, text, _ in names.names_in_text(words):
                    yield Problem.of(
                        "PIR307",
                        file.path,
                        file.at(*at),
                        f"'{text}' names the client {client}, and every client sees this process",
                        "write 'a client', or set 'audience: internal'",
                    )
