"""Writing an imported record, with a stamp by which later edits are noticed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from mkdocs_pir.kb.frontmatter_writer import flow, front_matter

STAMP = "x-import"
"""The field, or column of the register, that says where a record came from and what the last import wrote."""

_DIGEST = re.compile(r"(?m)^(x-import: \{.*?\bdigest: )([0-9a-f]{16})(\})[ \t]*$")


def record_text(
    data: Mapping[str, Any], sections: Sequence[tuple[str, str]], stamp: Mapping[str, Any] | None = None
) -> str:
    """A record's file: its front matter in the order given, then its sections.

    With a stamp it carries where it came from and a digest of its own content.
    """
    lines = front_matter(data)
    if stamp is not None:
        # in braces, whatever its width: the digest is found by this line
        origin = flow(dict(stamp)).removesuffix("}")
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
