"""Composing one review from one document: its front matter, and its sections in the order of the template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mkdocs_pir.exchange.importing import conversions, timeline
from mkdocs_pir.exchange.importing.actions import read_actions
from mkdocs_pir.exchange.importing.attempts import read_attempts
from mkdocs_pir.exchange.importing.incoming_record import NOTES, IncomingRecord
from mkdocs_pir.exchange.importing.incoming_text import IncomingText, Place
from mkdocs_pir.exchange.importing.lookup import find
from mkdocs_pir.exchange.importing.mapping import ImportMapping
from mkdocs_pir.exchange.importing.masks import Mask
from mkdocs_pir.exchange.importing.sections import Targets, arrange, in_order
from mkdocs_pir.kb import schema
from mkdocs_pir.kb.frontmatter import Mark
from mkdocs_pir.kb.texts.fields import text_fields

LONGEST_TEXT = 200_000
"""What one text of a report may have, in characters; a whole record may have 1 MiB."""

_ORDER = ("id", "title", "client", "services", "status", "severity", "priority", "incidents", "changes", "times")

_NO_TEXT = frozenset({"id", "incidents", "changes", "times"})


def compose(record: IncomingRecord, mapping: ImportMapping, mask: Mask, place: Place) -> None:
    """Complete a record whose fields were read: its front matter and its sections."""
    document, targets = record.document, Targets(mapping.sections)
    table = timeline.read_timeline(record, mapping)
    timeline.report_unclear_times(record, targets, mapping)
    incoming = IncomingText(place, mask, record.report)
    markup = mapping.markup if mapping.format != "markdown" else "markdown"
    pieces = incoming.document(document.text.text, document.text.first_line) if document.text.text.strip() else ()
    # the title of the text became that of the report, or repeats it
    arranged = arrange(pieces, targets, titled=document.text.title is not None)
    record.supporting, record.left_out = arranged.unknown, arranged.left_out
    texts = {title: [text] for title, text in arranged.texts.items()}
    for title, values in _from_values(record, mapping).items():
        texts.setdefault(title, []).extend(incoming.section(text, markup, where) for text, where in values)
    if table:
        texts.setdefault("Timeline", []).insert(0, timeline.as_table(table, incoming, markup))
    _attach(record, incoming)
    record.keep_the_rest(mapping, mask)
    record.data = _checked(_front_matter(record, mapping, targets, mask), incoming)
    whole = {title: "\n\n".join(filter(None, parts)) for title, parts in texts.items()}
    record.sections = [(title, incoming.checked(whole[title])) for title in in_order(whole) if whole[title].strip()]


def _attach(record: IncomingRecord, incoming: IncomingText) -> None:
    """Name the files that come along: those that the texts link to, and those that lie in the folder of the record."""
    attachments = incoming.place.attachments
    if attachments is None:
        return
    if not record.document.record:
        for path in attachments.files.of_folder(record.document.path):
            try:
                attachments.take(path)
            except conversions.Rejected as error:
                record.report("PIR704", record.document.where, f"{error.message}; it was left out", error.hint)
    if attachments.items:
        record.data["attachments"] = [{"file": one.file, "title": one.title} for one in attachments.items.values()]


def _from_values(record: IncomingRecord, mapping: ImportMapping) -> Mapping[str, Sequence[tuple[str, Mark]]]:
    """The sections that values of the source fill, each text with its place."""
    out: dict[str, list[tuple[str, Mark]]] = {}
    for title, rule in mapping.body.items():
        for found in find(record.document, rule):
            text = found.text
            if len(text) > LONGEST_TEXT:
                message = f"the text for '{title}' has {len(text):,} characters; its beginning is kept"
                hint = f"keep the whole as an attachment; {LONGEST_TEXT:,} are taken"
                record.report("PIR704", found.where, message, hint, f"section {title}")
                text = text[:LONGEST_TEXT]
            out.setdefault(title, []).append((text, found.where))
            if found.path:
                record.used.add(found.path)
    return out


def _front_matter(record: IncomingRecord, mapping: ImportMapping, targets: Targets, mask: Mask) -> dict[str, Any]:
    data: dict[str, Any] = {"status": mapping.status, **record.data}
    if mapping.actions is not None and (actions := list(read_actions(record.document, mapping.actions, targets, mask))):
        data["actions"] = actions
    if mapping.tried is not None and (tried := list(read_attempts(record, mapping, targets, mask))):
        data["tried"] = tried
    data = {key: data[key] for key in (*_ORDER, *(k for k in data if k not in _ORDER)) if key in data}
    return {**data, NOTES: record.notes} if record.notes else data


def _checked(data: dict[str, Any], incoming: IncomingText) -> dict[str, Any]:
    """Front matter without a text that seems to name a record that does not exist, or that could be misread."""
    spec = schema.load("pir")
    longest = spec["properties"]["title"]["maxLength"]
    for at, text, markdown in text_fields(spec, data):
        if at[0] in _NO_TEXT or at[-1] == "file":
            continue
        new = incoming.field(text, markdown=markdown)
        holder: Any = data
        for step in at[:-1]:
            holder = holder[step]
        # the marks around a name make a title longer
        holder[at[-1]] = conversions.cut(new, longest) if at == ("title",) else new
    return data
