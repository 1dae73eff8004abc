"""One report from one document: its fields, its sections in the template's order, nothing in them that acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mkdocs_pir.exchange.importing import entries, transform
from mkdocs_pir.exchange.importing.actions import read_actions
from mkdocs_pir.exchange.importing.dialect import to_site
from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.exchange.importing.inert import Place, guard_mentions, make_inert
from mkdocs_pir.exchange.importing.lookup import find
from mkdocs_pir.exchange.importing.mapping import ImportMapping
from mkdocs_pir.exchange.importing.markup import LONGEST_TEXT, to_markdown
from mkdocs_pir.exchange.importing.masks import Mask
from mkdocs_pir.exchange.importing.readable import readable, readable_fields
from mkdocs_pir.exchange.importing.reading import Reading, keep_the_rest, time_zone
from mkdocs_pir.exchange.importing.sections import SUPPORTING, Placed, Targets, arrange, in_order, lifted_title
from mkdocs_pir.exchange.importing.timeline import unclear_times
from mkdocs_pir.kb import body, schema
from mkdocs_pir.kb.frontmatter import Mark
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.texts import Texts

NOTES = "x-source"

_ORDER = ("id", "title", "client", "services", "status", "severity", "priority", "incidents", "changes", "times")

_NO_TEXT = frozenset({"id", "incidents", "changes", "times", "references"})

Sections = list[tuple[str, str]]


@dataclass(slots=True)
class Composed:
    """A report: front matter and sections, what is to be said, and which headings went where nobody asked."""

    data: dict[str, Any]
    sections: Sections
    problems: list[Problem] = field(default_factory=list)
    supporting: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


def compose(document: SourceDocument, reading: Reading, mapping: ImportMapping, mask: Mask, place: Place) -> Composed:
    """The report of a document whose fields were read. `reading.problems` are not repeated in its own."""
    out = Composed({}, [])
    already = len(reading.problems)

    def inert(text: str, where: Mark) -> str:
        def tell(code: str, at: Mark, message: str, hint: str) -> None:
            # texts of a table or list were written anew: only their own place is known
            at = where if document.record else at
            out.problems.append(Problem.of(code, document.path, at, message, hint))

        return make_inert(mask(text), where[0], place, tell)

    targets = Targets(mapping.sections)
    parts = _written(document, targets, inert, out)
    for title, texts in _from_values(document, reading, mapping).items():
        parts[title] = "\n\n".join(filter(None, (parts.get(title, ""), *(inert(text, where) for text, where in texts))))
    if found := entries.read_timeline(document, mapping, reading):
        table = entries.as_table(found, inert)
        parts["Timeline"] = "\n\n".join(filter(None, (table, parts.get("Timeline", ""))))
    said = {(p.line, p.column) for p in reading.problems}
    unclear = unclear_times(document, targets, time_zone(document, mapping), mapping.time_formats)
    out.problems += (p for p in unclear if (p.line, p.column) not in said)
    keep_the_rest(document, mapping, reading, mask)
    out.problems += reading.problems[already:]
    reader = Texts()
    out.data = readable_fields(_guarded(_front_matter(document, reading, mapping, mask), place), reader)
    out.sections = [
        (title, readable(to_site(parts[title]), reader)) for title in in_order(parts) if parts[title].strip()
    ]
    return out


def _written(
    document: SourceDocument, targets: Targets, inert: Callable[[str, Mark], str], out: Composed
) -> dict[str, str]:
    """The sections of the document's own text."""
    if not document.body.strip():
        return {}
    text = inert(document.body, (document.body_line, 1))
    preamble, parts, _ = body.split(text, document.body_line, document.path, levels=("h1", "h2"))
    if document.heading is not None and parts:
        # the heading became the title, or is said by it; its text opens the report
        inner, more = lifted_title(parts[0])
        preamble = "\n\n".join(part for part in (preamble, inner) if part.strip())
        parts = (*more, *parts[1:])
    arranged, placed = arrange(preamble, parts, targets)
    out.supporting = [p.source for p in placed if _is_stray(p, targets)]
    out.dropped = [p.source for p in placed if not p.target]
    return dict(arranged)


def _is_stray(placed: Placed, targets: Targets) -> bool:
    return placed.target == SUPPORTING and not targets.find(placed.source)[0]


def _from_values(
    document: SourceDocument, reading: Reading, mapping: ImportMapping
) -> Mapping[str, Sequence[tuple[str, Mark]]]:
    """The sections that values of the source fill, each text with its place."""
    out: dict[str, list[tuple[str, Mark]]] = {}
    markup = mapping.markup if mapping.format != "markdown" else "markdown"
    for title, rule in mapping.body.items():
        for found in find(document, rule):
            text = found.text
            if len(text) > LONGEST_TEXT:
                message = f"the text for '{title}' has {len(text):,} characters; its beginning is kept"
                hint = f"keep the whole as an attachment; {LONGEST_TEXT:,} are taken"
                reading.problems.append(Problem.of("PIR704", document.path, found.where, message, hint))
                text = type(text)(text[:LONGEST_TEXT])
            out.setdefault(title, []).append((to_markdown(text, markup), found.where))
            if found.path:
                reading.used.add(found.path)
    return out


def _guarded(data: dict[str, Any], place: Place) -> dict[str, Any]:
    """Front matter in which no text seems to name a record that is not there."""
    references = {at for at, _, _ in schema.references(schema.load("pir"), data)}

    def walk(value: Any, at: tuple[str | int, ...]) -> Any:
        if isinstance(value, dict):
            return {key: walk(item, (*at, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [walk(item, (*at, index)) for index, item in enumerate(value)]
        if not isinstance(value, str) or at in references or at[0] in _NO_TEXT:
            return value
        # the marks around a name make a title longer
        return (
            transform.cut(guard_mentions(value, place), longest) if at == ("title",) else guard_mentions(value, place)
        )

    longest = schema.load("pir")["properties"]["title"]["maxLength"]
    return {key: value if key.startswith("x-") else walk(value, (key,)) for key, value in data.items()}


def _front_matter(document: SourceDocument, reading: Reading, mapping: ImportMapping, mask: Mask) -> dict[str, Any]:
    data: dict[str, Any] = {"status": mapping.status, **reading.data}
    if mapping.actions is not None and (
        actions := list(read_actions(document, mapping.actions, Targets(mapping.sections), mask))
    ):
        data["actions"] = actions
    data = {key: data[key] for key in (*_ORDER, *(k for k in data if k not in _ORDER)) if key in data}
    if reading.notes:
        data[NOTES] = reading.notes
    return data
