"""`pir new`: begin a record, prefilled with what is known already."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

import click

from mkdocs_pir.cli.context import Context, pass_context
from mkdocs_pir.cli.lookup import find_named, find_record
from mkdocs_pir.cli.places import shown
from mkdocs_pir.exchange import drafts, prefill
from mkdocs_pir.kb import naming
from mkdocs_pir.kb.graph import same_id
from mkdocs_pir.kb.id_patterns import follows
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.known_names import KnownNames
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.kb.problem import did_you_mean
from mkdocs_pir.kb.schema import choices, load

Command = Callable[..., Any]


@click.group()
def new() -> None:
    """Begin a record: next free id, prefilled, opened in $EDITOR.

    What is left to write stands in it as lines that begin with TODO:, and 'pir check' names each of them.
    """


def _common(command: Command) -> Command:
    command = click.option("--no-edit", is_flag=True, help="Do not open the record in $EDITOR.")(command)
    return click.option("--id", "id_", metavar="ID", help="Its id; the next free one when left out.")(command)


def _title(command: Command) -> Command:
    return click.option("--title", default="", metavar="TEXT", help="Its title.")(command)


def _name(command: Command) -> Command:
    return click.option("--name", default="", metavar="TEXT", help="Its name; the id is made of it.")(command)


def _several(option: str, name: str, help: str) -> Callable[[Command], Command]:
    return click.option(option, name, multiple=True, metavar="ID", help=f"{help} May be given several times.")


@new.command()
@_title
@_several("--incident", "incidents", "The incident it is about; known ones fill in the rest.")
@click.option("--client", default="", metavar="ID", help="The client whose service was affected.")
@_several("--service", "services", "A service that was affected.")
@click.option("--severity", type=click.Choice(choices("pir", "severity")), help="How bad it was.")
@_common
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
    """A Post Incident Review."""
    knowledge = context.knowledge()
    rows = prefill.known(knowledge, incidents)
    spelt = {same_id(row.id): row.id for row in rows}
    ids = prefill.unique(spelt.get(same_id(id_), id_) for id_ in incidents)
    client = client and _exists(knowledge, "client", client)
    for incident, review, whose in prefill.reviewed(knowledge, ids):
        if not client or not whose or same_id(client) == same_id(whose):
            of = f" (client {whose})" if whose else ""
            raise click.UsageError(
                f"{incident} has its review already: {review}{of}; go on there, "
                "or name another client with --client to review it for that one. Nothing was written"
            )
    register = [i.id for i in knowledge.incidents]
    for unknown in (i for i in ids if i not in register):
        hint = did_you_mean(unknown, register)
        context.say(f"{unknown} is not in registers/incidents.csv, so nothing comes from there. {hint}".rstrip())
    values = prefill.for_review(rows, ids)
    values["client"] = _one(knowledge, "client", client or values["client"])
    values["services"] = [_exists(knowledge, "service", s) for s in services] or values["services"]
    _begin(
        context, knowledge, "pir", {**values, "title": title, "severity": severity or values["severity"]}, id_, no_edit
    )


@new.command()
@_title
@_several("--from", "reviews", "A review that taught it; fills in causes, services and symptoms.")
@_common
@pass_context
def lesson(context: Context, title: str, reviews: tuple[str, ...], id_: str | None, no_edit: bool) -> None:
    """A lesson learned, applicable again."""
    knowledge = context.knowledge()
    values = prefill.for_lesson(_reviews(knowledge, reviews))
    _begin(context, knowledge, "lesson", {**values, "title": title}, id_, no_edit)


@new.command()
@_title
@_several("--service", "services", "A service it affects.")
@_several("--from", "reviews", "A review that it explains; fills in causes, services and symptoms.")
@_common
@pass_context
def problem(
    context: Context,
    title: str,
    services: tuple[str, ...],
    reviews: tuple[str, ...],
    id_: str | None,
    no_edit: bool,
) -> None:
    """A problem record: technical root cause, known error, workaround."""
    knowledge = context.knowledge()
    values = prefill.for_problem(_reviews(knowledge, reviews))
    values["services"] = [_exists(knowledge, "service", s) for s in services] or values["services"]
    _begin(context, knowledge, "problem", {**values, "title": title}, id_, no_edit)


@new.command()
@_name
@click.option("--family", default="", metavar="SLUG", help="Its family, such as change or process.")
@_common
@pass_context
def cause(context: Context, name: str, family: str, id_: str | None, no_edit: bool) -> None:
    """An entry of the cause catalogue."""
    knowledge = context.knowledge()
    if id_ is None:
        families = sorted({e.id.partition("/")[0] for e in knowledge.of_kind("cause") if "/" in e.id})
        there = f"; there are {', '.join(families)}" if families else ", such as change or process"
        if not family:
            raise click.UsageError(f"say which family with --family{there}")
        id_ = f"{naming.slug(family)}/{_slug(name)}"
    _begin(context, knowledge, "cause", {"name": name, "family": id_.rpartition("/")[0]}, id_, no_edit)


@new.command()
@_name
@click.option("--owner", default="", metavar="TEXT", help="The team that answers for it.")
@_several("--client", "clients", "A client it is run for.")
@_common
@pass_context
def service(context: Context, name: str, owner: str, clients: tuple[str, ...], id_: str | None, no_edit: bool) -> None:
    """A supported service."""
    knowledge = context.knowledge()
    _unnamed(knowledge, "service", name, id_)
    values = {"name": name, "owner": owner, "clients": [_exists(knowledge, "client", c) for c in clients]}
    _begin(context, knowledge, "service", values, id_ or _slug(name), no_edit)


@new.command()
@_name
@_common
@pass_context
def client(context: Context, name: str, id_: str | None, no_edit: bool) -> None:
    """A client: its names, contract dates, branding."""
    knowledge = context.knowledge()
    _unnamed(knowledge, "client", name, id_)
    _begin(context, knowledge, "client", {"name": name}, id_ or _slug(name), no_edit)


def _begin(
    context: Context, knowledge: KnowledgeBase, kind: str, values: dict[str, Any], id_: str | None, no_edit: bool
) -> None:
    """Write the record under its id, say what is next, and open it."""
    settings = knowledge.settings
    if not knowledge.folder.is_dir():
        raise click.UsageError(f"there is no folder {knowledge.folder}; 'pir init' makes a knowledge base")
    template = drafts.template_of(kind, settings.root)
    values["today"] = settings.as_of.isoformat()
    ids = [_free(knowledge, kind, id_)] if id_ is not None else _next(knowledge, kind, str(values.get("client") or ""))
    try:
        made, file = drafts.create(knowledge.folder, kind, ids, lambda i: drafts.filled(template, {**values, "id": i}))
    except FileExistsError as error:
        raise click.UsageError(f"{error.filename or error} exists already; nothing was written") from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}. Nothing was written.") from None
    click.echo(shown(file))
    context.say(f"{made} is begun. What is left to write begins with TODO: there; 'pir check {shown(file)}' lists it.")
    if not no_edit and sys.stdin.isatty() and sys.stdout.isatty():
        try:
            click.edit(filename=str(file))
        except click.ClickException as error:
            raise click.ClickException(f"{error.message}; the record is there: {shown(file)}") from None


def _next(knowledge: KnowledgeBase, kind: str, client: str) -> Iterable[str]:
    """The free ids of a numbered kind. Ids of files that cannot be read count as taken.

    A review has the form of id that the option `review_ids` says; `client` is whose review it is.
    """
    files = [f.stem for f in (knowledge.folder / drafts.path_of(kind, "x")).parent.rglob("*.md")]
    taken = chain((e.id for e in knowledge.of_kind(kind)), files)
    pattern = knowledge.settings.id_patterns.get(kind, "")
    year = knowledge.settings.as_of.year
    how = knowledge.settings.review_ids if kind == "pir" else "numbered"
    if how == "numbered":
        free = naming.next_ids(kind, taken, year, pattern)
    else:
        gone = {same_id(id_) for id_ in taken}
        wanted = naming.random_ids(year) if how == "random" else naming.client_ids(client, year)
        free = (id_ for id_ in wanted if same_id(id_) not in gone)
    everywhere = {same_id(id_) for id_ in knowledge.record_files}
    for id_ in free:
        if not follows(pattern, id_):
            raise click.UsageError(f"'{id_}' would be next, but ids here are of the form {pattern}; give one with --id")
        if same_id(id_) not in everywhere:
            yield id_


def _free(knowledge: KnowledgeBase, kind: str, id_: str) -> str:
    """An id that was chosen. Raises UsageError when it cannot be used."""
    if not naming.is_id(kind, id_):
        raise click.UsageError(f"'{id_}' cannot be the id of a {kind}; it is of the form {_example(kind)}")
    there = {same_id(e.id): e.path for e in knowledge.record_files.values()}
    if same_id(id_) in there:
        raise click.UsageError(f"'{id_}' exists already: {there[same_id(id_)]}; nothing was written")
    return id_


def _example(kind: str) -> str:
    return str(load(kind)["properties"]["id"]["examples"][0])


def _slug(name: str) -> str:
    if not name:
        raise click.UsageError("say its name with --name, or its id with --id")
    if not (found := naming.slug(name)):
        raise click.UsageError(f"no id can be made of '{name}'; give one with --id, in letters a-z and digits")
    return found


def _one(knowledge: KnowledgeBase, kind: str, id_: str) -> str:
    """A record that must be named: the one given, the only one there is, or the one that is chosen now."""
    if id_:
        return _exists(knowledge, kind, id_)
    there = [e.id for e in knowledge.of_kind(kind)]
    if len(there) == 1:
        return there[0]
    if not there:
        raise click.UsageError(f"there is no {kind} yet; begin one with 'pir new {kind} --name …'")
    if sys.stdin.isatty():
        return str(click.prompt(kind.capitalize(), type=click.Choice(there)))
    raise click.UsageError(f"say which {kind} with --{kind}; there are {', '.join(there)}")


def _exists(knowledge: KnowledgeBase, kind: str, id_: str) -> str:
    return find_named(kind, id_, knowledge.of_kind(kind))


def _unnamed(knowledge: KnowledgeBase, kind: str, name: str, id_: str | None) -> None:
    """Refuse a name or alias that a record has already, unless an id says that a second one is meant."""
    if id_ is None and (there := KnownNames(knowledge.of_kind(kind)).find(kind, name)):
        raise click.UsageError(
            f"'{name}' is the {kind} '{there}' already: {knowledge.record_files[there].path}; "
            "give another --name, or an --id if it is a second one. Nothing was written"
        )


def _reviews(knowledge: KnowledgeBase, ids: Sequence[str]) -> list[Pir]:
    found = []
    for id_ in prefill.unique(ids):
        record = find_record(knowledge, id_, ["pir"], "review").record
        assert isinstance(record, Pir)
        found.append(record)
    return found
