"""`pir similar`: list the reviews and lessons most similar to one of them or to a text."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from mkdocs_pir.cli.context import Context, edition_option, pass_context
from mkdocs_pir.cli.kept_answers import answer, lasting
from mkdocs_pir.cli.lookup import find_record, path_of_record
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.kb.references import same_id
from mkdocs_pir.search import similar as engine
from mkdocs_pir.search.documents import documents
from mkdocs_pir.search.query import SearchIndex, named_sources
from mkdocs_pir.site.urls import path_of


@click.command()
@edition_option("Use only what this edition shows.")
@click.option("--kind", type=click.Choice(engine.COMPARED), help="List only reviews (pir) or only lessons.")
@click.option(
    "--limit",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    metavar="N",
    help="The maximum number of each kind.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@click.argument("id_", metavar="ID|FILE|-")
@pass_context
def similar(context: Context, edition: Edition, kind: str | None, limit: int, as_json: bool, id_: str) -> None:
    """List reviews and lessons similar to a record or to a text.

    Give the ID or the FILE of a review or lesson, or - to read a text from standard input, such as the description
    of an incident.
    """
    kinds = (kind,) if kind else engine.COMPARED
    if id_ == "-":
        text = sys.stdin.buffer.read().decode("utf-8", "replace")
        rows = of_text(context.search_index(edition), text, kinds, limit)
    elif edition.internal:
        path = path_of_record(context.settings().records, id_)
        question = ["similar", path, None if path else id_, kind, str(limit)]
        rows = answer(
            context.settings(), question, list[dict[str, Any]], partial(_worked_out, context, id_, kinds, limit)
        )
    else:
        published = context.projection(edition)
        path = path_of_record(context.settings().records, id_)
        named = same_id(Path(path).stem if path else id_)
        rows = of_record(
            published,
            next((i for i in (*published.pirs, *published.lessons) if same_id(i) == named), id_),
            kinds,
            limit,
        )
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['id']}  {row['title']}")
        for part in row["why"][:2]:
            label = part["field"] if part["field"] == "in common" else f"matches {part['field']}"
            click.echo(f"    {label}: {part['snippet']}")
        if row["workaround"]:
            source = f" of {row['workaround_of']}" if "workaround_of" in row else ""
            click.echo(f"    workaround{source}: {row['workaround']}")
    if not rows:
        context.say("Nothing similar was found.")


def _worked_out(context: Context, id_: str, kinds: tuple[str, ...], limit: int) -> tuple[list[dict[str, Any]], bool]:
    from mkdocs_pir.editions.project import project

    knowledge = context.knowledge()
    record = find_record(knowledge, id_, engine.COMPARED, "review or lesson").id
    return of_record(project(knowledge, Edition()), record, kinds, limit), lasting(knowledge)


def of_text(index: SearchIndex, text: str, kinds: tuple[str, ...], limit: int) -> list[dict[str, Any]]:
    """Rows for the reviews and lessons that the search finds for a text: reviews first, the best of each kind first."""
    if not text.strip():
        raise click.UsageError("there is no text on standard input")
    return [hit.as_json() for kind in kinds for hit in index.search(text, limit=limit, filters={"kind": [kind]}).hits]


def of_record(projection: Projection, id_: str, kinds: tuple[str, ...], limit: int) -> list[dict[str, Any]]:
    """Rows for the reviews and lessons similar to a record: reviews first, the best of each kind first.

    Raises click.UsageError if the edition has no such review or lesson.
    """
    similar_records = engine.build(projection)
    if not similar_records.knows(id_):
        raise click.UsageError(f"{id_} is not part of the edition {projection.edition}")
    matches = {"pir": similar_records.pirs, "lesson": similar_records.lessons}
    cards = {document.id: document for document in documents(projection, path_of)}
    return [_row(match, cards[match.id]) for kind in kinds for match in matches[kind](id_, limit)]


def _row(match: engine.SimilarRecord, card: Any) -> dict[str, Any]:
    """A row in the form of search results, where `why` is what the two records have in common."""
    return {
        "id": match.id,
        "kind": match.kind,
        "title": match.title,
        "url": card.url,
        "score": match.score,
        "why": [{"field": "in common", "snippet": match.why, "marks": []}],
        "workaround": card.card.get("workaround"),
        **named_sources(card.card),
    }
