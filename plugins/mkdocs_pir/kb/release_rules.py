"""Rules about releases: what is shown outside was looked at as it is, and when the process asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mkdocs_pir.kb import gates
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.kb.problem import Problem


def fingerprinted(kb: KnowledgeBase) -> Iterator[Problem]:
    """A release says what it approved. One that was typed by hand does not, so nobody notices what changes later."""
    for entry in kb.of_kind("pir", "lesson", "cause", "problem", "service", "page"):
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
