"""`pir similar`: the incidents and lessons most like a review, a lesson, or any text."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from mkdocs_pir.cli.context import Context, edition_option, pass_context
from mkdocs_pir.cli.lookup import find_record, path_of_record
from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.kb.graph import same_id
from mkdocs_pir.search import similar as engine
from mkdocs_pir.search.documents import documents
from mkdocs_pir.search.query import SearchIndex, named_sources
from mkdocs_pir.site.urls import path_of

KINDS = ("pir", "lesson")


@click.command()
@edition_option("What may be found.")
@click.option("--kind", type=click.Choice(KINDS), help="Only reviews, or only lessons.")
@click.option(
    "--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="At most so many of each kind."
)
@click.option("--json", "as_json", is_flag=True, help="Write the results as JSON.")
@click.argument("id_", metavar="ID|FILE|-")
@pass_context
def similar(context: Context, edition: Edition, kind: str | None, limit: int, as_json: bool, id_: str) -> None:
    """List reviews and lessons like the one with this ID. With - those that fit a text on standard input."""
    kinds = (kind,) if kind else KINDS
    if id_ == "-":
        text = sys.stdin.buffer.read().decode("utf-8", "replace")
        rows = of_text(context.search_index(edition), text, kinds, limit)
    elif edition.internal:
        knowledge = context.knowledge()
        id_ = find_record(knowledge, id_, KINDS, "review or lesson").id
        rows = of_record(project(knowledge, edition), id_, kinds, limit)
    else:
        shown = context.projection(edition)
        path = path_of_record(context.settings().records, id_)
        named = same_id(Path(path).stem if path else id_)
        rows = of_record(
            shown, next((i for i in (*shown.pirs, *shown.lessons) if same_id(i) == named), id_), kinds, limit
        )
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['id']}  {row['title']}")
        for part in row["why"][:2]:
            click.echo(f"    {part['field']}: {part['snippet']}")
        if row["workaround"]:
            source = f" of {row['workaround_of']}" if "workaround_of" in row else ""
            click.echo(f"    workaround{source}: {row['workaround']}")
    if not rows:
        context.say("Nothing is similar.")


def of_text(index: SearchIndex, text: str, kinds: tuple[str, ...], limit: int) -> list[dict[str, Any]]:
    """Reviews and lessons that fit a text, of each kind the best first: what the search finds."""
    if not text.strip():
        raise click.UsageError("there is no text on standard input")
    return [hit.as_json() for kind in kinds for hit in index.search(text, limit=limit, filters={"kind": [kind]}).hits]


def of_record(projection: Projection, id_: str, kinds: tuple[str, ...], limit: int) -> list[dict[str, Any]]:
    """Reviews and lessons like a record, of each kind the best first: what its page shows, and more of it.

    Raises click.UsageError where the edition has no such review or lesson.
    """
    found = engine.build(projection)
    if not found.knows(id_):
        raise click.UsageError(f"{id_} is not part of the edition {projection.edition}")
    matches = {"pir": found.pirs, "lesson": found.lessons}
    cards = {document.id: document for document in documents(projection, path_of)}
    return [_row(match, cards[match.id]) for kind in kinds for match in matches[kind](id_, limit)]


def _row(match: engine.SimilarRecord, card: Any) -> dict[str, Any]:
    """The same row as of a search; why is what the two records have in common."""
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
