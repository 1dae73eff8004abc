"""`pir search`: find the records that match a text."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import click

from mkdocs_pir.cli.context import Context, edition_option, pass_context
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.statuses import severity, status
from mkdocs_pir.search.query import Hit, SearchResult, advice

NAMED = 6
"""How many words that are in no record are named."""


@click.command()
@edition_option("Use only what this edition shows.")
@click.option(
    "--limit",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    metavar="N",
    help="The maximum number of results.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@click.option(
    "--batch",
    type=click.File("r", encoding="utf-8", errors="replace"),
    metavar="FILE",
    help="Read one query per line from FILE, and print one line of JSON for each.",
)
@click.argument("text", nargs=-1)
@pass_context
def search(context: Context, edition: Edition, limit: int, as_json: bool, batch: Any, text: tuple[str, ...]) -> None:
    """Search lessons, reviews, problems and causes.

    TEXT is what you are seeing: an alert, an error message, a symptom. Use - to read it from standard input.
    """
    if batch is None and not text:
        raise click.UsageError("TEXT is missing; write what you are seeing, or - to read it from standard input")
    index = context.search_index(edition)
    if batch is not None:
        for line in batch:
            query = line.rstrip("\n")
            click.echo(json.dumps(_answer(query, index.search(query, limit=limit)), ensure_ascii=False))
        return
    query = sys.stdin.buffer.read().decode("utf-8", "replace") if text == ("-",) else " ".join(text)
    result = index.search(query, limit=limit)
    for note in _notes(result):
        context.say(note)
    if as_json:
        click.echo(json.dumps(_rows(result.hits), indent=2, ensure_ascii=False))
        return
    divided = False
    for hit in result.hits:
        if hit.fewer_words and not divided:
            click.echo("Fewer of your words:")
            divided = True
        click.echo(f"{hit.id}  {hit.title}")
        for line in _explanation(hit):
            click.echo(f"    {line}")
    if not result.hits:
        context.say("No record matches. Try fewer words, or the name of the service.")


def _explanation(hit: Hit) -> list[str]:
    # in the words of the site's chips
    words = [KINDS[hit.kind].label.capitalize() if hit.kind in KINDS else hit.kind]
    words += [
        of(value).label for of, name in ((severity, "severity"), (status, "status")) if (value := hit.card.get(name))
    ]
    # its workaround is printed whole
    reasons = [part for part in hit.why if part.field != "workaround"]
    lines = [", ".join(words), *(f"{_reason(part.field)} {part.snippet}" for part in reasons[:2])]
    if newer := hit.card.get("superseded_by"):
        lines.insert(1, f"superseded by {newer['id']}  {newer['title']}")
    if known_error := hit.card.get("workaround_replaced_by"):
        lines.append(f"the workaround to use now is that of {known_error['id']}  {known_error['title']}")
    if (todo := advice(hit.card)) is not None:
        # further lines of the steps are indented
        lines.append(f"{todo[0]}: {todo[1]}".replace("\n", "\n      "))
    return lines


def _reason(field: str) -> str:
    return field if field == "replaces" else f"matches {field}:"


def _notes(result: SearchResult) -> Iterator[str]:
    """What the search changed in a query, and what it did not find, as the search page says it."""
    for typed, meant in result.corrections:
        yield f"Searched for '{meant}' instead of '{typed}'."
    for synonym, words in groupby(sorted(result.synonyms, key=itemgetter(1)), key=itemgetter(1)):
        yield f"No record mentions {_named([word for word, _ in words])}; searched for '{synonym}' and the like instead."
    if result.unknown:
        yield f"No record mentions {_named(result.unknown)}."


def _named(words: Sequence[str]) -> str:
    rest = len(words) - NAMED
    return ", ".join(f"'{word}'" for word in words[:NAMED]) + (f" or {rest} more of these words" if rest > 0 else "")


def _answer(query: str, result: SearchResult) -> dict[str, Any]:
    """A line of `--batch`; like what an assistant gets."""
    return {
        "query": query,
        "results": _rows(result.hits),
        **result.notes_as_json(),
    }


def _rows(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    return [hit.as_json() for hit in hits]
