"""Rules about releases: what is shown outside was approved as it is, in time, and names no other client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mkdocs_pir.kb import gates, kinds, lint, schema
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.model import Client, Pir
from mkdocs_pir.kb.problem import Problem


def releases_approved(kb: KnowledgeBase) -> Iterator[Problem]:
    """What is shown outside the provider was approved."""
    for entry in kb.of_kind(*kinds.having("release")):
        if entry.data.get("audience", "internal") != "internal" and "release" not in entry.data:
            # a review and a lesson tell of a client's incident; of the others it is enough that somebody said 'shared'
            yield Problem.of(
                "PIR421" if KINDS[entry.kind].visibility == "shared" else "PIR308",
                entry.path,
                entry.at("audience"),
                f"the audience is '{entry.data['audience']}' but nobody released it",
                f"look at it with 'pir release {entry.id}', then add 'release: {{approved_by: "
                "service-delivery-manager, on: 2026-03-20}'",
            )


def fingerprinted(kb: KnowledgeBase) -> Iterator[Problem]:
    """A release says what it approved. One that was typed by hand does not, so nobody notices what changes later."""
    for entry in kb.of_kind(*kinds.having("release")):
        release = entry.data.get("release")
        if entry.data.get("audience", "internal") == "internal" or not isinstance(release, Mapping):
            continue
        if not release.get("content"):
            yield Problem.of(
                "PIR422",
                entry.path,
                entry.at("release"),
                f"'{entry.id}' was released without a fingerprint of what was approved",
                f"look at what is shown and approve it with 'pir release {entry.id} --approve "
                f"{release.get('approved_by') or 'ROLE'}'",
            )


def in_time(kb: KnowledgeBase) -> Iterator[Problem]:
    """A review is shown outside from the step on in which its release is approved."""
    for entry in kb.of_kind("pir"):
        pir = entry.record
        if not isinstance(pir, Pir) or pir.audience == "internal" or pir.release is None:
            continue
        if not gates.may_be_released(kb.lifecycle, pir):
            step = gates.releasing_step(kb.lifecycle)
            yield Problem.of(
                "PIR423",
                entry.path,
                entry.at("status"),
                f"the review is shown outside, but it has not reached {step.id} {step.name}" if step else "",
                f"take it back with 'pir release {entry.id} --withdraw', or set the status once 'pir gate {entry.id}' allows it",
            )


def shared_names_nobody(kb: KnowledgeBase) -> Iterator[Problem]:
    """A record that every client sees names no client."""
    names = lint.ClientNames(kb.of(Client).values())
    for entry in kb.of_kind(*(kind for kind in kinds.having("release") if not KINDS[kind].names_clients)):
        if entry.data.get("audience") == "shared":
            for where, client, text in names.found_in(entry):
                yield Problem.of(
                    "PIR307",
                    entry.path,
                    where,
                    f"'{text}' names the client {client}, and every client sees this record",
                    "say 'a client', or set 'audience: client'",
                )
    for file in kb.modules:
        if file.data.get("audience") == "shared":
            for at, words in schema.texts(file.data):
                for client, text, _ in names.found_in_text(words):
                    yield Problem.of(
                        "PIR307",
                        file.path,
                        file.at(*at),
                        f"'{text}' names the client {client}, and every client sees this process",
                        "say 'a client', or set 'audience: internal'",
                    )
