"""Changing records from the command line: a preview of every change, a question, and then all of them at once."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from mkdocs_pir.cli import printed_paths
from mkdocs_pir.cli.context import Context
from mkdocs_pir.cli.printed_diff import unified_diff
from mkdocs_pir.cli.printed_paths import relative_path
from mkdocs_pir.cli.selections import Selection
from mkdocs_pir.cli.terminal import console, styled
from mkdocs_pir.editions.release import with_approvals
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb import record_changes
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.loading import Reading
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.problem_formats import as_text
from mkdocs_pir.kb.record_changes import ChangedMeanwhileError, Plan, Proposal, Refusal

MOST = 5
"""Warnings of one code that are shown; many records changed alike give the same one."""


def write_changes(
    context: Context,
    read: tuple[Reading, KnowledgeBase],
    proposals: Iterable[Proposal],
    selection: Selection,
    refusals: Sequence[Refusal] = (),
) -> None:
    """Show what is proposed and what cannot be done, ask, and write what can be.

    A record that a rule keeps from changing is left out and named; the others are written all or none. Unless a single
    record was named, nothing is written before somebody says so, or with `--yes`. Ends with exit code 1 if anything
    was left out.
    """
    ask, in_json = not selection.chosen.is_one, selection.in_json
    reading, knowledge = read
    plan = record_changes.plan(reading, knowledge, proposals)
    left_out = [*refusals, *plan.refusals]
    new = [p for p in record_changes.new_problems(knowledge, with_approvals(plan.after)) if p.severity == "warning"]
    _show(context, knowledge, plan, left_out, new, diff=selection.diff, in_json=in_json)
    write = bool(plan.changes) and _may_write(
        context, plan, ask=ask and not selection.yes, in_json=in_json and not selection.yes
    )
    if write:
        _write(knowledge, plan)
    if in_json:
        click.echo(json.dumps(_as_json(knowledge, plan, left_out, new, write), indent=2, ensure_ascii=False))
    _conclude(context, plan, left_out, write)
    if left_out or (plan.changes and not write):
        raise SystemExit(1)


def write_at_once(context: Context, read: tuple[Reading, KnowledgeBase], proposal: Proposal, *, diff: bool) -> None:
    """Change one record without a preview, and show the change with `diff`. Raises ClickException, after its problems, if that would make an error."""
    reading, knowledge = read
    plan = record_changes.plan(reading, knowledge, [proposal])
    for refusal in plan.refusals:
        if refusal.problems:
            context.report(refusal.problems)
        raise click.ClickException(
            refusal.message or f"{proposal.path} was not changed, because that would cause these errors"
        )
    _write(knowledge, plan)
    if diff:
        _print_diff(knowledge, plan)


def _print_diff(knowledge: KnowledgeBase, plan: Plan) -> None:
    for each in plan.changes:
        click.echo(unified_diff(relative_path(knowledge.folder / each.path), each.before, each.after), nl=False)


def _write(knowledge: KnowledgeBase, plan: Plan) -> None:
    try:
        record_changes.write(knowledge.folder, plan.changes)
    except ChangedMeanwhileError as error:
        path = relative_path(knowledge.folder / error.path)
        raise click.ClickException(f"{path} was changed in the meantime; nothing was written, run it again") from None


def _may_write(context: Context, plan: Plan, *, ask: bool, in_json: bool) -> bool:
    if not ask and not in_json:
        return True
    if in_json or not _has_terminal():
        return False
    return click.confirm(f"Write {count(len(plan.changes), 'changed file')}?", err=True)


def _has_terminal() -> bool:
    """Whether there is somebody who can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _conclude(context: Context, plan: Plan, left_out: Sequence[Refusal], written: bool) -> None:
    subjects = len({each.subject for each in plan.proposals})
    parts = []
    if plan.changes and written:
        parts.append(f"{subjects:,} changed")
    elif plan.changes:
        hint = "" if _has_terminal() else "; to write without a question, add --yes"
        parts.append(f"nothing is written: {subjects:,} would change{hint}")
    if plan.unchanged:
        parts.append(f"{len({each.subject for each in plan.unchanged}):,} as wanted already")
    if left_out:
        parts.append(f"{len({each.subject for each in left_out}):,} left out")
    context.say(", ".join(parts) or "nothing is selected, so nothing changes")


# -- showing ----------------------------------------------------------------------------------------------------------


def _show(
    context: Context,
    knowledge: KnowledgeBase,
    plan: Plan,
    left_out: Sequence[Refusal],
    new: Sequence[Problem],
    *,
    diff: bool,
    in_json: bool,
) -> None:
    if not in_json:
        if plan.changes and sys.stdout.isatty() and not diff:
            console().print(_table(knowledge, plan))
        else:
            _print_diff(knowledge, plan)
    for refusal in left_out:
        click.echo(
            f"{refusal.subject} is left out: {refusal.message}"
            if refusal.message
            else f"{refusal.subject} is left out:",
            err=True,
        )
        if refusal.problems:
            context.report(refusal.problems)
    if new:
        click.echo(f"{'A warning' if len(new) == 1 else 'Warnings'} that the changes lead to:", err=True)
        # their lines are those of the changed files
        shown = printed_paths.with_relative_paths(_some_of_each(new), context.folders())
        click.echo(as_text(shown, pages=context.problems_url(), styled=styled), err=True)
        for code, number in Counter(p.code for p in new).items():
            if number > MOST:
                click.echo(f"and {number - MOST:,} more of {code}", err=True)


def _some_of_each(problems: Iterable[Problem]) -> list[Problem]:
    """The first problems of each code."""
    seen: Counter[str] = Counter()
    some = []
    for problem in problems:
        seen[problem.code] += 1
        if seen[problem.code] <= MOST:
            some.append(problem)
    return some


def _table(knowledge: KnowledgeBase, plan: Plan) -> Table:
    table = Table(title=count(len(plan.changes), "file"), title_justify="left")
    for name, style in (("id", "bold"), ("field", ""), ("now", "dim"), ("then", "green")):
        table.add_column(name, style=style, overflow="fold")
    for proposal, values in _changed_values(knowledge, plan):
        subject = proposal.subject
        for field, before, after in values:
            table.add_row(Text(subject), Text(field), Text(_as_text(before)), Text(_as_text(after)))
            subject = ""
    return table


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return str(value) if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)


Values = Mapping[str, Mapping[str, Any]]
"""The front matter of each file of a knowledge base by its path."""


def _data(knowledge: KnowledgeBase, plan: Plan) -> Values:
    paths = {each.path for each in plan.changes}
    return {file.path: file.data for file in knowledge.record_files.values() if file.path in paths}


def _changed_values(knowledge: KnowledgeBase, plan: Plan) -> Iterator[tuple[Proposal, list[tuple[str, Any, Any]]]]:
    """Each proposal with the fields that it changes, and their values before and after."""
    before, after = _data(knowledge, plan), _data(plan.after, plan)
    for proposal in plan.proposals:
        data, new = before[proposal.path], after[proposal.path]
        # a field of an action, or a field of the record with all that is in it
        paths = dict.fromkeys(edit.path[:3] if edit.path[0] == "actions" else edit.path[:1] for edit in proposal.edits)
        values = [(str(path[-1]), _at(data, path), _at(new, path)) for path in paths]
        changed = [each for each in values if each[1] != each[2]]
        yield proposal, [*changed, *([("note", None, proposal.paragraph)] if proposal.paragraph else [])]


def _at(value: Any, path: Sequence[str | int]) -> Any:
    for name in path:
        if isinstance(value, list):
            value = next(
                (each for each in value if each == name or (isinstance(each, dict) and each.get("id") == name)), None
            )
        elif isinstance(value, dict):
            value = value.get(name)
        else:
            return None
    return value


def _as_json(
    knowledge: KnowledgeBase, plan: Plan, left_out: Sequence[Refusal], new: Sequence[Problem], written: bool
) -> dict[str, Any]:
    return {
        "written": written,
        "changes": [
            {
                "id": each.subject,
                "path": each.path,
                "fields": [{"field": field, "before": before, "after": after} for field, before, after in values],
            }
            for each, values in _changed_values(knowledge, plan)
        ],
        "unchanged": [each.subject for each in plan.unchanged],
        "left_out": [
            {"id": each.subject, "message": each.message, "problems": [p.as_dict() for p in each.problems]}
            for each in left_out
        ],
        "warnings": [p.as_dict() for p in new],
    }
