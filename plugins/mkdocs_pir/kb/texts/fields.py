"""Which fields of front matter are Markdown: the schema says so with `x-markdown`. Every other is shown as it was typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]


def fields(spec: Mapping[str, Any], value: Any, at: Path = ()) -> Iterator[tuple[Path, str, bool]]:
    """Every text in a typed value that is no id, word of a list or date: its place, and whether it is Markdown."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not str(key).startswith("x-"):
                yield from fields(spec.get("properties", {}).get(key, {}), item, (*at, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from fields(spec.get("items", {}), item, (*at, index))
    elif isinstance(value, str) and _is_text(spec):
        yield at, value, bool(spec.get("x-markdown"))


def each(spec: Mapping[str, Any], value: Any, markdown: Callable[[str], Any], typed: Callable[[str], Any]) -> Any:
    """The value with a function applied to each text: `markdown` to Markdown, `typed` to what is shown as it was typed."""
    if isinstance(value, dict):
        return {
            key: each(spec.get("properties", {}).get(key, {}), item, markdown, typed) for key, item in value.items()
        }
    if isinstance(value, list):
        return [each(spec.get("items", {}), item, markdown, typed) for item in value]
    if isinstance(value, str) and _is_text(spec):
        return markdown(value) if spec.get("x-markdown") else typed(value)
    return value


def _is_text(spec: Mapping[str, Any]) -> bool:
    return "x-ref" not in spec and "enum" not in spec and "format" not in spec
