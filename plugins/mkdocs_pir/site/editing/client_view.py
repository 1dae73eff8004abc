"""What a client would see of a record, as HTML for the form: labels of the schema, and values in the words of the pages.

The HTML is made of elements without attributes, so that it needs no style and can do nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from mkdocs_pir.editions import policy
from mkdocs_pir.editions.project import as_seen
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.editions.release import preview
from mkdocs_pir.kb import schema
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.statuses import EFFECTS, status
from mkdocs_pir.kb.texts import Text, tree
from mkdocs_pir.kb.texts.tree import Element
from mkdocs_pir.site import value_formats

Spec = Mapping[str, Any]
Children = list[Element | str]

_WORDS: Mapping[str, Mapping[str, str]] = {
    "type": value_formats.ACTION_TYPES,
    # it shows what the client would read
    "by": {who: value_formats.noticed_by(who, "you") for who in value_formats.DETECTED_BY},
    "effect": {name: one.label for name, one in EFFECTS.items()},
}
"""The words of the pages for choices, by the name of the field."""

_PREAMBLE = "Before the first section"


def client_view(kb: KnowledgeBase, file: RecordFile, client: str) -> list[dict[str, str | None]]:
    """The parts of a record without errors: `shown` is the HTML of what the client would see, None if it stays inside."""
    seen = as_seen(kb, file, Edition(client), policy.released_reviews(kb).get(client, frozenset()))
    texts = {f"## {section.title}": section.text for section in seen.sections}
    fields = schema.load(file.kind)["properties"]
    parts: list[dict[str, str | None]] = []
    for part in preview(kb, file, client):
        name, value, spec = part.name, part.shown, fields.get(part.name, {})
        whole = texts.get(name) or (seen.preamble if name.startswith("(") else getattr(seen, name, None))
        if value is None:
            shown: Children = []
        else:
            shown = _text(whole) if isinstance(whole, Text) else list(_value(kb, name, value, spec))
        title = _PREAMBLE if name.startswith("(") else _title(name.removeprefix("## "), spec)
        parts.append({"name": name, "title": title, "shown": tree.write(Element("", {}, shown)) or None})
    return parts


def _title(name: str, spec: Spec) -> str:
    words = name.removeprefix("x-").replace("_", " ")
    return str(spec.get("title") or f"{words[:1].upper()}{words[1:]}")


def _value(kb: KnowledgeBase, name: str, value: Any, spec: Spec) -> Iterator[Element | str]:
    """A value of front matter as elements and text."""
    if isinstance(value, dict):
        fields = spec.get("properties", {})
        yield Element("ul", {}, [_labelled(kb, key, one, fields.get(key, {})) for key, one in value.items()])
    elif isinstance(value, list):
        items = spec.get("items", {})
        if len(value) == 1 and not isinstance(value[0], dict):
            yield from _value(kb, name, value[0], items)
        else:
            yield Element("ul", {}, [Element("li", {}, list(_item(kb, name, one, items))) for one in value])
    else:
        yield _words(kb, name, value, spec)


def _item(kb: KnowledgeBase, name: str, value: Any, spec: Spec) -> Iterator[Element | str]:
    """An item of a list; of a mapping the id and the title or description stand before its other fields."""
    if not isinstance(value, dict):
        yield from _value(kb, name, value, spec)
        return
    heads = [key for key in ("id", "kind", "title", "what", "description") if isinstance(value.get(key), str)]
    fields = spec.get("properties", {})
    yield " ".join(_words(kb, key, value[key], fields.get(key, {})) for key in heads)
    yield from _value(kb, name, {key: one for key, one in value.items() if key not in heads}, spec)


def _labelled(kb: KnowledgeBase, name: str, value: Any, spec: Spec) -> Element:
    return Element("li", {}, [f"{_title(name, spec)}: ", *_value(kb, name, value, spec)])


def _words(kb: KnowledgeBase, name: str, value: Any, spec: Spec) -> str:
    """A single value in words: a record by its name, a day or time as on the pages."""
    text = str(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if "x-ref" in spec and (other := kb.record_files.get(text)) is not None:
        return str(other.data.get("title") or other.data.get("name") or text)
    if spec.get("format") == "date":
        return value_formats.day(date.fromisoformat(text))
    if spec.get("format") == "date-time":
        return value_formats.clock(datetime.fromisoformat(text))
    if name == "status":
        return status(text).label
    if "enum" in spec:
        return _WORDS.get(name, {}).get(text) or (text.replace("-", " ") if text.islower() else text)
    return text


def _text(text: Text) -> Children:
    """A text of a record as the page has it, without links and pictures."""
    return _bare(tree.read(text.html)).children


def _bare(element: Element) -> Element:
    """An element without attributes; a link as its words, and a picture as what it shows in words."""
    children: Children = []
    for child in element.children:
        if isinstance(child, str):
            children.append(child)
        elif child.name == "a":
            children += _bare(child).children
        elif child.name == "img":
            children.append(f"[picture: {child.attributes.get('alt', '')}]")
        else:
            children.append(_bare(child))
    return Element(element.name, {}, children)
