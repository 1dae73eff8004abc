"""`pir new`: create a record from its template, filled in with what is already known."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from mkdocs_pir.cli.command_groups import CommandGroup
from mkdocs_pir.cli.context import Context, pass_context
from mkdocs_pir.cli.lookup import find_named, find_record
from mkdocs_pir.cli.printed_paths import relative_path
from mkdocs_pir.exchange import drafts, new_ids, prefill
from mkdocs_pir.kb import naming
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.known_names import KnownNames
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.kb.problem import did_you_mean
from mkdocs_pir.kb.references import same_id
from mkdocs_pir.kb.schema import choices, load

Command = Callable[..., Any]


class _NewGroup(CommandGroup):
    also_called: Mapping[str, str] = {kind.label: name for name, kind in KINDS.items()} | dict.fromkeys(
        ("incident", "postmortem"), "pir"
    )


@click.group(cls=_NewGroup)
def new() -> None:
    """Create a record, such as a review or a lesson.

    The record gets the next free id, is filled in with what is already known, and opens in $EDITOR. Lines that begin
    with TODO: say what to write; 'pir check' lists those that remain.
    """


def _common(default_id: str) -> Callable[[Command], Command]:
    """The options of every command; `default_id` says which id a record has without --id."""

    def add(command: Command) -> Command:
        command = click.option("--no-edit", is_flag=True, help="Do not open the record in $EDITOR.")(command)
        return click.option("--id", "id_", metavar="ID", help=f"The id; by default {default_id}.")(command)

    return add


def _title(command: Command) -> Command:
    return click.option("--title", default="", metavar="TEXT", help="The title.")(command)


def _name(command: Command) -> Command:
    return click.option("--name", default="", metavar="TEXT", help="The name, from which the id is made.")(command)


def _several(option: str, name: str, help: str) -> Callable[[Command], Command]:
    return click.option(option, name, multiple=True, metavar="ID", help=f"{help} May be given several times.")


@new.command()
@_title
@_several("--incident", "incidents", "The incident to review; what the incident register says about it is filled in.")
@click.option("--client", default="", metavar="ID", help="The client whose service was affected.")
@_several("--service", "services", "A service that was affected.")
@click.option(
    "--severity", type=click.Choice(choices("pir", "severity")), help="The severity, of which SEV-1 is the worst."
)
@_common("the next free one")
@pass_context
def pir(
    context: Context,
    title: str,
    incidents: tuple[str, ...],
    client: str,
    services: tuple[str, ...],
    severity: str | None,
    id_: str | None,
    no_edit: bool,
) -> None:
    """Create a review (PIR)."""
    knowledge = context.knowledge()
    rows = prefill.registered(knowledge, incidents)
    spelling = {same_id(row.id): row.id for row in rows}
    ids = prefill.unique(spelling.get(same_id(id_), id_) for id_ in incidents)
    client = client and _find(knowledge, "client", client)
    for incident, review, whose in prefill.reviewed(knowledge, ids):
        if not client or not whose or same_id(client) == same_id(whose):
            of = f" (client {whose})" if whose else ""
            raise click.UsageError(
                f"{incident} already has a review: {review}{of}. Continue that one, "
                "or give --client to review the incident for another client. Nothing was written"
            )
    register = [i.id for i in knowledge.incidents]
    for unknown in (i for i in ids if register and i not in register):
        hint = did_you_mean(unknown, register) or "the register has no id like it."
        raise click.UsageError(
            f"{unknown} is not in registers/incidents.csv; {hint} Add a row for it first, or leave --incident out. "
            "Nothing was written"
        )
    values = prefill.for_review(rows, ids)
    values["client"] = _find_or_ask(knowledge, "client", client or values["client"])
    values["services"] = [_find(knowledge, "service", s) for s in services] or values["services"]
    _create(
        context, knowledge, "pir", {**values, "title": title, "severity": severity or values["severity"]}, id_, no_edit
    )


@new.command()
@_title
@_several("--from", "reviews", "A review it was learned from; its causes, services and symptoms are filled in.")
@_common("the next free one")
@pass_context
def lesson(context: Context, title: str, reviews: tuple[str, ...], id_: str | None, no_edit: bool) -> None:
    """Create a lesson learned."""
    knowledge = context.knowledge()
    values = prefill.for_lesson(_reviews(knowledge, reviews))
    _create(context, knowledge, "lesson", {**values, "title": title}, id_, no_edit)


@new.command()
@_title
@_several("--service", "services", "A service that the problem affects.")
@_several(
    "--from",
    "reviews",
    "A review of an incident that the problem caused; its causes, services and symptoms are filled in.",
)
@_common("the next free one")
@pass_context
def problem(
    context: Context,
    title: str,
    services: tuple[str, ...],
    reviews: tuple[str, ...],
    id_: str | None,
    no_edit: bool,
) -> None:
    """Create a problem record (root cause, known error, workaround)."""
    knowledge = context.knowledge()
    values = prefill.for_problem(_reviews(knowledge, reviews))
    values["services"] = [_find(knowledge, "service", s) for s in services] or values["services"]
    _create(context, knowledge, "problem", {**values, "title": title}, id_, no_edit)


@new.command()
@_name
@click.option(
    "--family",
    default="",
    metavar="SLUG",
    help="The group of causes, such as change or process; the id begins with it.",
)
@_common("made from the name")
@pass_context
def cause(context: Context, name: str, family: str, id_: str | None, no_edit: bool) -> None:
    """Create a cause in the cause catalogue."""
    knowledge = context.knowledge()
    if id_ is None:
        families = sorted({e.id.partition("/")[0] for e in knowledge.of_kind("cause") if "/" in e.id})
        choices = (
            f"; choose from {', '.join(families)}, or name a new family"
            if families
            else "; write, for example, --family change"
        )
        if not family:
            raise click.UsageError(f"--family is missing{choices}")
        id_ = f"{naming.slug(family)}/{_slug(name)}"
    _create(context, knowledge, "cause", {"name": name, "family": id_.rpartition("/")[0]}, id_, no_edit)


@new.command()
@_name
@click.option("--owner", default="", metavar="TEXT", help="The team that owns the service.")
@_several("--client", "clients", "A client that uses the service.")
@_common("made from the name")
@pass_context
def service(context: Context, name: str, owner: str, clients: tuple[str, ...], id_: str | None, no_edit: bool) -> None:
    """Create a service."""
    knowledge = context.knowledge()
    _refuse_taken_name(knowledge, "service", name, id_)
    values = {"name": name, "owner": owner, "clients": [_find(knowledge, "client", c) for c in clients]}
    _create(context, knowledge, "service", values, id_ or _slug(name), no_edit)


@new.command()
@_name
@_common("made from the name")
@pass_context
def client(context: Context, name: str, id_: str | None, no_edit: bool) -> None:
    """Create a client."""
    knowledge = context.knowledge()
    _refuse_taken_name(knowledge, "client", name, id_)
    _create(context, knowledge, "client", {"name": name}, id_ or _slug(name), no_edit)


def _create(
    context: Context, knowledge: KnowledgeBase, kind: str, values: dict[str, Any], id_: str | None, no_edit: bool
) -> None:
    """Write the record, print its path and what to do next, and open it in the editor."""
    settings = knowledge.settings
    if not knowledge.folder.is_dir():
        raise click.UsageError(f"the folder {knowledge.folder} does not exist; 'pir init' creates a knowledge base")
    template = drafts.template_of(kind, settings.root)
    values["today"] = settings.as_of.isoformat()
    try:
        ids = (
            [_free(knowledge, kind, id_)]
            if id_ is not None
            else new_ids.free_ids(knowledge, kind, str(values.get("client") or ""))
        )
        new_id, file = drafts.create(
            knowledge.folder, kind, ids, lambda i: drafts.filled(template, {**values, "id": i})
        )
    except new_ids.NoFreeId as error:
        raise click.UsageError(f"{error}; give an id with --id") from None
    except FileExistsError as error:
        raise click.UsageError(f"{error.filename or error} already exists. Nothing was written") from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}. Nothing was written.") from None
    click.echo(relative_path(file))
    context.say(
        f"Created {new_id}. Its lines marked 'TODO:' tell what to write; 'pir check {relative_path(file)}' lists them."
    )
    if not no_edit and sys.stdin.isatty() and sys.stdout.isatty():
        try:
            click.edit(filename=str(file))
        except click.ClickException as error:
            raise click.ClickException(f"{error.message}; the record is in {relative_path(file)}") from None


def _free(knowledge: KnowledgeBase, kind: str, id_: str) -> str:
    """The id given with --id. Raises UsageError if it is taken or not valid."""
    if not naming.is_id(kind, id_):
        raise click.UsageError(
            f"'{id_}' is not a valid id of a {KINDS[kind].label}; write, for example, {_example(kind)}"
        )
    paths = {same_id(file.id): file.path for file in knowledge.record_files.values()}
    if same_id(id_) in paths:
        raise click.UsageError(f"'{id_}' already exists: {paths[same_id(id_)]}. Nothing was written")
    return id_


def _example(kind: str) -> str:
    return str(load(kind)["properties"]["id"]["examples"][0])


def _slug(name: str) -> str:
    if not name:
        raise click.UsageError("--name is missing; give the name, or an id with --id")
    if not (slug := naming.slug(name)):
        raise click.UsageError(f"no id can be made from '{name}'; give one with --id, in letters a-z and digits")
    return slug


def _find_or_ask(knowledge: KnowledgeBase, kind: str, id_: str) -> str:
    """The id of a required record: the one given, the only one that exists, or the one that the user is asked for."""
    if id_:
        return _find(knowledge, kind, id_)
    ids = [file.id for file in knowledge.of_kind(kind)]
    if len(ids) == 1:
        return ids[0]
    if not ids:
        raise click.UsageError(f"there is no {kind} yet; create one with 'pir new {kind} --name …'")
    if sys.stdin.isatty():
        return str(click.prompt(kind.capitalize(), type=click.Choice(ids)))
    raise click.UsageError(f"--{kind} is missing; choose from {', '.join(ids)}")


def _find(knowledge: KnowledgeBase, kind: str, id_: str) -> str:
    return find_named(kind, id_, knowledge.of_kind(kind))


def _refuse_taken_name(knowledge: KnowledgeBase, kind: str, name: str, id_: str | None) -> None:
    """Raise UsageError if a record already has this name or alias, unless an id is given for a second one."""
    if id_ is None and (other := KnownNames(knowledge.of_kind(kind)).find(kind, name)):
        raise click.UsageError(
            f"the {kind} '{other}' already has the name '{name}': {knowledge.record_files[other].path}. "
            "Give another --name, or an --id if this is a second one. Nothing was written"
        )


def _reviews(knowledge: KnowledgeBase, ids: Sequence[str]) -> list[Pir]:
    reviews = []
    for id_ in prefill.unique(ids):
        record = find_record(knowledge, id_, ["pir"], "review").record
        assert isinstance(record, Pir)
        reviews.append(record)
    return reviews
