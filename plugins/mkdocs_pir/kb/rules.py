"""Rules that records must follow. Each is a function that gives problems, listed below by what it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain

import msgspec

from mkdocs_pir.kb import (
    action_rules,
    declared_names,
    evidence_rules,
    guidance_rules,
    incident_rules,
    lesson_rules,
    lint,
    plausible_times,
    recurrence_rules,
    release_rules,
    review_conditions,
)
from mkdocs_pir.kb.file_results import problems_by_file
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.model import Client, Pir
from mkdocs_pir.kb.plugin_options import place_of
from mkdocs_pir.kb.problem import Problem, did_you_mean
from mkdocs_pir.kb.process import Module

Rule = Callable[[KnowledgeBase], Iterator[Problem]]
FileRule = Callable[[RecordFile], Iterator[Problem]]


def status_earned(file: RecordFile, lifecycle: Module) -> Iterator[Problem]:
    """Problems of a review that does not meet the conditions of its status."""
    pir = file.record
    if not isinstance(pir, Pir):
        return
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


RULES_OF_A_FILE: tuple[FileRule, ...] = (
    incident_rules.times_in_order,
    action_rules.actions_consistent,
    lesson_rules.lessons_drawn,
    evidence_rules.actions_observable,
    evidence_rules.lessons_evidenced,
)
"""Rules that read one file."""

RULES_OF_THE_PROCESS: tuple[Callable[[RecordFile, Module], Iterator[Problem]], ...] = (
    status_earned,
    release_rules.releases_not_early,
    guidance_rules.guidance_removed,
)
"""Rules that read one file and the process of reviews."""

RULES_OF_THE_DAY: tuple[Callable[[RecordFile, date], Iterator[Problem]], ...] = (
    plausible_times.nothing_of_the_future,
    lesson_rules.lessons_applied,
)
"""Rules that read one file and the day of the figures."""

RULES: tuple[Rule, ...] = (
    targets_known,
    declared_names.options_name_existing_things,
    incident_rules.tickets_in_order,
    plausible_times.tickets_within_contracts,
    plausible_times.no_ticket_of_the_future,
    recurrence_rules.recurrences_consistent,
    release_rules.shared_processes_name_no_client,
    recurrence_rules.recurrences_declared,
    incident_rules.register_agrees,
    incident_rules.incidents_reviewed_once,
)
"""Rules that read several records, registers or options.

To add a rule, write its function and add it to the first of these lists that has all that it reads.
"""


def check(kb: KnowledgeBase) -> list[Problem]:
    """The problems that all rules find."""
    return [*_check_files(kb), *(p for rule in RULES for p in rule(kb))]


def _check_files(kb: KnowledgeBase) -> Iterator[Problem]:
    """The problems of the rules that read one file and little else, kept by all that they read."""
    files = [*kb.record_files.values()]
    lifecycle, as_of = kb.lifecycle, kb.settings.as_of
    clients = {file.id: file for file in kb.of_kind(Client.kind)}
    # the process hardly ever changes
    of_process = _all((_all(RULES_OF_A_FILE), _all(RULES_OF_THE_PROCESS, lifecycle)))
    of_day = _all(RULES_OF_THE_DAY, as_of)
    clients_as_kept = [file.kept_as for file in clients.values()]
    cache = kb.settings.cache
    yield from problems_by_file(cache, ("process", msgspec.msgpack.encode(lifecycle)), files, of_process)
    yield from problems_by_file(cache, ("day", as_of.isoformat()), files, of_day)
    if not all(clients_as_kept):
        cache = None
    yield from problems_by_file(cache, ("clients", *clients_as_kept), files, _of_clients(clients))


def _of_clients(clients: Mapping[str, RecordFile]) -> FileRule:
    """The rules that read one file and the files of all clients, which are given by their ids."""
    names = lint.ClientNames(file.record for file in clients.values() if isinstance(file.record, Client))

    def check(file: RecordFile) -> Iterator[Problem]:
        yield from plausible_times.times_within_contract(file, clients)
        yield from release_rules.shared_record_names_no_client(file, names)

    return check


def _all(rules: Sequence[Callable[..., Iterator[Problem]]], *others: object) -> FileRule:
    """All of these rules as one, with what they read besides the file."""
    return lambda file: chain.from_iterable(rule(file, *others) for rule in rules)
