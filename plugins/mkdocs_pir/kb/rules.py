"""Rules over several records: each is a function from the knowledge base to problems, listed in `RULES`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mkdocs_pir.kb import (
    action_rules,
    declared_names,
    evidence_rules,
    gates,
    guidance_rules,
    incident_rules,
    lesson_rules,
    lint,
    recurrence_rules,
    release_rules,
)
from mkdocs_pir.kb.knowledge import KnowledgeBase, each_review
from mkdocs_pir.kb.model import Record
from mkdocs_pir.kb.problem import Problem, did_you_mean
from mkdocs_pir.kb.settings import place_of

Rule = Callable[[KnowledgeBase], Iterator[Problem]]


def status_earned(kb: KnowledgeBase) -> Iterator[Problem]:
    """A review meets the conditions of the status it claims."""
    lifecycle = kb.lifecycle
    for entry, pir in each_review(kb):
        for condition in gates.unmet(lifecycle, pir):
            yield Problem.of(
                "PIR306",
                entry.path,
                entry.at("status"),
                f"the status is '{pir.status}', but it does not hold that {condition.text}",
                f"{condition.advice(pir)}; or set the status back (condition {condition.name})",
            )


def wording(kb: KnowledgeBase) -> Iterator[Problem]:
    """No blame; nothing secret or personal in what leaves the provider."""
    for entry in kb.record_files.values():
        record: Record | None = entry.record
        if record is not None:
            yield from lint.blame(entry, kb.texts)
            yield from lint.wording(entry)


def targets_known(kb: KnowledgeBase) -> Iterator[Problem]:
    """A target in days is a deadline of the process. Those of KPIs are checked with the other options."""
    steps = [step for file in kb.modules if file.module is not None for step in file.module.steps]
    known = {step.due.target for step in (*steps, *kb.lifecycle.steps) if step.due.target} | {"review-days"}
    for name in kb.settings.targets:
        deadline, _, _ = name.partition("-sev-")
        if deadline.endswith("-days") and deadline not in known:
            yield Problem.of(
                "PIR602",
                *place_of(kb.settings.config_file, ("targets", name), key=True),
                f"'targets' has no '{name}'",
                did_you_mean(deadline, known) or f"the deadlines are {', '.join(sorted(known))}",
            )


RULES: tuple[Rule, ...] = (
    targets_known,
    declared_names.options_name_what_is_there,
    incident_rules.times_in_order,
    action_rules.actions_consistent,
    recurrence_rules.recurrences_consistent,
    status_earned,
    release_rules.releases_approved,
    release_rules.fingerprinted,
    release_rules.in_time,
    release_rules.shared_names_nobody,
    lesson_rules.lessons_drawn,
    recurrence_rules.recurrences_declared,
    lesson_rules.lessons_applied,
    incident_rules.register_agrees,
    incident_rules.incidents_reviewed_once,
    wording,
    guidance_rules.left_in,
    evidence_rules.actions_observable,
    evidence_rules.timelines_evidenced,
    evidence_rules.lessons_evidenced,
)
"""Every rule. A new one is a function and a line here."""


def check(kb: KnowledgeBase) -> list[Problem]:
    """What the rules find."""
    return [p for rule in RULES for p in rule(kb)]
