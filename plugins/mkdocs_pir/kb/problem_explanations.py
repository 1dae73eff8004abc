"""What a problem code means, with its examples: the entries of docs/problems.md, and the address of each where it is published."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from pathlib import Path

from markdown_it import MarkdownIt
from msgspec import Struct

from mkdocs_pir.kb.problem import CODES, Severity

_RELATIVE_LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\((?![a-z]+:)[^()\s]+\)")


class Explanation(Struct, frozen=True):
    """An entry of the page: the default severity, and in Markdown the meaning, a wrong example and a right one."""

    code: str
    severity: Severity
    title: str
    meaning: str
    wrong: str
    right: str

    def as_markdown(self) -> str:
        """The entry as it is on the page, below a heading."""
        parts = (f"# {self.code} {self.title}", self.meaning, self.wrong, self.right)
        return "\n\n".join(parts) + "\n"


def page() -> Path:
    """The page of all problems: in the installed package, or in `docs/` in an editable install."""
    package = Path(str(resources.files("mkdocs_pir")))
    inside = package / "docs" / "problems.md"
    return inside if inside.is_file() else package.parents[1] / "docs" / "problems.md"


@cache
def explanations() -> dict[str, Explanation]:
    """All entries of the page, by their codes."""
    text = page().read_text("utf-8")
    lines = text.splitlines()
    # headings in the examples are no entries, and a reader of Markdown knows which these are
    headings = [
        token.map[0] for token in MarkdownIt("commonmark").parse(text) if token.type == "heading_open" and token.map
    ]
    entries = {}
    for start, end in zip(headings, [*headings[1:], len(lines)], strict=True):
        code = lines[start].lstrip("# ").partition(" ")[0]
        if code in CODES:
            entries[code] = _entry(code, "\n".join(lines[start + 1 : end]))
    return entries


def _entry(code: str, text: str) -> Explanation:
    """An entry from the text below its heading. Links to other pages become their words: they lead nowhere from here."""
    severity, title = CODES[code]
    meaning, _, examples = text.partition("\n*Wrong*")
    wrong, _, right = examples.partition("\n*Right*")
    return Explanation(
        code,
        severity,
        title,
        _RELATIVE_LINK.sub(r"\1", meaning).strip(),
        _RELATIVE_LINK.sub(r"\1", f"*Wrong*{wrong}").strip(),
        _RELATIVE_LINK.sub(r"\1", f"*Right*{right}").strip(),
    )


def address(pages: str, code: str) -> str:
    """The address of the entry of a code.

    Args:
        pages: The option `problems_url`: an address in which `{code}` stands for the code, or that of a page made from
            docs/problems.md, on which the anchor is that of the entry's heading. Empty: there is no address.
        code: A problem code.
    """
    if not pages:
        return ""
    if "{code}" in pages:
        return pages.replace("{code}", code)
    heading = re.sub(r"[^\w\- ]", "", f"{code} {CODES[code][1]}".lower())
    return f"{pages.partition('#')[0]}#{heading.replace(' ', '-')}"
