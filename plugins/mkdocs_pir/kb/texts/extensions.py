"""The extensions of Python-Markdown for the texts of records, which are the same in every edition.

None of them reads a file or runs code. `markdown_extensions` in mkdocs.yml applies only to other pages of a site.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymdownx.emoji import to_alt, twemoji

DEFAULT: tuple[str, ...] = (
    "abbr",
    "admonition",
    "attr_list",
    "def_list",
    "footnotes",
    "tables",
    "sane_lists",
    "pymdownx.details",
    "pymdownx.highlight",
    "pymdownx.inlinehilite",
    "pymdownx.superfences",
    "pymdownx.tabbed",
    "pymdownx.tasklist",
    "pymdownx.tilde",
    "pymdownx.caret",
    "pymdownx.mark",
    "pymdownx.keys",
)
"""The extensions for every text."""

OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "tables": {"use_align_attribute": True},
    "pymdownx.highlight": {"use_pygments": True, "guess_lang": False},
    "pymdownx.tasklist": {"custom_checkbox": False},
    "pymdownx.tabbed": {"alternate_style": True},
    "pymdownx.emoji": {"emoji_index": twemoji, "emoji_generator": to_alt, "options": {}},
    "pymdownx.arithmatex": {"generic": True},
}
"""Options of extensions. Without them, some write inline styles, which the security policy of the pages forbids."""
