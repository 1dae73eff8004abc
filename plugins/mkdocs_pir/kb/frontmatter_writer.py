"""Writing front matter that reads as if typed by a person: short values on one line, quotes only where needed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from mkdocs_pir.kb import frontmatter
from mkdocs_pir.kb.problem import ProblemError

WIDTH = 100
"""The longest line on which a list or mapping is written whole, in characters."""

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._()+-]*[A-Za-z0-9.)+])?")
_ESCAPED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


def front_matter(data: Mapping[str, Any]) -> list[str]:
    """YAML lines: short lists and mappings on one line, quotes only where they are needed."""
    out: list[str] = []
    for key, value in data.items():
        out += _entry(scalar(key), value, "")
    return out


def _entry(key: str, value: Any, indent: str) -> list[str]:
    if not isinstance(value, dict | list):
        return _lines_of_text(key, value, indent) or [f"{indent}{key}: {scalar(value)}"]
    one_line = f"{indent}{key}: {flow(value)}"
    nested = isinstance(value, list) and any(isinstance(each, dict | list) for each in value)
    if not value or (len(one_line) <= WIDTH and not nested):
        return [one_line]
    out = [f"{indent}{key}:"]
    if isinstance(value, dict):
        for name, each in value.items():
            out += _entry(scalar(name), each, indent + "  ")
        return out
    for each in value:
        out += item(each, indent + "  ")
    return out


def _lines_of_text(key: str, value: Any, indent: str) -> list[str]:
    """A text of several lines below its key, as people type it; nothing for one that would not read back as it is."""
    text = str(value)
    if isinstance(value, bool | int) or "\n" not in text or _ESCAPED.search(text.replace("\n", "")):
        return []
    lines = text.removesuffix("\n").split("\n")
    out = [f"{key}: {'|' if text.endswith(chr(10)) else '|-'}", *(f"  {line}" if line else "" for line in lines)]
    try:
        read, _ = frontmatter.load_yaml("".join(f"{line}\n" for line in out), "")
    except ProblemError:
        return []
    return [indent + line if line else "" for line in out] if [*read.values()] == [text] else []


def item(value: Any, indent: str) -> list[str]:
    """An item of a list on lines of its own, after its dash."""
    if isinstance(value, dict) and value:
        lines = [line for name, each in value.items() for line in _entry(scalar(name), each, indent + "  ")]
        return [f"{indent}- {lines[0].lstrip()}", *lines[1:]]
    return [f"{indent}- {flow(value) if isinstance(value, dict | list) else scalar(value)}"]


def flow(value: Any) -> str:
    """A value in braces or brackets, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(k, flow=True)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value, flow=True)


def scalar(value: Any, *, flow: bool = False) -> str:
    """One value: plain where it reads back as the same text, else in double quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if (_PLAIN.fullmatch(text) and text.lower() not in ("null", "true", "false")) or _reads_back(text, flow):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda m: f"\\u{ord(m[0]):04x}", quoted)


def _reads_back(text: str, flow: bool) -> bool:
    if "\n" in text or text.lower() in ("null", "true", "false", "~"):
        return False
    try:
        data, _ = frontmatter.load_yaml(f"k: [{text}]" if flow else f"k: {text}", "")
    except ProblemError:
        return False
    read = data.get("k")
    return read == ([text] if flow else text) and not isinstance(read[0] if flow else read, frontmatter.Quoted)
