"""Rules that concern several records. Each is a function from the knowledge base to problems, listed in `RULES`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mkdocs_pir.kb import (
    action_rules,
    declared_names,
    evidence_rules,
    guidance_rules,
    incident_rules,
    lesson_rules,
    plausible_times,
    recurrence_rules,
    release_rules,
    review_conditions,
)
from mkdocs_pir.kb.knowledge import KnowledgeBase, each_review
from mkdocs_pir.kb.plugin_options import place_of
from mkdocs_pir.kb.problem import Problem, did_you_mean

Rule = Callable[[KnowledgeBase], Iterator[Problem]]


def status_earned(kb: KnowledgeBase) -> Iterator[Problem]:
    """Problems of reviews that do not meet the conditions of their status."""
    lifecycle = kb.lifecycle
    for file, pir in each_review(kb):
        for condition in review_conditions.unmet(lifecycle, pir):
            yield Problem.of(
                "PIR306",
                file.path,
                file.at("status"),
                f"the status is '{pir.status}', but this condition is not met: {condition.text}",
                f"{condition.advice(pir)}; or set the status back (condition {condition.name})",
            )


def targets_known(kb: KnowledgeBase) -> Iterator[Problem]:
    """Problems of targets in days that are no deadline of a process. Targets of KPIs are checked with the options."""
    steps = [step for file in kb.modules if file.module is not None for step in file.module.steps]
    deadlines = {step.due.target for step in (*steps, *kb.lifecycle.steps) if step.due.target} | {"review-days"}
    for name in kb.settings.targets:
        deadline, _, _ = name.partition("-sev-")
        if deadline.endswith("-days") and deadline not in deadlines:
            yield Problem.of(
                "PIR602",
                *place_of(kb.settings.config_file, ("targets", name), key=True),
                f"there is no target '{name}'",
                did_you_mean(deadline, deadlines) or f"the deadlines are {', '.join(sorted(deadlines))}",
            )


RULES: tuple[Rule, ...] = (
    targets_known,
    declared_names.options_name_existing_things,
    incident_rules.times_in_order,
    plausible_times.times_within_contracts,
    plausible_times.nothing_of_the_future,
    action_rules.actions_consistent,
    recurrence_rules.recurrences_consistent,
    status_earned,
    release_rules.releases_not_early,
    release_rules.shared_records_name_no_client,
    lesson_rules.lessons_drawn,
    recurrence_rules.recurrences_declared,
    lesson_rules.lessons_applied,
    incident_rules.register_agrees,
    incident_rules.incidents_reviewed_once,
    guidance_rules.guidance_removed,
    evidence_rules.actions_observable,
    evidence_rules.lessons_evidenced,
)
"""All rules. To add one, write its function and add it here."""


def check(kb: KnowledgeBase) -> list[Problem]:
    """The problems that all rules find."""
    return [p for rule in RULES for p in rule(kb)]
