"""Writing a record: front matter that reads as if typed by a person, and a stamp by which later edits are noticed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from mkdocs_pir.kb import frontmatter
from mkdocs_pir.kb.problem import ProblemError

WIDTH = 100
STAMP = "x-import"
"""The field, or column of the register, that says where a record came from and what the last import wrote."""

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._()+-]*[A-Za-z0-9.)+])?")
_DIGEST = re.compile(r"(?m)^(x-import: \{.*?\bdigest: )([0-9a-f]{16})(\})[ \t]*$")
_ESCAPED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


def record_text(
    data: Mapping[str, Any], sections: Sequence[tuple[str, str]], stamp: Mapping[str, Any] | None = None
) -> str:
    """A record's file: its front matter in the order given, then its sections.

    With a stamp it carries where it came from and a digest of its own content.
    """
    lines = front_matter(data)
    if stamp is not None:
        # in braces, whatever its width: the digest is found by this line
        origin = _flow(dict(stamp)).removesuffix("}")
        lines.append(f"{STAMP}: {origin}, digest: {'0' * 16}}}")
    body = "".join(f"\n## {title}\n\n{text}\n" for title, text in sections)
    text = "\n".join(["---", *lines, "---\n"]) + body
    return text if stamp is None else _DIGEST.sub(lambda m: m[1] + _digest_of(text) + m[3], text, count=1)


def digest(text: str) -> str | None:
    """The digest that a file carries, or None when no import wrote it."""
    found = _DIGEST.search(_head(text))
    return found[2] if found else None


def is_as_written(text: str) -> bool:
    """Whether a file is just as an import wrote it, other line ends aside."""
    carried = digest(text)
    return carried is not None and carried == _digest_of(text)


def _digest_of(text: str) -> str:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return hashlib.sha256(_DIGEST.sub(r"\1\3", text, count=1).encode()).hexdigest()[:16]


def _head(text: str) -> str:
    """The front matter alone, so that a stamp quoted in a body is not taken for the file's own."""
    text = text.replace("\r\n", "\n")
    end = text.find("\n---\n", 3)
    return text[:end] if end > 0 else text


def front_matter(data: Mapping[str, Any]) -> list[str]:
    """YAML lines: short lists and mappings on one line, quotes only where they are needed."""
    out: list[str] = []
    for key, value in data.items():
        out += _entry(scalar(key), value, "")
    return out


def _entry(key: str, value: Any, indent: str) -> list[str]:
    if not isinstance(value, dict | list):
        return [f"{indent}{key}: {scalar(value)}"]
    one_line = f"{indent}{key}: {_flow(value)}"
    nested = isinstance(value, list) and any(isinstance(item, dict | list) for item in value)
    if not value or (len(one_line) <= WIDTH and not nested):
        return [one_line]
    out = [f"{indent}{key}:"]
    if isinstance(value, dict):
        for name, item in value.items():
            out += _entry(scalar(name), item, indent + "  ")
        return out
    for item in value:
        out += _item(item, indent + "  ")
    return out


def _item(item: Any, indent: str) -> list[str]:
    if isinstance(item, dict) and item:
        lines = [line for name, value in item.items() for line in _entry(scalar(name), value, indent + "  ")]
        return [f"{indent}- {lines[0].lstrip()}", *lines[1:]]
    return [f"{indent}- {_flow(item) if isinstance(item, dict | list) else scalar(item)}"]


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
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
