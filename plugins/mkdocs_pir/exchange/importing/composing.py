"""One report from one document: its fields, its sections in the template's order, nothing in them that acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mkdocs_pir.exchange.importing import conversions, timeline
from mkdocs_pir.exchange.importing.actions import read_actions
from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.exchange.importing.fields import Reading, keep_the_rest, time_zone
from mkdocs_pir.exchange.importing.incoming_text import IncomingText, Place
from mkdocs_pir.exchange.importing.lookup import find
from mkdocs_pir.exchange.importing.mapping import ImportMapping
from mkdocs_pir.exchange.importing.masks import Mask
from mkdocs_pir.exchange.importing.sections import Targets, arrange, in_order
from mkdocs_pir.exchange.importing.timeline import unclear_times
from mkdocs_pir.kb import schema
from mkdocs_pir.kb.frontmatter import Mark
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.texts.fields import fields

NOTES = "x-source"
LONGEST_TEXT = 200_000
"""What one text of a report may have, in characters; a whole record may have 1 MiB."""

_ORDER = ("id", "title", "client", "services", "status", "severity", "priority", "incidents", "changes", "times")

_NO_TEXT = frozenset({"id", "incidents", "changes", "times"})

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

    def report(code: str, where: Mark, message: str, hint: str) -> None:
        out.problems.append(Problem.of(code, document.path, where, message, hint))

    incoming = IncomingText(place, mask, report)
    targets = Targets(mapping.sections)
    markup = mapping.markup if mapping.format != "markdown" else "markdown"
    parts = _written(document, targets, incoming, out)
    for title, texts in _from_values(document, reading, mapping).items():
        new = (incoming.section(text, markup, where) for text, where in texts)
        parts[title] = "\n\n".join(filter(None, (parts.get(title, ""), *new)))
    if found := timeline.read_timeline(document, mapping, reading):
        table = timeline.as_table(found, incoming, markup)
        parts["Timeline"] = "\n\n".join(filter(None, (table, parts.get("Timeline", ""))))
    said = {(p.line, p.column) for p in reading.problems}
    unclear = unclear_times(document, targets, time_zone(document, mapping), mapping.time_formats)
    out.problems += (p for p in unclear if (p.line, p.column) not in said)
    keep_the_rest(document, mapping, reading, mask)
    out.problems += reading.problems[already:]
    out.data = _checked(_front_matter(document, reading, mapping, mask), incoming)
    out.sections = [(title, incoming.checked(parts[title])) for title in in_order(parts) if parts[title].strip()]
    return out


def _written(document: SourceDocument, targets: Targets, incoming: IncomingText, out: Composed) -> dict[str, str]:
    """The sections of the document's own text."""
    text = document.text
    if not text.text.strip():
        return {}
    pieces = incoming.document(text.text, text.first_line)
    # the title of the text became that of the report, or is said by it
    arranged = arrange(pieces, targets, titled=text.title is not None)
    out.supporting, out.dropped = arranged.unknown, arranged.left_out
    return arranged.texts


def _from_values(
    document: SourceDocument, reading: Reading, mapping: ImportMapping
) -> Mapping[str, Sequence[tuple[str, Mark]]]:
    """The sections that values of the source fill, each text with its place."""
    out: dict[str, list[tuple[str, Mark]]] = {}
    for title, rule in mapping.body.items():
        for found in find(document, rule):
            text = found.text
            if len(text) > LONGEST_TEXT:
                message = f"the text for '{title}' has {len(text):,} characters; its beginning is kept"
                hint = f"keep the whole as an attachment; {LONGEST_TEXT:,} are taken"
                reading.problems.append(Problem.of("PIR704", document.path, found.where, message, hint))
                text = text[:LONGEST_TEXT]
            out.setdefault(title, []).append((text, found.where))
            if found.path:
                reading.used.add(found.path)
    return out


def _checked(data: dict[str, Any], incoming: IncomingText) -> dict[str, Any]:
    """Front matter in which no text seems to name a record that is not there, or could be misread."""
    spec = schema.load("pir")
    longest = spec["properties"]["title"]["maxLength"]
    for at, text, markdown in fields(spec, data):
        if at[0] in _NO_TEXT:
            continue
        new = incoming.field(text, markdown=markdown)
        holder: Any = data
        for step in at[:-1]:
            holder = holder[step]
        # the marks around a name make a title longer
        holder[at[-1]] = conversions.cut(new, longest) if at == ("title",) else new
    return data


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
