"""The one way to write a record's front matter: fields in the schema's order, no more quotes than needed.

Only the text between values is moved or rewritten; values and comments stay as they were typed. Round-trip YAML
libraries were tried and are not used: they leave a comment behind when its field moves, and fold lines anew.
"""

from __future__ import annotations

from typing import Any

from mkdocs_pir.kb import frontmatter, record_files, schema
from mkdocs_pir.kb.formatting.layout import in_order
from mkdocs_pir.kb.formatting.spans import comments, compose
from mkdocs_pir.kb.formatting.values import in_one_form
from mkdocs_pir.kb.problem import ProblemError

__all__ = ["arranged", "formatted", "says_the_same"]


def formatted(path: str, raw: bytes) -> bytes:
    """The file at a path relative to the knowledge base, in the one way to write it.

    Front matter in order, one line end at the end of the file, no byte order mark; the body is left alone, and so
    are CRLF line ends. Raises ProblemError for a file that has errors: what it means is not known.
    """
    entry, problems = record_files.read_record(path, raw)
    if wrong := [p for p in problems if p.severity == "error"]:
        raise ProblemError(wrong)
    text = frontmatter.decode(raw, path)
    head, fields, body = _parts(text, entry.body_line)
    new = arranged(fields, entry.kind)
    # a slip of ours must not cost a record its meaning
    if new != fields and not says_the_same(fields, new, entry.kind):
        new = fields
    out = (head + new + body).rstrip("\n") + "\n" if text else ""
    return (out.replace("\n", "\r\n") if b"\r\n" in raw.split(b"\n", 1)[0] + b"\n" else out).encode()


def arranged(fields: str, kind: str) -> str:
    """The lines between the fences, formatted."""
    spec = schema.load(kind)
    return in_order(in_one_form(fields, spec), spec)


def says_the_same(before: str, after: str, kind: str) -> bool:
    """Whether two front matters have the same values, as read and as typed, and the same comments."""
    try:
        return _meaning(before, kind) == _meaning(after, kind)
    except ProblemError:
        return False


def _meaning(fields: str, kind: str) -> tuple[Any, ...]:
    data, positions = frontmatter.load_yaml(fields, "")
    typed, problems = schema.check(kind, data, positions, "")
    return typed, [p.code for p in problems], sorted(comments(fields, compose(fields)))


def _parts(text: str, body_line: int) -> tuple[str, str, str]:
    """The opening fence, the fields, and the rest from the closing fence on; no fields for a page without any."""
    if body_line < 2:
        return "", "", text
    lines = text.split("\n")
    fields = "".join(f"{line}\n" for line in lines[1 : body_line - 2])
    return "---\n", fields, "\n".join(["---", *lines[body_line - 1 :]])
