"""Values on their line: the quotes, the spaces in brackets, times in one form, the order within braces."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain, zip_longest
from typing import Any

import yaml

from mkdocs_pir.kb.formatting.spans import Node, compose

Schema = Mapping[str, Any]

# a word that reads the same with and without quotes, also within brackets
_WORD = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_./@+~:-]*[A-Za-z0-9_/@+~-])?")
# what a reader of YAML 1.2 takes for a number; that of 1.1 is asked itself
_NUMBER = re.compile(r"[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|0o[0-7]+|0x[0-9a-fA-F]+")
_TIME = re.compile(r"([\d-]{10})[T ]([\d:.]+)(Z|[+-]\d\d:\d\d)")
_LETTERS = frozenset({"y", "Y", "n", "N"})


def in_one_form(text: str, schema: Schema | None) -> str:
    """The front matter with each value in its one form. No line is added or removed."""
    root = compose(text)
    if root is None:
        return text
    return text[: root.start] + _written(text, root, schema) + text[root.end :]


def step(schema: Schema | None, key: str) -> Schema | None:
    """The schema of a field, None for what no schema describes."""
    if schema is None:
        return None
    others = schema.get("additionalProperties")
    found: Schema | None = schema.get("properties", {}).get(key) or (others if isinstance(others, dict) else None)
    return found


def order(schema: Schema | None, keys: Sequence[str]) -> list[int]:
    """The places of keys in the order of the schema; what it does not name goes last, in the order it had."""
    known = list((schema or {}).get("properties", ()))
    rank = {key: place for place, key in enumerate(known)}
    return sorted(range(len(keys)), key=lambda n: rank.get(keys[n], len(known)))


def _written(text: str, node: Node, schema: Schema | None) -> str:
    """The text of a value. `schema` is None where none applies: a note of the organisation's own stays as it is."""
    if node.kind == "scalar":
        raw = text[node.start : node.end]
        return raw if schema is None or "\n" in raw else _scalar(raw, node, schema)
    if node.kind == "mapping":
        entries = [_entry(text, k, v, schema) for k, v in zip(node.keys, node.items, strict=True)]
    else:
        entries = [_written(text, item, (schema or {}).get("items")) for item in node.items]
    starts, ends = [first.start for first in node.keys or node.items], [item.end for item in node.items]
    gaps = [text[a:b] for a, b in zip(ends, starts[1:], strict=False)]
    if not node.flow or text[node.start] not in "[{":
        return _joined(text[node.start : starts[0]], entries, gaps, "")
    opening = text[node.start + 1 : starts[0] if starts else node.end - 1]
    closing = text[ends[-1] : node.end - 1] if ends else ""
    # the place of a value that is not there, as in {a: , b}, is known by the spaces around it
    if schema is not None and all(item.start < item.end for item in node.items):
        opening = opening if "\n" in opening else opening.strip(" \t")
        closing = closing if "\n" in closing else closing.strip(" \t,")
        whole = "".join([opening, *gaps, closing])
        gaps = [", " if re.fullmatch(r"[ \t]*,[ \t]*", gap) else gap for gap in gaps]
        if node.kind == "mapping" and "#" not in whole and "?" not in whole:
            entries = [entries[n] for n in order(schema, [k.value for k in node.keys])]
    return text[node.start] + _joined(opening, entries, gaps, closing) + text[node.end - 1]


def _joined(opening: str, entries: Sequence[str], gaps: Sequence[str], closing: str) -> str:
    between = chain.from_iterable(zip_longest(entries, gaps, fillvalue=""))
    return "".join([opening, *between, closing])


def _entry(text: str, key: Node, value: Node, schema: Schema | None) -> str:
    """A field: its name, the colon, its value."""
    name = text[key.start : key.end]
    known = key.value in (schema or {}).get("properties", ())
    if key.style in ("'", '"') and (known or (_WORD.fullmatch(key.value) and not _is_another_type(key.value))):
        name = key.value
    gap = text[key.end : value.start]
    if gap.strip(" \t") == ":" and value.start < value.end:
        gap = ": "
    return name + gap + _written(text, value, step(schema, key.value))


def _scalar(raw: str, node: Node, schema: Schema) -> str:
    if schema.get("type", "string") != "string" or not node.value:
        return raw
    form = schema.get("format")
    # a draft may have a time that is none: it stays a text as it is
    if form == "date-time" and (match := _TIME.fullmatch(node.value)):
        return _stamp(match)
    if node.style in ("'", '"'):
        if _WORD.fullmatch(node.value) and (form == "date" or not _is_another_type(node.value)):
            return node.value
        # a text keeps its quotes: the next edit may bring the colon that needs them
        return f'"{node.value}"' if node.style == "'" and not re.search(r'["\\]', node.value) else raw
    if form not in ("date", "date-time") and _is_another_type(node.value):
        return f'"{node.value}"'
    return raw


def _stamp(match: re.Match[str]) -> str:
    """A time with its seconds and, for UTC, with Z; fractions of a second keep their digits."""
    day, clock, offset = match.groups()
    seconds = "" if clock.count(":") == 2 else ":00"
    return f"{day}T{clock}{seconds}{'Z' if offset in ('+00:00', '-00:00') else offset}"


def _is_another_type(value: str) -> bool:
    """Whether other readers of YAML take a plain word for a number, a date, true, false or nothing."""
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers.get(value[0], [])
    return value in _LETTERS or bool(_NUMBER.fullmatch(value)) or any(regex.match(value) for _, regex in resolvers)
