"""`pir causes`: suggest causes for reviews that have none, and assign causes to many reviews."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from mkdocs_pir.cli.command_groups import CommandGroup
from mkdocs_pir.cli.context import Context, pass_context
from mkdocs_pir.cli.lookup import find_id, find_record
from mkdocs_pir.cli.printed_paths import relative_path
from mkdocs_pir.cli.record_updates import write_changes
from mkdocs_pir.cli.selections import Chosen, Selection, find_records
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.exchange import cause_lists, drafts
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb import atomic, naming
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.model import Cause, Pir
from mkdocs_pir.kb.record_changes import Proposal, Refusal
from mkdocs_pir.kb.record_edits import Append, Set
from mkdocs_pir.kb.record_selection import select_records
from mkdocs_pir.kb.selection_values import SelectionError
from mkdocs_pir.search import cause_suggestions as engine
from mkdocs_pir.search.cause_suggestions import Group, Member, Suggestions

SHOWN = 12
"""The members of a group that are listed on a terminal, and the reviews in no group."""

_FIELDS = {"trigger": "trigger", "factor": "contributing_factors"}

_where = click.option(
    "--where",
    multiple=True,
    metavar="CONDITIONS",
    help="Only reviews that meet all conditions, such as year=2019..2024",
)


@click.group(cls=CommandGroup)
def causes() -> None:
    """Find causes for reviews that have none, and assign them."""


@causes.command()
@_where
@click.option("--group", type=click.IntRange(1), metavar="N", help="Only the group with this number, with all members.")
@click.option(
    "--write",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a list as CSV, in which to accept suggestions for 'pir causes assign --from'.",
)
@click.option(
    "--new",
    "new_id",
    metavar="FAMILY/NAME",
    help="Create a draft of a new cause from the words and reviews of the group that --group names.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the suggestions as JSON.")
@pass_context
def suggest(
    context: Context,
    where: tuple[str, ...],
    group: int | None,
    target: Path | None,
    new_id: str | None,
    as_json: bool,
) -> None:
    """Group the reviews that have no cause, with the nearest causes of the catalogue.

    Texts are compared, with what the catalogue says of each cause and with reviews that have it; nothing is assigned.
    A score from 0.14 is likely, one from 0.125 possible; below, nothing is suggested.
    """
    if new_id is not None and group is None:
        raise click.UsageError("--new needs --group: the group that the new cause is made from")
    suggestions = _suggestions(context, where)
    if group is not None:
        if group > len(suggestions.groups):
            raise click.UsageError(f"there is no group {group}; there are {len(suggestions.groups)}")
        suggestions = Suggestions((suggestions.groups[group - 1],), ())
    if new_id is not None:
        _create(context, new_id, suggestions.groups[0])
    elif target is not None:
        if not target.absolute().parent.is_dir():
            raise click.UsageError(f"the folder {relative_path(target.absolute().parent)} does not exist")
        atomic.write(target, cause_lists.suggestion_list(suggestions).encode())
        context.say(
            f"{relative_path(target)}: {count(sum(1 for _ in suggestions.members()), 'review')}. Write yes, or the id of another cause, into the column "
            f"'accept'; then: pir causes assign --from {relative_path(target)}"
        )
    elif as_json:
        click.echo(json.dumps(_as_json(suggestions), indent=2, ensure_ascii=False))
    else:
        _print(context, suggestions, group)


@causes.command()
@click.argument("names", nargs=-1, metavar="[CAUSE ID...]")
@_where
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A list of 'pir causes suggest --write', in which suggestions were accepted.",
)
@click.option(
    "--as",
    "role",
    type=click.Choice(list(_FIELDS)),
    default="trigger",
    show_default=True,
    help="Assign the cause as the trigger, or as a contributing factor.",
)
@click.option("--yes", is_flag=True, help="Write the changes without asking.")
@click.option("--diff", is_flag=True, help="Show the changes as a diff, also on a terminal.")
@click.option("--json", "in_json", is_flag=True, help="Print the changes as JSON; write them only with --yes.")
@pass_context
def assign(
    context: Context,
    names: tuple[str, ...],
    where: tuple[str, ...],
    source: Path | None,
    role: str,
    yes: bool,
    diff: bool,
    in_json: bool,
) -> None:
    """Assign a cause to reviews: CAUSE to those named by ID or chosen with --where, or as a list says.

    The changes are shown first. A review that already has a trigger keeps it. Comments in the files stay.
    """
    read = context.reading()
    proposals: list[Proposal] = []
    refusals: list[Refusal] = []
    for file, cause in _wanted(read[1], names, where, source):
        one = _proposal(file, cause, role)
        (proposals if isinstance(one, Proposal) else refusals).append(one)  # type: ignore[arg-type]
    selection = Selection(Chosen(names[1:], where, source), yes, diff, in_json)
    write_changes(context, read, proposals, selection, refusals)


# -- suggest ----------------------------------------------------------------------------------------------------------


def _suggestions(context: Context, where: Sequence[str]) -> Suggestions:
    if not where:
        return context.of_projection(["causes suggest"], Suggestions, engine.suggest, None)
    from mkdocs_pir.editions.project import project

    knowledge = context.knowledge_for_figures()
    return engine.suggest(project(knowledge, Edition()), [file.id for file in _selected(knowledge, where)])


def _selected(knowledge: KnowledgeBase, where: Sequence[str]) -> list[RecordFile]:
    try:
        return select_records(knowledge, where, (Pir.kind,))
    except SelectionError as error:
        raise click.UsageError(f"--where: {error}") from None


def _print(context: Context, suggestions: Suggestions, only: int | None) -> None:
    number_of = (only,) if only else range(1, len(suggestions.groups) + 1)
    for number, group in zip(number_of, suggestions.groups, strict=True):
        click.echo(f"{number}. {', '.join(group.words)}: {count(len(group.members), 'review')}")
        if group.cause:
            click.echo(
                f"   {engine.certainty(group.score)}: {group.cause} ({group.score:.3f}), for {', '.join(group.why)}"
            )
        else:
            click.echo(f"   no cause is near; a new one: pir causes suggest --group {number} --new FAMILY/NAME")
        _print_members(group.members, group.cause, None if only else SHOWN)
    if suggestions.alone:
        click.echo("Reviews in no group:")
        _print_members(suggestions.alone, "", SHOWN)
    total = sum(1 for _ in suggestions.members())
    near = sum(bool(member.cause) for _, member in suggestions.members())
    context.say(
        f"{count(total, 'review')} without causes: {near:,} near a cause, {count(len(suggestions.groups), 'group')}."
        if total
        else "There is no review without a cause."
    )


def _print_members(members: Sequence[Member], cause: str, most: int | None) -> None:
    for member in members[:most]:
        own = f"  [{member.cause} {member.score:.3f}]" if member.cause and member.cause != cause else ""
        click.echo(f"     {member.id}  {member.day or 'no date'}  {member.client}  {member.title}{own}")
    if most is not None and len(members) > most:
        click.echo(f"     … and {len(members) - most:,} more (--json, --write or --group shows all)")


def _as_json(suggestions: Suggestions) -> Mapping[str, Any]:
    def member(one: Member) -> dict[str, Any]:
        return {**msgspec.structs.asdict(one), "certainty": engine.certainty(one.score) if one.cause else "none"}

    groups = [
        {
            **{name: getattr(group, name) for name in ("words", "cause", "score", "why")},
            "certainty": engine.certainty(group.score) if group.cause else "none",
            "members": [member(one) for one in group.members],
        }
        for group in suggestions.groups
    ]
    return {"groups": groups, "alone": [member(one) for one in suggestions.alone]}


def _create(context: Context, id_: str, group: Group) -> None:
    """Write the draft of a cause, and say how to assign it."""
    if "/" not in id_ or not naming.is_id(Cause.kind, id_):
        raise click.UsageError(
            f"'{id_}' is not the id of a cause; write family/name, such as change/expired-certificate"
        )
    folder = context.settings().records
    try:
        _, file = drafts.create(folder, Cause.kind, [id_], lambda new: cause_lists.draft_of_cause(new, group))
    except FileExistsError:
        raise click.UsageError(f"the cause '{id_}' already exists. Nothing was written") from None
    click.echo(relative_path(file))
    ids = " ".join(member.id for member in group.members)
    context.say(f"Complete the lines marked 'TODO:'. To assign it: pir causes assign {id_} {ids}")


# -- assign -----------------------------------------------------------------------------------------------------------


def _wanted(
    knowledge: KnowledgeBase, names: Sequence[str], where: tuple[str, ...], source: Path | None
) -> list[tuple[RecordFile, str]]:
    """The reviews with the cause that each is to get. Raises UsageError."""
    known = [file.id for file in knowledge.of_kind(Cause.kind) if file.record is not None]
    if source is None:
        if not names:
            raise click.UsageError("name a CAUSE and the reviews, or give a list with --from")
        cause = find_id("cause", names[0], known)
        files = find_records(knowledge, Chosen(tuple(names[1:]), where, None), [Pir.kind], "review")
        return [(file, cause) for file in files]
    if names or where:
        raise click.UsageError("--from says the reviews and causes; leave out CAUSE, ID and --where")
    try:
        accepted = cause_lists.read_list(source.read_bytes(), known)
    except cause_lists.ListError as error:
        raise click.UsageError(f"{relative_path(source)}: {error}") from None
    if not accepted:
        raise click.UsageError(f"{relative_path(source)}: no row is accepted; write yes into the column 'accept'")
    return [(find_record(knowledge, one.review, [Pir.kind], "review"), one.cause) for one in accepted]


def _proposal(file: RecordFile, cause: str, role: str) -> Proposal | Refusal:
    pir = file.record
    assert isinstance(pir, Pir)
    path = (_FIELDS[role],)
    if role == "factor":
        return Proposal(file.id, file.path, [Append(path, cause)] if cause not in pir.contributing_factors else [])
    if pir.trigger and pir.trigger != cause:
        return Refusal(file.id, (), f"its trigger is {pir.trigger} already")
    return Proposal(file.id, file.path, [Set(path, cause)])
