"""`pir action`: finish, verify, cancel and assign actions, or take their progress from a CSV file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import click

from mkdocs_pir.cli.command_groups import CommandGroup
from mkdocs_pir.cli.context import Context, DateType, pass_context
from mkdocs_pir.cli.record_updates import write_changes
from mkdocs_pir.cli.selections import Chosen, Selection, find_actions, selection_options
from mkdocs_pir.exchange.action_updates import ActionRow, ActionRows, read_rows, updates
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb import action_edits
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.problem import ProblemError
from mkdocs_pir.kb.record_changes import Proposal, Refusal
from mkdocs_pir.kb.record_edits import Edit
from mkdocs_pir.kb.selectable_fields import SelectedAction

EXAMPLE = "'state=overdue owner=platform client=harbor-credit'."

_ids = click.argument("ids", nargs=-1, metavar="[ID]…")
_note = click.option("--note", metavar="TEXT", help="Also add a dated note to each.")


def _on(what: str) -> Callable[[click.decorators.FC], click.decorators.FC]:
    return click.option("--on", type=DateType(), metavar="DATE", help=f"The day on which {what}; by default today.")


@click.group(cls=CommandGroup)
def action() -> None:
    """Finish, verify, cancel or assign actions, or take their progress from a tracker.

    An action is named by its full id, such as PIR-2026-0012-A1, or by its ticket in the tracker. One action named by
    its id is changed at once. Several, and those chosen by --where or --from, are shown first, and written when you
    agree or with --yes.
    """


@action.command()
@_ids
@_on("the work was finished")
@_note
@selection_options(EXAMPLE)
@pass_context
def done(
    context: Context,
    selection: Selection,
    on: date | None,
    note: str | None,
) -> None:
    """Record that the work of actions is finished."""

    def edits(selected: SelectedAction, row: ActionRow | None, today: date) -> list[Edit]:
        return action_edits.finish(selected, on or (row and row.progress.completed), today)

    _change(context, selection, ("done", "verified"), edits, on, note)


@action.command()
@_ids
@_on("it was verified")
@_note
@selection_options(EXAMPLE)
@pass_context
def verify(
    context: Context,
    selection: Selection,
    on: date | None,
    note: str | None,
) -> None:
    """Record that somebody verified that finished actions work."""

    def edits(selected: SelectedAction, row: ActionRow | None, today: date) -> list[Edit]:
        return action_edits.verify(selected, on or (row and row.progress.verified), today)

    _change(context, selection, ("verified",), edits, on, note)


@action.command()
@_ids
@click.option("--reason", metavar="TEXT", help="Why it is not done; needed unless the file gives it.")
@_note
@selection_options(EXAMPLE)
@pass_context
def cancel(
    context: Context,
    selection: Selection,
    reason: str | None,
    note: str | None,
) -> None:
    """Cancel actions that will not be done, with the reason."""
    if not (reason or "").strip() and selection.chosen.source is None:
        raise click.UsageError("give the reason with --reason; a cancelled action needs one")

    def edits(selected: SelectedAction, row: ActionRow | None, today: date) -> list[Edit]:
        why = reason or (row and row.progress.cancel_reason)
        if not why:
            raise Refused("no reason is given; add --reason, or a column 'cancel_reason'")
        return action_edits.cancel(selected, why)

    _change(context, selection, ("cancelled",), edits, None, note)


@action.command()
@_ids
@click.option("--owner", metavar="TEXT", help="The role or team that is responsible; not the name of a person.")
@click.option("--due", type=DateType(), metavar="DATE", help="The day by which it is to be done.")
@_note
@selection_options(EXAMPLE)
@pass_context
def assign(
    context: Context,
    selection: Selection,
    owner: str | None,
    due: date | None,
    note: str | None,
) -> None:
    """Give open actions an owner, a due date, or both."""
    owner = owner.strip() if owner is not None else None
    if not owner and due is None and selection.chosen.source is None:
        raise click.UsageError("give --owner, --due or both")

    def edits(selected: SelectedAction, row: ActionRow | None, today: date) -> list[Edit]:
        return action_edits.assign(
            selected, owner or (row and row.progress.owner) or None, due or (row and row.progress.due) or None
        )

    _change(context, selection, (), edits, None, note)


@action.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--json", "in_json", is_flag=True, help="Print the changes as JSON; write them only with --yes.")
@click.option("--diff", is_flag=True, help="Show the changes as a diff, also on a terminal.")
@click.option("--yes", is_flag=True, help="Write the changes without asking.")
@pass_context
def update(context: Context, file: Path, in_json: bool, diff: bool, yes: bool) -> None:
    """Take the progress of actions from a CSV file, such as an export of the tracker.

    Each row becomes part of its review: status, owner, due, completed, verified, cancel_reason, tracker and note.
    Columns are known by these names, by others in common use, or by the option 'actions' of mkdocs.yml.
    """
    read = context.reading()
    rows = _rows(context, read[1], file)
    today = read[1].settings.as_of
    selection = Selection(Chosen((), (), file), yes, diff, in_json)
    proposals, refusals = _proposals(
        find_actions(read[1], selection.chosen, rows.rows),
        lambda selected: updates(selected, rows.rows[selected.id], file.as_posix(), today),
    )
    refusals += [Refusal(f"line {p.line} of {file.as_posix()}", (p,)) for p in rows.problems]
    write_changes(context, read, proposals, selection, refusals)


class Refused(Exception):
    """Raised for an action that cannot be changed as asked, with the reason."""


def _change(
    context: Context,
    selection: Selection,
    wanted: tuple[str, ...],
    edits_of: Callable[[SelectedAction, ActionRow | None, date], list[Edit]],
    on: date | None,
    note: str | None,
) -> None:
    """Change the chosen actions. A row of the file whose status is none of those `wanted` is left out."""
    read, chosen = context.reading(), selection.chosen
    knowledge = read[1]
    today = max(knowledge.settings.as_of, date.today())
    for message in action_edits.check_day(on, today) if on is not None else ():
        raise click.UsageError(f"--on: {message}")
    rows = _rows(context, knowledge, chosen.source) if chosen.source is not None else ActionRows({}, (), 0)

    def edits(selected: SelectedAction) -> list[Edit]:
        row = rows.rows.get(selected.id)
        if row is not None and wanted and row.has_status and row.progress.status not in wanted:
            raise Refused(f"its status is '{row.progress.status}' on line {row.line} of {chosen.source}")
        out = edits_of(selected, row, knowledge.settings.as_of)
        return [*out, *(action_edits.note(selected, note, on or knowledge.settings.as_of) if note else ())]

    proposals, refusals = _proposals(find_actions(knowledge, chosen, rows.rows), edits)
    refusals += [Refusal(f"line {p.line} of {chosen.source}", (p,)) for p in rows.problems]
    write_changes(context, read, proposals, selection, refusals)


def _proposals(
    actions: list[SelectedAction], edits_of: Callable[[SelectedAction], list[Edit]]
) -> tuple[list[Proposal], list[Refusal]]:
    proposals, refusals = [], []
    for selected in actions:
        try:
            proposals.append(Proposal(selected.id, selected.file.path, edits_of(selected)))
        except ProblemError as error:
            refusals.append(Refusal(selected.id, error.problems))
        except Refused as error:
            refusals.append(Refusal(selected.id, (), str(error)))
    return proposals, refusals


def _rows(context: Context, knowledge: KnowledgeBase, file: Path) -> ActionRows:
    rows = read_rows(knowledge, file, file.read_bytes())
    if rows.others:
        context.say(f"{file.as_posix()}: {count(rows.others, 'row')} about no action of these reviews")
    return rows
