"""The text fields of front matter. Those with `x-markdown` in the schema are Markdown, all others plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]


def text_fields(spec: Mapping[str, Any], value: Any, at: Path = ()) -> Iterator[tuple[Path, str, bool]]:
    """Every text in a typed value except ids, words from a list and dates, as (path, text, whether it is Markdown)."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not str(key).startswith("x-"):
                yield from text_fields(spec.get("properties", {}).get(key, {}), item, (*at, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from text_fields(spec.get("items", {}), item, (*at, index))
    elif isinstance(value, str) and _is_text(spec):
        yield at, value, bool(spec.get("x-markdown"))


def map_texts(spec: Mapping[str, Any], value: Any, markdown: Callable[[str], Any], plain: Callable[[str], Any]) -> Any:
    """The value with a function applied to each text: `markdown` to Markdown, `plain` to plain text."""
    if isinstance(value, dict):
        return {
            key: map_texts(spec.get("properties", {}).get(key, {}), item, markdown, plain)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [map_texts(spec.get("items", {}), item, markdown, plain) for item in value]
    if isinstance(value, str) and _is_text(spec):
        return markdown(value) if spec.get("x-markdown") else plain(value)
    return value


def _is_text(spec: Mapping[str, Any]) -> bool:
    return "x-ref" not in spec and "enum" not in spec and "format" not in spec
