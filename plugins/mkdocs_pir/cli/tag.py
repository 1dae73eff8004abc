"""`pir tag`: add tags to records and remove them."""

from __future__ import annotations

import click

from mkdocs_pir.cli.context import Context, pass_context
from mkdocs_pir.cli.record_updates import write_changes
from mkdocs_pir.cli.selections import Selection, find_records, selection_options
from mkdocs_pir.kb.kinds import having
from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.record_changes import Proposal
from mkdocs_pir.kb.record_edits import Append, Edit, Remove


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]…")
@click.option("--add", multiple=True, metavar="TAG", help="Add this tag where it is not there yet; may be repeated.")
@click.option("--remove", multiple=True, metavar="TAG", help="Remove this tag; may be repeated.")
@selection_options("'tag=e-mail'.")
@pass_context
def tag(
    context: Context,
    selection: Selection,
    add: tuple[str, ...],
    remove: tuple[str, ...],
) -> None:
    """Add tags to records and remove them.

    A tag is renamed by both: pir tag --where 'tag=e-mail' --add mail --remove e-mail
    """
    add, remove = (tuple(word.strip() for word in words if word.strip()) for words in (add, remove))
    if not add and not remove:
        raise click.UsageError("name tags with --add, --remove or both")
    if both := set(add) & set(remove):
        raise click.UsageError(f"'{min(both)}' is to be added and to be removed; give only one of them")
    chosen = selection.chosen
    read = context.reading()
    files = find_records(read[1], chosen, having("tags"), "record with tags")
    proposals = [Proposal(file.id, file.path, list(_edits(file, add, remove))) for file in files]
    write_changes(context, read, proposals, selection)


def _edits(file: RecordFile, add: tuple[str, ...], remove: tuple[str, ...]) -> list[Edit]:
    tags = file.data.get("tags", [])
    # what is added first keeps the list from going when its last tag is removed
    added: list[Edit] = [Append(("tags",), word) for word in dict.fromkeys(add) if word not in tags]
    return [*added, *(Remove(("tags", word)) for word in remove if word in tags)]
