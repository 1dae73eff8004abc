"""`pir note`: add a dated note to a record or an action, which no client sees."""

from __future__ import annotations

from datetime import date

import click

from mkdocs_pir.cli.context import Context, DateType, pass_context
from mkdocs_pir.cli.record_updates import write_changes
from mkdocs_pir.cli.selections import Chosen, Selection, find_actions, find_records, has_action, selection_options
from mkdocs_pir.kb import action_edits
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.model import Page
from mkdocs_pir.kb.record_changes import Proposal


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]…")
@click.argument("text", metavar="TEXT")
@click.option("--on", type=DateType(), metavar="DATE", help="The day of the note; by default today.")
@selection_options("'kind=review client=harbor-credit'.")
@pass_context
def note(
    context: Context,
    selection: Selection,
    text: str,
    on: date | None,
) -> None:
    """Add a dated note to records or actions, which no client sees.

    A note on an action goes into its 'note'. A note on any other record becomes a paragraph before the first heading
    of its text, which stays internal.
    """
    if not text.strip():
        raise click.UsageError("the note is empty; write it in quotes after the id")
    ids, where, source = selection.chosen
    if not any(selection.chosen):
        raise click.UsageError(f'write the note in quotes after the id, such as: pir note {text.split()[0]} "TEXT"')
    read = context.reading()
    knowledge = read[1]
    day = on or knowledge.settings.as_of
    words = " ".join(text.split())
    # each id is that of a record or of an action
    actions = [id_ for id_ in ids if has_action(knowledge, id_)]
    records = tuple(id_ for id_ in ids if id_ not in actions)
    proposals = [
        Proposal(each.id, each.file.path, action_edits.note(each, words, day))
        for each in (find_actions(knowledge, Chosen(tuple(actions), (), None)) if actions else ())
    ]
    chosen = Chosen(records, where, source)
    kinds = [kind for kind in KINDS if kind != Page.kind]
    if records or where or source is not None or not actions:
        files = find_records(knowledge, chosen, kinds, "record")
        paragraph = action_edits.with_note("", words, day)
        proposals += [Proposal(file.id, file.path, (), paragraph) for file in files]
    write_changes(context, read, proposals, selection)
