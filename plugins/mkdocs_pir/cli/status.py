"""`pir status`: move reviews, lessons and problems to another status of their process."""

from __future__ import annotations

from datetime import date

import click

from mkdocs_pir.cli.context import Context, DateType, pass_context
from mkdocs_pir.cli.record_updates import write_changes
from mkdocs_pir.cli.selections import Selection, find_records, selection_options
from mkdocs_pir.kb import status_edits
from mkdocs_pir.kb.action_edits import check_day
from mkdocs_pir.kb.kinds import having
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.problem import ProblemError
from mkdocs_pir.kb.record_changes import Proposal, Refusal
from mkdocs_pir.kb.record_edits import Edit, Set


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]…")
@click.argument("step", metavar="STEP")
@click.option(
    "--on", type=DateType(), metavar="DATE", help="The day on which a lesson or problem got there; by default today."
)
@click.option("--evidence", metavar="TEXT", help="What shows that a lesson works; for 'verified'.")
@click.option("--by", metavar="ID", help="The lesson that takes the place of this one; for 'superseded'.")
@selection_options("'kind=review status=action-management actions!=open'.")
@pass_context
def status(
    context: Context,
    selection: Selection,
    step: str,
    on: date | None,
    evidence: str | None,
    by: str | None,
) -> None:
    """Move reviews, lessons or problems to another status, if the conditions for it are met.

    STEP is a status such as client-review or closed, the id of a step of the process such as 03g.03, or 'next'. What
    still stands against it is named with its file and line and with what to do, and that record is not changed.
    """
    chosen = selection.chosen
    if not any(chosen):
        raise click.UsageError(f"name the status after the id, such as: pir status {step} next")
    read = context.reading()
    knowledge = read[1]
    today = max(knowledge.settings.as_of, date.today())
    for message in check_day(on, today) if on is not None else ():
        raise click.UsageError(f"--on: {message}")
    kinds = [kind for kind in having("status") if kind in ("pir", *status_edits.DAYS)]
    files = find_records(knowledge, chosen, kinds, "review, lesson or problem")
    options = {"evidence": evidence, "superseded_by": by}
    proposals, refusals = [], []
    for file in files:
        try:
            proposals.append(Proposal(file.id, file.path, _edits(knowledge, file, step, on, options)))
        except status_edits.StatusError as error:
            if chosen.is_one:
                raise click.UsageError(str(error)) from None
            refusals.append(Refusal(file.id, (), str(error)))
        except ProblemError as error:
            refusals.append(Refusal(file.id, error.problems))
    write_changes(context, read, proposals, selection, refusals)


def _edits(
    knowledge: KnowledgeBase, file: RecordFile, step: str, on: date | None, options: dict[str, str | None]
) -> list[Edit]:
    new = status_edits.status_named(knowledge, file, step)
    dated = new in status_edits.DAYS.get(file.kind, {})
    if on is not None and not dated:
        raise status_edits.StatusError(
            f"a {'review' if file.kind == 'pir' else file.kind} records no day on which it became '{new}'; leave out --on"
        )
    edits = status_edits.move(knowledge, file, new, (on or knowledge.settings.as_of) if dated else None)
    for field, value in options.items():
        if value is not None:
            if file.kind != "lesson":
                raise status_edits.StatusError(f"only a lesson has '{field}'")
            edits.append(Set((field,), value))
    if (
        file.kind == "lesson"
        and new == "superseded"
        and not options["superseded_by"]
        and "superseded_by" not in file.data
    ):
        raise status_edits.StatusError("name the lesson that takes its place with --by")
    return edits
