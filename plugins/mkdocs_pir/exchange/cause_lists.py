"""Lists of suggested causes: a CSV file that people read and complete, and that `pir causes assign --from` takes back."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from mkdocs_pir.exchange.exporting.export_table import ExportTable, as_csv
from mkdocs_pir.kb.frontmatter_writer import front_matter
from mkdocs_pir.kb.problem import did_you_mean
from mkdocs_pir.search.cause_suggestions import Group, Suggestions, certainty

COLUMNS = ("group", "review", "title", "date", "client", "suggested", "certainty", "score", "why", "accept")

_YES = frozenset({"yes", "y", "x", "1", "true", "ok", "accept"})
_NO = frozenset({"", "no", "n", "0", "false", "-"})

_EXAMPLES = 3


class Assignment(NamedTuple):
    """A cause that was accepted for a review, on a line of a list."""

    line: int
    review: str
    cause: str


class ListError(ValueError):
    """Raised for a list that cannot be understood, with a message for the user that names the line."""


def suggestion_list(suggestions: Suggestions) -> str:
    """A row for each review, with an empty column in which to accept the suggested cause, or to write another."""
    return as_csv(ExportTable("suggested causes", COLUMNS, tuple(_rows(suggestions))))


def _rows(suggestions: Suggestions) -> Iterator[Mapping[str, Any]]:
    for number, member in suggestions.members():
        yield {
            "group": number or None,
            "review": member.id,
            "title": member.title,
            "date": member.day,
            "client": member.client,
            "suggested": member.cause,
            "certainty": certainty(member.score) if member.cause else "",
            "score": round(member.score, 3),
            "why": ", ".join(member.why),
            "accept": None,
        }


def read_list(content: bytes, causes: Collection[str]) -> list[Assignment]:
    """The accepted rows of a list: the suggested cause where `accept` says yes, or the cause that it names.

    Raises ListError.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ListError(f"byte {error.start} is not UTF-8; save the list as CSV in UTF-8") from None
    header, _, _ = text.partition("\n")
    rows = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=";" if header.count(";") > header.count(",") else ","
    )
    missing = [name for name in ("review", "suggested", "accept") if name not in (rows.fieldnames or ())]
    if missing:
        raise ListError(f"line 1: the column '{missing[0]}' is missing; 'pir causes suggest --write' makes such a list")
    accepted: dict[str, Assignment] = {}
    try:
        for row in rows:
            assignment = _assignment(rows.line_num, row, causes)
            if assignment is None:
                continue
            known = accepted.setdefault(assignment.review, assignment)
            if known.cause != assignment.cause:
                raise ListError(f"line {assignment.line}: {assignment.review} has another cause on line {known.line}")
    except csv.Error as error:
        raise ListError(f"line {rows.line_num}: the row cannot be read: {error}") from None
    return list(accepted.values())


def _assignment(line: int, row: Mapping[str, str | None], causes: Collection[str]) -> Assignment | None:
    review, suggested, accept = ((row.get(name) or "").strip() for name in ("review", "suggested", "accept"))
    if accept.casefold() in _NO:
        return None
    cause = suggested if accept.casefold() in _YES else accept
    if not review:
        raise ListError(f"line {line}: a cause is accepted, but no review is named")
    if not cause:
        raise ListError(f"line {line}: no cause is suggested for {review}; write one into the column 'accept'")
    if cause not in causes:
        hint = did_you_mean(cause, causes) or "write yes, no, or the id of a cause"
        raise ListError(f"line {line}: there is no cause '{cause}'; {hint}")
    return Assignment(line, review, cause)


def draft_of_cause(id_: str, group: Group) -> str:
    """The text of a new catalogue entry for a group: its words and reviews, and what is left to write."""
    family, _, name = id_.rpartition("/")
    data = {
        "id": id_,
        "name": name.replace("-", " ").capitalize(),
        "definition": f"TODO: say what counts as this cause. The reviews have in common: {', '.join(group.words)}.",
        "family": family,
        "examples": list(dict.fromkeys(member.title for member in group.members))[:_EXAMPLES],
        "look_for": list(group.words),
    }
    return "\n".join(
        ["---", *front_matter(data), "---", "", "## How to recognise it", "", "TODO: signs during an incident.", ""]
    )
