"""The text fields of front matter. Those with `x-markdown` in the schema are Markdown, all others plain text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Path = tuple[str | int, ...]


def text_fields(spec: Mapping[str, Any], value: Any) -> list[tuple[Path, str, bool]]:
    """Every text in a typed value except ids, words from a list and dates, as (path, text, whether it is Markdown)."""
    out: list[tuple[Path, str, bool]] = []
    _add_texts(_plan(spec), value, (), out)
    return out


def map_texts(spec: Mapping[str, Any], value: Any, markdown: Callable[[str], Any], plain: Callable[[str], Any]) -> Any:
    """The value with a function applied to each text: `markdown` to Markdown, `plain` to plain text."""
    return _mapped(_plan(spec), value, markdown, plain)


class _Plan:
    """What a schema says of texts, looked up once: a thousand records have the same few schemas."""

    __slots__ = ("is_markdown", "is_text", "item", "properties")

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self.is_text = "x-ref" not in spec and "enum" not in spec and "format" not in spec
        self.is_markdown = bool(spec.get("x-markdown"))
        self.properties = {key: _Plan(sub) for key, sub in spec.get("properties", {}).items()}
        self.item: _Plan | None = _Plan(spec["items"]) if "items" in spec else None


_ANY = _Plan({})
"""Of what no schema speaks: plain text."""

_PLANS: dict[int, tuple[Mapping[str, Any], _Plan]] = {}


def _plan(spec: Mapping[str, Any]) -> _Plan:
    # by identity: a schema is loaded once, and the entry keeps it alive
    if id(spec) not in _PLANS:
        _PLANS[id(spec)] = spec, _Plan(spec)
    return _PLANS[id(spec)][1]


def _add_texts(plan: _Plan, value: Any, at: Path, out: list[tuple[Path, str, bool]]) -> None:
    if isinstance(value, str):
        if plan.is_text:
            out.append((at, value, plan.is_markdown))
    elif isinstance(value, dict):
        for key, item in value.items():
            inner = plan.properties.get(key, _ANY)
            # most values are words from a list, ids and dates
            if (inner.is_text or not isinstance(item, str)) and not str(key).startswith("x-"):
                _add_texts(inner, item, (*at, key), out)
    elif isinstance(value, list) and (inner := plan.item or _ANY):
        for index, item in enumerate(value):
            if inner.is_text or not isinstance(item, str):
                _add_texts(inner, item, (*at, index), out)


def _mapped(plan: _Plan, value: Any, markdown: Callable[[str], Any], plain: Callable[[str], Any]) -> Any:
    if isinstance(value, str):
        if not plan.is_text:
            return value
        return markdown(value) if plan.is_markdown else plain(value)
    if isinstance(value, dict):
        of = plan.properties
        return {key: _mapped(of.get(key, _ANY), item, markdown, plain) for key, item in value.items()}
    if isinstance(value, list):
        item_plan = plan.item or _ANY
        return [_mapped(item_plan, item, markdown, plain) for item in value]
    return value
